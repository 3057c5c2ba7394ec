"""The only place that makes the files of an edition in the formats asked for, with one browser for all of them.

    with Press() as press:
        files = press.files(press.edition("2026-W47"), ("pdf", "png"))

The readings that editions of one week share are read once (`Press` keeps answers while it is open).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pandas as pd

from briefing import draft, edition, paper, pptx, remarks, xlsx
from briefing.charts import Charts
from briefing.content import Block, Edition
from queries import runner
from queries.scope import CITY

# a format's one file; PDF and PNG come together from `paper`
WRITERS: Mapping[str, Callable[[Edition, Charts, str], bytes]] = {
    "docx": lambda made, charts, number: draft.docx(made, paper.pictures(made, charts), number=number),
    "xlsx": lambda made, _, number: xlsx.workbook(made, number=number),
    "pptx": lambda made, charts, number: pptx.slides(made, paper.pictures(made, charts), number=number),
}
FORMATS = ("pdf", "png", *WRITERS)


class _Kept:
    """Answers of this process, each given out as a copy: no reader may change another's."""

    def __init__(self) -> None:
        self._found: dict[str, pd.DataFrame] = {}

    def get(self, key: str) -> pd.DataFrame | None:
        found = self._found.get(key)
        return None if found is None else found.copy()

    def set(self, key: str, value: pd.DataFrame) -> None:
        self._found[key] = value.copy()


class Press:
    """A browser and the answers kept, for as many editions as there are."""

    def __init__(self) -> None:
        self.charts = Charts()

    def __enter__(self) -> Press:
        runner.fit_cache(_Kept())
        self.charts.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.charts.close()
        runner.fit_cache(None)

    def edition(
        self,
        week: str,
        *,
        area: str = CITY,
        scene: str | None = None,
        snapshot_id: str | None = None,
        remarks: Mapping[str, Sequence[str]] | None = None,
    ) -> Edition:
        """`edition.edition`, with the figures being drawn while the rest is still read."""

        def seen(block: Block) -> None:
            if drawn := paper.job_of(block):
                self.charts.expect(drawn)

        return edition.edition(week, area=area, scene=scene, snapshot_id=snapshot_id, remarks=remarks, seen=seen)

    def files(
        self,
        made: Edition,
        formats: Sequence[str] = ("pdf", "png"),
        *,
        partial: bool = False,
        signer: str = "",
        number: str = "",
    ) -> dict[str, bytes]:
        """The files by name: `2026-W47-341000.pdf`, `…-p01.png`, `…-long.png`, `….docx`.

        Raises:
            PaperError: a block failed and the edition may not be partial, or no font is installed.
        """
        paper.check(made, partial=partial)
        stem = f"{made.week}-{made.key}"
        files: dict[str, bytes] = {}
        wanted = [each for each in formats if each in ("pdf", "png")]
        if wanted:
            printed = paper.typeset(made, self.charts, signer=signer, number=number, formats=wanted)
            if printed.pdf:
                files[f"{stem}.pdf"] = printed.pdf
            files |= {f"{stem}-p{page:02}.png": body for page, body in enumerate(printed.pages, 1)}
            if printed.long:
                files[f"{stem}-long.png"] = printed.long
        files |= {f"{stem}.{form}": WRITERS[form](made, self.charts, number) for form in formats if form in WRITERS}
        return files

    def draft(self, made: Edition, *, partial: bool = False) -> dict[str, bytes]:
        """PDF, editable DOCX and the text file for remarks."""
        text = {f"{made.week}-{made.key}-研判.txt": remarks.template(made).encode()}
        return self.files(made, ("pdf", "docx"), partial=partial) | text
