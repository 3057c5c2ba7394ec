"""The only place that reads and writes the query part of `/briefings`: which week, edition and format, what is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from components.briefing_archive import MEDIA_TYPES, NUMBER, Issued
from queries.scope import CITY, ScopeError

OWN = ("week", "edition", "format", "open")
CARRIED = ("area", "until", "days", "view", "asof", "export")  # what a scene handed over and gets back
EDITIONS: Mapping[str, str] = {"city": "全市", "district": "区县", "scene": "场景"}
FORMATS: Mapping[str, str] = {
    "pdf": "PDF", "docx": "Word", "xlsx": "Excel", "pptx": "幻灯片", "png": "图片", "txt": "研判文字",
}  # fmt: skip
_LONGEST = 2000


@dataclass(frozen=True)
class Asked:
    """What the page is asked for; an empty string is “all”."""

    week: str
    edition: str
    format: str
    open: Issued | None
    every: Sequence[Issued]
    given: Mapping[str, str]
    search: str

    def link(self, **changes: str | None) -> str:
        """The query part with `changes`; None removes a parameter."""
        wanted = {**self.given, **{key: value for key, value in changes.items() if value is not None}}
        for key in (key for key, value in changes.items() if value is None):
            wanted.pop(key, None)
        return "?" + urlencode(wanted)


def read(search: str | None, every: Sequence[Issued]) -> Asked:
    """The address in `search`, over what was issued; raises ScopeError for what cannot be."""
    if search and len(search) > _LONGEST:
        raise ScopeError(f"地址太长（{len(search)} 个字符）：从左侧导航重新进入")
    given = dict(reversed(parse_qsl((search or "").lstrip("?"))))  # of a repeated parameter the first counts
    given = {key: value for key, value in given.items() if key in (*OWN, *CARRIED)}
    opened = given.get("open", "")
    found = next((each for each in every if each.number == opened), None)
    if opened and found is None:
        reason = "没有签发过" if NUMBER.fullmatch(opened) else "不是编号：形如 2026-0001"
        raise ScopeError(f"open={opened[:40]} {reason}")
    return Asked(
        week=_one_of(given, "week", {each.week for each in every}),
        edition=_one_of(given, "edition", EDITIONS),
        format=_one_of(given, "format", MEDIA_TYPES),
        open=found,
        every=every,
        given=given,
        search=search or "",
    )


def _one_of(given: Mapping[str, str], key: str, allowed: Mapping[str, str] | set[str]) -> str:
    value = given.get(key, "")
    if value and value not in allowed:
        raise ScopeError(f"{key}={value[:40]}：可用 {'、'.join(sorted(allowed)) or '（还没有签发过）'}")
    return value


def kind_of(issue: Issued) -> str:
    """`city`, `district` or `scene`."""
    return "scene" if issue.scene else "city" if issue.area == CITY else "district"
