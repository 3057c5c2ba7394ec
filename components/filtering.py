"""The only place that draws the page's filters: chips that say them and take them off, links that put them on.

The address is their only state (`f.<dimension>=<value>,<value>`), so Back undoes a click and a link carries them.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.address import Address
from components.marks import marked
from components.panel import missing, panel
from metrics import Metric
from metrics.filters import dimension_of, refusal_words, taken, takes


def chips(asked: Address) -> Component | None:
    """The filters that are on, each a link that takes it off; None where there is none."""
    if not asked.filters:
        return None
    known = asked.dimensions
    links: list[Component] = [html.Span("筛选", className="chips-label")]
    for name, value in asked.filters:
        word = known[name].word(value, asked.snapshot) or value
        off = dcc.Link(
            [html.Span([html.Small(known[name].label), word]), html.B("×", className="off")],
            href=toggled(asked, name, value), className="chip", title=f"去掉筛选：{known[name].label} {word}",
        )  # fmt: skip
        links.append(marked(html.Span(off), data_filter=f"{name}={value}"))  # a Link keeps no mark
    if len(asked.filters) > 1:
        links.append(dcc.Link("全部去掉", href=cleared(asked), className="chip-clear"))
    return marked(html.Nav(links, className="chips"), aria_label="筛选条件")


def toggled(asked: Address, name: str, value: str) -> str:
    """A link that puts the filter on, or takes it off where it is on."""
    values = set(asked.chosen.get(name, ())) ^ {value}
    return asked.link(**{f"f.{name}": ",".join(sorted(values)) or None})


def only(asked: Address, name: str, value: str, **changes: object) -> str:
    """A link to the page with this value alone in the dimension."""
    return asked.link(**{f"f.{name}": value}, **changes)


def cleared(asked: Address) -> str:
    """A link to the page without any filter."""
    return asked.link(**{f"f.{name}": None for name in asked.chosen})


def can_filter(asked: Address, name: str, value: Any) -> bool:
    """Whether a click on this value would filter the page: never a link that leads to a refusal."""
    known = asked.dimensions.get(name)
    if known is None or value is None or "," in str(value) or not str(value):
        return False
    return known.word(str(value), asked.snapshot) is not None


def linked(asked: Address, name: str, value: Any, body: Any) -> Any:
    """`body` as a link that filters the page by the value, or as it is where that cannot be."""
    if not can_filter(asked, name, value):
        return body
    is_on = str(value) in asked.chosen.get(name, ())
    said = (
        "去掉这个筛选" if is_on else f"只看{asked.dimensions[name].label}：{body if isinstance(body, str) else value}"
    )
    return dcc.Link(
        body,
        href=toggled(asked, name, str(value)),
        className="filter-link is-on" if is_on else "filter-link",
        title=said,
    )


def splits(shown: Metric) -> list[tuple[str, str]]:
    """The dimensions other than places by which a number can be laid out: name and label."""
    return [
        (name, dimension_of(shown, name).label)
        for name in taken(shown)
        if name not in ("district_code", "subdistrict_code", "community_code", "unit_grid_code")
    ]


def refusal(shown: Metric, asked: Address) -> Component | None:
    """What stands where this number cannot be filtered so; None where it can."""
    if takes(shown, asked):
        return None
    return missing("此筛选不适用", refusal_words(shown, asked).split("：", 1)[1])


def not_taken(asked: Address, title: str = "", slot: str = "") -> Component:
    """The panel of a question that does not know the page's filters."""
    absent = missing("此筛选不适用", "这一块没有按这个条件分的数，去掉筛选再看")
    drawn = panel(title or "没有这种分法的一块", absent, slot=slot)
    drawn.className = f"{drawn.className} is-unfiltered"
    return marked(drawn, data_state="not_filterable")
