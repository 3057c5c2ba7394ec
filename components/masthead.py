"""The only place that draws a page's head and foot: where, when, how fresh, demo or real."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from dash import dcc, html
from dash.development.base_component import Component

from components import answers, picture, wording
from components.address import Address, month_of, week_of
from components.frames import rows
from components.marks import marked
from data.clock import now, today
from data.contract import THEMES
from data.divisions import CITY, Division, breadcrumb, children, division, name_of, parent
from geo.boundaries import credit
from metrics.scene_state import late_tables
from queries.runner import run
from queries.snapshot import Snapshot, snapshot

DEMO = {"demo": "演示数据", "mixed": "部分为演示数据"}
DUTY_ROSTER = "safety.duty_roster"
_MONTHS_BACK = 12


def masthead(asked: Address, title: str) -> html.Header:
    """Title, place, period, data time and the demo mark of a page."""
    snap = snapshot(asked.snapshot)
    return html.Header(
        [
            html.H1(title),
            _place(asked),
            html.Div(
                [
                    _mark(snap, _of_theme(asked)),
                    html.Span(["数据时间 ", html.B(data_time(snap, _of_theme(asked)))], className="data-time"),
                    _ahead(snap, asked),
                    _late(snap, asked),
                    _past(asked) if "asof" in asked.given else None,
                    _duty(asked),
                    _period(asked, snap),
                    picture.menu(asked),
                ],
                className="masthead-tools",
            ),
        ],
        className="masthead",
    )


def _of_theme(asked: Address) -> str:
    """The theme whose tables a page is made of; "" where it is made of all."""
    return asked.theme if asked.theme in THEMES else ""


def footer(asked: Address) -> html.Footer:
    """口径 of the period, snapshot, load time, and the map's credit."""
    snap = snapshot(asked.snapshot)
    loaded = max((t.loaded_at for t in snap.loaded(_of_theme(asked)) if t.loaded_at), default=None)
    drawn = credit()
    left = f"口径：统计期含起始日 0 时、不含截止日 {asked.until:%Y-%m-%d} 0 时；环比较上一同长时期，同比较上年同期"
    if "export" in asked.given:  # a picture leaves its page: its foot says of where and when it is
        left = _whereabouts(asked, snap)
    right = (
        f"快照 {snap.id}",
        f"数据更新 {wording.moment(loaded, snap.made_at)}",
        f"边界 {drawn.source}",
        f"审图号：{drawn.review_number or '待提供'}",
    )
    return html.Footer([html.Span(left), html.Span(" · ".join(right))], className="page-foot")


def _whereabouts(asked: Address, snap: Snapshot) -> str:
    path = [place.name for place in breadcrumb(asked.area)]
    names = [*path, *([] if path and path[-1] == name_of(asked.area) else [name_of(asked.area)])]
    period = f"{wording.period(asked.since, asked.until)}（{wording.span(asked.since, asked.until)}）"
    mark = DEMO.get(snap.demo_of(_of_theme(asked)))
    parts = (" › ".join(names), period, f"数据时间 {data_time(snap, _of_theme(asked))}", *([mark] if mark else []))
    return " · ".join(parts)


def data_time(snap: Snapshot, theme: str) -> str:
    """The newest moment any table of the theme speaks of."""
    newest = max((table.data_time for table in snap.loaded(theme) if table.data_time), default=None)
    return wording.moment(newest, snap.made_at)


def _mark(snap: Snapshot, theme: str) -> html.Span | None:
    state = snap.demo_of(theme)
    return marked(html.Span(DEMO[state], className="demo-mark"), data_demo=state) if state in DEMO else None


def _is_ahead(begins: date, snap: Snapshot) -> bool:
    """Whether a period begins where the data has ended: what it would count as overdue has not happened."""
    return snap.until is not None and begins >= snap.until


def _ahead(snap: Snapshot, asked: Address) -> html.Span | None:
    if snap.until is None or not _is_ahead(asked.since, snap):
        return None
    last = snap.until - timedelta(days=1)
    return html.Span(f"这个统计期还没有数据：数据到 {last:%Y-%m-%d}", className="late-mark is-ahead")


def _late(snap: Snapshot, asked: Address) -> dcc.Link | None:
    """Real tables of the theme that are overdue by their contract: a page on an old week must not look healthy.

    Demo data stands still by design and is marked as such; an exported or pinned page is of its own time.
    """
    if "asof" in asked.given or "export" in asked.given:
        return None
    moment = now()
    late = late_tables(snap.id, asked.theme, moment)
    hour = moment.replace(minute=0, second=0, microsecond=0)
    tomorrow = datetime.combine(moment.date() + timedelta(days=1), time())
    # who is on duty changes with the day, which real tables are late within it
    answers.until(tomorrow if snap.demo == "demo" else hour + timedelta(hours=1))
    if not late:
        return None
    oldest = max(late).days
    said = f"{len(late)} 张表逾期" + (f"，最久 {oldest} 天" if oldest else "")
    return dcc.Link(said, href="/catalogue?kind=table", className="late-mark", title="超过合同的更新时限仍未到")


