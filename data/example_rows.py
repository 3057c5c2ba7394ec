"""The only place that reads `data/reference/example_rows.toml`: the row that a table's template shows.

`python -m data.demo.examples` writes it from the demo city; values stand as people would type them (labels of codes,
names of districts). What a row leaves out is unknown in it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "reference" / "example_rows.toml"


@cache
def example_rows() -> Mapping[str, Mapping[str, Any]]:
    """The rows by table; dates and times are such, booleans are true or false."""
    found: Mapping[str, Mapping[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found
