"""The only place that reads `data/contracts/<theme>/<table>.toml` and the code lists.

A contract says what a table is called, who owns it, what one row is and what every column may hold. Import, views,
dictionary, catalogue and API all read it through here. A contract with an empty meaning, owner or unit is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "contracts"
CODE_LISTS = Path(__file__).resolve().parent / "reference" / "codes"
THEMES = ("overview", "tourism", "ecology", "livelihood", "community", "urban", "traffic", "safety")
TYPES = ("text", "integer", "real", "boolean", "date", "timestamp")
LAYERS = ("reference", "detail", "derived")
PII = ("none", "L1", "L2", "L3")
DIMENSIONLESS = "无量纲"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_DURATION = re.compile(r"(\d+)(min|h|d)")
_MINUTES = {"min": 1, "h": 60, "d": 1440}


class ContractError(Exception):
    """A contract or code list with a fault: file, key, fault and remedy."""


@dataclass(frozen=True)
class Owner:
    """Who answers for a table. `unit` may be 待确认, never invented; `basis` says where that comes from."""

    unit: str
    basis: str
    contact: str = ""


@dataclass(frozen=True)
class Refresh:
    """How often a table is due, after how many minutes its newest row counts as late, and the step of its rows.

    `every_minutes` is set where rows come at a fixed step (hourly, 4-hourly): it tells when a day is full.
    """

    rule: str
    sla_minutes: int
    every_minutes: int | None = None


@dataclass(frozen=True)
class Column:
    """One column: type, unit (numbers need one), allowed range or code list, PII level, may it be empty.

    `not_before`: the column of the same type whose time comes first: a case is closed no earlier than it is reported.
    """

    name: str
    label: str
    type: str
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    codes: str | None = None
    pii: str = "none"
    meaning: str = ""
    not_before: str | None = None


@dataclass(frozen=True)
class Metadata:
    """Core metadata in the manner of GB/T 21063: classification, sharing, security, retention."""

    category: str
    share_type: str
    share_condition: str
    is_open: bool
    security_level: str
    retention: str
    storage_level: str


@dataclass(frozen=True)
class Contract:
    """What one table promises. `table` is `<theme>.<name>`; `time` names the column that dates a row."""

    table: str
    name: str
    meaning: str
    grain: str
    key: tuple[str, ...]
    time: str | None
    owner: Owner
    refresh: Refresh
    layer: str
    columns: tuple[Column, ...]
    metadata: Metadata
    requirements: tuple[str, ...] = ()
    built_from: tuple[str, ...] = ()
    sizing: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def theme(self) -> str:
        return self.table.split(".")[0]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`; raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.table} has no column {name!r}")


def minutes(text: str) -> int:
    """`30min`, `26h` or `7d` in minutes; raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no duration; write 30min, 26h or 7d")
    return int(match[1]) * _MINUTES[match[2]]


