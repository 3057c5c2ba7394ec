"""Snapshots are swapped a hundred times under load: no error, no page of two snapshots, no page of an old one."""

from __future__ import annotations

import json
import os
import pickle
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from components.answers import PATH, Door
from components.shared_cache import Near
from data.contract import THEMES
from data.settings import settings
from metrics import metrics, read, read_groups
from queries import runner
from queries.runner import fit_cache
from queries.scope import CITY, FilterNotTaken, Scope
from queries.snapshot import current_id
from tests import invented, tiny

pytestmark = pytest.mark.slow
SWAPS, USERS, BETWEEN, EMPTIED_EVERY = 100, 3, 2, 50
SEARCH = "?until=2026-11-16"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Two published snapshots of one store; every number of the second is another."""
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("swapped"), patch)
        yield tiny.fill(invented.tables(1, 3)), tiny.fill(invented.tables(2, 5))
    settings.cache_clear()


def point_at(snapshot_id: str) -> None:
    beside = settings().store / "CURRENT.next"
    beside.write_text(snapshot_id, encoding="ascii")
    os.replace(beside, settings().store / "CURRENT")


def asked(server: Flask, theme: str) -> dict[str, Any]:
    body = f"{theme}-body"
    question = {
        "output": f"{body}.children",
        "outputs": {"id": body, "property": "children"},
        "inputs": [{"id": "scope", "property": "data", "value": SEARCH}],
        "changedPropIds": ["scope.data"],
        "parsedChangedPropsIds": ["scope.data"],
    }
    answer = server.test_client().post(PATH, json=question)
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.data)
    return found


def snapshot_in(answer: dict[str, Any], theme: str) -> str:
    (drawn,) = answer["response"][f"{theme}-body"]["children"]
    named: str = drawn["props"]["data-snapshot"]
    return named


class Course:
    """Which snapshot was current when: the one before a request began, and all that were swapped in during it."""

    def __init__(self, first: str) -> None:
        self._ids = [first]
        self._lock = threading.Lock()

    def swap(self, snapshot_id: str) -> None:
        with self._lock:  # whoever notes where it began sees both or neither
            point_at(snapshot_id)
            self._ids.append(snapshot_id)

    def mark(self) -> int:
        with self._lock:
            return len(self._ids) - 1

    def since(self, mark: int) -> set[str]:
        with self._lock:
            return set(self._ids[mark:])


def test_a_hundred_swaps_under_load_give_no_error_no_mixed_and_no_stale_page(two: tuple[str, str]) -> None:
    server = create_app().server
    door = server.wsgi_app
    assert isinstance(door, Door)
    fit_cache(None)
    door._shared = None  # what is not held is worked out
    whole: dict[tuple[str, str], dict[str, Any]] = {}
    for snapshot_id in two:  # at rest, with nothing kept
        point_at(snapshot_id)
        for theme in THEMES:
            whole[snapshot_id, theme] = asked(server, theme)
    assert all(whole[two[0], theme] != whole[two[1], theme] for theme in THEMES), "the two can be told apart"
    door._held.clear()
    fit_cache(Near(None))  # as the app has it: what a statement gave is kept, under its snapshot

    course, answered, over = Course(two[1]), threading.Semaphore(0), threading.Event()
    faults: list[str] = []

    def user(offset: int) -> None:
        count = offset
        while not over.is_set():
            theme = THEMES[count % len(THEMES)]
            count += 1
            mark = course.mark()
            try:
                answer = asked(server, theme)
                named = snapshot_in(answer, theme)
                if named not in course.since(mark):
                    faults.append(f"stale: {theme} of {named}")
                elif answer != whole[named, theme]:
                    faults.append(f"mixed: {theme} of {named}")
            except Exception as fault:  # whatever it is, it is what this test looks for
                faults.append(f"error: {theme} {fault!r}")
            answered.release()

    users = [threading.Thread(target=user, args=(3 * number,)) for number in range(USERS)]
    for each in users:
        each.start()
    try:
        for number in range(SWAPS):
            for _ in range(BETWEEN):
                assert answered.acquire(timeout=120), "nobody is answered any more"
            if number % EMPTIED_EVERY == 0:
                with door._lock:
                    door._held.clear()
                    door._bytes = 0
            course.swap(two[number % 2])
    finally:
        over.set()
        for each in users:
            each.join(120)
    assert faults == []
    fit_cache(None)


class Pickled:
    """A cache as another process would see it: bytes."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.found = 0

    def get(self, key: str) -> Any:
        if key not in self.kept:
            return None
        self.found += 1
        return pickle.loads(self.kept[key])

    def set(self, key: str, value: Any) -> None:
        self.kept[key] = pickle.dumps(value)


@pytest.mark.parametrize("theme", THEMES)
def test_every_number_is_the_same_from_the_cache_under_every_filter(two: tuple[str, str], theme: str) -> None:
    point_at(two[1])
    week = Scope(CITY, date(2026, 11, 9), date(2026, 11, 16), current_id())
    cache = Pickled()
    for each in metrics(theme):
        for scope in (week, week.drill("341002"), *filtered(each.id, each.by, week)):
            said = []
            for used in (None, cache, cache):
                fit_cache(used)
                said.append(_read(each.id, scope))
            assert said[0] == said[1] == said[2], (each.id, scope)
    assert cache.found > 0
    runner._fitted.cache = None


def filtered(name: str, by: tuple[str, ...], week: Scope) -> Iterator[Scope]:
    """The week narrowed to the first value of every dimension that the number knows."""
    fit_cache(None)
    for dimension in by:
        groups = [each.key for each in read_groups(name, week, dimension) if each.key]
        if groups:
            yield replace(week, filters=((dimension, groups[0]),))


def _read(name: str, scope: Scope) -> object:
    try:
        return read(name, scope)
    except FilterNotTaken as refused:  # a number of persons takes none
        return str(refused)


def test_the_store_of_this_file_is_its_own(two: tuple[str, str]) -> None:
    assert Path(settings().store).name.startswith("swapped")
