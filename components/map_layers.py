"""The only place that turns a declared layer into what a browser may see: points and cells by column, cards by id.

What leaves the server is what the layer's declaration lists, each value in words. Points travel by an address that
holds the snapshot, as columns of whole numbers; names go along while they are few, the rest waits for a click.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import pandas as pd

from components import city_layers, wording
from components.address import Address
from components.frames import Row, rows
from components.listing import cell
from components.object_link import href
from data import objects
from data.contract import THEMES, codes
from data.layers import LayerFile, layers
from queries.runner import run
from queries.scope import CITY, Scope
from queries.statement import question

POINTS = "/api/v1/points"
STATES = ("ok", "attention", "none")  # in hand, calls for attention, done or out of use
STEPS = 5
_ORIGIN = (118.0, 29.5)  # degrees; the city lies around it, so that offsets stay short
_UNIT = 1e-5  # degrees, about a metre
_NAMED = 3000  # up to so many objects, each one's name travels with it
_MOST = 3000  # of a layer whose question takes `$most`, so that a page does not grow with the city's cases
_ALL = 2**62
_MINUTE = pd.Timedelta(minutes=1)
_OPEN = -1  # in place of the end of what has not ended


class UnknownLayer(Exception):
    """No such layer, or no such object in it."""


def declared(theme: str) -> tuple[tuple[LayerFile, ...], tuple[str, ...]]:
    """The layers that the map of a theme offers, in the order of the panel, and why others of the city's do not."""
    own, faults = city_layers.of_theme(theme)
    unread = tuple(each.fault for each in own if each.fault)
    return (*layers(theme), *(each.declared for each in own if not each.fault)), (*faults, *unread)


def offered(asked: Address) -> list[dict[str, Any]]:
    """What the browser needs to know of each layer before it asks for one."""
    return [_offer(layer, asked) for layer in declared(asked.theme)[0]]


def find(layer_id: str) -> LayerFile:
    """The layer of that id; raises UnknownLayer."""
    for theme in THEMES:
        for layer in declared(theme)[0]:
            if layer.id == layer_id:
                return layer
    raise UnknownLayer(f"没有图层 {layer_id[:80]}：图层见 data/layers 和本市的图层文件夹")


def version(layer: LayerFile) -> str:
    """What changes with the content of a city's file; empty for a layer that the snapshot speaks for."""
    own = _own(layer)
    return own.digest if own else ""


def points(layer: LayerFile, scope: Scope) -> dict[str, Any]:
    """The layer's objects in the scope, a list per property; `unplaced` counts those without coordinates."""
    frame = _frame(layer, scope, _MOST)
    placed = frame.dropna(subset=["lon", "lat"])
    answer: dict[str, Any] = {
        "layer": layer.id,
        "snapshot": scope.snapshot,
        "origin": list(_ORIGIN),
        "unit": _UNIT,
        "count": len(placed),
        "unplaced": len(frame) - len(placed),
        "total": int(frame["total_count"].iloc[0]) if "total_count" in frame and len(frame) else len(frame),
        "id": placed["object_id"].astype(str).tolist(),
        "lon": _offsets(placed["lon"], _ORIGIN[0]),
        "lat": _offsets(placed["lat"], _ORIGIN[1]),
    }
    if layer.kind == "areas":
        answer["shapes"] = city_layers.shapes(placed)
    return answer | (_heat(placed) if layer.kind == "cells" else _events(layer, placed, scope))


def card(layer: LayerFile, object_id: str, scope: Scope) -> dict[str, Any]:
    """One object: its name, what the layer lets out of it, and its course. Raises UnknownLayer."""
    frame = _frame(layer, scope)
    found = rows(frame[frame["object_id"].astype(str) == object_id])
    if not found:
        raise UnknownLayer(f"图层 {layer.id} 在这个范围里没有 {object_id[:80]}：换一个统计期或区域")
    row = found[0]
    kind = objects.find(layer.id)
    return {
        "layer": layer.id,
        "title": layer.title,
        "id": object_id,
        "name": str(row.get("object_name") or object_id),
        "kind": _word(layer, row.get("object_kind")),
        "place": str(cell("place_code", row["place_code"])) if row.get("place_code") else layer.credit,
        "rows": [
            {"label": label, "value": str(cell(_column(name), row.get(name))), "is_copied": name in layer.copy}
            for name, label in layer.columns.items()
        ],
        "flow": _flow(layer, object_id, scope),
        "page": "" if kind is None else href(kind, object_id),
    }


