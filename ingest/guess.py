"""The only place that guesses how a strange header fits a contract: which column is which, codes, dates, districts.

A guess is a proposal to be read by a person: each match says how sure it is and why. Names count first (the
contract's own, `data/reference/header_synonyms.toml`, then likeness), then whether the cells below can be read as
what the column holds. Nothing is loaded through a guess unless somebody passes its text on as a mapping.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from data import contract as contracts
from data import divisions
from data.contract import Column, Contract
from ingest import header as headers
from ingest import places
from ingest.field import Field, code_table
from ingest.header import Header
from ingest.layout import Layout
from ingest.mapping import PLACE
from ingest.sieve import Sieve
from ingest.source import Sheet
from ingest.values import numbers_in

SYNONYMS = Path(__file__).resolve().parent.parent / "data" / "reference" / "header_synonyms.toml"
DISTRICT, CELLS = "区县", "数值"  # source columns that unpivoted districts become
MARKERS = ("-", "--", "—", "——", "/", "*", "无", "N/A", "NaN", "null", "NULL", "缺测", "未测", "…")
FORMATS = (
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m",
    "%Y/%m", "%Y.%m", "%Y年%m月", "%Y%m", "%y-%m-%d", "%m-%d-%Y", "%d-%b-%Y",
)  # fmt: skip
DAYS = ("date", "日期", "监测日期", "统计日期", "年", "年份")
HOURS = ("hour", "time", "时", "时间", "小时", "时刻", "监测时间", "月日时分")
PAIRS = (
    "%Y%m%d %H", "%Y%m%d %H:%M", "%Y-%m-%d %H", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H",
    "%Y/%m/%d %H:%M", "%Y.%m.%d %H:%M", "%Y年%m月%d日 %H时", "%Y年%m月%d日 %H:%M", "%Y %m-%d %H:%M",
    "%Y %m/%d %H:%M", "%Y %m月%d日 %H:%M",
)  # fmt: skip
SAMPLE = 20_000  # rows whose cells are looked at
_LIKE, _SURE = 0.6, 0.5
_CODES_LISTED = 60
_DISTRICTS_MEANT = 3  # as many columns called like districts are no chance


@dataclass(frozen=True)
class Match:
    """A contract column and the header that seems to be it; `sure`: 0–1; `why` in words for a clerk."""

    column: Column
    header: str
    sure: float
    why: str
    formats: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)  # the sender's text → our code, "" where unknown
    text_numbers: bool = False
    second: str = ""  # the header of the hour, where day and hour stand apart

    @property
    def headers(self) -> tuple[str, ...]:
        return (self.header, self.second) if self.second else (self.header,)


@dataclass(frozen=True)
class Sample:
    """The first rows of a sheet as they stand: cells by header name, their row numbers; `rows`: how many there are."""

    cells: Mapping[str, pa.Array]
    numbers: tuple[int, ...]
    rows: int


@dataclass(frozen=True)
class Guess:
    """What a sheet seems to be, read as a table. `districts`: header → place code of columns that are really rows."""

    contract: Contract
    sheet: Sheet
    header: Header
    matches: tuple[Match, ...]
    districts: Mapping[str, str]
    fill_down: tuple[str, ...]
    missing: tuple[str, ...]  # markers of missing values that occur
    sample: Sample

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Header names that nothing is filled from."""
        used = {header for match in self.matches for header in match.headers} | set(self.districts)
        return tuple(name for name in self.header.names.values() if name not in used)

    @property
    def lacking(self) -> tuple[Column, ...]:
        """Columns that a row cannot do without and nothing was found for."""
        given = {match.column.name for match in self.matches}
        needed = [c for c in self.contract.columns if c.required or c.name in self.contract.key]
        return tuple(column for column in needed if column.name not in given)


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """What departments call our columns, by column name."""
    listed = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    return {name: tuple(words) for name, words in listed.items()}


def names_of(contract: Contract) -> frozenset[str]:
    """Every name that a header of this table may hold, as far as anybody knows; districts included."""
    own = [
        name for column in contract.columns for name in (column.name, column.label, *synonyms().get(column.name, ()))
    ]
    return headers.spellings([*own, *_districts()])


@cache
def _districts() -> Mapping[str, str]:
    """Place codes by the names of the seven districts and the three 管委会, full and as people shorten them."""
    found = {}
    for place in divisions.children(places.CITY):
        found[place.name] = place.place_code
        if place.level == "district" and place.name != "黄山区" and len(place.name) > 2:
            found[place.name[:-1]] = place.place_code  # 黄山 alone may be the city, the district or the mountain
    return found


