"""The only place that draws a number's 数字身份证： everything that lets a reader check it or ask its owner."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime

from dash import dcc, html
from dash.development.base_component import Component

from components import address, filtering, question_card, table_source, why_section, wording
from components.address import Address
from components.cards import figure, opening, standing
from components.frames import rows
from components.marks import marked
from components.panel import grid
from data.contract import contract
from data.divisions import name_of
from metrics import Metric, MetricError, Reading, compare_many, explain, history, read, read_groups
from queries.runner import run
from queries.scope import LEVEL_NAMES, ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired, TableInfo, snapshot
from queries.statement import StatementError

_KINDS = {
    "ratio": "分子 ÷ 分母，逐级相加后再除", "sum": "逐级相加", "latest": "取统计期内最近一个有效日",
    "quantile": "分位数，由分箱计数读出", "computed": "由下面的数据按标准公式计算，不可逐级相加",
}  # fmt: skip


def drawer(name: str, search: str | None) -> html.Div:
    """The card over the page, for the metric (or, after `q.`, the list) that the address names."""
    kind = "数字身份证"
    try:
        if name.startswith(question_card.PREFIX):
            kind, question = "清单的口径与来源", question_card.question_of(name)
            title, body = "", question_card.content(question, address.read(search, question.split("/")[0]))
        else:
            shown, asked = address.read_card(name, search)
            title, body = shown.name, content(shown, asked)
    except (MetricError, StatementError, ScopeError, NoSnapshot, SnapshotExpired) as error:
        title, body = "打不开这张数字身份证", [html.P(str(error), role="alert")]
    close = marked(html.Button("×", className="quiet close", title="关闭（Esc）"), data_close="card", aria_label="关闭")
    return html.Div(
        marked(
            html.Aside(
                [html.Header([html.H2([f"{kind} ", html.Span(title)]), close], className="identity-head"), *body],
                className="identity",
                role="dialog",
                tabIndex="-1",
            ),
            aria_label=f"{kind}：{title}",
            aria_modal="true",
            data_card=name,
        ),
        className="veil",
    )


def content(shown: Metric, asked: Address) -> list[Component]:
    """The sections of the card, from what the number is to how it is spread."""
    reading = read(shown.id, asked)
    past = history(shown.id, asked)
    groups = read_groups(shown.id, asked, "district_code") if "district_code" in shown.by else []
    parts = [
        _value(shown, reading, asked, table(shown, past, groups)),
        _section("口径", [html.P(shown.meaning), _facts(_definition(shown))]),
        _section("责任", _facts(_owner(shown, asked))),
        _section("时间与来源", [_facts(_when(reading)), _sources(reading, asked)]),
        _section("质量核对", _ticks(reading)),
        _section("比较", _changes(shown.id, reading, asked)),
        _section("近 8 期", [_bars(past), _periods(past, reading.unit, asked)]),
    ]
    parts.insert(1, _section("为什么变了", html.Div(why_section.section(shown, asked))))
    if "district_code" in shown.by:
        parts.append(_section("分区县", _districts(groups, asked)))
    return [*parts, _section("怎么算的", _statement(shown, asked))]


def table(shown: Metric, past: list[Reading], groups: list[Reading]) -> str:
    """The card's numbers as CSV: the last periods, then the districts of the present one; unrounded."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(
        ("指标", "编号", "区域", "起", "止（不含）", "值", "单位", "分子", "分母", "样本数", "状态", "快照", "演示数据")
    )
    for each in (*past, *groups):
        place = each.key_name or name_of(each.area)
        counted = None if each.state == "too_few" and not each.n else each.n
        numbers = (each.value, each.unit, each.numerator, each.denominator, counted)
        tail = (wording.absence(each) or "有值", each.snapshot, "是" if each.demo else "否")
        lines.writerow((each.name, each.code, place, each.since, each.until, *numbers, *tail))
    return written.getvalue()


