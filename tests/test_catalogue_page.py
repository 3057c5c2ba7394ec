"""The data catalogue: what it counts, what it finds, where its links lead, and what its workbook holds."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from conftest import ROOT
from dash.development.base_component import Component
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app import create_app
from components import catalogue, catalogue_address, catalogue_table, catalogue_xlsx
from components.catalogue_address import Asked
from components.catalogue_cell import around
from components.catalogue_item import Ground, words
from components.catalogue_kinds import KINDS, entry, found, listed
from components.catalogue_list import PAGE_SIZE
from data.contract import code_lists, contract, contracts
from data.ledger import requirement_ids
from data.settings import settings
from metrics import metric, metrics
from metrics.assets import assets, freshness
from metrics.quality import Finding
from queries.runner import QueryTimeout
from queries.snapshot import Batch, Snapshot, TableInfo
from tests import tiny

NOON = datetime(2026, 11, 22, 12)
EMPTY = Ground(None, NOON)
EVIL = "<img src=x onerror=alert(1)>"


def info(table: str, data_time: datetime | None, *, rows: int = 1, is_demo: bool = False) -> TableInfo:
    batch = Batch("b1", f"{EVIL}.csv", "water_huangshan", NOON, rows, {"out_of_range": 2, "new_rule": 1})
    return TableInfo(
        table=table, rows=rows, sha256="", kind="detail", since=None, until=None, data_time=data_time, loaded_at=NOON,
        is_demo=is_demo, batches=(batch,),
    )  # fmt: skip


# hourly with 3 hours' grace: one on time, one demo; 4-hourly water long late; a register dated by its load
SNAPSHOT = Snapshot(
    "snap-000000000001",
    NOON,
    Path(),
    {
        each.table: each
        for each in (
            info("ecology.air_hourly", NOON - timedelta(hours=1)),
            info("ecology.water_measure", NOON - timedelta(days=30)),
            info("ecology.air_station", None, is_demo=True),
            info("ecology.water_section", None, rows=0),
        )
    },
)
SEEN = Ground(SNAPSHOT, NOON)


def asked(search: str = "", ground: Ground = EMPTY) -> Asked:
    """The address, seen against `ground` instead of this machine's store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue_address, "ground", lambda *_, **__: ground)
        return catalogue_address.read(search, NOON)


def texts(component: Any) -> str:
    """Everything a component says, in reading order."""
    if isinstance(component, (list, tuple)):
        return " ".join(filter(None, map(texts, component)))
    if isinstance(component, Component):
        return texts(getattr(component, "children", None))
    return "" if component is None else str(component)


def ids(kind: str, query: str, ground: Ground = EMPTY) -> list[str]:
    return [hit.item.id for hit in found(KINDS[kind], ground, "", words(query))]


# --- counts -----------------------------------------------------------------------------------------------------------


def test_assets_are_counted_from_the_snapshot_and_demo_is_never_judged() -> None:
    counted = assets(SNAPSHOT, NOON)
    assert (counted.with_data, counted.demo, counted.judged, counted.on_time) == (3, 1, 2, 1)
    assert counted.on_time_share == 50.0


def test_without_a_snapshot_nothing_has_data_and_no_share_is_made_up() -> None:
    counted = assets(None, NOON)
    assert (counted.with_data, counted.judged, counted.on_time_share) == (0, 0, None)


def test_the_counts_are_those_of_the_files() -> None:
    counted = assets(None, NOON)
    tables = [tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "data" / "contracts").glob("*/*.toml")]
    delivered = [each for each in tables if each.get("layer", "detail") == "detail"]
    assert counted.tables == len(delivered)
    assert counted.unowned_tables == sum(each["owner"]["unit"] == "待确认" for each in delivered)
    numbers = [tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "queries").glob("*/metrics/*.toml")]
    assert counted.metrics == len(numbers)
    assert counted.unowned_metrics == sum(each["owner"]["unit"] == "待确认" for each in numbers)
    lines = (ROOT / "data" / "reference" / "catalogue" / "systems.csv").read_text("utf-8-sig").splitlines()
    systems = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert sum(counted.systems.values()) == len(systems)
    assert counted.systems["在用"] == sum(each["state"] == "在用" for each in systems)
    assert counted.unowned_systems == sum(each["owner"] == "待确认" for each in systems)
    ledger = (ROOT / "docs" / "requirements.md").read_text("utf-8")
    states = re.findall(r"^\| [A-Z]+-?\d\d \|.*\| (works|partly|not yet)[^|]*\|$", ledger, re.MULTILINE)
    assert {state: states.count(state) for state in counted.requirements} == dict(counted.requirements)


