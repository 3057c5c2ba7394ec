"""What a computed metric's function takes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]  # one row of the input question; unknown is None


@dataclass(frozen=True)
class Result:
    """What a computed metric came to: its value before scaling, its parts where it has any, the number of cases."""

    value: float | None
    n: int
    numerator: float | None = None
    denominator: float | None = None
    detail: str = ""


def share(part: float, whole: float, detail: str = "") -> Result:
    """`part` of `whole`; unknown when the whole is nothing."""
    return Result(part / whole if whole else None, int(whole), float(part), float(whole), detail)
