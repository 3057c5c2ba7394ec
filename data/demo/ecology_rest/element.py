"""Demo rows of the elements beside air and surface water: groundwater, soil, radiation, drinking water, ecology."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.ecology_rest import period, place
from data.demo.ecology_rest.column import by_row, only, values

CLASSES = np.array(["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ"])
WELLS = 20
RADIATION_STATIONS = ("341002004", "341021100", "341003102")
DRINKING_SOURCES, COUNTY_SOURCES = 120, 12


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    wells, levels = _wells(city)
    sources = _drinking_sources(city)
    return {
        "ecology.groundwater_well": wells,
        "ecology.groundwater_measure": _groundwater(city, drive, wells, levels),
        "ecology.soil_yearly": _soil(city, drive),
        "ecology.radiation_station": _radiation_stations(),
        "ecology.radiation_daily": _radiation(city, drive),
        "ecology.drinking_source": sources,
        "ecology.drinking_source_monthly": _drinking_months(city, drive, sources),
        "ecology.eco_quality_yearly": _eco_quality(city, drive),
    }


def _wells(city: City) -> tuple[pa.Table, np.ndarray]:
    chance = city.chance("groundwater_well")
    areas = place.draw_districts(chance, place.PEOPLE, WELLS)
    codes = place.draw_subdistricts(chance, areas)
    usual = np.where(np.arange(WELLS) % 7 == 3, 3, 2)  # the class a well usually has, as its rank less one
    rows = table(
        "ecology.groundwater_well",
        {
            "well_id": [f"YS-GW{number:02d}" for number in range(1, WELLS + 1)],
            "name": [f"演示井·{place.short(code)}{number:02d}" for number, code in enumerate(codes, 1)],
            "place_code": codes,
            "target_groundwater_class": [
                None if number == 11 else str(CLASSES[usual[number]]) for number in range(WELLS)
            ],
            "supervising_unit": [place.branch(code) for code in codes],
        },
    )
    return rows, usual


def _groundwater(city: City, drive: Drivers, wells: pa.Table, usual: np.ndarray) -> pa.Table:
    """A sample in the second month of each quarter; one well in twenty misses a quarter, one sample is invalid."""
    chance = city.chance("groundwater_measure")
    quarters = period.quarters(drive, 25)
    count, wells_count = len(quarters), wells.num_rows
    sampled = (quarters.astype("datetime64[M]") + 1).astype("datetime64[D]")[None, :] + chance.integers(
        3, 18, (wells_count, count)
    )
    shift = chance.choice([-1, 0, 1], p=[0.1, 0.84, 0.06], size=(wells_count, count))
    found = np.clip(usual[:, None] + shift, 0, 4)
    load = 0.55 + 0.4 * found
    columns = {
        "water_table_m": np.round(4.0 + 3.0 * chance.random((wells_count, count)), 2),
        "ph": np.round(7.1 + 0.25 * chance.normal(size=(wells_count, count)), 2),
        "codmn": np.round(0.9 * load + 0.1 * chance.random((wells_count, count)), 2),
        "nh3n": np.round(0.12 * load + 0.02 * chance.random((wells_count, count)), 3),
        "nitrate_n": np.round(3.2 * load, 2),
        "total_hardness": np.round(130 * load, 0),
        "chloride": np.round(18 * load, 1),
    }
    is_kept = chance.random((wells_count, count)) > 0.04
    worse = found > usual[:, None]
    rows = {
        "well_id": np.repeat(values(wells, "well_id"), count),
        "place_code": np.repeat(values(wells, "place_code"), count),
        "sampled_date": sampled.ravel(),
        **{name: each.ravel() for name, each in columns.items()},
        "published_groundwater_class": CLASSES[found].ravel(),
        "exceed_item": np.where(worse.ravel(), "mn", ""),
        "data_flag": np.where(chance.random(wells_count * count) < 0.01, "I", "N"),
    }
    keep = is_kept.ravel()
    kept = {name: np.asarray(each)[keep] for name, each in rows.items()}
    return table(
        "ecology.groundwater_measure", kept | {"exceed_item": only(kept["exceed_item"] != "", kept["exceed_item"])}
    )


def _soil(city: City, drive: Drivers) -> pa.Table:
    """Seven districts, two uses, three years: areas and counts only, no points."""
    chance = city.chance("soil_yearly")
    years = period.years(drive)
    rows = []
    for area, land in zip(place.DISTRICTS, place.LAND_HA, strict=True):
        for step, year in enumerate(years):
            polluted = round(land * 0.0011, 1)
            fields, plots = int(26 + land / 9000), int(chance.integers(4, 12))
            over = int(chance.integers(1, 4))
            rows.append(
                {
                    "place_code": area,
                    "land_use": "farmland",
                    "year": year,
                    "total_area_ha": polluted,
                    "safe_use_area_ha": round(polluted * min(0.985, 0.915 + 0.018 * step + 0.01 * chance.random()), 1),
                    "point_count": fields,
                    "exceed_point_count": over,
                    "control_point_count": 0,
                }
            )
            rows.append(
                {
                    "place_code": area,
                    "land_use": "construction",
                    "year": year,
                    "plot_count": plots,
                    "controlled_plot_count": plots - int(chance.random() < 0.3),
                }
            )
    for row in rows:
        row["data_date"] = date(int(str(row["year"])), 12, 31)
    return by_row("ecology.soil_yearly", rows)


def _radiation_stations() -> pa.Table:
    return table(
        "ecology.radiation_station",
        {
            "radiation_station_id": [f"YS-RS{number}" for number in range(1, len(RADIATION_STATIONS) + 1)],
            "name": [f"演示辐射站·{place.short(code)}" for code in RADIATION_STATIONS],
            "place_code": list(RADIATION_STATIONS),
            "supervising_unit": [place.branch(code) for code in RADIATION_STATIONS],
        },
    )


def _radiation(city: City, drive: Drivers) -> pa.Table:
    """Natural background of granite country; rain washes radon's daughters down and lifts the day a little."""
    chance = city.chance("radiation_daily")
    stations, days = len(RADIATION_STATIONS), drive.day_count
    background = np.array([88.0, 94.0, 109.0])[:, None]
    mean = background + 0.16 * np.minimum(drive.rain_mm, 60) + chance.normal(0, 0.9, (stations, days))
    peak = mean + 2.5 + 0.5 * np.minimum(drive.rain_mm, 60) + chance.gamma(2.0, 0.8, (stations, days))
    lost = chance.random((stations, days)) < 0.012
    return table(
        "ecology.radiation_daily",
        {
            "radiation_station_id": np.repeat([f"YS-RS{number}" for number in range(1, stations + 1)], days),
            "place_code": np.repeat(RADIATION_STATIONS, days),
            "day_date": np.tile(drive.days, stations),
            "dose_rate_mean_ngyh": np.where(lost, np.nan, np.round(mean, 1)).ravel(),
            "dose_rate_max_ngyh": np.where(lost, np.nan, np.round(peak, 1)).ravel(),
            "data_flag": np.where(lost, "M", "N").ravel(),
        },
    )


