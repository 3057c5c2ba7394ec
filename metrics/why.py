"""The only place that takes a change apart: which place, kind and way of it brought the number from then to now.

A sum changes by the differences of its cells. A ratio changes by the rate inside each cell and by the weight that the
cell has in the whole (mix); each half is weighed with the mean of both periods, so that nothing is left over and it
does not matter which period is called the first. The parts add up to the change, to the last digit that a float holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from data.divisions import UnknownPlaceError, name_of
from metrics.compare import earlier_scope
from metrics.filters import dimension_of, refusal_words, takes
from metrics.metric import Metric, level_reached, metric, place_dimension
from metrics.reach import known_part
from metrics.read import read
from metrics.reading import Reading
from queries.assembler import PLACE_DIMENSIONS, assemble_cells
from queries.runner import query
from queries.scope import LEVEL_NAMES, Scope

MOST_DIMENSIONS = 3  # a place, a kind and a way: finer cells name nobody
AGAINST = {"previous": "上期", "last_year": "上年同期"}
UNFILLED = "未填"
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Cell:
    """One combination of keys: its number then and now, and what it adds to the change, in the displayed unit.

    `rate` and `mix` are the two halves of the effect of a ratio; of a sum all is `rate`.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    before: float
    now: float
    rate: float
    mix: float

    @property
    def effect(self) -> float:
        return self.rate + self.mix


@dataclass(frozen=True)
class Why:
    """A change with its cells, those that move it most first. `absent` says in words why there are none."""

    metric: Metric
    now: Reading
    before: Reading
    against: str
    dimensions: tuple[str, ...]
    labels: tuple[str, ...]
    cells: tuple[Cell, ...]
    absent: str = ""

    @property
    def change(self) -> float | None:
        """How far the number moved, in the displayed unit."""
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value

    def by(self, count: int) -> tuple[Cell, ...]:
        """The cells laid together over the first `count` dimensions, those that move most first."""
        together: dict[tuple[str, ...], list[Cell]] = {}
        for each in self.cells:
            together.setdefault(each.keys[:count], []).append(each)
        return _ordered(
            Cell(
                keys, cells[0].names[:count], sum(each.before for each in cells), sum(each.now for each in cells),
                sum(each.rate for each in cells), sum(each.mix for each in cells),
            )
            for keys, cells in together.items()
        )  # fmt: skip


def dimensions(asked: Metric, scope: Scope) -> tuple[str, ...]:
    """The dimensions of the decomposition: the next place below the area, then what the metric declares first.

    A number with a row of its own for each area does not add up over places. Ids of single things name no cause.
    """
    assert asked.rows is not None
    places = [name for name in asked.by if name in PLACE_DIMENSIONS]
    below = place_dimension(scope.level)
    place = [] if asked.rows.is_exact else [below] if below in places else places[-1:]
    others = [name for name in asked.by if name not in PLACE_DIMENSIONS and not name.endswith("_id")]
    others.sort(key=lambda name: name.endswith("_unit"))  # who handles it comes after what it is and whence it came
    return (*(name for name in place if name), *others)[:MOST_DIMENSIONS]


def why(name: str, scope: Scope, against: str = "previous") -> Why:
    """Why a sum or ratio changed against `previous` or `last_year`; raises MetricError for an unknown name."""
    asked = metric(name)
    there = earlier_scope(scope, against)
    now, before = read(asked.id, scope), read(asked.id, there)
    absent = _absent(asked, scope, now, before, against)
    if absent:
        return Why(asked, now, before, against, (), (), (), absent)
    by = dimensions(asked, scope)
    first, second = _counts(asked, there, by), _counts(asked, scope, by)
    cells = _sum_cells(first, second) if asked.kind == "sum" else _ratio_cells(first, second)
    scaled = _ordered(
        Cell(
            keys,
            tuple(_word(asked, n, key) for n, key in zip(by, keys, strict=True)),
            *(asked.scale * v for v in parts),
        )
        for keys, parts in cells.items()
    )
    found = Why(asked, now, before, against, by, tuple(dimension_of(asked, n).label for n in by), scaled)
    assert found.change is not None  # both are known, or it would be absent
    left = abs(sum(each.effect for each in scaled) - found.change)
    if left > _TOLERANCE * max(1.0, abs(now.value or 0.0), abs(before.value or 0.0)):
        return Why(asked, now, before, against, (), (), (), "本指标的各部分相加不等于总数，不能拆分")
    return found


