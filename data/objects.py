"""The only place that reads what has a page of its own: `data/objects/<kind>.toml`. A new kind is one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.contract import contracts

FOLDER = Path(__file__).resolve().parent / "objects"
_KEYS = {"title", "table", "theme", "key", "name", "columns", "layers", "photos", "flow", "related"}
_ASKED = {"title", "question", "columns"}


class ObjectFileError(Exception):
    """A kind that cannot be used: file, fault and remedy."""


@dataclass(frozen=True)
class Asked:
    """What is asked about an object: a question that binds `$id`, and its columns with headings."""

    title: str
    question: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """A kind of object: where its facts stand, what it is called, its course, what belongs to it.

    `columns` are the columns of lists and `layers` the layers of the map that hold its ids; `photos` maps the columns
    of references to words.
    """

    id: str
    title: str
    table: str
    theme: str
    key: str
    name: str
    columns: tuple[str, ...]
    layers: tuple[str, ...]
    photos: Mapping[str, str]
    flow: Asked | None
    related: tuple[Asked, ...]


@cache
def kinds(folder: Path = FOLDER) -> dict[str, Kind]:
    """Every kind by its id, which is its file's name; raises ObjectFileError."""
    return {path.stem: _kind(path) for path in sorted(folder.glob("*.toml"))}


def find(name: str) -> Kind | None:
    """The kind of that id, of a layer or of a table; None when none has a page."""
    return next((each for each in kinds().values() if name in (each.id, each.table, *each.layers)), None)


@cache
def of_column(name: str) -> Kind | None:
    """The kind whose ids a column of a list holds; None where it holds none."""
    return next((each for each in kinds().values() if name in each.columns), None)


def _kind(path: Path) -> Kind:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ObjectFileError(f"{path.name}：不是 TOML（{error}）；请改正这一行") from error
    if unknown := sorted(given.keys() - _KEYS):
        raise ObjectFileError(f"{path.name}：不认识 {'、'.join(unknown)}；可用 {'、'.join(sorted(_KEYS))}")
    if lacking := [key for key in ("title", "table", "theme", "key", "name") if not given.get(key)]:
        raise ObjectFileError(f"{path.name}：没有写 {'、'.join(lacking)}；请补上")
    held = contracts().get(given["table"])
    if held is None:
        raise ObjectFileError(f"{path.name}：table = {given['table']} 没有合同；表名见 data/contracts")
    photos = dict(given.get("photos", {}))
    for column in (given["key"], given["name"], *photos):
        if column not in held.column_names:
            raise ObjectFileError(f"{path.name}：《{held.name}》没有列 {column}；请照合同改正")
    flow = given.get("flow")
    return Kind(
        id=path.stem, title=given["title"], table=given["table"], theme=given["theme"], key=given["key"],
        name=given["name"], columns=tuple(given.get("columns", ())), layers=tuple(given.get("layers", ())),
        photos=photos, flow=_asked(path, {"title": "流转", **flow}) if flow else None,
        related=tuple(_asked(path, each) for each in given.get("related", ())),
    )  # fmt: skip


def _asked(path: Path, given: Mapping[str, Any]) -> Asked:
    if given.keys() != _ASKED:
        raise ObjectFileError(f"{path.name}：flow 和 related 要写且只写 title、question、columns（flow 可不写 title）")
    return Asked(str(given["title"]), str(given["question"]), dict(given["columns"]))
