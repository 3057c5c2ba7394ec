"""The command line: every verb of the cockpit, and nothing else. `python cockpit.py --help` lists them.

Exit codes: 0 done, 1 our fault (traceback on stderr), 2 refused (the input's fault; nothing was changed).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent
DONE, FAILED, REFUSED = 0, 1, 2
DEMO_WORDS = {"demo": "演示数据", "mixed": "真实与演示并存", "real": "真实数据"}


class Refusal(Exception):
    """The input's fault, in one Chinese sentence that says what to do."""


def enter_venv() -> None:
    """Start again with the Python of `.venv`, unless this is it."""
    venv = ROOT / ".venv"
    if Path(sys.prefix).resolve() == venv.resolve():
        return
    python = venv / "bin" / "python"
    if not python.exists():
        sys.exit(refuse("还没有 .venv:先在项目目录里运行 make install"))
    os.execv(python, [str(python), str(ROOT / "cockpit.py"), *sys.argv[1:]])


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return REFUSED


# --- verbs: each imports what it needs, so that the others start at once ----------------------------------------------


def demo(options: argparse.Namespace) -> int:
    from queries.snapshot import NoSnapshot, current_id

    if options.if_empty:
        with suppress(NoSnapshot):
            current_id()
            return DONE
        print("还没有数据，先生成演示城市（只需一次）…", flush=True)
    from data.demo import build

    snapshot_id = build(options.days, options.seed, options.scale, options.until, show_progress)
    print(f"演示城市已发布：{snapshot_id}")
    return DONE


def show_progress(step: str, share: float) -> None:
    """A bar that redraws itself on a terminal, and a line per step in a log."""
    live = sys.stderr.isatty()
    text = f"{'█' * round(20 * share):░<20} {share:>4.0%} {step}"
    print(f"\r\033[K{text}" if live else text, end="" if live and share < 1 else "\n", file=sys.stderr, flush=True)


def import_(options: argparse.Namespace) -> int:
    return load_verb("import_", options, publishes=not (options.dry_run or options.no_publish))


def pull(options: argparse.Namespace) -> int:
    return load_verb("pull", options, publishes=not options.no_publish)


def map_guess(options: argparse.Namespace) -> int:
    return load_verb("map_guess", options)


def template(options: argparse.Namespace) -> int:
    return load_verb("template", options)


def undo(options: argparse.Namespace) -> int:
    return load_verb("take_back", options, publishes=True)


def load_verb(name: str, options: argparse.Namespace, *, publishes: bool = False) -> int:
    """Carries out a verb of `ingest.verb`: its answer to stdout, what people should know and a refusal to stderr."""
    from ingest import Refused, verb
    from metrics import rehearsed

    if publishes:  # before anything is loaded: what cannot be published need not be read
        rehearsed.check()
    try:
        answer: verb.Answer = getattr(verb, name)(options)
    except Refused as refused:
        raise Refusal(f"拒绝：{refused}") from refused
    for line in answer.lines:
        print(line)
    for aside in answer.asides:
        print(aside, file=sys.stderr)
    return refuse(answer.refused) if answer.refused else DONE


def publish(_: argparse.Namespace) -> int:
    from ingest import Refused
    from ingest.publish import publish
    from metrics import rehearsed

    rehearsed.check()
    try:
        print(f"已发布：{publish()}")
    except Refused as busy:
        raise Refusal(str(busy)) from busy
    return DONE


