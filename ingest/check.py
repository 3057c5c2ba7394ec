"""The only place that holds rows against their contract: one bad cell sends its row to quarantine, with a reason.

Rule names are stable; scripts count by them: wrong_field_count, missing_required, bad_number, bad_boolean, bad_date,
bad_timestamp, unknown_code, out_of_range, bad_place_code, mca_code, incomplete_coordinates, missing_coordinates,
not_degrees, swapped_coordinates, outside_city, too_early, future_time, negative_duration, formula_text,
shifted_columns, and duplicate_key (found when rows are merged).
Whole arrays are judged at a time; Python looks at single rows only where they are bad.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import contract as contracts
from data.contract import Column
from ingest import places, shift
from ingest.field import ARROW, Field, schema
from ingest.free_text import scrubbed
from ingest.hints import Hints
from ingest.mapping import LAT, LON, PLACE, Plan
from ingest.result import Fault, Remark
from ingest.source import Chunk
from ingest.values import Mask

FUTURE_SLACK = timedelta(days=1)  # clocks differ, and a day may be labelled by its end
EARLIEST = datetime(
    2000, 1, 1
)  # no table of the city speaks of earlier days; a mistyped year must not stretch the calendar
_SHOWN = 200
_FORMULA_SIGNS = ("=", "＝", "+", "-", "@")
_FORMULA_LIKE = r"^(?:[=＝]|[+@-][A-Za-z_.]+[(|!])"  # -8, +86… and @某人 are none
_FORMULA = "以公式开头，打开时可能被执行；请改成普通文字"
_CODES_SHOWN = 8
_NAMED = 5  # rows that are named one by one
_EXAMPLES = {"date": "2026-11-16", "timestamp": "2026-11-16 08:00"}
_SAMPLE = datetime(2026, 11, 16, 8)


@dataclass(frozen=True)
class Checked:
    """`good`: rows of the stored schema. `faults`: of the bad rows. `counts`: bad rows by their first rule.

    `scrubbed`: personal numbers that were masked in free text, by kind.
    """

    good: pa.RecordBatch
    faults: tuple[Fault, ...]
    counts: Mapping[str, int]
    scrubbed: Mapping[str, int]


@dataclass(frozen=True)
class _Finding:
    """One rule broken in one column by the rows of `mask`; `ending` says fault and remedy of the row at an index."""

    column: str
    shown: str
    rule: str
    mask: Mask
    ending: Callable[[int], str]


@dataclass
class _Sheet:
    """A chunk on its way through the rules: its texts, its typed columns so far, what was found."""

    chunk: Chunk
    texts: Mapping[str, pa.Array]
    columns: dict[str, pa.Array] = field(default_factory=dict)
    findings: list[_Finding] = field(default_factory=list)
    scrubbed: Counter[str] = field(default_factory=Counter)
    masked: dict[str, Mask] = field(default_factory=dict)  # by header: the rows whose free text held personal numbers

    def add(self, column: str, shown: str, rule: str, mask: Mask, ending: str | Callable[[int], str]) -> None:
        if mask.any():
            self.findings.append(
                _Finding(column, shown, rule, mask, (lambda _: ending) if isinstance(ending, str) else ending)
            )

    def bad_in(self, *columns: str) -> Mask:
        """Rows already found bad in one of the columns."""
        masks = [finding.mask for finding in self.findings if finding.column in columns]
        return np.logical_or.reduce(masks) if masks else np.zeros(len(self.chunk.rows), dtype=bool)

    def text(self, column: str, index: int) -> str:
        return (self.texts[column][index].as_py() or "") if column in self.texts else ""


@dataclass(frozen=True)
class Checker:
    """Checks the chunks of one sheet. `registered`: place code by station id, from the plan's register."""

    plan: Plan
    file: str
    batch_id: str
    now: datetime
    registered: Mapping[str, str]
    sheet: str = ""
    hints: Hints = field(default_factory=Hints)
    tried: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)  # rows by header, and the first of their numbers
    masked_first: dict[str, list[int]] = field(default_factory=dict)

    def check(self, chunk: Chunk, room: int) -> Checked:
        """The good and the bad rows of a chunk; all bad rows are counted, at most `room` faults listed."""
        sheet = self._judged(chunk, self.hints)
        self._find_shifted(sheet)
        order = self.plan.contract.column_names.index
        findings = sorted(sheet.findings, key=lambda finding: order(finding.column))
        bad = np.logical_or.reduce([np.zeros(len(chunk.rows), dtype=bool), *(finding.mask for finding in findings)])
        arrays = [
            sheet.columns.get(column.name, pa.nulls(len(chunk.rows), ARROW[column.type]))
            for column in self.plan.contract.columns
        ]
        arrays += [pa.repeat(pa.scalar(self.batch_id), len(chunk.rows)), chunk.rows]
        good = pa.record_batch(arrays, schema=schema(self.plan.contract)).filter(pa.array(~bad))
        for header, mask in sheet.masked.items():
            self.masked[header] += int(mask.sum())
            first = self.masked_first.setdefault(header, [])
            first += chunk.rows.filter(pa.array(mask))[: _NAMED - len(first)].to_pylist()
        counts = Counter(fault.rule for fault in chunk.faults) + _first_rules(findings, len(chunk.rows))
        faults = [*chunk.faults[:room], *self._faults(sheet, findings, bad, room - len(chunk.faults))]
        return Checked(good, tuple(faults), counts, sheet.scrubbed)

    def remarks(self, place: str) -> list[Remark]:
        """What the whole sheet says, once all its chunks are checked."""
        found = self.hints.remarks(place)
        for header, rows in self.masked.items():
            some = "、".join(map(str, self.masked_first[header])) + ("等" if rows > _NAMED else "")
            sentence = (
                f"{place} 第 {some} 行的“{header}”里写有电话、证件、银行卡或车牌号码，共 {rows} 行，已遮盖后收下；"
                "请报送单位不要在文字里写个人号码。"
            )
            found.append(Remark("scrubbed", f"{place} 第 {some} 行", sentence))
        return found

    def _judged(self, chunk: Chunk, hints: Hints) -> _Sheet:
        sheet = _Sheet(chunk, self.plan.texts(chunk.texts))
        for each in self.plan.fields:
            self._parse(each, sheet)
        self._judge_point(sheet, hints)
        self._fill_place(sheet)
        self._coarsen_place(sheet)
        for column in self.plan.contract.columns:
            self._judge(column, sheet)
        return sheet

    def _find_shifted(self, sheet: _Sheet) -> None:
        """Gives rows with several faults that are good once shifted by one cell that fault alone."""
        if len({finding.column for finding in sheet.findings}) < 2:
            return
        several = np.sum([finding.mask for finding in sheet.findings], axis=0) > 1
        for index in np.flatnonzero(several).tolist()[: shift.TRIED - self.tried["shifted"]]:
            self.tried["shifted"] += 1
            tried, ways = shift.tries(sheet.chunk, index)
            again = self._judged(tried, Hints())
            bad = np.logical_or.reduce([np.zeros(len(ways), dtype=bool), *(each.mask for each in again.findings)])
            if bad.all():
                continue
            way = ways[int(np.flatnonzero(~bad)[-1])]  # of several, the one nearest to the faults
            for finding in sheet.findings:
                finding.mask[index] = False
            mask = np.zeros(len(sheet.chunk.rows), dtype=bool)
            mask[index] = True
            fields = [each.column.name for each in self.plan.fields if way.header in each.sources]
            column = fields[0] if fields else self.plan.contract.column_names[0]
            sheet.add(column, way.header, "shifted_columns", mask, shift.sentence(way))

    def _parse(self, each: Field, sheet: _Sheet) -> None:
        column, text = each.column, sheet.texts[each.column.name]
        if column.name == PLACE and each.codes:
            values, bad, rule = each.parse(text)
            sheet.add(PLACE, each.shown, rule, bad, _unread(each, rule))
            values, _ = places.stored_codes(values)
        elif column.name == PLACE:
            values, broken = places.stored_codes(text)
            for rule in ("bad_place_code", "mca_code"):
                sheet.add(PLACE, each.shown, rule, broken == rule, lambda i: places.fault_of(sheet.text(PLACE, i))[1])
        else:
            values, bad, rule = each.parse(text)
            if column.is_free_text:
                written, values = values, scrubbed(values, sheet.scrubbed)
                if values is not written:
                    changed = pc.fill_null(pc.not_equal(written, values), False).to_numpy(zero_copy_only=False)
                    sheet.masked |= {each.shown: changed} if changed.any() else {}
            sheet.add(column.name, each.shown, rule, bad, _unread(each, rule))
            if column.type == "text" and each.constant is None and not (each.codes or column.codes):
                sheet.add(column.name, each.shown, "formula_text", formulas(text), _FORMULA)
        sheet.columns[column.name] = values

    def _judge_point(self, sheet: _Sheet, hints: Hints) -> None:
        """Converts `lon` and `lat` to CGCS2000, judges them, and takes a missing place code from them."""
        if not {LON, LAT} <= sheet.columns.keys():
            return
        lon, lat = sheet.columns[LON], sheet.columns[LAT]
        unread = sheet.bad_in(LON, LAT)
        half = _mask(pc.xor(pc.is_null(lon), pc.is_null(lat))) & ~unread
        sheet.add(LON, "坐标", "incomplete_coordinates", half, "经度、纬度只有一个；请补全，或两个都留空")
        given = _mask(pc.and_(pc.is_valid(lon), pc.is_valid(lat)))
        if self.plan.geometry_checks and self.plan.coordinate_system in places.TRUE:
            hints.add(lon, lat, sheet.columns.get(PLACE))
        lon, lat = places.converted(lon, lat, self.plan.coordinate_system)
        if self.plan.geometry_checks and given.any():
            point = places.located(lon, lat)
            for state, rule in places.RULES.items():
                mask = (point.state == state) & given
                sheet.add(LON, "坐标", rule, mask, lambda i: places.sentence(point, i))
                given &= ~mask
            codes = pa.array(point.place_code, pa.string())
            sheet.columns[PLACE] = pc.coalesce(sheet.columns[PLACE], codes) if PLACE in sheet.columns else codes
        kept = pa.array(given)
        sheet.columns[LON], sheet.columns[LAT] = pc.if_else(kept, lon, None), pc.if_else(kept, lat, None)

    def _fill_place(self, sheet: _Sheet) -> None:
        register = self.plan.register
        if register is not None:
            encoded = pc.dictionary_encode(sheet.columns[register.id_column])
            known = [self.registered.get(station, register.place_code) for station in encoded.dictionary.to_pylist()]
            codes = pa.array(known, pa.string()).take(encoded.indices)
            sheet.columns[PLACE] = pc.coalesce(sheet.columns[PLACE], codes) if PLACE in sheet.columns else codes

    def _coarsen_place(self, sheet: _Sheet) -> None:
        """Cuts places to the subdistrict where the contract says that no finer one may be kept."""
        wanted = self.plan.contract.to_subdistrict
        if wanted is None or PLACE not in sheet.columns:
            return
        codes = sheet.columns[PLACE]
        cut = pc.utf8_slice_codeunits(codes, 0, places.SUBDISTRICT)
        if wanted.column:
            secret = pc.is_in(sheet.columns[wanted.column], pa.array(wanted.values))
            cut = pc.if_else(secret, cut, codes)
        sheet.columns[PLACE] = cut

    def _judge(self, column: Column, sheet: _Sheet) -> None:
        values = sheet.columns.get(column.name)
        if values is None:
            return
        shown = next((each.shown for each in self.plan.fields if each.column == column), column.label)
        if column.required or column.name in self.plan.contract.key:
            related = (LON, LAT, PLACE) if column.name == PLACE else (column.name,)
            empty = _mask(pc.is_null(values)) & ~sheet.bad_in(*related)
            if column.name == PLACE and self.plan.register is not None:
                empty &= _mask(pc.is_valid(sheet.columns[self.plan.register.id_column]))
            sheet.add(column.name, shown, "missing_required", empty, "为空，此列必填；请补上")
        if column.minimum is not None:
            low = _mask(pc.less(values, column.minimum))
            sheet.add(column.name, shown, "out_of_range", low, _range(column))
        if column.maximum is not None:
            high = _mask(pc.greater(values, column.maximum))
            sheet.add(column.name, shown, "out_of_range", high, _range(column))
        if column.not_before is not None and column.not_before in sheet.columns:
            earlier = sheet.columns[column.not_before]
            label = self.plan.contract.column(column.not_before).label
            negative = _mask(pc.less(values, earlier))
            ending = f"早于“{label}”，时长为负；请核对两个时间"
            sheet.add(column.name, shown, "negative_duration", negative, ending)
        if column.name == self.plan.contract.time:
            moments = pc.cast(values, pa.timestamp("us"))
            early = _mask(pc.less(moments, pa.scalar(EARLIEST, pa.timestamp("us"))))
            sheet.add(column.name, shown, "too_early", early, f"早于 {EARLIEST:%Y} 年，多半是年份写错；请核对日期")
            limit = pa.scalar(self.now + FUTURE_SLACK, pa.timestamp("us"))
            late = _mask(pc.greater(moments, limit))
            sheet.add(column.name, shown, "future_time", late, f"晚于导入时间 {self.now:%Y-%m-%d %H:%M}；请核对日期")

    def _faults(self, sheet: _Sheet, findings: list[_Finding], bad: Mask, room: int) -> list[Fault]:
        listed: list[Fault] = []
        for index in np.flatnonzero(bad).tolist():
            if len(listed) >= room:
                break
            row = sheet.chunk.rows[index].as_py()
            for finding in findings:
                if finding.mask[index]:
                    value = sheet.text(finding.column, index)[:_SHOWN]
                    said = f"的值“{value}”" if value else ""
                    sentence = f"{self.file} 第 {row} 行“{finding.shown}”{said}{finding.ending(index)}。"
                    headers = self._headers(finding.column, sheet.chunk)
                    listed.append(Fault(row, finding.column, value, finding.rule, sentence, headers, self.sheet))
        return listed

    def _headers(self, column: str, chunk: Chunk) -> tuple[str, ...]:
        """The sender's columns that a contract column is filled from, as they stand in the file."""
        sources = next((each.sources for each in self.plan.fields if each.column.name == column), ())
        return tuple(chunk.headers.get(source, source) for source in sources)


