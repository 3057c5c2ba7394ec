"""The only place that takes the clock out of an Office file, so that the same edition gives the same bytes.

The libraries write the time of the day into the archive's entries and into the workbooks behind charts.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP can name
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def stilled(body: bytes, at: datetime) -> bytes:
    """The file with every entry dated alike and its workbooks made at `at`; what is packed stays as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for entry in packed.infolist():
            content = packed.read(entry)
            if entry.filename.endswith(".xlsx"):
                content = stilled(content, at)
            elif entry.filename == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>" + f"{at:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<2>", content)
            again.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
