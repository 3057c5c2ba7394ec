"""智慧文旅：客流会不会挤爆，假期是升是降，投诉处理了没有。"""

from __future__ import annotations

from datetime import datetime, time

from dash import Output, callback, html, register_page
from dash.development.base_component import Component

from components import sentences, shell, wording
from components.address import Address
from components.answering import Said, calls, from_rows, moved, number
from components.comparing import comparison_map, course, ranking
from components.deck import deck
from components.drill_map import Layer, Point
from components.frames import Row, rows
from components.listing import listed
from components.sentences import Answer, figure
from components.shell import ids
from metrics import read
from queries.runner import run

register_page(__name__, path="/tourism", name="智慧文旅", order=2)
LEADING = ("visitor_count", "spot_peak_load_ratio", "overnight_visitor_rate", "tourism_revenue")
MAIN = "visitor_count"
CLOSE = 0.8  # LB/T 034-2014: warn at 80 % of the approved capacity
COMPLAINTS = "投诉集中在哪类，处理了没有？"
at = ids(__name__)


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    return shell.page("智慧文旅", html.Div(id=at("body")))


@callback(Output(at("body"), "children"), shell.SCOPE)
def show(search: str | None) -> list[Component]:
    asked = shell.scope(search, "tourism")  # area, period and snapshot, read once
    return shell.panels(asked, questions, kpis, district_map, by_district, by_day, crowded, complaints, origins)


def questions(asked: Address) -> Component:
    answers = (
        from_rows("哪个点最挤，什么时刻？", asked, "tourism/crowd_peak", "tourism.scenic_flow", _fullest),
        _holiday(asked),
        from_rows(
            "投诉集中在哪类，处理了没有？", asked, "tourism/complaint_category", "tourism.complaint", _complained
        ),
    )
    return sentences.strip(answers, "WL-05 WL-06 WL-10")


def kpis(asked: Address) -> Component:
    return deck(asked, LEADING)


def district_map(asked: Address) -> Component:
    return comparison_map(asked, MAIN, (_spots,), requirements="WL-02 WL-05")


def by_district(asked: Address) -> Component:
    return ranking(asked, MAIN, requirements="WL-05 WL-07")


def by_day(asked: Address) -> Component:
    return course(asked, MAIN, requirements="WL-05 WL-07")


# fmt: off
crowded = listed(
    "crowded", "最挤的一刻", "tourism/crowd_peak",
    {"name": "景区、节点", "place_code": "所在地", "peak_on_site": "最高在场（人）", "peak_at": "时刻",
     "instantaneous_capacity": "核定承载（人）", "load_ratio": "承载率"},
    requirements="WL-02 WL-10", slot="lead", empty="这段时间没有客流读数", note="没有核定承载量的不评级。",
)
complaints = listed(
    "complaints", "未办结投诉", "tourism/complaint_open",
    {"category_name": "类别", "due_at": "时限", "is_overdue": "超期", "handling_unit": "处置单位"},
    requirements="WL-06 WL-10", slot="second", empty="没有未办结的投诉", note="被投诉商家按权限显示，本页不列。",
)
origins = listed(
    "origins", "客源地（手机信令口径）", "tourism/origin_province",
    {"origin_province": "客源", "visitor_count": "人次"},
    requirements="WL-05 WL-14", empty="这段时间没有客源数据",
)
# fmt: on


def _fullest(found: list[Row]) -> Said:
    rated = [row for row in found if row["load_ratio"] is not None]
    if not rated:
        return (figure("没有可评级的读数"),), "景区未登记核定承载量，或这段时间没有客流", "unknown"
    top = rated[0]
    close = sum(row["load_ratio"] >= CLOSE for row in rated)
    detail = (
        f"{top['peak_at']:%m-%d %H:%M} 在场 {top['peak_on_site']:,.0f} 人，核定 {top['instantaneous_capacity']:,.0f} 人"
    )
    detail += f"；达到 80% 的共 {close} 处" if close else "；没有一处达到 80%"
    detail += f"，另有 {len(found) - len(rated)} 处未评级" if len(found) > len(rated) else ""
    parts = (str(top["name"]), figure(f"{top['load_ratio'] * 100:.0f}", "%"))
    return parts, detail, "attention" if top["load_ratio"] >= CLOSE else "calm"


def _holiday(asked: Address) -> Answer:
    growth, overnight = read("holiday_visitor_growth_ratio", asked), read("holiday_overnight_rate", asked)
    parts = ("日均可比", number(asked, growth), "，过夜", number(asked, overnight))
    detail = growth.detail or f"接待人次{moved(asked, MAIN)}"
    return Answer("假期按可比口径是升是降，留宿多少？", parts, detail, calls(overnight))


def _complained(found: list[Row]) -> Said:
    still_open, overdue = sum(row["open_count"] for row in found), sum(row["overdue_count"] for row in found)
    if not found:
        return ("有效投诉", figure("0", "件")), "统计期内没有受理，也没有未办结", "calm"
    worst = "、".join(f"{row['category_name']} {row['open_count']} 件" for row in found[:3] if row["open_count"])
    parts = ("未办结", figure(str(still_open), "件"), "，超期", figure(str(overdue), "件"))
    return parts, worst or "全部办结", "attention" if overdue else "calm"


def _spots(asked: Address) -> Layer:
    """Spots and nodes with their load at the day's end; at 80 % of the capacity one calls for attention."""
    moment = datetime.combine(asked.until, time())
    peaks = {row["object_id"]: row for row in rows(run("tourism/crowd_now", asked, at=moment))}
    points = []
    for row in rows(run("tourism/spot_place", asked)):
        found = peaks.get(row["object_id"])
        load, ratio = (found["peak_load"], found["load_ratio"]) if found else (None, None)
        state = "none" if load is None else "attention" if (ratio or 0) >= CLOSE else "ok"
        text = "数据未到" if load is None else f"末日最高 {wording.number(float(load), 0)} 人"
        points.append(Point(str(row["name"]), row["lon"], row["lat"], state, text))
    return Layer("station", "景区与节点", tuple(points))
