"""Demo rows of public health, rescue capacity, key goods and work-safety coverage: counts by district or township."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.contract import codes
from data.demo.drivers import City, Drivers, table
from data.demo.safety.columns import known, pick
from data.demo.safety.places import CITY_AND_DISTRICTS, report_shares, townships
from data.demo.spans import months


def public_health_daily(city: City, drive: Drivers) -> pa.Table:
    """Seven groups of disease by place and day; a district reports a week late now and then and then not at all."""
    chance = city.chance("safety.public_health_daily")
    names = list(codes("disease_group"))
    day, place, group = (each.ravel() for each in np.indices((drive.day_count, 8, len(names))))
    cold = np.clip((18 - drive.temperature) / 18, 0, 1)[day]
    warm = np.clip((drive.temperature - 15) / 15, 0, 1)[day]
    visits = np.array([1500.0, 320.0, 12.0, 18.0, 1.0, 4.0, 60.0])[group]
    season = np.where(group == 0, 0.6 + 1.1 * cold, np.where(np.isin(group, [1, 2, 3]), 0.5 + 1.0 * warm, 1.0))
    expected = visits * season * report_shares(city)[place] * city.scale
    seen = chance.poisson(expected)
    cases = chance.binomial(seen, np.array([0.03, 0.05, 0.06, 0.1, 0.1, 0.02, 0.03])[group])
    silent = (place == 6) & (day >= drive.day_count - 103) & (day < drive.day_count - 100)
    kept = ~silent
    alarms = chance.random(len(day)) < 0.0006
    return table(
        "safety.public_health_daily",
        {
            "place_code": pick(CITY_AND_DISTRICTS, place[kept]),
            "disease_group": pick(names, group[kept]),
            "day_date": drive.days[day[kept]],
            "patient_visit_count": seen[kept],
            "reported_case_count": cases[kept],
            "baseline_mean": np.round(expected[kept] * 0.04, 1),
            "issued_notice_count": alarms[kept].astype(int),
            "cluster_count": (alarms & (chance.random(len(day)) < 0.4))[kept].astype(int),
        },
    )


def medical_rescue_daily(city: City, drive: Drivers) -> pa.Table:
    """Beds, ambulances and blood by place and day."""
    chance = city.chance("safety.medical_rescue_daily")
    day, place = (each.ravel() for each in np.indices((drive.day_count, 8)))
    beds = {
        "emergency": np.maximum(6, np.round(260 * report_shares(city))).astype(int)[place],
        "icu": np.maximum(4, np.round(150 * report_shares(city))).astype(int)[place],
        "infectious": np.maximum(6, np.round(240 * report_shares(city))).astype(int)[place],
    }
    free = {"emergency": 0.3, "icu": 0.27, "infectious": 0.55}
    ambulances = np.maximum(3, np.round(90 * report_shares(city))).astype(int)[place]
    columns: dict[str, object] = {"place_code": pick(CITY_AND_DISTRICTS, place), "day_date": drive.days[day]}
    for name, count in beds.items():
        columns[f"{name}_bed_count"] = count
        columns[f"{name}_bed_free_count"] = known(chance.binomial(count, free[name]), chance.random(len(day)) > 0.006)
    columns |= {
        "ambulance_count": ambulances,
        "ambulance_free_count": chance.binomial(ambulances, 0.68),
        "blood_day": np.where(place == 0, np.round(chance.normal(9, 1.4, len(day)), 1), np.nan),
        "rescue_team_count": np.maximum(1, np.round(28 * report_shares(city))).astype(int)[place],
    }
    return table("safety.medical_rescue_daily", columns)


def key_goods_monthly(city: City, drive: Drivers) -> pa.Table:
    """Seven kinds of goods by place and month: traced, sampled, recalled."""
    chance = city.chance("safety.key_goods_monthly")
    names = list(codes("goods_kind"))
    month, place, kind = (each.ravel() for each in np.indices((len(months(drive)), 8, len(names))))
    firms = np.array([9000, 900, 2600, 1800, 160, 1400, 320])[kind] * report_shares(city)[place] * city.scale
    firms = np.maximum(1, np.round(firms)).astype(int)
    traced = chance.binomial(firms, np.array([0.72, 0.97, 0.64, 0.4, 0.98, 0.99, 0.7])[kind])
    sampled = chance.poisson(np.array([420, 60, 240, 60, 4, 30, 12])[kind] * report_shares(city)[place] * city.scale)
    failed = chance.binomial(sampled, np.array([0.014, 0.004, 0.01, 0.03, 0.0, 0.01, 0.006])[kind])
    problems = chance.poisson(firms * 0.03)
    return table(
        "safety.key_goods_monthly",
        {
            "place_code": pick(CITY_AND_DISTRICTS, place),
            "goods_kind": pick(names, kind),
            "month_date": months(drive)[month],
            "enterprise_count": firms,
            "traceable_enterprise_count": traced,
            "sampled_batch_count": sampled,
            "unqualified_batch_count": failed,
            "recalled_batch_count": chance.binomial(failed, 0.7),
            "inspection_count": chance.poisson(firms * 0.12),
            "problem_count": problems,
            "rectified_count": chance.binomial(problems, 0.93),
            "incident_count": chance.poisson(np.full(len(firms), 0.01)),
            "complaint_count": chance.poisson(firms * 0.012),
        },
    )


def work_safety_coverage(city: City, drive: Drivers) -> pa.Table:
    """Enterprises that the work-safety network sees, by township, class and month; classes overlap and never add up."""
    chance = city.chance("safety.work_safety_coverage")
    towns = townships(city)
    names = list(codes("enterprise_class"))
    month, place, kind = (each.ravel() for each in np.indices((len(months(drive)), len(towns.codes), len(names))))
    usual = np.array([420, 260, 760])[None, :] * city.scale * towns.share[:, None]
    firms = chance.poisson(usual)[place, kind]
    age = len(months(drive)) - 1 - month
    connected = chance.binomial(firms, np.clip(np.array([0.97, 0.94, 0.86])[kind] - 0.008 * age, 0, 1))
    problems = chance.poisson(firms * 0.3)
    alarms = chance.poisson(connected * 1.4)
    return table(
        "safety.work_safety_coverage",
        {
            "place_code": towns.code_column(place),
            "enterprise_class": pick(names, kind),
            "month_date": months(drive)[month],
            "enterprise_count": firms,
            "connected_count": connected,
            "online_enterprise_count": chance.binomial(connected, 0.95),
            "hazchem_count": known(chance.binomial(firms, 0.06), kind == 0),
            "inspection_count": chance.poisson(firms * 0.4),
            "problem_count": problems,
            "rectified_count": chance.binomial(problems, 0.92),
            "alarm_count": alarms,
            "handled_alarm_count": chance.binomial(alarms, 0.97),
        },
    )
