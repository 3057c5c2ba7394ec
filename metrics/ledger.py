"""Writes the generated columns of the requirements ledger: tables from the contracts, metrics from their files.

`python -m metrics.ledger` renews `docs/requirements.md`; a test fails when it is out of date.
"""

from __future__ import annotations

from data.ledger import LEDGER, METRICS, TABLES, tables_by_requirement, with_names
from metrics.metric import metrics


def metrics_by_requirement() -> dict[str, list[str]]:
    """`{requirement id: metrics}` as the metric files declare it."""
    found: dict[str, list[str]] = {}
    for each in metrics():
        for name in each.requirements:
            found.setdefault(name, []).append(each.id)
    return found


def renewed(text: str) -> str:
    """The ledger's text with both generated columns as contracts and metric files say."""
    return with_names(with_names(text, TABLES, tables_by_requirement()), METRICS, metrics_by_requirement())


if __name__ == "__main__":
    LEDGER.write_text(renewed(LEDGER.read_text(encoding="utf-8")), encoding="utf-8")
