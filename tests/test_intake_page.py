"""What stands behind the intake page: who may send what, what is kept, taken back, and who is reminded."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import bad_files as make
import corpus
import pytest
from conftest import ROOT
from flask import Flask
from flask.testing import FlaskClient

from components import intake_reminder
from components.intake_board import overdue, share
from data.contract import contract
from data.settings import SettingError, load, settings
from ingest import Refused, clerk, store, undo, visit
from ingest import load as load_files
from ingest.publish import publish
from metrics.arrivals import DEMO, LATE, NEVER, ON_TIME, units
from metrics.assets import due_at
from queries.snapshot import Batch, Snapshot, TableInfo, current_id
from tests import tiny

HERE = {"Origin": "http://localhost"}
NOW = datetime(2026, 11, 23, 9)
PLACE = {"station_id": "a", "place_code": "341003"}


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One hour of demo air, published; files may be loaded."""
    monkeypatch.setenv("COCKPIT_INTAKE", "on")
    tiny.use(tmp_path / "city", monkeypatch)
    tiny.fill({"ecology.air_hourly": [{**PLACE, "observed_at": datetime(2026, 11, 16), "pm25": 20.0}]})
    yield tmp_path / "city"
    settings.cache_clear()


@pytest.fixture(scope="module")
def web() -> Flask:
    """The app, made once: settings are read at every request."""
    from app import create_app

    return create_app().server


@pytest.fixture
def client(city: Path, web: Flask) -> FlaskClient:
    return web.test_client()


def hours(folder: Path, *which: int, **cells: str) -> Path:
    return make.write_csv(folder / f"{'-'.join(map(str, which))}.csv", *(make.air(hour, **cells) for hour in which))


def received(path: Path, table: str = make.AIR, who: str = "江晓燕") -> visit.Visit:
    with path.open("rb") as stream:
        return visit.receive(stream, table, "", path.name, who)


def taken(path: Path) -> visit.Visit:
    """A file that went all the way: checked, loaded, published."""
    found = received(path)
    for action in ("check", "import"):
        clerk.work(found.id, action, "江晓燕")
    return visit.read(found.id)


def rows(table: str = make.AIR) -> int:
    state = store.read_state(table)
    return 0 if state is None else state.rows


# --- who may send -----------------------------------------------------------------------------------------------------


def send(client: FlaskClient, headers: dict[str, str] = HERE, **query: str) -> Any:
    asked = {"table": make.AIR, "who": "江晓燕", "file": "周报.csv"} | query
    return client.post("/intake/files", query_string=asked, data=b"a,b\n1,2\n", headers=headers)


def sentence(answer: Any) -> str:
    return str(json.loads(answer.get_data())["sentence"])


@pytest.mark.parametrize(
    "origin", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"}]
)
def test_a_request_of_another_site_is_refused(client: FlaskClient, city: Path, origin: dict[str, str]) -> None:
    answer = send(client, origin)
    assert answer.status_code == 403 and "不是从本系统的页面" in sentence(answer)
    assert client.post(f"/intake/visits/{'0' * 16}/undo?who=x", headers=origin).status_code == 403
    assert not list((city / "intake").glob("*/visit.json"))


def test_without_the_setting_nothing_can_be_sent_or_fetched(
    client: FlaskClient, city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COCKPIT_INTAKE", "off")
    settings.cache_clear()
    assert "COCKPIT_INTAKE=on" in sentence(send(client))
    assert client.get(f"/intake/visits/{'0' * 16}/returns.xlsx").status_code == 403
    assert client.get("/intake/reminders.csv").status_code == 200


def test_the_setting_is_on_or_off() -> None:
    assert [load({"COCKPIT_INTAKE": text}).intake for text in ("on", "OFF")] == [True, False]
    with pytest.raises(SettingError, match="on 或 off"):
        load({"COCKPIT_INTAKE": "perhaps"})


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"who": " "}, "姓名"),
        ({"who": "x" * 41}, "姓名"),
        ({"table": "urban.nothing"}, "选一张表"),
        ({"table": "common.division"}, "选一张表"),
        ({"table": "common.duty_unit"}, "选一张表"),
        ({"mapping": "../../etc/passwd"}, "映射"),
        ({"mapping": "water_huangshan"}, "映射"),
    ],
)
def test_a_faulty_upload_says_what_is_wrong_and_leaves_nothing(
    client: FlaskClient, city: Path, query: dict[str, str], said: str
) -> None:
    answer = send(client, **query)
    assert answer.status_code == 400 and said in sentence(answer)
    assert [path for path in (city / "intake").rglob("*") if path.is_file()] == []


