"""The only place that turns drawn numbers into columns of text and time for the safety demo, without a loop per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.demo.drivers import Drivers, Floats

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Moments = npt.NDArray[np.datetime64]

_SURNAMES = "王李张汪程吴胡方黄江洪许叶潘余鲍曹罗谢郑"


def back(drive: Drivers, days_ago: int) -> int:
    """The index of a day counted back from the last one; the first day where the demo is shorter."""
    return max(0, drive.day_count - 1 - days_ago)


def pick(values: Sequence[str | None], index: npt.NDArray[Any]) -> pa.Array:
    """`values[i]` for every i: text columns of few different values."""
    return pa.array(values, pa.string()).take(pa.array(index))


def numbered(prefix: str, numbers: npt.NDArray[Any], width: int) -> pa.Array:
    """`prefix` and a number with leading zeros."""
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def known(values: npt.NDArray[Any], is_known: Bools) -> pa.Array:
    """The values, unknown where `is_known` is false."""
    return pa.array(values, mask=~is_known)


def texts(values: pa.Array, is_known: Bools) -> pa.Array:
    """The texts, unknown where `is_known` is false."""
    return pc.if_else(pa.array(is_known), values, pa.scalar(None, pa.string()))


def either(condition: Bools, this: pa.Array | str, that: pa.Array) -> pa.Array:
    """This text where the condition holds, that one elsewhere."""
    return pc.if_else(pa.array(condition), this, that)


def moments(day: Moments, seconds: Floats | Ints) -> Moments:
    """Wall time: so many seconds after midnight of each day."""
    found: Moments = day.astype("datetime64[s]") + np.asarray(seconds).astype("timedelta64[s]")
    return found


def later(start: Moments, minutes: Floats) -> Moments:
    """So many minutes later, to the second."""
    found: Moments = start + np.round(minutes * 60).astype("timedelta64[s]")
    return found


def known_by(moment: Moments, until: np.datetime64) -> Moments:
    """The moment, unknown where it has not come yet at `until`."""
    return np.where(moment < until, moment, np.datetime64("NaT"))


def stamps(moment: Moments) -> Moments:
    """As a timestamp column wants it."""
    return moment.astype("datetime64[us]")


def people(number: npt.NDArray[Any]) -> pa.Array:
    """Invented names that nobody takes for real ones."""
    return pick([f"演示·{surname}某" for surname in _SURNAMES], number % len(_SURNAMES))


def phones(number: npt.NDArray[Any]) -> pa.Array:
    """Numbers that cannot be dialled: 0559-000-0001."""
    return numbered("0559-000-", number % 10_000, 4)


def weighted(chance: np.random.Generator, weights: Mapping[str, float], count: int) -> pa.Array:
    """Codes drawn by weight."""
    share = np.array(list(weights.values()))
    return pick(list(weights), chance.choice(len(weights), count, p=share / share.sum()))
