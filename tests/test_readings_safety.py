"""What the readings of 城市安全 say where it is subtle: counted by hand over a store of a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from data.settings import settings
from metrics import read, read_groups
from queries.runner import run
from queries.scope import Scope
from tests import tiny

MONDAY, NEXT = date(2026, 11, 9), date(2026, 11, 16)


def at(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """A moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, second)


def call(number: int, line: str, minutes: float | None, **more: Any) -> dict[str, Any]:
    """A valid call of Tuesday in the town of 屯溪, arrived so many minutes after it was dispatched."""
    sent = at(10)
    arrived = None if minutes is None else sent + timedelta(minutes=minutes)
    row = {"call_id": str(number), "call_line": line, "kind": "other", "place_code": "341002001", "received_at": at(10)}
    return row | {"is_mountain": False, "is_valid": True, "dispatched_at": sent, "arrived_at": arrived} | more


def notice(name: str, place: str, level: str | None, issued: datetime, cleared: datetime | None, **more: Any) -> Any:
    row = {"alert_id": name, "place_code": place, "warning_level": level, "issued_at": issued, "cleared_at": cleared}
    return row | {"emergency_kind": "natural", "hazard_kind": "geology", "issuing_unit": "某局"} | more


def hazard(name: str, place: str, due: date, rectified: date | None = None, **more: Any) -> dict[str, Any]:
    row = {"hazard_id": name, "place_code": place, "due_date": due, "rectified_date": rectified, "risk_domain": "fire"}
    row |= {"hazard_grade": "major", "found_date": date(2026, 10, 1), "responsible_unit": "甲", "status": "rectifying"}
    return row | more


def source(name: str, checked: date | None, **more: Any) -> dict[str, Any]:
    row = {"risk_id": name, "kind": "crowd", "place_code": "341002001", "last_checked_date": checked}
    return row | {"data_date": date(2026, 11, 15)} | more


def score(place: str, domain: str, value: float | None, **more: Any) -> dict[str, Any]:
    row = {"place_code": place, "risk_domain": domain, "day_date": MONDAY, "score": value}
    return row | {"hazard": 0.5, "exposure": 0.5, "vulnerability": 0.5, "control": 0.5} | more


def state(device: str, moment: datetime, status: str, **more: Any) -> dict[str, Any]:
    row = {"device_id": device, "kind": "smoke", "place_code": "341002001", "observed_at": moment, "status": status}
    return row | more


def team(name: str, kind: str, ready: bool) -> dict[str, Any]:
    row = {"team_id": name, "name": name, "kind": kind, "place_code": "341002001", "is_on_standby": ready}
    return row | {"data_date": date(2026, 11, 15), "contact_phone": "0559-000-0001"}


def reach(name: str, place: str, minutes: float) -> dict[str, Any]:
    return {"team_id": name, "place_code": place, "arrival_min": minutes, "data_date": date(2026, 11, 15)}


def shift(number: int, role: str, present: bool | None, day: date = date(2026, 11, 15), place: str = "3410") -> Any:
    row = {"shift_id": str(number), "issued_at": at(9), "day_date": day, "duty_shift": "full", "on_duty_unit": "某局"}
    row |= {"place_code": place, "duty_role": role, "contact_name": f"演示·{number}", "contact_phone": "0559-000-0001"}
    return row | {"is_checked_in": present}


