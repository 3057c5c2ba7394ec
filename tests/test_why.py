"""A change taken apart adds up to the change, whatever the number and whatever its dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import api
from metrics import metrics, read
from metrics.why import _ratio_cells, _sum_cells, why
from metrics.why_words import sentence
from queries.scope import Scope
from queries.snapshot import current_id
from tests import tiny


@pytest.fixture(scope="module", autouse=True)
def store(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield


@pytest.fixture
def week() -> Scope:
    return Scope("341000", date(2026, 11, 16), date(2026, 11, 23), current_id())


@pytest.mark.parametrize("against", ["previous", "last_year"])
def test_every_sum_and_ratio_adds_up_to_its_change(against: str, week: Scope) -> None:
    taken_apart = 0
    for each in metrics():
        found = why(each.id, week, against)
        assert "相加不等于" not in found.absent, each.id
        if found.absent:
            assert found.cells == ()
            continue
        then, now = found.before.value, found.now.value
        assert then is not None and now is not None
        assert sum(cell.effect for cell in found.cells) == pytest.approx(now - then, abs=1e-7), each.id
        for count in range(len(found.dimensions) + 1):
            assert sum(cell.effect for cell in found.by(count)) == pytest.approx(now - then, abs=1e-7), each.id
        assert sum(cell.now for cell in found.cells) == pytest.approx(now), each.id
        taken_apart += 1
    assert taken_apart > 150


def test_what_cannot_be_taken_apart_says_why(week: Scope) -> None:
    for each in metrics():
        if each.kind not in ("sum", "ratio") or each.suppress_below:
            assert why(each.id, week).absent
            assert sentence(why(each.id, week)).startswith("不能拆分：")
    assert "此筛选不适用" in why("street_light_rate", replace(week, filters=(("channel", "app"),))).absent


def test_a_sum_changes_by_the_differences_of_its_cells() -> None:
    cells = _sum_cells({("a",): (10, 0), ("b",): (5, 0)}, {("a",): (4, 0), ("c",): (3, 0)})
    assert cells == {("a",): (10, 4, -6, 0), ("b",): (5, 0, -5, 0), ("c",): (0, 3, 3, 0)}


def test_a_ratio_changes_by_rate_and_weight_counted_by_hand() -> None:
    # then: a 80/100, b 10/100: 45 %.  now: a 160/200, b 15/50: 70 %.  a kept its rate and grew, b got better.
    cells = _ratio_cells({("a",): (80, 100), ("b",): (10, 100)}, {("a",): (160, 200), ("b",): (15, 50)})
    middle = (0.45 + 0.70) / 2
    rate_a, mix_a = cells[("a",)][2:]
    rate_b, mix_b = cells[("b",)][2:]
    assert rate_a == pytest.approx(0.0)  # 0.8 then, 0.8 now
    assert mix_a == pytest.approx((0.8 - 0.5) * (0.8 - middle))
    assert rate_b == pytest.approx((0.3 - 0.1) * (0.5 + 0.2) / 2)
    assert mix_b == pytest.approx((0.2 - 0.5) * (0.2 - middle))
    assert rate_a + mix_a + rate_b + mix_b == pytest.approx(0.25)


def test_it_does_not_matter_which_period_is_called_the_first() -> None:
    one, other = {("a",): (80, 100), ("b",): (10, 100)}, {("a",): (160, 200), ("b",): (15, 50)}
    there, back = _ratio_cells(one, other), _ratio_cells(other, one)
    for key in there:
        assert there[key][2:] == pytest.approx(tuple(-part for part in back[key][2:]))


def test_a_cell_that_appears_or_has_cases_without_a_denominator_leaves_nothing_over() -> None:
    then, now = {("a",): (8, 10)}, {("a",): (8, 10), ("b",): (0, 10), ("c",): (1, 0)}
    cells = _ratio_cells(then, now)
    assert sum(cell[2] + cell[3] for cell in cells.values()) == pytest.approx(9 / 20 - 8 / 10)


def test_the_sentence_names_place_and_kind_and_holds_the_true_ends(week: Scope) -> None:
    found = why("filed_case_count", week)
    said = sentence(found)
    then, now = read("filed_case_count", week.previous()).value, read("filed_case_count", week).value
    assert then is not None and now is not None
    assert f"（{then:,.0f} → {now:,.0f}）" in said
    largest = next(cell for cell in found.by(2) if (cell.effect > 0) is (now >= then))
    assert "".join(largest.names) in said and f"{abs(largest.effect):,.0f} 件" in said
    assert found.dimensions == ("district_code", "category_name", "channel")
    assert "个百分点" in sentence(why("on_time_closure_rate", week))


def test_below_a_district_the_places_are_townships(week: Scope) -> None:
    assert why("filed_case_count", week.drill("341021")).dimensions[0] == "subdistrict_code"


def test_the_api_gives_the_same_cells_under_the_same_filter(week: Scope) -> None:
    client = api.server().test_client()
    path = f"/api/v1/metrics/filed_case_count/why?since={week.since}&until={week.until}&f.channel=app"
    body = client.get(path).get_json()
    found = why("filed_case_count", replace(week, filters=(("channel", "app"),)))
    assert (body["change"], body["sentence"]) == (found.change, sentence(found))
    assert sum(cell["effect"] for cell in body["cells"]) == pytest.approx(body["change"])
    assert {cell["names"][2] for cell in body["cells"]} == {"手机应用"}
    assert client.get(path.replace("f.channel=app", "f.channel=evil")).status_code == 400
    assert client.get(path + "&against=yesterday").status_code == 400
    assert client.get("/api/v1/metrics/nothing/why").status_code == 404
