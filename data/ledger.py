"""The only place that reads the requirements ledger `docs/requirements.md` and the list of requirement ids.

Pages, catalogue and tests learn here where a requirement of the plan is shown and what is still missing.
The columns of tables and metrics are generated: `python -m metrics.ledger` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.contract import contracts
from data.reference_csv import ReferenceFileError

ROOT = Path(__file__).resolve().parent.parent
LEDGER = ROOT / "docs" / "requirements.md"
IDS = Path(__file__).resolve().parent / "reference" / "requirement_ids.txt"
STATES = ("works", "partly", "not yet")
NOTHING = "—"
_ID = re.compile(r"(?:OV|WL|HB|MS|SQ|CG|JT|AQ|X)-\d\d|[KT]\d\d")
TABLES, METRICS = 3, 4  # the cells of a ledger row that are generated: from contracts, and from metric files


@dataclass(frozen=True)
class Entry:
    """One requirement: the plan's words, where it is shown, from what, and how far it is."""

    id: str
    quote: str
    pages: tuple[str, ...]
    panel: str
    tables: tuple[str, ...]
    metrics: tuple[str, ...]
    state: str
    missing: str


@cache
def requirement_ids(path: Path = IDS) -> tuple[str, ...]:
    """Every requirement id, in the plan's order.

    Raises:
        ReferenceFileError: for an id that is misspelt or listed twice.
    """
    found: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name = line.strip()
        if not name or name.startswith("#"):
            continue
        if not _ID.fullmatch(name):
            raise _fault(path, f"第 {number} 行", f"“{name}”不是需求编号", "请写成 OV-01、K01、T01 的样子")
        if name in found:
            raise _fault(path, f"第 {number} 行", f"“{name}”重复", "请只留一行")
        found.append(name)
    return tuple(found)


@cache
def ledger(path: Path = LEDGER) -> Mapping[str, Entry]:
    """Every requirement by id, in the order of the ledger.

    Raises:
        ReferenceFileError: names file, line, fault and remedy; an id of the list that has no row is one.
    """
    found: dict[str, Entry] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = _cells(line)
        if cells is None:
            continue
        place = f"第 {number} 行 {cells[0]}"
        if cells[0] not in requirement_ids():
            raise _fault(path, place, "没有这个编号", f"请改正，或先登记到 {IDS.name}")
        if cells[0] in found:
            raise _fault(path, place, "编号重复", "请只留一行")
        if len(cells) != 6 or not all(cells):
            raise _fault(path, place, f"有 {sum(map(bool, cells))} 格，应为 6 格", f"没有内容的格子写 {NOTHING}")
        found[cells[0]] = _entry(cells, path, place)
    for name in requirement_ids():
        if name not in found:
            raise _fault(path, name, "没有这一行", "每个需求编号写一行")
    return found


def _fault(path: Path, place: str, fault: str, remedy: str) -> ReferenceFileError:
    return ReferenceFileError(f"{path} {place}：{fault}；{remedy}")


def _cells(line: str) -> list[str] | None:
    """The cells of a requirement's row; None for any other line."""
    if not line.startswith("| "):
        return None
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return None if cells[0] == "ID" else cells


def _entry(cells: list[str], path: Path, place: str) -> Entry:
    name, quote, shown, tables, metrics, state = cells
    words = shown.split()
    pages = tuple(word.removeprefix("/") for word in words if word.startswith("/"))
    if not pages:
        raise _fault(path, place, f"“{shown}”没有页面", "请先写页面，如 /urban")
    state, _, missing = state.partition(":")
    if state not in STATES or (state == "partly") != bool(missing.strip()):
        raise _fault(path, place, f"状态“{cells[-1]}”不合规", "请写 works、not yet，或 partly: 加还缺什么")
    return Entry(
        name, quote, pages, " ".join(words[len(pages) :]), _names(tables), _names(metrics), state, missing.strip()
    )


def _names(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def tables_by_requirement() -> dict[str, list[str]]:
    """`{requirement id: tables}` as the contracts declare it."""
    found: dict[str, list[str]] = {}
    for contract in contracts().values():
        for name in contract.requirements:
            found.setdefault(name, []).append(contract.table)
    return found


def with_names(text: str, column: int, names: Mapping[str, list[str]]) -> str:
    """The ledger's text with one generated column (TABLES or METRICS) written anew."""
    lines = []
    for line in text.splitlines():
        cells = _cells(line)
        if cells is not None:
            cells[column] = " ".join(f"`{name}`" for name in names.get(cells[0], [])) or NOTHING
            line = f"| {' | '.join(cells)} |"
        lines.append(line)
    return "\n".join(lines) + "\n"
