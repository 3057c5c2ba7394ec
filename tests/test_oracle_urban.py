"""城管: every metric recomputed in pandas from the stored rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.settings import settings
from metrics import metric, metrics
from metrics.metric import level_reached
from queries.scope import Scope
from queries.snapshot import current_id, snapshot
from tests import tiny
from tests.oracle import PERIODS, Answer, Oracle, Question, Tables, disagreements, share

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def tables(demo_store: Path) -> Iterator[Tables]:
    """The demo city's tables, read once for all metrics: the flow alone has 800,000 rows."""
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield Tables(snapshot(current_id()))
    settings.cache_clear()
    rows_of.cache_clear()


COLUMNS = {  # what the definitions speak of, so that a frame of fifty columns is not copied a thousand times
    "urban.case": [
        "matter_kind", "type_code", "standard_ref", "channel", "lon", "lat", "status", "is_joint", "is_verified",
        "reported_at", "filed_at", "handled_at", "closed_at", "due_at", "extended_due_at", "rework_count",
        "satisfaction_score",
    ],
    "urban.case_flow": ["case_step", "entered_at", "handed_over_at"],
    "urban.hotline_order": [
        "status", "reported_at", "dispatched_at", "contacted_at", "due_at", "closed_at", "is_repeat", "is_solved",
        "satisfaction_score",
    ],
    "urban.city_component": ["status"],
    "urban.ai_detection": ["detected_at", "ai_review_state"],
    "urban.flood_level": ["point_id", "observed_at", "depth_cm", "data_flag"],
}  # fmt: skip


@cache
def rows_of(tables: Tables, table: str, prefix: str) -> pd.DataFrame:
    """The rows of a table whose place begins with `prefix`."""
    if prefix == "3410":
        frame = tables[table]
        return frame[["place_code", *COLUMNS[table]]] if table in COLUMNS else frame
    city = rows_of(tables, table, "3410")
    return city[city["place_code"].str.startswith(prefix)]


def here(question: Question, table: str) -> pd.DataFrame:
    return rows_of(question.tables, table, question.scope.prefix)


def cases(question: Question) -> pd.DataFrame:
    """The cases of the area, with the limit that counts; 挂账 and 作废 are kept, see `judged`."""
    rows = here(question, "urban.case")
    return rows.assign(limit_at=rows["extended_due_at"].fillna(rows["due_at"]))


