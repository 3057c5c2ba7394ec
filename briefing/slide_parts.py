"""The only place that puts things on a slide: words, tables and native charts, each inside the box it is given."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from briefing import measure
from briefing.content import Block, Table
from components.tokens import tokens
from data.settings import settings

INK, QUIET, ACCENT, LINE, WASH, PANEL = "text", "mute", "accent", "line", "wash", "panel"
CELL_X, CELL_Y = 0.06, 0.03  # inches of a cell's margins
BARS = 8
BOLD = 1.08  # how much wider bold letters are


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    x: float
    y: float
    w: float
    h: float

    def inches(self) -> tuple[Any, Any, Any, Any]:
        return Inches(self.x), Inches(self.y), Inches(self.w), Inches(self.h)


@dataclass(frozen=True)
class Row:
    """A row of a table: its words, and those that are bold."""

    words: tuple[str, ...]
    bold: tuple[int, ...] = ()


def colour(name: str) -> RGBColor:
    """A colour of the light theme."""
    found: RGBColor = RGBColor.from_string(tokens("light")[name].removeprefix("#"))
    return found


def words(
    slide: Any,
    box: Box,
    paragraphs: Sequence[str],
    size: float,
    *,
    ink: str = INK,
    bold: bool = False,
    align: str = "left",
    gap: float = 0.0,
    name: str = "",
) -> Any:
    """Paragraphs in a box that keeps its size."""
    shape = slide.shapes.add_textbox(*box.inches())
    shape.name = name or shape.name
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for index, text in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if align == "right" else PP_ALIGN.LEFT
        if index and gap:
            paragraph.space_before = Pt(size * gap)
        _run(paragraph, text, size, ink, bold)
    return shape


def rule(slide: Any, box: Box, ink: str) -> None:
    """A filled bar."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.inches())
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(ink)
    shape.line.fill.background()
    shape.shadow.inherit = False


def table_height(rows: Sequence[Row], widths: Sequence[float], size: float) -> float:
    """Inches that a table will be high."""
    return sum(_row_height(row, widths, size) for row in rows)


def _row_height(row: Row, widths: Sequence[float], size: float) -> float:
    most = max(measure.lines(text, size, width - 2 * CELL_X) for text, width in zip(row.words, widths, strict=True))
    return most * size * measure.LINE / measure.POINTS + 2 * CELL_Y


def table(
    slide: Any,
    box: Box,
    rows: Sequence[Row],
    widths: Sequence[float],
    size: float,
    *,
    right: Sequence[int],
    name: str,
    spare: float = 0.0,
) -> Any:
    """A native table: the first row is its head; columns in `right` are numbers; `spare` heightens each row."""
    heights = [_row_height(row, widths, size) + spare for row in rows]
    shape = slide.shapes.add_table(
        len(rows), len(widths), Inches(box.x), Inches(box.y), Inches(sum(widths)), Inches(sum(heights))
    )
    shape.name = name
    grid = shape.table
    _plain_style(shape)
    for index, width in enumerate(widths):
        grid.columns[index].width = Inches(width)
    for index, (row, high) in enumerate(zip(rows, heights, strict=True)):
        grid.rows[index].height = Inches(high)
        for column, text in enumerate(row.words):
            cell = grid.cell(index, column)
            cell.margin_left = cell.margin_right = Inches(CELL_X)
            cell.margin_top = cell.margin_bottom = Inches(CELL_Y)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = colour(WASH if index == 0 else PANEL)
            _underline(cell)
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT if column in right else PP_ALIGN.LEFT
            _run(paragraph, text, size, QUIET if index == 0 else INK, index > 0 and column in row.bold)
    return shape


def _plain_style(shape: Any) -> None:
    """No bands and no theme colours: a head, and rows."""
    properties = shape._element.graphic.graphicData.tbl.tblPr
    for flag in ("firstRow", "bandRow"):
        properties.set(flag, "0")
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # No Style, No Grid


def _underline(cell: Any) -> None:
    """A hair line under a cell; it must stand before the fill."""
    properties = cell._tc.get_or_add_tcPr()
    below = properties.makeelement(qn("a:lnB"), {"w": str(int(Pt(0.75)))})
    fill = below.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": str(colour(LINE))}))
    below.append(fill)
    properties.insert(0, below)


def picture(slide: Any, box: Box, body: bytes, shape: tuple[int, int], alt: str) -> None:
    """A picture as large as its box takes, in its own proportions, with words for who cannot see it."""
    share = min(box.w / shape[0], box.h / shape[1])
    w, h = shape[0] * share, shape[1] * share
    drawn = slide.shapes.add_picture(
        io.BytesIO(body), Inches(box.x + (box.w - w) / 2), Inches(box.y + (box.h - h) / 2), Inches(w), Inches(h)
    )
    drawn.name = "地图"
    drawn._element.nvPicPr.cNvPr.set("descr", alt)


