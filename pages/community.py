"""社区：老人报警有没有人到场，补贴发到位没有，基层还在重复填哪些表。"""

from __future__ import annotations

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import sentences, shell, wording
from components.address import Address
from components.answering import Said, calls, from_rows, number
from components.comparing import comparison_map, course, ranking
from components.deck import deck
from components.drill_map import Layer, Point
from components.frames import Row, rows
from components.listing import cell, listed
from components.readings_panel import readings
from components.sentences import Answer
from components.shell import ids
from metrics import read, read_many
from queries.runner import run

register_page(__name__, path="/community", name="社区", order=5)
LEADING = ("unreached_alert_count", "alert_arrival_p90", "subsidy_paid_rate", "repeated_field_count")
MAIN = "unreached_alert_count"
BASE = ("CO01", "CO02", "CO23", "CO09", "CO03")
CARE = ("CO16", "CO17", "CO05", "CO07", "CO08")
DELIVERY_AND_SECURITY = ("CO18", "CO19", "CO20")
GRID = ("CO10", "CO21", "CO22", "CO15")
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("社区", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "community")  # area, period and snapshot, read once
    return shell.panels(
        asked, questions, kpis, district_map, by_district, by_day, unreached, unpaid, failed, repeated, base, balance,
        care, service_mix, grids, delivery_and_security, pilots, delivery_sites, funds,
    )  # fmt: skip


def questions(asked: Address) -> Component:
    return sentences.strip((_unreached(asked), _paid(asked), _repeated(asked)), "SQ-06 SQ-08 SQ-12")


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, MAIN, (_sites,), requirements="SQ-03 SQ-06 SQ-08")


def by_district(asked: Address) -> Component:
    return ranking(asked, MAIN, requirements="SQ-06")


def by_day(asked: Address) -> Component:
    return course(asked, MAIN, requirements="SQ-06")


# fmt: off
unreached = listed(
    "unreached", "限时未到场", "community/unreached_alert",
    {"place_code": "乡镇街道", "handling_unit": "处置单位", "unreached_count": "件数", "never_count": "无人到场",
     "longest_late_min": "晚到（分）", "open_count": "未办结", "last_raised_date": "最近一次"},
    requirements="SQ-03 SQ-06", slot="lead", empty="没有限时未到场的告警", note="误报不计；只到乡镇街道，不列老人。",
)
unpaid = listed(
    "unpaid", "未到位补贴", "community/unpaid_subsidy",
    {"place_code": "所在地", "due_date": "应发放日"},
    requirements="SQ-08", slot="second", empty="应发的都发足了",
    note="只列还没有发足的地方，不列名单、类别；人数见养老补贴到位率，人数少的不给。",
)
failed = listed(
    "failed", "检查不合格未整改机构", "community/failed_institution",
    {"name": "机构", "care_inspection_kind": "检查", "inspecting_unit": "检查单位", "problem_count": "问题",
     "rectified_count": "已改", "due_date": "整改期限", "is_overdue": "逾期"},
    requirements="SQ-08", empty="没有不合格未整改的机构",
)
repeated = listed(
    "repeated", "重复采集：按要表部门", "community/repeated_field",
    {"requesting_unit": "要表部门", "repeated_field_count": "重复字段（个）", "form_count": "用到的表（张）",
     "available_field_count": "平台已有（个）"},
    requirements="SQ-12", empty="没有被两家及以上单位要的字段", note="平台已有的字段可改为按需获取。",
)
base = listed(
    "base", "养老底数", "community/base_count",
    {"base_object": "对象", "object_count": "登记数"},
    requirements="SQ-01 SQ-07", empty="没有登记", note="个人信息只到汇总；不足 5 户、5 人的不给数。",
)
# fmt: on


def balance(asked: Address) -> Component:
    return readings(asked, "居家、社区、机构均衡与生活圈", BASE, requirements="SQ-01 SQ-05 SQ-07")


def care(asked: Address) -> Component:
    return readings(asked, "照护设备与服务质量", CARE, requirements="SQ-03 SQ-09 SQ-10")


# fmt: off
service_mix = listed(
    "service_mix", "服务构成", "community/service_mix",
    {"service_kind": "服务", "order_count": "工单", "free_count": "无偿", "low_count": "低偿", "paid_count": "有偿"},
    requirements="SQ-10", empty="这段时间没有服务工单",
)
# fmt: on


