"""Demo rows of video and systems: the plan's 26 907 cameras, their coverage, counts of records, device trust, feeders.

The plan's numbers stand whatever the scale: 18 771 cameras of the society, 17 489 passed on to the governance platform,
5 175 to the video network, 4 780 of 平安城市. No checkpoint of the police is a row, no face and no plate is anywhere.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.contract import codes
from data.demo.drivers import City, Drivers, table
from data.demo.safety.columns import Bools, Ints, either, known, moments, numbered, pick, stamps, texts
from data.demo.safety.places import CITY_AND_DISTRICTS, DISTRICTS, report_shares, townships
from data.demo.safety.stories import INTERRUPTED_DAYS, INTERRUPTED_SYSTEM, WEAK_CAMERA_DISTRICT
from data.demo.spans import months

CAMERAS, SOCIAL, SAFE_CITY = 26_907, 18_771, 4_780
TO_GOVERNANCE, TO_VIDEO_NETWORK = 17_489, 5_175
_POLICE_BUILT = 5_200  # of the 8 136 that are not the society's; the 4 780 of 平安城市 are among them
_SCENES = {"crowded_place": 17, "compound_gate": 17, "road": 15, "school": 10, "consumption": 9, "special_trade": 7,
           "old_compound": 6, "scenic": 5, "urban_fringe": 4, "transport_hub": 3, "heritage": 2, "water": 2,
           "forest": 2, "other": 1}  # fmt: skip
_CHECKPOINT_CAMERAS = 3  # per township that has any: counted in the coverage alone

# systems of the catalogue: their group and usual availability
FEEDERS = {
    "J02-01": ("platform", 0.995), "Z18-06": ("platform", 0.99),
    "Z18-01": ("video", 0.99), "Z18-02": ("video", 0.985), "Z18-05": ("video", 0.98), "Z18-07": ("video", 0.98),
    "Z18-08": ("video", 0.97),
    "Z18-09": ("police", 0.998), "Z18-10": ("police", 0.995), "Z18-11": ("police", 0.99),
    "Z18-14": ("police", 0.995), "Z26-21": ("police", 0.99), "Z26-22": ("police", 0.99),
    "Z26-08": ("traffic", 0.985),
    "Z20-01": ("emergency", 0.995), "Z20-02": ("emergency", 0.998),
    "Z20-03": ("monitoring", 0.99), "Z20-07": ("monitoring", 0.985),
    "Z20-04": ("command", 0.995),
    "Z20-05": ("rescue", 0.99),
    "Z21-01": ("fire", 0.99), "Z21-02": ("fire", 0.985), "J06-11": ("fire", 0.98),
    "Z26-23": ("epidemic", 0.96),
    "Z26-20": ("security", 0.98),
    "W01-08": ("risk", 0.985),
    "Z20-11": ("forest_fire", 0.99), "Z20-13": ("forest_fire", 0.99), "Z20-14": ("forest_fire", 0.985),
    "Z20-08": ("provincial", 0.97), "Z20-09": ("provincial", 0.97),
    "Z20-10": ("civil_defence", 0.98),
}  # fmt: skip


def cameras(city: City, drive: Drivers) -> pa.Table:
    """Every camera with its builder, scene and state on the last day."""
    chance = city.chance("safety.camera")
    towns = townships(city)
    kind = np.concatenate(
        [
            np.zeros(_POLICE_BUILT, int),
            np.ones(CAMERAS - SOCIAL - _POLICE_BUILT, int),
            np.full(SOCIAL, 2),
        ]
    )
    kind = chance.permutation(kind)
    share = np.array(list(_SCENES.values())) / sum(_SCENES.values())
    scene = chance.choice(len(_SCENES), CAMERAS, p=share)
    township = towns.draw(chance, CAMERAS)
    is_coarse = chance.random(CAMERAS) < 0.006
    lon, lat = towns.points(chance, township, 0.01)
    is_weak = np.array(DISTRICTS)[towns.district[township]] == WEAK_CAMERA_DISTRICT
    is_online = chance.random(CAMERAS) < np.where(is_weak, 0.885, 0.965)
    is_state_known = chance.random(CAMERAS) > 0.004
    seen = moments(drive.days[-1] - np.where(is_online, 0, chance.integers(1, 40, CAMERAS)), np.full(CAMERAS, 86_340))
    return table(
        "safety.camera",
        {
            "camera_id": numbered("YS-SX", np.arange(1, CAMERAS + 1), 5),
            "kind": pick(["1", "2", "3"], kind),
            "camera_scene": pick(list(_SCENES), scene),
            "place_code": either(is_coarse, "3410", towns.fine_column(chance, township, 0.6)),
            "lon": np.where(is_coarse, np.nan, lon),
            "lat": np.where(is_coarse, np.nan, lat),
            "construction_unit": pick(["市公安局", "市直有关部门", "演示·社会单位"], kind),
            "is_safe_city": _chosen(chance, np.flatnonzero(kind == 0), SAFE_CITY),
            "is_online": known(is_online, is_state_known),
            "last_seen_at": stamps(seen),
            "is_image_qualified": known(chance.random(CAMERAS) < 0.94, chance.random(CAMERAS) < 0.9),
            "is_shared_to_governance": _chosen(chance, np.arange(CAMERAS), TO_GOVERNANCE),
            "is_shared_to_video_network": _chosen(chance, np.arange(CAMERAS), TO_VIDEO_NETWORK),
            "has_ai": chance.random(CAMERAS) < np.array([0.5, 0.3, 0.06])[kind],
            "data_date": np.full(CAMERAS, drive.days[-1]),
        },
    )


def _chosen(chance: np.random.Generator, among: Ints, count: int) -> Bools:
    found = np.zeros(CAMERAS, bool)
    found[chance.choice(among, count, replace=False)] = True
    return found


def camera_coverage(city: City, drive: Drivers) -> pa.Table:
    """Sites of nine classes by township and month; the newest month counts the cameras of the register."""
    chance = city.chance("safety.camera_coverage")
    towns = townships(city)
    classes, whole = list(codes("place_class")), months(drive)
    register = cameras(city, drive).select(["place_code", "camera_scene", "is_online"])
    total, online = _by_place_and_scene(register, towns.codes, classes)
    checkpoint = classes.index("police_checkpoint")
    has_checkpoint = chance.random(len(towns.codes)) < 0.1
    total[:, checkpoint] = online[:, checkpoint] = _CHECKPOINT_CAMERAS * has_checkpoint
    due = np.maximum(np.round(total / 2.4).astype(int), (total > 0).astype(int))
    due += chance.poisson(np.where(total > 0, 0.6, 0.15))
    due[:, checkpoint] = has_checkpoint
    month, place, kind = (each.ravel() for each in np.indices((len(whole), len(towns.codes), len(classes))))
    age = len(whole) - 1 - month
    grown = 1.0 - 0.012 * age
    sites = due[place, kind]
    covered = chance.binomial(sites, np.clip(0.95 - 0.011 * age, 0, 1))
    cameras_then = np.where(age == 0, total[place, kind], np.round(total[place, kind] * grown)).astype(int)
    online_then = np.round(online[place, kind] * np.where(age == 0, 1.0, grown))
    online_then = np.minimum(cameras_then, online_then)
    return table(
        "safety.camera_coverage",
        {
            "place_code": towns.code_column(place),
            "place_class": pick(classes, kind),
            "month_date": whole[month],
            "due_site_count": sites,
            "covered_site_count": np.where(cameras_then > 0, covered, 0),
            "camera_count": cameras_then,
            "camera_online_count": online_then.astype(int),
        },
    )


def _by_place_and_scene(register: pa.Table, places: tuple[str, ...], classes: list[str]) -> tuple[Ints, Ints]:
    """Cameras and cameras online by township and class of place."""
    frame = register.to_pandas()
    frame["place"] = frame["place_code"].str.slice(0, 9)
    frame["online"] = frame["is_online"].fillna(False).astype(bool)
    grid = frame.groupby(["place", "camera_scene"])["online"].agg(["size", "sum"])
    index = [(place, kind) for place in places for kind in classes]
    whole = grid.reindex(index, fill_value=0)
    shape = (len(places), len(classes))
    return whole["size"].to_numpy().reshape(shape).astype(int), whole["sum"].to_numpy().reshape(shape).astype(int)


def video_records(city: City, drive: Drivers) -> pa.Table:
    """How many structured records of each kind a day, and how many of a sample were good. Counts only."""
    chance = city.chance("safety.video_record_daily")
    names = list(codes("record_kind"))
    day, place, kind = (each.ravel() for each in np.indices((drive.day_count, 8, len(names))))
    size = np.array([900_000, 260_000, 340_000, 180_000, 20_000])[kind] * report_shares(city)[place]
    wobble = np.exp(chance.normal(0, 0.05, len(day)))
    records = np.round(size * city.scale * drive.crowd[day] ** 0.25 * wobble).astype(int)
    sampled = np.full(len(day), 200)
    return table(
        "safety.video_record_daily",
        {
            "place_code": pick(CITY_AND_DISTRICTS, place),
            "record_kind": pick(names, kind),
            "day_date": drive.days[day],
            "record_count": records,
            "sampled_count": sampled,
            "qualified_count": chance.binomial(sampled, 0.955),
            "late_record_count": chance.binomial(records, 0.004),
            "search_count": chance.poisson(12 * city.scale, len(day)),
        },
    )


def device_trust(city: City, drive: Drivers) -> pa.Table:
    """Known, trusted, controlled, traceable: by place, network and day; a district was silent for two days."""
    chance = city.chance("safety.device_trust_daily")
    names = list(codes("trust_domain"))
    day, place, kind = (each.ravel() for each in np.indices((drive.day_count, 8, len(names))))
    silent = (place == 6) & np.isin(day, [drive.day_count - 100, drive.day_count - 99])
    day, place, kind = day[~silent], place[~silent], kind[~silent]
    devices = np.maximum(3, np.array([27_000, 2_600, 9_000, 700])[kind] * report_shares(city)[place]).astype(int)
    known_count = chance.binomial(devices, 0.99)
    operations = chance.poisson(devices * 0.8)
    return table(
        "safety.device_trust_daily",
        {
            "place_code": pick(CITY_AND_DISTRICTS, place),
            "trust_domain": pick(names, kind),
            "day_date": drive.days[day],
            "device_count": devices,
            "known_count": known_count,
            "trusted_count": chance.binomial(known_count, 0.975),
            "blocked_count": chance.poisson(0.4, len(day)),
            "operator_count": np.maximum(1, operations // 60),
            "operation_count": operations,
            "violation_operation_count": chance.binomial(operations, 0.0002),
            "traceable_count": chance.binomial(operations, 0.998),
        },
    )


def feeders(city: City, drive: Drivers) -> pa.Table:
    """Every system that feeds 平安黄山, by day: most are up, some are late, one is interrupted at the end."""
    chance = city.chance("safety.feeder_daily")
    names = list(FEEDERS)
    day, system = (each.ravel() for each in np.indices((drive.day_count, len(names))))
    count = len(day)
    usual = np.array([rate for _, rate in FEEDERS.values()])[system]
    rate = np.round(np.clip(1 - chance.exponential(1 - usual), 0, 1), 4)
    is_down = (system == names.index(INTERRUPTED_SYSTEM)) & (day >= drive.day_count - INTERRUPTED_DAYS)
    is_down |= chance.random(count) < 0.002
    is_late = ~is_down & (chance.random(count) < 0.02)
    rate = np.where(is_down, 0.0, rate)
    newest = moments(drive.days[day], np.where(is_late, 13 * 3600, 23 * 3600 + 3000))
    has_terminals = np.isin(np.array([kind for kind, _ in FEEDERS.values()])[system], ["video", "fire", "forest_fire"])
    return table(
        "safety.feeder_daily",
        {
            "system_id": pick(names, system),
            "feeder_kind": pick([kind for kind, _ in FEEDERS.values()], system),
            "place_code": pick(["3410"], np.zeros(count, int)),
            "day_date": drive.days[day],
            "feed_state": pick(["normal", "late", "interrupted"], np.where(is_down, 2, is_late.astype(int))),
            "availability_rate": rate,
            "connected_unit_count": chance.integers(2, 12, len(names))[system],
            "online_rate": known(np.round(chance.uniform(0.9, 0.99, count), 3), has_terminals & ~is_down),
            "last_data_at": stamps(np.where(is_down, np.datetime64("NaT"), newest)),
            "note": texts(pick(["演示：链路中断，已报修"], np.zeros(count, int)), is_down),
        },
    )
