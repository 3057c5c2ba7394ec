"""AQI, primary pollutant and composite index, against worked vectors, another library and known properties."""

from __future__ import annotations

import csv
import json
import math
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aqi_hub.aqi_cn.aqi import cal_iaqi_cn
from hypothesis import given
from hypothesis import strategies as st

from metrics.standards import air

VECTORS = Path(__file__).parent / "vectors"
NEW, OLD = "HJ 633-2026", "HJ 633-2012"
PERIODS = {"daily": "day", "hourly": "hour"}
CLEAN = {"pm25": 8.0, "pm10": 15.0, "so2": 4.0, "no2": 9.0, "co": 0.4, "o3": 88.0}
KEYS = {"PM2.5": "pm25", "PM25": "pm25", "PM10": "pm10", "SO2": "so2", "NO2": "no2", "CO": "co", "O3": "o3"}
# The highest concentration each column of the table knows.
TOPS = {
    "day": {"pm25": 500, "pm10": 600, "so2": 2620, "no2": 940, "co": 60, "o3": 800},
    "hour": {"pm25": 500, "pm10": 600, "so2": 800, "no2": 3840, "co": 150, "o3": 1200},
}


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((VECTORS / name).read_text(encoding="utf-8").splitlines()))


def number(text: str) -> float | None:
    return float(text) if text else None


def whole(text: str) -> int | None:
    return int(text) if text else None


def iaqi(item: str, concentration: float, edition: str, period: str) -> int | None:
    return air.assess({item: concentration}, edition=edition, period=period).iaqi.get(item)


def day(**changes: float | None) -> air.AirQuality:
    return air.assess({**CLEAN, **changes}, edition=NEW, period="day")


# --- worked vectors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", table("aqi_test_vectors.csv"), ids=lambda row: row["id"])
def test_every_worked_example_comes_out(row: dict[str, str]) -> None:
    values = {item: number(row["co_mg" if item == "co" else item]) for item in air.ITEMS}
    result = air.assess(values, edition=row["standard"], period=PERIODS[row["mode"]])
    expected = {item: whole(row[f"iaqi_{item}"]) for item in air.ITEMS}
    assert result.iaqi == {item: index for item, index in expected.items() if index is not None}
    assert result.aqi == (None if row["aqi_published"] == "NA" else int(row["aqi_published"]))
    assert result.level == whole(row["level"])
    assert result.category == (row["category"] or None)
    assert result.primary == tuple(KEYS[name] for name in row["primary"].split("|") if name)


def segment_id(row: dict[str, str]) -> str:
    return "-".join((row["standard"][-4:], row["pollutant"], row["averaging"], row["bp_lo"]))


