"""The only place that shows a table as a grid, and that brings the grid's script: there and nowhere else.

AG Grid weighs more than everything else on a first screen. Its Dash package is never imported, since an imported one is
sent with every page; its two files are served here and asked for by `assets/table.js` when a table is opened.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import flask
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from components import object_link, table_request, table_source, table_words
from components.address import Address
from components.marks import marked
from metrics.table import Field, Table
from queries.runner import QueryTimeout
from queries.scope import ScopeError
from queries.snapshot import NoSnapshot, SnapshotExpired

SUITE = "/_dash-component-suites/dash_ag_grid"
FILES = ("dash_ag_grid.min.js", "async-community.js")  # the community edition; the other one needs a licence
_REFUSED = (ScopeError, QueryTimeout, NoSnapshot, SnapshotExpired)
_WIDTHS = {"timestamp": 150, "date": 120, "integer": 110, "real": 120, "boolean": 90}
_FILTERS = {"integer": "agNumberColumnFilter", "real": "agNumberColumnFilter", "date": "agDateColumnFilter",
            "timestamp": "agDateColumnFilter"}  # fmt: skip
_OPTIONS = {
    "agNumberColumnFilter": ["equals", "notEqual", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual",
                             "inRange", "blank", "notBlank"],
    "agDateColumnFilter": ["equals", "lessThan", "greaterThan", "inRange", "blank", "notBlank"],
    "agTextColumnFilter": ["contains", "notContains", "equals", "notEqual", "startsWith", "endsWith", "blank",
                           "notBlank"],
}  # fmt: skip
_SAID = {
    "contains": "包含", "notContains": "不包含", "equals": "等于", "notEqual": "不等于", "startsWith": "开头是",
    "endsWith": "结尾是", "blank": "空白", "notBlank": "不空白", "lessThan": "小于", "lessThanOrEqual": "小于等于",
    "greaterThan": "大于", "greaterThanOrEqual": "大于等于", "inRange": "介于", "inRangeStart": "从",
    "inRangeEnd": "到", "before": "早于", "after": "晚于", "filterOoo": "筛选…",
    "applyFilter": "筛选", "resetFilter": "清除",
    "loadingOoo": "正在读取…", "noRowsToShow": "没有符合条件的行", "empty": "选一种", "ariaFilterColumn": "筛选这一列",
    "ariaFilterMenuOpen": "打开筛选", "ariaSortableColumn": "按回车排序", "ariaFilteringOperator": "比较方式",
    "ariaFilterValue": "筛选值", "ariaFilterFromValue": "从", "ariaFilterToValue": "到", "ariaColumn": "列",
    "dateFormatOoo": "年-月-日", "pinColumn": "固定列", "autosizeThisColumn": "列宽适应内容", "ariaRowSelect": "选中行",
}  # fmt: skip


def folder() -> Path:
    """Where the package lies, found without importing it."""
    found = find_spec("dash_ag_grid")
    assert found is not None and found.origin is not None  # it stands in requirements.txt
    return Path(found.origin).parent


@cache
def _address_of_script() -> str:
    return f"{SUITE}/{FILES[0]}?m={version('dash-ag-grid')}"


def serve(server: flask.Flask) -> None:
    """Adds the two files of the grid to `server`; anything else of the package is not there."""

    def answer(name: str) -> flask.Response:
        if name not in FILES:
            flask.abort(404)
        return flask.send_from_directory(folder(), name)

    server.add_url_rule(f"{SUITE}/<name>", "grid_script", answer)


def body(name: str, asked: Address, table: Table) -> Component:
    """The table's page: how many rows, the files, the grid's place and the foot line."""
    links = [
        marked(html.A(f"导出 {kind.upper()}", href=table_source.export(asked, name, kind), className="quiet"),
               data_export=kind, id=f"table-{kind}")
        for kind in ("csv", "xlsx")
    ]  # fmt: skip
    head = html.Header(
        [
            html.H2(table.title),
            html.Span(f"{table.grain}；点表头排序，在表头下一行筛选", className="unit"),
            html.Div([html.Span(id={"table-count": name}, className="table-count"), *links], className="panel-tools"),
        ],
        className="panel-head",
    )
    grid = html.Div(
        [
            dcc.Store(id={"table-store": name}, data=_props(name, table)),
            html.Div(id={"table-place": name}, className="table-place"),
        ],
        className="panel-body",
    )
    foot = html.Footer(table_words.foot(asked, table, table.total(()), False), className="panel-note", id="table-foot")
    return marked(html.Section([head, grid, foot], className="panel table-panel"), data_requirements="")


def _props(name: str, table: Table) -> dict[str, Any]:
    props = {
        "id": {"table": name},
        "rowModelType": "infinite",
        "columnDefs": [_column(each, name) for each in table.fields],
        "defaultColDef": {"resizable": True, "floatingFilter": True, "suppressHeaderMenuButton": True},
        "dashGridOptions": {
            "cacheBlockSize": table_request.PAGE, "maxBlocksInCache": 20, "rowBuffer": 0, "animateRows": False,
            "localeText": _SAID, "enableCellTextSelection": True, "ensureDomOrder": True, "multiSortKey": "ctrl",
        },
        "className": "table-grid",
        "style": {"height": "100%", "width": "100%"},
    }  # fmt: skip
    return {"script": _address_of_script(), "props": props}


def _column(field: Field, table: str) -> dict[str, Any]:
    is_open = field.pii == "none"
    kind = "agTextColumnFilter" if field.words or field.is_place else _FILTERS.get(field.type, "agTextColumnFilter")
    column: dict[str, Any] = {
        "field": field.name, "headerName": table_words.heading(field), "sortable": is_open,
        "headerTooltip": "个人信息，已遮盖，不能排序和筛选" if not is_open else field.name,
        "width": 210 if field.is_place else _WIDTHS.get(field.type, 150),
    }  # fmt: skip
    if is_open:
        params = {"filterOptions": _OPTIONS[kind], "maxNumConditions": 1, "buttons": ["reset"], "debounceMs": 500}
        column |= {"filter": kind, "filterParams": params}
    else:
        column |= {"floatingFilter": False}
    if field.type in ("integer", "real") and not field.words:
        column["type"] = "rightAligned"
    if is_open and (kind_of := object_link.kind_of(field.name, table)) is not None:
        column |= {"cellRenderer": "ObjectLink", "cellRendererParams": {"path": object_link.href(kind_of, "")}}
    return column


def wire(app: Dash) -> None:
    """Fit `app` with the grid's callbacks: its script first, then its rows, page by page."""

    app.clientside_callback(
        ClientsideFunction("cockpit", "open_table"),
        Output({"table-place": MATCH}, "children"), Input({"table-store": MATCH}, "data"),
    )  # fmt: skip

    @app.callback(
        Output({"table": MATCH}, "getRowsResponse"),
        Output({"table-count": MATCH}, "children"),
        Input({"table": MATCH}, "getRowsRequest"),
        State({"table": MATCH}, "id"),
        State("scope", "data"),
        prevent_initial_call=True,
    )
    def rows(given: dict[str, Any] | None, identity: dict[str, str], search: str | None) -> tuple[Any, Any]:
        try:
            _, table = table_source.table(identity["table"], search)
            asked, (start, count) = table_request.request(given or {}, table), table_request.window(given or {})
            found, total = table.page(asked.where, asked.sort, start, count)
        except _REFUSED as error:
            return {"rowData": [], "rowCount": 0}, marked(html.B(str(error), className="is-refused"), data_total="0")
        lines = [{each.name: table_words.cell(each, row[each.name]) for each in table.fields} for row in found]
        said = marked(html.B(f"共 {total:,} 行"), data_total=str(total))
        return {"rowData": lines, "rowCount": total}, said
