"""交通：哪里堵、为什么堵、多久能通，去景区的路和停车场撑不撑得住。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import pictures, sentences, shell, wording
from components.address import Address
from components.answering import Said, calls, from_rows, number
from components.comparing import comparison_map, course, ranking
from components.deck import deck
from components.drill_map import Layer, Point
from components.frames import Row, rows
from components.listing import cell, listed
from components.sentences import Answer, figure
from components.shell import ids
from data.divisions import name_of
from metrics import read
from queries.runner import run

register_page(__name__, path="/traffic", name="交通", order=7)
LEADING = ("road_performance_index", "open_incident_count", "scenic_travel_time_ratio", "bus_passenger_count")
MAIN = "congested_road_share"  # TPI is computed over a whole period and has no days
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("交通", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "traffic")  # area, period and snapshot, read once
    return shell.panels(
        asked, questions, kpis, district_map, by_district, by_day, lines,
        incidents, corridors, scenic_parking, bus_lines,
        stops, links, junctions, controls, parking, sources, enforcement, vehicles, waterways, hubs, cards,
    )  # fmt: skip


def questions(asked: Address) -> Component:
    answers = (
        from_rows(
            "现在哪里堵，什么原因，多久能通？", asked, "traffic/congestion_now", "traffic.incident", _congested
        ),
        from_rows(
            "去汤口、宏村的路和停车场撑得住吗？", asked, "traffic/corridor_answer", "traffic.corridor_time",
            lambda found: _held(
                found,
                rows(run("traffic/scenic_space_now", asked))[0],
                calls(read("scenic_travel_time_ratio", asked)),
            ),
        ),
        _ridden(asked),
    )  # fmt: skip
    return sentences.strip(answers, "JT-02 JT-04 JT-08")


def lines(asked: Address) -> Component:
    return pictures.place_lines(asked, MAIN, requirements="JT-04 JT-05")


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, MAIN, (_incident_points, _lots), requirements="JT-04 JT-05")


def by_district(asked: Address) -> Component:
    return ranking(asked, MAIN, requirements="JT-02 JT-04")


def by_day(asked: Address) -> Component:
    return course(asked, MAIN, requirements="JT-02 JT-04")


# fmt: off
incidents = listed(
    "incidents", "现在哪里堵", "traffic/congestion_now",
    {"road_name": "道路", "incident_cause": "原因", "queue_m": "排队（米）", "expected_clear_at": "预计恢复",
     "is_overdue": "已超时", "handling_unit": "处置单位", "contact_phone": "电话", "place_code": "所在地"},
    requirements="JT-04 JT-05", slot="lead", empty="没有未恢复的交通事件",
    note="有伤亡的在前，再按已超时、排队长度。",
)
corridors = listed(
    "corridors", "景区走廊", "traffic/corridor_now",
    {"name": "走廊", "worst_travel_min": "最慢（分钟）", "worst_baseline_min": "平日", "worst_hour_at": "时刻",
     "travel_direction": "方向", "last_travel_min": "期末（分钟）"},
    requirements="JT-08", slot="second", empty="没有登记出行走廊", note="最慢一小时对平日同时段，慢得多的在前。",
)
scenic_parking = listed(
    "scenic_parking", "景区停车场", "traffic/corridor_parking",
    {"name": "停车场", "place_code": "所在地", "space_count": "泊位", "last_free_count": "剩余",
     "least_free_count": "最少时剩", "tightest_hour_at": "时刻", "full_hour": "满位（小时）"},
    requirements="JT-03 JT-08", empty="没有登记景区停车场", note="满位久的在前；剩余为期末最后一次报告。",
)
bus_lines = listed(
    "bus_lines", "哪条公交没人坐", "traffic/bus_line_rank",
    {"name": "线路", "operator_name": "运营单位", "riders_per_100km": "百公里载客", "riders_per_trip": "每班载客",
     "peak_full_ratio": "高峰满载", "trip_run_count": "班次"},
    requirements="JT-01 JT-02", empty="没有登记公交线路", note="百公里载客少的在前：线路优化先看这里。",
)
stops = listed(
    "stops", "哪里没车坐", "traffic/stop_gap",
    {"name": "社区（村）", "unserved_population": "500 米无站人口", "population": "人口",
     "farthest_m": "最远到站（米）"},
    requirements="JT-02", empty="没有可比的社区", note="需要单元网格人口与公交站登记；人多的在前。",
)
links = listed(
    "links", "常堵路段", "traffic/congested_links",
    {"road_name": "路段", "place_code": "所在地", "speed_kmh": "车速（km/h）", "free_speed_kmh": "畅通车速",
     "delay_vehicle_h": "延误（车·小时）", "congested_rate": "拥堵占比", "incident_count": "事件",
     "incident_cause": "最近原因"},
    requirements="JT-02 JT-04", empty="这段时间没有路段车速", note="延误大的在前。",
)
junctions = listed(
    "junctions", "路口延误", "traffic/junction_rank",
    {"name": "路口", "place_code": "所在地", "junction_control": "控制方式", "peak_delay_s": "高峰延误（秒）",
     "spill_rate": "溢流", "longest_queue_m": "最长排队（米）", "is_online": "信号机在线"},
    requirements="JT-02 JT-05", empty="没有登记路口", note="高峰延误大的在前：微循环先看这里。",
)
controls = listed(
    "controls", "管控有没有用", "traffic/control_effect",
    {"control_action_kind": "措施", "action_count": "次数", "measured_count": "有前后延误",
     "delay_before_s": "之前（秒）", "delay_after_s": "之后（秒）", "running_count": "仍在执行"},
    requirements="JT-05", empty="这段时间没有管控措施", note="只比前后都有延误读数的措施。",
)
parking = listed(
    "parking", "静态停车", "traffic/parking_rank",
    {"name": "停车场", "place_code": "所在地", "parking_lot_kind": "类别", "space_count": "泊位",
     "occupancy_rate": "占用", "turnover": "周转（次/日）", "average_hour": "停放（小时）",
     "full_hour": "满位（小时）"},
    requirements="JT-03 JT-04", empty="没有联网的停车场", note="满位久的在前。",
)
sources = listed(
    "sources", "三类数据要素", "traffic/source_state",
    {"source_name": "数据要素", "point_count": "登记", "online_count": "在线、有数", "newest_at": "最新"},
    requirements="JT-01", empty="没有接入数据要素", note="视频点位没有统一的最新时刻，写 —。不含人脸和车牌。",
)
enforcement = listed(
    "enforcement", "治超与非现场执法", "traffic/enforcement_strip",
    {"enforcement_daily_kind": "类别", "checked_count": "检查", "violation_count": "违法", "processed_rate": "处理",
     "overloaded_count": "超限", "unloaded_ton": "卸载（吨）", "online_rate": "设备在线"},
    requirements="JT-06", empty="这段时间没有执法统计",
)
vehicles = listed(
    "vehicles", "客货车辆监控", "traffic/vehicle_monitor",
    {"vehicle_kind": "车辆", "online_rate": "在线", "speeding_count": "超速", "fatigue_count": "疲劳驾驶",
     "handled_alarm_count": "已处置告警"},
    requirements="JT-06", empty="这段时间没有车辆监控统计", note="在线按车·日；只有计数，不含号牌。",
)
waterways = listed(
    "waterways", "水上交通", "traffic/waterway_state",
    {"name": "航段", "waterway_kind": "类别", "open_day_count": "通航（天）", "closed_day_count": "停航（天）",
     "latest_closure_reason": "停航原因", "passenger_count": "客运（人次）", "incident_count": "事件",
     "rescue_vessel_count": "救助船"},
    requirements="JT-07", empty="这段时间没有水上交通统计", note="停航久的在前。",
)
hubs = listed(
    "hubs", "客运枢纽", "traffic/hub_flow",
    {"name": "枢纽", "hub_kind": "类别", "passenger_in_count": "到达（人次）", "passenger_out_count": "发送（人次）",
     "trip_count": "班次", "delayed_trip_count": "晚点", "cancelled_trip_count": "取消"},
    requirements="JT-08", empty="这段时间没有枢纽统计", note="客流大的在前。",
)
cards = listed(
    "cards", "一卡通出行", "traffic/card_region",
    {"trip_mode": "方式", "card_region": "发卡地", "passenger_count": "人次", "discounted_count": "优惠人次"},
    requirements="JT-10", shown=20, empty="这段时间没有一卡通出行", note="柴油车 OBD 见生态环境。",
)
# fmt: on


def _congested(found: list[Row]) -> Said:
    if not found:
        return ("未恢复", figure("0", "起")), "没有未恢复的交通事件", "calm"
    first, late = found[0], sum(row["is_overdue"] for row in found)
    parts = ("未恢复", figure(str(len(found)), "起"), "，已超时", figure(str(late), "起"))
    unsaid = sum(row["expected_clear_at"] is None for row in found)
    said = (*parts, *((f"（{unsaid} 起未报恢复时间）",) if unsaid else ()))
    queue = "" if first["queue_m"] is None else f"排队 {first['queue_m']:,.0f} 米，"
    clear = first["expected_clear_at"]
    expected = "未报恢复时间" if clear is None else f"预计 {clear:%m-%d %H:%M} 恢复"
    expected += "，已超时" if first["is_overdue"] else ""
    detail = f"{_where(first)}：{cell('incident_cause', first['incident_cause'])}，{queue}{expected}"
    return said, detail, "attention" if late or first["dead_count"] or first["injured_count"] else "calm"


def _where(row: Row) -> str:
    return str(row["road_name"] or name_of(str(row["place_code"])))


def _held(found: list[Row], space: Row, usual: str) -> Said:
    if not found:
        return (figure("这里没有景区走廊"),), "回到全市看", "unknown"
    first = found[0]
    parts: list[str | Component] = [
        f"{first['name']}最慢",
        figure(f"{first['worst_travel_min']:.0f}", "分钟"),
        f"，平日 {first['worst_baseline_min']:.0f}",
    ]
    if space["free_count"] is not None:
        parts += ["，剩", figure(f"{space['free_count']:,.0f}", "泊位")]
    others = "；".join(
        f"{row['name']} {row['worst_travel_min']:.0f} 分钟（平日 {row['worst_baseline_min']:.0f}）" for row in found[1:]
    )
    said = [f"{first['worst_hour_at']:%m-%d %H} 时最慢", others]
    if space["lot_count"]:
        said.append(
            f"停车场 {space['lot_count']} 处（{space['known_lot_count']} 处有数），曾满 {space['filled_lot_count']} 处"
        )
    is_pressing = usual == "attention" or bool(space["filled_lot_count"])
    return tuple(parts), "；".join(each for each in said if each), "attention" if is_pressing else "calm"


def _ridden(asked: Address) -> Answer:
    unserved = read("unserved_population", asked)

    def say(found: list[Row]) -> Said:
        known = [row for row in found if row["riders_per_100km"] is not None]
        if not known:
            return (figure("没有可比的线路"),), "没有登记线路，或这段时间没有客运数据", "unknown"
        last = known[0]
        parts = (
            f"{last['name']}百公里",
            figure(f"{last['riders_per_100km']:.1f}", "人次"),
            "，无站",
            number(asked, unserved),
        )
        silent = len(found) - len(known)
        detail = f"{len(known)} 条线路中最少" + (f"，另有 {silent} 条没有数据" if silent else "")
        return parts, f"{detail}；“无站”为 500 米内没有公交站的人口", "calm"

    return from_rows("哪条公交没人坐，哪里没车坐？", asked, "traffic/bus_line_rank", "traffic.bus_daily", say)


def _incident_points(asked: Address) -> Layer:
    """What is not yet cleared; one past its expected hour calls for attention."""
    points = []
    for row in rows(run("traffic/congestion_now", asked)):
        text = str(cell("incident_cause", row["incident_cause"]))
        if row["queue_m"] is not None:
            text += f"，排队 {wording.number(row['queue_m'], 0)} 米"
        points.append(Point(_where(row), row["lon"], row["lat"], "attention" if row["is_overdue"] else "ok", text))
    return Layer("station", "未恢复事件", tuple(points))


def _lots(asked: Address) -> Layer:
    """Scenic parking lots; one that was full within the period calls for attention."""
    points = []
    for row in rows(run("traffic/corridor_parking", asked)):
        free = row["last_free_count"]
        state = "none" if free is None else "attention" if row["least_free_count"] == 0 else "ok"
        text = (
            "数据未到" if free is None else f"剩余 {wording.number(free, 0)} / {wording.number(row['space_count'], 0)}"
        )
        points.append(Point(str(row["name"]), row["lon"], row["lat"], state, text))
    return Layer("section", "景区停车场", tuple(points))
