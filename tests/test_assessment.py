"""The 考核办法 recomputed by hand: items, appeals left out, 缓办 out of the denominator, deductions, ranks."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from data.assessment import assessment, peers
from data.divisions import CITY, children
from data.reference_csv import ReferenceFileError
from metrics.assessment import Mark, mark, month, standings
from queries.scope import Scope
from tests import tiny

GOOD, BAD = "甲大队", "乙大队"
DUE = datetime(2026, 10, 20, 17)
TEXT = (Path(__file__).resolve().parent.parent / "data" / "reference" / "assessment.toml").read_text(encoding="utf-8")


def case(number: int, unit: str, **changes: Any) -> dict[str, Any]:
    return {
        "case_id": f"{unit}-{number}", "place_code": "341002001", "handling_unit": unit, "status": "closed",
        "channel": "collector", "reported_at": datetime(2026, 10, 19, 8), "filed_at": datetime(2026, 10, 19, 9),
        "handled_at": datetime(2026, 10, 20, 10), "closed_at": datetime(2026, 10, 20, 12), "due_at": DUE,
        "rework_count": 0, **changes,
    }  # fmt: skip


def register(unit: str, month_date: date, rank: int) -> dict[str, Any]:
    return {
        "assessed_unit": unit, "month_date": month_date, "place_code": "341002", "assessment_group": "district",
        "rule_edition": "测试版", "score": 90.0, "deducted_points": 0.0, "due_case_count": 40, "rank_no": rank,
        "is_published": True,
    }  # fmt: skip


def extra(number: int, unit: str, points: float, **changes: Any) -> dict[str, Any]:
    return {
        "deduction_id": f"扣{number}", "assessed_unit": unit, "place_code": "341002", "month_date": date(2026, 10, 1),
        "rule_edition": "测试版", "rule_id": "DJ-01", "deducted_points": points, "reason": "未到岗",
        "decided_at": datetime(2026, 11, 5), "status": "confirmed", **changes,
    }  # fmt: skip


@pytest.fixture(scope="module")
def scope(tmp_path_factory: pytest.TempPathFactory) -> Scope:
    """October: 甲 has 40 cases in time, 乙 has faults and an appeal; in September they stood the other way."""
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(tmp_path_factory.mktemp("assessment"), patch)
        october = [case(number, GOOD, satisfaction_score=5) for number in range(40)]
        october += [case(number, BAD, satisfaction_score=4) for number in range(30)]
        october += [case(30 + number, BAD, closed_at=datetime(2026, 10, 25)) for number in range(6)]  # late
        october += [case(36 + number, BAD, rework_count=1) for number in range(4)]
        october += [case(40, BAD, extended_due_at=datetime(2026, 10, 28))]  # 缓办
        october += [case(41, BAD, closed_at=None, status="handling", is_appeal_upheld=True)]
        october += [case(42, BAD, closed_at=None, status="suspended")]
        before = {"due_at": datetime(2026, 9, 15, 17), "closed_at": datetime(2026, 9, 15, 12),
                  "handled_at": datetime(2026, 9, 15, 11), "filed_at": datetime(2026, 9, 14, 9),
                  "reported_at": datetime(2026, 9, 14, 8)}  # fmt: skip
        late = before | {"closed_at": datetime(2026, 9, 20)}
        september = [case(100 + number, BAD, **before) for number in range(40)]
        september += [case(100 + number, GOOD, **late) for number in range(40)]
        months = (date(2026, 9, 1), date(2026, 10, 1))
        snapshot_id = tiny.fill({
            "urban.case": october + september,
            "urban.assessment_score": [register(unit, at, 1) for unit in (GOOD, BAD) for at in months],
            "urban.assessment_deduction": [
                extra(1, BAD, 1.5), extra(2, BAD, 2.0, status="revoked"), extra(3, BAD, 3.0, case_id="乙大队-30"),
            ],
        })  # fmt: skip
        yield Scope("341000", date(2026, 11, 2), date(2026, 11, 9), snapshot_id)


def test_the_month_is_the_last_whole_one_of_the_whole_city(scope: Scope) -> None:
    seen = month(scope.drill("341002"))
    assert (seen.area, seen.since, seen.until) == ("341000", date(2026, 10, 1), date(2026, 11, 1))


def test_a_faultless_unit_has_full_marks_and_the_first_rank(scope: Scope) -> None:
    best = standings(scope)[0]
    assert (best.unit, best.score, best.rank, best.due_count) == (GOOD, 100.0, 1, 40)
    assert (best.earlier_rank, best.step) == (2, 1), "in September every case of it was late"


def test_the_score_is_the_one_worked_out_by_hand(scope: Scope) -> None:
    """41 due (appeal and 挂账 out): on time 34 of 40 without 缓办; closed 41/41; rework 4/41; rated 30, all glad."""
    worse = standings(scope)[1]
    on_time, closure, rework, satisfaction = worse.marks
    assert (worse.due_count, on_time.numerator, on_time.denominator) == (41, 34, 40)
    assert on_time.earned == pytest.approx(40 * (0.85 - 0.70) / 0.28)
    assert closure.earned == 20.0
    assert rework.earned == pytest.approx(20 * (4 / 41 - 0.20) / (0.02 - 0.20))
    assert satisfaction.earned == 20.0 and satisfaction.denominator == 30
    assert [(each.id, each.points) for each in worse.deductions] == [("扣1", 1.5)], (
        "revoked and case-bound ones are out"
    )
    assert worse.score == pytest.approx(21.428571 + 20 + 11.382114 + 20 - 1.5, abs=1e-5)
    assert (worse.rank, worse.step) == (2, -1)


def test_an_item_without_a_case_costs_nothing() -> None:
    item = assessment().items[0]
    assert mark(item, None, 0) == Mark(item, 0, 0, None, None)


@pytest.mark.parametrize(("share", "earned"), [(1.0, 40.0), (0.98, 40.0), (0.84, 20.0), (0.70, 0.0), (0.10, 0.0)])
def test_points_run_straight_between_the_two_lines(share: float, earned: float) -> None:
    assert mark(assessment().items[0], 1000 * share, 1000).earned == pytest.approx(earned)


def test_every_district_has_its_peers() -> None:
    districts = {each.place_code for each in children(CITY) if each.level == "district"}
    assert set(peers().places) == districts


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("weight = 40.0", "weight = 41.0", "各项权重合计 101；请调到 100"),
        ("weight = 40.0", "weight = -1.0", "不大于 0"),
        ("zero_at = 0.70", "zero_at = 0.98", "与 full_at 相同"),
        ('edition = "', 'editon = "', "edition：没有写"),
        ("fewest  = 30", 'fewest  = "三十"', "fewest：没有写或类型不对"),
        ('name = "返工"', 'name = "返工"\ncolour = "red"', "colour：没有这一项"),
        ("[group]", "[group", "不是 TOML 文件"),
    ],
)
def test_a_faulty_text_is_refused_with_its_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in TEXT
    (tmp_path / "assessment.toml").write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReferenceFileError, match=r"assessment\.toml") as caught:
        assessment(tmp_path)
    assert fault in str(caught.value)
