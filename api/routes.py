"""The only place that answers `/api/v1`: parameters in, a checked shape out, and how long it may be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel

from api import parameters, shape, shape_ranking
from api.problem import MEDIA_TYPE, BadValue, UnknownName, bad_value, respond
from api.quality import table_quality
from data.assessment import assessment
from data.catalogue import scenes
from data.clock import now
from data.contract import contracts
from metrics import Change, MetricError, Reading, compare_groups, compare_many, fair, metric, metrics, read, read_groups
from metrics import assessment as standing
from metrics.quality import findings
from metrics.why import why
from metrics.why_words import sentence
from queries.runner import QueryTimeout
from queries.scope import Scope, ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired

PREFIX = "/api/v1"
_PINNED_SECONDS = 3600  # what a pinned snapshot says does not change; the hour bounds a proxy's mistakes


def problems(*statuses: int) -> dict[str | int, type[BaseModel] | dict[Any, Any] | None]:
    words = {
        400: "参数有误",
        404: "没有这个名称",
        410: "asof 的快照已不保留",
        500: "服务出错",
        503: "没有快照，或查询超时",
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": words[status], "content": content} for status in (400, *statuses, 500)}


v1 = APIBlueprint("api", __name__, url_prefix=PREFIX, operation_id_callback=lambda *, name, **_: name)


@v1.get("/snapshot", summary="快照及其各表", responses={200: shape.SnapshotAnswer, **problems(410, 503)})
def snapshot_state(query: parameters.SnapshotParameters) -> Response:
    snap = parameters.snapshot_of(query)
    return _send(shape.SnapshotAnswer.model_validate(snap), seconds=_PINNED_SECONDS if query.asof else 0)


@v1.get("/scenes", summary="场景目录", responses={200: shape.SceneList, **problems()})
def scene_list(query: parameters.NoParameters) -> Response:
    return _send(shape.SceneList.model_validate({"scenes": list(scenes().values())}))


@v1.get("/metrics", summary="指标及其口径", responses={200: shape.MetricList, **problems(404)})
def metric_list(query: parameters.MetricListParameters) -> Response:
    if query.scene is not None and query.scene not in scenes():
        raise UnknownName(f"没有场景 {query.scene}：可用 {'、'.join(scenes())}")
    return _send(shape.MetricList.model_validate({"metrics": metrics(query.scene)}))


@v1.get(
    "/metrics/<name>",
    summary="一个指标的读数；写 by 时为各组的读数",
    description="统计期含起始日、不含截止日。没有数据时 value 为空，不为 0。"
    "筛选与页面同一写法：f.<维度>=<值>[,<值>]，维度为指标声明过的（by），如 f.channel=app,web；不认识的答 400。",
    responses={200: shape.ReadingAnswer, **problems(404, 410, 503)},
)
def metric_reading(path: parameters.MetricName, query: parameters.ReadingParameters) -> Response:
    asked = metric(path.name)
    snap = parameters.snapshot_of(query)
    scope = parameters.scope_of(query, asked, snap, request.args.items())
    moment = now()
    if query.by is None:
        readings = [read(asked.id, scope).at(moment)]
        body = shape.ReadingAnswer.model_validate(_told(readings, scope, query)[0])
    else:
        readings = [reading.at(moment) for reading in read_groups(asked.id, scope, query.by)]
        body = shape.ReadingAnswer.model_validate(
            {
                "metric": asked.id,
                "by": query.by,
                "area": scope.area,
                "since": scope.since,
                "until": scope.until,
                "snapshot": snap.id,
                "groups": _told(readings, scope, query),
            }
        )
    return _send(body, seconds=_seconds_unchanged(readings, moment) if query.asof else 0)


@v1.get(
    "/metrics/<name>/why",
    summary="一个计数或比率为什么变了：按地、类、来源拆开，各格相加等于总变化",
    description="筛选同读数：f.<维度>=<值>[,<值>]。",
    responses={200: shape.WhyAnswer, **problems(404, 410, 503)},
)
def metric_why(path: parameters.MetricName, query: parameters.WhyParameters) -> Response:
    asked = metric(path.name)
    snap = parameters.snapshot_of(query)
    moment = now()
    found = why(asked.id, parameters.scope_of(query, asked, snap, request.args.items()), query.against)
    body = {
        "metric": asked.id, "against": found.against, "change": found.change, "sentence": sentence(found),
        "absent": found.absent, "dimensions": list(found.dimensions), "now": found.now.at(moment).to_json(),
        "before": found.before.at(moment).to_json(),
        "cells": [{**asdict(each), "effect": each.effect} for each in found.cells],
    }  # fmt: skip
    return _send(shape.WhyAnswer.model_validate(body))


@v1.get(
    "/metrics/<name>/fair",
    summary="一个比率的各组公平排名：同类内比，样本少的收缩到同类平均，附 95% 区间",
    description="筛选同读数：f.<维度>=<值>[,<值>]。不是比率的指标答 absent。",
    responses={200: shape_ranking.FairAnswer, **problems(404, 410, 503)},
)
def metric_fair(path: parameters.MetricName, query: parameters.FairParameters) -> Response:
    asked = metric(path.name)
    scope = parameters.scope_of(query, asked, parameters.snapshot_of(query), request.args.items())
    is_rankable = fair.is_rankable(asked.id)
    parts = [
        {
            "key": each.reading.key, "name": each.reading.key_name or "", "peers": each.peers, "n": each.n,
            "value": each.value, "shrunk": each.shrunk, "low": each.low, "high": each.high, "rank": each.rank,
        }
        for each in (fair.placed(asked.id, scope, query.by) if is_rankable else ())
    ]  # fmt: skip
    body = {
        "metric": asked.id, "by": query.by, "area": scope.area, "since": scope.since, "until": scope.until,
        "snapshot": scope.snapshot, "minimum_n": asked.minimum_n,
        "absent": "" if parts else "这段时间没有可比的数" if is_rankable else "不是可判好坏的比率，不作公平排名",
        "parts": parts,
    }  # fmt: skip
    return _send(shape_ranking.FairAnswer.model_validate(body))


@v1.get(
    "/assessment",
    summary="城管考核：最后一个整月各单位的得分、名次、逐项失分和另行扣分",
    responses={200: shape_ranking.AssessmentAnswer, **problems(410, 503)},
)
def assessment_standings(query: parameters.AssessmentParameters) -> Response:
    snap = parameters.snapshot_of(query)
    scope = parameters.assessed_scope(query, snap)
    rules, month = assessment(), standing.month(scope)
    info = snap.tables.get("urban.case")
    body = {
        "edition": rules.edition, "basis": rules.basis, "fewest": rules.fewest, "since": month.since,
        "until": month.until, "snapshot": snap.id, "demo": info is not None and info.is_demo,
        "units": [_assessed(each) for each in standing.standings(scope)],
    }  # fmt: skip
    return _send(shape_ranking.AssessmentAnswer.model_validate(body))


@v1.get(
    "/quality",
    summary="一张表的质量和及时性；不写 table 时为所有有契约的表",
    responses={200: shape.QualityAnswer, **problems(404, 410, 503)},
)
def quality(query: parameters.QualityParameters) -> Response:
    snap = parameters.snapshot_of(query)
    if query.table is None:
        found = findings(snap.id)
        tables = [table_quality(each, snap, now(), found) for each in contracts().values()]
        return _send(shape.QualityAnswer(shape.QualityList(tables=tables)))
    if query.table not in contracts():
        raise UnknownName(f"没有表 {query.table}：有契约的表见不写 table 的 {PREFIX}/quality")
    return _send(shape.QualityAnswer(table_quality(contracts()[query.table], snap, now(), findings(snap.id))))


def _assessed(each: standing.Standing) -> dict[str, Any]:
    items = [
        {"id": mark.item.id, "name": mark.item.name, "weight": mark.item.weight, "numerator": mark.numerator,
         "denominator": mark.denominator, "share": mark.share, "earned": mark.earned, "lost": mark.lost}
        for mark in each.marks
    ]  # fmt: skip
    return {
        "unit": each.unit, "group": assessment().groups.get(each.group, each.group), "area": each.place_code,
        "due_count": each.due_count, "score": each.score, "rank": each.rank, "earlier_rank": each.earlier_rank,
        "step": each.step, "deducted": each.deducted, "items": items,
        "deductions": [asdict(deduction) for deduction in each.deductions],
    }  # fmt: skip


def _told(readings: Sequence[Reading], scope: Scope, query: parameters.ReadingParameters) -> list[dict[str, Any]]:
    """The readings as JSON, each with its comparison where one is asked for."""
    told = [reading.to_json() for reading in readings]
    if query.compare is None or not readings:
        return told
    if query.by is None:
        changes = compare_many([readings[0].metric], scope, query.compare, readings)
    else:
        changes = compare_groups(scope, query.compare, query.by, readings)
    return [
        body | {"comparison": _comparison(query.compare, change)} for body, change in zip(told, changes, strict=True)
    ]


def _comparison(which: str, change: Change) -> dict[str, Any]:
    assert change.earlier is not None  # it was read, though it may know nothing
    earlier = {"since": change.earlier.since, "until": change.earlier.until, "value": change.earlier.value}
    words = {"text": change.text, "direction": change.direction, "judgement": change.judgement, "basis": change.basis}
    return {"which": which} | earlier | words


def _seconds_unchanged(readings: Sequence[Reading], moment: datetime) -> int:
    """How long pinned readings stay as they are: up to an hour, and never past the moment when one turns stale."""
    ageing = [(each.stale_at - moment).total_seconds() for each in readings if each.stale_at and each.state == "ok"]
    return int(min(_PINNED_SECONDS, *ageing)) if ageing else _PINNED_SECONDS


def _send(body: BaseModel, seconds: int = 0) -> Response:
    """The answer as JSON. It is kept for `seconds`, else asked for again each time and told apart by its ETag."""
    response = Response(body.model_dump_json(), mimetype="application/json")
    response.headers["Cache-Control"] = f"private, max-age={seconds}" if seconds else "no-cache"
    response.add_etag()  # of the content, not of snapshot and question: a reading also turns stale by the clock
    response.make_conditional(request)
    return response


@v1.before_request
def _refuse_repeated() -> None:
    parameters.refuse_repeated(request.args.lists())


@v1.errorhandler(BadValue)
def _bad_value(error: BadValue) -> Response:
    return bad_value(error, request.path)


@v1.errorhandler(ScopeError)
def _bad_scope(error: ScopeError) -> Response:
    return respond(400, str(error), request.path)


@v1.errorhandler(MetricError)
@v1.errorhandler(UnknownName)
def _unknown(error: Exception) -> Response:
    return respond(404, str(error), request.path)


@v1.errorhandler(SnapshotExpired)
def _expired(error: SnapshotExpired) -> Response:
    return respond(410, str(error), request.path)


@v1.errorhandler(NoSnapshot)
@v1.errorhandler(QueryTimeout)
def _not_now(error: Exception) -> Response:
    return respond(503, str(error), request.path)
