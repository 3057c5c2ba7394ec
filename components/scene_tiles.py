"""The only place that shows the scenes beside one another: a tile for each, and the table of what changed where."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.answering import number
from components.cards import opening, standing
from components.panel import grid, missing
from components.sentences import Answer, figure
from data.catalogue import scenes
from data.divisions import divisions, name_of
from metrics.metric import metric
from metrics.pulse import Domain, pulse
from metrics.scene_change import LEADS, Cell, cells, leads, worst
from metrics.scene_state import scene_states
from queries.scope import CITY

WORSE = "比上期哪里变差了，是谁拖的？"
_CITY_OWN = "3410"


def names() -> dict[str, str]:
    """The scenes' names by slug."""
    return {scene.slug: scene.aliases[0] if scene.slug == "overview" else scene.name for scene in scenes().values()}


def tiles(asked: Address) -> html.Ul:
    """One tile per scene: its score, its leading number and what became of it, what drags the score down."""
    scored = {domain.theme: domain for domain in pulse(asked).domains}
    states = {state.scene: state for state in scene_states(asked.snapshot)}
    return html.Ul(
        [_tile(cell, scored[cell.scene], states[cell.scene].counts.get("missed", 0), asked) for cell in leads(asked)],
        className="scene-tiles",
    )


def _tile(cell: Cell, domain: Domain, missed: int, asked: Address) -> html.Li:
    score = domain.score.value
    said = f"{wording.number(score, 1)} 分" if score is not None else "覆盖不足，不出分"
    slowest = domain.parts[0].reading if domain.parts and domain.parts[0].score is not None else None
    head = [
        dcc.Link(names()[cell.scene], href=f"/{cell.scene}{asked.link(metric=None, item=None)}", className="tile-name"),
        html.Span(said, className="tile-score", title=f"指标覆盖 {wording.number(domain.score.coverage * 100, 0)}%"),
        html.Span(f"{missed} 项未达标" if missed else "", className="tile-missed"),
    ]
    lead = [cell.reading.name, " ", number(asked, cell.reading), " ", standing(cell.reading)]
    moved = [html.Em("环比 "), cell.change.text, f" {cell.change.judgement}" if cell.change.judgement else ""]
    drag = [html.Em("　最拖分 "), opening(slowest, asked, slowest.name)] if slowest else []
    return html.Li(
        [html.Div(head), html.Div(lead, className="tile-lead"), html.Div([*moved, *drag], className="tile-foot")]
    )


def change_table(asked: Address) -> Component:
    """Districts, 管委会 and 市直 by scene: the change of each scene's leading number, each opening its card."""
    found = {(each.place, each.scene): each for each in cells(asked)}
    shown = [slug for slug, name in LEADS.items() if "district_code" in metric(name).by]
    places = [(each.place_code, each.name) for each in divisions() if each.level in ("district", "functional_area")]
    lines = [
        [name, *(_moved(found.get((code, slug)), asked) for slug in shown)]
        for code, name in [*places, (_CITY_OWN, "市直")]
        if any((code, slug) in found for slug in shown)
    ]
    if not lines:
        return missing("数据未到", "等各场景的分区县数据")
    return html.Div(grid(("", *(names()[slug] for slug in shown)), lines), className="scroll")


def change_note() -> str:
    """Which number stands for each scene."""
    return "各格为本场景代表指标的环比：" + "、".join(metric(name).name for name in LEADS.values()) + "。"


def worse(asked: Address) -> Answer:
    """How many scenes' leading numbers got worse, and the three places that did most."""
    bad = [each for each in leads(asked) if each.change.judgement == "向差"]
    if not bad:
        return Answer(WORSE, (figure("没有"), "变差的领域"), "八个领域的代表指标没有一个向差", "calm")
    parts = (figure(str(len(bad)), "个领域"), "向差")
    if asked.area == CITY and (dragging := worst(asked)):
        said = "；".join(f"{_place(each)} {each.reading.name} {each.change.text}" for each in dragging)
        return Answer(WORSE, parts, f"最差三格：{said}", "attention")
    return Answer(WORSE, parts, "；".join(f"{each.reading.name} {each.change.text}" for each in bad[:3]), "attention")


def _place(cell: Cell) -> str:
    return "市直" if cell.place == _CITY_OWN else name_of(cell.place)


def _moved(cell: Cell | None, asked: Address) -> Component | str:
    if cell is None:
        return wording.UNKNOWN
    said = f"{cell.change.text} {cell.change.judgement}".strip()
    look = "is-worse" if cell.change.judgement == "向差" else ""
    return opening(cell.reading, asked, said, look)
