"""Demo rows of the sub-systems, which follow weather and days: 路灯亮化, 环境卫生, 排水防汛, 城市管网, 市场监督."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from data.contract import codes
from data.demo.drivers import City, Drivers, table
from data.demo.urban.column import DAY, NEVER, Bools, Floats, Ints, digits, draw, join, moments, pick
from data.demo.urban.place import TOWNS, Sites
from data.divisions import CITY, children, name_of

_POPULATION = {"341002": 0.24, "341003": 0.11, "341004": 0.075, "341021": 0.26, "341022": 0.155, "341023": 0.06,
               "341024": 0.10}  # fmt: skip
_LIGHTED = 40  # townships that have street lights of their own
_TOWNSHIPS = tuple(
    each.place_code for district in children(CITY) if district.level == "district"
    for each in children(district.place_code) if each.level == "subdistrict"
)  # fmt: skip


def _shares(chance: np.random.Generator) -> Floats:
    """Each township's share of the city, the first of each district being its seat."""
    weight: Floats = np.array([3.0 if code[6:] in ("001", "002", "100") else 1.0 for code in _TOWNSHIPS])
    weight *= chance.lognormal(0, 0.3, len(weight))
    for district, share in _POPULATION.items():
        here = np.array([code.startswith(district) for code in _TOWNSHIPS])
        weight[here] *= share / weight[here].sum()
    weight /= weight.sum()
    return weight


def _grid(drive: Drivers, places: int) -> tuple[Ints, Ints]:
    """Indices of day and place, place by place."""
    return np.tile(np.arange(drive.day_count), places), np.repeat(np.arange(places), drive.day_count)


