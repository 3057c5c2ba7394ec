"""The only place that says what the search knows: scenes, numbers, places, units and what the catalogue lists.

The index is text of this repository, not data: the browser gets it once, by an address that changes with its content.
"""

from __future__ import annotations

import hashlib
from functools import cache

import flask
import orjson
from dash import dcc, html

from components.marks import marked
from data.catalogue import scenes, systems
from data.contract import contracts
from data.divisions import breadcrumb, divisions
from metrics import metrics
from metrics.ownership import units

PATH = "/search"
Entry = tuple[str, str, str, str, str]  # kind, name, what stands beside it, other words to find it by, where it leads


def entries() -> list[Entry]:
    """Everything there is to find, the most wanted kinds first. A target of `?…` changes the page one is on."""
    names = {scene.slug: scene.name for scene in scenes().values()}
    found: list[Entry] = [
        ("场景", each.name, each.theme_database, " ".join((each.slug, *each.aliases)), each.path)
        for each in scenes().values()
    ]
    found += [
        (
            "指标",
            each.name,
            f"{each.code} · {names[each.scene]}",
            f"{each.code} {each.id}",
            f"/{each.scene}?n={each.id}",
        )
        for each in metrics()
    ]
    found += [
        (
            "区域",
            place.name,
            " › ".join(above.name for above in breadcrumb(place.display_code)[:-1]),
            place.display_code,
            f"?area={place.display_code}",
        )
        for place in divisions()
        if place.level != "functional_area"  # the 管委会 report, but no page can be narrowed to them
    ]
    found += [("单位", name, "我的单位", "", f"/unit?unit={name}") for name in units()]
    found += [
        ("数据表", each.name, each.owner.unit, " ".join((each.table, *each.aliases)),
         f"/catalogue?kind=table&open={each.table}")
        for each in contracts().values()
    ]  # fmt: skip
    found += [
        ("系统", each.name, each.owner, " ".join((each.id, *each.aliases)), f"/catalogue?kind=system&open={each.id}")
        for each in systems().values()
    ]
    return found


@cache
def _index() -> tuple[bytes, str]:
    body = orjson.dumps(entries())
    return body, hashlib.sha256(body).hexdigest()[:16]


def serve(server: flask.Flask) -> None:
    """Adds the immutable address of the index to `server`."""
    server.add_url_rule(f"{PATH}/<digest>.json", "search_index", _answer)


def _answer(digest: str) -> flask.Response:
    body, current = _index()
    if digest != current:
        flask.abort(404)
    response = flask.Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def box() -> html.Div:
    """The dialog, closed; `assets/search.js` fills it from the index."""
    field = marked(
        dcc.Input(
            id="search-field", type="search", autoComplete="off", placeholder="场景、指标、查数码、地名、单位、数据表"
        ),
        aria_label="搜索场景、指标、查数码、地名、单位、数据表",
    )
    listed = marked(html.Ul(id="search-found", role="listbox"), aria_label="找到的")
    hint = html.P("↑ ↓ 选，回车打开；输入查数码（如 EN02）直接打开数字身份证", className="search-hint")
    card = marked(
        html.Div([field, listed, hint], className="search-card", role="dialog"),
        aria_label="搜索、查数码",
        aria_modal="true",
    )
    return marked(html.Div(card, id="search", className="search", hidden=True), data_index=f"{PATH}/{_index()[1]}.json")