def _absent(asked: Metric, scope: Scope, now: Reading, before: Reading, against: str) -> str:
    if asked.kind not in ("sum", "ratio"):
        return "本指标不是相加或相除得来的，各部分加不成总数，不能拆分"
    if asked.suppress_below:
        return "本指标涉及个人，人数少时隐去，不拆分"
    if not level_reached(asked, scope.level):
        return f"本指标到{LEVEL_NAMES[asked.lowest]}"
    if not takes(asked, scope):
        return refusal_words(asked, scope)
    if not now.is_known:
        return "本期没有数"
    return "" if before.is_known else f"{AGAINST[against]}没有数"


Counts = Mapping[tuple[str, ...], tuple[float, float]]


def _counts(asked: Metric, scope: Scope, by: Sequence[str]) -> Counts:
    """Numerator and denominator of each cell; a cell that is not there has none."""
    assert asked.rows is not None and asked.aggregate is not None  # a sum or a ratio
    frame = query(*assemble_cells(asked.rows, asked.aggregate, known_part(asked, scope), by), scope)
    plain = frame.astype(object).where(frame.notna(), None)
    return {
        tuple("" if row[name] is None else str(row[name]) for name in by): (
            float(row["v0"] or 0),
            float(row["d0"] or 0),
        )
        for row in plain.to_dict("records")
    }


_Parts = tuple[float, float, float, float]  # then, now, rate, mix


def _sum_cells(before: Counts, now: Counts) -> dict[tuple[str, ...], _Parts]:
    found = {}
    for key in sorted({*before, *now}):
        then, there = before.get(key, (0.0, 0.0))[0], now.get(key, (0.0, 0.0))[0]
        found[key] = (then, there, there - then, 0.0)
    return found


def _ratio_cells(before: Counts, now: Counts) -> dict[tuple[str, ...], _Parts]:
    """`then` and `now` of a cell are what it adds to the whole ratio: its numerator over the whole denominator."""
    (whole_n0, whole_d0), (whole_n1, whole_d1) = _whole(before), _whole(now)
    middle = (whole_n0 / whole_d0 + whole_n1 / whole_d1) / 2
    found = {}
    for key in sorted({*before, *now}):
        (n0, d0), (n1, d1) = before.get(key, (0.0, 0.0)), now.get(key, (0.0, 0.0))
        shift = d1 / whole_d1 - d0 / whole_d0
        rates = [n / d for n, d in ((n0, d0), (n1, d1)) if d]
        mean = sum(rates) / len(rates) if rates else middle
        then, there = n0 / whole_d0, n1 / whole_d1
        found[key] = (then, there, (there - then) - shift * mean, shift * (mean - middle))
    return found


def _whole(counts: Counts) -> tuple[float, float]:
    return sum(n for n, _ in counts.values()), sum(d for _, d in counts.values())


def _ordered(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(sorted(cells, key=lambda each: (-abs(each.effect), each.keys)))


@cache
def _place(key: str) -> str:
    if key == "3410":
        return "市直"
    try:
        return name_of(key)
    except UnknownPlaceError:
        return key


def _word(asked: Metric, name: str, key: str) -> str:
    if not key:
        return UNFILLED
    if name in PLACE_DIMENSIONS:
        return _place(key)
    return dict(dimension_of(asked, name).words).get(key, key)