def status(options: argparse.Namespace) -> int:
    from ingest.pending import said, unpublished
    from queries.snapshot import NoSnapshot, current_id, kept, snapshot
    from queries.status import describe

    waiting = unpublished()
    try:
        current = snapshot(current_id())
    except NoSnapshot as empty:
        nothing: dict[str, object] = {"id": None, "tables": {}, "snapshots": [], "unpublished": waiting}
        print(json.dumps(nothing) if options.json else said(waiting) or empty)
        return DONE
    body = {**describe(current), "snapshots": [each.id for each in kept()], "unpublished": waiting}
    if options.json:
        print(json.dumps(body, ensure_ascii=False))
        return DONE
    until = f"数据截至 {body['until']}(不含)" if body["until"] else "没有按日的数据"
    print(f"快照 {current.id},{current.made_at:%Y-%m-%d %H:%M} 生成，{until},{DEMO_WORDS[current.demo]}")
    for name, table in body["tables"].items():
        quarantined = sum(table["quarantined"].values())
        print(
            f"  {name:<32}{table['rows']:>12,} 行  截至 {table['until'] or '—':<10}  "
            f"隔离 {quarantined:>6,}  {'演示' if table['demo'] else '真实'}"
        )
    print(f"保留的快照：{'、'.join(body['snapshots'])}")
    if waiting:
        print(said(waiting))
    return DONE


def serve(options: argparse.Namespace) -> int:
    for name in ("host", "port", "workers"):  # an option is a setting given last: checked like all of them
        if (value := getattr(options, name)) is not None:
            os.environ[f"COCKPIT_{name.upper()}"] = value
    import socket

    from granian import Granian
    from granian.constants import Interfaces

    from data.settings import settings

    host, port = settings().host, settings().port
    try:
        socket.create_server((host, port)).close()
    except OSError as fault:
        raise Refusal(
            f"不能在 {host}:{port} 上监听({os.strerror(fault.errno or 0)})：用 HOST、PORT 换一个地址或端口"
        ) from fault
    server = Granian(
        "app:server",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings().workers,
        websockets=False,
        blocking_threads=32,  # most of them wait for an answer that is being worked out: components/answers.py
        working_dir=ROOT,
        respawn_failed_workers=True,
    )
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    server.on_startup(lambda: print(f"{settings().city_name}城市运行驾驶舱： {address} (Ctrl+C 停止)", flush=True))
    if settings().warm:
        from components import warming

        warming.follow()
    server.serve()
    return DONE


def warm(options: argparse.Namespace) -> int:
    from components import warming
    from queries.snapshot import NoSnapshot

    if options.parent is not None:
        warming.be_nice(options.parent)
    from app import server  # noqa: TID251 - the job asks at the door, as a browser does

    try:
        print(f"已备好 {warming.warm(server)} 份首屏答案")
    except NoSnapshot as nothing:
        raise Refusal(str(nothing)) from nothing
    return DONE


def shot(options: argparse.Namespace) -> int:
    from briefing import loopback, shot, shot_verb
    from queries.scope import ScopeError
    from queries.snapshot import NoSnapshot, SnapshotExpired

    try:
        print(shot_verb.shoot(options))
    except (shot_verb.ShotRefused, ScopeError, NoSnapshot, SnapshotExpired) as fault:
        raise Refusal(str(fault)) from fault
    except (shot.ShotError, loopback.ServerDown) as fault:
        print(fault, file=sys.stderr)
        return FAILED
    return DONE


def brief(options: argparse.Namespace) -> int:
    from briefing import paper, verb

    try:
        print("\n".join(verb.brief(options)))
    except verb.REFUSED as fault:
        raise Refusal(str(fault)) from fault
    except paper.PaperError as fault:  # ours: it must not go out, and says which block and why
        print(fault, file=sys.stderr)
        return FAILED
    return DONE


def weekly(options: argparse.Namespace) -> int:
    from briefing import archive, edition, weekly_verb
    from queries.snapshot import NoSnapshot, SnapshotExpired

    refused = (weekly_verb.WeeklyRefused, edition.WeekError, archive.IssueRefused)
    try:
        lines, is_well = weekly_verb.run(options)
    except (*refused, NoSnapshot, SnapshotExpired) as fault:
        raise Refusal(str(fault)) from fault
    print("\n".join(lines) or "没有到期的投递")
    return DONE if is_well else FAILED


