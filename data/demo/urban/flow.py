"""Demo rows of 案件流转 and 案件申请与申诉: every step a case went through, as its own times say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.demo.drivers import City, Drivers, table
from data.demo.urban.case import CANCELLED, CHANNELS, NOT_FILED, SUSPENDED, Cases
from data.demo.urban.clock import KINDS, WorkClock
from data.demo.urban.column import NEVER, Bools, Ints, moments, numbered_by_day, only, pick
from data.demo.urban.matter import LIMIT, LIMIT_KIND
from data.demo.urban.place import Sites
from data.demo.urban.unit import CENTRE, PATROL, Units

STEPS = ("report", "accept", "file", "dispatch", "handle", "verify", "close")
ACTIONS = ("forward", "return", "rework", "extend", "suspend", "cancel")
_CITIZEN_LINE = "演示·公众诉求受理岗"
_ACCEPT_LIMIT_S = 3600


@dataclass(frozen=True)
class _Leg:
    """One kind of step for the cases of `who`: when it began and ended, in whose hands, how it was passed on."""

    who: Ints
    step: str
    entered: Ints
    left: Ints
    unit: Ints
    action: Ints
    slot: int


def case_flow(city: City, drive: Drivers, place: Sites, unit: Units, found: Cases) -> pa.Table:
    """About six steps per case; the last one of an open case has no end."""
    chance = city.chance("urban.case_flow")
    names = [*unit.names, CENTRE, PATROL, _CITIZEN_LINE]
    end = int((drive.days[-1] + 1).astype("datetime64[s]").astype(np.int64))
    legs = [_until(leg, end) for leg in _legs(found, chance, len(unit.names))]
    who = np.concatenate([leg.who for leg in legs])
    slot = np.concatenate([np.full(len(leg.who), leg.slot) for leg in legs])
    order = np.lexsort((slot, who))
    who = who[order]
    entered, left, holder, action = (
        np.concatenate([getattr(leg, name) for leg in legs])[order] for name in ("entered", "left", "unit", "action")
    )
    step = np.concatenate([np.full(len(leg.who), STEPS.index(leg.step)) for leg in legs])[order]
    first = np.searchsorted(who, who)
    before = np.where(np.arange(len(who)) > first, np.roll(holder, 1), -1)
    is_handling = step == STEPS.index("handle")
    is_accepting = step == STEPS.index("accept")
    due = np.where(is_handling, found.limit_at[who], np.where(is_accepting, entered + _ACCEPT_LIMIT_S, NEVER))
    kind = np.where(is_handling, LIMIT_KIND[found.matter][who], np.where(is_accepting, 0, -1))
    limit = np.where(is_handling, (LIMIT[found.matter] / found.condition)[who], _ACCEPT_LIMIT_S / 3600)
    return table(
        "urban.case_flow",
        {
            "case_id": found.ids.take(pa.array(who)),
            "step_no": np.arange(len(who)) - first + 1,
            "place_code": pick(place.place_codes, found.site[who]),
            "case_step": pick(STEPS, step),
            "handling_unit": pick(names, holder),
            "from_unit": pick(names, before),
            "entered_at": moments(entered),
            "handed_over_at": moments(left),
            "case_action": pick(ACTIONS, np.where(left < NEVER, action, -1)),
            "limit_kind": pick(KINDS, kind),
            "limit_value": np.where(kind >= 0, limit, np.nan),
            "due_at": moments(due),
            "is_overdue": only(pa.array(np.minimum(left, end) > due), due < NEVER),
        },
    )


def _legs(found: Cases, chance: np.random.Generator, unit_count: int) -> list[_Leg]:
    """The steps in their order; a return adds a detour, rework a second round."""
    centre, patrol, line = unit_count, unit_count + 1, unit_count + 2
    every = np.arange(len(found.reported))
    is_public = np.isin(found.channel, [CHANNELS.index(name) for name in CHANNELS if name not in ("collector",)])
    legs = [_leg(every, "report", found.reported, found.accepted, np.where(is_public, line, patrol), 0, 0)]
    taken = np.flatnonzero(found.accepted < NEVER)
    stopped = np.isin(found.fate[taken], [NOT_FILED]) | (
        (found.fate[taken] == CANCELLED) & (found.filed[taken] == NEVER)
    )
    ended = np.where(stopped, found.accepted[taken] + 1500, found.filed[taken])
    legs.append(_leg(taken, "accept", found.accepted[taken], ended, centre, np.where(stopped, 5, 0), 1))
    filed = np.flatnonzero(found.filed < NEVER)
    legs.append(_leg(filed, "file", found.filed[filed], found.dispatched[filed], centre, 0, 2))
    sent = np.flatnonzero(found.dispatched < NEVER)
    begun, done = found.dispatched[sent], found.handled[sent]
    span = np.where(done < NEVER, done - begun, 4 * 3600)
    is_back = (found.returns[sent] > 0) & (done < NEVER)
    is_again = (found.rework[sent] > 0) & (done < NEVER)

    def at(share: float) -> Ints:
        return begun + (span * share).astype(np.int64)

    signed = begun + np.minimum(
        (chance.exponential(1900, len(sent)) + 60).astype(np.int64), (span * 0.3).astype(np.int64)
    )
    wrong = (found.unit[sent] + 1 + (chance.random(len(sent)) * (unit_count - 1)).astype(np.int64)) % unit_count
    legs.append(_leg(sent, "dispatch", begun, np.where(is_back, at(0.02), signed), centre, 0, 3))
    back = sent[is_back]
    legs.append(_leg(back, "handle", at(0.02)[is_back], at(0.2)[is_back], wrong[is_back], 1, 4))
    legs.append(_leg(back, "dispatch", at(0.2)[is_back], at(0.25)[is_back], centre, 0, 5))
    start = np.where(is_back, at(0.25), signed)
    fate = found.fate[sent]
    left = np.select(
        [is_again, fate == SUSPENDED, fate == CANCELLED], [at(0.55), found.suspended[sent], signed + 3600], done
    )
    action = np.select([fate == SUSPENDED, fate == CANCELLED, found.extended[sent] < NEVER], [4, 5, 3], 0)
    legs.append(_leg(sent, "handle", start, left, found.unit[sent], action, 6))
    again = sent[is_again]
    legs.append(_leg(again, "verify", at(0.55)[is_again], at(0.65)[is_again], patrol, 2, 7))
    legs.append(_leg(again, "handle", at(0.65)[is_again], done[is_again], found.unit[again], 0, 8))
    handled = np.flatnonzero(found.handled < NEVER)
    legs.append(_leg(handled, "verify", found.handled[handled], found.verified[handled], patrol, 0, 9))
    verified = np.flatnonzero(found.verified < NEVER)
    legs.append(_leg(verified, "close", found.verified[verified], found.closed[verified], centre, 0, 10))
    return legs


def _leg(who: Ints, step: str, entered: Ints, left: Ints, unit: Ints | int, action: Ints | int, slot: int) -> _Leg:
    size = len(who)
    return _Leg(
        who, step, entered, left, np.broadcast_to(unit, size).astype(np.int64),
        np.broadcast_to(action, size).astype(np.int64), slot,
    )  # fmt: skip


def _until(leg: _Leg, end: int) -> _Leg:
    """The steps that had begun when the clock stopped; those that had not ended have no end."""
    begun = leg.entered < end
    left = np.where(leg.left < end, leg.left, NEVER)
    return _Leg(leg.who[begun], leg.step, leg.entered[begun], left[begun], leg.unit[begun], leg.action[begun], leg.slot)


def appeal(city: City, drive: Drivers, clock: WorkClock, place: Sites, unit: Units, found: Cases) -> pa.Table:
    """Requests of units (extension, return, suspension, dispute) and citizens' complaints about the result."""
    chance = city.chance("urban.appeal")
    end = int((drive.days[-1] + 1).astype("datetime64[s]").astype(np.int64))
    is_done = found.closed < NEVER
    is_late = is_done & (found.closed > found.limit_at)
    wait = chance.exponential(26 * 3600, len(found.closed)).astype(np.int64) + 1800
    reasons: dict[str, tuple[Bools, Ints]] = {
        "extension": ((found.extended < NEVER), found.dispatched + (found.due - found.dispatched) * 7 // 10),
        "return": ((found.returns > 0), found.dispatched + 2400),
        "suspension": (found.suspended < NEVER, found.suspended - 5400),
        "dispute": (is_late & (chance.random(len(is_late)) < 0.35), found.closed + wait),
        "citizen": (is_done & (chance.random(len(is_late)) < 0.006), found.closed + wait),
    }
    who = np.concatenate([np.flatnonzero(asks) for asks, _ in reasons.values()])
    kind = np.concatenate([np.full(asks.sum(), index) for index, (asks, _) in enumerate(reasons.values())])
    at = np.concatenate([moment[asks] for asks, moment in reasons.values()])
    kept = at < end
    order = np.argsort(at[kept], kind="stable")
    who, kind, at = who[kept][order], kind[kept][order], at[kept][order]
    names = list(reasons)
    is_granted = np.isin(kind, [names.index(name) for name in ("extension", "return", "suspension")])
    decided = np.where(is_granted, at + 1500, clock.after(at, chance.exponential(9 * 3600, len(at)) + 3600, at > 0))
    decided = np.where(decided < end, decided, NEVER)
    is_decided = decided < NEVER
    upheld = np.where(is_granted, True, chance.random(len(at)) < 0.3)
    is_citizen = kind == names.index("citizen")
    extended = np.where((kind == names.index("extension")) & is_decided, found.extended[who], NEVER)
    return table(
        "urban.appeal",
        {
            "appeal_id": numbered_by_day("SS", at, 4),
            "case_id": found.ids.take(pa.array(who)),
            "place_code": pick(place.place_codes, found.site[who]),
            "kind": pick(names, kind),
            "appealing_unit": pick(unit.names, np.where(is_citizen, -1, found.unit[who])),
            "submitted_at": moments(at),
            "reason": pick(
                ["需协调占道或备料", "不属本单位职责", "待专项工程", "对时限认定有异议", "对处置结果不满意"], kind
            ),
            "status": pick(["submitted", "decided"], is_decided),
            "deciding_unit": pick([CENTRE], np.where(is_decided, 0, -1)),
            "decided_at": moments(decided),
            "is_appeal_upheld": pa.array(upheld, mask=~is_decided),
            "extended_due_at": moments(extended),
        },
    )