def test_a_file_that_is_too_large_is_refused_also_when_it_hides_its_length(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COCKPIT_INTAKE_MAX_MB", "1")
    settings.cache_clear()
    with pytest.raises(Refused, match="COCKPIT_INTAKE_MAX_MB"):
        visit.receive(io.BytesIO(b"x" * (1 << 20) + b"x"), make.AIR, "", "大.csv", "江")
    assert visit.receive(io.BytesIO(b"x" * (1 << 20)), make.AIR, "", "大.csv", "江").size == 1 << 20
    assert len(visit.visits()) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\数据\\周报.xlsx", "周报.xlsx"),
        (".bashrc", "bashrc"),
        ("a\nb\0c.csv", "a_b_c.csv"),
        ("..", "file"),
        ("", "file"),
        ("空气" * 100 + ".csv", "空气" * 36 + ".csv"),
    ],
)
def test_no_name_from_a_browser_becomes_a_path(city: Path, sent: str, kept: str) -> None:
    found = visit.receive(io.BytesIO(b"x"), make.AIR, "", sent, "江")
    assert found.file == kept
    assert found.path.resolve().is_relative_to((city / "intake" / found.id).resolve())
    assert len(found.id) == 16 and found.folder.parent == city / "intake"


@pytest.mark.parametrize("visit_id", ["../../x", "0" * 15, "0" * 17, "Z" * 16, ""])
def test_no_visit_id_from_a_browser_becomes_a_path(city: Path, visit_id: str) -> None:
    with pytest.raises(Refused) as stopped:
        visit.read(visit_id)
    assert stopped.value.refusal.rule == "unknown_visit"


def test_only_the_service_may_look_into_the_uploaded_files(city: Path, tmp_path: Path) -> None:
    found = received(hours(tmp_path, 8))
    assert visit.home().stat().st_mode & 0o077 == 0
    assert (found.sha256, found.size) != ("", 0)


def test_a_template_comes_for_every_table_and_no_other(client: FlaskClient) -> None:
    answer = client.get(f"/intake/templates/{make.AIR}.xlsx")
    assert answer.status_code == 200 and answer.get_data()[:2] == b"PK"
    assert client.get("/intake/templates/urban.nothing.xlsx").status_code == 404


# --- import and undo --------------------------------------------------------------------------------------------------


def test_a_check_changes_nothing_and_an_import_publishes(city: Path, tmp_path: Path) -> None:
    before = current_id()
    found = received(hours(tmp_path, 8, 9))
    clerk.work(found.id, "check", "江晓燕")
    assert (visit.read(found.id).state, current_id(), rows()) == ("checked", before, 1)
    clerk.work(found.id, "import", "程立")
    done = visit.read(found.id)
    assert (done.state, done.snapshot_before, done.snapshot_after) == ("published", before, current_id())
    assert (rows(), done.decided_by) == (2, "程立")
    assert [line["who"] for line in visit.journal()] == ["程立", "程立", "江晓燕"]


def test_an_undone_import_is_not_brought_back_by_a_later_publishing(city: Path, tmp_path: Path) -> None:
    before = current_id()
    first = taken(hours(tmp_path, 8, 9))
    second = taken(hours(tmp_path, 10))
    assert rows() == 3
    clerk.work(first.id, "undo", "江晓燕")
    assert visit.read(first.id).state == "published" and "后来的那一次" in visit.read(first.id).message
    clerk.work(second.id, "undo", "江晓燕")
    assert (current_id(), rows()) == (first.snapshot_after, 2)
    clerk.work(first.id, "undo", "江晓燕")
    assert (current_id(), rows(), publish()) == (before, 1, before)
    assert store.read_state(make.AIR).is_demo  # type: ignore[union-attr]
    load_files(make.STATION, [make.write_csv(tmp_path / "s.csv", make.station())])
    publish()
    assert rows() == 1  # another table was published since, and the undone rows stayed away