TABLES: dict[str, list[dict[str, Any]]] = {
    "safety.alarm_call": [
        # 110 in town: 1 … 10 minutes, so the P90 is the ninth; a tenth of them in the mountains would say more
        *(call(number, "110", float(number)) for number in range(1, 11)),
        call(11, "110", 40.0, is_mountain=True, place_code="341021209"),
        call(12, "110", -3.0),  # arrived before it was dispatched
        call(13, "110", None),  # nobody arrived
        call(14, "110", 50.0, is_mountain=None, place_code="3410", is_valid=None),  # not judged yet
        call(15, "110", 60.0, received_at=at(16, 0)),  # the first moment after the week
        call(16, "110", None, received_at=at(9, 0), is_valid=False),  # the first moment of the week
        call(17, "119", 12.0, kind="fire"),
        call(18, "119", 12.0, kind="fire", is_valid=False),
        call(19, "122", 8.0, kind="traffic_accident", dead_count=1),
        call(20, "122", 8.0, kind="traffic_accident", dead_count=2, is_valid=None),
        call(21, "122", 8.0, kind="traffic_accident", dead_count=4, is_valid=False),
        call(22, "122", 8.0, kind="traffic_accident", dead_count=None),
    ],
    "traffic.vehicle_stock": [
        {"place_code": place, "year": year, "vehicle_kind": "car", "vehicle_count": n, "data_date": date(year, 12, 31)}
        for place, year, n in (("341002", 2024, 9), ("341002", 2025, 8000), ("341021", 2025, 2000))
    ],
    "safety.warning_notice": [
        # one warning over two townships; 人 30 + 20 to move, 30 + nothing reported moved
        notice("橙", "341021209", "2", at(10), None, evacuate_planned_count=30, evacuated_count=30),
        notice("橙", "341021210", "2", at(10), None, evacuate_planned_count=20),
        notice("区", "341021", "4", at(11), None),  # the whole county
        # one ends with the week, one just before, one is issued after it
        notice("终", "341002001", "3", at(12), at(16, 0), evacuate_planned_count=10, evacuated_count=14),
        notice("前", "341002001", "3", at(12), at(15, 23, 59), evacuate_planned_count=99, evacuated_count=0),
        notice("后", "341002001", "1", at(16, 0), None, evacuate_planned_count=99, evacuated_count=0),
        notice("众", "3410F1", None, at(13), None, emergency_kind="social", hazard_kind="crowd"),
    ],
    "safety.hazard": [
        hazard("按期", "341002001", date(2026, 11, 10), date(2026, 11, 10), status="closed"),
        hazard("迟改", "341002001", date(2026, 11, 10), date(2026, 11, 14), status="closed"),
        hazard("周后改", "341002001", date(2026, 11, 15), date(2026, 11, 16), supervision_no="督1", is_supervised=True),
        hazard("逾期", "3410F2", date(2026, 11, 1), supervision_no="督2", is_supervised=True),
        hazard("未到期", "341021209", NEXT),
        hazard("撤销", "341021209", date(2026, 11, 1), status="cancelled"),
        hazard("一般", "341021209", date(2026, 11, 1), hazard_grade="ordinary"),
        hazard("去年", "341002001", date(2025, 11, 15), date(2025, 11, 1)),  # 366 days before the end
        hazard("后发现", "341002001", date(2026, 12, 1), found_date=NEXT),
    ],
    "safety.risk_source": [
        source("刚好 90 天", NEXT - timedelta(90)),
        source("91 天", NEXT - timedelta(91)),
        source("从未", None),
        source("停用", None, valid_to=date(2026, 11, 1)),
        source("未启用", None, valid_from=NEXT),
        source("别处", None, place_code="341021209"),
    ],
    "safety.risk_score_daily": [
        score("341002001", "fire", 10.0),
        score("341002001", "flood", 70.0),
        score("341021209", "fire", 25.0),
        score("341021209", "flood", 90.0, control=None),  # published although a term is missing
        score("341021209", "traffic", None),
    ],
    "safety.fire_iot": [
        state("好", at(9, 8), "fault"),
        state("好", at(9, 9), "normal"),
        state("屏蔽", at(9, 8), "shielded"),
        state("沉默", datetime(2026, 11, 3, 8), "normal"),  # on the 10th seven days ago, on the 11th eight
        state("报警", at(9, 8), "normal"),
        state("报警", at(12, 8), "alarm", is_true_fire=False),
        state("报警", at(12, 9), "alarm", is_true_fire=True),
        state("报警", at(12, 10), "alarm"),  # not verified
        state("报警", at(12, 11), "normal"),
    ],
    "safety.emergency_team": [team("近", "fire", True), team("更近", "fire", False), team("电", "power", True)],
    "safety.team_reach": [
        reach("近", "341002001", 12.0),
        reach("更近", "341002001", 2.0),
        reach("电", "341002001", 1.0),
        reach("近", "341021209", 30.0),
        reach("近", "341021210", 30.1),
    ],
    "safety.duty_roster": [
        shift(1, "officer", True),
        shift(2, "leader", True),
        shift(3, "chief", None),  # nobody looked
        shift(4, "leader", False, place="341021"),
        shift(5, "leader", True, day=date(2026, 11, 14)),
        shift(6, "leader", True, day=date(2026, 11, 13)),
    ],
    "safety.work_accident": [
        {"accident_id": "1", "kind": "work", "place_code": "341002001", "occurred_at": at(10), "dead_count": 2},
        {"accident_id": "2", "kind": "work", "place_code": "341021209", "occurred_at": at(15, 20)},  # not reported yet
    ],
    "safety.camera_coverage": [
        {"place_code": "341002001", "place_class": "school", "month_date": date(2026, month, 1), "due_site_count": 10,
         "covered_site_count": covered}
        for month, covered in ((9, 7), (10, 8), (11, 9))
    ],
    "safety.camera": [
        {"camera_id": str(number), "kind": "3", "camera_scene": "road", "place_code": "341002001", "is_online": online,
         "data_date": date(2026, 11, 15)}
        for number, online in enumerate([True] * 18 + [False, None])
    ],
    "safety.public_health_daily": [
        {"place_code": place, "disease_group": "other", "day_date": MONDAY, "reported_case_count": cases}
        for place, cases in (("341002", 5), ("341021", 4))
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scope]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("store"), patch)
        yield Scope("341000", MONDAY, NEXT, tiny.fill(TABLES))
    settings.cache_clear()


