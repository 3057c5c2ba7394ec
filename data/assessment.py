"""The only place that reads the texts of rankings: `assessment.toml` (考核办法) and `peer_group.toml` (同类)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.divisions import CITY, children
from data.reference_csv import ReferenceFileError

FOLDER = Path(__file__).resolve().parent / "reference"


@dataclass(frozen=True)
class Item:
    """One item of the 考核办法: full marks from `full_at` on, none from `zero_at`; shares are 0–1."""

    id: str
    name: str
    weight: float
    full_at: float
    zero_at: float
    numerator: str
    denominator: str
    text: str


@dataclass(frozen=True)
class Assessment:
    """The 考核办法: what is counted, in which groups it is ranked, and what may be deducted besides."""

    edition: str
    basis: str
    fewest: int
    extra_cap: float
    view: str
    day: str
    where: str
    groups: Mapping[str, str]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Peers:
    """Which places are of one kind; `groups` gives the kinds their names."""

    basis: str
    groups: Mapping[str, str]
    places: Mapping[str, str]


@cache
def assessment(folder: Path = FOLDER) -> Assessment:
    """The 考核办法; raises ReferenceFileError naming file, key, fault and remedy."""
    path = folder / "assessment.toml"
    table = _toml(path)
    items = []
    for index, raw in enumerate(_take(path, table, "item", list), 1):
        where = f"第 {index} 个 item 的 "
        texts = {key: _take(path, raw, key, str, where) for key in ("id", "name", "numerator", "denominator", "text")}
        numbers = {key: float(_take(path, raw, key, (int, float), where)) for key in ("weight", "full_at", "zero_at")}
        if numbers["weight"] <= 0:
            raise _fault(path, f"{where}weight", f"{numbers['weight']:g} 不大于 0", "请写这一项的满分")
        if numbers["full_at"] == numbers["zero_at"]:
            raise _fault(path, f"{where}zero_at", "与 full_at 相同", "低者为好时 full_at 要小于 zero_at")
        _done(path, raw, where)
        items.append(Item(**texts, **numbers))  # type: ignore[arg-type]
    total = sum(each.weight for each in items)
    if abs(total - 100) > 1e-9:
        raise _fault(path, "item.weight", f"各项权重合计 {total:g}", "请调到 100")
    made = Assessment(
        edition=_take(path, table, "edition", str),
        basis=_take(path, table, "basis", str),
        fewest=_take(path, table, "fewest", int),
        extra_cap=float(_take(path, table, "extra_cap", (int, float))),
        view=_take(path, table, "view", str),
        day=_take(path, table, "day", str),
        where=_take(path, table, "where", str),
        groups=_take(path, table, "group", dict),
        items=tuple(items),
    )
    _done(path, table, "")
    return made


@cache
def peers(folder: Path = FOLDER) -> Peers:
    """Which districts are of one kind; raises ReferenceFileError."""
    path = folder / "peer_group.toml"
    table = _toml(path)
    found = Peers(
        _take(path, table, "basis", str), _take(path, table, "group", dict), _take(path, table, "place", dict)
    )
    for place, group in found.places.items():
        if group not in found.groups:
            raise _fault(path, f"place.{place}", f"没有分组 {group}", f"请用 {'、'.join(found.groups)}")
    _done(path, table, "")
    for place in found.places:
        if place not in {each.place_code for each in children(CITY)}:
            raise _fault(path, f"place.{place}", "不是本市的区县", "请用统计局代码，如 341002")
    return found


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReferenceFileError(f"{path}：文件不存在；请从发布包恢复它") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReferenceFileError(f"{path}：不是 TOML 文件：{error}；请改正那一行") from error


def _take(path: Path, table: dict[str, Any], key: str, kind: Any, where: str = "") -> Any:
    value = table.pop(key, None)
    if not isinstance(value, kind) or isinstance(value, bool) or value in ("", [], {}):
        raise _fault(path, f"{where}{key}", "没有写或类型不对", "请照文件里的注释填写")
    return value


def _done(path: Path, table: Mapping[str, Any], where: str) -> None:
    for key in table:
        raise _fault(path, f"{where}{key}", "没有这一项", "请删去或改正名称")


def _fault(path: Path, key: str, fault: str, remedy: str) -> ReferenceFileError:
    return ReferenceFileError(f"{path}：{key}：{fault}；{remedy}")
