"""What a page answers with its plain parts where Dash would have them: the inverse of components.plain."""

from __future__ import annotations

import json
from typing import Any

TREE = "data-tree"


def whole(body: Any) -> Any:
    """The answer with every `data-tree` written out as components."""
    if isinstance(body, list):
        return [whole(each) for each in body]
    if not isinstance(body, dict):
        return body
    found = {name: whole(value) for name, value in body.items() if name != TREE}
    if TREE in body:
        found["children"] = _inside(json.loads(body[TREE]))
    return found


def _inside(trees: list[Any]) -> Any:
    parts = [_component(each) for each in trees]
    return parts[0] if len(parts) == 1 else parts


def _component(tree: Any) -> Any:
    if isinstance(tree, str):
        return tree
    tag, attributes, inside = tree
    props = {"className" if name == "class" else name or "key": value for name, value in attributes.items()}
    return {"type": tag.capitalize(), "props": props | {"children": _inside(inside) if inside else None}}
