"""The only place that says which tables hold something that is not published yet."""

from __future__ import annotations

from collections.abc import Mapping

from data.contract import contract
from ingest import store
from queries.snapshot import NoSnapshot, current_id, snapshot

_NAMED = 5  # tables that are named one by one


def unpublished() -> dict[str, int]:
    """Rows by table that differs from the current snapshot: loaded with `--no-publish`, or the import was killed."""
    try:
        published = {name: info.sha256 for name, info in snapshot(current_id()).tables.items()}
    except NoSnapshot:
        published = {}
    return {name: state.rows for name, state in store.states().items() if published.get(name) != state.sha256}


def said(waiting: Mapping[str, int]) -> str:
    """The same in a sentence with its remedy; empty where nothing waits."""
    if not waiting:
        return ""
    names = "、".join(
        f"{contract(table).name}（{table}，{rows:,} 行）" for table, rows in list(waiting.items())[:_NAMED]
    )
    more = f"等 {len(waiting)} 张表" if len(waiting) > _NAMED else ""
    return (
        f"已入库、还没有发布：{names}{more}。页面上仍是上一个快照的数；导入在发布前中断，或用了 --no-publish。"
        "要发布：python cockpit.py publish；下一次入库也会一并发布。"
    )
