"""The rules of the house that no linter keeps. Each test names the remedy when it fails."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

ROOMS = tuple(
    room
    for room in (
        "metrics", "queries", "events", "components", "pages", "briefing", "ingest", "geo", "security", "data", "api",
    )
    if any((ROOT / room).glob("*.py"))
)  # fmt: skip
MADE = {".git", ".venv", ".cache", "node_modules", "__pycache__", "vendor", "store", "bench-work"}  # not in the tree
MADE |= {f".{tool}_cache" for tool in ("mypy", "ruff", "pytest", "import_linter")} | {".hypothesis"}


def tree() -> Iterator[Path]:
    """Every file that is, or could be, committed."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(set(folders) - MADE)
        yield from (Path(folder) / name for name in sorted(files))


def sources() -> list[Path]:
    """Our Python: every room and the two front doors, without the tests."""
    doors = [path for path in (ROOT / "app.py", ROOT / "cockpit.py") if path.exists()]
    return doors + sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def texts() -> Iterator[tuple[Path, str]]:
    for path in tree():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def at(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sql_files() -> list[Path]:
    return sorted((ROOT / "queries").rglob("*.sql"))


def metric_files() -> list[Path]:
    return sorted((ROOT / "queries").glob("*/metrics/*.toml"))


# --- Python -----------------------------------------------------------------------------------------------------------


def test_no_colour_is_written_in_python() -> None:
    colour = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b|\b(?:rgb|hsl)a?\(")
    found = [
        f"{at(path)}:{node.lineno}: {node.value!r}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and colour.search(node.value)
    ]
    assert found == [], "colours belong in assets/: use a class name or the plotly template"


def test_no_room_is_called_after_nothing() -> None:
    vague = {"utils", "util", "common", "helpers", "models", "misc"}
    found = [at(path) for path in sources() if vague & {*path.relative_to(ROOT).parts, path.stem}]
    assert found == [], "name the module after the decision it owns"


def test_no_module_is_longer_than_one_can_read() -> None:
    long = {
        at(path): lines for path in sources() if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}, "more than 400 lines: does it own more than one decision?"


def test_the_front_door_only_opens_the_door() -> None:
    door = ROOT / "app.py"
    assert not door.exists() or len(door.read_text(encoding="utf-8").splitlines()) <= 100


def test_every_room_is_under_the_import_contracts() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert set(linter["root_packages"]) == set(ROOMS), "add the room to root_packages and to its contracts"


# --- SQL and metrics --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sql_files(), ids=at)
def test_a_query_says_what_it_answers_its_grain_and_its_binds(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    header = [line for line in lines if line.startswith("--")]
    body = "\n".join(line.split("--")[0] for line in lines)
    assert lines[0].startswith("-- ") and not lines[0].startswith(("-- grain:", "-- binds:")), "line 1: the answer"
    assert any(line.startswith("-- grain: ") for line in header), "add a line '-- grain: one row per …'"
    stated = [line for line in header if line.startswith("-- binds: ")]
    assert len(stated) == 1, "add one line '-- binds: $area, …' or '-- binds: none'"
    used = set(re.findall(r"\$\w+", body))
    assert set(re.findall(r"\$\w+", stated[0])) == used - {"$filters"}, "binds stated and used differ"
    promised = any(line.startswith("-- filters: ") for line in header)
    assert promised == ("$filters" in used), "a line '-- filters: a, b' and $filters in the text go together"


def test_a_metric_is_defined_once() -> None:
    definitions = [(path, tomllib.loads(path.read_text(encoding="utf-8"))) for path in metric_files()]
    for key in ("id", "code"):
        repeated = [value for value, times in Counter(each[key] for _, each in definitions).items() if times > 1]
        assert repeated == [], f"two files define the same {key}"
    misplaced = [at(path) for path, each in definitions if path.stem != each["id"]]
    assert misplaced == [], "a metric's file bears its id"


def test_every_metric_is_read_by_the_registry() -> None:
    metrics = pytest.importorskip("metrics", exc_type=ModuleNotFoundError)
    assert sorted(each.id for each in metrics.metrics()) == sorted(path.stem for path in metric_files())


# --- pages ------------------------------------------------------------------------------------------------------------

needs_pages = pytest.mark.skipif(not list(ROOT.glob("pages/*.py")), reason="there are no pages yet")
BUILD_EVERY_LAYOUT = """
import queries.runner
def broken(*_, **__):
    raise AssertionError("a layout asked the database")
for name in ("run", "query"):
    setattr(queries.runner, name, broken)
from collections import Counter
from app import create_app
import dash
app = create_app()
whole = [app.layout() if callable(app.layout) else app.layout]
for page in dash.page_registry.values():
    layout = page["layout"]
    whole.append(layout() if callable(layout) else layout)
ids = Counter(str(part.id) for top in whole for part in [top, *top._traverse()] if getattr(part, "id", None))
print("pages", *sorted(page["path"] for page in dash.page_registry.values()))
print("twice", *sorted(name for name, times in ids.items() if times > 1))
"""


def build_every_layout(folder: Path, store: Path) -> dict[str, list[str]]:
    """In a process of its own, over an empty store: the paths of all pages, and the ids that occur twice."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD_EVERY_LAYOUT],
        cwd=folder,
        env={**os.environ, "COCKPIT_STORE": str(store), "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return {name: rest for name, *rest in (line.split() for line in done.stdout.splitlines()[-2:])}


@needs_pages
def test_every_layout_is_built_without_a_database_and_no_id_occurs_twice(tmp_path: Path) -> None:
    found = build_every_layout(ROOT, tmp_path)
    pages = {path.stem for path in (ROOT / "pages").glob("[!_]*.py")}
    assert len(found["pages"]) >= len(pages), "a page file registers no page"
    assert found["twice"] == [], "ids come from at = ids(__name__)"


@needs_pages
@pytest.mark.slow
def test_a_ninth_page_is_one_new_file(tmp_path: Path) -> None:
    city = tmp_path / "city"
    for path in tree():
        if path.suffix != ".md" and not path.is_relative_to(ROOT / "tests"):
            copy = city / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (city / "pages" / "ninth.py").write_text(
        '"""第九页。"""\n\nfrom dash import html, register_page\n\n'
        'register_page(__name__, path="/ninth", name="第九页", order=9)\n\n\n'
        "def layout(**_):\n    return html.Div()\n",
        encoding="utf-8",
    )
    assert "/ninth" in build_every_layout(city, tmp_path / "store")["pages"]


# --- the tree ---------------------------------------------------------------------------------------------------------


def test_no_file_names_a_machine_or_a_registry() -> None:
    places = [f"/{top}/" for top in ("work", "root", "home")]
    hosts = ["py" + "pi.org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "deb.debian" + ".org"]
    named = re.compile("|".join([*(rf"(?<![\w.]){re.escape(each)}\w" for each in places), *map(re.escape, hosts)]))
    found = [
        f"{at(path)}:{number}: {line.strip()[:80]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if named.search(line)
    ]
    assert found == [], "write a path relative to the checkout, and a package by its name"


def test_the_two_lock_files_agree() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-test.txt"), "compile both again (docs/operations.md)"


# --- documents --------------------------------------------------------------------------------------------------------


def test_the_readme_names_every_verb_of_make_and_no_other() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert verbs is not None
    assert set(re.findall(r"make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"))) == set(verbs[1].split())


def test_the_operations_manual_names_every_setting_and_every_verb() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    settings = importlib.import_module("data.settings").Settings.__dataclass_fields__
    verbs = importlib.import_module("cockpit").parser()._subparsers._group_actions[0].choices
    wanted = {f"`COCKPIT_{name.upper()}`" for name in settings} | {f"`cockpit.py {verb}" for verb in verbs}
    assert {each for each in wanted if each not in manual} == set(), "say in docs/operations.md what it does"


def test_every_picture_that_a_document_shows_is_there() -> None:
    missing = [
        f"{at(path)}: {picture}"
        for path in tree()
        if path.suffix == ".md"
        for picture in re.findall(r"!\[[^]]*\]\(([^):]+)\)", path.read_text(encoding="utf-8"))
        if not (path.parent / picture).exists()
    ]
    assert missing == []


def test_every_loader_of_text_is_held_to_the_ground() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (ground,) = [each for each in config["tool"]["importlinter"]["contracts"] if "stand on the ground" in each["name"]]
    assert set(ground["source_modules"]) == {f"data.{path.stem}" for path in (ROOT / "data").glob("[a-z]*.py")}
