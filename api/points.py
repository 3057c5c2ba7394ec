"""The only place that hands out what lies on the map: the objects of a layer, and one object's card.

With `asof` an answer never changes again, so a browser and a proxy may keep it as long as they like.
"""

from __future__ import annotations

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel

from api import parameters, shape
from api.problem import BadValue, Fault, UnknownName
from api.routes import problems, v1
from components import map_layers
from components.map_layers import UnknownLayer
from data.divisions import UnknownPlaceError, name_of
from data.layers import LayerFile
from queries.scope import Scope

_FOR_EVER = "private, max-age=31536000, immutable"  # private: who may see what is decided per person
_NOW = "no-cache"


@v1.get(
    "/points/<layer>",
    summary="一个图层的对象：坐标、类别、起止，按列给出",
    description="写 asof 时地址与内容一一对应，可长期缓存。",
    responses={200: shape.PointsAnswer, **problems(404, 410, 503)},
)
def layer_points(path: parameters.LayerName, query: parameters.PointsParameters) -> Response:
    layer, scope = _layer(path.layer), _scope(query)
    return _send(shape.PointsAnswer.model_validate(map_layers.points(layer, scope)), layer, query)


@v1.get(
    "/points/<layer>/<path:object_id>",
    summary="图层中的一个对象：可公开的字段和流转",
    responses={200: shape.CardAnswer, **problems(404, 410, 503)},
)
def layer_object(path: parameters.ObjectName, query: parameters.PointsParameters) -> Response:
    layer, scope = _layer(path.layer), _scope(query)
    try:
        found = map_layers.card(layer, path.object_id, scope)
    except UnknownLayer as error:
        raise UnknownName(str(error)) from error
    return _send(shape.CardAnswer.model_validate(found), layer, query)


def register() -> APIBlueprint:
    """The routes of `/api/v1`, with those of this module among them."""
    return v1


def _layer(name: str) -> LayerFile:
    try:
        return map_layers.find(name)
    except UnknownLayer as error:
        raise UnknownName(str(error)) from error


def _scope(asked: parameters.PointsParameters) -> Scope:
    snap = parameters.snapshot_of(asked)
    try:
        name_of(asked.area)
    except UnknownPlaceError:
        raise BadValue(Fault(parameter="area", value=asked.area, allowed=parameters.AREA)) from None
    return Scope(area=asked.area, since=asked.since, until=asked.until, snapshot=snap.id)


def _send(body: BaseModel, layer: LayerFile, asked: parameters.PointsParameters) -> Response:
    is_fixed = asked.asof is not None and (asked.version or "") == map_layers.version(layer)
    response = Response(body.model_dump_json(exclude_defaults=True), mimetype="application/json")
    response.headers["Cache-Control"] = _FOR_EVER if is_fixed else _NOW
    response.add_etag()
    response.make_conditional(request)
    return response
