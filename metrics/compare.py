"""The only place that compares readings: 环比 and 同比, in words that fit the number.

Which period the other one is, says `queries.periods`; here both sides are measured with the present ruler, volumes are
brought to equal days (可比口径), and what was done is said in words with the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from metrics.metric import Metric, metric
from metrics.reach import known_until
from metrics.read import read, read_groups, read_many, read_periods
from metrics.reading import Reading
from metrics.standards.air import edition_on
from queries import periods
from queries.scope import Scope

SMALL_COUNT = 20  # from or to less than this a change is said in cases: 4 → 54 as +1250% would shout
_FEW = 3
FEWEST_DAYS = 0.5  # a volume known on fewer of the days than this is no basis for a comparison


@dataclass(frozen=True)
class Change:
    """How a reading moved: `text` for people, `direction` up | down | flat | unknown, `judgement` 向好 | 向差 or "".

    `basis` says in words what makes the two comparable or not (按春节对齐, 按日均可比, 上期含国庆节); often "".
    """

    text: str
    direction: str
    judgement: str
    earlier: Reading | None
    basis: str = ""

    @property
    def alignment(self) -> str:
        """按春节对齐 and the like, "" for the calendar's days; a change may not stand without it."""
        return next((words for words in self.basis.split("；") if words.endswith("对齐")), "")


@dataclass(frozen=True)
class Course:
    """A reading, its changes, its last periods (oldest first, the present one last) and the same ones of last year."""

    reading: Reading
    previous: Change
    last_year: Change
    past: tuple[Reading, ...]
    past_year: tuple[Reading, ...]


def earlier_scope(scope: Scope, which: str) -> Scope:
    """The scope of `previous` (环比) or `last_year` (同比), measured with the ruler of the present period.

    A standard that changed in between (AQI on 2026-03-01) would otherwise compare two different things.
    """
    return _held_against(scope, scope.previous() if which == "previous" else scope.last_year())


def periods_before(scope: Scope, count: int) -> list[Scope]:
    """The scope and those just before it, newest first."""
    scopes = [scope]
    for _ in range(count - 1):
        scopes.append(earlier_scope(scopes[-1], "previous"))
    return scopes


def history(name: str, scope: Scope, count: int = 8) -> list[Reading]:
    """The last `count` periods of the scope's length, oldest first, all measured with the present ruler.

    Of a number made of seventy others only the last three: each period costs as much as a page.
    """
    count = min(count, _FEW) if metric(name).of_readings else count
    return [found[0] for found in read_periods([name], periods_before(scope, count)[::-1])]


def courses(names: Sequence[str], scope: Scope, count: int) -> list[Course]:
    """The last `count` periods of each metric with its 环比 and 同比; every period is read once for all of them."""
    lately = periods_before(scope, count)[::-1]
    a_year_ago = [earlier_scope(each, "last_year") for each in lately]
    read_at = dict(zip((*lately, *a_year_ago), read_periods(names, (*lately, *a_year_ago)), strict=True))
    now = read_at[scope]
    previous = _changes(now, scope, "previous", read_at)
    last_year = _changes(now, scope, "last_year", read_at)
    return [
        Course(
            reading,
            previous[index],
            last_year[index],
            tuple(read_at[each][index] for each in lately),
            tuple(read_at[each][index] for each in a_year_ago),
        )
        for index, reading in enumerate(now)
    ]


def compare_many(names: Iterable[str], scope: Scope, which: str, now: Sequence[Reading] | None = None) -> list[Change]:
    """The change of each metric against `previous` or `last_year`; `now` gives what was already read in the scope."""
    asked = list(names)
    return _changes(read_many(asked, scope) if now is None else now, scope, which, {})


