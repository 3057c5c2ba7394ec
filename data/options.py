"""The only place that says what may be typed after the verbs of data. Light, so that `--help` is quick."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path


def demo(verb: argparse.ArgumentParser) -> None:
    """How large a city, and until when."""
    verb.add_argument("--days", type=whole, default=400, help="天数（默认 400）")
    verb.add_argument("--seed", type=int, default=341000, help="随机种子：同样的参数得到同样的字节")
    verb.add_argument("--scale", type=positive, default=1.0, help="规模（默认 1）")
    verb.add_argument("--until", type=day, help="截止日，不含当日（默认最近的星期一）")
    verb.add_argument("--if-empty", action="store_true", help="已有快照时什么也不做")


def import_(verb: argparse.ArgumentParser) -> None:
    """Which files into which table, through which mapping."""
    verb.add_argument("table", metavar="THEME.TABLE")
    verb.add_argument("files", metavar="FILE", nargs="+", type=Path)
    verb.add_argument("--mapping", metavar="NAME|PATH", help="把来源的列、代码、单位对到契约")
    verb.add_argument("--no-publish", action="store_true", help="只入库，不发布快照")
    verb.add_argument("--dry-run", action="store_true", help="只检查，不改动")
    verb.add_argument("--returns", metavar="FILE.xlsx", type=workbook, help="写退回表：原表，坏格子标出，旁边写原因")
    verb.add_argument("--json", action="store_true")


def template(verb: argparse.ArgumentParser) -> None:
    """The empty sheet of which table, and where to write it."""
    verb.add_argument("table", metavar="THEME.TABLE")
    verb.add_argument("--out", metavar="FILE.xlsx", type=workbook, required=True)


def pull(verb: argparse.ArgumentParser) -> None:
    """From which source, and from where on."""
    verb.add_argument("source", metavar="SOURCE", help="数据源的名字，或定义文件的路径")
    verb.add_argument("--restart", action="store_true", help="忘掉断点，从头再抽")
    verb.add_argument("--no-publish", action="store_true", help="只入库，不发布快照")
    verb.add_argument("--json", action="store_true")


def map_guess(verb: argparse.ArgumentParser) -> None:
    """A mapping of which file to which table."""
    verb.add_argument("file", metavar="FILE", type=Path)
    verb.add_argument("--table", metavar="THEME.TABLE", required=True)
    verb.add_argument("--out", metavar="PATH", type=Path, help="写到文件（默认打印）")


def workbook(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".xlsx" or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} 不行：写一个 .xlsx 文件名，放在已有的目录里")
    return path


def whole(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3660:
        raise argparse.ArgumentTypeError(f"{text!r} 不行：写 1 到 3660 的整数")
    return int(text)


def positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} 不行：写大于 0、不超过 1000 的数")
    return value


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是日期：写成 2026-11-23") from None
