"""总体态势: every metric recomputed in pandas from the stored rows, after the contracts and the 口径 in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.settings import settings
from metrics import metric, metrics, read, read_many
from metrics.metric import level_reached
from metrics.pulse import pulse
from queries.runner import run
from queries.scope import Scope
from queries.snapshot import current_id
from tests import tiny
from tests.oracle import Answer, Oracle, Question, check, share

EVENT, ALERT, ASSIGNMENT = "overview.event", "overview.alert", "overview.assignment"


@pytest.fixture(scope="module", autouse=True)
def _demo(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield
    settings.cache_clear()


def count(rows: pd.DataFrame) -> Answer:
    return Answer(float(len(rows)))


def over_both(rows: pd.DataFrame, part: str, whole: str) -> Answer:
    """Σ part ÷ Σ whole over the rows that have both."""
    both = rows.dropna(subset=[part, whole])
    return share(float(both[part].sum()), float(both[whole].sum()))


def still_open(question: Question, table: str, began: str, ended: str) -> pd.DataFrame:
    rows = question.inside(question.tables[table])
    rows = rows[rows[began] < question.until]
    return rows[rows[ended].isna() | (rows[ended] >= question.until)]


# --- events and alerts ------------------------------------------------------------------------------------------------


def events(question: Question) -> Answer:
    rows = question.during(question.tables[EVENT], "occurred_at")
    return count(rows[rows["status"] != "cancelled"])


def on_time(question: Question) -> Answer:
    rows = question.during(question.tables[EVENT].dropna(subset=["due_at"]), "due_at")
    rows = rows[~rows["status"].isin(["cancelled", "suspended"])]
    return share((rows["closed_at"] <= rows["due_at"]).sum(), len(rows))


def overdue(question: Question) -> Answer:
    rows = still_open(question, EVENT, "due_at", "closed_at")
    return count(rows[~rows["status"].isin(["cancelled", "suspended"])])


def duration(question: Question) -> Answer:
    rows = question.during(question.tables[EVENT].dropna(subset=["closed_at"]), "closed_at")
    rows = rows[(rows["status"] != "cancelled") & (rows["closed_at"] >= rows["accepted_at"])]
    hours = ((rows["closed_at"] - rows["accepted_at"]).dt.total_seconds() / 3600).sort_values()
    if hours.empty:
        return Answer(None)
    return Answer(float(np.median(hours)), tolerance=0.5)  # of an even number the mean of the two; within one bin


def joint(question: Question) -> Answer:
    rows = question.during(question.tables[EVENT].dropna(subset=["closed_at"]), "closed_at")
    rows = rows[rows["status"] != "cancelled"]
    units = question.tables["overview.event_task"].groupby("event_id")["handling_unit"].nunique()
    return share((rows["event_id"].map(units).fillna(0) > 1).sum(), len(rows))


def in_force(question: Question) -> Answer:
    return count(still_open(question, ALERT, "raised_at", "cleared_at"))


def acknowledged(question: Question) -> Answer:
    rows = question.during(question.tables[ALERT], "raised_at")
    waited = (rows["acknowledged_at"] - rows["raised_at"]).dt.total_seconds()
    return share((waited <= 900).sum(), len(rows))


# --- the plan's ledger, data and duties -------------------------------------------------------------------------------


def indicators_met(question: Question) -> Answer:
    targets = question.tables["overview.plan_indicator"].sort_values(["year", "decided_date"])
    closing = targets.groupby("plan_indicator_id").tail(1).set_index("plan_indicator_id")
    rows = question.tables["overview.plan_indicator_actual"]
    rows = rows[pd.to_datetime(rows["data_date"]) < question.until].sort_values("data_date")
    newest = rows.groupby("plan_indicator_id").tail(1)
    met = known = 0
    for row in newest.itertuples():
        rule = closing.loc[row.plan_indicator_id]
        if row.status == "not_comparable" or pd.isna(rule["target_value"]):
            continue
        known += 1
        limit = rule["target_value"]
        met += row.value > limit if rule["target_rule"] == ">" else row.value >= limit
    return share(met, known)


def tasks_on_track(question: Question) -> Answer:
    rows = question.tables["overview.plan_task_progress"]
    month = pd.to_datetime(rows["month_date"])
    over = month + pd.offsets.MonthBegin(1) <= question.until
    if not over.any():
        return Answer(None)
    rows = rows[month == month[over].max()]
    good = rows["status"].isin(["on_track", "done", "closed"]).groupby(rows["task_id"]).all()
    return share(good.sum(), len(question.tables["overview.plan_task"]))


def fresh(question: Question) -> Answer:
    rows = question.tables["overview.data_asset"]
    updated = pd.to_datetime(rows["updated_date"])
    rows = rows[(updated >= question.since) & (updated < question.until) & rows["table_name"].notna()]
    rows = rows[rows["sla_min"].notna()]
    newest = rows["last_data_at"].fillna(rows["loaded_at"])
    evening = pd.to_datetime(rows["updated_date"]) + pd.Timedelta(days=1)
    late = (evening - newest).dt.total_seconds() / 60 > rows["sla_min"]
    return share((~late).sum(), len(rows))


def mounted(question: Question) -> Answer:
    rows = question.tables["overview.data_asset"]
    updated = pd.to_datetime(rows["updated_date"])
    rows = rows[(updated >= question.since) & (updated < question.until) & rows["is_catalogued"].astype(bool)]
    return share(rows["is_mounted"].sum(), len(rows))


def provided(question: Question) -> Answer:
    rows = question.tables["overview.data_duty"]
    rows = rows[pd.to_datetime(rows["updated_date"]) < question.until]
    return share(rows["is_provided"].sum(), len(rows))


# --- assignments and corrections --------------------------------------------------------------------------------------


def assignments_on_time(question: Question) -> Answer:
    rows = question.during(question.tables[ASSIGNMENT].dropna(subset=["due_at"]), "due_at")
    rows = rows[rows["status"] != "cancelled"]
    return share((rows["closed_at"] <= rows["due_at"]).sum(), len(rows))


def assignments_overdue(question: Question) -> Answer:
    rows = still_open(question, ASSIGNMENT, "due_at", "closed_at")
    return count(rows[rows["status"] != "cancelled"])


def corrected(question: Question) -> Answer:
    rows = question.during(question.tables["overview.correction"].dropna(subset=["due_at"]), "due_at")
    return share((rows["handled_at"] <= rows["due_at"]).sum(), len(rows))


# --- hotlines, sensors, feeds, economy --------------------------------------------------------------------------------


def of_lines(question: Question) -> pd.DataFrame:
    return question.during(question.tables["overview.hotline_daily"], "day_date")


def calls(question: Question) -> Answer:
    known = of_lines(question)["call_count"].dropna()
    return Answer(float(known.sum()) if len(known) else None)


def answered(question: Question) -> Answer:
    return over_both(of_lines(question), "answered_count", "call_count")


def quickly(question: Question) -> Answer:
    return over_both(of_lines(question), "answered_in_15s_count", "answered_count")


def transferred(question: Question) -> Answer:
    return over_both(of_lines(question), "call_transferred_count", "answered_count")


def sensors_online(question: Question) -> Answer:
    rows = question.during(question.tables["overview.sensor_coverage"], "day_date")
    return over_both(rows, "online_count", "installed_count")


def sensors_installed(question: Question) -> Answer:
    rows = question.inside(question.tables["overview.sensor_coverage"])
    rows = rows[pd.to_datetime(rows["day_date"]) == question.until - timedelta(days=1)]
    return over_both(rows[rows["planned_count"] > 0], "installed_count", "planned_count")


def batches(question: Question) -> Answer:
    rows = question.during(question.tables["overview.integration_daily"], "day_date")
    return over_both(rows, "received_batch_count", "expected_batch_count")


def economy_warnings(question: Question) -> Answer:
    return count(still_open(question, "overview.economy_warning", "raised_at", "cleared_at"))


def loss_makers(question: Question) -> Answer:
    every = question.tables["overview.enterprise_monthly"]
    month = pd.to_datetime(every["month_date"])
    over = month + pd.offsets.MonthBegin(1) <= question.until
    rows = question.inside(every[month == month[over].max()])
    return over_both(rows, "loss_enterprise_count", "enterprise_count")


def vital_signs(question: Question) -> Answer:
    """The stored weights over readings that have oracles of their own; scores and means once more by hand."""
    rows = question.tables["overview.pulse_weight"]
    begun = rows[pd.to_datetime(rows["valid_from"]) < question.until]
    rows = begun[begun["valid_from"] == begun["valid_from"].max()]
    scores = []
    for _, domain in rows.groupby("theme"):
        whole, known, total = 0.0, 0.0, 0.0
        names = [name for name in domain["metric_id"] if level_reached(metric(name), question.scope.level)]
        for name, reading in zip(names, read_many(names, question.scope), strict=True):
            row = domain[domain["metric_id"] == name].iloc[0]
            whole += row["weight"]
            if reading.value is not None:
                part = (reading.value - row["floor_value"]) / (row["target_value"] - row["floor_value"])
                known += row["weight"]
                total += row["weight"] * min(max(part, 0.0), 1.0) * 100
        if whole and known / whole >= 0.6 - 1e-12:
            scores.append(total / known)
    return Answer(sum(scores) / len(scores) if len(scores) / 8 >= 0.6 else None, 1e-6)


ORACLES: dict[str, Oracle] = {
    "city_vital_sign_score": vital_signs,
    "event_count": events,
    "event_on_time_rate": on_time,
    "overdue_event_count": overdue,
    "event_duration_median": duration,
    "joint_event_rate": joint,
    "alert_in_force_count": in_force,
    "alert_acknowledged_rate": acknowledged,
    "plan_indicator_met_rate": indicators_met,
    "plan_task_on_track_rate": tasks_on_track,
    "data_on_time_rate": fresh,
    "data_mounted_rate": mounted,
    "data_duty_provided_rate": provided,
    "assignment_on_time_rate": assignments_on_time,
    "overdue_assignment_count": assignments_overdue,
    "correction_on_time_rate": corrected,
    "hotline_call_count": calls,
    "hotline_line_answer_rate": answered,
    "hotline_quick_answer_rate": quickly,
    "hotline_transfer_rate": transferred,
    "sensor_online_rate": sensors_online,
    "sensor_installed_rate": sensors_installed,
    "feed_batch_rate": batches,
    "economy_warning_in_force_count": economy_warnings,
    "firm_loss_rate": loss_makers,
}


def test_every_metric_of_the_theme_has_an_oracle() -> None:
    assert ORACLES.keys() == {each.id for each in metrics("overview")}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_metric_equals_its_independent_computation(name: str) -> None:
    check(ORACLES, name)


# --- counted by hand --------------------------------------------------------------------------------------------------

PLACE = "341002"
WEEK = (date(2026, 11, 9), date(2026, 11, 16))


def event(name: str, **given: object) -> dict[str, object]:
    base = {
        "event_id": name, "title": name, "theme": "urban", "kind": "operation", "place_code": PLACE,
        "occurred_at": datetime(2026, 11, 10, 8), "status": "dispatched", "lead_unit": "甲", "source_system": "演示",
    }  # fmt: skip
    return base | given


@pytest.fixture
def small(tmp_path: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path, patch)
        yield
    settings.cache_clear()


def test_a_period_is_half_open_and_what_was_closed_after_it_is_still_open(small: None) -> None:
    """Due: a (late), b (on time), c (closed after the period), d at the end's midnight (not in), e suspended."""
    due = datetime(2026, 11, 12, 8)
    rows = [
        event("a", due_at=due, closed_at=datetime(2026, 11, 12, 9), status="closed"),
        event("b", due_at=due, closed_at=due, status="closed"),
        event("c", due_at=due, closed_at=datetime(2026, 11, 16), status="closed"),
        event("d", due_at=datetime(2026, 11, 16)),
        event("e", due_at=due, status="suspended"),
        event("f", due_at=due),
    ]
    scope = Scope("341000", *WEEK, tiny.fill({EVENT: rows}))
    reading = read("event_on_time_rate", scope)
    assert (reading.numerator, reading.denominator) == (1, 4)
    assert read("overdue_event_count", scope).value == 2  # c and f


