"""The only place that says what is read for `livelihood.access_score`: how well each community reaches each service.

Supply: beds for 医疗 and 养老, seats of 义务教育 for 就学, one per site on foot. By car the score is E2SFCA within 30
minutes, on foot 2SFCA within 15. Closed sites are left out. Nothing here reads a clock: a score is dated by the travel
times it was made from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import duckdb

from metrics.standards import access

READS = frozenset(
    {
        "livelihood.travel_time", "livelihood.health_facility", "livelihood.school_yearly",
        "livelihood.population_place_month", "community.care_institution", "community.facility",
    }
)  # fmt: skip
METHODS = {"drive": ("E2SFCA 30 分钟 1/0.68/0.22", access.E2SFCA_30MIN), "walk": ("2SFCA 15 分钟", access.within(15))}
REACHED_MIN = 30

_RESIDENTS = """
    select place_code, resident_count
    from livelihood.population_place_month
    qualify month_date = max(month_date) over (partition by place_code)
"""
_SUPPLY = """
    select facility_id, bed_count::double as supply, coalesce(is_open, true) as is_open
    from livelihood.health_facility
    union all
    select institution_id, bed_count, coalesce(is_open, true) from community.care_institution
    union all
    select school_id, sum(seat_count), true
    from (
        select * from livelihood.school_yearly
        qualify school_year = max(school_year) over (partition by school_id)
    )
    where school_stage in ('primary', 'junior')
    group by school_id
    union all
    select community_facility_id, 1, coalesce(is_open, true) from community.facility
"""
_TIMES = """
    select access_service, travel_mode, origin_place_code, facility_id, duration_min, data_date
    from livelihood.travel_time
    order by access_service, travel_mode, origin_place_code, facility_id
"""


def rows(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """A row per community, service and mode of travel, in the columns of the contract."""
    population = {place: float(count or 0) for place, count in con.execute(_RESIDENTS).fetchall()}
    sites = con.execute(_SUPPLY).fetchall()
    supply = {site: amount for site, amount, is_open in sites if is_open and amount is not None}
    closed = {site for site, _, is_open in sites if not is_open}
    minutes: defaultdict[tuple[str, str], dict[tuple[str, str], float]] = defaultdict(dict)
    dates: dict[tuple[str, str], date] = {}
    for service, mode, place, site, spent, data_date in con.execute(_TIMES).fetchall():
        if mode in METHODS and site not in closed:
            minutes[service, mode][place, site] = spent
            dates[service, mode] = max(data_date, dates.get((service, mode), data_date))
    for (service, mode), times in minutes.items():
        method, bands = METHODS[mode]
        found = access.two_step(population, supply, times, bands=bands)
        for place in sorted(found.score):
            nearest = found.nearest.get(place)
            yield {
                "place_code": place,
                "access_service": service,
                "travel_mode": mode,
                "method_version": method,
                "access_score": found.score[place] if nearest is not None else None,
                "nearest_min": nearest,
                "is_reached_30min": None if nearest is None else nearest <= REACHED_MIN,
                "resident_count": round(population[place]),
                "calculated_at": datetime.combine(dates[service, mode], time()),
            }
