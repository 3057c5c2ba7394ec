"""总体态势：有没有要马上拍板的事，交办的事谁没办，哪里变差了。"""

from __future__ import annotations

from dash import Output, callback, dcc, html, register_page
from dash.development.base_component import Component

from components import sentences, shell, wording
from components.address import Address
from components.answering import Said, from_rows
from components.comparing import comparison_map
from components.deck import deck
from components.frames import Row
from components.listing import listing
from components.panel import grid, missing, panel
from components.sentences import Answer, figure
from components.shell import ids
from data.catalogue import scenes
from data.divisions import divisions
from metrics import compare, earlier_scope, metric, read, read_groups
from metrics.pulse import CODE, pulse
from queries.scope import CITY

register_page(__name__, path="/overview", name="总体态势", order=1)
MAIN = "event_on_time_rate"
LEADING = (
    "event_count",
    "event_on_time_rate",
    "overdue_event_count",
    "assignment_on_time_rate",
    "alert_in_force_count",
)
# the number that stands for each scene in the table of changes
LEADS = {
    "overview": "event_on_time_rate", "tourism": "complaint_rate_per_10k", "ecology": "section_target_rate",
    "livelihood": "appeal_solved_rate", "community": "unreached_alert_count", "urban": "on_time_closure_rate",
    "traffic": "overdue_incident_count", "safety": "major_hazard_overdue_count",
}  # fmt: skip
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("总体态势", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "overview")  # area, period and snapshot, read once
    return shell.panels(
        asked, questions, kpis, district_map, decisions, assignments, vital_signs, changes, hotlines, pains, economy,
        economy_warnings, plan_indicators, plan_tasks, sensors, feeds,
    )  # fmt: skip


def questions(asked: Address) -> Component:
    answers = (
        from_rows("现在有没有要马上拍板的事？", asked, "overview/decision_event", "overview.event", _decided),
        from_rows(
            "上周交办的事，谁没办、谁快到期？", asked, "overview/assignment_line", "overview.assignment", _assigned
        ),
        _worse(asked),
    )
    return sentences.strip(answers, "OV-01 OV-06 OV-17")


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, MAIN, requirements="OV-01 OV-05 OV-19")


def decisions(asked: Address) -> Component:
    """Sorted by what happened to people, never by colour."""
    columns = {
        "title": "事件", "place_code": "地点", "dead_count": "死亡", "injured_count": "受伤",
        "not_evacuated_count": "未转移", "lead_unit": "牵头单位", "contact_name": "现场", "contact_phone": "电话",
        "next_report_at": "下次续报",
    }  # fmt: skip
    return listing(
        asked, "要拍板的事", "overview/decision_event", columns, requirements="OV-06 OV-07 OV-13", slot="lead",
        empty="没有未结案的事件", note="按伤亡、应转未转、续报与办结超时排序，不按颜色。", shown=8,
    )  # fmt: skip


def assignments(asked: Address) -> Component:
    columns = {"title": "事项", "lead_unit": "承办单位", "due_at": "时限", "is_overdue": "逾期"}
    return listing(
        asked, "交办：临期与逾期", "overview/assignment_due", columns, requirements="OV-17 OV-22", slot="second",
        empty="没有临期或逾期的交办", shown=8,
    )  # fmt: skip


def vital_signs(asked: Address) -> Component:
    """The index never stands without its domains."""
    found = pulse(asked)
    names = {scene.slug: scene.name for scene in scenes().values()}
    rows = [
        [
            dcc.Link(names[domain.theme], href=f"/{domain.theme}{asked.link()}"),
            wording.number(domain.score.value, 1) if domain.score.value is not None else "覆盖不足，不出分",
            f"{wording.number(domain.score.coverage * 100, 0)}%",
            domain.parts[0].reading.name if domain.parts and domain.parts[0].score is not None else wording.UNKNOWN,
        ]
        for domain in found.domains
    ]
    title = f"{metric(CODE).name}（{CODE}）：{wording.number(found.score.value, 1)} 分"
    card = dcc.Link("数字身份证", href=asked.link(n=metric(CODE).id))
    body = [html.Div(grid(("领域", "得分", "指标覆盖", "最拖分的指标"), rows), className="scroll"), card]
    note = f"权重与零分值为建议值（{found.version or '未登记'}），没有全国统一公式；覆盖不足 60% 的领域不出分。"
    return panel(title, body, requirements="OV-08", note=note, slot="course")