@pytest.mark.parametrize("row", table("aqi_breakpoints.csv"), ids=segment_id)
def test_every_segment_runs_from_its_lower_to_its_upper_index(row: dict[str, str]) -> None:
    item = KEYS[row["pollutant"]]
    low, high, index_low, index_high = (int(row[name]) for name in ("bp_lo", "bp_hi", "iaqi_lo", "iaqi_hi"))
    tenths = 10 if item == "co" else 1  # CO is read to one decimal, the others to whole µg/m³
    middle = (low + high) * tenths // 2
    # round up in integer arithmetic: -(-a // b)
    at_middle = index_low - (-(index_high - index_low) * (middle - low * tenths) // ((high - low) * tenths))
    periods = {"1h": ["hour"], "8h": ["day"], "24h": ["hour", "day"] if item in ("pm25", "pm10") else ["day"]}
    for period in periods[row["averaging"]]:
        assert iaqi(item, low, row["standard"], period) == index_low
        assert iaqi(item, high, row["standard"], period) == index_high
        assert iaqi(item, middle / tenths, row["standard"], period) == at_middle


@pytest.mark.parametrize("row", table("air_composite_vectors.csv"), ids=lambda row: row["id"])
def test_the_composite_index_comes_out(row: dict[str, str]) -> None:
    edition = OLD if "2013" in row["rule"] else NEW
    name = "stat_concentrations(SO2,NO2,PM10,PM2.5 mean; CO P95; O3 P90)"
    result = air.composite_index({KEYS[key]: value for key, value in json.loads(row[name]).items()}, edition=edition)
    assert result.index == pytest.approx(sum(result.single.values()))
    # C3 assumes weights that nobody could verify; ours are all 1, so they are applied here, outside.
    weights = {"pm25": 3, "no2": 2, "o3": 2} if "weights PM2.5=3" in row["rule"] else {}
    weighted = {item: single * weights.get(item, 1) for item, single in result.single.items()}
    expected = {KEYS[key]: value for key, value in json.loads(row["single_indices"]).items()}
    assert weighted == pytest.approx(expected, abs=0.00051)
    assert sum(weighted.values()) == pytest.approx(float(row["index"]), abs=0.00051)


def test_the_composite_limits_are_grade_two_of_gb_3095() -> None:
    columns = {OLD: "g2_gb3095_2012", NEW: "g2_2026_to_2030"}
    averaging = {"CO": "24h", "O3": "dmax8h"}
    rows = [row for row in table("gb3095_limits.csv") if row["averaging"] == averaging.get(row["pollutant"], "annual")]
    for edition, column in columns.items():
        at_the_limit = {KEYS[row["pollutant"]]: float(row[column]) for row in rows}
        assert air.composite_index(at_the_limit, edition=edition).index == 6


# --- another library --------------------------------------------------------------------------------------------------


# Not daily SO2: aqi-hub 0.3.3 carries the 1-hour nodes there. The table of segments above covers it.
COMPARABLE = [(item, period) for period in air.PERIODS for item in air.ITEMS if (item, period) != ("so2", "day")]


@pytest.mark.parametrize(("item", "period"), COMPARABLE)
def test_aqi_hub_gives_the_same_index_at_every_whole_concentration(item: str, period: str) -> None:
    averaging = {"hour": "1H", "day": "8H" if item == "o3" else "24H"}[period]
    column = f"{item.upper()}_{averaging}"
    for concentration in range(TOPS[period][item] + 100):
        assert iaqi(item, concentration, NEW, period) == cal_iaqi_cn(column, concentration), concentration


# --- boundaries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", table("aqi_levels.csv"), ids=lambda row: row["level_name"])
def test_a_level_begins_one_above_the_end_of_the_last(row: dict[str, str]) -> None:
    # PM10 reaches each of these indices exactly under the 2026 table, or the next one above it
    pm10 = {0: 0, 50: 50, 51: 51, 100: 120, 101: 121, 150: 250, 151: 251, 200: 350, 201: 351, 300: 420, 301: 421}
    for end in filter(None, (row["aqi_lo"], row["aqi_hi"])):
        result = air.assess({**dict.fromkeys(air.ITEMS, 0.0), "pm10": pm10[int(end)]}, edition=NEW, period="day")
        assert (result.level, result.category) == (int(row["level"]), row["category"])


def test_the_limit_of_a_good_day_moved_in_2026() -> None:
    seventy_five = {**CLEAN, "pm25": 75.0}
    assert air.assess(seventy_five, edition=OLD, period="day").category == "良"
    assert air.assess(seventy_five, edition=NEW, period="day").category == "轻度污染"


def test_the_new_edition_begins_on_the_first_of_march_2026() -> None:
    assert air.edition_on(date(2026, 2, 28)) == OLD
    assert air.edition_on(date(2026, 3, 1)) == NEW


@pytest.mark.parametrize(
    ("item", "written", "read"),
    [
        ("pm25", 35.5, 36),
        ("pm25", 60.5, 60),
        ("pm25", 60.51, 61),
        ("pm25", 60.49, 60),
        ("co", 0.25, Fraction(2, 10)),
        ("co", 0.35, Fraction(4, 10)),  # the binary 0.35 lies below 0.35: it must not become 0.3
        ("co", 0.45, Fraction(4, 10)),
    ],
)
def test_a_concentration_is_rounded_half_to_even(item: str, written: float, read: Fraction) -> None:
    assert air.rounded(item, written) == read


def test_the_noise_of_a_binary_mean_does_not_raise_the_index() -> None:
    assert iaqi("pm25", 60.00000001, NEW, "day") == 100
    assert iaqi("pm25", 60.500000000000007, NEW, "day") == 100  # 60.5 rounds to 60


def test_a_fraction_of_an_index_is_rounded_up() -> None:
    assert iaqi("pm10", 121, NEW, "day") == 101  # 50 / 130 above 100


@pytest.mark.parametrize(
    ("item", "period", "above", "new", "old"),
    [
        ("so2", "hour", 801, 200, None),
        ("o3", "day", 801, 300, None),
        ("pm25", "day", 900, 500, 500),
        ("co", "hour", 151, 500, 500),
        ("o3", "hour", 1300, 500, 500),
    ],
)
def test_above_the_table_the_index_stays_where_the_edition_says(
    item: str, period: str, above: float, new: int, old: int | None
) -> None:
    assert iaqi(item, above, NEW, period) == new
    assert iaqi(item, above, OLD, period) == old


def test_an_hour_with_so2_off_the_2012_table_is_never_published_as_clean() -> None:
    choking = {**CLEAN, "so2": 900.0}
    assert air.assess(choking, edition=OLD, period="hour").aqi is None
    assert air.assess(choking, edition=NEW, period="hour").aqi == 200


# --- missing items and primary pollutants -----------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [None, math.nan, -1.0, math.inf])
@pytest.mark.parametrize("item", air.ITEMS)
def test_a_clean_day_with_a_gap_is_not_published(item: str, gap: float | None) -> None:
    result = day(**{item: gap})
    assert item not in result.iaqi
    assert (result.aqi, result.level, result.category, result.primary) == (None, None, None, ())


def test_an_absent_key_is_a_gap() -> None:
    assert air.assess({"pm25": 20.0}, edition=NEW, period="day").aqi is None


def test_a_polluted_day_with_a_gap_is_published() -> None:
    result = day(pm10=121.0, so2=None)
    assert (result.aqi, result.level, result.primary) == (101, 3, ("pm10",))


def test_an_index_of_exactly_one_hundred_with_a_gap_is_not_published() -> None:
    assert day(pm10=120.0, so2=None).aqi is None


def test_nothing_measured_is_unknown_and_not_clean() -> None:
    assert air.assess({}, edition=NEW, period="day") == air.AirQuality({}, None, None, None, ())


def test_all_pollutants_at_the_highest_index_are_primary() -> None:
    assert day(pm25=60.0, pm10=120.0, o3=160.0).primary == ("pm25", "pm10", "o3")


def test_a_clean_day_has_no_primary_pollutant() -> None:
    assert (day(o3=100.0).aqi, day(o3=100.0).primary) == (50, ())
    assert (day(o3=101.0).aqi, day(o3=101.0).primary) == (51, ("o3",))


@pytest.mark.parametrize(
    ("wrong", "allowed"),
    [({"edition": "HJ 633-2016", "period": "day"}, NEW), ({"edition": NEW, "period": "week"}, "hour, day")],
)
def test_an_unknown_edition_or_period_is_refused_with_what_is_allowed(wrong: dict[str, Any], allowed: str) -> None:
    with pytest.raises(ValueError, match=allowed):
        air.assess(CLEAN, **wrong)


# --- composite index and percentile -----------------------------------------------------------------------------------


def test_the_composite_index_needs_all_six_items() -> None:
    result = air.composite_index({**CLEAN, "co": None}, edition=NEW)
    assert result.index is None
    assert set(result.single) == set(air.ITEMS) - {"co"}


def test_the_composite_index_refuses_an_unknown_edition() -> None:
    with pytest.raises(ValueError, match=OLD):
        air.composite_index(CLEAN, edition="HJ 663-2013")


def test_a_percentile_lies_between_its_neighbours() -> None:
    eleven = [float(value) for value in range(0, 110, 10)]
    assert air.percentile(eleven, 0.9) == 90.0
    assert air.percentile([10.0, 20.0], 0.9) == 19.0
    assert air.percentile(reversed(eleven), 0.7) == 70.0  # 10 * 0.7 is 7, not 6.999…


def test_a_percentile_leaves_gaps_out() -> None:
    assert air.percentile([None, 10.0, math.nan, 20.0, -5.0], 0.5) == 15.0
    assert air.percentile([None, math.nan], 0.5) is None
    assert air.percentile([], 0.5) is None


def test_a_percentile_is_a_share_and_not_a_percentage() -> None:
    with pytest.raises(ValueError, match="90th percentile"):
        air.percentile([1.0], 90)


@given(st.lists(st.floats(0, 3000), min_size=1, max_size=40), st.floats(0, 1))
def test_the_percentile_is_numpys_linear_quantile(values: list[float], p: float) -> None:
    assert air.percentile(values, p) == pytest.approx(float(np.quantile(values, p)), abs=1e-4)


# --- properties -------------------------------------------------------------------------------------------------------

editions = st.sampled_from(air.EDITIONS)
periods = st.sampled_from(air.PERIODS)
items = st.sampled_from(air.ITEMS)
concentrations = st.floats(0, 5000)
readings = st.fixed_dictionaries({item: st.none() | st.just(math.nan) | st.floats(-10, 1500) for item in air.ITEMS})


@given(items, editions, periods, concentrations, concentrations)
def test_more_of_a_pollutant_never_lowers_its_index(item: str, edition: str, period: str, a: float, b: float) -> None:
    low, high = (iaqi(item, concentration, edition, period) for concentration in sorted((a, b)))
    if high is not None:  # the 2012 edition stops computing above its table
        assert low is not None
        assert 0 <= low <= high <= 500


@given(readings, editions, periods)
def test_a_published_index_is_the_highest_and_never_hides_a_gap(
    values: dict[str, float | None], edition: str, period: str
) -> None:
    result = air.assess(values, edition=edition, period=period)
    if result.aqi is None:
        assert (result.level, result.category, result.primary) == (None, None, ())
        assert not result.iaqi or max(result.iaqi.values()) <= 100
    else:
        assert result.aqi == max(result.iaqi.values())
        assert result.aqi > 100 or set(result.iaqi) == set(air.ITEMS)
        assert bool(result.primary) == (result.aqi > 50)
        assert all(result.iaqi[item] == result.aqi for item in result.primary)


@given(readings, editions, periods)
def test_none_nan_negative_and_absent_are_the_same_gap(
    values: dict[str, float | None], edition: str, period: str
) -> None:
    known = {item: v for item, v in values.items() if v is not None and not math.isnan(v) and v >= 0}
    assert air.assess(values, edition=edition, period=period) == air.assess(known, edition=edition, period=period)
