"""Figures as plain dicts: pure functions of numbers, with one template. No figure has two units on its axes."""

from components.figures.bars import funnel, pyramid, ranking, target_bars
from components.figures.cells import calendar, matrix, small_multiples
from components.figures.printed import columns, worded_bars
from components.figures.template import TEMPLATE, Figure, chart, layout
from components.figures.trends import has_band, trend

__all__ = [
    "TEMPLATE",
    "Figure",
    "calendar",
    "chart",
    "columns",
    "funnel",
    "has_band",
    "layout",
    "matrix",
    "pyramid",
    "ranking",
    "small_multiples",
    "target_bars",
    "trend",
    "worded_bars",
]