def test_events_are_ranked_by_people_and_never_by_grade(small: None) -> None:
    rows = [
        event("颜色最高", event_grade="1"),
        event("超时", due_at=datetime(2026, 11, 11)),
        event("未转移", evacuate_planned_count=10, evacuated_count=7),
        event("受伤", injured_count=2, event_grade="4"),
        event("死亡", dead_count=1, event_grade="4"),
        event("已结案", dead_count=9, closed_at=datetime(2026, 11, 11), status="closed"),
    ]
    found = run("overview/decision_event", Scope("341000", *WEEK, tiny.fill({EVENT: rows})))
    assert found["event_id"].tolist() == ["死亡", "受伤", "未转移", "超时", "颜色最高"]


def test_assignments_fall_into_four_parts_that_add_up(small: None) -> None:
    def assignment(name: str, due: datetime, **given: object) -> dict[str, object]:
        return {
            "assignment_id": name, "kind": "duty", "title": name, "place_code": PLACE, "issuer_role": "岗",
            "issued_at": datetime(2026, 11, 9), "due_at": due, "status": "assigned", "lead_unit": "甲局",
        } | given  # fmt: skip

    rows = [
        assignment("销号", datetime(2026, 11, 11), closed_at=datetime(2026, 11, 12), status="closed"),
        assignment("逾期", datetime(2026, 11, 15, 23, 59)),
        assignment("临期", datetime(2026, 11, 16)),
        assignment("在办", datetime(2026, 11, 18)),
        assignment("撤销", datetime(2026, 11, 11), status="cancelled"),
        assignment("更早", datetime(2026, 11, 18), issued_at=datetime(2026, 11, 8, 23, 59)),
        assignment("早逾期", datetime(2026, 11, 9), issued_at=datetime(2026, 11, 2)),
        assignment("早销号", datetime(2026, 11, 9), issued_at=datetime(2026, 11, 2), closed_at=datetime(2026, 11, 9)),
    ]
    scope = Scope("341000", *WEEK, tiny.fill({ASSIGNMENT: rows}))
    assert run("overview/assignment_line", scope).iloc[0].tolist() == [6, 1, 2, 1, 2, "甲局"]
    assert run("overview/assignment_due", scope)["assignment_id"].tolist() == ["早逾期", "逾期", "临期"]
    states = run("overview/assignment_week", scope)["state"].tolist()
    assert states == ["逾期", "逾期", "临期", "在办", "在办", "已销号"]  # the paper says what the screen says
    assert read("OV14", scope).value == 2


