"""What a number means and how it is read. This face is all that pages, briefing and API need."""

from metrics.compare import (
    Change,
    Course,
    compare,
    compare_groups,
    compare_many,
    courses,
    earlier_scope,
    history,
    periods_before,
)
from metrics.metric import Metric, MetricError, metric, metrics
from metrics.read import Explanation, explain, read, read_daily, read_groups, read_many, read_periods
from metrics.reading import Reading, Source, Target

__all__ = [
    "Change",
    "Course",
    "Explanation",
    "Metric",
    "MetricError",
    "Reading",
    "Source",
    "Target",
    "compare",
    "compare_groups",
    "compare_many",
    "courses",
    "earlier_scope",
    "explain",
    "history",
    "metric",
    "metrics",
    "periods_before",
    "read",
    "read_daily",
    "read_groups",
    "read_many",
    "read_periods",
]