def value(name: str, scope: Scope) -> float | None:
    return read(name, scope).value


# --- calls ------------------------------------------------------------------------------------------------------------


def test_only_judged_valid_calls_to_110_count_and_the_week_is_half_open(week: Scope) -> None:
    assert value("SA01", week) == 13  # 1 … 13; neither the unjudged nor the invalid, nor that of Monday 00:00


def test_fewer_than_five_calls_are_not_shown(week: Scope) -> None:
    assert read("SA01", week.drill("341021")).state == "too_few"
    assert value("SA01", week.drill("341024")) == 0  # the table covers the week: a measured zero


def test_arrival_in_town_is_the_p90_of_the_town_alone(week: Scope) -> None:
    assert value("SA21", week) == 9.25  # ten calls of 1 … 10 minutes: the ninth, in the half minute from 9.0


def test_a_call_that_arrived_before_it_was_dispatched_has_no_arrival(week: Scope) -> None:
    groups = {each.key: each.n for each in read_groups("SA02", week, "terrain")}
    assert groups["山区"] == 1
    assert groups[""] == 1  # where the terrain is unknown it is neither


def test_fires_are_counted_per_ten_thousand_people_of_the_census_where_no_month_is_known(week: Scope) -> None:
    reading = read("SA03", week)
    assert reading.value == pytest.approx(10_000 / 1_330_565)
    assert reading.detail == "按2020 年普查人口 1,330,565 人"
    assert read("SA03", week.drill("341021")).state == "no_data"  # 歙县's census is not in the reference


def test_deaths_on_the_road_leave_out_invalid_calls_and_take_the_newest_vehicles(week: Scope) -> None:
    assert value("SA12", week) == pytest.approx(10_000 * (1 + 2) / 10_000)
    assert value("SA12", week.drill("341021")) == 0


def test_an_accident_whose_deaths_are_not_reported_is_not_zero_deaths(week: Scope) -> None:
    assert value("SA11", week) == 2
    assert read("SA11", week.drill("341021")).state == "no_data"


# --- warnings (1 is the worst) ----------------------------------------------------------------------------------------


def test_a_warning_on_two_townships_is_one_and_what_ends_with_the_week_is_still_in_force(week: Scope) -> None:
    assert value("SA10", week) == 4  # 橙 区 终 众
    assert value("SA10", week.drill("341021")) == 2
    assert {each.key: each.value for each in read_groups("SA10", week, "warning_level")} == {
        "2": 1, "3": 1, "4": 1, "": 1,
    }  # fmt: skip


def test_places_under_warning_add_up_over_the_districts(week: Scope) -> None:
    groups = {each.key: each.value for each in read_groups("SA13", week, "district_code")}
    assert groups == {"341002": 1, "341021": 3, "3410F1": 1}
    assert sum(groups.values()) == value("SA13", week)


def test_who_has_not_been_reported_as_moved_has_not_moved_and_no_place_moves_more_than_planned(week: Scope) -> None:
    reading = read("SA14", week)
    assert (reading.numerator, reading.denominator) == (30 + 0 + 10, 30 + 20 + 10)
    assert value("SA15", week) == 20
    assert read("SA14", week).standing == "missed"
    assert read("SA15", week.drill("341002")).standing == "met"


def test_a_warning_under_which_nobody_said_who_must_leave_is_not_nobody(week: Scope) -> None:
    assert read("SA15", week.drill("3410F1")).state == "no_data"
    assert value("SA15", week.drill("341024")) == 0  # no warning there


def test_the_list_of_warnings_puts_people_first_and_shows_a_township_what_its_county_issued(week: Scope) -> None:
    rows = run("safety/warning_in_force", week)
    assert rows["alert_id"].tolist() == ["橙", "橙", "终", "区", "众"]
    assert rows["place_code"].tolist()[0] == "341021210"
    inside = run("safety/warning_in_force", week.drill("341021209"))
    assert inside["alert_id"].tolist() == ["橙", "区"]


# --- hazards and risk -------------------------------------------------------------------------------------------------


def test_major_hazards_are_judged_by_what_was_due_within_a_year(week: Scope) -> None:
    reading = read("SA07", week)  # due: 按期 迟改 周后改 逾期; rectified before the end: the first two
    assert (reading.numerator, reading.denominator, reading.state) == (2, 4, "too_few")


