"""The only place that ties a computed metric to a function; one module per theme.

Each function takes the rows its input question gives (one dict per row) and returns a `Result`. A standard's formula is
never written here: it stands in `metrics.standards`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metrics.computed import community, ecology, livelihood, overview, safety, tourism, traffic, urban
from metrics.computed.result import Result, Row

FUNCTIONS: Mapping[str, Callable[[Sequence[Row]], Result]] = {
    **overview.FUNCTIONS,
    **tourism.FUNCTIONS,
    **ecology.FUNCTIONS,
    **livelihood.FUNCTIONS,
    **community.FUNCTIONS,
    **urban.FUNCTIONS,
    **traffic.FUNCTIONS,
    **safety.FUNCTIONS,
}

__all__ = ["FUNCTIONS", "Result", "Row"]
