"""The only place that says how good and how fresh a table is: rows, loads, faults and delay against its contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from api.shape import Freshness, TableQuality
from data.contract import Contract
from metrics import assets
from metrics.assets import freshness
from metrics.quality import Finding
from queries.snapshot import Snapshot


def table_quality(contract: Contract, snap: Snapshot, now: datetime, found: Sequence[Finding]) -> TableQuality:
    """The quality of one table in a snapshot; a table that was never loaded has no rows and is not late."""
    info = snap.tables.get(contract.table)
    return TableQuality.model_validate(
        {
            "table": contract.table,
            "name": contract.name,
            "snapshot": snap.id,
            "owner": contract.owner,
            "layer": contract.layer,
            "rows": info.rows if info else 0,
            "since": info.since if info else None,
            "until": info.until if info else None,
            "data_time": info.data_time if info else None,
            "loaded_at": info.loaded_at if info else None,
            "demo": info.is_demo if info else False,
            "refresh": contract.refresh,
            "freshness": _freshness(freshness(contract, info, now)),
            "accepted": sum(batch.accepted for batch in info.batches) if info else 0,
            "quarantined": dict(sorted(info.quarantined.items())) if info else {},
            "scrubbed": dict(sorted(info.scrubbed.items())) if info else {},
            "findings": [
                {
                    "rule": each.rule,
                    "count": each.count,
                    "sentence": each.sentence,
                    "other_table": each.other_table or None,
                    "owners": each.owners,
                }
                for each in found
                if contract.table in (each.table, each.other_table)
            ],
        }
    )


def _freshness(found: assets.Freshness) -> Freshness:
    late_at = found.late_at.isoformat(timespec="seconds") if found.late_at else None
    return Freshness.model_validate({"state": found.state, "late_at": late_at})
