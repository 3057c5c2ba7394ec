"""The only place that orders a scene's numbers by attention: what is missed first, then near, then the rest."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.address import Address
from components.cards import cards, kpi_row
from components.marks import marked
from components.readings_panel import lines_of
from metrics import Reading, metric, metrics, read_many

FIRST = 8  # more than eight numbers on a first screen are not read
_URGENCY = {"missed": 0, "near": 1, "met": 2, "none": 3}


def by_attention(readings: Sequence[Reading]) -> list[Reading]:
    """Missed, near, met, unjudged; unknown ones last; each in the order of their codes, so that cards do not jump."""
    return sorted(readings, key=lambda each: (not each.is_known, _URGENCY[each.standing], each.code))


def deck(asked: Address, leading: Sequence[str] = (), names: Sequence[str] = ()) -> Component:
    """Every number of the scene (or of `names`): eight cards, the rest as a table one click away.

    `leading` are kept among the first eight even when nothing is wrong with them: what the scene is about.
    """
    own = [each.id for each in metrics(asked.theme) if not each.of_readings]  # an index has a panel of its own
    ordered = by_attention(read_many(names or own, asked))
    wrong = [each for each in ordered if each.standing in ("missed", "near") and each.is_known]
    kept = [each for each in ordered if each.metric in leading and each not in wrong]
    rest = [each for each in ordered if each not in wrong and each not in kept]
    lined = [*wrong[: max(FIRST - len(kept), 0)], *kept, *wrong[max(FIRST - len(kept), 0) :], *rest]
    first = kpi_row(cards([each.metric for each in lined[:FIRST]], asked), asked)
    if len(lined) <= FIRST:
        return first
    others = lines_of(lined[FIRST:], asked)  # their periods are read when somebody asks for their cards
    more = html.Details([html.Summary(f"其余 {len(lined) - FIRST} 个指标"), others], className="more-kpis")
    duties = sorted({duty for each in lined for duty in metric(each.metric).requirements})
    return marked(html.Section([first, more], className="deck"), data_requirements=" ".join(duties))
