"""城市安全：哪些预警在生效、人转移了没有，谁带班，重大隐患还有几处没改。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import pictures, sentences, shell, wording
from components.address import Address
from components.answering import Said, from_rows, number
from components.comparing import comparison_map, course, ranking
from components.deck import deck
from components.drill_map import Layer, Point
from components.frames import Row, rows
from components.listing import WARNING_LEVELS, listed, listing
from components.sentences import Answer, figure
from components.shell import ids
from metrics import read
from queries.runner import run

register_page(__name__, path="/safety", name="城市安全", order=8)
LEADING = ("warning_in_force_count", "not_evacuated_count", "major_hazard_overdue_count", "nearest_team_min")
MAIN = "safety_risk_index"
COUNTS = {"1": "red_count", "2": "orange_count", "3": "yellow_count", "4": "blue_count"}  # by warning level
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("城市安全", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "safety")  # area, period and snapshot, read once
    return shell.panels(
        asked, questions, kpis, district_map, by_district, by_day, place_days,
        warnings, hazards, duty, teams, risks, calls,
        fire_units, fire_devices, fire_work, heritage, forest, camera_classes, video, trust, feeds, feeders, supplies,
        drills, firms, goods, social, health,
    )  # fmt: skip


def questions(asked: Address) -> Component:
    return sentences.strip((_in_force(asked), _on_duty(asked), _unrectified(asked)), "AQ-05 AQ-12 AQ-17")


def place_days(asked: Address) -> Component:
    return pictures.place_days(asked, "valid_police_call_count", requirements="AQ-04")


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, MAIN, (_shelters,), requirements="AQ-04 AQ-17")


def by_district(asked: Address) -> Component:
    return ranking(asked, MAIN, requirements="AQ-04")


def by_day(asked: Address) -> Component:
    return course(asked, MAIN, requirements="AQ-04")


# fmt: off
warnings = listed(
    "warnings", "在警表", "safety/warning_board",
    {"warning_level": "级别", "hazard_kind": "灾种", "evacuate_planned_count": "应转", "evacuated_count": "已转",
     "not_evacuated_count": "未转", "place_names": "地方", "lead_unit": "牵头", "issued_at": "发布",
     "next_report_at": "下次报告"},
    requirements="AQ-05 AQ-13 AQ-14", slot="lead", empty="没有在生效的预警",
    note="未转移的在前，再按级别；没有报应转移人数的写 —，不当作 0。",
)
hazards = listed(
    "hazards", "未整改的重大隐患", "safety/major_hazard_open",
    {"responsible_unit": "责任单位", "overdue_day_count": "逾期（天）", "supervision_no": "挂牌督办编号",
     "due_date": "期限", "title": "隐患", "place_code": "所在地"},
    requirements="AQ-04 AQ-17", slot="second", empty="没有未整改的重大隐患", note="逾期久的在前。",
)
duty = listed(
    "duty", "今日带班", "safety/duty_leader",
    {"on_duty_unit": "单位", "contact_name": "带班领导", "contact_phone": "电话", "started_at": "接班",
     "is_handover_confirmed": "交接确认", "is_checked_in": "抽查在岗"},
    requirements="AQ-12 AQ-17", empty="这一级没有登记今日值班",
    note="统计期最后一天；电话只在有预警在生效时列出。公安值班不在表内。",
)
teams = listed(
    "teams", "队伍多久能到", "safety/nearest_team",
    {"place_code": "乡镇街道", "team_name": "最近队伍", "arrival_min": "到场（分钟）", "distance_km": "距离（公里）"},
    requirements="AQ-12 AQ-17", empty="没有登记队伍到场时间",
    note="待命的消防、森林、防汛、医疗、山地、危化、矿山队伍，慢的在前。",
)
risks = listed(
    "risks", "风险最高的地方", "safety/risk_top",
    {"place_code": "地方", "risk_domain": "领域", "score": "风险分", "hazard": "危险性", "exposure": "暴露度",
     "vulnerability": "脆弱性", "control": "管控", "explanation": "主要来自"},
    requirements="AQ-04", empty="这段时间没有风险评分",
    note="风险分＝危险性×暴露度×脆弱性×（1−管控），四项缺一不评；未经应急部门核定。",
)
calls = listed(
    "calls", "接处警", "safety/call_line",
    {"call_line": "热线", "call_count": "接警", "valid_count": "有效", "arrived_count": "到场",
     "median_min": "中位（分钟）", "p90_min": "P90（分钟）"},
    requirements="AQ-05", empty="这段时间没有接警记录", note="到场用时自派遣起，城区与山区合计；接警量不考核。",
)
fire_units = listed(
    "fire_units", "消防安全重点单位", "safety/fire_unit_kind",
    {"fire_unit_kind": "类别", "unit_count": "单位", "connected_rate": "联网", "open_hazard_count": "未改隐患"},
    requirements="AQ-18", empty="没有登记消防安全重点单位", note="单位名称按权限显示，本页不列。",
)
fire_devices = listed(
    "fire_devices", "消防设施在不在岗", "safety/fire_device_state",
    {"fire_iot_kind": "设备", "device_count": "台数", "normal_rate": "完好", "fault_count": "故障",
     "offline_count": "离线", "alarm_count": "报警", "false_count": "误报"},
    requirements="AQ-18 AQ-21", empty="这段时间没有消防物联数据",
    note="状态取期内最近一天日终；报警、误报为期内起数。",
)
fire_work = listed(
    "fire_work", "排查、设施、监督", "safety/fire_work",
    {"fire_work_kind": "工作", "report_month": "月份", "unit_count": "应做单位", "done_unit_count": "已做",
     "problem_count": "发现", "rectified_count": "整改", "compliant_rate": "设施合规"},
    requirements="AQ-19", empty="没有报送消防工作月统计", note="最近一个已结束且有报送的月份。",
)
heritage = listed(
    "heritage", "古建筑防火", "safety/heritage_level",
    {"protection_level": "级别", "heritage_count": "处数", "building_count": "幢数", "connected_rate": "联网",
     "no_hydrant_count": "无消火栓", "beyond_10min_count": "10 分钟外", "open_hazard_count": "未改隐患"},
    requirements="AQ-18 AQ-21", empty="没有登记古建筑消防",
    note="“10 分钟外”为消防力量预计 10 分钟到不了的处数。不列具体位置。",
)
forest = listed(
    "forest", "森林防火", "safety/forest_district",
    {"place_code": "区县", "fire_danger_grade": "最高火险", "high_place_count": "四级以上",
     "ban_place_count": "禁火（地）", "hot_spot_count": "热点", "forest_fire_count": "林火",
     "unverified_count": "未核查", "on_duty_rate": "护林员上岗", "usable_water_rate": "水源可用"},
    requirements="AQ-16", empty="没有森林防火数据",
    note="火险为期末日；热点、林火、上岗为统计期。火险等级五级最高，与预警级别相反。",
)
# fmt: on


def camera_classes(asked: Address) -> Component:
    columns = {
        "place_class": "场所", "due_site_count": "应覆盖", "covered_site_count": "已覆盖", "covered_rate": "覆盖率",
        "online_rate": "在线率",
    }  # fmt: skip
    built = read("safe_city_camera_count", asked)
    return listing(
        asked, "九类场所视频覆盖", "safety/camera_class", columns, requirements="AQ-02 AQ-06 AQ-23",
        empty="没有报送视频覆盖", note=f"最近有报送的月份。平安城市前端 {wording.value(built)} 路，规划基期 4780 路。",
    )  # fmt: skip


# fmt: off
video = listed(
    "video", "视频结构化质量", "safety/video_quality",
    {"record_kind": "数据", "record_count": "条数", "qualified_rate": "合格", "search_count": "检索"},
    requirements="AQ-07", empty="这段时间没有结构化统计", note="只有数量与质量：驾驶舱不存、不显示人脸和车牌。",
)
trust = listed(
    "trust", "设备可知、可信、可控、可溯", "safety/device_trust",
    {"trust_domain": "网域", "known_rate": "设备可知", "trusted_rate": "入网可信", "blocked_count": "阻断",
     "violation_operation_count": "违规操作", "traceable_rate": "操作可溯"},
    requirements="AQ-08", empty="这段时间没有设备可信统计",
)
feeds = listed(
    "feeds", "五类灾害感知", "safety/hazard_feed",
    {"hazard_source": "来源", "device_count": "设备", "online_rate": "在线", "exceed_count": "超阈值",
     "issued_notice_count": "发预警", "last_data_at": "最新数据"},
    requirements="AQ-14", empty="这段时间没有灾害感知数据",
    note="设备与在线为期内最近一天；超阈值、发预警为期内次数。",
)
feeders = listed(
    "feeders", "平安黄山接入系统", "safety/feeder_state",
    {"feeder_kind": "系统", "system_count": "接入", "normal_count": "正常", "interrupted_count": "中断",
     "absent_count": "未接入", "availability_rate": "可用率", "last_data_at": "最新数据"},
    requirements="AQ-03 AQ-13 AQ-15", shown=15, empty="这段时间没有接入状态",
    note="期内最近一天；全市统一运行，不分区县。",
)
supplies = listed(
    "supplies", "应急物资缺口", "safety/supply_short",
    {"item_name": "物资", "place_code": "所在地", "quantity": "现有", "minimum_quantity": "下限",
     "short_quantity": "缺", "measure_unit": "单位", "lead_unit": "责任单位"},
    requirements="AQ-12 AQ-17", empty="没有低于储备下限的物资", note="缺口比例大的在前；仓库不写位置。",
)
drills = listed(
    "drills", "推演与演练", "safety/drill_recent",
    {"day_date": "日期", "drill_kind": "方式", "hazard_kind": "灾种", "place_code": "地方", "lead_unit": "牵头",
     "score": "得分", "problem_count": "问题", "rectified_count": "整改"},
    requirements="AQ-17", empty="近 90 天没有推演、演练", note="近 90 天。",
)
firms = listed(
    "firms", "企业监管覆盖", "safety/firm_coverage",
    {"enterprise_class": "类别", "enterprise_count": "企业", "connected_rate": "覆盖率", "rectified_rate": "问题整改",
     "handled_rate": "报警处置"},
    requirements="AQ-20", empty="没有报送监管覆盖", note="最近一个有报送的月份；一家企业可属多类，各类不相加。",
)
goods = listed(
    "goods", "重点物品追溯", "safety/goods_trace",
    {"goods_kind": "物品", "enterprise_count": "企业", "traceable_rate": "可追溯", "unqualified_rate": "抽检不合格",
     "recalled_batch_count": "召回", "rectified_rate": "问题整改", "incident_count": "事故"},
    requirements="AQ-22", empty="没有报送重点物品追溯", note="最近一个有报送的月份，追溯覆盖低的在前。",
)
social = listed(
    "social", "社会风险趋势", "safety/social_risk",
    {"social_risk_kind": "类别", "received_count": "受理", "earlier_count": "上月", "solved_rate": "化解",
     "late_count": "超期", "repeat_count": "重复"},
    requirements="AQ-11", empty="没有报送社会风险月统计",
    note="最近一个有报送的月份；只有类别计数；不足 5 的不给数，其余按 5 取整，化解率按取整后的数算。",
)
health = listed(
    "health", "公共卫生应急", "safety/health_group",
    {"disease_group": "组别", "visit_count": "症候群就诊", "case_count": "报告病例",
     "baseline_sum": "基线", "issued_notice_count": "预警", "cluster_count": "聚集性"},
    requirements="AQ-03 AQ-24", empty="这段时间没有公共卫生监测",
    note="基线为同期日均之和；人数只给全市的整周整月，不足 5 人的不给，其余按 5 取整。",
)
# fmt: on


def _in_force(asked: Address) -> Answer:
    reservoirs = _over_limit(rows(run("safety/reservoir_over_limit", asked))[0])
    return from_rows(
        "哪些预警在生效，人转移了没有？", asked, "safety/warning_total", "safety.warning_notice",
        lambda found: _warned(found[0], reservoirs),
    )  # fmt: skip


def _warned(total: Row, reservoirs: str) -> Said:
    if not total["warning_count"]:
        return ("在警", figure("0", "条")), f"没有在生效的预警；{reservoirs}", "calm"
    levels = "、".join(
        f"{''.join(WARNING_LEVELS[level])} {total[count]} 条" for level, count in COUNTS.items() if total[count]
    )
    parts: list[str | Component] = ["在警", figure(str(total["warning_count"]), "条")]
    people = "没有一地报应转移人数"
    if total["evacuate_planned_count"] is not None:
        parts += ["，已转", figure(f"{total['evacuated_count']:,.0f}", "人")]
        people = f"应转 {total['evacuate_planned_count']:,.0f} 人"
    if total["not_evacuated_count"]:
        people += f"，还有 {total['not_evacuated_count']:,.0f} 人未转，{total['slowest_place_name']}最多"
    said = (levels, f"涉及 {total['place_count']} 地", people, reservoirs)
    is_pressing = bool(total["not_evacuated_count"] or total["red_count"] or total["orange_count"])
    return tuple(parts), "；".join(filter(None, said)), "attention" if is_pressing else "calm"


def _over_limit(row: Row) -> str:
    if not row["reservoir_count"]:
        return "超汛限水库数据未到"
    return f"超汛限水库 {row['over_count']}/{row['known_count']} 座（在册 {row['reservoir_count']} 座，待水利局核定）"


def _on_duty(asked: Address) -> Answer:
    slowest = read("nearest_team_min", asked)
    reached = ("，队伍最慢", number(asked, slowest))
    is_late = slowest.standing in ("missed", "near")

    def say(found: list[Row]) -> Said:
        if not found:
            return (figure("未登记带班"), *reached), "这一级没有登记今日值班", "unknown"
        first, late = found[0], [row["on_duty_unit"] for row in found if row["is_checked_in"] is False]
        phone = f" {first['contact_phone']}" if first["contact_phone"] else ""
        detail = f"{first['on_duty_unit']}带班{phone}；共 {len(found)} 个单位"
        detail += f"；抽查不在岗：{'、'.join(late)}" if late else ""
        parts = ("带班", figure(str(first["contact_name"])), *reached)
        return parts, detail, "attention" if late or is_late else "calm"

    return from_rows("今天谁带班，队伍多久能到？", asked, "safety/duty_leader", "safety.duty_roster", say)


def _unrectified(asked: Address) -> Answer:
    still_open, overdue = read("major_hazard_open_count", asked), read("major_hazard_overdue_count", asked)
    parts = ("未改", number(asked, still_open), "，逾期", number(asked, overdue))

    def say(found: list[Row]) -> Said:
        late = [row for row in found if row["overdue_day_count"]]
        named = "；".join(
            f"{row['responsible_unit']}逾期 {row['overdue_day_count']} 天"
            + (f"（{row['supervision_no']}）" if row["supervision_no"] else "（未挂牌）")
            for row in late[:2]
        )
        return parts, named or "没有逾期", "attention" if late else "calm"

    return from_rows("重大隐患还有几处没改，谁逾期？", asked, "safety/major_hazard_open", "safety.hazard", say)


def _shelters(asked: Address) -> Layer:
    """Shelters in use; a full one calls for attention."""
    points = []
    for row in rows(run("safety/shelter_place", asked)):
        state = "none" if row["is_full"] is None else "attention" if row["is_full"] else "ok"
        held, room = (wording.number(row[name], 0) for name in ("sheltered_count", "capacity_person_count"))
        text = f"已安置 {held} 人，可容 {room} 人"
        points.append(Point(str(row["name"]), row["lon"], row["lat"], state, text))
    return Layer("station", "已启用安置点", tuple(points))
