"""The only place that makes entries of what we hold: theme databases, tables, columns, metrics, code lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from components import wording
from components.catalogue_item import Column, Ground, Item, Term, Value, item, term
from data.catalogue import by_page, scenes
from data.contract import Column as Field
from data.contract import Contract, code_lists, contracts
from data.owner import settled
from data.resource import resources
from metrics import Metric, metrics
from metrics.assets import freshness
from metrics.dictionary import TITLES
from metrics.lineage import lineage, sharing
from queries.scope import LEVEL_NAMES

LAYERS = {"detail": "明细", "reference": "参考", "derived": "派生"}
TYPES = {"text": "文本", "integer": "整数", "real": "小数", "boolean": "是否", "date": "日期", "timestamp": "时间"}
MEASURES = {"ratio": "比例", "sum": "合计", "latest": "最近值", "quantile": "分位数", "computed": "按标准计算"}
FRESHNESS = {"on_time": "按时", "late": "迟到", "no_data": "数据未到", "undated": "不计时"}
DEMO = "演示"
COMMON = "common"

THEME = (
    Column("主题库", 30, True), Column("规划用名", 30), Column("有数据的表", 12, True), Column("表", 8, True),
    Column("字段", 8, True), Column("指标", 8, True), Column("系统", 8, True), Column("责任单位", 18, True),
    Column("依据", 30), Column("状态", 8, True), Column("版本", 8), Column("更新日期", 12),
    Column("下次复核", 12, True), Column("备注", 30),
)  # fmt: skip
TABLE = (
    Column("主题", 12, True), Column("责任单位", 18, True), Column("认定", 10), Column("依据", 26), Column("联系", 16),
    Column("更新", 14, True), Column("时限（分钟）", 12), Column("状态", 10, True), Column("数据时间", 17, True),
    Column("入库时间", 17), Column("最早一日", 12), Column("截至（不含）", 12), Column("行数", 12, True),
    Column("演示", 8), Column("批次", 8), Column("收下行数", 12), Column("隔离行数", 12), Column("字段数", 8),
    Column("读它的指标", 12, True), Column("含义", 40), Column("粒度", 24), Column("主键", 24), Column("时间字段", 16),
    Column("层", 8), Column("由表生成", 24), Column("信息资源代码", 18), Column("提供方代码", 12),
    Column("数据格式", 18), Column("共享方式", 16), Column("发布日期", 12), Column("信息资源分类", 24),
    Column("共享", 12), Column("共享条件", 24),
    Column("向社会开放", 12), Column("安全等级", 10), Column("保存期限", 12), Column("存储", 8), Column("规模", 24),
    Column("需求编号", 24), Column("别名", 24),
)  # fmt: skip
COLUMN = (
    Column("表", 30), Column("表名", 24, True), Column("字段名", 24), Column("类型", 8, True), Column("单位", 10, True),
    Column("必填", 8, True), Column("最小", 10), Column("最大", 10), Column("代码表", 20, True),
    Column("个人信息", 10, True), Column("说明", 40, True), Column("责任单位", 18),
)  # fmt: skip
METRIC = (
    Column("查数码", 9), Column("场景", 10, True), Column("责任单位", 18, True), Column("认定", 10),
    Column("依据", 26),
    Column("类型", 10, True), Column("单位", 10, True), Column("目标", 14, True), Column("目标依据", 10),
    Column("口径", 50), Column("标准或文件", 24), Column("预警", 24), Column("最细到", 10), Column("最少样本", 10),
    Column("过时（分钟）", 12), Column("来源表", 36), Column("更新", 20), Column("共享", 12), Column("安全等级", 10),
    Column("向社会开放", 12), Column("保存期限", 20), Column("存储", 8), Column("需求编号", 20), Column("定义文件", 40),
)  # fmt: skip
CODE = (
    Column("代码数", 9, True), Column("用它的字段", 11, True), Column("代码与名称", 60, True), Column("字段", 40),
)  # fmt: skip


def themes(ground: Ground) -> Sequence[Item]:
    """The eight theme databases and the common tables."""
    found = ground.snapshot.tables if ground.snapshot else {}
    entries = []
    for theme in (COMMON, *scenes()):
        tables = [each for each in contracts().values() if each.theme == theme]
        scene = scenes().get(theme)
        counts: tuple[Value, ...] = (
            sum(1 for each in tables if each.table in found and found[each.table].rows),
            len(tables), sum(len(each.columns) for each in tables), len(metrics(theme)),
            len(by_page(theme)) if scene else 0,
        )  # fmt: skip
        rest: tuple[Value, ...] = (None,) * 7
        if scene:
            rest = (
                scene.owner, scene.owner_basis, scene.state, scene.version, scene.updated_on, scene.next_review,
                scene.note or None,
            )  # fmt: skip
        names = (scene.name, *scene.aliases, *scene.theme_aliases) if scene else ()
        cells = (scene.theme_database if scene else "公共参考与登记", "、".join(names) or None, *counts, *rest)
        entries.append(item(theme, TITLES[theme], THEME, cells, themes=(theme,)))
    return entries


def tables(ground: Ground) -> Sequence[Item]:
    return [_with_state(each, ground) for each in contracts().values()]


def table_state(table: Contract, ground: Ground) -> str:
    """按时, 迟到, 数据未到, 不计时; a table of demo data is 演示 and not judged."""
    info = ground.snapshot.tables.get(table.table) if ground.snapshot else None
    state = freshness(table, info, ground.now).state
    return DEMO if info is not None and info.is_demo and state != "no_data" else FRESHNESS[state]


def _with_state(table: Contract, ground: Ground) -> Item:
    info = ground.snapshot.tables.get(table.table) if ground.snapshot else None
    state = table_state(table, ground)
    seen: tuple[Value, ...] = (state, None, None, None, None, None, None, None, None, None)
    if info is not None and info.rows:
        accepted = sum(batch.accepted for batch in info.batches)
        seen = (
            state, info.data_time, info.loaded_at, info.since, info.until, info.rows, info.is_demo, len(info.batches),
            accepted, sum(info.quarantined.values()),
        )  # fmt: skip
    head, tail, terms = _promised(table)
    return Item(table.table, table.name, (table.theme,), (*head, *seen, *tail), (*terms, term("状态", state)))


@cache
def _promised(table: Contract) -> tuple[tuple[Value, ...], tuple[Value, ...], tuple[Term, ...]]:
    """What the contract says: the cells before and after what the snapshot says, and the texts it is found by."""
    meta, resource = table.metadata, resources()[table.table]
    head: tuple[Value, ...] = (
        TITLES[table.theme], table.owner.unit, settled(table.owner.unit, table.owner.basis),
        table.owner.basis, table.owner.contact or None, table.refresh.rule,
        table.refresh.sla_minutes,
    )  # fmt: skip
    tail: tuple[Value, ...] = (
        len(table.columns), len(numbers().get(table.table, ())), table.meaning, table.grain, _list(table.key),
        table.time, LAYERS[table.layer], _list(table.built_from), resource.code, resource.provider_code,
        resource.data_format, resource.share_method, resource.published_on, meta.category, meta.share_type,
        meta.share_condition or None, meta.is_open, meta.security_level, meta.retention, meta.storage_level,
        table.sizing or None, _list(table.requirements), _list(table.aliases),
    )  # fmt: skip
    stated = [each for each in TABLE if each.label not in _SEEN]
    fields = [("字段", f"{each.name} {each.label}") for each in table.columns]
    terms = item(table.table, table.name, stated, (*head, *tail), more=fields).terms
    return head, tail, terms


_SEEN = ("状态", "数据时间", "入库时间", "最早一日", "截至（不含）", "行数", "演示", "批次", "收下行数", "隔离行数")


@cache
def numbers() -> Mapping[str, tuple[Metric, ...]]:
    """The metrics that are read from each table, directly or through what was built of it."""
    found: dict[str, list[Metric]] = {}
    for each in metrics():
        way = lineage(each)
        for table in (*way.tables, *way.built):
            found.setdefault(table, []).append(each)
    return {table: tuple(each) for table, each in found.items()}


@cache
def columns() -> Sequence[Item]:
    return [_column(table, field) for table in contracts().values() for field in table.columns]


def _column(table: Contract, field: Field) -> Item:
    cells = (
        table.table, table.name, field.name, TYPES[field.type], field.unit or None, field.required, field.minimum,
        field.maximum, field.codes, None if field.pii == "none" else field.pii, field.meaning or None, table.owner.unit,
    )  # fmt: skip
    name = f"{table.table}.{field.name}"  # whoever asks for an owner wants the tables, not their every column
    return item(name, field.label, COLUMN, cells, themes=(table.theme,), silent=("责任单位",))


@cache
def metric_items() -> Sequence[Item]:
    return [_metric(each) for each in metrics()]


def _metric(each: Metric) -> Item:
    aim, shared = each.target, sharing(each)
    cells = (
        each.code, TITLES[each.scene], each.owner.unit, settled(each.owner.unit, each.owner.basis),
        each.owner.basis, MEASURES[each.kind], each.unit or None,
        wording.target(aim, each.decimals, each.unit) or None, wording.target_basis(aim) if aim else None,
        each.meaning, each.basis, each.warning or None, LEVEL_NAMES[each.lowest], each.minimum_n, each.stale_minutes,
        _list(each.sources), shared.refresh_rule, shared.share_type, shared.security_level, shared.is_open,
        shared.retention, shared.storage_level, _list(each.requirements),
        each.file,
    )  # fmt: skip
    return item(each.id, each.name, METRIC, cells, themes=(each.scene,))


@cache
def codes() -> Sequence[Item]:
    users = code_users()
    entries = []
    for name, listed in code_lists().items():
        used = users.get(name, ())
        said = "、".join(f"{code} {label}" for code, label in listed.items())
        themes = Counter(table.theme for table, _ in used)
        places = _list(tuple(f"{table.table}.{field.name}" for table, field in used))
        label = used[0][1].label if used else name
        entries.append(item(name, label, CODE, (len(listed), len(used), said, places), themes=themes))
    return entries


@cache
def code_users() -> Mapping[str, tuple[tuple[Contract, Field], ...]]:
    """The columns that take their values from each code list."""
    found: dict[str, list[tuple[Contract, Field]]] = {}
    for table in contracts().values():
        for field in table.columns:
            if field.codes:
                found.setdefault(field.codes, []).append((table, field))
    return {name: tuple(each) for name, each in found.items()}


def _list(values: Sequence[str]) -> str | None:
    return "、".join(values) or None
