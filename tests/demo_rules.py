"""What every demo theme keeps, whatever it is about: its contracts, its places and its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa

from data.contract import Contract, codes, contract, contracts
from data.divisions import division


def detail_tables(theme: str) -> list[str]:
    """The tables a demo theme makes."""
    return sorted(name for name, each in contracts().items() if each.theme == theme and each.layer == "detail")


def faults(tables: Mapping[str, pa.Table], name: str, until: date, ahead: frozenset[str]) -> list[str]:
    """Where the rows of a table break its contract, name a place that is none, or know the future.

    `ahead` names columns that may lie beyond the demo's end: limits and plans.
    """
    target, rows = contract(name), tables[name].to_pandas()
    found = [] if len(rows) else ["no rows"]
    if rows.duplicated(list(target.key)).any():
        found.append(f"repeats its key {target.key}")
    if "place_code" in rows:
        found += [f"{code} is no place" for code in rows["place_code"].unique() if not division(code)]
    return [f"{name}: {fault}" for fault in found + _columns(target, rows, pd.Timestamp(until), ahead)]


def _columns(target: Contract, rows: pd.DataFrame, until: pd.Timestamp, ahead: frozenset[str]) -> list[str]:
    found = []
    for column in target.columns:
        values = rows[column.name].dropna()
        if column.required and len(values) < len(rows):
            found.append(f"{column.name} must be filled")
        if column.codes and (strange := set(values.unique()) - set(codes(column.codes))):
            found.append(f"{column.name} holds {strange}")
        if column.minimum is not None and len(values) and values.min() < column.minimum:
            found.append(f"{column.name} is {values.min()}, below {column.minimum}")
        if column.maximum is not None and len(values) and values.max() > column.maximum:
            found.append(f"{column.name} is {values.max()}, above {column.maximum}")
        is_time = column.type in ("date", "timestamp")
        if is_time and column.name not in ahead and len(values) and pd.to_datetime(values).max() >= until:
            found.append(f"{column.name} is {values.max()}, after the demo's end")
    return found
