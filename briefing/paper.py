"""The only place that typesets an edition: PDF and PNG pages, and one long PNG for phones, by Typst.

The same edition gives the same bytes: pictures have no random ids, the time written into the file is the snapshot's.
Numbers reach the paper as the words of `briefing.content`; nothing is formatted here.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from briefing.charts import Charts, Job, job
from briefing.content import FAILED, READY, Block, Column, Edition, Section, Sentence, Table
from components import wording
from components.tokens import tokens
from data.settings import settings

TEMPLATE = Path(__file__).with_name("paper.typ")
PDF_STANDARDS: list[Any] = ["1.7", "ua-1"]
_ZONE = timezone(timedelta(hours=8))
PPI = 110  # of PNG pages: A4 is 909 × 1286
LONG_PPI = 160
_SIZES = {"map": (480, 376), "figure": (392, 168)}  # CSS pixels; a figure's letters are 12
_NARROW = 13.0  # half letters: a column of such words is not broken
_LETTERS = {"map": 15, "figure": 13}


class PaperError(Exception):
    """An edition that may not be printed: which blocks failed and why, or which font is missing."""


@dataclass(frozen=True)
class Printed:
    """What came out: the PDF, a PNG per page, the long PNG for phones."""

    pdf: bytes
    pages: tuple[bytes, ...]
    long: bytes


def check(made: Edition, *, partial: bool = False) -> None:
    """Stops an edition with failed blocks, unless it may be partial.

    Raises:
        PaperError: names every failed block and why.
    """
    failed = made.failed()
    if failed and not partial:
        named = "；".join(f"{section.title} {block.title}（{block.name}）：{block.reason}" for section, block in failed)
        raise PaperError(
            f"{made.week} {made.key} 有 {len(failed)} 块没有做成，不出刊。{named}。可加 --partial 照印原因"
        )


def typeset(
    made: Edition, charts: Charts, *, signer: str = "", number: str = "", formats: Sequence[str] = ("pdf", "png")
) -> Printed:
    """The edition on paper, with the pictures that `charts` draws; without a browser, tables in their place."""
    jobs = _jobs(made)
    drawn = charts.draw(jobs.values())
    with tempfile.TemporaryDirectory(prefix="cockpit-brief-") as name:
        folder = Path(name)
        shutil.copyfile(TEMPLATE, folder / "paper.typ")
        for key, svg in drawn.items():
            (folder / f"{key}.svg").write_bytes(svg)
        body = _document(made, jobs if drawn else {}, charts.fault, (signer, number), folder)
        pdf, long = b"", b""
        pages: tuple[bytes, ...] = ()
        if "pdf" in formats:
            (pdf,) = _compiled(folder, body, made, "pdf", 0)
        if "png" in formats:
            pages = tuple(_compiled(folder, body, made, "png", PPI))
            (long,) = _compiled(folder, _for_phones(body), made, "png", LONG_PPI)
    return Printed(pdf, pages, long)


def pictures(made: Edition, charts: Charts) -> dict[str, bytes]:
    """The figures as PNG by the name of their block, for formats that cannot hold SVG; empty without a browser."""
    jobs = _jobs(made)
    drawn = charts.draw(jobs.values(), as_png=True)
    return {name: drawn[each.key] for name, each in jobs.items()} if drawn else {}


def job_of(block: Block) -> Job | None:
    """How a block's figure is drawn for paper; None where it has none."""
    if block.figure is None or block.state != READY:
        return None
    family = families(settings().brief_figure_font)[0]
    return job(block.figure, *_SIZES[block.kind], family, size=_LETTERS[block.kind])


def _jobs(made: Edition) -> dict[str, Job]:
    return {block.name: drawn for _, block in made.blocks() if (drawn := job_of(block))}


def _compiled(folder: Path, body: Mapping[str, Any], made: Edition, form: Any, ppi: float) -> list[bytes]:
    (folder / "data.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    compiler = typst.Compiler(str(folder / "paper.typ"), root=str(folder), font_paths=_fonts())
    found = compiler.compile(
        format=form,
        timestamp=made.made_at.replace(tzinfo=_ZONE),
        **({"ppi": ppi} if ppi else {"pdf_standards": PDF_STANDARDS}),
    )
    assert found is not None  # bytes are asked for, no file
    return found if isinstance(found, list) else [found]


@cache
def _fonts() -> typst.Fonts:
    own = settings().brief_font_folder
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(own)] if own else [])


def families(wanted: str) -> list[str]:
    """The installed families of a setting, in its order.

    Raises:
        PaperError: none of them is installed.
    """
    installed = {name.lower(): name for name in _fonts().families()}
    found = [installed[name.strip().lower()] for name in wanted.split(",") if name.strip().lower() in installed]
    if not found:
        raise PaperError(
            f"字体 {wanted} 一个也没有安装：安装 fonts-noto-cjk（apt-get install fonts-noto-cjk），或改字体设置"
        )
    return found


# --- the edition as the template reads it -----------------------------------------------------------------------------


