"""The only place that writes the DOCX draft: the edition's words, tables and pictures, with places for 人工研判.

Fonts are the settings' first family, also for East Asian text, so that an office that has 仿宋_GB2312 sees it although
this machine has not. What is changed outside the marked places does not come back (`remarks`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from docx import Document
from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.run import Run

from briefing.content import FAILED, READY, Block, Edition, Section, Sentence
from briefing.remarks import BEGIN, END, named
from components import wording
from components.tokens import tokens
from data.settings import settings

_WIDTH = 156  # mm: the type area
_LONGEST = 24  # letters: a column does not grow beyond
_EMPTY_DAY = (1980, 1, 1, 0, 0, 0)  # of the parts of the file: the same bytes for the same edition


def docx(made: Edition, pictures: Mapping[str, bytes], *, number: str = "") -> bytes:
    """The draft, or, with the `number` of an issue, its copy without places to fill in.

    `pictures` are PNGs by the name of their block.
    """
    document = Document()
    _page(document)
    _styles(document)
    head, chosen = made.head, settings()
    first = document.add_paragraph()
    state = f"编号 {number}" if number else "（草稿，未签发）"
    _run(first, f"{head.classification}　{made.demo_mark}　{state}", chosen.brief_heading_font, 12)
    _line(document, head.name, chosen.brief_title_font, 30, colour="red", centred=True)
    _line(document, f"{head.year}年第{head.issue}期（总第{head.total}期）", chosen.brief_body_font, 14, centred=True)
    if made.correction:
        _line(document, made.correction, chosen.brief_heading_font, 12, colour="red", centred=True)
    _line(document, f"{head.office}　{head.day:%Y}年{wording.day(head.day)}", chosen.brief_kai_font, 14, centred=True)
    _line(document, made.title, chosen.brief_title_font, 20, centred=True)
    last = made.until.fromordinal(made.until.toordinal() - 1)
    said = f"（{wording.span(made.since, made.until)}，数据截至{wording.day(last)} 24 时，快照 {made.snapshot}）"
    _line(document, said, chosen.brief_kai_font, 12, centred=True)
    for section in made.sections:
        _section(document, section, pictures, is_draft=not number)
    _line(document, f"报送：{head.receivers}。", chosen.brief_body_font, 12)
    _line(document, f"抄送：{head.copies}。", chosen.brief_body_font, 12)
    properties = document.core_properties
    properties.title, properties.author = f"{head.name} {made.week}{'' if number else '（草稿）'}", head.office
    properties.subject = named(made)  # read back with the remarks: they are this edition's alone
    properties.created = properties.modified = made.made_at
    properties.last_modified_by, properties.language = head.office, "zh-CN"
    out = io.BytesIO()
    document.save(out)
    return _steady(out.getvalue())


def _section(document: Docx, section: Section, pictures: Mapping[str, bytes], *, is_draft: bool) -> None:
    document.add_heading(section.title, level=1)
    if section.check_code:
        _line(document, f"查数码 {section.check_code}", settings().brief_figure_font, 8)
    for block in section.blocks:
        if block.kind != "remark":
            _block(document, block, pictures)
    written = [sentence for block in section.blocks if block.kind == "remark" for sentence in block.sentences]
    if not (is_draft or written):
        return
    begin, end = (BEGIN.format(slug=section.slug), END) if is_draft else ("人工研判（数字以本报所列为准）", "")
    _line(document, begin, settings().brief_heading_font, 10, colour="accent")
    for sentence in written or [("",)]:
        _sentence(document, sentence, settings().brief_kai_font)
    _line(document, end, settings().brief_heading_font, 10, colour="accent")


def _block(document: Docx, block: Block, pictures: Mapping[str, bytes]) -> None:
    if block.kind != "summary":
        document.add_heading(block.title, level=2)
    if block.state != READY:
        word = "这一块没有做成" if block.state == FAILED else block.title
        _line(document, f"{word}：{block.reason}", settings().brief_body_font, 12)
        return
    for sentence in block.sentences:
        _sentence(document, sentence, settings().brief_body_font)
    if block.lines:
        _table(document, ("指标", "本周", "环比", "同比", "目标", "状态"), [each.words() for each in block.lines])
    elif block.name in pictures:
        document.add_picture(io.BytesIO(pictures[block.name]), width=Mm(110))
    elif block.table is not None:
        _table(document, [column.label for column in block.table.columns], block.table.words())
    if block.note:
        _line(document, block.note, settings().brief_figure_font, 8)


def _table(document: Docx, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(head))
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # python-docx has no name for it: the head on every page
    table.autofit = False
    longest = [min(max(len(word) for word in column), _LONGEST) + 2 for column in zip(head, *rows, strict=True)]
    widths = [Mm(_WIDTH * each / sum(longest)) for each in longest]
    for cell, word, width in zip(table.rows[0].cells, head, widths, strict=True):
        _cell(cell, word, width, bold=True)
    for row in rows:
        for cell, word, width in zip(table.add_row().cells, row, widths, strict=True):
            _cell(cell, word, width)


def _cell(cell: _Cell, word: str, width: Length, *, bold: bool = False) -> None:
    cell.width = width
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0
    _run(paragraph, word, settings().brief_figure_font, 9).bold = bold


def _sentence(document: Docx, sentence: Sentence, family: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(28)
    for part in sentence:
        if isinstance(part, str):
            _run(paragraph, part, family, 14)
        else:
            _run(paragraph, part.text, family, 14).bold = True


def _line(document: Docx, text: str, family: str, points: float, *, colour: str = "", centred: bool = False) -> None:
    paragraph = document.add_paragraph()
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = _run(paragraph, text, family, points)
    if colour:
        run.font.color.rgb = RGBColor.from_string(tokens("light")[colour].removeprefix("#"))


def _run(paragraph: object, text: str, families: str, points: float) -> Run:
    run: Run = paragraph.add_run(text)  # type: ignore[attr-defined]
    _font(run, families.split(",")[0].strip())
    run.font.size = Pt(points)
    return run


def _font(run: Run, family: str) -> None:
    """The family for Latin and, which python-docx leaves out, for East Asian letters."""
    run.font.name = family
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:hAnsi", "w:ascii"):
        fonts.set(qn(kind), family)


def _page(document: Docx) -> None:
    """A4 with the type area of GB/T 9704."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)


def _styles(document: Docx) -> None:
    plain = document.styles["Normal"].paragraph_format
    plain.space_after, plain.line_spacing = Pt(2), 1.25
    for name, points in (("Heading 1", 16), ("Heading 2", 12)):
        style = document.styles[name]
        family = settings().brief_heading_font.split(",")[0].strip()
        style.font.name, style.font.size, style.font.bold = family, Pt(points), False
        style.font.color.rgb = RGBColor.from_string(tokens("light")["text"].removeprefix("#"))
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), family)


def _steady(body: bytes) -> bytes:
    """The same file without the time at which it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            entry.date_time = _EMPTY_DAY
            target.writestr(entry, source.read(entry.filename), zipfile.ZIP_DEFLATED)
    return out.getvalue()
