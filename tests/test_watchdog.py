"""A statement that runs too long is stopped, and only that one."""

from __future__ import annotations

import threading
import time

import duckdb
import pytest

from queries.watchdog import Watchdog

ENDLESS = "select count(*) from range(1000000) as a, range(1000000) as b where a.range * b.range = 7"


class Counted:
    """Notes how often it was interrupted."""

    def __init__(self) -> None:
        self.stops = 0

    def interrupt(self) -> None:
        self.stops += 1


def test_a_statement_that_runs_too_long_is_interrupted() -> None:
    con = duckdb.connect()
    with pytest.raises(duckdb.InterruptException), Watchdog().over(con, 0.1):
        con.execute(ENDLESS)
    assert con.execute("select 1").fetchall() == [(1,)]


def test_what_ends_in_time_is_left_alone_and_what_is_late_is_stopped_once() -> None:
    dog, quick, slow = Watchdog(), Counted(), Counted()
    with dog.over(quick, 0.05):
        pass
    with dog.over(slow, 0.05), dog.over(quick, 60):
        time.sleep(0.3)
    assert (quick.stops, slow.stops) == (0, 1)


def test_an_earlier_deadline_that_comes_later_is_kept() -> None:
    dog, patient, hasty = Watchdog(), Counted(), Counted()
    with dog.over(patient, 60), dog.over(hasty, 0.05):
        time.sleep(0.3)
    assert (patient.stops, hasty.stops) == (0, 1)


def test_a_thousand_statements_share_one_thread() -> None:
    dog, one = Watchdog(), Counted()
    before = threading.active_count()
    for _ in range(1000):
        with dog.over(one, 60):
            assert threading.active_count() <= before + 1
    assert one.stops == 0
