"""The only place that walks an import from file to table: read, map, check, merge, then commit everything or nothing.

Files are staged one after another under the store's lock; the tables are touched only when all of them have been read
to the end. Order of writing: quarantine, register, table, each in one step. A kill in between leaves every table whole,
and the same import again completes it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.contract import Contract, contracts
from data.settings import settings
from ingest import store
from ingest.check import Checker
from ingest.choice import chosen
from ingest.field import BATCH, ROW, schema
from ingest.mapping import PLACE, Plan, Register, listed_texts, plan
from ingest.merge import Merged, merge
from ingest.reader import opened
from ingest.result import Fault, ImportResult, Progress, Refusal, Refused, Remark, said, silent
from ingest.sieve import Sieve

LISTED_FAULTS = 200_000  # per file and check; all are counted, more than these are not written down one by one
REPLACES_DEMO = "replaces_demo"  # the remark that demo rows go
_ZONE = ZoneInfo("Asia/Shanghai")
_BLOCK = 1 << 20


def load(
    table: str,
    files: Sequence[Path],
    *,
    mapping: str | Path | None = None,
    dry_run: bool = False,
    now: datetime | None = None,
    progress: Progress = silent,
    examples: int = 20,
) -> ImportResult:
    """Imports files into a table through its contract; all files or none.

    `mapping`: the name of a shipped mapping or the path of a TOML file. `dry_run`: the same answer, nothing written.
    `now`: wall time in Asia/Shanghai. `progress` is called per block of rows. `examples`: how many faults to give back.
    The snapshot of the result is for the caller, who publishes.
    """
    moment = now or datetime.now(_ZONE).replace(tzinfo=None)
    try:
        the_plan = plan(importable(table), mapping)
        with store.locked() as scratch:
            return _Import(the_plan, moment, scratch, progress, examples).run([Path(file) for file in files], dry_run)
    except Refused as stop:
        return ImportResult(table, refused=stop.refusal)


def importable(table: str) -> Contract:
    """The contract of a table that files are imported into; raises Refused: unknown_table or not_importable."""
    found = contracts().get(table)
    if found is None:
        near = "、".join(f"{each.table}（{each.name}）" for each in _nearest(table))
        sentence = f"没有 {table} 这张表；相近的有 {near}；全部的表见 docs/dictionary 或网页“数据目录”，请核对后重试。"
        raise Refused("unknown_table", table, sentence)
    if found.layer != "detail":
        origin = f"由 {'、'.join(found.built_from)} 算出；请导入来源表" if found.built_from else "取自随产品的参考资料"
        sentence = f"{table}（{found.name}）不能导入：它在发布时{origin}。"
        raise Refused("not_importable", table, sentence)
    return found


def _nearest(name: str) -> list[Contract]:
    """The three tables that are called most like it, by id, by the part behind the point, or in Chinese."""

    def likeness(each: Contract) -> float:
        spelt = (each.table, each.table.partition(".")[2], each.name)
        return max(SequenceMatcher(None, name.lower(), one).ratio() for one in spelt)

    offered = [each for each in contracts().values() if each.layer == "detail"]
    return sorted(offered, key=likeness, reverse=True)[:3]


@dataclass(frozen=True)
class _Part:
    """A sheet of a file: its first staged row, what people call it, its name, the headers that fill the key."""

    start: int
    called: str
    sheet: str
    key: tuple[str, ...]


@dataclass
class _Extract:
    """One file on its way: what was staged from it, and what was wrong with it."""

    path: Path
    batch_id: str
    sha256: str
    staged: Path
    faults: Path
    rows: int = 0
    parts: list[_Part] = field(default_factory=list)
    quarantined: Counter[str] = field(default_factory=Counter)
    scrubbed: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    examples: list[Fault] = field(default_factory=list)
    stations: dict[str, int] = field(default_factory=dict)  # unregistered ones, with the first row naming each

    def part(self, position: int) -> _Part:
        """The sheet that a staged row comes from."""
        return next(part for part in reversed(self.parts) if part.start <= position)


@dataclass(frozen=True)
class _Import:
    plan: Plan
    now: datetime
    scratch: Path
    progress: Progress
    listed: int

    def run(self, files: Sequence[Path], dry_run: bool) -> ImportResult:
        registered = _registered(self.plan.register)
        extracts = [self._stage(number, file, registered) for number, file in enumerate(files)]
        current, batches = store.real_file(self.plan.contract.table), []
        for extract in extracts:
            merged = self._merge(extract, current)
            current = merged.path or current
            quarantined = dict(sorted(extract.quarantined.items()))
            batches.append(
                store.Batch(
                    extract.batch_id, extract.path.name, extract.sha256, self.plan.name, store.iso(self.now),
                    merged.accepted, merged.unchanged, quarantined, dict(sorted(extract.scrubbed.items())),
                )
            )  # fmt: skip
        result = self._result(extracts, batches)
        if result.refused is None and not dry_run:
            self._commit(extracts, batches, current)
        return result

    def _stage(self, number: int, path: Path, registered: Mapping[str, str]) -> _Extract:
        """Reads and checks a whole file; good rows go to a Parquet file, faults to lines of JSON."""
        own, batch = _digests(path, self.plan)
        staged, faults = self.scratch / f"{number}-rows.parquet", self.scratch / f"{number}-faults.jsonl"
        extract = _Extract(path, batch, own, staged, faults)
        with (
            opened(path, self.scratch, settings().max_decoded_mb) as sheets,
            pq.ParquetWriter(staged, schema(self.plan.contract), compression="lz4") as writer,
            faults.open("w", encoding="utf-8") as lines,
        ):
            parts, extract.remarks = chosen(self.plan, sheets)
            staged_rows, room = 0, LISTED_FAULTS
            for part in parts:
                name = f"{path.name} 工作表“{part.sheet.name}”" if len(parts) > 1 else path.name
                extract.parts.append(_Part(staged_rows, name, part.sheet.name, _key_headers(part.plan)))
                sieve = Sieve(part.sheet, part.header, self.plan.layout, listed_texts(part.plan))
                checker = Checker(part.plan, name, batch, self.now, registered, part.sheet.name)
                for chunk in sieve.rows():
                    checked = checker.check(chunk, room)
                    writer.write_batch(checked.good)
                    lines.writelines(map(_line, checked.faults))
                    room -= len(checked.faults)
                    staged_rows += len(checked.good)
                    extract.rows += len(chunk.rows) + len(chunk.faults)
                    extract.quarantined.update(checked.counts)
                    extract.scrubbed.update(checked.scrubbed)
                    extract.examples += checked.faults[: self.listed - len(extract.examples)]
                    self.progress(f"检查 {name}：{extract.rows:,} 行", part.sheet.share())
                    if self.plan.register is not None:
                        _note_stations(extract.stations, checked.good, self.plan.register, registered)
                extract.skipped.update(sieve.counts)
                extract.remarks += [*sieve.remarks(), *checker.remarks(part.sheet.place)]
        if extract.rows == 0:
            raise _no_rows(path, extract.skipped)
        return extract

    def _merge(self, extract: _Extract, current: Path | None) -> Merged:
        output = extract.staged.with_suffix(".merged")
        merged = merge(self.plan.contract, current, extract.staged, output, self.scratch, LISTED_FAULTS)
        extract.quarantined += Counter(duplicate_key=merged.contradicted)
        key = "+".join(self.plan.contract.key)
        with extract.faults.open("a", encoding="utf-8") as lines:
            for repeat in merged.repeats:
                first, second = extract.part(repeat.position), extract.part(repeat.kept_position)
                kept = f"{f'{second.called} ' if second != first else ''}第 {repeat.kept_row} 行"
                sentence = (
                    f"{first.called} 第 {repeat.row} 行与{kept}主键相同（{repeat.key_text}），"
                    f"内容不同，已采用靠后的{kept}；若它不对，请从文件中删去再导入。"
                )
                fault = Fault(repeat.row, key, repeat.key_text, "duplicate_key", sentence, first.key, first.sheet)
                lines.write(_line(fault))
                extract.examples += [fault][: self.listed - len(extract.examples)]
        return merged

    def _result(self, extracts: Sequence[_Extract], batches: Sequence[store.Batch]) -> ImportResult:
        accepted, unchanged = sum(batch.accepted for batch in batches), sum(batch.unchanged for batch in batches)
        quarantined = sum((extract.quarantined for extract in extracts), Counter[str]())
        examples = [fault for extract in extracts for fault in extract.examples][: self.listed]
        refused = None
        if accepted + unchanged == 0:
            names = "、".join(extract.path.name for extract in extracts)
            first = f"第一处：{examples[0].sentence}" if examples else ""
            sentence = f"{names} 中没有一行合格，未作任何改动。{first}请按提示改好后重新导入。"
            refused = Refusal("no_row_accepted", names, sentence)
        counts = dict(sorted(quarantined.items()))
        return ImportResult(
            self.plan.contract.table, accepted, unchanged, counts, refused,
            examples=tuple(examples),
            scrubbed=dict(sorted(sum((extract.scrubbed for extract in extracts), Counter[str]()).items())),
            skipped=dict(sum((extract.skipped for extract in extracts), Counter[str]())),
            remarks=(*(self._replaced(extracts) if accepted else ()), *(r for each in extracts for r in each.remarks)),
        )  # fmt: skip

    def _replaced(self, extracts: Sequence[_Extract]) -> list[Remark]:
        """Says which demo rows this import drops: those of a table go with its first real row."""
        register = self.plan.register if any(extract.stations for extract in extracts) else None
        found = []
        for contract in (self.plan.contract, *([register.contract] if register is not None else ())):
            state = store.read_state(contract.table)
            if state is not None and state.is_demo:
                sentence = (
                    f"{contract.name}（{contract.table}）的 {state.rows:,} 行演示数据由这份真实数据全部替换，"
                    "由它们算出的数随之改变。"
                )
                found.append(Remark(REPLACES_DEMO, contract.table, sentence))
        return found

    def _commit(self, extracts: Sequence[_Extract], batches: Sequence[store.Batch], current: Path | None) -> None:
        table = self.plan.contract.table
        for extract in extracts:
            store.write_quarantine(table, extract.batch_id, extract.faults)
        if self.plan.register is not None:
            self._register(self.plan.register, extracts)
        if current is not None and any(batch.accepted for batch in batches):
            store.commit(table, current, batches, self.now)

    def _register(self, register: Register, extracts: Sequence[_Extract]) -> None:
        """Adds the stations that no register row names yet; what is registered already is never touched."""
        target = register.contract
        seen: set[str] = set()
        rows, batches = [], []
        for extract in extracts:
            own, batch_id = _digests(extract.path, self.plan, target.table)
            fresh = {name: row for name, row in extract.stations.items() if name not in seen}
            seen |= fresh.keys()
            for name, row in fresh.items():
                known = {register.id_column: name, "name": name, PLACE: register.place_code}
                rows.append({**register.constants, **known, BATCH: batch_id, ROW: row})
            if fresh:
                batches.append(
                    store.Batch(
                        batch_id, extract.path.name, own, self.plan.name, store.iso(self.now), len(fresh), 0, {}
                    )
                )
        if not rows:
            return
        staged, output = self.scratch / "register.parquet", self.scratch / "register.merged"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema(target)), staged)
        merge(target, store.real_file(target.table), staged, output, self.scratch)
        store.commit(target.table, output, batches, self.now)


def _no_rows(path: Path, skipped: Mapping[str, int]) -> Refused:
    if skipped["total_row"]:
        sentence = f'文件 {path.name} 只有合计行，没有数据行；要收合计行，请在映射中写 [layout] totals = "keep"。'
    else:
        sentence = f"文件 {path.name} 只有列名，没有数据行；请核对导出条件后重新导出。"
    return Refused("no_rows", path.name, sentence)


def _key_headers(plan: Plan) -> tuple[str, ...]:
    return tuple(source for each in plan.fields if each.column.name in plan.contract.key for source in each.sources)


def _registered(register: Register | None) -> dict[str, str]:
    """Place code by station id of a real register; a demo register knows nothing."""
    file = store.real_file(register.contract.table) if register is not None else None
    if register is None or file is None:
        return {}
    columns = pq.read_table(file, columns=[register.id_column, PLACE])
    return dict(zip(columns[register.id_column].to_pylist(), columns[PLACE].to_pylist(), strict=True))


def _note_stations(found: dict[str, int], rows: pa.RecordBatch, register: Register, known: Mapping[str, str]) -> None:
    ids = rows.column(register.id_column)
    for name in pc.unique(ids).to_pylist():
        if name not in known and name not in found:
            found[name] = rows.column(ROW)[pc.index(ids, name).as_py()].as_py()


def _digests(path: Path, plan: Plan, table: str = "") -> tuple[str, str]:
    """The file's SHA-256, and the batch id: of its bytes, the mapping and the table."""
    try:
        with path.open("rb") as file:
            digest = sha256()
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        sentence = f"打不开文件 {path}（{said(error)}）；请核对路径与权限后重试。"
        raise Refused("file_not_found", path.name, sentence) from error
    own = digest.hexdigest()
    digest.update(f"{plan.name}{table or plan.contract.table}".encode())
    return own, digest.hexdigest()[:12]


def _line(fault: Fault) -> str:
    return json.dumps(asdict(fault), ensure_ascii=False) + "\n"
