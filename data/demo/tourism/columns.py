"""The only place that packs what the demo of 文旅 draws into Arrow columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Moments = npt.NDArray[np.datetime64]


def coded(values: Sequence[str | None], index: npt.NDArray[Any]) -> pa.Array:
    """`values[i]` for every i, kept as a dictionary so that millions of rows stay small; None stays unknown."""
    kept = [value for value in dict.fromkeys(values) if value is not None]
    place = np.array([-1 if value is None else kept.index(value) for value in values], dtype=np.int16)[index]
    return pa.DictionaryArray.from_arrays(pa.array(place, mask=place < 0), pa.array(kept, pa.string()))


def known(values: npt.NDArray[Any], is_known: Bools) -> pa.Array:
    """The values, unknown where `is_known` is false."""
    return pa.array(values, mask=~is_known)


def drawn(chance: np.random.Generator, weights: Sequence[float], count: int) -> Ints:
    """`count` positions drawn by weight."""
    share = np.array(weights, dtype=float)
    found: Ints = chance.choice(len(share), count, p=share / share.sum())
    return found


def numbered(prefix: str, count: int, digits: int) -> list[str]:
    """`YS-JQ01`, `YS-JQ02` …"""
    return [f"{prefix}{number:0{digits}d}" for number in range(1, count + 1)]
