"""The only place that offers the picture of a page (“导出图片”), and says which pictures there are and who draws them.

It is drawn by `briefing/shot.py` in a headless Chromium; where the machine has none, nothing is offered.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from dash import html

from components.address import Address
from components.marks import marked
from data.contract import THEMES

PATH = "/picture"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Format:
    """A picture that is offered: its CSS pixels, how many device pixels each has, and the edition it shows."""

    label: str
    view: str
    width: int
    height: int
    scale: int
    is_whole: bool = False  # as high as the page
    is_panel: bool = False  # one panel under the page's head and foot; asked for by the panel's own menu


FORMATS: Mapping[str, Format] = {
    "1080p": Format("大屏版 1920×1080", "wall", 1920, 1080, 1),
    "4k": Format("大屏版 3840×2160", "wall", 1920, 1080, 2),
    "page": Format("办公版 整页", "desk", 1920, 1080, 1, is_whole=True),
    "panel": Format("本块", "desk", 1200, 400, 2, is_whole=True, is_panel=True),
}


@cache
def chromium() -> str | None:
    """The machine's Chromium, or None."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def menu(asked: Address) -> html.Details | None:
    """The pictures of this page, each a download; None where none can be drawn."""
    if asked.theme not in THEMES or chromium() is None or "export" in asked.given:
        return None
    query = {key: value for key, value in asked.given.items() if key not in ("view", "n")}
    query["asof"] = asked.snapshot  # what is looked at now, even if another snapshot is published meanwhile
    entries = [
        html.Li(
            marked(
                html.A(
                    form.label,
                    href=f"{PATH}/{name}/{asked.theme}?{urlencode(query)}",
                    download=True,
                ),
                data_picture=name,
            )
        )
        for name, form in FORMATS.items()
        if not form.is_panel
    ]
    return html.Details([html.Summary("导出图片"), html.Ul(entries, className="menu")], className="picker picture")
