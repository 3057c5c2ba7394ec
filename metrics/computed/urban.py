"""Computed metrics of 城管: the five headline scores of 专栏26, and how many places trouble comes back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from metrics.computed.result import Result, Row
from metrics.metric import metric

COVERAGE = 0.6  # a score stands on at least this share of its parts
# score (metric id) → parts (metric ids) with the value in percent that earns nothing; the metric's own target earns 100
SCORES: Mapping[str, Mapping[str, float]] = {
    "smart_monitoring_score": {"smart_discovery_rate": 0.0, "ai_precision": 50.0, "iot_online_rate": 70.0},
    "quick_contact_score": {
        "hotline_response_rate": 85.0,
        "hotline_satisfaction_rate": 70.0,
        "hotline_answer_rate": 80.0,
    },
    "duty_score": {"handling_rate": 85.0, "rework_rate": 10.0, "enforcement_on_time_rate": 70.0},
    "closed_loop_score": {"closure_rate": 85.0, "case_satisfaction_rate": 70.0, "hotline_solved_rate": 60.0},
    "efficiency_score": {"on_time_closure_rate": 75.0, "hotline_on_time_rate": 85.0, "copy_reply_rate": 60.0},
}


def points(value: float, floor: float, target: float) -> float:
    """0 at the floor, 100 at the target, straight between them and cut off outside; the floor may be the higher one."""
    return min(max((value - floor) / (target - floor), 0.0), 1.0) * 100.0


def score(name: str, rows: Sequence[Row]) -> Result:
    """The mean of a score's parts that are known, unknown below COVERAGE; `n` is the number of known parts."""
    shares = {row["part"]: (row["numerator"], row["denominator"]) for row in rows}
    found: list[tuple[str, float]] = []
    for part, floor in SCORES[name].items():
        asked = metric(part)
        numerator, denominator = shares.get(part, (None, None))
        if numerator is None or not denominator or denominator < asked.minimum_n:
            continue
        assert asked.target is not None  # every part has one: a test sees to it
        found.append((asked.name, points(100.0 * numerator / denominator, floor, asked.target.value)))
    detail = "、".join(f"{label} {earned:.0f} 分" for label, earned in found)
    if len(found) < COVERAGE * len(SCORES[name]):
        return Result(None, len(found), detail=detail)
    return Result(sum(earned for _, earned in found) / len(found), len(found), detail=detail)


def repeat_places(rows: Sequence[Row]) -> Result:
    """How many places: a known 0 where cases were filed and none repeats."""
    (row,) = rows
    return Result(float(row["place_count"]), int(row["case_count"] or 0))


FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {
    **{name: partial(score, name) for name in SCORES},
    "repeat_place_count": repeat_places,
}
