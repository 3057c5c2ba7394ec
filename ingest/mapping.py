"""The only place that reads `data/mappings/<name>.toml`: how a source's columns become those of a contract.

A mapping is keyed by our columns, so each is filled once: `pm25 = "PM2.5"`, or a table with `from` (one header name,
or several whose cells are joined by a space), `codes`, `separator`, `factor` or `unit` (the sender's), `formats`
(strptime) and `text_numbers` (take 120 out of “约120人”). Without a mapping the header must hold every column of the
contract, by name, label or label(unit). What is unusual about the sheet stands in `[layout]` (`layout.py`). A faulty
mapping is refused before any file is opened, naming file, key, fault and remedy. Other columns are ignored.
docs/intake.md explains all of it to those who write mappings.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from data.contract import Contract, contracts
from ingest import layout as layouts
from ingest import places, units
from ingest.field import Field, code_table
from ingest.layout import Layout
from ingest.mapping_file import Table
from ingest.result import Refused

FOLDER = Path(__file__).resolve().parent.parent / "data" / "mappings"
PLACE, LON, LAT = "place_code", "lon", "lat"
_KEYS = ("table", "meaning", "missing", "coordinate_system", "geometry_checks", "layout", "columns", "constants",
         "register")  # fmt: skip
_FIELD_KEYS = ("from", "codes", "separator", "factor", "unit", "formats", "text_numbers")
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
    layout: Layout = field(default_factory=Layout)

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


def listed_texts(plan: Plan) -> frozenset[str]:
    """Every text that a code list or a mapping of codes knows: 合计 may be one of them, and is then no total."""
    lists = (field.codes or (code_table(field.column.codes) if field.column.codes else {}) for field in plan.fields)
    return frozenset(text for listed in lists for text in listed)


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
    return _plan(contract, path.stem, Table(path.name, "", raw, _KEYS))


def _plan(contract: Contract, name: str, top: Table) -> Plan:
    if top.text("table") != contract.table:
        raise top.fail("table", f"是 {top.text('table')}，这次导入的是 {contract.table}", "请换映射或改这一行")
    checks = top.table.get("geometry_checks", True)
    if not isinstance(checks, bool):
        raise top.fail("geometry_checks", f"{checks!r} 不是 true 或 false", "请写 true 或 false")
    system = top.text("coordinate_system", places.CGCS2000)
    if system not in places.SYSTEMS:
        raise top.fail("coordinate_system", f"“{system}”不认识", f"可用：{'、'.join(places.SYSTEMS)}")
    columns = Table(top.file, "columns.", top.table.get("columns", {}), contract.column_names)
    constants = Table(top.file, "constants.", top.table.get("constants", {}), contract.column_names)
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
    return Plan(name, contract, tuple(fields), missing, system, checks, register, layouts.read(top))


def _field(contract: Contract, columns: Table, name: str) -> Field:
    value, column = columns.table[name], contract.column(name)
    if isinstance(value, str):
        value = {"from": value}
    entry = Table(columns.file, f"columns.{name}.", value, _FIELD_KEYS)
    codes, separator, formats = entry.pairs("codes"), entry.text("separator", ""), entry.texts("formats")
    factor, unit = entry.table.get("factor"), entry.text("unit", "")
    text_numbers = entry.table.get("text_numbers", False)
    is_number = column.type in ("integer", "real")
    if not entry.texts("from") or not all(entry.texts("from")):
        raise entry.fail("from", "没有源列名", '请写 from = "列名" 或 from = ["列一", "列二"]')
    if isinstance(factor, bool) or not isinstance(factor, (int, float, type(None))):
        raise entry.fail("factor", f"{factor!r} 不是数字", "请写换算倍数，例如 0.001")
    for key, given in (("factor", factor is not None), ("unit", unit), ("text_numbers", text_numbers)):
        if given and not is_number:
            raise entry.fail(key, f"{name} 不是数字列", f"请删去 {key}")
    if not isinstance(text_numbers, bool):
        raise entry.fail("text_numbers", f"{text_numbers!r} 不是 true 或 false", "请写 true 或 false")
    if unit:
        if factor is not None:
            raise entry.fail("unit", "与 factor 同时写了", "请只留一个")
        factor = units.factor(unit, column.unit)
        if factor is None:
            raise entry.fail("unit", f"“{unit}”不能换算成 {column.unit}", "请改正单位，或用 factor 写明倍数")
    if formats and column.type not in ("date", "timestamp"):
        raise entry.fail("formats", f"{name} 不是日期或时间列", "请删去 formats")
    if separator and not codes:
        raise entry.fail("separator", "没有代码对照表", "请同时写 codes")
    for form in formats:
        if not _is_time_format(form):
            raise entry.fail("formats", f"“{form}”不是时间格式", '请用 %Y %m %d %H %M %S，例如 "%Y%m%d %H"')
    field = Field(column, entry.texts("from"), None, codes, separator, factor, formats, text_numbers)
    for ours in codes.values():
        if places.stored(ours) is None if name == PLACE else Field(column).parse(pa.array([ours]))[1].any():
            raise entry.fail("codes", f"“{ours}”不是 {name}（{column.label}）允许的值", "请对照数据字典改正")
    return field


def _constant(contract: Contract, constants: Table, name: str) -> Field:
    field = Field(contract.column(name), constant=constants.text(name))
    if field.parse(pa.array([field.constant]))[1].any():
        raise constants.fail(name, f"“{field.constant}”不是 {field.column.label}允许的值", "请对照数据字典改正")
    return field


def _register(contract: Contract, top: Table) -> Register:
    entry = Table(top.file, "register.", top.table["register"], _REGISTER_KEYS)
    table, id_column = entry.text("table"), entry.text("id")
    if table not in contracts():
        raise entry.fail("table", f"没有 {table} 这张表", "请对照数据字典改正表名")
    target = contracts()[table]
    if target.key != (id_column,) or id_column not in contract.column_names:
        raise entry.fail("id", f"“{id_column}”不是两张表共有的主键列", f"请写 {table} 的主键 {'、'.join(target.key)}")
    constants = Table(top.file, "register.constants.", entry.table.get("constants", {}), target.column_names)
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
