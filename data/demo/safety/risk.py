"""Demo rows of risk: sources, hazards with their due dates, daily scores of every township, social risk by month."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.contract import codes
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.safety.columns import Ints, either, known, numbered, pick, texts, weighted
from data.demo.safety.forest import danger_index
from data.demo.safety.places import CITY_AND_DISTRICTS, ZONES, Townships, report_shares, townships
from data.demo.safety.stories import OVERDUE_HAZARDS
from data.demo.spans import months

_SOURCE_KINDS = {"crowd": 18, "fire_unit": 16, "heritage": 14, "flood": 9, "landslide": 10, "forest": 8,
                 "road_black": 8, "lifeline": 5, "construction": 6, "special_equipment": 3, "mine": 1,
                 "hazchem": 2}  # fmt: skip
_DOMAINS = {"work_safety": 30, "fire": 28, "traffic": 14, "lifeline": 7, "geology": 6, "flood": 6, "crowd": 5,
            "forest_fire": 4}  # fmt: skip
_SUPERVISORS = {
    "work_safety": "市应急局",
    "fire": "市消防救援支队",
    "traffic": "市交通运输局",
    "lifeline": "市住房城乡建设局",
    "geology": "市自然资源和规划局",
    "flood": "市水利局",
    "crowd": "市文化和旅游局",
    "forest_fire": "市林业局",
}
_METHOD = "演示-1.0：H×E×V×（1−C），等权"
_TERMS = ("危险性", "暴露度", "脆弱性", "管控缺口")
_NO_SCORE = 0.01  # share of rows with a missing term
_WRONG_SCORES = 5  # published scores that the terms do not give


def risk_sources(city: City, drive: Drivers) -> pa.Table:
    """About three thousand sources; one in a hundred counts its open hazards differently from the register."""
    chance = city.chance("safety.risk_source")
    towns = townships(city)
    count = max(60, round(3000 * city.scale))
    township = towns.draw(chance, count)
    kind = weighted(chance, _SOURCE_KINDS, count)
    is_sensitive = np.isin(np.array(kind.to_pylist()), ["hazchem", "lifeline", "mine"])  # never below the township
    cycle = chance.choice([30, 60, 90], count, p=[0.3, 0.4, 0.3])
    late = chance.random(count) < 0.018
    checked = drive.days[-1] - np.where(late, chance.integers(91, 150, count), chance.integers(0, 85, count))
    never = chance.random(count) < 0.004
    open_hazards = _open_by_source(city, drive, count) + (chance.random(count) < 0.01)
    consequence = chance.choice([1, 2, 3, 4, 5], count, p=[0.2, 0.34, 0.3, 0.12, 0.04])
    numbers = np.arange(1, count + 1)
    return table(
        "safety.risk_source",
        {
            "risk_id": numbered("YS-FX", numbers, 4),
            "kind": kind,
            "name": numbered("演示·风险源", numbers, 4),
            "place_code": either(is_sensitive, towns.code_column(township), towns.fine_column(chance, township, 0.8)),
            "likelihood": chance.choice([1, 2, 3, 4, 5], count, p=[0.28, 0.38, 0.24, 0.08, 0.02]),
            "consequence": known(consequence, chance.random(count) > 0.01),
            "control": np.round(chance.uniform(0.2, 0.9, count), 2),
            "responsible_unit": numbered("演示单位", numbers % 900 + 1, 3),
            "supervising_unit": pick(list(_SUPERVISORS.values()), chance.integers(0, len(_SUPERVISORS), count)),
            "last_checked_date": np.where(never, np.datetime64("NaT"), checked),
            "check_cycle_day": cycle,
            "open_hazard_count": open_hazards,
            "valid_from": np.full(count, np.datetime64("2023-01-01")),
            "valid_to": np.where(chance.random(count) < 0.01, drive.days[-1] - 100, np.datetime64("NaT")),
            "data_date": np.full(count, drive.days[-1]),
        },
    )


def _hazard_count(city: City, drive: Drivers) -> int:
    return max(40, round(6000 * city.scale * drive.day_count / 365))


def _open_by_source(city: City, drive: Drivers, sources: int) -> Ints:
    """Hazards that are not struck off, by the source they point to."""
    rows = hazards(city, drive).to_pydict()
    ended = ("closed", "cancelled")
    found = np.array(
        [
            int(risk[5:]) - 1
            for risk, status in zip(rows["risk_id"], rows["status"], strict=True)
            if risk is not None and status not in ended
        ]
    )
    return np.bincount(found, minlength=sources)[:sources]


def hazards(city: City, drive: Drivers) -> pa.Table:
    """Six thousand hazards a year, three in a hundred of them major; the planted ones are overdue."""
    chance = city.chance("safety.hazard")
    towns = townships(city)
    count, planted = _hazard_count(city, drive), len(OVERDUE_HAZARDS)
    last = drive.day_count - 1
    found = np.sort(chance.integers(0, drive.day_count, count))
    is_major = chance.random(count) < 0.03
    limit = np.where(is_major, chance.integers(30, 61, count), chance.integers(7, 31, count))
    due = found + limit
    took = np.maximum(1, np.round(limit * np.exp(chance.normal(-0.55, 0.28, count)))).astype(int)
    took = np.where(is_major, np.minimum(took, limit + 12), took)
    rectified = found + took
    closed = rectified + chance.integers(1, 9, count)
    is_rectified, is_closed = rectified <= last, closed <= last
    is_started = chance.random(count) < 0.7
    is_cancelled = chance.random(count) < 0.008
    township = towns.draw(chance, count)
    unit_level = chance.random(count)  # a few are reported by the city's own units or by a 管委会
    own = np.where(unit_level < 0.02, 0, np.where(unit_level < 0.035, 1 + chance.integers(0, 3, count), -1))
    domain = chance.choice(len(_DOMAINS), count, p=np.array(list(_DOMAINS.values())) / sum(_DOMAINS.values()))
    names = list(_DOMAINS)
    sources = max(60, round(3000 * city.scale))
    has_source = chance.random(count) < 0.6
    status = np.where(is_cancelled, 4, np.where(is_closed, 3, np.where(is_rectified, 2, is_started.astype(int))))
    is_supervised = is_major & (chance.random(count) < 0.5)
    numbers = np.arange(1, count + 1)
    nothing = np.datetime64("NaT")
    labels = codes("risk_domain")
    rows = table(
        "safety.hazard",
        {
            "hazard_id": numbered("YS-YH", numbers, 5),
            "risk_id": texts(numbered("YS-FX", chance.integers(1, sources + 1, count), 4), has_source),
            "hazard_grade": pick(["ordinary", "major"], is_major.astype(int)),
            "risk_domain": pick(names, domain),
            "place_code": either(
                own >= 0,
                pick(["3410", *ZONES], np.clip(own, 0, None)),
                towns.fine_column(chance, township, 0.5),
            ),
            "title": pick([f"演示·{labels[name]}隐患" for name in names], domain),
            "found_date": drive.days[found],
            "found_by_unit": pick(["市应急局", "市消防救援支队", "企业自查", "乡镇巡查"], chance.integers(0, 4, count)),
            "responsible_unit": numbered("演示单位", chance.integers(1, 900, count), 3),
            "supervising_unit": pick([_SUPERVISORS[name] for name in names], domain),
            "is_supervised": is_supervised,
            "supervision_no": texts(numbered("黄安督〔演示〕", 1000 + numbers, 5), is_supervised),
            "due_date": drive.days[0] + due,
            "rectified_date": np.where(is_rectified & ~is_cancelled, drive.days[0] + rectified, nothing),
            "closed_date": np.where(is_closed, drive.days[0] + closed, nothing),
            "extension_count": (chance.random(count) < 0.05).astype(int),
            "status": pick(["open", "rectifying", "to_verify", "closed", "cancelled"], status),
            "photo_before_ref": numbered("YS-ZP-Q", numbers, 5),
            "photo_after_ref": texts(numbered("YS-ZP-H", numbers, 5), is_rectified),
        },
    )
    return pa.concat_tables([rows, _planted(drive, planted)])


def _planted(drive: Drivers, count: int) -> pa.Table:
    today = drive.days[-1]
    return table(
        "safety.hazard",
        {
            "hazard_id": [f"YS-YH-DB{number:02d}" for number in range(1, count + 1)],
            "hazard_grade": ["major"] * count,
            "risk_domain": [each.risk_domain for each in OVERDUE_HAZARDS],
            "place_code": [each.place_code for each in OVERDUE_HAZARDS],
            "title": [each.title for each in OVERDUE_HAZARDS],
            "found_date": np.array([today - each.found_days_ago for each in OVERDUE_HAZARDS]),
            "found_by_unit": ["市应急局"] * count,
            "responsible_unit": [each.responsible_unit for each in OVERDUE_HAZARDS],
            "supervising_unit": [each.supervising_unit for each in OVERDUE_HAZARDS],
            "is_supervised": [True] * count,
            "supervision_no": [each.supervision_no for each in OVERDUE_HAZARDS],
            "due_date": np.array([today - each.due_days_ago for each in OVERDUE_HAZARDS]),
            "extension_count": [1] + [0] * (count - 1),
            "status": ["rectifying"] * count,
            "photo_before_ref": [f"YS-ZP-DB{number:02d}" for number in range(1, count + 1)],
        },
    )


def risk_scores(city: City, drive: Drivers) -> pa.Table:
    """Every township, domain and day: four terms that follow weather and holidays, and their product."""
    chance = city.chance("safety.risk_score_daily")
    towns = townships(city)
    names = list(codes("risk_domain"))
    shape = (drive.day_count, len(towns.codes), len(names))
    danger = np.stack([_danger(name, drive, towns, city) for name in names], axis=2)
    hazard = np.clip(danger + chance.normal(0, 0.05, shape), 0.02, 1)
    busy = np.clip(towns.share / towns.share.max(), 0.05, 1) ** 0.2
    exposed = np.repeat(busy[:, None], len(names), axis=1)
    for name in ("forest_fire", "geology"):  # what lies in the hills is exposed to these, however few people live there
        exposed[towns.is_mountain, names.index(name)] = 0.9
    exposure = np.clip(exposed[None] + chance.normal(0, 0.04, shape), 0.05, 1)
    vulnerable = chance.uniform(0.45, 0.95, shape[1:])
    control = chance.uniform(0.05, 0.5, shape[1:])
    terms = np.stack(
        [
            np.round(hazard, 2),
            np.round(exposure, 2),
            np.broadcast_to(np.round(vulnerable, 2), shape),
            np.broadcast_to(np.round(control, 2), shape),
        ],
        axis=-1,
    ).reshape(-1, 4)
    score = np.round(100 * terms[:, 0] * terms[:, 1] * terms[:, 2] * (1 - terms[:, 3]), 1)
    day, place, domain = (each.ravel() for each in np.indices(shape))
    is_scored = chance.random(len(score)) > _NO_SCORE
    lost = chance.integers(0, 4, len(score))
    wrong = chance.choice(np.flatnonzero(is_scored), _WRONG_SCORES, replace=False)
    score[wrong] = np.round(np.minimum(score[wrong] + 25, 100), 1)
    level = np.searchsorted([20, 40, 60, 80], score, side="right")
    columns = {
        name: known(terms[:, number], is_scored | (lost != number))
        for number, name in enumerate(("hazard", "exposure", "vulnerability", "control"))
    }
    return table(
        "safety.risk_score_daily",
        {
            "place_code": towns.code_column(place),
            "risk_domain": pick(names, domain),
            "day_date": drive.days[day],
            **columns,
            "score": known(score, is_scored),
            "risk_level": texts(pick(["normal", "blue", "yellow", "orange", "red"], level), is_scored),
            "method_version": pick([_METHOD], np.zeros(len(score), int)),
            "explanation": texts(_explained(terms), is_scored),
        },
    )


def _danger(name: str, drive: Drivers, towns: Townships, city: City) -> Floats:
    """How dangerous each day is in each township, 0–1, before chance."""
    soaked = np.convolve(drive.rain_mm, np.ones(5))[: drive.day_count]
    wet = np.clip(drive.rain_mm / 60, 0, 1)
    hill = towns.is_mountain[None, :].astype(float)
    day = {
        "fire": 0.35 + 0.2 * (1 - np.clip(soaked / 30, 0, 1)),
        "traffic": 0.3 + 0.3 * wet + 0.08 * (drive.crowd - 1),
        "crowd": 0.12 + 0.22 * (drive.crowd - 1),
        "flood": 0.05 + 0.5 * wet + 0.25 * np.clip(soaked / 120, 0, 1),
        "geology": 0.08 + 0.25 * wet + 0.5 * np.clip(soaked / 120, 0, 1),
        "work_safety": np.full(drive.day_count, 0.4),
        "public_order": 0.28 + 0.05 * (drive.crowd - 1),
        "lifeline": 0.25 + 0.25 * np.clip((2 - drive.temperature) / 10, 0, 1) + 0.15 * wet,
    }
    if name == "forest_fire":
        return np.clip(danger_index(city, drive) / 85, 0, 1) * (0.55 + 0.45 * hill)
    steep = 0.5 + 0.6 * hill if name == "geology" else np.ones_like(hill)
    found: Floats = np.clip(day[name][:, None] * steep, 0, 1)
    return found


def _explained(terms: Floats) -> pa.Array:
    """The three terms that raise the score most, in words."""
    push = np.column_stack([terms[:, :3], 1 - terms[:, 3]])
    order = np.argsort(-push, axis=1, kind="stable")[:, :3]
    key = order @ np.array([16, 4, 1])
    words = ["、".join(_TERMS[number // step % 4] for step in (16, 4, 1)) for number in range(64)]
    return pick([f"主要来自{each}" for each in words], key)


def social_risk_monthly(city: City, drive: Drivers) -> pa.Table:
    """Disputes by month and kind in the city's own units and the districts: trends, never a case."""
    chance = city.chance("safety.social_risk_monthly")
    names = list(codes("social_risk_kind"))
    share = np.array([30, 10, 6, 4, 14, 8, 6, 3, 19]) / 100
    month, place, kind = (each.ravel() for each in np.indices((len(months(drive)), 8, len(names))))
    weight = report_shares(city)
    accepted = chance.poisson(900 * city.scale * weight[place] * share[kind])
    solved = chance.binomial(accepted, 0.9)
    level = np.clip(np.searchsorted([20, 60, 120], accepted), 0, 3)
    return table(
        "safety.social_risk_monthly",
        {
            "place_code": pick(CITY_AND_DISTRICTS, place),
            "social_risk_kind": pick(names, kind),
            "month_date": months(drive)[month],
            "accepted_count": accepted,
            "solved_count": solved,
            "overdue_count": chance.binomial(accepted - solved, 0.3),
            "repeat_accepted_count": chance.binomial(accepted, 0.08),
            "risk_level": pick(["normal", "blue", "yellow", "orange"], level),
        },
    )
