"""The only place that gives surface water a class, and a river a condition.

Sources. No official PDF was opened; [V] = seen in a second-hand source, [M] = from memory.
- Limits: GB 3838-2002 table 1 [V], inclusive. Total phosphorus differs between rivers and lakes. Class Ⅰ by oxygen
  saturation (>= 90 %) is not used: saturation is not among the inputs, so oxygen below 7.5 mg/L is class Ⅱ at best.
- Method: 环办〔2011〕22号. The worst item decides; 水温, 总氮 and 粪大肠菌群 do not class a river [V]. Total nitrogen
  classes a lake here; 22号 excludes it there too and reports it apart, so a lake may look worse than published.
- Rivers: fewer than 5 sections are averaged item by item, 5 or more go by shares of classes [V; "5 or more" M].
- A period (week, month, year) is classed on its mean concentrations [V]: call `classify` on the means.
- P value of the Xin'an River compensation: k0 × Σ ki × Ci ÷ Ci0 [M, the formula's body was cut off in every source
  found]. The agreement sets k0, ki and Ci0 for each round; none of them stands here, all come with the data.
The published class rules where there is one; these functions check it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from metrics.standards import present

CLASSES = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
BODIES = ("river", "lake")
FEWEST_SECTIONS_FOR_SHARES = 5
_WEIGHT_SLACK = 1e-6  # weights come as decimals with two places

_CONDITIONS = ("优", "优", "良好", "轻度污染", "中度污染", "重度污染")  # of the classes above
_PH = (6, 9)
_OXYGEN = (7.5, 6, 5, 3, 2)  # at least, classes Ⅰ to Ⅴ; every other row is at most
_COMMON: Mapping[str, tuple[float, ...]] = {
    "codmn": (2, 4, 6, 10, 15),
    "codcr": (15, 15, 20, 30, 40),
    "bod5": (3, 3, 4, 6, 10),
    "nh3n": (0.15, 0.5, 1, 1.5, 2),
    "cu": (0.01, 1, 1, 1, 1),
    "zn": (0.05, 1, 1, 2, 2),
    "f": (1, 1, 1, 1.5, 1.5),
    "se": (0.01, 0.01, 0.01, 0.02, 0.02),
    "as": (0.05, 0.05, 0.05, 0.1, 0.1),
    "hg": (0.00005, 0.00005, 0.0001, 0.001, 0.001),
    "cd": (0.001, 0.005, 0.005, 0.005, 0.01),
    "cr6": (0.01, 0.05, 0.05, 0.05, 0.1),
    "pb": (0.01, 0.01, 0.05, 0.05, 0.1),
    "cn": (0.005, 0.05, 0.2, 0.2, 0.2),
    "phenol": (0.002, 0.002, 0.005, 0.01, 0.1),
    "oil": (0.05, 0.05, 0.05, 0.5, 1),
    "las": (0.2, 0.2, 0.2, 0.3, 0.3),
    "sulfide": (0.05, 0.1, 0.2, 0.5, 1),
}
_LIMITS: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "river": {**_COMMON, "tp": (0.02, 0.1, 0.2, 0.3, 0.4)},
    "lake": {**_COMMON, "tp": (0.01, 0.025, 0.05, 0.1, 0.2), "tn": (0.2, 0.5, 1, 1.5, 2)},
}


@dataclass(frozen=True)
class WaterQuality:
    """The class of one section or period; `deciding` are the items at the worst class, none in class Ⅰ."""

    water_class: str | None
    deciding: tuple[str, ...]
    condition: str | None


@dataclass(frozen=True)
class RiverQuality:
    """The condition of a river and the shares (0 to 1) of its sections in classes Ⅰ–Ⅲ and 劣Ⅴ; None without data."""

    condition: str | None
    good_share: float | None
    worst_share: float | None


@dataclass(frozen=True)
class Factor:
    """What an agreement sets for one item: its round's k0 (稳定系数), the item's weight ki, its base Ci0 in mg/L."""

    k0: float
    weight: float
    base: float | None


@dataclass(frozen=True)
class CompensationIndex:
    """A computed P value, never the assessed one; `terms` are the items' shares of it. None with a `fault` in words."""

    value: float | None
    terms: Mapping[str, float]
    fault: str = ""