@pytest.mark.parametrize(
    ("table", "state", "late_at"),
    [
        (None, "no_data", None),
        (info("ecology.air_hourly", NOON, rows=0), "no_data", None),
        (info("ecology.air_hourly", NOON - timedelta(hours=2, minutes=59)), "on_time", NOON + timedelta(minutes=1)),
        (info("ecology.air_hourly", NOON - timedelta(hours=3)), "late", NOON),
        (replace(info("ecology.air_hourly", None), loaded_at=None), "undated", None),
    ],
)
def test_an_hourly_table_is_late_three_hours_after_its_newest_row(
    table: TableInfo | None, state: str, late_at: datetime | None
) -> None:
    found = freshness(contract("ecology.air_hourly"), table, NOON)
    assert (found.state, found.late_at) == (state, late_at)


def test_what_the_strip_counts_is_what_its_links_list() -> None:
    counted = assets(SNAPSHOT, NOON)
    assert len(ids("table", "状态：数据未到 层：明细", SEEN)) == counted.tables - counted.with_data
    assert ids("table", "状态：迟到 层：明细", SEEN) == ["ecology.water_measure"]
    assert len(ids("table", "责任单位：待确认 层：明细")) == counted.unowned_tables


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "query", "expected"),
    [
        ("table", "空气质量小时值", "ecology.air_hourly"),
        ("table", "ecology.air_hourly", "ecology.air_hourly"),
        ("table", "AIR hourly", "ecology.air_hourly"),
        ("table", "published_primary", "ecology.air_hourly"),
        ("table", "小时值 生态环境局", "ecology.air_hourly"),
        ("column", "ＰＭ２．５", "ecology.air_hourly.pm25"),
        ("metric", "en02", "good_air_day_rate"),
        ("metric", "优良天数", "good_air_day_rate"),
        ("theme", "智慧环保", "ecology"),
        ("system", "黄山市电子政务网络升级改造工程", "Z01-01"),
        ("requirement", "HB-03", "HB-03"),
        ("task", "市应急局", "T20"),
        ("code", "劣Ⅴ", "water_class"),
    ],
)
def test_an_entry_is_found_by_name_id_code_alias_column_or_owner(kind: str, query: str, expected: str) -> None:
    assert expected in ids(kind, query)


def test_the_thing_itself_comes_before_what_only_mentions_it() -> None:
    assert ids("column", "PM2.5")[0] == "ecology.air_hourly.pm25"
    assert ids("table", "ecology.air_hourly")[0] == "ecology.air_hourly"


def test_an_abbreviation_finds_the_owner_when_nothing_holds_it_as_written() -> None:
    assert "ecology.air_hourly" in ids("table", "生环局")
    assert ids("table", "龘靐齉") == []


@pytest.mark.parametrize("query", ["责任单位：待确认", "责任单位\N{COLON}待确认"])
def test_a_word_may_be_asked_of_one_text_only(query: str) -> None:
    wanted = {each.table for each in contracts().values() if each.owner.unit == "待确认"}
    assert set(ids("table", query)) == wanted


def test_a_query_of_signs_finds_nothing_and_an_empty_one_everything() -> None:
    assert ids("table", "%") == []
    assert len(ids("table", "  ")) == len(contracts())


def test_a_theme_narrows_the_kinds_that_have_themes() -> None:
    assert {each.split(".")[0] for each in (item.id for item in listed(KINDS["table"], EMPTY, "urban"))} == {"urban"}
    assert len(listed(KINDS["task"], EMPTY, "urban")) == len(listed(KINDS["task"], EMPTY))


# --- the page ---------------------------------------------------------------------------------------------------------


def test_a_list_shows_fifty_rows_and_the_way_to_the_others() -> None:
    first = texts(catalogue.drawn(asked("?kind=column&page=2")))
    every = [item.id for item in listed(KINDS["column"], EMPTY)]
    assert sum(name in first.split() for name in every) == PAGE_SIZE
    assert every[PAGE_SIZE] in first and every[PAGE_SIZE - 1] not in first.split()
    assert every[-1] in texts(catalogue.drawn(asked("?kind=column&page=999")))


def test_a_search_without_a_kind_looks_everywhere_and_says_where_it_found() -> None:
    said = texts(catalogue.drawn(asked("?q=published_primary")))
    assert "空气质量小时值" in said and "字段：published_primary 发布首要污染物" in said


