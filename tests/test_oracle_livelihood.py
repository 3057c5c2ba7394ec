"""民生: every metric recomputed in pandas from the stored rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pandas as pd
import pytest

from data.settings import settings
from metrics import metrics
from tests import tiny
from tests.oracle import Answer, Oracle, Question, Tables, check, share

BASE = ("primary", "junior", "senior")  # 中小学


@pytest.fixture(scope="module", autouse=True)
def _demo(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield
    settings.cache_clear()


def per(part: float, whole: float, scale: float = 1.0) -> Answer:
    """`part` per `whole`, times `scale`; unknown over nothing."""
    return Answer(scale * part / whole if whole else None)


def newest(rows: pd.DataFrame, group: list[str], order: str) -> pd.DataFrame:
    """The last row of each group."""
    return rows.sort_values(order).groupby(group, dropna=False).tail(1)


def finished(
    question: Question, rows: pd.DataFrame, column: str, months: int, group: list[str], kept: int
) -> pd.DataFrame:
    """Of the months or quarters that are over by the end of the period the newest of each group, unless too old."""
    begins = pd.to_datetime(rows[column])
    over = rows[begins + pd.DateOffset(months=months) <= question.until]
    last = newest(over, group, column)
    return last[pd.to_datetime(last[column]) + pd.DateOffset(months=months + kept) > question.until]


# --- schools ----------------------------------------------------------------------------------------------------------


def schools(question: Question, *stages: str) -> pd.DataFrame:
    """The newest school year's rows before the end of the period, no older than eighteen months."""
    rows = question.inside(question.tables["livelihood.school_yearly"])
    rows = rows[rows["school_stage"].isin(stages) & (pd.to_datetime(rows["data_date"]) < question.until)]
    last = newest(rows, ["school_id", "school_stage"], "school_year")
    return last[pd.to_datetime(last["data_date"]) + pd.DateOffset(months=18) >= question.until]


def pupils_per(column: str, scale: float, *stages: str) -> Oracle:
    def answer(question: Question) -> Answer:
        rows = schools(question, *stages).dropna(subset=["student_count", column])
        return per(rows["student_count"].sum(), rows[column].sum(), scale)

    return answer


def smart_schools(question: Question) -> Answer:
    rows = schools(question, *BASE).dropna(subset=["is_smart"])
    by_school = rows.groupby("school_id")["is_smart"].any()
    return share(by_school.sum(), len(by_school))


def seats(question: Question) -> pd.DataFrame:
    """小学 and 初中 of the first autumn after the period, middle scenario, by the last forecast before its end."""
    rows = question.inside(question.tables["livelihood.seat_projection"])
    autumn = (
        question.until.year if question.until <= pd.Timestamp(question.until.year, 9, 1) else question.until.year + 1
    )
    rows = rows[
        (rows["scenario"] == "mid")
        & rows["school_stage"].isin(["primary", "junior"])
        & (rows["school_year"] == autumn)
        & (rows["issued_at"] < question.until)
    ]
    last = newest(rows, ["school_district_id", "school_stage"], "issued_at")
    return last.dropna(subset=["eligible_count", "seat_planned_count"]).assign(
        gap=lambda frame: frame["eligible_count"] - frame["seat_planned_count"]
    )


def seat_gap_rate(question: Question) -> Answer:
    rows = seats(question)
    return share(rows["gap"].sum(), rows["seat_planned_count"].sum())


def seat_shortage(question: Question) -> Answer:
    rows = seats(question)
    return Answer(float(rows["gap"].clip(lower=0).sum()) if len(rows) else None)


def largest_seat_gap(question: Question) -> Answer:
    rows = seats(question)
    return Answer(float(rows["gap"].max()) if len(rows) else None)


# --- people and what there is for them --------------------------------------------------------------------------------


@cache
def month_ends(tables: Tables) -> pd.DataFrame:
    """Residents by community and month."""
    rows = tables["livelihood.population_monthly"]
    return rows.groupby(["place_code", "month_date"], as_index=False)["resident_count"].sum()


def residents(question: Question) -> pd.DataFrame:
    rows = question.inside(month_ends(question.tables))
    return finished(question, rows, "month_date", 1, ["place_code"], 3)


def population(question: Question) -> Answer:
    rows = residents(question)
    return Answer(float(rows["resident_count"].sum()) if len(rows) else None)


def per_resident(table: str, column: str, scale: float, question: Question) -> Answer:
    rows = question.inside(question.tables[table])
    return per(rows[rows["is_open"].fillna(True)][column].sum(), residents(question)["resident_count"].sum(), scale)


