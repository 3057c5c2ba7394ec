"""城管：今天哪些件要超期，考核谁先谁后，老问题在哪几个点反复。"""

from __future__ import annotations

from dash import Output, callback, dcc, html, register_page
from dash.development.base_component import Component

from components import pictures, sentences, shell, urban_answers
from components.address import Address
from components.comparing import comparison_map, course, ranking
from components.deck import deck
from components.frames import rows
from components.league import league
from components.listing import absence, by_district, cell, listed, listing
from components.matrix import matrix
from components.panel import grid, missing, panel
from components.readings_panel import lines_of
from components.shell import ids
from components.urban_answers import fewest, judged
from components.worklist import urban_lists
from metrics import read_groups, read_many
from queries.runner import run

register_page(__name__, path="/urban", name="城管", order=6)
LEADING = ("on_time_closure_rate", "filed_case_count", "overdue_case_count", "near_limit_case_count",
           "repeat_place_count")  # fmt: skip
MAIN = "filed_case_count"
GRIDS_DRAWN = 10
SCORES = ("smart_monitoring_score", "quick_contact_score", "duty_score", "closed_loop_score", "efficiency_score")
SUBSYSTEMS = ("component_intact_rate", "street_light_rate", "sweep_completion_rate", "flood_alarm_count",
              "market_complaint_closure_rate", "enforcement_on_time_rate")  # fmt: skip
CASE, ORDER, DETECTION = "urban.case", "urban.hotline_order", "urban.ai_detection"
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("城管", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "urban")  # area, period and snapshot, read once
    return shell.panels(
        asked, questions, kpis, district_map, by_part, due_units, by_day, repeat_places, scores, subsystems,
        urban_lists, due_cases, categories, board, league, ranks, deductions, flow, calendar,
        category_places, grids, hours, stream, discoveries, detections,
        precisions, joint, handover, topics, topic_places, enforcement, watched, pipes, uploads, component_stock,
    )  # fmt: skip


def questions(asked: Address) -> Component:
    return sentences.strip(urban_answers.answers(asked), "CG-05 CG-08")


def flow(asked: Address) -> Component:
    return pictures.case_flow(asked, requirements="CG-08")


def calendar(asked: Address) -> Component:
    return pictures.day_calendar(asked, MAIN, requirements="CG-08 CG-12")


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, MAIN, requirements="CG-08 CG-12")


def by_part(asked: Address) -> Component:
    return ranking(asked, MAIN, requirements="CG-08 CG-12")


def by_day(asked: Address) -> Component:
    return course(asked, MAIN, requirements="CG-08 CG-12")


