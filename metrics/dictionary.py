"""The only place that writes the data dictionary (`docs/dictionary/`): one page per theme, from contracts and metrics.

`python -m metrics.dictionary` renews it; a test fails when it is out of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from data.contract import THEMES, Column, Contract, code_lists, contracts
from data.owner import settled
from data.resource import resources
from metrics.lineage import sharing
from metrics.metric import Metric, metrics

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "dictionary"
TITLES = {
    "common": "公共",
    "overview": "总体态势",
    "tourism": "智慧文旅",
    "ecology": "生态环境",
    "livelihood": "民生",
    "community": "社区",
    "urban": "城管",
    "traffic": "交通",
    "safety": "城市安全",
}
_TYPES = {"text": "文本", "integer": "整数", "real": "小数", "boolean": "是/否", "date": "日期", "timestamp": "时间"}
_NOTE = "由 `python -m metrics.dictionary` 从合同与指标文件生成，请勿手改。Generated; do not edit."


def pages() -> dict[str, str]:
    """File name → Markdown, for every theme that has a table or a metric, and an index."""
    made = {}
    for theme in ("common", *THEMES):
        tables = [each for each in contracts().values() if each.theme == theme]
        numbers = metrics(theme)
        if tables or numbers:
            made[f"{theme}.md"] = _page(theme, tables, numbers)
    made["codes.md"] = _codes()
    made["README.md"] = _index()
    return made


def write() -> None:
    """Renew `docs/dictionary/`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = pages()
    for stale in FOLDER.glob("*.md"):
        if stale.name not in fresh:
            stale.unlink()
    for name, text in fresh.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _grid(head: list[str], rows: Iterable[Iterable[object]]) -> list[str]:
    return [_row(head), _row("---" for _ in head), *map(_row, rows)]


def _page(theme: str, tables: list[Contract], numbers: tuple[Metric, ...]) -> str:
    lines = [f"# 数据字典：{TITLES[theme]}主题库", "", _NOTE, ""]
    if tables:
        lines += ["## 表", ""]
        for table in tables:
            lines += _table(table)
    if numbers:
        lines += ["## 指标", ""]
        for number in numbers:
            lines += _metric(number)
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Contract) -> list[str]:
    meta, resource = table.metadata, resources()[table.table]
    facts = [
        ("含义", table.meaning),
        ("粒度", table.grain),
        ("主键", "、".join(table.key)),
        ("责任单位", f"{table.owner.unit}（{settled(table.owner.unit, table.owner.basis)}：{table.owner.basis}）"),
        ("更新", f"{table.refresh.rule}；超过 {_span(table.refresh.sla_minutes)}为逾期"),
        ("信息资源代码", f"`{resource.code}`；提供方代码 {resource.provider_code}；{resource.data_format}"),
        ("信息资源分类", meta.category),
        ("共享", meta.share_type + (f":{meta.share_condition}" if meta.share_condition else "")),
        ("共享方式", f"{resource.share_method}；{resource.published_on} 发布"),
        ("向社会开放", "是" if meta.is_open else "否"),
        ("安全等级", meta.security_level),
        ("保存", f"{meta.retention}；{meta.storage_level}"),
        ("来源", "由 " + "、".join(table.built_from) + " 生成" if table.built_from else "部门报送"),
        ("规模", table.sizing or "待确认"),
        ("需求编号", "、".join(table.requirements) or "—"),
        ("别名", "、".join(table.aliases) or "—"),
    ]
    lines = [f"### `{table.table}` {table.name}", ""]
    lines += [f"- {name}:{value}" for name, value in facts] + [""]
    head = ["字段", "名称", "类型", "单位", "可空", "取值", "个人信息", "说明"]
    return [*lines, *_grid(head, map(_column, table.columns)), ""]


def _column(column: Column) -> list[str]:
    span = ""
    if column.minimum is not None or column.maximum is not None:
        low = "" if column.minimum is None else f"{column.minimum:g}"
        high = "" if column.maximum is None else f"{column.maximum:g}"
        span = f"[{low}, {high}]"
    if column.not_before is not None:
        span = f"不早于 `{column.not_before}`"
    allowed = f"代码表 [{column.codes}](codes.md#{column.codes})" if column.codes else span
    empty = "否" if column.required else "是"
    pii = [*([column.pii] if column.pii != "none" else []), *(["自由文本"] if column.is_free_text else [])]
    name, kind = f"`{column.name}`", _TYPES[column.type]
    return [
        name,
        column.label,
        kind,
        column.unit or "—",
        empty,
        allowed or "—",
        "，".join(pii) or "—",
        column.meaning or "—",
    ]


def _metric(number: Metric) -> list[str]:
    target, shared = number.target, sharing(number)
    aim = f"不设（{number.no_target or '只陈述，不评判'}）"
    if target is not None:
        basis = {"standard": "标准", "plan": "规划", "proposed": "建议，待部门确认"}[target.basis]
        aim = f"{target.op} {target.value:g} {number.unit}({basis}){target.text}".strip()
    facts = [
        ("口径", number.meaning),
        ("依据", number.basis),
        ("责任单位", f"{number.owner.unit}（{settled(number.owner.unit, number.owner.basis)}：{number.owner.basis}）"),
        ("类型", number.kind),
        ("单位", number.unit or "无量纲"),
        ("目标", aim),
        ("预警", number.warning or "—"),
        ("最低层级", number.lowest),
        ("可分组", "、".join(number.by) or "—"),
        ("最少样本", number.minimum_n),
        ("涉及个人", _people(number)),
        ("来源表", "、".join(number.sources)),
        ("更新", shared.refresh_rule),
        ("共享", f"{shared.share_type}；{shared.security_level}；向社会开放：{'是' if shared.is_open else '否'}"),
        ("保存", f"{shared.retention}；{shared.storage_level}"),
        ("需求编号", "、".join(number.requirements) or "—"),
        ("定义文件", f"`{number.file}`"),
    ]
    return [f"### {number.code} {number.name}(`{number.id}`)", "", *(f"- {name}:{value}" for name, value in facts), ""]


def _people(number: Metric) -> str:
    if number.suppress_below:
        return f"计的是人：任一边少于 {number.suppress_below} 人不给数，只看整周整月"
    return f"否（{number.not_people}）" if number.not_people else "否"


def _span(minutes: int) -> str:
    if minutes % 1440 == 0:
        return f" {minutes // 1440} 天"
    return f" {minutes // 60} 小时" if minutes % 60 == 0 else f" {minutes} 分钟"


def _codes() -> str:
    lines = ["# 代码表", "", _NOTE, ""]
    for name, entries in sorted(code_lists().items()):
        lines += [f"## {name}", "", *_grid(["代码", "名称"], entries.items()), ""]
    return "\n".join(lines).rstrip() + "\n"


def _index() -> str:
    rows = []
    for theme in ("common", *THEMES):
        tables = sum(each.theme == theme for each in contracts().values())
        if tables or metrics(theme):
            rows.append([f"[{TITLES[theme]}]({theme}.md)", tables, len(metrics(theme))])
    head = ["主题库", "表", "指标"]
    return "\n".join(["# 数据字典", "", _NOTE, "", *_grid(head, rows), "", "[代码表](codes.md)", ""])


if __name__ == "__main__":
    write()