def test_the_pulse_shows_no_city_score_when_only_one_domain_is_known(small: None) -> None:
    """Two metrics of one domain, one without data: 60 % of the weight is known, so the domain just shows."""
    due = datetime(2026, 11, 12, 8)
    closed = [event(str(n), due_at=due, closed_at=due, status="closed") for n in range(4)]
    late = [event("x", due_at=due)]
    weights = [
        {"version": "v", "metric_id": name, "theme": "overview", "weight": weight, "target_value": 95.0,
         "floor_value": 60.0, "measure_unit": "%", "target_direction": "higher", "valid_from": date(2026, 1, 1),
         "source": "手算"}
        for name, weight in (("event_on_time_rate", 0.6), ("feed_batch_rate", 0.4))
    ]  # fmt: skip
    snapshot = tiny.fill({EVENT: closed + late, "overview.pulse_weight": weights})
    found = pulse(Scope("341000", *WEEK, snapshot))
    domain = next(each for each in found.domains if each.theme == "overview")
    assert domain.score.value == pytest.approx(100 * (80 - 60) / 35)  # four of five on time
    assert domain.score.coverage == pytest.approx(0.6)
    assert found.score.value is None
    assert found.score.coverage == pytest.approx(1 / 8)
    reading = read("OV08", Scope("341000", *WEEK, snapshot))
    assert (reading.value, reading.state, reading.detail) == (None, "no_data", "八个领域只有 1 个有分")
    district = pulse(Scope(PLACE, *WEEK, snapshot))
    assert [part.reading.metric for each in district.domains for part in each.parts] == ["event_on_time_rate"]
    before = pulse(Scope("341000", date(2025, 11, 10), date(2025, 11, 17), snapshot))
    assert (before.version, before.score.value) == ("", None)


def test_the_index_is_as_old_as_its_oldest_part_and_says_its_weakest_domain(
    demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.use(demo_store, monkeypatch)
    scope = Scope("341000", *WEEK, current_id())
    found, reading = pulse(scope), read("OV08", scope)
    assert reading.value == found.score.value
    parts = [part.reading for domain in found.domains for part in domain.parts if part.reading.is_known]
    assert reading.n == len(parts)
    assert reading.data_time == min(each.data_time for each in parts if each.data_time)
    assert reading.demo
    lowest = min(domain.score.value for domain in found.domains if domain.score.value is not None)
    assert reading.detail.endswith(f"{lowest:.1f}")
    settings.cache_clear()
