"""社区: every metric recomputed in pandas from the stored rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.settings import settings
from metrics import metrics
from tests import tiny
from tests.oracle import Answer, Oracle, Question, Tables, check, share

CIRCLE = {"service_center", "elder_station", "canteen", "clinic", "childcare", "sport", "market"}
FIVE_MINUTES, A_DAY = pd.Timedelta(minutes=5), pd.Timedelta(hours=24)


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
    return rows.sort_values(order).groupby(group).tail(1)


# --- communities and their elders -------------------------------------------------------------------------------------


def community_share(part: str, whole: str, scale: float, question: Question) -> Answer:
    rows = question.inside(question.tables["community.community"]).dropna(subset=[part, whole])
    return per(rows[part].sum(), rows[whole].sum(), scale)


def beds(question: Question) -> pd.DataFrame:
    """Institutions that are not closed and that care for elders, not for patients."""
    rows = question.inside(question.tables["community.care_institution"])
    return rows[rows["is_open"].fillna(True) & (rows["kind"] != "medical_care")]


def beds_per_elder(question: Question) -> Answer:
    elders = question.inside(question.tables["community.community"])["elder_60_count"].sum()
    return per(beds(question)["bed_count"].sum(), elders, 1000.0)


def nursing_beds(question: Question) -> Answer:
    rows = beds(question).dropna(subset=["bed_count", "nursing_bed_count"])
    return share(rows["nursing_bed_count"].sum(), rows["bed_count"].sum())


@cache
def walkers(tables: Tables) -> pd.Series:
    """How many of the seven kinds each community reaches on foot within fifteen minutes."""
    sites = tables["community.facility"]
    closed = set(sites.loc[~sites["is_open"].fillna(True).astype(bool), "community_facility_id"])
    times = tables["livelihood.travel_time"]
    times = times[(times["travel_mode"] == "walk") & times["access_service"].isin(CIRCLE)]
    near = times[(times["duration_min"] <= 15) & ~times["facility_id"].isin(closed)]
    kinds = near.groupby("origin_place_code")["access_service"].nunique()
    return kinds.reindex(times["origin_place_code"].unique()).fillna(0)


def life_circle(question: Question) -> Answer:
    reached = walkers(question.tables)
    rows = question.inside(question.tables["community.community"])
    rows = rows[rows["place_code"].isin(reached.index)].dropna(subset=["population"])
    covered = rows[rows["place_code"].map(reached) == 7]
    return share(covered["population"].sum(), rows["population"].sum())


@cache
def alone(tables: Tables) -> pd.DataFrame:
    """The elders who live alone and of whom at least one of the two is known."""
    rows = tables["community.elder"]
    rows = rows[rows["is_living_alone"].fillna(False).astype(bool)][
        ["place_code", "has_care_device", "has_service_contract"]
    ]
    return rows.dropna(subset=["has_care_device", "has_service_contract"], how="all")


def cared_alone(question: Question) -> Answer:
    rows = question.inside(alone(question.tables))
    cared = (rows["has_care_device"] == True) | (rows["has_service_contract"] == True)  # noqa: E712 - None is neither
    return share(cared.sum(), len(rows))


# --- alerts -----------------------------------------------------------------------------------------------------------


def true_alarms(rows: pd.DataFrame) -> pd.DataFrame:
    """Not found to be false; what nobody has judged yet counts as true."""
    return rows[rows["is_false_alarm"] != True]  # noqa: E712 - None is not false


def answered(question: Question) -> Answer:
    rows = true_alarms(question.during(question.tables["community.care_alert"], "raised_at"))
    return share((rows["acknowledged_at"] - rows["raised_at"] <= FIVE_MINUTES).sum(), len(rows))


def false_alarms(question: Question) -> Answer:
    rows = question.during(question.tables["community.care_alert"], "raised_at")
    return share((rows["is_false_alarm"] == True).sum(), len(rows))  # noqa: E712


def arrival(question: Question) -> Answer:
    rows = question.during(question.tables["community.care_alert"], "raised_at").dropna(subset=["arrived_at"])
    minutes = (rows["arrived_at"] - rows["raised_at"]).dt.total_seconds() / 60
    if minutes.empty:
        return Answer(None)
    return Answer(float(np.quantile(minutes, 0.9, method="inverted_cdf")), tolerance=0.5)  # half a bin of one minute


def unreached(question: Question) -> Answer:
    every = question.tables["community.care_alert"]
    clock = max(every[name].max() for name in ("raised_at", "acknowledged_at", "arrived_at", "closed_at"))
    rows = true_alarms(question.during(every, "due_at"))
    rows = rows[rows["due_at"] <= clock]
    return Answer(float((rows["arrived_at"].isna() | (rows["arrived_at"] > rows["due_at"])).sum()))


# --- services, money, inspections -------------------------------------------------------------------------------------


def done_in_a_day(question: Question) -> Answer:
    every = question.tables["community.care_order"]
    clock = max(every[name].max() for name in ("ordered_at", "accepted_at", "arrived_at", "closed_at"))
    rows = every[every["is_cancelled"] != True].assign(mark=lambda frame: frame["ordered_at"] + A_DAY)  # noqa: E712
    rows = question.during(rows[rows["mark"] <= clock], "mark")
    return share((rows["closed_at"] <= rows["mark"]).sum(), len(rows))


def satisfied(question: Question) -> Answer:
    known = question.during(question.tables["community.care_order"], "closed_at")["satisfaction_score"].dropna()
    return share((known >= 4).sum(), len(known))


def subsidies(question: Question) -> Answer:
    """The newest month due before the end, no more than three months old; what is paid later is not paid yet."""
    rows = question.inside(question.tables["community.elder_subsidy"])
    due = pd.to_datetime(rows["due_date"])
    last = newest(rows[due < question.until], ["place_code", "kind"], "month_date")
    last = last[pd.to_datetime(last["due_date"]) + pd.DateOffset(months=3) >= question.until]
    last = last.dropna(subset=["payable_count"])
    paid = last[pd.to_datetime(last["paid_date"]) < question.until]["paid_count"].sum()
    return share(paid, last["payable_count"].sum())


def failed(question: Question) -> Answer:
    rows = question.inside(question.tables["community.care_inspection"])
    rows = rows[(rows["inspection_result"] == "fail") & (pd.to_datetime(rows["inspected_date"]) < question.until)]
    done = pd.to_datetime(rows["rectified_date"])
    return Answer(float(rows[done.isna() | (done >= question.until)]["institution_id"].nunique()))


def in_force(question: Question) -> pd.DataFrame:
    """The fields of the forms in force at the end of the period."""
    rows = question.tables["community.report_field"]
    begins, ends = pd.to_datetime(rows["valid_from"]), pd.to_datetime(rows["valid_to"])
    return rows[(begins.isna() | (begins < question.until)) & (ends.isna() | (ends >= question.until))]


def repeated_fields(question: Question) -> Answer:
    rows, area = in_force(question), question.scope.prefix
    asked_here = rows["place_code"].map(lambda code: code.startswith(area) or area.startswith(code))
    rows = rows[asked_here & (rows["is_on_demand"] != True)].dropna(subset=["standard_field"])  # noqa: E712
    units = rows.groupby("standard_field")["requesting_unit"].nunique()
    return Answer(float((units >= 2).sum()) if len(units) else None)


def on_demand(question: Question) -> Answer:
    rows = question.inside(in_force(question))
    rows = rows[rows["is_available"] == True].dropna(subset=["is_on_demand"])  # noqa: E712
    return share(rows["is_on_demand"].sum(), len(rows))


# --- devices, deliveries, compounds, grids ----------------------------------------------------------------------------


def devices(column: str, question: Question) -> Answer:
    rows = question.during(question.tables["community.care_device_daily"], "day_date")
    rows = rows.dropna(subset=["device_count", "online_count", "anomaly_count"])
    return share(rows[column].sum(), rows["device_count"].sum())


def deliveries(question: Question) -> pd.DataFrame:
    rows = question.during(question.tables["community.delivery_daily"], "day_date")
    return rows.dropna(subset=["parcel_count", "failed_count"])


def parcels(question: Question) -> Answer:
    return Answer(float(deliveries(question)["parcel_count"].sum()))


def failed_parcels(question: Question) -> Answer:
    rows = deliveries(question)
    return share(rows["failed_count"].sum(), rows["parcel_count"].sum())


def compounds(question: Question) -> Answer:
    known = question.inside(question.tables["community.compound"])["status"].dropna()
    return share(known.isin(["built", "accepted"]).sum(), len(known))


def grids(question: Question, *columns: str) -> pd.DataFrame:
    """The newest month that is over for each grid, unless it is more than three months old."""
    rows = question.inside(question.tables["community.grid_workload"])
    begins = pd.to_datetime(rows["month_date"])
    last = newest(rows[begins + pd.DateOffset(months=1) <= question.until], ["basic_grid_id"], "month_date")
    last = last[pd.to_datetime(last["month_date"]) + pd.DateOffset(months=4) > question.until]
    return last.dropna(subset=list(columns))


def form_hours(question: Question) -> Answer:
    rows = grids(question, "form_fill_hour", "patrol_hour")
    return share(rows["form_fill_hour"].sum(), (rows["form_fill_hour"] + rows["patrol_hour"]).sum())


def grid_closure(question: Question) -> Answer:
    rows = grids(question, "reported_count", "closed_count")
    return share(rows["closed_count"].sum(), rows["reported_count"].sum())


def told(part: Callable[..., Answer], *given: object) -> Oracle:
    return partial(part, *given)


ORACLES: dict[str, Oracle] = {
    "elder_population_rate": told(community_share, "elder_60_count", "population", 100.0),
    "household_per_grid_officer": told(community_share, "household_count", "grid_officer_count", 1.0),
    "elder_bed_per_thousand": beds_per_elder,
    "nursing_bed_rate": nursing_beds,
    "life_circle_rate": life_circle,
    "alone_elder_care_rate": cared_alone,
    "alert_answer_rate": answered,
    "false_alert_rate": false_alarms,
    "alert_arrival_p90": arrival,
    "unreached_alert_count": unreached,
    "order_done_rate": done_in_a_day,
    "care_satisfied_rate": satisfied,
    "subsidy_paid_rate": subsidies,
    "failed_institution_count": failed,
    "repeated_field_count": repeated_fields,
    "on_demand_field_rate": on_demand,
    "care_device_online_rate": told(devices, "online_count"),
    "care_device_anomaly_rate": told(devices, "anomaly_count"),
    "delivery_parcel_count": parcels,
    "delivery_failed_rate": failed_parcels,
    "smart_compound_rate": compounds,
    "form_filling_share": form_hours,
    "grid_closure_rate": grid_closure,
}


def test_every_metric_of_the_theme_has_an_oracle() -> None:
    assert ORACLES.keys() == {each.id for each in metrics("community")}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_independent_computation(name: str) -> None:
    check(ORACLES, name)
