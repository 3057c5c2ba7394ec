"""Computed metrics of 生态环境: classes by period means, percentiles, indices, P value, days left to lose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import floor

from metrics.computed.result import Result, Row, share
from metrics.standards import air, water


def _classes(rows: Sequence[Row]) -> list[tuple[Row, str]]:
    """Each section with the class of its period means; sections without a single measured item drop out."""
    classed = []
    for row in rows:
        values = {item: row.get(item) for item in ("ph", "do", "codmn", "nh3n", "tp", "tn")}
        found = water.classify(values, body=row["water_body"] or "river").water_class
        if found is not None:
            classed.append((row, found))
    return classed


def _meets(found: str, wanted: str) -> bool:
    """Whether a class is at or better than another, by rank and never as text."""
    mine, theirs = water.rank(found), water.rank(wanted)
    return mine is not None and theirs is not None and mine <= theirs


def good_section_share(rows: Sequence[Row]) -> Result:
    """National sections of class Ⅰ–Ⅲ among those that can be classed; one of unregistered kind takes part."""
    classed = _classes([row for row in rows if row["kind"] in (None, "national", "unknown")])
    bad = [str(row["name"]) for row, found in classed if not _meets(found, "Ⅲ")]
    return share(len(classed) - len(bad), len(classed), f"未达Ⅲ类：{'、'.join(bad)}" if bad else "")


def section_target_share(rows: Sequence[Row]) -> Result:
    """Sections at or better than their target class among the classed sections that have a target."""
    judged = [(row, found) for row, found in _classes(rows) if row["target_class"]]
    bad = [str(row["name"]) for row, found in judged if not _meets(found, str(row["target_class"]))]
    return share(len(judged) - len(bad), len(judged), f"未达标：{'、'.join(bad)}" if bad else "")


def ozone_percentile(rows: Sequence[Row]) -> Result:
    """90th percentile of the daily maximum 8-hour ozone."""
    values = [float(row["o3_8h"]) for row in rows if row["o3_8h"] is not None]
    return Result(air.percentile(values, 0.9), len(values))


def air_composite(rows: Sequence[Row]) -> Result:
    """Composite index of the six pollutants: means, CO P95, ozone P90."""
    if not rows:
        return Result(None, 0)

    def values(item: str) -> list[float]:
        return [float(row[item]) for row in rows if row[item] is not None]

    means = {item: _mean(values(item)) for item in ("so2", "no2", "pm10", "pm25")}
    means |= {"co": air.percentile(values("co"), 0.95), "o3": air.percentile(values("o3_8h"), 0.9)}
    found = air.composite_index(means, edition=str(rows[-1]["aqi_standard"]))
    days = min(len(values(item)) for item in ("so2", "no2", "pm10", "pm25", "co", "o3_8h"))
    return Result(found.index, days, detail=f"{rows[-1]['aqi_standard']}，权重均为 1")


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def groundwater_target_share(rows: Sequence[Row]) -> Result:
    """Wells at or better than their target class among those with a target and a class in the season."""
    judged = [row for row in rows if row["target_groundwater_class"] and row["published_groundwater_class"]]
    bad = [
        str(row["name"])
        for row in judged
        if not _meets(str(row["published_groundwater_class"]), str(row["target_groundwater_class"]))
    ]
    return share(len(judged) - len(bad), len(judged), f"未达标：{'、'.join(bad)}" if bad else "")


def compensation_p_value(rows: Sequence[Row]) -> Result:
    """The worst (highest) P value among the sections of the agreement; each is named with its own."""
    rounds: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        rounds.setdefault((str(row["name"]), str(row["round_name"])), []).append(row)
    values, said = [], []
    for (name, round_name), items in rounds.items():
        factors = {
            str(row["pollutant"]): water.Factor(row["k0"], row["factor_weight"], row["base_concentration"])
            for row in items
        }
        found = water.p_value({str(row["pollutant"]): row["mean_concentration"] for row in items}, factors)
        if found.value is not None:
            values.append(found.value)
        said.append(f"{name}（{round_name}）{found.fault or f'{found.value:.3f}'}")
    detail = f"测算值，非考核结果：{'；'.join(said)}" if said else ""
    return Result(max(values, default=None), len(values), detail=detail)


def good_day_allowance(rows: Sequence[Row]) -> Result:
    """How many more days of the year may exceed before the target is lost; negative once it is."""
    row = rows[0]
    if row["target_value"] is None or not row["valid_day_count"]:
        return Result(None, 0, detail="没有下达本年的优良天数比例目标" if row["valid_day_count"] else "")
    allowed = floor(row["year_day_count"] * (100 - row["target_value"]) / 100 + 1e-9)
    exceeded, valid = int(row["exceeded_day_count"]), int(row["valid_day_count"])
    detail = f"{int(row['year'])} 年目标 {row['target_value']:g}%，全年最多超标 {allowed} 天，已超标 {exceeded} 天"
    unknown = int(row["passed_day_count"]) - valid
    detail += f"，另有 {unknown} 天无有效数据" if unknown else ""
    return Result(float(allowed - exceeded), valid, detail=detail)


def water_use_share(rows: Sequence[Row]) -> Result:
    """Water used since New Year as a part of the year's quota."""
    row = rows[0]
    if row["used_wan_m3"] is None or not row["quota_wan_m3"]:
        return Result(None, 0)
    used, quota = float(row["used_wan_m3"]), float(row["quota_wan_m3"])
    detail = f"年初至 {row['last_month_date']:%Y-%m} 共 {int(row['month_count'])} 个月"
    return Result(used / quota, int(row["month_count"]), used, quota, detail)


FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {
    "good_section_share": good_section_share,
    "section_target_share": section_target_share,
    "ozone_percentile": ozone_percentile,
    "air_composite": air_composite,
    "groundwater_target_share": groundwater_target_share,
    "compensation_p_value": compensation_p_value,
    "good_day_allowance": good_day_allowance,
    "water_use_share": water_use_share,
}
