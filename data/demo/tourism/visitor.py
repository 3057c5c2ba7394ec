"""The only place that draws how many travel where, from where, how long and for how much; three calibers, never added.

The survey samples each place on its own, the city too: its row is no sum of the districts'. Phone signalling counts a
visitor in every district he crosses. Ticket counts alone add up: they are the spots' daily reports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.spans import months
from data.demo.tourism import stories
from data.demo.tourism.columns import Bools, Ints, Moments, coded, known
from data.demo.tourism.register import node_ids, nodes
from data.demo.tourism.season import Season

CITY = "3410"
# share of the city's survey each place's own survey comes to: together more than 1, as travellers cross districts
PLACES = {CITY: 1.0, "341002": 0.27, "341003": 0.14, "341004": 0.10, "341021": 0.18, "341022": 0.11, "341023": 0.19,
          "341024": 0.07, "3410F1": 0.062, "3410F2": 0.012, "3410F3": 0.018}  # fmt: skip
CITY_VISITS = 8300.0  # 万人次 a year, rough
SURVEY, PHONE, TICKET = "survey", "phone_signalling", "ticket"

_DELTA = ("31", "32", "33", "34")
_CITIES = {  # prefecture code endings and names; 黄山市 itself is no origin
    "32": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁",
    "33": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水",
    "34": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 - 滁州 阜阳 宿州 - 六安 亳州 池州 宣城",
}
_PROVINCES = {"31": "上海", "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁",
              "22": "吉林", "23": "黑龙江", "35": "福建", "36": "江西", "37": "山东", "41": "河南", "42": "湖北",
              "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
              "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏",
              "65": "新疆"}  # fmt: skip
_ABROAD = {"HKG": "中国香港", "MAC": "中国澳门", "TWN": "中国台湾", "KOR": "韩国", "JPN": "日本", "SGP": "新加坡",
           "MYS": "马来西亚", "THA": "泰国", "USA": "美国", "FRA": "法国", "DEU": "德国", "GBR": "英国",
           "AUS": "澳大利亚"}  # fmt: skip
_PROVINCE_WEIGHT = {"33": 26.0, "34": 22.0, "32": 18.0, "31": 10.5, "36": 4.6, "44": 3.0, "41": 2.8, "37": 2.6,
                    "42": 2.4, "11": 1.5, "35": 1.5, "43": 1.0}  # fmt: skip

BEHAVIOURS: dict[str, dict[str, float]] = {
    "stay_length": {"当日往返": 58, "1 晚": 24, "2 晚": 12, "3 晚": 4, "4 晚及以上": 2},
    "party": {"亲子家庭": 34, "情侣夫妻": 21, "朋友同事": 20, "团队": 13, "独自": 8, "研学": 4},
    "transport": {"自驾": 56, "高铁": 27, "旅游大巴": 11, "飞机": 3, "其他": 3},
    "spend_band": {"500 元以下": 31, "500—1000 元": 29, "1000—2000 元": 24, "2000—5000 元": 13, "5000 元以上": 3},
    "visit_order": {"首次": 57, "第 2 次": 24, "第 3 次及以上": 19},
    "route": {"黄山主峰线": 30, "西递宏村线": 25, "古徽州文化线": 16, "新安江山水线": 11, "乡村民宿线": 12,
              "太平湖线": 6},
    "season": {"上旬": 33, "中旬": 33, "下旬": 34},
}  # fmt: skip
ELEMENTS = {"eat": 24.0, "stay": 21.0, "go": 17.0, "see": 15.0, "shop": 17.0, "fun": 6.0}
_ROOMS = {
    "341002": 13800,
    "341003": 12600,
    "341004": 3600,
    "341021": 5200,
    "341022": 3900,
    "341023": 9800,
    "341024": 2300,
    "3410F1": 3300,
    "3410F2": 700,
    "3410F3": 900,
    CITY: 260,
}  # 3410: 市直单位所属
_SELLING = ("西溪南", "塔川", "屏山", "碧山", "历溪", "深渡码头", "汤口换乘中心")
_LODGING = {"star": (0.16, 520), "hotel": (0.34, 300), "homestay": (0.44, 410), "other": (0.06, 160)}


@dataclass(frozen=True)
class Visits:
    """Survey and phone counts of places × days (the season's days), who stays overnight, revenue in 万元."""

    survey: Ints
    survey_overnight: Ints
    revenue_wan: Floats
    phone: Ints
    phone_overnight: Ints


def visits(city: City, season: Season) -> Visits:
    """The counts every table of this module agrees with."""
    chance = city.chance("tourism visits")
    share = np.array(list(PLACES.values()))[:, None]
    pull = season.pull(0.62, 55.0)
    usual = CITY_VISITS * 1e4 / 365
    survey = np.round(usual * share * pull * np.exp(chance.normal(0, 0.04, (len(PLACES), len(pull))))).astype(np.int64)
    phone = np.round(survey * 0.86 * np.exp(chance.normal(0, 0.05, survey.shape))).astype(np.int64)
    stays = _overnight_share(season)
    mine = np.clip(stays + np.linspace(-0.05, 0.05, len(PLACES))[:, None], 0.15, 0.7)
    mine[0] = stays
    overnight = chance.binomial(survey, mine)
    spend = (640 + 980 * overnight / np.maximum(survey, 1)) * np.exp(chance.normal(0, 0.03, survey.shape))
    stayed = chance.binomial(phone, np.clip(mine + 0.03, 0.0, 0.8))
    return Visits(survey, overnight, np.round(survey * spend / 1e4, 2), phone, stayed)


def _overnight_share(season: Season) -> Floats:
    """More stay in holidays and on the eve of free days."""
    eve = np.append(season.is_free[1:], False)
    found: Floats = 0.365 + 0.06 * season.is_holiday + 0.035 * eve
    return found


def visitor_daily(city: City, season: Season, counts: Visits, scenic_daily: pa.Table) -> pa.Table:
    """One row per place, caliber and day; what a caliber does not measure is unknown."""
    chance = city.chance("tourism.visitor_daily")
    tickets = _tickets(season, scenic_daily)
    shape = counts.survey.shape
    place, day = (np.ravel(each) for each in np.indices(shape))
    codes, last = list(PLACES), shape[1] - 1
    inbound = chance.binomial(counts.survey, 0.0045)
    hours = np.round(counts.phone * (14.0 + 78.0 * counts.phone_overnight / np.maximum(counts.phone, 1)), 0)
    gap = (chance.random((2, *shape)) < 0.0025).reshape(2, -1)
    gap[0] |= _lost(season, place, day)
    gap |= (place == codes.index(stories.LATE_ZONE)) & (day == last)
    no_revenue = chance.random(place.shape) < 0.004  # counted, but the month's spending is not out yet
    parts = []
    for caliber, kept in ((0, ~gap[0]), (1, ~gap[1]), (2, tickets.ravel() >= 0)):
        index, is_survey, is_phone = np.flatnonzero(kept), caliber == 0, caliber == 1
        whole = (counts.survey, counts.phone, tickets)[caliber].ravel()[index]
        overnight = (counts.survey_overnight, counts.phone_overnight, tickets)[caliber].ravel()[index]
        yes, no = np.full(len(index), True), np.full(len(index), False)
        parts.append(
            table(
                "tourism.visitor_daily",
                {
                    "place_code": coded(codes, place[index]),
                    "caliber": coded([SURVEY, PHONE, TICKET], np.full(len(index), caliber)),
                    "day_date": season.days[day[index]],
                    "visitor_count": whole,
                    "overnight_visitor_count": known(overnight, yes if caliber < 2 else no),
                    "inbound_visitor_count": known(inbound.ravel()[index], yes if is_survey else no),
                    "stay_hour_sum": known(hours.ravel()[index], yes if is_phone else no),
                    "revenue_wan": known(counts.revenue_wan.ravel()[index], ~no_revenue[index] if is_survey else no),
                    "sample_count": known(_samples(whole, is_survey), yes if caliber < 2 else no),
                    "data_source_kind": coded(["government", "enterprise"], np.full(len(index), int(caliber > 0))),
                    "is_preliminary": season.days[day[index]] > season.days[-1] - 45 if is_survey else no,
                },
            )
        )  # fmt: skip
    return pa.concat_tables(parts)


def _samples(whole: Ints, is_survey: bool) -> Ints:
    found: Ints = (whole * (0.004 if is_survey else 0.31)).astype(np.int64)
    return found


def _tickets(season: Season, scenic_daily: pa.Table) -> Ints:
    """The spots' visits by place and day, the city being their sum; -1 where no spot of a place reports."""
    frame = scenic_daily.select(["place_code", "day_date", "visitor_count"]).to_pandas()
    day = (frame["day_date"].to_numpy().astype("datetime64[D]") - season.days[0]).astype(int)
    found = np.full((len(PLACES), len(season.days)), -1, np.int64)
    home = frame["place_code"].astype(str).str[:6].to_numpy()
    for number, code in enumerate(PLACES):
        here = home == code if code != CITY else np.full(len(home), True)
        if here.any():
            found[number] = np.bincount(day[here], frame["visitor_count"].to_numpy()[here], len(season.days))
    return found


def _lost(season: Season, place: Ints, day: Ints) -> Bools:
    codes, dates = list(PLACES), season.days[day]
    never = np.isin(dates, np.array(stories.LOST_DAYS, dtype="datetime64[D]"))
    found: Bools = (never & (place == codes.index(stories.LOST_DISTRICT))) | (
        (dates == np.datetime64(stories.LOST_CITY_DAY)) & (place == 0)
    )
    return found


def visitor_origin_daily(city: City, season: Season, counts: Visits) -> pa.Table:
    """Where phone users come from: rows are disjoint; fewer than five are not reported."""
    chance = city.chance("tourism.visitor_origin_daily")
    codes, names, weight = origins()
    whole, overnight = (each[:, season.first :] for each in (counts.phone, counts.phone_overnight))
    wobble = weight * np.exp(chance.normal(0, 0.12, (len(PLACES), len(weight))))
    share = wobble / wobble.sum(axis=1, keepdims=True)
    count: Ints = np.asarray(chance.multinomial(whole, share[:, None, :]))
    stayed: Ints = np.asarray(chance.binomial(count, (overnight / np.maximum(whole, 1))[:, :, None]))
    is_reported: Bools = count >= 5
    place, day, origin = np.nonzero(is_reported)
    is_delta = np.array([code[:2] in _DELTA and code.isdigit() for code in codes])
    return table(
        "tourism.visitor_origin_daily",
        {
            "place_code": coded(list(PLACES), place),
            "object_id": coded(["all"], np.zeros(len(place), np.int64)),
            "origin_code": coded(codes, origin),
            "origin_name": coded(names, origin),
            "is_yangtze_delta": is_delta[origin],
            "is_overseas": np.array([not code.isdigit() for code in codes])[origin],
            "caliber": coded([PHONE], np.zeros(len(place), np.int64)),
            "day_date": season.days[season.first + day],
            "visitor_count": count[is_reported],
            "overnight_visitor_count": stayed[is_reported],
            "data_source_kind": coded(["enterprise"], np.zeros(len(place), np.int64)),
        },
    )


def origins() -> tuple[list[str], list[str], Floats]:
    """Codes, names and weights: cities of the three neighbouring provinces, provinces, and abroad."""
    codes, names, weights = [], [], []
    for province, listed in _CITIES.items():
        each = listed.split()
        size = 1.0 / np.arange(1, len(each) + 1) ** 0.6
        size[[name == "-" for name in each]] = 0.0
        for number, name in enumerate(each):
            if name != "-":
                codes.append(f"{province}{number + (2 if province == '34' and number > 8 else 1):02d}")
                names.append(f"{name}市")
                weights.append(_PROVINCE_WEIGHT[province] * size[number] / size.sum())
    for code, name in _PROVINCES.items():
        codes.append(code)
        names.append(name)
        weights.append(_PROVINCE_WEIGHT.get(code, 0.32))
    for number, (code, name) in enumerate(_ABROAD.items()):
        codes.append(code)
        names.append(name)
        weights.append(0.09 / (1 + 0.3 * number))
    return codes, names, np.array(weights)


def _monthly(season: Season, drive: Drivers, values: Ints | Floats) -> tuple[Moments, Floats]:
    """The months that are over, and each place's sum in them."""
    every = months(drive)
    month = season.days.astype("datetime64[M]")
    sums = np.stack([values[:, month == each.astype("datetime64[M]")].sum(axis=1) for each in every], axis=1)
    return every, sums


def behaviour_monthly(city: City, season: Season, drive: Drivers, counts: Visits) -> pa.Table:
    """How visitors travel, by survey: the answers to one question add up to the month's visits."""
    chance = city.chance("tourism.behaviour_monthly")
    every, total = _monthly(season, drive, counts.survey)
    parts = []
    for dimension, items in BEHAVIOURS.items():
        share = np.array(list(items.values())) * np.exp(chance.normal(0, 0.06, (len(PLACES), 1, len(items))))
        count = chance.multinomial(total.astype(np.int64), share / share.sum(axis=2, keepdims=True))
        place, month, item = (np.ravel(each) for each in np.indices(count.shape))
        parts.append(
            table(
                "tourism.behaviour_monthly",
                {
                    "place_code": coded(list(PLACES), place),
                    "behaviour_dimension": coded([dimension], np.zeros(len(place), np.int64)),
                    "behaviour_item": coded(list(items), item),
                    "caliber": coded([SURVEY], np.zeros(len(place), np.int64)),
                    "month_date": every[month],
                    "visitor_count": count.ravel(),
                    "sample_count": np.maximum(1, count.ravel() // 250),
                    "data_source_kind": coded(["government"], np.zeros(len(place), np.int64)),
                },
            )
        )
    return pa.concat_tables(parts)


def revenue_monthly(city: City, season: Season, drive: Drivers, counts: Visits) -> pa.Table:
    """What the six elements earned; months of the year before are known, so growth is too."""
    chance = city.chance("tourism.revenue_monthly")
    every, total = _monthly(season, drive, counts.revenue_wan)
    shape = (len(PLACES), len(every), len(ELEMENTS))
    share = np.array(list(ELEMENTS.values())) * np.exp(chance.normal(0, 0.05, shape))
    share /= share.sum(axis=2, keepdims=True)  # the elements add up to the revenue of the daily survey
    amount = np.round(total[:, :, None] * share, 1)
    before = {month: index for index, month in enumerate(every.astype("datetime64[M]"))}
    growth = np.round(chance.normal(0.055, 0.03, shape), 4)
    for index, month in enumerate(every.astype("datetime64[M]")):
        if month - 12 in before:
            growth[:, index] = np.round(amount[:, index] / amount[:, before[month - 12]] - 1, 4)
    firms = np.round(np.array(list(PLACES.values()))[:, None, None] * np.array([3600, 2900, 420, 90, 1500, 380]))
    place, month, element = (np.ravel(each) for each in np.indices(shape))
    return table(
        "tourism.revenue_monthly",
        {
            "place_code": coded(list(PLACES), place),
            "element_kind": coded(list(ELEMENTS), element),
            "caliber": coded([SURVEY], np.zeros(len(place), np.int64)),
            "month_date": every[month],
            "revenue_wan": amount.ravel(),
            "growth_ratio": growth.ravel(),
            "enterprise_count": np.broadcast_to(firms, shape).ravel().astype(np.int64),
            "employee_count": np.broadcast_to(firms * 5.4, shape).ravel().astype(np.int64),
            "data_source_kind": coded(["government"], np.zeros(len(place), np.int64)),
            "is_preliminary": month >= len(every) - 2,
        },
    )


def lodging_daily(city: City, season: Season, counts: Visits) -> pa.Table:
    """Rooms by place and kind, as sums only. Places add up: 3410 here is what belongs to units of the city itself."""
    chance = city.chance("tourism.lodging_daily")
    demand = counts.survey_overnight[0] / np.median(counts.survey_overnight[0])
    share = np.array([each for each, _ in _LODGING.values()])
    price = np.array([each for _, each in _LODGING.values()])
    room = np.round(np.array(list(_ROOMS.values()))[:, None, None] * share[:, None] * np.ones(len(demand))).astype(
        np.int64
    )
    rate = np.clip(0.50 * demand**0.75 * np.exp(chance.normal(0, 0.06, room.shape)), 0.08, 0.99)
    sold: Ints = np.asarray(chance.binomial(room, rate))
    guest = np.round(sold * chance.uniform(1.6, 1.9, room.shape)).astype(np.int64)
    paid = np.round(price[:, None] * (0.7 + 0.42 * demand**0.6) * np.exp(chance.normal(0, 0.03, room.shape)))
    place, kind, day = (np.ravel(each) for each in np.indices(room.shape))
    late = (place == list(_ROOMS).index(stories.LATE_ZONE)) & (day == len(demand) - 1)
    has_price: Bools = chance.random(len(place)) > 0.01
    has_sold: Bools = chance.random(len(place)) > 0.003
    kept: Bools = ~late & (chance.random(len(place)) > 0.002)
    return table(
        "tourism.lodging_daily",
        {
            "place_code": coded(list(_ROOMS), place[kept]),
            "lodging_kind": coded(list(_LODGING), kind[kept]),
            "day_date": season.days[day[kept]],
            "room_available_count": room.ravel()[kept],
            "room_sold_count": known(sold.ravel()[kept], has_sold[kept]),
            "guest_count": guest.ravel()[kept],
            "room_price_yuan": known(paid.ravel()[kept], has_price[kept]),
        },
    )


def consumption_daily(city: City, season: Season) -> pa.Table:
    """What is spent at streets, shops, villages and hubs, from the payment firms' sums."""
    chance = city.chance("tourism.consumption_daily")
    kinds = {"eat": 1.0, "stay": 0.35, "shop": 1.2, "fun": 0.3, "go": 0.12}
    found = [
        (key, node) for node, key in zip(nodes(), node_ids().values(), strict=True)
        if node.kind in ("street", "shopping") or node.name in _SELLING
    ]  # fmt: skip
    days = season.days[season.first :]
    pull = season.pull(0.6, 70.0)[season.first :]
    load = np.array([node.load for _, node in found])[:, None, None]
    amount = load * np.array(list(kinds.values()))[:, None] * 6.5 * pull
    amount = np.round(amount * np.exp(chance.normal(0, 0.1, amount.shape)), 2)
    ticket = chance.uniform(45, 160, (len(found), len(kinds), 1))
    node, kind, day = (np.ravel(each) for each in np.indices(amount.shape))
    is_known: Bools = chance.random(len(node)) > 0.004
    return table(
        "tourism.consumption_daily",
        {
            "node_id": coded([key for key, _ in found], node),
            "place_code": coded([each.place_code for _, each in found], node),
            "spending_kind": coded(list(kinds), kind),
            "day_date": days[day],
            "amount_wan": known(amount.ravel(), is_known),
            "transaction_count": known(np.round(amount * 1e4 / ticket).astype(np.int64).ravel(), is_known),
            "data_source_kind": coded(["enterprise"], np.zeros(len(node), np.int64)),
        },
    )
