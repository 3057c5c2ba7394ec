"""`make bench`: makes the extract, imports and publishes it, checks every number, then measures all makers in turn.

Settings: BENCH_ROWS (default 5,000,000), QUICK=1 (500,000 rows, one round, at most four minutes), BENCH_ROUNDS (5),
BENCH_WORK (scratch folder, default `bench-work`), BENCH_PEERS (others to measure: `panel`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from playwright.sync_api import sync_playwright

from bench import extract, peers, report
from bench.browser import FLAGS, Target, measure
from bench.process import ROOT, Running, free_port, serving

IS_QUICK = os.environ.get("QUICK", "") not in ("", "0")
ROWS = int(os.environ.get("BENCH_ROWS", "500000" if IS_QUICK else "5000000").replace("_", ""))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1" if IS_QUICK else "5"))
LOAD_S = 5 if IS_QUICK else 15
USERS = 20
WEEK = 7
COUNTY_CODE, COUNTY = "341021", "歙县"
WORK = Path(os.environ.get("BENCH_WORK", ROOT / "bench-work")).resolve()
PYTHON = sys.executable


def say(text: str) -> None:
    print(f"{datetime.now():%H:%M:%S} {text}", flush=True)


def cockpit(store: Path, *arguments: str) -> tuple[float, int, str]:
    """Runs a verb; its seconds, the most memory it held (MB) and what it printed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [PYTHON, "cockpit.py", *arguments], cwd=ROOT, env=_environment(store), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"cockpit.py {' '.join(arguments)} 退出码 {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss // 1024, said


def _environment(store: Path) -> dict[str, str]:
    large = {"COCKPIT_MAX_DECODED_MB": "100000"}  # 50 million rows are more than anybody sends at once
    return {**os.environ, **large, "COCKPIT_STORE": str(store), "COCKPIT_WARM": "off"}


