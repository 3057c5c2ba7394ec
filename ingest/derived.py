"""The only place that builds tables which need a standard's formula and so cannot be plain SQL.

Each builder reads the tables and rollups before it and returns rows for its contract. Publishing runs them in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from data.contract import contract
from ingest import access
from metrics.standards import air, water

_ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "real": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Builder:
    """What a derived table reads, and the function that builds it."""

    reads: frozenset[str]
    build: Callable[[duckdb.DuckDBPyConnection], pa.Table]


def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table's contract columns."""
    return pa.schema([(column.name, _ARROW[column.type]) for column in contract(table).columns])


def air_city_daily(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """City and district days, assessed (HJ 633).

    A day before 2026-03-01 has two rows: the edition then in force, and the 2026 edition for like-for-like comparison.
    """
    rows: list[dict[str, Any]] = []
    for row in con.sql("select * from ecology.air_place_day").to_arrow_table().to_pylist():
        current = air.edition_on(row["day_date"])
        for edition in dict.fromkeys((current, air.EDITION_2026)):
            assessed = air.assess(
                {item: row[item] for item in ("pm25", "pm10", "so2", "no2", "co")} | {"o3": row["o3_8h"]},
                edition=edition,
                period="day",
            )
            rows.append(
                row
                | {
                    "aqi": assessed.aqi,
                    "air_level": assessed.level,
                    "primary_pollutant": "|".join(assessed.primary) if assessed.aqi is not None else None,
                    "aqi_standard": edition,
                    "is_in_force": edition == current,
                }
            )
    return pa.Table.from_pylist(rows, schema=arrow_schema("ecology.air_city_daily"))


def published_difference(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Where a published value differs from the one its concentrations give; hours with all six items, classed samples.

    A finding for whoever answers for the data. The published value stays as it is.
    """
    rows = [*_air_differences(con), *_water_differences(con)]
    return pa.Table.from_pylist(rows, schema=arrow_schema("ecology.published_difference"))


def _air_differences(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    complete = " and ".join(f"{item} is not null" for item in air.ITEMS)
    found = con.sql(
        f"""
        select station_id, place_code, observed_at, {", ".join(air.ITEMS)},
               published_aqi, published_level, published_primary
        from ecology.air_hourly where published_aqi is not null and {complete} order by station_id, observed_at
        """  # noqa: S608 - items are constants of the standard
    )
    for row in found.to_arrow_table().to_pylist():
        assessed = air.assess(row, edition=air.edition_on(row["observed_at"].date()), period="hour")
        pairs = {
            "aqi": (row["published_aqi"], assessed.aqi),
            "air_level": (row["published_level"], assessed.level),
            "primary_pollutant": (
                "|".join(sorted((row["published_primary"] or "").split("|"))),
                "|".join(sorted(assessed.primary)),
            ),
        }
        yield from _differing("ecology.air_hourly", row["station_id"], row, pairs)


def _water_differences(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    found = con.sql(
        """
        select m.section_id, m.place_code, m.observed_at, m.ph, m.do, m.codmn, m.nh3n, m.tp, m.tn, m.published_class,
               coalesce(s.water_body, 'river') as water_body
        from ecology.water_measure as m left join ecology.water_section as s on m.section_id = s.section_id
        where m.published_class is not null order by m.section_id, m.observed_at
        """
    )
    for row in found.to_arrow_table().to_pylist():
        computed = water.classify(row, body=row["water_body"]).water_class
        if computed is not None:
            pairs = {"water_class": (row["published_class"], computed)}
            yield from _differing("ecology.water_measure", row["section_id"], row, pairs)


def _differing(
    table: str, object_id: str, row: Mapping[str, Any], pairs: Mapping[str, tuple[object, object]]
) -> Iterator[dict[str, Any]]:
    for item, (published, computed) in pairs.items():
        if published is not None and str(published) != str(computed):
            yield {
                "source_table": table,
                "object_id": object_id,
                "place_code": row["place_code"],
                "observed_at": row["observed_at"],
                "item": item,
                "published_value": str(published),
                "computed_value": str(computed),
            }


def access_score(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Spatial accessibility (2SFCA) of each community to each service, from travel times, supply and residents."""
    return pa.Table.from_pylist(list(access.rows(con)), schema=arrow_schema("livelihood.access_score"))


BUILDERS: Mapping[str, Builder] = {
    "ecology.published_difference": Builder(
        frozenset({"ecology.air_hourly", "ecology.water_measure", "ecology.water_section"}), published_difference
    ),
    "livelihood.access_score": Builder(access.READS, access_score),
    "ecology.air_city_daily": Builder(frozenset({"ecology.air_place_day"}), air_city_daily),
}
