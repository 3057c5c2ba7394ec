"""Computed metrics of 民生: the largest gap of school seats among the school districts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from data.contract import codes
from metrics.computed.result import Result, Row
from metrics.standards import population


def largest_seat_gap(rows: Sequence[Row]) -> Result:
    """The largest gap of the next autumn in the middle scenario, with the band in words; negative: seats to spare."""
    judged = [
        (population.seat_gap(int(row["mid_count"]), int(row["seat_count"])).gap, row)
        for row in rows
        if row["is_next"] and row["mid_count"] is not None and row["seat_count"] is not None
    ]
    if not judged:
        return Result(None, 0)
    gap, worst = max(judged, key=lambda each: each[0])
    return Result(float(gap), len(judged), detail=_words(worst))


def _words(row: Row) -> str:
    stage = codes("school_stage").get(str(row["school_stage"]), str(row["school_stage"]))
    said = f"{row['school_district_name']}{stage}，{row['school_year']} 年秋季"
    if row["low_gap"] is None or row["high_gap"] is None:
        return said
    return f"{said}，低—高情景 {int(row['low_gap'])}—{int(row['high_gap'])} 个"


FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {"largest_seat_gap": largest_seat_gap}
