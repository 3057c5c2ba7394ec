"""Demo rows of travel times: from every community by car to hospitals, care homes and schools, on foot to daily needs.

Invented roads: a winding factor per community, larger in the mountains. Sites beyond 45 minutes are left out unless
they are the nearest, as a table of travel times would.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from data.demo import spans
from data.demo.community.places import facilities, institutions
from data.demo.drivers import City, Drivers, Floats, table
from data.demo.livelihood import health
from data.demo.livelihood.schooling import SCHOOLS, schools
from data.demo.people import KM, Anything, Ints, Texts, people
from geo.boundaries import LON_SCALE

FARTHEST_MIN, MOST = 45.0, 24  # minutes kept, and sites kept per community and service
DRIVE_MIN_PER_KM, SET_OUT_MIN = 2.0, 3.0  # 30 km/h on the road, and finding a car and a parking place
WALK_MIN_PER_KM = 60 / 4.5
WINDING = (1.15, 2.3)  # road length over the straight line: towns, the remotest villages
ON_FOOT = {  # the kinds of the fifteen-minute circle, by the service they are
    "service_center": "service_center", "elder_station": "elder_station", "canteen": "canteen", "clinic": "clinic",
    "childcare": "childcare", "sports": "sport", "market": "market",
}  # fmt: skip
METHOD = "演示路网 2026"


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {"livelihood.travel_time": _travel_time(city, drive)}


def _travel_time(city: City, drive: Drivers) -> pa.Table:
    home = people(city)
    care, school, clinic, daily = institutions(city), schools(city), health.facilities(city), facilities(city)
    chance = city.chance("roads")
    winding = np.where(home.is_village, chance.uniform(1.25, WINDING[1], len(home.code)), WINDING[0])
    is_clinic = np.isin(clinic.kind, ["hospital", "township", "community_centre"])
    has_beds = (care.bed > 0) & (care.form != "medical_care")
    is_school = np.isin(school.form, [each for each in SCHOOLS if each not in ("senior", "complete")])
    driven: tuple[tuple[str, Texts, Floats, Floats, Ints, Anything], ...] = (
        ("health", clinic.facility_id, clinic.lon, clinic.lat, clinic.community, is_clinic),
        ("elder_care", care.institution_id, care.lon, care.lat, care.community, has_beds),
        ("school", school.school_id, school.lon, school.lat, school.community, is_school),
    )
    parts: list[dict[str, Anything]] = []
    for service, site_id, lon, lat, community, wanted in driven:
        minutes = SET_OUT_MIN + DRIVE_MIN_PER_KM * winding[:, None] * _km(home.lon, home.lat, lon[wanted], lat[wanted])
        parts.append(_kept(service, "drive", minutes, site_id[wanted], community[wanted], FARTHEST_MIN, MOST))
    for kind, service in ON_FOOT.items():
        wanted = daily.kind == kind
        km = _km(home.lon, home.lat, daily.lon[wanted], daily.lat[wanted])
        minutes = WALK_MIN_PER_KM * np.minimum(winding, 1.4)[:, None] * km
        site = daily.community_facility_id[wanted]
        parts.append(_kept(service, "walk", minutes, site, daily.community[wanted], 30.0, 3))
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    count = len(whole["minutes"])
    return table(
        "livelihood.travel_time",
        {
            "origin_place_code": home.code[whole["origin"]],
            "facility_id": whole["site"],
            "access_service": whole["service"],
            "travel_mode": whole["mode"],
            "place_code": home.code[whole["community"]],
            "duration_min": np.round(whole["minutes"], 1),
            "method_version": np.full(count, METHOD),
            "data_date": [spans.yearly(drive, 6, 30, 1)[0]] * count,
        },
    )


def _km(x: Floats, y: Floats, site_x: Floats, site_y: Floats) -> Floats:
    """Straight lines between all places and all sites."""
    found: Floats = np.hypot((x[:, None] - site_x) * LON_SCALE, y[:, None] - site_y) / KM
    return found


def _kept(
    service: str, mode: str, minutes: Floats, site: Texts, community: Ints, farthest: float, most: int
) -> dict[str, Anything]:
    """The nearest site of each place, and up to `most` within `farthest` minutes."""
    order = np.argsort(minutes, axis=1, kind="stable")[:, :most]
    spent = np.take_along_axis(minutes, order, axis=1)
    near = spent <= farthest
    near[:, 0] = True
    origin = np.broadcast_to(np.arange(len(minutes))[:, None], near.shape)[near]
    return {
        "origin": origin, "site": site[order[near]], "community": community[order[near]], "minutes": spent[near],
        "service": np.full(len(origin), service), "mode": np.full(len(origin), mode),
    }  # fmt: skip
