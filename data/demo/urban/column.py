"""The only place of this theme that turns indices and seconds of wall time into columns; -1 and NEVER mean unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEVER = 1 << 60  # seconds; later than any clock
DAY = 86_400


def pick(values: Sequence[str | None], index: Any) -> pa.Array:
    """`values[index]` as text; a negative index is unknown."""
    places = np.asarray(index, dtype=np.int64)
    return pa.array(list(values), pa.string()).take(pa.array(places, mask=places < 0))


def join(*parts: Any) -> pa.Array:
    """The texts run together; unknown where any part is unknown."""
    return pc.binary_join_element_wise(*parts, "", null_handling="emit_null")


def digits(numbers: Any, width: int) -> pa.Array:
    """Whole numbers as text, padded with zeros."""
    return pc.utf8_lpad(pc.cast(pa.array(np.asarray(numbers, dtype=np.int64)), pa.string()), width, "0")


def only(values: Any, known: Bools) -> pa.Array:
    """The values where `known`, unknown elsewhere."""
    column = values if isinstance(values, pa.Array) else pa.array(values)
    return pc.if_else(pa.array(known), column, pa.nulls(len(column), column.type))


def moments(seconds: Ints) -> npt.NDArray[np.datetime64]:
    """Seconds of wall time as timestamps; NEVER is unknown."""
    stamps = np.where(seconds < NEVER, seconds, 0).astype("datetime64[s]").astype("datetime64[us]")
    stamps[seconds >= NEVER] = np.datetime64("NaT")
    return stamps


def day_text(seconds: Ints) -> pa.Array:
    """The day of each moment as YYYYMMDD."""
    day = seconds // DAY
    unique, index = np.unique(day, return_inverse=True)
    return pick([str(each.astype("datetime64[D]")).replace("-", "") for each in unique], index)


def numbered_by_day(prefix: str, seconds: Ints, width: int) -> pa.Array:
    """Ids of rows that are sorted by time: prefix, day, number of the day."""
    first = np.searchsorted(seconds // DAY, seconds // DAY)
    return join(prefix, day_text(seconds), digits(np.arange(len(seconds)) - first + 1, width))


def draw(chance: np.random.Generator, weights: Any, size: int) -> Ints:
    """Indices drawn by weight."""
    reached = np.cumsum(np.asarray(weights, dtype=float))
    found: Ints = np.searchsorted(reached, chance.random(size) * reached[-1], side="right")
    return np.minimum(found, len(reached) - 1)
