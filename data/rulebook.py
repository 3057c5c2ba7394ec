"""The only place that words each rule of the import for people: its name, and what the sender should do.

The command line, the 退回表, the intake page and the catalogue all read it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Rule(NamedTuple):
    """How a rule is called in a summary, and the remedy in one sentence."""

    name: str
    remedy: str


RULES: Mapping[str, Rule] = {
    "wrong_field_count": Rule("列数不对", "检查这一行的分隔符、换行和双引号。"),
    "missing_required": Rule("必填项为空", "补上这一格；确实没有的行请删去。"),
    "bad_number": Rule("不是数字", "只填数字，不带“约”“人”等字；没有数据留空。"),
    "bad_boolean": Rule("不是“是”或“否”", "填“是”或“否”。"),
    "bad_date": Rule("不是日期", "写成 2026-11-16 这样的日期。"),
    "bad_timestamp": Rule("不是时间", "写成 2026-11-16 08:00 这样的北京时间。"),
    "unknown_code": Rule("不在代码表中", "改成代码表里的名称或代码；确需新增请联系数据局。"),
    "out_of_range": Rule("超出范围", "核对数值和单位（万元与元、公顷与亩）。"),
    "bad_place_code": Rule("地点不认识", "填统计局区划代码，或区县、乡镇的全称。"),
    "mca_code": Rule("用了民政部代码", "改用统计局代码，批注里写着应填哪个。"),
    "incomplete_coordinates": Rule("坐标缺一半", "经度、纬度都填，或都留空。"),
    "missing_coordinates": Rule("没有坐标", "补填坐标；不要填 0。"),
    "not_degrees": Rule("坐标不是度", "换算成十进制的 CGCS2000 经纬度。"),
    "swapped_coordinates": Rule("经纬度写反", "对调经度和纬度。"),
    "outside_city": Rule("坐标在市外", "核对坐标和坐标系。"),
    "too_early": Rule("日期太早", "核对年份。"),
    "future_time": Rule("日期在将来", "核对日期。"),
    "negative_duration": Rule("时长为负", "核对先后两个时间。"),
    "formula_text": Rule("像公式的文字", "改成普通文字，不要以 = 开头。"),
    "shifted_columns": Rule("错列", "按批注补一格或删一格，让后面的格子回到自己的列。"),
    "duplicate_key": Rule("重复", "同一主键只留一行；已采用靠后的一行。"),
    "total_row": Rule("合计行", "不算数据，已略过，不用改。"),
    "note_row": Rule("表下注释", "不算数据，已略过，不用改。"),
    "repeated_header": Rule("重复的表头", "不算数据，已略过，不用改。"),
    "example_row": Rule("模板示例行", "不算数据，已略过，不用改。"),
}


def rule(name: str) -> Rule:
    """The words for a rule; a name nobody worded stands for itself."""
    return RULES.get(name, Rule(name, "请按批注改正。"))


def counted(rows: Mapping[str, int]) -> str:
    """How many rows broke which rule, in words, by the order of the rules; 无 where none did."""
    order = list(RULES)
    known = sorted(rows, key=lambda name: (order.index(name) if name in RULES else len(order), name))
    return "、".join(f"{rule(name).name} {rows[name]:,} 行" for name in known if rows[name]) or "无"