def test_an_undo_leaves_what_was_loaded_into_other_tables(city: Path, tmp_path: Path) -> None:
    first = taken(hours(tmp_path, 8, 9))
    load_files(make.STATION, [make.write_csv(tmp_path / "s.csv", make.station())])
    publish()
    clerk.work(first.id, "undo", "江晓燕")
    assert (rows(), rows(make.STATION)) == (1, 1)


def test_a_table_that_was_never_there_is_gone_again(city: Path, tmp_path: Path) -> None:
    found = received(make.write_csv(tmp_path / "s.csv", make.station()), make.STATION)
    for action in ("check", "import", "undo"):
        clerk.work(found.id, action, "江晓燕")
    assert visit.read(found.id).state == "undone"
    assert store.read_state(make.STATION) is None


def test_the_quarantine_of_an_undone_import_goes_with_it(city: Path, tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "q.csv", make.air(8), make.air(9, pm25="x"))
    found = taken(path)
    assert found.result["quarantined"] == {"bad_number": 1}
    assert list((city / "quarantine" / make.AIR).iterdir())
    clerk.work(found.id, "undo", "江晓燕")
    assert not list((city / "quarantine" / make.AIR).iterdir())


def test_an_import_that_breaks_down_before_the_snapshot_leaves_the_tables_as_they_were(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> str:
        raise OSError("disk full")

    before = current_id()
    found = received(hours(tmp_path, 8, 9))
    clerk.work(found.id, "check", "江晓燕")
    monkeypatch.setattr(clerk, "publish", broken)
    clerk.work(found.id, "import", "江晓燕")
    assert "disk full" in capsys.readouterr().err
    assert (visit.read(found.id).state, rows(), publish()) == ("checked", 1, before)
    assert "系统出错" in visit.read(found.id).message
    monkeypatch.undo()


KILLED_BEFORE_PUBLISHING = """
import os, signal, sys
from ingest import clerk
clerk.publish = lambda: os.kill(os.getpid(), signal.SIGKILL)
clerk.work(sys.argv[1], "import", "x")
"""


def killed(found: visit.Visit) -> None:
    """The worker of an import is killed when the table holds the rows and the snapshot does not."""
    visit.write(visit.replace(visit.read(found.id), state="importing"))
    done = subprocess.run([sys.executable, "-c", KILLED_BEFORE_PUBLISHING, found.id], cwd=ROOT, timeout=60)
    assert done.returncode == -signal.SIGKILL


def test_an_import_killed_between_table_and_snapshot_is_taken_up_again(city: Path, tmp_path: Path) -> None:
    before = current_id()
    found = received(hours(tmp_path, 8, 9))
    clerk.work(found.id, "check", "江晓燕")
    killed(found)
    assert (rows(), current_id(), visit.read(found.id).is_stuck) == (2, before, True)
    assert "空气质量小时值（ecology.air_hourly，2 行）" in clerk.left_over()
    clerk.work(found.id, "import", "江晓燕")
    done = visit.read(found.id)
    assert (done.state, done.result["accepted"], rows()) == ("published", 2, 2)
    assert clerk.left_over() == ""
    clerk.work(found.id, "undo", "江晓燕")
    assert (current_id(), rows()) == (before, 1)


def test_what_a_killed_import_left_is_taken_back_before_another_one_publishes(city: Path, tmp_path: Path) -> None:
    left = received(hours(tmp_path, 8, 9))
    clerk.work(left.id, "check", "江晓燕")
    killed(left)
    other = received(make.write_csv(tmp_path / "s.csv", make.station()), make.STATION)
    for action in ("check", "import"):
        clerk.work(other.id, action, "程立")
    assert (rows(), visit.read(left.id).state) == (1, "checked")
    assert "import:interrupted" in [line["event"] for line in visit.journal()]


def test_one_visit_at_a_time_and_the_others_are_told_whom_they_wait_for(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = received(hours(tmp_path, 8))
    monkeypatch.setattr(clerk, "_PATIENCE_S", 0.05)
    with visit.turn(lambda: None):
        clerk.work(found.id, "check", "江晓燕")
    stopped = visit.read(found.id)
    assert stopped.state == "refused" and "还没有完成" in stopped.message
    clerk.work(found.id, "check", "江晓燕")
    assert visit.read(found.id).state == "checked"


def test_two_clicks_start_one_worker(city: Path, tmp_path: Path) -> None:
    found = received(hours(tmp_path, 8))
    lock = visit.grab(found.id)
    try:
        assert visit.read(found.id).is_alive
        with pytest.raises(Refused, match="正在处理"):
            clerk.begin(found.id, "check", "江")
    finally:
        os.close(lock)
    with pytest.raises(Refused) as stopped:
        clerk.begin(found.id, "import", "江")
    assert stopped.value.refusal.rule == "wrong_state"


def test_a_child_does_the_work_and_the_caller_returns_at_once(city: Path, tmp_path: Path) -> None:
    found = received(hours(tmp_path, 8))
    began = time.monotonic()
    assert clerk.begin(found.id, "check", "江").is_alive
    assert time.monotonic() - began < 2
    deadline = time.monotonic() + 60
    while visit.read(found.id).is_alive and time.monotonic() < deadline:
        time.sleep(0.1)
    assert visit.read(found.id).state == "checked", (found.folder / "log").read_text()


def test_files_are_swept_when_they_are_old_and_the_journal_stays(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = taken(hours(tmp_path, 8))
    visit.write(visit.replace(old, at=(visit.now() - timedelta(days=91)).isoformat(timespec="seconds")))
    received(hours(tmp_path, 9))
    visit.sweep()
    assert [each.file for each in visit.visits()] == ["9.csv"]
    assert len(visit.journal()) == 3


def test_later_loads_of_the_same_table_are_seen(city: Path, tmp_path: Path) -> None:
    done = taken(hours(tmp_path, 8))
    assert undo.later(done.before, done.left) == []
    load_files(make.AIR, [hours(tmp_path, 9)])
    assert undo.later(done.before, done.left) == [make.AIR]


# --- what is shown of a file ------------------------------------------------------------------------------------------


def walk(part: Any) -> Iterator[Any]:
    yield part
    children = getattr(part, "children", None) or ()
    for child in children if isinstance(children, list | tuple) else (children,):
        yield from walk(child)


def test_the_preview_bears_the_numbers_of_the_sheet_and_marks_the_bad_cell(city: Path, tmp_path: Path) -> None:
    """A template whose example row was left in: the first row of data is row 3, and there the fault is marked."""
    from components.intake_checked import preview

    rows = [corpus.flood(16), corpus.flood(17, 受涝面积="约5"), [], corpus.flood(18)]
    found = received(corpus.template(*rows)(tmp_path), corpus.FLOOD)
    clerk.work(found.id, "check", "江晓燕")
    shown = [each for each in walk(preview(asdict(visit.read(found.id)))) if type(each).__name__ == "Tr"][1:]
    assert [row.children[0].children for row in shown] == ["3", "4", "6"]
    bad = [(row.children[0].children, cell.title) for row in shown for cell in row.children if cell.className == "bad"]
    assert [number for number, _ in bad] == ["4"]
    assert "第 4 行" in bad[0][1]


# --- who is late ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "newest", "due"),
    [
        # hourly, by machine, 3 hours: also in the middle of 国庆
        ("ecology.air_hourly", datetime(2026, 10, 1, 23), datetime(2026, 10, 2, 2)),
        # daily, 36 hours: Thursday's row is due on Friday noon
        ("overview.hotline_daily", datetime(2026, 11, 19), datetime(2026, 11, 20, 12)),
        # Friday's would be due on Saturday: Monday noon
        ("overview.hotline_daily", datetime(2026, 11, 20), datetime(2026, 11, 23, 12)),
        # that of 29 September would be due on 30 September; that of 30 September in 国庆: 8 October, the first workday
        ("overview.hotline_daily", datetime(2026, 9, 29), datetime(2026, 9, 30, 12)),
        ("overview.hotline_daily", datetime(2026, 9, 30), datetime(2026, 10, 8, 12)),
    ],
)
def test_a_day_that_is_not_worked_moves_what_people_deliver_to_the_next_workday(
    table: str, newest: datetime, due: datetime
) -> None:
    assert contract(table).refresh.sla_minutes == (180 if table == "ecology.air_hourly" else 2160)
    assert due_at(contract(table), newest) == due


def info(table: str, newest: datetime, *loads: int, quarantined: int = 0, is_demo: bool = False) -> TableInfo:
    """A table whose loads held so many rows; the last one with rows held back."""
    batches = [
        Batch(f"b{i}", "x.csv", "", newest + timedelta(hours=i - len(loads)), count, {}, 0)
        for i, count in enumerate(loads)
    ]
    if quarantined:
        last = batches.pop()
        held = {"bad_number": quarantined}
        batches.append(Batch("z", "x.csv", "", last.loaded_at, last.accepted - quarantined, held, 0))
    return TableInfo(table, 1, "", "detail", None, None, newest, newest, is_demo, tuple(batches))


def snap(*tables: TableInfo) -> Snapshot:
    return Snapshot("snap-000000000000", NOW, Path(), {each.table: each for each in tables})


def test_the_board_says_what_is_late_how_much_it_held_and_how_good_it_was() -> None:
    found = units(
        snap(
            info("ecology.air_hourly", NOW - timedelta(hours=10), 100, 110, 90, 400, 40, quarantined=4),
            info("ecology.water_measure", NOW - timedelta(hours=1)),
            info("ecology.air_station", NOW, is_demo=True),
        ),
        NOW,
    )
    first = found[0]
    assert first.name == "市生态环境局" and first.worst == timedelta(hours=7)
    late = first.arrivals[0]
    assert (late.table, late.state, late.due_at) == ("ecology.air_hourly", LATE, NOW - timedelta(hours=7))
    assert (late.rows, late.usual, late.quarantined_share, late.is_odd) == (40, 105, 0.1, True)
    states = {each.table: each.state for each in first.arrivals}
    assert (states["ecology.water_measure"], states["ecology.air_station"]) == (ON_TIME, DEMO)
    assert first.count(NEVER) == len(first.arrivals) - 3
    assert [each.is_owed for each in first.arrivals] == sorted((each.is_owed for each in first.arrivals), reverse=True)


def test_fewer_than_three_earlier_loads_make_no_usual() -> None:
    found = units(snap(info("ecology.air_hourly", NOW, 5, 5, 50)), NOW)
    (late,) = [each for unit in found for each in unit.arrivals if each.rows is not None]
    assert (late.rows, late.usual, late.is_odd) == (50, None, False)


def test_every_delivered_table_stands_on_the_board_once_also_in_an_empty_store() -> None:
    from data.contract import contracts

    listed = [each.table for unit in units(None, NOW) for each in unit.arrivals]
    assert sorted(listed) == sorted(
        name for name, each in contracts().items() if each.layer == "detail" and each.theme != "common"
    )
    assert {each.state for unit in units(None, NOW) for each in unit.arrivals} == {NEVER}


def test_lateness_and_shares_are_said_as_people_say_them() -> None:
    said = [overdue(timedelta(minutes=minutes)) for minutes in (40, 300, 3000, 60 * 24 * 12 + 60)]
    assert said == ["40 分钟", "5 小时", "2 天 2 小时", "12 天"]
    assert [overdue(None), share(None), share(0.0), share(0.0004), share(0.125)] == ["—", "—", "0.0%", "<0.1%", "12.5%"]


def test_the_list_as_csv_holds_no_formula_and_every_table(monkeypatch: pytest.MonkeyPatch) -> None:
    found = units(snap(info("ecology.air_hourly", NOW - timedelta(hours=10), 7)), NOW)
    text = intake_reminder.sheet(found)
    assert text.startswith("\ufeff责任单位,联系人,表")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == sum(len(unit.arrivals) for unit in found)
    first = lines[0]
    assert (first["表"], first["状态"], first["迟到（小时）"], first["上批行数"]) == (
        "ecology.air_hourly",
        "迟到",
        "7.0",
        "7",
    )
    assert first["联系人"] == "待确认"
    assert intake_reminder._plain("=1+1") == "'=1+1"


def test_an_address_that_cannot_be_is_refused_by_name(city: Path) -> None:
    from components import intake_address as address
    from queries.scope import ScopeError

    for search, named in (
        ("?table=x", "table=x"), ("?visit=..%2Fx", "visit="), ("?unit=x", "unit=x"), ("?only=x", "only=x"),
        ("?" + "x" * 3000, "太长"),
    ):  # fmt: skip
        with pytest.raises(ScopeError, match=named):
            address.read(search, NOW)
