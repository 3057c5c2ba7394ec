"""The only place that draws the details of what the plan asks for: system, target, task, fact, requirement."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.catalogue_address import Asked
from components.catalogue_cell import Cell, Facts, facts, links, page_links, state, table
from components.catalogue_detail import Detail, block, entry
from components.catalogue_plan import CLASSES, CONFIDENCES, LEADS, STATES, target_text
from components.panel import missing
from data.catalogue import changes, systems
from data.contract import contract, contracts
from data.ledger import ledger
from data.owner import settled
from data.plan import baselines, body_targets, indicators, tasks
from metrics import Metric, metrics

_CLASSES_SAID = {
    "A": "A 类：它的内容显示在驾驶舱的页面上", "B": "B 类：它的数据供驾驶舱的页面使用",
    "C": "C 类：只列目录，记状态，不做内容",
}  # fmt: skip
_RULES = {">": "大于", ">=": "达到", "text": "文字目标，不用数值判定"}


def of_system(asked: Asked, name: str) -> Detail:
    """A system: where the plan names it, who answers, its state with the evidence, and every change of it."""
    each = systems()[name]
    task = tasks()[each.task] if each.task else None
    where: Facts = [
        ("规划点名处", "、".join(each.named_in)), ("别名", "、".join(each.aliases) or None),
        ("任务", links(asked, "task", [each.task] if each.task else [], lambda task: f"{task} {tasks()[task].name}")),
        ("任务责任单位", task.units_printed if task else None), ("页面", page_links(asked, each.pages)),
        ("需求", links(asked, "requirement", each.requirements)), ("阶段", each.phase or None),
    ]  # fmt: skip
    owned: Facts = [
        ("类别", CLASSES[each.system_class]), ("责任单位", each.owner), ("认定", settled(each.owner, each.owner_basis)),
        ("依据", each.owner_basis),
        ("状态", each.state), ("规划原文", f"“{each.evidence}”（第 {each.line} 行）"), ("核对日期", each.evidence_date),
        ("备注", each.note or None),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [html.Div(change.changed_on.isoformat()), change.before, change.after, change.reason, change.by]
        for change in changes()
        if change.system == name
    ]
    log: Component = missing("没有变更", "状态变了，在 systems.csv 改现状，并在 changes.csv 加一行")
    if rows:
        log = table(("日期", "原状态", "新状态", "原因", "记录"), rows)
    return Detail(
        name=each.name,
        code=name,
        lead=_CLASSES_SAID[each.system_class],
        mark=state(each.state),
        panels=(
            block("about", "责任与状态", facts(owned), "OV-02 OV-04"),
            block("plan", "在规划中", facts(where), "OV-02"),
            block("changes", "变更记录", log, "OV-02", unit=f"{len(rows)} 条"),
        ),
    )


def of_indicator(asked: Asked, name: str) -> Detail:
    """One indicator of 附件1: every target ever set, what the body text says of it, and the facts of the base year."""
    each = indicators()[name]
    about: Facts = [
        ("组", each.group), ("单位", each.unit or None), ("照录", "、".join(each.as_printed)),
        ("基期", f"{each.base_year} 年" + ("" if each.base_value is None else f" {each.base_value:g} {each.unit}")),
        ("把握", CONFIDENCES[each.confidence]), ("规划行号", each.line), ("备注", each.note or None),
        ("需求", links(asked, "requirement", [name])),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [html.Div(target.period), target_text(target), _RULES[target.rule.op], CONFIDENCES[target.confidence],
         target.basis, target.decided_on, target.note or None]
        for target in each.targets
    ]  # fmt: skip
    body: list[list[Cell]] = [
        [entry(asked, "target", target.id, target.rule.text), str(target.year or "未写年份"),
         CONFIDENCES[target.confidence]]
        for target in body_targets().values()
        if target.indicator == name
    ]  # fmt: skip
    facts_of = [fact.id for fact in baselines().values() if name in fact.requirements]
    return Detail(
        name=each.name,
        code=name,
        lead="附件1 主要预期指标",
        panels=(
            block("about", "说明", facts([*about, ("基线事实", links(asked, "baseline", facts_of))]), "OV-18"),
            block("targets", "目标", table(("时期", "目标", "判定", "把握", "出处", "定于", "备注"), rows), "OV-18"),
            *((block("body", "正文里的目标", table(("目标", "年", "把握"), body), "OV-18"),) if body else ()),
        ),
    )


def of_target(asked: Asked, name: str) -> Detail:
    """A target that only the body text states."""
    each = body_targets()[name]
    about: Facts = [
        ("目标", each.rule.text), ("判定", _RULES[each.rule.op]), ("年", str(each.year) if each.year else "未写年份"),
        ("单位", each.unit or None),
        ("附件1指标", links(asked, "indicator", [each.indicator] if each.indicator else [], _indicator)),
        ("把握", CONFIDENCES[each.confidence]), ("规划原文", f"“{each.sentence}”（第 {each.line} 行）"),
        ("备注", each.note or None),
    ]  # fmt: skip
    return Detail(each.subject, name, "只在规划正文出现的目标", (block("about", "说明", facts(about), "OV-18"),))


def _indicator(name: str) -> str:
    return f"{name} {indicators()[name].name}"


def of_task(asked: Asked, name: str) -> Detail:
    """One task of 附件2: its text, its units in the printed order, its systems."""
    each = tasks()[name]
    about: Facts = [
        ("组", each.group), ("工作内容", each.text), ("责任单位原文", each.units_printed),
        ("单位是否列全", "原文以“等”结尾，未列全" if each.has_more_units else "已列全"),
        ("规划行号", f"{each.line_from}—{each.line_to}"), ("备注", each.note or None),
        ("需求", links(asked, "requirement", [name])),
    ]  # fmt: skip
    units: list[list[Cell]] = [
        [html.Div(unit.name), LEADS[unit.lead] or None, "具名" if unit.is_named else "泛指"] for unit in each.units
    ]
    rows: list[list[Cell]] = [
        [entry(asked, "system", system.id, system.name), system.system_class, system.state, system.owner]
        for system in systems().values()
        if system.task == name
    ]
    held: Component = table(("系统", "类别", "状态", "责任单位"), rows) if rows else missing("没有点名的系统")
    return Detail(
        name=each.name,
        code=name,
        lead="附件2 重点任务",
        panels=(
            block("about", "说明", facts(about), "OV-17"),
            block("units", "责任单位", table(("单位", "牵头", "具名"), units), "OV-17", unit=f"{len(units)} 家"),
            block("systems", "系统", held, "OV-02", unit=f"{len(rows)} 个"),
        ),
    )


def of_baseline(asked: Asked, name: str) -> Detail:
    """A fact of the base year, with the facts that contradict it: none is chosen."""
    each = baselines()[name]
    about: Facts = [
        ("值", each.value), ("单位", each.unit), ("约数", each.qualifier or None), ("照录", each.as_printed),
        ("规划原文", f"“{each.sentence}”（第 {each.line} 行）"),
        ("需求", links(asked, "requirement", each.requirements)), ("备注", each.note or None),
    ]  # fmt: skip
    others: list[list[Cell]] = [
        [entry(asked, "baseline", other.id, other.name), other.value, other.unit, other.as_printed]
        for other in baselines().values()
        if each.disputed_with and other.disputed_with == each.disputed_with
    ]
    panels = [block("about", "说明", facts(about), "OV-18")]
    if others:
        rows = table(("事实", "值", "单位", "照录"), others)
        panels.append(block("disputed", "互相矛盾的说法，都保留", rows, "OV-18", unit=f"{len(others)} 条"))
    return Detail(each.name, name, "规划基期（2020/2021）的事实", tuple(panels))


def of_requirement(asked: Asked, name: str) -> Detail:
    """A requirement: the plan's words, how far it is, and the tables, metrics and systems that serve it."""
    each = ledger()[name]
    known = [table_name for table_name in each.tables if table_name in contracts()]
    about: Facts = [
        ("状态", STATES[each.state]), ("还缺什么", each.missing or None), ("页面", page_links(asked, each.pages)),
        ("画面", each.panel or None),
        ("表", links(asked, "table", known, lambda table_name: contract(table_name).name)),
        ("指标", links(asked, "metric", [m.id for m in _metrics(name)], lambda i: _names()[i])),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [entry(asked, "system", system.id, system.name), system.system_class, system.state, system.owner]
        for system in systems().values()
        if name in system.requirements
    ]
    held: Component = table(("系统", "类别", "状态", "责任单位"), rows) if rows else missing("没有点名的系统")
    return Detail(
        name=name,
        code="",
        lead=each.quote,
        mark=state(STATES[each.state]),
        panels=(
            block("about", "说明", facts(about), "X-04"),
            block("systems", "系统", held, "OV-02", unit=f"{len(rows)} 个"),
        ),
    )


def _metrics(name: str) -> list[Metric]:
    """The metrics that serve a requirement: by the ledger's word or by their own."""
    return [each for each in metrics() if name in each.requirements or each.id in ledger()[name].metrics]


def _names() -> dict[str, str]:
    return {each.id: each.name for each in metrics()}