def chart(slide: Any, box: Box, block: Block) -> Any:
    """A native chart of a block's table, whose numbers can be edited: lines over days, columns over weeks, bars."""
    assert block.table is not None
    found = block.table
    first = found.columns[0].name
    kind = {"day_date": XL_CHART_TYPE.LINE, "until": XL_CHART_TYPE.COLUMN_CLUSTERED}.get(
        first, XL_CHART_TYPE.BAR_CLUSTERED
    )
    rows = found.rows if kind != XL_CHART_TYPE.BAR_CLUSTERED else found.rows[:BARS]
    data = CategoryChartData(number_format=_shape(found))
    data.categories = [row[0] if kind == XL_CHART_TYPE.LINE else _category(row[0]) for row in rows]
    for index, column in enumerate(found.columns[1:], 1):
        if any(row[index] is not None for row in rows):
            data.add_series(column.label, [row[index] for row in rows])
    frame = slide.shapes.add_chart(kind, *box.inches(), data)
    frame.name = block.name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", f"{block.title}，{len(rows)} 项，可编辑的图表")
    drawn = frame.chart
    _dress(drawn, block.title, kind, min((row[1] for row in rows if row[1] is not None), default=0.0))
    return frame


def _category(value: Any) -> str:
    return f"{value.month}-{value.day}" if isinstance(value, date) else str(value)


def _shape(found: Table) -> str:
    decimals = found.columns[1].decimals
    return "#,##0" + (f".{'0' * decimals}" if decimals else "")


def _dress(drawn: Any, title: str, kind: Any, lowest: float) -> None:
    drawn.font.size = Pt(9)
    drawn.font.color.rgb = colour(QUIET)
    _east_asian(drawn._chartSpace.txPr.find(f".//{qn('a:defRPr')}"))
    drawn.has_title = True
    paragraph = drawn.chart_title.text_frame.paragraphs[0]
    _run(paragraph, title, 11, INK, True)
    drawn.chart_title.include_in_layout = False
    series = list(drawn.plots[0].series)
    drawn.has_legend = len(series) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.BOTTOM
        drawn.legend.include_in_layout = False
    values, categories = drawn.value_axis, drawn.category_axis
    values.major_gridlines.format.line.color.rgb = colour(LINE)
    values.format.line.fill.background()
    categories.format.line.color.rgb = colour(LINE)
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    categories.has_major_gridlines = False
    if kind == XL_CHART_TYPE.LINE:  # true days: a day without a number is a gap, and a label stands at each Monday
        categories.tick_labels.number_format, categories.tick_labels.number_format_is_linked = "m-d", False
        every = {"c:majorUnit": "7", "c:majorTimeUnit": "days"}
        for tag, value in every.items():
            categories._element.append(categories._element.makeelement(qn(tag), {"val": value}))
    else:
        values.minimum_scale = min(0.0, lowest)  # a bar is as long as its number
    if kind == XL_CHART_TYPE.BAR_CLUSTERED:
        categories.reverse_order = True  # the first on top
        values.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        values.has_major_gridlines = False
    if kind != XL_CHART_TYPE.LINE:
        plot = drawn.plots[0]
        plot.gap_width = 60
        plot.has_data_labels = True
        plot.data_labels.show_value = True
        plot.data_labels.number_format_is_linked = True
    for each, ink in zip(series, ("series-1", "series-quiet"), strict=False):
        if kind == XL_CHART_TYPE.LINE:
            each.smooth = False
            each.format.line.color.rgb = colour(ink)
            each.format.line.width = Pt(2.25 if ink == "series-1" else 1.25)
            each.marker.style = XL_MARKER_STYLE.NONE
        else:
            each.format.fill.solid()
            each.format.fill.fore_color.rgb = colour(ink)


def _run(paragraph: Any, text: str, size: float, ink: str, bold: bool) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size = Pt(size)
    run.font.bold = bold
    run.font.color.rgb = colour(ink)
    _east_asian(run._r.get_or_add_rPr())


def _east_asian(properties: Any) -> None:
    """The font for Latin, for Chinese and for symbols: without `a:ea`, Chinese falls to whatever the reader has."""
    for tag in ("a:latin", "a:ea", "a:cs"):
        found = properties.find(qn(tag))
        if found is None:
            found = properties.makeelement(qn(tag), {})
            properties.append(found)
        found.set("typeface", settings().brief_slide_font)
