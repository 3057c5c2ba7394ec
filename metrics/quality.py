"""The only place that reads what the data says against itself: findings, for page, catalogue and API alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from data.contract import codes
from queries.runner import run
from queries.scope import CITY, Scope
from queries.snapshot import snapshot


@dataclass(frozen=True)
class Finding:
    """Something in a table that does not fit: which rule, how many rows, in words."""

    table: str
    rule: str
    count: int
    sentence: str


def findings(snapshot_id: str) -> list[Finding]:
    """Every finding of a snapshot, by table and rule."""
    until = snapshot(snapshot_id).until or snapshot(snapshot_id).made_at.date()
    anywhere = Scope(CITY, until - timedelta(days=1), until, snapshot_id)
    found = []
    for row in run("common/finding", anywhere).to_dict("records"):
        item = codes("published_item").get(str(row["rule"]).removeprefix("published_"), str(row["rule"]))
        span = f"{row['first_at']:%Y-%m-%d %H:%M} 至 {row['last_at']:%Y-%m-%d %H:%M}"
        sentence = f"发布的{item}与按浓度计算的不一致 {row['finding_count']} 条（{span}）；显示发布值，请责任单位核对"
        found.append(Finding(str(row["source_table"]), str(row["rule"]), int(row["finding_count"]), sentence))
    return found
