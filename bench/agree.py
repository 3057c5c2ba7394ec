"""The only place that holds the cockpit's numbers against the raw extract: `python -m bench.agree EXTRACT OUT`.

Every number of the bench page, for the city and one county, for a week and for all of two years, must be what plain SQL
over the raw rows says. It also times both: the page's statements uncached against the same over a sorted table.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench import extract, work
from metrics import read_many
from queries import runner
from queries.scope import Scope
from queries.snapshot import current_id

UNTIL = date(2026, 11, 16)
COUNTY = "歙县"
KPIS = ("filed_case_count", "open_case_count", "overdue_case_count", "on_time_closure_rate", "closure_hour_median",
        "case_satisfaction_rate")  # fmt: skip
ROUNDS = 5


def expected(con: duckdb.DuckDBPyConnection, source: str, since: date, county: str | None) -> dict[str, Any]:
    binds = {"since": _midnight(since), "until": _midnight(UNTIL), "county": county}
    found = {}
    for name, sql in work.page(source).items():
        used = {key: value for key, value in binds.items() if f"${key}" in sql}
        found[name] = con.execute(sql, used).fetchall()
    return found


def shown(scope: Scope) -> dict[str, Any]:
    """The same from the cockpit: readings and questions, as its page asks for them."""
    readings = [each.value for each in read_many(KPIS, scope)]
    (before,) = read_many(KPIS[:1], scope.period(scope.since - timedelta(days=scope.days), scope.since))
    return {
        "kpi": [*readings, before.value],
        "trend": _listed("urban/case_trend", scope, "day_date", "filed_count"),
        "category": _listed("urban/case_category", scope, "category_name", "filed_count"),
        "category_county": _listed(
            "urban/case_category_district", scope, "category_name", "district_code", "filed_count"
        ),
        "top_grids": _listed("urban/grid_top", scope, "unit_grid_code", "filed_count", "open_count"),
        "hour_week": _listed("urban/case_hour_of_week", scope, "day_of_week", "hour_of_day", "filed_count"),
        "newest": _listed("urban/case_newest", scope, "case_id"),
    }


def differences(raw: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """The names of what is not equal."""
    filed, in_hand, overdue, on_time, due, median_bin, satisfied, rated, before = raw["kpi"][0]
    wanted = [
        filed,
        in_hand,
        overdue,
        100 * on_time / due,
        (median_bin + 0.5) / 2,
        100 * satisfied / rated,
        before or None,
    ]
    codes = {name: code for name, (code, *_) in extract.DISTRICTS.items()}
    rows = {
        "trend": {(f"{day}", n) for day, n in raw["trend"]},
        "category": set(raw["category"]),
        "category_county": {(category, codes[county], n) for category, county, n in raw["category_county"]},
        "top_grids": set(raw["top_grids"]),
        "hour_week": set(raw["hour_week"]),
        "newest": set(raw["newest"]),
    }
    found = (
        [] if all(_same(a, b) for a, b in zip(wanted, ours["kpi"], strict=True)) else [f"kpi {wanted} {ours['kpi']}"]
    )
    return found + [name for name, want in rows.items() if want != set(ours[name])]


def timed(do: Callable[[], Any]) -> float:
    """Median milliseconds of a few rounds."""
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        do()
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent)


def main(source: Path, out: Path) -> int:
    con = duckdb.connect()
    con.execute(f"create table cases as select * from '{source}' order by county, filed_at")
    snapshot_id, result = current_id(), dict[str, Any]()
    for days in (7, extract.DAYS):
        for area, county in (("341000", None), (extract.DISTRICTS[COUNTY][0], COUNTY)):
            since = UNTIL - timedelta(days=days)
            scope = Scope(area=area, since=since, until=UNTIL, snapshot=snapshot_id)
            wrong = differences(expected(con, "cases", since, county), shown(scope))
            result[f"{county or '全市'} {days} 天"] = {
                "differences": wrong,
                "table_ms": round(timed(lambda: expected(con, "cases", since, county)), 1),  # noqa: B023
                "ours_ms": round(timed(lambda: shown(scope)), 1),  # noqa: B023
            }
    result["reads"] = reads(Scope(area="341000", since=UNTIL - timedelta(days=7), until=UNTIL, snapshot=snapshot_id))
    out.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    return int(any(each.get("differences") for each in result.values()))


def reads(scope: Scope) -> dict[str, float]:
    """Uncached metric readings per second, and the same number read from the detail rows instead of a rollup."""
    rollup = timed(lambda: read_many(("filed_case_count",), scope))
    detail = 'select count(*) from urban."case" where filed_at >= $since and filed_at < $until'
    binds = {"since": _midnight(scope.since), "until": _midnight(scope.until)}
    return {
        "reading_ms": round(rollup, 2),
        "readings_per_s": round(1000 * len(KPIS) / timed(lambda: read_many(KPIS, scope)), 1),
        "detail_ms": round(timed(lambda: runner.query(detail, binds, scope)), 2),
    }


def _listed(name: str, scope: Scope, *columns: str) -> list[tuple[Any, ...]]:
    frame = runner.run(name, scope)
    return [tuple(_plain(value) for value in row) for row in frame[list(columns)].itertuples(index=False)]


def _plain(value: Any) -> Any:
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    return value if isinstance(value, str) else int(value)


def _same(wanted: float | None, found: float | None) -> bool:
    if wanted is None or found is None:
        return wanted is found  # before the extract begins nothing is known, which is not 0
    return abs(wanted - found) < 1e-6 * max(1.0, abs(wanted))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
