"""The workbook and the slides hold the screen's numbers, as numbers, and other programs open them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches
from pypdf import PdfReader

from briefing import draft, measure, packed, pptx, xlsx
from briefing.content import EMPTY, Block, Column, Edition, Section, Table
from briefing.edition import edition
from data.settings import settings
from metrics import read
from metrics.metric import metric
from queries.scope import Scope
from tests import paper, tiny

WEEK = "2026-W47"


@pytest.fixture(scope="module")
def city(demo_store: Path) -> Iterator[Edition]:
    """The city's edition of the demo city's last full week, with everything it reads still there."""
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield edition(WEEK)
    settings.cache_clear()


@pytest.fixture(scope="module")
def book(city: Edition) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx.workbook(city, number="2026-0001")))


@pytest.fixture(scope="module")
def show(city: Edition) -> Any:
    return Presentation(io.BytesIO(pptx.slides(city, maps(city), number="2026-0001")))


def maps(made: Edition) -> dict[str, bytes]:
    """A grey picture for each map."""
    grey = io.BytesIO()
    Image.new("RGB", (300, 260), "grey").save(grey, "PNG")
    return {block.name: grey.getvalue() for _, block in made.blocks() if block.kind == "map"}


def scope(made: Edition) -> Scope:
    return Scope(made.area, made.since, made.until, made.snapshot)


def with_rows(columns: tuple[Column, ...], *rows: tuple[Any, ...]) -> Edition:
    """A small edition with one list in its urban section."""
    made = paper.edition("snap-0123456789ab")
    block = Block("urban.list", "list", "清单", table=Table(columns, rows, len(rows)))
    sections = tuple(replace(each, blocks=(block,)) if each.theme else each for each in made.sections)
    return replace(made, sections=sections)


# --- workbook ---------------------------------------------------------------------------------------------------------


def kpi_rows(sheet: Any) -> list[dict[str, Any]]:
    """The rows of every KPI table of a sheet, by heading."""
    found, head = [], None
    for row in sheet.iter_rows():
        values = [cell.value for cell in row]
        if tuple(values[: len(xlsx.KPI)]) == xlsx.KPI:
            head = values
        elif head and values[len(xlsx.KPI) - 1] is None:
            head = None
        elif head:
            found.append(dict(zip(head, row, strict=False)))
    return found


def test_every_number_of_the_workbook_is_the_one_that_is_read(city: Edition, book: Any) -> None:
    checked = 0
    for sheet in book:
        for row in kpi_rows(sheet):
            code = row["查数编号"].value
            reading, cell = read(code, scope(city)), row["本周"]
            if reading.value is None:
                assert isinstance(cell.value, str) and cell.value, code
                continue
            assert cell.data_type == "n", code
            assert cell.value == pytest.approx(reading.value, abs=1e-9), code
            assert cell.number_format == "#,##0" + (f".{'0' * reading.decimals}" if reading.decimals else "")
            earlier = read(code, replace(scope(city), ruler="").previous())
            if row["上周"].data_type == "n" and not metric(code).function:
                assert row["上周"].value == pytest.approx(earlier.value), code
            checked += 1
    assert checked >= 24 + 8 * 6


def test_there_is_a_sheet_a_scene_and_sheets_of_definitions_and_sources(city: Edition, book: Any) -> None:
    scenes = [section.title for section in city.sections if section.theme]
    assert len(scenes) == 8
    assert book.sheetnames == [
        "说明", "核心指标", *scenes, "重点事件", "上周交办", "指标口径", "数据来源与时间", "方法与质量",
    ]  # fmt: skip
    codes = {row[0].value for row in book["指标口径"].iter_rows(min_row=5) if row[0].value}
    used = {row["查数编号"].value for sheet in book for row in kpi_rows(sheet)}
    assert used <= codes


def test_every_sheet_is_marked_frozen_and_ready_to_print(book: Any) -> None:
    for sheet in book:
        assert "演示数据" in sheet["A1"].value
        assert "演示数据" in sheet.oddHeader.center.text
        assert sheet.freeze_panes is not None
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        assert sheet.print_area and sheet.print_title_rows
    assert book["说明"]["B6"].value == "2026-0001"


def test_text_that_looks_like_a_formula_stays_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tiny.use(tmp_path, monkeypatch)
    evil = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "http://evil.example/"]
    made = with_rows((Column("name", "名称"),), *((each,) for each in evil))
    book = openpyxl.load_workbook(io.BytesIO(xlsx.workbook(made)))
    cells = {cell.value: cell for row in book["城管"].iter_rows() for cell in row if cell.value in evil}
    assert set(cells) == set(evil)
    for text, cell in cells.items():
        assert cell.data_type == "s"
        assert cell.hyperlink is None
        assert cell.quotePrefix is (text != evil[-1])
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_columns_keep_their_kind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tiny.use(tmp_path, monkeypatch)
    columns = (
        Column("n", "件数", "number"), Column("r", "比率", "percent", 1), Column("d", "日期", "date"),
        Column("t", "时刻", "moment"), Column("x", "浓度", "number", 2),
    )  # fmt: skip
    made = with_rows(columns, (12, 0.123, date(2026, 11, 16), datetime(2026, 11, 16, 8, 30), None))
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.workbook(made)))["城管"]
    row = next(row for row in sheet.iter_rows() if row[0].value == 12)
    assert [cell.value for cell in row[:5]] == [
        12, 0.123, datetime(2026, 11, 16), datetime(2026, 11, 16, 8, 30), "—",
    ]  # fmt: skip
    assert [cell.number_format for cell in row[:4]] == ["#,##0", "#,##0.0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


# --- slides -----------------------------------------------------------------------------------------------------------


def shapes(slide: Any, what: str) -> list[Any]:
    return [each for each in slide.shapes if getattr(each, what)]


def text_of(slide: Any) -> str:
    parts = [each.text_frame.text for each in slide.shapes if each.has_text_frame]
    parts += [cell.text for each in shapes(slide, "has_table") for row in each.table.rows for cell in row.cells]
    return "\n".join(parts)


def scene_slides(made: Edition, show: Any) -> dict[str, Any]:
    """The slide of each scene by its slug."""
    by_title = {slide.shapes[1].text_frame.text: slide for slide in list(show.slides)[1:]}
    return {section.theme: by_title[section.title] for section in made.sections if section.theme}


def test_every_scene_has_one_slide_with_numbers_two_charts_and_a_map(city: Edition, show: Any) -> None:
    for slide in scene_slides(city, show).values():
        assert len(shapes(slide, "has_table")) == 1
        assert len(shapes(slide, "has_chart")) == 2
        (picture,) = [each for each in slide.shapes if each.shape_type == 13]
        assert "各区县" in picture._element.nvPicPr.cNvPr.get("descr")
        assert city.snapshot in text_of(slide) and "演示数据" in text_of(slide)


def test_every_number_of_the_slides_is_the_one_that_is_read(city: Edition, show: Any) -> None:
    slides = scene_slides(city, show)
    checked = 0
    for section in city.sections:
        for line in (line for block in section.blocks for line in block.lines if section.theme):
            reading = read(line.reading.metric, scope(city))
            (table,) = shapes(slides[section.theme], "has_table")
            shown = {row.cells[0].text: row.cells[1].text for row in table.table.rows}[line.words()[0]]
            if reading.value is not None:
                assert float(shown.replace(",", "").replace("−", "-")) == pytest.approx(
                    reading.value, abs=0.5 * 10**-reading.decimals + 1e-9
                )
                checked += 1
    assert checked >= 48


def test_charts_are_native_and_their_numbers_can_be_edited(city: Edition, show: Any) -> None:
    checked = 0
    for section in city.sections:
        figures = [block for block in section.blocks if block.kind == "figure" and block.table and section.theme]
        if not figures:
            continue
        charts = {each.name: each.chart for each in shapes(scene_slides(city, show)[section.theme], "has_chart")}
        for block in figures[:2]:
            chart, rows = charts[block.name], block.table.rows  # type: ignore[union-attr]
            drawn = list(chart.plots[0].series[0].values)
            assert drawn == [row[1] for row in rows[: len(drawn)]]
            behind = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
            assert [cell.value for cell in behind["B"][1:]] == pytest.approx(drawn)
            if chart.plots[0].__class__.__name__ == "BarPlot":
                assert chart.value_axis.minimum_scale == min(0, *(each or 0 for each in drawn)), "a bar cut short lies"
            checked += 1
    assert checked == 16


def test_nothing_runs_over_the_edge_of_its_slide_or_into_its_neighbour(show: Any) -> None:
    assert (show.slide_width, show.slide_height) == (Inches(pptx.WIDE), Inches(pptx.HIGH))
    for number, slide in enumerate(show.slides, 1):
        boxes = []
        for each in slide.shapes:
            assert each.left >= 0 and each.top >= 0, (number, each.name)
            assert each.left + each.width <= show.slide_width, (number, each.name)
            assert each.top + each.height <= show.slide_height, (number, each.name)
            if each.has_text_frame and each.text_frame.text:
                size = each.text_frame.paragraphs[0].runs[0].font.size.pt
                room, high = each.width / 914400, each.height / 914400
                taken = measure.height(each.text_frame.text, size, room)
                assert taken <= high + 0.12, (number, each.name, taken, high)
            elif each.has_text_frame:
                continue  # a rule
            boxes.append(each)
        for index, one in enumerate(boxes):
            for two in boxes[index + 1 :]:
                apart = (
                    one.left + one.width <= two.left or two.left + two.width <= one.left
                    or one.top + one.height <= two.top or two.top + two.height <= one.top
                )  # fmt: skip
                assert apart, (number, one.name, two.name)


def test_chinese_has_a_font_of_its_own_everywhere(city: Edition) -> None:
    with zipfile.ZipFile(io.BytesIO(pptx.slides(city, {}))) as packed_file:
        for name in packed_file.namelist():
            if re.match(r"ppt/slides/slide\d+\.xml", name):
                text = packed_file.read(name).decode()
                runs = re.findall(r"<a:r>.*?</a:r>", text, re.DOTALL)
                assert runs and all('<a:ea typeface="微软雅黑"' in run for run in runs), name
            elif re.match(r"ppt/charts/chart\d+\.xml", name):
                assert '<a:ea typeface="微软雅黑"' in packed_file.read(name).decode(), name


def test_without_a_browser_a_map_is_a_table_and_says_so(city: Edition) -> None:
    show = Presentation(io.BytesIO(pptx.slides(city, {})))
    slide = scene_slides(city, show)["urban"]
    assert len(shapes(slide, "has_table")) == 2
    assert "没有浏览器，地图改列数字" in text_of(slide)


def test_what_has_no_data_says_why_in_its_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tiny.use(tmp_path, monkeypatch)
    reason = "数据未到，应于 06:00"
    empty = tuple(Block(f"urban.{kind}", kind, kind, EMPTY, reason) for kind in ("kpi_table", "map", "figure"))
    base = paper.edition("snap-0123456789ab")
    made = replace(base, sections=(*base.sections[:2], Section("urban", "城管", empty, "urban")))
    slide = list(Presentation(io.BytesIO(pptx.slides(made, {}))).slides)[-1]
    assert text_of(slide).count(reason) == 3
    book = openpyxl.load_workbook(io.BytesIO(xlsx.workbook(made)))
    assert sum(cell.value == reason for row in book["城管"].iter_rows() for cell in row) == 3


# --- both -------------------------------------------------------------------------------------------------------------


def test_the_same_edition_gives_the_same_bytes_whatever_the_clock_says(city: Edition) -> None:
    first = pptx.slides(city, maps(city)), xlsx.workbook(city)
    time.sleep(2.1)  # the clock of a ZIP counts in steps of two seconds
    assert (pptx.slides(city, maps(city)), xlsx.workbook(city)) == first
    with zipfile.ZipFile(io.BytesIO(first[0])) as slides:
        assert {entry.date_time for entry in slides.infolist()} == {packed._EPOCH}
        for name in (each for each in slides.namelist() if each.endswith(".xlsx")):
            with zipfile.ZipFile(io.BytesIO(slides.read(name))) as behind:
                assert b"2026-" in behind.read("docProps/core.xml")
                assert f"{city.made_at:%Y-%m-%dT%H:%M}".encode() in behind.read("docProps/core.xml")


def as_pdf(name: str, body: bytes, folder: Path) -> list[str]:
    """The words of each page that LibreOffice makes of a file; the test is skipped, and says so, where it is not."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip(
            "没有 LibreOffice：make test 以 root 运行时会装，否则先装 libreoffice-impress-nogui 和 -writer-nogui"
        )
    (folder / name).write_bytes(body)
    profile, where = f"-env:UserInstallation=file://{folder}/profile", ("--outdir", str(folder))
    done = subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", *where, str(folder / name)],
        capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    made = (folder / name).with_suffix(".pdf")
    assert made.exists(), done.stderr
    return [page.extract_text() for page in PdfReader(made).pages]


@pytest.mark.slow
def test_libreoffice_opens_the_slides_and_loses_nothing(city: Edition, tmp_path: Path) -> None:
    pages = as_pdf("w.pptx", pptx.slides(city, maps(city)), tmp_path)
    sections = [section for section in city.sections if section.theme]
    assert len(pages) == 3 + len(sections) + 2, "a slide is missing"
    for section in sections:
        page = next(page for page in pages if section.title in page and section.check_code in page)
        for line in (line for block in section.blocks for line in block.lines):
            if line.reading.value is not None:
                assert line.words()[1] in page, line.words()


@pytest.mark.slow
def test_libreoffice_opens_the_draft_and_loses_nothing(city: Edition, tmp_path: Path) -> None:
    text = "".join(as_pdf("w.docx", draft.docx(city, {}), tmp_path))
    for _, block in city.blocks():
        for line in block.lines:
            if line.reading.value is not None:
                assert line.words()[1] in text, line.words()
