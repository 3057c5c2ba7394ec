"""The only place that reads `data/reference/briefing`: what the weekly briefing says of itself, and what it prints.

`head.toml` has the words of the red-head block and the imprint; one file per scene names its numbers, map, figures and
lists. Changing what is printed is changing text; whether metrics and questions exist is checked by a test.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from data.contract import THEMES
from data.reference_csv import ReferenceFileError

FOLDER = Path(__file__).resolve().parent / "reference" / "briefing"
Made = TypeVar("Made")
DRAWN = ("course", "parts", "weeks")
_WEEK = re.compile(r"\d{4}-W\d\d")


@dataclass(frozen=True)
class HeadText:
    """The words of the red-head block; `{city}`, `{area}` and `{scene}` are filled in."""

    name: str
    district_name: str
    scene_name: str
    title: str
    scene_title: str
    office: str
    classification: str
    receivers: str
    copies: str
    first_week: str
    numbers: int


@dataclass(frozen=True)
class FigureText:
    """A figure: `course` (day by day), `weeks` (the last eight periods) or `parts` (split by the dimension `by`)."""

    draw: str
    metric: str
    by: str = ""


@dataclass(frozen=True)
class ListText:
    """A list: the first `shown` rows of a question, its columns with their headings.

    `codes` names the code list of a column that is not called after it; `words` gives words for values of its own.
    """

    name: str
    title: str
    question: str
    table: str
    requirements: str
    empty: str
    columns: Mapping[str, str]
    note: str = ""
    shown: int = 6
    codes: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SceneText:
    """What is printed of a scene."""

    numbers: tuple[str, ...]
    map: str
    figures: tuple[FigureText, ...]
    lists: tuple[ListText, ...]


@cache
def head(folder: Path = FOLDER) -> HeadText:
    """The words of the red-head block; raises ReferenceFileError."""
    path = folder / "head.toml"
    found = _made(HeadText, _table(path), path, "")
    if not _WEEK.fullmatch(found.first_week):
        raise ReferenceFileError(f"{path}：first_week={found.first_week!r} 不是周；写成 2023-W01")
    return found


@cache
def scene(theme: str, folder: Path = FOLDER) -> SceneText:
    """What is printed of a scene; raises ReferenceFileError."""
    path = folder / f"{theme}.toml"
    table = _table(path)
    figures = tuple(_made(FigureText, each, path, "[[figures]]") for each in table.pop("figures", []))
    for each in figures:
        if each.draw not in DRAWN or (each.draw == "parts") != bool(each.by):
            raise ReferenceFileError(
                f"{path}：[[figures]] draw={each.draw!r}、by={each.by!r}；draw 可用 {'、'.join(DRAWN)}，by 只随 parts"
            )
    lists = tuple(_made(ListText, each, path, "[[lists]]") for each in table.pop("lists", []))
    return _made(SceneText, {**table, "figures": figures, "lists": lists}, path, "")


def scenes(folder: Path = FOLDER) -> Mapping[str, SceneText]:
    """Every scene's text in the order of the scenes; raises ReferenceFileError."""
    return {theme: scene(theme, folder) for theme in THEMES}


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReferenceFileError(f"{path}：打不开（{error.strerror}）；从版本库恢复这个文件") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReferenceFileError(f"{path}：不是 TOML（{error}）；按提示的行改正") from error


def _made(kind: Callable[..., Made], table: Mapping[str, Any], path: Path, where: str) -> Made:
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    try:
        return kind(**given)
    except TypeError as error:
        raise ReferenceFileError(f"{path}：{where} 多了或少了一项（{error}）；对照别的场景改正") from error
