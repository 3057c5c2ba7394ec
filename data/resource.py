"""The only place that reads `data/reference/resource_codes.csv`: the information resource code of every table (X-03).

The code has the shape of 《政务信息资源目录编制指南（试行）》: class (2 = 主题信息资源), item (two digits: the theme in
its order, 00 for what all share), subject (three digits), a slash and the serial number within the theme. A code is
written down once, never computed, so that it stays when tables come and go, and it is never given to another table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from data.contract import THEMES
from data.reference_csv import rows

FILE = Path(__file__).resolve().parent / "reference" / "resource_codes.csv"
ITEMS = ("common", *THEMES)
_CODE = re.compile(r"2(\d\d)\d{3}/\d{6}")


@dataclass(frozen=True)
class Resource:
    """One table as a shared information resource; `is_withdrawn` when the table is gone and its code rests."""

    code: str
    table: str
    provider_code: str  # 统一社会信用代码 of the provider; 待确认 until the unit gives it
    data_format: str
    share_method: str
    published_on: date
    is_withdrawn: bool


@cache
def resources(file: Path = FILE) -> Mapping[str, Resource]:
    """Every resource by table.

    Raises:
        ReferenceFileError: for a code of another shape or theme, or one that is given twice.
    """
    columns = ("code", "table", "provider_code", "data_format", "share_method", "published_on", "withdrawn_on")
    found: dict[str, Resource] = {}
    for row in rows(file, columns, key=("code",)):
        code, table = row.text("code"), row.text("table")
        shape = _CODE.fullmatch(code)
        if shape is None:
            raise row.fault(f"code 的值“{code}”不是信息资源代码", "请写成 206001/000001 的样子")
        theme = table.split(".")[0]
        if theme not in ITEMS or ITEMS.index(theme) != int(shape[1]):
            raise row.fault(f"code 的值“{code}”与表 {table} 的主题不符", "第 2、3 位是主题序号，公共表为 00")
        if table in found:
            raise row.fault(f"table 的值“{table}”已有代码 {found[table].code}", "一表一码，请只留一行")
        found[table] = Resource(
            code=code,
            table=table,
            provider_code=row.text("provider_code"),
            data_format=row.text("data_format"),
            share_method=row.text("share_method"),
            published_on=row.day("published_on"),
            is_withdrawn=bool(row.cells["withdrawn_on"]),
        )
    return found