def pair_share(part: str, whole: str, question: Question) -> Answer:
    """Both of the pair reported, or neither counts."""
    rows = question.during(question.tables["livelihood.health_daily"], "day_date").dropna(subset=[part, whole])
    return share(rows[part].sum(), rows[whole].sum())


def card_rate(kind: str, question: Question) -> Answer:
    rows = question.inside(question.tables["livelihood.card_monthly"])
    rows = finished(question, rows[rows["citizen_card_kind"] == kind], "month_date", 1, ["place_code"], 3)
    return share(rows["holder_count"].sum(), rows["base_count"].sum())


def villages(question: Question) -> pd.DataFrame:
    rows = question.inside(question.tables["livelihood.digital_village_quarterly"])
    return finished(question, rows, "quarter_date", 3, ["place_code"], 9)


def village_stations(question: Question) -> Answer:
    known = villages(question)["has_service_station"].dropna()
    return share(known.sum(), len(known))


def village_index(question: Question) -> Answer:
    rows = villages(question).dropna(subset=["digital_index", "household_count"])
    return per((rows["digital_index"] * rows["household_count"]).sum(), rows["household_count"].sum())


def chronic_care(question: Question) -> Answer:
    rows = question.inside(question.tables["livelihood.chronic_care_quarterly"])
    rows = finished(question, rows, "quarter_date", 3, ["place_code", "chronic_kind"], 9)
    rows = rows.dropna(subset=["managed_count", "standard_managed_count"])
    return share(rows["standard_managed_count"].sum(), rows["managed_count"].sum())


# --- reach ------------------------------------------------------------------------------------------------------------


@cache
def reach(tables: Tables, service: str) -> pd.DataFrame:
    """Each community's residents and minutes to the nearest open site by car."""
    sites = tables["livelihood.health_facility"].rename(columns={"facility_id": "id"})
    homes = tables["community.care_institution"].rename(columns={"institution_id": "id"})
    closed = {each.id for frame in (sites, homes) for each in frame.itertuples() if each.is_open is False}
    times = tables["livelihood.travel_time"]
    times = times[(times["access_service"] == service) & (times["travel_mode"] == "drive")]
    times = times[~times["facility_id"].isin(closed)]
    people = newest(month_ends(tables), ["place_code"], "month_date").set_index("place_code")["resident_count"]
    near = times.groupby("origin_place_code")["duration_min"].min()
    return pd.DataFrame({"resident_count": people, "nearest": near.reindex(people.index)})


def unreached(service: str, question: Question) -> Answer:
    rows = question.inside(reach(question.tables, service).reset_index()).dropna(subset=["nearest"])
    return Answer(float(rows.loc[rows["nearest"] > 30, "resident_count"].sum()) if len(rows) else None)


@cache
def bed_scores(tables: Tables) -> pd.DataFrame:
    """E2SFCA by beds: who competes for a bed in reach, then what each community can reach of that."""
    sites = tables["livelihood.health_facility"]
    beds = sites[sites["is_open"].fillna(True)].dropna(subset=["bed_count"]).set_index("facility_id")["bed_count"]
    people = reach(tables, "health").dropna(subset=["nearest"])["resident_count"]
    times = tables["livelihood.travel_time"]
    times = times[(times["access_service"] == "health") & (times["travel_mode"] == "drive")]
    times = times[times["facility_id"].isin(beds.index) & (times["duration_min"] <= 30)]
    bands = pd.cut(times["duration_min"], [-1, 10, 20, 30], labels=[1.0, 0.68, 0.22]).astype(float)
    times = times.assign(weight=bands, people=times["origin_place_code"].map(people))
    demand = (times["weight"] * times["people"]).groupby(times["facility_id"]).sum()
    part = times["weight"] * times["facility_id"].map(beds / demand)
    score = part.groupby(times["origin_place_code"]).sum().reindex(people.index).fillna(0.0)
    return pd.DataFrame({"resident_count": people, "score": score})


def low_access(question: Question) -> Answer:
    city = bed_scores(question.tables)
    mean = (city["score"] * city["resident_count"]).sum() / city["resident_count"].sum()
    rows = question.inside(city.reset_index())
    return share(rows.loc[rows["score"] < mean / 2, "resident_count"].sum(), rows["resident_count"].sum())


# --- services and appeals ---------------------------------------------------------------------------------------------


def online_items(question: Question) -> Answer:
    rows = question.inside(question.tables["livelihood.service_item"])
    return share(rows["is_fully_online"].sum(), len(rows))


