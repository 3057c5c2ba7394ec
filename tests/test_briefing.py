"""The weekly briefing, read back from the paper itself: what it says, how it looks, and when it must not go out."""

from __future__ import annotations

import io
import re
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import flask
import pypdf
import pytest
from conftest import cockpit
from docx import Document
from PIL import Image
from tiny import fill, use

from briefing import blocks, check_code, paper, remarks, verb
from briefing.charts import Charts
from briefing.content import EMPTY, FAILED, Block, Edition, plain
from briefing.edition import WeekError, edition, week_of
from briefing.press import Press
from components import wording
from components.listing import cell
from data import briefing as text
from data.demo.community.alerts import UNREACHED_PLACE
from data.demo.overview import stories
from data.demo.tourism.stories import STORY_SPOT
from data.divisions import name_of
from data.settings import settings
from metrics import metric, read
from metrics.contribution import contributions
from queries import statement
from queries.scope import Scope

WEEK = "2026-W47"
SINCE, UNTIL = date(2026, 11, 16), date(2026, 11, 23)
TYPE_TOP, TYPE_HEIGHT = 37 / 297, 225 / 297  # of the page: the type area of GB/T 9704


def said(pdf: bytes) -> list[str]:
    """The letters of every page, without spaces and line ends."""
    return [re.sub(r"\s+", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def close(words: str) -> str:
    return re.sub(r"\s+", "", words)


def text_of(block: Block) -> str:
    return "".join(plain(sentence) for sentence in block.sentences)


# --- the demo city's paper --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def press(demo_store: Path) -> Iterator[Press]:
    with pytest.MonkeyPatch.context() as patch:
        use(demo_store, patch)
        with Press() as opened:
            assert opened.charts.fault == ""
            yield opened


@pytest.fixture(scope="module")
def made(press: Press) -> Edition:
    return edition(WEEK)


@pytest.fixture(scope="module")
def printed(press: Press, made: Edition) -> paper.Printed:
    return paper.typeset(made, press.charts)


def test_page_one_says_who_when_and_until_when(printed: paper.Printed) -> None:
    first = said(printed.pdf)[0]
    whose = ("内部资料", "黄山市城市运行周报", "2026年第47期", "总第203期", "黄山市城市运行管理中心", "2026年11月23日")
    for words in (*whose, "11月16日—11月22日", "11月22日（周日）24时"):
        assert words in first
    assert "抄送：市委办公室" in said(printed.pdf)[-1] and "2026年11月23日印发" in said(printed.pdf)[-1]


def test_every_page_has_text_a_number_the_snapshot_and_the_demo_mark(made: Edition, printed: paper.Printed) -> None:
    pages = said(printed.pdf)
    assert len(pages) == len(printed.pages) > 10
    for number, page in enumerate(pages, 1):
        assert len(page) > 150
        assert f"—{number}—" in page and made.snapshot in page and "演示数据" in page


def test_the_file_is_tagged_chinese_titled_and_dated_by_its_snapshot(made: Edition, printed: paper.Printed) -> None:
    file = pypdf.PdfReader(io.BytesIO(printed.pdf))
    root = file.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"].lower() == "zh-cn"
    assert file.metadata is not None and file.metadata.title == "黄山市城市运行周报 2026年第47期"
    assert file.metadata.creation_date is not None and file.metadata.creation_date.date() == made.made_at.date()
    marks = [each.title for each in file.outline if not isinstance(each, list)]
    assert marks[0] == "一、本周概要" and marks[-1] == "附：口径与数据说明" and len(marks) == len(made.sections)


def test_fonts_are_embedded_as_subsets(printed: paper.Printed) -> None:
    file = pypdf.PdfReader(io.BytesIO(printed.pdf))
    fonts = {font.get_object()["/BaseFont"] for page in file.pages for font in page["/Resources"]["/Font"].values()}
    assert fonts and all(re.fullmatch(r"/[A-Z]{6}\+.+", name) for name in fonts)
    for page in file.pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font.get_object()["/DescendantFonts"]
            descriptor = inner.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def test_every_kpi_on_paper_is_the_reading_of_that_snapshot(made: Edition, printed: paper.Printed) -> None:
    whole = "".join(said(printed.pdf))
    scope = Scope("341000", SINCE, UNTIL, made.snapshot)
    asked = {line.reading.metric for _, block in made.blocks() for line in block.lines}
    assert len(asked) > 50
    for name in asked:
        now = read(name, scope)
        shown = f"{now.value:,.{now.decimals}f}".replace("-", "−") if now.value is not None else wording.absence(now)
        label = f"{now.name}（{now.unit}）" if now.unit else now.name
        assert close(label + shown) in whole, label


def test_the_last_row_and_the_last_column_of_every_table_are_there(made: Edition, printed: paper.Printed) -> None:
    whole = "".join(said(printed.pdf))
    tables = [block for _, block in made.blocks() if block.kind in ("list", "definitions") and block.table]
    assert len(tables) >= 18
    for block in tables:
        assert block.table is not None
        last = block.table.words()[-1]
        assert all(close(word) in whole for word in last), block.name
        assert close(block.table.columns[-1].label) in whole
        assert close("".join(block.table.words()[0][-2:])) in whole, block.name


def test_letters_in_figures_are_letters(made: Edition, printed: paper.Printed) -> None:
    whole = "".join(said(printed.pdf))
    maps = [block for _, block in made.blocks() if block.kind == "map"]
    assert len(maps) == 8
    assert "屯溪区37.5" in whole or any(f"屯溪区{row[1]}" in whole for row in maps[2].table.words())  # type: ignore[union-attr]
    assert whole.count("近五周逐日") == 8


def test_the_same_snapshot_gives_the_same_bytes_and_pixels(printed: paper.Printed, made: Edition) -> None:
    with Charts() as another:
        again = paper.typeset(edition(WEEK, snapshot_id=made.snapshot), another)
    assert again.pdf == printed.pdf
    assert again.pages == printed.pages and again.long == printed.long


@pytest.mark.parametrize(("area", "scene"), [("341000", None), ("341024", None), ("341000", "safety")])
def test_no_page_ends_two_fifths_empty_and_none_ends_with_a_heading(press: Press, area: str, scene: str | None) -> None:
    found = edition(WEEK, area=area, scene=scene)
    out = paper.typeset(found, press.charts)
    titles = {close(block.title) for _, block in found.blocks()} | {close(part.title) for part in found.sections}
    for number, body in enumerate(out.pages, 1):
        gap = 1 - filled(body)
        assert gap < 0.4, f"page {number} ends {gap:.0%} empty"
    for page in pypdf.PdfReader(io.BytesIO(out.pdf)).pages:
        lines = [close(line) for line in page.extract_text().splitlines() if close(line)]
        lines = [line for line in lines if found.snapshot not in line and not re.fullmatch(r"—\d+—", line)]
        assert re.sub("^[一二三四五六七八九十]+、", "", lines[-1]) not in titles


def filled(png: bytes) -> float:
    """How far down the type area something is printed, 0 to 1."""
    with Image.open(io.BytesIO(png)) as image:
        grey = image.convert("L")
    top, height = round(grey.height * TYPE_TOP), round(grey.height * TYPE_HEIGHT)
    area = grey.crop((0, top, grey.width, top + height)).point(lambda value: 255 if value < 200 else 0)
    box = area.getbbox()
    return 0.0 if box is None else box[3] / height


def test_the_long_picture_for_phones_is_one_column(printed: paper.Printed) -> None:
    with Image.open(io.BytesIO(printed.long)) as image:
        assert image.width < 900 and image.height > 5 * image.width


# --- what happened is on page one -------------------------------------------------------------------------------------


def test_the_planted_stories_of_the_week_are_on_page_one(printed: paper.Printed) -> None:
    first = said(printed.pdf)[0]
    slope = stories.SLOPE
    assert f"{name_of(slope.place_code)}" in first and f"应转移{stories.SLOPE_PLANNED}人" in first
    assert f"{stories.SLOPE_PLANNED - stories.SLOPE_MOVED}人未转移" in first
    assert "景区公路两车相撞" in first and "死亡1人、受伤3人" in first
    assert f"{name_of(UNREACHED_PLACE)}11件" in first
    assert "祁门县凫峰镇森林火情" in first
    assert "练江" in first and "练江食品01" in first
    assert stories.OVERDUE_UNIT in first and "重大隐患逾期未整改3处" in first


def test_the_crowd_of_the_holiday_is_on_page_one_of_its_week(press: Press) -> None:
    out = paper.typeset(edition("2026-W40"), press.charts, formats=("pdf",))
    first = said(out.pdf)[0]
    assert f"{STORY_SPOT}10月3日" in first and "105.8%" in first
    second = "".join(said(out.pdf)[1:2])
    assert "二、核心指标" in first + second


def test_the_summary_speaks_of_people_first_then_of_change_then_of_who_must_act(made: Edition) -> None:
    (block,) = made.sections[0].blocks
    heads = [plain(sentence)[:6] for sentence in block.sentences]
    assert heads == ["（一）人员与", "（二）变化与", "（三）需要关"]
    assert "市公安局牵头" in plain(block.sentences[0])
    assert "主要来自歙县" in plain(block.sentences[1])


def test_the_plan_ledger_comes_with_the_first_briefing_of_a_month(press: Press, made: Edition) -> None:
    assert "plan" not in [section.slug for section in made.sections]
    first = edition("2026-W44")  # dated Monday, 2 November
    (ledger,) = [section for section in first.sections if section.slug == "plan"]
    assert next(block.table.total for block in ledger.blocks if block.table) == 14


def test_a_districts_edition_tells_of_that_district_alone(press: Press) -> None:
    found = edition(WEEK, area="341021")
    summary = text_of(found.sections[0].blocks[0])
    assert found.head.name == "歙县城市运行周报" and found.title == "歙县一周城市运行情况"
    assert "应转移 164 人" in summary and "白际乡" not in summary and "两车相撞" not in summary
    assert all(line.reading.area == "341021" for _, block in found.blocks() for line in block.lines)


def test_a_scenes_edition_has_every_number_of_the_scene(press: Press) -> None:
    found = edition(WEEK, scene="urban")
    lines = [line.reading.metric for _, block in found.blocks() if block.name == "kpi" for line in block.lines]
    assert "on_time_closure_rate" in lines and len(lines) == len(set(lines)) > 40
    assert [section.theme for section in found.sections if section.theme] == ["urban"]
    assert found.head.name == "黄山市城市管理周报"


def test_a_districts_scene_edition_bears_the_districts_name(press: Press) -> None:
    found = edition(WEEK, area="341021", scene="urban")
    assert (found.head.name, found.title) == ("歙县城市管理周报", "歙县一周城市管理情况")


# --- it fails closed --------------------------------------------------------------------------------------------------


def test_a_failed_block_stops_the_issue_and_is_named(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    real = blocks.run

    def broken(name: str, *given: object, **binds: object) -> object:
        if name == "urban/repeat_place":
            raise RuntimeError("磁盘读不出")
        return real(name, *given, **binds)  # type: ignore[arg-type]

    monkeypatch.setattr(blocks, "run", broken)
    found = edition(WEEK, scene="urban")
    assert [(section.slug, block.name) for section, block in found.failed()] == [("urban", "urban.repeat_places")]
    with pytest.raises(paper.PaperError, match=r"反复点位.*磁盘读不出"):
        press.files(found, ("pdf",))
    (body,) = press.files(found, ("pdf",), partial=True).values()
    assert "这一块没有做成：RuntimeError：磁盘读不出" in "".join(said(body))


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[str]:
    """The snapshot of a store in which nothing ever happened."""
    with pytest.MonkeyPatch.context() as patch:
        use(tmp_path / "store", patch)
        yield fill({"overview.event": []})
    settings.cache_clear()


def test_without_data_every_block_says_so_and_none_is_blank(bare: str) -> None:
    found = edition(WEEK)
    assert found.failed() == []
    empty = [block for _, block in found.blocks() if block.state == EMPTY]
    assert len(empty) > 30 and all(block.reason for block in empty)
    reasons = " ".join(block.reason for block in empty)
    assert "数据未到，应于 2026-11-2" in reasons and "提供《城管案件》" in reasons
    with Press() as press:
        (body,) = press.files(found, ("pdf",)).values()
    whole = "".join(said(body))
    assert all(close(block.reason) in whole for block in empty)


def test_without_a_browser_figures_become_their_tables(made: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("briefing.charts.chromium", lambda: None)
    with Charts() as none:
        out = paper.typeset(made, none, formats=("pdf",))
    pages = said(out.pdf)
    assert all("本机没有Chromium，图以数据表代替" in page for page in pages)
    whole = "".join(pages)
    for _, block in made.blocks():
        if block.kind in ("map", "figure") and block.table:
            assert close("".join(block.table.words()[-1])) in whole, block.name


@pytest.mark.parametrize("week", ["2026-W54", "2026-47", "next", "2026-W00"])
def test_a_week_that_is_none_is_refused(week: str) -> None:
    with pytest.raises(WeekError, match="2026-W47"):
        week_of(week)


# --- what people add --------------------------------------------------------------------------------------------------


def test_remarks_come_back_from_the_text_and_are_marked(press: Press, made: Edition, tmp_path: Path) -> None:
    file = tmp_path / "研判.txt"
    written = remarks.template(made).replace(
        "[urban] 城市管理\n", "[urban] 城市管理\n老街片区占道经营回潮，建议联合整治。\n"
    )
    file.write_text(written, encoding="utf-8")
    found = remarks.read(file, [section.slug for section in made.sections])
    assert found == {"urban": ("老街片区占道经营回潮，建议联合整治。",)}
    out = paper.typeset(edition(WEEK, remarks=found), press.charts, formats=("pdf",))
    whole = "".join(said(out.pdf))
    assert "人工研判（数字以本报所列为准）老街片区占道经营回潮，建议联合整治。" in whole


def test_of_an_edited_docx_only_the_marked_places_come_back(press: Press, made: Edition, tmp_path: Path) -> None:
    file = tmp_path / "draft.docx"
    file.write_bytes(press.files(made, ("docx",))[f"{WEEK}-341000.docx"])
    document = Document(str(file))
    for row in document.tables[0].rows[1:]:
        row.cells[1].paragraphs[0].runs[0].text = "999"
    marks = [each for each in document.paragraphs if each.text.startswith("【人工研判·summary】")]
    following = marks[0]._p.getnext()
    paragraph = next(each for each in document.paragraphs if each._p is following)
    paragraph.add_run("请应急局周二报转移情况。")
    document.save(str(file))
    found = remarks.read(file, [section.slug for section in made.sections])
    assert found == {"summary": ("请应急局周二报转移情况。",)}
    again = edition(WEEK, remarks=found)
    assert [block for block in again.sections[0].blocks if block.kind != "remark"] == list(made.sections[0].blocks)
    assert again.sections[1] == made.sections[1]  # no number came back


def test_the_docx_names_the_offices_fonts_and_holds_every_table(press: Press, made: Edition) -> None:
    body = press.files(made, ("docx",))[f"{WEEK}-341000.docx"]
    document = Document(io.BytesIO(body))
    assert "仿宋" in document.part.blob.decode() or "FangSong_GB2312" in document.part.blob.decode()
    assert 'w:eastAsia="FangSong_GB2312"' in document.part.blob.decode()
    tables = [block for _, block in made.blocks() if block.lines or block.kind in ("list", "definitions")]
    assert len(document.tables) == len(tables)
    assert press.files(made, ("docx",))[f"{WEEK}-341000.docx"] == body


def test_an_issued_docx_is_no_draft_and_has_no_places_to_fill_in(press: Press) -> None:
    found = edition(WEEK, scene="community", remarks={"community": ["白际乡已增派夜间值守。"]})
    ((_, body),) = press.files(found, ("docx",), signer="张三", number="2026-0007").items()
    whole = "".join(each.text for each in Document(io.BytesIO(body)).paragraphs)
    assert "编号 2026-0007" in whole and "白际乡已增派夜间值守。" in whole
    assert "草稿" not in whole and "【" not in whole


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("[nowhere] 别处\n一段\n", "没有“nowhere”这一节"),
        ("没有节名\n", "第 1 行"),
        ("[urban]\n" + "长" * 601, "最多 600 字"),
    ],
)
def test_remarks_that_cannot_be_printed_are_refused_with_the_place(lines: str, fault: str, tmp_path: Path) -> None:
    file = tmp_path / "r.txt"
    file.write_text(lines, encoding="utf-8")
    with pytest.raises(remarks.RemarksError, match=fault):
        remarks.read(file, ["summary", "urban"])


# --- on the command line ----------------------------------------------------------------------------------------------


def options(out: Path, **changes: object) -> Namespace:
    given: dict[str, object] = {
        "week": WEEK, "area": "341000", "scene": "urban", "all": False, "out": out, "format": ["pdf"],
        "partial": False, "draft": False, "remarks": None, "issue": False, "signer": "", "correct": "",
    }  # fmt: skip
    return Namespace(**(given | changes))


def test_an_issue_is_numbered_signed_hashed_and_keeps_its_snapshot(bare: str, tmp_path: Path) -> None:
    lines = verb.brief(options(tmp_path, issue=True, signer="张三"))
    assert any("已签发 2026-0001" in line and "张三" in line for line in lines)
    assert any(re.search(r"SHA-256 [0-9a-f]{64}", line) for line in lines)
    assert (tmp_path / "store" / "pins" / bare).exists()
    last = said((tmp_path / f"{WEEK}-341000-urban.pdf").read_bytes())[-1]
    assert "编号2026-0001" in last and "签发人：张三" in last


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issue": True}, "--signer"),
        ({"issue": True, "signer": "张三", "partial": True}, "--partial"),
        ({"issue": True, "signer": "张三", "draft": True}, "--draft"),
        ({"format": ["pdf", "gif"]}, "gif"),
        ({"all": True}, "--all"),
    ],
)
def test_options_that_contradict_each_other_are_refused(changes: dict[str, object], fault: str, tmp_path: Path) -> None:
    with pytest.raises(verb.BriefError, match=fault):
        verb.brief(options(tmp_path, **changes))


