"""Demo rows of 智能发现: what the cameras took for a violation, and what people said when they looked."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.demo.drivers import City, Drivers, table
from data.demo.safety import video
from data.demo.urban.case import VIDEO, Cases
from data.demo.urban.column import DAY, NEVER, Ints, draw, join, moments, numbered_by_day, pick
from data.demo.urban.matter import CODES, IS_SEEN, MATTERS, STANDARDS, coded
from data.demo.urban.place import AREAS, Sites

PER_DAY = 400
CAMERA_COUNT = 600  # of those with analysis in a district, the ones that look for violations
MODELS = (("YS-M-CITY-1", "1.8"), ("YS-M-CITY-2", "2.1"))  # the second one is newer and better
_STATES = ("confirmed", "rejected", "duplicate", "pending")
_SEEN = np.flatnonzero(IS_SEEN)
_RIGHT = np.linspace(0.93, 0.60, len(_SEEN))  # how often each kind is right: litter is easy, parking hard
_HOURS = np.array([1, 1, 1, 1, 1, 2, 5, 8, 9, 8, 8, 8, 7, 7, 7, 8, 8, 9, 9, 8, 7, 5, 3, 2.0])


def ai_detection(city: City, drive: Drivers, place: Sites, found: Cases, grid_count: int) -> tuple[pa.Table, pa.Array]:
    """The detections, and for each case the id of the one that found it."""
    chance = city.chance("urban.ai_detection")
    begin, end = (int(each.astype("datetime64[s]").astype(np.int64)) for each in (drive.days[0], drive.days[-1] + 1))
    linked = np.flatnonzero(found.channel == VIDEO)
    more = max(round(PER_DAY * city.scale * drive.day_count) - len(linked), 0)
    share = np.array([MATTERS[index].weight for index in _SEEN])
    matter = np.concatenate([found.matter[linked], _SEEN[draw(chance, share, more)]])
    site = np.concatenate([found.site[linked], draw(chance, place.weight[:grid_count], more)])
    day = draw(chance, 0.7 + 0.6 * np.arange(drive.day_count) / drive.day_count, more)
    day = np.where(day == max(drive.day_count - 102, 0), np.maximum(day - 1, 0), day)  # the platform stood still
    loose = begin + day * DAY + draw(chance, _HOURS, more) * 3600 + chance.integers(0, 3600, more)
    early = found.reported[linked] - 60 - chance.exponential(700, len(linked)).astype(np.int64)
    detected = np.concatenate([np.maximum(early, begin), loose])
    size = len(detected)
    model = (chance.random(size) < 0.25 + 0.6 * (detected - begin) / (end - begin)).astype(np.int64)
    right = np.interp(matter, _SEEN, _RIGHT) + 0.05 * model
    is_right = chance.random(size) < right - 0.14  # those that became cases come on top
    state = np.where(chance.random(size) < 0.22, 2, np.where(is_right, 0, 1))
    state[: len(linked)] = 0
    late = chance.exponential(1500, size).astype(np.int64) + 60
    reviewed = np.concatenate([found.reported[linked], detected[len(linked) :] + late[len(linked) :]])
    is_waiting = (reviewed >= end) | ((np.arange(size) >= len(linked)) & (chance.random(size) < 0.004))
    state = np.where(is_waiting, 3, state)
    order = np.argsort(detected, kind="stable")
    ids = numbered_by_day("SB", detected[order], 5)
    place_of = np.empty(size, dtype=np.int64)
    place_of[order] = np.arange(size)
    by_case = np.full(len(found.channel), -1)
    by_case[linked] = place_of[: len(linked)]
    case_of: Ints = np.concatenate([linked, np.full(more, -1)])[order]
    matter, site, detected = matter[order], site[order], detected[order]
    standard, code = coded(matter, (detected // DAY).astype("datetime64[D]"))
    grid = pick(place.place_codes, site)
    return table(
        "urban.ai_detection",
        {
            "detection_id": ids,
            "camera_id": _cameras(city, drive, place, site),
            "place_code": grid,
            "unit_grid_code": grid,
            "lon": np.round(place.lon[site], 6),
            "lat": np.round(place.lat[site], 6),
            "model_id": pick([name for name, _ in MODELS], model[order]),
            "model_version": pick([version for _, version in MODELS], model[order]),
            "standard_ref": pick(STANDARDS, standard),
            "matter_kind": pick(["event"], np.zeros(size)),
            "type_code": pick(CODES, code),
            "detected_at": moments(detected),
            "confidence": np.round(np.clip(chance.beta(9, 2.2, size) - 0.12 * (state[order] == 1), 0.3, 0.999), 3),
            "ai_review_state": pick(_STATES, state[order]),
            "reviewed_at": moments(np.where(is_waiting, NEVER, reviewed)[order]),
            "case_id": found.ids.take(pa.array(case_of, mask=case_of < 0)),
            "photo_ref": join("P", ids),
        },
    ), ids.take(pa.array(by_case, mask=by_case < 0))


def _cameras(city: City, drive: Drivers, place: Sites, site: Ints) -> pa.Array:
    """For each detection a camera with analysis in its district, the same one for the same grid."""
    register = video.cameras(city, drive)
    with_analysis = register.filter(register["has_ai"])
    districts = pc.utf8_slice_codeunits(with_analysis["place_code"], 0, 6).to_pylist()
    ids: list[str | None] = []
    first, size = [], []
    for code in AREAS:
        own = [
            name for name, where in zip(with_analysis["camera_id"].to_pylist(), districts, strict=True) if where == code
        ]
        first.append(len(ids))
        size.append(len(own[:CAMERA_COUNT]))
        ids += own[:CAMERA_COUNT]
    area = place.area[site]
    return pick(ids, np.array(first)[area] + site * 7919 % np.maximum(np.array(size)[area], 1))
