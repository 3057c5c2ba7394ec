"""The same page made with Panel and Bokeh, as a competent user would: cached queries, sources updated in one batch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb
import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper
from bokeh.palettes import Blues256, Viridis256
from bokeh.plotting import figure

from bench import extract, floor

DAYS = 7
CITY = floor.CITY
pn.extension("tabulator")


@pn.cache
def connection() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 2})
    con.execute(f"create table cases as select * from '{os.environ['BENCH_CASES']}' order by county, filed_at")
    return con


@pn.cache
def page(county: str, epoch: str) -> dict[str, Any]:
    return floor.data(connection().cursor(), DAYS, None if county == CITY else county)


def data(county: str) -> tuple[list[float], dict[str, dict[str, list[Any]]], list[Any]]:
    found = page(county, Path(os.environ["BENCH_EPOCH"]).read_text())
    sums = dict.fromkeys(extract.NAMES, 0)
    for _, name, count in found["category_county"]:
        sums[name] += count
    rings = floor.shapes()
    named = {
        "county": {
            "xs": [[x for x, _ in rings[name]] for name in sums],
            "ys": [[y for _, y in rings[name]] for name in sums],
            "n": list(sums.values()),
        },
        "trend": _columns(found["trend"], "d", "n"),
        "category": _columns(found["category"], "category", "n"),
        "cross": _columns(found["category_county"], "category", "county", "n"),
        "hours": _columns([(str(a), str(b), n) for a, b, n in found["hour_week"]], "dow", "hod", "n"),
        "points": _columns(found["points"], "lon", "lat"),
    }
    return found["kpi"], named, found["top_grids"]


def _columns(rows: list[Any], *names: str) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def card(value: float, county: str) -> str:
    return f'<div class="kpi" data-county="{county}" style="font-size:26px">{value:,.0f}</div>'


def table(rows: list[Any]) -> Any:
    import pandas as pd

    return pd.DataFrame(rows, columns=["grid", "n", "open"])


kpi, first, grids = data(CITY)
source = {name: ColumnDataSource(columns) for name, columns in first.items()}
wide: dict[str, Any] = {"height": 400, "sizing_mode": "stretch_width", "toolbar_location": None}
shade = {
    name: LinearColorMapper(palette=palette, low=0, high=max(first[name]["n"]))
    for name, palette in (("county", Blues256[::-1]), ("cross", Viridis256), ("hours", Viridis256))
}
days = first["trend"]["d"]
place = figure(title="区县分布", match_aspect=True, **wide)
place.patches("xs", "ys", source=source["county"], fill_color={"field": "n", "transform": shade["county"]})
trend = figure(title="每日趋势", x_range=days, **wide)
trend.line("d", "n", source=source["trend"])
kinds = figure(title="类别", y_range=extract.CATEGORIES, **wide)
kinds.hbar(y="category", right="n", height=0.8, source=source["category"])
cross = figure(title="类别×区县", x_range=extract.NAMES, y_range=extract.CATEGORIES, **wide)
cross.rect("county", "category", 1, 1, source=source["cross"], fill_color={"field": "n", "transform": shade["cross"]})
hours = figure(title="时段", x_range=[str(h) for h in range(24)], y_range=[str(d) for d in range(1, 8)], **wide)
hours.rect("hod", "dow", 1, 1, source=source["hours"], fill_color={"field": "n", "transform": shade["hours"]})
points = figure(title="最近 5000 件", match_aspect=True, output_backend="webgl", **wide)
points.scatter("lon", "lat", source=source["points"], size=4, alpha=0.6)
cards = [pn.pane.HTML(card(value, CITY)) for value in kpi]
listed = pn.widgets.Tabulator(table(grids), height=400, show_index=False, disabled=True)
chosen = pn.widgets.RadioButtonGroup(options=[CITY, *extract.NAMES], value=CITY)


@pn.io.hold()
def update(event: Any) -> None:
    values, columns, rows = data(event.new)
    for pane, value in zip(cards, values, strict=True):
        pane.object = card(value, event.new)
    for name, mapper in shade.items():
        mapper.high = max(columns[name]["n"])
    for name, found in columns.items():
        source[name].data = found
    listed.value = table(rows)


chosen.param.watch(update, "value")
pn.Column(
    chosen,
    pn.Row(*cards),
    pn.Row(*[pn.pane.Bokeh(each) for each in (place, trend, kinds, cross)]),
    pn.Row(pn.pane.Bokeh(hours), pn.pane.Bokeh(points), listed),
    sizing_mode="stretch_width",
).servable()