def compare_groups(scope: Scope, which: str, by: str, now: Sequence[Reading]) -> list[Change]:
    """The change of each group of one metric, as `read_groups` gave them in the scope."""
    if not now:
        return []
    there, words = _against(now[0].metric, scope, which)
    before = {each.key: each for each in read_groups(now[0].metric, there, by)}
    nothing = replace(read(now[0].metric, there), value=None, state="no_data")
    return [compare(each, before.get(each.key, nothing), words) for each in now]


def compare(now: Reading, before: Reading, basis: str = "") -> Change:
    """The change from `before` to `now`: 个百分点 for rates, ± for small counts, % otherwise, — if unknown."""
    asked = metric(now.metric)
    if now.value is None or before.value is None:
        return Change("—", "unknown", "", before, basis)
    earlier, brought = _on_equal_days(now, before)
    basis = "；".join(words for words in (basis, brought) if words)
    if earlier is None:
        return Change("—", "unknown", "", before, basis)
    step = round(now.value, asked.decimals) - round(earlier, asked.decimals)
    said = _words(now.value, earlier, step, asked)
    if abs(step) < 0.5 * 10**-asked.decimals or not said.strip("+−0.,%"):  # nothing that the words could show
        return Change("持平", "flat", "", before, basis)
    direction = "up" if step > 0 else "down"
    good = {"higher": "up", "lower": "down"}.get(asked.better)
    judgement = "" if good is None else "向好" if direction == good else "向差"
    return Change(said, direction, judgement, before, basis)


def _held_against(scope: Scope, there: Scope) -> Scope:
    return replace(there, ruler=scope.ruler or edition_on(scope.until - timedelta(days=1)))


def _changes(now: Sequence[Reading], scope: Scope, which: str, read_at: dict[Scope, list[Reading]]) -> list[Change]:
    """Metrics held against the same period are read together; only those whose data ends early are cut apart."""
    against = [_against(each.metric, scope, which) for each in now]
    found: dict[int, Change] = {}
    for there in dict.fromkeys(each for each, _ in against):
        group = [index for index, (each, _) in enumerate(against) if each == there]
        known = read_at.get(there)
        before = [known[i] for i in group] if known else read_many([now[i].metric for i in group], there)
        for index, reading in zip(group, before, strict=True):
            found[index] = compare(now[index], reading, against[index][1])
    return [found[index] for index in range(len(now))]


def _against(name: str, scope: Scope, which: str) -> tuple[Scope, str]:
    """The scope that a metric is held against, and what was done to find it.

    Data that reaches into a period that still runs cuts both; a stock or a yearly value has no days to cut.
    """
    asked = metric(name)
    running = known_until(asked, scope.snapshot) if asked.is_daily else None
    found = periods.other(scope.since, scope.until, which, running)
    words = "" if asked.rows is not None and not asked.is_daily else found.words  # a register knows no holidays
    return _held_against(scope, scope.period(found.since, found.until)), words


def _on_equal_days(now: Reading, before: Reading) -> tuple[float | None, str]:
    """The earlier value as it would be over as many valid days as the present one has, and what was done in words."""
    days, days_before = now.valid_days, before.valid_days
    if days is None or days_before is None or days == days_before or before.value is None:
        return before.value, ""
    if min(days, days_before) < FEWEST_DAYS * max(days, days_before):
        return None, f"有效 {days} 天对 {days_before} 天，不可比"
    return before.value * days / days_before, f"按日均可比（有效 {days} 天对 {days_before} 天）"


def _words(now: float, before: float, step: float, asked: Metric) -> str:
    sign = "+" if step > 0 else "−"  # a true minus
    if asked.unit == "%":
        return f"{sign}{abs(step):.{asked.decimals}f} 个百分点"
    small = SMALL_COUNT * min(asked.scale, 1.0)  # 7.7 万人次 are no small count
    if before <= 0 or min(abs(now), abs(before)) < small or asked.unit == "":
        return f"{sign}{abs(step):,.{asked.decimals}f}{' ' + asked.unit if asked.unit else ''}"
    return f"{sign}{abs(now - before) / before * 100:.1f}%"