def changes(asked: Address) -> Component:
    """Districts, 管委会 and 市直 by scene: the change of each scene's leading number against the period before."""
    before = earlier_scope(asked.drill(CITY), "previous")
    names = {scene.slug: scene.name for scene in scenes().values()}
    shown = {slug: name for slug, name in LEADS.items() if "district_code" in metric(name).by}
    cells: dict[tuple[str, str], Component | str] = {}
    for slug, name in shown.items():
        past = {each.key: each for each in read_groups(name, before, "district_code")}
        for now in read_groups(name, asked.drill(CITY), "district_code"):
            if now.key in past:
                moved = compare(now, past[now.key])
                said = f"{moved.text} {moved.judgement}".strip()
                mark = html.Span(said, className="is-worse" if moved.judgement == "向差" else "")
                cells[(now.key or "", slug)] = mark
    places = [each for each in divisions() if each.level in ("district", "functional_area")]
    rows = [
        [place.name, *(cells.get((place.place_code, slug), wording.UNKNOWN) for slug in shown)]
        for place in places
        if any((place.place_code, slug) in cells for slug in shown)
    ]
    if any(("3410", slug) in cells for slug in shown):
        rows.append(["市直", *(cells.get(("3410", slug), wording.UNKNOWN) for slug in shown)])
    body = (
        html.Div(grid(("", *(names[slug] for slug in shown)), rows), className="scroll")
        if rows
        else missing("数据未到")
    )
    note = "各格为本场景代表指标的环比：" + "、".join(metric(name).name for name in shown.values()) + "。"
    return panel("比上期哪里变差了", body, requirements="OV-01", note=note)


def hotlines(asked: Address) -> Component:
    columns = {
        "call_line": "热线",
        "call_count": "来电",
        "answered_count": "接通",
        "order_count": "工单",
        "on_time_count": "按期",
    }
    return listing(
        asked, "五条热线", "overview/hotline_panel", columns, requirements="OV-14", empty="热线数据未到",
        note="来电与接警是事实，不设目标。",
    )  # fmt: skip


def pains(asked: Address) -> Component:
    columns = {"place_code": "地点", "cause_name": "原因", "event_count": "事件", "reworked_count": "返工"}
    return listing(
        asked, "痛点堵点", "overview/pain_point", columns, requirements="OV-10", empty="没有反复出现的地点与原因"
    )


def economy(asked: Address) -> Component:
    columns = {
        "name": "指标", "owner_unit": "责任单位", "month_date": "月份", "cumulative_value": "累计",
        "measure_unit": "单位", "growth_ratio": "增速",
    }  # fmt: skip
    return listing(
        asked, "经济运行", "overview/economy_strip", columns, requirements="OV-11 OV-15", empty="经济数据未到", shown=12
    )


def economy_warnings(asked: Address) -> Component:
    columns = {
        "title": "预警",
        "warning_level": "级别",
        "place_code": "地点",
        "raised_at": "发布",
        "handling_unit": "处置单位",
    }
    return listing(
        asked, "经济预警", "overview/economy_warning_open", columns, requirements="OV-16", empty="没有在发的经济预警"
    )


