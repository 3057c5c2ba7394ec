"""The only place that answers “导出图片”: one picture at a time, one more may wait, the rest are asked to come back.

The browser that draws asks this very server for the page, so a picture must never take its last thread: with one at
work and one waiting, the others keep serving. The picture is seen with the cookies of who asks.
"""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import flask

from briefing.shot import Shot, ShotError, take
from components import picture
from components.address import PARAMETERS, read
from data.contract import THEMES
from data.settings import settings
from queries.scope import ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired

_PANEL = re.compile(r"[a-z0-9_]{1,60}")
SEATS = 2  # one drawing, one waiting
RETRY_S = 15
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


class Busy(Exception):
    """All seats are taken."""


def serve(server: flask.Flask) -> None:
    """Adds the address of the pictures to `server`."""
    server.add_url_rule(f"{picture.PATH}/<form>/<page>", "picture", _answer)


def _answer(form: str, page: str) -> flask.Response:
    wanted = picture.FORMATS.get(form)
    if wanted is None or page not in THEMES:
        flask.abort(404)
    query = {key: value for key, value in flask.request.args.items() if key in PARAMETERS or key.startswith("f.")}
    query |= {"view": wanted.view}
    panel = flask.request.args.get("panel", "")
    if wanted.is_panel and not _PANEL.fullmatch(panel):
        return _said(400, f"panel={panel[:40]} 不是一块的名称：从那一块的菜单里导出")
    try:
        asked = read("?" + flask.request.query_string.decode(), page)
        with _seat():
            shot = Shot(page, query, wanted.width, wanted.height, wanted.scale, wanted.is_whole,
                        panel if wanted.is_panel else "")  # fmt: skip
            body = take(_self(), shot, flask.request.cookies)
    except (ScopeError, NoSnapshot) as fault:
        return _said(400, str(fault))
    except SnapshotExpired as fault:
        return _said(410, str(fault))
    except Busy:
        return _said(503, "正在画别的图，请过一会儿再点。", {"Retry-After": str(RETRY_S)})
    except ShotError as fault:
        return _said(500, str(fault))
    name = f"{page}-{asked.area}-{asked.until:%Y%m%d}-{panel if wanted.is_panel else form}.png"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return flask.Response(body, mimetype="image/png", headers=headers)


def _said(status: int, sentence: str, headers: dict[str, str] | None = None) -> flask.Response:
    return flask.Response(sentence, status, mimetype="text/plain", headers=headers)


def _self() -> str:
    """This server as it reaches itself: from its settings, never from what a request claims its host to be."""
    host = _ANYWHERE.get(settings().host, settings().host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings().port}"


@contextmanager
def _seat() -> Iterator[None]:
    """A seat, and then the turn; both are let go with the process. Shared by all workers of this machine's account.

    Raises:
        Busy: no seat is free.
    """
    with _lock_files() as (turn, *seats):
        for seat in seats:
            with suppress(BlockingIOError):
                fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
        else:
            raise Busy
        fcntl.flock(turn, fcntl.LOCK_EX)  # who has it is done within the time limit of a picture
        yield


@contextmanager
def _lock_files() -> Iterator[list[int]]:
    folder = Path(tempfile.gettempdir())
    names = [f"cockpit-picture-{os.getuid()}-{settings().port}-{number}" for number in range(SEATS + 1)]
    handles: list[int] = []
    try:
        for name in names:
            handles.append(os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        yield handles
    finally:
        for handle in handles:
            os.close(handle)