def _value(shown: Metric, reading: Reading, asked: Address, sheet: str) -> html.Div:
    absent = wording.absence(reading, LEVEL_NAMES[shown.lowest])
    whole = f"{reading.name} {wording.value(reading)} {reading.unit}".strip()
    address = f"/n/{shown.id}{_own_address(asked)}"
    said = [
        html.B(f"{name_of(asked.area)} · {wording.span(reading.since, reading.until)}"),
        standing(reading),
        html.Span(absent) if absent else None,
        html.Span(reading.detail) if reading.detail not in ("", absent) else None,
        html.Span("演示数据", className="demo-mark") if reading.demo else None,
    ]
    tools = [
        marked(html.Button("复制数值", className="quiet"), data_copy=whole),
        marked(html.Button("复制 CSV", className="quiet"), data_copy=sheet),
        marked(html.Button("复制链接", className="quiet"), data_copy_link=address),
        dcc.Link("单独打开", href=address, className="quiet"),
        dcc.Link("数据目录", href=f"/catalogue?kind=metric&open={shown.code}", className="quiet"),
    ]
    if rows := table_source.behind_number(asked, shown):
        tools.append(dcc.Link("查看明细", href=rows.table, className="quiet"))
    body = [
        html.Div(figure(reading)),
        html.Div(said, className="identity-of"),
        html.Div(tools, className="identity-tools"),
    ]
    return marked(html.Div(body, className="identity-value"), data_state=reading.state)


def _own_address(asked: Address) -> str:
    """The query of the number's own page: place and period are always written out, so that the link stays."""
    return asked.link(
        area=asked.area, until=asked.until.isoformat(), days=asked.days, metric=None, item=None, unit=None
    )


def _section(title: str, body: Component | list[Component | None]) -> html.Section:
    return html.Section([html.H3(title), html.Div(body)])


def _facts(facts: list[tuple[str, str]]) -> html.Dl:
    return html.Dl([part for label, said in facts if said for part in (html.Dt(label), html.Dd(said))])


def _definition(shown: Metric) -> list[tuple[str, str]]:
    wanted = shown.target
    held = f"不设：{shown.no_target}" if shown.no_target else ""
    if wanted is not None:
        yearly = "，只对全年或年初至今判定" if shown.target_period == "year" else ""
        held = f"{wording.target(wanted, shown.decimals, shown.unit)}（{wording.target_basis(wanted)}{yearly}）"
        held += f"，差 {shown.near_margin:g} 以内为接近" if shown.near_margin else ""
    return [
        ("编号", f"{shown.code} · {shown.id}"), ("依据", shown.basis), ("算法", _KINDS[shown.kind]), ("目标", held),
        ("预警", shown.warning), ("最细到", LEVEL_NAMES[shown.lowest]),
        ("最少样本", f"{shown.minimum_n}" if shown.minimum_n > 1 else ""), ("需求", " ".join(shown.requirements)),
    ]  # fmt: skip


def _owner(shown: Metric, asked: Address) -> list[tuple[str, str]]:
    written = next((contract(table).owner.contact for table in shown.sources if contract(table).owner.contact), "")
    return [
        ("责任单位", shown.owner.unit),
        ("认定依据", shown.owner.basis),
        ("联系", written or _on_duty(shown.owner.unit, asked) or "待登记（合同 owner.contact）"),
    ]


def _on_duty(unit: str, asked: Address) -> str:
    """Who of the unit is on duty at the period's end: whom to ask while no contact is written down."""
    found = rows(run("safety/duty_unit", replace(asked, filters=()), unit=unit))
    if not found:
        return ""
    said = " ".join(filter(None, (found[0]["contact_name"], found[0]["contact_phone"])))
    return f"{found[0]['day_date']:%m-%d} 带班 {said}"


def _when(reading: Reading) -> list[tuple[str, str]]:
    parts = ""
    if reading.denominator is not None:
        parts = f"{wording.number(reading.numerator, 0)} ÷ {wording.number(reading.denominator, 0)}"
    return [
        ("数据时间", wording.full_moment(reading.data_time)), ("入库时间", wording.full_moment(reading.loaded_at)),
        ("快照", reading.snapshot), ("样本数", wording.sample(reading)), ("分子 ÷ 分母", parts),
    ]  # fmt: skip


def _sources(reading: Reading, asked: Address) -> html.Table:
    rows = [
        (
            [_opened(source.table, asked), html.Br(), html.Code(source.table)],
            f"{source.rows:,}",
            source.owner,
            contract(source.table).refresh.rule,
        )
        for source in reading.sources
    ]
    return grid(("来源表", "行数", "责任单位", "更新"), rows)


def _opened(table: str, asked: Address) -> Component | str:
    """The table's name, which opens its rows for the same place, period and filters where it knows them."""
    rows = table_source.behind(asked, table)
    return dcc.Link(contract(table).name, href=rows.table) if rows else contract(table).name


