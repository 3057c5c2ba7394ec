"""The only place that says what an entry of the catalogue is and how it is found: forgiving, and by any of its words.

A query is words; each must occur in one of the entry's texts. Case, width, spaces and punctuation do not count.
`责任单位：待确认` asks for a word in the texts of that name only, which is how the filters of a list are written.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from queries.snapshot import Snapshot

Value = str | int | float | bool | date | datetime | None  # of a cell, with its true type
_NOT_A_WORD = re.compile(r"[\W_]+")
_ALIKE = 0.5  # of the characters in common, from which on a name may be what a mistyped word meant
_LATIN = re.compile(r"[ -~]+")
_NEAR_FROM = 3  # characters: with fewer, nearly everything holds them in that order
_NEAR_IN = ("名称", "责任单位", "别名", "规划用名")


@dataclass(frozen=True)
class Ground:
    """What the catalogue is seen against: a snapshot, or none while the store is empty, and the time of day."""

    snapshot: Snapshot | None
    now: datetime


@dataclass(frozen=True)
class Column:
    """A column of a kind's sheet: its label, its width in characters, and whether the list on screen shows it too."""

    label: str
    width: int = 16
    is_listed: bool = False


@dataclass(frozen=True)
class Term:
    """A text by which an entry is found, and what it is of."""

    label: str
    text: str
    folded: str


@dataclass(frozen=True)
class Item:
    """One entry. `cells` follow the columns of its kind; `terms` begin with id and name; `themes` may be several."""

    id: str
    name: str
    themes: tuple[str, ...]
    cells: tuple[Value, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of entries. `facets` name the texts by whose values its list is filtered; `opens`: it has details."""

    key: str
    label: str
    measure: str  # 张, 个 …
    columns: tuple[Column, ...]
    items: Callable[[Ground], Sequence[Item]]
    facets: tuple[str, ...] = ()
    has_themes: bool = False

    def cell(self, item: Item, label: str) -> Value:
        """The entry's value in the column called `label`."""
        return item.cells[[column.label for column in self.columns].index(label)]


@dataclass(frozen=True)
class Hit:
    """A found entry; when its id and name do not show what was asked for: where it was found, and by which word."""

    item: Item
    rank: int
    term: Term | None = None
    word: str = ""


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """The text as it is compared: `PM2.5`, `pm 2.5` and `ＰＭ２．５` are one."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def term(label: str, text: str) -> Term:
    """A term with its text folded."""
    return Term(label, text, fold(text))


def item(
    identity: str,
    name: str,
    columns: Sequence[Column],
    cells: Sequence[Value],
    *,
    themes: Iterable[str] = (),
    more: Iterable[tuple[str, str]] = (),
    silent: Sequence[str] = (),
) -> Item:
    """An entry that is found by its id, its name, the text of every cell that is not `silent`, and `more`."""
    texts = [("编号", identity), ("名称", name)]
    texts += [
        (column.label, cell)
        for column, cell in zip(columns, cells, strict=True)
        if isinstance(cell, str) and column.label not in silent
    ]
    return Item(identity, name, tuple(themes), tuple(cells), tuple(term(*pair) for pair in [*texts, *more] if pair[1]))


@dataclass(frozen=True)
class Word:
    """One word of a query; `label` is empty, or limits the word to texts of that name."""

    label: str
    text: str

    def written(self) -> str:
        return f"{self.label}：{self.text}" if self.label else self.text


def words(query: str) -> tuple[Word, ...]:
    """The words of a query, folded; what holds no letter, digit or character stays and finds nothing."""
    found = []
    for part in unicodedata.normalize("NFKC", query).split():
        label, colon, text = part.partition(":")
        found.append(Word(label, text) if colon and label and text else Word("", part))
    return tuple(found)


def search(items: Iterable[Item], query: Sequence[Word]) -> list[Hit]:
    """The entries in which every word occurs, the best first: the id or name itself, its beginning, a part, the rest.

    When there are none: those whose names or owner hold the characters in their order (生环局, 市生态环境局).
    """
    entries = list(items)
    if not query:
        return [Hit(each, 0) for each in entries]
    hits = [hit for each in entries if (hit := _match(each, query, _holds))]
    if not hits and any(_may_be_near(fold(each.text)) for each in query):
        hits = [hit for each in entries if (hit := _match(each, query, _nearly_holds))]
    return sorted(hits, key=lambda hit: hit.rank)  # stable: within a rank the kind's own order


def nearest(items: Iterable[Item], text: str, most: int = 5) -> list[Item]:
    """The entries whose id or name is spelt most like a text that nothing was found for."""
    names: dict[str, Item] = {}
    for each in items:
        names.setdefault(fold(each.name), each)
        names.setdefault(fold(each.id), each)
    near = difflib.get_close_matches(fold(text), names, n=most, cutoff=_ALIKE)
    return list({id(names[name]): names[name] for name in near}.values())


def facets(hits: Iterable[Item], label: str) -> dict[str, int]:
    """How many entries have each value of the texts called `label`, in the order of their first occurrence."""
    return dict(Counter(each.text for entry in hits for each in entry.terms if each.label == label))


def _match(entry: Item, query: Sequence[Word], holds: Callable[[Term, str], bool]) -> Hit | None:
    rank, beside, said = 0, None, ""
    for word in query:
        text = fold(word.text)
        found = [
            (_score(place, each.folded, text), place)
            for place, each in enumerate(entry.terms)
            if text and (not word.label or each.label == word.label) and holds(each, text)
        ]
        if not found:
            return None
        score, place = min(found)
        rank += score
        if place > 1 and not word.label:
            beside, said = entry.terms[place], word.text
    return Hit(entry, rank, beside, said)


def _score(place: int, folded: str, text: str) -> int:
    if place > 1:
        return 3
    return 0 if folded == text else 1 if folded.startswith(text) else 2


def _holds(each: Term, text: str) -> bool:
    return text in each.folded


def _nearly_holds(each: Term, text: str) -> bool:
    if text in each.folded:
        return True
    if each.label not in _NEAR_IN or not _may_be_near(text):
        return False
    rest = iter(each.folded)
    return all(character in rest for character in text)


def _may_be_near(text: str) -> bool:
    return len(text) >= _NEAR_FROM and not _LATIN.search(text)
