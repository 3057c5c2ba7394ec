"""The only place that finds personal numbers in free text: phone, ID card, bank card and plate, each left masked.

What a caller or an officer typed is the real leak of a city's data, so texts are scrubbed as they are loaded. An ID
card is known by its date and checksum, a bank card by Luhn's: other long numbers (orders, components) stay. Full-width
digits count as digits. `MAY_HOLD` is a quick test, in the syntax of RE2, that whole columns are sifted with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from security import mask

KINDS = ("id_card", "bank_card", "phone", "plate")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_D, _L = "[0-9０-９]", "[A-Za-zＡ-Ｚａ-ｚ]"
_GAP = "[-— .·•]"  # what people put between the groups of a number
MAY_HOLD = (
    rf"{_D}(?:[)）]?{_GAP}{{0,3}}{_D}){{9}}|(?:电话|手机|座机)[:：]?{_D}{{3}}"
    rf"|[{_PROVINCES}]{_GAP}?{_L}{_GAP}?[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]{{4}}"
)
_ASCII = {code + 0xFEE0: code for code in range(0x21, 0x7F)}  # full width to half, one character for one
_ID_CARD = re.compile(r"(?<![0-9A-Za-z])(?:\d(?:[ -]?\d){16}[ -]?[\dXx]|\d{15}|\d{6}([ -])\d{6}\1\d{3})(?![0-9A-Za-z])")
_BANK_CARD = re.compile(r"(?<![0-9A-Za-z])[3-69](?:[ .·-]{0,2}\d){15,18}(?![0-9A-Za-z])")
_MOBILE = (
    r"1[3-9]\d(?:[-— .·]?\d{4}){2}(?!\d)"
    r"|1[3-9]\d{2}[- ]\d{3}[- ]\d{4}(?!\d)|1[3-9]\d{4}[- ]\d{5}(?!\d)"  # people also say it in 4-3-4 and 6-5
)
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2})\)?[-— .]{0,3})(\d{3,4}[- ]?\d{4})(?!\d)")
_PHONE = re.compile(
    rf"(?<!\d)(?<!\d\.)(?:{_MOBILE}|{_LANDLINE.pattern})"
    r"|(?<=电话|手机|座机)\d{3,4}[- ]?\d{4}(?!\d)|(?<=(?:电话|手机|座机)[:：])\d{3,4}[- ]?\d{4}(?!\d)"
)
_COUNTRY = re.compile(rf"(?:\+|00)?86\)?[-— .]*(?={_MOBILE})")
_IN_WORDS = "新云青贵吉川宁苏"  # these end words too: 更新 G60001 is no plate, 皖 J12345 is
_PLATE = re.compile(
    rf"(?:[{_PROVINCES}]|(?:(?<![一-龥])[{_IN_WORDS}]|[{_PROVINCES.translate(dict.fromkeys(map(ord, _IN_WORDS)))}]) )"
    r"[A-HJ-NP-Z][·•. -]?(?=[A-HJ-NP-Z]*\d)(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[学警港澳挂试超])"
    r"(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_OLDEST, _OLDEST_OF_15 = 1900, 1930
_Span = tuple[int, int, str, str]  # from, to, kind, what stands there afterwards


def scrub(text: str) -> tuple[str, Counter[str]]:
    """The text with personal numbers masked, and how many of each kind there were."""
    plain = _COUNTRY.sub(lambda found: " " * len(found[0]), text.translate(_ASCII))
    counts: Counter[str] = Counter()
    parts, at = [], 0
    for start, end, kind, masked in sorted(_found(plain)):
        parts += [text[at:start], masked]
        counts[kind] += 1
        at = end
    return "".join((*parts, text[at:])), counts


def is_id_card(number: str) -> bool:
    """Whether the date and, on a card of 18, the checksum (GB 11643) are right.

    An old card of 15 has none, and a unit grid has 15 digits too: its subdistrict reads as a birth before 1930.
    """
    born = f"19{number[6:12]}" if len(number) == 15 else number[6:14]
    try:
        is_dated = int(born[:4]) >= (_OLDEST_OF_15 if len(number) == 15 else _OLDEST)
        date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    if len(number) == 15:
        return is_dated
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return is_dated and _CHECKS[total % 11] == number[17].upper()


def is_bank_card(number: str) -> bool:
    """Whether Luhn's checksum is right."""
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def _found(plain: str) -> Iterator[_Span]:
    """Each place is one number only: the kinds are tried in the order of `KINDS`, and what one took the next leaves."""
    left = plain
    for kind, (pattern, is_real, masked) in _RULES.items():
        at = 0
        while each := pattern.search(left, at):
            at = each.start() + 1  # what is none may begin with what stands before one: 第 12 11010519491231002X
            if is_real(each[0]):
                yield each.start(), each.end(), kind, masked(each[0])
                left = left[: each.start()] + "＊" * len(each[0]) + left[each.end() :]
                at = each.end()


def _digits(number: str) -> str:
    return re.sub(r"[^0-9Xx]", "", number)


def _phone(number: str) -> str:
    """A landline keeps its area code as it was written; of what follows the digits count."""
    if landline := _LANDLINE.fullmatch(number):
        return landline[1] + mask.phone(_digits(landline[2]))
    return mask.phone(number if len(_digits(number)) > mask.LOCAL else _digits(number))


_RULES: dict[str, tuple[re.Pattern[str], Callable[[str], bool], Callable[[str], str]]] = {
    "id_card": (_ID_CARD, lambda number: is_id_card(_digits(number)), lambda number: mask.id_card(_digits(number))),
    "bank_card": (
        _BANK_CARD,
        lambda number: is_bank_card(_digits(number)),
        lambda number: mask.bank_card(_digits(number)),
    ),
    "phone": (_PHONE, lambda _: True, _phone),
    "plate": (_PLATE, lambda _: True, mask.plate),
}
