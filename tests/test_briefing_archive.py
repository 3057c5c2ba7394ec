"""Issued is issued: a number is used once, a folder never changes, and the weekly job may be killed at any moment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT

from briefing import archive, claim, weekly
from briefing.content import Edition
from components import briefing_archive as read
from ingest.publish import publish
from queries.snapshot import SnapshotExpired, current_id
from tests import paper, tiny

FILES = {"黄山市城市运行周报-2026-W47.pdf": b"%PDF-1.7 one", "黄山市城市运行周报-2026-W47.xlsx": b"PK two"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one station and no issue."""
    store = tmp_path_factory.mktemp("base")
    with pytest.MonkeyPatch.context() as patch:
        tiny.use(store, patch)
        tiny.fill({"ecology.air_station": [{"station_id": "a", "place_code": "341003", "name": "甲"}]})
    return store


@pytest.fixture
def snapshot(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The snapshot of a store of one's own."""
    store = tmp_path / "store"
    shutil.copytree(base, store)
    tiny.use(store, monkeypatch)
    return current_id()


def issue(snapshot: str, note: str = "", **changes: object) -> read.Issued:
    return archive.issue(paper.edition(snapshot, **changes), FILES, signer="王某", note=note)  # type: ignore[arg-type]


# --- issuing ----------------------------------------------------------------------------------------------------------


def test_an_issue_is_read_back_as_it_was_put(snapshot: str) -> None:
    made = issue(snapshot)
    assert made.number == "2026-0001"
    read._read.cache_clear()
    (found,) = archive.issued()
    assert found == made
    assert (found.signer, found.issue, found.total, found.snapshot, found.demo) == ("王某", 47, 247, snapshot, "demo")
    assert found.summary == ("本周平稳。",)
    assert [(each.metric, each.value, each.shown) for each in found.numbers] == [
        ("on_time_closure_rate", 95.25, "95.2")
    ]
    for file, body in zip(found.files, FILES.values(), strict=True):
        assert read.content(found.number, file.sha256, file.name) == (file.name, file, body)


def test_a_week_is_issued_once_and_a_correction_gets_a_new_number_and_a_note(snapshot: str) -> None:
    first = issue(snapshot)
    kept = {path: path.read_bytes() for path in (read.folder() / first.number).iterdir()}
    with pytest.raises(archive.AlreadyIssued, match="2026-0001"):
        issue(snapshot)
    second = issue(snapshot, "更正城管按期结案率")
    assert (second.number, second.corrects, second.note) == ("2026-0002", "2026-0001", "更正城管按期结案率")
    third = issue(snapshot, "再更正")
    assert third.corrects == "2026-0002"
    assert [each.number for each in read.in_force(archive.issued())] == ["2026-0003"]
    assert {path: path.read_bytes() for path in (read.folder() / first.number).iterdir()} == kept


def test_there_is_nothing_to_correct_in_what_was_never_issued(snapshot: str) -> None:
    with pytest.raises(archive.IssueRefused, match="没有可更正的"):
        issue(snapshot, "更正")


def test_numbers_run_by_year_of_the_papers_date(snapshot: str) -> None:
    assert issue(snapshot).number == "2026-0001"
    assert issue(snapshot, scene="urban").number == "2026-0002"
    assert issue(snapshot, week="2026-W53").number == "2027-0001"  # its Monday is 4 January
    assert archive.next_number(2026) == "2026-0003"


def test_a_number_that_was_printed_and_is_taken_refuses_the_issue(snapshot: str) -> None:
    issue(snapshot)
    with pytest.raises(archive.IssueRefused, match="已被占用"):
        archive.issue(paper.edition(snapshot, scene="urban"), FILES, signer="王某", number="2026-0001")
    assert len(archive.issued()) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"files": {}}, "没有文件"),
        ({"signer": " "}, "没有签发人"),
        ({"files": {"../x.pdf": b""}}, "文件名"),
        ({"files": {"x.exe": b""}}, "文件名"),
        ({"edition": {"is_failed": True}}, "城管·问题清单（查询超时）"),
    ],
)
def test_what_cannot_be_issued_is_refused_and_leaves_nothing(snapshot: str, changes: dict, said: str) -> None:
    with pytest.raises(archive.IssueRefused, match=said):
        archive.issue(
            paper.edition(snapshot, **changes.get("edition", {})),
            changes.get("files", FILES),
            signer=changes.get("signer", "王某"),
        )
    assert archive.issued() == []


