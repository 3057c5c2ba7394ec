"""The only place that decides what an edition contains, in what order: for the city, a district, or one scene.

Everything is read at the snapshot of the edition through `metrics` and `queries.run`; the words and lists come from
`data/reference/briefing`. The model itself is `briefing.content`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from briefing import blocks, summary
from briefing.check_code import address, check_code
from briefing.content import Block, Column, Edition, Head, Line, Section, Sentence, Table
from components import wording
from components.deck import by_attention
from data import briefing as text
from data.catalogue import scenes
from data.contract import THEMES, contract
from data.divisions import UnknownPlaceError, name_of
from data.settings import settings
from metrics import Metric, metric, metrics
from metrics.quality import findings
from queries.scope import CITY, Scope, ScopeError
from queries.snapshot import current_id, snapshot

WEEK = re.compile(r"(\d{4})-W(\d\d)")
_EVENTS = text.ListText(
    name="list", title="本周事件", question="overview/event_week", table="overview.event",
    requirements="OV-06 OV-07", empty="统计期内没有登记事件", shown=12,
    note="按死亡失踪、受伤、应转未转排序，再排未结的。没有上报的写 —，不写 0。",
    columns={
        "occurred_at": "时间", "place_code": "地点", "title": "事件", "dead_count": "死亡", "injured_count": "受伤",
        "not_evacuated_count": "未转移", "lead_unit": "牵头单位", "event_status": "状态",
    },
)  # fmt: skip
_ASSIGNMENTS = text.ListText(
    name="list", title="上周交办", question="overview/assignment_week", table="overview.assignment",
    requirements="OV-17 OV-22", empty="没有交办事项", shown=20, note="连同以前批示、期末还没销号的。",
    columns={"title": "事项", "lead_unit": "承办单位", "issued_at": "批示", "due_at": "时限", "state": "进展"},
)  # fmt: skip
_INDICATORS = text.ListText(
    name="indicators", title="附件1：规划指标", question="overview/plan_ledger", table="overview.plan_indicator_actual",
    requirements="OV-18 X-21", empty="没有登记规划指标", shown=14, note="规划期末为 2025 年。",
    columns={"name": "指标", "target_text": "目标", "value": "现值", "measure_unit": "单位", "data_date": "数据日期",
             "is_met": "达到"},
)  # fmt: skip
_TASKS = text.ListText(
    name="tasks", title="附件2：重点任务", question="overview/plan_task_board", table="overview.plan_task_progress",
    requirements="OV-17", empty="没有登记重点任务", shown=100,
    columns={"name": "任务", "owner_unit": "责任单位", "progress_rate": "进度", "plan_task_progress_status": "状态",
             "problem": "问题"},
)  # fmt: skip


class WeekError(ValueError):
    """A week, area or scene that no edition can be made of."""


def week_of(text_: str) -> tuple[date, date]:
    """The half-open Monday-to-Monday period of `2026-W47`; raises WeekError."""
    found = WEEK.fullmatch(text_)
    try:
        if found is None:
            raise ValueError(text_)
        since = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise WeekError(f"--week {text_[:20]!r} 不是周：写成 2026-W47（ISO 周，周一开始）") from None
    return since, since + timedelta(days=7)


def edition(
    week: str,
    *,
    area: str = CITY,
    scene: str | None = None,
    snapshot_id: str | None = None,
    remarks: Mapping[str, Sequence[str]] | None = None,
    seen: Callable[[Block], None] = lambda block: None,
) -> Edition:
    """The briefing of a week; `remarks` are hand-written paragraphs by section slug, printed as 人工研判.

    `seen` is told of every block of a scene as soon as it is made.

    Raises:
        WeekError: no such week, area or scene.
        NoSnapshot, SnapshotExpired: nothing to read from.
    """
    since, until = week_of(week)
    theme = scene or ""
    if theme and theme not in THEMES:
        raise WeekError(f"--scene {theme[:20]!r} 不是场景：可用 {'、'.join(THEMES)}")
    try:
        area_name = settings().city_name if area == CITY else name_of(area)
        scope = Scope(area, since, until, snapshot_id or current_id())
    except (UnknownPlaceError, ScopeError) as error:
        raise WeekError(f"--area {area[:20]!r} 不行：{error}") from None
    snap = snapshot(scope.snapshot)
    if snap.until is not None and until > snap.until:
        last = snap.until - timedelta(days=snap.until.weekday() + 7)
        raise WeekError(
            f"--week {week} 还没有过完：数据到 {snap.until - timedelta(days=1):%Y-%m-%d} 为止，"
            f"最近一个整周是 {last:%G-W%V}"
        )
    made = _Maker(scope, theme, seen)
    sections = [_with_remarks(each, remarks or {}) for each in made.sections()]
    return Edition(
        week, area, area_name, theme, _title(area, area_name, theme), _head(week, area, area_name, theme, until),
        since, until, snap.id, snap.made_at, snap.demo, tuple(sections),
    )  # fmt: skip


class _Maker:
    """The sections of one edition; readings are read once per scene and shared by summary and tables."""

    def __init__(self, scope: Scope, theme: str, seen: Callable[[Block], None]) -> None:
        self.scope, self.theme, self.seen = scope, theme, seen
        self.texts = {theme: text.scene(theme)} if theme else text.scenes()
        self.lines: dict[str, tuple[Line, ...]] = {}

    def sections(self) -> list[Section]:
        """In the order of print."""
        scenes_ = [self._scene(theme) for theme in self.texts]
        found = [self._summary(), self._core(), *scenes_, self._events(), self._assignments()]
        if self.scope.area == CITY and not self.theme and _is_first_of_month(self.scope.until):
            found.append(self._plan())
        return [*found, self._annex()]

    def _read(self, theme: str) -> tuple[Line, ...]:
        if theme not in self.lines:
            names = [each.id for each in metrics(theme)] if self.theme else self.texts[theme].numbers
            self.lines[theme] = blocks.lines(names, self.scope)
        return self.lines[theme]

    def _summary(self) -> Section:
        def make() -> Block:
            found = [line for theme in self.texts for line in self._read(theme)]
            return Block("summary", "summary", "本周概要", sentences=summary.paragraphs(self.scope, found, self.theme))

        return Section("summary", "本周概要", (blocks.guarded("summary", "summary", "本周概要", make),))

    def _core(self) -> Section:
        """The leading numbers of every scene, or, in a scene's edition, all of them by need."""

        def make() -> Block:
            if self.theme:
                every = {line.reading.metric: line for line in self._read(self.theme)}
                ordered = [every[each.metric] for each in by_attention([line.reading for line in every.values()])]
                return blocks.numbers("kpi", "核心指标一览", ordered)
            most = text.head().numbers
            found: list[Line] = []
            for theme, asked in self.texts.items():
                first = asked.numbers[:most]
                found += [line for line in self._read(theme) if line.reading.metric in first]
            return blocks.numbers("kpi", "核心指标一览", found)

        return Section("kpi", "核心指标", (blocks.guarded("kpi", "kpi_table", "核心指标一览", make),))

    def _scene(self, theme: str) -> Section:
        asked, scope = self.texts[theme], self.scope
        shown = metric(asked.map)
        name = scenes()[theme].name
        made: list[Block] = []

        def add(called: str, kind: str, title: str, make: Callable[[], Block]) -> None:
            made.append(blocks.guarded(called, kind, title, make))
            self.seen(made[-1])

        called = f"{theme}.map"
        add(called, "map", shown.name, partial(blocks.district_map, called, shown, scope))
        for number, figure in enumerate(asked.figures, 1):
            called = f"{theme}.figure{number}"
            add(called, "figure", metric(figure.metric).name, partial(blocks.figure, called, figure, scope))
        if not self.theme:
            called, title = f"{theme}.kpi", f"{name}主要指标"
            add(called, "kpi_table", title, lambda: blocks.numbers(called, title, self._read(theme)))
        for each in asked.lists:
            called = f"{theme}.{each.name}"
            most = each.shown * 2 if self.theme else None
            add(called, "list", each.title, partial(blocks.listed, called, each, scope, shown=most))
        where = scope.until, scope.snapshot
        return Section(
            theme, name, tuple(made), theme, check_code(theme, scope.area, *where), address(theme, scope.area, *where)
        )

    def _events(self) -> Section:
        return Section("events", "重点事件", (self._list("events", _EVENTS),))

    def _assignments(self) -> Section:
        return Section("assignments", "上周交办", (self._list("assignments", _ASSIGNMENTS),))

    def _list(self, slug: str, asked: text.ListText) -> Block:
        def make() -> Block:
            return blocks.listed(f"{slug}.{asked.name}", asked, self.scope, theme=self.theme)

        return blocks.guarded(f"{slug}.{asked.name}", "list", asked.title, make)

    def _plan(self) -> Section:
        return Section("plan", "规划账本", (self._list("plan", _INDICATORS), self._list("plan", _TASKS)))

    def _annex(self) -> Section:
        used = [metric(line.reading.metric) for theme in self.texts for line in self._read(theme)]
        used += [metric(asked.map) for asked in self.texts.values()]
        used += [metric(figure.metric) for asked in self.texts.values() for figure in asked.figures]
        unique = list({each.id: each for each in used}.values())
        tables = [each.table for asked in self.texts.values() for each in asked.lists]
        makers = (
            ("annex.method", "text", "统计口径", self._method),
            ("annex.definitions", "definitions", "指标口径", lambda: _definitions(unique)),
            ("annex.sources", "definitions", "数据来源与时间", lambda: self._sources(unique, tables)),
            ("annex.quality", "text", "数据质量", self._quality),
        )
        return Section("annex", "附：口径与数据说明", tuple(blocks.guarded(*each) for each in makers))

    def _method(self) -> Block:
        scope = self.scope
        last = scope.until - timedelta(days=1)
        said: list[Sentence] = [
            (
                f"统计期 {scope.since:%Y-%m-%d}（周一）0 时至 {last:%Y-%m-%d}（周日）24 时；数据截至周日 24 时。"
                "环比为上一周，同比为上年同一周（前移 364 天，星期对齐）；比例的变化写个百分点，小于 20 的写增减数。",
            ),
            ("目标与状态：达标、接近（差距在指标登记的容差之内）、未达标；没有目标的不评。“—”为没有数，不是 0。",),
            (
                f"本期数据取自快照 {scope.snapshot}。"
                "各节数字可复核：在系统地址后写 /c/ 和该节的查数码，打开的就是这一快照。",
            ),
        ]
        return Block("annex.method", "text", "统计口径", sentences=tuple(said))

    def _sources(self, used: Sequence[Metric], lists: Sequence[str]) -> Block:
        loaded = snapshot(self.scope.snapshot).tables
        names = list(dict.fromkeys([name for each in used for name in each.sources] + list(lists)))
        columns = (
            Column("name", "数据表"), Column("owner", "责任单位"), Column("rows", "行数", "number"),
            Column("data_time", "数据时间", "moment"), Column("loaded_at", "入库时间", "moment"),
            Column("held", "隔离", "number"), Column("mark", "性质"),
        )  # fmt: skip
        body: list[tuple[Any, ...]] = []
        for name in names:
            promised, info = contract(name), loaded.get(name)
            if info is None:
                body.append((promised.name, promised.owner.unit, None, None, None, None, "数据未到"))
                continue
            body.append(
                (promised.name, promised.owner.unit, info.rows, info.data_time, info.loaded_at,
                 sum(info.quarantined.values()), "演示" if info.is_demo else "真实")
            )  # fmt: skip
        return Block(
            "annex.sources", "definitions", "数据来源与时间", table=Table(columns, tuple(body), len(body)),
            note="隔离为历次入库中不合契约而未采用的行数。",
        )  # fmt: skip

    def _quality(self) -> Block:
        found = [each for each in findings(self.scope.snapshot) if not self.theme or each.table.startswith(self.theme)]
        late = [
            contract(name).name
            for asked in self.texts.values()
            for name in dict.fromkeys(each.table for each in asked.lists)
            if blocks.awaited(name, self.scope)
        ]
        said: list[Sentence] = [(each.sentence + "。",) for each in found]
        if late:
            said.append((f"数据未到的表：{'、'.join(late)}。",))
        if not said:
            said.append(("没有发现数据自相矛盾，应到的表都已到。",))
        return Block("annex.quality", "text", "数据质量", sentences=tuple(said))


