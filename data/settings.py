"""The only place that reads `COCKPIT_*` environment variables and `cockpit.toml`.

A bad setting stops the start with its name, its value and what is allowed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class SettingError(Exception):
    """A setting that cannot be used: name, value and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """Every setting with its default. The environment wins over `cockpit.toml`."""

    store: Path = ROOT / "data" / "store"
    host: str = "127.0.0.1"
    port: int = 8050
    workers: int = 1
    city_name: str = "黄山市"
    query_timeout_s: float = 20.0  # a statement that runs longer is interrupted
    slow_query_s: float = 0.5  # a statement that runs longer is logged
    snapshots_kept: int = 4
    max_decoded_mb: int = 4096  # an extract that unpacks to more is refused
    intake: bool = False  # whether files may be loaded on /intake
    intake_max_mb: int = 200  # an upload larger than this is refused
    intake_kept_days: int = 90  # how long uploaded files and the way back are kept
    boundary_file: Path | None = None  # a city's own boundary GeoJSON replaces the packaged one
    boundary_credit: str = "天地图（国家地理信息公共服务平台）"
    boundary_review: str = ""  # 审图号; empty until the city provides one
    real_data: Path | None = None  # folder of real extracts, for tests only


def _path(text: str) -> Path:
    path = Path(text).expanduser()
    return path if path.is_absolute() else Path.cwd() / path


def _store(text: str) -> Path:
    path = _path(text)
    if not text.strip() or (path.exists() and not path.is_dir()):
        raise ValueError(text)
    return path


def _file(text: str) -> Path:
    path = _path(text)
    if not path.is_file():
        raise ValueError(text)
    return path


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return parse


def _switch(text: str) -> bool:
    return {"on": True, "off": False}[text.strip().lower()]


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 3600:
        raise ValueError(text)
    return value


_PARSERS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "store": (_store, "a folder, or a path where one can be made"),
    "host": (str, "an address to listen on"),
    "port": (_whole(0, 65535), "a whole number from 0 to 65535"),
    "workers": (_whole(1, 64), "a whole number from 1 to 64"),
    "city_name": (str, "a name"),
    "query_timeout_s": (_seconds, "seconds, above 0 and at most 3600"),
    "slow_query_s": (_seconds, "seconds, above 0 and at most 3600"),
    "snapshots_kept": (_whole(2, 1000), "a whole number from 2 to 1000"),
    "max_decoded_mb": (_whole(1, 1_000_000), "megabytes, a whole number from 1 to 1000000"),
    "intake": (_switch, "on or off"),
    "intake_max_mb": (_whole(1, 100_000), "megabytes, a whole number from 1 to 100000"),
    "intake_kept_days": (_whole(1, 3650), "days, a whole number from 1 to 3650"),
    "boundary_file": (_file, "an existing GeoJSON file"),
    "boundary_credit": (str, "a line of text"),
    "boundary_review": (str, "the 审图号, a line of text"),
    "real_data": (_path, "a folder"),
}
_PLAIN = {"HOST": "host", "PORT": "port"}  # honoured without the prefix, as `make run` documents


def load(environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """Settings from `file` (TOML, flat keys) overridden by `environ`.

    Raises:
        SettingError: for an unknown name or a value that is not allowed.
    """
    given: dict[str, tuple[str, str]] = {}
    if file is not None and file.exists():
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingError(f"{file}: not a TOML file ({error}); correct it or delete it") from error
        for key, value in table.items():
            given[key] = (str(value), f"{file.name}: {key}")
    for name, value in environ.items():
        if name in _PLAIN:
            given.setdefault(_PLAIN[name], (value, name))
        elif name.startswith("COCKPIT_"):
            given[name.removeprefix("COCKPIT_").lower()] = (value, name)
    known = {field.name for field in fields(Settings)}
    values: dict[str, Any] = {}
    for key, (text, origin) in given.items():
        if key not in known:
            raise SettingError(f"{origin} = {text!r}: unknown setting; allowed: {', '.join(sorted(known))}")
        parse, allowed = _PARSERS[key]
        try:
            values[key] = parse(text)
        except (ValueError, KeyError) as error:
            raise SettingError(f"{origin} = {text!r}: not allowed; use {allowed}") from error
    return Settings(**values)


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load(os.environ, ROOT / "cockpit.toml")
