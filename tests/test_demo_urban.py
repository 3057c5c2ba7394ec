"""The demo rows of 城管 hang together: they obey their contracts, their clock, the work calendar and one another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from data import calendar_days, divisions
from data.contract import codes, contract, contracts
from data.demo.drivers import City, drivers
from data.demo.safety.video import cameras
from data.demo.urban import STORY_ADDRESS, STORY_CASES, STORY_DAYS, STORY_MATTER, make
from geo.boundaries import districts

SINCE, UNTIL = date(2026, 6, 1), date(2026, 11, 23)  # with the change of codes, 国庆 and its 调休
AHEAD = {"due_at", "extended_due_at", "expected_clear_at"}  # promises may lie in the future


@pytest.fixture(scope="module")
def made() -> Mapping[str, pa.Table]:
    city = City(341000, 0.1)
    return make(city, drivers(city, SINCE, UNTIL))


@pytest.fixture(scope="module")
def cases(made: Mapping[str, pa.Table]) -> pd.DataFrame:
    rows = made["urban.case"].to_pandas()
    return rows.assign(limit_at=rows["extended_due_at"].fillna(rows["due_at"]))


def test_every_table_of_the_theme_is_made_and_none_is_empty(made: Mapping[str, pa.Table]) -> None:
    wanted = {each.table for each in contracts().values() if each.theme == "urban" and each.layer != "derived"}
    assert made.keys() == wanted
    assert [name for name, rows in made.items() if rows.num_rows == 0] == []


def test_every_cell_obeys_its_contract(made: Mapping[str, pa.Table]) -> None:
    faults = []
    for name, rows in made.items():
        for column in contract(name).columns:
            values = rows[column.name]
            if column.required and values.null_count:
                faults.append(f"{name}.{column.name} has {values.null_count} empty cells")
            known = pa.compute.drop_null(values)
            if column.codes and set(known.unique().to_pylist()) - set(codes(column.codes)):
                faults.append(f"{name}.{column.name}: {set(known.unique().to_pylist()) - set(codes(column.codes))}")
            if column.minimum is not None and len(known) and pa.compute.min(known).as_py() < column.minimum:
                faults.append(f"{name}.{column.name} below {column.minimum}")
            if column.maximum is not None and len(known) and pa.compute.max(known).as_py() > column.maximum:
                faults.append(f"{name}.{column.name} above {column.maximum}")
    assert faults == []


def test_every_place_is_a_real_one(made: Mapping[str, pa.Table]) -> None:
    places = {
        code
        for rows in made.values()
        if "place_code" in rows.column_names
        for code in rows["place_code"].unique().to_pylist()
    }
    for code in places:
        divisions.level_of(code)  # raises for a code that the reference does not hold
    assert {"3410", "3410F1", "3410F2", "3410F3"} <= places, "市直 and the 管委会 report for themselves"


def test_nothing_is_later_than_the_clock(made: Mapping[str, pa.Table]) -> None:
    late = []
    for name, rows in made.items():
        for field in rows.schema:
            if pa.types.is_temporal(field.type) and field.name not in AHEAD and field.name != "valid_to":
                newest = pa.compute.max(rows[field.name]).as_py()
                end = datetime.combine(UNTIL, datetime.min.time()) if isinstance(newest, datetime) else UNTIL
                late += [f"{name}.{field.name} {newest}"] if newest is not None and newest >= end else []
    assert late == []


def test_the_same_arguments_give_the_same_rows(made: Mapping[str, pa.Table]) -> None:
    city = City(341000, 0.1)
    again = make(city, drivers(city, SINCE, UNTIL))
    assert [name for name in made if not made[name].equals(again[name])] == []


@pytest.mark.parametrize("scale", [0.02, 0.1])
def test_the_unit_grids_are_2202_over_60_square_kilometres_however_large_the_demo(scale: float) -> None:
    city = City(7, scale)
    grids = make(city, drivers(city, date(2026, 11, 1), UNTIL))["urban.unit_grid"].to_pandas()
    assert len(grids) == 2202
    assert grids["area_ha"].sum() / 100 == pytest.approx(60, abs=0.2)
    assert (grids["unit_grid_code"].str.len() == 15).all()
    shapes = {area.place_code: area.geometry for area in districts()}
    for district, rows in grids.groupby(grids["place_code"].str[:6]):
        assert district in ("341002", "341004")
        assert shapely.contains_xy(shapes[str(district)], rows["lon"], rows["lat"]).all()


# --- the clock of limits ----------------------------------------------------------------------------------------------


def slow_limit(start: datetime, minutes: float) -> datetime:
    """Counts worked minutes one by one: 08:00–12:00 and 14:00–18:00 of the days that are worked."""
    at, left = start, minutes
    while True:
        step = timedelta(minutes=1)
        is_worked = calendar_days.day(at.date()).is_workday and (8 <= at.hour < 12 or 14 <= at.hour < 18)
        if is_worked:
            if left <= 1:
                return at + timedelta(minutes=left)
            left -= 1
        at = (at + step).replace(second=start.second) if is_worked else _next_opening(at, start)


def _next_opening(at: datetime, start: datetime) -> datetime:
    """The next full hour in which work may begin."""
    return (at + timedelta(hours=1)).replace(minute=0, second=0)


@pytest.mark.parametrize("kind", ["urgent_hour", "work_hour", "work_day"])
def test_a_limit_runs_by_the_calendar(cases: pd.DataFrame, kind: str) -> None:
    rows = cases[(cases["limit_kind"] == kind) & (cases["filed_at"] < "2026-11-01")]
    around = rows[(rows["filed_at"] >= "2026-09-18") & (rows["filed_at"] < "2026-10-12")]  # 调休, 中秋, 国庆
    for row in around.iloc[:: max(1, len(around) // 30)].itertuples():
        if kind == "urgent_hour":
            expected = row.filed_at + timedelta(hours=row.limit_value)
        else:
            hours = row.limit_value * (8 if kind == "work_day" else 1)
            expected = slow_limit(row.filed_at.to_pydatetime(), hours * 60)
        assert abs(row.due_at - expected) < timedelta(minutes=1), (row.case_id, row.filed_at, row.due_at, expected)


def test_a_case_passes_its_stages_in_order(cases: pd.DataFrame) -> None:
    stages = ["reported_at", "accepted_at", "filed_at", "dispatched_at", "handled_at", "verified_at"]
    for earlier, later in pairwise(stages):
        both = cases.dropna(subset=[earlier, later])
        assert (both[earlier] <= both[later]).all(), (earlier, later)
        assert cases.loc[cases[earlier].isna(), later].isna().all(), f"{later} without {earlier}"
    backwards = (cases["closed_at"] < cases["filed_at"]).mean()
    assert 0 < backwards < 0.002, "a few clocks were wrong, as in life"


def test_a_status_says_what_the_times_say(cases: pd.DataFrame) -> None:
    closed = cases["status"] == "closed"
    assert (cases["closed_at"].notna() == closed).all()
    assert cases.loc[cases["status"] == "not_filed", "filed_at"].isna().all()
    assert cases.loc[cases["status"] == "suspended", "suspended_at"].notna().all()
    assert cases.loc[cases["status"] == "handling", "handled_at"].isna().all()
    assert cases.loc[cases["filed_at"].isna(), ["due_at", "limit_kind", "closed_at"]].isna().all().all()


def test_the_codes_change_with_the_standard(cases: pd.DataFrame) -> None:
    litter = cases[cases["matter_name"] == STORY_MATTER]
    before, after = litter["reported_at"] < "2026-07-01", litter["reported_at"] >= "2026-07-01"
    assert set(litter.loc[before, "type_code"]) == {"0102"}
    assert set(litter.loc[after, "type_code"]) == {"06010"}


def test_every_kind_of_a_case_stands_in_the_dictionary(made: Mapping[str, pa.Table], cases: pd.DataFrame) -> None:
    key = ["standard_ref", "matter_kind", "type_code"]
    kinds = made["urban.matter_type"].to_pandas()
    assert len(cases.merge(kinds, on=key)) == len(cases)
    newest = kinds[kinds["valid_to"].isna()].set_index("type_code")["minor_name"]
    replaced = kinds.dropna(subset=["successor_code"])
    assert (replaced["successor_code"].map(newest) == replaced["minor_name"]).all()


# --- what belongs together --------------------------------------------------------------------------------------------


def test_a_case_and_what_it_came_from_point_at_each_other(made: Mapping[str, pa.Table], cases: pd.DataFrame) -> None:
    for table, own, channel in (
        ("urban.ai_detection", "detection_id", "video_ai"),
        ("urban.hotline_order", "order_id", "hotline_12345"),
    ):
        rows = made[table].to_pandas()
        linked = rows.dropna(subset=["case_id"]).set_index("case_id")[own]
        there = cases.dropna(subset=[own]).set_index("case_id")[own]
        assert (linked.sort_index() == there.sort_index()).all() and len(there) > 0
        assert (cases.loc[cases[own].notna(), "channel"] == channel).all()
        assert (cases.loc[cases["channel"] == channel, own].notna()).all()


def test_a_case_about_a_component_lies_where_the_component_stands(
    made: Mapping[str, pa.Table], cases: pd.DataFrame
) -> None:
    stock = made["urban.city_component"].to_pandas().set_index("component_id")
    about = cases.dropna(subset=["component_id"])
    place = about["component_id"].map(stock["unit_grid_code"])
    assert len(about) > 100 and (place == about["unit_grid_code"]).all()
    opened = about[
        about["filed_at"].notna() & about["closed_at"].isna() & ~about["status"].isin(["cancelled", "suspended"])
    ]
    assert set(opened["component_id"].map(stock["status"])) <= {"damaged"}


def test_a_detection_comes_from_a_camera_with_analysis_in_its_district(made: Mapping[str, pa.Table]) -> None:
    city = City(341000, 0.1)
    register = cameras(city, drivers(city, SINCE, UNTIL)).to_pandas().set_index("camera_id")
    found = made["urban.ai_detection"].to_pandas()
    source = register.loc[found["camera_id"]]
    assert source["has_ai"].all()
    assert (source["place_code"].str[:6].to_numpy() == found["place_code"].str[:6].to_numpy()).all()


def test_a_flow_hands_each_case_on_without_a_gap(made: Mapping[str, pa.Table], cases: pd.DataFrame) -> None:
    flow = made["urban.case_flow"].to_pandas().sort_values(["case_id", "step_no"])
    assert set(flow["case_id"]) == set(cases["case_id"])
    assert (flow.groupby("case_id")["step_no"].max() == flow.groupby("case_id").size()).all()
    follows = flow["case_id"] == flow["case_id"].shift()
    gap = flow["entered_at"] != flow["handed_over_at"].shift()
    assert not (follows & gap).any()
    assert (flow.loc[follows, "from_unit"] == flow["handling_unit"].shift()[follows]).all()
    assert 5.5 < len(flow) / len(cases) < 7.5
    returned = flow.loc[flow["case_action"] == "return"].groupby("case_id").size()
    assert (returned == cases.set_index("case_id")["return_count"].loc[returned.index]).all()


def test_the_points_a_unit_lost_are_the_sum_of_its_deductions(
    made: Mapping[str, pa.Table], cases: pd.DataFrame
) -> None:
    score = made["urban.assessment_score"].to_pandas().set_index(["assessed_unit", "month_date"])
    item = made["urban.assessment_deduction"].to_pandas()
    lost = item.groupby(["assessed_unit", "month_date"])["deducted_points"].sum()
    assert (score["deducted_points"] - lost.reindex(score.index).fillna(0)).abs().max() < 0.005
    assert set(score.reset_index()["month_date"]) == {date(2026, month, 1) for month in range(6, 11)}
    october = cases[
        (cases["limit_at"] >= "2026-10-01")
        & (cases["limit_at"] < "2026-11-01")
        & ~cases["status"].isin(["suspended", "cancelled"])
    ]
    due = october.groupby("handling_unit").size()
    held = score.xs(date(2026, 10, 1), level="month_date")["due_case_count"]
    assert (held[due.index] == due).all()
    assert set(item["case_id"].dropna()) <= set(cases["case_id"])


def test_a_deduction_for_lateness_names_a_late_case(made: Mapping[str, pa.Table], cases: pd.DataFrame) -> None:
    item = made["urban.assessment_deduction"].to_pandas()
    late = cases.set_index("case_id").loc[item.loc[item["rule_id"].str.endswith("-01"), "case_id"]]
    closed = late["closed_at"].fillna(pd.Timestamp(UNTIL))
    assert len(late) > 0 and (closed > late["limit_at"]).all()


def test_parts_never_exceed_their_whole(made: Mapping[str, pa.Table]) -> None:
    for table, part, whole in (
        ("urban.street_light_daily", "lit_count", "due_lit_count"),
        ("urban.street_light_daily", "due_lit_count", "light_count"),
        ("urban.sanitation_daily", "swept_km", "planned_sweep_km"),
        ("urban.sanitation_daily", "mechanized_km", "swept_km"),
        ("urban.sanitation_daily", "toilet_open_count", "toilet_count"),
        ("urban.pipe_monitor_daily", "online_count", "device_count"),
        ("urban.pipe_network", "old_length_km", "length_km"),
        ("urban.market_supervision", "complaint_closed_count", "complaint_count"),
        ("urban.province_upload", "rejected_row_count", "row_count"),
    ):
        rows = made[table].to_pandas().dropna(subset=[part, whole])
        assert (rows[part] <= rows[whole] + 1e-9).all(), (table, part, whole)


def test_gauges_rise_with_the_rain(made: Mapping[str, pa.Table]) -> None:
    rain = pd.Series(
        drivers(City(341000, 0.1), SINCE, UNTIL).rain_mm, pd.date_range(SINCE, UNTIL, inclusive="left").date
    )
    level = made["urban.flood_level"].to_pandas().query("data_flag == 'N'")
    deepest = level.groupby(level["observed_at"].dt.date)["depth_cm"].max()
    assert deepest[rain[rain < 5].index].max() == 0
    assert deepest[rain.idxmax()] > 5


def test_people_and_phones_are_invented(made: Mapping[str, pa.Table]) -> None:
    points = made["urban.flood_point"].to_pandas()
    assert points["contact_phone"].str.fullmatch(r"0559-000-\d{4}").all()
    assert points["contact_name"].str.startswith("演示·").all()
    units = made["urban.case"].to_pandas()["handling_unit"].dropna()
    assert units.str.startswith("演示·").all()


# --- the planted story ------------------------------------------------------------------------------------------------


def test_the_rubbish_of_the_story_comes_back_though_each_case_is_closed_in_time(cases: pd.DataFrame) -> None:
    story = cases[cases["address"] == STORY_ADDRESS]
    assert len(story) == STORY_CASES
    assert set(story["matter_name"]) == {STORY_MATTER}
    assert story["reported_at"].max() - story["reported_at"].min() <= timedelta(days=STORY_DAYS)
    assert story["unit_grid_code"].nunique() == 1
    squares = {(np.floor(row.lon * 2000), np.floor(row.lat * 2000)) for row in story.itertuples()}
    assert len(squares) == 1
    done = story.dropna(subset=["closed_at"])
    assert len(done) >= STORY_CASES - 1 and (done["closed_at"] <= done["limit_at"]).all()
    assert (story["reported_at"] >= datetime(2026, 11, 16)).any(), "it is seen in the last full week"
