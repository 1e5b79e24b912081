"""Hearing at once that something has changed, at next to no cost while nothing does.

SQLite counts the commits of others in ``PRAGMA data_version``, which costs a few microseconds to ask. A PostgreSQL
server tells by itself: a trigger (migration 0003) sends a notice when a transaction leaves a task that could be taken
now. Outcomes that plan a later call send none, because a server hands its notices out one transaction at a time.
"""

from __future__ import annotations

import select
import socket
import sqlite3
import threading
from contextlib import suppress
from typing import Any

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.exc import DBAPIError

from salesdesk.storage.database import Database

CHANNEL = "salesdesk_due"
_LOOK_EVERY = 0.25  # seconds between two looks at an SQLite file
_TRY_AGAIN = 5.0  # seconds before a lost database is asked again


class Live:
    """Listens on a connection of its own. One thread waits; any other may :meth:`close`.

    ``rules_version`` is the version of the rules that was in force when anything was last heard; 0 before.
    """

    def __init__(self, database: Database) -> None:
        """Open nothing yet: the first :meth:`wait` does."""
        self._database = database
        self._connection: PoolProxiedConnection | None = None
        self._seen = 0
        self.rules_version = 0
        self._closed = threading.Event()
        self._alarm, self._bell = socket.socketpair()

    @property
    def closed(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self._closed.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until something may have changed, for at most so many seconds; whether it may have.

        A connection that was lost, or made anew, counts as a change: what happened meanwhile was not heard.
        """
        try:
            if self._connection is None:
                self._open()
                return True
            heard = self._commit(seconds) if self._database.is_sqlite else self._notice(seconds)
            if self.closed or (self._database.is_sqlite and not heard):
                return heard
            return self._new_rules() or heard
        except (DBAPIError, sqlite3.Error, self._driver_fault()):
            self._drop()
            self._closed.wait(_TRY_AGAIN)
            return not self.closed

    def close(self) -> None:
        """Have the waiting thread come back at once."""
        if not self.closed:
            self._closed.set()
            self._bell.close()

    def end(self) -> None:
        """Throw the connection away. For the thread that waited, when it is done."""
        self._drop()
        self.close()
        self._alarm.close()

    def _driver_fault(self) -> type[Exception]:
        fault: type[Exception] = self._database.engine.dialect.loaded_dbapi.Error
        return fault

    def _open(self) -> None:
        self._connection = self._database.engine.raw_connection()
        if self._database.is_sqlite:
            self._seen = self._version()
            self._new_rules()
        else:
            self._driver().autocommit = True
            self._new_rules()
            self._driver().execute(f"LISTEN {CHANNEL}")

    def _driver(self) -> Any:
        """The driver's own connection. Raises ``LookupError`` when none is open."""
        if self._connection is None:
            raise LookupError("nothing is open")
        return self._connection.driver_connection

    def _drop(self) -> None:
        """Never back to the pool: it listens, and may be broken."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError, sqlite3.Error):  # it is being thrown away
                connection.invalidate()

    def _version(self) -> int:
        return int(self._driver().execute("PRAGMA data_version").fetchone()[0])

    def _new_rules(self) -> bool:
        """Whether other rules are in force than before. A server tells nothing of them, so it is asked at each wait."""
        row = self._driver().execute("SELECT max(id) FROM rule_version").fetchone()
        before, self.rules_version = self.rules_version, int(row[0] or 0)
        return self.rules_version != before

    def _commit(self, seconds: float) -> bool:
        """Whether another connection commits within this time."""
        for _ in range(max(1, round(seconds / _LOOK_EVERY))):
            if self._closed.wait(_LOOK_EVERY):
                return False
            version, before = self._version(), self._seen
            self._seen = version
            if version != before:
                return True
        return False

    def _notice(self, seconds: float) -> bool:
        """Whether the server says anything within this time: a notice, or that it goes away."""
        driver = self._driver()
        heard, _, _ = select.select([driver.fileno(), self._alarm], [], [], seconds)
        if self.closed or not heard:
            return False
        for _ in driver.notifies(timeout=0):
            pass  # which task it was does not matter: who heard it asks the database
        return True
