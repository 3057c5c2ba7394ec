"""The only place that draws what is said about the city and to its visitors: campaigns, mentions, travel notices."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, table
from data.demo.tourism import stories
from data.demo.tourism.columns import coded, known
from data.demo.tourism.register import BUREAU, FINE_SPOTS, node_ids, nodes, spot_ids, spots, unit_of
from data.demo.tourism.season import Season

CITY = "3410"
DISTRICTS = ("341002", "341003", "341004", "341021", "341022", "341023", "341024")
CAMPAIGNS_A_YEAR = 17  # each on three channels
_PLATFORMS = ("演示短视频平台", "演示点评平台", "演示社交平台", "演示旅行平台", "演示搜索平台")
_THEMES = ("赏花季", "云海季", "研学行", "冬游季", "乡村民宿周", "徽菜节", "自驾线路", "非遗体验")
_REGIONS = ("上海", "杭州", "南京", "苏州", "合肥", "南昌", "武汉", "北京")
_CHANNELS = ("short_video", "social", "ota", "media", "fair")
_NOTICE_CHANNELS = ("app", "wechat", "screen")
_NOTICES = {"parking": 30.0, "road": 26.0, "transfer": 22.0, "weather": 12.0, "service": 10.0}
_SAID = {"capacity": "{place}客流达到预警值，请错峰前往", "parking": "{place}周边停车场泊位紧张，请换乘前往",
         "road": "前往{place}方向车流较大，请提前绕行", "transfer": "{place}接驳车加密班次",
         "weather": "{place}有降雨，注意防滑", "service": "{place}服务点延长开放"}  # fmt: skip


def campaign(city: City, season: Season) -> pa.Table:
    """Campaigns and what each channel brought; what still runs has no end and no result yet."""
    chance = city.chance("tourism.campaign")
    days = season.days[season.first :]
    last: date = season.drive.calendar[-1].day_date
    number = max(6, round(CAMPAIGNS_A_YEAR * len(days) / 365))
    begin = np.linspace(0, max(0, len(days) - 8), number).astype(int)
    length = chance.integers(10, 40, number)
    length[-2] = max(1, len(days) - 4 - begin[-2])  # one that ends in the last full week
    rows = []
    for index in range(number):
        started = days[begin[index]].astype(date)
        ended = started + timedelta(days=int(length[index]))
        is_over = ended <= last
        for channel in chance.choice(len(_CHANNELS), 3, replace=False):
            budget = round(float(chance.gamma(3.0, 12.0)), 1)
            seen = int(budget * chance.uniform(18_000, 42_000))
            clicked = int(seen * chance.uniform(0.012, 0.05))
            booked = int(clicked * chance.uniform(0.006, 0.02))
            rows.append(
                {
                    "campaign_id": f"YS-HD{index + 1:03d}",
                    "name": f"演示·{_REGIONS[index % len(_REGIONS)]}{_THEMES[index % len(_THEMES)]}推广",
                    "marketing_channel": _CHANNELS[channel],
                    "place_code": CITY if index % 3 else DISTRICTS[index // 3 % len(DISTRICTS)],
                    "target_region": _REGIONS[index % len(_REGIONS)],
                    "started_date": started,
                    "ended_date": ended if is_over else None,
                    "budget_wan": budget,
                    "exposure_count": seen if is_over else None,
                    "click_count": clicked if is_over else None,
                    "booking_count": booked if is_over else None,
                    "revenue_wan": round(booked * float(chance.uniform(0.09, 0.22)), 2) if is_over else None,
                    "data_source_kind": "enterprise" if _CHANNELS[channel] in ("ota", "short_video") else "government",
                }
            )
    return table("tourism.campaign", {name: [row[name] for row in rows] for name in rows[0]})


def internet_daily(city: City, season: Season) -> pa.Table:
    """Mentions of the city, its main spots and some villages; the crowded day is talked about."""
    chance = city.chance("tourism.internet_daily")
    every = [("all", CITY, 60.0)]
    famous = list(zip(spot_ids(city).values(), spots(city), strict=True))[:FINE_SPOTS]
    every += [(key, spot.place_code, 1.5 + spot.visits / 12) for key, spot in famous]
    villages = [(key, node) for key, node in zip(node_ids().values(), nodes(), strict=True) if node.is_by_vehicle]
    every += [(key, node.place_code, 2.0 + 2 * node.load) for key, node in villages[:9]]
    days = season.days[season.first :]
    pull = season.pull(0.9, 120.0)[season.first :]
    size = np.array([each for *_, each in every])[:, None, None] * np.array([2.2, 0.8, 1.4, 1.0, 0.6])[:, None]
    mention = chance.poisson(size * pull * 3.0)
    bad = np.full(mention.shape, 0.055)
    noisy = np.flatnonzero(days == np.datetime64(stories.STORY_DAY))
    spot = spot_ids(city)[stories.STORY_SPOT]
    if len(noisy):
        crowded = [key for key, *_ in every].index(spot)
        mention[crowded, :, noisy[0] : noisy[0] + 2] *= 3
        bad[crowded, :, noisy[0] : noisy[0] + 2] = 0.31
    negative = chance.binomial(mention, bad)
    positive = chance.binomial(mention - negative, 0.58)
    index = np.round(size * pull * 40 * np.exp(chance.normal(0, 0.1, mention.shape)), 0)
    score = np.round(
        np.clip(92 - 40 * negative / np.maximum(mention, 20) + chance.normal(0, 0.8, mention.shape), 0, 100), 1
    )
    place, platform, day = (np.ravel(each) for each in np.indices(mention.shape))
    has_score, has_index = np.isin(platform, (1, 3)), platform == 4
    return table(
        "tourism.internet_daily",
        {
            "place_code": coded([code for _, code, _ in every], place),
            "object_id": coded([key for key, *_ in every], place),
            "platform_name": coded(_PLATFORMS, platform),
            "day_date": days[day],
            "mention_count": mention.ravel(),
            "positive_count": positive.ravel(),
            "negative_count": negative.ravel(),
            "search_index": known(index.ravel(), has_index),
            "score": known(score.ravel(), has_score),
        },
    )


def travel_notice(city: City, season: Season) -> pa.Table:
    """Notices to travellers, each on three channels; a spot near its capacity warns and then stops ticket sale."""
    chance = city.chance("tourism.travel_notice")
    days = season.days[season.first :]
    pull = season.pull(0.9, 200.0)[season.first :]
    wet = season.drive.rain_mm[season.first :]
    per_day = np.maximum(1, chance.poisson(5.0 * city.scale * pull / pull.mean()))
    famous = list(zip(spot_ids(city).values(), spots(city), strict=True))[:12]
    villages = [(key, node) for key, node in zip(node_ids().values(), nodes(), strict=True) if node.is_by_vehicle]
    goals = [(key, "", spot.name, spot.place_code) for key, spot in famous]
    goals += [("", key, node.name, node.place_code) for key, node in villages]
    kinds, shares = list(_NOTICES), np.array(list(_NOTICES.values()))
    rows: list[tuple[np.datetime64, str, tuple[str, str, str, str], int]] = []
    for day, count in enumerate(per_day):
        share = shares * np.where(np.array(kinds) == "weather", 3.0 if wet[day] > 10 else 0.2, 1.0)
        for minute in np.sort(chance.integers(7 * 60, 19 * 60, count)):
            kind = kinds[chance.choice(len(kinds), p=share / share.sum())]
            rows.append((days[day].astype("datetime64[m]") + minute, kind, goals[chance.integers(len(goals))],
                         int(chance.integers(120, 420))))  # fmt: skip
    crowded = np.datetime64(stories.STORY_DAY)
    if crowded in days:  # at 80 % a warning, at 100 % the stop of ticket sale
        goal = next(each for each in goals if each[2] == stories.STORY_SPOT)
        for hour, minute in ((10, 20), (10, 50)):
            rows.append((crowded.astype("datetime64[m]") + hour * 60 + minute, "capacity", goal, 240))
    rows.sort(key=lambda row: (row[0], row[1]))
    spread = [(number, row, channel) for number, row in enumerate(rows, 1) for channel in _NOTICE_CHANNELS]
    end = (days[-1] + 1).astype("datetime64[m]")
    over = [min(row[0] + row[3], end) for _, row, _ in spread]
    return table(
        "tourism.travel_notice",
        {
            "notice_id": [f"YS-TX{number:06d}" for number, *_ in spread],
            "notice_channel": [channel for *_, channel in spread],
            "kind": [row[1] for _, row, _ in spread],
            "place_code": [row[2][3] for _, row, _ in spread],
            "spot_id": [row[2][0] or None for _, row, _ in spread],
            "node_id": [row[2][1] or None for _, row, _ in spread],
            "title": [_SAID[row[1]].format(place=row[2][2]) for _, row, _ in spread],
            "issued_at": np.array([row[0] for _, row, _ in spread]).astype("datetime64[us]"),
            "ended_at": known(np.array(over).astype("datetime64[us]"), np.array(over) < end),
            "issuing_unit": [BUREAU if row[1] == "capacity" else unit_of(row[2][3][:6]) for _, row, _ in spread],
            "reach_count": np.round(chance.lognormal(9.0, 0.7, len(spread))).astype(np.int64),
        },
    )
