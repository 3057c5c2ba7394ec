"""What the plan promised and which systems it names, as `data/reference/plan` and `…/catalogue` tell it."""

from __future__ import annotations

import math
import re
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from data import catalogue, plan
from data.contract import THEMES
from data.reference_csv import ReferenceFileError
from ingest import reference

SHARED_PLAN = Path(__file__).resolve().parents[2] / "shared" / "plan.txt"
needs_plan = pytest.mark.skipif(not SHARED_PLAN.exists(), reason="the plan's text is not beside the project")
LINES = SHARED_PLAN.read_text(encoding="utf-8").split("\n") if SHARED_PLAN.exists() else []


def plain(text: str) -> str:
    """Without spaces, full-width punctuation made half-width: the text we hold lost that difference."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def edited(tmp_path: Path, source: Path, name: str, old: str, new: str) -> Path:
    """A copy of a reference folder with one edit in the sheet `name`."""
    folder = tmp_path / source.name
    shutil.copytree(source, folder)
    text = (folder / name).read_text(encoding="utf-8-sig")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def added(tmp_path: Path, source: Path, name: str, *rows: str) -> Path:
    """A copy of a reference folder with rows added to the sheet `name`."""
    folder = tmp_path / source.name
    shutil.copytree(source, folder)
    with (folder / name).open("a", encoding="utf-8") as sheet:
        sheet.writelines(f"{row}\n" for row in rows)
    return folder


@pytest.mark.parametrize("path", [*plan.FOLDER.iterdir(), *catalogue.FOLDER.iterdir()], ids=lambda path: path.name)
def test_every_sheet_opens_with_its_source_and_the_day_it_was_checked(path: Path):
    source, checked = path.read_text(encoding="utf-8-sig").splitlines()[:2]
    assert source.startswith("# 来源：黄数资〔2021〕58号")
    assert checked == "# 核对日期：2026-11-22"


# --- 附件1


def test_annex_one_has_fourteen_indicators_in_three_groups():
    assert list(plan.indicators()) == [f"K{number:02d}" for number in range(1, 15)]
    assert list(Counter(each.group for each in plan.indicators().values()).values()) == [5, 4, 5]


def test_every_printed_value_is_kept_and_assigned_to_a_year_in_its_order():
    for each in plan.indicators().values():
        base = [] if each.base_value is None else [f"{each.base_value:g}"]
        assert each.as_printed == (*base, *(target.rule.text for target in each.targets)), each.id
        assert [target.year for target in each.targets] == [2023, 2025]


@needs_plan
def test_the_printed_values_stand_under_the_indicator_in_the_plan():
    for each in plan.indicators().values():
        below = [line.strip() for line in LINES[each.line : each.line + 2 * len(each.as_printed)] if line.strip()]
        assert plain(each.name) in plain(LINES[each.line - 1])
        assert below == list(each.as_printed)


def test_only_rows_with_three_printed_numbers_are_read_with_certainty():
    certain = [each.id for each in plan.indicators().values() if each.confidence == "certain"]
    assert certain == ["K06", "K07"]


def test_a_target_that_the_body_text_contradicts_is_marked_and_both_are_kept():
    assert [each.id for each in plan.indicators().values() if each.confidence == "conflict"] == ["K08", "K10"]
    annex, body = plan.indicators()["K08"].target(2023), plan.body_targets()["B01"]
    assert annex is not None
    assert (annex.rule.value, body.rule.value, body.year) == (95, 90, 2023)


def test_a_target_printed_with_a_greater_sign_is_not_met_by_the_number_itself():
    rule = plan.TargetRule(">", 200, ">200")
    assert (rule.met_by(200), rule.met_by(200.1)) == (False, True)
    town = plan.indicators()["K04"].closing()
    assert town is not None
    assert town.rule == rule


def test_a_target_printed_without_a_sign_is_met_when_it_is_reached():
    rule = plan.TargetRule(">=", 95, "95")
    assert (rule.met_by(94.9), rule.met_by(95)) == (False, True)


def test_a_target_in_words_is_judged_by_no_number():
    target = plan.indicators()["K11"].closing()
    assert target is not None
    assert (target.rule.text, target.rule.met_by(100.0)) == ("应发尽发", None)


@pytest.mark.parametrize("unknown", [None, math.nan])
def test_an_unknown_value_neither_meets_nor_misses_a_target(unknown: float | None):
    assert plan.TargetRule(">=", 95, "95").met_by(unknown) is None


def test_the_plan_closes_in_2025_and_the_next_plan_is_not_invented():
    periods = {target.period for each in plan.indicators().values() if (target := each.closing())}
    assert [plain(period) for period in periods] == ["规划期末(2025)"]
    assert plan.indicators()["K01"].closing("十五五") is None


def test_a_target_of_the_next_plan_is_one_more_row(tmp_path: Path):
    row = "K06,十五五,2030,规划期末（2030）,>=,100,100,certain,黄数资〔2027〕1号,2027-03-01,"
    indicator = plan.indicators(added(tmp_path, plan.FOLDER, "targets.csv", row))["K06"]
    ends = [target.year for target in (indicator.closing(), indicator.closing("十五五")) if target]
    assert ends == [2025, 2030]


def test_a_revised_target_counts_and_the_first_one_is_kept(tmp_path: Path):
    row = "K06,十四五,2025,规划期末（2025）,>=,98,98,certain,中期评估,2023-12-01,"
    indicator = plan.indicators(added(tmp_path, plan.FOLDER, "targets.csv", row))["K06"]
    closing = indicator.closing()
    assert closing is not None
    assert (closing.rule.value, closing.basis) == (98, "中期评估")
    assert [target.rule.value for target in indicator.targets] == [95, 100, 98]


# --- 附件2


def test_annex_two_has_twenty_eight_tasks_in_the_order_of_the_plan():
    assert [task.order for task in plan.tasks().values()] == list(range(1, 29))


def test_each_task_lists_its_units_one_by_one():
    units = {name: [unit.name for unit in task.units] for name, task in plan.tasks().items()}
    assert units["T03"] == ["市自然资源和规划局", "市科技局", "市数据资源局", "市住房城乡建设局"]
    assert units["T12"] == ["市数据资源局", "市直有关部门"]
    assert sum(map(len, units.values())) == 59


def test_a_lead_is_certain_only_where_one_unit_is_named():
    leads = {
        name: [(unit.name, unit.lead) for unit in task.units if unit.is_lead] for name, task in plan.tasks().items()
    }
    assert leads["T13"] == [("市卫生健康委", "certain")]
    assert leads["T20"] == [("市应急局", "certain")]  # 市直有关部门 is no unit
    assert leads["T22"] == [("市生态环境局", "inferred")]
    assert leads["T01"] == []  # four operators stand first


def test_a_list_of_units_that_ends_in_and_others_says_so():
    assert [name for name, task in plan.tasks().items() if task.has_more_units] == ["T06", "T11"]


@needs_plan
def test_tasks_and_units_are_the_plans_own_words():
    for task in plan.tasks().values():
        printed = plain("".join(LINES[task.line_from - 1 : task.line_to]))
        assert printed.startswith(str(task.order))
        assert plain(task.text) in printed
        assert plain(task.units_printed) in printed
        for unit in task.units:
            assert set(plain(unit.name)) <= set(plain(task.units_printed)), unit


# --- body targets and baselines


def test_the_numbers_that_only_the_body_text_promises_are_kept():
    numbers = {
        (each.year, each.subject): each.rule.value
        for each in plan.body_targets().values()
        if each.confidence == "certain"
    }
    assert numbers[2025, "政务数据汇聚比例"] == 100
    assert numbers[2025, "社会经济数据汇聚比例"] == 60


@needs_plan
@pytest.mark.parametrize("fact", [*plan.body_targets().values(), *plan.baselines().values()], ids=lambda fact: fact.id)
def test_every_fact_cites_a_sentence_of_the_plan(fact: plan.BodyTarget | plan.Baseline):
    printed = fact.rule.text if isinstance(fact, plan.BodyTarget) else fact.as_printed
    assert plain(fact.sentence) in plain(LINES[fact.line - 1])
    assert plain(printed) in plain(fact.sentence)


def test_a_baseline_is_the_number_that_is_printed():
    for fact in plan.baselines().values():
        digits = re.findall(r"\d+(?:\.\d+)?", fact.as_printed)
        if fact.value is None:
            assert (digits, fact.qualifier) == ([], "数百")
        else:
            assert f"{fact.value:.10g}" in digits, fact.id


def test_two_counts_of_the_same_data_are_both_kept():
    pair = [fact for fact in plan.baselines().values() if fact.disputed_with == "归集"]
    assert [(fact.as_printed, fact.line) for fact in pair] == [
        ("49家单位", 154), ("约900余类数据", 154), ("约10亿多条", 154), ("52个业务系统", 158), ("10亿多条", 158),
    ]  # fmt: skip


# --- the catalogue


def test_the_eight_scenes_carry_both_names_in_the_order_of_the_plan():
    assert tuple(catalogue.scenes()) == THEMES
    assert [scene.order for scene in catalogue.scenes().values()] == list(range(1, 9))
    assert all(scene.theme_database for scene in catalogue.scenes().values())
    names = {slug: (scene.name, *scene.aliases) for slug, scene in catalogue.scenes().items()}
    assert names["urban"] == ("城市管理", "智慧城管")
    assert names["safety"] == ("城市安全", "平安黄山")


def test_every_box_of_the_plan_every_achievement_and_the_region_have_systems():
    named = {place for system in catalogue.systems().values() for place in system.named_in}
    assert {f"专栏{number}" for number in range(1, 29)} <= named
    assert {f"基本成就{number}" for number in range(1, 8)} <= named
    assert "区域协同" in named


def paragraphs() -> list[int]:
    """Line numbers of the paragraphs in the 28 boxes, in 基本成就 and in 区域协同."""
    found, in_box = [], False
    for number, line in enumerate(LINES, 1):
        if re.match(r"\d+\.|\(", line):  # the next heading
            in_box = False
        in_box = in_box or (number > 300 and line.startswith("专栏"))
        if (in_box or 146 <= number <= 178 or 598 <= number <= 602) and len(line) > 30:
            found.append(number)
    return found


@needs_plan
def test_no_paragraph_of_the_boxes_the_achievements_or_the_region_is_left_without_a_system():
    words = [
        plain(word)
        for system in catalogue.systems().values()
        for word in (system.name, *system.aliases, system.evidence)
    ]
    assert len(paragraphs()) > 90
    assert [number for number in paragraphs() if not any(word in plain(LINES[number - 1]) for word in words)] == []


@needs_plan
def test_every_system_cites_the_plan():
    for system in catalogue.systems().values():
        assert plain(system.evidence) in plain(LINES[system.line - 1]), system.id


def test_a_system_is_in_use_only_where_the_achievements_say_so_or_a_change_was_logged():
    logged = {change.system for change in catalogue.changes()}
    for system in catalogue.systems().values():
        assert system.state != "在用" or 140 <= system.line <= 178 or system.id in logged, system.id


def test_no_owner_is_invented():
    named = {unit.name for task in plan.tasks().values() for unit in task.units if unit.is_named}
    owners = {system.owner for system in catalogue.systems().values()}
    assert owners <= named | {catalogue.UNCONFIRMED}
    unnamed = ("黄山市数字化城市管理平台", "城管执法智慧应用子系统", "市区智慧停车", "市教育云平台")
    for system in catalogue.systems().values():
        assert system.name not in unnamed or system.owner == catalogue.UNCONFIRMED


def test_the_safety_scene_joins_two_systems_first_and_six_later():
    phases = Counter(system.phase for system in catalogue.systems().values() if system.phase)
    assert phases == {"先期": 2, "后期": 6}


def test_a_page_shows_its_own_systems():
    assert "Z22-03" in {system.id for system in catalogue.by_page("ecology")}
    assert all(catalogue.by_page(slug) for slug in (*THEMES, "catalogue"))
    with pytest.raises(KeyError, match="known: overview"):
        catalogue.by_page("economy")


def test_the_health_code_went_from_in_use_to_watched_and_the_log_says_why():
    (change,) = catalogue.changes()
    assert (catalogue.systems()[change.system].name, change.before, change.after) == ("安康码", "在用", "观察")


# --- faults

PLAN_FAULTS = {
    "an unknown operator": ("targets.csv", "规划期末（2025）,>,200", "规划期末（2025）,>>,200", "op.*“>>”不认识"),
    "words where a number belongs": (
        "indicators.csv",
        "60|95|100,2020,60",
        "60|95|100,2020,六十",
        "base_value.*不是数",
    ),
    "a target without an indicator": ("targets.csv", "K14,十四五,2025", "K15,十四五,2025", "indicator.*“K15”没有登记"),
    "a year twice": ("targets.csv", "K14,十四五,2025", "K14,十四五,2023", "第 .* 行已有"),
    "a column renamed": ("targets.csv", "decided_on,note", "decided,note", "表头是"),
    "a comma without quotation marks": ("indicators.csv", "附件1未印单位", "附件1,未印单位", "有 10 列"),
    "a date of no calendar": ("targets.csv", "附件1,2021-10-08,也可能", "附件1,2021-13-08,也可能", "不是日期"),
}


@pytest.mark.parametrize(("name", "old", "new", "says"), PLAN_FAULTS.values(), ids=PLAN_FAULTS)
def test_a_fault_in_the_plan_is_refused_with_file_place_and_remedy(
    tmp_path: Path, name: str, old: str, new: str, says: str
):
    folder = edited(tmp_path, plan.FOLDER, name, old, new)
    with pytest.raises(ReferenceFileError, match=rf"{name} .*{says}"):
        plan.indicators(folder)


def test_a_value_that_contradicts_its_operator_is_refused(tmp_path: Path):
    folder = edited(tmp_path, plan.FOLDER, "targets.csv", "text,,应发尽发", "text,100,应发尽发")
    with pytest.raises(ReferenceFileError, match="op 为 text 时留空"):
        plan.indicators(folder)


def test_a_unit_of_no_task_is_refused(tmp_path: Path):
    with pytest.raises(ReferenceFileError, match=r"task_units\.csv .*“T29”没有登记"):
        plan.tasks(added(tmp_path, plan.FOLDER, "task_units.csv", "T29,1,市数据资源局,具名,唯一"))


def test_a_second_lead_is_refused(tmp_path: Path):
    with pytest.raises(ReferenceFileError, match="至多一家"):
        plan.tasks(added(tmp_path, plan.FOLDER, "task_units.csv", "T28,2,市档案局,具名,首列"))


def test_a_sheet_in_another_encoding_is_refused_with_the_way_to_save_it(tmp_path: Path):
    folder = added(tmp_path, plan.FOLDER, "targets.csv")
    text = (folder / "targets.csv").read_text(encoding="utf-8-sig")
    (folder / "targets.csv").write_bytes(text.encode("gb18030"))
    with pytest.raises(ReferenceFileError, match="另存为“CSV UTF-8”"):
        plan.indicators(folder)


def test_a_sheet_saved_by_excel_reads_the_same(tmp_path: Path):
    folder = added(tmp_path, plan.FOLDER, "targets.csv")
    text = (folder / "targets.csv").read_text(encoding="utf-8-sig")
    notes = [line + "," * 10 if line.startswith("#") else line for line in text.splitlines()]
    saved = "\r\n".join([*notes, "," * 10, ""])
    (folder / "targets.csv").write_bytes(saved.encode("utf-8-sig"))
    assert plan.indicators(folder) == plan.indicators()


CATALOGUE_FAULTS = {
    "an unknown page": ("Z22-03", "A,ecology,HB-07", "A,ecolgy,HB-07", "pages.*“ecolgy”不是页面"),
    "an unknown requirement": ("Z22-03", "ecology,HB-07", "ecology,HB-70", "requirements.*“HB-70”没有登记"),
    "an unknown task": ("Z22-03", ",T22,,A", ",T92,,A", "task.*“T92”没有登记"),
    "an unknown class": ("Z22-03", ",T22,,A", ",T22,,D", "class.*“D”不认识"),
    "an unknown state": ("Z22-03", ",观察,", ",试用,", "state.*请用 在用、观察、退役 之一"),
    "no owner": ("Z22-03", "待确认", "", "owner 为空"),
    "an id twice": ("Z22-03", "Z22-03", "Z22-02", "第 .* 行已有"),
    "one alias twice": ("Z22-03", "智慧水利|河长制", "智慧水利|智慧水利", "每个写一次"),
}


@pytest.mark.parametrize(("system", "old", "new", "says"), CATALOGUE_FAULTS.values(), ids=CATALOGUE_FAULTS)
def test_a_fault_in_the_catalogue_is_refused_with_file_place_and_remedy(
    tmp_path: Path, system: str, old: str, new: str, says: str
):
    text = (catalogue.FOLDER / "systems.csv").read_text(encoding="utf-8-sig")
    (line,) = (line for line in text.splitlines() if line.startswith(system))
    folder = edited(tmp_path, catalogue.FOLDER, "systems.csv", line, line.replace(old, new, 1))
    with pytest.raises(ReferenceFileError, match=rf"systems\.csv .*{says}"):
        catalogue.systems(folder)


CHANGE_FAULTS = {
    "no such system": ("2026-12-01,Z99-01,观察,在用,上线,市数据资源局", "“Z99-01”没有登记"),
    "not from where it stands": ("2026-12-01,Z12-11,在用,退役,停用,市数据资源局", "接不上"),
    "earlier than the line above": ("2026-11-01,Z12-11,观察,退役,停用,市数据资源局", "早于上一行"),
    "the system's row left as it was": ("2026-12-01,Z12-11,观察,退役,停用,市数据资源局", "请把两处改成一致"),
}


@pytest.mark.parametrize(("row", "says"), CHANGE_FAULTS.values(), ids=CHANGE_FAULTS)
def test_a_change_that_does_not_follow_is_refused(tmp_path: Path, row: str, says: str):
    with pytest.raises(ReferenceFileError, match=rf"changes\.csv .*{says}"):
        catalogue.changes(added(tmp_path, catalogue.FOLDER, "changes.csv", row))


def test_a_scene_whose_path_is_not_its_slug_is_refused(tmp_path: Path):
    with pytest.raises(ReferenceFileError, match=r"scenes\.csv .*请写 /urban"):
        catalogue.scenes(edited(tmp_path, catalogue.FOLDER, "scenes.csv", ",/urban,", ",/city,"))


def test_the_units_of_the_annex_the_districts_and_the_zones_are_the_units_that_may_answer() -> None:
    """附件2 names 28 units (市直有关部门 is none); nothing is invented for the rest of the 48 that the text counts."""
    units = reference.tables(2025, 2025)["common.duty_unit"].to_pylist()
    assert [each["official_order"] for each in units] == list(range(1, 39))
    assert sum(each["is_plan_named"] for each in units) == 28
    assert [each["name"] for each in units if each["is_ranked"]][:2] == ["屯溪区", "黄山区"]
    assert [each["kind"] for each in units[-3:]] == ["functional_area"] * 3
    assert not any("有关部门" in each["name"] for each in units)
