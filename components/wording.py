"""The only place that writes numbers, periods, moments and states in words, for screen and paper alike."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from metrics.compare import Change
from metrics.reading import Reading, Target

UNKNOWN = "—"
NOTHING = "本期无此项"  # nothing was due, or there is none of it here; 数据未到 blames whoever should have reported
MINUS = "\N{MINUS SIGN}"
STANDINGS = {"met": "达标", "near": "接近", "missed": "未达标"}
_OPERATORS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_BASES = {"standard": "标准", "plan": "规划", "proposed": "建议值"}
_STATES = {"no_data": "数据未到", "too_few": "样本不足", "not_filterable": "此筛选不适用"}
_WEEKDAYS = "一二三四五六日"


def number(value: float | None, decimals: int) -> str:
    """A number with thousands separators and a true minus; — when unknown."""
    if value is None:
        return UNKNOWN
    text = f"{value:,.{decimals}f}"
    is_zero = not text.strip("-0.,")
    return text.removeprefix("-") if is_zero else text.replace("-", MINUS)


def value(reading: Reading) -> str:
    """The reading's number as it is shown, without its unit."""
    return number(reading.value, reading.decimals)


def absence(reading: Reading, lowest_name: str = "") -> str:
    """Why there is no number; empty when there is one."""
    if reading.is_known:
        return ""
    if reading.state == "not_below":
        return f"本指标到{lowest_name or '上一级'}"
    if reading.state == "too_few":
        return f"样本不足（{reading.n}）" if reading.n else reading.detail or _STATES["too_few"]
    if reading.has_nothing and reading.state == "no_data":
        return NOTHING
    return _STATES.get(reading.state, _STATES["no_data"])


def sample(reading: Reading) -> str:
    """How many stand behind a reading; — where that is withheld, for nobody was not counted."""
    return UNKNOWN if reading.state == "too_few" and not reading.n else number(reading.n, 0)


def target(wanted: Target | None, decimals: int, unit: str) -> str:
    """`≥97%`, `≤30 µg/m³`; empty without a target."""
    if wanted is None:
        return ""
    places = 0 if wanted.value == int(wanted.value) and decimals else decimals
    gap = "" if unit in ("", "%") else " "
    return f"{_OPERATORS[wanted.op]}{number(wanted.value, places)}{gap}{unit}"


def target_basis(wanted: Target) -> str:
    """Where the target comes from: 标准， 规划 or 建议值."""
    return _BASES[wanted.basis]


def against(change: Change) -> str:
    """`对比 2025年10月1日—10月8日：1,234 万人次；按国庆节对齐`; empty where nothing is known of the earlier period."""
    earlier = change.earlier
    if earlier is None:
        return ""
    told = f"{value(earlier)} {earlier.unit}".strip() if earlier.is_known else absence(earlier)
    said = f"对比 {earlier.since.year}年{span(earlier.since, earlier.until)}：{told}"
    return f"{said}；{change.basis}" if change.basis else said


def day(moment: date) -> str:
    """`11月16日`."""
    return f"{moment.month}月{moment.day}日"


def weekday(moment: date) -> str:
    """`周一` … `周日`."""
    return f"周{_WEEKDAYS[moment.weekday()]}"


def span(since: date, until: date) -> str:
    """The half-open period as people say it, both ends included: `11月16日—11月22日`."""
    last = until - timedelta(days=1)
    if last == since:
        return f"{day(since)} {weekday(since)}"
    years = f"{last.year}年" if last.year != since.year else ""
    return f"{day(since)}—{years}{day(last)}"


def period(since: date, until: date) -> str:
    """What such a period is called: `2026年第47周`, `2026年11月`, `2026年11月16日`, `2026年 近 14 天`."""
    length = (until - since).days
    if length == 7 and since.weekday() == 0:
        year, week, _ = since.isocalendar()
        return f"{year}年第{week}周"
    if since.day == 1 and until.day == 1 and 28 <= length <= 31:
        return f"{since.year}年{since.month}月"
    if length == 1:
        return f"{since.year}年"
    return f"{since.year}年 {length} 天"


def moment(at: datetime | None, beside: date) -> str:
    """`11-22 23:00`, with the year where it is not that of `beside`; — when unknown."""
    if at is None or at.year != beside.year:
        return full_moment(at)
    return f"{at:%m-%d %H:%M}"


def full_moment(at: datetime | None) -> str:
    """`2026-11-22 23:00`; — when unknown."""
    return UNKNOWN if at is None else f"{at:%Y-%m-%d %H:%M}"