def p_value(means: Mapping[str, float | None], factors: Mapping[str, Factor]) -> CompensationIndex:
    """P = k0 × Σ ki × Ci ÷ Ci0 over the items of `factors`; `means` are the period's mean concentrations, mg/L.

    There is no default for any coefficient. Without a factor, with a mean or base missing, with weights that do not add
    up to 1 or with two different k0, there is no value, and `fault` says why.
    """
    means = present(means, factors)
    fault = _fault(means, factors)
    if fault:
        return CompensationIndex(None, {}, fault)
    terms = {
        item: factor.k0 * factor.weight * means[item] / factor.base for item, factor in factors.items() if factor.base
    }
    return CompensationIndex(sum(terms.values()), terms)


def rank(water_class: str | None) -> int | None:
    """1 for Ⅰ to 6 for 劣Ⅴ: compare classes by this, never as text. Raises ValueError for anything else but None."""
    return None if water_class is None else _known_rank(water_class)


def classify(values: Mapping[str, float | None], *, body: str) -> WaterQuality:
    """The class of the items that are present, mg/L and pH units; no class without any.

    Absent, NaN and negative readings are missing. Raises ValueError for an unknown body.
    """
    if body not in BODIES:
        raise ValueError(f"body = {body!r}: use one of {', '.join(BODIES)}")
    ranks = {item: _rank(item, reading, body) for item, reading in present(values, _items(body)).items()}
    if not ranks:
        return WaterQuality(water_class=None, deciding=(), condition=None)
    worst = max(ranks.values())
    deciding = tuple(item for item, its_rank in ranks.items() if its_rank == worst) if worst > 1 else ()
    return WaterQuality(CLASSES[worst - 1], deciding, _CONDITIONS[worst - 1])


def river(sections: Sequence[Mapping[str, float | None]]) -> RiverQuality:
    """The condition of a river from its sections' concentrations; sections without data do not count."""
    assessed = (classify(section, body="river").water_class for section in sections)
    classes = [water_class for water_class in assessed if water_class is not None]
    if not classes:
        return RiverQuality(condition=None, good_share=None, worst_share=None)
    if len(classes) < FEWEST_SECTIONS_FOR_SHARES:
        condition = classify(_mean(sections), body="river").condition
    else:
        condition = river_condition(classes)
    return RiverQuality(condition, _good(classes) / len(classes), _worst(classes) / len(classes))


def river_condition(classes: Sequence[str]) -> str | None:
    """The condition of a river by the shares of its sections' classes. Meant for 5 sections or more; see `river`."""
    total = len(classes)
    if total == 0:
        return None
    good, worst = 100 * _good(classes), 100 * _worst(classes)  # whole numbers: 90 % must not miss 90 % by a hair
    if good >= 90 * total:
        return "优"
    if good >= 75 * total:
        return "良好"
    if worst < 20 * total:
        return "轻度污染"
    return "中度污染" if worst < 40 * total else "重度污染"


def _fault(means: Mapping[str, float], factors: Mapping[str, Factor]) -> str:
    if not factors:
        return "没有系数"
    if len({factor.k0 for factor in factors.values()}) > 1:
        return "同一轮次的稳定系数 k0 不止一个"
    weights = sum(factor.weight for factor in factors.values())
    if abs(weights - 1) > _WEIGHT_SLACK:
        return f"指标权重之和为 {weights:g}，不是 1"
    if lacking := [item for item, factor in factors.items() if not factor.base or factor.base < 0]:
        return f"没有基准浓度：{'、'.join(lacking)}"
    if lacking := [item for item in factors if item not in means]:
        return f"没有平均浓度：{'、'.join(lacking)}"
    return ""


def _items(body: str) -> tuple[str, ...]:
    return ("ph", "do", *_LIMITS[body])


def _rank(item: str, reading: float, body: str) -> int:
    if item == "ph":
        return 1 if _PH[0] <= reading <= _PH[1] else len(CLASSES)
    if item == "do":
        return 1 + sum(reading < limit for limit in _OXYGEN)
    return 1 + bisect_left(_LIMITS[body][item], reading)


def _mean(sections: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    columns: dict[str, list[float]] = {}
    for section in sections:
        for item, reading in present(section, _items("river")).items():
            columns.setdefault(item, []).append(reading)
    return {item: fmean(readings) for item, readings in columns.items()}


def _known_rank(water_class: str) -> int:
    if water_class not in CLASSES:
        raise ValueError(f"water class {water_class!r}: use one of {', '.join(CLASSES)}")
    return CLASSES.index(water_class) + 1


def _good(classes: Sequence[str]) -> int:
    return sum(_known_rank(water_class) <= _known_rank("Ⅲ") for water_class in classes)


def _worst(classes: Sequence[str]) -> int:
    return sum(_known_rank(water_class) == _known_rank("劣Ⅴ") for water_class in classes)
