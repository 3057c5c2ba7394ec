"""The only place that keeps whole answers: a callback's bytes, compressed, at the door of the server.

The URL is the only state of a page, so what a page callback answers depends on the callback, its inputs, who asks and
the snapshot alone: whoever asks again gets the same bytes without Flask, Dash or a query having run. Only what says so
is kept (`keep`, from within the callback), never a page on which a panel failed, and never beyond the moment at which
the clock alone would change it (`until`). So is what an address that holds the snapshot says is immutable (points and
borders of the map), and Dash's description of the empty window. The gate that checks who asks belongs in front.

Kept in this process up to a number of bytes, and in the cache that all processes share. Of those who ask for the same
thing at once, one works and the others wait.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
import flask
import orjson

from components import city_layers
from data.clock import now
from data.settings import settings
from queries.runner import Cache
from queries.snapshot import NoSnapshot, current_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Standing = tuple[str, int, int]
log = logging.getLogger("cockpit.answers")
_ROOT = Path(__file__).resolve().parent.parent
_ROOMS = ("api", "assets", "briefing", "components", "data", "geo", "ingest", "metrics", "pages", "queries", "security")
_TEXT = (".py", ".sql", ".toml", ".csv", ".json")
_NO_PROGRAM = frozenset({"demo", "store"})  # in data/: what makes the demo city, and where a store stands by default
PATH = "/_dash-update-component"
PUBLIC = "public"
_WINDOW = ("/_dash-layout", "/_dash-dependencies")  # the empty window: the program's text alone decides it
_FIXED = ("/api/v1/points/", "/geo/")  # kept when the answer says it is immutable
KEPT_BYTES = 48 * 1024 * 1024  # of compressed answers in this process: about a thousand pages
LONGEST_QUESTION = 64 * 1024  # bytes; an upload is no question
_WAIT_S = 30.0  # for the one who works; then each works alone
AT_WORK = 4  # questions worked out at once; who asks one more waits, and the server's other threads stay free
_KEEP, _UNTIL = "X-Answer-Keep", "X-Answer-Until"  # from the callback to the door; they never leave it
_DROPPED = frozenset({"content-length", "content-encoding", _KEEP.lower(), _UNTIL.lower()})


@dataclass(frozen=True)
class Answer:
    """A kept answer: its headers without length and encoding, its two encodings, and when the clock changes it."""

    headers: tuple[tuple[str, str], ...]
    bodies: Mapping[str, bytes]  # by content encoding: br, gzip
    until: datetime | None

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))

    @property
    def is_fresh(self) -> bool:
        return self.until is None or now() < self.until


def keep() -> None:
    """Says, from within a callback, that its answer depends on its inputs, the asker and the snapshot alone."""
    _say(_KEEP, "1")


def until(moment: datetime) -> None:
    """Says, from within a callback, that the clock will change its answer at `moment`; the earliest one counts."""
    if flask.has_request_context():
        known = flask.g.get("answer_until")
        flask.g.answer_until = moment if known is None else min(known, moment)
        _say(_UNTIL, flask.g.answer_until.isoformat())


def spoil() -> None:
    """Says, from within a callback, that something failed: this answer is not kept, whoever said so before or after."""
    if flask.has_request_context():
        flask.g.answer_spoilt = True


def _say(name: str, value: str) -> None:
    if not flask.has_request_context():
        return

    @flask.after_this_request
    def _(response: flask.Response) -> flask.Response:
        if name == _KEEP and flask.g.get("answer_spoilt"):
            return response
        response.headers[name] = value
        return response


class Door:
    """A WSGI application in front of the app's own that answers kept questions by itself."""

    def __init__(self, inner: WSGIApplication, cache: Cache | None) -> None:
        self._inner, self._shared = inner, cache
        self._held: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._working: dict[str, threading.Event] = {}
        self._places = threading.BoundedSemaphore(AT_WORK)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        standing = _standing()  # read before anything else: what is worked out after a swap is not kept under this key
        key = _key(environ, standing[0])
        if key is None:
            return self._inner(environ, start_response)
        answer = self._find(key)
        if answer is not None:
            return _send(answer, environ, start_response)
        with self._alone(key):
            answer = self._find(key)  # somebody may have worked while this one waited
            if answer is not None:
                return _send(answer, environ, start_response)
            with self._places:
                return self._ask(key, standing, environ, start_response)

    def _ask(
        self, key: str, standing: Standing, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Lets the app answer; keeps the answer when it says so and the key's snapshot stood all the time."""
        accepted = environ.pop("HTTP_ACCEPT_ENCODING", "")  # the app answers plainly, the door compresses
        said: dict[str, Any] = {}

        def hear(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            said.update(status=status, headers=headers)
            return lambda _: None

        body = b"".join(_closing(self._inner(environ, hear)))
        environ["HTTP_ACCEPT_ENCODING"] = accepted
        named = {name.lower(): value for name, value in said["headers"]}
        headers = tuple((name, value) for name, value in said["headers"] if name.lower() not in _DROPPED)
        ends = named.get(_UNTIL.lower())
        packed = Answer(headers, _packed(body), datetime.fromisoformat(ends) if ends else None)
        is_kept = _KEEP.lower() in named or _is_fixed(environ["PATH_INFO"], named.get("cache-control", ""))
        if said["status"].startswith("200") and is_kept and _standing() == standing:
            self._hold(key, packed)
            self._share(key, packed)
        return _send(packed, environ, start_response, said["status"])

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """Of those who ask the same at once, one works; the others wait for it, but not for ever."""
        with self._lock:
            busy = self._working.get(key)
            mine = None if busy else self._working.setdefault(key, threading.Event())
        if busy is not None:
            busy.wait(_WAIT_S)
        try:
            yield
        finally:
            if mine is not None:
                with self._lock:
                    del self._working[key]
                mine.set()

    def _find(self, key: str) -> Answer | None:
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
        if held is None and self._shared is not None:
            try:
                held = self._shared.get(key)
            except Exception:  # whatever a back end raises when it is away: the app answers, slower
                log.warning("shared cache cannot be read", exc_info=True)
            if held is not None:
                self._hold(key, held)
        return held if held is not None and held.is_fresh else None

    def _hold(self, key: str, answer: Answer) -> None:
        with self._lock:
            old = self._held.pop(key, None)
            self._held[key] = answer
            self._bytes += answer.size - (old.size if old else 0)
            while self._bytes > KEPT_BYTES:
                _, dropped = self._held.popitem(last=False)
                self._bytes -= dropped.size

    def _share(self, key: str, answer: Answer) -> None:
        if self._shared is None:
            return
        try:
            self._shared.set(key, answer)
        except Exception:  # as above
            log.warning("shared cache cannot be written", exc_info=True)


def _key(environ: WSGIEnvironment, snapshot_id: str) -> str | None:
    """What is asked, who asks, and the snapshot; None for what can have no kept answer."""
    match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
        case "POST", path if path == PATH:
            asked = _asked(environ)
        case "GET", path if path.startswith((*_WINDOW, *_FIXED)) and "HTTP_IF_NONE_MATCH" not in environ:
            asked = (path, environ.get("QUERY_STRING", ""))
        case _:
            return None
    if asked is None or not snapshot_id:
        return None
    return _digest(_edition(), city_layers.standing(), asked, _principal(environ), snapshot_id)


def _digest(*parts: object) -> str:
    return "a-" + hashlib.sha256(orjson.dumps(parts)).hexdigest()


def _is_fixed(path: str, cache_control: str) -> bool:
    return path in _WINDOW or (path.startswith(_FIXED) and "immutable" in cache_control)


def _asked(environ: WSGIEnvironment) -> tuple[Any, ...] | None:
    """Callback, inputs and states of the request's body, which it puts back; None for what is no question."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    if not 0 < length <= LONGEST_QUESTION:
        return None
    raw = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(raw)
    try:
        asked = orjson.loads(raw)
        return asked["output"], asked["inputs"], asked.get("state", [])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _standing() -> Standing:
    """The snapshot that is served now, and since when: an answer during which it was swapped is not kept.

    The id alone would not do: after a swap there and back it is the same, and the answer may be the other one's.
    """
    try:
        seen = (settings().store / "CURRENT").stat()
        since = seen.st_ino, seen.st_mtime_ns
    except OSError:
        since = 0, 0
    try:
        return current_id(), *since
    except NoSnapshot:
        return "", *since


@cache
def _edition() -> str:
    """What this program is: its text and settings, so that an upgraded one does not give the old one's answers."""
    digest = hashlib.sha256(repr(settings()).encode())
    for path in _program():
        digest.update(path.relative_to(_ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _program() -> Iterator[Path]:
    """The files of all rooms that decide an answer, in one order."""
    yield from sorted(_ROOT.glob("*.py"))
    for room in _ROOMS:
        for folder, inner, names in os.walk(_ROOT / room):
            inner[:] = sorted(name for name in inner if room != "data" or name not in _NO_PROGRAM)
            yield from (Path(folder, name) for name in sorted(names) if name.endswith(_TEXT))


def _principal(_: WSGIEnvironment) -> str:
    """Who asks: everybody is the public until there is a gate in front of this door."""
    return PUBLIC


def _packed(body: bytes) -> dict[str, bytes]:
    return {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, compresslevel=6, mtime=0)}


def _send(
    answer: Answer, environ: WSGIEnvironment, start_response: StartResponse, status: str = "200 OK"
) -> Iterable[bytes]:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    encoding = next((each for each in answer.bodies if each in accepted), "")
    body = answer.bodies[encoding] if encoding else gzip.decompress(answer.bodies["gzip"])
    headers = [*answer.headers, ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response(status, headers)
    return [body]


def _closing(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, and then the end that WSGI asks for: Flask tears its request down there."""
    try:
        yield from chunks
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
