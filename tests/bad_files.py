"""Makes extracts, good and bad, that a department might send. Small enough to count by hand."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from data.contract import contract

NOW = datetime(2026, 11, 23, 6)
AIR = "ecology.air_hourly"
STATION = "ecology.air_station"
HEADER = contract(AIR).column_names
Row = Mapping[str, str]

# An XLS workbook (BIFF8) of hour 8 of station A with true numbers and a true time: nothing here can write one. zlib.
XLS = base64.b64decode(
    "eNrtWE1oE0EUfrPJ5q9Jm8REaIUSClatLdgWoQg1raA9WaoeFCnETXY1oUk2bmMhHrRae1MQPCkerNSDFape/EEPehMRWvQgCEKr4MWToOCh"
    "7frmZbNsKkIDWqjst8zb972Ztzszb/525+dCC1MPmxZhFfaCA1Z0L7gsNobJWyFBwHxd52rl7sGk29hQ8HowkC4RngXeuHkMebwXQYAHzpco"
    "AT5hGoYCDKp5JbaO2Ed1kBivQy9KBjfRUg+NVKswyRTJTSTvU8nnJPvIcoVkL5ZdYMdhLj7Y1mOM4mNCC+XVA3/uY/L5QJZOiMIrPorPX2Xl"
    "siL0axkpu8Eymp1+mAYM6ICSVzTOo3CHT9kSoiOX65DlWDq9J5dbgAiGfBp+6DGA75W5/SJm29fXzgDtP6vt7j/YPRjK1fZrghNgHPQTNFUm"
    "cZm+7CyPiCNLcBsaUOXJBzBalIoZNZ/IyEgKWSmlJFKqrNQBqMlRRRtT5IRURN9Crms33Tp3OdBL7UKZV7twlqRUFGq3yEWiJ407giwVpcTJ"
    "rHQqgA5nktnMaJo/5nSmwcqzypiSDVktBS2Tk7QSjt1+H99baC0KVq1FAZqjfpQytoDrIZqpQeyGpbvf3h5MDsUTZBmn/ae8S23l3QE6XOAe"
    "6FxPOQJJrreRvpPkRXrqFtKbSEZwGuG9dShqKAcmqMwlym3F93QT3sW3WfTtqE9+PfSkefJzfAfqswOLZyOz7+NT0ILhkNGfXxPQztrZjesc"
    "T+OVOzNWtI8kG39b3TxC0Ki7bmzFDbDMo4kIkSwz3jvMZILRV2XmQOYwmROZ02QiMtFkLmQuk7mRuU3mQeYxmReZ12Q+ZD6T1SGrM5kfmd9k"
    "AWQBo12MalPdLkbt4pE6J/io30LQNh8BB0aSYZvCcG9mZub1rS995Xzetjw/tQhheERh7rOcW3xgw4YNGzZs2LBhw/pPR6DTIdB5UDTO3W7j"
    "v84yphX7N8l/i8Og4lXEz8n9eIIuggalmsbPZhBZ5VlsjT6V/4UcR/HtGoxAkuoxUvP4xe8mZm3Pmh2Df28K1fr+lVrq+Y/f/ws4eQpz"
)


def air(hour: int = 8, **cells: str) -> dict[str, str]:
    """An hour of station A; what is not given is empty."""
    row = dict.fromkeys(HEADER, "")
    return row | {
        "station_id": "A",
        "place_code": "341002",
        "observed_at": f"2026-11-16 {hour:02}:00",
        "pm25": "27",
        **cells,
    }


def station(**cells: str) -> dict[str, str]:
    """Station A in 屯溪区, without coordinates unless given."""
    row = dict.fromkeys(contract(STATION).column_names, "")
    return row | {"station_id": "A", "name": "甲站", "place_code": "341002", **cells}


def csv_bytes(
    rows: Sequence[Row], *, encoding: str = "utf-8", delimiter: str = ",", header: Iterable[str] = ()
) -> bytes:
    text = io.StringIO()
    names = list(header) or list(rows[0])
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue().encode(encoding)


def write_csv(path: Path, *rows: Row, **how: Any) -> Path:
    path.write_bytes(csv_bytes(rows, **how))
    return path


def write_gzip(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content))
    return path


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_link_zip(path: Path) -> Path:
    """A zip whose only member is a symbolic link to a file outside."""
    member = zipfile.ZipInfo("air.csv")
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "/etc/passwd")
    return path


def write_locked_zip(path: Path, content: bytes) -> Path:
    """A zip whose member says that it is encrypted."""
    write_zip(path, {"air.csv": content})
    raw = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    path.write_bytes(raw)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], *, first_row: int = 0, sheets: Sequence[str] = ()) -> Path:
    """The rows on the last sheet; `sheets` are empty ones before it."""
    with xlsxwriter.Workbook(path) as book:
        for name in sheets:
            book.add_worksheet(name)
        sheet = book.add_worksheet("数据")
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for y, row in enumerate(rows, first_row):
            for x, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(y, x, cell, moment)
                else:
                    sheet.write(y, x, cell)
    return path


def write_xls(path: Path) -> Path:
    path.write_bytes(zlib.decompress(XLS))
    return path


def write_parquet(path: Path, columns: Mapping[str, Sequence[Any]], **how: Any) -> Path:
    pq.write_table(pa.table(dict(columns)), path, **how)
    return path


def air_columns(rows: Sequence[Row]) -> dict[str, list[str]]:
    return {name: [row[name] for row in rows] for name in HEADER}


def write_geojson(path: Path, *features: tuple[Mapping[str, Any], Any]) -> Path:
    """Features of properties and geometry; a pair of numbers is a point."""
    whole = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "Point", "coordinates": list(place)} if isinstance(place, tuple) else place,
        }
        for properties, place in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": whole}, ensure_ascii=False), encoding="utf-8")
    return path


def write_mapping(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def use_store(monkeypatch: Any, folder: Path) -> Path:
    """This process reads and writes the store in `folder` until the test ends."""
    from data.settings import settings

    monkeypatch.setenv("COCKPIT_STORE", str(folder))
    settings.cache_clear()
    return folder


def contents(store: Path) -> dict[str, bytes]:
    """Every file below the store that an import could change."""
    return {
        str(path.relative_to(store)): path.read_bytes()
        for name in ("tables", "quarantine", "work")
        for path in sorted((store / name).rglob("*"))
        if path.is_file()
    }
