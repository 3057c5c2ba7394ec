"""A table holds exactly the rows of its card, chart or list; a file holds exactly the rows of the table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest

import app
from components import table_request, table_source
from data.contract import contracts
from metrics import metrics, read
from metrics.table import of_contract, of_metric
from queries.paging import Condition, Rows, Sorting, assemble_page, assemble_total
from queries.runner import run
from queries.scope import Scope, ScopeError
from queries.snapshot import current_id
from security.masking import mask
from tests import tiny

WEEK = "?until=2026-11-23"
ROWS = Rows("select * from a.b", {}, ("place", "name", "n"), {"place": "text", "n": "integer"}, ("place",))


@pytest.fixture(scope="module", autouse=True)
def store(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield


@pytest.fixture
def week() -> Scope:
    return Scope("341000", date(2026, 11, 16), date(2026, 11, 23), current_id())


def exported(address: str) -> tuple[list[str], list[list[str]], str]:
    """Headings, rows and foot line of a CSV."""
    answer = app.server.test_client().get(f"/export/{address}")
    assert answer.status_code == 200, answer.text
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    return lines[0], lines[1:-1], lines[-1][0]


def shown(name: str, search: str, given: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], int]:
    _, table = table_source.table(name, search)
    asked = table_request.request(given or {}, table)
    return table.page(asked.where, asked.sort, *table_request.window(given or {}))


def filtered(column: str, op: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"filterModel": {column: {"type": op, "filter": value, **more}}}


@pytest.mark.parametrize("scene", ["urban", "tourism", "ecology"])
def test_the_rows_of_a_number_add_up_to_the_number(scene: str, week: Scope) -> None:
    checked = 0
    for each in metrics(scene):
        reading = read(each.id, week)
        if each.kind not in ("sum", "ratio") or each.suppress_below or not reading.is_known:
            continue
        table = of_metric(each, week)
        rows, total = table.page((), (), 0, 10**6)
        assert len(rows) == total
        assert sum(row["n0"] for row in rows) == reading.n, each.id
        if each.kind == "ratio":
            assert sum(row["v0"] or 0 for row in rows) == pytest.approx(reading.numerator), each.id
            assert sum(row["d0"] or 0 for row in rows) == pytest.approx(reading.denominator), each.id
        else:
            assert sum(row["v0"] or 0 for row in rows) * each.scale == pytest.approx(reading.value), each.id
        checked += 1
    assert checked > 12


def test_card_table_and_file_hold_the_same_number_under_a_filter(week: Scope) -> None:
    query = f"{WEEK}&area=341021&f.channel=app,hotline_12345"
    heads, rows, foot = exported(f"urban.filed_case_count.csv{query}")
    card = app.server.test_client().get(f"/api/v1/metrics/filed_case_count{query}").get_json()["value"]
    filed = heads.index("立案数（件）")
    assert sum(int(row[filed]) for row in rows) == card > 0
    assert len(rows) == shown("urban.filed_case_count", query)[1]
    assert foot.startswith(f"共 {len(rows)} 行；范围 歙县；统计期 2026-11-16 至 2026-11-23（不含）；筛选 渠道＝")
    assert f"快照 {week.snapshot}" in foot
    assert foot.endswith("演示数据")


def test_a_list_and_its_table_are_the_same_question(week: Scope) -> None:
    heads, rows, _ = exported(f"urban.case_category.csv{WEEK}")
    listed = run("urban/case_category", week)
    assert heads == ["大类", "立案", "应结案", "按期结案"]
    assert [row[0] for row in rows] == list(listed["category_name"])
    assert [int(row[1]) for row in rows] == [int(value) for value in listed["filed_count"]]


def test_a_file_holds_what_the_grid_shows_in_its_order(week: Scope) -> None:
    given = filtered("status", "equals", "已结案") | {"sortModel": [{"colId": "case_id", "sort": "asc"}]}
    rows, total = shown("urban.case", WEEK, given)
    heads, lines, foot = exported(f"urban.case.csv{WEEK}&q={quote(json.dumps(given))}")
    assert 0 < total == len(lines)
    assert [line[0] for line in lines[:100]] == [row["case_id"] for row in rows]
    assert {line[heads.index("状态")] for line in lines} == {"已结案"}
    assert foot.startswith(f"共 {total} 行") and "另有表格内的筛选" in foot


def test_a_workbook_holds_the_same_rows_with_true_types(week: Scope) -> None:
    answer = app.server.test_client().get(f"/export/urban.case.xlsx{WEEK}&f.channel=leader")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["明细"]
    heads = [cell.value for cell in sheet[1]]
    _, total = shown("urban.case", f"{WEEK}&f.channel=leader")
    at = heads.index("上报时间") + 1
    assert total > 0
    assert all(isinstance(sheet.cell(row, at).value, datetime) for row in range(2, total + 2))
    assert sheet.cell(total + 2, 1).value is None
    assert str(sheet.cell(total + 3, 1).value).startswith(f"共 {total} 行；")


def test_a_file_that_is_too_large_says_what_to_do() -> None:
    answer = app.server.test_client().get("/export/urban.case.xlsx?until=2026-11-23&days=400")
    assert answer.status_code == 400
    assert "或导出 CSV" in answer.text
    answer = app.server.test_client().get("/export/traffic.link_speed.csv?until=2026-11-23&days=400")
    assert (answer.status_code, "缩短统计期" in answer.text) == (400, True)


def test_what_is_personal_is_masked_on_the_screen_and_in_the_file_and_cannot_be_asked_for(week: Scope) -> None:
    held = contracts()["urban.hotline_order"]
    personal = {column.name: column.pii for column in held.columns if column.pii != "none"}
    assert personal
    table = of_contract(held, week)
    rows, total = table.page((), (), 0, 50)
    assert total > 50
    raw = run_raw(week)
    for name, level in personal.items():
        values = [row[name] for row in rows if row[name] is not None]
        assert all(value.endswith("＊＊＊") and len(value) <= 5 for value in values), name
        assert not set(values) & raw[name]
        for refused in ({"filterModel": {name: {"type": "blank"}}},
                        {"sortModel": [{"colId": name, "sort": "asc"}]}):  # fmt: skip
            with pytest.raises(ScopeError, match="不能排序或筛选"):
                shown("urban.hotline_order", WEEK, refused)
        assert level in ("L1", "L2", "L3")
    heads, lines, foot = exported(f"urban.hotline_order.csv{WEEK}&f.channel=app")
    for name in personal:
        at = held.column_names.index(name)
        assert heads[at].startswith(held.column(name).label)
        assert all(not line[at] or line[at].endswith("＊＊＊") for line in lines)
    assert "个人信息已遮盖" in foot


@pytest.mark.parametrize(
    ("name", "column"),
    [("urban.case_due_unit", "overdue_count"), ("urban.topic_change", "solved_count"),
     ("livelihood.unreached_township", "resident_count"), ("community.service_mix", "paid_count"),
     ("community.pilot_state", "overdue_count")],
)  # fmt: skip
def test_a_count_that_bears_the_name_of_another_table_s_personal_column_is_not_masked(name: str, column: str) -> None:
    _, table = table_source.table(name, WEEK)
    assert next(each.pii for each in table.fields if each.name == column) == "none"
    rows, _ = table.page((), (), 0, 5)
    assert all(row[column] is None or not isinstance(row[column], str) for row in rows)


def run_raw(week: Scope) -> dict[str, set[Any]]:
    from queries.runner import query

    frame = query(
        "select * from urban.hotline_order where reported_at >= $since limit 5000", {"since": week.since}, week
    )
    return {name: set(frame[name].dropna()) for name in frame.columns}


@pytest.mark.parametrize(
    ("value", "level", "said"),
    [
     ("张三丰", "L2", "张＊＊＊"), ("李", "L2", "＊＊＊"), ("黄山某某公司", "L1", "黄山＊＊＊"),
     ("残疾", "L3", "＊＊＊"),
     (True, "L2", "＊＊＊"), (36, "L2", "＊＊＊"), (None, "L3", None)],
)  # fmt: skip
def test_a_mask_keeps_a_beginning_at_most(value: Any, level: str, said: str | None) -> None:
    assert mask(value, level) == said


def test_conditions_are_understood_in_words_places_days_and_numbers() -> None:
    whole = shown("urban.case", WEEK)[1]
    by_word = shown("urban.case", WEEK, filtered("channel", "contains", "热线"))[1]
    others = shown("urban.case", WEEK, filtered("channel", "notContains", "热线"))[1]
    assert 0 < by_word < whole == by_word + others
    assert (
        shown("urban.case", WEEK, filtered("place_code", "equals", "歙县"))[1]
        == shown("urban.case", f"{WEEK}&area=341021")[1]
    )
    day = {"filterModel": {"reported_at": {"type": "equals", "dateFrom": "2026-11-17 00:00:00"}}}
    assert shown("urban.case", WEEK, day)[1] == shown("urban.case", "?until=2026-11-18&days=1")[1]
    some, none = (shown("urban.case", WEEK, filtered("rework_count", op, 0))[1] for op in ("greaterThan", "equals"))
    blank = shown("urban.case", WEEK, filtered("rework_count", "blank"))[1]
    assert some + none + blank == whole


@pytest.mark.parametrize(
    "given",
    [
        filtered("owner; drop table x", "equals", "1"),
        filtered("case_id", "or 1=1", "1"),
        filtered("rework_count", "equals", "1 or 1=1"),
        filtered("reported_at", "equals", dateFrom="yesterday"),
        filtered("case_id", "contains", "x" * 201),
        {"filterModel": {"case_id": {"operator": "OR", "conditions": []}}},
        {"sortModel": [{"colId": "case_id", "sort": "asc; drop"}]},
        {"sortModel": [{"colId": "nothing", "sort": "asc"}]},
        {"filterModel": [1]},
        {"startRow": 0, "endRow": 10**7},
        {"startRow": -1, "endRow": 5},
    ],
)
def test_a_forged_request_is_refused_in_words(given: dict[str, Any]) -> None:
    with pytest.raises(ScopeError):
        shown("urban.case", WEEK, given)


@pytest.mark.parametrize(
    "name", ["urban.nothing", "urban.case_daily", "common.division; drop", "etc.passwd", "nothing"]
)
def test_a_table_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ScopeError, match="没有表"):
        table_source.table(name, WEEK)
    assert app.server.test_client().get(f"/export/{name}.csv").status_code == 400


def test_values_never_stand_in_the_statement_and_only_declared_columns_are_spelled() -> None:
    where = (Condition("place", "contains", ("x' or 1=1",)), Condition("n", "inRange", (1, 5)))
    sql, binds = assemble_page(ROWS, where, (Sorting("n", True),), 100, 50)
    assert "or 1=1" not in sql
    assert binds == {"where_0_0": "x' or 1=1", "where_1_0": 1, "where_1_1": 5, "page_count": 50, "page_start": 100}
    assert sql.endswith('order by "n" desc nulls last, "place" limit $page_count offset $page_start')
    for forged in (Condition("name", "equals", ("x",)), Condition("1=1", "blank"), Condition("n", "contains", ("x",))):
        with pytest.raises(ScopeError):
            assemble_total(ROWS, (forged,))
    with pytest.raises(ScopeError, match="最多 20 个"):
        assemble_total(ROWS, [Condition("n", "blank")] * 21)


def test_a_table_of_no_row_and_of_one_row(week: Scope) -> None:
    nothing = filtered("case_id", "equals", "没有这个号")
    assert shown("urban.case", WEEK, nothing) == ([], 0)
    _, rows, foot = exported(f"urban.case.csv{WEEK}&q={quote(json.dumps(nothing))}")
    assert (rows, foot.split("；")[0]) == ([], "共 0 行")
    one = shown("urban.case", WEEK)[0][0]["case_id"]
    found, total = shown("urban.case", WEEK, filtered("case_id", "equals", one))
    assert (total, [row["case_id"] for row in found]) == (1, [one])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("urban.case", "统计期 2026-11-16 至 2026-11-23（不含）"),
        ("urban.case_due", "截至 2026-11-23 0 时"),
        ("ecology.air_station", "登记现状，不分统计期"),
    ],
)
def test_the_foot_line_speaks_of_a_period_only_where_the_rows_know_one(name: str, said: str) -> None:
    assert said in exported(f"{name}.csv{WEEK}")[2]


def test_a_text_that_a_spreadsheet_would_run_stays_a_text() -> None:
    from components.table_export import _text

    assert [_text(value) for value in ("=1+1", "@x", "好", -1)] == ["'=1+1", "'@x", "好", -1]


def test_every_contract_can_be_opened_for_the_city(week: Scope) -> None:
    for held in contracts().values():
        if held.table.split(".")[0] != "common":
            of_contract(held, week).page((), (), 0, 1)
