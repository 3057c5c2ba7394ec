"""The only place that lists the kinds of entries of the catalogue, in the order of its tabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components import catalogue_data as held
from components import catalogue_plan as planned
from components.catalogue_item import Ground, Hit, Item, Kind, Word, search

THEME = Kind("theme", "主题库", "个", held.THEME, held.themes, has_themes=True)
KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        THEME,
        Kind("table", "表", "张", held.TABLE, held.tables, ("状态", "认定", "层"), has_themes=True),
        Kind("column", "字段", "个", held.COLUMN, lambda _: held.columns(), ("类型", "个人信息"), has_themes=True),
        Kind("metric", "指标", "个", held.METRIC, lambda _: held.metric_items(), ("认定", "类型"), has_themes=True),
        Kind("code", "代码表", "张", held.CODE, lambda _: held.codes(), has_themes=True),
        Kind(
            "system", "系统", "个", planned.SYSTEM, lambda _: planned.system_items(), ("类别", "状态", "认定"),
            has_themes=True,
        ),
        Kind("change", "变更", "条", planned.CHANGE, lambda _: planned.change_items()),
        Kind("indicator", "规划指标", "项", planned.INDICATOR, lambda _: planned.indicator_items(), ("把握",)),
        Kind("target", "正文目标", "项", planned.TARGET, lambda _: planned.target_items(), ("把握",)),
        Kind("task", "重点任务", "项", planned.TASK, lambda _: planned.task_items(), ("组",)),
        Kind("baseline", "基线事实", "条", planned.BASELINE, lambda _: planned.baseline_items()),
        Kind(
            "requirement", "需求", "条", planned.REQUIREMENT, lambda _: planned.requirement_items(), ("状态",),
            has_themes=True,
        ),
    )
}  # fmt: skip


def listed(kind: Kind, ground: Ground, theme: str = "") -> Sequence[Item]:
    """The entries of a kind; those of one theme where the kind has themes."""
    entries = kind.items(ground)
    return [each for each in entries if theme in each.themes] if theme and kind.has_themes else entries


def found(kind: Kind, ground: Ground, theme: str, query: Sequence[Word]) -> list[Hit]:
    """The entries of a kind that the query finds, best first."""
    return search(listed(kind, ground, theme), query)


def entry(kind: Kind, ground: Ground, name: str) -> Item | None:
    """The entry with this id; a metric also by its code, whatever the case."""
    entries = kind.items(ground)
    exact = next((each for each in entries if each.id == name), None)
    if exact or kind.key != "metric":
        return exact
    return next((each for each in entries if str(kind.cell(each, "查数码")).casefold() == name.casefold()), None)
