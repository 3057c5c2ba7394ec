"""The only place that hands out issued files: an address that names number, content and name, and never changes."""

from __future__ import annotations

from urllib.parse import quote

import flask

from components.briefing_archive import MEDIA_TYPES, ArchiveError, File, content

PATH = "/briefings/file"
SHOWN = ("pdf", "png", "txt")  # what a browser shows; the others are kept
_IMMUTABLE = "private, max-age=31536000, immutable"
_DIGITS = 16


def address(number: str, file: File) -> str:
    """Where a file of an issue is."""
    return f"{PATH}/{number}/{file.sha256[:_DIGITS]}/{quote(file.name)}"


def serve(server: flask.Flask) -> None:
    """Adds the files' addresses to `server`."""
    server.add_url_rule(f"{PATH}/<number>/<sha>/<name>", "briefing_file", _answer)


def _answer(number: str, sha: str, name: str) -> flask.Response:
    try:
        called, file, body = content(number, sha, name)
    except LookupError:
        flask.abort(404)
    except ArchiveError as fault:
        return flask.Response(str(fault), 500, mimetype="text/plain")
    response = flask.Response(body, content_type=MEDIA_TYPES[file.format])
    how = "inline" if file.format in SHOWN else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(called)}"
    response.headers["Cache-Control"] = _IMMUTABLE
    response.set_etag(file.sha256)
    response.make_conditional(flask.request)
    return response
