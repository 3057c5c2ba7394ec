"""Formulas of national standards: pure functions without I/O, one module per field.

This file is the only place that says which readings count as missing. A negative concentration is an instrument fault,
not a small value: it is treated like a gap, and the import raises the quality flag.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

# Far below any limit in these standards, far above the noise of a binary mean: (0.1 + 0.1 + 0.1) / 3 must still be 0.1,
# or a river would leave class Ⅱ, and 100.00000001 would be rounded up to AQI 101.
_DECIMALS = 9


def usable(reading: float | None) -> float | None:
    """The reading as a float without binary noise; None when it is absent, NaN, infinite or negative."""
    if reading is None:
        return None
    number = float(reading)
    return round(number, _DECIMALS) if math.isfinite(number) and number >= 0 else None


def present(values: Mapping[str, float | None], items: Iterable[str]) -> dict[str, float]:
    """The usable readings among `items`, in the order of `items`; other keys of `values` are ignored."""
    readings = ((item, usable(values.get(item))) for item in items)
    return {item: reading for item, reading in readings if reading is not None}
