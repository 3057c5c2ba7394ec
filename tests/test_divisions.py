"""The divisions reference: what is in it, how codes nest, and how a faulty file is refused."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from data import divisions as d
from data.contract import FOLDER, code_lists, parse
from data.reference_csv import ReferenceFileError

HEADER = (
    "place_code,name,level,parent_code,mca_code,official_order,population,population_year,valid_from,valid_to,source"
)
CITY = "3410,黄山市,city,,341000,1,,,2023-01-01,,试"
TUNXI = "341002,屯溪区,district,3410,341002,1,,,2023-01-01,,试"


def refused(folder: Path, *lines: str) -> str:
    file = folder / "divisions.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ReferenceFileError) as error:
        d.read([file])
    return str(error.value)


def test_the_reference_counts_as_the_statistics_bureau_does():
    assert Counter(place.level for place in d.divisions()) == {
        "city": 1, "district": 7, "functional_area": 3, "subdistrict": 109, "community": 764,
    }  # fmt: skip
    zones = [place.name for place in d.divisions() if place.is_statistical_zone]
    assert zones == ["黄山风景区", "徽州区直辖村级区划", "安徽徽州经济开发区", "歙县经济开发区"]


def test_the_columns_are_those_of_the_contract():
    columns = parse(FOLDER / "common" / "division.toml", code_lists()).column_names
    for name in d.FILES:
        lines = (d.FOLDER / name).read_text(encoding="utf-8").splitlines()
        assert tuple(lines[1].split(",")) == columns


def test_districts_stand_in_official_order_and_the_three_committees_after_them():
    assert [place.name for place in d.children("341000")] == [
        "屯溪区", "黄山区", "徽州区", "歙县", "休宁县", "黟县", "祁门县",
        "黄山风景区管委会", "黄山经济开发区管委会", "黄山现代服务业产业园管委会",
    ]  # fmt: skip


def test_the_city_answers_to_341000_and_to_its_prefix():
    assert d.division("341000") is d.division("3410")
    assert d.division("3410").display_code == "341000"
    assert d.division("341002").display_code == "341002"
    assert d.parent("341000") is None


def test_huangshan_city_district_and_scenic_area_are_three_things():
    names = {"3410": "黄山市", "341003": "黄山区", "341003400": "黄山风景区", "3410F1": "黄山风景区管委会"}
    assert {code: d.name_of(code) for code in names} == names
    assert d.level_of("341003400") == "subdistrict"
    assert d.level_of("3410F1") == "functional_area"
    assert d.parent("3410F1") == "3410"


def test_a_breadcrumb_runs_from_the_city_down():
    path = [place.name for place in d.breadcrumb("341002001001")]
    assert path == ["黄山市", "屯溪区", "昱东街道", "荷花池社区居委会"]
    assert [place.name for place in d.breadcrumb("3410F2")] == ["黄山市", "黄山经济开发区管委会"]
    assert [place.name for place in d.breadcrumb("341000")] == ["黄山市"]


def test_a_unit_grid_hangs_below_its_community():
    grid = "341002001001007"
    assert (d.level_of(grid), d.parent(grid)) == ("unit_grid", "341002001001")
    assert d.name_of(grid) == "荷花池社区居委会 007 网格"
    assert d.breadcrumb(grid) == d.breadcrumb("341002001001")


@pytest.mark.parametrize("code", ["341099", "", "3410F9", "341002001999001", "３４１０", "330100"])
def test_an_unknown_code_is_said_to_be_unknown(code: str):
    with pytest.raises(d.UnknownPlaceError, match="请用统计局代码"):
        d.level_of(code)


def test_an_outside_record_joins_by_county_and_name():
    # 341021102: 桂林镇 for the MCA, 北岸镇 for the NBS
    found = d.by_name("歙县", "桂林镇")
    assert found is not None
    assert (found.place_code, found.mca_code) == ("341021105", "341021102")
    assert d.name_of("341021102") == "北岸镇"
    assert d.mca_to_nbs("歙县", "桂林镇") == "341021105"
    assert d.by_name("休宁县", "桂林镇") is None
    assert d.by_name(" 屯溪区 ") is d.division("341002")


def test_the_crosswalk_knows_no_place_that_only_the_statistics_bureau_has():
    assert d.by_name("黄山区", "黄山风景区") is d.division("341003400")
    assert d.mca_to_nbs("黄山区", "黄山风景区") is None


def test_thirteen_mca_codes_are_another_townships_nbs_code():
    townships = [place for place in d.divisions() if place.level == "subdistrict" and place.mca_code]
    by_nbs = {place.place_code: place.name for place in d.divisions()}
    same = [place for place in townships if place.mca_code == place.place_code]
    clash = [place for place in townships if by_nbs.get(place.mca_code or "", place.name) != place.name]
    assert (len(townships), len(same), len(clash)) == (105, 68, 13)


def test_populations_are_only_those_that_were_verified():
    known = {place.name: (place.population, place.population_year) for place in d.divisions() if place.population}
    assert known == {"黄山市": (1330565, 2020), "屯溪区": (291188, 2020), "黄山区": (146942, 2020)}


def test_a_faulty_line_is_refused_with_file_line_fault_and_remedy(tmp_path: Path):
    message = refused(tmp_path, "# 注", HEADER, CITY, "34102,屯溪区,district,3410,,1,,,2023-01-01,,试")
    assert message == (
        f"{tmp_path / 'divisions.csv'} 第 4 行：代码“34102”与级别 district 不符；"
        "应为以 3410 开头的 6 位数字（文本，不要让表格软件改成数值）"
    )


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("341002,屯溪区,district,3411,,1,,,2023-01-01,,试", "上级代码“3411”不对；应为“3410”"),
        ("341002001,昱东街道,subdistrict,341002,,1,,,2023-01-01,,试", "找不到上级 341002"),
        ("341001,新区,functional_area,3410,,1,,,2023-01-01,,试", "应为3410F 加一位数字"),
        ("341002,屯溪区,county,3410,,1,,,2023-01-01,,试", "level 的值“county”不认识"),
        ("341002,屯溪区,district,3410,,一,,,2023-01-01,,试", "official_order 的值“一”不是整数"),
        ("341002,屯溪区,district,3410,,1,291188,,2023-01-01,,试", "人口与人口年份只填了一个"),
        ("341002,屯溪区,district,3410,,1,,,2023/1/1,,试", "不是日期"),
        ("341002,屯溪区,district,3410,,1,,,2023-01-01,,", "source 为空"),
        ("341002,,district,3410,,1,,,2023-01-01,,试", "name 为空"),
        ("341002,屯溪区,district", "有 3 列，表头有 11 列"),
        ("341002,屯溪区,district,3410,341000,1,,,2023-01-01,,试", "民政部代码“341000”与 divisions.csv 第 2 行重复"),
        (CITY, "3410 已在 divisions.csv 第 2 行出现"),
    ],
)
def test_each_fault_has_its_sentence(tmp_path: Path, line: str, fault: str):
    message = refused(tmp_path, HEADER, CITY, line)
    assert "第 3 行：" in message
    assert fault in message


def test_two_siblings_may_not_share_a_name_or_a_rank(tmp_path: Path):
    twin = "341003,黄山区,district,3410,341003,1,,,2023-01-01,,试"
    assert "行政区划序“1”与 divisions.csv 第 3 行重复" in refused(tmp_path, HEADER, CITY, TUNXI, twin)


def test_an_ended_version_gives_way_to_the_one_in_force(tmp_path: Path):
    file = tmp_path / "divisions.csv"
    old = "341002,旧屯溪,district,3410,341002,1,,,2000-01-01,2022-12-31,试"
    file.write_text("\n".join([HEADER, CITY, old, TUNXI]), encoding="utf-8")
    assert d.read([file])["341002"].name == "屯溪区"


def test_a_wrong_header_an_empty_file_and_a_foreign_encoding_are_refused(tmp_path: Path):
    assert "表头是 a,b" in refused(tmp_path, "a,b")
    assert "没有表头" in refused(tmp_path, "# 只有注释")
    file = tmp_path / "gbk.csv"
    file.write_bytes(HEADER.encode() + "\n3410,黄山市".encode("gbk"))
    with pytest.raises(ReferenceFileError, match="不是 UTF-8 编码"):
        d.read([file])
    with pytest.raises(ReferenceFileError, match="文件不存在"):
        d.read([tmp_path / "none.csv"])


@pytest.mark.real
def test_the_published_lists_and_the_reference_agree(real_data: Path):
    with (real_data / "townships_huangshan_mca_nbs.csv").open(encoding="utf-8-sig") as file:
        townships = list(csv.DictReader(file))
    with (real_data / "villages_huangshan_nbs2023.csv").open(encoding="utf-8-sig") as file:
        villages = {row["code"]: row["name"] for row in csv.DictReader(file)}
    for row in townships:
        found = d.by_name(row["county"], row["name"])
        assert found is not None
        assert (found.place_code, found.mca_code or "") == (row["nbs_code"], row["mca_code"])
    clash = [row for row in townships if row["mca_code"] and row["same"] == "False" and row["nbs_code_means"]]
    assert len(clash) == 13
    for row in clash:  # the digits exist, and mean another place: joining by code would be wrong without a sign of it
        assert d.name_of(row["mca_code"]) == row["nbs_code_means"] != row["name"]
        assert d.mca_to_nbs(row["county"], row["name"]) == row["nbs_code"] != row["mca_code"]
    assert {place.place_code: place.name for place in d.divisions() if place.level == "community"} == villages