# --- what may be typed ------------------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    from briefing import options as printed
    from data import options

    top = argparse.ArgumentParser(prog="cockpit.py", description="黄山市城市运行驾驶舱")
    verbs = top.add_subparsers(metavar="VERB", required=True)

    verb = verbs.add_parser("demo", help="生成演示城市并发布")
    options.demo(verb)
    verb.set_defaults(do=demo)

    verb = verbs.add_parser("import", help="按契约导入文件")
    options.import_(verb)
    verb.set_defaults(do=import_)

    verb = verbs.add_parser("template", help="按合同生成一张空的填报表")
    options.template(verb)
    verb.set_defaults(do=template)

    verb = verbs.add_parser("pull", help="从数据库增量抽取（data/sources/*.toml）")
    options.pull(verb)
    verb.set_defaults(do=pull)

    verb = verbs.add_parser("map-guess", help="看一个文件，拟一份映射供修改")
    options.map_guess(verb)
    verb.set_defaults(do=map_guess)

    verb = verbs.add_parser("undo", help="撤销命令行最近一次 import，回到它之前")
    verb.set_defaults(do=undo)

    verb = verbs.add_parser("publish", help="用现有的表生成快照并换上")
    verb.set_defaults(do=publish)

    verb = verbs.add_parser("status", help="快照、表、行数、截至时间、隔离数、演示或真实")
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(do=status)

    verb = verbs.add_parser("serve", help="网页服务")
    for name, meaning in (("host", "监听地址"), ("port", "端口"), ("workers", "进程数")):
        verb.add_argument(f"--{name}", help=meaning)
    verb.set_defaults(do=serve)

    verb = verbs.add_parser("warm", help="为当前快照备好各场景首屏（serve 会自己做，最低优先级）")
    verb.add_argument("--while", dest="parent", type=int, metavar="PID", help=argparse.SUPPRESS)
    verb.set_defaults(do=warm)

    verb = verbs.add_parser("brief", help="每周简报：PDF、PNG、DOCX 等")
    printed.brief(verb)
    verb.set_defaults(do=brief)

    verb = verbs.add_parser("shot", help="一页的成品图")
    printed.shot(verb)
    verb.set_defaults(do=shot)

    verb = verbs.add_parser("weekly", help="每周的定时任务：提醒、签发、投递")
    printed.weekly(verb)
    verb.set_defaults(do=weekly)
    return top


def read_texts() -> None:
    """Everything a data clerk may edit is read before any verb: a fault stops here, and not on somebody's screen."""
    from data import (
        assessment,
        briefing,
        calendar_days,
        catalogue,
        clock,
        cross_reference,
        dimension,
        divisions,
        layers,
        ledger,
        plan,
        pulse,
    )  # fmt: skip
    from data.contract import THEMES, code_lists, contracts
    from metrics.metric import metrics

    texts: tuple[Callable[[], object], ...] = (
        code_lists, contracts, metrics, divisions.divisions, plan.indicators, plan.tasks, plan.baselines,
        plan.body_targets, catalogue.scenes, catalogue.systems, catalogue.changes, ledger.ledger, cross_reference.check,
        assessment.assessment, assessment.peers, briefing.head, briefing.scenes, dimension.names, pulse.weights,
        lambda: calendar_days.day(clock.today()), lambda: [layers.layers(theme) for theme in THEMES],
    )  # fmt: skip
    for read in texts:
        read()


def main(arguments: list[str] | None = None) -> int:
    from data.contract import ContractError
    from data.layers import LayerError
    from data.reference_csv import ReferenceFileError
    from data.settings import SettingError
    from metrics.metric import MetricError

    options = parser().parse_args(arguments)
    try:
        read_texts()
        done: int = options.do(options)
        return done
    except (Refusal, SettingError, ContractError, ReferenceFileError, LayerError, MetricError) as refusal:
        return refuse(str(refusal))
    except Exception:
        import traceback

        traceback.print_exc()
        print("出错了，这是程序的问题；已发布的数据没有改动。请把上面的内容交给维护人员", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    enter_venv()
    sys.exit(main())
