"""交通: what its readings say, counted by hand over a store of a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from data.settings import settings
from metrics import read, read_groups
from metrics.standards import traffic
from metrics.standards.traffic import Link
from queries.runner import run
from queries.scope import Scope
from tests import tiny

MONDAY = date(2026, 11, 9)
UNTIL = datetime(2026, 11, 16)
A, B = "341002", "341021"
MOMENTS = [datetime(2026, 11, 9, 8) + timedelta(minutes=5 * step) for step in range(12)]


def link(name: str, place: str, length: float, free: float | None, road_class: str = "arterial") -> dict[str, Any]:
    return {
        "link_id": name, "road_name": name, "place_code": place, "road_class": road_class, "length_km": length,
        "free_speed_kmh": free,
    }  # fmt: skip


def speed(name: str, place: str, at: datetime, kmh: float | None, flow: int | None, **more: Any) -> dict[str, Any]:
    row = {"link_id": name, "place_code": place, "observed_at": at, "speed_kmh": kmh, "flow_vph": flow}
    return row | {"sample_count": 3, "link_state": "normal"} | more


def incident(name: str, occurred: datetime, cleared: datetime | None, **more: Any) -> dict[str, Any]:
    row = {"incident_id": name, "kind": "accident", "incident_cause": "crash", "place_code": A}
    return row | {"occurred_at": occurred, "cleared_at": cleared, "status": "handling"} | more


def line_day(
    day: int, planned: int, ran: int, on_time: int | None, riders: int, vehicle_km: float | None
) -> dict[str, Any]:
    return {
        "line_id": "一路", "place_code": A, "day_date": MONDAY + timedelta(day), "trip_planned_count": planned,
        "trip_run_count": ran, "trip_on_time_count": on_time, "passenger_count": riders, "vehicle_km": vehicle_km,
    }  # fmt: skip


TABLES: dict[str, list[dict[str, Any]]] = {
    # the worked network of the vectors, and 歙县 with two links of five that ever have a sample
    "traffic.road_link": [
        link("甲", A, 1.2, 50),
        link("乙", A, 0.8, 50),
        link("丙", A, 0.6, 40, "secondary"),
        link("丁", A, 0.4, 30, "branch"),
        *(link(name, B, 1.0, None, "branch") for name in "戊己庚辛壬"),
        {**link("旧", A, 9.0, 50), "valid_to": date(2026, 11, 1)},  # out of use: neither expected nor counted
    ],
    "traffic.link_speed": [
        *(speed("甲", A, at, 28, 900) for at in MOMENTS),
        *(speed("乙", A, at, 18, 700) for at in MOMENTS),
        *(speed("丙", A, at, 30, 300) for at in MOMENTS),
        *(speed("丁", A, at, 12, 100) for at in MOMENTS),
        *(speed("戊", B, at, 15, None) for at in MOMENTS),  # flow and free speed of its class: 120 veh/h, 30 km/h
        *(speed("己", B, at, 30, 240) for at in MOMENTS),
        *(speed("庚", B, at, 0, 10) for at in MOMENTS[:4]),  # still: closed or no probe
        *(speed("庚", B, at, 25, 10, sample_count=0) for at in MOMENTS[4:]),  # filled in
        *(speed("辛", B, at, None, 0, link_state="closed") for at in MOMENTS),
        *(speed("壬", B, at, 25, 10, data_flag="I") for at in MOMENTS),
        speed("甲", A, datetime(2026, 11, 10, 9), 50, 900),  # nine o'clock is not rush hour any more
        speed("甲", A, UNTIL, 1, 900),  # the first moment of the next week
    ],
    "traffic.incident": [
        incident("未恢复", datetime(2026, 11, 1), None, expected_clear_at=UNTIL),  # due just as the period ends
        incident("逾期", datetime(2026, 11, 14), None, expected_clear_at=datetime(2026, 11, 15)),
        incident("零时恢复", datetime(2026, 11, 15), UNTIL, status="cleared"),  # still open as the period ends
        incident("已恢复", datetime(2026, 11, 15), datetime(2026, 11, 15, 0, 23), status="cleared"),
        incident("误报", datetime(2026, 11, 15), None, status="cancelled"),
        incident("下周", UNTIL, None),
        incident("施工", datetime(2026, 11, 10), datetime(2026, 11, 14), status="cleared", kind="construction"),
    ],
    "traffic.bus_daily": [
        line_day(0, 40, 40, 30, 300, 400.0),
        line_day(1, 40, 20, None, 90, None),
        line_day(7, 40, 0, 0, 0, 0.0),
    ],
    "traffic.parking_lot": [
        {"lot_id": "大", "name": "大", "kind": "scenic", "place_code": A, "space_count": 100, "is_connected": True},
        {"lot_id": "小", "name": "小", "kind": "public", "place_code": A, "space_count": 10, "is_connected": True,
         "node_id": "村"},
        {"lot_id": "独", "name": "独", "kind": "public", "place_code": A, "space_count": 50, "is_connected": False},
    ],
    "traffic.parking_status": [
        {"lot_id": lot, "place_code": A, "observed_at": datetime(2026, 11, 9, hour), "occupied_count": occupied,
         "free_count": free}
        for lot, hour, occupied, free in [
            ("大", 10, 60, 40), ("小", 10, 8, 2), ("大", 11, 90, 10), ("小", 11, 10, 0),
            ("小", 12, 10, 0),  # only 10 of 110 spaces are reported: no fair comparison
            ("独", 10, 50, 0),  # not connected
        ]
    ],
    "traffic.parking_daily": [
        {"lot_id": "大", "place_code": A, "day_date": MONDAY, "vehicle_in_count": 300, "full_min": 90.0},
        {"lot_id": "大", "place_code": A, "day_date": MONDAY + timedelta(1), "vehicle_in_count": None, "full_min": 0.0},
        {"lot_id": "小", "place_code": A, "day_date": MONDAY, "vehicle_in_count": 30, "full_min": 30.0},
    ],
    "traffic.parking_demand": [
        {"place_code": A, "year": year, "parking_area_kind": kind, "space_count": space, "demand_count": demand,
         "data_date": day}
        for year, kind, space, demand, day in [
            (2025, "hospital", 100, 300, date(2025, 6, 30)),  # replaced by the next survey
            (2026, "hospital", 150, 250, date(2026, 6, 30)),
            (2026, "school", 200, 120, date(2026, 6, 30)),  # a surplus that helps no hospital
            (2026, "scenic", 10, 990, date(2026, 12, 1)),  # not surveyed yet
        ]
    ],
    "traffic.corridor": [
        {"corridor_id": name, "travel_direction": "in", "name": name, "kind": kind, "place_code": A}
        for name, kind in [("景", "scenic"), ("勤", "commuter")]
    ],
    "traffic.corridor_time": [
        {"corridor_id": name, "travel_direction": "in", "place_code": A, "observed_at": datetime(2026, 11, 9, hour),
         "travel_min": travel, "baseline_min": base, "coverage_rate": cover}
        for name, hour, travel, base, cover in [
            ("景", 7, 60.0, 50.0, 0.9), ("景", 9, 90.0, 50.0, 0.6), ("景", 11, 80.0, 50.0, None),
            ("景", 18, 50.0, 50.0, 1.0),
            ("景", 19, 500.0, 50.0, 1.0),  # seven in the evening: after the day
            ("景", 12, 500.0, None, 1.0),  # no baseline
            ("景", 13, 500.0, 50.0, 0.59),  # too little of it seen
            ("勤", 8, 500.0, 50.0, 1.0),  # leads to no scenic spot
        ]
    ],
    "traffic.card_trip_daily": [
        {"place_code": A, "trip_mode": "bus", "card_kind": "qr", "card_region": region, "day_date": MONDAY,
         "passenger_count": count}
        for region, count in [("local", 60), ("province", 15), ("delta", 25), ("other", 900)]
    ],
    "urban.unit_grid": [
        {"unit_grid_code": f"341002004001{number:03d}", "place_code": f"341002004001{number:03d}", "area_ha": area,
         "lon": 118.3, "lat": lat}
        for number, area, lat in [(1, 1.0, 29.7), (2, 3.0, 29.71)]
    ],
    "community.community": [{"place_code": "341002004001", "name": "甲社区", "population": 4000}],
    "traffic.bus_stop": [
        {"stop_id": "近", "name": "近", "place_code": A, "lon": 118.3, "lat": 29.7 + 499 / 110852},
        {"stop_id": "停", "name": "停", "place_code": A, "lon": 118.3, "lat": 29.71, "is_open": False},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", MONDAY, MONDAY + timedelta(7), tiny.fill(TABLES))
    settings.cache_clear()


def on_monday(week: Scope, area: str = "341000") -> Scope:
    return week.period(MONDAY, MONDAY + timedelta(1)).drill(area)


# --- roads ------------------------------------------------------------------------------------------------------------


def test_the_index_of_the_worked_network_comes_out_of_the_store(week: Scope) -> None:
    scope = on_monday(week, A)
    assert read("TR01", scope).value == pytest.approx(4.2214, abs=1e-4)
    assert read("TR01", scope).detail == "轻度拥堵，覆盖率 100%"
    assert read("TR02", scope).value == pytest.approx(2.0453, abs=1e-4)
    assert read("TR03", scope).value == pytest.approx(40.0)
    assert read("TR04", scope).value == pytest.approx(23.540, abs=1e-3)


def test_an_index_over_too_few_links_is_withheld_and_says_why(week: Scope) -> None:
    reading = read("TR01", on_monday(week, B))
    assert (reading.value, reading.state, reading.n) == (None, "no_data", 24)
    assert reading.detail == "覆盖率 40%，低于 60%，不发布"
    assert read("TR02", on_monday(week, B)).value is None


def test_still_closed_filled_in_and_invalid_links_are_expected_but_no_samples(week: Scope) -> None:
    reading = read("TR05", on_monday(week, B))
    assert (reading.numerator, reading.denominator) == (2 * 12, 5 * 12)


def test_the_city_is_counted_over_all_links_and_not_averaged_over_its_districts(week: Scope) -> None:
    whole = traffic.tpi(
        [
            Link(28, 50, 1.2, 900), Link(18, 50, 0.8, 700), Link(30, 40, 0.6, 300), Link(12, 30, 0.4, 100),
            Link(15, None, 1.0, None, "branch"), Link(30, None, 1.0, 240, "branch"),
            *(Link(None, None, 1.0, None, "branch") for _ in "庚辛壬"),
        ]
    )  # fmt: skip
    reading = read("TR01", on_monday(week))
    assert whole.coverage == 6 / 9
    assert reading.value == pytest.approx(whole.tpi)
    assert reading.detail == "基本畅通，覆盖率 67%，17% 的样本用默认流量"


def test_the_sql_takes_the_same_defaults_as_the_standard(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("defaults"), patch)
        classes = sorted(traffic.DEFAULT_FLOW_VPH)
        tables = {
            "traffic.road_link": [link(name, A, 1.0, None, name) for name in classes],
            "traffic.link_speed": [speed(name, A, MOMENTS[0], 12, None) for name in classes],
        }
        scope = Scope("341000", MONDAY, MONDAY + timedelta(7), tiny.fill(tables))
        assert read("TR01", scope).value == pytest.approx(
            traffic.tpi([Link(12, None, 1.0, None, name) for name in classes]).tpi
        )
        found = run("traffic/congested_links", scope).set_index("road_class")
        assert found["free_speed_kmh"].to_dict() == dict(traffic.DEFAULT_FREE_SPEED_KMH)
        sums = run("traffic/road_sums", scope).iloc[0]
        assert sums["vehicle_km"] == sum(traffic.DEFAULT_FLOW_VPH.values())
    settings.cache_clear()


def test_rush_hours_end_at_nine_and_a_week_at_midnight(week: Scope) -> None:
    tuesday = week.period(MONDAY + timedelta(1), MONDAY + timedelta(2))
    assert read("TR04", tuesday).value is None  # 9:00 is outside
    assert read("TR05", week.drill(A)).numerator == 4 * 12 + 1  # and not the moment at which the next week begins


# --- incidents (question 19) ------------------------------------------------------------------------------------------


def test_what_is_cleared_as_the_period_ends_was_still_open(week: Scope) -> None:
    assert read("TR13", week).value == 3  # 未恢复, 逾期, 零时恢复
    assert set(run("traffic/congestion_now", week)["incident_id"]) == {"未恢复", "逾期", "零时恢复"}


def test_an_incident_is_overdue_once_its_expected_time_has_passed(week: Scope) -> None:
    reading = read("TR14", week)
    assert (reading.value, reading.standing) == (1, "missed")
    assert run("traffic/congestion_now", week)["incident_id"].iloc[0] == "逾期"


def test_a_place_without_open_incidents_has_none(week: Scope) -> None:
    assert read("TR13", week.drill(B)).value == 0


def test_recovery_counts_what_recovered_in_the_period_and_leaves_out_roadworks(week: Scope) -> None:
    assert read("TR15", week).n == 1  # 已恢复： 23 minutes; too few to show


# --- corridors and parking (question 20) ------------------------------------------------------------------------------


def test_travel_times_are_added_before_they_are_compared(week: Scope) -> None:
    reading = read("TR16", week)
    assert reading.n == 4
    assert reading.value == pytest.approx((60 + 90 + 80 + 50) / 200)


def test_occupancy_counts_connected_lots_at_known_moments(week: Scope) -> None:
    groups = read_groups("parking_occupancy_rate", week, "lot_id")
    assert {each.key: (each.numerator, each.denominator) for each in groups} == {"大": (150, 200), "小": (28, 30)}


def test_the_tightest_hour_is_sought_where_enough_lots_report(week: Scope) -> None:
    reading = read("TR17", week)
    assert reading.value == pytest.approx(100 * 10 / 110)
    assert reading.detail == "11-09 11 时，剩 10 个，共 110 个"


def test_turnover_leaves_out_days_whose_cars_nobody_counted(week: Scope) -> None:
    groups = {each.key: each for each in read_groups("parking_turnover", week, "kind")}
    assert (groups["scenic"].numerator, groups["scenic"].denominator) == (300, 100)


def test_full_hours_are_those_of_scenic_lots_whatever_their_kind(week: Scope) -> None:
    reading = read("TR18", week)
    assert (reading.numerator, reading.denominator, reading.value) == (2.0, 3, pytest.approx(2 / 3))


def test_a_surplus_of_parking_spaces_makes_up_for_no_gap_elsewhere(week: Scope) -> None:
    assert read("TR21", week).value == 100
    assert read("TR21", week.period(date(2026, 1, 1), date(2026, 2, 1))).value == 200  # the survey then in force


# --- public transport (question 21) -----------------------------------------------------------------------------------


def test_a_day_without_one_of_the_two_counts_is_left_out_of_both(week: Scope) -> None:
    on_time, run_rate, riders = (read(code, week) for code in ("TR08", "TR09", "TR10"))
    assert (on_time.numerator, on_time.denominator) == (30, 40)
    assert (run_rate.numerator, run_rate.denominator) == (60, 80)
    assert (riders.value, riders.n) == (75.0, 1)
    assert run("traffic/bus_line_rank", week).empty  # no line is registered


def test_people_within_500_metres_of_an_open_stop_are_served(week: Scope) -> None:
    assert read("TR19", week).value == 3000  # the cell beside a stop that is not in use
    assert read("TR20", week).value == 25.0
    gap = run("traffic/stop_gap", week)
    assert gap[["name", "unserved_population", "unserved_grid_count"]].to_numpy().tolist() == [
        ["老街社区居委会", 3000.0, 1]
    ]


def test_without_any_stop_the_people_without_one_are_unknown(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("stops"), patch)
        known = {name: TABLES[name] for name in ("urban.unit_grid", "community.community")}
        scope = Scope("341000", MONDAY, MONDAY + timedelta(7), tiny.fill(known))
        assert read("TR19", scope).value is None
        assert read("TR20", scope).value is None
    settings.cache_clear()


def test_cash_and_cards_of_unknown_origin_are_no_visitors(week: Scope) -> None:
    reading = read("TR34", week)
    assert (reading.numerator, reading.denominator, reading.value) == (40, 100, 40.0)
