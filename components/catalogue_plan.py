"""The only place that makes entries of what the plan asks for: systems, targets, tasks, facts, requirements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from components.catalogue_item import Column, Item, Value, item
from data.catalogue import System, changes, systems
from data.contract import THEMES
from data.ledger import Entry, ledger
from data.owner import settled
from data.plan import Indicator, Target, Task, baselines, body_targets, indicators, tasks
from metrics.dictionary import TITLES

CLASSES = {"A": "A 页面内容", "B": "B 数据来源", "C": "C 只列目录"}
STATES = {"works": "已实现", "partly": "部分实现", "not yet": "未实现"}
CONFIDENCES = {"certain": "确定", "inferred": "推定", "conflict": "与正文矛盾"}
LEADS = {"certain": "唯一单位", "inferred": "首列，推定牵头", "": ""}
PAGES: Mapping[str, str] = {
    **{slug: TITLES[slug] for slug in THEMES},
    "catalogue": "数据目录", "intake": "数据接入", "briefings": "周报", "wall": "大屏",
}  # fmt: skip

SYSTEM = (
    Column("类别", 14, True), Column("状态", 8, True), Column("责任单位", 18, True), Column("认定", 10),
    Column("依据", 30),
    Column("任务", 8, True), Column("任务责任单位", 36), Column("规划点名处", 24, True), Column("页面", 30, True),
    Column("需求编号", 24), Column("别名", 36), Column("阶段", 8), Column("规划原文", 60), Column("规划行号", 9),
    Column("核对日期", 12), Column("备注", 40),
)  # fmt: skip
CHANGE = (
    Column("日期", 12, True), Column("系统", 10, True), Column("原状态", 10, True), Column("新状态", 10, True),
    Column("原因", 60, True), Column("记录", 16, True),
)  # fmt: skip
INDICATOR = (
    Column("组", 24, True), Column("单位", 8, True), Column("基期年", 8), Column("基期值", 10, True),
    Column("最近目标年", 10, True), Column("最近目标", 18, True), Column("把握", 12, True), Column("照录", 24),
    Column("规划行号", 9), Column("备注", 40),
)  # fmt: skip
TARGET = (
    Column("目标年", 9, True), Column("目标", 40, True), Column("比较", 8), Column("目标值", 10, True),
    Column("单位", 10, True), Column("附件1指标", 10, True), Column("把握", 12, True), Column("规划原文", 60),
    Column("规划行号", 9), Column("备注", 40),
)  # fmt: skip
TASK = (
    Column("组", 18, True), Column("牵头单位", 22, True), Column("牵头依据", 16, True), Column("其他单位", 40),
    Column("规划单位原文", 40), Column("单位未列全", 10), Column("工作内容", 60, True), Column("系统", 8, True),
    Column("规划行号", 9), Column("备注", 40),
)  # fmt: skip
BASELINE = (
    Column("约数", 8), Column("值", 14, True), Column("单位", 8, True), Column("照录", 24, True),
    Column("需求编号", 20, True), Column("与之矛盾", 12, True), Column("规划原文", 60), Column("规划行号", 9),
    Column("备注", 40),
)  # fmt: skip
REQUIREMENT = (
    Column("状态", 10, True), Column("还缺什么", 36), Column("页面", 30, True), Column("画面", 50),
    Column("表", 8, True), Column("指标", 8, True), Column("系统", 8, True), Column("表名", 40), Column("指标名", 40),
)  # fmt: skip


@cache
def system_items() -> Sequence[Item]:
    return [_system(each) for each in systems().values()]


def _system(each: System) -> Item:
    task = tasks()[each.task] if each.task else None
    cells: tuple[Value, ...] = (
        CLASSES[each.system_class], each.state, each.owner, settled(each.owner, each.owner_basis),
        each.owner_basis, each.task,
        task.units_printed if task else None, _list(each.named_in), _list(tuple(PAGES[page] for page in each.pages)),
        _list(each.requirements), _list(each.aliases), each.phase or None, each.evidence, each.line, each.evidence_date,
        each.note or None,
    )  # fmt: skip
    return item(each.id, each.name, SYSTEM, cells, themes=(page for page in each.pages if page in THEMES))


@cache
def change_items() -> Sequence[Item]:
    """The change log, newest first; an entry bears the id of its system."""
    entries = []
    for each in reversed(changes()):
        cells = (each.changed_on, each.system, each.before, each.after, each.reason, each.by)
        entries.append(item(each.system, systems()[each.system].name, CHANGE, cells))
    return entries


@cache
def indicator_items() -> Sequence[Item]:
    return [_indicator(each) for each in indicators().values()]


def _indicator(each: Indicator) -> Item:
    last = each.targets[-1]
    cells: tuple[Value, ...] = (
        each.group, each.unit or None, each.base_year, each.base_value, last.year, target_text(last),
        CONFIDENCES[each.confidence], _list(each.as_printed), each.line, each.note or None,
    )  # fmt: skip
    return item(each.id, each.name, INDICATOR, cells)


def target_text(each: Target) -> str:
    """A target as printed, with its comparison where it is a number: `>90`, `≥92`."""
    sign = {">": ">", ">=": "≥", "text": ""}[each.rule.op]
    return each.rule.text if each.rule.text.startswith(sign) else f"{sign}{each.rule.text}"


@cache
def target_items() -> Sequence[Item]:
    entries = []
    for each in body_targets().values():
        cells: tuple[Value, ...] = (
            each.year, each.rule.text, None if each.rule.op == "text" else each.rule.op, each.rule.value,
            each.unit or None, each.indicator, CONFIDENCES[each.confidence], each.sentence, each.line,
            each.note or None,
        )  # fmt: skip
        entries.append(item(each.id, each.subject, TARGET, cells))
    return entries


@cache
def task_items() -> Sequence[Item]:
    held = Counter(each.task for each in systems().values())
    return [_task(each, held[each.id]) for each in tasks().values()]


def _task(each: Task, system_count: int) -> Item:
    lead = next((unit for unit in each.units if unit.is_lead), None)
    others = tuple(unit.name for unit in each.units if not unit.is_lead)
    cells: tuple[Value, ...] = (
        each.group, lead.name if lead else "待确认", LEADS[lead.lead] if lead else "原文未标牵头", _list(others),
        each.units_printed, each.has_more_units, each.text, system_count, each.line_from, each.note or None,
    )  # fmt: skip
    return item(each.id, each.name, TASK, cells)


@cache
def baseline_items() -> Sequence[Item]:
    entries = []
    for each in baselines().values():
        cells: tuple[Value, ...] = (
            each.qualifier or None, each.value, each.unit or None, each.as_printed, _list(each.requirements),
            each.disputed_with or None, each.sentence, each.line, each.note or None,
        )  # fmt: skip
        entries.append(item(each.id, each.name, BASELINE, cells))
    return entries


@cache
def requirement_items() -> Sequence[Item]:
    held = Counter(name for each in systems().values() for name in each.requirements)
    return [_requirement(each, held[each.id]) for each in ledger().values()]


def _requirement(each: Entry, system_count: int) -> Item:
    cells: tuple[Value, ...] = (
        STATES[each.state], each.missing or None, _list(tuple(PAGES.get(page, page) for page in each.pages)),
        each.panel or None, len(each.tables), len(each.metrics), system_count, _list(each.tables), _list(each.metrics),
    )  # fmt: skip
    return item(each.id, each.quote, REQUIREMENT, cells, themes=(page for page in each.pages if page in THEMES))


def _list(values: Sequence[str]) -> str | None:
    return "、".join(values) or None
