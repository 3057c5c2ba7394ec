"""The only place that writes an edition as slides: one a scene, with its numbers, native charts and its map.

16:9. Words are measured before they are set; what does not fit is made smaller, then left out with a line that says so.
The same edition gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from briefing import measure
from briefing.content import READY, Block, Edition, Line, Section, Table, plain
from briefing.packed import stilled
from briefing.slide_parts import ACCENT, INK, QUIET, Box, Row, chart, picture, rule, table, table_height, words
from components import wording

WIDE, HIGH = 13.333, 7.5
EDGE = 0.45
TOP, BOTTOM = 1.25, 6.95  # of what a slide is about
LEFT = Box(EDGE, TOP, 6.35, BOTTOM - TOP)
RIGHT = Box(7.05, TOP, WIDE - EDGE - 7.05, BOTTOM - TOP)
WHOLE = Box(EDGE, TOP, WIDE - 2 * EDGE, BOTTOM - TOP)
KPI = ("指标", "本周", "环比", "同比", "目标", "状态")
KPI_WIDTHS = (1.77, 0.8, 1.28, 1.28, 0.64, 0.58)  # inches; sums to LEFT.w
KPI_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0)
LEAST_MAP = 2.2
MOST_SPARE = 0.14  # inches that a row may be higher than its words need
LIST_SIZES = (12.0, 11.0, 10.0, 9.0)
_BLANK = 6  # the layout without anything


def slides(made: Edition, pictures: Mapping[str, bytes], *, number: str = "") -> bytes:
    """The edition as PPTX; `pictures` has the maps by block name, none where there is no browser to draw them."""
    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDE), Inches(HIGH)
    core = show.core_properties
    core.title, core.subject, core.comments = f"{made.head.name} {made.week}", made.title, made.demo_mark
    core.keywords, core.author, core.last_modified_by = made.snapshot, made.head.office, made.head.office
    core.created = core.modified = made.made_at
    _Writer(show, made, pictures, number).write()
    buffer = io.BytesIO()
    show.save(buffer)
    return stilled(buffer.getvalue(), made.made_at)


class _Writer:
    """The slides of one edition, in the order of the paper."""

    def __init__(self, show: Any, made: Edition, pictures: Mapping[str, bytes], number: str) -> None:
        self.show, self.made, self.pictures, self.number = show, made, pictures, number

    def write(self) -> None:
        """Front, one page of sentences, the numbers, a slide a scene, and the lists that span the scenes."""
        self._front()
        for section in self.made.sections:
            if section.slug == "summary":
                self._sentences(section)
            elif section.theme:
                self._scene(section)
            elif section.slug == "kpi":
                self._numbers(section)
            elif section.slug != "annex":
                for block in section.blocks:
                    self._list(section, block)

    def _slide(self, title: str, below: str = "") -> Any:
        made, slide = self.made, self.show.slides.add_slide(self.show.slide_layouts[_BLANK])
        rule(slide, Box(0, 0.42, 0.14, 0.5), ACCENT)
        words(slide, Box(EDGE, 0.38, 8.6, 0.5), [title], 24, bold=True, name="标题")
        mark = made.demo_mark
        words(slide, Box(9.1, 0.46, WIDE - EDGE - 9.1, 0.35), [mark], 14, ink=ACCENT, align="right", name="数据性质")
        scope = f"{made.area_name}　{wording.span(made.since, made.until)}" + (f"　{below}" if below else "")
        words(slide, Box(EDGE, 0.88, WIDE - 2 * EDGE, 0.25), [scope], 11, ink=QUIET, name="范围")
        foot = f"{made.head.name}　{made.head.year}年第 {made.head.issue} 期　{self.number or '草稿'}"
        words(slide, Box(EDGE, 7.08, 7.5, 0.22), [foot], 9, ink=QUIET, name="页脚")
        page = f"快照 {made.snapshot}　口径与来源见简报附件　{len(self.show.slides)}"
        words(slide, Box(8.0, 7.08, WIDE - EDGE - 8.0, 0.22), [page], 9, ink=QUIET, align="right", name="页码")
        return slide

    def _front(self) -> None:
        made, slide = self.made, self.show.slides.add_slide(self.show.slide_layouts[_BLANK])
        head = made.head
        rule(slide, Box(0, 0, WIDE, 0.16), ACCENT)
        words(slide, Box(1.0, 2.0, WIDE - 2, 0.8), [head.name], 40, bold=True, name="刊名")
        words(slide, Box(1.0, 2.95, WIDE - 2, 0.5), [made.title], 24, name="标题")
        rule(slide, Box(1.0, 3.7, 1.6, 0.05), ACCENT)
        state = f"编号 {self.number}" if self.number else "草稿"
        told = [
            f"{head.year}年第 {head.issue} 期（总第 {head.total} 期）　{state}",
            f"统计期 {wording.span(made.since, made.until)}　数据截至 {wording.day(made.until)} 零时",
            f"{head.office}　{head.day:%Y-%m-%d}　{head.classification}",
            f"快照 {made.snapshot}",
            *([made.correction] if made.correction else []),
        ]
        words(slide, Box(1.0, 3.95, WIDE - 2, 1.6), told, 15, ink=QUIET, gap=0.3, name="期号")
        words(slide, Box(1.0, 1.45, WIDE - 2, 0.4), [made.demo_mark], 18, ink=ACCENT, bold=True, name="数据性质")

    def _sentences(self, section: Section) -> None:
        said = [plain(sentence) for block in section.blocks for sentence in block.sentences]
        said += [block.reason for block in section.blocks if block.state != READY]
        slide = self._slide(section.title)
        sizes = (20.0, 18.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0)
        size = measure.fitting(said, WHOLE.w, WHOLE.h, sizes, gap=0.6) or sizes[-1]
        words(slide, WHOLE, said, size, gap=0.6, name="要情")

    def _numbers(self, section: Section) -> None:
        """All numbers on one slide, in two tables side by side."""
        lines = [line for block in section.blocks for line in block.lines]
        if not lines:
            self._list(section, section.blocks[0])
            return
        slide, half = self._slide(section.title), (len(lines) + 1) // 2
        parts = [lines[:half], lines[half:]] if len(lines) > 12 else [lines]
        columns = [WHOLE] if len(parts) == 1 else [Box(EDGE, TOP, 6.1, WHOLE.h), Box(6.78, TOP, 6.1, WHOLE.h)]
        shares = [[each * box.w / LEFT.w for each in KPI_WIDTHS] for box in columns]
        size = next(
            (each for each in KPI_SIZES
             if all(table_height(_kpi(part), widths, each) <= WHOLE.h
                    for part, widths in zip(parts, shares, strict=True))),
            KPI_SIZES[-1],
        )  # fmt: skip
        for place, (part, box, widths) in enumerate(zip(parts, columns, shares, strict=True), 1):
            rows = _kpi(part)
            spare = min((WHOLE.h - table_height(rows, widths, size)) / len(rows), MOST_SPARE)
            table(slide, box, rows, widths, size, right=(1,), name=f"指标 {place}", spare=spare)

    def _scene(self, section: Section) -> None:
        """Numbers and map on the left, two charts on the right; a block without data says why in its place."""
        told = f"查数码 {section.check_code}" if section.check_code else ""
        slide = self._slide(section.title, told)
        lines = [line for block in section.blocks for line in block.lines]
        taken = self._scene_numbers(slide, section, lines)
        maps = [block for block in section.blocks if block.kind == "map"]
        if maps:
            self._map(slide, Box(LEFT.x, TOP + taken + 0.15, LEFT.w, LEFT.h - taken - 0.15), maps[0])
        charts = [block for block in section.blocks if block.kind == "figure"][:2]
        gap = 0.15
        high = (RIGHT.h - gap * (len(charts) - 1)) / max(1, len(charts))
        for place, block in enumerate(charts):
            box = Box(RIGHT.x, TOP + place * (high + gap), RIGHT.w, high)
            if block.state == READY and block.table is not None and block.table.rows:
                chart(slide, box, block)
            else:
                _instead(slide, box, block)

    def _scene_numbers(self, slide: Any, section: Section, lines: Sequence[Line]) -> float:
        """The table of a scene's numbers; returns its height in inches."""
        if not lines:
            block = next((each for each in section.blocks if each.kind == "kpi_table"), None)
            if block is not None:
                _instead(slide, Box(LEFT.x, TOP, LEFT.w, 0.8), block)
            return 0.8
        rows, room = _kpi(lines), LEFT.h - LEAST_MAP
        size = next((each for each in KPI_SIZES if table_height(rows, KPI_WIDTHS, each) <= room), KPI_SIZES[-1])
        table(slide, LEFT, rows, KPI_WIDTHS, size, right=(1,), name="指标")
        return table_height(rows, KPI_WIDTHS, size)

    def _map(self, slide: Any, box: Box, block: Block) -> None:
        """The map as a picture with its title; without one, its table; without data, the reason."""
        body = self.pictures.get(block.name)
        if block.state != READY or block.table is None:
            _instead(slide, box, block)
            return
        if body is None:
            said = "没有浏览器，地图改列数字"
            self._rows(slide, box, block.table, f"{block.title}（{said}）")
            return
        words(slide, Box(box.x, box.y, box.w, 0.22), [block.title], 11, bold=True, name="图题")
        with Image.open(io.BytesIO(body)) as image:
            shape = image.size
        numbers = "，".join(f"{row[0]} {block.table.columns[1].word(row[1])}" for row in block.table.rows)
        picture(slide, Box(box.x, box.y + 0.26, box.w, box.h - 0.26), body, shape, f"{block.title}：{numbers}")

    def _list(self, section: Section, block: Block) -> None:
        """A list that spans the scenes, over the whole slide."""
        slide = self._slide(block.title)
        if block.state != READY or block.table is None:
            _instead(slide, Box(WHOLE.x, WHOLE.y, WHOLE.w, 1.0), block)
            return
        self._rows(slide, WHOLE, block.table, block.note)

    def _rows(self, slide: Any, box: Box, found: Table, note: str) -> None:
        """As many rows as fit at a size that can be read, and a line that says how many are left out."""
        rows = [Row(tuple(column.label for column in found.columns)), *(Row(tuple(row)) for row in found.words())]
        room = box.h - 0.3
        widths = _widths(rows, box.w)
        size = next((each for each in LIST_SIZES if table_height(rows, widths, each) <= room), LIST_SIZES[-1])
        kept = list(rows)
        while len(kept) > 2 and table_height(kept, widths, size) > room:
            kept.pop()
        left = len(rows) - len(kept)
        right = [index for index, column in enumerate(found.columns) if column.kind in ("number", "percent")]
        table(slide, box, kept, widths, size, right=right, name="清单")
        said = note + (f"　另有 {left} 条见简报。" if left else "")
        top = box.y + table_height(kept, widths, size) + 0.06
        words(slide, Box(box.x, top, box.w, 0.22), [said], 9, ink=QUIET, name="注")


def _instead(slide: Any, box: Box, block: Block) -> None:
    """A block that has nothing to show: its title and the reason, never a blank."""
    words(slide, Box(box.x, box.y, box.w, 0.25), [block.title], 11, bold=True, ink=INK, name="图题")
    words(slide, Box(box.x, box.y + 0.3, box.w, 0.4), [block.reason or "没有数据"], 11, ink=QUIET, name="原因")


def _kpi(lines: Sequence[Line]) -> list[Row]:
    return [Row(KPI), *(Row(line.words(), bold=(1,)) for line in lines)]


def _widths(rows: Sequence[Row], room: float) -> list[float]:
    """Columns as wide as their words want, none so wide that it starves the others."""
    wanted = [
        min(max(measure.width(row.words[index], 10) for row in rows) + 0.25, 4.5) for index in range(len(rows[0].words))
    ]
    share = room / sum(wanted)
    return [each * share for each in wanted]
