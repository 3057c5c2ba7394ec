"""The only place that draws days by their AQI: a calendar whose weeks run Monday to Sunday.

The six colours are the standard's own (HJ 633). A good day carries its colour as a thin edge; only from level 3 on does
the colour fill the day, so that what needs attention is what is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.address import Address
from components.frames import Row

FIRST_EXCEEDING_LEVEL = 3
LEVELS: Mapping[int, str] = {1: "优", 2: "良", 3: "轻度", 4: "中度", 5: "重度", 6: "严重"}
POLLUTANTS: Mapping[str, str] = {
    "pm25": "PM2.5", "pm10": "PM10", "so2": "SO₂", "no2": "NO₂", "co": "CO", "o3": "O₃", "o3_8h": "O₃",
}  # fmt: skip


@dataclass(frozen=True)
class AirDay:
    """One day: AQI, level 1–6 and primary pollutants, None and empty where the day has no valid AQI."""

    day: date
    aqi: int | None
    level: int | None
    primary: tuple[str, ...] = ()


def air_days(rows: Sequence[Row]) -> list[AirDay]:
    """The rows of `ecology/air_calendar`."""
    return [
        AirDay(
            day=pd.Timestamp(row["day_date"]).date(),
            aqi=None if row["aqi"] is None else int(row["aqi"]),
            level=None if row["air_level"] is None else int(row["air_level"]),
            primary=tuple(row["primary_pollutant"].split("|")) if row["primary_pollutant"] else (),
        )
        for row in rows
    ]


def calendar(days: Sequence[AirDay], first: date, since: date, until: date, asked: Address | None = None) -> html.Table:
    """The weeks from `first` to `until`, the period from `since` framed; a past day without an AQI shows —.

    With `asked` each index opens its identity card for that very day.
    """
    by_day = {each.day: each for each in days}
    monday = first - timedelta(days=first.weekday())
    rows = []
    while monday < until:
        week = [monday + timedelta(days=offset) for offset in range(7)]
        label = html.Th(str(monday.isocalendar()[1]), scope="row")
        cells = [_cell(day, by_day.get(day), since <= day < until, day < until, asked) for day in week]
        rows.append(html.Tr([label, *cells]))
        monday += timedelta(days=7)
    head = html.Tr([html.Th(name, scope="col") for name in "周一二三四五六日"])
    return html.Table([html.Caption("每日 AQI"), html.Thead(head), html.Tbody(rows)], className="air-calendar")


def legend(days: Sequence[AirDay], length: int) -> html.Ul:
    """The six levels with the number of days of each, and how many of the period's `length` days have no valid AQI."""
    counts = {level: sum(1 for each in days if each.level == level) for level in LEVELS}
    unknown = length - sum(counts.values())
    entries: list[Component] = [
        html.Li(
            [html.I(className=f"swatch air-{level}"), LEVELS[level], html.B(str(count))],
            className="" if count else "none",
        )
        for level, count in counts.items()
    ]
    if unknown:
        entries.append(html.Li([html.I(className="swatch"), "无效", html.B(str(unknown))]))
    return html.Ul(entries, className="legend-row")


def _cell(day: date, found: AirDay | None, is_in: bool, is_past: bool, asked: Address | None) -> html.Td:
    month = html.Span(f"{day.month}-", className="month") if day.day == 1 or day.weekday() == 0 else None
    name = [month, str(day.day)]
    if found is None or found.aqi is None or found.level is None:
        shown = wording.UNKNOWN if is_past else ""
        said = f"{wording.day(day)} 无有效 AQI" if is_past else ""
        return html.Td([html.Small(name), html.B(shown)], className="in" if is_in else "", title=said)
    filled = " filled" if found.level >= FIRST_EXCEEDING_LEVEL else ""
    primary = "、".join(POLLUTANTS.get(item, item) for item in found.primary)
    said = f"{wording.day(day)} AQI {found.aqi} {LEVELS[found.level]}" + (f"，首要污染物 {primary}" if primary else "")
    number: Component = html.B(str(found.aqi))
    if asked is not None:  # the date filters the page to its day, the index opens its card
        name = [month, dcc.Link(str(day.day), href=asked.at(day, day + timedelta(days=1)), title="整页只看这一天")]
    if asked is not None:
        card = asked.link(until=(day + timedelta(days=1)).isoformat(), days=1, n="air_quality_index")
        number = dcc.Link(number, href=card, className="number")
    return html.Td(
        [html.Small(name), number],
        className=f"{'in ' if is_in else ''}air-{found.level}{filled}",
        title=said,
    )