def _definitions(used: Sequence[Metric]) -> Block:
    columns = (Column("code", "编号"), Column("name", "指标"), Column("meaning", "口径"), Column("owner", "责任单位"))
    ordered = sorted(used, key=lambda each: (THEMES.index(each.scene), each.code))
    body = tuple((each.code, each.name, each.meaning, each.owner.unit) for each in ordered)
    return Block("annex.definitions", "definitions", "指标口径", table=Table(columns, body, len(body)))


def _with_remarks(section: Section, remarks: Mapping[str, Sequence[str]]) -> Section:
    written: Sequence[str] = remarks.get(section.slug, ())
    if not written:
        return section
    remark = Block(f"{section.slug}.remark", "remark", "人工研判", sentences=tuple((each,) for each in written))
    return replace(section, blocks=(*section.blocks[:1], remark, *section.blocks[1:]))


def _is_first_of_month(monday: date) -> bool:
    """Whether the briefing dated this Monday is the first of its month."""
    return monday.day <= 7


def _title(area: str, area_name: str, theme: str) -> str:
    words = text.head()
    said = words.scene_title if theme else words.title
    place = "全市" if area == CITY else area_name
    return said.format(city=settings().city_name, area=place, scene=scenes()[theme].name if theme else "")


def _head(week: str, area: str, area_name: str, theme: str, day: date) -> Head:
    words = text.head()
    chosen = words.scene_name if theme else words.name if area == CITY else words.district_name
    fills = {"city": settings().city_name, "area": area_name, "scene": scenes()[theme].name if theme else ""}
    since, _ = week_of(week)
    year, number, _ = since.isocalendar()
    total = (since - week_of(words.first_week)[0]).days // 7 + 1
    return Head(
        chosen.format(**fills), number, total, year, words.office.format(**fills), day, words.classification,
        words.receivers, words.copies,
    )  # fmt: skip


def said_period(made: Edition) -> str:
    """`11月16日—11月22日`."""
    return wording.span(made.since, made.until)
