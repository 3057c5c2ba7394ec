"""The only place that knows how units relate: 万元 and 元, µg and mg, 公顷 and 亩; never across dimensions."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

_MULTIPLES: Mapping[str, float] = {
    "": 1.0, "十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8,
}  # fmt: skip
# counting words and what may carry 万 or 亿; each is its own dimension: 人 is not 人次
_COUNTED = (
    "元", "人", "人次", "件", "次", "辆", "辆次", "个", "户", "台", "张", "条", "家", "起", "项", "处", "座", "份",
    "例", "笔", "间夜", "平方米", "立方米", "吨", "千瓦时", "吨标准煤", "米", "株", "头", "行", "单", "套", "场",
    "盏", "班次",
)  # fmt: skip
_SAME: Mapping[str, str] = {
    "㎡": "平方米", "m2": "平方米", "m3": "立方米", "方": "立方米", "t": "吨", "m": "米", "kwh": "千瓦时",
    "kw·h": "千瓦时", "度电": "千瓦时", "人民币元": "元", "人民币万元": "万元", "h": "小时", "时": "小时",
    "min": "分钟", "s": "秒", "d": "天", "日": "天", "mm": "毫米", "cm": "厘米", "km": "公里", "千米": "公里",
    "ha": "公顷", "hm2": "公顷", "km2": "平方公里", "平方千米": "平方公里", "kg": "千克", "公斤": "千克", "g": "克",
    "百分比": "%",
}  # fmt: skip
_MEASURES: Mapping[str, tuple[str, float]] = {
    "公里": ("米", 1e3), "毫米": ("米", 1e-3), "厘米": ("米", 1e-2),
    "公顷": ("平方米", 1e4), "亩": ("平方米", 10_000 / 15), "平方公里": ("平方米", 1e6), "万亩": ("平方米", 1e8 / 15),
    "千克": ("吨", 1e-3), "克": ("吨", 1e-6),
    "小时": ("秒", 3600.0), "分钟": ("秒", 60.0), "秒": ("秒", 1.0), "天": ("秒", 86_400.0),
    "%": ("share", 1e-2), "‰": ("share", 1e-3), "无量纲": ("share", 1.0), "小数": ("share", 1.0),
    "mg/m3": ("mg/m3", 1.0), "μg/m3": ("mg/m3", 1e-3), "ug/m3": ("mg/m3", 1e-3),
    "mg/l": ("mg/l", 1.0), "μg/l": ("mg/l", 1e-3), "ug/l": ("mg/l", 1e-3),
    "km/h": ("m/s", 1 / 3.6), "公里/小时": ("m/s", 1 / 3.6), "m/s": ("m/s", 1.0), "米/秒": ("m/s", 1.0),
}  # fmt: skip


def is_unit(text: str) -> bool:
    """Whether this is a unit that can be converted at all."""
    return _known(text) is not None


def factor(theirs: str, ours: str) -> float | None:
    """What a number in `theirs` is multiplied with to be in `ours`; None across dimensions or for unknown units."""
    if _plain(theirs) == _plain(ours):
        return 1.0
    given, wanted = _known(theirs), _known(ours)
    if given is None or wanted is None or given[0] != wanted[0]:
        return None
    return given[1] / wanted[1]


def _plain(unit: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", unit).split()).casefold().strip("()[]【】")
    return _SAME.get(text, text)


def _known(unit: str) -> tuple[str, float] | None:
    """Dimension and size of a unit."""
    plain = _plain(unit)
    if plain in _MEASURES:
        return _MEASURES[plain]
    for counted in _COUNTED:
        multiple = plain.removesuffix(counted)
        if plain.endswith(counted) and multiple in _MULTIPLES:
            return counted, _MULTIPLES[multiple]
    return None
