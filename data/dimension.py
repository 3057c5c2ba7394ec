"""The only place that says what a dimension is called: its own text first, then the contracts of the tables asked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from data.contract import Column, ContractError, contract

FILE = Path(__file__).resolve().parent / "reference" / "dimension.toml"


@cache
def names() -> Mapping[str, str]:
    """The dimensions that no contract, or more than one, has a word for; raises ContractError."""
    try:
        read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{FILE}：不是 TOML 文件：{error}；请改正那一行") from error
    if wrong := [key for key, said in read.items() if not isinstance(said, str) or not said]:
        raise ContractError(f"{FILE}：{wrong[0]}：没有写名称；请写人们怎么叫它")
    return read


def column_of(name: str, tables: Iterable[str]) -> Column | None:
    """The column behind a dimension, one with a code list first; None where a view makes it."""
    found = [column for table in tables for column in contract(table).columns if column.name == name]
    return next((each for each in found if each.codes), found[0] if found else None)


def label(name: str, tables: Iterable[str]) -> str:
    """What people call the dimension over these tables."""
    column = column_of(name, tables)
    return names().get(name) or (column.label if column else name)
