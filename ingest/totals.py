"""The only place that checks the totals a department prints against the rows above them: a hint, never a correction.

A total is right when it is the sum of the rows since the total before it, or of all rows above. What is smaller than
the largest of them is no sum but a mean or a share, and is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.result import Remark
from ingest.source import Chunk

_ROWS = 20_000  # longer tables are exports of systems, not sheets that somebody adds up
_REMARKS = 5
_ROUNDED = 0.6  # half a unit of the last decimal printed, per row added


def mismatches(place: str, chunk: Chunk, kinds: Mapping[int, str]) -> list[Remark]:
    """What is wrong with the total rows of a chunk that begins with the first row of its sheet."""
    totals = sorted(index for index, kind in kinds.items() if kind == "total_row")
    if not totals or len(chunk.rows) > _ROWS:
        return []
    found: list[Remark] = []
    for name, column in chunk.texts.items():
        cells = column.to_pylist()
        before = -1
        for total in totals:
            stated = _number(cells[total])
            above = _parts(cells, range(total), kinds)
            since = _parts(cells, range(before + 1, total), kinds)
            before = total
            if stated is None or above is None or since is None or len(above) < 2:
                continue
            if min(above) < 0 or stated < max(since or above) or _is_sum(stated, since) or _is_sum(stated, above):
                continue
            row = chunk.rows[total].as_py()
            parts = since if len(since) > 1 else above
            sums = f"写 {stated:.10g}，各行相加是 {sum(parts):.10g}"
            sentence = f"{place} 第 {row} 行的合计“{name}”{sums}；请核对有无漏行、错数。"
            found.append(Remark("total_mismatch", f"{place} 第 {row} 行", sentence))
    return found[:_REMARKS]


def _parts(cells: Sequence[str], rows: range, kinds: Mapping[int, str]) -> list[float] | None:
    """The numbers of the data rows among `rows`; None where one is no number. Blank cells add nothing."""
    texts = [cells[index] for index in rows if index not in kinds and cells[index]]
    numbers = [number for text in texts if (number := _number(text)) is not None]
    return numbers if len(numbers) == len(texts) else None


def _is_sum(stated: float, parts: Sequence[float]) -> bool:
    decimals = max((len(f"{part:.6f}".rstrip("0").partition(".")[2]) for part in (*parts, stated)), default=0)
    slack = _ROUNDED * 0.1**decimals * len(parts) if decimals else 1e-9  # whole numbers add up exactly
    return abs(stated - sum(parts)) <= slack


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