def _duty(asked: Address) -> dcc.Link | None:
    """Who leads the duty today, on the roster of the area or, where it keeps none, of the city."""
    if DUTY_ROSTER not in snapshot(asked.snapshot).tables:
        return None
    is_past = "asof" in asked.given or "export" in asked.given  # a page of its own time has the duty of its last day
    day = asked.until - timedelta(days=1) if is_past else today()
    whole = replace(asked, filters=())  # what a page is narrowed to does not change who is on duty
    place = asked.area[:6] if asked.level != "city" else CITY
    own = rows(run("safety/duty_now", whole, place=place, day=day))
    found = own or rows(run("safety/duty_now", whole, place=CITY, day=day))
    if not found:
        return None
    first = found[0]
    when = "今日带班" if first["day_date"].date() == today() else f"{first['day_date']:%m-%d} 带班"
    handed = {True: "已交接", False: "未交接"}.get(first["is_handover_confirmed"], "交接未报")
    said = [html.Span(when), html.B(first["contact_name"] or wording.UNKNOWN), html.Span(handed, className="handed")]
    title = "，".join(filter(None, (first["on_duty_unit"], first["contact_phone"], handed)))
    return dcc.Link(said, href=f"/safety{asked.link()}", className="duty-mark", title=title)


def _past(asked: Address) -> html.Span:
    back = dcc.Link("看现在", href=asked.link(asof=None))
    return html.Span([f"快照 {asked.snapshot} 当时的数 · ", back], className="past-mark")


def _place(asked: Address) -> html.Div:
    """The way down to the area and a menu to go on: the places below it, or beside it where there are none."""
    path, up = breadcrumb(asked.area), parent(asked.area)
    here = name_of(asked.area)
    above = [place for place in path if place.name != here or place.display_code != asked.area]
    crumbs: list[Component] = []
    for place in above:
        crumbs += [dcc.Link(place.name, href=asked.link(area=place.display_code)), html.Span("›", className="sep")]
    below = () if asked.level == "unit_grid" else _places(asked.area)
    beside = () if asked.level == "unit_grid" else _places(up or asked.area)
    options = [
        html.Li(
            dcc.Link(
                place.name,
                href=asked.link(area=place.display_code),
                className="is-current" if place.display_code == asked.area else "",
            )
        )
        for place in below or beside
    ]
    menu = html.Ul(options, className="menu")
    picker = html.Details([html.Summary(here), menu], className="picker", key=f"area-{asked.area}")
    return marked(
        html.Div([*crumbs, picker], className="place"),
        data_area=asked.area,
        data_up="" if up is None else division(up).display_code,
        data_siblings=" ".join(place.display_code for place in beside),
    )


def _places(area: str) -> tuple[Division, ...]:
    """The places right below that a scope can stand for: the 管委会 report, but have no code of the 统计局."""
    return tuple(place for place in children(area) if place.level != "functional_area")


def _period(asked: Address, snap: Snapshot) -> html.Div:
    before, after = asked.neighbours()
    last = asked.until - timedelta(days=1)
    lengths = (("日", last, asked.until), ("周", *week_of(last)), ("月", *month_of(last)))
    name, said = wording.period(asked.since, asked.until), wording.span(asked.since, asked.until)
    return html.Div(
        [
            html.Div(
                [
                    dcc.Link(
                        label, href=asked.at(since, until),
                        className="is-current" if (since, until) == (asked.since, asked.until) else "",
                    )
                    for label, since, until in lengths
                ],
                className="segments",
            ),
            dcc.Link("‹", href=before, className="step", id="period-before", title="上一期"),
            html.Details(
                [
                    html.Summary([html.Span(name, className="period-name"), html.Span(said, className="period-span")]),
                    _calendar(asked, last),
                ],
                className="picker period",
                key=f"period-{asked.since}-{asked.until}",
            ),
            html.Span("›", className="step is-off", id="period-after", title="下一期还没有数据")
            if _is_ahead(asked.until, snap)
            else dcc.Link("›", href=after, className="step", id="period-after", title="下一期"),
        ],
        className="period-tools",
    )  # fmt: skip


def _calendar(asked: Address, shown: date) -> html.Div:
    """A month of links: each day, each week by its number, the month itself, and the months before."""
    first, end = month_of(shown)
    monday, rows = week_of(first)[0], []
    while monday < end:
        cells = [html.Th(dcc.Link(f"{monday.isocalendar()[1]}周", href=asked.at(monday, monday + timedelta(days=7))))]
        for offset in range(7):
            day = monday + timedelta(days=offset)
            mark = "in" if asked.since <= day < asked.until else "out" if day.month != shown.month else ""
            link = dcc.Link(str(day.day), href=asked.at(day, day + timedelta(days=1)))
            cells.append(html.Td(link, className=mark))
        rows.append(html.Tr(cells))
        monday += timedelta(days=7)
    months, month = [], first
    for _ in range(_MONTHS_BACK):
        months.append(html.Li(dcc.Link(f"{month.year % 100}年{month.month}月", href=asked.at(*month_of(month)))))
        month = month_of(month - timedelta(days=1))[0]
    head = html.Tr([html.Th(""), *(html.Th(day) for day in "一二三四五六日")])
    whole = dcc.Link(f"{shown.year}年{shown.month}月 整月", href=asked.at(first, end), className="whole-month")
    return html.Div(
        [whole, html.Table([html.Thead(head), html.Tbody(rows)]), html.Ul(months, className="months")],
        className="menu calendar",
    )
