"""The only place that puts a city's own layer files on the map: read once, converted, and known by a digest.

A file that cannot be used costs its own layer alone; the sentence that says why stands in the panel of layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from components import map_areas
from data.layers import LayerFile, city_layers
from data.settings import settings
from geo.boundaries import DECIMALS
from geo.vector import VectorError, read
from queries.scope import Scope

_SIDECARS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True, eq=False)
class CityLayer:
    """A layer of the city's folder: its objects as a frame like a question's, with `geometry`; else the `fault`."""

    declared: LayerFile
    frame: pd.DataFrame
    digest: str
    fault: str


def of_theme(theme: str) -> tuple[tuple[CityLayer, ...], tuple[str, ...]]:
    """The city's layers of a theme, and a sentence for each declaration that cannot be used, whatever its theme."""
    found, faults = city_layers(folder())
    return tuple(_read(each, _state(each)) for each in found if each.file and each.theme == theme), faults


def folder() -> Path:
    """Where a city drops its layers."""
    return settings().layers_folder or settings().store / "layers"


def standing() -> tuple[tuple[str, int], ...]:
    """Names and times of all that lies in the folder: another map is drawn when one of these changes."""
    top = folder()
    found = []
    for each in sorted(top.iterdir()) if top.is_dir() else ():
        try:
            found.append((each.name, each.stat().st_mtime_ns))
        except OSError:  # taken away while we looked
            continue
    return tuple(found)


def inside(layer: CityLayer, scope: Scope) -> pd.DataFrame:
    """The objects that touch the scope's area; all of them for the city and for an area without a border."""
    area = map_areas.own(scope)
    if area is None or layer.frame.empty:
        return layer.frame
    found: pd.DataFrame = layer.frame[shapely.intersects(layer.frame["geometry"].to_numpy(), area.geometry)]
    return found


def shapes(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The geometries as GeoJSON."""
    rounded = shapely.transform(frame["geometry"].to_numpy(), lambda xy: np.round(xy, DECIMALS))
    return [shapely.geometry.mapping(each) for each in rounded]


def _state(layer: LayerFile) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of the layer's files: they are read anew only when one of these changes."""
    file = layer.file
    if file is None:
        return ()
    files = [file] if file.suffix.lower() != ".shp" else [file.with_suffix(each) for each in _SIDECARS]
    return tuple((each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in files if each.exists())


@lru_cache(maxsize=64)
def _cached(layer_id: str, file: Path, crs: str, kind: str, columns: tuple[str, ...], state: object) -> Any:
    try:
        return read(file, crs=crs, kind=kind, columns=columns)
    except VectorError as error:
        return str(error)


def _read(layer: LayerFile, state: tuple[tuple[str, int, int], ...]) -> CityLayer:
    assert layer.file is not None
    wanted = tuple(dict.fromkeys(name for name in (layer.key, layer.name, *layer.columns) if name))
    found = _cached(layer.id, layer.file, layer.crs, layer.kind, wanted, state)
    if isinstance(found, str):
        return CityLayer(layer, pd.DataFrame(), "", found)
    middle = shapely.point_on_surface(found.geometry)
    frame = pd.DataFrame(found.columns, dtype=object)
    number = pd.Series(range(1, len(middle) + 1), dtype=object)
    frame = frame.assign(
        object_id=(frame[layer.key] if layer.key else number).astype(str),
        object_name=frame[layer.name] if layer.name else number.map(lambda each: f"{layer.title} {each}"),
        object_kind="", object_state="ok", place_code=None,
        lon=shapely.get_x(middle), lat=shapely.get_y(middle), geometry=found.geometry,
    )  # fmt: skip
    return CityLayer(layer, frame, sha256(repr((state, layer)).encode()).hexdigest()[:16], "")
