"""The only place that says what `cockpit.py shot` does: the address checked, a server found or started, a file put."""

from __future__ import annotations

import os
from argparse import Namespace
from contextlib import nullcontext
from pathlib import Path

from briefing.loopback import ROOT, served
from briefing.shot import Shot, take
from components import address
from data.contract import THEMES


class ShotRefused(Exception):
    """What was asked for cannot be: which option, and what to do."""


def shoot(options: Namespace) -> Path:
    """Takes the picture and gives where it is.

    Raises:
        ShotRefused, ScopeError, NoSnapshot, SnapshotExpired: the input's fault; nothing was started.
        ShotError, ServerDown: the page or the server did not come; nothing was written.
    """
    page, query = options.page.strip("/") or "overview", {"view": options.view or ("desk" if options.full else "wall")}
    query |= {name: value for name in ("area", "until", "days", "asof") if (value := getattr(options, name))}
    width, height = options.size
    wanted = Shot(page, query, width, height, options.scale, options.full)
    if options.out.suffix.lower() != ".png":
        raise ShotRefused(f"--out {options.out}：图只有 PNG 一种，文件名以 .png 结尾")
    if not options.out.parent.is_dir():
        raise ShotRefused(f"--out {options.out}：没有这个目录，先建好")
    if options.server is None and page in THEMES:
        address.read(wanted.path.partition("?")[2], page)
    elif page not in THEMES and not page.startswith("n/") and not (ROOT / "pages" / f"{page}.py").is_file():
        raise ShotRefused(f"没有页面 {page}：写 {'、'.join(THEMES)}、catalogue、briefings 或 n/指标")
    with nullcontext(options.server.rstrip("/")) if options.server else served() as origin:
        picture = take(origin, wanted)
    draft = options.out.with_name(f".{options.out.name}.{os.getpid()}")
    draft.write_bytes(picture)
    os.replace(draft, options.out)
    where: Path = options.out
    return where
