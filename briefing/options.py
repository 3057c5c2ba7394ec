"""The only place that says what may be typed after `brief`, `shot` and `weekly`. Light, so that `--help` is quick."""

from __future__ import annotations

import argparse
from pathlib import Path


def brief(verb: argparse.ArgumentParser) -> None:
    """Which edition, in which formats, and whether it is a draft or issued."""
    verb.add_argument("--week", required=True, help="ISO 周：2026-W47")
    verb.add_argument("--area", default="341000", help="地方代码（默认全市）")
    verb.add_argument("--scene", help="只出一个场景")
    verb.add_argument("--all", action="store_true", help="一整套：全市、各区县、各场景")
    verb.add_argument("--out", type=Path, default=Path("briefings"), metavar="DIR", help="写到哪里（默认 briefings/）")
    verb.add_argument("--format", type=lambda text: text.split(","), default=["pdf", "png"], help="默认 pdf,png")
    verb.add_argument("--partial", action="store_true", help="有块没做成也出，照印原因（不能签发）")
    verb.add_argument("--draft", action="store_true", help="草稿：PDF、可编辑的 DOCX、写研判的文本")
    verb.add_argument("--remarks", type=Path, metavar="FILE", help="写好的研判：草稿的文本或 DOCX")
    verb.add_argument("--issue", action="store_true", help="签发：编号、存档，不再改动")
    verb.add_argument("--signer", help="签发人")
    verb.add_argument("--correct", metavar="NOTE", help="更正已签发的：更正说明")


def shot(verb: argparse.ArgumentParser) -> None:
    """Which page, how large."""
    verb.add_argument("page", metavar="PAGE", help="场景，如 urban；或 catalogue、briefings、n/指标")
    for name, meaning in (("area", "区划代码"), ("until", "截止日（不含）"), ("days", "天数"), ("asof", "快照编号")):
        verb.add_argument(f"--{name}", help=meaning)
    verb.add_argument("--view", choices=("wall", "desk", "print"), help="默认 wall，整页时 desk")
    verb.add_argument("--size", type=pixels, default=(1920, 1080), metavar="宽x高", help="默认 1920x1080")
    verb.add_argument("--scale", type=density, default=1.0, help="每像素放大几倍：2 得到 3840x2160")
    verb.add_argument("--full", action="store_true", help="整页，高随内容")
    verb.add_argument("--server", metavar="URL", help="已在运行的服务；不写就临时起一个，用完即停")
    verb.add_argument("--out", required=True, type=Path, metavar="FILE.png")


def weekly(verb: argparse.ArgumentParser) -> None:
    """Which step of the weekly job."""
    verb.add_argument("step", choices=("remind", "issue", "deliver", "resend"), help="提醒、签发、投递、补发")
    verb.add_argument("--week", help="2026-W47，默认上一整周")
    verb.add_argument("--message", metavar="编号", help="补发哪一份（核对过对方没有收到的）")


def pixels(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and 320 <= int(width) <= 7680 and 320 <= int(height) <= 4320):
        raise argparse.ArgumentTypeError(f"{text!r} 不行：写 1920x1080 这样的宽x高，320 到 7680x4320")
    return int(width), int(height)


def density(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.5 <= value <= 4:
        raise argparse.ArgumentTypeError(f"{text!r} 不行：写 0.5 到 4 的数")
    return value
