"""The only place that says what may be asked over HTTP, what holds where nothing is given, and the scope it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.json_schema import SkipJsonSchema

from api.problem import BadValue, Fault
from data.divisions import UnknownPlaceError, name_of
from metrics import Metric
from metrics.filters import check_metric
from queries.scope import CITY, Scope, ScopeError
from queries.snapshot import NoSnapshot, Snapshot, SnapshotExpired, current_id, snapshot

WEEK = timedelta(days=7)
FILTER = "f."
_FIRST_YEAR = 1900  # an assessment looks two months back, and no city's began earlier
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AREA = "统计局（不是民政部）的区划代码：341000(全市)、本市的 6、9、12、15 位代码，管委会为 3410F1–3410F3"
_ASOF = "快照编号，形如 snap- 加 12 位十六进制数（见 /api/v1/snapshot）；不写为现在的快照"
_PLACE = "^3410([0-9]{2}|F[1-9]|[0-9]{5}|[0-9]{8}|[0-9]{11})$"
_SINCE = "起始日（含），写成 2026-11-16；不写为 until 前 7 天"
_UNTIL = "截止日（不含），写成 2026-11-23；不写为 since 后 7 天，都不写为指标来源表的上一个整周（周一到周一）"
_BY = "分组的维度：指标声明过的一个（见 /api/v1/metrics 的 by）"
_ASSESSED = "截止日（不含），写成 2026-11-23：考核其前最后一个整月；不写为案件表的上一个整周之末"
_COMPARE = "一并给出比较：previous(环比)或 last_year(同比，按春节和节假日对齐、按可比天数)；与 by 同写时每组各有一个"
_SCENE = "场景的英文名（见 /api/v1/scenes 的 slug）；不写为所有场景"
_TABLE = "表名，形如 ecology.air_hourly(见 /api/v1/snapshot 的 tables)；不写为所有的表"


def _iso_day(text: object) -> object:
    """Lets only `2026-11-23` through: left alone, pydantic also reads `0` as the first day of 1970."""
    if not isinstance(text, str) or not _ISO_DAY.fullmatch(text):
        raise ValueError("not an ISO date")
    return text


def _may_be_left_out(allowed: str) -> Any:
    """A field without a default in its schema: null cannot be written in an address."""
    return Field(default=None, description=allowed, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


_Day = Annotated[date, BeforeValidator(_iso_day)]
_SnapshotId = Annotated[str, Field(pattern="^snap-[0-9a-f]{12}$")]
_Dimension = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
_Version = Annotated[str, Field(pattern="^([0-9a-f]{16})?$")]
_Left = SkipJsonSchema[None]


class _Parameters(BaseModel):
    """An unknown parameter is refused: a mistyped `untill` would otherwise answer another question in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParameters(_Parameters):
    """Nothing may be asked."""


class SnapshotParameters(_Parameters):
    """Which snapshot."""

    asof: _SnapshotId | _Left = _may_be_left_out(_ASOF)


class MetricListParameters(_Parameters):
    """Which metrics."""

    scene: str | _Left = _may_be_left_out(_SCENE)


class MetricName(BaseModel):
    """Which metric."""

    name: str = Field(description="指标名或查数码，如 good_air_day_rate 或 EN02(见 /api/v1/metrics)")


class PeriodParameters(SnapshotParameters):
    """Which place, which half-open period."""

    area: str = Field(default=CITY, pattern=_PLACE, description=AREA)
    since: _Day | _Left = _may_be_left_out(_SINCE)
    until: _Day | _Left = _may_be_left_out(_UNTIL)

    @model_validator(mode="before")
    @classmethod
    def _without_filters(cls, given: Any) -> Any:
        """`f.<dimension>` is a family of names that no field can hold: `scope_of` reads and checks them."""
        return (
            {key: value for key, value in given.items() if not key.startswith(FILTER)}
            if isinstance(given, dict)
            else given
        )


class ReadingParameters(PeriodParameters):
    """Split by what."""

    by: _Dimension | _Left = _may_be_left_out(_BY)
    compare: Literal["previous", "last_year"] | _Left = _may_be_left_out(_COMPARE)


class WhyParameters(PeriodParameters):
    """A change against which period."""

    against: Literal["previous", "last_year"] = Field(
        default="previous", description="与哪一期比：previous 上期（默认），last_year 上年同期"
    )


class FairParameters(PeriodParameters):
    """A share split by what."""

    by: _Dimension = Field(default="district_code", description=_BY)


class AssessmentParameters(SnapshotParameters):
    """Which month: the last whole one before `until`."""

    until: _Day | _Left = _may_be_left_out(_ASSESSED)


class PointsParameters(SnapshotParameters):
    """Which place, which half-open period."""

    area: str = Field(default=CITY, pattern=_PLACE, description=AREA)
    since: _Day = Field(description="起始日（含），写成 2026-11-16")
    until: _Day = Field(description="截止日（不含），写成 2026-11-23")
    version: _Version | _Left = _may_be_left_out("本市文件图层的版本：16 位十六进制数，由页面给出")


