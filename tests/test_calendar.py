"""The calendar: holidays, make-up workdays, days from 正月初一, and years that nobody has announced yet."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest

from data import calendar_days as c
from data.contract import FOLDER, code_lists, parse
from data.reference_csv import ReferenceFileError

HOLIDAYS = "day_date,day_kind,festival\n2026-02-17,holiday,春节"
OVERRIDE = "day_date,day_kind,festival,source"
SPRINGS = "year,first_day\n2025,2025-01-29\n2026,2026-02-17\n2027,2027-02-06"


@pytest.fixture(autouse=True)
def nobody_was_warned_yet():
    c._warn.cache_clear()


def folder(path: Path, holidays: str = HOLIDAYS, override: str = OVERRIDE, springs: str = SPRINGS) -> Path:
    for name, text in (("holidays", holidays), ("override", override), ("spring_festival", springs)):
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def test_spring_festival_2026_runs_from_february_15_to_23():
    month = c.days(date(2026, 2, 10), date(2026, 3, 1))
    off = [day.day_date.day for day in month if day.day_kind == "holiday"]
    assert off == list(range(15, 24))
    assert [day.holiday_day_no for day in month if day.day_kind == "holiday"] == list(range(1, 10))
    assert {day.holiday_name for day in month if day.day_kind == "holiday"} == {"春节"}
    assert [day.day_date.day for day in month if day.day_kind == "makeup_workday"] == [14, 28]


def test_on_a_make_up_workday_people_work_and_no_holiday_is_named():
    day = c.day(date(2026, 2, 14))
    assert (day.day_kind, day.is_workday, day.holiday_name, day.holiday_day_no) == ("makeup_workday", True, None, None)


def test_2026_has_the_workdays_of_the_notice():
    year = c.days(date(2026, 1, 1), date(2027, 1, 1))
    # 365 days − 104 weekend days − 33 days off + the 14 weekend days among these + 6 make-up workdays
    weekends_off = sum(day.day_kind == "holiday" and day.day_date.isoweekday() > 5 for day in year)
    assert (len(year), weekends_off, sum(day.is_workday for day in year)) == (365, 14, 365 - 104 - 33 + 14 + 6)


def test_a_plain_day_is_a_workday_or_a_weekend():
    assert [day.day_kind for day in c.days(date(2026, 11, 20), date(2026, 11, 22))] == ["workday", "weekend"]


def test_joined_holidays_count_on():
    day = c.day(date(2025, 10, 6))  # 中秋节 within the eight days of 国庆节
    assert (day.holiday_name, day.holiday_day_no) == ("中秋节", 6)


def test_a_holiday_counts_on_over_new_year():
    assert c.day(date(2023, 1, 2)).holiday_day_no == 3  # 2022-12-31 was the first


def test_weeks_are_iso_weeks():
    assert c.day(date(2026, 11, 16)).iso_week == "2026-W47"
    assert c.day(date(2024, 12, 30)).iso_week == "2025-W01"


def test_days_count_from_the_nearest_first_day_of_the_lunar_year():
    assert [c.day(date(2026, 2, d)).spring_offset for d in (16, 17, 18)] == [-1, 0, 1]
    assert c.day(date(2025, 12, 31)).spring_offset == -48  # 31 days of January and 17 of February before 2026-02-17


def test_the_count_from_first_day_stops_where_the_table_does(tmp_path: Path):
    calendar = c.read(folder(tmp_path))
    assert calendar.spring_offset(date(2027, 2, 6) + timedelta(176)) == 176
    assert calendar.spring_offset(date(2027, 2, 6) + timedelta(177)) is None
    assert calendar.spring_offset(date(2025, 1, 29) - timedelta(176)) == -176
    assert calendar.spring_offset(date(2025, 1, 29) - timedelta(177)) is None
    assert calendar.spring_offset(date(2025, 1, 29) + timedelta(192)) == 192  # 384 days to the next: the earlier wins
    assert calendar.spring_offset(date(2025, 1, 29) + timedelta(193)) == -191


def test_every_spring_festival_of_the_notices_falls_on_its_first_day():
    for year in range(2021, 2027):
        first = next(day for day in c._calendar().springs if day.year == year)
        assert (c.day(first).holiday_name, c.day(first).spring_offset) == ("春节", 0)


@pytest.mark.parametrize("year", [2020, 2027])
def test_a_year_without_a_notice_is_presumed_and_says_so_once(year: int):
    with pytest.warns(c.CalendarWarning, match=rf"{year} 年没有放假通知.*holidays\.csv") as said:
        week = c.days(date(year, 3, 1), date(year, 3, 8))
    assert len(said) == 1
    assert all(day.is_fallback for day in week)
    assert [day.is_workday for day in week] == [day.day_date.isoweekday() <= 5 for day in week]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert c.day(date(year, 10, 1)).holiday_name is None


def test_announced_years_warn_of_nothing():
    assert not any(day.is_fallback for day in c.days(date(2021, 1, 1), date(2027, 1, 1)))


def test_an_override_corrects_its_own_day_only(tmp_path: Path):
    lines = "\n2027-02-05,holiday,春节,国办发明电\n2026-02-17,workday,,市政府令"
    calendar = c.read(folder(tmp_path, override=OVERRIDE + lines))
    corrected, beside = calendar.day(date(2027, 2, 5)), calendar.day(date(2027, 2, 4))
    assert (corrected.day_kind, corrected.is_fallback, beside.is_fallback) == ("holiday", False, True)
    assert calendar.day(date(2026, 2, 17)).is_workday


def test_the_shipped_override_is_empty():
    lines = (c.FOLDER / "override.csv").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [OVERRIDE]


def test_fields_and_kinds_are_those_of_the_contract():
    assert (
        tuple(c.CalendarDay.__dataclass_fields__)
        == parse(FOLDER / "common" / "calendar.toml", code_lists()).column_names
    )
    assert tuple(code_lists()["day_kind"]) == c.DAY_KINDS


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"holidays": HOLIDAYS + "\n2026-02-17,holiday,春节"}, "holidays.csv 第 3 行：2026-02-17 出现了两次"),
        (
            {"holidays": HOLIDAYS + "\n2026-02-18,rest,春节"},
            "第 3 行：day_kind 的值“rest”不认识；请用 holiday、makeup_workday",
        ),
        ({"holidays": HOLIDAYS + "\n2026-02-30,holiday,春节"}, "第 3 行：day_date 的值“2026-02-30”不是日期"),
        ({"override": OVERRIDE + "\n2026-02-18,holiday,春节,"}, "override.csv 第 2 行：source 为空；请填写"),
        ({"springs": "year,first_day\n2025,2026-02-17"}, "第 2 行：正月初一 2026-02-17 不在 2025 年"),
        ({"springs": SPRINGS + "\n2029,2029-02-13"}, "第 5 行：2027 年之后是 2029 年"),
    ],
)
def test_a_faulty_file_is_refused_with_file_line_and_remedy(tmp_path: Path, files: dict[str, str], fault: str):
    with pytest.raises(ReferenceFileError) as error:
        c.read(folder(tmp_path, **files))
    assert fault in str(error.value)
