"""The only place that writes a 退回表: the sender's own file again, bad cells marked, the reasons beside them."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from ingest.importer import load
from ingest.result import ImportResult


def returns(path: Path, table: str, mapping: str | Path | None, out: Path) -> ImportResult:
    """Checks the file as a dry run would and writes `out` (.xlsx); gives what the dry run gives.

    A file that is refused whole comes back with the reason on its summary sheet.
    """
    result = load(table, [path], mapping=mapping, dry_run=True)
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("退回说明")
        sentences = [result.refused.sentence] if result.refused else [fault.sentence for fault in result.examples]
        sheet.write_column(0, 0, sentences)
    return result