class LayerName(BaseModel):
    """Which layer."""

    layer: str = Field(pattern="^[a-z][a-z0-9_]{0,63}$", description="图层：小写字母、数字和下划线，如 urban_case")


class ObjectName(LayerName):
    """Which object of which layer."""

    object_id: str = Field(max_length=100, description="对象编号，最长 100 个字符")


class QualityParameters(SnapshotParameters):
    """Which table."""

    table: str | _Left = _may_be_left_out(_TABLE)


_QUERIES = (
    NoParameters,
    SnapshotParameters,
    MetricListParameters,
    ReadingParameters,
    WhyParameters,
    FairParameters,
    AssessmentParameters,
    PointsParameters,
    QualityParameters,
    LayerName,
    ObjectName,
)
_ASKED = {each.__name__: each for each in _QUERIES}


def refused(error: ValidationError) -> BadValue:
    """The parameters that pydantic refused, each with what is allowed in the words of its own description."""
    fields = _ASKED[error.title].model_fields
    names = "、".join(sorted(fields)) or "(无)"
    faults = {}
    for each in error.errors(include_url=False, include_context=False):
        name = str(each["loc"][0])
        allowed = fields[name].description or "" if name in fields else f"没有这个参数；可用 {names}"
        faults[name] = Fault(parameter=name, value=str(each["input"]), allowed=allowed)
    return BadValue(*faults.values())


def refuse_repeated(given: Iterable[tuple[str, list[str]]]) -> None:
    """Raises BadValue for a parameter given twice: taking either one would be a guess."""
    faults = [Fault(parameter=name, value=" ".join(v), allowed="只写一次") for name, v in given if len(v) > 1]
    if faults:
        raise BadValue(*faults)


def snapshot_of(asked: SnapshotParameters) -> Snapshot:
    """The snapshot asked for, or the current one, read once per request.

    Raises:
        NoSnapshot: the store holds none.
        SnapshotExpired: `asof` is not kept any more.
    """
    if asked.asof is not None:
        return snapshot(asked.asof)
    try:
        return snapshot(current_id())
    except NoSnapshot as error:  # its own words name a folder of this machine
        raise NoSnapshot("还没有快照：先运行 make demo，或用 cockpit.py import 导入文件") from error
    except SnapshotExpired as error:
        raise NoSnapshot("现在的快照不在了：用 cockpit.py publish 重新发布") from error


def scope_of(asked: PeriodParameters, metric: Metric, snap: Snapshot, given: Iterable[tuple[str, str]] = ()) -> Scope:
    """The scope asked for; `given` are the parameters as they came, of which `f.<dimension>=<value>,<value>` filter.

    Raises BadValue, or ScopeError for a period that cannot be.
    """
    try:
        name_of(asked.area)
    except UnknownPlaceError:
        raise BadValue(Fault(parameter="area", value=asked.area, allowed=AREA)) from None
    by = asked.by if isinstance(asked, ReadingParameters | FairParameters) else None
    if by is not None and by not in metric.by:
        allowed = f"{metric.name}可按 {'、'.join(metric.by) or '(无)'} 分组"
        raise BadValue(Fault(parameter="by", value=by, allowed=allowed))
    since, until = _period(asked, metric, snap)
    scope = Scope(area=asked.area, since=since, until=until, snapshot=snap.id)
    faults, filters = [], []
    for key, text in given:
        for value in text.split(",") if key.startswith(FILTER) else ():
            filters.append((key.removeprefix(FILTER), value))
            try:
                check_metric(metric, replace(scope, filters=(filters[-1],)))
            except ScopeError as error:
                faults.append(Fault(parameter=key, value=value, allowed=str(error).split("：", 1)[1]))
    if faults:
        raise BadValue(*faults)
    return replace(scope, filters=tuple(filters))


def assessed_scope(asked: AssessmentParameters, snap: Snapshot) -> Scope:
    """The whole city up to the day asked for; raises BadValue for a day that has no two months before it."""
    until = asked.until or snap.last_full_week(["urban.case"])
    if until.year < _FIRST_YEAR:
        raise BadValue(Fault(parameter="until", value=str(until), allowed=_ASSESSED))
    return Scope(area=CITY, since=until - WEEK, until=until, snapshot=snap.id)


def _period(asked: PeriodParameters, metric: Metric, snap: Snapshot) -> tuple[date, date]:
    try:
        if asked.until is not None:
            return asked.since or asked.until - WEEK, asked.until
        if asked.since is not None:
            return asked.since, asked.since + WEEK
    except OverflowError:
        name, day, allowed = ("until", asked.until, _UNTIL) if asked.until else ("since", asked.since, _SINCE)
        raise BadValue(Fault(parameter=name, value=str(day), allowed=allowed)) from None
    until = snap.last_full_week(metric.sources)
    return until - WEEK, until