def _ticks(reading: Reading) -> html.Ul:
    """Each check with its outcome in words; a tick only where nothing is wrong."""
    tables = [snapshot(reading.snapshot).tables[s.table] for s in reading.sources if s.rows]
    absent = [s.table for s in reading.sources if not s.rows]
    held = {table.table: sum(table.quarantined.values()) for table in tables}
    checks = [
        (not absent, "来源表齐全" if not absent else f"来源表没有数据：{'、'.join(absent)}"),
        (not sum(held.values()), _quarantine(held)),
        (*_freshness(reading, tables),),
        (not reading.demo, "全部为真实数据" if not reading.demo else "含演示数据，不代表真实情况"),
    ]
    return html.Ul(
        [
            html.Li([html.I(className="tick" if fine else "cross"), html.Span("通过 " if fine else "注意 "), said])
            for fine, said in checks
        ],
        className="ticks",
    )


def _quarantine(held: dict[str, int]) -> str:
    bad = [f"{contract(table).name} {count:,} 行" for table, count in held.items() if count]
    return f"入库隔离：{'、'.join(bad)}，未计入" if bad else "入库时没有隔离的行"


def _freshness(reading: Reading, tables: list[TableInfo]) -> tuple[bool, str]:
    dated = [t for t in tables if t.since is not None and t.until is not None]
    begun = max((t.since for t in dated if t.since is not None), default=None)
    if begun is not None and begun > reading.since:
        return False, f"数据从 {begun:%Y-%m-%d} 起，未覆盖整个统计期"
    if not dated:
        return False, "来源表没有日期，核对不了是否覆盖统计期"
    late = [t.table for t in tables if t.until is not None and t.until < reading.until]
    if not late and reading.state == "no_data":
        return False, "表覆盖统计期，但这段时间没有有效值"
    if not late:
        return True, "数据覆盖整个统计期"
    known = min((t.until for t in tables if t.until is not None), default=None)
    return False, f"数据只到 {_upto(known)}，未覆盖整个统计期"


def _upto(day: date | None) -> str:
    return wording.UNKNOWN if day is None else f"{datetime.combine(day, datetime.min.time()):%Y-%m-%d} 0 时"


def _changes(name: str, reading: Reading, asked: Address) -> Component:
    rows = []
    for label, which in (("环比", "previous"), ("同比", "last_year")):
        (change,) = compare_many([name], asked, which, [reading])
        rows.append((label, " ".join((change.text, change.judgement)).strip(), wording.against(change)))
    return grid(("", "变化", "与谁比"), rows)


def _bars(past: list[Reading]) -> html.Div:
    known = [abs(each.value) for each in past if each.value is not None]
    top = max(known, default=0) or 1
    return marked(
        html.Div(
            [
                html.Div(
                    html.I(style={"height": f"{0 if each.value is None else abs(each.value) / top * 100:.1f}%"}),
                    title=f"{wording.span(each.since, each.until)}：{wording.value(each)}",
                )
                for each in past
            ],
            className="bars",
            role="img",
        ),
        aria_label="近 8 期的值，见下表",
    )


def _at(each: Reading, asked: Address) -> str:
    """The card of the same number at another period."""
    return asked.link(n=f"{each.metric}.{each.area}.{each.until:%Y%m%d}.{(each.until - each.since).days}")


def _periods(past: list[Reading], unit: str, asked: Address) -> html.Table:
    rows = [
        (
            dcc.Link(wording.span(each.since, each.until), href=_at(each, asked)),
            wording.value(each),
            wording.sample(each),
            wording.absence(each) or each.detail,
        )
        for each in reversed(past)
    ]
    return grid(("时期", f"值 {unit}".strip(), "样本数", "说明"), rows)


def _districts(groups: list[Reading], asked: Address) -> Component:
    if not groups:
        return html.P("没有分区县的数。")
    rows = [
        (
            opening(each, asked, each.key_name or ""),
            f"{wording.value(each)} {each.unit}".strip(),
            wording.sample(each),
            wording.absence(each) or standing(each) or "",
        )
        for each in groups
    ]
    return grid(("区县", "值", "样本数", "说明"), rows)


def _statement(shown: Metric, asked: Address) -> list[Component | None]:
    if refused := filtering.refusal(shown, asked):
        return [refused]
    ran = explain(shown.id, asked)
    binds = [("$" + name, str(value)) for name, value in ran.binds.items()]
    return [
        html.P(f"口径文件 {shown.file};SQL 与代入的值："),
        html.Pre(html.Code(ran.sql), className="sql", tabIndex="0"),
        _facts(binds),
    ]
