"""Demo rows of the cross-province compensation. Every coefficient here is invented or unverified, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.ecology_rest import period
from data.demo.ecology_rest.column import by_row

SECTION = "YS-W13"  # 演示断面·出境
PLACE = "341021"
_WEIGHTS = {"codmn": 0.22, "nh3n": 0.22, "tp": 0.28, "tn": 0.28}
_BASE = {"codmn": 1.62, "nh3n": 0.088, "tp": 0.044, "tn": 1.22}  # mg/L, invented
_ROUNDS = (("演示轮次·上一轮", 0.89, 2021, 2023, 1.06), ("演示轮次·现行", 0.90, 2024, None, 1.0))
_SOURCE = "演示：系数未经核实、基准浓度为虚构，须以协议文本替换"


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {"ecology.compensation_factor": _factors(), "ecology.compensation_yearly": _results(drive)}


def _factors() -> pa.Table:
    rows = [
        {
            "round_name": name,
            "section_id": SECTION,
            "pollutant": item,
            "k0": k0,
            "factor_weight": weight,
            "base_concentration": round(_BASE[item] * looser, 4),
            "base_period_text": "演示基准期",
            "year_from": first,
            "year_to": last,
            "source": _SOURCE,
        }
        for name, k0, first, last, looser in _ROUNDS
        for item, weight in _WEIGHTS.items()
    ]
    return by_row("ecology.compensation_factor", rows)


def _results(drive: Drivers) -> pa.Table:
    """What was published, the newest year's P value not yet; a computed value never stands in for it."""
    years = period.years(drive, 4)
    published = [0.872, 0.861, 0.848, None]
    return table(
        "ecology.compensation_yearly",
        {
            "section_id": [SECTION] * len(years),
            "place_code": [PLACE] * len(years),
            "year": years,
            "data_date": [date(year, 12, 31) for year in years],
            "round_name": ["演示轮次·上一轮" if year <= 2023 else "演示轮次·现行" for year in years],
            "published_p": published,
            "compensation_wan": [None if p is None else 20_000.0 for p in published],
            "is_compliant": [None if p is None else p <= 1 for p in published],
            "source": [None if p is None else "演示公布" for p in published],
        },
    )
