"""An idle desk hears of work at once: a commit of another process, or a notice of the server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from salesdesk.clock import SystemClock
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.changes import Live
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.work.views import Handed
from tests.support.clock import StillClock
from tests.support.rule_texts import changed_preset, put_in_force

_END_LISTENERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE 'LISTEN %' AND datname = current_database()
"""
_PRESET_WINDOW = 'window = { mon-sun = "09:00-20:00" }'
PATIENCE = 20.0  # seconds after which nothing was heard; what is heard is heard at once


@contextmanager
def listening(database: Database) -> Iterator[Callable[[float], bool]]:
    """Somebody who listens: the first wait only opens the connection."""
    live = Live(database)
    try:
        assert live.wait(0.0) is True
        yield live.wait
    finally:
        live.close()
        live.end()


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """Another program at the same base."""
    second = Database(database.location)
    yield second
    second.close()


def test_a_client_who_arrives_is_heard(database: Database, other: Database, arrive: Callable[..., int]) -> None:
    with listening(other) as wait:
        arrive()
        assert wait(PATIENCE) is True


def test_a_claim_given_back_is_heard(
    database: Database, other: Database, hire: Callable[..., Desk], arrive: Callable[..., int]
) -> None:
    arrive()
    desk = hire("anna")
    assert isinstance(desk.next_task(), Handed)
    with listening(other) as wait:
        desk.release()
        assert wait(PATIENCE) is True


@pytest.mark.real_clock
def test_a_server_tells_nothing_of_claims_and_later_calls(
    database: Database, clock: StillClock, hire: Callable[..., Desk], arrive: Callable[..., int]
) -> None:
    """Commits with notices wait for each other, so an ordinary call sends none; SQLite counts every commit anyway.

    What is due is judged by the server's own clock here, so the desk's stands at the same instant, and any hour is
    open.
    """
    put_in_force(database, changed_preset((_PRESET_WINDOW, 'window = { mon-sun = "00:00-24:00" }')))
    clock.at = SystemClock().now()
    arrive()
    desk = hire("anna")
    with listening(database) as wait:
        handed = desk.next_task()
        assert isinstance(handed, Handed)
        desk.record_outcome(Said("interested"), handed.claim)
        assert wait(0.5) is database.is_sqlite


def test_who_waits_is_let_go_when_listening_ends(database: Database) -> None:
    live, heard = Live(database), list[bool]()
    live.wait(0.0)
    waiter = threading.Thread(target=lambda: heard.append(live.wait(10 * PATIENCE)), daemon=True)
    waiter.start()
    live.close()
    waiter.join(PATIENCE)
    assert heard == [False]
    assert live.closed
    live.end()


def test_a_lost_server_counts_as_a_change_and_is_heard_again(
    postgres_desk: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesdesk.storage.changes._TRY_AGAIN", 0.05)
    database = Database(postgres_desk)
    with listening(database) as wait:
        with database.write() as session:
            session.connection().execute(text(_END_LISTENERS))
        assert wait(PATIENCE) is True  # lost
        assert wait(PATIENCE) is True  # open again
    database.close()
