"""The only place that puts the catalogue together: what stands above, then a list, or the details of one entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dash import html
from dash.development.base_component import Component

from components import catalogue_head as head
from components import catalogue_held as held
from components import catalogue_list as lists
from components import catalogue_planned as planned
from components.catalogue_address import Asked
from components.catalogue_detail import Detail
from components.catalogue_detail import head as detail_head
from components.catalogue_item import Hit, Kind
from components.catalogue_kinds import KINDS, THEME, entry, found
from components.catalogue_table import of_column, of_table
from components.marks import marked
from metrics.assets import assets
from queries.scope import ScopeError

DETAILS: Mapping[str, Callable[[Asked, str], Detail]] = {
    "theme": held.of_theme, "table": of_table, "column": of_column, "metric": held.of_metric, "code": held.of_code,
    "system": planned.of_system, "change": planned.of_system, "indicator": planned.of_indicator,
    "target": planned.of_target, "task": planned.of_task, "baseline": planned.of_baseline,
    "requirement": planned.of_requirement,
}  # fmt: skip


def drawn(asked: Asked) -> Component:
    """The whole page; raises ScopeError for an entry that does not exist."""
    hits = {key: found(kind, asked.ground, asked.theme, asked.words) for key, kind in KINDS.items()}
    above = [head.masthead(asked), head.tools(asked, {key: len(each) for key, each in hits.items()})]
    name = "catalogue-list"
    if asked.kind is not None and asked.open:
        name = f"catalogue-{asked.kind.key}"
        below = _details(asked, asked.kind)
    else:
        above.insert(1, head.strip(asked, assets(asked.ground.snapshot, asked.ground.now)))
        below = _lists(asked, hits)
    return marked(html.Div([*above, *below, head.footer(asked)], className=f"drawn {name}"), data_search=asked.search)


def _lists(asked: Asked, hits: Mapping[str, list[Hit]]) -> list[Component]:
    if asked.kind is not None:
        return [lists.one_kind(asked, asked.kind, hits[asked.kind.key])]
    if asked.q:
        return lists.everywhere(asked, hits)
    return [lists.one_kind(asked, THEME, hits[THEME.key], title="主题库")]


def _details(asked: Asked, kind: Kind) -> list[Component]:
    shown = entry(kind, asked.ground, asked.open)
    if shown is None:
        raise ScopeError(f"目录里没有{kind.label}“{asked.open[:60]}”：它可能改了名，在目录里搜索名称")
    detail = DETAILS[kind.key](asked, shown.id)
    return [detail_head(asked, kind, detail), *detail.panels]
