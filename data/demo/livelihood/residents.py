"""Demo rows of the population model: residents by community, age and sex; births, deaths and moves; the projection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.people import AGES, SEXES, Anything, Ints, People, Texts, apportion, people, spread
from metrics.standards import population
from metrics.standards.population import Cohorts, Rates

MODEL_ID = "population_cohort"
PROJECTED_YEARS = 10
SPREAD = 0.004  # of net migration a year, low and high
MIGRATION = {"341002": 0.006, "341003": -0.003, "341004": 0.002}  # a year at working age; the other districts lose
ELSEWHERE = -0.006


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "livelihood.population_change_monthly": _change(city, drive),
        "livelihood.population_monthly": _monthly(city, drive),
        "livelihood.population_projection": _projection(city, drive),
    }


def migration(district: str) -> float:
    """Net migration of a district's working ages a year, as a share."""
    return MIGRATION.get(district, ELSEWHERE)


def _flows(city: City, month: np.datetime64, resident: Ints, district: Texts) -> Mapping[str, Ints]:
    """A month's births, deaths and moves per subdistrict; drawn per calendar month, whatever the demo's span."""
    chance = city.chance(f"population change {month}")
    net = np.array([migration(code) for code in district])
    rates = {
        "birth_count": np.full(len(resident), 0.0054),
        "death_count": np.full(len(resident), 0.0086),
        "move_in_count": 0.011 + np.clip(net, 0, None),
        "move_out_count": 0.011 + np.clip(-net, 0, None),
    }
    return {name: chance.poisson(rate / 12 * resident) for name, rate in rates.items()}


def _seats(home: People) -> tuple[Texts, Ints, Ints]:
    """Subdistrict codes, which of them each community lies in, and their residents in the newest month."""
    code, index = np.unique(home.subdistrict, return_inverse=True)
    return code, index, np.bincount(index, home.resident).astype(np.int64)


def _change(city: City, drive: Drivers) -> pa.Table:
    code, _, resident = _seats(people(city))
    months = spans.months(drive)
    flows = [_flows(city, month, resident, code.astype("U6")) for month in months]
    return table(
        "livelihood.population_change_monthly",
        {
            "place_code": np.tile(code, len(months)),
            "month_date": np.repeat(months, len(code)),
            **{name: np.concatenate([flow[name] for flow in flows]) for name in flows[0]},
        },
    )


def _monthly(city: City, drive: Drivers) -> pa.Table:
    """The stock at the end of each month: the newest is the census's, each earlier one is less what happened since."""
    home = people(city)
    code, index, total = _seats(home)
    kept = max(2, round(len(spans.months(drive)) * min(city.scale, 1.0)))  # months are the volume, never the people
    parts, chance = [], city.chance("registered")
    factor = np.where(home.is_village, 1.22, 0.93) * chance.uniform(0.95, 1.05, len(index))
    for month in spans.months(drive)[::-1][:kept]:
        resident = np.zeros(len(index), dtype=np.int64)
        for number in range(len(code)):
            here = index == number
            resident[here] = apportion(home.resident[here].astype(float), int(total[number]))
        parts.append((month, spread(home, resident)))
        flow = _flows(city, month, _seats(home)[2], code.astype("U6"))
        total = total - flow["birth_count"] - flow["move_in_count"] + flow["death_count"] + flow["move_out_count"]
    place, age, sex = (each.ravel() for each in np.indices((len(index), AGES, len(SEXES))))
    columns: dict[str, list[Anything]] = {name: [] for name in ("place", "age", "sex", "month", "resident")}
    for month, stock in parts[::-1]:
        lives = stock.ravel() > 0  # the base register lists people, so an age that nobody has is no row
        for name, values in (("place", place), ("age", age), ("sex", sex), ("resident", stock.ravel())):
            columns[name].append(values[lives])
        columns["month"].append(np.full(lives.sum(), month))
    whole = {name: np.concatenate(values) for name, values in columns.items()}
    return table(
        "livelihood.population_monthly",
        {
            "place_code": pa.DictionaryArray.from_arrays(whole["place"], pa.array(home.code)).cast(pa.string()),
            "age": whole["age"],
            "sex": pa.DictionaryArray.from_arrays(whole["sex"], pa.array(SEXES)).cast(pa.string()),
            "month_date": whole["month"],
            "resident_count": whole["resident"],
            "registered_count": np.round(whole["resident"] * factor[whole["place"]]).astype(np.int64),
        },
    )


def rates(district: str) -> Rates:
    """Invented but plausible: life expectancy about 79, total fertility about 1.05, moves at working age."""
    age = np.arange(AGES)
    died = np.clip(0.00004 * np.exp(0.094 * age) + np.where(age == 0, 0.003, 0.0002), 0, 0.4)
    bell = np.exp(-(((age - 28) / 5.0) ** 2))
    fertility = 1.05 * bell / bell[15:50].sum()
    moves = migration(district) * np.interp(age, [0, 6, 18, 30, 45, 60, 100], [0.8, 0.6, 1.4, 1.2, 0.6, 0.1, 0])
    male, female = 1 - died, 1 - 0.75 * died
    return Rates(tuple(male), tuple(female), tuple(moves), {a: float(fertility[a]) for a in population.FERTILE})


def _projection(city: City, drive: Drivers) -> pa.Table:
    home = people(city)
    parts: list[dict[str, object]] = []
    districts = np.unique(home.district)
    for issued in spans.yearly(drive, 10, 20, 2):
        for district in districts:
            both = home.structure[home.district == district].sum(axis=0).astype(float)
            start = Cohorts(tuple(both[:, 0]), tuple(both[:, 1]))
            found = population.band(start, rates(str(district)), PROJECTED_YEARS, migration_spread=SPREAD)
            for scenario, years in found.items():
                count = np.array([(each.male, each.female) for each in years])  # year × sex × age
                parts.append({"district": district, "scenario": scenario, "issued": issued, "count": count})
    year, sex, age = (each.ravel() for each in np.indices((PROJECTED_YEARS, len(SEXES), AGES)))
    size = len(year)
    issues = np.concatenate([np.full(size, part["issued"], dtype="datetime64[D]") for part in parts])
    first = issues.astype("datetime64[Y]").astype(int) + 1970
    counts: Floats = np.concatenate([np.asarray(part["count"]).ravel() for part in parts])
    return table(
        "livelihood.population_projection",
        {
            "place_code": np.repeat([str(part["district"]) for part in parts], size),
            "year": first + 1 + np.tile(year, len(parts)),
            "age": np.tile(age, len(parts)),
            "sex": np.array(SEXES)[np.tile(sex, len(parts))],
            "scenario": np.repeat([str(part["scenario"]) for part in parts], size),
            "projected_count": np.round(counts).astype(np.int64),
            "model_id": np.full(len(issues), MODEL_ID),
            "model_version": first.astype(str),
            "issued_at": np.array([datetime.combine(day, time(9)) for day in issues.astype(object)], dtype="M8[us]"),
        },
    )
