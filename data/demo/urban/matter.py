"""The only place that says which kinds of matter the demo knows, with their limits, who handles them and how often.

Codes of GB/T 47678.5-2026 are those of the sample in the domain papers; their codes of 2013 are from memory; every
other kind is written as a local one (地方扩展) until the standard's annexes are loaded. All limits are assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.demo.drivers import Drivers, Floats, table
from data.demo.urban.clock import KINDS
from data.demo.urban.column import Ints
from data.demo.urban.unit import ROLES

NEW, OLD, LOCAL = "GB/T 47678.5-2026", "GB/T 30428.2-2013", "local"
CHANGED = np.datetime64("2026-07-01", "D")  # the day the new codes came into force
EVIDENCE = "演示；以标准附录和本市立案规范为准"


@dataclass(frozen=True)
class Matter:
    """A kind of matter: who handles it, its limit, how common, what makes it more so, can a camera see it."""

    major: str
    minor: str
    code: str
    role: str
    limit_kind: str
    limit: float
    weight: float
    mood: str = ""
    is_seen: bool = False
    old_code: str | None = None
    is_component: bool = False

    @property
    def standard(self) -> str:
        return LOCAL if self.code[0] in "89" else NEW


def _parts(major: str, *rows: tuple[str, str, str, str, float, float]) -> list[Matter]:
    return [Matter(major, *row, is_component=True) for row in rows]


MATTERS: tuple[Matter, ...] = (
    Matter("市容环境", "暴露垃圾", "06010", "clean", "work_hour", 4, 17, "crowd", True, "0102"),
    Matter("市容环境", "积存垃圾渣土", "06011", "clean", "work_hour", 8, 5, "", False, "0103"),
    Matter("市容环境", "道路不洁", "06012", "clean", "work_hour", 4, 9, "", False, "0104"),
    Matter("市容环境", "绿地脏乱", "06017", "green", "work_hour", 8, 4, "", False, "0106"),
    Matter("市容环境", "乱堆杂物", "06036", "street", "work_hour", 8, 7.5, "", True, "0507"),
    Matter("市容环境", "垃圾未分类", "06041", "street", "work_day", 1, 2),
    Matter("市容环境", "垃圾站（箱）满溢", "06042", "clean", "urgent_hour", 4, 6, "crowd", True),
    Matter("市容环境", "非法占绿毁绿", "06045", "green", "work_day", 5, 1.5),
    Matter("市容环境", "水域不洁", "86001", "clean", "work_day", 1, 2, "rain"),
    Matter("市容环境", "油烟污染", "86002", "order", "work_day", 3, 1.5),
    Matter("市容环境", "非装饰性树挂", "86003", "green", "work_hour", 8, 1),
    Matter("宣传广告", "违规户外广告", "07003", "order", "work_day", 5, 3, "", True, "0202"),
    Matter("宣传广告", "非法小广告", "87001", "order", "work_hour", 4, 6),
    Matter("施工管理", "工地扬尘", "88001", "order", "work_hour", 8, 1.5, "dry"),
    Matter("施工管理", "夜间施工扰民", "88002", "order", "urgent_hour", 4, 2),
    Matter("施工管理", "道路遗撒", "88003", "clean", "urgent_hour", 4, 2, "", True),
    Matter("突发事件", "路面塌陷", "85001", "municipal", "urgent_hour", 24, 0.4, "rain"),
    Matter("突发事件", "道路积水", "85002", "municipal", "urgent_hour", 6, 0.8, "rain", True),
    Matter("突发事件", "树木倒伏", "85003", "green", "urgent_hour", 6, 0.6, "rain"),
    Matter("突发事件", "道路结冰", "85004", "municipal", "urgent_hour", 6, 0.3, "frost"),
    Matter("街面秩序", "店外经营", "09005", "order", "work_hour", 4, 8, "", True, "0504"),
    Matter("街面秩序", "占道经营", "09006", "order", "work_hour", 4, 9, "crowd", True, "0501"),
    Matter("街面秩序", "人行道违停", "89001", "traffic", "urgent_hour", 4, 7, "crowd", True),
    Matter("街面秩序", "非机动车乱停放", "89002", "street", "work_hour", 4, 6, "", True),
    Matter("街面秩序", "沿街晾挂", "89003", "street", "work_hour", 4, 2),
    Matter("街面秩序", "露天烧烤", "89004", "order", "urgent_hour", 4, 1.5, "summer", True),
    Matter("街面秩序", "噪声扰民", "89005", "order", "urgent_hour", 4, 2.5, "summer"),
    Matter("其他事件", "私搭乱建", "84001", "order", "work_day", 10, 2),
    Matter("其他事件", "犬只扰民", "84002", "street", "work_day", 3, 1),
    *_parts(
        "公用设施",
        ("上水井盖", "91001", "water", "work_day", 1, 0.7), ("污水井盖", "91002", "municipal", "work_day", 1, 1.6),
        ("雨水箅子", "91003", "municipal", "work_day", 1, 1.5), ("电力井盖", "91004", "power", "work_day", 1, 0.7),
        ("通信井盖", "91005", "telecom", "work_day", 1, 1.3), ("路灯", "91006", "light", "work_day", 2, 2.4),
        ("燃气井盖", "91007", "gas", "work_day", 1, 0.3), ("消火栓", "91008", "water", "work_day", 2, 0.3),
    ),
    *_parts(
        "交通设施",
        ("交通护栏", "92001", "traffic", "work_day", 2, 1.0), ("交通标志牌", "92002", "traffic", "work_day", 2, 0.7),
        ("交通信号灯", "92003", "traffic", "urgent_hour", 12, 0.3),
        ("人行道", "92004", "municipal", "work_day", 5, 2.2),
    ),
    *_parts(
        "市容环境设施",
        ("果皮箱", "93001", "clean", "work_day", 1, 1.2), ("垃圾箱", "93002", "clean", "work_day", 1, 1.3),
        ("公共厕所", "93003", "clean", "work_day", 2, 0.5),
    ),
    *_parts(
        "园林绿化设施",
        ("行道树", "94001", "green", "work_day", 3, 1.4), ("绿地护栏", "94002", "green", "work_day", 3, 0.5),
        ("花钵", "94003", "green", "work_day", 3, 0.3),
    ),
    *_parts(
        "其他部件",
        ("宣传栏", "95001", "street", "work_day", 3, 0.4), ("休闲座椅", "95002", "municipal", "work_day", 5, 0.4),
    ),
)  # fmt: skip
COMPONENTS = tuple(index for index, each in enumerate(MATTERS) if each.is_component)
LIMIT_KIND = np.array([KINDS.index(each.limit_kind) for each in MATTERS])
LIMIT = np.array([each.limit for each in MATTERS])
ROLE = np.array([ROLES.index(each.role) for each in MATTERS])
IS_COMPONENT = np.array([each.is_component for each in MATTERS])
IS_SEEN = np.array([each.is_seen for each in MATTERS])
IS_URGENT = np.array([each.limit_kind == "urgent_hour" for each in MATTERS])
HAS_OLD = np.array([each.old_code is not None for each in MATTERS])


def daily_factor(drive: Drivers) -> Floats:
    """How frequent each kind is on each day, around 1: kinds × days."""
    weekday = np.array([1.05, 1.02, 1.0, 1.0, 1.03, 0.92, 0.88])[(drive.days.astype(int) + 3) % 7]
    wet = drive.rain_mm / 8.0
    moods = {
        "": np.ones(drive.day_count),
        "crowd": 0.7 + 0.3 * drive.crowd,
        "rain": 0.45 + 0.55 * wet,
        "dry": np.exp(-drive.rain_mm / 10.0) + 0.3,
        "frost": np.where(drive.temperature < 3.0, 6.0, 0.1),
        "summer": np.clip((drive.temperature - 6.0) / 11.0, 0.15, 1.9),
    }
    return np.array([weekday * moods[each.mood] for each in MATTERS])


def _before(each: Matter) -> tuple[str, str]:
    """Standard and code of a kind before the new codes: the edition of 2013, else a local extension."""
    if each.standard == LOCAL:
        return LOCAL, each.code
    return (OLD, each.old_code) if each.old_code else (LOCAL, f"8{each.code[1:]}")


STANDARDS = (NEW, OLD, LOCAL)
CODES = tuple(dict.fromkeys([each.code for each in MATTERS] + [_before(each)[1] for each in MATTERS]))
_NOW = np.array([(STANDARDS.index(each.standard), CODES.index(each.code)) for each in MATTERS])
_THEN = np.array([(STANDARDS.index(_before(each)[0]), CODES.index(_before(each)[1])) for each in MATTERS])


def coded(matter: Ints, day: npt.NDArray[np.datetime64]) -> tuple[Ints, Ints]:
    """Indices into STANDARDS and CODES of each case's kind, by the edition of its day."""
    found = np.where((day < CHANGED)[:, None], _THEN[matter], _NOW[matter])
    return found[:, 0], found[:, 1]


