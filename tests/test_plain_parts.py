"""The parts of a page that Dash need not know travel as one value and are the same elements in the browser."""

from __future__ import annotations

import json

from dash import dcc, html

from components.marks import marked
from components.plain import settle
from tests.drawn import whole


def test_a_part_without_ids_becomes_one_component_with_its_elements_inside() -> None:
    row = html.Tr([html.Td("甲", colSpan=2, className="is-worse"), html.Td(dcc.Link("3", href="/n/x", title="来源"))])
    drawn = settle(marked(html.Section(html.Table(html.Tbody(row))), data_panel="list"))
    assert drawn.children is None
    assert json.loads(getattr(drawn, "data-tree")) == [
        ["table", {}, [["tbody", {}, [["tr", {}, [
            ["td", {"colspan": "2", "class": "is-worse"}, ["甲"]],
            ["td", {}, [["a", {"data-way": "", "href": "/n/x", "title": "来源"}, ["3"]]]],
        ]]]]]]
    ]  # fmt: skip
    assert getattr(drawn, "data-panel") == "list"


def test_what_a_callback_may_know_stays_with_dash_and_only_what_is_beside_it_is_taken() -> None:
    figure = dcc.Graph(figure={})
    head, body = html.Header([html.H2("题"), html.Span("件")]), html.Div([figure, html.Button("停", id="stop")])
    drawn = settle(html.Section([head, body]))
    assert drawn.children == [head, body]
    assert body.children[0] is figure and body.children[1].id == "stop"
    assert head.children is None and json.loads(getattr(head, "data-tree"))[0] == ["h2", {}, ["题"]]


def test_text_alone_and_links_are_left_as_they_are() -> None:
    link, line = dcc.Link(html.B("去"), href="/"), html.P("一句话")
    settle(html.Div([html.Div(id="a"), link, line]))
    assert link.children is not None and line.children == "一句话"


def test_attributes_are_written_as_react_would() -> None:
    mask = html.I(style={"WebkitMaskImage": "url(x)", "top": "9.4%"}, key="k")
    box = marked(html.Div([html.Details(mask, open=True), html.Div(html.B(3), hidden=False)]), aria_hidden="true")
    (details, plain) = json.loads(getattr(settle(box), "data-tree"))
    assert details == ["details", {"open": ""}, [["i", {"style": "-webkit-mask-image:url(x);top:9.4%", "": "k"}, []]]]
    assert plain == ["div", {}, [["b", {}, ["3"]]]]


def test_tests_that_look_into_an_answer_see_the_components_again() -> None:
    drawn = settle(html.Section([html.H2("题", className="head"), html.P([html.B("1"), "件"])]))
    again = whole(json.loads(json.dumps(drawn.to_plotly_json()["props"])))
    assert again["children"][0] == {"type": "H2", "props": {"className": "head", "children": "题"}}
    assert again["children"][1]["props"]["children"][1] == "件"