def guess(contract: Contract, sheet: Sheet) -> Guess:
    """What the sheet seems to be; raises Refused where it is no table at all."""
    header = headers.find(sheet, names_of(contract), Layout())
    sample = sampled(sheet, header)
    cells = sample.cells
    names = list(header.names.values())
    districts = {name: _districts()[part] for name in names if (part := name.partition("/")[0]) in _districts()}
    if len(districts) < _DISTRICTS_MEANT:
        districts = {}
    else:
        cells = _turned(cells, districts)
    markers = tuple(m for m in MARKERS if any(_holds(column, m) for column in cells.values()))
    cells = {name: _without(column, markers) for name, column in cells.items()}
    matches = _with_times(contract, cells, _matched(contract, cells, header, bool(districts)))
    return Guess(contract, sheet, header, matches, districts, _blanks(contract, matches, cells), markers, sample)


def sampled(sheet: Sheet, header: Header) -> Sample:
    """The first data rows of a sheet; reads it to its end."""
    parts: list[Mapping[str, pa.Array]] = []
    numbers: list[int] = []
    rows = 0
    for chunk in Sieve(sheet, header, Layout()).rows():
        rows += len(chunk.rows) + len(chunk.faults)
        if room := max(SAMPLE - len(numbers), 0):
            parts.append({name: column[:room] for name, column in chunk.texts.items()})
            numbers += chunk.rows[:room].to_pylist()
    none = [pa.array([], pa.string())]
    cells = {name: pa.concat_arrays([part[name] for part in parts] or none) for name in header.names.values()}
    return Sample(cells, tuple(numbers), rows)


def _turned(cells: Mapping[str, pa.Array], districts: Mapping[str, str]) -> dict[str, pa.Array]:
    """The sample as it looks once the districts are rows; each measure with the cells of all of them."""
    kept = {name: column for name, column in cells.items() if name not in districts}
    measures: dict[str, list[pa.Array]] = {}
    for name in districts:
        measures.setdefault(name.partition("/")[2] or CELLS, []).append(cells[name])
    turned = {name: pa.concat_arrays(columns) for name, columns in measures.items()}
    return {**kept, DISTRICT: pa.array(list(districts.values())), **turned}


def _matched(contract: Contract, cells: Mapping[str, pa.Array], header: Header, turned: bool) -> tuple[Match, ...]:
    """At most one header per column and one column per header, the surest first."""
    offers = [
        match
        for column in contract.columns
        for name in cells
        if (match := _match(column, name, cells[name])) is not None
    ]
    if turned and CELLS in cells:
        offers += _measures(contract, cells[CELLS], header)
    chosen: dict[str, Match] = {}
    taken: set[str] = set()
    for match in sorted(offers, key=lambda match: -match.sure):
        if match.column.name not in chosen and match.header not in taken:
            chosen[match.column.name] = match
            taken.add(match.header)
    return tuple(chosen[column.name] for column in contract.columns if column.name in chosen)


