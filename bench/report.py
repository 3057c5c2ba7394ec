"""The only place that writes what a run found: one JSON per run in docs/performance/, the newest as tables."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from bench.process import ROOT

FOLDER = ROOT / "docs" / "performance"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"
STEPS = {"cold": "首次（缓存空）", "warm": "再次", "click_first": "点区县（首次）", "click_again": "点区县（再次）"}


def write(result: dict[str, Any]) -> tuple[Path, Path]:
    """The table between the markers of docs/performance.md, and the raw numbers; the rest of the page is people's."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kind = "quick" if result["quick"] else "full"
    raw = FOLDER / f"{result['date'][:10]}-{result['rows']}-{kind}.json"
    lean = json.loads(json.dumps(result))
    for found in lean["rounds"].values():
        for each in found:
            each.pop("recording")
    raw.write_text(json.dumps(lean, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table(result, raw)}\n{END}{after}", encoding="utf-8")
    return PAGE, raw


def table(result: dict[str, Any], raw: Path) -> str:
    """The dated tables of one run."""
    lines = [
        f"## {result['date']}，{result['rows']:,} 行",
        "",
        f"{result['cores']} 核，Chromium {result['chromium']} 无界面 1920×1080，DuckDB {result['duckdb']}，"
        f"{result['rounds_count']} 轮交替取中位数；机器负载开始 {result['load_before']}、结束 {result['load_after']}"
        f"{'（QUICK）' if result['quick'] else ''}。原始数据：[{raw.name}](performance/{raw.name})。",
        "",
        "| 谁 | 首次 ms | 再次 ms | 点区县 首次／再次 ms | 首次／点击 KB | 请求数 | 堆 MB | CLS | 最长任务 ms |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    base = {step: _middle(result["rounds"]["画布底线"], step, "ms") for step in STEPS}
    lines += [_row(label, rounds, base) for label, rounds in result["rounds"].items()]
    lines += ["", "括号内为画布底线的倍数。首次＝服务端缓存清空、进程刚启动、浏览器缓存也空。", ""]
    lines += _servers(result) + _sql(result) + _rest(result)
    return "\n".join(lines)


def _row(label: str, rounds: list[dict[str, Any]], base: dict[str, float]) -> str:
    def shown(step: str) -> str:
        found = _middle(rounds, step, "ms")
        return f"{found:.0f}（{found / max(base[step], 1):.1f}）"

    def pair(key: str) -> str:
        return f"{_middle(rounds, 'cold', key):.0f}／{_middle(rounds, 'click_again', key):.0f}"

    heap = statistics.median(each["heap_mb"] for each in rounds)
    shift, longest = _middle(rounds, "cold", "cls"), _middle(rounds, "cold", "longest_ms")
    return (
        f"| {label} | {shown('cold')} | {shown('warm')} | {shown('click_first')}／{shown('click_again')} | "
        f"{pair('kb')} | {pair('requests')} | {heap:.0f} | {shift:.3f} | {longest:.0f} |"
    )


def _middle(rounds: list[dict[str, Any]], step: str, key: str) -> float:
    return float(statistics.median(each[step][key] for each in rounds))


def _servers(result: dict[str, Any]) -> list[str]:
    lines = [
        "| 20 个用户，缓存中 | 页／秒 | p50 ms | p95 ms | 每页请求 | 错误 | 内存（PSS）MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {each['pages_per_s']} | {each['p50_ms']} | {each['p95_ms']} | {each['requests_per_page']} | "
        f"{each['errors']} | {each['pss_mb']} |"
        for name, each in result["servers"].items()
    ]
    return [*lines, ""]


def _sql(result: dict[str, Any]) -> list[str]:
    lines = ["| 整页 SQL（不用缓存） | 驾驶舱 ms | 排好序的明细表 ms | 倍数 |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {each['ours_ms']} | {each['table_ms']} | {each['ours_ms'] / each['table_ms']:.2f} |"
        for name, each in result["agree"].items()
        if name != "reads"
    ]
    return [*lines, "", "以上每一个数都与逐行统计一致，不一致则不出表。", ""]


def _rest(result: dict[str, Any]) -> list[str]:
    prepared, reads = result["prepared"], result["agree"]["reads"]
    facts = {
        "导入 CSV": f"{prepared['import_rows_per_s']:,} 行／秒（{prepared['import_s']} s，{prepared['csv_mb']} MB），"
        f"内存最多 {prepared['import_mb']} MB",
        "首次发布": f"{prepared['publish_first_s']} s",
        "改一行后导入、发布": f"{result['import_one_row_s']} s、{result['publish_one_theme_s']} s",
        "已有快照时启动": f"{result['start_s']} s",
        "读数（不用缓存）": f"{reads['readings_per_s']} 个／秒；一个 {reads['reading_ms']} ms，同一个数从明细 "
        f"{reads['detail_ms']} ms",
    }
    if "briefing_again_s" in result:
        facts["一版简报 首次、再次"] = f"{result['briefing_first_s']} s、{result['briefing_again_s']} s"
    return ["| 其他 | |", "| --- | --- |", *(f"| {name} | {fact} |" for name, fact in facts.items())]