def _first_rules(findings: list[_Finding], count: int) -> Counter[str]:
    """How many rows have each rule as their first, in column order."""
    seen, rules = np.zeros(count, dtype=bool), Counter[str]()
    for finding in findings:
        rules[finding.rule] += int((finding.mask & ~seen).sum())
        seen |= finding.mask
    return +rules


def _unread(each: Field, rule: str) -> str:
    """Fault and remedy of a cell that could not be read."""
    column = each.column
    if rule == "unknown_code":
        listed = each.codes or (contracts.codes(column.codes) if column.codes else {})
        some = "、".join(
            key if key == label else f"{key}({label})" for key, label in list(listed.items())[:_CODES_SHOWN]
        )
        where = "映射的代码对照" if each.codes else "代码表"
        return f"不在{where}中；可用 {some}{'等' if len(listed) > _CODES_SHOWN else ''}，请改正"
    if rule in ("bad_date", "bad_timestamp"):
        example = f"{_SAMPLE:{each.formats[0]}}" if each.formats else _EXAMPLES[column.type]
        kind, zone = ("日期", "样子") if rule == "bad_date" else ("时间", "北京时间")
        return f"不是{kind}；请写成 {example} 这样的{zone}"
    if rule == "bad_boolean":
        return "不是“是”或“否”；请改正"
    return f"不是{'整数' if column.type == 'integer' else '数字'}；请改正，缺测请留空"


def _range(column: Column) -> str:
    unit = "" if column.unit == contracts.DIMENSIONLESS else f" {column.unit}"
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"不在 {low:g} 至 {high:g}{unit} 之间；请核对数值与单位"
    return f"不应{'小于' if low is not None else '大于'} {low if low is not None else high:g}{unit}；请核对数值与单位"


def formulas(texts: pa.Array) -> Mask:
    """Which texts a table program would take for a formula, and might run."""
    led: Mask = np.logical_or.reduce([_mask(pc.starts_with(texts, sign)) for sign in _FORMULA_SIGNS])
    found = np.flatnonzero(led)
    led[found] = _mask(pc.match_substring_regex(texts.take(pa.array(found)), _FORMULA_LIKE))
    return led


def _mask(column: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), dtype=bool)
