"""What was published is checked against its concentrations; a disagreement is a finding and changes nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.settings import settings
from metrics.quality import findings
from queries.snapshot import snapshot
from tests import tiny


def sample(hour: int, published: str | None, **values: float) -> dict[str, Any]:
    return {
        "section_id": "甲",
        "place_code": "3410",
        "observed_at": datetime(2026, 11, 9, hour),
        "method": "auto",
        "published_class": published,
        **values,
    }


def clean_hour(hour: int, aqi: int) -> dict[str, Any]:
    """PM2.5 30 → IAQI 43, which is the highest; 优 has no primary pollutant."""
    values = {"pm25": 30.0, "pm10": 30.0, "so2": 5.0, "no2": 20.0, "co": 0.5, "o3": 60.0}
    told = {"published_aqi": aqi, "published_level": "1"}
    return {"station_id": "甲", "place_code": "3410", "observed_at": datetime(2026, 11, 9, hour), **values, **told}


def test_a_published_value_that_its_concentrations_do_not_give_is_found_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.use(tmp_path, monkeypatch)
    made = tiny.fill(
        {
            "ecology.water_section": [{"section_id": "甲", "name": "甲", "place_code": "3410"}],
            "ecology.water_measure": [
                sample(4, "Ⅱ", tp=0.1),  # Ⅱ, as published
                sample(8, "Ⅱ", tp=0.101),  # Ⅲ
                sample(12, None, tp=0.9),  # nothing was published
                sample(16, "Ⅱ"),  # nothing was measured
            ],
            "ecology.air_hourly": [clean_hour(1, 43), clean_hour(2, 44)],
        }
    )
    assert [(each.table, each.rule, each.count) for each in findings(made)] == [
        ("ecology.air_hourly", "published_aqi", 1),
        ("ecology.water_measure", "published_water_class", 1),
    ]
    rows = pd.read_parquet(snapshot(made).folder / "ecology.water_measure.parquet")
    assert rows.sort_values("observed_at")["published_class"].tolist()[:2] == ["Ⅱ", "Ⅱ"]
    settings.cache_clear()