def test_the_snapshot_of_an_issue_outlives_all_later_ones(snapshot: str) -> None:
    issue(snapshot)
    for name in "bcdefg":
        tiny.fill({"ecology.air_station": [{"station_id": name, "place_code": "341003", "name": name}]})
    publish()
    assert current_id() != snapshot
    assert (read.folder().parent / "snapshots" / snapshot / "manifest.json").exists()


def test_a_snapshot_that_is_gone_cannot_be_issued(snapshot: str) -> None:
    with pytest.raises(SnapshotExpired):
        issue("snap-000000000000")
    assert archive.issued() == []


def test_a_file_that_was_changed_afterwards_is_not_handed_out(snapshot: str) -> None:
    made = issue(snapshot)
    path = read.folder() / made.number / made.files[0].name
    assert path.stat().st_mode & 0o222 == 0, "an issued file can be written to"
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.7 two")
    with pytest.raises(read.ArchiveError, match="校验值"):
        read.content(made.number, made.files[0].sha256, made.files[0].name)


def test_a_file_is_called_by_its_paper_and_issue(snapshot: str) -> None:
    made = archive.issue(paper.edition(snapshot, week="2026-W53"), {"2026-W53-341000-p01.png": b"1"}, signer="王某")
    assert made.called(made.files[0]) == "黄山市城市运行周报2026年第53期-p01.png"


@pytest.mark.parametrize("number", ["../2026-0001", "2026-0001/..", "2026-1"])
def test_a_number_is_no_path(snapshot: str, number: str) -> None:
    made = issue(snapshot)
    with pytest.raises(LookupError):
        read.content(number, made.files[0].sha256, made.files[0].name)


# --- what changed -----------------------------------------------------------------------------------------------------


def test_an_issue_is_held_against_the_week_before_as_it_is_in_force(snapshot: str) -> None:
    def lines(*values: float | None) -> tuple:
        names = ("on_time_closure_rate", "filed_case_count")
        units = ({"unit": "%", "decimals": 1}, {"unit": "件", "decimals": 0, "name": "立案数"})
        return tuple(paper.line(paper.reading(n, v, **u)) for n, v, u in zip(names, values, units, strict=True))

    issue(snapshot, week="2026-W46", lines=lines(90.0, 1200.0))
    issue(snapshot, week="2026-W46", lines=lines(94.06, 1200.0), note="更正")
    issue(snapshot, week="2026-W46", scene="urban", lines=lines(1.0, 2.0))
    now = issue(snapshot, lines=lines(95.24, 1200.4))
    before = read.week_before(now, archive.issued())
    assert before is not None and before.number == "2026-0002"
    (change,) = read.changes(now, before)
    assert (change.name, change.before, change.now, change.step) == ("按期结案率", "94.1 %", "95.2 %", "+1.1 个百分点")


def test_a_number_that_is_missing_this_week_is_a_change_without_a_step(snapshot: str) -> None:
    before = issue(snapshot, week="2026-W46")
    now = issue(snapshot, lines=(paper.line(paper.reading(value=None)),))
    (change,) = read.changes(now, before)
    assert (change.before, change.now, change.step) == ("95.2 %", "数据未到", "")


# --- whose job it is --------------------------------------------------------------------------------------------------