def test_the_verb_writes_the_files_and_refuses_what_cannot_be(demo_store: Path, tmp_path: Path) -> None:
    done = cockpit("brief", "--week", WEEK, "--area", "341023", "--draft", "--out", str(tmp_path), store=demo_store)
    assert done.returncode == 0, done.stderr
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".docx", ".pdf", ".txt"]
    refused = cockpit("brief", "--week", "2026-W60", "--out", str(tmp_path), store=demo_store)
    assert refused.returncode == 2 and "2026-W60" in refused.stderr


# --- codes, words, texts ----------------------------------------------------------------------------------------------


def test_a_check_code_leads_back_to_the_page_and_the_snapshot() -> None:
    code = check_code.check_code("urban", "341021", UNTIL, "snap-3f9a21000000")
    assert code.startswith("UR-2647-341021-3f9a21-")
    address = "/urban?area=341021&until=2026-11-23&asof=snap-3f9a21000000"
    assert check_code.resolve(code.lower(), ["snap-000000000000", "snap-3f9a21000000"]) == address
    for slip in (code.replace("47", "46"), code.replace("341021", "341012"), code[:-2], "nonsense"):
        with pytest.raises(check_code.CheckCodeError):
            check_code.resolve(slip, ["snap-3f9a21000000"])
    with pytest.raises(check_code.CheckCodeError, match="不保留"):
        check_code.resolve(code, [])


