"""The chart library: one template, bars from zero, one unit, more ink for more, unknown is never drawn as zero."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from components import figures, tokens

MONDAY = date(2026, 11, 16)
EVIL = "<b onmouseover=alert(1)>x</b>"
FIGURES: dict[str, figures.Figure] = {
    "ranking": figures.ranking([("甲", 3.0), ("乙", None), (EVIL, 1.0)], unit="件"),
    "target_bars": figures.target_bars([("甲", 90.0, 95.0, False), ("乙", None, 80.0, None)]),
    "funnel": figures.funnel([("上报", 10.0), ("立案", 8.0), ("结案", 6.0)], unit="件"),
    "pyramid": figures.pyramid([("0–4", 5.0, 4.0), ("5–9", 6.0, 7.0)], left="男", right="女", unit="人"),
    "matrix": figures.matrix(["甲", "乙"], ["周一", "周二"], [[1, None], [0, 4]], unit="件"),
    "calendar": figures.calendar({MONDAY: 2.0}, since=MONDAY, until=MONDAY + timedelta(days=14), unit="件"),
    "small_multiples": figures.small_multiples([(f"地{n}", [1.0, 2.0]) for n in range(5)], since=MONDAY, unit="件"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_colour_is_a_token_of_both_themes_and_no_tag_comes_through(name: str) -> None:
    figure = FIGURES[name]
    layout = {key: value for key, value in figure["layout"].items() if key != "font"}
    for theme in ("light", "dark"):
        assert "var(" not in str(tokens.paint({"data": figure["data"], "layout": layout}, theme))
    assert not re.search(r"<(?!extra>|/extra>)", str(figure))
    assert figure["layout"]["paper_bgcolor"] == "var(--clear)" and figure["layout"]["showlegend"] is False


@pytest.mark.parametrize("name", FIGURES)
def test_no_figure_has_a_second_axis_over_the_first(name: str) -> None:
    assert "overlaying" not in str(FIGURES[name]["layout"])


@pytest.mark.parametrize("name", ["ranking", "target_bars", "funnel"])
def test_bars_start_at_zero(name: str) -> None:
    low, high = FIGURES[name]["layout"]["xaxis"]["range"]
    assert low == 0 and high > 0


def bars(name: str) -> Any:
    return FIGURES[name]["data"][0]


def test_an_unknown_bar_keeps_its_line_and_shows_a_dash() -> None:
    assert bars("ranking")["x"] == [3.0, None, 1.0] and bars("ranking")["text"] == ["3", "—", "1"]


def test_a_negative_bar_shows_left_of_zero() -> None:
    low, high = figures.ranking([("甲", -2.0), ("乙", 1.0)], unit="件")["layout"]["xaxis"]["range"]
    assert low < -2 and high > 1


def test_a_target_is_a_mark_at_its_own_value_and_what_is_not_met_is_inked() -> None:
    drawn, mark = FIGURES["target_bars"]["data"]
    assert mark["x"] == [95.0, 80.0]
    assert drawn["marker"]["color"] == ["var(--series-1)", "var(--series-quiet)"]  # unknown is not missed


def test_a_funnel_says_each_step_as_a_share_of_the_step_before() -> None:
    assert bars("funnel")["text"] == ["10", "8，为上一步的 80.0%", "6，为上一步的 75.0%"]
    assert figures.funnel([("甲", 0.0), ("乙", 0.0)], unit="件")["data"][0]["text"] == ["0", "0"]


def test_a_pyramid_has_one_scale_on_both_sides_and_no_negative_people() -> None:
    left, right = FIGURES["pyramid"]["data"]
    low, high = FIGURES["pyramid"]["layout"]["xaxis"]["range"]
    assert left["x"] == [-5.0, -6.0] and right["x"] == [4.0, 7.0] and low == -high
    assert left["customdata"] == [5.0, 6.0]
    assert FIGURES["pyramid"]["layout"]["xaxis"]["ticktext"] == ["4", "2", "0", "2", "4"]
    assert not any("-" in text for text in FIGURES["pyramid"]["layout"]["xaxis"]["ticktext"])


def test_a_matrix_has_more_ink_for_more_and_none_for_unknown() -> None:
    heat = bars("matrix")
    assert heat["z"] == [[1, None], [0, 4]] and (heat["zmin"], heat["zmax"]) == (0, 4)
    assert heat["colorscale"][0] == [0.0, "var(--map-5)"] and heat["colorscale"][-1] == [1.0, "var(--map-1)"]


def test_a_calendar_has_a_column_per_week_from_monday_and_leaves_days_without_a_number_empty() -> None:
    heat = bars("calendar")
    assert heat["x"] == ["2026-11-16", "2026-11-23"] and len(heat["z"]) == 7
    assert heat["z"][0] == [2.0, None] and heat["customdata"][1] == ["11月17日", "11月24日"]
    wednesday = figures.calendar({}, since=date(2026, 11, 18), until=date(2026, 11, 19), unit="件")["data"][0]
    assert wednesday["x"] == ["2026-11-16"]


def test_small_multiples_share_one_scale_from_zero() -> None:
    layout = FIGURES["small_multiples"]["layout"]
    ranges = [layout[key]["range"] for key in layout if key.startswith("yaxis")]
    assert len(ranges) == 5 and len({tuple(each) for each in ranges}) == 1 and ranges[0][0] == 0
    boxes = [(*layout[f"xaxis{n}"]["domain"], *layout[f"yaxis{n}"]["domain"]) for n in ("", "2", "3", "4", "5")]
    assert len(set(boxes)) == 5 and all(0 <= part <= 1 for box in boxes for part in box)


def test_a_trend_shows_what_is_usual_behind_and_names_what_happened() -> None:
    empty = pd.DataFrame(columns=["name", "day_date", "value"])
    figure = figures.trend(
        empty, [(MONDAY, 4.0)], main_name="本年", unit="件", decimals=0, span=(MONDAY, MONDAY + timedelta(days=7)),
        band=[(MONDAY, 1.0, 6.0)], events=[(date(2026, 11, 18), "暴雨")],
    )  # fmt: skip
    low, high, own = figure["data"]
    assert (low["y"][0], high["y"][0], own["y"][0]) == (1.0, 6.0, 4.0) and high["fill"] == "tonexty"
    assert high["y"][1] is None
    assert figure["layout"]["margin"]["r"] < 48, "two letters at the line's end need no more"
    assert [each["x0"] for each in figure["layout"]["shapes"]] == ["2026-11-18"]
    assert "暴雨" in [each["text"] for each in figure["layout"]["annotations"]]