def test_of_a_long_text_the_piece_is_shown_in_which_the_word_stands() -> None:
    piece = around("前" * 100 + "PM2.5" + "后" * 100, "pm2.5", 40)
    assert "PM2.5" in piece and len(piece) <= 42
    assert around("短文 PM2.5", "pm2.5", 40) == "短文 PM2.5"


def test_nothing_found_says_what_to_try() -> None:
    assert "换一种叫法" in texts(catalogue.drawn(asked("?q=龘靐齉")))
    assert "到“全部”里搜" in texts(catalogue.drawn(asked("?kind=table&q=龘靐齉")))


def test_the_filters_of_a_list_count_what_a_click_on_them_shows() -> None:
    shown = catalogue.drawn(asked("?kind=system&q=应急"))
    links = [each for each in shown._traverse() if "类别" in str(dict(parse_qsl(str(getattr(each, "href", "")))))]
    assert links
    for link in links:
        label, count = (part for part in map(texts, link.children))
        query = dict(parse_qsl(link.href.lstrip("?")))["q"]
        assert (label in ("A 页面内容", "B 数据来源", "C 只列目录"), len(ids("system", query))) == (True, int(count))


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thing found in the air table."""
    said = Finding("ecology.air_hourly", "published_aqi", 3, "发布的AQI与计算的不一致 3 条")
    monkeypatch.setattr(catalogue_table, "findings", lambda _: [said])


@pytest.mark.usefixtures("checked")
def test_a_table_shows_owner_metadata_freshness_columns_loads_findings_and_numbers() -> None:
    said = texts(catalogue.drawn(asked("?kind=table&open=ecology.air_hourly", SEEN)))
    for expected in (
        "市生态环境局", "规划写明", "plan 附件2 T22 T23", "有条件共享", "GB/T 21063", "按时", "2026-11-22 11:00",
        "published_primary", "不一致 3 条", "超出范围 2", "new_rule 1", "优良天数比例", "数字身份证",
        "water_huangshan", "HB-03",
    ):  # fmt: skip
        assert expected in said, expected


def test_a_check_that_takes_too_long_does_not_take_the_details_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_: str) -> list[Finding]:
        raise QueryTimeout("查询超时：稍后再看")

    monkeypatch.setattr(catalogue_table, "findings", slow)
    said = texts(catalogue.drawn(asked("?kind=table&open=ecology.air_hourly", SEEN)))
    assert "查询超时：稍后再看" in said and "市生态环境局" in said


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize(
    ("table", "state"),
    [
        ("ecology.water_measure", "迟到"), ("ecology.air_station", "演示"), ("ecology.water_section", "数据未到"),
        ("urban.case", "数据未到"),
    ],
)  # fmt: skip
def test_a_table_says_its_state(table: str, state: str) -> None:
    detail = catalogue.DETAILS["table"](asked("", SEEN), table)
    assert texts(detail.mark) == state


def test_the_way_of_a_metric_goes_from_file_to_page() -> None:
    detail = catalogue.DETAILS["metric"](asked("", SEEN), "good_air_day_rate")
    steps = [part.children for part in detail.panels[0]._traverse() if type(part).__name__ == "H3"]
    assert steps == ["来源文件", "对照", "表", "汇总与派生", "指标", "页面"]
    said = texts(detail.panels[0])
    places = [said.index(f" {word} ") for word in (f"{EVIL}.csv", "water_huangshan", "ecology.air_hourly")]
    assert places == sorted(places) and said.endswith("生态环境")
    assert "ecology.air_city_daily" in said


def test_a_system_shows_its_class_owner_state_and_changes() -> None:
    said = texts(catalogue.drawn(asked("?kind=change&open=Z12-11")))
    for expected in ("B 数据来源", "观察", "市数据资源局", "附件2 T12", "2026-11-22", "目录初建"):
        assert expected in said, expected


def test_a_metric_is_opened_by_its_code_too() -> None:
    assert "优良天数比例" in texts(catalogue.drawn(asked("?kind=metric&open=en02")))


def hrefs(component: Component) -> set[str]:
    return {str(each.href) for each in component._traverse() if getattr(each, "href", None)}


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_entry_has_details_and_no_link_of_them_leads_nowhere(kind: str) -> None:
    at = asked("?area=341002&until=2026-11-23")
    every = KINDS[kind].items(EMPTY)
    targets: set[str] = set()
    for item in every[:: max(1, len(every) // 300)]:
        detail = catalogue.DETAILS[kind](at, item.id)
        assert detail.name and detail.panels, item.id
        for panel in detail.panels:
            targets |= hrefs(panel)
            assert getattr(panel, "data-panel"), item.id
            duties = set(getattr(panel, "data-requirements").split())
            assert duties and duties <= set(requirement_ids()), item.id
    for href in targets:
        assert "area=341002" in href, "what a scene handed over is lost"
        path, _, query = href.partition("?")
        if path:
            assert path.strip("/").split("/")[0] in (*catalogue_address.SEARCHABLE, "n", "catalogue", "intake",
                                                     "briefings", "wall"), href  # fmt: skip
        if path.startswith("/n/"):
            metric(path.removeprefix("/n/"))
        elif not path:
            to = asked(f"?{query}")
            assert to.kind is not None
            assert not to.open or entry(to.kind, EMPTY, to.open) is not None, href


# --- served -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    row = {"station_id": "a", "place_code": "341003", "observed_at": datetime(2026, 11, 16, 8), "pm25": 20.0}
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield tiny.fill(
            {
                "ecology.air_hourly": [row],
                "ecology.air_station": [{"station_id": "a", "name": EVIL, "place_code": "341003"}],
            }
        )
    settings.cache_clear()


@pytest.fixture(scope="module")
def client(store: str) -> FlaskClient:
    assert store
    return create_app().server.test_client()


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[FlaskClient]:
    """The app over an empty store."""
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path, patch)
        yield create_app().server.test_client()
    settings.cache_clear()


def ask(client: FlaskClient, search: str) -> str:
    """What the page's data callback answers, as JSON text."""
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": "catalogue-body.children",
            "outputs": {"id": "catalogue-body", "property": "children"},
            "inputs": [{"id": "scope", "property": "data", "value": search}],
            "changedPropIds": ["scope.data"],
        },
    )
    assert answer.status_code == 200, answer.text
    return json.dumps(json.loads(answer.text), ensure_ascii=False)


