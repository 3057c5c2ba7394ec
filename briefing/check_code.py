"""The only place that knows the 查数码: a short code on paper that leads back to its page and snapshot.

`UR-2647-341021-3f9a21-K`: scene, year and week, area, the snapshot's first six digits, and a letter that catches a
slip of the pen. Nothing is stored: whoever types it after `/c/` gets the page as it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlencode

import flask
from werkzeug.wrappers import Response

from queries.scope import CITY
from queries.snapshot import kept

_SCENES = {
    "OV": "overview", "TO": "tourism", "EN": "ecology", "LI": "livelihood", "CO": "community", "UR": "urban",
    "TR": "traffic", "SA": "safety",
}  # fmt: skip
_LETTERS = "ACDEFGHJKLMNPQRTUVWXY"  # none that looks like a digit or another letter
_CODE = re.compile(r"([A-Z]{2})-(\d\d)(\d\d)-([0-9F]{6,15})-([0-9a-f]{6})-([A-Z])")


class CheckCodeError(ValueError):
    """A 查数码 that leads nowhere: why, and what to do."""


def serve(server: flask.Flask) -> None:
    """Adds `/c/<code>`, where a typed code leads to its page."""
    server.add_url_rule("/c/<code>", "check_code", _follow)


def _follow(code: str) -> Response:
    try:
        return flask.redirect(resolve(code, [each.id for each in kept()]))
    except CheckCodeError as fault:
        return flask.Response(str(fault), status=404, mimetype="text/plain")


def check_code(theme: str, area: str, until: date, snapshot_id: str) -> str:
    """The code of a scene's section."""
    year, week, _ = (until - timedelta(days=1)).isocalendar()
    prefix = next(short for short, slug in _SCENES.items() if slug == theme)
    body = f"{prefix}-{year % 100:02}{week:02}-{area}-{snapshot_id.removeprefix('snap-')[:6]}"
    return f"{body}-{_letter(body)}"


def address(theme: str, area: str, until: date, snapshot_id: str) -> str:
    """Path and query of a scene's page as it stood in that snapshot."""
    given = ({} if area == CITY else {"area": area}) | {"until": until.isoformat(), "asof": snapshot_id}
    return f"/{theme}?{urlencode(given)}"


def resolve(code: str, snapshot_ids: Iterable[str]) -> str:
    """The address that a typed code stands for, among the snapshots that are kept.

    Raises:
        CheckCodeError: a slip of the pen, or a snapshot that is not kept any more.
    """
    typed = code.strip()
    parts = typed.split("-")
    if len(parts) == 5:
        parts = [*(part.upper() for part in parts[:3]), parts[3].lower(), parts[4].upper()]
    found = _CODE.fullmatch("-".join(parts))
    if found is None or found[1] not in _SCENES or _letter("-".join(parts[:-1])) != found[6]:
        raise CheckCodeError(f"查数码 {typed[:40]} 不对：核对简报上的编码，形如 {check_code_example()}")
    for snapshot_id in snapshot_ids:
        if snapshot_id.removeprefix("snap-").startswith(found[5]):
            until = date.fromisocalendar(2000 + int(found[2]), int(found[3]), 7) + timedelta(days=1)
            return address(_SCENES[found[1]], found[4], until, snapshot_id)
    raise CheckCodeError(f"查数码 {typed[:40]} 的快照已不保留：看简报归档")


def check_code_example() -> str:
    """A code of the right shape."""
    return check_code("urban", CITY, date(2026, 11, 23), "snap-3f9a21000000")


def _letter(body: str) -> str:
    return _LETTERS[sum(place * ord(letter) for place, letter in enumerate(body, 1)) % len(_LETTERS)]
