"""The only place that carries out the verbs of loading as they are typed, and words their answers."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

from data.rulebook import counted
from ingest import undo
from ingest.form import template as make_template
from ingest.importer import REPLACES_DEMO, load
from ingest.publish import publish
from ingest.pull import Pulled
from ingest.pull import pull as pull_source
from ingest.recognition import map_guess as propose
from ingest.result import ImportResult, Refused, said
from ingest.sendback import MARKED, returns
from queries.snapshot import NoSnapshot, current_id

_SHOWN = 20  # faults that are printed; --returns marks them all


class Answer(NamedTuple):
    """What a verb says: `lines` to stdout, `asides` to stderr; with `refused` the exit code is 2."""

    lines: list[str]
    asides: list[str]
    refused: str = ""


def import_(options: argparse.Namespace) -> Answer:
    """Loads files into a table, sends back what is wrong, publishes.

    Raises:
        Refused: for what is typed wrongly; what the files do wrong is in the answer.
    """
    if options.returns is not None:
        if len(options.files) > 1:
            raise Refused("several_files", "--returns", "--returns 一次只退一个文件：请分开导入。")
        _writable(options.returns)
    with nullcontext() if options.dry_run else undo.remembered(options.table, options.mapping, options.files):
        examples = MARKED if options.returns else _SHOWN
        result = load(options.table, options.files, mapping=options.mapping, dry_run=options.dry_run, examples=examples)
    if options.returns is not None:
        returns(options.files[0], options.table, options.mapping, options.returns, result=result)
    if result.refused is None and not (options.dry_run or options.no_publish):
        publish()
    refused = f"拒收：{result.refused.sentence}" if result.refused else ""
    if options.json:
        body = result.to_json() | ({"snapshot": now} if (now := _current()) else {})
        return Answer([json.dumps(body, ensure_ascii=False)], [], refused)
    return Answer([], [], refused) if refused else _taken(options, result)


def _taken(options: argparse.Namespace, result: ImportResult) -> Answer:
    held = counted(result.quarantined)
    lines = [f"{result.table}：新收 {result.accepted} 行，未变 {result.unchanged} 行，隔离：{held}"]
    if result.scrubbed:
        lines.append(f"自由文本中遮盖了个人号码 {sum(result.scrubbed.values())} 个")
    done = "，只检查，未改动" if options.dry_run else "，已入库未发布：用 publish 发布" if options.no_publish else ""
    lines.append(f"快照 {_current() or '无'}{done}")
    asides = [f"  {remark.sentence}" for remark in result.remarks]
    if any(remark.rule == REPLACES_DEMO for remark in result.remarks):
        back = "真要换时去掉 --dry-run" if options.dry_run else "要退回：python cockpit.py undo"
        asides.append(f"  演示数据与真实数据不混用。{back}。")
    return Answer(lines, [*asides, *(f"  {fault.sentence}" for fault in result.examples[:_SHOWN])])


def pull(options: argparse.Namespace) -> Answer:
    """Reads what is new at a source; what came before a fault stays."""

    def show(batches: int, rows: int) -> None:
        print(f"第 {batches} 批已入库，共 {rows:,} 行", file=sys.stderr, flush=True)

    pulled = pull_source(options.source, restart=options.restart, progress=show)
    if pulled.refused is None and not options.no_publish:
        publish()
    refused = f"没有抽完：{pulled.refused.sentence}" if pulled.refused else ""
    if options.json:
        return Answer([json.dumps(pulled.to_json(), ensure_ascii=False)], [], refused)
    lines = [_pulled(pulled)] if pulled.refused is None or pulled.batches else []
    gaps = [f"有 {pulled.unreachable} 行的游标列或唯一列为空，抽不到；请源库补上"] if pulled.unreachable else []
    return Answer(lines, [*pulled.replaced, *gaps], refused)


def _pulled(pulled: Pulled) -> str:
    held = counted(pulled.quarantined)
    return f"{pulled.source}：{pulled.batches} 批，新收 {pulled.accepted} 行，未变 {pulled.unchanged} 行，隔离：{held}"


def map_guess(options: argparse.Namespace) -> Answer:
    """A mapping for a file, printed or written; raises Refused."""
    if options.out is None:
        return Answer([propose(options.file, options.table).removesuffix("\n")], [])
    _writable(options.out)
    options.out.write_text(propose(options.file, options.table), encoding="utf-8")
    return Answer([f"已写 {options.out}：请逐行核对，再用 import --mapping {options.out} 导入"], [])


def template(options: argparse.Namespace) -> Answer:
    """The empty form of a table; raises Refused."""
    _writable(options.out)
    make_template(options.table, options.out)
    return Answer([f"已写 {options.out}：填好后直接 import {options.table} 导入，不需要映射"], [])


def take_back(_: argparse.Namespace) -> Answer:
    """Takes back the last import of the command line and publishes; raises Refused."""
    tables = undo.take_back()
    return Answer([f"已撤销：{'、'.join(tables)} 回到导入之前", f"快照 {publish()}"], [])


def _writable(path: Path) -> None:
    """Tries it before anything is done, and leaves no file behind; raises Refused (cannot_write)."""
    existed = path.exists()
    try:
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as fault:
        sentence = f"写不了 {path}（{said(fault)}）；请换一个写得了的文件名或目录，或关掉正打开它的程序。"
        raise Refused("cannot_write", str(path), sentence) from fault


def _current() -> str:
    with suppress(NoSnapshot):
        return current_id()
    return ""