def test_a_typed_check_code_opens_its_page_and_a_wrong_one_says_so(bare: str) -> None:
    server = flask.Flask(__name__)
    check_code.serve(server)
    code = check_code.check_code("safety", "341000", UNTIL, bare)
    opened = server.test_client().get(f"/c/{code}")
    assert opened.status_code == 302 and opened.location == f"/safety?until=2026-11-23&asof={bare}"
    refused = server.test_client().get("/c/SA-2647-341000-000000-A")
    assert refused.status_code == 404 and "查数码" in refused.get_data(as_text=True)


def test_the_qr_codes_are_printed_only_where_there_is_an_address(
    press: Press, made: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_ = paper.typeset(made, press.charts, formats=("pdf",))
    assert links(plain_.pdf) == []
    configured = replace(paper.settings(), base_url="https://cockpit.example")
    monkeypatch.setattr(paper, "settings", lambda: configured)
    found = links(paper.typeset(made, press.charts, formats=("pdf",)).pdf)
    assert len(found) == 8 and found[5].startswith("https://cockpit.example/urban?until=2026-11-23&asof=snap-")


def links(pdf: bytes) -> list[str]:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    return [note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})]


def test_a_column_on_paper_says_what_the_list_on_the_screen_says(press: Press, made: Edition) -> None:
    scope = Scope("341000", SINCE, UNTIL, made.snapshot)
    asked = next(each for each in text.scene("safety").lists if each.name == "hazards")
    found = blocks.rows(blocks.run(asked.question, scope))
    shown = blocks.table(found, asked, 5)
    for row, words in zip(found, shown.words(), strict=False):
        assert words == [str(cell(column.name, row[column.name])) for column in shown.columns]


