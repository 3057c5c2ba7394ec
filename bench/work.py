"""The only place that says what the bench page's work is: the same questions as plain SQL over the raw extract.

Written without the cockpit's rollups, views and metrics, so that it can both check them and be the floor below them.
`PAGE` reads any relation with the columns of the extract; binds: $since, $until, $county (null: the whole city).
"""

from __future__ import annotations

from collections.abc import Mapping

HERE = "($county is null or county = $county)"
FILED = f"filed_at >= $since and filed_at < $until and {HERE}"
IN_HAND = f"filed_at < $until and coalesce(closed_at >= $until, true) and status <> '已作废' and {HERE}"
DUE = f"due_at >= $since and due_at < $until and status <> '已作废' and {HERE}"
PAGE: Mapping[str, str] = {
    "kpi": f"""
        select
            count(*) filter ({FILED}) as filed,
            count(*) filter ({IN_HAND}) as in_hand,
            count(*) filter ({IN_HAND} and due_at < $until) as overdue,
            count(*) filter (closed_at <= due_at and {DUE}) as on_time,
            count(*) filter ({DUE}) as due,
            quantile_disc(cast(floor(extract(epoch from closed_at - filed_at) / 1800) as integer), 0.5)
                filter (closed_at >= $since and closed_at < $until and {HERE}) as median_bin,
            count(*) filter (satisfied and closed_at >= $since and closed_at < $until and {HERE}) as satisfied,
            count(satisfied) filter (closed_at >= $since and closed_at < $until and {HERE}) as rated,
            count(*) filter (filed_at >= $since - ($until - $since) and filed_at < $since and {HERE}) as filed_before
        from {{src}}""",
    "trend": f"""
        select cast(filed_at as date) as day, count(*) as n from {{src}} where {FILED} group by 1 order by 1""",
    "category": f"select category, count(*) as n from {{src}} where {FILED} group by 1 order by 1",
    "category_county": f"""
        select category, county, count(*) as n from {{src}} where {FILED} group by 1, 2 order by 1, 2""",
    "top_grids": f"""
        select grid_id, count(*) as n, count(*) filter (closed_at is null and status <> '已作废') as open
        from {{src}} where {FILED} group by 1 order by n desc, grid_id limit 20""",
    "hour_week": f"""
        select isodow(filed_at) as dow, hour(filed_at) as hod, count(*) as n from {{src}} where {FILED}
        group by 1, 2 order by 1, 2""",
    "newest": f"select case_id from {{src}} where {FILED} order by filed_at desc, case_id desc limit 5000",
}


def page(source: str) -> dict[str, str]:
    """The page's statements over `source`: a table, or a quoted file."""
    return {name: sql.replace("{src}", source) for name, sql in PAGE.items()}