def prepare(folder: Path) -> dict[str, Any]:
    """The extract, as Parquet and as CSV, and a store that holds it; made once per number of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    parquet, csv, store, kept = (folder / name for name in ("cases.parquet", "cases.csv", "store", "prepared.json"))
    if kept.exists():
        found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    say(f"造 {ROWS:,} 行合成案件 …")
    extract.write(parquet, ROWS)
    duckdb.sql(f"copy (select * from '{parquet}') to '{csv}'")
    say("导入 CSV …")
    shutil.rmtree(store, ignore_errors=True)
    spent, most, said = cockpit(
        store, "import", "urban.case", str(csv), "--mapping", "bench_cases", "--no-publish", "--json"
    )
    if json.loads(said)["accepted"] != ROWS:
        raise RuntimeError(f"导入的行数不对：{said}")
    say("发布 …")
    first = cockpit(store, "publish")[0]
    found = {
        "import_s": round(spent, 1),
        "import_rows_per_s": round(ROWS / spent),
        "import_mb": most,
        "csv_mb": round(csv.stat().st_size / 1e6),
        "publish_first_s": round(first, 1),
    }
    kept.write_text(json.dumps(found), encoding="utf-8")
    return found


def publish_again(folder: Path) -> dict[str, float]:
    """One row of the theme changes, and the snapshot is made anew: what a nightly run costs."""
    store, row = folder / "publish-store", folder / "one.csv"
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(folder / "store", store, copy_function=os.link, ignore=shutil.ignore_patterns("cache", ".lock"))
    for path in (*store.glob("CURRENT"), *store.rglob("*.json")):  # links: what is written in place must be ours
        body = path.read_bytes()
        path.unlink()
        path.write_bytes(body)
    duckdb.sql(f"""copy (select * replace ('999999999' as case_id) from '{folder}/cases.parquet' limit 1) to '{row}'""")
    merged = cockpit(store, "import", "urban.case", str(row), "--mapping", "bench_cases", "--no-publish", "--json")[0]
    spent = cockpit(store, "publish")[0]
    shutil.rmtree(store)
    return {"import_one_row_s": round(merged, 1), "publish_one_theme_s": round(spent, 1)}


def agreement(folder: Path) -> dict[str, Any]:
    """Every number against plain SQL; raises when one is not equal."""
    out = folder / "agree.json"
    done = subprocess.run(
        [PYTHON, "-m", "bench.agree", str(folder / "cases.parquet"), str(out)],
        cwd=ROOT, env=_environment(folder / "store"), capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"数字与逐行统计不一致：{out.read_text() if out.exists() else done.stderr}")
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def commands(port: int) -> Mapping[str, list[str]]:
    """The servers that can run the cockpit, each with one process and four threads."""
    return {
        "granian": [PYTHON, "cockpit.py", "serve", "--port", str(port)],
        "gunicorn": [PYTHON, "-m", "gunicorn", "-w", "1", "--threads", "4", "-b", f"127.0.0.1:{port}", "app:server"],
    }


def ours(running: Running, store: Path, restart: Callable[[], None]) -> Target:
    there = "document.body.dataset.ready === '1' && !document.querySelector('.drill-map[data-loading]')"
    county = f"location.search.includes('area={COUNTY_CODE}')"

    def make_cold() -> None:
        shutil.rmtree(store / "cache", ignore_errors=True)
        restart()

    return Target(
        label="驾驶舱", url=f"{running.url}/urban", done=f"{there} && document.querySelectorAll('.kpi').length >= 8",
        click=f".drill-map path[data-area='{COUNTY_CODE}']", click_done=f"{there} && {county}",
        back="key:Escape", back_done=f"{there} && !{county}", make_cold=make_cold,
    )  # fmt: skip


def floor(url: str, label: str, path: str, plots: int) -> Target:
    def done(name: str) -> str:
        return f"document.body.dataset.done === '{name}'" + (f" && $plots({plots}, '{name}')" if plots else "")

    return Target(
        label=label, url=url + path, done=done("全市"), click=f"label:has-text('{COUNTY}')", click_done=done(COUNTY),
        back="label:has-text('全市')", back_done=done("全市"),
    )  # fmt: skip


def load(recording: list[dict[str, Any]], folder: Path, users: int = USERS) -> dict[str, Any]:
    path = folder / "recording.json"
    path.write_text(json.dumps(recording), encoding="utf-8")
    done = subprocess.run(
        [PYTHON, "-m", "bench.load", str(path), str(users), str(LOAD_S)], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measured(folder: Path) -> dict[str, Any]:
    """All makers in turn, round after round, so that they share whatever else the machine does."""
    store, log, found = folder / "store", folder / "server.log", dict[str, Any]()
    environment = {"COCKPIT_STORE": str(store), "COCKPIT_WARM": "off"}
    ports = {name: free_port() for name in ("ours", "floor")}
    with ExitStack() as stack, sync_playwright() as playwright:
        current = ExitStack()
        stack.callback(lambda: current.close())
        starts: list[float] = []

        def start(server: str = "granian") -> Running:
            nonlocal current
            current.close()
            current = ExitStack()
            command = commands(ports["ours"])[server]
            one = current.enter_context(serving(command, ports["ours"], "/readyz", environment, log))
            starts.append(round(one.start_s, 2))
            return one

        running = start()
        command = [PYTHON, "-m", "bench.floor", str(folder / "cases.parquet"), str(WEEK), str(ports["floor"])]
        below = stack.enter_context(serving(command, ports["floor"], "/canvas", {}, log))
        targets = [
            ours(running, store, lambda: void(start())),
            floor(below.url, "画布底线", "/canvas", 0),
            floor(below.url, "plotly 底线", "/plotly", 4),
            *peers.targets(stack, folder),
        ]
        launch = {"executable_path": shutil.which("chromium") or shutil.which("google-chrome"), "args": FLAGS}
        browser = playwright.chromium.launch(**launch)  # type: ignore[arg-type]
        found["chromium"] = browser.version
        rounds: dict[str, list[dict[str, Any]]] = {each.label: [] for each in targets}
        for number in range(ROUNDS):
            for target in targets:
                say(f"第 {number + 1} 轮 {target.label}（负载 {os.getloadavg()[0]:.1f}）")
                rounds[target.label].append(measure(browser, target, folder / f"{target.label}.png"))
        browser.close()
        found["rounds"] = rounds
        found["servers"] = {}
        recording = [each for each in rounds["驾驶舱"][-1]["recording"] if "/intake" not in each["url"]]
        for server in ("granian", "gunicorn", "granian", "gunicorn"):
            say(f"{USERS} 个用户：{server}")
            one = start(server)
            result = load(recording, folder) | {"pss_mb": round(one.pss_mb())}
            best = found["servers"].get(server)
            if best is None or result["pages_per_s"] > best["pages_per_s"]:
                found["servers"][server] = result
        found["start_s"] = min(starts)
    return found


def void(_: object) -> None:
    """For a callable that must give nothing."""


def briefing(folder: Path) -> dict[str, float]:
    """A briefing of the week, without and with what the first one left warm."""
    with tempfile.TemporaryDirectory() as out:
        verb = ("brief", "--week", "2026-W46", "--scene", "urban", "--partial", "--format", "pdf", "--out", out)
        return {f"briefing_{name}_s": round(cockpit(folder / "store", *verb)[0], 1) for name in ("first", "again")}


def main() -> int:
    folder = WORK / str(ROWS)
    result: dict[str, Any] = {
        "date": f"{datetime.now():%Y-%m-%d %H:%M}", "rows": ROWS, "quick": IS_QUICK, "rounds_count": ROUNDS,
        "cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1), "duckdb": duckdb.__version__,
    }  # fmt: skip
    result["prepared"] = prepare(folder)
    say("逐项核对数字 …")
    result["agree"] = agreement(folder)
    result |= measured(folder)
    (folder / "measured.json").write_text(json.dumps(result), encoding="utf-8")  # what follows may fail
    say("发布一个变了的主题 …")
    result |= publish_again(folder)
    if not IS_QUICK:
        say("简报 …")
        result |= briefing(folder)
    result["load_after"] = round(os.getloadavg()[0], 1)
    paths = report.write(result)
    print("\n".join(paths[0].read_text(encoding="utf-8").splitlines()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
