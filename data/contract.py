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

    `is_free_text`: people type what they like into it, so personal numbers are scrubbed from it at load.
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
    is_free_text: bool = False
    not_before: str | None = None


@dataclass(frozen=True)
class Precision:
    """How exactly places may be kept: at most to the subdistrict, for all rows or for some codes of one column."""

    column: str = ""
    values: tuple[str, ...] = ()


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
    to_subdistrict: Precision | None = None  # places finer than that are cut off at load; None where none are secret

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
        raise ValueError(f"“{text}”不是时长")
    return int(match[1]) * _MINUTES[match[2]]


class _Reader:
    """Reads one TOML file and refuses what is missing, empty or unknown, naming file and key."""

    def __init__(self, path: Path, table: Mapping[str, Any], where: str = "") -> None:
        self.path, self.table, self.where = path, dict(table), where

    def fail(self, key: str, fault: str, remedy: str) -> ContractError:
        return ContractError(f"{self.path}：{self.where}{key}：{fault}；{remedy}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.pop(key, default)
        if value is None:
            raise self.fail(key, "没有写", "请补上这一项")
        if not isinstance(value, str):
            raise self.fail(key, f"{value!r} 不是文字", "请加上引号")
        if default is None and not value.strip():
            raise self.fail(key, "空着", "请用文字写明")
        return value.strip()

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.fail(key, f"“{value}”不认识", f"请用 {'、'.join(allowed)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.table.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, f"{value!r} 不是文字列表", '请写成 ["a", "b"]')
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self.table.pop(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, f"{value!r} 不是 true 或 false", "请写 true 或 false")
        return value

    def inner(self, key: str) -> _Reader:
        value = self.table.pop(key, None)
        if not isinstance(value, dict):
            raise self.fail(key, "没有写", f"请写 {key} = {{ … }}")
        return _Reader(self.path, value, f"{self.where}{key}.")

    def done(self) -> None:
        if self.table:
            key = next(iter(self.table))
            raise self.fail(key, "没有这一项", "请删去或改正名称")


def _column(reader: _Reader, lists: Mapping[str, Mapping[str, str]]) -> Column:
    name = reader.text("name")
    reader.where = f"字段 {name} "
    if not _NAME.fullmatch(name):
        raise reader.fail("name", f"“{name}”不是小写下划线名", "请用小写字母、数字和单个下划线")
    kind = reader.choice("type", TYPES)
    unit = reader.text("unit", "")
    if kind in ("integer", "real") and not unit:
        raise reader.fail("unit", "是数却没有单位", f"请写单位，没有就写 {DIMENSIONLESS}")
    span = reader.table.pop("range", [None, None])
    if (
        not isinstance(span, list)
        or len(span) != 2
        or not all(isinstance(x, (int, float)) or x in (None, "") for x in span)
    ):
        raise reader.fail("range", f"{span!r}", '请写 [下限, 上限]，不设的一端写 ""')
    low, high = (None if x in (None, "") else float(x) for x in span)
    codes = reader.text("codes", "") or None
    if codes is not None and codes not in lists:
        raise reader.fail("codes", f"没有代码表 {codes}", "请加进 data/reference/codes/ 下的文件")
    if low is not None and high is not None and not low <= high:
        raise reader.fail("range", f"{span!r} 上下颠倒或不是数", "请写 [下限, 上限]")
    column = Column(
        name=name, label=reader.text("label"), type=kind, unit=unit, required=reader.flag("required"), minimum=low,
        maximum=high, codes=codes, pii=reader.choice("pii", PII, "none"), meaning=reader.text("meaning", ""),
        is_free_text=reader.flag("free_text"),
        not_before=reader.text("not_before", "") or None,
    )  # fmt: skip
    if column.is_free_text and (kind != "text" or codes is not None):
        raise reader.fail("free_text", "有代码表或不是文字", "请删去")
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
        raise ContractError(f"{path}：不是 TOML 文件：{error}；请改正那一行") from error
    reader = _Reader(path, table)
    name = reader.text("table")
    expected = f"{path.parent.name}.{path.stem}"
    if name != expected:
        raise reader.fail("table", f"写的是 {name}", f"按文件的位置应为 {expected}")
    raw_columns = reader.table.pop("column", [])
    if not raw_columns:
        raise reader.fail("column", "没有字段", "至少写一个 [[column]]")
    if not isinstance(raw_columns, list) or not all(isinstance(each, dict) for each in raw_columns):
        raise reader.fail("column", "不是字段的列表", "每个字段上面写一行 [[column]]")
    columns = tuple(
        _column(_Reader(path, raw, f"第 {index} 个字段 "), lists) for index, raw in enumerate(raw_columns, 1)
    )
    names = [column.name for column in columns]
    for repeated in {n for n in names if names.count(n) > 1}:
        raise reader.fail("column", f"{repeated} 写了两次", "请只留一个")
    times = {column.name: column.type for column in columns if column.type in ("date", "timestamp")}
    for each in columns:
        if each.not_before is not None and times.get(each.name, "") != times.get(each.not_before):
            fault = f"旁边没有同为 {each.type} 的字段 {each.not_before}"
            raise reader.fail(f"字段 {each.name} not_before", fault, "请写一个同类型的时间字段")
    key = reader.texts("key")
    if len(set(key)) < len(key):
        raise reader.fail("key", "有字段写了两次", "请只留一个")
    time = reader.text("time", "") or None
    for place, wanted in (("key", key), ("time", (time,) if time else ())):
        for column in wanted:
            if column not in names:
                raise reader.fail(place, f"没有字段 {column}", f"请用 {'、'.join(names)}")
    if not key:
        raise reader.fail("key", "空着", "请写能认出一行的字段")
    owner_reader, refresh_reader, meta = reader.inner("owner"), reader.inner("refresh"), reader.inner("metadata")
    owner = Owner(owner_reader.text("unit"), owner_reader.text("basis"), owner_reader.text("contact", ""))
    try:
        every = refresh_reader.text("every", "")
        refresh = Refresh(
            refresh_reader.text("rule"), minutes(refresh_reader.text("sla")), minutes(every) if every else None
        )
    except ValueError as error:
        raise refresh_reader.fail("sla 或 every", str(error), "请写成 30min、26h 或 7d") from error
    metadata = Metadata(
        category=meta.text("category"),
        share_type=meta.choice("share_type", ("无条件共享", "有条件共享", "不予共享")),
        share_condition=meta.text("share_condition", ""),
        is_open=meta.flag("is_open"),
        security_level=meta.choice("security_level", ("一般", "重要", "敏感")),
        retention=meta.text("retention"),
        storage_level=meta.choice("storage_level", ("在线", "近线", "离线")),
    )
    if metadata.share_type == "有条件共享" and not metadata.share_condition:
        raise meta.fail("share_condition", "有条件共享却没有写条件", "请写谁、凭什么可以申请")
    dated = next((column for column in columns if column.name == time), None)
    if dated is not None and dated.type not in ("date", "timestamp"):
        raise reader.fail("time", f"{time} 的类型是 {dated.type}", "请用 date 或 timestamp 的字段，没有就留空")
    precision = _precision(reader, columns)
    result = Contract(
        table=name, name=reader.text("name"), meaning=reader.text("meaning"), grain=reader.text("grain"), key=key,
        time=time, owner=owner, refresh=refresh, layer=reader.choice("layer", LAYERS, "detail"), columns=columns,
        metadata=metadata, requirements=reader.texts("requirements"), built_from=reader.texts("built_from"),
        sizing=reader.text("sizing", ""), aliases=reader.texts("aliases"), to_subdistrict=precision,
    )  # fmt: skip
    for rest in (owner_reader, refresh_reader, meta, reader):
        rest.done()
    return result


def _precision(reader: _Reader, columns: tuple[Column, ...]) -> Precision | None:
    """`to_subdistrict = true`, or `{ column = "kind", values = ["hazchem"] }` where only some rows are secret."""
    names = {column.name for column in columns}
    if isinstance(reader.table.get("to_subdistrict"), dict):
        inner = reader.inner("to_subdistrict")
        found = Precision(inner.text("column"), inner.texts("values"))
        if found.column not in names or not found.values:
            raise inner.fail("column", f"{found.column!r} 取值 {found.values}", "请写字段和它的代码")
        inner.done()
    elif reader.flag("to_subdistrict"):
        found = Precision()
    else:
        return None
    if {"lon", "lat"} & names or "place_code" not in names:
        raise reader.fail("to_subdistrict", "要有 place_code，且没有坐标", "请去掉 lon 和 lat")
    return found


def read_code_lists(path: Path) -> dict[str, dict[str, str]]:
    """Code lists of `path`: `{list: {code: label}}`; raises ContractError."""
    try:
        lists = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}：不是 TOML 文件：{error}；请改正那一行") from error
    for name, entries in lists.items():
        if not isinstance(entries, dict) or not all(isinstance(v, str) and v for v in entries.values()):
            raise ContractError(f'{path}：{name}：每个代码都要有名称；请写成 代码 = "名称"')
    return lists


@cache
def code_lists() -> Mapping[str, Mapping[str, str]]:
    """All code lists of `data/reference/codes/*.toml`: `{list: {code: label}}`; a name used twice is refused."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(CODE_LISTS.glob("*.toml")):
        for name, entries in read_code_lists(path).items():
            if name in found:
                raise ContractError(f"{path}：{name}：这个代码表已有；请只留一个")
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
            raise ContractError(f"{path}：没有主题 {path.parent.name}；请移到 {'、'.join(order)} 之一")
    paths = sorted(FOLDER.glob("*/*.toml"), key=lambda path: (order.index(path.parent.name), path.stem))
    found = {contract.table: contract for contract in (parse(path, code_lists()) for path in paths)}
    for each in found.values():
        for source in each.built_from:
            if source not in found:
                raise ContractError(f"{each.table}：built_from：没有合同 {source}；请改正表名")
    return found


def contract(table: str) -> Contract:
    """The contract of `<theme>.<name>`; raises KeyError with the known names."""
    try:
        return contracts()[table]
    except KeyError:
        raise KeyError(f"no contract for table {table!r}; known: {', '.join(contracts())}") from None