def _with_times(contract: Contract, cells: Mapping[str, pa.Array], matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """The matches, the table's time put together from a day and an hour where no single column can be read as one."""
    if contract.time is None or contract.column(contract.time).type != "timestamp":
        return matches
    column = contract.column(contract.time)
    found = next((match for match in matches if match.column == column), None)
    if found is not None and found.sure > _SURE:
        return matches
    offers = []
    for day in (name for name in cells if headers.normal(name) in DAYS):
        for hour in (name for name in cells if headers.normal(name) in HOURS and name != day):
            pairs = [
                f"{a} {b}" for a, b in zip(cells[day].to_pylist(), cells[hour].to_pylist(), strict=False) if a and b
            ]
            texts = pa.array(pairs, pa.string()).unique()
            form = max(PAIRS, key=lambda form: _share(Field(column, formats=(form,)), texts))
            share = _share(Field(column, formats=(form,)), texts)
            offers.append(Match(column, day, 0.9 * share, "日期与时间分在两列", (form,), second=hour))
    best = max(offers, key=lambda match: match.sure, default=None)
    if best is None or best.sure <= _SURE:
        return matches
    kept = [match for match in matches if match.column != column and match.header not in best.headers]
    return tuple(sorted([*kept, best], key=lambda match: contract.column_names.index(match.column.name)))


def _match(column: Column, name: str, cells: pa.Array) -> Match | None:
    """How sure it is that the header is this column; None where it is unlikely."""
    sure, why = _alike(column, name)
    if sure < _SURE:
        return None
    match = _readable(Match(column, name, sure, why), cells)
    return match if match.sure >= _SURE else None


def _alike(column: Column, name: str) -> tuple[float, str]:
    bare = {headers.normal(name), headers.split(name)[0], headers.split(name.rpartition("/")[2])[0]}
    if bare & headers.spellings([column.name, column.label]):
        return 1.0, "列名一致"
    if column.name == PLACE and name == DISTRICT:
        return 1.0, "区县名称"
    if bare & headers.spellings(synonyms().get(column.name, ())):
        return 0.9, "常见叫法"
    label = headers.split(column.label)[0]
    likeness = max(SequenceMatcher(None, label, each).ratio() for each in bare)
    inside = any(len(each) >= 2 and (each in label or label in each) for each in bare)
    likeness = max(likeness, 0.75 if inside and len(label) >= 2 else 0.0)
    return (likeness * 0.85, f"与“{column.label}”相近") if likeness >= _LIKE else (0.0, "")


def _readable(match: Match, cells: pa.Array) -> Match:
    """The match, less sure where its cells are not what the column holds, and how to read them."""
    column = match.column
    texts = pa.array([text for text in cells.to_pylist() if text], pa.string()).unique()
    if len(texts) == 0:
        return match
    if column.name == PLACE or column.codes:
        return _coded(match, texts.to_pylist())
    share, how = _share(Field(column), texts), match
    if share < 1 and column.type in ("date", "timestamp"):
        for form in FORMATS:
            if (read := _share(Field(column, formats=(form,)), texts)) > share:
                share, how = read, Match(column, match.header, match.sure, match.why, formats=(form,))
    if share < 1 and column.type in ("integer", "real"):
        words = _share(Field(column), numbers_in(texts))
        if words > share:
            share, how = share, Match(column, match.header, match.sure, match.why, text_numbers=True)
    return _graded(how, share, "个不同的值能读" if share < 1 else "")


def _coded(match: Match, texts: Sequence[str]) -> Match:
    """The match with a table of codes where the sender's words are not ours."""
    column = match.column
    known = {text: code for text in texts if (code := _code_of(column, text))}
    share = len(known) / len(texts)
    if all(_is_ours(column, text) for text in texts):
        return match
    if len(texts) > _CODES_LISTED or (share == 0 and column.name == PLACE):
        return _graded(match, share * 0.5, "个值在代码表中")
    listed = {text: known.get(text, "") for text in sorted(texts)}
    graded = _graded(match, share, "个值在代码表中" if share < 1 else "")
    return Match(column, match.header, graded.sure, graded.why, codes=listed)


def _is_ours(column: Column, text: str) -> bool:
    return places.stored(text) is not None if column.name == PLACE else text in code_table(column.codes or "")


def _code_of(column: Column, text: str) -> str | None:
    """Our code for the sender's word, by its own name or by likeness to one."""
    if column.name == PLACE:
        return places.stored(text) or _districts().get(text)
    table = code_table(column.codes or "")
    if text in table:
        return table[text]
    labels = contracts.codes(column.codes or "")
    best = max(labels, key=lambda code: SequenceMatcher(None, text, labels[code]).ratio())
    inside = any(text and (text in label or label in text) for label in [labels[best]])
    return best if inside or SequenceMatcher(None, text, labels[best]).ratio() >= _LIKE else None


def _measures(contract: Contract, cells: pa.Array, header: Header) -> list[Match]:
    """Number columns that the cells below the districts could be: one that a title names, else the first."""
    title = header.title
    numbers = [column for column in contract.columns if column.type in ("integer", "real")]
    offers = []
    for rank, column in enumerate(numbers):
        named = headers.normal(column.label) in title
        sure, why = (0.85, "标题里写着") if named else (0.55 - rank / 1000, "表中的数字列，请核对")
        offers.append(_readable(Match(column, CELLS, sure, why), cells))
    return [offer for offer in offers if offer.sure >= _SURE]


def _share(field: Field, texts: pa.Array) -> float:
    """The share of texts that the field can read."""
    return 1.0 - float(np.mean(field.parse(texts)[1])) if len(texts) else 1.0


def _graded(match: Match, share: float, said: str) -> Match:
    why = f"{match.why}，{share:.0%} {said}" if said else match.why
    sure = match.sure * (0.5 + 0.5 * share)
    return Match(match.column, match.header, sure, why, match.formats, match.codes, match.text_numbers)


def _blanks(contract: Contract, matches: Sequence[Match], cells: Mapping[str, pa.Array]) -> tuple[str, ...]:
    """Columns whose blank cells mean the cell above: keys and places that are filled at the top and seldom below."""
    found = []
    for match in matches:
        texts = cells[match.header].to_pylist()
        needed = match.column.required or match.column.name in contract.key
        if needed and texts and texts[0] and texts.count("") * 10 > len(texts) * 3:
            found.append(match.header)
    return tuple(found)


def _holds(column: pa.Array, text: str) -> bool:
    return text in column.to_pylist()


def _without(column: pa.Array, markers: Sequence[str]) -> pa.Array:
    return pa.array(["" if text in markers else text for text in column.to_pylist()], pa.string())
