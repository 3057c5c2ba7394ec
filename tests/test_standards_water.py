"""Water classes and river conditions, against worked vectors, the table of limits and the properties of the method."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.standards import water

VECTORS = Path(__file__).parent / "vectors"
CLEAN = {"ph": 7.4, "do": 8.1, "codmn": 1.6, "nh3n": 0.08, "tp": 0.018}
ITEMS = ("ph", "do", "codmn", "codcr", "bod5", "nh3n", "tp", "tn")
BODIES = {"tp_river": ("river",), "tp_lake": ("lake",), "tn": ("lake",)}


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((VECTORS / name).read_text(encoding="utf-8").splitlines()))


def class_of(body: str = "river", /, **values: float | None) -> str | None:
    return water.classify(values, body=body).water_class


# --- worked vectors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", table("water_test_vectors.csv"), ids=lambda row: row["id"])
def test_every_worked_example_comes_out(row: dict[str, str]) -> None:
    values = {item: float(row[item]) if row[item] else None for item in ITEMS}
    result = water.classify(values, body=row["type"])
    assert result.water_class == (row["class"] or None)
    assert result.condition == (row["status"] or None)
    assert result.deciding == tuple(item for item in row["deciding_items"].split("|") if item)
    rank = water.rank(result.water_class)
    assert (rank is not None and rank <= 3) == (row["good_I_to_III"] == "Y")


@pytest.mark.parametrize("row", table("water_river_vectors.csv"), ids=lambda row: row["id"])
def test_every_worked_river_comes_out(row: dict[str, str]) -> None:
    assert water.river_condition(row["classes"].split("|")) == row["expected"]


CLASSING = [row for row in table("gb3838_limits.csv") if row["code"] not in ("ph", "fecal_coliform")]


@pytest.mark.parametrize("row", CLASSING, ids=lambda row: row["code"])
def test_a_limit_belongs_to_the_better_class(row: dict[str, str]) -> None:
    item = "tp" if row["code"].startswith("tp") else row["code"]
    limits = [float(row[name]) for name in ("I", "II", "III", "IV", "V")]
    beyond = 0.99999 if row["op"] == ">=" else 1.00001
    for body in BODIES.get(row["code"], ("river", "lake")):
        for limit in limits:
            assert class_of(body, **{item: limit}) == water.CLASSES[limits.index(limit)]
            after = [later for later in limits if (later < limit if row["op"] == ">=" else later > limit)]
            worse = water.CLASSES[limits.index(after[0])] if after else "劣Ⅴ"
            assert class_of(body, **{item: limit * beyond}) == worse


# --- boundaries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ph", "expected"), [(5.99, "劣Ⅴ"), (6.0, "Ⅰ"), (9.0, "Ⅰ"), (9.01, "劣Ⅴ")])
def test_ph_is_either_inside_its_range_or_beyond_all_classes(ph: float, expected: str) -> None:
    assert class_of(ph=ph) == expected


def test_phosphorus_weighs_more_in_a_lake() -> None:
    assert class_of("river", tp=0.05) == "Ⅱ"
    assert class_of("lake", tp=0.05) == "Ⅲ"
    assert class_of("lake", tp=0.051) == "Ⅳ"


def test_nitrogen_classes_a_lake_and_never_a_river() -> None:
    assert class_of("lake", **CLEAN, tn=2.1) == "劣Ⅴ"
    assert class_of("river", **CLEAN, tn=9.0) == "Ⅰ"
    assert class_of("river", tn=0.1) is None


def test_coliforms_class_nothing() -> None:
    assert class_of(**CLEAN, fecal_coliform=50_000) == "Ⅰ"


def test_the_noise_of_a_binary_mean_does_not_lower_the_class() -> None:
    assert (0.1 + 0.1 + 0.1) / 3 > 0.1
    assert class_of(tp=(0.1 + 0.1 + 0.1) / 3) == "Ⅱ"


def test_all_items_at_the_worst_class_decide_and_none_in_class_one() -> None:
    assert water.classify({**CLEAN, "codmn": 4.1, "nh3n": 0.6}, body="river").deciding == ("codmn", "nh3n")
    assert water.classify(CLEAN, body="river").deciding == ()


@pytest.mark.parametrize("gap", [None, math.nan, -0.1])
def test_a_gap_neither_improves_nor_worsens_the_class(gap: float | None) -> None:
    assert class_of(**{**CLEAN, "do": 5.5, "codmn": gap}) == "Ⅲ"
    assert class_of(codmn=gap) is None


def test_classes_are_compared_by_rank_and_not_as_text() -> None:
    assert [water.rank(name) for name in water.CLASSES] == [1, 2, 3, 4, 5, 6]
    assert water.rank(None) is None


def test_an_unknown_class_or_body_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="劣Ⅴ"):
        water.rank("IV")
    with pytest.raises(ValueError, match="劣Ⅴ"):
        water.river_condition(["Ⅰ", "*"])
    with pytest.raises(ValueError, match="river, lake"):
        water.classify(CLEAN, body="sea")


# --- rivers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "poor", "worst", "expected"),
    [
        (9, 1, 0, "优"),
        (18, 2, 0, "优"),
        (89, 11, 0, "良好"),
        (15, 5, 0, "良好"),
        (15, 0, 5, "良好"),  # 75 % good outweighs 25 % 劣Ⅴ
        (74, 26, 0, "轻度污染"),
        (70, 11, 19, "轻度污染"),
        (7, 1, 2, "中度污染"),
        (61, 0, 39, "中度污染"),
        (6, 0, 4, "重度污染"),
        (0, 0, 5, "重度污染"),
    ],
)
def test_shares_of_classes_give_the_condition_of_a_river(good: int, poor: int, worst: int, expected: str) -> None:
    assert water.river_condition(["Ⅱ"] * good + ["Ⅳ"] * poor + ["劣Ⅴ"] * worst) == expected


def test_fewer_than_five_sections_are_averaged_item_by_item() -> None:
    # phosphorus 0.02, 0.02, 0.02 and 0.34 average to 0.10: class Ⅱ, although one section is class Ⅴ
    four = water.river([{"tp": 0.02}, {"tp": 0.02}, {"tp": 0.02}, {"tp": 0.34}])
    assert four == water.RiverQuality(condition="优", good_share=0.75, worst_share=0.0)


def test_each_item_is_averaged_over_the_sections_that_measured_it() -> None:
    two = water.river([{"tp": 0.02, "codmn": 12.0}, {"tp": 0.02, "codmn": None}])
    assert two.condition == "中度污染"  # 12, not 6


def test_five_sections_go_by_shares() -> None:
    five = water.river([{"tp": 0.02}] * 4 + [{"tp": 0.34}])
    assert five == water.RiverQuality(condition="良好", good_share=0.8, worst_share=0.0)


def test_sections_without_data_do_not_count() -> None:
    silent: dict[str, float | None] = {"tp": None, "tn": 3.0}
    assert water.river([{"tp": 0.5}, silent]) == water.RiverQuality("重度污染", good_share=0.0, worst_share=1.0)


def test_a_river_without_data_has_no_condition() -> None:
    nothing = water.RiverQuality(condition=None, good_share=None, worst_share=None)
    assert water.river([]) == nothing
    assert water.river([{"tp": None}]) == nothing
    assert water.river_condition([]) is None


# --- properties -------------------------------------------------------------------------------------------------------

bodies = st.sampled_from(water.BODIES)
samples = st.fixed_dictionaries({item: st.none() | st.floats(0, 20) for item in ITEMS})


@given(samples, bodies, st.sampled_from([item for item in ITEMS if item not in ("ph", "do")]), st.floats(0, 20))
def test_more_of_a_pollutant_never_improves_the_class(
    sample: dict[str, float | None], body: str, item: str, more: float
) -> None:
    before = water.rank(water.classify(sample, body=body).water_class)
    after = water.rank(water.classify({**sample, item: (sample[item] or 0) + more}, body=body).water_class)
    assert before is None or (after is not None and after >= before)


@given(samples, bodies)
def test_the_class_is_the_worst_of_the_single_items(sample: dict[str, float | None], body: str) -> None:
    single = {item: water.rank(class_of(body, **{item: reading})) for item, reading in sample.items()}
    known = {item: rank for item, rank in single.items() if rank is not None}
    result = water.classify(sample, body=body)
    worst = max(known.values(), default=None)
    assert water.rank(result.water_class) == worst
    expected = {item for item, rank in known.items() if rank == worst} if worst != 1 else set()
    assert set(result.deciding) == expected


@given(st.lists(st.sampled_from(water.CLASSES), min_size=1, max_size=30))
def test_a_section_that_gets_worse_never_improves_the_river(classes: list[str]) -> None:
    order = ("优", "良好", "轻度污染", "中度污染", "重度污染")
    before, after = water.river_condition(classes), water.river_condition([*classes[:-1], "劣Ⅴ"])
    assert order.index(str(after)) >= order.index(str(before))


# --- compensation: the P value ----------------------------------------------------------------------------------------

AGREED = ("codmn", "nh3n", "tp", "tn")


def agreement(row: dict[str, str]) -> tuple[dict[str, float], dict[str, water.Factor]]:
    """Means and factors of a vector; its columns list the four items in their order."""
    means, bases = ([float(each) for each in row[name].split("/")] for name in ("Ci", "Ci0(illustrative, not real)"))
    weights = [float(each) for each in row["ki(CODMn/NH3N/TP/TN)"].split("/")]
    factors = {
        item: water.Factor(float(row["k0"]), weight, base)
        for item, weight, base in zip(AGREED, weights, bases, strict=True)
    }
    return dict(zip(AGREED, means, strict=True)), factors


@pytest.mark.parametrize("row", table("xinan_p_vectors.csv"), ids=lambda row: row["id"])
def test_every_worked_p_value_comes_out(row: dict[str, str]) -> None:
    means, factors = agreement(row)
    found = water.p_value(means, factors)
    assert found.value == pytest.approx(float(row["P"]), abs=5e-5)
    assert sum(found.terms.values()) == pytest.approx(found.value)
    assert found.fault == ""


MEANS, FACTORS = agreement(table("xinan_p_vectors.csv")[3])


@pytest.mark.parametrize("reading", [None, math.nan, -0.1])
def test_without_a_mean_of_every_item_there_is_no_p_value(reading: float | None) -> None:
    found = water.p_value(MEANS | {"tp": reading}, FACTORS)
    assert (found.value, found.fault) == (None, "没有平均浓度：tp")


def test_no_coefficient_has_a_default() -> None:
    without = {item: factor for item, factor in FACTORS.items() if item != "tn"}
    assert water.p_value(MEANS, without).fault == "指标权重之和为 0.72，不是 1"
    assert water.p_value(MEANS, {}).fault == "没有系数"
    assert water.p_value(MEANS, FACTORS | {"tn": water.Factor(0.9, 0.28, None)}).fault == "没有基准浓度：tn"
    doubled = FACTORS | {"tn": water.Factor(0.89, 0.28, 1.3)}
    assert water.p_value(MEANS, doubled).fault == "同一轮次的稳定系数 k0 不止一个"


@given(st.floats(0.1, 10))
def test_the_p_value_grows_with_the_concentrations(times: float) -> None:
    once, more = (water.p_value({item: mean * by for item, mean in MEANS.items()}, FACTORS).value for by in (1, times))
    assert once is not None and more is not None
    assert more == pytest.approx(once * times, rel=1e-6)
