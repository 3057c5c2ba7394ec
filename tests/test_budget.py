"""What a first screen may cost, in counts: statements, and those that read detail rows (bench/budget.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from conftest import ROOT

from app import create_app
from components.answers import PATH
from components.shared_cache import Near
from data.contract import THEMES, contracts
from data.settings import settings
from queries import runner, statement
from queries.runner import fit_cache
from tests import invented, tiny

BUDGET = tomllib.loads((ROOT / "bench" / "budget.toml").read_text(encoding="utf-8"))["page"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("budget"), patch)
        tiny.fill(invented.tables(1, 3))
        yield
    settings.cache_clear()


@cache
def read_by(sql: str) -> frozenset[str]:
    """The stored tables that a statement reads, through whatever views."""
    views = {each.name: each.sql for each in statement.views()}
    named = {match.replace('"', "") for match in statement._TABLE.findall(sql)}
    return frozenset(table for name in named for table in (read_by(views[name]) if name in views else {name}))


def detail(sql: str) -> set[str]:
    """Those of them that grow with every case, order, reading: not registers, references and rollups."""
    known = contracts()
    return {name for name in read_by(sql) if name in known and known[name].layer == "detail" and known[name].time}


class Heard:
    """A cursor that notes what it is asked."""

    def __init__(self, cursor: Any, said: list[str]) -> None:
        self._cursor, self._said = cursor, said

    def execute(self, sql: str, *rest: Any) -> Any:
        self._said.append(sql)
        return self._cursor.execute(sql, *rest)


@pytest.mark.parametrize("theme", THEMES)
def test_a_first_screen_reads_no_more_detail_than_its_budget(
    store: None, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    real = runner.Engine.cursor

    @contextmanager
    def hearing(self: runner.Engine, snap: Any) -> Iterator[Any]:
        with real(self, snap) as cursor:
            yield Heard(cursor, said)

    server = create_app().server
    fit_cache(Near(None))  # what a page asks twice is asked once
    server.wsgi_app._shared = None  # type: ignore[attr-defined]  # so that every statement is asked
    monkeypatch.setattr(runner.Engine, "cursor", hearing)
    body = f"{theme}-body"
    question = {
        "output": f"{body}.children",
        "outputs": {"id": body, "property": "children"},
        "inputs": [{"id": "scope", "property": "data", "value": "?until=2026-11-16"}],
        "changedPropIds": ["scope.data"],
        "parsedChangedPropsIds": ["scope.data"],
    }
    assert server.test_client().post(PATH, json=question).status_code == 200
    scans = [sorted(detail(sql)) for sql in said if detail(sql)]
    print(f"{theme}: statements {len(said)}, detail scans {len(scans)}")
    assert 0 < len(said) <= BUDGET[theme]["statements"], "read numbers together: metrics.read_many"
    assert len(scans) <= BUDGET[theme]["detail_scans"], f"a rollup answers a first screen; detail was read: {scans}"


def test_a_statement_over_a_view_of_detail_counts_as_detail() -> None:
    assert detail('select count(*) from urban."case"') == {"urban.case"}
    assert detail("select 1 from urban.case_daily") == set()
    views = [each for each in statement.views() if detail(each.sql)]
    assert views and all(detail(f"select 1 from {each.name}") for each in views)
