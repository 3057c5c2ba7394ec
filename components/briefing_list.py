"""The only place that lists issued briefings: a panel a week, a row an edition, a link a file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dash import dcc, html
from dash.development.base_component import Component

from components import wording
from components.briefing_address import EDITIONS, FORMATS, Asked, kind_of
from components.briefing_archive import File, Issued, changes, corrected_by, week_before
from components.briefing_files import address
from components.marks import marked
from components.panel import choice, missing, panel, segments
from components.shell import title_of
from data.contract import THEMES
from data.divisions import CITY, children

WEEKS = 4  # as many weeks as are shown at once


def name(issue: Issued) -> str:
    """What an edition is called in the list."""
    return {"city": "全市", "district": issue.area_name, "scene": title_of(issue.scene)}[kind_of(issue)]


def tools(asked: Asked) -> Component:
    """Week, edition and format to choose from."""
    weeks = list(dict.fromkeys(each.week for each in sorted(asked.every, key=lambda each: each.week, reverse=True)))
    options = [("最近四周", asked.link(week=None, open=None), not asked.week)]
    options += [(_week(each), asked.link(week=each, open=None), each == asked.week) for each in weeks]
    held = {file.format for each in asked.every for file in each.files}
    return html.Nav(
        [
            choice(_week(asked.week) if asked.week else "最近四周", options, f"week-{asked.week}"),
            segments([("全部版", asked.link(edition=None, open=None), not asked.edition)]
                     + [(label, asked.link(edition=key, open=None), key == asked.edition)
                        for key, label in EDITIONS.items()]),
            segments([("全部格式", asked.link(format=None, open=None), not asked.format)]
                     + [(label, asked.link(format=key, open=None), key == asked.format)
                        for key, label in FORMATS.items() if key in held]),
        ],
        className="briefing-tools",
    )  # fmt: skip


def weeks(asked: Asked) -> list[Component]:
    """The panels of the weeks that are asked for, newest first."""
    shown = [each for each in asked.every if _is_asked(asked, each)]
    if not shown:
        words = ("还没有签发过周报", "每周一 8:00 由定时任务签发，或运行 cockpit.py brief --week … --issue")
        if asked.every:
            words = ("没有符合条件的期号", "放宽周、版或格式")
        return [marked(panel("归档", missing(*words)), data_panel="issues")]
    by_week = groupby(sorted(shown, key=_order), key=lambda each: each.week)
    found = [(week, list(issues)) for week, issues in by_week]
    drawn = [_week_panel(asked, week, issues) for week, issues in found[: None if asked.week else WEEKS]]
    if len(found) > len(drawn):
        said = f"另有更早的 {len(found) - len(drawn)} 周：在上面按周选。"
        drawn.append(html.P(said, className="briefing-more"))
    return drawn


def files(issue: Issued, only: str = "") -> Component:
    """A link for each file; several pictures are one entry that opens."""
    links: list[Component] = []
    shown = [each for each in issue.files if not only or each.format == only]
    for form in dict.fromkeys(each.format for each in shown):
        of_form = [each for each in shown if each.format == form]
        label = FORMATS.get(form, form.upper())
        if len(of_form) == 1:
            links.append(_link(issue, of_form[0], label))
            continue
        entries = [html.Li(_link(issue, each, issue.called(each))) for each in of_form]
        links.append(
            html.Details(
                [html.Summary(f"{label} {len(of_form)}"), html.Ul(entries, className="menu")], className="picker"
            )
        )
    return html.Span(links, className="briefing-files")


def _link(issue: Issued, file: File, label: str) -> html.A:
    words = f"{issue.called(file)}，{size(file.size)}，SHA-256 {file.sha256}"
    return html.A(label, href=address(issue.number, file), title=words, target="_blank", rel="noopener")


def size(count: int) -> str:
    """A number of bytes as people say it."""
    return f"{count / 1024**2:.1f} MB" if count >= 1024**2 else f"{max(1, round(count / 1024))} KB"


def _is_asked(asked: Asked, issue: Issued) -> bool:
    return (
        (not asked.week or issue.week == asked.week)
        and (not asked.edition or kind_of(issue) == asked.edition)
        and (not asked.format or any(file.format == asked.format for file in issue.files))
    )


def _order(issue: Issued) -> tuple[float, int, int, int, str]:
    """Weeks from the newest; then city, districts in their official order, scenes; corrections above the corrected."""
    places = [place.display_code for place in children(CITY)]
    place = places.index(issue.area) if issue.area in places else -1
    scene = THEMES.index(issue.scene) if issue.scene in THEMES else -1
    newest = "".join(chr(0x10FFFF - ord(letter)) for letter in issue.number)
    return (-issue.until.toordinal(), list(EDITIONS).index(kind_of(issue)), place, scene, newest)


def _week(week: str) -> str:
    return f"{week[:4]}年第{int(week[-2:])}周"


def _week_panel(asked: Asked, week: str, issues: Sequence[Issued]) -> Component:
    first = issues[0]
    said = f"{wording.span(first.since, first.until)} · 第 {first.issue} 期，总第 {first.total} 期"
    rows = [_row(asked, each) for each in issues]
    head = ("版", "编号", "文件", "与上周", "签发", "快照", "SHA-256")
    table = html.Table(
        [html.Thead(html.Tr([html.Th(each, scope="col") for each in head])), html.Tbody(rows)], className="grid issues"
    )
    drawn = panel(_week(week), html.Div(table, className="briefing-week"), unit=said)
    return marked(drawn, data_panel=f"week-{week}")


def _row(asked: Asked, issue: Issued) -> html.Tr:
    after = corrected_by(issue, asked.every)
    marks = []
    if issue.corrects:
        marks.append(html.Span(f"更正 {issue.corrects}", className="briefing-mark", title=issue.note))
    if after:
        marks.append(html.Span(f"已由 {after.number} 更正", className="briefing-mark"))
    before = week_before(issue, asked.every)
    moved = wording.UNKNOWN if before is None else f"{len(changes(issue, before))} 项变化"
    first = issue.files[0]
    cells: list[tuple[str, object]] = [
        ("版", [dcc.Link(html.B(name(issue)), href=asked.link(open=issue.number)), *marks]),
        ("编号", html.Code(issue.number)),
        ("文件", files(issue, asked.format)),
        ("与上周", dcc.Link(moved, href=asked.link(open=issue.number)) if before else moved),
        ("签发", f"{issue.signer} {issue.issued_at:%m-%d %H:%M}"),
        ("快照", html.Code(issue.snapshot)),
        ("SHA-256", html.Code(f"{first.sha256[:12]}…", title=f"{first.name}：{first.sha256}")),
    ]
    row = html.Tr(
        [marked(html.Td(cell), data_label=label) for label, cell in cells], className="is-past" if after else ""
    )
    return marked(row, data_number=issue.number)
