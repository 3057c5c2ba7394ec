"""The only place that turns a text cell into a number, a date, a time, a boolean or a code.

Every function takes a string array (null = missing) and returns the typed array and a mask of the cells that could not
be read; a null is never bad. The whole array is tried at once; only when that fails are the odd cells put into shape.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Parsed = tuple[pa.Array, Mask]

TIME_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%d%H", "%Y%m%d",
    "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日 %H时", "%Y年%m月%d日%H时", "%Y年%m月%d日",
    "%Y年%m月%d日%H:%M", "%Y年%m月%d日%H时%M分", "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日%H时%M分%S秒",
    "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y.%m.%d",
)  # fmt: skip
_ZONE = "Asia/Shanghai"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$"
_WITH_OFFSET = r"[0-9](?:Z|[+-][0-9]{2}:?[0-9]{2})$"
_SERIAL = r"(?:3[6-9]|4[0-9]|5[0-4])[0-9]{3}(?:\.[0-9]+)?"  # days since 1899-12-30: the years 1998 to 2050
_SERIAL_ZERO = pd.Timestamp("1899-12-30")
_AMONG_WORDS = r"^[^0-9+.-]{0,4}(?P<number>[+-]?[0-9][0-9,]*\.?[0-9]*)(?P<multiple>[万亿]?)[^0-9.万亿]{0,6}$"
_MULTIPLES = {"": 1, "万": 10_000, "亿": 100_000_000}
_SAMPLE = 100
_TOUCHING = re.compile("%[A-Za-z]%[A-Za-z]")
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    0xFF0E: ".", 0xFF0C: ",", 0xFF0B: "+", 0xFF0D: "-", 0x2212: "-",
}  # fmt: skip
_EXACT = 2.0**53
_FACTOR_DECIMALS = 9  # 0.29 × 100 is 29
_TRUE, _FALSE = ("true", "t", "yes", "y", "1", "是", "有"), ("false", "f", "no", "n", "0", "否", "无")
BOOLEANS: Mapping[str, bool] = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}


def reals(texts: pa.Array, factor: float | None = None) -> Parsed:
    """Finite numbers, times `factor`; accepts thousands separators, full-width digits and the typographic minus."""
    try:
        numbers = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        plain = _plain_numbers(texts)
        numbers = pc.cast(pc.if_else(pc.match_substring_regex(plain, _NUMBER), plain, None), pa.float64())
    if factor is not None:
        numbers = pc.round(pc.multiply(numbers, factor), _FACTOR_DECIMALS)
    numbers = pc.if_else(pc.is_finite(numbers), numbers, None)
    return numbers, _lost(texts, numbers)


def integers(texts: pa.Array, factor: float | None = None) -> Parsed:
    """Whole numbers; `5.0` is one, `5.5` and what a float cannot hold exactly are not."""
    numbers, _ = reals(texts, factor)
    whole = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less(pc.abs(numbers), _EXACT))
    result = pc.cast(pc.if_else(whole, numbers, None), pa.int64())
    return result, _lost(texts, result)


def numbers_in(texts: pa.Array) -> pa.Array:
    """Numbers among words made plain: 约120人 is 120, 1.2万元左右 is 12000; what holds no single number stays."""

    def plain(text: str) -> str:
        found = re.fullmatch(_AMONG_WORDS, "".join(text.translate(_WIDE).split()))
        if found is None:
            return text
        number = found["number"].replace(",", "")
        return number if not found["multiple"] else repr(round(float(number) * _MULTIPLES[found["multiple"]], 6))

    return _by_value(texts, plain, pa.string())


def booleans(texts: pa.Array) -> Parsed:
    """是/否, true/false, yes/no, y/n, t/f, 1/0 in any case."""
    result = _by_value(texts, lambda text: BOOLEANS.get(text.lower()), pa.bool_())
    return result, _lost(texts, result)


def dates(texts: pa.Array, formats: Sequence[str] = ()) -> Parsed:
    """Calendar days; a time of midnight may follow, as table programs write one."""
    if not formats:
        try:
            days = pc.cast(texts, pa.date32())
        except pa.ArrowInvalid:
            pass
        else:
            return days, _lost(texts, days)
    moments, _ = timestamps(texts, formats)
    days = pc.cast(pc.if_else(pc.equal(pc.floor_temporal(moments, unit="day"), moments), moments, None), pa.date32())
    return days, _lost(texts, days)


def timestamps(texts: pa.Array, formats: Sequence[str] = ()) -> Parsed:
    """Wall time in Asia/Shanghai, microseconds. Without `formats` (strptime) ISO 8601 and `TIME_FORMATS` are read.

    Day numbers of a table program (46342.5) are read in any case.
    """
    if not formats:
        try:
            moments = pc.cast(texts, pa.timestamp("us"))
        except pa.ArrowInvalid:
            pass
        else:
            return moments, _lost(texts, moments)
    # a file holds far fewer different times than rows, and mostly writes them alike
    encoded = pc.dictionary_encode(texts)
    unique = pd.Series(encoded.dictionary.to_pylist(), dtype="str")
    sample = unique.head(_SAMPLE)
    if not formats:
        unique = unique.map(lambda text: unicodedata.normalize("NFKC", text) if not text.isascii() else text)
    read = _with_offset(unique) if not formats else pd.Series(pd.NaT, unique.index, "datetime64[us]")
    for form in formats or sorted(TIME_FORMATS, key=lambda form: int(_strptime(sample, form).isna().sum())):
        left = read.isna()
        if not left.any():
            break
        read[left] = _strptime(unique[left], form)
    if (left := read.isna() & unique.str.fullmatch(_SERIAL)).any():
        read[left] = _serials(unique[left])
    result = pa.array(read, pa.timestamp("us")).take(encoded.indices)
    return result, _lost(texts, result)


def codes(texts: pa.Array, table: Mapping[str, str], separator: str = "") -> Parsed:
    """Texts translated by `table`; with a separator each part is translated and the parts are joined by `|`."""

    def translate(text: str) -> str | None:
        parts = [table.get(part.strip()) for part in (text.split(separator) if separator else [text])]
        return None if None in parts else "|".join(part for part in parts if part)

    result = _by_value(texts, translate, pa.string())
    return result, _lost(texts, result)


def _by_value(texts: pa.Array, convert: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """`convert` called once per different text."""
    encoded = pc.dictionary_encode(texts)
    values = pa.array([convert(text) for text in encoded.dictionary.to_pylist()], kind)
    return values.take(encoded.indices)


def _plain_numbers(texts: pa.Array) -> pa.Array:
    """Odd spellings of numbers made plain; superscripts and circled digits stay what they are."""
    odd = pc.fill_null(pc.invert(pc.match_substring_regex(texts, _NUMBER)), False)

    def plain(text: str) -> str:
        return text.translate(_WIDE)

    fixed = _by_value(texts.filter(odd), plain, pa.string())
    grouped = pc.match_substring_regex(fixed, _THOUSANDS)
    fixed = pc.if_else(grouped, pc.replace_substring(fixed, ",", ""), fixed)
    return pc.replace_with_mask(texts, odd, fixed)


def _strptime(texts: pd.Series[str], form: str) -> pd.Series[pd.Timestamp]:
    """Times by one format; directives that touch must have all their digits, or 202611160830 would be 08:03:00."""
    if _TOUCHING.search(form):
        texts = texts.where(texts.str.fullmatch(_shape(form)))
    return pd.to_datetime(texts, format=form, errors="coerce").astype("datetime64[us]")


@cache
def _shape(form: str) -> str:
    """What a text of the format looks like: two digits (a year four) where directives touch, else anything."""
    parts: list[str] = re.findall("%.|[^%]+", form)
    shape = ""
    for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
        if part[0] != "%":
            shape += re.escape(part)
        elif part == "%Y":
            shape += "[0-9]{4}"
        else:
            shape += "[0-9]{2}" if "%" in (before[:1], after[:1]) else ".+"
    return shape


def _serials(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Day numbers of a table program, as they arrive from cells that lost their date format; to the second."""
    days = pd.to_timedelta(texts.astype("float64"), unit="D").dt.round("s")
    return (_SERIAL_ZERO + days).astype("datetime64[us]")


def _with_offset(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Times that state their offset from UTC, in wall time; not a time for the others."""
    stated = texts.where(texts.str.contains(_WITH_OFFSET))
    read = pd.to_datetime(stated, format="ISO8601", utc=True, errors="coerce")
    return read.dt.tz_convert(_ZONE).dt.tz_localize(None).astype("datetime64[us]")


def _lost(texts: pa.Array, result: pa.Array) -> Mask:
    bad = pc.and_(pc.is_valid(texts), pc.is_null(result))
    return np.asarray(bad.to_numpy(zero_copy_only=False), dtype=bool)
