"""Demo rows of who lives in a community: the community itself, its households and its elders under pseudonyms.

Counts of the three registers agree: as many elders stand in `elder` as `community` counts (times the scale).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo import spans
from data.demo.drivers import City, Drivers, table
from data.demo.people import Ints, people

ALONE, EMPTY_NEST = 0.115, 0.34  # shares of elders who live alone, or as a couple without children
AGE_BANDS = ("60-64", "65-69", "70-74", "75-79", "80+")
_HEX = 16  # digits of a pseudonym


@dataclass(frozen=True)
class Elders:
    """One entry per registered elder: the community, the place in its list, and the household's row."""

    community: Ints
    rank: Ints
    household: Ints
    household_count: Ints  # per community, of the registered households


def tables(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    return {
        "community.community": _community(city, drive),
        "community.household": _household(city, drive),
        "community.elder": _elder(city, drive),
    }


@cache
def pseudonyms(city: City, name: str, count: int) -> npt.NDArray[np.bytes_]:
    """Keyed hashes in the manner of HMAC: nothing leads back to a person."""
    text = city.chance(f"pseudonym {name}").bytes(count * _HEX // 2).hex()
    return np.frombuffer(text.encode(), dtype=f"S{_HEX}")


def texts(values: npt.NDArray[np.bytes_]) -> pa.Array:
    """Pseudonyms as an Arrow text column."""
    return pa.array(values).cast(pa.string())


@cache
def elders(city: City) -> Elders:
    """Who lives with whom: first those alone, then couples, then one elder in each larger household."""
    home, scale = people(city), min(city.scale, 1.0)
    count = np.ceil(home.of_age(60) * scale).astype(np.int64)
    households = np.maximum(1, np.round(home.household * scale)).astype(np.int64)
    community = np.repeat(np.arange(len(count)), count)
    rank = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    alone, paired = alone_count(count)[community], paired_count(count)[community]
    local = np.where(
        rank < alone, rank, np.where(rank < alone + paired, alone + (rank - alone) // 2, rank - paired // 2)
    )
    local = np.minimum(local, households[community] - 1)
    return Elders(community, rank, (np.cumsum(households) - households)[community] + local, households)


def alone_count(count: Ints) -> Ints:
    """How many of `count` elders live alone."""
    found: Ints = np.round(count * ALONE).astype(np.int64)
    return found


def paired_count(count: Ints) -> Ints:
    """How many of `count` elders live as a couple by themselves; even."""
    found: Ints = (np.round(count * EMPTY_NEST / 2) * 2).astype(np.int64)
    return found


def _community(city: City, drive: Drivers) -> pa.Table:
    home, chance = people(city), city.chance("community")
    count = len(home.code)
    old = home.of_age(60)
    grids = np.maximum(1, np.round(home.resident / 580)).astype(np.int64)
    kind = np.where(home.is_village, "village", "community")
    kind[[name.endswith(("生活区", "虚拟社区", "循环园区社区", "经济开发区社区")) for name in home.name]] = "zone"
    unknown = chance.random(count) < 0.006  # the grid register of a few is not in yet
    return table(
        "community.community",
        {
            "place_code": home.code,
            "name": home.name,
            "kind": kind,
            "household_count": home.household,
            "population": home.resident,
            "elder_60_count": old,
            "elder_65_count": home.of_age(65),
            "elder_80_count": home.of_age(80),
            "elder_living_alone_count": alone_count(old),
            "grid_count": grids,
            "grid_officer_count": np.where(
                unknown, np.nan, np.maximum(1, np.round(grids * chance.uniform(0.75, 1.05, count)))
            ),
            "smart_level": chance.choice(["none", "pilot", "basic", "advanced"], count, p=[0.46, 0.24, 0.22, 0.08]),
            "has_smart_platform": chance.random(count) < np.where(home.is_village, 0.34, 0.81),
            "data_date": [spans.month_start(drive)] * count,
        },
    )


def _household(city: City, drive: Drivers) -> pa.Table:
    all_, home = elders(city), people(city)
    total = int(all_.household_count.sum())
    chance = city.chance("household")
    community = np.repeat(np.arange(len(home.code)), all_.household_count)
    old = np.bincount(all_.household, minlength=total)
    first = np.cumsum(all_.household_count) - all_.household_count
    local = np.arange(total) - first[community]
    count = np.bincount(all_.community, minlength=len(home.code))
    is_alone = local < alone_count(count)[community]
    is_pair = ~is_alone & (local < (alone_count(count) + paired_count(count) // 2)[community])
    members = np.where(is_alone, 1, np.where(is_pair, 2, 1 + chance.binomial(4, 0.46, total) + (old > 0)))
    aid = chance.choice(["none", "dibao", "tekun", "bianyuan", "other"], total, p=[0.944, 0.03, 0.006, 0.012, 0.008])
    return table(
        "community.household",
        {
            "household_id": texts(pseudonyms(city, "household", total)),
            "place_code": _codes(home.code, community),
            "household_member_count": np.maximum(members, np.maximum(old, 1)),
            "elder_member_count": old,
            "is_elder_living_alone": is_alone,
            "is_empty_nest": is_pair | is_alone,
            "aid_kind": aid,
            "data_date": np.full(total, spans.month_start(drive), dtype="M8[D]"),
        },
    )


def _elder(city: City, drive: Drivers) -> pa.Table:
    all_, home = elders(city), people(city)
    total, chance = len(all_.community), city.chance("elder")
    count = np.bincount(all_.community, minlength=len(home.code))
    is_alone = all_.rank < alone_count(count)[all_.community]
    is_pair = ~is_alone & (all_.rank < (alone_count(count) + paired_count(count))[all_.community])
    band = _bands(city)[all_.community]  # cumulative shares of the five bands
    age = (chance.random(total)[:, None] > band).sum(axis=1)
    level = np.clip(chance.poisson(0.12 + 0.22 * age), 0, 4).astype(str)
    mode = np.where(chance.random(total) < 0.024 + 0.01 * (age == 4), "institution", "home")
    mode = np.where((mode == "home") & (chance.random(total) < 0.07), "community", mode)
    told = chance.random(total) > 0.03  # not yet asked

    def linked(share: float) -> pa.Array:
        return pa.array(chance.random(total) < share, mask=chance.random(total) < 0.012)

    cared = is_alone & (chance.random(total) < 0.52)
    return table(
        "community.elder",
        {
            "elder_id": texts(pseudonyms(city, "elder", total)),
            "household_id": texts(pseudonyms(city, "household", int(all_.household_count.sum()))[all_.household]),
            "place_code": _codes(home.code, all_.community),
            "age_band": _codes(np.array(AGE_BANDS), age),
            "care_level": pa.array(level, mask=chance.random(total) < 0.28),
            "care_mode": pa.array(mode, mask=~told),
            "is_living_alone": is_alone,
            "is_empty_nest": is_pair | is_alone,
            "has_local_registration": linked(0.95),
            "has_health_record": linked(0.91),
            "has_family_doctor": linked(0.66),
            "has_social_insurance": linked(0.97),
            "aid_kind": chance.choice(
                ["none", "dibao", "tekun", "bianyuan", "other"], total, p=[0.93, 0.035, 0.012, 0.015, 0.008]
            ),
            "has_care_device": pa.array(cared | (chance.random(total) < 0.02), mask=chance.random(total) < 0.01),
            "has_service_contract": pa.array(
                (is_alone & (chance.random(total) < 0.68)) | (chance.random(total) < 0.05),
                mask=chance.random(total) < 0.01,
            ),
            "data_date": np.full(total, spans.month_start(drive), dtype="M8[D]"),
        },
    )


def _bands(city: City) -> npt.NDArray[np.float64]:
    home = people(city)
    parts = np.stack([home.of_age(60 + 5 * step, 65 + 5 * step) for step in range(4)], axis=1)
    found: npt.NDArray[np.float64] = np.cumsum(parts, axis=1) / np.maximum(1, home.of_age(60))[:, None]
    return found


def _codes(words: npt.NDArray[np.str_], index: Ints) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(index), pa.array(words)).cast(pa.string())
