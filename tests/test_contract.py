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
        ('meaning = "空气质量自动监测站登记"', 'meaning = ""', "meaning：空着"),
        ('unit = "市生态环境局"', 'unit = ""', "owner.unit：空着"),
        ('basis = "plan 附件2 T22 T23"', 'basis = " "', "owner.basis：空着"),
        ('unit = "度"\nrange = [70, 140]', "range = [70, 140]", "字段 lon unit：是数却没有单位"),
        ('codes = "air_station_kind"', 'codes = "no_such_list"', "没有代码表 no_such_list"),
        ('key     = ["station_id"]', 'key     = ["station"]', "没有字段 station"),
        ('key     = ["station_id"]', "key     = []", "key：空着"),
        ('sla = "366d"', 'sla = "a year"', "不是时长"),
        ('type = "boolean"', 'type = "bool"', "“bool”不认识"),
        ('grain   = "一站一行"', 'grane   = "一站一行"', "grain：没有写"),
        ('layer   = "detail"', 'layer   = "detail"\ncolour = "red"', "colour：没有这一项"),
        ('name = "kind"', 'name = "station_id"', "station_id 写了两次"),
        ('name = "kind"', 'name = "stationKind"', "不是小写下划线名"),
        ("range = [70, 140]", "range = [140, 70]", "上下颠倒或不是数"),
        ("range = [70, 140]", "range = [nan, 140]", "上下颠倒或不是数"),
        ('key     = ["station_id"]', 'key     = ["station_id", "station_id"]', "有字段写了两次"),
        ('layer   = "detail"', 'layer   = "detail"\ntime = "name"', "time：name 的类型是 text"),
        ('share_condition = "市直部门按职责申请"', 'share_condition = ""', "有条件共享却没有写条件"),
        ('table   = "ecology.air_station"', 'table   = "urban.case"', "按文件的位置应为 ecology.air_station"),
    ],
)
def test_a_faulty_contract_is_refused_naming_file_key_and_fault(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in GOOD
    with pytest.raises(ContractError, match=r"air_station\.toml") as caught:
        parsed(tmp_path, GOOD.replace(old, new, 1))
    assert key in str(caught.value)


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="不是 TOML 文件"):
        parsed(tmp_path, "table = [")


def test_a_code_without_a_label_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "codes.toml"
    path.write_text('[kind]\na = ""\n', encoding="utf-8")
    with pytest.raises(ContractError, match="每个代码都要有名称"):
        read_code_lists(path)


def test_an_unknown_table_is_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"ecology\.air_hourly"):
        contract("ecology.air_houly")
