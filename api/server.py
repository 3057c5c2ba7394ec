"""The only place that builds the web server under Dash: health, API, and errors that never turn into a page."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Flask, Response, request
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, NotFound

from api import points, problem
from api.parameters import SnapshotParameters, refused, snapshot_of
from api.routes import PREFIX
from api.shape import Alive, Ready
from queries.snapshot import NoSnapshot

_HEALTH = ("/healthz", "/readyz")
_INFO = Info(
    title="黄山市城市运行驾驶舱",
    version="1",
    description="与页面、周报同一套读数。只读；时间为北京时间的墙上时间；统计期含起始日、不含截止日；出错为 RFC 9457。",
)


def server(is_cache_up: Callable[[], bool | None] = lambda: None) -> Flask:
    """A Flask server with `/healthz`, `/readyz` and `/api/v1`, for `Dash(server=…)`.

    `is_cache_up` is asked by `/readyz`: without the shared cache the cockpit serves on, slower, and says so; None where
    the cache cannot be away.
    """
    app = OpenAPI(
        "cockpit",
        info=_INFO,
        security_schemes={},
        validation_error_status=400,
        validation_error_model=problem.Problem,
        validation_error_callback=_refuse_parameters,
        doc_ui=False,  # its pages pull scripts from other hosts
        static_folder=None,
    )
    app.url_map.merge_slashes = False  # `/api//v1` is a wrong address, not a redirect with a page of HTML
    app.register_api(points.register())
    description = json.dumps(app.api_doc, ensure_ascii=False)
    app.add_url_rule(f"{PREFIX}/openapi.json", "openapi", lambda: Response(description, mimetype="application/json"))
    app.add_url_rule("/healthz", "healthz", _alive)
    app.add_url_rule("/readyz", "readyz", lambda: _ready(is_cache_up))
    # Dash answers every other address with its page: under /api an unknown address is an error
    app.add_url_rule("/api/", "api.unknown", _unknown, strict_slashes=False)
    app.add_url_rule("/api/<path:rest>", "api.unknown", _unknown)
    app.register_error_handler(HTTPException, _refuse)
    return app


def _alive() -> Response:
    return _health(Alive())


def _ready(is_cache_up: Callable[[], bool | None]) -> Response:
    try:
        snap = snapshot_of(SnapshotParameters())
    except NoSnapshot as error:
        return problem.respond(503, str(error), request.path)
    except (OSError, ValueError, KeyError) as error:
        return problem.respond(503, f"快照读不出来({type(error).__name__})：重新发布", request.path)
    cache = {None: None, True: "ok", False: "away"}[is_cache_up()]
    return _health(Ready.model_validate({"snapshot": snap.id, "demo": snap.demo, "cache": cache}))


def _health(body: Alive | Ready) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(body.model_dump_json(exclude_none=True), headers=headers, mimetype="application/json")


def _unknown(rest: str = "") -> Response:
    raise NotFound


def _refuse_parameters(error: ValidationError) -> Response:
    return problem.bad_value(refused(error), request.path)


def _refuse(error: HTTPException) -> Response | HTTPException:
    """Errors of the API and of health in problem+json; those of pages stay as they are."""
    if request.path in _HEALTH or request.path == "/api" or request.path.startswith("/api/"):
        return problem.of_http(error, request.path)
    return error
