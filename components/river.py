"""The only place that draws monitoring sections down the river: the class found against the class wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from components import wording
from components.drill_map import Point
from components.frames import Row
from components.marks import marked
from metrics.standards.water import CLASSES, classify, rank

ITEMS = {"ph": "pH", "do": "溶解氧", "codmn": "高锰酸盐指数", "nh3n": "氨氮", "tp": "总磷", "tn": "总氮"}


@dataclass(frozen=True)
class Section:
    """One section over the period. Classes are None where nothing could be classed or no target is set."""

    name: str
    river: str
    found: str | None
    wanted: str | None
    before: str | None
    deciding: tuple[str, ...]
    is_border: bool
    measured_at: datetime | None
    lon: float | None = None
    lat: float | None = None

    @property
    def standing(self) -> str:
        """met | missed | none, by rank and never as text."""
        found, wanted = rank(self.found), rank(self.wanted)
        return "none" if found is None or wanted is None else "met" if found <= wanted else "missed"

    @property
    def course(self) -> str:
        """变好， 变差 or 持平 against the period before; empty where either is unknown."""
        now, then = rank(self.found), rank(self.before)
        if now is None or then is None:
            return ""
        return "持平" if now == then else "变好" if now < then else "变差"


def sections(rows: Sequence[Row]) -> list[Section]:
    """The rows of `ecology/section_state`, each section classed by the standard on its period means."""
    return [_section(row) for row in rows]


def _section(row: Row) -> Section:
    body = row["water_body"] or "river"
    now = classify({item: row[item] for item in ITEMS}, body=body)
    before = classify({item: row[f"before_{item}"] for item in ITEMS}, body=body)
    return Section(
        name=row["name"],
        river=row["river_name"] or "",
        found=now.water_class,
        wanted=row["target_class"],
        before=before.water_class,
        deciding=now.deciding,
        is_border=bool(row["is_border"]),
        measured_at=row["measured_at"],
        lon=row["lon"],
        lat=row["lat"],
    )


def points(found: Sequence[Section]) -> tuple[Point, ...]:
    """The sections as points of a map layer; one that misses its target calls for attention."""
    states = {"missed": "attention", "met": "ok", "none": "ok"}
    return tuple(
        Point(
            name=each.name,
            lon=each.lon,
            lat=each.lat,
            state=states[each.standing] if each.found else "none",
            text=(f"{each.found} 类" if each.found else "数据未到")
            + (f"，目标 {each.wanted} 类" if each.wanted else ""),
        )
        for each in found
    )


def table(sections: Sequence[Section]) -> html.Table:
    """One row per section in river order; on a scale of six classes the target is a ring and the finding a dot."""
    names = ("河流", "断面", "", "现状/目标", "判定")
    head = [html.Th(name, scope="col") for name in names]
    head[2] = html.Th([html.Span(name, className="step-name") for name in CLASSES], scope="col", className="scale")
    rows = []
    for river, group in groupby(sections, key=lambda each: each.river):
        members = list(group)
        for index, each in enumerate(members):
            first = html.Th(river or "未登记", rowSpan=len(members), scope="rowgroup", className="river-name")
            rows.append(_row(each, first if index == 0 else None))
    caption = html.Caption("断面水质类别，自上游至下游")
    return html.Table([caption, html.Thead(html.Tr(head)), html.Tbody(rows)], className="river")


def _row(each: Section, river: Component | None) -> html.Tr:
    deciding = "、".join(ITEMS.get(item, item) for item in each.deciding)
    said = f"{each.name}:{each.found or wording.UNKNOWN} 类" + (f"，由{deciding}决定" if deciding else "")
    tag = html.Small("出境", className="border-mark") if each.is_border else None
    found = html.B(each.found) if each.found else html.Span("数据未到", className="absent")
    cells = [
        river,
        html.Th(html.Div([html.Span(each.name), tag], className="section-name"), scope="row"),
        marked(
            html.Td([_step(index, each) for index in range(len(CLASSES))], className="scale"),
            aria_hidden="true",
        ),
        html.Td([found, "/", each.wanted or wording.UNKNOWN]),
        html.Td([_verdict(each.standing), _course(each.course)]),
    ]
    return html.Tr([cell for cell in cells if cell is not None], title=said, className=f"is-{each.standing}")


def _course(course: str) -> Component | None:
    """变好 or 变差 against the period before; an unchanged class needs no word."""
    return html.Small(course, className="course") if course in ("变好", "变差") else None


def _step(index: int, each: Section) -> html.I:
    names = ["step-cell"]
    if each.wanted == CLASSES[index]:
        names.append("wanted")
    if each.found == CLASSES[index]:
        names.append("found")
    return html.I(className=" ".join(names))


def _verdict(standing: str) -> Component | str:
    word = wording.STANDINGS.get(standing)
    return html.Span([html.I(className="mark"), word], className=f"standing is-{standing}") if word else wording.UNKNOWN