def between(question: Question, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    moment = rows[column] if pd.api.types.is_datetime64_dtype(rows[column]) else pd.to_datetime(rows[column])
    return rows[(moment >= question.since) & (moment < question.until)]


def judged(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows["status"].isin(["suspended", "cancelled"])]


def count(number: int) -> Answer:
    return Answer(float(number))


# --- cases ------------------------------------------------------------------------------------------------------------


def filed(question: Question) -> pd.DataFrame:
    return between(question, cases(question), "filed_at")


def due(question: Question) -> pd.DataFrame:
    return judged(between(question, cases(question), "limit_at"))


def filing(question: Question) -> Answer:
    rows = between(question, cases(question), "reported_at")
    return share(rows["filed_at"].notna().sum(), len(rows))


def handled_of_due(question: Question) -> Answer:
    return share(due(question)["handled_at"].notna().sum(), len(due(question)))


def closed_of_due(question: Question) -> Answer:
    return share(due(question)["closed_at"].notna().sum(), len(due(question)))


def closed_in_time(question: Question) -> Answer:
    rows = due(question)
    return share((rows["closed_at"] <= rows["limit_at"]).sum(), len(rows))


def reworked(question: Question) -> Answer:
    rows = between(question, cases(question), "handled_at")
    return share((rows["rework_count"] > 0).sum(), len(rows))


def share_of_filed(question: Question, chosen: Callable[[pd.DataFrame], pd.Series]) -> Answer:
    return share(chosen(filed(question)).sum(), len(filed(question)))


def open_cases(question: Question) -> pd.DataFrame:
    """What was in work at the midnight that ends the period."""
    rows = judged(cases(question))
    rows = rows[rows["filed_at"] < question.until]
    return rows[rows["closed_at"].isna() | (rows["closed_at"] >= question.until)]


def overdue(question: Question) -> Answer:
    return count((open_cases(question)["limit_at"] < question.until).sum())


def near_limit(question: Question) -> Answer:
    limit = open_cases(question)["limit_at"]
    return count(((limit >= question.until) & (limit < question.until + DAY)).sum())


def repeated(question: Question) -> Answer:
    kinds = question.tables["urban.matter_type"]
    newer = {
        (row.standard_ref, row.matter_kind, row.type_code): row.successor_code
        for row in kinds.itertuples()
        if isinstance(row.successor_code, str)
    }
    rows = cases(question)
    lately = rows[(rows["filed_at"] >= question.until - 90 * DAY) & (rows["filed_at"] < question.until)]
    rows = lately.dropna(subset=["lon", "lat", "type_code"]).query("status != 'cancelled'")
    old = zip(rows["standard_ref"], rows["matter_kind"], rows["type_code"], strict=True)
    kind = [f"{key[1]} {newer.get(key, key[2])}" for key in old]
    places = pd.DataFrame({"kind": kind, "x": np.floor(rows["lon"] * 2000), "y": np.floor(rows["lat"] * 2000)})
    times = places.groupby(["kind", "x", "y"]).size()
    return count((times >= 3).sum()) if len(lately) else Answer(None)


def rated(question: Question) -> pd.Series:
    return between(question, cases(question), "closed_at")["satisfaction_score"].dropna()


def hours_to_close(question: Question) -> Answer:
    rows = between(question, cases(question), "closed_at")
    rows = rows[(rows["status"] != "cancelled") & (rows["closed_at"] >= rows["filed_at"])]
    hours = (rows["closed_at"] - rows["filed_at"]).dt.total_seconds() / 3600
    return Answer(None if hours.empty else float(np.median(hours)), 0.5)  # true to one bin


def quantile(spans: pd.Series, share_: float, width_h: float) -> Answer:
    """The nearest-rank quantile in hours, true to one bin."""
    if spans.empty:
        return Answer(None)
    hours = np.sort(spans.dt.total_seconds().to_numpy() / 3600)
    return Answer(float(hours[int(np.ceil(share_ * len(hours))) - 1]), width_h)


def handovers(question: Question) -> Answer:
    rows = between(question, here(question, "urban.case_flow"), "handed_over_at")
    rows = rows[(rows["case_step"] == "dispatch") & (rows["handed_over_at"] >= rows["entered_at"])]
    return quantile(rows["handed_over_at"] - rows["entered_at"], 0.9, 0.1)


def disputes(question: Question) -> Answer:
    rows = between(question, here(question, "urban.appeal"), "decided_at")
    rows = rows[rows["kind"] == "dispute"]
    return share((rows["is_appeal_upheld"] == True).sum(), rows["is_appeal_upheld"].notna().sum())  # noqa: E712


# --- 12345 ------------------------------------------------------------------------------------------------------------


def orders(question: Question, column: str) -> pd.DataFrame:
    rows = here(question, "urban.hotline_order")
    return between(question, rows[rows["status"] != "cancelled"], column)


def answered(question: Question) -> Answer:
    rows = between(question, here(question, "overview.hotline_daily"), "day_date")
    rows = rows[rows["call_line"] == "12345"].dropna(subset=["call_count", "answered_count"])
    return share(rows["answered_count"].sum(), rows["call_count"].sum())


def ordered_in_time(question: Question) -> Answer:
    rows = orders(question, "due_at")
    return share((rows["closed_at"] <= rows["due_at"]).sum(), len(rows))


def order_marks(question: Question) -> pd.Series:
    return orders(question, "closed_at")["satisfaction_score"].dropna()


def order_solved(question: Question) -> Answer:
    told = orders(question, "closed_at")["is_solved"].dropna()
    return share(told.astype(bool).sum(), len(told))


def contacted(question: Question) -> Answer:
    rows = orders(question, "dispatched_at")
    return share((rows["contacted_at"] - rows["dispatched_at"] <= DAY).sum(), len(rows))


# --- sub-systems ------------------------------------------------------------------------------------------------------


def intact(question: Question) -> Answer:
    rows = here(question, "urban.city_component")
    rows = rows[rows["status"] != "removed"]
    return share((rows["status"] == "intact").sum(), len(rows))


def daily_share(question: Question, table: str, part: str, whole: str) -> Answer:
    rows = between(question, here(question, table), "day_date").dropna(subset=[part, whole])
    return share(rows[part].sum(), rows[whole].sum())


def floods(question: Question) -> Answer:
    rows = between(question, here(question, "urban.flood_level"), "observed_at")
    rows = rows[rows["data_flag"].fillna("N").isin(["N", "R"])]
    alarm = question.tables["urban.flood_point"].set_index("point_id")["alarm_depth_cm"]
    over = rows[rows["depth_cm"] >= rows["point_id"].map(alarm).astype(float)]
    return count(len(over.assign(day=over["observed_at"].dt.date).drop_duplicates(["point_id", "day"])))


def complaints(question: Question) -> Answer:
    rows = here(question, "urban.market_supervision")
    month = pd.to_datetime(rows["month_date"])
    ended = month + pd.offsets.MonthBegin(1) <= question.until
    begun = month >= question.since
    newest = month[ended].max()
    rows = rows[ended & (begun if (ended & begun).any() else month == newest)]
    return share(rows["complaint_closed_count"].sum(), rows["complaint_count"].sum())


def enforced(question: Question) -> Answer:
    rows = between(question, here(question, "urban.enforcement_case"), "due_at")
    rows = rows[~rows["status"].isin(["cancelled", "transferred"])]
    return share((rows["closed_at"] <= rows["due_at"]).sum(), len(rows))


def uploaded(question: Question) -> Answer:
    rows = between(question, here(question, "urban.province_upload"), "uploaded_at").dropna(
        subset=["accepted_row_count"]
    )
    return share(rows["accepted_row_count"].sum(), rows["row_count"].sum())


def precise(question: Question) -> Answer:
    state = between(question, here(question, "urban.ai_detection"), "detected_at")["ai_review_state"]
    return share((state == "confirmed").sum(), state.isin(["confirmed", "rejected"]).sum())


def online(question: Question) -> Answer:
    known = between(question, here(question, "urban.iot_device"), "data_date")["is_online"].dropna()
    return share(known.astype(bool).sum(), len(known))


def replied(question: Question) -> Answer:
    rows = between(question, here(question, "urban.enforcement_copy"), "due_at")
    return share((rows["replied_at"] <= rows["due_at"]).sum(), len(rows))


# --- the five scores of 专栏26 ----------------------------------------------------------------------------------------

PARTS = {  # 分项: (下限, 目标) in percent, as the 口径 says
    "smart_monitoring_score": {"smart_discovery_rate": (0, 20), "ai_precision": (50, 85), "iot_online_rate": (70, 95)},
    "quick_contact_score": {
        "hotline_response_rate": (85, 98),
        "hotline_satisfaction_rate": (70, 95),
        "hotline_answer_rate": (80, 95),
    },
    "duty_score": {"handling_rate": (85, 98), "rework_rate": (10, 2), "enforcement_on_time_rate": (70, 95)},
    "closed_loop_score": {
        "closure_rate": (85, 98),
        "case_satisfaction_rate": (70, 95),
        "hotline_solved_rate": (60, 90),
    },
    "efficiency_score": {
        "on_time_closure_rate": (75, 95),
        "hotline_on_time_rate": (85, 98),
        "copy_reply_rate": (60, 90),
    },
}
FEWEST = {"copy_reply_rate": 20, "enforcement_on_time_rate": 20}  # the others stand on thirty cases


def headline(name: str, question: Question) -> Answer:
    marks = []
    for part, (floor, target) in PARTS[name].items():
        value, n = ORACLES[part](question).value, sample(part, question)
        if value is not None and n >= FEWEST.get(part, 30):
            marks.append(100 * min(1.0, max(0.0, (value - floor) / (target - floor))))
    return Answer(sum(marks) / len(marks) if len(marks) >= 2 else None)


def sample(part: str, question: Question) -> int:
    """How many cases a part of a score stands on."""
    sizes: dict[str, Callable[[], float]] = {
        "smart_discovery_rate": lambda: len(filed(question)),
        "ai_precision": lambda: (
            between(question, here(question, "urban.ai_detection"), "detected_at")["ai_review_state"]
            .isin(["confirmed", "rejected"])
            .sum()
        ),
        "iot_online_rate": lambda: between(question, here(question, "urban.iot_device"), "data_date")[
            "is_online"
        ].count(),
        "hotline_response_rate": lambda: len(orders(question, "dispatched_at")),
        "hotline_satisfaction_rate": lambda: len(order_marks(question)),
        "hotline_answer_rate": lambda: (
            between(question, here(question, "overview.hotline_daily"), "day_date")
            .query("call_line == '12345'")["call_count"]
            .sum()
        ),
        "handling_rate": lambda: len(due(question)),
        "rework_rate": lambda: len(between(question, cases(question), "handled_at")),
        "enforcement_on_time_rate": lambda: len(
            between(question, here(question, "urban.enforcement_case"), "due_at").query(
                "status not in ['cancelled', 'transferred']"
            )
        ),
        "closure_rate": lambda: len(due(question)),
        "case_satisfaction_rate": lambda: len(rated(question)),
        "hotline_solved_rate": lambda: orders(question, "closed_at")["is_solved"].count(),
        "on_time_closure_rate": lambda: len(due(question)),
        "hotline_on_time_rate": lambda: len(orders(question, "due_at")),
        "copy_reply_rate": lambda: len(between(question, here(question, "urban.enforcement_copy"), "due_at")),
    }
    return int(sizes[part]())


ORACLES: dict[str, Oracle] = {
    "filed_case_count": lambda q: count(len(filed(q))),
    "filing_rate": filing,
    "handling_rate": handled_of_due,
    "closure_rate": closed_of_due,
    "on_time_closure_rate": closed_in_time,
    "rework_rate": reworked,
    "smart_discovery_rate": lambda q: share_of_filed(q, lambda rows: rows["channel"] == "video_ai"),
    "verified_report_rate": lambda q: share_of_filed(q, lambda rows: rows["is_verified"] == True),  # noqa: E712
    "joint_case_count": lambda q: count((filed(q)["is_joint"] == True).sum()),  # noqa: E712
    "open_case_count": lambda q: count(len(open_cases(q))),
    "overdue_case_count": overdue,
    "near_limit_case_count": near_limit,
    "repeat_place_count": repeated,
    "dissatisfied_case_count": lambda q: count((rated(q) <= 2).sum()),
    "case_satisfaction_rate": lambda q: share((rated(q) >= 4).sum(), len(rated(q))),
    "reworked_case_count": lambda q: count((between(q, cases(q), "handled_at")["rework_count"] > 0).sum()),
    "closure_hour_median": hours_to_close,
    "handover_hour_p90": handovers,
    "appeal_upheld_rate": disputes,
    "hotline_answer_rate": answered,
    "hotline_on_time_rate": ordered_in_time,
    "hotline_satisfaction_rate": lambda q: share((order_marks(q) >= 4).sum(), len(order_marks(q))),
    "hotline_solved_rate": order_solved,
    "hotline_response_rate": contacted,
    "dissatisfied_order_count": lambda q: count((order_marks(q) <= 2).sum()),
    "repeat_order_count": lambda q: count((orders(q, "reported_at")["is_repeat"] == True).sum()),  # noqa: E712
    "component_intact_rate": intact,
    "street_light_rate": lambda q: daily_share(q, "urban.street_light_daily", "lit_count", "due_lit_count"),
    "sweep_completion_rate": lambda q: daily_share(q, "urban.sanitation_daily", "swept_km", "planned_sweep_km"),
    "pipe_device_online_rate": lambda q: daily_share(q, "urban.pipe_monitor_daily", "online_count", "device_count"),
    "flood_alarm_count": floods,
    "market_complaint_closure_rate": complaints,
    "enforcement_on_time_rate": enforced,
    "province_upload_rate": uploaded,
    "ai_precision": precise,
    "iot_online_rate": online,
    "copy_reply_rate": replied,
    **{name: partial(headline, name) for name in PARTS},
}


def test_every_metric_of_the_theme_has_an_oracle() -> None:
    assert ORACLES.keys() == {each.id for each in metrics("urban")}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_independent_computation(name: str, tables: Tables) -> None:
    snapshot_id = current_id()
    assert disagreements(name, ORACLES[name], tables, snapshot_id) == []
    scopes = [Scope("341000", since, until, snapshot_id) for since, until in PERIODS.values()]
    known = [ORACLES[name](Question(tables, scope)).value for scope in scopes]
    assert any(value is not None for value in known), f"{name}: the oracle never knew a value; the test proves nothing"


def test_every_part_of_a_score_is_a_metric_with_a_target_at_the_score_s_level() -> None:
    for name, parts in PARTS.items():
        for part, (_, target) in parts.items():
            asked = metric(part)
            assert asked.target is not None and asked.target.value == target, part
            assert level_reached(asked, metric(name).lowest), part
