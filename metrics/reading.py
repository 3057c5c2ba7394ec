"""The only place that says what a reading is: one number with everything that explains it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Source:
    """A table a reading was read from, who answers for it, and its rows in the snapshot."""

    table: str
    owner: str
    rows: int


@dataclass(frozen=True)
class Target:
    """What a reading is held against: `op` is `>=`, `<=`, `>`, `<`; `basis` is `standard`, `plan` or `proposed`."""

    op: str
    value: float
    basis: str
    text: str = ""
    since: date | None = None  # the standard behind it is in force from then on and says nothing of earlier periods

    def to_json(self) -> dict[str, Any]:
        """The target as the API serves it."""
        return {"op": self.op, "value": self.value, "basis": self.basis, "text": self.text}

    def met_by(self, value: float) -> bool:
        """Whether `value`, in the displayed unit, satisfies the target."""
        return {">=": value >= self.value, "<=": value <= self.value, ">": value > self.value, "<": value < self.value}[
            self.op
        ]


@dataclass(frozen=True)
class Reading:
    """One number.

    `value` is in the displayed unit (a percentage is 0–100), unrounded, None when unknown. `state` is `ok`, `too_few`,
    `no_data`, `stale`, `not_below` or `not_filterable`; `standing` is `met`, `near`, `missed` or `none`. The
    period is half-open.
    """

    metric: str
    code: str
    name: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    n: int
    state: str
    target: Target | None
    standing: str
    area: str
    since: date
    until: date
    data_time: datetime | None
    loaded_at: datetime | None
    stale_at: datetime | None
    snapshot: str
    sources: tuple[Source, ...]
    demo: bool
    decimals: int
    detail: str = ""  # what the value is of, where the number alone does not say (the day of a daily index, its level)
    valid_days: int | None = (
        None  # of a volume: the days of the period it was counted on; None where days do not add up
    )
    key: str | None = None
    key_name: str | None = None
    has_nothing: bool = False  # no number, for there was nothing to count: its tables are here and speak of the period

    @property
    def is_known(self) -> bool:
        return self.value is not None

    def at(self, now: datetime) -> Reading:
        """The reading as it is delivered at `now` (wall time): stale once `stale_at` has come."""
        if self.state == "ok" and self.stale_at is not None and now >= self.stale_at:
            return replace(self, state="stale")
        return self

    def to_json(self) -> dict[str, Any]:
        """The reading as the API serves it; inside a group `key` and `name` are the group's."""
        body: dict[str, Any] = {
            "metric": self.metric, "code": self.code, "name": self.name, "value": self.value, "unit": self.unit,
            "numerator": self.numerator, "denominator": self.denominator, "n": self.n, "state": self.state,
            "target": None if self.target is None else self.target.to_json(),
            "standing": self.standing, "area": self.area, "since": self.since.isoformat(),
            "until": self.until.isoformat(), "data_time": _iso(self.data_time), "loaded_at": _iso(self.loaded_at),
            "stale_at": _iso(self.stale_at), "snapshot": self.snapshot, "detail": self.detail,
            "sources": [{"table": s.table, "owner": s.owner, "rows": s.rows} for s in self.sources],
            "demo": self.demo,
        }  # fmt: skip
        if self.key is not None:
            body |= {"key": self.key, "name": self.key_name, "metric_name": self.name}
        return body


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