def test_one_claims_and_the_others_go_home(snapshot: str) -> None:
    taken: list[claim.Claim | None] = []
    threads = [threading.Thread(target=lambda: taken.append(claim.take("job"))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    (mine,) = [each for each in taken if each]
    assert claim.done(mine, "2026-0001")
    assert claim.take("job") is None
    assert claim.state("job") == claim.State("done", 1, "2026-0001")


def test_a_claim_given_back_is_taken_again_and_the_old_one_is_worth_nothing(snapshot: str) -> None:
    first = claim.take("job")
    assert first and claim.give_back(first, "快照正在更换")
    second = claim.take("job")
    assert second and second.attempt == 2
    assert not claim.done(first)
    assert claim.done(second)


def test_a_lease_that_ran_out_is_taken_over(snapshot: str) -> None:
    first = claim.take("job", lease_s=0.05)
    assert first and claim.take("other") is not None
    time.sleep(0.1)
    second = claim.take("job")
    assert second is not None
    assert not claim.renew(first), "its work must stop"


RUN = """
import os, sys, time
sys.path.insert(0, os.environ["ROOT"])
from pathlib import Path
from briefing import archive, weekly, deliver
from queries.snapshot import current_id
from tests import paper

where, here = os.environ.get("STOP_AT"), Path(os.environ["HERE"])

def stop(place):
    if where == place:
        here.write_text(place)
        time.sleep(60)

def read(week, **_):
    return paper.edition(current_id(), week=week)

def make(edition, number):
    stop("make")
    return {"a.pdf": b"%PDF"}

real = os.rename
def rename(*paths):
    stop("draft")
    real(*paths)
    stop("issued")

os.rename = rename
weekly.editions = lambda: iter([("341000", "")])
deliver.announce = lambda issue: stop("announce")
print(*[(each.state, each.said) for each in weekly.issue("2026-W47", make, read)])
"""


def start(tmp_path: Path, stop_at: str = "") -> subprocess.Popen[str]:
    environment = {
        **os.environ, "ROOT": str(ROOT), "HERE": str(tmp_path / "here"), "STOP_AT": stop_at,
        "COCKPIT_BRIEFING_SIGNER": "王某",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("place", ["make", "draft", "issued", "announce"])
def test_killed_at_any_moment_and_tried_again_a_week_is_issued_exactly_once(
    snapshot: str, tmp_path: Path, place: str
) -> None:
    victim = start(tmp_path, place)
    deadline = time.monotonic() + 60
    while not (tmp_path / "here").exists():
        assert victim.poll() is None and time.monotonic() < deadline, victim.communicate()
        time.sleep(0.02)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    again = start(tmp_path)
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert "2026-0001" in out, "the retry did not find the dead claim"
    assert [each.number for each in archive.issued()] == ["2026-0001"]
    assert list(read.folder().glob(".draft-*")) == []
    assert claim.state("issue:2026-W47:341000").state == "done"


def test_started_by_four_at_once_a_week_is_issued_exactly_once(snapshot: str, tmp_path: Path) -> None:
    workers = [start(tmp_path) for _ in range(4)]
    said = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4, said
    assert sum("issued" in out for out, _ in said) == 1
    assert len(archive.issued()) == 1


def test_a_number_that_another_took_meanwhile_is_printed_anew(snapshot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly, "editions", lambda: iter([("341000", "")]))
    monkeypatch.setenv("COCKPIT_BRIEFING_SIGNER", "王某")
    weekly.settings.cache_clear()
    printed: list[str] = []

    def make(edition: object, number: str) -> dict[str, bytes]:
        if not printed:
            issue(snapshot, scene="urban")  # another worker
        printed.append(number)
        return {"a.pdf": number.encode()}

    found = weekly.issue("2026-W47", make, lambda week, **_: paper.edition(snapshot))
    assert [each.said for each in found] == ["2026-0002"]
    assert printed == ["2026-0001", "2026-0002"]
    file = archive.issued()[0].files[0]
    assert read.content("2026-0002", file.sha256, file.name)[2] == b"2026-0002"


def test_one_edition_that_fails_does_not_keep_the_others_and_is_tried_again(
    snapshot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weekly, "editions", lambda: iter([("341000", ""), ("341000", "urban")]))
    monkeypatch.setenv("COCKPIT_BRIEFING_SIGNER", "王某")
    weekly.settings.cache_clear()
    fails = [True]

    def make(edition: object, number: str) -> dict[str, bytes]:
        if fails.pop() if fails else False:
            raise OSError("磁盘满")
        return FILES

    def read_edition(week: str, scene: str | None, **_: object) -> Edition:
        return paper.edition(snapshot, scene=scene or "")

    assert [each.state for each in weekly.issue("2026-W47", make, read_edition)] == ["failed", "issued"]
    assert [each.state for each in weekly.issue("2026-W47", make, read_edition)] == ["issued", "there"]
    assert [each.key for each in archive.issued()] == ["341000", "341000-urban"]


@pytest.mark.parametrize(
    ("day", "week"),
    [(date(2026, 11, 23), "2026-W47"), (date(2026, 11, 29), "2026-W47"), (date(2027, 1, 4), "2026-W53")],
)
def test_the_last_week_is_the_one_that_ended_on_the_last_monday(day: date, week: str) -> None:
    assert weekly.last_week(day) == week


def test_a_week_has_sixteen_editions_the_city_first() -> None:
    every = list(weekly.editions())
    assert every[0] == ("341000", "")
    assert len(every) == len(set(every)) == 1 + 7 + 8
    assert every[1] == ("341002", "")
