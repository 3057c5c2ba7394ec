"""The only place that draws lineage as a line of steps: source file, mapping, table, rollup, metric, page (X-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from components.catalogue_address import Asked
from components.catalogue_cell import page_links
from components.marks import marked
from data.contract import Contract, contracts
from metrics import Metric
from metrics.lineage import built_of, lineage
from queries.snapshot import Batch

MOST = 5  # of one step; the rest is counted


@dataclass(frozen=True)
class Step:
    """One step of the line: what it is, what stands there, what is said when nothing does."""

    title: str
    entries: Sequence[Component | str]
    empty: str


def of_metric(asked: Asked, shown: Metric) -> Component:
    """From the extracts of the snapshot to the page that shows the number."""
    way = lineage(shown, asked.ground.snapshot)
    tables = [contracts()[name] for name in way.tables]
    return _line(
        [
            *_arrived([batch for _, batch in way.batches], tables),
            Step("表", [_table(asked, each) for each in tables], "无"),
            Step("汇总与派生", [_built(asked, name) for name in way.built], "直接读表"),
            Step("指标", [html.B(shown.name)], ""),
            Step("页面", page_links(asked, [shown.scene]), ""),
        ]
    )


def of_table(asked: Asked, shown: Contract, numbers: Sequence[Metric]) -> Component:
    """From the table's extracts through what is built of it to the numbers and pages that read it."""
    snap = asked.ground.snapshot
    info = snap.tables.get(shown.table) if snap else None
    number_links = [dcc.Link(each.name, href=asked.to("metric", each.id), className="to") for each in numbers]
    first = _arrived(info.batches if info else (), [shown])
    if shown.built_from:
        first = [Step("由表生成", [_table(asked, contracts()[name]) for name in shown.built_from], "")]
    return _line(
        [
            *first,
            Step("表", [html.B(shown.name)], ""),
            Step("汇总与派生", [_built(asked, name) for name in built_of(shown.table)], "指标直接读表"),
            Step("指标", number_links, "还没有指标读它"),
            Step("页面", page_links(asked, dict.fromkeys(each.scene for each in numbers)), "还没有页面读它"),
        ]
    )


def _arrived(batches: Iterable[Batch], tables: Iterable[Contract]) -> list[Step]:
    """The extracts and the mappings they came through; reference text is part of the program."""
    loaded = list(batches)
    is_waiting = any(each.layer == "detail" for each in tables)
    return [
        Step(
            "来源文件",
            list(dict.fromkeys(each.source for each in reversed(loaded))),
            "数据未到" if is_waiting else "随程序的参考文件",
        ),
        Step(
            "对照",
            list(dict.fromkeys(each.mapping for each in loaded if each.mapping)),
            "不经对照" if loaded else "—",
        ),
    ]


def _table(asked: Asked, each: Contract) -> Component:
    return dcc.Link([each.name, html.Code(each.table)], href=asked.to("table", each.table), className="to")


def _built(asked: Asked, name: str) -> Component:
    """A derived table has a contract and details; a rollup or a view is SQL that the identity card shows."""
    return _table(asked, contracts()[name]) if name in contracts() else html.Code(name)


def _line(steps: Sequence[Step]) -> Component:
    drawn = []
    for step in steps:
        entries = [html.Li(each) for each in step.entries[:MOST]]
        if len(step.entries) > MOST:
            entries.append(html.Li(f"等 {len(step.entries):,} 个", className="absent"))
        if not entries:
            entries = [html.Li(step.empty, className="absent")]
        drawn.append(html.Li([html.H3(step.title), html.Ul(entries)]))
    return marked(html.Ol(drawn, className="way"), aria_label="来龙去脉")
