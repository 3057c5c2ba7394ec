"""The only place that turns arrays into columns with unknowns, and columns back into arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import table


def only(where: npt.NDArray[np.bool_], values: Any) -> pa.Array:
    """The values where the condition holds, unknown elsewhere."""
    return pa.array(np.asarray(values), mask=~where)


def values(rows: pa.Table, name: str) -> npt.NDArray[Any]:
    """A column as an array."""
    found: npt.NDArray[Any] = rows[name].to_numpy(zero_copy_only=False)
    return found


def by_row(name: str, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """A small table row by row; what a row leaves out is unknown."""
    names = list(dict.fromkeys(key for row in rows for key in row))
    return table(name, {key: [row.get(key) for row in rows] for key in names})


def by_tuple(name: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> pa.Table:
    """A small table from tuples in the order of `columns`."""
    return table(name, dict(zip(columns, zip(*rows, strict=True), strict=True)))
