"""The only place that turns a wall from scene to scene: where `/wall` leads, which scenes, how long each stays."""

from __future__ import annotations

from urllib.parse import urlencode

import flask
from dash import html
from werkzeug.wrappers import Response

from components.marks import marked
from data.settings import settings


def serve(server: flask.Flask) -> None:
    """Adds `/wall`, which leads to the first scene with the rotation on; what else it is asked for goes along."""
    server.add_url_rule("/wall", "wall", _first)


def _first() -> Response:
    given = {**flask.request.args.to_dict(), "view": "wall", "rotate": "1"}
    return flask.redirect(f"/{settings().wall_scenes[0]}?{urlencode(given)}")


def bar() -> html.Div:
    """The clock, the way to pause, and a line that is silent until the server is; `assets/wall.js` keeps it going."""
    pause = marked(html.Button("暂停", id="wall-pause", className="quiet", title="空格"), aria_pressed="false")
    return marked(
        html.Div(
            [html.Span(id="wall-lost", role="status"), html.Span(id="wall-turn"), pause, html.Time(id="wall-clock")],
            id="wall",
            className="wall-bar",
        ),
        data_scenes=" ".join(settings().wall_scenes),
        data_seconds=str(settings().wall_seconds),
    )
