"""Demo rows of the economy strip: indicators of nine departments, months by place, firms by industry, warnings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, Floats, table
from data.demo.overview.place import DISTRICTS, Row, end_at, rows_to_table, shares
from data.demo.spans import months
from data.divisions import CITY

_OWNERS = {
    "statistics": "市统计局", "development_reform": "市发展改革委", "industry_it": "市经济和信息化局",
    "science": "市科技局", "finance": "市财政局", "housing": "市住房城乡建设局", "tax": "市税务局",
    "customs": "黄山海关", "market_regulation": "市市场监管局",
}  # fmt: skip
# name, group, source, unit, quarterly, direction, monthly size (assumed), growth a year
_INDICATORS = (
    ("地区生产总值", "生产", "statistics", "亿元", True, "higher", 290.0, 0.055),
    ("规模以上工业增加值", "生产", "statistics", "亿元", False, "higher", 16.0, 0.068),
    ("第三产业增加值", "生产", "statistics", "亿元", True, "higher", 165.0, 0.061),
    ("固定资产投资", "需求", "statistics", "亿元", False, "higher", 33.0, 0.042),
    ("社会消费品零售总额", "需求", "statistics", "亿元", False, "higher", 47.0, 0.059),
    ("居民消费价格指数", "价格", "statistics", "无量纲", False, "neutral", 100.4, 0.0),
    ("城镇居民人均可支配收入", "民生", "statistics", "元", True, "higher", 12_800.0, 0.05),
    ("农村居民人均可支配收入", "民生", "statistics", "元", True, "higher", 6_100.0, 0.065),
    ("重点项目完成投资", "需求", "development_reform", "亿元", False, "higher", 21.0, 0.05),
    ("新开工项目数", "需求", "development_reform", "个", False, "higher", 34.0, 0.02),
    ("公共资源交易额", "公共资源交易", "development_reform", "亿元", False, "neutral", 9.0, 0.03),
    ("单位能耗下降", "生产", "development_reform", "%", True, "higher", 2.6, 0.01),
    ("规模以上工业企业营业收入", "生产", "industry_it", "亿元", False, "higher", 62.0, 0.06),
    ("工业用电量", "生产", "industry_it", "亿千瓦时", False, "higher", 1.9, 0.04),
    ("工业投资", "需求", "industry_it", "亿元", False, "higher", 11.0, 0.07),
    ("技改投资", "需求", "industry_it", "亿元", False, "higher", 4.6, 0.06),
    ("技术合同成交额", "科技", "science", "亿元", False, "higher", 6.8, 0.12),
    ("高新技术企业数", "科技", "science", "家", False, "higher", 312.0, 0.1),
    ("研发投入", "科技", "science", "亿元", True, "higher", 4.1, 0.09),
    ("一般公共预算收入", "财税", "finance", "亿元", False, "higher", 8.4, 0.045),
    ("一般公共预算支出", "财税", "finance", "亿元", False, "neutral", 19.0, 0.03),
    ("政府性基金收入", "财税", "finance", "亿元", False, "neutral", 4.9, -0.05),
    ("房地产开发投资", "需求", "housing", "亿元", False, "neutral", 5.8, -0.06),
    ("商品房销售面积", "需求", "housing", "万平方米", False, "neutral", 12.0, -0.04),
    ("建筑业总产值", "生产", "housing", "亿元", False, "higher", 18.0, 0.02),
    ("税收收入", "财税", "tax", "亿元", False, "higher", 7.1, 0.04),
    ("开票销售额", "市场主体", "tax", "亿元", False, "higher", 210.0, 0.06),
    ("减税降费", "财税", "tax", "亿元", False, "neutral", 2.2, 0.02),
    ("进出口总额", "贸易", "customs", "亿元", False, "higher", 9.6, 0.05),
    ("出口总额", "贸易", "customs", "亿元", False, "higher", 7.9, 0.055),
    ("茶叶出口额", "贸易", "customs", "亿元", False, "higher", 1.4, 0.08),
    ("新登记市场主体", "市场主体", "market_regulation", "户", False, "higher", 1_650.0, 0.07),
    ("实有市场主体", "市场主体", "market_regulation", "万户", False, "higher", 18.2, 0.05),
    ("注销市场主体", "市场主体", "market_regulation", "户", False, "lower", 780.0, 0.03),
    ("小微企业新增贷款", "金融", "finance", "亿元", False, "higher", 5.5, 0.11),
    ("存款余额", "金融", "statistics", "亿元", False, "neutral", 2_350.0, 0.07),
)
_STOCKS = {
    "居民消费价格指数",
    "单位能耗下降",
    "高新技术企业数",
    "实有市场主体",
    "存款余额",
    "城镇居民人均可支配收入",
    "农村居民人均可支配收入",
}
_INDUSTRIES = ("A", "B", "C13", "C15", "C17", "C18", "C20", "C22", "C26", "C29", "C30", "C33", "C34", "C35", "C36",
               "C38", "C39", "D", "E", "F51", "F52", "G", "H61", "H62", "I", "K", "L", "M", "N", "R")  # fmt: skip
_SIZES = {"large": (1, 520, 9_000.0), "medium": (4, 180, 2_600.0), "small": (22, 42, 420.0), "micro": (64, 6, 55.0)}


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """Indicators, months, firms and warnings."""
    return {
        "overview.economy_indicator": rows_to_table("overview.economy_indicator", _register()),
        "overview.economy_monthly": _monthly(city, drive),
        "overview.enterprise_monthly": _enterprise(city, drive),
        "overview.economy_warning": rows_to_table("overview.economy_warning", _warnings(city, drive)),
    }


def _id(number: int) -> str:
    return f"YS-JJ{number + 1:02d}"


def _register() -> list[Row]:
    return [
        {
            "indicator_id": _id(number), "name": name, "group_name": group, "economy_source": source,
            "owner_unit": _OWNERS[source], "measure_unit": unit, "period_kind": "quarter" if quarterly else "month",
            "is_cumulative": name not in _STOCKS, "target_direction": direction,
            "definition": f"{name}：按{_OWNERS[source]}现行制度，演示口径", "is_open_data": source != "tax",
        }
        for number, (name, group, source, unit, quarterly, direction, _, _) in enumerate(_INDICATORS)
    ]  # fmt: skip


def _monthly(city: City, drive: Drivers) -> pa.Table:
    """The city and its districts; the newest months are preliminary, and what is not due yet has no row."""
    chance = city.chance("overview.economy_monthly")
    part = shares(city)[: len(DISTRICTS)] / shares(city)[: len(DISTRICTS)].sum()
    end = np.datetime64(end_at(drive), "D")
    found = months(drive)
    rows: list[Row] = []
    for number, (name, _, _, unit, quarterly, _, size, growth) in enumerate(_INDICATORS):
        running = np.zeros(1 + len(DISTRICTS))
        for index, month in enumerate(found):
            of_year = int(str(month)[5:7])
            if quarterly and of_year % 3:
                continue
            if of_year == 1 or (quarterly and of_year == 3):
                running[:] = 0
            published = month.astype("datetime64[M]") + 1
            published = published.astype("datetime64[D]") + 19
            if published >= end:
                continue
            whole = (
                size * (1 + growth * index / 12) * (1 + 0.05 * np.sin(of_year)) * float(np.exp(chance.normal(0, 0.02)))
            )
            values = np.concatenate([[whole], whole * part if name not in _STOCKS else np.full(len(part), whole)])
            values = values * np.concatenate([[1.0], np.exp(chance.normal(0, 0.012, len(part)))])
            if name not in _STOCKS:
                values[1:] *= values[0] / values[1:].sum()  # parts add up to the whole
            running = running + values
            began_in_year = str(found[0])[5:7] == "01" or str(month)[:4] > str(found[0])[:4]
            for place, value, total in zip((CITY, *DISTRICTS), values, running, strict=True):
                rows.append({
                    "indicator_id": _id(number), "place_code": place, "month_date": month.astype(object),
                    "value": round(float(value), 2),
                    "cumulative_value": round(float(total), 2) if name not in _STOCKS and began_in_year else None,
                    "growth_ratio": round(float(growth + chance.normal(0, 0.012)), 4), "measure_unit": unit,
                    "published_date": published.astype(object), "is_preliminary": bool(end - published < 30),
                    "source": "演示·月报",
                })  # fmt: skip
    return rows_to_table("overview.economy_monthly", rows)


def _enterprise(city: City, drive: Drivers) -> pa.Table:
    """Totals of at least three firms by district, industry and size; one month's industry has no answer on orders."""
    chance = city.chance("overview.enterprise_monthly")
    found, part = months(drive), shares(city)[: len(DISTRICTS)]
    size = (len(found), len(DISTRICTS), len(_INDUSTRIES), len(_SIZES))
    base = np.array([each[0] for each in _SIZES.values()])[None, None, :] * part[:, None, None] * 7
    firms = np.broadcast_to(np.round(base * chance.gamma(4, 0.25, size[1:])).astype(np.int64), size)
    is_there = firms >= 3
    staff = np.array([each[1] for each in _SIZES.values()])
    output = np.array([each[2] for each in _SIZES.values()])
    season = 1 + 0.1 * np.sin(np.arange(len(found)))[:, None, None, None]
    turnover: Floats = firms * output / 12 * season * np.exp(chance.normal(0, 0.1, size))
    month, place, industry, kind = (each.ravel() for each in np.indices(size))
    keep = is_there.ravel()

    def column(values: np.ndarray, digits: int = 0) -> np.ndarray:
        return np.round(values.ravel()[keep], digits)

    loss = chance.binomial(firms, 0.16)
    return table(
        "overview.enterprise_monthly",
        {
            "place_code": np.array(DISTRICTS)[place[keep]], "industry_code": np.array(_INDUSTRIES)[industry[keep]],
            "enterprise_size": np.array(list(_SIZES))[kind[keep]], "month_date": found[month[keep]],
            "enterprise_count": firms.ravel()[keep], "surveyed_enterprise_count": (firms // 2 + 1).ravel()[keep],
            "output_wan": column(turnover, 1), "revenue_wan": column(turnover * 0.97, 1),
            "profit_wan": column(turnover * chance.normal(0.06, 0.05, size), 1),
            "employee_count": column(firms * staff).astype(np.int64), "electricity_kwh": column(turnover * 310),
            "loss_enterprise_count": loss.ravel()[keep],
            "stopped_enterprise_count": chance.binomial(firms, 0.02).ravel()[keep],
            "funding_short_enterprise_count": chance.binomial(firms, 0.08).ravel()[keep],
            "order_index": pa.array(column(chance.normal(50.5, 4, size), 1), mask=(chance.random(keep.sum()) < 0.01)),
        },
    )  # fmt: skip


def _warnings(city: City, drive: Drivers) -> list[Row]:
    """About five a month; three are still in force."""
    chance = city.chance("overview.economy_warning")
    end = end_at(drive)
    count = max(6, round(5 * drive.day_count / 30))
    ages = np.sort(chance.uniform(0.3, drive.day_count - 0.5, count))[::-1]
    rows: list[Row] = []
    for number, age in enumerate(ages):
        kind = ("industry", "small_enterprise", "macro")[number % 3]
        raised = end - timedelta(days=float(age))
        cleared = raised + timedelta(days=float(chance.gamma(3, 6)))
        is_open = cleared >= end or number >= count - 3
        what = {
            "industry": "工业用电量连续下降",
            "small_enterprise": "停产半停产企业增加",
            "macro": "固定资产投资低于进度",
        }
        rows.append({
            "alert_id": f"YS-JW-{number + 1:04d}", "kind": kind,
            "indicator_id": _id(13) if kind == "industry" else _id(3) if kind == "macro" else None,
            "industry_code": str(chance.choice(_INDUSTRIES)) if kind != "macro" else None,
            "enterprise_size": "small" if kind == "small_enterprise" else None,
            "place_code": str(chance.choice([*DISTRICTS, CITY])), "warning_level": str(chance.choice(["3", "4"])),
            "title": f"演示·{what[kind]}", "raised_at": raised, "cleared_at": None if is_open else cleared,
            "handling_unit": _OWNERS["industry_it"] if kind != "macro" else _OWNERS["development_reform"],
            "status": ("handling" if age > 3 else "raised") if is_open else "cleared",
            "outcome": None if is_open else "已走访协调，恢复正常",
        })  # fmt: skip
    return rows