def plan_indicators(asked: Address) -> Component:
    columns = {
        "name": "规划指标", "target_year": "目标年", "target_text": "目标", "value": "现值", "is_met": "达到",
        "owner_unit": "责任单位",
    }  # fmt: skip
    return listing(
        asked, "规划账本：附件1", "overview/plan_ledger", columns, requirements="OV-18 X-21 "
        "K01 K02 K03 K04 K05 K06 K07 K08 K09 K10 K11 K12 K13 K14", empty="没有登记",
        note="规划期末（2025）；年份归属为推定的见数据目录。", shown=14,
    )  # fmt: skip


def plan_tasks(asked: Address) -> Component:
    columns = {
        "name": "重点任务",
        "owner_unit": "责任单位",
        "progress_rate": "进度",
        "plan_task_progress_status": "状态",
        "problem": "问题",
    }
    return listing(
        asked,
        "规划账本：附件2",
        "overview/plan_task_board",
        columns,
        requirements="OV-17 "
        "T01 T02 T03 T04 T05 T06 T07 T08 T09 T10 T11 T12 T13 T14 "
        "T15 T16 T17 T18 T19 T20 T21 T22 T23 T24 T25 T26 T27 T28",
        empty="没有登记",
        shown=28,
    )


def sensors(asked: Address) -> Component:
    columns = {"theme": "场景", "sensor_kind": "类别", "installed_count": "已装", "online_count": "在线"}
    return listing(
        asked, "感知设备", "overview/sensor_theme", columns, requirements="OV-19 OV-20", empty="没有登记", shown=20
    )


def feeds(asked: Address) -> Component:
    columns = {
        "name": "系统", "theme": "场景", "owner_unit": "责任单位", "expected_batch_count": "应到批次",
        "received_batch_count": "实到", "last_success_at": "最近成功",
    }  # fmt: skip
    return listing(asked, "系统接入", "overview/feed_state", columns, requirements="OV-04", empty="没有登记", shown=12)


def _decided(found: list[Row]) -> Said:
    if not found:
        return ("没有", figure("0", "件")), "没有未结案的事件", "calm"
    top = found[0]
    harmed = sum((row["dead_count"] or 0) + (row["injured_count"] or 0) for row in found)
    waiting = sum(row["not_evacuated_count"] or 0 for row in found)
    who = f"{top['lead_unit']}，现场 {top['contact_name'] or '未报'} {top['contact_phone'] or ''}".rstrip()
    when = f"，下次续报 {top['next_report_at']:%m-%d %H:%M}" if top["next_report_at"] else ""
    parts = (
        "未结案",
        figure(str(len(found)), "件"),
        "，伤亡",
        figure(str(harmed), "人"),
        "，应转未转",
        figure(str(waiting), "人"),
    )
    return parts, f"首件：{top['title']}（{who}{when}）", "attention" if harmed or waiting else "calm"


def _assigned(found: list[Row]) -> Said:
    line = found[0]
    parts = (
        "销号", figure(str(line["closed_count"])), " · 在办", figure(str(line["running_count"])),
        " · 临期", figure(str(line["near_due_count"])), " · 逾期", figure(str(line["overdue_count"])),
    )  # fmt: skip
    named = line.get("overdue_units")
    return parts, f"逾期：{named}" if named else "没有逾期", "attention" if line["overdue_count"] else "calm"


def _worse(asked: Address) -> Answer:
    """Which scene's leading number got worse."""
    before = earlier_scope(asked, "previous")
    names = {scene.slug: scene.name for scene in scenes().values()}
    worse = []
    for slug, name in LEADS.items():
        moved = compare(read(name, asked), read(name, before))
        if moved.judgement == "向差":
            worse.append((names[slug], metric(name).name, moved.text))
    if not worse:
        return Answer("比上期哪里变差了？", (figure("没有"), "变差的领域"), "八个领域的代表指标没有一个向差", "calm")
    detail = "；".join(f"{scene}：{name} {text}" for scene, name, text in worse[:3])
    return Answer("比上期哪里变差了？", (figure(str(len(worse)), "个领域"), "向差"), detail, "attention")
