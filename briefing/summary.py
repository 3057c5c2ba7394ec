"""The only place that writes the summary in sentences: what happened to people, what changed and why, who must act.

Fixed rules over readings and the rows of questions, in this order; no rule computes a number of its own, and a table
that has not arrived is said instead of silently left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefing.blocks import awaited
from briefing.content import Bold, Line, Sentence
from components import wording
from components.frames import Row, rows
from data.divisions import UnknownPlaceError, breadcrumb
from metrics import Reading, metric, read
from metrics.contribution import contributions, place_of
from queries.runner import run
from queries.scope import Scope
from queries.snapshot import snapshot

WORSE, BETTER = 3, 2  # changes that are told
NAMED = 3  # events, spots or units that are named in one sentence
_NUMERALS = "一二三"
MAIN_SHARE = 0.4  # a part that carries less of a change is not called its cause


def paragraphs(scope: Scope, found: Sequence[Line], theme: str = "") -> tuple[Sentence, ...]:
    """The summary of an area and, with `theme`, of one scene: one paragraph each for people, changes, attention."""
    parts = (
        ("人员与安全", [*people(scope, theme)]),
        ("变化与原因", [*changes(scope, found)]),
        ("需要关注、由谁办", [*attention(scope, found, theme)]),
    )
    told = [(head, sentences) for head, sentences in parts if sentences]
    return tuple(
        (Bold(f"（{_NUMERALS[number]}）{head}。"), *(part for sentence in sentences for part in sentence))
        for number, (head, sentences) in enumerate(told)
    )


# --- people -----------------------------------------------------------------------------------------------------------


def people(scope: Scope, theme: str) -> Iterator[Sentence]:
    """Casualties and evacuations, then elders nobody came to, then crowds over capacity."""
    if theme in ("", "overview", "safety"):
        yield from _harm(scope)
    if theme in ("", "community"):
        yield from _elders(scope)
    if theme in ("", "tourism"):
        yield from _crowds(scope)
    if theme in ("", "traffic"):
        yield from _blocked(scope)


def _harm(scope: Scope) -> Iterator[Sentence]:
    if late := awaited("overview.event", scope):
        yield (f"事件{late}。",)
        return
    first = snapshot(scope.snapshot).tables["overview.event"].since
    if first is None or first >= scope.until:  # before the first row nothing is known: that is not "nothing happened"
        yield (f"事件数据未到{f'（最早从 {first:%Y-%m-%d} 起）' if first else ''}，有无人员伤亡不明。",)
        return
    if first > scope.since:
        yield (f"事件数据从 {first:%Y-%m-%d} 起，此前几天不明；起始日以来：",)
    (line,) = rows(run("overview/event_harm", scope))
    if not line["event_count"]:
        yield ("没有登记事件，没有人员伤亡。",)
        yield from _still_open(scope, set())
        return
    hurt = [
        part
        for name, word in (("dead_count", "死亡"), ("missing_count", "失踪"), ("injured_count", "受伤"))
        if line[name]
        for part in ("、" + word + " ", Bold(_count(line[name])), " 人")
    ]
    hurt[:1] = [str(hurt[0]).replace("、", "，")] if hurt else []
    moved = ("，转移群众 ", Bold(_count(line["evacuated_count"])), " 人") if line["evacuated_count"] else ()
    unsaid = (f"（另有 {line['unreported_count']} 起未报伤亡人数）",) if line["unreported_count"] else ()
    yield ("登记事件 ", Bold(_count(line["event_count"])), " 起", *(hurt or ("，没有人员伤亡",)), *moved, *unsaid, "。")
    found = rows(run("overview/event_week", scope))
    grave = [row for row in found if _is_grave(row)][:NAMED]
    for row in grave:
        yield _event(row)
    others = [row for row in found if row["kind"] == "emergency" and row not in grave][:NAMED]
    if others:
        told = "、".join(f"{row['title']}（{'已' if row['is_closed'] else '未'}办结）" for row in others)
        yield (f"其他突发事件：{told}。",)
    yield from _still_open(scope, {row["event_id"] for row in grave})


def _is_grave(row: Row) -> bool:
    """People were hurt, or have not all left."""
    return any(row[name] for name in ("dead_count", "missing_count", "injured_count", "not_evacuated_count"))


def _event(row: Row) -> Sentence:
    hurt: list[str | Bold] = []
    for name, word in (("dead_count", "死亡"), ("missing_count", "失踪"), ("injured_count", "受伤")):
        if row[name]:
            hurt += ["、" if hurt else "：", f"{word} ", Bold(_count(row[name])), " 人"]
    if row["evacuate_planned_count"]:
        hurt += ["，" if hurt else "：", f"应转移 {_count(row['evacuate_planned_count'])} 人，"]
        left = row["not_evacuated_count"]
        hurt += [Bold(f"{_count(left)} 人未转移")] if left else ["已全部转移"]
    state = "已办结" if row["is_closed"] else "未办结"
    place = "" if _place(row["place_code"]) in row["title"] else f"（{_place(row['place_code'])}）"
    return (f"{row['title']}{place}", *hurt, f"，{row['lead_unit'] or '牵头单位未报'}牵头，{state}。")


def _still_open(scope: Scope, told: set[str]) -> Iterator[Sentence]:
    """Open events from before with people still in danger, then all that are overdue, as OV03 counts them."""
    found = rows(run("overview/decision_event", scope))
    for row in [each for each in found if each["not_evacuated_count"] and each["event_id"] not in told][:NAMED]:
        left = Bold(_count(row["not_evacuated_count"]))
        yield (f"{row['title']}还有 ", left, f" 人未转移，{row['lead_unit'] or '牵头单位未报'}牵头，未办结。")
    if late := [row for row in found if row["is_overdue"]]:
        first = late[0]
        more = f"等 {len(late)} 起" if len(late) > 1 else ""
        yield (f"{first['title']}{more}超过办结时限仍未办结，首件由{first['lead_unit'] or '未报单位'}牵头。",)


def _elders(scope: Scope) -> Iterator[Sentence]:
    unreached = read("unreached_alert_count", scope)
    if not unreached.is_known:
        yield (f"老人照护告警{awaited('community.care_alert', scope) or wording.absence(unreached)}。",)
        return
    if not unreached.value:
        yield ("老人照护告警全部限时到场。",)
        return
    yield ("老人照护告警限时未到场 ", _bold(unreached), f" {unreached.unit}", *_most_unreached(scope), "。")


def _most_unreached(scope: Scope) -> Sentence:
    found = rows(run("community/unreached_alert", scope))
    if not found:
        return ()
    worst = found[0]
    nobody = f"、无人到场 {_count(worst['never_count'])} 件" if worst["never_count"] else ""
    said = f"，最多的是{_place(worst['place_code'])} "
    return (said, Bold(_count(worst["unreached_count"])), f" 件{nobody}（{worst['handling_unit'] or '处置单位未报'}）")


def _crowds(scope: Scope) -> Iterator[Sentence]:
    full = [row for row in rows(run("tourism/crowd_peak", scope)) if row["load_ratio"] is not None]
    over = [row for row in full if row["full_hour_count"] or row["load_ratio"] >= 1]
    for row in over[:NAMED]:
        at = f"{wording.day(row['peak_at'])} {row['peak_at']:%H:%M}"
        ratio = Bold(f"{wording.number(row['load_ratio'] * 100, 1)}%")
        yield (f"{row['name']}{at} 在场 {_count(row['peak_on_site'])} 人，达核定承载量的 ", ratio, "。")


def _blocked(scope: Scope) -> Iterator[Sentence]:
    """The traffic incident that is open and hurt people or is past its expected end."""
    found = [row for row in rows(run("traffic/congestion_now", scope)) if row["dead_count"] or row["is_overdue"]]
    full = [row for row in rows(run("traffic/corridor_parking", scope)) if row["full_hour"]]
    if found:
        names = "、".join(str(row["road_name"]) for row in found[:NAMED])
        yield ("超过预计时间仍未恢复的道路 ", Bold(_count(len(found))), f" 处：{names}。")
    if full:
        first = full[0]
        hours = wording.number(first["full_hour"], 0)
        yield (f"景区停车场满位 {len(full)} 处，{first['name']}累计满位 ", Bold(hours), " 小时。")


# --- changes ----------------------------------------------------------------------------------------------------------


def changes(scope: Scope, found: Sequence[Line]) -> Iterator[Sentence]:
    """How many targets are met; what got worse, from where; what got better."""
    judged = [each for each in found if each.reading.standing != "none" and each.reading.is_known]
    if judged:
        counts = {name: sum(each.reading.standing == name for each in judged) for name in wording.STANDINGS}
        said = "、".join(f"{word} {counts[name]} 项" for name, word in wording.STANDINGS.items() if counts[name])
        yield ("有目标的 ", Bold(str(len(judged))), f" 项指标中{said}。")
    worse = sorted((each for each in found if each.week.judgement == "向差"), key=_pressing)
    for each in _one_a_scene(worse)[:WORSE]:
        yield _worse(scope, each)
    better = sorted((each for each in found if each.week.judgement == "向好"), key=_pressing)
    if better:
        told = "；".join(
            f"{each.reading.name} {_full(each.reading)}（{each.week.text}）" for each in _one_a_scene(better)[:BETTER]
        )
        yield (f"向好的有：{told}。",)


def _pressing(line: Line) -> tuple[int, float, str]:
    """Missed targets first, then the larger move against its own size."""
    now, before = line.reading, line.week.earlier
    moved = 0.0
    if before is not None and now.value is not None and before.value is not None:
        moved = abs(now.value - before.value) / max(abs(before.value), 1.0)
    return {"missed": 0, "near": 1}.get(now.standing, 2), -moved, now.code


def _one_a_scene(found: Sequence[Line]) -> list[Line]:
    """The most pressing of each scene first, then the rest: one scene must not fill the page."""
    first: dict[str, Line] = {}
    for each in found:
        first.setdefault(metric(each.reading.metric).scene, each)
    return [*first.values(), *(each for each in found if each not in first.values())]


def _worse(scope: Scope, line: Line) -> Sentence:
    now = line.reading
    target = (
        f"，目标 {wording.target(now.target, now.decimals, now.unit)}" if now.standing in ("missed", "near") else ""
    )
    said = (
        f"（环比 {line.week.text}，{wording.STANDINGS[now.standing]}{target}）"
        if target
        else f"（环比 {line.week.text}）"
    )
    return (f"{now.name} ", _bold(now), f"{_unit(now)}{said}", _cause(scope, line), "。")


def _cause(scope: Scope, line: Line) -> str:
    """The district, and the kind, with the largest share of the change; empty when none carries it."""
    asked = metric(line.reading.metric)
    place = place_of(scope)
    others = [name for name in asked.by if not name.endswith(("district_code", "community_code", "grid_code"))]
    said = []
    for by in [*([place] if place else []), *others[:1]]:
        found = contributions(asked.id, scope, by)
        if found and found[0].share >= MAIN_SHARE:
            share = min(found[0].share, 1.0)
            said.append(f"{found[0].name}（占变化的 {share * 100:.0f}%）" if share < 1 else found[0].name)
    return f"，主要来自{'、'.join(said)}" if said else ""


# --- attention --------------------------------------------------------------------------------------------------------


def attention(scope: Scope, found: Sequence[Line], theme: str) -> Iterator[Sentence]:
    """Who must act on what: by unit, the gravest first; then the owners of missed targets."""
    rules = {
        "safety": (_to_evacuate, _hazards), "overview": (_assigned,), "ecology": (_exceeded,), "urban": (_overdue,),
        "tourism": (_complained,), "livelihood": (), "community": (), "traffic": (),
    }  # fmt: skip
    for name in (theme,) if theme else ("safety", "overview", "ecology", "urban", "tourism"):
        for rule in rules[name]:
            yield from rule(scope)
    missed = sorted((each for each in found if each.reading.standing == "missed"), key=_pressing)
    if missed:
        told = "、".join(f"{each.reading.name}（{_owner(each.reading)}）" for each in _one_a_scene(missed)[:3])
        yield (f"未达标最突出的：{told}。",)


def _to_evacuate(scope: Scope) -> Iterator[Sentence]:
    left = [row for row in rows(run("safety/warning_board", scope)) if row["not_evacuated_count"]]
    for row in left[:NAMED]:
        unit = row["lead_unit"] or row["issuing_unit"] or "牵头单位未报"
        yield (
            Bold(str(unit)),
            f"：{row['place_names']}还有 ",
            Bold(_count(row["not_evacuated_count"])),
            " 人应转未转。",
        )


def _hazards(scope: Scope) -> Iterator[Sentence]:
    late = [row for row in rows(run("safety/major_hazard_open", scope)) if row["overdue_day_count"]]
    if late:
        units = "、".join(dict.fromkeys(str(row["supervising_unit"] or row["responsible_unit"]) for row in late))
        yield (Bold(units), "：重大隐患逾期未整改 ", Bold(_count(len(late))), " 处。")


def _assigned(scope: Scope) -> Iterator[Sentence]:
    if awaited("overview.assignment", scope):
        return
    late = [row for row in rows(run("overview/assignment_week", scope)) if row["state"] == "逾期"]
    if late:
        units = "、".join(dict.fromkeys(str(row["lead_unit"]) for row in late))
        yield (Bold(units), "：在办交办逾期 ", Bold(_count(len(late))), " 件。")


def _exceeded(scope: Scope) -> Iterator[Sentence]:
    found = rows(run("ecology/exceedance_card", scope))
    waiting = [row for row in found if row["arrived_at"] is None and row["closed_at"] is None]
    sections = [row for row in found if row["environment_element"] == "surface_water"]
    for row in sections[:1]:
        blamed = f"，{'查实' if row['is_confirmed'] else '首疑'}{row['suspect_name']}" if row["suspect_name"] else ""
        state = "已办结" if row["closed_at"] is not None and row["closed_at"].date() < scope.until else "未办结"
        yield (f"{row['object_name']}超标{blamed}，{row['handling_unit'] or '未派遣'}处置，{state}。",)
    if waiting:
        first = waiting[0]
        more = f"等 {len(waiting)} 起" if len(waiting) > 1 else ""
        yield (Bold(str(first["handling_unit"] or "未派遣")), f"：{first['object_name']}{more}超标还没有人到场。")


def _overdue(scope: Scope) -> Iterator[Sentence]:
    found = [row for row in rows(run("urban/case_due_unit", scope)) if row["overdue_count"]]
    if found:
        told = "、".join(f"{row['handling_unit']} {_count(row['overdue_count'])} 件" for row in found[:NAMED])
        yield (f"城管案件超期最多的：{told}。",)


def _complained(scope: Scope) -> Iterator[Sentence]:
    found = [row for row in rows(run("tourism/complaint_category", scope)) if row["overdue_count"]]
    if found:
        total = sum(int(row["overdue_count"]) for row in found)
        yield ("旅游投诉超期未办结 ", Bold(_count(total)), f" 件，最多的是{found[0]['category_name']}。")


# --- words ------------------------------------------------------------------------------------------------------------


def _count(value: float) -> str:
    return wording.number(float(value), 0)


def _bold(reading: Reading) -> Bold:
    return Bold(wording.value(reading), reading.metric)


def _unit(reading: Reading) -> str:
    return reading.unit if reading.unit in ("", "%") else f" {reading.unit}"


def _full(reading: Reading) -> str:
    return f"{wording.value(reading)}{_unit(reading)}"


def _owner(reading: Reading) -> str:
    return metric(reading.metric).owner.unit


def _place(code: str | None) -> str:
    """`歙县璜田乡`: district and township."""
    if not code:
        return "地点未报"
    try:
        names = [each.name for each in breadcrumb(code[:9])]
    except UnknownPlaceError:
        return str(code)
    return "".join(names[1:]) or names[0]
