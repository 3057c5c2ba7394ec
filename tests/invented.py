"""A store in which every loaded table of every theme has a few rows, made from the contracts alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from data.contract import Column, Contract, codes, contracts

MONDAY = date(2026, 11, 9)  # the week of the rows ends a week later
PLACES = ("341002", "341021")


def tables(count: int, size: int) -> dict[str, list[dict[str, Any]]]:
    """`count` rows a day and place for a week in every loaded table; `size` is what every number is."""
    detail = [each for each in contracts().values() if each.layer == "detail"]
    return {each.table: list(_rows(each, count, size)) for each in detail}


def _rows(contract: Contract, count: int, size: int) -> list[dict[str, Any]]:
    rows = [
        {column.name: _value(column, day, place, f"{day}-{place}-{number}", size) for column in contract.columns}
        for day in range(7)
        for place in PLACES
        for number in range(count)
    ]
    return list({tuple(row[name] for name in contract.key): row for row in rows}.values())  # a key is there once


def _value(column: Column, day: int, place: str, name: str, size: int) -> Any:
    when = MONDAY + timedelta(days=day)
    match column.type:
        case "date":
            return when
        case "timestamp":
            return datetime(when.year, when.month, when.day, 8)
        case "boolean":
            return True
        case "integer" | "real":
            return size
        case _ if column.codes:
            return next(iter(codes(column.codes)))
        case _:
            return place if column.name.endswith("place_code") else name
