"""A MariaDB of our own: Debian's, in a folder that is thrown away, on a free loopback port.

It runs without its tables of accounts: nobody needs a second to make them, and everybody may read.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
import pytest
from conftest import free_port

PROGRAM = Path("/usr/sbin/mariadbd")


@dataclass
class MariaDB:
    """A running server with a database `city`."""

    port: int

    @property
    def url(self) -> str:
        return f"mysql://reader:s3cret-word@127.0.0.1:{self.port}/city"

    def execute(self, sql: str, rows: Sequence[Sequence[Any]] = ((),)) -> None:
        """Carries out a statement once for each row of arguments."""
        connection = pymysql.connect(host="127.0.0.1", port=self.port, user="owner", charset="utf8mb4", autocommit=True)
        with connection, connection.cursor() as cursor:
            cursor.executemany(sql, rows) if rows != ((),) else cursor.execute(sql)


@contextmanager
def running() -> Iterator[MariaDB]:
    if not PROGRAM.exists():
        pytest.fail("no MariaDB: `make test` installs Debian's `mariadb-server-core`, or says how")
    folder, server = Path(tempfile.mkdtemp(prefix="cockpit-mariadb-")), MariaDB(free_port())
    (folder / "data").mkdir()
    options = (
        f"--datadir={folder / 'data'}", f"--socket={folder / 'socket'}", f"--port={server.port}", "--user=root",
        "--bind-address=127.0.0.1", "--skip-grant-tables", "--innodb-flush-method=nosync",
    )  # fmt: skip
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen([PROGRAM, "--no-defaults", *options], stdout=log, stderr=log, cwd=folder)
    try:
        _wait(server, folder / "log")
        server.execute("create database city character set utf8mb4")
        yield server
    finally:
        process.kill()  # its folder goes with it
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: MariaDB, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.execute("select 1")
        except pymysql.OperationalError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            return
