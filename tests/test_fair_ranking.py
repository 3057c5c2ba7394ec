"""A ranking that wrongs nobody: intervals as published, shrinkage that finds the spread it was given."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from metrics import Reading, metric
from metrics import fair as metrics_fair
from metrics.standards.fair_ranking import Part, fair, prior_size, wilson
from queries.scope import Scope


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(numerator: int, denominator: int, low: float, high: float) -> None:
    assert wilson(numerator, denominator) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_what_is_no_share_has_no_interval() -> None:
    for numerator, denominator in ((1, 0), (-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="no share"):
            wilson(numerator, denominator)


def test_the_prior_is_found_again_in_what_was_drawn_from_it() -> None:
    chance = np.random.default_rng(7)
    sizes = chance.integers(20, 400, 4_000)
    truth = chance.beta(0.9 * 30, 0.1 * 30, 4_000)  # worth 30 cases
    drawn = chance.binomial(sizes, truth)
    parts = [Part(str(at), int(k), int(n)) for at, (k, n) in enumerate(zip(drawn, sizes, strict=True))]
    assert prior_size(parts) == pytest.approx(30, rel=0.1)
    found = fair(parts)
    shrunk = np.array([each.shrunk for each in found])
    plain = drawn / sizes
    assert np.mean((shrunk - truth) ** 2) < 0.8 * np.mean((plain - truth) ** 2), "nearer to the truth than the counts"


def test_units_that_differ_by_chance_alone_are_all_the_mean() -> None:
    parts = [Part("甲", 9, 10), Part("乙", 90, 100), Part("丙", 18, 20)]
    assert math.isinf(prior_size(parts))
    assert {round(each.shrunk or 0, 9) for each in fair(parts)} == {0.9}


def test_one_case_in_time_is_not_the_best_of_the_city() -> None:
    parts = [Part("一件", 1, 1), Part("多而好", 980, 1000), Part("多而差", 700, 1000), Part("中", 850, 1000)]
    found = {each.key: each for each in fair(parts)}
    assert found["一件"].share == 1.0 and found["一件"].low == pytest.approx(0.2065, abs=5e-5)
    assert max(found, key=lambda key: found[key].shrunk or 0) == "多而好"


def test_without_a_case_nothing_is_known() -> None:
    found = fair([Part("无", 0, 0), Part("有", 3, 4)])[0]
    assert (found.share, found.shrunk, found.low, found.high) == (None, None, None, None)
    assert fair([Part("无", 0, 0)])[0].shrunk is None


def group(key: str, numerator: int, denominator: int) -> Reading:
    asked = metric("on_time_closure_rate")
    return Reading(
        metric=asked.id, code=asked.code, name=asked.name, value=100 * numerator / denominator, unit="%",
        numerator=numerator, denominator=denominator, n=denominator, state="ok", target=None, standing="none",
        area="341000", since=date(2026, 11, 16), until=date(2026, 11, 23), data_time=None, loaded_at=None,
        stale_at=None, snapshot="snap-1", sources=(), demo=True, decimals=1, key=key, key_name=key,
    )  # fmt: skip


def test_districts_are_ranked_among_their_peers_and_small_samples_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = [
        group("341002", 900, 1000), group("341004", 380, 400),  # 城区
        group("341003", 3, 3), group("341021", 160, 200), group("341022", 190, 200), group("3410", 45, 50),
    ]  # fmt: skip
    monkeypatch.setattr(metrics_fair, "read_groups", lambda *_: readings)
    week = Scope("341000", date(2026, 11, 16), date(2026, 11, 23), "s")
    found = metrics_fair.placed("on_time_closure_rate", week, "district_code")
    assert [(each.reading.key, each.peers, each.rank) for each in found] == [
        ("341004", "城区", 1), ("341002", "城区", 2), ("341022", "山区县", 1), ("341021", "山区县", 2),
        ("341003", "山区县", None), ("3410", "全部", 1),
    ]  # fmt: skip
    urban = found[0]
    assert urban.value == 95.0 and 92.0 < (urban.shrunk or 0) < 95.0, "pulled to the 91.4 of its peers"
    assert (urban.low or 0) < 95.0 < (urban.high or 0)


def test_only_judged_shares_can_be_ranked_fairly() -> None:
    assert metrics_fair.is_rankable("on_time_closure_rate")
    assert not metrics_fair.is_rankable("filed_case_count") and not metrics_fair.is_rankable("air_quality_index")
