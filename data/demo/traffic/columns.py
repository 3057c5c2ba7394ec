"""The only place that packs drawn numbers into Arrow columns: small ones, for tables of millions of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.contract import contract
from ingest.derived import arrow_schema

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Moments = npt.NDArray[np.datetime64]
Making = Callable[[], pa.Table]
SLOTS = 288  # five-minute slots of a day
MIDNIGHT_MINUTES = 24 * 60


class Tables(Mapping[str, pa.Table]):
    """Tables that are made when they are asked for and not kept, so that never more than one lies in memory."""

    def __init__(self, makers: Mapping[str, Making]) -> None:
        self._makers = makers

    def __getitem__(self, name: str) -> pa.Table:
        return self._makers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def packed(name: str, columns: Mapping[str, Any]) -> pa.Table:
    """A table in the contract's column order that keeps codes as dictionaries and numbers as narrow as they come.

    The store casts to the contract's types when it writes. What is not given is unknown.
    """
    unknown = set(columns) - set(contract(name).column_names)
    if unknown:
        raise KeyError(f"{name}: no such columns {sorted(unknown)}")
    count = len(next(iter(columns.values())))
    arrays = {
        field.name: pa.array(columns[field.name]) if field.name in columns else pa.nulls(count, field.type)
        for field in arrow_schema(name)
    }
    return pa.table(arrays)


def coded(values: Sequence[str | None], index: npt.NDArray[Any]) -> pa.Array:
    """`values[i]` for every i, kept as a dictionary; None stays unknown."""
    kept = [value for value in dict.fromkeys(values) if value is not None]
    place = np.array([kept.index(value) if value is not None else -1 for value in values], dtype=np.int16)[index]
    return pa.DictionaryArray.from_arrays(pa.array(place, mask=place < 0), pa.array(kept, pa.string()))


def known(values: npt.NDArray[Any], is_known: Bools) -> pa.Array:
    """The values, unknown where `is_known` is false."""
    return pa.array(values, mask=~is_known)


def drawn(chance: np.random.Generator, weights: Mapping[str, float], count: int) -> npt.NDArray[np.object_]:
    """Codes drawn by weight."""
    share = np.array(list(weights.values()), dtype=float)
    return np.array(list(weights), dtype=object)[chance.choice(len(weights), count, p=share / share.sum())]


def slots(first_day: np.datetime64, day_count: int, minutes: int) -> Moments:
    """The starts of the slots of so many minutes of these days."""
    step = np.timedelta64(minutes, "m")
    begin = first_day.astype("datetime64[m]")
    return np.arange(begin, begin + day_count * MIDNIGHT_MINUTES, step).astype("datetime64[us]")


def bump(hours: npt.NDArray[Any], centre: float, width: float) -> npt.NDArray[np.float64]:
    """A rush hour: 1 at `centre`, falling off over `width` hours."""
    return np.exp(-(((hours - centre) / width) ** 2))


def either(is_so: Bools, yes: Any, no: Any) -> npt.NDArray[np.object_]:
    """Text by text: `yes` where it is so, else `no`; both may be one text, many, or None for unknown."""
    return np.where(is_so, np.asarray(yes, dtype=object), np.asarray(no, dtype=object))
