"""First screens are worked out before anybody asks: every scene, the city first, while the snapshot lives."""

from __future__ import annotations

import flask
import pytest

from components import warming
from components.answers import PATH


def served(asked: list[tuple[str, str]]) -> flask.Flask:
    app = flask.Flask("inner")

    def answer() -> str:
        body = flask.request.get_json()
        asked.append((body["output"], body["inputs"][0]["value"]))
        return "{}"

    app.add_url_rule(PATH, "answer", answer, methods=["POST"])
    return app


def test_every_scene_is_asked_for_the_city_and_then_for_each_district(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(warming, "current_id", lambda: "snap-1")
    assert warming.warm(served(asked)) == 64
    assert asked[0] == ("overview-body.children", "") and asked[7] == ("safety-body.children", "")
    assert asked[8] == ("overview-body.children", "?area=341002")
    assert len({search for _, search in asked}) == 8


def test_the_job_stops_when_the_snapshot_is_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(warming, "current_id", lambda: "snap-1" if len(asked) < 3 else "snap-2")
    assert warming.warm(served(asked)) == 3
