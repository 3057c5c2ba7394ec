"""The only place that draws the details of a table and of a column: owner, metadata, freshness, loads, numbers."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from components import catalogue_way as way
from components.catalogue_address import Asked
from components.catalogue_cell import Cell, Facts, facts, links, state, table
from components.catalogue_data import LAYERS, TYPES, numbers, table_state
from components.catalogue_detail import Detail, block, duration, entry, identity_link
from components.catalogue_item import Value
from components.panel import missing
from data import rulebook
from data.contract import Contract, contract, contracts
from data.owner import settled
from data.resource import resources
from metrics import Metric
from metrics.assets import freshness
from metrics.dictionary import TITLES
from metrics.quality import Finding, findings
from queries.runner import QueryTimeout
from queries.snapshot import Batch, TableInfo

TWINS = 50  # columns of one name that are listed; `place_code` has hundreds
BATCHES = 20  # the newest; a table may have thousands


def of_table(asked: Asked, name: str) -> Detail:
    """A table: who answers for it, GB/T 21063 metadata, freshness, its way, its loads, numbers and columns."""
    shown, snap = contract(name), asked.ground.snapshot
    info = snap.tables.get(name) if snap else None
    read_from = numbers().get(name, ())
    return Detail(
        name=shown.name,
        code=name,
        lead=shown.meaning,
        mark=state(table_state(shown, asked.ground)),
        panels=(
            block("about", "说明与责任", facts(_about(asked, shown)), "X-06 X-10"),
            block("metadata", "元数据", facts(_metadata(shown)), "X-01 X-02 X-03", unit="GB/T 21063"),
            block("freshness", "及时性", facts(_fresh(asked, shown, info)), "X-11"),
            block("way", "来龙去脉", way.of_table(asked, shown, read_from), "X-08"),
            block("loads", "批次与隔离", _loads(asked, shown, info), "X-08 X-11"),
            block("numbers", "读它的指标", _numbers(asked, read_from), "X-06 X-08", unit=f"{len(read_from)} 个"),
            block("columns", "字段", _columns(asked, shown), "X-02 X-07", unit=f"{len(shown.columns)} 个"),
        ),
    )


def _about(asked: Asked, shown: Contract) -> Facts:
    return [
        ("主题库", links(asked, "theme", [shown.theme], TITLES.__getitem__)), ("责任单位", shown.owner.unit),
        ("认定", settled(shown.owner.unit, shown.owner.basis)),
        ("依据", shown.owner.basis), ("联系", shown.owner.contact or None), ("粒度", shown.grain),
        ("主键", "、".join(shown.key)), ("层", LAYERS[shown.layer]),
        ("别名", "、".join(shown.aliases) or None), ("需求", links(asked, "requirement", shown.requirements)),
    ]  # fmt: skip


def _metadata(shown: Contract) -> Facts:
    meta, resource = shown.metadata, resources()[shown.table]
    return [
        ("标识", shown.table), ("信息资源代码", resource.code), ("提供方代码", resource.provider_code),
        ("数据格式", resource.data_format), ("分类", meta.category), ("共享", meta.share_type),
        ("共享条件", meta.share_condition or None), ("共享方式", resource.share_method),
        ("发布日期", resource.published_on), ("向社会开放", meta.is_open), ("安全等级", meta.security_level),
        ("保存", meta.retention), ("存储", meta.storage_level), ("规模", shown.sizing or None),
    ]  # fmt: skip


def _fresh(asked: Asked, shown: Contract, info: TableInfo | None) -> Facts:
    due = freshness(shown, info, asked.ground.now)
    word = table_state(shown, asked.ground)
    late: Value = due.late_at if word in ("按时", "迟到") else None
    limit = f"{shown.refresh.rule}；最新一行超过 {duration(shown.refresh.sla_minutes)}为迟到"
    if info is None or not info.rows:
        return [("状态", word), ("更新", limit), ("等待", shown.owner.unit)]
    span = None
    if info.since and info.until:
        span = f"{info.since} 至 {info.until}（不含）"
    return [
        ("状态", word), ("更新", limit), ("数据时间", info.data_time), ("入库时间", info.loaded_at), ("迟到始于", late),
        ("覆盖", span), ("行数", info.rows), ("性质", "演示数据，不判及时" if info.is_demo else "真实数据"),
    ]  # fmt: skip


def _columns(asked: Asked, shown: Contract) -> Component:
    rows: list[list[Cell]] = []
    for each in shown.columns:
        codes = dcc.Link(each.codes, href=asked.to("code", each.codes), className="to") if each.codes else None
        name = dcc.Link(
            [html.B(each.label), html.Code(each.name)], href=asked.to("column", f"{shown.table}.{each.name}"),
            className="entry",
        )  # fmt: skip
        is_key = "主键" if each.name in shown.key else "必填" if each.required else None
        rows.append(
            [name, TYPES[each.type], each.unit or None, is_key, codes or _range(each.minimum, each.maximum),
             None if each.pii == "none" else each.pii, each.meaning or None]
        )  # fmt: skip
    return table(("字段", "类型", "单位", "必填", "取值", "个人信息", "说明"), rows, "of-columns")


def _range(low: float | None, high: float | None) -> str | None:
    if low is None and high is None:
        return None
    if low is None:
        return f"≤ {high:,.10g}"
    return f"≥ {low:,.10g}" if high is None else f"{low:,.10g} 至 {high:,.10g}"


def _loads(asked: Asked, shown: Contract, info: TableInfo | None) -> list[Component | None]:
    if info is None or not info.batches:
        said = "还没有批次" if shown.layer == "detail" else "不由部门报送，没有批次"
        waits = missing(said, f"等待{shown.owner.unit}，{shown.refresh.rule}更新" if shown.layer == "detail" else "")
        return [waits, *_said(asked, shown)]
    newest = sorted(info.batches, key=lambda each: each.loaded_at, reverse=True)
    more = f"共 {len(newest):,} 批，这里是最近 {BATCHES} 批。" if len(newest) > BATCHES else ""
    rows: list[list[Cell]] = [
        [html.Div(each.source), each.mapping or None, each.loaded_at, each.accepted, _held(each)]
        for each in newest[:BATCHES]
    ]
    parts: list[Component | None] = [table(("来源文件", "对照", "入库时间", "收下行数", "隔离"), rows)]
    total = sum(info.quarantined.values())
    said = f"各批共隔离 {total:,} 行，不计入任何数字。" if total else "入库时没有隔离的行。"
    parts.append(html.P(f"{more}{said}", className="note"))
    return [*parts, *_said(asked, shown)]


def _said(asked: Asked, shown: Contract) -> list[Component | None]:
    return [html.P(each.sentence, className="note") for each in _findings(asked, shown)]


def _held(batch: Batch) -> str | None:
    bad = [f"{rulebook.rule(name).name} {count:,}" for name, count in sorted(batch.quarantined.items()) if count]
    bad += [f"遮盖个人号码 {sum(batch.scrubbed.values()):,}"] if batch.scrubbed else []
    return "、".join(bad) or None


def _findings(asked: Asked, shown: Contract) -> list[Finding]:
    """What the table says against itself; a check that takes too long must not take the details with it."""
    if asked.ground.snapshot is None:
        return []
    try:
        return [each for each in findings(asked.ground.snapshot.id) if shown.table in (each.table, each.other_table)]
    except QueryTimeout as late:
        return [Finding(shown.table, "", 0, str(late))]


def _numbers(asked: Asked, read_from: Sequence[Metric]) -> Component:
    if not read_from:
        return missing("还没有指标读它", "在指标文件的 sources 里写上这张表")
    rows: list[list[Cell]] = [
        [entry(asked, "metric", each.id, each.name), each.code, TITLES[each.scene], identity_link(asked, each)]
        for each in read_from
    ]
    return table(("指标", "查数码", "场景", "现在的数"), rows)


def of_column(asked: Asked, name: str) -> Detail:
    """A column, and every other column of that name: the same thing must be the same everywhere (X-07)."""
    owner, _, column = name.rpartition(".")
    shown = contract(owner)
    field = shown.column(column)
    same = [(each, other) for each in contracts().values() for other in each.columns if other.name == column]
    about: Facts = [
        ("表", links(asked, "table", [owner], lambda table_name: f"{contract(table_name).name} {table_name}")),
        ("类型", TYPES[field.type]), ("单位", field.unit or None), ("必填", field.required),
        ("主键", column in shown.key), ("范围", _range(field.minimum, field.maximum)),
        ("代码表", links(asked, "code", [field.codes] if field.codes else [])),
        ("个人信息", None if field.pii == "none" else field.pii), ("责任单位", shown.owner.unit),
        ("认定", settled(shown.owner.unit, shown.owner.basis)),
        ("依据", shown.owner.basis),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [entry(asked, "column", f"{each.table}.{other.name}", each.name), other.label, TYPES[other.type],
         other.unit or None, other.codes, other.required]
        for each, other in same[:TWINS]
    ]  # fmt: skip
    twins = [table(("表", "名称", "类型", "单位", "代码表", "必填"), rows)]
    if len(same) > TWINS:
        everywhere = asked.link(kind="column", open=None, theme=None, q=f"字段名：{column}")
        twins.append(dcc.Link(f"在字段里搜索 {column} ›", href=everywhere, className="to"))
    return Detail(
        name=field.label,
        code=name,
        lead=field.meaning or f"{shown.name}的字段",
        panels=(
            block("about", "说明", facts(about), "X-02 X-07"),
            block("same", f"叫 {column} 的字段", twins, "X-07", unit=f"{len(same)} 个"),
        ),
    )
