"""The only place that says what of a personal value may still be seen. Masked is not anonymous.

The rules are those of `pii_masking_vectors.csv`: a surname; the first and last four of an ID card; area code and last
three of a phone number; the street without the house; a plate without its middle; the year of birth; counts under five.
"""

from __future__ import annotations

import re

SMALL_COUNT = 5  # people; in any cross-table a smaller cell is not shown, nor a second one that would tell it
_COMPOUND_SURNAMES = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|"
    "仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|令狐|百里|呼延|东郭|南门|西门|轩辕"
)
_STREET = re.compile(r".*?(?:街道|镇|乡)|.*?(?:市|区|县)")
LOCAL = 8  # digits; a longer number begins with the carrier
_AREA_CODE = re.compile(r"(0\d{2,3})([-—\s]?)(\d+)")


def name(text: str) -> str:
    """`张*`, `欧阳**`: the surname, and a star for each further character."""
    kept = 2 if len(text) > 2 and _COMPOUND_SURNAMES.match(text) else 1
    return text[:kept] + "*" * len(text[kept:])


def id_card(text: str) -> str:
    """`3410**********2001`: the first and the last four, of old and new cards alike."""
    return _middle(text, 4, 4)


def bank_card(text: str) -> str:
    """The first and the last four."""
    return _middle(text, 4, 4)


def phone(text: str) -> str:
    """`0559-****345`, `138*****678`: area code or carrier, and the last three."""
    if landline := _AREA_CODE.fullmatch(text):
        return "".join((*landline.groups()[:2], _middle(landline[3], 0, 3)))
    return _middle(text, 3 if len(text) > LOCAL else 0, 3)


def plate(text: str) -> str:
    """`皖JD**345`: two stars before the last three."""
    return f"{text[:-5]}**{text[-3:]}"


def address(text: str) -> str:
    """Down to the street or town."""
    found = _STREET.match(text)
    return f"{found[0]}***" if found else "***" if text else ""


def birth(text: str) -> str:
    """The year."""
    return text[:4]


def count(people: int) -> str:
    """`<5` for fewer than five people."""
    return f"<{SMALL_COUNT}" if people < SMALL_COUNT else str(people)


def _middle(text: str, first: int, last: int) -> str:
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]