def test_the_texts_name_numbers_questions_and_columns_that_exist(press: Press, made: Edition) -> None:
    scope = Scope("341000", SINCE, UNTIL, made.snapshot)
    for theme, asked in text.scenes().items():
        assert all(metric(name).scene == theme for name in asked.numbers)
        assert "district_code" in metric(asked.map).by
        for figure in asked.figures:
            assert not figure.by or figure.by in metric(figure.metric).by
        for each in asked.lists:
            binds = {"before": scope.previous().since} if "before" in statement.question(each.question).binds else {}
            frame = blocks.run(each.question, scope, **binds)
            assert set(each.columns) <= set(frame.columns), each.question


def test_the_parts_of_a_change_add_up_to_it(press: Press, made: Edition) -> None:
    scope = Scope("341000", SINCE, UNTIL, made.snapshot)
    for name in ("filed_case_count", "on_time_closure_rate", "not_evacuated_count"):
        found = contributions(name, scope, "district_code")
        assert sum(each.share for each in found) == pytest.approx(1.0), name
    assert contributions("not_evacuated_count", scope, "district_code")[0].name == "歙县"
    assert contributions("air_quality_index", scope, "district_code") == []  # a class does not add up


def test_a_block_whose_making_raises_is_failed_with_the_reason() -> None:
    def make() -> Block:
        raise ValueError("没有这一列")

    block = blocks.guarded("a.b", "list", "清单", make)
    assert (block.state, block.reason) == (FAILED, "ValueError：没有这一列")