def _drinking_sources(city: City) -> pa.Table:
    """The county's and the townships' sources. They lie in a subdistrict and nowhere finer."""
    chance = city.chance("drinking_source")
    areas = place.draw_districts(chance, place.LAND_HA + 20_000, DRINKING_SOURCES)
    codes = place.draw_subdistricts(chance, areas)
    is_county = np.arange(DRINKING_SOURCES) < COUNTY_SOURCES
    kind = chance.choice(["river", "lake", "groundwater"], p=[0.62, 0.3, 0.08], size=DRINKING_SOURCES)
    kind[is_county] = chance.choice(["river", "lake"], size=COUNTY_SOURCES)
    served = np.where(
        is_county, chance.integers(30, 160, DRINKING_SOURCES) * 1000, chance.integers(8, 90, DRINKING_SOURCES) * 100
    )
    return table(
        "ecology.drinking_source",
        {
            "drinking_source_id": [f"YS-DW{number:03d}" for number in range(1, DRINKING_SOURCES + 1)],
            "name": [f"演示水源地·{place.short(code)}{number:03d}" for number, code in enumerate(codes, 1)],
            "place_code": codes,
            "kind": kind,
            "region_level": [
                ("city" if number < 3 else "district") if number < COUNTY_SOURCES else None
                for number in range(DRINKING_SOURCES)
            ],
            "target_class": [
                None if each == "groundwater" else "Ⅱ" if is_big else "Ⅲ"
                for each, is_big in zip(kind, is_county, strict=True)
            ],
            "served_population": served,
            "supervising_unit": [place.branch(code) for code in codes],
        },
    )


