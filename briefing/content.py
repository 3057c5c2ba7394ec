"""The only place that says what a briefing is made of: an edition of sections of blocks, before any format is chosen.

PDF, PNG, DOCX, XLSX and PPTX are written from these values alone, so no format can say another number. A block is
`ready`, `empty` (with the reason that is printed in its place) or `failed` (which stops the issue).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from components import wording
from metrics import Change, Reading

READY, EMPTY, FAILED = "ready", "empty", "failed"
DEMO_WORDS = {"demo": "演示数据", "mixed": "真实与演示数据并存", "real": ""}
LAYOUTS = ("summary", "kpi_table", "map", "figure", "list", "text", "remark", "definitions")


@dataclass(frozen=True)
class Bold:
    """A number in a sentence; `metric` is the id it was read by, empty for counts of rows."""

    text: str
    metric: str = ""


Sentence = tuple["str | Bold", ...]


def plain(sentence: Sentence) -> str:
    """The sentence without its emphasis."""
    return "".join(part if isinstance(part, str) else part.text for part in sentence)


@dataclass(frozen=True)
class Line:
    """A row of a KPI table: a reading with its 环比 and 同比."""

    reading: Reading
    week: Change
    year: Change

    def words(self) -> tuple[str, str, str, str, str, str]:
        """指标（单位）、本周、环比、同比、目标、状态, as they are printed; a missing value says why."""
        now = self.reading
        name = f"{now.name}（{now.unit}）" if now.unit else now.name
        shown = wording.value(now) if now.is_known else wording.absence(now)
        target = wording.target(now.target, now.decimals, "") or wording.UNKNOWN
        return name, shown, self.week.text, self.year.text, target, wording.STANDINGS.get(now.standing, wording.UNKNOWN)


@dataclass(frozen=True)
class Column:
    """A column of a table. `kind`: text | number | percent (raw 0–1) | date | moment."""

    name: str
    label: str
    kind: str = "text"
    decimals: int = 0

    def word(self, value: Any) -> str:
        """A raw value of this column as it is printed."""
        if value is None:
            return wording.UNKNOWN
        if self.kind == "number":
            return wording.number(float(value), self.decimals)
        if self.kind == "percent":
            return f"{wording.number(float(value) * 100, self.decimals)}%"
        if self.kind == "moment":
            return f"{value:%m-%d %H:%M}"
        return f"{value:%Y-%m-%d}" if self.kind == "date" else str(value)


@dataclass(frozen=True)
class Table:
    """Columns with rows of raw values: text, int, float, date, datetime or None. `total` counts what was found."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int

    def words(self) -> list[list[str]]:
        """The rows as they are printed."""
        return [[column.word(value) for column, value in zip(self.columns, row, strict=True)] for row in self.rows]


@dataclass(frozen=True)
class Block:
    """One thing to print. What it carries follows `kind`:

    summary, text, remark  `sentences`, one paragraph each (remark: hand-written, marked 人工研判)
    kpi_table              `lines`
    map, figure            `figure` (a plotly dict, colours still `var(--…)`) and `table`, the same numbers
    list, definitions      `table`
    """

    name: str  # unique in its edition, for example "urban.due_units"
    kind: str
    title: str
    state: str = READY
    reason: str = ""
    requirements: str = ""
    note: str = ""
    sentences: tuple[Sentence, ...] = ()
    lines: tuple[Line, ...] = ()
    figure: Mapping[str, Any] | None = None
    table: Table | None = None


@dataclass(frozen=True)
class Section:
    """A part with a heading. `theme` is the scene's slug, empty for the parts that belong to none."""

    slug: str  # summary | kpi | a scene | events | assignments | plan | annex
    title: str
    blocks: tuple[Block, ...]
    theme: str = ""
    check_code: str = ""  # 查数码
    address: str = ""  # path and query of the scene's page with asof: "/urban?area=…&until=…&asof=…"


@dataclass(frozen=True)
class Head:
    """The red-head block, from settings and `data/reference/briefing/head.toml`."""

    name: str  # 黄山市城市运行周报
    issue: int  # 期号: the ISO week
    total: int  # 总期号
    year: int
    office: str
    day: date  # Monday's
    classification: str  # 内部资料
    receivers: str  # 报送
    copies: str  # 抄送


@dataclass(frozen=True)
class Edition:
    """A week's briefing for one area and, if `scene` is not empty, one scene."""

    week: str  # 2026-W47
    area: str
    area_name: str
    scene: str
    title: str  # 全市一周城市运行情况
    head: Head
    since: date
    until: date
    snapshot: str
    made_at: datetime
    demo: str  # demo | mixed | real
    sections: tuple[Section, ...]
    correction: str = ""  # 更正：原 2026-0001 号，…; printed in every head

    @property
    def key(self) -> str:
        """What the edition is called in file names and in the archive: `341000`, `341021`, `341000-urban`."""
        return f"{self.area}-{self.scene}" if self.scene else self.area

    @property
    def demo_mark(self) -> str:
        """演示数据, or what else must be said on every page; empty when all is real."""
        return DEMO_WORDS[self.demo]

    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """Every block with its section, in the order of print."""
        for section in self.sections:
            for block in section.blocks:
                yield section, block

    def failed(self) -> list[tuple[Section, Block]]:
        """The blocks that stop the issue."""
        return [(section, block) for section, block in self.blocks() if block.state == FAILED]