def test_the_page_names_its_snapshot_its_demo_data_and_the_address_it_answers(client: FlaskClient, store: str) -> None:
    said = ask(client, "?kind=table")
    assert f"快照 {store}" in said and '"data-demo": "demo"' in said and '"data-search": "?kind=table"' in said


def test_a_past_snapshot_is_named(client: FlaskClient, store: str) -> None:
    assert f"快照 {store} 当时的状态" in ask(client, f"?asof={store}")


@pytest.mark.parametrize(
    "search",
    [
        "?kind=nonsense", "?theme=nonsense", "?kind=table&page=0", "?kind=table&page=x", "?open=ecology.air_hourly",
        "?kind=table&open=ecology.nothing", "?asof=..", "?asof=snap-000000000000", f"?q={'长' * 81}",
        f"?q={'x' * 3000}",
    ],
)  # fmt: skip
def test_a_wrong_address_gives_a_sentence_and_never_a_failure(client: FlaskClient, search: str) -> None:
    said = ask(client, search)
    assert "data-error" in said and "这个地址打不开" in said and "Traceback" not in said


def test_a_query_reaches_the_page_as_text_only(client: FlaskClient) -> None:
    said = ask(client, f"?q={EVIL}")
    assert EVIL in said
    assert not re.search(r'"(?:html|dangerously_allow_html|innerHTML)":', said)


@pytest.mark.parametrize("search", ["", "?kind=table", "?kind=table&open=ecology.air_hourly", "?kind=metric&open=EN02"])
def test_an_empty_store_has_a_catalogue_that_says_so(nothing: FlaskClient, search: str) -> None:
    said = ask(nothing, search)
    assert "data-error" not in said and "库中还没有快照" in said and "make demo" in said
    if search:
        assert "数据未到" in said


# --- the workbook -----------------------------------------------------------------------------------------------------

SHEETS = ["说明", "主题库与表", "字段", "指标", "代码表", "系统目录", "变更记录", "来龙去脉", "不一致", "规划指标",
          "正文目标", "重点任务", "基线事实", "需求台账"]  # fmt: skip