# fmt: off
due_units = listed(
    "due_units", "今日到期、超期：在谁手里", "urban/case_due_unit",
    {"handling_unit": "处置单位", "overdue_count": "已超期", "due_today_count": "今日到期",
     "least_work_hours_left": "最少剩余工时", "next_limit_at": "最近时限", "open_count": "在办"},
    requirements="CG-08", empty="没有超期，也没有今日到期的案件", slot="lead", note="件数，截至统计期末零点。",
)
repeat_places = listed(
    "repeat_places", "反复点位（90 天内 3 次及以上）", "urban/repeat_place",
    {"address": "地点", "kind_name": "小类", "case_count": "立案", "open_count": "未结", "last_filed_at": "最近立案",
     "handling_unit": "处置单位", "photo_case_id": "前后照片见案卷"},
    requirements="CG-05", empty="90 天内没有同点同类立案三次的点位", slot="second",
)
due_cases = listed(
    "due_cases", "今日到期、超期：逐件", "urban/case_due",
    {"title": "案件", "handling_unit": "处置单位", "case_status": "状态", "limit_at": "时限",
     "work_hours_left": "剩余工时", "supervision_count": "督办"},
    requirements="CG-08", empty="没有超期，也没有今日到期的案件", shown=100, note="剩余工时为负的已超期。",
)
board = listed(
    "board", "事件板：紧急、批示、督办", "urban/case_board",
    {"title": "案件", "handling_unit": "处置单位", "limit_at": "时限", "case_status": "状态", "is_urgent": "紧急",
     "supervision_count": "督办", "channel": "来源"},
    requirements="CG-08", empty="没有在办的紧急、批示或督办案件", shown=40,
)
ranks = listed(
    "ranks", "公布的考核名次：最近一个已考核月", "urban/assessment_rank",
    {"assessment_group": "分组", "assessed_unit": "单位", "rank_no": "名次", "earlier_rank_no": "上月名次",
     "score": "得分", "deducted_points": "扣分", "due_case_count": "应结案"},
    requirements="CG-05", empty="这里没有被考核的单位", shown=60, binds=lambda asked: {"fewest": fewest()},
    note="应结案太少的单位不排名。",
)
categories = listed(
    "categories", "立案大类", "urban/case_category",
    {"category_name": "大类", "filed_count": "立案", "due_count": "应结案", "due_on_time_count": "按期结案"},
    requirements="CG-08 CG-12", empty="这段时间没有立案", shown=20,
)
discoveries = listed(
    "discoveries", "发现方式", "urban/discovery_mix",
    {"discovery_name": "方式", "channel": "来源", "reported_count": "上报", "filed_count": "立案"},
    requirements="CG-02 CG-12", empty="这段时间没有上报", shown=20, lowest="district",
)
detections = listed(
    "detections", "智能发现：识别与复核", "urban/detection_kind",
    {"kind_name": "类别", "detection_count": "识别", "confirmed_count": "属实", "rejected_count": "误报",
     "duplicate_count": "重复", "pending_count": "待复核", "case_count": "转案件"},
    requirements="CG-02 CG-03", empty="这段时间没有识别", shown=20, lowest="subdistrict",
)
stream = listed(
    "stream", "智能发现：最近 50 条", "urban/detection_stream",
    {"detected_at": "时刻", "kind_name": "类别", "place_code": "地点", "confidence_rate": "置信度",
     "ai_review_state": "复核", "case_id": "转案件"},
    requirements="CG-02 CG-03", empty="这段时间没有识别", shown=50,
)
joint = listed(
    "joint", "跨部门协同：在办联合处置", "urban/joint_case",
    {"title": "案件", "lead_unit": "牵头", "held_hours": "在手小时", "limit_at": "时限", "return_count": "退回",
     "case_status": "状态", "supporting_units": "配合"},
    requirements="CG-04", empty="没有在办的联合处置案件", shown=40,
)
handover = listed(
    "handover", "移交与退单", "urban/handover_unit",
    {"handling_unit": "接手单位", "received_count": "移交", "returned_count": "退回",
     "mean_handover_hours": "平均小时"},
    requirements="CG-04", empty="这段时间没有移交", shown=50,
)
topics = listed(
    "topics", "民意主题", "urban/topic_change",
    {"topic_name": "主题", "reported_count": "本期来电", "before_reported_count": "上期", "repeat_count": "重复",
     "solve_asked_count": "回访", "solved_count": "已解决"},
    requirements="CG-06", empty="这段时间没有来电", shown=30, lowest="subdistrict",
    binds=lambda asked: {"before": asked.previous().since},
)
pipes = listed(
    "pipes", "城市管网", "urban/pipe_state",
    {"pipe_kind": "管网", "length_km": "长度（km）", "old_length_km": "老旧", "monitored_length_km": "有监测",
     "alarm_count": "告警", "handled_alarm_count": "已处置", "incident_count": "事故", "open_incident_count": "未修复"},
    requirements="CG-09", empty="没有登记的管网", lowest="subdistrict",
)
uploads = listed(
    "uploads", "省平台上报（全市）", "urban/upload_state",
    {"province_upload_kind": "数据", "batch_count": "批次", "row_count": "报送", "accepted_row_count": "接收",
     "rejected_row_count": "退回", "last_uploaded_at": "最近一批", "province_upload_status": "状态",
     "last_reason": "退回原因"},
    requirements="CG-09", empty="这段时间没有上报",
)
component_stock = listed(
    "component_stock", "城市部件（登记现状）", "urban/component_class",
    {"category_name": "大类", "kind_name": "小类", "component_count": "个数", "intact_count": "完好",
     "damaged_count": "破损", "lost_count": "丢失", "sensor_count": "物联终端"},
    requirements="CG-10", empty="没有登记的部件", shown=40, lowest="community",
)
enforcement = listed(
    "enforcement", "行政执法", "urban/enforcement_domain",
    {"enforcement_domain": "领域", "filed_count": "立案", "due_count": "到期", "on_time_count": "按期",
     "decided_count": "处罚", "fine_wan": "罚没（万元）", "mobile_count": "移动执法", "off_site_count": "非现场"},
    requirements="CG-13", empty="这段时间没有执法案件",
)
watched = listed(
    "watched", "重点监管名单", "urban/watch_list_industry",
    {"watch_list_kind": "名单", "industry_code": "行业", "subject_count": "对象"},
    requirements="CG-13", empty="没有在册的监管对象", shown=30, lowest="district", note="少于 5 个的不给个数。",
)
category_places = by_district(
    "category_places", "立案大类 × 区县", "urban/case_category_district", ("category_name", "filed_count"),
    requirements="CG-08 CG-12",
)
topic_places = by_district(
    "topic_places", "民意主题 × 区县", "urban/topic_place", ("topic_name", "reported_count"),
    requirements="CG-06",
)
# fmt: on


