"""The only place that reads `queries/<theme>/metrics/*.toml`: what each number means. Duplicates are refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from data.contract import THEMES, contracts, minutes
from data.ledger import requirement_ids
from data.owner import fault as owner_fault
from metrics.reading import Target
from queries.assembler import PLACE_DIMENSIONS, Aggregate, Histogram, Rows
from queries.scope import LEVELS

FOLDER = Path(__file__).resolve().parent.parent / "queries"
KINDS = ("ratio", "sum", "latest", "quantile", "computed")
BETTER = ("higher", "lower", "neither")
_BASES = ("standard", "plan", "proposed")
_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_COUNTED = re.compile(r"count\(([a-z_ +]+)\)")
_CODE = re.compile(r"[A-Z]{2}\d{2}")


class MetricError(Exception):
    """A metric file with a fault: file, key, fault and remedy; or a metric that does not exist."""


@dataclass(frozen=True)
class Owner:
    """Who answers for a metric; `unit` may be 待确认, `basis` says where that comes from."""

    unit: str
    basis: str


@dataclass(frozen=True)
class Metric:
    """What one number means and how it is read. `target` is held against the displayed value."""

    id: str
    code: str
    scene: str
    name: str
    meaning: str
    basis: str
    owner: Owner
    kind: str
    lowest: str
    sources: tuple[str, ...]
    also_reads: tuple[str, ...]  # what the view reads for its other numbers: lineage, not freshness
    rows: Rows | None  # None for computed metrics with an input question
    aggregate: Aggregate | None
    histogram: Histogram | None
    function: str  # computed: the name in metrics.computed
    inputs: str  # computed: the question that gives the function its inputs
    of_readings: bool  # computed: each input row names a metric, whose reading comes with it
    is_due_dated: bool  # rows fall on the day of a limit: of a period that still runs only the known part counts
    by: tuple[str, ...]
    is_empty_unknown: bool  # a sum over no row: unknown where rows are reported sums, zero where rows are cases
    unit: str
    scale: float
    decimals: int
    better: str
    target: Target | None
    no_target: str  # why there is none, where one would expect one
    target_period: str  # "any", or "year": the limit is annual and says nothing of a week
    near_margin: float
    minimum_n: int
    suppress_below: int  # counts of people smaller than this are withheld whole, n and parts too; 0 = not about people
    not_people: str  # why nothing is withheld though it reads a 敏感 table: what it counts is no person
    stale_minutes: int
    warning: str
    requirements: tuple[str, ...]
    file: str

    @property
    def is_daily(self) -> bool:
        """Whether it is read from the days of the period: not a stock, not a yearly value."""
        if self.rows is None or self.rows.period:
            return False
        return self.rows.day == "day_date" or self.rows.day.endswith("_at")

    @property
    def is_daily_volume(self) -> bool:
        """Whether more days make it larger: only then can a comparison be brought to equal days."""
        return self.kind == "sum" and self.is_daily


class _Reader:
    """Takes keys out of a TOML table and refuses what is missing, of the wrong type or left over."""

    def __init__(self, path: Path, table: Mapping[str, Any], where: str = "") -> None:
        self.path, self.table, self.where = path, dict(table), where

    def fail(self, key: str, fault: str, remedy: str) -> MetricError:
        return MetricError(f"{self.path}：{self.where}{key}：{fault}；{remedy}")

    def take(self, key: str, kinds: type | tuple[type, ...], default: Any = None) -> Any:
        value = self.table.pop(key, default)
        if value is None:
            raise self.fail(key, "没有写", "请补上这一项")
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise self.fail(key, f"{value!r} 的类型不对", "请照别的指标文件写")
        if value == "" and default is None:
            raise self.fail(key, "空着", "请用文字写明")
        return value

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        value: str = self.take(key, str, default)
        if value not in allowed:
            raise self.fail(key, f"“{value}”不认识", f"请用 {'、'.join(allowed)}")
        return value

    def inner(self, key: str) -> _Reader:
        return _Reader(self.path, self.take(key, dict), f"{key}.")

    def done(self) -> None:
        if self.table:
            raise self.fail(next(iter(self.table)), "没有这一项", "请删去或改正名称")


def parse(path: Path) -> Metric:
    """The metric in `path`; raises MetricError naming file, key, fault and remedy."""
    try:
        top = _Reader(path, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MetricError(f"{path}：不是 TOML 文件：{error}；请改正那一行") from error
    identity = top.take("id", str)
    if identity != path.stem or not _ID.fullmatch(identity):
        raise top.fail("id", f"写的是 {identity}", f"按文件名应为 {path.stem}，小写下划线")
    code = top.take("code", str)
    if not _CODE.fullmatch(code):
        raise top.fail("code", f"“{code}”", "请写两个大写字母加两位数字，如 EN01")
    kind = top.choice("kind", KINDS)
    owner, measure, reading = top.inner("owner"), top.inner("measure"), top.inner("reading")
    sources = tuple(measure.take("sources", list))
    also_reads = tuple(measure.take("also_reads", list, []))
    for table in (*sources, *also_reads):
        if table not in contracts():
            raise measure.fail("sources", f"没有合同 {table}", "请写这个数所读的表")
    of_readings = measure.take("of_readings", bool, False)
    is_due_dated = measure.take("due_dated", bool, False)
    is_empty_unknown = measure.choice("empty", ("zero", "unknown"), "zero") == "unknown"
    answering = Owner(owner.take("unit", str), owner.take("basis", str))
    wrong = owner_fault(answering.unit, answering.basis)
    if wrong:
        raise owner.fail("basis", wrong, "责任单位只照规划写，不猜")
    requirements = tuple(top.take("requirements", list, []))
    for name in requirements:
        if name not in requirement_ids():
            raise top.fail("requirements", f"“{name}”不是需求编号", "编号见 data/reference/requirement_ids.txt")
    rows, aggregate, histogram, function, inputs = _how(measure, kind, is_empty_unknown)
    result = Metric(
        id=identity, code=code, scene=path.parent.parent.name, name=top.take("name", str),
        meaning=top.take("meaning", str), basis=top.take("basis", str),
        owner=answering, kind=kind,
        lowest=top.choice("lowest", LEVELS), sources=sources, also_reads=also_reads, rows=rows, aggregate=aggregate,
            histogram=histogram, function=function, inputs=inputs, of_readings=of_readings,
        is_due_dated=is_due_dated,
        by=rows.by if rows else tuple(measure.take("by", list, [])),
        is_empty_unknown=is_empty_unknown, unit=reading.take("unit", str, ""),
        scale=float(reading.take("scale", (int, float), 1)), decimals=reading.take("decimals", int, 0),
        better=reading.choice("better", BETTER), target=_target(reading),
        no_target=reading.take("no_target", str, ""),
        target_period=reading.choice("target_period", ("any", "year"), "any"),
        near_margin=float(reading.take("near_margin", (int, float), 0)),
        minimum_n=reading.take("minimum_n", int, 1), suppress_below=reading.take("suppress_below", int, 0),
        not_people=reading.take("not_people", str, ""), stale_minutes=_minutes(reading),
        warning=reading.take("warning", str, ""), requirements=requirements,
        file=f"queries/{path.parent.parent.name}/metrics/{path.name}",
    )  # fmt: skip
    for reader in (top, owner, measure, reading):
        reader.done()
    sensitive = [table for table in sources if contracts()[table].metadata.security_level == "敏感"]
    if bool(result.suppress_below) + bool(result.not_people) != 1 and (sensitive or result.not_people):
        raise reading.fail(
            "suppress_below",
            f"{'、'.join(sensitive) or '来源表'} 涉及个人而没有写，或两样都写了",
            "计人的写 suppress_below = 5；不计人的写 not_people = 理由",
        )
    if result.no_target and result.target is not None:
        raise reading.fail("no_target", "与 target 同时写了", "请只留一个")
    if result.scene not in THEMES:
        raise top.fail("id", f"没有主题 {result.scene}", f"请把文件移到 {'、'.join(THEMES)} 之一")
    return result


def _how(
    measure: _Reader, kind: str, is_empty_unknown: bool
) -> tuple[Rows | None, Aggregate | None, Histogram | None, str, str]:
    if kind == "computed":
        return None, None, None, measure.take("function", str), measure.take("inputs", str)
    by = tuple(measure.take("by", list, []))
    day = measure.take("day", str)
    rows = Rows(
        view=measure.take("view", str), day=day, period=measure.take("period", str, ""),
        is_exact=measure.take("is_exact", bool, False), ruler=measure.take("ruler", str, ""),
        where=measure.take("where", str, ""), by=by,
    )  # fmt: skip
    if kind == "quantile":
        share = float(measure.take("share", (int, float)))
        if not 0 < share < 1:
            raise measure.fail("share", f"{share}", "请写 0 与 1 之间的数，P90 写 0.9")
        width = float(measure.take("bin_width", (int, float)))
        return rows, None, Histogram(measure.take("bin", str), measure.take("count", str), width, share), "", ""
    value = measure.take("numerator", str)
    if kind == "latest":
        known = f"filter (where {value} is not null)"
        latest = Aggregate(f"arg_max({value}, {day}) {known}", "", f"count({value})", f"max({day}) {known}")
        return rows, latest, None, "", ""
    denominator = measure.take("denominator", str, "")
    if (kind == "ratio") != bool(denominator):
        raise measure.fail("denominator", f"与 kind {kind} 不合", "ratio 要有分母，其他没有")
    n = measure.take("n", str, denominator or "count(*)")
    counted = _COUNTED.fullmatch(n)  # a sum of reports: a day without one is a missing day, not a day of zero
    days = f"count(distinct {day}) filter (where {counted[1]} is not null)" if is_empty_unknown and counted else ""
    return rows, Aggregate(value, denominator, n, days=days), None, "", ""


def _minutes(reading: _Reader) -> int:
    try:
        return minutes(reading.take("stale_after", str))
    except ValueError as error:
        raise reading.fail("stale_after", str(error), "请写成 30min、26h 或 7d") from error


def _target(reading: _Reader) -> Target | None:
    if "target" not in reading.table:
        return None
    inner = reading.inner("target")
    target = Target(
        op=inner.choice("op", (">=", "<=", ">", "<")),
        value=float(inner.take("value", (int, float))),
        basis=inner.choice("basis", _BASES),
        text=inner.take("text", str, ""),
        since=inner.table.pop("since", None),
    )
    inner.done()
    if target.since is not None and type(target.since) is not date:
        raise inner.fail("since", f"{target.since!r} 不是日期", "请写 2026-03-01，不加引号")
    return target


def collect(paths: Iterable[Path]) -> dict[str, Metric]:
    """The metrics of `paths` by id, in order of code; raises MetricError on an id or code used twice."""
    found: dict[str, Metric] = {}
    codes: dict[str, str] = {}
    for metric_ in sorted((parse(path) for path in paths), key=lambda each: each.code):
        if metric_.id in found:
            raise MetricError(f"{metric_.file}：id {metric_.id} 在 {found[metric_.id].file} 已有；请只留一个")
        if metric_.code in codes:
            raise MetricError(f"{metric_.file}：查数码 {metric_.code} 已用于 {codes[metric_.code]}；请换一个")
        found[metric_.id] = metric_
        codes[metric_.code] = metric_.file
    return found


@cache
def _all() -> Mapping[str, Metric]:
    return collect(sorted(FOLDER.glob("*/metrics/*.toml")))


def metrics(scene: str | None = None) -> tuple[Metric, ...]:
    """Every metric, or those of one scene, in theme order and then by code."""
    ordered = sorted(_all().values(), key=lambda each: (THEMES.index(each.scene), each.code))
    return tuple(each for each in ordered if scene in (None, each.scene))


def metric(name: str) -> Metric:
    """The metric with this id or code; raises MetricError when there is none."""
    found = _all().get(name) or next((each for each in _all().values() if each.code == name), None)
    if found is None:
        raise MetricError(f"没有指标 {name!r}：在 /catalogue 或 /api/v1/metrics 查指标名和查数码")
    return found


def level_reached(metric_: Metric, level: str) -> bool:
    """Whether the metric may be read at this area level (its lowest level or above)."""
    return LEVELS.index(level) <= LEVELS.index(metric_.lowest)


def place_dimension(level: str) -> str | None:
    """The dimension that splits an area of this level into the next one down, None at the bottom."""
    index = LEVELS.index(level)
    return list(PLACE_DIMENSIONS)[index] if index < len(PLACE_DIMENSIONS) else None