def grids(asked: Address) -> Component:
    return readings(asked, "网格与减负", GRID, requirements="SQ-12 SQ-13")


def delivery_and_security(asked: Address) -> Component:
    return readings(asked, "无人配送与智能安防小区", DELIVERY_AND_SECURITY, requirements="SQ-04 SQ-11 SQ-14")


# fmt: off
pilots = listed(
    "pilots", "试点登记", "community/pilot_state",
    {"pilot_kind": "试点", "pilot_count": "登记", "accepted_count": "已验收", "running_count": "试运行",
     "building_count": "在建", "stopped_count": "已终止", "overdue_count": "过计划日未验收"},
    requirements="SQ-11 SQ-14", empty="没有登记试点",
)
funds = listed(
    "funds", "养老资金", "community/fund_use",
    {"elder_fund_kind": "用途", "newest_year": "年份", "budget_wan": "预算（万元）",
     "allocated_wan": "已下达（万元）", "spent_wan": "已支出（万元）", "spent_rate": "支出比例"},
    requirements="SQ-08", empty="没有登记养老资金",
)
delivery_sites = listed(
    "delivery_sites", "无人配送点位", "community/delivery_site",
    {"delivery_point_kind": "点位", "point_count": "登记", "online_count": "在线", "slot_count": "格口（机位）",
     "vehicle_count": "无人车（机）"},
    requirements="SQ-04", empty="没有登记配送点",
)
# fmt: on


# --- what the sentences and the map are made of -----------------------------------------------------------------------


def _unreached(asked: Address) -> Answer:
    late, arrival = read_many(("CO11", "CO06"), asked)

    def say(found: list[Row]) -> Said:
        parts = ("限时未到场", number(asked, late), "，到场 P90", number(asked, arrival))
        if not found:
            return parts, "真实告警都有人按时到场", calls(late)
        top = found[0]
        worst = f"{cell('place_code', top['place_code'])} {top['unreached_count']} 件（{top['handling_unit']}）"
        detail = f"应为 0；最多：{worst}，其中至今无人到场 {top['never_count']} 件"
        return parts, detail, "attention"

    return from_rows("老人报警有没有没人到场的？", asked, "community/unreached_alert", "community.care_alert", say)


def _paid(asked: Address) -> Answer:
    paid, institutions = read_many(("CO12", "CO13"), asked)

    def say(found: list[Row]) -> Said:
        parts = ("补贴到位", number(asked, paid), "，不合格", number(asked, institutions))
        late = [str(row["name"]) for row in found if row["is_overdue"]]
        if not found:
            return parts, "没有检查不合格未整改的机构", calls(paid)
        return parts, f"整改逾期：{'、'.join(late[:3])}" if late else "都在整改期限内", "attention"

    question = "补贴发到位没有，哪家机构有问题？"
    return from_rows(question, asked, "community/failed_institution", "community.care_inspection", say)


def _repeated(asked: Address) -> Answer:
    fields = read("CO14", asked)

    def say(found: list[Row]) -> Said:
        parts = ("重复采集", number(asked, fields), "，要表部门", sentences.figure(str(len(found)), "家"))
        if not found:
            return parts, "没有被两家及以上单位要的字段", "calm"
        most = "、".join(f"{row['requesting_unit']} {row['repeated_field_count']} 个" for row in found[:2])
        known = found[0]["available_field_count"]
        return parts, f"要得最多：{most}；{found[0]['requesting_unit']}要的有 {known} 个平台已有", "attention"

    return from_rows("基层还在重复填哪些表？", asked, "community/repeated_field", "community.report_field", say)


def _sites(asked: Address) -> Layer:
    """Institutions with beds; one that failed an inspection and has not put it right calls for attention."""
    points = []
    for row in rows(run("community/care_site", asked)):
        has_failed = row["failed_count"] > 0
        beds = "床位数未报" if row["bed_count"] is None else f"床位 {wording.number(row['bed_count'], 0)} 张"
        text = f"检查不合格未整改 {row['failed_count']} 次" if has_failed else beds
        points.append(Point(str(row["name"]), row["lon"], row["lat"], "attention" if has_failed else "ok", text))
    return Layer("station", "养老与护理机构", tuple(points))