class _Reader:
    """Reads one TOML file and refuses what is missing, empty or unknown, naming file and key."""

    def __init__(self, path: Path, table: Mapping[str, Any], where: str = "") -> None:
        self.path, self.table, self.where = path, dict(table), where

    def fail(self, key: str, fault: str, remedy: str) -> ContractError:
        return ContractError(f"{self.path}: {self.where}{key}: {fault}; {remedy}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.pop(key, default)
        if value is None:
            raise self.fail(key, "missing", "write it")
        if not isinstance(value, str):
            raise self.fail(key, f"{value!r} is not text", "put it in quotation marks")
        if default is None and not value.strip():
            raise self.fail(key, "empty", "say it in words")
        return value.strip()

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.fail(key, f"{value!r} is unknown", f"use one of {', '.join(allowed)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.table.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, f"{value!r} is not a list of texts", 'write ["a", "b"]')
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self.table.pop(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, f"{value!r} is not true or false", "write true or false")
        return value

    def inner(self, key: str) -> _Reader:
        value = self.table.pop(key, None)
        if not isinstance(value, dict):
            raise self.fail(key, "missing", f"write {key} = {{ … }}")
        return _Reader(self.path, value, f"{self.where}{key}.")

    def done(self) -> None:
        if self.table:
            key = next(iter(self.table))
            raise self.fail(key, "unknown key", "remove it or correct its name")


def _column(reader: _Reader, lists: Mapping[str, Mapping[str, str]]) -> Column:
    name = reader.text("name")
    reader.where = f"column {name}."
    if not _NAME.fullmatch(name):
        raise reader.fail("name", f"{name!r} is not lower_snake_case", "use letters, digits and single underscores")
    kind = reader.choice("type", TYPES)
    unit = reader.text("unit", "")
    if kind in ("integer", "real") and not unit:
        raise reader.fail("unit", "empty for a number", f"name the unit, or {DIMENSIONLESS}")
    span = reader.table.pop("range", [None, None])
    if (
        not isinstance(span, list)
        or len(span) != 2
        or not all(isinstance(x, (int, float)) or x in (None, "") for x in span)
    ):
        raise reader.fail("range", f"{span!r}", 'write [low, high]; "" where open')
    low, high = (None if x in (None, "") else float(x) for x in span)
    codes = reader.text("codes", "") or None
    if codes is not None and codes not in lists:
        raise reader.fail("codes", f"no code list {codes!r}", "add it to data/reference/codes/<theme>.toml")
    if low is not None and high is not None and not low <= high:
        raise reader.fail("range", f"{span!r} is reversed or no number", "write [low, high]")
    column = Column(
        name=name, label=reader.text("label"), type=kind, unit=unit, required=reader.flag("required"), minimum=low,
        maximum=high, codes=codes, pii=reader.choice("pii", PII, "none"), meaning=reader.text("meaning", ""),
        not_before=reader.text("not_before", "") or None,
    )  # fmt: skip
    reader.done()
    return column


def parse(path: Path, lists: Mapping[str, Mapping[str, str]]) -> Contract:
    """The contract in `path`.

    Raises:
        ContractError: names file, key, fault and remedy.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: not a TOML file: {error}; correct that line") from error
    reader = _Reader(path, table)
    name = reader.text("table")
    expected = f"{path.parent.name}.{path.stem}"
    if name != expected:
        raise reader.fail("table", f"{name!r}", f"the file's place says {expected!r}")
    raw_columns = reader.table.pop("column", [])
    if not raw_columns:
        raise reader.fail("column", "no columns", "write at least one [[column]]")
    if not isinstance(raw_columns, list) or not all(isinstance(each, dict) for each in raw_columns):
        raise reader.fail("column", "not a list of tables", "write [[column]] above each column")
    columns = tuple(_column(_Reader(path, raw, f"column {index}."), lists) for index, raw in enumerate(raw_columns, 1))
    names = [column.name for column in columns]
    for repeated in {n for n in names if names.count(n) > 1}:
        raise reader.fail("column", f"{repeated!r} twice", "keep one")
    times = {column.name: column.type for column in columns if column.type in ("date", "timestamp")}
    for each in columns:
        if each.not_before is not None and times.get(each.name, "") != times.get(each.not_before):
            fault = f"{each.not_before!r} is no {each.type} column beside it"
            raise reader.fail(f"column {each.name}.not_before", fault, "name a time column of the same type")
    key = reader.texts("key")
    if len(set(key)) < len(key):
        raise reader.fail("key", "a column twice", "keep one")
    time = reader.text("time", "") or None
    for place, wanted in (("key", key), ("time", (time,) if time else ())):
        for column in wanted:
            if column not in names:
                raise reader.fail(place, f"no column {column!r}", f"use one of {', '.join(names)}")
    if not key:
        raise reader.fail("key", "empty", "name the columns that identify a row")
    owner_reader, refresh_reader, meta = reader.inner("owner"), reader.inner("refresh"), reader.inner("metadata")
    owner = Owner(owner_reader.text("unit"), owner_reader.text("basis"), owner_reader.text("contact", ""))
    try:
        every = refresh_reader.text("every", "")
        refresh = Refresh(
            refresh_reader.text("rule"), minutes(refresh_reader.text("sla")), minutes(every) if every else None
        )
    except ValueError as error:
        raise refresh_reader.fail("sla or every", str(error), "write 30min, 26h or 7d") from error
    metadata = Metadata(
        category=meta.text("category"),
        share_type=meta.choice("share_type", ("无条件共享", "有条件共享", "不予共享")),
        share_condition=meta.text("share_condition", ""),
        is_open=meta.flag("is_open"),
        security_level=meta.choice("security_level", ("一般", "重要", "敏感")),
        retention=meta.text("retention"),
        storage_level=meta.choice("storage_level", ("在线", "近线", "离线")),
    )
    result = Contract(
        table=name, name=reader.text("name"), meaning=reader.text("meaning"), grain=reader.text("grain"), key=key,
        time=time, owner=owner, refresh=refresh, layer=reader.choice("layer", LAYERS, "detail"), columns=columns,
        metadata=metadata, requirements=reader.texts("requirements"), built_from=reader.texts("built_from"),
        sizing=reader.text("sizing", ""), aliases=reader.texts("aliases"),
    )  # fmt: skip
    for rest in (owner_reader, refresh_reader, meta, reader):
        rest.done()
    return result


def read_code_lists(path: Path) -> dict[str, dict[str, str]]:
    """Code lists of `path`: `{list: {code: label}}`; raises ContractError."""
    try:
        lists = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: not a TOML file: {error}; correct that line") from error
    for name, entries in lists.items():
        if not isinstance(entries, dict) or not all(isinstance(v, str) and v for v in entries.values()):
            raise ContractError(f'{path}: {name}: every code needs a Chinese label; write code = "名称"')
    return lists


@cache
def code_lists() -> Mapping[str, Mapping[str, str]]:
    """All code lists of `data/reference/codes/*.toml`: `{list: {code: label}}`; a name used twice is refused."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(CODE_LISTS.glob("*.toml")):
        for name, entries in read_code_lists(path).items():
            if name in found:
                raise ContractError(f"{path}: {name}: this code list exists already; keep one")
            found[name] = entries
    return found


def codes(name: str) -> Mapping[str, str]:
    """One code list, code → Chinese label; raises KeyError."""
    return code_lists()[name]


@cache
def contracts() -> Mapping[str, Contract]:
    """Every contract by table name, in theme order then by name."""
    order = ("common", *THEMES)
    for path in FOLDER.glob("*/*.toml"):
        if path.parent.name not in order:
            raise ContractError(f"{path}: no theme {path.parent.name!r}; move it to one of {', '.join(order)}")
    paths = sorted(FOLDER.glob("*/*.toml"), key=lambda path: (order.index(path.parent.name), path.stem))
    found = {contract.table: contract for contract in (parse(path, code_lists()) for path in paths)}
    for each in found.values():
        for source in each.built_from:
            if source not in found:
                raise ContractError(f"{each.table}: built_from: no contract {source!r}; correct the name")
    return found


def contract(table: str) -> Contract:
    """The contract of `<theme>.<name>`; raises KeyError with the known names."""
    try:
        return contracts()[table]
    except KeyError:
        raise KeyError(f"no contract for table {table!r}; known: {', '.join(contracts())}") from None
