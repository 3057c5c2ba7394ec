"""What a contract says of other texts is checked: requirement ids, owners by the plan, resource codes (X-03, X-06)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from data.contract import Owner, contract, contracts
from data.cross_reference import check, faults
from data.owner import ASSUMED, LISTED, UNCONFIRMED, WRITTEN, settled
from data.owner import fault as owner_fault
from data.reference_csv import ReferenceFileError
from data.resource import FILE, resources

STATION = contract("ecology.air_station")
HEAD = FILE.read_text(encoding="utf-8").splitlines()[:3]


def said(**changes: object) -> list[str]:
    return list(faults([replace(STATION, **changes)], {STATION.table: resources()[STATION.table]}))  # type: ignore[arg-type]


def test_every_text_of_the_project_fits_the_others() -> None:
    check()


def test_a_requirement_that_is_not_on_the_list_is_named() -> None:
    assert said(requirements=("HB-01", "HB-99")) == [
        "data/contracts/ecology/air_station.toml：requirements：“HB-99”不是需求编号；"
        "编号见 data/reference/requirement_ids.txt"
    ]


def test_an_owner_whom_the_cited_task_does_not_list_is_refused() -> None:
    (fault,) = said(owner=Owner("市民政局", "plan 附件2 T23"))
    assert "附件2 T23 没有列出“市民政局”" in fault and "市生态环境局" in fault and UNCONFIRMED in fault


@pytest.mark.parametrize("basis", ["assumed: 按职能", "plan 一（一）", "附件1"])
def test_a_unit_that_nobody_declared_is_refused_whatever_its_basis(basis: str) -> None:
    (fault,) = said(owner=Owner("市星象局", basis))
    assert "“市星象局”不在附件2 点名的单位里" in fault and "further_units.csv" in fault
    assert said(owner=Owner("市气象局", basis)) == []  # declared there


def test_a_task_that_does_not_exist_is_refused() -> None:
    assert "T99 不是附件2 的任务" in str(owner_fault("市生态环境局", "plan 附件2 T99"))


@pytest.mark.parametrize(
    ("unit", "basis", "word"),
    [
        ("市生态环境局", "plan 附件2 T23", WRITTEN),  # the task's only unit
        ("市生态环境局", "plan 附件2 T22", LISTED),  # two units and no lead is marked
        ("市生态环境局", "plan 附件2 T22 T23", WRITTEN),
        ("市水利局", "plan 附件2 T22", LISTED),
        ("市民政局", "assumed: 附件2 T15 只列智慧养老", ASSUMED),
        (UNCONFIRMED, "附件2 未列城市管理部门", UNCONFIRMED),
        ("市数据资源局", "plan 一（一）（本规划由该局印发）", WRITTEN),
    ],
)
def test_an_owner_is_as_settled_as_the_plan_says(unit: str, basis: str, word: str) -> None:
    assert settled(unit, basis) == word


def test_every_table_has_a_resource_code_of_its_own() -> None:
    assert set(resources()) == set(contracts())
    assert len({each.code for each in resources().values()}) == len(contracts())


def test_a_table_without_a_code_and_a_code_without_a_table_are_found() -> None:
    assert any("没有信息资源代码" in each for each in faults([STATION], {}))
    assert any("没有合同" in each for each in faults([], {STATION.table: resources()[STATION.table]}))
    rests = replace(resources()[STATION.table], is_withdrawn=True)
    assert list(faults([], {STATION.table: rests})) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["201001/1,ecology.air_station,待确认,库表,文件,2026-11-22,"], "不是信息资源代码"),
        (["201001/000001,ecology.air_station,待确认,库表,文件,2026-11-22,"], "主题不符"),
        (["203001/000001,ecology.air_station,待确认,库表,文件,2026-11-22,"] * 2, "第 4 行已有"),
        (
            ["203001/000001,ecology.air_station,待确认,库表,文件,2026-11-22,",
             "203001/000002,ecology.air_station,待确认,库表,文件,2026-11-22,"], "一表一码",
        ),
    ],
)  # fmt: skip
def test_a_faulty_code_is_refused_with_its_line(tmp_path: Path, lines: list[str], fault: str) -> None:
    file = tmp_path / "resource_codes.csv"
    file.write_text("\n".join((*HEAD, *lines)) + "\n", encoding="utf-8")
    with pytest.raises(ReferenceFileError, match=fault):
        resources(file)
