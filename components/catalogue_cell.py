"""The only place that puts a value of the catalogue into words: dashes for nothing, marks for states, links for ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.catalogue_address import Asked
from components.catalogue_item import Value
from components.catalogue_plan import PAGES
from components.marks import marked

Cell = Value | Component
Rows = Sequence[Sequence[Cell]]
Facts = list[tuple[str, Cell | list[Component]]]  # label, and what it says
_STATES: Mapping[str, str] = {  # how a word looks: fine, half done, absent, pressing, demo
    "按时": "fine", "在用": "fine", "已实现": "fine", "部分实现": "half", "观察": "half", "推定": "half",
    "数据未到": "absent", "待确认": "absent", "未实现": "absent", "退役": "absent", "不计时": "absent",
    "迟到": "pressing", "与正文矛盾": "pressing", "演示": "demo",
}  # fmt: skip
_LONGEST = 80
_WRAPS_FROM = 12  # characters: shorter text keeps its line


def words(label: str, value: Value) -> str:
    """The value as it is shown under `label`; years have no thousands."""
    if value is None:
        return wording.UNKNOWN
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return wording.full_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    return str(value) if label.endswith("年") else f"{value:,.10g}".replace("-", wording.MINUS)


def short(text: str, most: int = _LONGEST) -> str:
    """The text, cut where it is too long for a row."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def around(text: str, word: str, most: int) -> str:
    """The piece of a long text in which `word` stands, as far as it is written the same way there."""
    start = max(0, text.casefold().find(word.casefold()) - most // 3)
    start = 0 if len(text) <= most else start
    return f"{'…' if start else ''}{short(text[start:], most)}"


def is_number(value: Cell) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def state(word: str) -> html.Span:
    """A state as mark and word."""
    return html.Span([html.I(className="dot"), word], className=f"state is-{_STATES.get(word, 'fine')}")


def shown(label: str, value: Value) -> str | Component:
    """The value in a row: a state with its mark, other text cut."""
    if isinstance(value, str) and value in _STATES:
        return state(value)
    return short(words(label, value))


def table(head: Sequence[str], rows: Rows, name: str = "") -> html.Div:
    """A table whose cells know their labels, so that a phone can show a row as a block; the first cell is its name."""
    numeric = {index for row in rows for index, value in enumerate(row) if is_number(value)}
    top = [html.Th(label, scope="col", className="num" if index in numeric else "") for index, label in enumerate(head)]
    lines = [
        html.Tr(
            [
                _cell(label, value, index, index in numeric)
                for index, (label, value) in enumerate(zip(head, row, strict=True))
            ]
        )
        for row in rows
    ]
    body = html.Table([html.Thead(html.Tr(top)), html.Tbody(lines)], className=f"grid entries {name}".strip())
    return html.Div(body, className="scroll")


def _cell(label: str, value: Cell, index: int, is_numeric: bool) -> html.Td:
    is_long = isinstance(value, str) and len(value) > _WRAPS_FROM
    name = "name" if index == 0 else "none" if value is None else ""
    name = f"{name} {'num' if is_numeric else 'long' if is_long else ''}".strip()
    body = value if isinstance(value, Component) else shown(label, value)
    return marked(html.Td(body, className=name), data_label=label)


def links(
    asked: Asked, kind: str, names: Iterable[str], said: Callable[[str], str] = str, most: int = 0
) -> list[Component]:
    """The names as links to their entries; with `most`, the rest only counted."""
    every = list(names)
    cut = every[:most] if most else every
    parts: list[Component] = [dcc.Link(said(name), href=asked.to(kind, name), className="to") for name in cut]
    if len(every) > len(cut):
        parts.append(html.Span(f"等 {len(every):,} 个"))
    return parts


def page_links(asked: Asked, slugs: Iterable[str]) -> list[Component]:
    """The pages as links; those that are not built yet are text."""
    return [dcc.Link(PAGES.get(slug, slug), href=asked.elsewhere(f"/{slug}"), className="to") for slug in slugs]


def facts(pairs: Facts) -> html.Dl:
    """Labels and what they say; what is unknown is a dash, an empty list too."""
    parts: list[Component] = []
    for label, value in pairs:
        said = value if isinstance(value, Component | list) else shown_whole(label, value)
        parts += [html.Dt(label), html.Dd(said or wording.UNKNOWN)]
    return html.Dl(parts, className="facts")


def shown_whole(label: str, value: Value) -> str | Component:
    """The value in full, a state with its mark."""
    return state(value) if isinstance(value, str) and value in _STATES else words(label, value)
