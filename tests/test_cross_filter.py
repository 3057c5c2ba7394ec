"""A filter narrows every number of the page in the same way as the API, or the number says that it cannot."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import api
from components import address, filtering
from metrics import metric, metrics, read, read_groups
from metrics.filters import dimension_of, of_scene, taken
from queries import runner
from queries.assembler import _held, narrow
from queries.scope import FilterNotTaken, Scope, ScopeError
from queries.snapshot import current_id
from queries.statement import FOLDER, StatementError, parse, question
from tests import tiny

SINCE, UNTIL = date(2026, 11, 16), date(2026, 11, 23)
QUESTION = (
    "-- what\n-- grain: one row\n-- binds: $area\n-- filters: channel\nselect 1 from a.b where $area = '' and $filters"
)


@pytest.fixture(scope="module", autouse=True)
def store(demo_store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(demo_store, patch)
        yield


@pytest.fixture
def week() -> Scope:
    return Scope("341000", SINCE, UNTIL, current_id())


def got(path: str) -> tuple[int, Any]:
    answer = api.server().test_client().get(path)
    return answer.status_code, answer.get_json()


def filtered(scope: Scope, *filters: tuple[str, str]) -> Scope:
    return replace(scope, filters=filters)


SCENES = ("overview", "tourism", "ecology", "livelihood", "community", "urban", "traffic", "safety")


@pytest.mark.parametrize("scene", ["urban", "tourism", "overview", "ecology"])
def test_a_filter_gives_the_number_of_that_group(scene: str, week: Scope) -> None:
    checked = 0
    for each in metrics(scene):
        for name in set(taken(each)) & set(each.by):  # a computed number may be filtered by more than it is split by
            group = next((group for group in read_groups(each.id, week, name) if group.key), None)
            if group is None or group.key is None:
                continue
            alone = read(each.id, filtered(week, (name, group.key)))
            assert (alone.n, alone.state) == (group.n, group.state), (each.id, name, group.key)
            assert alone.value == pytest.approx(group.value), (each.id, name, group.key)
            checked += 1
    assert checked > 25


def test_the_order_of_clicks_makes_no_difference_and_the_api_says_the_same(week: Scope) -> None:
    clicks = [
        ("channel", "hotline_12345"),
        ("channel", "app"),
        ("district_code", "341002"),
        ("category_name", "街面秩序"),
    ]
    scopes = {filtered(week, *order) for order in itertools.permutations(clicks)}
    assert len(scopes) == 1
    shown = read("filed_case_count", scopes.pop())
    for order in (clicks, clicks[::-1]):
        asked: dict[str, list[str]] = {}
        for name, value in order:
            asked.setdefault(f"f.{name}", []).append(value)
        query = "&".join(f"{name}={','.join(values)}" for name, values in asked.items())
        status, body = got(f"/api/v1/metrics/filed_case_count?since={SINCE}&until={UNTIL}&{query}")
        assert (status, body["value"]) == (200, shown.value)
    whole = read("filed_case_count", week).value
    assert shown.value is not None and whole is not None and 0 < shown.value < whole


CLICKED = {
    "overview": "event_count", "tourism": "open_complaint_count", "ecology": "exceedance_count",
    "livelihood": "appeal_count", "community": "order_done_rate", "urban": "filed_case_count",
    "traffic": "open_incident_count", "safety": "valid_police_call_count",
}  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
def test_on_every_scene_the_order_of_clicks_makes_no_difference_to_screen_and_api(scene: str, week: Scope) -> None:
    shown = metric(CLICKED[scene])
    clicks = [("district_code", read_groups(shown.id, week, "district_code")[0].key)]
    split = filtering.splits(shown)[0][0]
    clicks += [(split, each.key) for each in read_groups(shown.id, week, split)[:2]]
    assert len(clicks) == 3 and all(value for _, value in clicks)
    values = []
    for order in itertools.permutations(clicks):
        asked: dict[str, list[str]] = {}
        for name, value in order:
            asked.setdefault(f"f.{name}", []).append(str(value))
        query = "&".join(f"{name}={','.join(found)}" for name, found in asked.items())
        page = address.read(f"?until={UNTIL}&days=7&{query}", scene)
        status, body = got(f"/api/v1/metrics/{shown.id}?since={SINCE}&until={UNTIL}&{query}")
        assert status == 200
        values += [read(shown.id, page).value, body["value"]]
    assert len(set(values)) == 1 and values[0] != read(shown.id, week).value


def test_two_values_of_one_dimension_add_up(week: Scope) -> None:
    def filed(*channels: str) -> float:
        return read("filed_case_count", filtered(week, *(("channel", each) for each in channels))).value or 0.0

    assert filed("app", "hotline_12345") == filed("app") + filed("hotline_12345")


def test_the_filters_are_part_of_the_cache_key(week: Scope) -> None:
    keys = {runner._cache_key("select 1", {}, scope) for scope in (week, filtered(week, ("channel", "app")))}
    assert len(keys) == 2


def test_a_number_without_the_dimension_is_unknown_and_never_unfiltered(week: Scope) -> None:
    for name in ("street_light_rate", "closed_loop_score"):
        reading = read(name, filtered(week, ("channel", "app")))
        assert (reading.state, reading.value, reading.n) == ("not_filterable", None, 0)
        assert read_groups(name, filtered(week, ("channel", "app")), "district_code") == []


def test_a_code_of_another_list_does_not_apply_to_a_dimension_of_the_same_name(week: Scope) -> None:
    assert read("event_count", filtered(week, ("kind", "smoke"))).state == "not_filterable"


def test_counts_of_people_that_are_withheld_when_small_take_no_filter(week: Scope) -> None:
    people = [each for each in metrics() if each.suppress_below]
    assert people
    for each in people:
        assert taken(each) == ()
        assert read(each.id, filtered(week, (each.by[0], "341002"))).value is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("f.channel=evil", r"f\.channel=evil：渠道没有这个值；可用 collector（采集员）"),
        ("f.owner=x", r"f\.owner：.*没有这个筛选；可用 .*f\.channel（渠道）"),
        ("f.channel=", r"f\.channel=：渠道没有这个值"),
        ("f.channel=app%27%20or%201%3D1", r"渠道没有这个值"),
        ("f.district_code=110000", r"区县没有这个值；可用 341002"),
        ("f.Channel=app", r"不是字段名|没有这个筛选"),
    ],
)
def test_a_forged_filter_is_refused_with_what_is_allowed(query: str, said: str) -> None:
    with pytest.raises(ScopeError, match=said):
        address.read(f"?{query}", "urban")
    status, body = got(f"/api/v1/metrics/filed_case_count?{query}")
    assert status == 400
    assert body["errors"][0]["parameter"].startswith("f.")
    assert body["errors"][0]["allowed"]


def test_an_open_dimension_knows_the_values_of_the_snapshot(week: Scope) -> None:
    units = dimension_of(next(each for each in metrics("urban") if each.id == "filed_case_count"), "handling_unit")
    assert len(units.values(week.snapshot)) > 5
    with pytest.raises(ScopeError, match="处置单位没有这个值"):
        address.read("?f.handling_unit=没有这个单位", "urban")


def test_the_address_puts_a_filter_on_and_takes_it_off() -> None:
    asked = address.read("?f.channel=app&days=30", "urban")
    both = filtering.toggled(asked, "channel", "web")
    assert both == "?days=30&f.channel=app%2Cweb"
    assert address.read(both, "urban").filters == (("channel", "app"), ("channel", "web"))
    assert filtering.toggled(asked, "channel", "app") == filtering.cleared(asked) == "?days=30"


def test_a_question_that_does_not_declare_the_filter_refuses_it(week: Scope) -> None:
    with pytest.raises(FilterNotTaken, match="此筛选不适用"):
        runner.run("urban/pipe_state", filtered(week, ("channel", "app")))
    with pytest.raises(FilterNotTaken, match="owner"):
        narrow(parse("a/b", QUESTION), filtered(week, ("owner", "x")))


def test_a_question_binds_the_values_of_its_filters(week: Scope) -> None:
    sql, binds = narrow(parse("a/b", QUESTION), filtered(week, ("channel", "x' or 1=1")))
    assert "or 1=1" not in sql
    assert binds == {"filter_0": "x' or 1=1"}
    assert "cast(channel as varchar) in ($filter_0)" in sql
    assert narrow(parse("a/b", QUESTION), week)[0].endswith("and (true)")


@pytest.mark.parametrize(
    "fault", [QUESTION.replace("-- filters: channel\n", ""), QUESTION.replace(" and $filters", "")]
)
def test_a_header_that_promises_another_filter_than_the_text_takes_is_refused(fault: str) -> None:
    with pytest.raises(StatementError, match="filters"):
        parse("a/b", fault)


def test_every_filter_of_a_question_is_one_of_its_scene_and_narrows_it(week: Scope) -> None:
    names = [f"{path.parent.name}/{path.stem}" for path in sorted(FOLDER.glob("*/*.sql"))]
    narrowed = [question(name) for name in names if question(name).filters]
    assert len(narrowed) >= 100
    assert {each.name.split("/")[0] for each in narrowed} == set(SCENES)
    checked = 0
    for each in narrowed:
        extra = {"before": week.previous().since, "at": UNTIL, "item": "pm25", "ruler": ""}
        asked = {name: value for name, value in extra.items() if name in each.binds}
        whole = runner.run(each.name, week, **asked)
        if whole.empty:  # nothing to narrow in this week
            continue
        for name in each.filters:
            known = of_scene(each.name.split("/")[0])[name]
            values = sorted(_held(each, name))[:2] or ["没有这个值"]
            found = [runner.run(each.name, filtered(week, (name, value)), **asked) for value in values]
            assert not all(one.equals(whole) for one in found), (each.name, name, known)
            checked += 1
    assert checked > 200


def test_a_code_of_another_list_is_refused_by_a_question_and_not_answered_with_nothing(week: Scope) -> None:
    assert not runner.run("traffic/congestion_now", filtered(week, ("kind", "other"))).equals(
        runner.run("traffic/congestion_now", week)
    )
    with pytest.raises(FilterNotTaken, match="没有 collector"):
        runner.run("overview/decision_event", filtered(week, ("kind", "collector")))


def test_every_dimension_has_a_word() -> None:
    for each in metrics():
        for name in taken(each):
            assert dimension_of(each, name).label != name, (each.id, name)
