"""The only place that writes a mapping file: a guess as TOML that a clerk reads, corrects and keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from data.contract import codes
from ingest import units
from ingest.guess import CELLS, DISTRICT, Guess, Match
from ingest.header import split
from ingest.mapping import PLACE
from ingest.places import CITY

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def text(guess: Guess) -> str:
    """The guess as a mapping file; comments say how sure each line is and what is left to do."""
    return "\n".join([*_head(guess), *_layout(guess), *_columns(guess), *_constants(guess), *_rest(guess)]) + "\n"


def _head(guess: Guess) -> Iterator[str]:
    where = f"工作表“{guess.sheet.name}”，" if guess.sheet.name else ""
    yield f"# 由 map-guess 按 {guess.sheet.file}（{where}表头在第 {guess.header.row} 行）猜出，请逐行核对后保存使用"
    yield f"# {guess.contract.table} {guess.contract.name}：{guess.contract.grain}"
    yield f"table   = {_quoted(guess.contract.table)}"
    if guess.missing:
        yield f"missing = [{', '.join(map(_quoted, guess.missing))}]   # 这些写法当作缺测；空单元格总是缺测"


def _layout(guess: Guess) -> Iterator[str]:
    if not (guess.districts or guess.fill_down):
        return
    if guess.fill_down:
        yield ""
        yield "[layout]"
        yield f"fill_down = [{', '.join(map(_quoted, guess.fill_down))}]   # 空单元格同上一行（合并单元格）"
    if guess.districts:
        uppers = {header.partition("/")[0]: code for header, code in guess.districts.items()}
        yield ""
        yield "[layout.unpivot]   # 区县作列：每个区县一列，转成每个区县一行"
        yield f"name    = {_quoted(DISTRICT)}"
        yield f"value   = {_quoted(CELLS)}"
        yield f"columns = {{ {', '.join(f'{_key(name)} = {_quoted(code)}' for name, code in uppers.items())} }}"


def _columns(guess: Guess) -> Iterator[str]:
    yield ""
    yield "[columns]   # 本库的列 = 来源的列"
    tables: list[str] = []
    width = max((len(match.column.name) for match in guess.matches), default=0)
    for match in guess.matches:
        said = f"# {match.column.label}：把握 {match.sure:.0%}，{match.why}"
        extra = _extras(match, guess.header.unit)
        if match.codes:
            lines = [f"[columns.{match.column.name}]   {said}", f"from = {_quoted(match.header)}", *extra, ""]
            lines += _codes(match)
            tables += ["", *(map(_set_aside, lines) if _is_too_strange(match, guess) else lines)]
        else:
            value = f"[{', '.join(map(_quoted, match.headers))}]" if match.second else _quoted(match.header)
            value = f"{{ from = {value}, {', '.join(extra)} }}" if extra else value
            yield f"{match.column.name:<{width}} = {value}   {said}"
            if match.text_numbers:
                how = "取其中的数请加 text_numbers = true"
                yield f"# {match.column.label}：有“约120”“120人”这样的写法，会被隔离；{how}"
    yield from tables


def _is_too_strange(match: Match, guess: Guess) -> bool:
    """A column that rows can do without, and of whose texts more than half are unknown: it would cost the rows."""
    needed = match.column.required or match.column.name in guess.contract.key
    return not needed and sum(map(bool, match.codes.values())) * 2 < len(match.codes)


def _set_aside(line: str) -> str:
    return line if line.startswith("#") or not line else f"# {line}"


def _extras(match: Match, table_unit: str) -> list[str]:
    extra = []
    if match.formats:
        extra.append(f"formats = [{', '.join(map(_quoted, match.formats))}]")
    stated = split(match.header)[1]
    theirs = stated if units.is_unit(stated) else table_unit
    if match.column.unit and units.factor(theirs, match.column.unit) not in (None, 1.0):
        extra.append(f"unit = {_quoted(theirs)}")
    return extra


def _codes(match: Match) -> Iterator[str]:
    yield f"[columns.{match.column.name}.codes]   # 来源的写法 = 本库代码；没有对上的行会被隔离"
    for theirs, ours in match.codes.items():
        line = f"{_quoted(theirs)} = {_quoted(ours)}"
        yield line if ours else f"# {line}   # 待补：代码表里没有相近的"


def _constants(guess: Guess) -> Iterator[str]:
    lacking = guess.lacking
    if not lacking:
        return
    yield ""
    yield "[constants]   # 文件里没有、每行相同的值"
    for column in lacking:
        if column.name == PLACE:
            yield f"{PLACE} = {_quoted(CITY)}   # 文件里没有区县：先记为全市，请核对"
        else:
            listed = codes(column.codes).items() if column.codes else ()
            allowed = f"；可填 {'、'.join(f'{code}（{label}）' for code, label in listed)}" if listed else ""
            yield f'# {column.name} = "…"   # {column.label}：必填，没有找到来源，请补在这里或 [columns]{allowed}'


def _rest(guess: Guess) -> Iterator[str]:
    if guess.unmatched:
        yield ""
        yield f"# 没有用到的列：{'、'.join(guess.unmatched)}"


def _quoted(value: str) -> str:
    """A TOML string: JSON's escapes are TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)
