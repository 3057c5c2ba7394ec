"""The only place that draws the details of a theme database, a metric and a code list."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components import catalogue_way as way
from components import wording
from components.catalogue_address import Asked
from components.catalogue_cell import Cell, Facts, facts, links, page_links, table
from components.catalogue_data import MEASURES, code_users, numbers, table_state
from components.catalogue_detail import Detail, block, duration, entry, identity_link
from components.panel import missing
from data.catalogue import by_page, scenes
from data.contract import code_lists, contract, contracts
from data.ledger import ledger
from data.owner import settled
from metrics import metric, metrics
from metrics.lineage import sharing
from queries.scope import LEVEL_NAMES


def of_theme(asked: Asked, name: str) -> Detail:
    """A theme database: which scene it serves, who answers for it, its tables and numbers."""
    scene = scenes().get(name)
    mine = [each for each in contracts().values() if each.theme == name]
    duties = [each.id for each in ledger().values() if name in each.pages]
    about: Facts = [
        ("表", _count(asked, "table", name, len(mine))),
        ("字段", _count(asked, "column", name, sum(len(each.columns) for each in mine))),
        ("指标", _count(asked, "metric", name, len(metrics(name)))),
        ("系统", _count(asked, "system", name, len(by_page(name)) if scene else 0)),
    ]  # fmt: skip
    if scene:
        names = "、".join((*scene.theme_aliases, scene.name, *scene.aliases))
        about += [
            ("规划用名", names), ("页面", page_links(asked, [name])), ("责任单位", scene.owner),
            ("依据", scene.owner_basis), ("状态", scene.state), ("版本", scene.version),
            ("更新日期", scene.updated_on), ("下次复核", scene.next_review), ("备注", scene.note or None),
            ("需求", links(asked, "requirement", duties)),
        ]  # fmt: skip
    rows: list[list[Cell]] = [
        [entry(asked, "table", each.table, each.name), each.owner.unit, table_state(each, asked.ground),
         len(numbers().get(each.table, ()))]
        for each in mine
    ]  # fmt: skip
    listed = table(("表", "责任单位", "状态", "读它的指标"), rows)
    figures: list[list[Cell]] = [
        [entry(asked, "metric", each.id, each.name), each.code, each.unit or None] for each in metrics(name)
    ]
    return Detail(
        name=scene.theme_database if scene else "公共参考与登记",
        code=name,
        lead=f"“{scene.name}”场景的主题库" if scene else "各主题共用的区划、日历与登记",
        panels=(
            block("about", "说明与责任", facts(about), "OV-02 OV-03"),
            block("tables", "表", listed, "OV-03 X-11", unit=f"{len(mine)} 张"),
            *((block("figures", "指标", table(("指标", "查数码", "单位"), figures), "X-06"),) if figures else ()),
        ),
    )


def of_metric(asked: Asked, name: str) -> Detail:
    """A metric: what it means, who answers for it, how it may be shared, and its way from file to page."""
    shown = metric(name)
    shared = sharing(shown)
    aim = wording.target(shown.target, shown.decimals, shown.unit)
    if shown.target:
        aim = f"{aim}（{wording.target_basis(shown.target)}）{shown.target.text}".strip()
    means: Facts = [
        ("查数码", shown.code), ("依据", shown.basis), ("类型", MEASURES[shown.kind]), ("单位", shown.unit or None),
        ("目标", aim or f"不设，{shown.no_target or '只陈述'}"),
        ("预警", shown.warning or None), ("最细到", LEVEL_NAMES[shown.lowest]),
        ("最少样本", shown.minimum_n), ("过时", f"数据时间之后 {duration(shown.stale_minutes)}"),
    ]  # fmt: skip
    owned: Facts = [
        ("责任单位", shown.owner.unit), ("认定", settled(shown.owner.unit, shown.owner.basis)),
        ("依据", shown.owner.basis), ("分类", shared.category),
        ("更新", shared.refresh_rule), ("共享", shared.share_type), ("安全等级", shared.security_level),
        ("向社会开放", shared.is_open), ("保存", shared.retention), ("存储", shared.storage_level),
        ("需求", links(asked, "requirement", shown.requirements)), ("定义文件", shown.file),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [entry(asked, "table", each, contract(each).name), contract(each).owner.unit, contract(each).refresh.rule,
         table_state(contract(each), asked.ground)]
        for each in shown.sources
    ]  # fmt: skip
    return Detail(
        name=shown.name,
        code=f"{shown.code} · {shown.id}",
        lead=shown.meaning,
        mark=identity_link(asked, shown),
        panels=(
            block("way", "来龙去脉", way.of_metric(asked, shown), "X-08"),
            block("about", "口径", facts(means), "X-06"),
            block("metadata", "责任与共享", facts(owned), "X-02 X-06"),
            block("sources", "来源表", table(("表", "责任单位", "更新", "状态"), rows), "X-08 X-11"),
        ),
    )


def of_code(asked: Asked, name: str) -> Detail:
    """A code list, and the columns that take their values from it."""
    listed, used = code_lists()[name], code_users().get(name, ())
    rows: list[list[Cell]] = [[html.Code(code), label] for code, label in listed.items()]
    places: list[list[Cell]] = [
        [entry(asked, "column", f"{each.table}.{field.name}", field.label), each.name, each.owner.unit]
        for each, field in used
    ]
    fields: Component = missing("没有字段用它") if not places else table(("字段", "表", "责任单位"), places)
    return Detail(
        name=used[0][1].label if used else name,
        code=name,
        lead="代码表：库中只存代码，页面显示名称",
        panels=(
            block("codes", "代码与名称", table(("代码", "名称"), rows), "X-01 X-07", unit=f"{len(listed)} 个"),
            block("fields", "用它的字段", fields, "X-07", unit=f"{len(used)} 个"),
        ),
    )


def _count(asked: Asked, kind: str, theme: str, count: int) -> Component:
    """A number of entries as the way to their list."""
    return dcc.Link(f"{count:,}", href=asked.link(kind=kind, theme=theme, open=None, q=None), className="to")