def test_open_hazards_include_those_not_due_and_overdue_ones_only_those_past_their_date(week: Scope) -> None:
    assert value("SA19", week) == 3  # 周后改 逾期 未到期
    assert value("SA20", week) == 2
    assert {each.key: each.value for each in read_groups("SA20", week, "district_code")} == {
        "341002": 1, "341021": 0, "3410F2": 1,
    }  # fmt: skip
    assert value("SA20", week.drill("3410F2")) == 1  # a 管委会 answers for its own


def test_the_list_of_major_hazards_names_unit_number_and_days_overdue(week: Scope) -> None:
    rows = run("safety/major_hazard_open", week)
    assert rows["hazard_id"].tolist() == ["逾期", "周后改", "未到期"]
    assert rows["supervision_no"].dropna().tolist() == ["督2", "督1"]
    assert rows["overdue_day_count"].tolist() == [15, 1, 0]


def test_ninety_days_without_a_check_are_allowed_and_never_is_too_long(week: Scope) -> None:
    assert value("SA08", week) == 3  # 91 天 从未 别处
    assert value("SA08", week.drill("341002")) == 2


def test_a_score_with_a_missing_term_counts_nowhere(week: Scope) -> None:
    assert value("SA09", week) == pytest.approx((10 + 70 + 25) / 3)
    assert value("SA42", week) == 1
    assert run("safety/risk_top", week)["score"].tolist() == [70.0, 25.0, 10.0]


# --- fire devices -----------------------------------------------------------------------------------------------------


def test_the_last_state_of_the_day_counts_and_is_carried_on_for_seven_days(week: Scope) -> None:
    on = {day: read("SA04", week.period(date(2026, 11, day), date(2026, 11, day + 1))) for day in (9, 10, 11)}
    assert (on[9].numerator, on[9].denominator) == (3, 4)  # 好 沉默 报警; 屏蔽 is not well
    assert (on[10].numerator, on[10].denominator) == (3, 4)
    assert (on[11].numerator, on[11].denominator) == (2, 4)  # 沉默 has been silent for eight days
    assert read("SA04", week).numerator == 2  # the newest day that has data, the 12th


def test_unverified_alarms_are_left_out_of_the_false_ones(week: Scope) -> None:
    reading = read("SA05", week)
    assert (reading.numerator, reading.denominator) == (1, 2)


# --- teams, duty, registers, months -----------------------------------------------------------------------------------


def test_only_rescue_teams_on_standby_count_and_the_slowest_township_is_named(week: Scope) -> None:
    assert value("SA16", week.drill("341002001")) == 12
    reading = read("SA16", week)
    assert (reading.value, reading.detail) == (30.1, "最慢：长陔乡(近)")
    within = read("SA17", week)
    assert (within.numerator, within.denominator, within.detail) == (2, 3, "到不了：长陔乡")


def test_the_duty_line_is_that_of_the_last_day_and_the_leader_comes_first(week: Scope) -> None:
    assert run("safety/duty_line", week)["contact_name"].tolist() == ["演示·2", "演示·3", "演示·1"]
    assert run("safety/duty_line", week.drill("341021"))["contact_name"].tolist() == ["演示·4"]


def test_shifts_that_nobody_checked_are_left_out(week: Scope) -> None:
    reading = read("SA18", week)
    assert (reading.numerator, reading.denominator) == (4, 5)


def test_a_camera_of_unknown_state_is_a_camera_that_is_not_known_to_be_online(week: Scope) -> None:
    assert value("SA06", week) == 90.0


def test_a_register_says_nothing_of_a_week_long_past(week: Scope) -> None:
    assert read("SA06", week.previous()).value is None  # the register speaks of the 15th, seven days after the 8th
    assert value("SA06", week.period(date(2026, 11, 3), date(2026, 11, 10))) == 90.0  # six days after the 9th


def test_the_running_month_is_not_yet_a_month(week: Scope) -> None:
    assert value("SA25", week) == 80.0  # October
    assert value("SA25", week.period(date(2026, 11, 23), date(2026, 12, 1))) == 90.0


def test_fewer_than_five_cases_of_a_disease_are_not_shown_nor_what_would_tell_them(week: Scope) -> None:
    assert read("SA40", week.drill("341021")).state == "too_few"
    assert read("SA40", week.drill("341002")).state == "too_few"  # five, but the city's number less five would tell
    assert read("SA40", week).is_known


def test_without_the_tables_of_other_themes_the_list_of_reservoirs_is_empty_and_not_wrong(week: Scope) -> None:
    row = run("safety/reservoir_over_limit", week).iloc[0]
    assert (row["over_count"], row["known_count"], row["reservoir_count"]) == (0, 0, 0)
