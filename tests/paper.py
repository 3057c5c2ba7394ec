"""An edition that can be counted by hand, with real types and without a database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from briefing.content import FAILED, Block, Edition, Head, Line, Section
from metrics import Change, Reading
from metrics.reading import Target

WEEK, MONDAY = "2026-W47", date(2026, 11, 16)


def reading(metric: str = "on_time_closure_rate", value: float | None = 95.25, **changes: object) -> Reading:
    given: dict[str, object] = {
        "metric": metric, "code": "UR06", "name": "按期结案率", "value": value, "unit": "%", "numerator": 381.0,
        "denominator": 400.0, "n": 400, "state": "ok" if value is not None else "no_data",
        "target": Target(">=", 95.0, "proposed"), "standing": "met", "area": "341000", "since": MONDAY,
        "until": MONDAY + timedelta(days=7), "data_time": datetime(2026, 11, 22, 23), "loaded_at": None,
        "stale_at": None, "snapshot": "", "sources": (), "demo": True, "decimals": 1,
    }  # fmt: skip
    return Reading(**{**given, **changes})  # type: ignore[arg-type]


def line(now: Reading) -> Line:
    return Line(now, Change("+0.3 个百分点", "up", "向好", None), Change("—", "unknown", "", None))


def edition(
    snapshot: str,
    *,
    week: str = WEEK,
    area: str = "341000",
    scene: str = "",
    lines: tuple[Line, ...] | None = None,
    is_failed: bool = False,
) -> Edition:
    """A summary of one sentence, a KPI table of one line, and a failed block if asked."""
    year, number = int(week[:4]), int(week[-2:])
    since = date.fromisocalendar(year, number, 1)
    kpis = lines if lines is not None else (line(reading(snapshot=snapshot)),)
    broken = (Block("urban.list", "list", "问题清单", FAILED, "查询超时"),) if is_failed else ()
    sections = (
        Section("summary", "一页要情", (Block("summary.text", "summary", "要情", sentences=(("本周平稳。",),)),)),
        Section("kpi", "核心指标", (Block("kpi.table", "kpi_table", "核心指标", lines=kpis),)),
        Section("urban", "城管", broken, "urban"),
    )
    head = Head("黄山市城市运行周报", number, 200 + number, year, "市城市运行管理中心", since + timedelta(days=7),
                "内部资料", "市领导", "各区县")  # fmt: skip
    return Edition(
        week, area, "黄山市", scene, "全市一周城市运行情况", head, since, since + timedelta(days=7), snapshot,
        datetime(2026, 11, 23, 6), "demo", sections,
    )  # fmt: skip
