"""The only place that reads and writes the query part of the intake page's address, which is its whole state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from data.contract import THEMES, Contract, contracts
from queries.scope import ScopeError
from queries.snapshot import NoSnapshot, Snapshot, current_id, snapshot

PATH = "/intake"
OWN = ("table", "visit", "unit", "only")  # in the order they are written
CARRIED = ("area", "until", "days", "view", "asof", "export")  # what a scene handed over and gets back
ONLY = {"": "要催的", "all": "全部"}
_LONGEST = 2000  # characters; a longer query was not written by us
_VISIT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Asked:
    """What the page is asked for: a table to load, a visit to look at, a unit of the board.

    `now` is when lateness is judged: a still page (`export=1`) stands at the time of its snapshot.
    """

    table: Contract | None
    visit: str
    unit: str
    only: str
    snapshot: Snapshot | None
    now: datetime
    given: Mapping[str, str]
    search: str

    @property
    def is_print(self) -> bool:
        return self.given.get("view") == "print"

    def link(self, **changes: str | None) -> str:
        """The query part with `changes`; None removes a parameter."""
        wanted = {**self.given, **changes}
        return "?" + urlencode({key: value for key in (*OWN, *CARRIED) if (value := wanted.get(key))})


def importable() -> dict[str, Contract]:
    """The tables that departments deliver, by name; what comes with the product is not among them."""
    return {name: each for name, each in contracts().items() if each.layer == "detail" and each.theme in THEMES}


def read(search: str | None, now: datetime) -> Asked:
    """The address in `search`; raises ScopeError for a value that cannot be: which, and what is allowed."""
    if search and len(search) > _LONGEST:
        raise ScopeError(f"地址太长（{len(search)} 个字符）：从左侧导航重新进入")
    given = dict(reversed(parse_qsl((search or "").lstrip("?"))))  # of a repeated parameter the first counts
    given = {key: value for key, value in given.items() if key in (*OWN, *CARRIED)}
    table = given.get("table", "")
    if table and table not in importable():
        raise ScopeError(f"table={table[:60]} 不是可以导入的表：在页面上重新选择")
    if given.get("visit") and not _VISIT.fullmatch(given["visit"]):
        raise ScopeError(f"visit={given['visit'][:40]} 不是入库编号：从入库记录重新进入")
    units = {each.owner.unit for each in importable().values()}
    if given.get("unit") and given["unit"] not in units:
        raise ScopeError(f"unit={given['unit'][:40]} 不是报送单位：从催报板重新选择")
    if given.get("only", "") not in ONLY:
        raise ScopeError(f"only={given['only'][:40]}：可用 {'、'.join(key for key in ONLY if key)}")
    try:
        found = snapshot(current_id())
    except NoSnapshot:
        found = None
    return Asked(
        table=importable().get(table),
        visit=given.get("visit", ""),
        unit=given.get("unit", ""),
        only=given.get("only", ""),
        snapshot=found,
        now=found.made_at if found and given.get("export") == "1" else now,
        given=given,
        search=search or "",
    )
