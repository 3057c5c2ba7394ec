"""What the verbs of loading say and do as they are typed: warnings, the way back, refusals that name the remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import bad_files as make
import pytest

import cockpit
from data.settings import settings
from ingest import store as tables
from ingest.pending import unpublished
from queries.snapshot import current_id
from tests import tiny

PLACE = {"station_id": "a", "place_code": "341003"}


@pytest.fixture(autouse=True)
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Three hours of demo air, published."""
    tiny.use(tmp_path / "city", monkeypatch)
    hours = [{**PLACE, "observed_at": datetime(2026, 11, 16, hour), "pm25": 20.0} for hour in range(3)]
    tiny.fill({make.AIR: hours})
    yield tmp_path / "city"
    settings.cache_clear()


def typed(*words: object) -> int:
    """The exit code of what is typed behind `cockpit.py`; the texts of clerks are read elsewhere."""
    options = cockpit.parser().parse_args([str(word) for word in words])
    try:
        return int(options.do(options))
    except cockpit.Refusal as refusal:
        return cockpit.refuse(str(refusal))


def extract(folder: Path, *hours: int) -> Path:
    return make.write_csv(folder / f"{'-'.join(map(str, hours))}.csv", *(make.air(hour) for hour in hours))


def held() -> tuple[bool, int]:
    state = tables.read_state(make.AIR)
    assert state is not None
    return state.is_demo, state.rows


def test_the_first_real_import_says_that_the_demo_rows_go_and_undo_brings_them_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = current_id()
    assert typed("import", make.AIR, extract(tmp_path, 8, 9), "--dry-run") == 0
    assert "3 行演示数据由这份真实数据全部替换" in capsys.readouterr().err
    assert held() == (True, 3)
    assert typed("import", make.AIR, extract(tmp_path, 8, 9)) == 0
    said = capsys.readouterr().err
    assert "3 行演示数据" in said and "cockpit.py undo" in said
    assert held() == (False, 2)
    assert typed("import", make.AIR, extract(tmp_path, 8, 9, 10)) == 0
    assert "演示数据" not in capsys.readouterr().err, "the second import drops nothing"
    assert typed("undo") == 0, "one import back"
    assert held() == (False, 2)
    assert typed("undo") == 2
    assert "没有可以撤销的导入" in capsys.readouterr().err
    assert current_id() != before


def test_an_import_that_changes_nothing_leaves_the_way_back_of_the_one_before(tmp_path: Path) -> None:
    before = current_id()
    typed("import", make.AIR, extract(tmp_path, 8))
    typed("import", make.AIR, extract(tmp_path, 8))  # the same again
    typed("import", make.AIR, make.write_csv(tmp_path / "bad.csv", make.air(8, pm25="x")))  # refused whole
    assert typed("undo") == 0
    assert (held(), current_id()) == ((True, 3), before)


def test_what_somebody_else_loaded_since_is_not_lost_by_undo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import ingest

    typed("import", make.AIR, extract(tmp_path, 8))
    ingest.load(make.AIR, [extract(tmp_path, 9)])
    assert typed("undo") == 2
    assert "又有新的入库" in capsys.readouterr().err
    assert held() == (False, 2)


def test_what_somebody_else_loaded_meanwhile_is_not_lost_by_undo(tmp_path: Path) -> None:
    import ingest
    from ingest import undo

    ours, theirs = extract(tmp_path, 8), extract(tmp_path, 9)
    with undo.remembered(make.AIR, None, [ours]):
        ingest.load(make.AIR, [theirs])
        ingest.load(make.AIR, [ours])
    assert typed("undo") == 2
    assert held() == (False, 2)


def test_what_was_loaded_and_not_published_is_said_until_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("status") == 0
    assert "没有发布" not in capsys.readouterr().out
    typed("import", make.AIR, extract(tmp_path, 8), "--no-publish")
    assert "未发布" in capsys.readouterr().out
    typed("status", "--json")
    assert json.loads(capsys.readouterr().out)["unpublished"] == {make.AIR: 1}
    typed("status")
    assert "空气质量小时值（ecology.air_hourly，1 行）" in capsys.readouterr().out
    typed("publish")
    assert unpublished() == {}


def test_where_the_answer_cannot_be_written_nothing_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    blocked = tmp_path / "folder.xlsx"
    path = extract(tmp_path, 8)
    for words in (
        ("import", make.AIR, path, "--returns", blocked),
        ("template", make.AIR, "--out", blocked),
        ("map-guess", path, "--table", make.AIR, "--out", blocked),
        ("map-guess", path, "--table", make.AIR, "--out", tmp_path / "nowhere" / "x.toml"),
    ):
        assert typed(*words) == 2
        said = capsys.readouterr().err
        assert str(words[-1]) in said and "请换一个" in said
    assert held() == (True, 3)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("name", "meant"), [("ecology.airhourly", "ecology.air_hourly"), ("12345工单", "urban.hotline_order")]
)
def test_a_table_that_is_not_there_brings_the_three_that_are_called_most_like_it(
    name: str, meant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("import", name, extract(tmp_path, 8)) == 2
    said = capsys.readouterr().err
    assert meant in said and said.count("（") == 3
    assert len(said) < 200


def test_a_source_that_is_not_defined_is_refused_without_a_word_of_success(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed("pull", "nope") == 2
    said = capsys.readouterr()
    assert said.out == "" and "hotline_order" in said.err
