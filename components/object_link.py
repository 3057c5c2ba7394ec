"""The only place that leads from a list to the page of one object: by a column of ids, or by the title beside one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dash import dcc

from data import objects
from data.objects import Kind


def href(kind: Kind, object_id: str) -> str:
    """The address of an object's page."""
    return f"/object/{kind.id}/{quote(object_id, safe='')}"


def kind_of(column: str, table: str) -> Kind | None:
    """The kind whose ids stand in this column of a table: the key of its own table, or a column that holds its ids."""
    own = next((each for each in objects.kinds().values() if (each.table, each.key) == (table, column)), None)
    return own or objects.of_column(column)


def linked(column: str, row: Mapping[str, Any], body: Any) -> Any:
    """`body` as a link to the object that the column names in this row, or as it is; a filter's link stays one."""
    if isinstance(body, dcc.Link) or row[column] is None:
        return body
    kind = objects.of_column(column)
    if kind is not None:
        return dcc.Link(body, href=href(kind, str(row[column])), className="object-link")
    kind = next((each for each in objects.kinds().values() if each.name == column and row.get(each.key)), None)
    return body if kind is None else dcc.Link(body, href=href(kind, str(row[kind.key])), className="object-link")
