"""Whole answers are kept at the door: only what says so, per snapshot, never beyond the moment it names."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import brotli
import flask
import pytest

from components import answers, city_layers
from components.answers import PATH, Door


class Shared:
    """A cache between processes, or one that is away."""

    def __init__(self, is_away: bool = False) -> None:
        self.kept: dict[str, Any] = {}
        self.is_away = is_away

    def get(self, key: str) -> Any:
        if self.is_away:
            raise ConnectionError("away")
        return self.kept.get(key)

    def set(self, key: str, value: Any) -> Any:
        if self.is_away:
            raise ConnectionError("away")
        self.kept[key] = value


class Served:
    """An app that counts how often it is asked, behind the door."""

    def __init__(self, shared: Shared | None = None) -> None:
        self.asked = 0
        self.does: list[Any] = [answers.keep]
        self.app = flask.Flask("inner")
        self.app.add_url_rule(PATH, "answer", self._answer, methods=["POST"])
        self.door = Door(self.app.wsgi_app, shared)
        self.app.wsgi_app = self.door  # type: ignore[method-assign]

    def _answer(self) -> flask.Response:
        self.asked += 1
        for each in self.does:
            each()
        return flask.jsonify(times=self.asked, said="全市" * 200)

    def post(self, value: str = "?area=341002", encoding: str = "", output: str = "urban-body.children") -> Any:
        body = {"output": output, "inputs": [{"id": "scope", "value": value}], "changedPropIds": [str(self.asked)]}
        headers = {"Accept-Encoding": encoding} if encoding else {}
        return self.app.test_client().post(PATH, json=body, headers=headers)


@pytest.fixture
def current(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    known = {"id": "snap-1"}
    monkeypatch.setattr(answers, "current_id", lambda: known["id"])
    yield known


@pytest.fixture
def served(current: dict[str, str]) -> Served:
    return Served()


def test_the_same_question_is_worked_out_once_whatever_triggered_it(served: Served) -> None:
    assert [served.post().json["times"] for _ in range(3)] == [1, 1, 1]
    assert served.asked == 1


def test_another_area_another_callback_and_another_snapshot_are_other_questions(
    served: Served, current: dict[str, str]
) -> None:
    assert served.post().json["times"] == 1
    assert served.post("?area=341003").json["times"] == 2
    assert served.post(output="traffic-body.children").json["times"] == 3
    current["id"] = "snap-2"
    assert served.post().json["times"] == 4


def test_a_layer_dropped_into_the_citys_folder_is_seen_by_who_asks_again(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city_layers, "folder", lambda: tmp_path / "layers")
    assert [served.post().json["times"] for _ in range(2)] == [1, 1]
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "own.toml").write_text("", encoding="utf-8")
    assert [served.post().json["times"] for _ in range(2)] == [2, 2]


def test_the_whole_text_of_the_program_decides_its_edition() -> None:
    root = Path(answers.__file__).parent.parent
    found = {path.relative_to(root).as_posix() for path in answers._program()}
    wanted = {"api/shape.py", "security/mask.py", "data/contract.py", "data/objects.py", "briefing/content.py",
              "app.py", "queries/scope.py", "assets/tokens.json"}  # fmt: skip
    assert wanted <= found
    assert any(each.startswith("data/objects/") for each in found)
    assert not any(each.startswith(("tests/", "bench/", "data/demo/", "data/store/")) for each in found)


def test_what_does_not_say_so_is_not_kept(served: Served) -> None:
    served.does = []
    assert [served.post().json["times"] for _ in range(2)] == [1, 2]


def test_a_page_on_which_something_failed_is_not_kept(served: Served) -> None:
    served.does = [answers.keep, answers.spoil]
    assert [served.post().json["times"] for _ in range(2)] == [1, 2]
    served.does = [answers.spoil, answers.keep]
    assert [served.post("?b").json["times"] for _ in range(2)] == [3, 4]


def test_an_answer_leaves_at_the_earliest_moment_it_names(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime(2026, 11, 23, 12)
    clock = {"now": noon}
    monkeypatch.setattr(answers, "now", lambda: clock["now"])
    served.does = [answers.keep, *(partial(answers.until, noon + timedelta(hours=hours)) for hours in (2, 1, 3))]
    assert [served.post().json["times"] for _ in range(2)] == [1, 1]
    clock["now"] = noon + timedelta(minutes=59)
    assert served.post().json["times"] == 1
    clock["now"] = noon + timedelta(hours=1)
    assert served.post().json["times"] == 2


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_first_and_kept_answers_are_the_same_bytes_in_every_encoding(served: Served, encoding: str) -> None:
    first, again = served.post(encoding=encoding), served.post(encoding=encoding)
    assert first.data == again.data and first.headers.get("Content-Encoding", "") == encoding
    plain = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](again.data)
    assert b'"times":1' in plain.replace(b" ", b"")
    assert int(again.headers["Content-Length"]) == len(again.data)
    assert not [name for name, _ in again.headers if name.startswith("X-Answer")]


def test_an_answer_during_which_the_snapshot_was_swapped_is_not_kept(served: Served, current: dict[str, str]) -> None:
    served.does = [answers.keep, lambda: current.update(id="snap-2")]
    assert served.post().json["times"] == 1
    current["id"] = "snap-1"  # an undo: what was read of the other one must not come back under this name
    assert served.post().json["times"] == 2


def test_an_answer_that_waited_over_a_swap_is_not_kept_under_the_snapshot_before(
    served: Served, current: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = served.door._find

    def swapping(key: str) -> Any:
        monkeypatch.setattr(served.door, "_find", real)
        current["id"] = "snap-2"  # between the question and the work
        return real(key)

    monkeypatch.setattr(served.door, "_find", swapping)
    assert served.post().json["times"] == 1
    current["id"] = "snap-1"
    assert served.post().json["times"] == 2


def test_of_those_who_ask_at_once_one_works(served: Served) -> None:
    served.does = [lambda: time.sleep(0.2), answers.keep]
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(served.post().json["times"])) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [1] * 6


def test_no_more_questions_are_worked_out_at_once_than_there_are_places(served: Served) -> None:
    at_once, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.1)
        with lock:
            at_once -= 1

    served.does = [work, answers.keep]
    threads = [threading.Thread(target=served.post, args=(f"?{number}",)) for number in range(2 * answers.AT_WORK)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert most == answers.AT_WORK


def test_processes_share_what_one_has_worked_out(current: dict[str, str]) -> None:
    shared = Shared()
    assert Served(shared).post().json["times"] == 1
    other = Served(shared)
    other.asked = 7
    assert other.post().json["times"] == 1 and other.asked == 7


def test_without_the_shared_cache_the_door_answers_on(current: dict[str, str]) -> None:
    served = Served(Shared(is_away=True))
    assert [served.post().json["times"] for _ in range(2)] == [1, 1]


def test_the_held_bytes_stay_below_their_limit(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served.post("?0")
    size = served.door._bytes
    monkeypatch.setattr(answers, "KEPT_BYTES", 3 * size + size // 2)
    for number in range(1, 10):
        served.post(f"?{number}")
    assert len(served.door._held) == 3
    assert served.post("?9").json["times"] == 10, "the newest is held"
    assert served.post("?0").json["times"] == 11, "the oldest has left"


def test_what_is_no_question_goes_through(served: Served) -> None:
    client = served.app.test_client()
    assert client.post(PATH, data=b"no json", content_type="application/json").status_code == 200
    assert client.post(PATH, data=b'{"output": "x"}', content_type="application/json").json["times"] == 2
    assert client.get("/elsewhere").status_code == 404


@pytest.mark.parametrize(
    ("path", "life", "times"),
    [
        ("/api/v1/points/urban_case?area=341000&asof=snap-1", "private, max-age=31536000, immutable", [1, 1]),
        ("/api/v1/points/urban_case?area=341000", "no-cache", [1, 2]),
        ("/_dash-layout", "", [1, 1]),
        ("/api/v1/snapshot", "public, immutable", [1, 2]),
    ],
)
def test_an_address_is_kept_when_its_answer_never_changes(
    served: Served, path: str, life: str, times: list[int]
) -> None:
    def answer(**_: str) -> flask.Response:
        served.asked += 1
        response = flask.jsonify(times=served.asked)
        response.headers["Cache-Control"] = life
        return response

    served.app.add_url_rule("/<path:rest>", "fixed", answer)
    assert [served.app.test_client().get(path).json["times"] for _ in range(2)] == times  # type: ignore[index]


def test_a_browser_that_holds_a_copy_is_answered_by_the_app(served: Served) -> None:
    def answer(**_: str) -> flask.Response:
        served.asked += 1
        response = flask.jsonify(said="fixed")
        response.headers["Cache-Control"] = "immutable"
        response.set_etag("one")
        response.make_conditional(flask.request)
        return response

    served.app.add_url_rule("/geo/<path:rest>", "fixed", answer)
    client = served.app.test_client()
    assert [client.get("/geo/x").status_code for _ in range(2)] == [200, 200] and served.asked == 1
    assert client.get("/geo/x", headers={"If-None-Match": '"one"'}).status_code == 304
