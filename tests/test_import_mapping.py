"""A mapping turns a department's columns into ours; a faulty one is refused before any file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import bad_files as make
import pyarrow.parquet as pq
import pytest

import ingest
from data.contract import contract
from data.settings import settings
from geo.crs import gcj02_to_bd09, wgs84_to_gcj02
from ingest import mapping
from ingest import store as tables
from ingest.result import ImportResult

HOURS = """
table   = "ecology.air_hourly"
missing = ["-", "缺测"]

[columns]
station_id  = "站名"
observed_at = { from = ["日期", "时"], formats = ["%Y%m%d %H"] }
co          = { from = "CO(µg/m³)", factor = 0.001 }
data_flag   = { from = "状态", codes = { "好" = "N", "坏" = "I" } }
published_primary = { from = "首要", separator = "、", codes = { "细颗粒物" = "pm25", "臭氧" = "o3" } }

[constants]
published_level = "2"

[register]
table      = "ecology.air_station"
id         = "station_id"
place_code = "341002"
"""
STATIONS = """
table = "ecology.air_station"
coordinate_system = "SYSTEM"

[columns]
station_id = "编号"
name       = "名称"
lon        = "经度"
lat        = "纬度"
"""


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield make.use_store(monkeypatch, tmp_path / "store")
    settings.cache_clear()


def hour(**cells: str) -> dict[str, str]:
    row = {"站名": "甲", "日期": "20261116", "时": "08", "CO(μg/m3)": "600", "状态": "好", "首要": "臭氧"}
    return row | cells


def send(folder: Path, *rows: make.Row, text: str = HOURS, table: str = make.AIR) -> ImportResult:
    mapped = make.write_mapping(folder / "own.toml", text)
    result = ingest.load(table, [make.write_csv(folder / "源.csv", *rows)], mapping=mapped, now=make.NOW)
    assert result.refused is None, result
    return result


def stored(table: str = make.AIR) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(tables.real_file(table)).to_pylist()
    return found


# --- what a mapping does ----------------------------------------------------------------------------------------------


def test_columns_codes_units_times_constants_and_missing_markers_are_mapped(tmp_path: Path) -> None:
    send(tmp_path, hour(), hour(时="09", 状态="坏", 首要="臭氧、细颗粒物", **{"CO(μg/m3)": "缺测"}))
    first, second = stored()
    assert (first["station_id"], first["observed_at"]) == ("甲", datetime(2026, 11, 16, 8))
    assert (first["co"], first["data_flag"], first["published_primary"]) == (0.6, "N", "o3")
    assert (second["co"], second["data_flag"], second["published_primary"]) == (None, "I", "o3|pm25")
    assert first["published_level"] == second["published_level"] == "2"
    assert first["pm25"] is None


def test_a_fault_names_the_sender_s_column_and_cell(tmp_path: Path) -> None:
    result = send(tmp_path, hour(), hour(时="25"), hour(时="10", 状态="差"), hour(时="11", 首要="臭氧、铅"))
    assert result.quarantined == {"bad_timestamp": 1, "unknown_code": 2}
    time, state, primary = result.examples
    assert (time.row, time.column, time.value) == (3, "observed_at", "20261116 25")
    assert "“日期+时”的值“20261116 25”不是时间；请写成 20261116 08 " in time.sentence
    assert "“状态”的值“差”不在映射的代码对照中；可用 好(N)、坏(I)" in state.sentence
    assert (primary.column, primary.value) == ("published_primary", "臭氧、铅")


def test_a_time_of_which_a_part_is_missing_is_a_bad_timestamp(tmp_path: Path) -> None:
    assert send(tmp_path, hour(), hour(时="")).quarantined == {"bad_timestamp": 1}


def test_the_batch_and_the_log_know_the_mapping(tmp_path: Path) -> None:
    send(tmp_path, hour())
    state = tables.read_state(make.AIR)
    assert state is not None
    assert [batch.mapping for batch in state.batches] == ["own"]


def test_a_missing_source_column_is_named_as_the_sender_calls_it(tmp_path: Path) -> None:
    mapped = make.write_mapping(tmp_path / "own.toml", HOURS)
    path = make.write_csv(tmp_path / "源.csv", hour(), header=["站名", "日期", "CO(μg/m3)", "状态", "首要"])
    result = ingest.load(make.AIR, [path], mapping=mapped, now=make.NOW)
    assert result.refused is not None
    assert result.refused.rule == "missing_column"
    assert "缺少列：时；" in result.refused.sentence


# --- stations that are only named -------------------------------------------------------------------------------------


def test_unknown_stations_are_registered_by_name_without_coordinates(tmp_path: Path) -> None:
    send(tmp_path, hour(站名="乙"), hour(站名="甲"), hour(站名="甲", 时="09"))
    found = {row["station_id"]: row for row in stored(make.STATION)}
    assert set(found) == {"甲", "乙"}
    assert {name: row["source_row"] for name, row in found.items()} == {"乙": 2, "甲": 3}
    assert (found["甲"]["name"], found["甲"]["place_code"], found["甲"]["lon"]) == ("甲", "341002", None)
    assert {row["place_code"] for row in stored()} == {"341002"}


def test_a_station_with_bad_rows_only_is_not_registered(tmp_path: Path) -> None:
    send(tmp_path, hour(), hour(站名="乙", 状态="差"))
    assert [row["station_id"] for row in stored(make.STATION)] == ["甲"]


def test_a_registered_station_lends_its_place_and_is_not_touched(tmp_path: Path) -> None:
    known = make.write_csv(tmp_path / "stations.csv", make.station(station_id="甲", place_code="341003"))
    assert ingest.load(make.STATION, [known], now=make.NOW).accepted == 1
    before = tables.read_state(make.STATION)
    send(tmp_path, hour())
    assert tables.read_state(make.STATION) == before
    assert [row["place_code"] for row in stored()] == ["341003"]


def test_registering_a_station_drops_the_demo_stations(tmp_path: Path) -> None:
    import pyarrow as pa

    columns = {name: pa.nulls(1, pa.string()) for name in contract(make.STATION).column_names}
    columns |= {"station_id": pa.array(["演示"]), "name": pa.array(["演示"]), "place_code": pa.array(["341003"])}
    assert tables.replace_demo(make.STATION, pa.table(columns), make.NOW)
    send(tmp_path, hour(站名="演示"))
    state = tables.read_state(make.STATION)
    assert state is not None
    assert (state.is_demo, state.rows) == (False, 1)
    assert [row["place_code"] for row in stored()] == ["341002"]  # not the demo station's


def test_a_dry_run_registers_nothing(tmp_path: Path, store: Path) -> None:
    mapped = make.write_mapping(tmp_path / "own.toml", HOURS)
    path = make.write_csv(tmp_path / "源.csv", hour())
    assert ingest.load(make.AIR, [path], mapping=mapped, now=make.NOW, dry_run=True).accepted == 1
    assert tables.states() == {}


# --- coordinates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["cgcs2000", "wgs84", "gcj02", "bd09"])
def test_coordinates_of_every_system_are_stored_in_cgcs2000(tmp_path: Path, system: str) -> None:
    lon, lat = (float(x[0]) for x in _written([118.317], [29.713], system))
    row = {"编号": "A", "名称": "甲站", "经度": repr(lon), "纬度": repr(lat)}
    send(tmp_path, row, text=STATIONS.replace("SYSTEM", system), table=make.STATION)
    (station,) = stored(make.STATION)
    assert (station["lon"], station["lat"]) == pytest.approx((118.317, 29.713), abs=1e-6)
    assert station["place_code"] == "341002"


def _written(lon: list[float], lat: list[float], system: str) -> Any:
    if system in ("cgcs2000", "wgs84"):
        return lon, lat
    shifted = wgs84_to_gcj02(lon, lat)
    return shifted if system == "gcj02" else gcj02_to_bd09(*shifted)


def test_a_point_outside_is_accepted_when_the_mapping_says_so(tmp_path: Path) -> None:
    text = "geometry_checks = false\n" + STATIONS.replace("SYSTEM", "cgcs2000") + '[constants]\nplace_code = "3410"\n'
    row = {"编号": "A", "名称": "杭州", "经度": "120.155", "纬度": "30.274"}
    send(tmp_path, row, text=text, table=make.STATION)
    assert [row["place_code"] for row in stored(make.STATION)] == ["3410"]


# --- faulty mappings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "key", "fault"),
    [
        (('table   = "ecology.air_hourly"', 'table = "ecology.air_station"'), "table", "ecology.air_station"),
        (('missing = ["-", "缺测"]', "missing = 7"), "missing", "不是文字或文字列表"),
        (('missing = ["-", "缺测"]', "mising = []"), "mising", "不认识这个键"),
        (('missing = ["-", "缺测"]', 'geometry_checks = "no"'), "geometry_checks", "不是 true 或 false"),
        (('missing = ["-", "缺测"]', 'coordinate_system = "utm"'), "coordinate_system", "“utm”不认识"),
        (('station_id  = "站名"', 'pm99 = "站名"'), "columns.pm99", "不认识这个键"),
        (('station_id  = "站名"', ""), "columns.station_id", "必填列"),
        (('station_id  = "站名"', 'station_id = { form = "站名" }'), "columns.station_id.form", "不认识这个键"),
        (('station_id  = "站名"', "station_id = { from = [] }"), "columns.station_id.from", "没有源列名"),
        (('formats = ["%Y%m%d %H"]', 'formats = ["yyyymmdd"]'), "columns.observed_at.formats", "不是时间格式"),
        (('formats = ["%Y%m%d %H"]', "factor = 2"), "columns.observed_at.factor", "不是数字列"),
        (("factor = 0.001", 'factor = "千"'), "columns.co.factor", "不是数字"),
        (("factor = 0.001", 'formats = ["%H"]'), "columns.co.formats", "不是日期或时间列"),
        (("factor = 0.001", 'separator = "|"'), "columns.co.separator", "没有代码对照表"),
        (('"好" = "N"', '"好" = "好"'), "columns.data_flag.codes", "“好”不是 data_flag"),
        (('"好" = "N"', '"好" = 1'), "columns.data_flag.codes", "不是文字对照"),
        (('published_level = "2"', 'published_level = "9"'), "constants.published_level", "“9”不是"),
        (('published_level = "2"', 'station_id = "甲"'), "constants.station_id", "同时写在"),
        (('published_level = "2"', "published_level = 2"), "constants.published_level", "不是文字"),
        (('"ecology.air_station"', '"ecology.nothing"'), "register.table", "没有 ecology.nothing"),
        (('id         = "station_id"', 'id = "name"'), "register.id", "“name”不是"),
        (('place_code = "341002"', 'place_code = "330100"'), "register.place_code", "“330100”不是"),
    ],
)
def test_a_faulty_mapping_is_refused_with_file_key_fault_and_remedy(
    tmp_path: Path, change: tuple[str, str], key: str, fault: str
) -> None:
    assert change[0] in HOURS
    mapped = make.write_mapping(tmp_path / "own.toml", HOURS.replace(*change))
    refused = ingest.load(make.AIR, [tmp_path / "never opened.csv"], mapping=mapped, now=make.NOW).refused
    assert refused is not None
    assert (refused.rule, refused.place) == ("bad_mapping", f"own.toml: {key}")
    assert refused.sentence.startswith(f"映射文件 own.toml 的 {key}：")
    assert fault in refused.sentence
    assert refused.sentence.endswith("。")


def test_a_mapping_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    mapped = make.write_mapping(tmp_path / "own.toml", "[columns\n")
    refused = ingest.load(make.AIR, [tmp_path / "a.csv"], mapping=mapped).refused
    assert refused is not None
    assert refused.rule == "bad_mapping"
    assert "own.toml" in refused.sentence


def test_an_unknown_mapping_is_refused_with_the_shipped_ones() -> None:
    refused = ingest.load(make.AIR, [Path("a.csv")], mapping="nothing").refused
    assert refused is not None
    assert refused.rule == "bad_mapping"
    assert "air_hourly_huangshan" in refused.sentence


def test_every_shipped_mapping_can_be_read() -> None:
    for path in mapping.FOLDER.glob("*.toml"):
        table = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("table")).split(
            '"'
        )[1]
        assert mapping.plan(contract(table), path.stem).name == path.stem
