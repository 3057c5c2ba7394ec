"""The only place that estimates how much room words take on a slide, so that nothing runs over its edge.

A Chinese letter is as wide as it is high, a Latin one about half; PowerPoint and LibreOffice break a line a little
sooner than that, hence the slack.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

LINE = 1.28  # of the type size: what a line takes with its leading
SLACK = 1.04
POINTS = 72.0  # in an inch


def width(text: str, size: float) -> float:
    """Inches of a line of text at a type size in points."""
    ems = sum(1.0 if ord(letter) > 0x2E7F else 0.58 for letter in text)
    return ems * size * SLACK / POINTS


def lines(text: str, size: float, room: float) -> int:
    """Lines that a text takes in a room of so many inches."""
    return sum(max(1, math.ceil(width(part, size) / room)) for part in text.split("\n"))


def height(text: str, size: float, room: float) -> float:
    """Inches that a text is high."""
    return lines(text, size, room) * size * LINE / POINTS


def fitting(texts: Sequence[str], room: float, high: float, sizes: Sequence[float], gap: float = 0.0) -> float | None:
    """The largest of `sizes` at which the paragraphs fit, with `gap` of a line between them; None if none does."""
    for size in sizes:
        taken = sum(height(text, size, room) for text in texts) + gap * size * LINE / POINTS * max(0, len(texts) - 1)
        if taken <= high:
            return size
    return None
