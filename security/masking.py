"""The only place that hides what is personal: a value goes in, what may be shown in lists and exports comes out.

L1 (a merchant, a unit) keeps two characters, L2 (a person) one, L3 (illness, aid) nothing. Unknown stays unknown.
"""

from __future__ import annotations

from typing import Any

_KEPT = {"L1": 2, "L2": 1, "L3": 0}
_HIDDEN = "＊＊＊"


def mask(value: Any, level: str) -> str | None:
    """`value` with all but its beginning hidden; numbers, dates and yes/no hidden whole. KeyError for no such level."""
    kept = _KEPT[level]
    if value is None:
        return None
    return (value[:kept] if isinstance(value, str) and len(value) > kept else "") + _HIDDEN
