"""The only place that puts `data-` and `aria-` attributes on components: Dash takes them, its types do not."""

from __future__ import annotations

from typing import TypeVar

from dash.development.base_component import Component

C = TypeVar("C", bound=Component)


def marked(component: C, **marks: str) -> C:
    """The component with `data_metric="x"` as its attribute `data-metric`, `aria_label="y"` as `aria-label`."""
    for name, value in marks.items():
        setattr(component, name.replace("_", "-"), value)
    return component
