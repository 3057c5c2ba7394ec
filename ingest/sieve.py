"""The only place that tells the data rows of a sheet from the others, and brings them into the form of a plain table.

Total rows, notes below the table, a header printed again and the example of a template are no data: they are left out
and reported, never counted. Cells of a merged block are filled down and districts that stand as columns become rows.
A plain table passes untouched: whole arrays are looked at, Python sees single rows only where one looks odd.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.rulebook import rule
from ingest import layout as layouts
from ingest import totals
from ingest.header import Header, normal
from ingest.layout import Layout
from ingest.result import Remark
from ingest.source import Chunk, Sheet
from ingest.values import Mask

Looks = Callable[[list[pa.Array]], Mask]  # which rows of the labelled columns look like it
IsOne = Callable[[list[str]], bool]  # whether the labels of one row really say so

MARK, EXAMPLE = "标记", "示例"  # of templates: column and value of the row that shows how to fill in
_LABELLED = 3  # a total or a note is labelled in one of the first columns
# 累计, 总数 and 全市 only alone, for 企业总数 is a row; 合计 and the like also behind a place, a unit or a period
_TOTAL = (
    r"^(?:[合小总共累][\s　]*计|总[\s　]*数|全[\s　]*市|"
    r"(?:全[市区县]|本[页月周季年日]|各?区县|以上|.{0,10}[市区县镇乡道委局处队月])[\s　]*[合小总][\s　]*计"
    r")数?[\s　]*[:：]?$"
)
_TOTAL_HINTS = ("计", "总", "全")  # found fast; only cells with one of them are held against the pattern
_NOTE = (
    r"^[（(]?(?:注|附注|备注|说明|填表|填报|制表|审核|复核|审批|负责人|单位负责|主管|分管|联系人|联系电话|电话|数据来源|资料来源|来源|"
    r"统计人|统计负责|报送|报表|经办|打印|导出|签字|盖章|日期)[^,，]{0,8}[：:]|^共\s*[0-9]+\s*[条行件页]|^※"
)
_CELL_END = re.compile(r"[,;\t|]")
_PLACES_NAMED = 5  # row numbers listed in a remark


@dataclass
class Sieve:
    """Cleans the chunks of one sheet in order. `skipped`: row numbers of what was left out, by kind.

    `codes`: texts that stand in a code list of a labelled column, and are therefore no total even if they say 合计.
    """

    sheet: Sheet
    header: Header
    layout: Layout
    codes: frozenset[str] = frozenset()
    skipped: dict[str, list[int]] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    in_notes: bool = False
    begun: bool = False
    hints: list[Remark] = field(default_factory=list)

    def rows(self) -> Iterator[Chunk]:
        """The data rows below the header."""
        names = list(self.header.names.values())
        moved = layouts.physical(self.layout, names)
        for chunk in self.sheet.read(self.header.names, self.header.row):
            clean = chunk if self.sheet.is_named else self._data(chunk, names)
            clean = self._filled(clean)
            yield from _unpivoted(clean, moved, self.layout) if moved else (clean,)

    @property
    def counts(self) -> Counter[str]:
        return Counter({kind: len(rows) for kind, rows in self.skipped.items()})

    def remarks(self) -> list[Remark]:
        """What was left out, for people."""
        found = list(self.hints)
        for kind, rows in self.skipped.items():
            some = "、".join(map(str, rows[:_PLACES_NAMED])) + ("等" if len(rows) > _PLACES_NAMED else "")
            sentence = f"{self.sheet.place} 第 {some} 行是{rule(kind).name}，未作数据，共 {len(rows)} 行。"
            found.append(Remark(kind, f"{self.sheet.place} 第 {some} 行", sentence))
        return found

    def _data(self, chunk: Chunk, names: Sequence[str]) -> Chunk:
        kinds = self._odd_rows(chunk, names)
        if not self.begun:
            self.hints += totals.mismatches(self.sheet.place, chunk, kinds)
        self.begun = True
        for index, kind in sorted(kinds.items()):
            self.skipped.setdefault(kind, []).append(chunk.rows[index].as_py())
        faults = []
        for fault in chunk.faults:  # rows of a text file that are too short or too long for the table
            first = _CELL_END.split(fault.value, maxsplit=1)[0].strip(' "')
            if self.layout.skip_notes and _is_note([first]):
                self.skipped.setdefault("note_row", []).append(fault.row)
            elif self.layout.skip_totals and self._is_total([first]):
                self.skipped.setdefault("total_row", []).append(fault.row)
            else:
                faults.append(fault)
        if not kinds:
            return replace(chunk, faults=tuple(faults))
        data = np.ones(len(chunk.rows), dtype=bool)
        data[list(kinds)] = False
        kept = pa.array(data)
        texts = {name: column.filter(kept) for name, column in chunk.texts.items()}
        return replace(chunk, rows=chunk.rows.filter(kept), texts=texts, faults=tuple(faults))

    def _odd_rows(self, chunk: Chunk, names: Sequence[str]) -> dict[int, str]:
        """Positions of the rows that are no data, with their kind."""
        labelled = [chunk.texts[name] for name in names[:_LABELLED]]
        kinds: dict[int, str] = {}
        for kind, looks, is_one in self._tests(names):
            for index in np.flatnonzero(looks(labelled)).tolist():
                if index not in kinds and is_one([str(column[index].as_py()) for column in labelled]):
                    kinds[index] = kind
        notes = [index for index, kind in kinds.items() if kind == "note_row"]
        if self.in_notes or notes:
            for index in _lone_cells(chunk, 0 if self.in_notes else min(notes)):
                kinds.setdefault(index, "note_row")
            self.in_notes = True
        return kinds

    def _tests(self, names: Sequence[str]) -> list[tuple[str, Looks, IsOne]]:
        """How to tell each kind of row that is no data."""
        tests: list[tuple[str, Looks, IsOne]] = []
        if names[0] == MARK:
            tests.append(("example_row", lambda c: _mask(pc.equal(c[0], EXAMPLE)), lambda _: True))
        head = [normal(name) for name in names[:_LABELLED]]
        tests.append((
            "repeated_header",
            lambda c: _mask(pc.equal(c[0], names[0])),
            lambda cells: [normal(cell) for cell in cells] == head,
        ))  # fmt: skip
        if self.layout.skip_totals:
            tests.append(("total_row", lambda c: _any(c, self._like_total), self._is_total))
        if self.layout.skip_notes:
            tests.append(("note_row", lambda c: _any(c, _like_note), _is_note))
        return tests

    def _like_total(self, column: pa.Array) -> Mask:
        found = _mask(pc.is_in(column, pa.array(self.layout.total_words, pa.string())))
        if pc.all(pc.string_is_ascii(column)).as_py():
            return found
        hinted = np.logical_or.reduce([_mask(pc.match_substring(column, hint)) for hint in _TOTAL_HINTS])
        at = np.flatnonzero(hinted)
        found[at] |= _mask(pc.match_substring_regex(column.take(pa.array(at)), _TOTAL))
        return found

    def _is_total(self, cells: list[str]) -> bool:
        labels = [cell for cell in cells if cell in self.layout.total_words or re.match(_TOTAL, cell)]
        return any(label not in self.codes for label in labels)

    def _filled(self, chunk: Chunk) -> Chunk:
        """Blank cells of the columns to be filled down, taken from the last filled cell above."""
        texts = dict(chunk.texts)
        for name in self.layout.fill_down:
            if name not in texts or len(texts[name]) == 0:
                continue
            blank = pc.equal(texts[name], "")
            column = pc.fill_null_forward(pc.if_else(blank, None, texts[name]))
            texts[name] = pc.fill_null(column, self.above.get(name, ""))
            self.above[name] = texts[name][-1].as_py()
        return replace(chunk, texts=texts) if self.layout.fill_down else chunk


def _unpivoted(chunk: Chunk, moved: Mapping[str, tuple[str, str]], layout: Layout) -> Iterator[Chunk]:
    """One chunk per place that stands as a column (or group of columns); rows without any cell there are left out."""
    assert layout.unpivot is not None
    kept = {name: column for name, column in chunk.texts.items() if name not in moved}
    groups = dict.fromkeys(place for place, _ in moved.values())
    measures = dict.fromkeys(column for _, column in moved.values())
    blank = pa.repeat(pa.scalar(""), len(chunk.rows))
    for number, place in enumerate(groups):
        own = {column: name for name, (of, column) in moved.items() if of == place and name in chunk.texts}
        cells = {column: chunk.texts[own[column]] if column in own else blank for column in measures}
        filled = np.logical_or.reduce([_mask(pc.not_equal(column, "")) for column in cells.values()])
        names = {layout.unpivot.name: pa.repeat(pa.scalar(place), len(chunk.rows))}
        mask = pa.array(filled)
        texts = {name: column.filter(mask) for name, column in {**kept, **names, **cells}.items()}
        headers = {**own, layout.unpivot.name: next(iter(own.values()), "")}
        yield Chunk(chunk.rows.filter(mask), texts, chunk.faults if number == 0 else (), headers)


def _lone_cells(chunk: Chunk, start: int) -> list[int]:
    """Rows from `start` on with a single filled cell: further lines of a note, where a table has more columns."""
    if len(chunk.texts) < 3:
        return []
    filled = sum(_mask(pc.not_equal(column, "")).astype(np.int64) for column in chunk.texts.values())
    return [index for index in np.flatnonzero(filled == 1).tolist() if index >= start]


def _like_note(column: pa.Array) -> Mask:
    if pc.all(pc.string_is_ascii(column)).as_py():  # nobody writes notes without a Chinese character
        return np.zeros(len(column), dtype=bool)
    return _mask(pc.match_substring_regex(column, _NOTE))


def _is_note(cells: list[str]) -> bool:
    first = next((cell for cell in cells if cell), "")
    return re.match(_NOTE, first) is not None


def _any(columns: list[pa.Array], test: Callable[[pa.Array], Mask]) -> Mask:
    masks: Mask = np.logical_or.reduce([test(column) for column in columns])
    return masks


def _mask(column: pa.Array) -> Mask:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=bool)