def _drinking_months(city: City, drive: Drivers, sources: pa.Table) -> pa.Table:
    """The county's sources every month, the townships' in the second month of a quarter; a late file now and then."""
    chance = city.chance("drinking_source_monthly")
    months = period.months(drive, 10, before=3)
    number = months.astype("datetime64[M]").astype(int) % 12 + 1
    kind = values(sources, "kind")
    shape = (sources.num_rows, len(months))
    is_due = (np.arange(shape[0]) < COUNTY_SOURCES)[:, None] | np.isin(number, [2, 5, 8, 11])[None, :]
    is_there = is_due & (chance.random(shape) > 0.012)
    fails = chance.random(shape) < np.where(np.arange(shape[0]) < COUNTY_SOURCES, 0.003, 0.02)[:, None]
    unknown = chance.random(shape) < 0.006
    is_ground = (kind == "groundwater")[:, None] & np.ones(shape, bool)
    good = np.where(chance.random(shape) < 0.8, "Ⅱ", np.where(chance.random(shape) < 0.3, "Ⅰ", "Ⅲ"))
    county = (np.arange(shape[0]) < COUNTY_SOURCES)[:, None] & np.ones(shape, bool)
    published = np.where(fails, "Ⅳ", np.where(county & (good == "Ⅲ"), "Ⅱ", good))
    row, column = np.nonzero(is_there)
    at = (row, column)
    item = np.where(is_ground, "mn", np.where(chance.random(shape) < 0.5, "tp", "codmn"))
    return table(
        "ecology.drinking_source_monthly",
        {
            "drinking_source_id": values(sources, "drinking_source_id")[row],
            "place_code": values(sources, "place_code")[row],
            "month_date": months[column],
            "published_class": only(~is_ground[at], published[at]),
            "published_groundwater_class": only(is_ground[at], published[at]),
            "is_compliant": [None if lost else not bad for lost, bad in zip(unknown[at], fails[at], strict=True)],
            "exceed_item": only(fails[at], item[at]),
        },
    )


def _eco_quality(city: City, drive: Drivers) -> pa.Table:
    """The city's own row is not the mean of its districts; its areas are their sum."""
    chance = city.chance("eco_quality_yearly")
    years = period.years(drive)
    base = np.array([66.0, 83.0, 77.5, 79.0, 82.5, 81.0, 84.0])
    cover = np.array([0.62, 0.90, 0.80, 0.84, 0.88, 0.87, 0.91])
    line = np.round(place.LAND_HA * np.array([0.10, 0.46, 0.24, 0.31, 0.42, 0.40, 0.44]), 0)
    rows = []
    for step, year in enumerate(years):
        index = np.round(base + 0.25 * step + chance.normal(0, 0.12, len(base)), 1)
        disturbed = np.round(line * 0.0009 * (1 - 0.15 * step) * chance.uniform(0.6, 1.4, len(base)), 1)
        weights = place.LAND_HA / place.LAND_HA.sum()
        for row, area in enumerate(place.DISTRICTS):
            rows.append((area, year, index[row], cover[row] + 0.001 * step, line[row], disturbed[row]))
        whole = (round(float(index @ weights) + 0.4, 1), round(float(cover @ weights) + 0.001 * step, 3))
        rows.append((place.city_code(), year, *whole, line.sum(), round(float(disturbed.sum()), 1)))
    columns = list(zip(*rows, strict=True))
    names = (
        "place_code",
        "year",
        "eco_quality_index",
        "vegetation_cover_rate",
        "eco_redline_area_ha",
        "disturbed_area_ha",
    )
    return table(
        "ecology.eco_quality_yearly",
        dict(zip(names, columns, strict=True)) | {"data_date": [date(year, 12, 31) for year in columns[1]]},
    )
