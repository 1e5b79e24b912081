"""The engine and the unit of work: every transaction of the program goes through :class:`Database`.

SQLite: write-ahead log, ``synchronous=FULL``, foreign keys on, and every writer takes its lock at BEGIN (IMMEDIATE). A
plain BEGIN that upgrades later fails at once with "locked", and the driver's own transactions let two people claim one
client (measured: 50 of 400). SQLite's lock is not fair, so a waiting writer tries again at random moments.
PostgreSQL: READ COMMITTED; rows are claimed with SKIP LOCKED.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, Connection, Engine, create_engine, event, func, literal
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from salesdesk.errors import StorageError
from salesdesk.faults import storage_fault
from salesdesk.location import Location
from salesdesk.models import UtcDateTime

LOCK_SECONDS = 10.0  # how long a writer waits for SQLite's lock before it says so
_SHORT_WAIT_MS = 50  # SQLite's own wait within one try


class Database:
    """One database, open. ``read()`` and ``write()`` give a session in a transaction of its own."""

    def __init__(self, location: Location, *, lock_seconds: float | None = None) -> None:
        """Make the engine; nothing is opened before the first transaction. Raises :class:`StorageError`."""
        self.location = location
        self._lock_seconds = LOCK_SECONDS if lock_seconds is None else lock_seconds
        self.engine = _sqlite_engine(location) if location.path else _postgres_engine(location)
        self._writer = self.engine.execution_options(writer=True)
        if location.path:
            event.listen(self.engine, "begin", self._begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite file (else it is PostgreSQL)."""
        return self.location.path is not None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state and changes nothing. Raises :class:`StorageError`."""
        with self._faults(), Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed together at the end, or not at all. Raises :class:`StorageError`."""
        with self._faults(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def lease_now(self, now: datetime) -> ColumnElement[datetime]:
        """The present instant by which leases are set and compared.

        On PostgreSQL that is the server's clock, so that desks whose clocks differ agree; on SQLite it is ``now``.
        """
        return literal(now, UtcDateTime) if self.is_sqlite else func.clock_timestamp(type_=UtcDateTime)

    def lease_until(self, now: datetime, length: timedelta) -> ColumnElement[datetime]:
        """When a lease of this length, taken now, ends."""
        if self.is_sqlite:
            return literal(now + length, UtcDateTime)
        seconds = int(length.total_seconds())
        return func.clock_timestamp(type_=UtcDateTime) + func.make_interval(0, 0, 0, 0, 0, 0, seconds)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as fault:
            translated = storage_fault(fault, self.location)
            if translated is None:
                raise
            raise translated from fault

    def _begin_sqlite(self, connection: Connection) -> None:
        """BEGIN for readers, BEGIN IMMEDIATE with patience for writers."""
        if not connection.get_execution_options().get("writer"):
            connection.exec_driver_sql("BEGIN")
            return
        raw: Any = connection.connection.dbapi_connection
        deadline = time.monotonic() + self._lock_seconds
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - scatter, not secrecy
            else:
                return


def _sqlite_engine(location: Location) -> Engine:
    uri = f"file:{quote(str(location.path))}?mode={'ro' if location.read_only else 'rw'}"

    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        raw.execute(f"PRAGMA busy_timeout = {_SHORT_WAIT_MS}")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA synchronous = FULL")
        return raw

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)


def _postgres_engine(location: Location) -> Engine:
    try:
        return create_engine(
            location.url or "",
            pool_pre_ping=True,
            hide_parameters=True,  # a driver's message must not carry a client's name into a log
            connect_args={"connect_timeout": 5, "options": "-c timezone=UTC -c lock_timeout=10s"},
        )
    except ModuleNotFoundError as fault:
        raise StorageError(
            "PostgreSQL needs a driver that is not installed.", 'Install it: pip install "salesdesk[postgres]"'
        ) from fault