def _editions() -> list[tuple[Matter, str, str, date | None, date | None]]:
    """Every kind in every edition: kind, standard, code, first day, day it ended."""
    found: list[tuple[Matter, str, str, date | None, date | None]] = []
    for each in MATTERS:
        if _before(each) == (each.standard, each.code):
            found.append((each, each.standard, each.code, None, None))
        else:
            found.append((each, *_before(each), None, CHANGED.item()))
            found.append((each, each.standard, each.code, CHANGED.item(), None))
    return found


def _kind(each: Matter) -> str:
    return "component" if each.is_component else "event"


def matter_type() -> pa.Table:
    """The dictionary of kinds, the editions side by side."""
    rows = _editions()
    return table(
        "urban.matter_type",
        {
            "standard_ref": [standard for _, standard, *_ in rows],
            "matter_kind": [_kind(each) for each, *_ in rows],
            "type_code": [code for _, _, code, *_ in rows],
            "major_name": [each.major for each, *_ in rows],
            "minor_name": [each.minor for each, *_ in rows],
            "successor_code": [each.code if ended else None for each, _, _, _, ended in rows],
            "is_local": [standard == LOCAL for _, standard, *_ in rows],
            "valid_from": [begun for *_, begun, _ in rows],
            "valid_to": [ended for *_, ended in rows],
        },
    )


def matter_limit() -> pa.Table:
    """Two filing conditions per kind: the usual one, and a grave one with half the time."""
    rows = [(*row, condition) for row in _editions() for condition in (1, 2)]
    return table(
        "urban.matter_limit",
        {
            "standard_ref": [row[1] for row in rows],
            "matter_kind": [_kind(row[0]) for row in rows],
            "type_code": [row[2] for row in rows],
            "condition_no": [row[5] for row in rows],
            "filing_condition": ["一般情形" if row[5] == 1 else "影响通行或有安全隐患" for row in rows],
            "closing_condition": ["恢复原状，现场核查属实"] * len(rows),
            "limit_kind": [row[0].limit_kind for row in rows],
            "limit_value": [row[0].limit / row[5] for row in rows],
            "valid_from": [row[3] or date(2025, 1, 1) for row in rows],
            "valid_to": [row[4] for row in rows],
            "evidence": [EVIDENCE] * len(rows),
        },
    )
