"""The only place that decides which parts of a page Dash need not know: those that no callback listens to or fills.

Dash wraps every component in React components of its own, thousands of them where a page has tables: most of what a
browser did for a page. A part without ids, figures and inputs therefore travels as one value, `data-tree`, on its
outermost component, and `assets/tree.js` makes its elements: the same ones, attribute for attribute.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
from dash.development.base_component import Component

Tree = str | list[Any]  # text, or [tag, attributes, trees inside]; a key stands among the attributes under ""
TREE = "data-tree"
WAY = "data-way"  # on a link that stays in the window
_ALIVE = None  # in place of a tree: Dash must know this part
_HTML, _DCC = "dash_html_components", "dash_core_components"
_CALLED = {"className": "class", "htmlFor": "for"}
_NOT_PLAIN = ("ObjectEl", "MapEl", "Iframe", "Script", "Form", "Input", "Textarea", "Select", "Option")
_HUMP = re.compile(r"([A-Z])")


def settle(drawn: Component) -> Component:
    """The component, with every plain part below it taken out of Dash's hands."""
    tree = _tree(drawn)
    if tree is not _ALIVE:
        _take(drawn, tree)
    return drawn


def _tree(node: object) -> Tree | None:
    """What Dash would make of the node; of one that Dash must know, the plain parts inside are taken."""
    if node is None or isinstance(node, bool):
        return ""
    if isinstance(node, str | int | float):
        return str(node)
    if not isinstance(node, Component):
        return _ALIVE
    inside = _inside(node)
    trees = [_tree(each) for each in inside]
    own = _own(node)
    if own is None or any(each is _ALIVE for each in trees):
        for child, tree in zip(inside, trees, strict=True):
            if tree is not _ALIVE:
                _take(child, tree)
        return _ALIVE
    return [*own, [each for each in trees if each != ""]]


def _take(node: object, tree: Tree | None) -> None:
    """Leaves the outermost component to Dash; one that holds but text, and a link, stays as it is."""
    if not isinstance(node, Component) or node._namespace != _HTML or not isinstance(tree, list):
        return
    if any(isinstance(each, list) for each in tree[2]):
        node.children = None
        setattr(node, TREE, orjson.dumps(tree[2]).decode())


def _inside(node: Component) -> Sequence[object]:
    children = getattr(node, "children", None)
    return children if isinstance(children, list | tuple) else [] if children is None else [children]


def _own(node: Component) -> list[Any] | None:
    """Tag and attributes of a plain element; None for what is none."""
    props = {name: value for name, value in node.to_plotly_json()["props"].items() if name != "children"}
    is_link = node._namespace == _DCC and node._type == "Link" and not props.keys() & {"refresh", "target"}
    if "id" in props or not (is_link or (node._namespace == _HTML and node._type not in _NOT_PLAIN)):
        return None
    attributes: dict[str, str] = {WAY: ""} if is_link else {}
    for name, value in props.items():
        if name == "style":
            if any(not isinstance(each, str) for each in value.values()):
                return None
            attributes["style"] = ";".join(f"{_dashed(each)}:{value[each]}" for each in value)
        elif name == "key":
            attributes[""] = str(value)
        elif isinstance(value, bool) and not name.startswith(("data-", "aria-")):
            if value:
                attributes[name.lower()] = ""
        elif isinstance(value, str | int | float):
            attributes[_CALLED.get(name, name.lower())] = str(value).lower() if isinstance(value, bool) else str(value)
        elif value is not None:
            return None
    return ["a" if is_link else node._type.lower(), attributes]


def _dashed(name: str) -> str:
    """`WebkitMaskImage` → `-webkit-mask-image`."""
    return _HUMP.sub(lambda hump: f"-{hump[1].lower()}", name)
