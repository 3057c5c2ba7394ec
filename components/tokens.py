"""The only place that reads `assets/tokens.json`, where every colour is written once.

The browser gets them as CSS variables (`assets/00-tokens.css`, written by `python -m components.tokens`); a figure
names a colour as `var(--series-1)` and is painted in the browser by `assets/paint.js`, on paper by `paint`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).resolve().parent.parent / "assets"
STYLESHEET = ASSETS / "00-tokens.css"
_VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")


@cache
def tokens(theme: str) -> Mapping[str, str]:
    """Colour by token name in `light` or `dark`; raises KeyError for another theme."""
    body: dict[str, dict[str, str]] = json.loads((ASSETS / "tokens.json").read_text(encoding="utf-8"))
    return body[theme] | body["air"]


def paint(figure: Any, theme: str) -> Any:
    """The figure with every `var(--token)` replaced by the theme's colour; raises KeyError for an unknown token."""
    if isinstance(figure, str):
        return _VARIABLE.sub(lambda found: tokens(theme)[found[1]], figure)
    if isinstance(figure, Mapping):
        return {key: paint(value, theme) for key, value in figure.items()}
    if isinstance(figure, (list, tuple)):
        return [paint(value, theme) for value in figure]
    return figure


def stylesheet() -> str:
    """The CSS variables of both themes."""

    def block(selector: str, theme: str) -> str:
        lines = "\n".join(f"  --{name}: {colour};" for name, colour in tokens(theme).items())
        return f"{selector} {{\n  color-scheme: {theme};\n{lines}\n}}\n"

    head = "/* Written by `python -m components.tokens` from tokens.json: change the colours there. */\n"
    return head + block(":root", "light") + block(':root[data-theme="dark"]', "dark")


if __name__ == "__main__":
    STYLESHEET.write_text(stylesheet(), encoding="utf-8")
