"""The only place that tries every statement before there is an answer to give: over tables that hold no row.

A name that is mistyped in SQL or in a metric file would else be found by whoever first opens the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import duckdb

from queries import statement
from queries.runner import define
from queries.statement import FILTERS, FOLDER

_ANY: Mapping[str, object] = {
    "area": "3410",
    "since": date(2026, 1, 5),
    "until": date(2026, 1, 12),
    "day": date(2026, 1, 5),
}
_SAID = (
    (re.compile(r'Referenced column "([^"]+)" not found'), "没有列 {}"),
    (re.compile(r'does not have a column named "([^"]+)"'), "没有列 {}"),
    (re.compile(r'Alias with name "+([^"]+)"+ exists'), "没有列 {}"),  # a dimension that no column is called by
    (re.compile(r"Table with name (\S+) does not exist"), "没有表或视图 {}"),
    (re.compile(r"Function with name (\S+) does not exist"), "没有函数 {}"),
    (re.compile(r'syntax error at or near "([^"]+)"'), "写法有误，在 {} 附近"),
    (re.compile(r'column "([^"]+)" must appear in the GROUP BY'), "{} 没有汇总，也没有写进 group by"),
)


class Rehearsal:
    """Every table, rollup and view without a row. `faults` holds what is wrong with rollups and views themselves."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self.faults: list[str] = []
        self.named = ""  # what the last fault named
        built = statement.rollups()
        define(con, {}, built=[each.name for each in built])
        for kind, every in (("rollups", built), ("views", statement.views())):
            for each in every:
                wrong = self._tried(f"create view {each.name} as {each.sql}", {})
                if wrong:
                    theme, stem = each.name.split(".")
                    self.faults.append(f"queries/{theme}/{kind}/{stem}.sql：{wrong}")

    def fault(self, sql: str, binds: Iterable[str]) -> str:
        """What is wrong with a statement, in words with a remedy; empty when it can be asked."""
        return self._tried(f"explain {sql}", {bind: _ANY.get(bind) for bind in binds})

    def _tried(self, sql: str, binds: Mapping[str, object]) -> str:
        try:
            self._con.execute(sql, dict(binds))
        except duckdb.Error as error:
            wrong, self.named = _worded(str(error))
            return wrong
        return ""


@contextmanager
def rehearsal() -> Iterator[Rehearsal]:
    """A rehearsal on a connection of its own."""
    with duckdb.connect(":memory:") as con:
        con.execute("pragma disable_optimizer")  # names are found before anything is made quick
        yield Rehearsal(con)


def questions(stage: Rehearsal) -> Iterator[str]:
    """What is wrong with each `queries/<theme>/*.sql`, as a sentence with its file."""
    for path in sorted(FOLDER.glob("*/*.sql")) + sorted(FOLDER.glob("*/consistency/*.sql")):
        name = str(path.relative_to(FOLDER).with_suffix(""))
        asked = statement.question(name)
        wrong = stage.fault(asked.sql.replace(FILTERS, "(true)"), asked.binds)
        if wrong:
            yield f"queries/{name}.sql：{wrong}"


def _worded(error: str) -> tuple[str, str]:
    """The fault with its remedy, and the name it is about."""
    for pattern, words in _SAID:
        if found := pattern.search(error):
            name = found[1].strip("!")
            remedy = "请对照合同（docs/dictionary）改正名称" if "没有" in words else "请改正"
            return f"{words.format(name)}；{remedy}", name.split(".")[-1]
    return f"{error.splitlines()[0]}；请改正", ""
