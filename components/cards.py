"""The only place that turns readings into KPI cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.marks import marked
from metrics import Change, Reading, courses, metric
from queries.scope import LEVEL_NAMES

SPARK_PERIODS = 8
_SHORT = 14  # a longer explanation stands on the identity card
_URL_SAFE = " =/:'"
_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 100.0, 32.0, 3.0


@dataclass(frozen=True)
class Card:
    """What one card shows: the reading, how it moved, its last periods and the same of last year (oldest first)."""

    reading: Reading
    previous: Change
    last_year: Change
    past: tuple[float | None, ...]
    past_year: tuple[float | None, ...] = ()


def cards(names: Sequence[str], asked: Address) -> list[Card]:
    """Reads what the cards of `names` show: the last periods and the same periods of last year, all at once."""
    return [
        Card(
            each.reading,
            each.previous,
            each.last_year,
            tuple(past.value for past in each.past),
            tuple(past.value for past in each.past_year),
        )
        for each in courses(names, asked, SPARK_PERIODS)
    ]


def kpi_row(shown: Sequence[Card], asked: Address) -> html.Section:
    """The row of cards."""
    return marked(
        html.Section([kpi_card(card, asked) for card in shown], className="kpis"), data_requirements=_duties(shown)
    )


def kpi_card(card: Card, asked: Address) -> html.Article:
    """One number with its unit, state, comparison, target and last periods; the number opens its identity card."""
    reading = card.reading
    absent = wording.absence(reading, LEVEL_NAMES[metric(reading.metric).lowest])
    value = opening(reading, asked, figure(reading), "value")
    beside = html.Span(absent, className="absent") if absent else spark(card.past, card.past_year)
    moved = [_moved("环比", card.previous), _moved("同比", card.last_year), _target(reading)]
    if reading.detail and reading.is_known and len(reading.detail) <= _SHORT:
        moved.append(html.Span(reading.detail, className="moved of-what"))
    body = [
        html.Header([html.H3(reading.name, title=reading.name), standing(reading)]),
        html.Div([value, beside], className="kpi-value"),
        html.Div(moved, className="kpi-foot"),
    ]
    return marked(
        html.Article(body, className="kpi"),
        data_metric=reading.metric,
        data_state=reading.state,
        data_standing=reading.standing,
        data_stale_at=reading.stale_at.isoformat(timespec="seconds") if reading.stale_at else "",
        data_data_time=wording.moment(reading.data_time, reading.until),
        data_demo="1" if reading.demo else "",
    )


def opening(reading: Reading, asked: Address, shown: Any, look: str = "") -> Component:
    """`shown` as the link that opens the reading's identity card, or as it is where no card can be of that part."""
    href = asked.card(reading)
    if href is None:
        return html.Span(shown, className=look)
    return dcc.Link(shown, href=href, className=look, title=f"{reading.name}：口径、来源与核对")


def figure(reading: Reading) -> list[Component]:
    """The number and its unit, as everywhere."""
    return [html.Span(wording.value(reading), className="figure"), html.Span(reading.unit, className="unit")]


def standing(reading: Reading) -> Component | None:
    """达标， 接近 or 未达标 as shape and word; None where nothing is judged."""
    word = wording.STANDINGS.get(reading.standing)
    if word is None:
        return None
    return html.Span([html.I(className="mark"), word], className=f"standing is-{reading.standing}")


def spark(past: Sequence[float | None], past_year: Sequence[float | None] = ()) -> html.Span | None:
    """The last periods as a line, last year's in grey behind: masks over the text colour, to follow the theme."""
    known = [value for value in (*past, *past_year) if value is not None]
    if sum(value is not None for value in past) < 2:
        return None
    low, high = min(known), max(known)

    def y(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        return _SPARK_EDGE + (1 - share) * (_SPARK_HEIGHT - 2 * _SPARK_EDGE)

    def line(values: Sequence[float | None], look: str) -> html.I:
        step, pieces, run = _SPARK_WIDTH / (len(values) - 1), [], ""
        for index, value in enumerate(values):
            run = "" if value is None else f"{'L' if run else 'M'}{index * step:.1f} {y(value):.1f}"
            pieces.append(run)
        svg = (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_SPARK_WIDTH:g} {_SPARK_HEIGHT:g}' "
            "preserveAspectRatio='none'>"
            f"<path d='{''.join(pieces)}' fill='none' stroke='black' stroke-width='1.6' stroke-linejoin='round' "
            "vector-effect='non-scaling-stroke'/></svg>"
        )
        mask = f'url("data:image/svg+xml,{quote(svg, safe=_URL_SAFE)}")'
        return html.I(className=look, style={"WebkitMaskImage": mask, "maskImage": mask})

    drawn: list[html.I | None] = [line(past, "spark-line")]
    said = f"近 {len(past)} 期走势"
    if sum(value is not None for value in past_year) > 1:
        drawn.insert(0, line(past_year, "spark-line is-last-year"))
        said += "，灰线为上年同期"
    if (last := past[-1]) is not None:
        drawn.append(html.I(className="spark-dot", style={"top": f"{y(last) / _SPARK_HEIGHT * 100:.1f}%"}))
    return marked(html.Span(drawn, className="spark", role="img", title=said), aria_label=said)


def _moved(label: str, change: Change) -> html.Span:
    said = [html.Em(label), html.B(change.text)]
    if change.alignment and change.direction != "unknown":
        said.append(html.Small(change.alignment))
    return html.Span(said, className=f"moved is-{change.direction}", title=wording.against(change) or None)


def _target(reading: Reading) -> html.Span:
    said = wording.target(reading.target, reading.decimals, reading.unit if reading.unit == "%" else "")
    basis = wording.target_basis(reading.target) if reading.target else ""
    return html.Span(
        [
            html.Em("年目标" if metric(reading.metric).target_period == "year" else "目标"),
            html.B(said or wording.UNKNOWN),
        ],
        className="moved",
        title=basis,
    )


def _duties(shown: Sequence[Card]) -> str:
    return " ".join(sorted({duty for card in shown for duty in metric(card.reading.metric).requirements}))
