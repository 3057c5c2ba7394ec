"""The only place that draws a list of the catalogue: fifty rows at a time, with filters, and what a search found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from components.catalogue_address import Asked
from components.catalogue_cell import Cell, around, short, table, words
from components.catalogue_data import DEMO, FRESHNESS, LAYERS
from components.catalogue_item import Hit, Item, Kind, Word, facets, fold, nearest, search
from components.catalogue_kinds import KINDS, listed
from components.catalogue_plan import CLASSES, CONFIDENCES, STATES
from components.marks import marked
from components.panel import missing, panel
from metrics.dictionary import TITLES

PAGE_SIZE = 50
SAMPLE = 6  # entries of each kind when a search looks everywhere
DUTIES: Mapping[str, str] = {
    "theme": "OV-02 OV-03", "table": "X-01 X-02 X-11", "column": "X-02 X-07", "metric": "X-06 X-08",
    "code": "X-01 X-07", "system": "OV-02 OV-04", "change": "OV-02", "indicator": "OV-18", "target": "OV-18",
    "task": "OV-17", "baseline": "OV-18", "requirement": "X-04",
}  # fmt: skip
_WHOSE = ("责任单位", "表名", "状态", "组")  # what stands beside a name when the search was answered by the name itself
_ORDER = (  # of the values of a filter
    *CLASSES.values(), "规划写明", *CONFIDENCES.values(), *STATES.values(), "在用", "观察", "退役",
    *FRESHNESS.values(), DEMO, "待确认", *LAYERS.values(),
)  # fmt: skip
_WITHOUT_CODE = ("change", "theme")  # their id stands in a column of its own, or says nothing


def one_kind(asked: Asked, kind: Kind, hits: Sequence[Hit], *, title: str = "") -> Component:
    """The list of a kind: its filters, a page of rows, the way to the other pages."""
    entries = listed(kind, asked.ground, asked.theme)
    pages = max(1, -(-len(hits) // PAGE_SIZE))
    page = min(asked.page, pages)
    shown = hits[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    said = f"{len(hits):,} {kind.measure}" if not asked.q else f"{len(hits):,} / {len(entries):,} {kind.measure}"
    body = [_facets(asked, kind, entries)]
    body += [rows(asked, kind, shown), _pages(asked, page, pages)] if shown else [_nothing(asked, kind)]
    drawn = panel(title or kind.label, body, requirements=DUTIES[kind.key], unit=said)
    return marked(drawn, data_panel="entries", data_kind=kind.key)


def everywhere(asked: Asked, hits: Mapping[str, Sequence[Hit]]) -> list[Component]:
    """What a search finds in all kinds: the first few of each, in the order of the tabs."""
    found = [(KINDS[key], each) for key, each in hits.items() if each]
    if not found:
        drawn = panel("没有找到", _nothing(asked, None), requirements="X-13")
        return [marked(drawn, data_panel="entries", data_kind="")]
    return [_sample(asked, kind, each) for kind, each in found]


def _sample(asked: Asked, kind: Kind, hits: Sequence[Hit]) -> Component:
    whole = None
    if len(hits) > SAMPLE:
        whole = dcc.Link(f"全部 {len(hits):,} {kind.measure} ›", href=asked.link(kind=kind.key), className="more")
    entries = [
        html.Li([_name(asked, kind, hit.item), html.Span(_beside(kind, hit), className="beside")])
        for hit in hits[:SAMPLE]
    ]
    unit = f"{len(hits):,} {kind.measure}"
    drawn = panel(
        kind.label, html.Ul(entries, className="found"), requirements=DUTIES[kind.key], unit=unit, tools=whole
    )
    return marked(drawn, data_panel=f"found-{kind.key}", data_kind=kind.key)


def _beside(kind: Kind, hit: Hit) -> str:
    """Where the word was found when the name does not show it, else whose the entry is."""
    if hit.term is not None:
        return f"{hit.term.label}：{around(hit.term.text, hit.word, 40)}"
    labels = {column.label for column in kind.columns}
    label = next((each for each in _WHOSE if each in labels), "")
    return words(label, kind.cell(hit.item, label)) if label else ""


def rows(asked: Asked, kind: Kind, hits: Sequence[Hit]) -> Component:
    """A row for each hit: its name, and the columns that a list shows."""
    shown = [(index, column.label) for index, column in enumerate(kind.columns) if column.is_listed]
    labels = {label for _, label in shown}
    lines: list[list[Cell]] = []
    for hit in hits:
        name = [_name(asked, kind, hit.item)]
        if hit.term is not None and hit.term.label not in labels:
            name.append(html.Small(f"{hit.term.label}：{around(hit.term.text, hit.word, 40)}", className="where"))
        lines.append([html.Div(name), *(hit.item.cells[index] for index, _ in shown)])
    return table(["名称", *(label for _, label in shown)], lines, f"of-{kind.key}")


def _name(asked: Asked, kind: Kind, entry: Item) -> Component:
    """The link to the details; a change leads to its system."""
    target = "system" if kind.key == "change" else kind.key
    code = None if kind.key in _WITHOUT_CODE else html.Code(entry.id)
    if kind.key == "metric":
        code = html.Code(f"{kind.cell(entry, '查数码')} · {entry.id}")
    return dcc.Link(
        [html.B(short(entry.name, 60)), code], href=asked.link(kind=target, open=entry.id), className="entry"
    )


def _facets(asked: Asked, kind: Kind, entries: Sequence[Item]) -> Component | None:
    """For each filter its values with their counts among what the other words find; a click sets or clears it."""
    drawn = []
    for label in kind.facets:
        others = [word for word in asked.words if word.label != label]
        chosen = next((word for word in asked.words if word.label == label), None)
        found = [hit.item for hit in search(entries, others)]
        values = facets(found, label)
        if len(values) < 2 and chosen is None:
            continue  # nothing to choose
        options = [_facet(asked, others, None, "全部", len(found), chosen is None)]
        for value, count in sorted(values.items(), key=lambda each: _place(each[0])):
            word = Word(label, "".join(value.split()))
            is_chosen = chosen is not None and fold(chosen.text) == fold(value)
            options.append(_facet(asked, others, word, value, count, is_chosen))
        drawn.append(html.Div([html.Em(label), html.Div(options, className="facet-values")], className="facet"))
    return html.Div(drawn, className="facets") if drawn else None


def _place(value: str) -> int:
    """Where a value stands among those of its filter; unknown ones keep their order at the end."""
    return _ORDER.index(value) if value in _ORDER else len(_ORDER)


def _facet(
    asked: Asked, others: Sequence[Word], word: Word | None, label: str, count: int, is_chosen: bool
) -> Component:
    query = " ".join(each.written() for each in (*others, *((word,) if word else ())))
    link = dcc.Link(
        [label, html.Span(f"{count:,}", className="count")],
        href=asked.link(q=query or None),
        className="is-current" if is_chosen else "",
    )
    return marked(link, aria_current="true") if is_chosen else link


def _pages(asked: Asked, page: int, pages: int) -> Component | None:
    if pages == 1:
        return None
    before = dcc.Link("‹ 上一页", href=asked.link(page=page - 1)) if page > 1 else html.Span("‹ 上一页")
    after = dcc.Link("下一页 ›", href=asked.link(page=page + 1)) if page < pages else html.Span("下一页 ›")
    return marked(html.Nav([before, html.B(f"{page} / {pages}"), after], className="pages"), aria_label="翻页")


def _nothing(asked: Asked, kind: Kind | None) -> Component:
    """Why the list is empty, and what may be tried."""
    if not asked.q:
        return missing("这里还没有条目", "换一个主题看看")
    parts = ["少写一个词"] + ([f"去掉主题“{TITLES[asked.theme]}”"] if asked.theme else [])
    parts += ["到“全部”里搜"] if kind else ["换一种叫法，例如规划里的用名、字段名、查数码或责任单位"]
    said = missing(f"没有找到“{short(asked.q, 40)}”", "、".join(parts))
    near = [
        dcc.Link(each.name, href=asked.to(name, each.id), className="to")
        for name in ("metric", "table", "system")
        for each in nearest(KINDS[name].items(asked.ground), asked.q, most=3)
    ]
    return html.Div([said, html.P(["您要找的可能是：", *near], className="near")]) if near else said
