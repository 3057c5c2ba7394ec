"""A PostgreSQL of our own: Debian's, in a folder that is thrown away, on a free loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import free_port

USER, PASSWORD = "reader", "s3cret-word"


def programs() -> Path:
    """The folder of `initdb` and `postgres`; the test fails, and says how to get them, where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.fail("no PostgreSQL: `make test` installs Debian's `postgresql`, or says how")
    return found[-1].parent


def as_nobody(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return command
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]


@dataclass
class Postgres:
    """A running server. `url` is that of an account that may only read."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/city"

    def execute(self, sql: str, *arguments: Any, database: str = "city") -> None:
        address = f"postgresql://owner@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql, arguments or None)  # type: ignore[arg-type]

    def start(self) -> None:
        options = ("-k", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port), "-F")
        command = [str(programs() / "postgres"), "-D", str(self.folder / "data"), *options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(as_nobody(command), stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute("select 1", database="postgres")
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self.folder / "log").read_text()
                time.sleep(0.1)
            else:
                return

    def stop(self, kind: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends it in order and cuts every connection; SIGKILL is a power cut."""
        assert self.process is not None
        self.process.send_signal(kind)
        self.process.wait(30)
        self.process = None


@contextmanager
def running() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="cockpit-postgres-"))
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, -1)
    init = [str(programs() / "initdb"), "-D", str(folder / "data"), "-U", "owner", "-A", "trust", "-E", "UTF8"]
    subprocess.run(as_nobody([*init, "--locale=C", "-N"]), check=True, capture_output=True, cwd=folder)
    access = "host all owner 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    (folder / "data" / "pg_hba.conf").write_text(access)
    server = Postgres(folder, free_port())
    try:
        server.start()
        server.execute("create database city", database="postgres")
        server.execute(f"create role {USER} login password '{PASSWORD}'")
        yield server
    finally:
        if server.process is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
