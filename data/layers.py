"""The only place that reads what layers the map offers: `data/layers/<theme>.toml`, and a city's own folder of layers.

A layer is declared, never programmed: a question of `queries/` or a file beside its declaration, what of each object
may leave the server (`columns`, in order, with labels), and which requirement it serves. A fault in our own files stops
the start; a fault in a city's file costs that layer alone, and the map says file, fault and remedy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.contract import THEMES

FOLDER = Path(__file__).resolve().parent / "layers"
KINDS = {"points": "点", "cells": "网格热力", "areas": "面"}
CRS = ("CGCS2000", "WGS-84", "GCJ-02", "BD-09")
FILES = (".geojson", ".json", ".gpkg", ".shp")
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KEYS = {"id", "title", "kind", "question", "file", "crs", "scene", "name", "key", "is_on", "requirements", "flow",
         "columns", "copy", "kind_codes", "credit"}  # fmt: skip


class LayerError(Exception):
    """A layer that cannot be used: file, fault and remedy."""


@dataclass(frozen=True)
class LayerFile:
    """One declared layer.

    `question` names the SQL file that lists its objects, `file` the city's file; one of them is set. `columns` maps
    what may be shown to labels; `copy` are those that people copy; `key` and `name` are the file's columns for the
    object's id and name; `flow` is the question for an object's course (bind `$id`).
    """

    id: str
    title: str
    theme: str
    kind: str
    columns: Mapping[str, str]
    question: str = ""
    file: Path | None = None
    crs: str = ""
    key: str = ""
    name: str = ""
    flow: str = ""
    copy: tuple[str, ...] = ()
    is_on: bool = False
    requirements: tuple[str, ...] = ()
    kind_codes: str = ""  # the code list of `object_kind`; empty where it is in words already
    credit: str = ""


@cache
def layers(theme: str) -> tuple[LayerFile, ...]:
    """The declared layers of a theme, in the order of the panel; raises LayerError."""
    path = FOLDER / f"{theme}.toml"
    return tuple(_layer(path, given, theme) for given in _tables(path)) if path.exists() else ()


def city_layers(folder: Path) -> tuple[tuple[LayerFile, ...], tuple[str, ...]]:
    """The layers of a city's folder, of all themes, and a sentence for each declaration that cannot be used."""
    found: list[LayerFile] = []
    faults = []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        try:
            for given in _tables(path):
                layer = _layer(path, given, str(given.get("scene", "")))
                if any(each.id == layer.id for each in (*found, *layers(layer.theme))):
                    raise LayerError(f"{path.name}：图层 {layer.id} 已经有了；请换一个 id")
                found.append(layer)
        except LayerError as error:
            faults.append(str(error))
    return tuple(found), tuple(faults)


def _tables(path: Path) -> list[dict[str, Any]]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LayerError(f"{path.name}：读不出来（{type(error).__name__}）；请存为 UTF-8 文本") from error
    except tomllib.TOMLDecodeError as error:
        raise LayerError(f"{path.name}：不是 TOML（{error}）；请改正这一行") from error
    tables = given.get("layer")
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise LayerError(f"{path.name}：没有图层；每个图层以 [[layer]] 开头")
    return tables


def _layer(path: Path, given: Mapping[str, Any], theme: str) -> LayerFile:
    name = str(given.get("id", ""))
    where = f"{path.name} 图层 {name[:64] or '（没有 id）'}"
    if not _ID.fullmatch(name):
        raise LayerError(f"{where}：id 要用小写字母、数字和下划线，例如 city_toilet")
    if unknown := sorted(given.keys() - _KEYS):
        raise LayerError(f"{where}：不认识 {'、'.join(unknown)}；可用 {'、'.join(sorted(_KEYS))}")
    if theme not in THEMES:
        raise LayerError(f"{where}：scene = {theme!r} 不是场景；可用 {'、'.join(THEMES)}")
    kind = given.get("kind", "points")
    if kind not in KINDS:
        raise LayerError(f"{where}：kind = {kind!r}；可用 {'、'.join(KINDS)}")
    columns = given.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(label, str) for label in columns.values()):
        raise LayerError(f'{where}：columns 要写成 列名 = "显示名"')
    if ("question" in given) == ("file" in given):
        raise LayerError(f"{where}：question（问题）与 file（文件）要写一个，且只写一个")
    words = {name: str(given.get(name, "")) for name in ("question", "key", "name", "flow", "kind_codes", "credit")}
    return LayerFile(
        id=name, title=str(given.get("title", name)), theme=theme, kind=kind, columns=columns,
        file=_file(path, given, where), crs=_crs(given, where), copy=tuple(given.get("copy", ())),
        is_on=given.get("is_on") is True, requirements=tuple(given.get("requirements", ())), **words,
    )  # fmt: skip


def _file(path: Path, given: Mapping[str, Any], where: str) -> Path | None:
    if "file" not in given:
        return None
    name = str(given["file"])
    if Path(name).name != name or Path(name).suffix.lower() not in FILES:
        raise LayerError(f"{where}：file = {name[:80]!r}；写同一文件夹里的文件名，格式 {'、'.join(FILES)}")
    file = path.parent / name
    if not file.is_file():
        raise LayerError(f"{where}：没有文件 {name}；请放进 {path.parent.name}/ 文件夹")
    return file


def _crs(given: Mapping[str, Any], where: str) -> str:
    crs = str(given.get("crs", ""))
    if "file" in given and crs not in CRS:
        raise LayerError(f"{where}：crs = {crs!r}；文件图层要写明坐标系：{'、'.join(CRS)}")
    return crs