def _document(
    made: Edition, jobs: Mapping[str, Job], fault: str, frozen: tuple[str, str], folder: Path
) -> dict[str, Any]:
    """Everything that `paper.typ` places; `frozen` is the signer and the number of an issue."""
    chosen, head = settings(), made.head
    fonts = {
        "title": families(chosen.brief_title_font), "heading": families(chosen.brief_heading_font),
        "body": families(chosen.brief_body_font), "kai": families(chosen.brief_kai_font),
        "figure": families(chosen.brief_figure_font),
    }  # fmt: skip
    day = f"{head.day.year}年{head.day.month}月{head.day.day}日"
    title = f"{head.name} {head.year}年第{head.issue}期"
    foot = f"快照 {made.snapshot}" + (f"　{fault}" if fault else "")
    return {
        "form": "pages",
        "title": title,
        "keywords": [each for each in (made.week, made.area_name, made.snapshot, made.demo_mark) if each],
        "made": [made.made_at.year, made.made_at.month, made.made_at.day],
        "fonts": fonts,
        "title-weight": "bold" if fonts["title"][0].startswith("Noto") else "regular",
        "colours": {name: colour for name, colour in tokens("light").items() if colour.startswith("#")},
        "mark": made.demo_mark, "running": f"{title}　{made.area_name}", "foot": foot,
        "doc-title": made.title, "period": wording.span(made.since, made.until),
        "cutoff": f"{wording.day(_last_day(made))}（{wording.weekday(_last_day(made))}）24 时",
        "head": {
            "name": head.name, "year": head.year, "issue": head.issue, "total": head.total, "office": head.office,
            "day": day, "classification": head.classification, "receivers": head.receivers, "copies": head.copies,
            "correction": made.correction, "signer": frozen[0], "number": frozen[1],
        },
        "sections": [
            _section(section, number, jobs, folder) for number, section in enumerate(made.sections, 1)
        ],
        "imprint": True,
    }  # fmt: skip


def _last_day(made: Edition) -> date:
    return made.until - timedelta(days=1)


def _section(section: Section, number: int, jobs: Mapping[str, Job], folder: Path) -> dict[str, Any]:
    site = settings().base_url
    qr = ""
    if site and section.address:
        qr = f"qr-{section.slug}.svg"
        code = io.BytesIO()
        segno.make(site + section.address, error="m").save(code, kind="svg", border=2)
        (folder / qr).write_bytes(code.getvalue())
    return {
        "title": section.title if section.slug == "annex" else f"{_NUMERALS[number - 1]}、{section.title}",
        "code": section.check_code, "qr": qr, "url": site + section.address if qr else "",
        "blocks": [_block(block, jobs) for block in section.blocks],
    }  # fmt: skip


_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五")


def _block(block: Block, jobs: Mapping[str, Job]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": block.kind, "title": block.title, "state": block.state, "note": block.note,
        "reason": f"这一块没有做成：{block.reason}" if block.state == FAILED else f"{block.title}：{block.reason}",
        "sentences": [_sentence(each) for each in block.sentences],
        "lines": [list(each.words()) for each in block.lines],
    }  # fmt: skip
    if block.table is not None:
        said["table"] = _table(block.table)
    if block.kind in ("map", "figure"):
        picture = jobs.get(block.name)
        said |= {
            "picture": f"{picture.key}.svg" if picture else "", "alt": _alt(block),
            "legend": list((block.figure or {}).get("legend", [])),
        }  # fmt: skip
    return said


def _sentence(sentence: Sentence) -> list[list[Any]]:
    return [[part, False] if isinstance(part, str) else [part.text, True] for part in sentence]


def _table(table: Table) -> dict[str, Any]:
    rows = table.words()
    head = [column.label for column in table.columns]
    widths = [_share(column, [row[index] for row in rows]) for index, column in enumerate(table.columns)]
    if not any(widths):  # a table is as wide as the text
        widths[0] = 1.0
    return {
        "head": [label.replace("（", "|（", 1) for label in head], "rows": rows, "widths": widths,
        "aligns": ["right" if each.kind in ("number", "percent") else "left" for each in table.columns],
    }  # fmt: skip


def _share(column: Column, words: Sequence[str]) -> float:
    """A column's share of the width that is left; 0 for one that is as wide as its words."""
    longest = max([_width(word) for word in words] + [_width(column.label)])
    return 0.0 if column.kind != "text" or longest <= _NARROW else min(longest, 80.0)


def _width(text: str) -> float:
    """In half letters: a Chinese letter is two."""
    return sum(2.0 if ord(letter) > 0x2E80 else 1.1 for letter in text) + 1.0


def _alt(block: Block) -> str:
    """The figure for who cannot see it: what it shows, and its last numbers."""
    if block.table is None:
        return block.title
    told = "，".join(" ".join(row) for row in block.table.words()[-8:])
    return f"{block.title}。{told}"


def _for_phones(body: Mapping[str, Any]) -> dict[str, Any]:
    """One page as long as it must be, without the annex."""
    kept = [section for section in body["sections"] if not section["title"].startswith("附")]
    return {**body, "form": "long", "sections": kept}
