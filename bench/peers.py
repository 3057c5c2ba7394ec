"""The only place that brings other makers of the same page into the run: those that BENCH_PEERS names.

None is installed by `make bench`: each wants a virtual environment of its own, `peer-<name>` in the scratch folder,
with what `bench/requirements-<name>.in` names.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from bench.browser import Target
from bench.process import ROOT, free_port, serving

PANEL = Path(__file__).with_name("peer_panel.py")


def targets(stack: ExitStack, folder: Path) -> list[Target]:
    """The named peers, each served until the stack is closed."""
    known = {"panel": _panel}
    wanted = [name for name in os.environ.get("BENCH_PEERS", "").split(",") if name]
    if unknown := set(wanted) - known.keys():
        raise SystemExit(f"BENCH_PEERS 里不认识：{'、'.join(sorted(unknown))}；可用 {'、'.join(known)}")
    return [known[name](stack, folder) for name in wanted]


def _panel(stack: ExitStack, folder: Path) -> Target:
    program = folder.parent / "peer-panel" / "bin" / "panel"
    if not program.exists():
        raise SystemExit(
            f"没有 {program}：先 python3 -m venv {program.parent.parent}，"
            "再用其中的 pip 安装 bench/requirements-panel.in"
        )
    port, epoch = free_port(), folder / "epoch"
    epoch.write_text("0", encoding="utf-8")
    environment = {"BENCH_CASES": str(folder / "cases.parquet"), "BENCH_EPOCH": str(epoch), "PYTHONPATH": str(ROOT)}
    command = [str(program), "serve", str(PANEL), "--port", str(port), "--address", "127.0.0.1",
               "--allow-websocket-origin", f"127.0.0.1:{port}", "--num-threads", "4"]  # fmt: skip
    running = stack.enter_context(serving(command, port, "/peer_panel", environment, folder / "panel.log"))

    def make_cold() -> None:
        epoch.write_text(str(int(epoch.read_text(encoding="utf-8")) + 1), encoding="utf-8")

    return Target(
        label="Panel", url=f"{running.url}/peer_panel", done="$deep('.kpi[data-county=全市]').length === 8",
        click="button:has-text('歙县')", click_done="$deep('.kpi[data-county=歙县]').length === 8",
        back="button:has-text('全市')", back_done="$deep('.kpi[data-county=全市]').length === 8", make_cold=make_cold,
    )  # fmt: skip
