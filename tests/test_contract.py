"""A contract with an empty meaning, owner or unit is refused, with file, key, fault and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.contract import FOLDER, ContractError, code_lists, contract, contracts, parse, read_code_lists

GOOD = (FOLDER / "ecology" / "air_station.toml").read_text(encoding="utf-8")


def parsed(tmp_path: Path, text: str) -> object:
    path = tmp_path / "ecology" / "air_station.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return parse(path, code_lists())


def test_every_contract_of_the_project_is_accepted() -> None:
    assert {"ecology.air_hourly", "ecology.water_measure", "common.calendar"} <= contracts().keys()


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('meaning = "空气质量自动监测站登记"', 'meaning = ""', "meaning: empty"),
        ('unit = "市生态环境局"', 'unit = ""', "owner.unit: empty"),
        ('basis = "plan 附件2 T22 T23"', 'basis = " "', "owner.basis: empty"),
        ('unit = "度"\nrange = [70, 140]', "range = [70, 140]", "column lon.unit: empty for a number"),
        ('codes = "air_station_kind"', 'codes = "no_such_list"', "no code list"),
        ('key     = ["station_id"]', 'key     = ["station"]', "no column 'station'"),
        ('key     = ["station_id"]', "key     = []", "key: empty"),
        ('sla = "366d"', 'sla = "a year"', "no duration"),
        ('type = "boolean"', 'type = "bool"', "'bool' is unknown"),
        ('grain   = "一站一行"', 'grane   = "一站一行"', "grain: missing"),
        ('layer   = "detail"', 'layer   = "detail"\ncolour = "red"', "colour: unknown key"),
        ('name = "kind"', 'name = "station_id"', "'station_id' twice"),
        ('name = "kind"', 'name = "stationKind"', "not lower_snake_case"),
        ("range = [70, 140]", "range = [140, 70]", "reversed or no number"),
        ("range = [70, 140]", "range = [nan, 140]", "reversed or no number"),
        ('key     = ["station_id"]', 'key     = ["station_id", "station_id"]', "a column twice"),
        ('table   = "ecology.air_station"', 'table   = "urban.case"', "the file's place says"),
    ],
)
def test_a_faulty_contract_is_refused_naming_file_key_and_fault(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in GOOD
    with pytest.raises(ContractError, match=r"air_station\.toml") as caught:
        parsed(tmp_path, GOOD.replace(old, new, 1))
    assert key in str(caught.value)


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="not a TOML file"):
        parsed(tmp_path, "table = [")


def test_a_code_without_a_label_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "codes.toml"
    path.write_text('[kind]\na = ""\n', encoding="utf-8")
    with pytest.raises(ContractError, match="Chinese label"):
        read_code_lists(path)


def test_an_unknown_table_is_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"ecology\.air_hourly"):
        contract("ecology.air_houly")
