"""The only place that reads and writes the query part of the catalogue's address, which is its whole state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from components.catalogue_item import Ground, Kind, Word, words
from components.catalogue_kinds import KINDS
from data.contract import THEMES
from queries.scope import ScopeError
from queries.snapshot import NoSnapshot, current_id, snapshot

PATH = "/catalogue"
OWN = ("kind", "theme", "q", "open", "page")  # in the order they are written
CARRIED = ("area", "until", "days", "view", "asof", "export")  # what a scene handed over and gets back
SEARCHABLE = (*THEMES, "common")
_LONGEST = 2000  # characters; a longer query was not written by us
_LONGEST_QUESTION = 80
_SNAPSHOT_ID = re.compile(r"snap-[0-9a-f]{12}")


@dataclass(frozen=True)
class Asked:
    """What the catalogue is asked for. `kind` is None for the overview; `open` names the entry whose details show."""

    kind: Kind | None
    theme: str
    q: str
    open: str
    page: int
    ground: Ground
    given: Mapping[str, str]
    search: str

    @property
    def words(self) -> tuple[Word, ...]:
        return words(self.q)

    def link(self, **changes: object) -> str:
        """The query part with `changes`; None removes a parameter. The page of a list is never carried along."""
        wanted: dict[str, object] = {key: value for key, value in self.given.items() if key != "page"}
        wanted |= changes
        return "?" + urlencode({key: wanted[key] for key in (*OWN, *CARRIED) if wanted.get(key)})

    def to(self, kind: str, name: str) -> str:
        """A link to the details of another entry; the list one came from is left behind."""
        return self.link(kind=kind, open=name, q=None, theme=None)

    def elsewhere(self, path: str) -> str:
        """A link to another page with what it hands over."""
        rest = urlencode({key: self.given[key] for key in CARRIED if key in self.given})
        return f"{path}?{rest}" if rest else path


def read(search: str | None, now: datetime) -> Asked:
    """The address in `search`. An empty store has no snapshot and still a catalogue.

    Raises:
        ScopeError: a value that cannot be: which, and what is allowed.
        SnapshotExpired: `asof` names a snapshot that is not kept.
    """
    if search and len(search) > _LONGEST:
        raise ScopeError(f"地址太长（{len(search)} 个字符）：从左侧导航重新进入")
    given = dict(reversed(parse_qsl((search or "").lstrip("?"))))  # of a repeated parameter the first counts
    given = {key: value for key, value in given.items() if key in (*OWN, *CARRIED)}
    kind = given.get("kind", "")
    if kind and kind not in KINDS:
        raise ScopeError(f"kind={kind[:40]}：可用 {'、'.join(KINDS)}")
    theme = given.get("theme", "")
    if theme and theme not in SEARCHABLE:
        raise ScopeError(f"theme={theme[:40]}：可用 {'、'.join(SEARCHABLE)}")
    question = given.get("q", "").strip()
    if len(question) > _LONGEST_QUESTION:
        raise ScopeError(f"搜索的话太长（{len(question)} 个字符）：不超过 {_LONGEST_QUESTION} 个，词与词用空格分开")
    if given.get("open") and not kind:
        raise ScopeError(f"open={given['open'][:40]}：要同时写 kind，可用 {'、'.join(KINDS)}")
    return Asked(
        kind=KINDS.get(kind),
        theme=theme,
        q=question,
        open=given.get("open", ""),
        page=_page(given.get("page", "1")),
        ground=ground(given.get("asof"), now, is_still=given.get("export") == "1"),
        given=given,
        search=search or "",
    )


def ground(asof: str | None, now: datetime, *, is_still: bool = False) -> Ground:
    """What the tables are judged against: `asof` or the current snapshot; a still page has the time of its snapshot."""
    if asof is not None and not _SNAPSHOT_ID.fullmatch(asof):
        raise ScopeError(f"asof={asof[:40]} 不是快照编号：形如 snap- 加 12 位十六进制数")
    try:
        found = snapshot(asof or current_id())
    except NoSnapshot:
        return Ground(None, now)
    return Ground(found, found.made_at if is_still else now)


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) > 0):
        raise ScopeError(f"page={text[:40]} 不是页码：写 1、2、3 这样的正整数")
    return int(text)
