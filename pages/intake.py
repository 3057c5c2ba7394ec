"""数据入库：每周一怎样把各单位的文件装进来，退回错的，催没到的。"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import flask
from dash import Input, Output, callback, dcc, html, register_page
from dash.development.base_component import Component

from components import intake_address as address
from components import intake_checked as checked
from components import intake_desk as desk
from components import shell
from components.intake_address import PATH, Asked
from components.intake_board import board
from components.intake_reminder import reminders, sheet
from components.intake_visit import head
from components.marks import marked
from components.panel import message
from components.shell import ids
from data.clock import now
from data.settings import settings
from ingest import Refused, clerk, template, visit
from metrics.arrivals import units
from queries.snapshot import NoSnapshot, current_id, snapshot

register_page(__name__, path=PATH, name="数据入库", order=21)
at = ids(__name__)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def layout(**_: str) -> html.Div:
    """The empty page. Dash also calls it once to validate callbacks, so it must not query."""
    page = shell.page("数据入库", html.Div(id=at("body")))
    page.children = [page.children, dcc.Store(id=at("pulse"))]  # assets/intake.js beats while a file is worked on
    return page


@callback(Output(at("body"), "children"), shell.SCOPE, Input(at("pulse"), "data"))
def show(search: str | None, beat: int | None) -> Component:
    asked = address.read(search, now())
    if asked.is_print:
        parts, look = reminders(asked, units(asked.snapshot, asked.now)), "intake-print"
    elif asked.visit and settings().intake:
        parts, look = _visit(asked), "intake-visit"
    else:
        parts, look = _desk(asked), "intake-desk"
    return marked(html.Div(parts, className=f"drawn {look}"), data_search=asked.search, data_beat=str(beat or 0))


def _desk(asked: Asked) -> list[Component]:
    parts: list[Component] = [desk.masthead(asked)]
    if not settings().intake:
        parts.append(desk.off())
    elif not _is_writable():
        parts.append(desk.read_only())
    else:
        if said := clerk.left_over():
            parts.append(desk.waiting(said))
        shipped = clerk.shipped(asked.table.table) if asked.table else []
        parts.append(desk.upload(asked, shipped, settings().intake_max_mb))
        parts.append(desk.history(asked, [_as_json(each) for each in visit.visits(12)], visit.journal(25)))
    parts.append(board(asked, units(asked.snapshot, asked.now), settings().intake))
    return [*parts, desk.footer(asked)]


def _visit(asked: Asked) -> list[Component]:
    try:
        found = _as_json(visit.read(asked.visit))
    except Refused as refused:
        return [message("没有这次入库", str(refused), PATH, asked.search)]
    parts: list[Component] = [desk.masthead(asked), head(asked, found)]
    if found["found"]:
        parts += [checked.recognised(found), checked.preview(found)]
    if found["result"].get("faults"):
        parts.append(checked.faults(found))
    return [*parts, desk.footer(asked)]


def _as_json(found: visit.Visit) -> dict[str, Any]:
    return {**asdict(found), "is_stuck": found.is_stuck}


def _is_writable() -> bool:
    try:
        return os.access(visit.home(), os.W_OK)
    except OSError:
        return False


# --- addresses of the page's own: files in, files out -----------------------------------------------------------------


def serve(server: flask.Flask) -> None:
    """Adds what the page sends to and downloads from; the shell calls it for every page that has one."""
    rules: tuple[tuple[str, Callable[..., flask.Response], str], ...] = (
        (f"{PATH}/files", _receive, "POST"),
        (f"{PATH}/visits/<visit_id>/<any(check, 'import', undo):action>", _act, "POST"),
        (f"{PATH}/visits/<visit_id>/returns.xlsx", _returns, "GET"),
        (f"{PATH}/visits/<visit_id>/mapping.toml", _mapping, "GET"),
        (f"{PATH}/templates/<table>.xlsx", _template, "GET"),
        (f"{PATH}/reminders.csv", _reminders, "GET"),
    )
    for rule, answer, method in rules:
        server.add_url_rule(rule, f"intake{answer.__name__}", answer, methods=[method])


def _guarded(answer: Callable[[], flask.Response]) -> flask.Response:
    """Loading is allowed, the request comes from a page of ours, and a refusal becomes a sentence."""
    if not settings().intake:
        return _said("本服务没有开启网页入库：请管理员用设置 COCKPIT_INTAKE=on 启动。", 403)
    if flask.request.method == "POST" and not _is_same_origin():
        return _said("请求不是从本系统的页面发出的，已拒绝：请在浏览器里打开 /intake 操作。", 403)
    try:
        return answer()
    except Refused as refused:
        status = {"unknown_visit": 404, "too_large": 413, "busy": 409, "wrong_state": 409}
        return _said(str(refused), status.get(refused.refusal.rule, 400))


def _is_same_origin() -> bool:
    """Browsers name the origin of every POST, and no page can forge it."""
    return urlsplit(flask.request.headers.get("Origin", "")).netloc == flask.request.host


def _said(sentence: str, status: int) -> flask.Response:
    return _json({"sentence": sentence}, status)


def _json(body: dict[str, Any], status: int = 200) -> flask.Response:
    text = json.dumps(body, ensure_ascii=False)
    return flask.Response(text, status, {"Cache-Control": "no-store"}, mimetype="application/json")


def _receive() -> flask.Response:
    def answer() -> flask.Response:
        asked = flask.request.args
        table, mapping = asked.get("table", ""), asked.get("mapping", "")
        if table not in address.importable():
            raise Refused("unknown_table", "table", "请先从列表里选一张表。")
        if mapping and mapping not in clerk.shipped(table):
            raise Refused("bad_mapping", "mapping", f"{table} 没有叫 {mapping[:40]} 的映射；请从列表里选。")
        limit = settings().intake_max_mb << 20
        if (flask.request.content_length or 0) > limit:
            raise visit.too_large(visit.safe_name(asked.get("file", "")))
        flask.request.max_content_length = limit + 1
        found = visit.receive(flask.request.stream, table, mapping, asked.get("file", ""), asked.get("who", ""))
        clerk.begin(found.id, "check", found.who)
        return _json({"visit": found.id}, 201)

    return _guarded(answer)


def _act(visit_id: str, action: str) -> flask.Response:
    def answer() -> flask.Response:
        clerk.begin(visit_id, action, flask.request.args.get("who", ""))
        return _json({"visit": visit_id}, 202)

    return _guarded(answer)


def _returns(visit_id: str) -> flask.Response:
    def answer() -> flask.Response:
        found = visit.read(visit_id)
        return _download(found.returns_file, _XLSX, f"退回_{Path(found.file).stem}.xlsx")

    return _guarded(answer)


def _mapping(visit_id: str) -> flask.Response:
    def answer() -> flask.Response:
        found = visit.read(visit_id)
        return _download(clerk.guessed(found), "text/plain; charset=utf-8", f"{found.table}.toml")

    return _guarded(answer)


def _download(path: Path, kind: str, name: str) -> flask.Response:
    if not path.exists():
        raise Refused("unknown_visit", name, f"没有 {name}：这份文件没有需要退回的内容，或已过保留期。")
    return flask.send_file(BytesIO(path.read_bytes()), kind, as_attachment=True, download_name=name, max_age=0)


def _template(table: str) -> flask.Response:
    if table not in address.importable():
        return _said(f"没有 {table[:60]} 这张可以导入的表。", 404)
    with TemporaryDirectory() as folder:
        form = Path(folder) / "template.xlsx"
        template(table, form)
        return _download(form, _XLSX, f"{address.importable()[table].name}.xlsx")


def _reminders() -> flask.Response:
    try:
        snap = snapshot(current_id())
    except NoSnapshot:
        snap = None
    headers = {"Content-Disposition": "attachment; filename=reminders.csv", "Cache-Control": "no-store"}
    return flask.Response(sheet(units(snap, now())), headers=headers, mimetype="text/csv")
