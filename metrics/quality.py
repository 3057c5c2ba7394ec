"""The only place that reads what the data says against itself: findings, for page, catalogue and API alike.

A rule is a question of `queries/common/consistency`: its first line says the rule in words, its rows name the table
(and the other one, where two tables say different things of the same thing), how often, when and one example. The
values themselves stay as they were sent; both owners are named, since neither is taken to be right.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pandas as pd

from data.contract import codes, contract
from data.owner import UNCONFIRMED
from queries.runner import QueryTimeout, run
from queries.scope import CITY, Scope
from queries.snapshot import snapshot
from queries.statement import FOLDER, question

SETTLES = "市数据资源局"  # 附件2 T28 数据治理: it keeps the list of who answers for which data
_LIKELY = re.compile(r"按职能可能是([^；，、（）]+(?:（[^）]+）)?)")
log = logging.getLogger("cockpit.metrics")
RULES = tuple(path.stem for path in sorted((FOLDER / "common" / "consistency").glob("*.sql")))


@dataclass(frozen=True)
class Finding:
    """Something in a table that does not fit: which rule, how many rows, in words, and who answers for it.

    `other_table` is the one that it contradicts, "" where a table contradicts itself; `owners` are of both. A table of
    which nobody is confirmed to answer is asked of `SETTLES`, who says whose it is: nobody can ask 待确认.
    """

    table: str
    rule: str
    count: int
    sentence: str
    other_table: str = ""
    owners: tuple[str, ...] = ()


def findings(snapshot_id: str) -> list[Finding]:
    """Every finding of a snapshot, by table and rule; QueryTimeout where published values take too long to check."""
    return list(_findings(snapshot_id))


@lru_cache(maxsize=8)  # a snapshot never changes, and the rules read whole tables
def _findings(snapshot_id: str) -> tuple[Finding, ...]:
    until = snapshot(snapshot_id).until or snapshot(snapshot_id).made_at.date()
    anywhere = Scope(CITY, until - timedelta(days=1), until, snapshot_id)
    found = [_published(row) for row in run("common/finding", anywhere).to_dict("records")]
    for rule in RULES:
        name = f"common/consistency/{rule}"
        try:
            rows = run(name, anywhere).to_dict("records")
        except QueryTimeout as late:  # one slow rule must not take the others with it
            log.warning("%s left out: %s", name, late)
            continue
        found += [_contradiction(rule, question(name).answers, row) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.table, each.rule, each.other_table)))


def _published(row: Mapping[Any, Any]) -> Finding:
    table = str(row["source_table"])
    item = codes("published_item").get(str(row["rule"]).removeprefix("published_"), str(row["rule"]))
    span = f"{row['first_at']:%Y-%m-%d %H:%M} 至 {row['last_at']:%Y-%m-%d %H:%M}"
    sentence = f"发布的{item}与按浓度计算的不一致 {row['finding_count']} 条（{span}）；显示发布值"
    return Finding(
        table, str(row["rule"]), int(row["finding_count"]), f"{sentence}；{_request(table)}", owners=_owners(table)
    )


def _contradiction(rule: str, answers: str, row: Mapping[Any, Any]) -> Finding:
    table, other = str(row["source_table"]), "" if pd.isna(row["other_table"]) else str(row["other_table"])
    title = answers.split("：")[0]
    given = row.get("owners")  # two sources of one table: the question names whose they are
    owners = tuple(str(given).split("、")) if given else _owners(table, other)
    request = f"请{'、'.join(owners)}核对" if given else _request(table, other)
    sentence = f"{title} {row['finding_count']:,} 处{_span(row['first_at'], row['last_at'])}，如 {row['example']}"
    between = f"《{contract(table).name}》与《{contract(other).name}》，" if other else ""
    return Finding(table, rule, int(row["finding_count"]), f"{sentence}；{between}{request}", other, owners)


def _span(first: Any, last: Any) -> str:
    if pd.isna(first):
        return ""
    return f"（{first:%Y-%m-%d}）" if first.date() == last.date() else f"（{first:%Y-%m-%d} 至 {last:%Y-%m-%d}）"


def _owners(*tables: str) -> tuple[str, ...]:
    """Who is to be asked about the tables, each once."""
    units = (contract(table).owner.unit for table in tables if table)
    return tuple(dict.fromkeys(SETTLES if unit == UNCONFIRMED else unit for unit in units))


def _request(*tables: str) -> str:
    """Who is asked for what: owners to check, and of a table without one that it be settled whose it is."""
    held = [contract(table) for table in tables if table]
    units = dict.fromkeys(each.owner.unit for each in held if each.owner.unit != UNCONFIRMED)
    said = [f"请{'、'.join(units)}核对"] if units else []
    unsettled: dict[str, str] = {}
    for each in held:
        if each.owner.unit == UNCONFIRMED:
            likely = _LIKELY.search(each.owner.basis)
            hint = f"（按职能可能是{likely[1]}）" if likely else ""
            unsettled[hint] = f"{unsettled.get(hint, '')}《{each.name}》"
    said += [f"{names}责任单位未定{hint}，请{SETTLES}先定再核对" for hint, names in unsettled.items()]
    return "；".join(said)
