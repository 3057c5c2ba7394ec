"""The only place that reads `data/mappings/<name>.toml`: how a source's columns become those of a contract.

A mapping is keyed by our columns, so each is filled once: `pm25 = "PM2.5"`, or a table with `from` (one header name,
or several whose cells are joined by a space), `codes`, `separator`, `factor` and `formats` (strptime). Without a
mapping the header must hold every column of the contract, by name, label or label(unit). A faulty mapping is refused
before any file is opened, naming file, key, fault and remedy. Columns that nobody asks for are ignored.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.contract import Contract, contracts
from ingest import places
from ingest.field import Field
from ingest.result import Refused
from ingest.source import Source

FOLDER = Path(__file__).resolve().parent.parent / "data" / "mappings"
PLACE, LON, LAT = "place_code", "lon", "lat"
_KEYS = ("table", "meaning", "missing", "coordinate_system", "geometry_checks", "columns", "constants", "register")
_FIELD_KEYS = ("from", "codes", "separator", "factor", "formats")
_REGISTER_KEYS = ("table", "id", "place_code", "constants")
_SAMPLE = datetime(2026, 11, 16, 8, 30, 59)


@dataclass(frozen=True)
class Register:
    """Where stations that a file only names are registered: id = name, no coordinates, `place_code` for all."""

    contract: Contract
    id_column: str
    place_code: str
    constants: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """How each contract column is filled. `name` is empty without a mapping."""

    name: str
    contract: Contract
    fields: tuple[Field, ...]
    missing: frozenset[str] = frozenset({""})
    coordinate_system: str = places.CGCS2000
    geometry_checks: bool = True
    register: Register | None = None

    def texts(self, columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        """One string array per filled contract column, null where the cells hold a missing marker."""
        count = len(next(iter(columns.values())))
        return {field.column.name: self._text(field, columns, count) for field in self.fields}

    def _text(self, field: Field, columns: Mapping[str, pa.Array], count: int) -> pa.Array:
        if field.constant is not None:
            return pa.repeat(pa.scalar(field.constant, pa.string()), count)
        parts = [columns[source] for source in field.sources]
        text = parts[0] if len(parts) == 1 else pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, " "))
        return pc.if_else(pc.is_in(text, pa.array(sorted(self.missing))), None, text)


class _Table:
    """One table of a mapping file; it refuses what is unknown, naming file and key."""

    def __init__(self, file: str, where: str, table: Any, known: Sequence[str] | None = None) -> None:
        self.file, self.where = file, where
        if not isinstance(table, dict):
            raise self.fail("", f"“{table}”不是表", f"请写成 [{where.rstrip('.')}] 一节")
        self.table: Mapping[str, Any] = table
        for key in table:
            if known is not None and key not in known:
                raise self.fail(key, "不认识这个键", f"可用的键：{'、'.join(known)}")

    def fail(self, key: str, fault: str, remedy: str) -> Refused:
        place = f"{self.where}{key}".rstrip(".")
        return Refused("bad_mapping", f"{self.file}: {place}", f"映射文件 {self.file} 的 {place}：{fault}；{remedy}。")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fail(key, "缺少文字" if value is None else f"{value!r} 不是文字", f'请写 {key} = "…"')
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, f"{value!r} 不是文字或文字列表", f'请写 {key} = ["…", "…"]')
        return tuple(value)

    def pairs(self, key: str) -> dict[str, str]:
        value = self.table.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.fail(key, f"{value!r} 不是文字对照", f'请写 {key} = {{ "源代码" = "本库代码" }}')
        return dict(value)


def plan(contract: Contract, mapping: str | Path | None) -> Plan:
    """The plan for a table: of the mapping called so (or at that path), or the contract's own columns.

    Raises:
        Refused: bad_mapping.
    """
    if mapping is None:
        return Plan("", contract, tuple(Field(column) for column in contract.columns))
    named = Path(mapping)
    path = named if named.suffix == ".toml" else FOLDER / f"{mapping}.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        shipped = "、".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
        sentence = f"找不到映射 {mapping}；随产品的映射有 {shipped}，也可写 .toml 文件的路径。"
        raise Refused("bad_mapping", str(mapping), sentence) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        sentence = f"映射文件 {path.name} 不是 TOML({error})；请改正那一行。"
        raise Refused("bad_mapping", path.name, sentence) from error
    return _plan(contract, path.stem, _Table(path.name, "", raw, _KEYS))


def _plan(contract: Contract, name: str, top: _Table) -> Plan:
    if top.text("table") != contract.table:
        raise top.fail("table", f"是 {top.text('table')}，这次导入的是 {contract.table}", "请换映射或改这一行")
    checks = top.table.get("geometry_checks", True)
    if not isinstance(checks, bool):
        raise top.fail("geometry_checks", f"{checks!r} 不是 true 或 false", "请写 true 或 false")
    system = top.text("coordinate_system", places.CGCS2000)
    if system not in places.SYSTEMS:
        raise top.fail("coordinate_system", f"“{system}”不认识", f"可用：{'、'.join(places.SYSTEMS)}")
    columns = _Table(top.file, "columns.", top.table.get("columns", {}), contract.column_names)
    constants = _Table(top.file, "constants.", top.table.get("constants", {}), contract.column_names)
    fields = []
    for column in contract.columns:
        if column.name in columns.table and column.name in constants.table:
            raise constants.fail(column.name, "同时写在 columns 和 constants 里", "请只留一处")
        if column.name in columns.table:
            fields.append(_field(contract, columns, column.name))
        elif column.name in constants.table:
            fields.append(_constant(contract, constants, column.name))
    register = _register(contract, top) if "register" in top.table else None
    filled = {field.column.name for field in fields}
    derived = {PLACE} if register or {LON, LAT} <= filled else set()
    for column in contract.columns:
        if column.required and column.name not in filled | derived:
            raise columns.fail(column.name, "这是必填列，却没有来源", "请在 [columns] 或 [constants] 中写明")
    missing = frozenset({"", *(marker.strip() for marker in top.texts("missing"))})
    return Plan(name, contract, tuple(fields), missing, system, checks, register)


def _field(contract: Contract, columns: _Table, name: str) -> Field:
    value, column = columns.table[name], contract.column(name)
    if isinstance(value, str):
        value = {"from": value}
    entry = _Table(columns.file, f"columns.{name}.", value, _FIELD_KEYS)
    codes, separator, formats = entry.pairs("codes"), entry.text("separator", ""), entry.texts("formats")
    factor = entry.table.get("factor")
    if not entry.texts("from") or not all(entry.texts("from")):
        raise entry.fail("from", "没有源列名", '请写 from = "列名" 或 from = ["列一", "列二"]')
    if isinstance(factor, bool) or not isinstance(factor, (int, float, type(None))):
        raise entry.fail("factor", f"{factor!r} 不是数字", "请写换算倍数，例如 0.001")
    if factor is not None and column.type not in ("integer", "real"):
        raise entry.fail("factor", f"{name} 不是数字列", "请删去 factor")
    if formats and column.type not in ("date", "timestamp"):
        raise entry.fail("formats", f"{name} 不是日期或时间列", "请删去 formats")
    if separator and not codes:
        raise entry.fail("separator", "没有代码对照表", "请同时写 codes")
    for form in formats:
        if not _is_time_format(form):
            raise entry.fail("formats", f"“{form}”不是时间格式", '请用 %Y %m %d %H %M %S，例如 "%Y%m%d %H"')
    field = Field(column, entry.texts("from"), None, codes, separator, factor, formats)
    for ours in codes.values():
        if Field(column).parse(pa.array([ours]))[1].any():
            raise entry.fail("codes", f"“{ours}”不是 {name}（{column.label}）允许的值", "请对照数据字典改正")
    return field


def _constant(contract: Contract, constants: _Table, name: str) -> Field:
    field = Field(contract.column(name), constant=constants.text(name))
    if field.parse(pa.array([field.constant]))[1].any():
        raise constants.fail(name, f"“{field.constant}”不是 {field.column.label}允许的值", "请对照数据字典改正")
    return field


def _register(contract: Contract, top: _Table) -> Register:
    entry = _Table(top.file, "register.", top.table["register"], _REGISTER_KEYS)
    table, id_column = entry.text("table"), entry.text("id")
    if table not in contracts():
        raise entry.fail("table", f"没有 {table} 这张表", "请对照数据字典改正表名")
    target = contracts()[table]
    if target.key != (id_column,) or id_column not in contract.column_names:
        raise entry.fail("id", f"“{id_column}”不是两张表共有的主键列", f"请写 {table} 的主键 {'、'.join(target.key)}")
    constants = _Table(top.file, "register.constants.", entry.table.get("constants", {}), target.column_names)
    for column in constants.table:
        _constant(target, constants, column)
    given = {id_column, "name", PLACE, *constants.table}
    if lacking := [column.name for column in target.columns if column.required and column.name not in given]:
        raise entry.fail("constants", f"没有给出必填列 {'、'.join(lacking)}", "请在 [register.constants] 中写明")
    place = entry.text("place_code", places.CITY)
    if places.stored(place) is None:
        raise entry.fail("place_code", f"“{place}”不是本市统计用区划代码", "请写 3410 或区县、乡镇代码")
    return Register(
        target, id_column, places.stored(place) or place, {key: constants.text(key) for key in constants.table}
    )


def _is_time_format(form: str) -> bool:
    try:
        datetime.strptime(_SAMPLE.strftime(form), form)
    except ValueError:
        return False
    return "%" in form


def resolved(plan: Plan, file: str, source: Source) -> Plan:
    """The plan with the header's own spelling of each source column.

    Raises:
        Refused: missing_column, duplicate_column or not_a_table.
    """
    present = {_normal(name): name for name in reversed(source.header)}
    fields, missing = [], []
    for field in plan.fields:
        found: list[str] = []
        for wanted, aliases in _wanted(field):
            hits = {present[key]: None for key in map(_normal, aliases) if key in present}
            if len(hits) > 1:
                sentence = f"文件 {file} 的列“{'”“'.join(hits)}”都是 {field.column.name}，只能有一列；请删去多余的。"
                raise Refused("duplicate_column", f"{file} 表头", sentence)
            found += hits
            missing += [] if hits else [wanted]
        fields.append(replace(field, sources=tuple(found)))
    if missing:
        raise _missing(plan, file, source, missing)
    return replace(plan, fields=tuple(fields))


def _wanted(field: Field) -> list[tuple[str, tuple[str, ...]]]:
    """What to look for in a header: how to call it, and every name it may have."""
    if field.constant is not None:
        return []
    if field.sources:
        return [(source, (source,)) for source in field.sources]
    column = field.column
    return [(f"{column.name}({column.label})", (column.name, column.label, f"{column.label}({column.unit})"))]


def _missing(plan: Plan, file: str, source: Source, missing: Sequence[str]) -> Refused:
    present = "、".join(source.header)
    if len(source.header) == 1 and len(plan.fields) > 1:
        sentence = f"文件 {file} 只认出 1 列“{present[:60]}”，不像表格；请另存为逗号分隔的 CSV 或 XLSX。"
        return Refused("not_a_table", f"{file} 表头", sentence)
    remedy = "请补上这些列（没有数据可留空列）" + ("" if plan.name else ",或用 --mapping 指定映射")
    sentence = f"文件 {file} 的表头缺少列：{'、'.join(missing)}；现有列：{present}；{remedy}后重新导入。"
    return Refused("missing_column", f"{file} 表头", sentence)


def _normal(name: str) -> str:
    """A header name regardless of full or half width, spaces and case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
