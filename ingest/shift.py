"""The only place that recognises a row whose cells slid sideways: one blank cell too many, or one too few.

Such a row breaks several rules at once, and none of them says what is wrong. It is called shifted only when putting one
blank cell in or out, without losing a filled one, makes the whole row good.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from ingest.source import Chunk

TRIED = 100  # rows of a sheet that are looked at


class Try(NamedTuple):
    """One way of putting a row right: from the column `header` on, cells go to the left or to the right."""

    header: str
    is_left: bool


def tries(chunk: Chunk, index: int) -> tuple[Chunk, list[Try]]:
    """A chunk whose rows are the row at `index` put right in each possible way, and which way each is."""
    names = list(chunk.texts)
    cells = [str(chunk.texts[name][index].as_py()) for name in names]
    rows: list[Sequence[str]] = []
    ways: list[Try] = []
    for at, name in enumerate(names):
        if not cells[at]:
            rows.append([*cells[:at], *cells[at + 1 :], ""])
            ways.append(Try(name, True))
        if not cells[-1]:
            rows.append([*cells[:at], "", *cells[at:-1]])
            ways.append(Try(name, False))
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    texts = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    return Chunk(pa.array(range(len(rows)), pa.int64()), texts), ways


def sentence(way: Try) -> str:
    """Fault and remedy, for the end of a sentence."""
    if way.is_left:
        return "起向右错了一格（多一个空格子）；请删去这个空格子，让后面的左移"
    return "起向左错了一格（少一个格子）；请在这里补一个空格子，让后面的右移"