def good_reviews(question: Question) -> Answer:
    rows = question.inside(question.tables["livelihood.service_review_monthly"])
    rows = finished(question, rows, "month_date", 1, ["place_code", "owner_unit", "service_channel"], 3)
    given = {
        name: rows[f"{name}_review_count"].sum() for name in ("very_satisfied", "satisfied", "fair", "bad", "very_bad")
    }
    return share(given["very_satisfied"] + given["satisfied"] + given["fair"], sum(given.values()))


def platform_uses(question: Question) -> Answer:
    rows = question.inside(question.tables["livelihood.health_platform_monthly"])
    rows = finished(question, rows, "month_date", 1, ["place_code", "health_service_kind"], 3)
    known = rows["use_count"].dropna()
    return Answer(float(known.sum()) if len(known) else None)


def age_friendly(question: Question) -> Answer:
    rows = question.inside(question.tables["livelihood.service_point"])
    known = rows[rows["is_open"].fillna(True)]["is_age_friendly"].dropna()
    return share(known.sum(), len(known))


def orders(question: Question, column: str) -> pd.DataFrame:
    """Valid orders of the area with this moment in the period, and not after the newest moment of the table."""
    every = question.tables["urban.hotline_order"]
    clock = max(every[name].max() for name in ("reported_at", "accepted_at", "closed_at", "callback_at"))
    rows = question.during(every, column)
    return rows[rows["is_valid"].fillna(True) & (rows["status"] != "cancelled") & (rows[column] <= clock)]


def appeals(question: Question) -> Answer:
    return Answer(float(len(orders(question, "accepted_at"))))


def solved(question: Question) -> Answer:
    known = orders(question, "callback_at")["is_solved"].dropna()
    return share(known.sum(), len(known))


def repeated(question: Question) -> Answer:
    rows = orders(question, "accepted_at")
    return share(rows["is_repeat"].fillna(False).sum(), len(rows))


def on_time(question: Question) -> Answer:
    rows = orders(question, "due_at")
    return share((rows["closed_at"] <= rows["due_at"]).sum(), len(rows))


def satisfied(question: Question) -> Answer:
    known = orders(question, "callback_at")["satisfaction_score"].dropna()
    return share((known >= 4).sum(), len(known))


def told(part: Callable[..., Answer], *given: object) -> Oracle:
    return partial(part, *given)


ORACLES: dict[str, Oracle] = {
    "school_seat_gap_rate": seat_gap_rate,
    "school_seat_shortage": seat_shortage,
    "largest_school_seat_gap": largest_seat_gap,
    "school_seat_use_rate": pupils_per("seat_count", 100.0, *BASE),
    "class_size": pupils_per("class_count", 1.0, *BASE),
    "primary_class_size": pupils_per("class_count", 1.0, "primary"),
    "junior_class_size": pupils_per("class_count", 1.0, "junior"),
    "pupil_teacher_ratio": pupils_per("teacher_count", 1.0, *BASE),
    "primary_pupil_teacher_ratio": pupils_per("teacher_count", 1.0, "primary"),
    "junior_pupil_teacher_ratio": pupils_per("teacher_count", 1.0, "junior"),
    "senior_pupil_teacher_ratio": pupils_per("teacher_count", 1.0, "senior"),
    "smart_school_rate": smart_schools,
    "bed_per_thousand": told(per_resident, "livelihood.health_facility", "bed_count", 1000.0),
    "doctor_per_thousand": told(per_resident, "livelihood.health_facility", "doctor_count", 1000.0),
    "sport_area_per_capita": told(per_resident, "livelihood.sport_venue", "site_area_m2", 1.0),
    "resident_population": population,
    "bed_use_rate": told(pair_share, "inpatient_count", "open_bed_count"),
    "fever_visit_rate": told(pair_share, "fever_count", "outpatient_count"),
    "low_access_population_rate": low_access,
    "health_unreached_population": told(unreached, "health"),
    "elder_care_unreached_population": told(unreached, "elder_care"),
    "social_security_card_rate": told(card_rate, "social_security"),
    "ankang_code_rate": told(card_rate, "ankang_code"),
    "village_service_station_rate": village_stations,
    "digital_village_index": village_index,
    "chronic_standard_care_rate": chronic_care,
    "online_service_rate": online_items,
    "service_good_review_rate": good_reviews,
    "health_platform_use_count": platform_uses,
    "age_friendly_point_rate": age_friendly,
    "appeal_count": appeals,
    "appeal_solved_rate": solved,
    "appeal_repeat_rate": repeated,
    "appeal_on_time_rate": on_time,
    "appeal_satisfied_rate": satisfied,
}


def test_every_metric_of_the_theme_has_an_oracle() -> None:
    assert ORACLES.keys() == {each.id for each in metrics("livelihood")}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_independent_computation(name: str) -> None:
    check(ORACLES, name)