def sheets(client: FlaskClient, address: str = "/catalogue.xlsx") -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(address).data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_holds_every_entry_once(client: FlaskClient) -> None:
    held = sheets(client)
    assert list(held) == SHEETS
    rows = {name: len(each) - 1 for name, each in held.items()}
    assert rows["主题库与表"] == len(contracts())
    assert rows["字段"] == sum(len(each.columns) for each in contracts().values())
    assert rows["指标"] == len(metrics())
    assert rows["代码表"] == sum(map(len, code_lists().values()))
    for name, kind in (("系统目录", "system"), ("变更记录", "change"), ("重点任务", "task"), ("基线事实", "baseline"),
                       ("需求台账", "requirement"), ("正文目标", "target")):  # fmt: skip
        assert rows[name] == len(listed(KINDS[kind], EMPTY)), name


def test_the_workbook_lists_what_the_tables_say_against_one_another(client: FlaskClient) -> None:
    found = {row[0]: row for row in sheets(client)["不一致"][1:]}
    assert "民政部" in found["common.division"][5] and found["common.division"][6] == "市民政局、市统计局"


def test_the_workbook_follows_every_number_from_its_tables_to_its_page(client: FlaskClient) -> None:
    steps = [row[3:5] for row in sheets(client)["来龙去脉"] if row[0] == "EN01"]
    assert ["表", "ecology.air_hourly"] in steps and ["汇总与派生", "ecology.air_city_daily"] in steps
    assert steps[-2:] == [["指标", metric("EN01").id], ["页面", "/ecology"]]


def test_the_front_sheet_says_of_what_snapshot_and_that_it_is_demo(client: FlaskClient, store: str) -> None:
    front = {str(row[0]): row[1] for row in sheets(client)["说明"]}
    assert (front["性质"], front["快照"], front["其中有数据"], front["其中演示"]) == ("演示数据", store, 2, 2)
    assert isinstance(front["快照生成"], datetime)
    assert front["字段"] == sum(len(each.columns) for each in contracts().values())


def test_cells_have_their_true_types(client: FlaskClient) -> None:
    held = sheets(client)

    def first(sheet: str, key: str) -> dict[str, Any]:
        head, *rows = held[sheet]
        return next(dict(zip(head, row, strict=True)) for row in rows if key in row)

    table = first("主题库与表", "ecology.air_hourly")
    assert (table["行数"], table["演示"], table["数据时间"]) == (1.0, True, datetime(2026, 11, 16, 8))
    assert table["状态"] == "演示" and table["隔离行数"] == 0.0
    assert first("主题库与表", "urban.case")["行数"] == ""
    change = first("变更记录", "Z12-11")
    assert change["日期"] == date(2026, 11, 22)
    goal = first("规划指标", "K01")
    assert (goal["目标年"], goal["目标值"], goal["比较"]) == (2023.0, 92.0, ">=")


def test_no_cell_of_the_workbook_is_a_formula(client: FlaskClient) -> None:
    with zipfile.ZipFile(io.BytesIO(client.get("/catalogue.xlsx").data)) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name) and b"<f " not in parts.read(name), name


def test_the_workbook_of_a_snapshot_may_be_kept_for_ever_and_the_present_one_is_asked_for_again(
    client: FlaskClient, store: str
) -> None:
    pinned, present = client.get(f"/catalogue.xlsx?asof={store}"), client.get("/catalogue.xlsx")
    assert "immutable" in pinned.headers["Cache-Control"] and present.headers["Cache-Control"] == "no-cache"
    assert pinned.data == present.data and store in pinned.headers["Content-Disposition"]
    assert client.get("/catalogue.xlsx", headers={"If-None-Match": present.headers["ETag"]}).status_code == 304
    catalogue_xlsx.workbook.cache_clear()
    assert client.get("/catalogue.xlsx").data == present.data, "the same snapshot gives the same bytes"


@pytest.mark.parametrize(("asof", "status"), [("..", 400), ("", 400), ("snap-000000000000", 410)])
def test_a_workbook_that_is_not_there_is_refused_in_words(client: FlaskClient, asof: str, status: int) -> None:
    answer = client.get(f"/catalogue.xlsx?asof={asof}")
    assert answer.status_code == status and "快照" in answer.text


def test_an_empty_store_has_a_workbook_too(nothing: FlaskClient) -> None:
    held = sheets(nothing)
    front = {str(row[0]): row[1] for row in held["说明"]}
    assert (front["性质"], front["其中有数据"]) == ("库中还没有快照", 0.0)
    assert len(held["主题库与表"]) == len(contracts()) + 1


def test_a_mistyped_word_is_answered_with_what_may_be_meant() -> None:
    said = texts(catalogue.drawn(asked("?q=空气值量综合指数")))
    assert "没有找到" in said and "您要找的可能是" in said and "空气质量综合指数" in said