def scores(asked: Address) -> Component:
    return panel("五项总分", lines_of(read_many(SCORES, asked), asked), requirements="CG-01")


def subsystems(asked: Address) -> Component:
    return panel("六个子系统", lines_of(read_many(SUBSYSTEMS, asked), asked), requirements="CG-07")


def precisions(asked: Address) -> Component:
    found = read_groups("ai_precision", asked, "kind_name")
    body = lines_of(found, asked) if found else missing("没有可算查准的识别", "本指标到乡镇街道")
    return panel("各类查准率", body, requirements="CG-03")


def deductions(asked: Address) -> Component:
    found = judged(asked)
    if not found:
        return panel("垫底单位逐条扣分", missing("这里没有可比的单位", "回到上一级看"), requirements="CG-05")
    columns = {"rule_name": "条目", "deducted_points": "扣分", "case_id": "案件", "assessment_deduction_status": "状态"}
    last = str(found[-1]["assessed_unit"])
    return listing(
        asked, f"逐条扣分：{last}", "urban/assessment_deduction_item", columns, requirements="CG-05",
        empty="没有扣分", shown=100, unit=last,
    )  # fmt: skip


def hours(asked: Address) -> Component:
    title, absent = "一周时段：立案件数", absence(asked, CASE, "district")
    values = {
        (str(int(row["day_of_week"])), str(int(row["hour_of_day"]))): row["filed_count"]
        for row in rows(run("urban/case_hour_of_week", asked))
    }
    days = [(str(day), f"周{name}") for day, name in enumerate("一二三四五六日", 1)]
    body = absent or html.Div(
        matrix(title, days, [(str(hour), str(hour)) for hour in range(24)], values, otherwise=0), className="scroll"
    )
    return panel(title, body, requirements="CG-08 CG-12", unit="件，横为几点钟")


def grids(asked: Address) -> Component:
    found = rows(run("urban/grid_top", asked))
    if not found:
        return panel("问题高发网格", absence(asked, CASE) or missing("这段时间没有立案"), requirements="CG-12")
    lines = [
        [
            dcc.Link(cell("place_code", row["unit_grid_code"]), href=asked.link(area=row["unit_grid_code"])),
            cell("filed_count", row["filed_count"]),
            cell("open_count", row["open_count"]),
        ]
        for row in found
    ]
    bars = [(cell("place_code", row["unit_grid_code"]), float(row["filed_count"])) for row in found]
    body = [
        pictures.ranked(asked, "问题高发网格", bars[:GRIDS_DRAWN], unit="件"),
        html.Div(grid(("单元网格", "立案", "未结"), lines), className="scroll"),
    ]
    return panel("问题高发网格", body, requirements="CG-12", note="立案最多的 20 个，点开看这个网格。")
