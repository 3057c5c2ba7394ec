"""The only place that takes a mapping file apart and words what is wrong with it: file, key, fault, remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.result import Refused


class Table:
    """One table of a mapping file; it refuses what is unknown, naming file and key."""

    def __init__(self, file: str, where: str, table: Any, known: Sequence[str] | None = None) -> None:
        self.file, self.where = file, where
        if not isinstance(table, dict):
            raise self.fail("", f"“{table}”不是表", f"请写成 [{where.rstrip('.')}] 一节")
        self.table: Mapping[str, Any] = table
        for key in table:
            if known is not None and key not in known:
                raise self.fail(key, "不认识这个键", f"可用的键：{'、'.join(known)}")

    def fail(self, key: str, fault: str, remedy: str) -> Refused:
        place = f"{self.where}{key}".rstrip(".")
        return Refused("bad_mapping", f"{self.file}: {place}", f"映射文件 {self.file} 的 {place}：{fault}；{remedy}。")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fail(key, "缺少文字" if value is None else f"{value!r} 不是文字", f'请写 {key} = "…"')
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, f"{value!r} 不是文字或文字列表", f'请写 {key} = ["…", "…"]')
        return tuple(value)

    def pairs(self, key: str) -> dict[str, str]:
        value = self.table.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.fail(key, f"{value!r} 不是文字对照", f'请写 {key} = {{ "源代码" = "本库代码" }}')
        return dict(value)
