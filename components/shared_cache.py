"""The only place that chooses the cache which all processes of a store share: a folder of the store, or a Redis.

Entries are pickles: whoever may write to the cache may run code in the server, so a Redis must be the cockpit's own, on
loopback or behind a password. A Redis that is away costs a moment, not an answer: after a failed call it is left alone
for a while, `/readyz` says so, and every process works with what it holds itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pandas as pd
from flask import Flask
from flask_caching import Cache

from data.settings import settings
from queries.runner import Cache as Shared

log = logging.getLogger("cockpit.cache")
_MOST = 5000  # entries in a folder or in memory; a Redis is bounded by its own maxmemory
_PATIENCE_S = 0.25  # for a call to a Redis
_PAUSE_S = 5.0  # before one that was away is asked again
_NEAR_MOST, _NEAR_CELLS = 2000, 5000  # frames held by a process itself, and cells of the largest one
_KEPT_S = 14 * 86400  # keys hold the snapshot: nobody asks for an old one's again


class Patient:
    """A cache whose back end may be away: then it fails at once, without waiting, for a few seconds."""

    def __init__(self, inner: Shared, ask: Callable[[], object], away: tuple[type[Exception], ...]) -> None:
        self._inner, self._ask, self._away = inner, ask, away
        self._away_until = 0.0

    def get(self, key: str) -> Any:
        return self._try(lambda: self._inner.get(key))

    def set(self, key: str, value: Any) -> Any:
        return self._try(lambda: self._inner.set(key, value))

    def is_up(self) -> bool:
        """Whether it answers now; a yes ends the pause."""
        try:
            self._ask()
        except self._away:
            return False
        self._away_until = 0.0
        return True

    def _try(self, do: Callable[[], Any]) -> Any:
        if time.monotonic() < self._away_until:
            return None
        try:
            return do()
        except self._away as fault:
            self._away_until = time.monotonic() + _PAUSE_S
            log.warning("共享缓存没有应答（%s）：%g 秒内不再问，照常服务", type(fault).__name__, _PAUSE_S)
            return None


class Near:
    """A process's own memory of frames in front of the cache that all processes share.

    A page asks some questions several times; a look into memory costs nothing, one into a folder is a file to open and
    to unpickle. Whoever asks gets a frame of his own: pandas copies when one is written to.
    """

    def __init__(self, far: Shared | None) -> None:
        self._far = far
        self._held: OrderedDict[str, pd.DataFrame] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
                return held.copy(deep=False)
        found = self._far.get(key) if self._far is not None else None
        if found is not None:
            self._hold(key, found)
        return found

    def set(self, key: str, value: Any) -> Any:
        self._hold(key, value)
        return self._far.set(key, value) if self._far is not None else None

    def _hold(self, key: str, value: Any) -> None:
        if not isinstance(value, pd.DataFrame) or value.size > _NEAR_CELLS:
            return
        with self._lock:
            self._held[key] = value.copy(deep=False)
            while len(self._held) > _NEAR_MOST:
                self._held.popitem(last=False)


def shared_cache(server: Flask) -> tuple[Shared, Callable[[], bool] | None]:
    """The cache, and how to ask whether it is up; None where it cannot be away."""
    common: dict[str, Any] = {"CACHE_THRESHOLD": _MOST, "CACHE_DEFAULT_TIMEOUT": 0}
    url = settings().cache_url
    if url:
        from redis import Redis, RedisError  # a tenth of a server's start, where none is used

        options = {"socket_timeout": _PATIENCE_S, "socket_connect_timeout": _PATIENCE_S}
        redis = {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": url, "CACHE_KEY_PREFIX": "cockpit-"}
        inner = Cache(server, config=redis | {"CACHE_DEFAULT_TIMEOUT": _KEPT_S, "CACHE_OPTIONS": options})
        patient = Patient(inner, Redis.from_url(url, **options).ping, (RedisError, OSError))
        return patient, patient.is_up
    folder = settings().store / "cache"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a store that may only be read serves on, each worker with a memory of its own
        return Cache(server, config=common | {"CACHE_TYPE": "SimpleCache"}), None
    return Cache(server, config=common | {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": str(folder)}), None