def _own(layer: LayerFile) -> city_layers.CityLayer | None:
    own, _ = city_layers.of_theme(layer.theme) if layer.file else ((), ())
    return next((each for each in own if each.declared.id == layer.id), None)


def _frame(layer: LayerFile, scope: Scope, most: int = _ALL) -> pd.DataFrame:
    own = _own(layer)
    if own is not None:
        return city_layers.inside(own, scope)
    return run(layer.question, scope, **({"most": most} if "most" in question(layer.question).binds else {}))


def _offer(layer: LayerFile, asked: Address) -> dict[str, Any]:
    query = {"area": asked.area, "since": f"{asked.since}", "until": f"{asked.until}", "asof": asked.snapshot}
    if layer.file is not None:
        query["version"] = version(layer)
    return {
        "id": layer.id,
        "title": layer.title,
        "kind": layer.kind,
        "is_on": layer.is_on,
        "url": f"{POINTS}/{quote(layer.id)}",
        "query": "?" + urlencode(query),
        "card": "?" + urlencode(query | {"area": CITY}),  # a pinned card stays when the map goes elsewhere
    }


def _events(layer: LayerFile, frame: pd.DataFrame, scope: Scope) -> dict[str, Any]:
    kinds, index = np.unique(frame["object_kind"].fillna("").astype(str), return_inverse=True)
    state = frame["object_state"].map({name: number for number, name in enumerate(STATES)})
    answer: dict[str, Any] = {
        "kinds": [_word(layer, kind) for kind in kinds],
        "kind": index.tolist(),
        "state": state.fillna(0).astype(int).tolist(),
    }
    if "started_at" in frame:
        answer["start"] = _minutes(frame["started_at"], scope)
        answer["end"] = _minutes(frame["ended_at"], scope)
    if len(frame) <= _NAMED:
        answer["name"] = frame["object_name"].fillna("").astype(str).tolist()
    return answer


def _heat(frame: pd.DataFrame) -> dict[str, Any]:
    """Cells in classes of about as many different amounts each: 1 the most, so that few cells carry the most ink."""
    amount = frame["amount"].to_numpy(dtype=float)
    different, rank = np.unique(amount, return_inverse=True)
    place = STEPS - rank * STEPS // max(len(different), STEPS)
    classes = [
        {"place": int(each), "least": float(amount[place == each].min()), "most": float(amount[place == each].max()),
         "count": int((place == each).sum())}
        for each in np.unique(place)
    ]  # fmt: skip
    return {
        "amount": amount.tolist(),
        "place": place.tolist(),
        "area_ha": np.round(frame["area_ha"].to_numpy(dtype=float), 2).tolist(),
        "classes": classes,
    }


def _flow(layer: LayerFile, object_id: str, scope: Scope) -> list[dict[str, Any]]:
    if not layer.flow:
        return []
    return [_step(row) for row in rows(run(layer.flow, scope, id=object_id))]


def _step(row: Row) -> dict[str, Any]:
    until = row.get("handed_over_at")
    return {
        "step": str(cell("case_step", row.get("case_step"))),
        "unit": str(row.get("handling_unit") or wording.UNKNOWN),
        "since": str(cell("entered_at", row.get("entered_at"))),
        "until": str(cell("handed_over_at", until)) if until is not None else "",
        "action": str(cell("case_action", row.get("case_action"))),
        "is_overdue": bool(row.get("is_overdue")),
        "note": str(row.get("note") or ""),
    }


def _word(layer: LayerFile, kind: object) -> str:
    text = "" if kind is None else str(kind)
    return codes(layer.kind_codes).get(text, text) if layer.kind_codes else text


def _column(name: str) -> str:
    """The name by which a value is put in words; an id is shown as it is."""
    return "id" if name == "object_id" else name


def _offsets(degrees: pd.Series[Any], origin: float) -> list[int]:
    found: list[int] = np.round((degrees.to_numpy(dtype=float) - origin) / _UNIT).astype(int).tolist()
    return found


def _minutes(moments: pd.Series[Any], scope: Scope) -> list[int]:
    """Whole minutes after the period's first midnight; what began before it began at 0, what has no end has −1."""
    since = (pd.to_datetime(moments) - pd.Timestamp(scope.since)) / _MINUTE
    return since.clip(lower=0).fillna(_OPEN).astype(int).tolist()