def street_light_daily(city: City, drive: Drivers) -> pa.Table:
    """Lights due and lit; storms break some. One unit sends no file for a few days."""
    chance = city.chance("urban.street_light_daily")
    share = _shares(city.chance("urban townships"))
    chosen = np.sort(np.argsort(-share, kind="stable")[:_LIGHTED])
    lights = np.maximum(40, (62_000 * share[chosen]).astype(int))
    day, place = _grid(drive, len(chosen))
    count = lights[place]
    wet = np.minimum(drive.rain_mm[day], 60)
    faults = chance.poisson(count * 0.0016 * (1 + wet / 12))
    due = np.where(chance.random(len(day)) < 0.02, count // 2, count)
    dark = np.minimum(chance.binomial(due, 0.011 + 0.0006 * wet / 6) + faults, due)
    repaired = np.minimum(chance.poisson(faults * 0.97), faults + 3)
    controllers = np.maximum(1, count // 45)
    night = 11.4 + 1.9 * np.cos(2 * np.pi * (drive.days.astype(int) % 365.25 - 356) / 365.25)
    kept = ~((place == 7) & (day >= drive.day_count - 33) & (day < drive.day_count - 29))
    return table(
        "urban.street_light_daily",
        {
            "place_code": pick([_TOWNSHIPS[index] for index in chosen], place[kept]),
            "day_date": drive.days[day[kept]],
            "light_count": count[kept],
            "lit_count": (due - dark)[kept],
            "due_lit_count": due[kept],
            "fault_count": faults[kept],
            "repaired_count": repaired[kept],
            "repaired_in_24h_count": chance.binomial(repaired, 0.91)[kept],
            "controller_online_count": chance.binomial(controllers, 0.975)[kept],
            "controller_count": controllers[kept],
            "electricity_kwh": np.round((due - dark) * 0.11 * night[day] * chance.uniform(0.97, 1.03, len(day)))[kept],
            "is_scenery_lit": ((drive.crowd > 1.2)[day] | (place < 9))[kept],
        },
    )


def sanitation_daily(city: City, drive: Drivers) -> pa.Table:
    """Waste follows people and holidays; heavy rain stops the sweepers."""
    chance = city.chance("urban.sanitation_daily")
    share = _shares(city.chance("urban townships"))
    day, place = _grid(drive, len(_TOWNSHIPS))
    part = share[place]
    waste = 1180 * part * (0.93 + 0.09 * drive.crowd[day]) * chance.normal(1, 0.05, len(day))
    planned = np.round(2600 * part + 2, 1)
    done = np.minimum(
        1.0, 1.003 - 0.0055 * np.minimum(drive.rain_mm[day], 45) - np.abs(chance.normal(0, 0.012, len(day)))
    )
    swept = np.round(planned * done, 1)
    by_machine = np.clip(0.62 + 0.5 * np.sqrt(part) + chance.normal(0, 0.02, len(day)), 0.2, 0.97)
    vehicles = np.maximum(1, np.round(430 * part).astype(int))
    toilets = np.maximum(2, np.round(720 * part).astype(int))
    kept = chance.random(len(day)) > 0.004  # a file that never came
    return table(
        "urban.sanitation_daily",
        {
            "place_code": pick(_TOWNSHIPS, place[kept]),
            "day_date": drive.days[day[kept]],
            "waste_ton": np.round(waste, 2)[kept],
            "recyclable_ton": np.round(waste * 0.11, 2)[kept],
            "kitchen_ton": np.round(waste * 0.17, 2)[kept],
            "hazardous_ton": np.round(waste * 0.0008, 3)[kept],
            "swept_km": swept[kept],
            "planned_sweep_km": planned[kept],
            "mechanized_km": np.round(swept * by_machine, 1)[kept],
            "vehicle_count": vehicles[kept],
            "vehicle_online_count": chance.binomial(vehicles, 0.94)[kept],
            "toilet_count": toilets[kept],
            "toilet_open_count": chance.binomial(toilets, 0.975)[kept],
        },
    )


def sanitation_facility(city: City, place: Sites, grid_count: int) -> pa.Table:
    """Public toilets, transfer stations and collection points."""
    chance = city.chance("urban.sanitation_facility")
    count = max(20, round(2000 * city.scale))
    kinds, share = ("toilet", "transfer_station", "collection_point", "parking"), (0.36, 0.05, 0.57, 0.02)
    labels = codes("sanitation_facility_kind")
    site, kind = draw(chance, place.weight, count), draw(chance, share, count)
    name = join("演示", pick([labels[each] for each in kinds], kind), digits(np.arange(1, count + 1), 4))
    in_grid = site < grid_count
    return table(
        "urban.sanitation_facility",
        {
            "sanitation_facility_id": join("HW", digits(np.arange(1, count + 1), 5)),
            "name": name,
            "kind": pick(kinds, kind),
            "place_code": pick(place.place_codes, site),
            "lon": np.where(in_grid, np.round(place.lon[site] + chance.uniform(-6e-4, 6e-4, count), 6), np.nan),
            "lat": np.where(in_grid, np.round(place.lat[site] + chance.uniform(-6e-4, 6e-4, count), 6), np.nan),
            "is_open": pa.array(chance.random(count) < 0.97, mask=chance.random(count) < 0.02),
            "is_accessible": pa.array(chance.random(count) < 0.62, mask=kind != 0),
        },
    )


_PIPES = ("water", "rain", "sewage", "combined", "gas", "power", "telecom", "gallery", "lighting")
_LENGTH_KM = np.array([2900, 1150, 1380, 160, 1250, 5200, 4100, 14, 1500.0])
_MONITORED = np.array([420, 130, 210, 20, 380, 160, 60, 30, 90])


def pipe_network(city: City, drive: Drivers) -> pa.Table:
    """Pipe lengths per township and kind, at the end of each full year before the clock."""
    chance = city.chance("urban.pipe_network")
    share = _shares(city.chance("urban townships"))
    last = drive.days[-1].item().year
    years = [year for year in (last - 2, last - 1) if date(year, 12, 31) <= drive.days[-1].item()]
    towns = np.repeat(np.arange(len(_TOWNSHIPS)), len(_PIPES))
    kinds = np.tile(np.arange(len(_PIPES)), len(_TOWNSHIPS))
    base = _LENGTH_KM[kinds] * share[towns] * chance.lognormal(0, 0.15, len(kinds))
    rows = [(year, base * (1 + 0.02 * (year - years[0]))) for year in years]
    here = base > 0.05
    old = np.clip(chance.beta(2.2, 9, len(kinds)), 0, 0.6)
    return table(
        "urban.pipe_network",
        {
            "place_code": pick(_TOWNSHIPS, np.concatenate([towns[here] for _ in rows])),
            "year": np.concatenate([np.full(here.sum(), year) for year, _ in rows]),
            "pipe_kind": pick(_PIPES, np.concatenate([kinds[here] for _ in rows])),
            "length_km": np.concatenate([np.round(length, 2)[here] for _, length in rows]),
            "old_length_km": np.concatenate([np.round(length * old, 2)[here] for _, length in rows]),
            "renewed_length_km": np.concatenate([np.round(length * old * 0.08, 2)[here] for _, length in rows]),
            "monitored_length_km": np.concatenate([np.round(length * 0.18, 2)[here] for _, length in rows]),
            "data_date": np.concatenate([np.full(here.sum(), np.datetime64(date(year, 12, 31))) for year, _ in rows]),
        },
    )


def pipe_monitor_daily(city: City, drive: Drivers) -> pa.Table:
    """Devices online and alarms per town township and kind of pipe."""
    chance = city.chance("urban.pipe_monitor_daily")
    share = _shares(city.chance("urban townships"))
    chosen = np.sort(np.argsort(-share, kind="stable")[:30])
    pairs = np.array([(town, kind) for town in range(len(chosen)) for kind in range(len(_PIPES))])
    devices = np.round(_MONITORED[pairs[:, 1]] * share[chosen][pairs[:, 0]] * 1.4).astype(int)
    pairs, devices = pairs[devices > 0], devices[devices > 0]
    day, pair = _grid(drive, len(pairs))
    count, kind = devices[pair], pairs[pair, 1]
    online = chance.binomial(count, 0.965)
    alarms = chance.poisson(online * np.where(np.isin(kind, [1, 2, 3]), 0.01 + drive.rain_mm[day] / 900, 0.012))
    is_supply = np.isin(kind, [_PIPES.index("water"), _PIPES.index("gas")])
    volume = np.where(kind == 0, 205_000, 96_000) * share[chosen][pairs[pair, 0]] * chance.normal(1, 0.04, len(day))
    return table(
        "urban.pipe_monitor_daily",
        {
            "place_code": pick([_TOWNSHIPS[index] for index in chosen], pairs[pair, 0]),
            "pipe_kind": pick(_PIPES, kind),
            "day_date": drive.days[day],
            "device_count": count,
            "online_count": online,
            "alarm_count": alarms,
            "handled_alarm_count": chance.binomial(alarms, 0.965),
            "supply_volume_m3": pa.array(np.round(volume, -1), mask=~is_supply),
            "loss_rate": pa.array(np.round(chance.normal(0.092, 0.01, len(day)).clip(0.03, 0.2), 3), mask=~is_supply),
        },
    )


def pipe_incident(city: City, drive: Drivers, place: Sites, grid_count: int) -> pa.Table:
    """Bursts, leaks and collapses; a frost and a storm bring more."""
    chance = city.chance("urban.pipe_incident")
    strain = 1 + drive.rain_mm / 20 + 2.0 * (drive.temperature < 1)
    counts = chance.poisson(0.5 * city.scale * strain / strain.mean())
    day = np.repeat(np.arange(drive.day_count), counts)
    size = len(day)
    end = int((drive.days[-1] + 1).astype("datetime64[s]").astype(np.int64))
    at = drive.days[0].astype("datetime64[s]").astype(np.int64) + day * DAY + chance.integers(0, DAY, size)
    at = np.sort(at)
    kind, pipe = draw(chance, [3, 4, 1, 4, 2, 3, 0.5], size), draw(chance, [8, 2, 5, 1, 3, 2, 1], size)
    site = draw(chance, place.weight[:grid_count], size)
    reported = at + chance.exponential(1500, size).astype(np.int64) + 120
    arrived = reported + chance.exponential(1700, size).astype(np.int64) + 500
    expected = arrived + (np.ceil(chance.gamma(2, 3, size)) * 3600).astype(np.int64)
    repaired = arrived + (chance.gamma(2, 3.2, size) * 3600).astype(np.int64) + 1800

    def seen(moment: Ints) -> Ints:
        return np.where(moment < end, moment, NEVER)

    return table(
        "urban.pipe_incident",
        {
            "pipe_incident_id": join("GW", digits(np.arange(1, size + 1), 5)),
            "pipe_kind": pick(("water", "rain", "sewage", "combined", "gas", "power", "telecom"), pipe),
            "kind": pick(tuple(codes("pipe_incident_kind")), kind),
            "place_code": pick(place.place_codes, site),
            "address": join(pick(place.names, site), "演示路段"),
            "lon": np.round(place.lon[site], 6),
            "lat": np.round(place.lat[site], 6),
            "occurred_at": moments(at),
            "reported_at": moments(seen(reported)),
            "arrived_at": moments(seen(arrived)),
            "repaired_at": moments(seen(repaired)),
            "expected_clear_at": moments(np.where(seen(arrived) < NEVER, expected, NEVER)),
            "affected_household_count": chance.poisson(90, size) * np.isin(kind, [0, 1, 4, 5]),
            "handling_unit": pick(
                ("演示·市供水公司", "演示·市排水管理所", "演示·市燃气公司"), draw(chance, [5, 4, 1], size)
            ),
        },
    )


def market_supervision(city: City, drive: Drivers) -> pa.Table:
    """Months that had ended: inspections, problems, complaints per district and field; 市直 counts for itself."""
    chance = city.chance("urban.market_supervision")
    first, end = drive.days[0], drive.days[-1] + 1
    months = [
        month for month in np.arange(first.astype("datetime64[M]"), end.astype("datetime64[M]"))
        if month.astype("datetime64[D]") >= first and (month + 1).astype("datetime64[D]") <= end
    ]  # fmt: skip
    places, fields = [*_POPULATION, CITY], tuple(codes("market_domain"))
    share = np.array([*_POPULATION.values(), 0.08])
    weight = np.array([1.2, 2.6, 1.1, 0.7, 1.3, 0.4, 0.6, 0.2, 3.0, 0.9])
    month, place, field = (grid.ravel() for grid in np.indices((len(months), len(places), len(fields))))
    scale = share[place] * weight[field] * max(city.scale, 0.1)
    inspections = chance.poisson(420 * scale)
    problems = chance.binomial(inspections, 0.16)
    complaints = chance.poisson(150 * scale)
    penalties = chance.binomial(problems, 0.08)
    return table(
        "urban.market_supervision",
        {
            "place_code": pick(places, place),
            "month_date": np.array(months, dtype="datetime64[M]").astype("datetime64[D]")[month],
            "market_domain": pick(fields, field),
            "enterprise_count": np.round(160_000 * share[place] * weight[field] / weight.sum()).astype(int),
            "inspection_count": inspections,
            "problem_count": problems,
            "rectified_count": chance.binomial(problems, 0.93),
            "complaint_count": complaints,
            "complaint_closed_count": chance.binomial(complaints, 0.962),
            "penalty_count": penalties,
            "fine_wan": np.round(penalties * chance.gamma(2, 0.18, len(month)), 2),
        },
    )


_POINT_KINDS = ("underpass", "low_road", "community", "riverside", "underground")
_FLOOD_SEASON = (5, 9)  # months


def flood(city: City, drive: Drivers, place: Sites, grid_count: int) -> dict[str, pa.Table]:
    """Points that flood and what their gauges say: every 5 minutes on rainy days of the flood season, else hourly."""
    chance = city.chance("urban.flood_point")
    count = max(8, round(60 * city.scale))
    site = np.sort(draw(chance, place.weight[:grid_count], count))
    kind = draw(chance, [2, 4, 2, 2, 1], count)
    has_sensor = np.arange(count) % 4 != 3  # three of four have a gauge
    alarm = np.array([15, 20, 15, 25, 10.0])[kind]
    ids = join("YL", digits(np.arange(1, count + 1), 3))
    labels = codes("flood_point_kind")
    pumps = chance.integers(0, 4, count)
    points = table(
        "urban.flood_point",
        {
            "point_id": ids,
            "name": join("演示·", pick(place.names, site), pick([labels[each] for each in _POINT_KINDS], kind)),
            "kind": pick(_POINT_KINDS, kind),
            "place_code": pick(place.place_codes, site),
            "lon": np.round(place.lon[site], 6),
            "lat": np.round(place.lat[site], 6),
            "alarm_depth_cm": alarm,
            "closure_depth_cm": alarm + 12,
            "has_sensor": has_sensor,
            "pump_count": pumps,
            "pump_capacity_m3h": pumps * 400.0,
            "rectify_state": pick(("none", "building", "done"), draw(chance, [2, 2, 3], count)),
            "responsible_unit": [f"演示·{name_of(place.place_codes[index][:6])}市政设施养护所" for index in site],
            "contact_name": pick(["演示·王某", "演示·李某", "演示·张某", "演示·程某"], np.arange(count) % 4),
            "contact_phone": join("0559-000-", digits(np.arange(count) % 97 + 1, 4)),
        },
    )
    assert set(TOWNS) >= {place.place_codes[index][:6] for index in site}
    return {"urban.flood_point": points, "urban.flood_level": _levels(city, drive, place, site, ids, alarm, has_sensor)}


def _levels(
    city: City,
    drive: Drivers,
    place: Sites,
    site: Ints,
    ids: pa.Array,
    alarm: Floats,
    has_sensor: Bools,
) -> pa.Table:
    chance = city.chance("urban.flood_level")
    month = drive.days.astype("datetime64[M]").astype(int) % 12 + 1
    is_fast = (month >= _FLOOD_SEASON[0]) & (month <= _FLOOD_SEASON[1]) & (drive.rain_mm > 2.0)
    step = np.where(is_fast, 300, 3600)
    per_day = DAY // step
    day = np.repeat(np.arange(drive.day_count), per_day)
    first = np.cumsum(per_day) - per_day
    second = (np.arange(len(day)) - first[day]) * step[day]
    peak = chance.uniform(3, 21, drive.day_count) * 3600  # when the rain of the day falls
    passed = (second - peak[day]) / 3600
    pulse = np.where(passed < 0, np.exp(-((passed / 0.7) ** 2)), np.exp(-passed / 1.8))
    gauges = np.flatnonzero(has_sensor)
    gain = chance.gamma(2.0, 0.28, len(gauges))
    start = chance.uniform(18, 46, len(gauges))  # mm of rain a point takes without flooding
    height = np.maximum(drive.rain_mm[None, :] - start[:, None], 0) * gain[:, None]
    depth = np.round(height[:, day] * pulse, 1)
    is_lost = chance.random(depth.shape) < 0.002
    is_lost[:, day == max(drive.day_count - 102, 0)] |= chance.random((len(gauges), 1)) < 0.3
    flag = np.where(chance.random(depth.shape) < 0.0004, 1, 0)
    depth = np.where(flag == 1, 990.0, depth)  # a fish net on the gauge: over the range, and marked so
    at = drive.days[0].astype("datetime64[s]").astype(np.int64) + day * DAY + second
    kept = ~is_lost.ravel()
    who = np.repeat(gauges, len(day))[kept]
    flat, marks = depth.ravel()[kept], flag.ravel()[kept]
    limit = alarm[who]
    return table(
        "urban.flood_level",
        {
            "point_id": ids.take(pa.array(who)),
            "place_code": pick(place.place_codes, site[who]),
            "observed_at": moments(np.tile(at, len(gauges))[kept]),
            "depth_cm": flat,
            "pump_running_count": np.where((flat > 5) & (marks == 0), 1 + (flat > limit), 0),
            "is_road_closed": (flat >= limit + 12) & (marks == 0),
            "data_flag": pick(("N", "H"), marks),
        },
    )
