"""总体态势：有没有要马上拍板的事，交办的事谁没办，哪里变差了。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import pictures, scene_tiles, sentences, shell, wording
from components.address import Address
from components.answering import Said, from_rows
from components.comparing import comparison_map, course, ranking
from components.deck import deck
from components.frames import Row, rows
from components.listing import cell, listed
from components.panel import grid, missing, panel
from components.sentences import figure
from components.shell import ids
from metrics import metric
from metrics.pulse import CODE, pulse
from queries.runner import run

register_page(__name__, path="/overview", name="总体态势", order=1)
MAIN = "event_on_time_rate"
DAY_MAIN = "event_count"  # what has a course day by day
LEADING = ("event_count", "event_on_time_rate", "overdue_event_count", "assignment_on_time_rate",
           "alert_in_force_count")  # fmt: skip
AHEAD = {"forecast_date": "日期", "weather_phenomenon": "天气", "temperature_low_c": "最低（℃）",
         "temperature_high_c": "最高（℃）", "rain_mm": "雨量（毫米）"}  # fmt: skip
PLAN_INDICATORS = "K01 K02 K03 K04 K05 K06 K07 K08 K09 K10 K11 K12 K13 K14"
PLAN_TASKS = (
    "T01 T02 T03 T04 T05 T06 T07 T08 T09 T10 T11 T12 T13 T14 T15 T16 T17 T18 T19 T20 T21 T22 T23 T24 T25 T26 T27 T28"
)
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("总体态势", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "overview")  # area, period and snapshot, read once
    return shell.panels(
        asked, questions, kpis, district_map, vital_signs, decisions, assignments, by_day, by_district, weather,
        warnings, changes, hotlines,
        pains, economy, economy_warnings, plan_indicators, targets, plan_tasks, sensors, feeds,
    )  # fmt: skip


def questions(asked: Address) -> Component:
    answers = (
        from_rows("现在有没有要马上拍板的事？", asked, "overview/decision_event", "overview.event", _decided),
        from_rows(
            "上周交办的事，谁没办、谁快到期？", asked, "overview/assignment_line", "overview.assignment", _assigned
        ),
        scene_tiles.worse(asked),
    )
    return sentences.strip(answers, "OV-01 OV-06 OV-17")


def targets(asked: Address) -> Component:
    return pictures.plan_targets(asked, requirements="OV-01")


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, MAIN, requirements="OV-01 OV-05 OV-19")


def by_day(asked: Address) -> Component:
    return course(asked, DAY_MAIN, requirements="OV-01 OV-05")


def by_district(asked: Address) -> Component:
    return ranking(asked, MAIN, requirements="OV-01 OV-05")


def vital_signs(asked: Address) -> Component:
    """The index never stands without its domains."""
    found = pulse(asked)
    title = f"八个场景　{metric(CODE).name}（{CODE}）：{wording.number(found.score.value, 1)} 分"
    note = f"权重与零分值为建议值（{found.version or '未登记'}），没有全国统一公式；覆盖不足 60% 的领域不出分。"
    return panel(title, scene_tiles.tiles(asked), requirements="OV-08", note=note, slot="scenes")


def changes(asked: Address) -> Component:
    body = scene_tiles.change_table(asked)
    return panel("比上期哪里变差了", body, requirements="OV-01", note=scene_tiles.change_note())


def weather(asked: Address) -> Component:
    now, ahead = rows(run("overview/weather_now", asked)), rows(run("overview/weather_ahead", asked))
    if not now and not ahead:
        return panel("天气", missing("数据未到", "等气象观测与预报（市气象局）"), requirements="OV-19")
    lines = [[cell(name, row[name]) for name in AHEAD] for row in ahead]
    body = html.Div(grid(list(AHEAD.values()), lines), className="scroll") if lines else missing("没有发布的预报")
    return panel("天气", [html.P(_sky(now)), body], requirements="OV-19")


# fmt: off
decisions = listed(
    "decisions", "要拍板的事", "overview/decision_event",
    {"title": "事件", "place_code": "地点", "dead_count": "死亡", "injured_count": "受伤",
     "not_evacuated_count": "未转移", "lead_unit": "牵头单位", "contact_name": "现场", "contact_phone": "电话",
     "next_report_at": "下次续报"},
    requirements="OV-06 OV-07 OV-13", slot="lead", shown=8, empty="没有未结案的事件",
    note="按伤亡、应转未转、续报与办结超时排序，不按颜色。",
)
assignments = listed(
    "assignments", "交办：临期与逾期", "overview/assignment_due",
    {"title": "事项", "lead_unit": "承办单位", "due_at": "时限", "is_overdue": "逾期"},
    requirements="OV-17 OV-22", slot="second", shown=8, empty="没有临期或逾期的交办",
)
warnings = listed(
    "warnings", "在生效的预警", "safety/warning_board",
    {"warning_level": "级别", "hazard_kind": "灾种", "evacuate_planned_count": "应转", "evacuated_count": "已转",
     "place_names": "地方", "lead_unit": "牵头", "next_report_at": "下次报告"},
    requirements="OV-06", shown=6, empty="没有在生效的预警", note="未转移的在前，再按级别；全部见城市安全。",
)
hotlines = listed(
    "hotlines", "热线", "overview/hotline_panel",
    {"call_line": "热线", "call_count": "来电", "answered_count": "接通", "order_count": "工单",
     "on_time_count": "按期"},
    requirements="OV-14", empty="热线数据未到", note="来电与接警是事实，不设目标。",
)
pains = listed(
    "pains", "痛点堵点", "overview/pain_point",
    {"place_code": "地点", "cause_name": "原因", "event_count": "事件", "reworked_count": "返工"},
    requirements="OV-10", empty="没有反复出现的地点与原因",
)
economy = listed(
    "economy", "经济运行", "overview/economy_strip",
    {"name": "指标", "owner_unit": "责任单位", "month_date": "月份", "cumulative_value": "累计",
     "measure_unit": "单位", "growth_ratio": "增速"},
    requirements="OV-11 OV-15", shown=12, empty="经济数据未到",
)
economy_warnings = listed(
    "economy_warnings", "经济预警", "overview/economy_warning_open",
    {"title": "预警", "warning_level": "级别", "place_code": "地点", "raised_at": "发布", "handling_unit": "处置单位"},
    requirements="OV-16", empty="没有在发的经济预警",
)
plan_indicators = listed(
    "plan_indicators", "规划账本：附件1", "overview/plan_ledger",
    {"name": "规划指标", "target_year": "目标年", "target_text": "目标", "value": "现值", "is_met": "达到",
     "owner_unit": "责任单位"},
    requirements=f"OV-18 X-21 {PLAN_INDICATORS}", shown=14, empty="没有登记",
    note="规划期末（2025）；年份归属为推定的见数据目录。",
)
plan_tasks = listed(
    "plan_tasks", "规划账本：附件2", "overview/plan_task_board",
    {"name": "重点任务", "owner_unit": "责任单位", "progress_rate": "进度", "plan_task_progress_status": "状态",
     "problem": "问题"},
    requirements=f"OV-17 {PLAN_TASKS}", shown=28, empty="没有登记",
)
sensors = listed(
    "sensors", "感知设备", "overview/sensor_theme",
    {"theme": "场景", "sensor_kind": "类别", "installed_count": "已装", "online_count": "在线"},
    requirements="OV-19 OV-20", shown=20, empty="没有登记",
)
feeds = listed(
    "feeds", "系统接入", "overview/feed_state",
    {"name": "系统", "theme": "场景", "owner_unit": "责任单位", "expected_batch_count": "应到批次",
     "received_batch_count": "实到", "last_success_at": "最近成功"},
    requirements="OV-04", shown=12, empty="没有登记",
)
# fmt: on


_HARM = ("dead_count", "missing_count", "injured_count")


def _decided(found: list[Row]) -> Said:
    if not found:
        return ("没有", figure("0", "件")), "没有未结案的事件", "calm"
    top = found[0]
    counted = [row[name] for row in found for name in _HARM if row[name] is not None]
    # only an emergency has to report them, as in the briefing
    unreported = sum(any(row[name] is None for name in _HARM) for row in found if row["kind"] == "emergency")
    harmed, waiting = sum(counted), sum(row["not_evacuated_count"] or 0 for row in found)
    who = f"{top['lead_unit']}，现场 {top['contact_name'] or '未报'} {top['contact_phone'] or ''}".rstrip()
    late = "，已过未报" if top["is_report_late"] else ""
    when = f"，下次续报 {top['next_report_at']:%m-%d %H:%M}{late}" if top["next_report_at"] else ""
    parts = (
        "未结案",
        figure(str(len(found)), "件"),
        "，伤亡失踪",
        figure(str(harmed) if counted else wording.UNKNOWN, "人"),
        *((f"（{unreported} 起未报伤亡）",) if unreported else ()),
        "，应转未转",
        figure(str(waiting), "人"),
    )
    state = "attention" if harmed or waiting else "unknown" if unreported else "calm"
    return parts, f"首件：{top['title']}（{who}{when}）", state


def _assigned(found: list[Row]) -> Said:
    line = found[0]
    parts = (
        "销号", figure(str(line["closed_count"])), " · 在办", figure(str(line["running_count"])),
        " · 临期", figure(str(line["near_due_count"])), " · 逾期", figure(str(line["overdue_count"])),
    )  # fmt: skip
    late = f"逾期：{line['overdue_units']}" if line.get("overdue_units") else "没有逾期"
    return parts, f"{late}（含以前批示、还没销号的）", "attention" if line["overdue_count"] else "calm"


def _sky(now: list[Row]) -> str:
    """The newest hour in one line."""
    if not now:
        return "实况未到"
    row = now[0]
    said = [f"{row['observed_at']:%m-%d %H:%M} 实况 {row['station_count']} 站"]
    if row["temperature_low_c"] is not None:
        said.append(f"气温 {row['temperature_low_c']:.0f}–{row['temperature_high_c']:.0f} ℃")
    if row["rain_mm"] is not None:
        said.append(f"最大小时雨量 {row['rain_mm']:.1f} 毫米" if row["rain_mm"] else "无雨")
    if row["wind_speed_ms"] is not None:
        said.append(f"最大风速 {row['wind_speed_ms']:.1f} 米/秒")
    return "，".join(said)
