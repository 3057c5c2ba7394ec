"""What a briefing may not claim: that nothing happened before the data begin, or another count than the metric's."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pypdf
import pytest
from docx import Document
from pptx import Presentation
from tiny import use

from briefing import archive, draft, pptx, remarks, summary
from briefing.charts import Charts
from briefing.content import Block, plain
from briefing.edition import week_of
from briefing.paper import typeset
from data.settings import settings
from metrics import read
from queries.scope import CITY, Scope
from queries.snapshot import current_id
from tests import paper


@pytest.fixture
def city(demo_store: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        use(demo_store, patch)
        yield current_id()
    settings.cache_clear()


def harm(snapshot: str, week: str) -> str:
    return "".join(plain(each) for each in summary._harm(Scope(CITY, *week_of(week), snapshot)))


def test_before_the_first_event_row_nobody_is_said_to_be_unharmed(city: str) -> None:
    before = harm(city, "2019-W10")
    assert "事件数据未到（最早从 2025-10-19 起）" in before and "没有人员伤亡" not in before
    assert harm(city, "2025-W42").startswith("事件数据从 2025-10-19 起，此前几天不明")
    assert "不明" not in harm(city, "2026-W47")


def test_what_is_overdue_is_counted_as_the_metric_counts_it(city: str) -> None:
    scope = Scope(CITY, *week_of("2026-W47"), city)
    counted = int(read("overdue_event_count", scope).value or 0)
    assert counted > 1
    assert f"等 {counted} 起超过办结时限仍未办结" in "".join(plain(each) for each in summary._still_open(scope, set()))


@pytest.mark.parametrize(
    ("total", "until", "fault"), [(0, date(2026, 11, 23), "总期号"), (9, date(2025, 10, 13), "才有")]
)
def test_a_week_before_the_paper_or_the_data_is_not_issued(
    city: str, total: int, until: date, fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archive, "folder", lambda: tmp_path)
    made = paper.edition(city)
    made = replace(made, since=until - timedelta(days=7), until=until, head=replace(made.head, total=total))
    with pytest.raises(archive.IssueRefused, match=fault):
        archive.issue(made, {"a.pdf": b"%PDF"}, signer="王某")


# --- corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_says_on_paper_what_it_corrects() -> None:
    said = "更正：原 2026-0001 号，转移人数有误"
    made = replace(paper.edition("snap-1"), correction=said)
    with Charts() as charts:
        pdf = typeset(made, charts, formats=("pdf",)).pdf
    assert said.replace(" ", "") in re.sub(r"\s", "", pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    document = Document(io.BytesIO(draft.docx(made, {}, number="2026-0002")))
    assert said in [each.text for each in document.paragraphs]
    shown = Presentation(io.BytesIO(pptx.slides(made, {}, number="2026-0002"))).slides[0].shapes
    assert any(said in each.text_frame.text for each in shown if each.has_text_frame)


# --- remarks ----------------------------------------------------------------------------------------------------------


def test_remarks_of_another_week_or_edition_are_refused(tmp_path: Path) -> None:
    made = paper.edition("snap-1")
    text, word = tmp_path / "r.txt", tmp_path / "r.docx"
    text.write_text(remarks.template(made), encoding="utf-8")
    word.write_bytes(draft.docx(made, {}))
    others = [paper.edition("snap-1", week="2026-W46"), paper.edition("snap-1", scene="urban")]
    for file in (text, word):
        assert remarks.read(file, ["summary"], remarks.named(made)) == {}
        for other in others:
            with pytest.raises(remarks.RemarksError, match="2026-W47，341000"):
                remarks.read(file, ["summary"], remarks.named(other))


def test_remarks_in_gb18030_are_read_and_personal_numbers_masked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "r.txt"
    file.write_bytes("[summary]\n请联系 13855912345 核实。\n".encode("gb18030"))
    ((said,),) = remarks.read(file, ["summary"]).values()
    assert said.startswith("请联系 ") and "13855912345" not in said
    assert "1 处个人号码" in caplog.text


def test_a_remarks_file_that_cannot_be_read_is_refused_in_chinese(tmp_path: Path) -> None:
    broken = tmp_path / "b.docx"
    broken.write_bytes(b"no zip")
    for file, fault in ((tmp_path / "none.txt", "没有这个文件"), (tmp_path, "文件夹"), (broken, "不是完好的 DOCX")):
        with pytest.raises(remarks.RemarksError, match=fault):
            remarks.read(file, ["summary"])


@pytest.mark.parametrize("before", [18, 19, 20])  # paragraphs that push the heading to the foot of page one
def test_the_heading_of_remarks_never_stands_alone_at_the_foot(before: int) -> None:
    made = paper.edition("snap-1")
    filling = Block("a", "remark", "研判", sentences=(("前",),) * before)
    remark = Block("b", "remark", "研判", sentences=(("后一段落" * 20,), ("第二段" * 10,)))
    section = replace(made.sections[0], blocks=(filling, remark))
    with Charts() as charts:
        pdf = typeset(replace(made, sections=(section,)), charts, formats=("pdf",)).pdf
    heading = "人工研判（数字以本报所列为准）"
    pages = [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    (page,) = [each for each in pages if "后一段落" in each and heading in each]
    assert "后一段落" in page[page.rindex(heading) :]
