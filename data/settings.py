"""The only place that reads `COCKPIT_*` environment variables and `cockpit.toml`.

A bad setting stops the start with its name, its value and what is allowed.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from data.contract import THEMES

ROOT = Path(__file__).resolve().parent.parent
_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")


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
    cache_url: str = field(default="", repr=False)  # redis://…; empty: a folder of the store
    warm: bool = True  # work out the first screens of a new snapshot before anybody asks
    query_timeout_s: float = 20.0  # a statement that runs longer is interrupted
    slow_query_s: float = 0.5  # a statement that runs longer is logged
    snapshots_kept: int = 4
    max_decoded_mb: int = 4096  # an extract that unpacks to more is refused
    wall_scenes: tuple[str, ...] = THEMES  # what `/wall` shows, in this order
    wall_seconds: int = 45  # how long each stays
    intake: bool = False  # whether files may be loaded on /intake
    intake_max_mb: int = 200  # an upload larger than this is refused
    intake_kept_days: int = 90  # how long uploaded files and the way back are kept
    boundary_file: Path | None = None  # a city's own boundary GeoJSON replaces the packaged one
    boundary_credit: str = "天地图（国家地理信息公共服务平台）"
    boundary_review: str = ""  # 审图号; empty until the city provides one
    base_url: str = ""  # the address under which people reach the cockpit; empty: nothing links to it
    briefing_signer: str = ""  # who signs the weekly issue; empty: the timer issues nothing
    mail_host: str = ""  # empty: no e-mail
    mail_port: int = 587
    mail_security: str = "starttls"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = "cockpit@localhost"
    mail_to: tuple[str, ...] = ()
    mail_remind_to: tuple[str, ...] = ()
    wecom_url: str = field(default="", repr=False)  # the robot's address holds its key; empty: no robot
    brief_title_font: str = "方正小标宋简体, FZXiaoBiaoSong-B05S, Noto Serif CJK SC"
    brief_heading_font: str = "SimHei, 黑体, Noto Sans CJK SC"
    brief_body_font: str = "FangSong_GB2312, 仿宋_GB2312, FangSong, FandolFang R, Noto Serif CJK SC"
    brief_kai_font: str = "KaiTi_GB2312, 楷体_GB2312, KaiTi, FandolKai, Noto Serif CJK SC"
    brief_figure_font: str = "Noto Sans CJK SC"
    brief_slide_font: str = "微软雅黑"  # slides are opened on people's own machines
    brief_font_folder: Path | None = None  # fonts of the city that are not installed
    layers_folder: Path | None = None  # a city's own map layers; default: the folder `layers` of the store
    tile_url: str = ""  # a ground of tiles under the map, {z} {x} {y} in it; empty: no request leaves the house
    tile_crs: str = "CGCS2000"
    tile_deepest: int = 18
    tile_credit: str = ""
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


def _folder(text: str) -> Path:
    path = _path(text)
    if not path.is_dir():
        raise ValueError(text)
    return path


def _families(text: str) -> str:
    if not [name for name in text.split(",") if name.strip()]:
        raise ValueError(text)
    return text


def _tiles(text: str) -> str:
    parts = urlsplit(text)
    is_whole = parts.scheme in ("http", "https") and parts.hostname and all(f"{{{name}}}" in text for name in "zxy")
    if text and (not is_whole or re.search(r"[\s;,'\"]|\{(?![zxy]\})", text)):
        raise ValueError(text)
    return text


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return parse


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return parse


def _switch(text: str) -> bool:
    if text.lower() not in ("on", "off", "true", "false"):  # TOML has a true of its own
        raise ValueError(text)
    return text.lower() in ("on", "true")


def _scenes(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or not set(names) <= set(THEMES):
        raise ValueError(text)
    return names


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 3600:
        raise ValueError(text)
    return value


def _addresses(text: str) -> tuple[str, ...]:
    found = tuple(each.strip() for each in text.split(",") if each.strip())
    if not all(_ADDRESS.fullmatch(each) for each in found):
        raise ValueError(text)
    return found


def _one_address(text: str) -> str:
    (address,) = _addresses(text)
    return address


def _url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(text)
    return text.rstrip("/")


def _redis(text: str) -> str:
    """An address that may hold a password."""
    parts = urlsplit(text)
    if text and not (
        (parts.scheme in ("redis", "rediss") and parts.hostname) or (parts.scheme == "unix" and parts.path)
    ):
        raise ValueError(text)
    return text


def _robot(text: str) -> str:
    """Its key is in its address, so it goes out encrypted, or not beyond this machine."""
    parts = urlsplit(_url(text))
    is_safe = parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost")
    if text and not (is_safe and parts.path.endswith("/send") and "key=" in parts.query):
        raise ValueError(text)
    return text


_PARSERS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "store": (_store, "一个目录，或可以建目录的路径"),
    "host": (str, "监听地址"),
    "port": (_whole(0, 65535), "0 到 65535 的整数"),
    "workers": (_whole(1, 64), "1 到 64 的整数"),
    "city_name": (str, "一个名称"),
    "cache_url": (_redis, "redis://主机:端口/库，或 rediss://、unix://"),
    "warm": (_switch, "on 或 off"),
    "query_timeout_s": (_seconds, "大于 0、不超过 3600 的秒数"),
    "slow_query_s": (_seconds, "大于 0、不超过 3600 的秒数"),
    "snapshots_kept": (_whole(2, 1000), "2 到 1000 的整数"),
    "max_decoded_mb": (_whole(1, 1_000_000), "兆字节数，1 到 1000000 的整数"),
    "wall_scenes": (_scenes, f"场景，逗号分隔：{'、'.join(THEMES)}"),
    "wall_seconds": (_whole(30, 3600), "30 到 3600 的整数秒"),
    "layers_folder": (_path, "一个目录"),
    "tile_url": (_tiles, "http(s)://主机/…，含 {z}、{x}、{y}，不含空格、引号、逗号、分号"),
    "tile_crs": (_one_of("CGCS2000", "WGS-84", "GCJ-02"), "CGCS2000、WGS-84 或 GCJ-02"),
    "tile_deepest": (_whole(1, 22), "1 到 22 的整数"),
    "tile_credit": (str, "一行文字"),
    "intake": (_switch, "on 或 off"),
    "intake_max_mb": (_whole(1, 100_000), "兆字节数，1 到 100000 的整数"),
    "intake_kept_days": (_whole(1, 3650), "天数，1 到 3650 的整数"),
    "boundary_file": (_file, "一个已有的 GeoJSON 文件"),
    "boundary_credit": (str, "一行文字"),
    "boundary_review": (str, "审图号，一行文字"),
    "base_url": (_url, "http:// 或 https:// 加主机名"),
    "briefing_signer": (str, "一个名称"),
    "mail_host": (str, "邮件服务器，或留空"),
    "mail_port": (_whole(1, 65535), "1 到 65535 的整数"),
    "mail_security": (_one_of("starttls", "ssl", "none"), "starttls、ssl 或 none"),
    "mail_user": (str, "邮件服务器的用户"),
    "mail_password": (str, "密码"),
    "mail_from": (_one_address, "一个邮箱地址"),
    "mail_to": (_addresses, "邮箱地址，逗号分隔"),
    "mail_remind_to": (_addresses, "邮箱地址，逗号分隔"),
    "wecom_url": (_robot, "https://…/send?key=…"),
    "brief_title_font": (_families, "字体名，逗号分隔，取第一个装了的"),
    "brief_heading_font": (_families, "字体名，逗号分隔，取第一个装了的"),
    "brief_body_font": (_families, "字体名，逗号分隔，取第一个装了的"),
    "brief_kai_font": (_families, "字体名，逗号分隔，取第一个装了的"),
    "brief_slide_font": (_families, "一个字体名"),
    "brief_figure_font": (_families, "字体名，逗号分隔，取第一个装了的"),
    "brief_font_folder": (_folder, "一个已有的目录"),
    "real_data": (_path, "一个目录"),
}
_SECRET = ("cache_url", "mail_password", "wecom_url")  # never repeated in a message
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
            raise SettingError(f"{file}: 不是 TOML 文件（{error}）；请改正或删去") from error
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
            raise SettingError(f"{origin} = {text!r}: 没有这个设置；可用 {'、'.join(sorted(known))}")
        parse, allowed = _PARSERS[key]
        try:
            values[key] = parse(text)
        except ValueError as error:
            shown = "…" if key in _SECRET else repr(text)
            raise SettingError(f"{origin} = {shown}：不能用；请写 {allowed}") from (None if key in _SECRET else error)
    return Settings(**values)


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load(os.environ, ROOT / "cockpit.toml")
