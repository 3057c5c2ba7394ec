"""Demo rows of registers: feeders, models, use of systems, data assets and duties, weights, the plan's ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from data.catalogue import System, systems
from data.contract import THEMES, contracts
from data.demo.drivers import City, Drivers, table
from data.demo.overview import stories
from data.demo.overview.place import Row, end_at, person, phone, rows_to_table
from data.demo.spans import end_of, months
from data.divisions import CITY
from data.plan import PLAN, indicators, tasks
from data.pulse import weights

_FEEDS = 60
_LATE_TABLES = 4  # of the register, so that not everything is fresh
_ABSENT_ASSETS = 12  # catalogued at other units and not mounted yet
_DUTIES, _DUTY_UNITS = 533, 48  # plan: 2020 edition
_ACTUALS = {  # the newest yearly value of each indicator (assumed), and the year before
    "K01": (96.2, 94.8), "K02": (88.4, 86.9), "K03": (93.0, 88.0), "K04": (412.0, 366.0), "K05": (236.0, 204.0),
    "K06": (95.0, 93.5), "K07": (100.0, 98.2), "K08": (100.0, 97.5), "K09": (97.3, 96.1), "K10": (None, None),
    "K11": (97.6, 96.8), "K12": (82.4, 78.9), "K13": (91.2, 88.7), "K14": (94.8, 93.1),
}  # fmt: skip


def make(city: City, drive: Drivers) -> Mapping[str, pa.Table]:
    """Every register of the theme."""
    feeds = _integrations()
    return {
        "overview.integration": rows_to_table("overview.integration", feeds),
        "overview.integration_daily": _integration_days(city, drive, feeds),
        "overview.cloud_monthly": rows_to_table("overview.cloud_monthly", _clouds(drive)),
        "overview.data_request": rows_to_table("overview.data_request", _requests(city, drive)),
        "overview.model": rows_to_table("overview.model", _models(drive)),
        "overview.scene_usage_monthly": rows_to_table("overview.scene_usage_monthly", _usage(city, drive)),
        "overview.data_asset": rows_to_table("overview.data_asset", _assets(drive)),
        "overview.data_duty": rows_to_table("overview.data_duty", _duties(city, drive)),
        "overview.pulse_weight": rows_to_table("overview.pulse_weight", _weights()),
        "overview.plan_indicator_actual": rows_to_table("overview.plan_indicator_actual", _actuals(drive)),
        "overview.plan_task_progress": rows_to_table("overview.plan_task_progress", _progress(city, drive)),
    }


def _feeding() -> list[System]:
    """The systems that feed the cockpit, then those across the region."""
    every = list(systems().values())
    regional = [system for system in every if system.id.startswith("Q")][:8]
    return [*[system for system in every if system.system_class == "B"][: _FEEDS - len(regional)], *regional]


def _integrations() -> list[Row]:
    ways = ("exchange", "api", "database", "file", "api", "exchange", "video", "manual")
    classes = ("data", "business", "catalogue", "base", "theme", "network")
    rows = []
    for number, system in enumerate(_feeding()):
        is_regional = system.id.startswith("Q")
        status = "planned" if number % 9 == 8 else "testing" if number % 13 == 12 else "connected"
        feed = f"YS-DJ-{number + 1:03d}"
        if feed == stories.SILENT_FEED:
            status = "suspended"
        theme = next((page for page in system.pages if page in THEMES), None)
        rows.append({
            "integration_id": feed, "system_id": system.id, "name": f"{system.name}接口", "place_code": CITY,
            "theme": theme, "kind": ways[number % len(ways)],
            "region_level": "yangtze_delta" if is_regional else "province" if number % 7 == 3 else "city",
            "flow_direction": ("in", "in", "both", "out")[number % 4], "interconnect_class": classes[number % 6],
            "status": status, "opened_date": date(2024, 1 + number % 12, 15) if status != "planned" else None,
            "refresh_rule": "每日" if number % 3 else "每小时", "owner_unit": system.owner,
            "contact_name": person(number), "contact_phone": phone(100 + number), "is_regional": is_regional,
        })  # fmt: skip
    return rows


def _integration_days(city: City, drive: Drivers, feeds: list[Row]) -> pa.Table:
    """Batches due and come; the silent feed brings nothing on its last days."""
    chance = city.chance("overview.integration_daily")
    live = [feed for feed in feeds if feed["status"] in ("connected", "suspended")]
    size = (drive.day_count, len(live))
    due = np.array([24 if feed["refresh_rule"] == "每小时" else 1 for feed in live])
    due = np.broadcast_to(due, size)
    came = chance.binomial(due, 0.988)
    hours = 1440.0 * np.clip(chance.normal(0.996, 0.006, size), 0, 1)
    silent = [feed["integration_id"] for feed in live].index(stories.SILENT_FEED)
    came[-stories.SILENT_DAYS :, silent] = 0
    hours[-stories.SILENT_DAYS :, silent] = 0.0
    failed = due - came
    last = drive.days[:, None].astype("datetime64[m]") + np.timedelta64(23 * 60 + 5, "m")
    ids = np.broadcast_to(np.array([feed["integration_id"] for feed in live]), size)
    return table(
        "overview.integration_daily",
        {
            "integration_id": ids.ravel(), "place_code": np.full(due.size, CITY),
            "day_date": np.repeat(drive.days, len(live)),
            "expected_batch_count": due.ravel(), "received_batch_count": came.ravel(),
            "failed_batch_count": failed.ravel(),
            "row_count": (came * chance.integers(200, 9_000, size)).ravel(),
            "available_min": np.round(hours, 1).ravel(),
            "last_success_at": pa.array(
                np.broadcast_to(last, size).astype("datetime64[us]").ravel(), mask=(came == 0).ravel()
            ),
        },
    )  # fmt: skip


def _models(drive: Drivers) -> list[Row]:
    named = (
        ("客流预测", "algorithm", "tourism", "分时段季节回归", "MAPE", 0.118),
        ("空气质量预报", "algorithm", "ecology", "集合预报订正", "命中率误差", 0.21),
        ("水质溯源", "algorithm", "ecology", "上下游加权归因", "命中率误差", 0.24),
        ("路网拥堵预测", "algorithm", "traffic", "时空回归", "MAPE", 0.142),
        ("案卷智能分拨", "algorithm", "urban", "文本分类", "错误率", 0.068),
        ("视频识别占道", "algorithm", "urban", "目标检测", "误报率", 0.12),
        ("诉求聚类", "algorithm", "livelihood", "文本聚类", "错误率", 0.09),
        ("学位缺口推算", "method", "livelihood", "队列要素法", "MAPE", 0.05),
        ("服务可达性", "method", "livelihood", "两步移动搜寻法", None, None),
        ("老人告警识别", "algorithm", "community", "阈值与序列", "误报率", 0.17),
        ("火险等级", "method", "safety", "LY/T 1172 分级", "命中率误差", 0.19),
        ("风险评分", "method", "safety", "风险矩阵", None, None),
        ("城市体征指数", "method", "overview", "线性计分、等权", None, None),
        ("事件量预测", "algorithm", "overview", "同星期中位数", "MAPE", 0.16),
        ("热线呼入预测", "algorithm", "overview", "同星期中位数", "MAPE", 0.09),
        ("地名地址", "knowledge_graph", "overview", "实体对齐", None, None),
        ("部门职责图谱", "knowledge_graph", "overview", "规则", None, None),
        ("企业景气", "method", "overview", "扩散指数", None, None),
    )  # fmt: skip
    tested = end_of(drive) - timedelta(days=21)
    return [
        {
            "model_id": f"YS-MX{number + 1:02d}", "model_version": "1.0", "name": name, "kind": kind, "theme": theme,
            "system_id": f"scene-{theme}", "algorithm": how, "owner_unit": "市数据资源局",
            "status": "trial" if number % 6 == 5 else "running", "opened_date": date(2025, 3, 1),
            "backtest_date": tested if error is not None else None, "backtest_metric": measure,
            "backtest_error": error, "measure_unit": "无量纲" if error is not None else None,
            "sample_count": 2_000 + 350 * number if error is not None else None,
            "updated_date": end_of(drive) - timedelta(days=5), "note": "演示模型",
        }
        for number, (name, kind, theme, how, measure, error) in enumerate(named)
    ]  # fmt: skip


def _clouds(drive: Drivers) -> list[Row]:
    """The city's two clouds and its data centre; the plan's base year is where the first of them begins."""
    rows = []
    for system, units, held, servers in (("Z02-01", 12, 31, 120), ("J01-03", 68, 209, 689), ("J01-04", 21, 64, 233)):
        for number, month in enumerate(months(drive)):
            moved = held + 2 * number
            rows.append({
                "system_id": system, "place_code": CITY, "month_date": month.astype(object),
                "hosted_unit_count": units + number // 4, "hosted_system_count": moved,
                "virtual_server_count": servers + 5 * number, "migration_due_count": held + 40, "migrated_count": moved,
            })  # fmt: skip
    return rows


def _requests(city: City, drive: Drivers) -> list[Row]:
    """Requests for data over the year; the newest are still open, and one in eight is refused."""
    chance = city.chance("overview.data_request")
    wanted = [each for each in contracts().values() if each.metadata.share_type == "有条件共享"]
    end = end_at(drive)
    rows: list[Row] = []
    for number in range(180):
        at = end - timedelta(days=float(chance.uniform(0, drive.day_count)))
        due = at + timedelta(days=10)
        done = at + timedelta(days=float(chance.gamma(3.0, 2.5)))
        is_done, is_refused = done < end, number % 8 == 5
        table_ = wanted[int(chance.integers(0, len(wanted)))]
        rows.append({
            "request_id": f"YS-GX-{number + 1:04d}", "place_code": CITY,
            "kind": ("apply", "apply", "subscribe", "need")[number % 4],
            "table_name": table_.table if number % 4 != 3 else None, "content": f"演示·申请使用{table_.name}",
            "requesting_unit": wanted[int(chance.integers(0, len(wanted)))].owner.unit,
            "owner_unit": table_.owner.unit, "requested_at": at, "due_at": due, "closed_at": done if is_done else None,
            "status": "accepted" if not is_done else "refused" if is_refused else "closed",
            "outcome": None if not is_done else "不属于共享范围" if is_refused else "已提供",
        })  # fmt: skip
    return sorted(rows, key=lambda each: each["requested_at"])


def _usage(city: City, drive: Drivers) -> list[Row]:
    """Use of the running systems, and a little of those observed."""
    chance = city.chance("overview.scene_usage_monthly")
    shown = [system for system in systems().values() if system.system_class in ("A", "B")][:120]
    kinds = ("visit", "transaction", "query")
    rows = []
    for number, system in enumerate(shown):
        size = float(np.exp(chance.normal(7.5 if system.state == "在用" else 4.0, 1.0)))
        for month in months(drive):
            for kind in kinds[: 1 + number % 3]:
                use = int(size * float(np.exp(chance.normal(0, 0.15))) * (0.3 if kind != "visit" else 1.0))
                rows.append({
                    "system_id": system.id, "place_code": CITY, "month_date": month.astype(object), "usage_kind": kind,
                    "use_count": use, "user_count": max(use // 7, min(use, 1)) if number % 11 else None,
                })  # fmt: skip
    return rows


def _assets(drive: Drivers) -> list[Row]:
    """A row per table of the cockpit, and some that are catalogued elsewhere and not mounted yet."""
    end = end_at(drive)
    share = {"无条件共享": "unconditional", "有条件共享": "conditional", "不予共享": "none"}
    level = {"一般": "general", "重要": "important", "敏感": "sensitive"}
    rows: list[Row] = []
    for number, each in enumerate(sorted(contracts().values(), key=lambda found: found.table)):
        is_late = number % 50 == 49 and number < 50 * _LATE_TABLES + 50
        age = timedelta(minutes=each.refresh.sla_minutes) * (1.6 if is_late else 0.4)
        loaded = end - timedelta(hours=1) if not is_late else end - age
        rows.append({
            "resource_code": f"YS-ZY-{number + 1:04d}", "name": each.name, "table_name": each.table,
            "theme": each.theme if each.theme != "common" else "overview", "owner_unit": each.owner.unit,
            "is_catalogued": True, "is_mounted": True, "share_type": share[each.metadata.share_type],
            "is_open_data": each.metadata.is_open, "refresh_rule": each.refresh.rule,
            "sla_min": each.refresh.sla_minutes,
            "security_level": level[each.metadata.security_level],
            "last_data_at": min(end - age, loaded) if each.time is not None else None, "loaded_at": loaded,
            "score": round(70.0 + (number * 37) % 30, 1), "updated_date": end_of(drive) - timedelta(days=1),
        })  # fmt: skip
    for number in range(_ABSENT_ASSETS):
        rows.append({
            "resource_code": f"YS-ZY-9{number + 1:03d}", "name": f"演示·待挂接资源{number + 1:02d}", "theme": None,
            "owner_unit": "待确认", "is_catalogued": True, "is_mounted": False, "share_type": "conditional",
            "updated_date": end_of(drive) - timedelta(days=1),
        })  # fmt: skip
    return rows


def _duties(city: City, drive: Drivers) -> list[Row]:
    """533 duties of 48 units; most are claimed, fewer provided."""
    chance = city.chance("overview.data_duty")
    named = sorted({each.owner.unit for each in contracts().values()} - {"待确认"})
    units = [*named, *(f"演示单位{number + 1:02d}" for number in range(_DUTY_UNITS - len(named)))]
    updated = end_of(drive).replace(day=1) - timedelta(days=1)
    rows = []
    for number in range(_DUTIES):
        is_claimed = bool(chance.random() < 0.97)
        is_provided = is_claimed and bool(chance.random() < 0.9)
        rows.append({
            "duty_id": f"YS-ZR-{number + 1:03d}", "list_version": "2020版", "owner_unit": units[number % len(units)],
            "name": f"演示·共享责任事项{number + 1:03d}", "refresh_rule": "每日" if number % 2 else "每月",
            "is_claimed": is_claimed, "is_provided": is_provided,
            "last_provided_date": updated - timedelta(days=int(chance.integers(0, 40))) if is_provided else None,
            "updated_date": updated,
        })  # fmt: skip
    return rows


def _weights() -> list[Row]:
    return [
        {
            "version": each.version, "metric_id": each.metric, "theme": each.theme, "weight": each.weight,
            "target_value": each.target, "floor_value": each.floor, "measure_unit": each.unit,
            "target_direction": each.direction, "valid_from": each.valid_from, "valid_to": each.valid_to,
            "source": each.source,
        }
        for each in weights()
    ]  # fmt: skip


def _actuals(drive: Drivers) -> list[Row]:
    """The value of the last whole year and of the one before; K10 is not comparable, K11's target is words."""
    year = end_of(drive).year - 1
    rows = []
    for name, indicator in indicators().items():
        closing = indicator.closing(PLAN)
        for back, value in enumerate(_ACTUALS[name]):
            if value is None:
                continue
            met = closing.rule.met_by(value) if closing else None
            rows.append({
                "plan_indicator_id": name, "place_code": CITY, "data_date": date(year - back, 12, 31), "value": value,
                "measure_unit": indicator.unit, "owner_unit": "待确认", "evidence": "演示·年度报送",
                "status": "pending" if met is None else "met" if met else "missed",
            })  # fmt: skip
    rows.append({
        "plan_indicator_id": "K10", "place_code": CITY, "data_date": date(year, 12, 31), "value": 118.0,
        "measure_unit": "%", "owner_unit": "待确认", "status": "not_comparable", "evidence": "演示·年度报送",
        "definition": "分母为省下达基数，与附件1 口径不同",
    })  # fmt: skip
    return sorted(rows, key=lambda row: (row["data_date"], row["plan_indicator_id"]))


def _progress(city: City, drive: Drivers) -> list[Row]:
    """Each named unit every month: most are done, three units of as many tasks are late."""
    chance = city.chance("overview.plan_task_progress")
    late = {("T03", "市科技局"), ("T09", "市农业农村局"), ("T20", "市应急局")}
    found = months(drive)
    rows = []
    for index, month in enumerate(found):
        for name, task in tasks().items():
            for unit in (unit.name for unit in task.units if unit.is_named):
                is_late = (name, unit) in late
                progress = min(1.0, (0.82 if is_late else 0.93) + 0.012 * index)
                status = "late" if is_late else "done" if progress >= 1.0 else "on_track"
                if name == "T07" and index == len(found) - 1:
                    status = "at_risk"
                rows.append({
                    "plan_period": PLAN, "task_id": name, "owner_unit": unit, "month_date": month.astype(object),
                    "progress_rate": round(progress, 3), "status": status, "summary": "演示·按月报送",
                    "problem": "跨部门数据尚未打通" if status in ("late", "at_risk") else None,
                    "score": round(float(np.clip(chance.normal(76 if is_late else 91, 3), 0, 100)), 1),
                })  # fmt: skip
    return rows
