"""The engine and the unit of work: every transaction of the program goes through :class:`Database`.

SQLite: write-ahead log, ``synchronous=FULL``, foreign keys on, and every writer takes its lock at BEGIN (IMMEDIATE). A
plain BEGIN that upgrades later fails at once with "locked", and the driver's own transactions let two people claim one
client (measured: 50 of 400). SQLite's lock is not fair, so writers queue for it
(:mod:`salesdesk.storage.writers_queue`). PostgreSQL: READ COMMITTED; rows are claimed with SKIP LOCKED.
"""

from __future__ import annotations

import functools
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote

from sqlalchemy import ColumnElement, Connection, Engine, create_engine, event, func, literal
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, sessionmaker
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from salesdesk.storage.driver_faults import Clash, is_busy, storage_fault
from salesdesk.storage.location import Location
from salesdesk.storage.models import UtcDateTime
from salesdesk.storage.postgres import ANSWER_SECONDS, Patience, postgres_engine
from salesdesk.storage.stops import unstopped
from salesdesk.storage.writers_queue import Turnstile

LOCK_SECONDS = 10.0  # how long a writer waits for SQLite's lock before it says so
SERVER_NOW: ColumnElement[datetime] = func.clock_timestamp(type_=UtcDateTime)  # PostgreSQL's own clock
_SHORT_WAIT_MS = 50  # SQLite's own wait, where a reader meets a log that is being put away
_PAUSE = 0.0005  # seconds between two tries of the one writer whose turn it is
TRIES = 5  # of a transaction that PostgreSQL takes back for the sake of others

P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[[ORMExecuteState], None]


def one_transaction(use_case: Callable[P, T]) -> Callable[P, T]:
    """Mark a use-case that is one transaction: when PostgreSQL takes that back for the sake of another it is run again.

    Nothing of it has happened then, so this is right for any use-case that writes in one :meth:`Database.write` only,
    and begins nothing else. Raises :class:`Clash` (exit 4) after :data:`TRIES` tries.
    """

    @functools.wraps(use_case)
    def again(*args: P.args, **options: P.kwargs) -> T:
        for _ in range(TRIES - 1):
            with suppress(Clash):
                return use_case(*args, **options)
        return use_case(*args, **options)

    return again


class Database:
    """One database, open. ``read()`` and ``write()`` give a session in a transaction of its own."""

    def __init__(
        self, location: Location, *, lock_seconds: float | None = None, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        """Make the engine; nothing is opened before the first transaction. Raises :class:`StorageError`.

        A writer waits ``lock_seconds`` for SQLite's lock, PostgreSQL may be silent for ``answer_seconds``.
        """
        self.location = location
        self._lock_seconds = LOCK_SECONDS if lock_seconds is None else lock_seconds
        self._patience = Patience(answer_seconds)
        self.engine = (
            _sqlite_engine(location, self._lock_seconds)
            if location.path
            else postgres_engine(location.url or "", self._patience)
        )
        self._writer = self.engine.execution_options(writer=True)
        self._sessions = sessionmaker(class_=Session, expire_on_commit=False)
        self.listeners: list[Listener] = []
        if location.path:
            self._turnstile = Turnstile(location.path)
            event.listen(self.engine, "begin", self._begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite file (else it is PostgreSQL)."""
        return self.location.path is not None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state and changes nothing. Raises :class:`StorageError`."""
        with self.faults_told(), self._sessions(bind=self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed together at the end, or not at all; a stop (Ctrl-Z) waits for that.

        Raises :class:`StorageError`; of its kinds :class:`Clash` says that the same may be done again: see
        :func:`one_transaction`.
        """
        with unstopped(), self.faults_told(), self._sessions(bind=self._writer) as session, session.begin():
            yield session

    def listen(self, listener: Listener) -> None:
        """Let a listener see, and change, every statement that a session of this database is about to run."""
        if listener not in self.listeners:
            self.listeners.append(listener)
            event.listen(self._sessions, "do_orm_execute", listener)

    def lease_now(self, now: datetime) -> ColumnElement[datetime]:
        """The present instant by which leases are set and compared.

        On PostgreSQL that is the server's clock, so that desks whose clocks differ agree; on SQLite it is ``now``.
        """
        return literal(now, UtcDateTime) if self.is_sqlite else SERVER_NOW

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Let PostgreSQL take as long as it likes: for work that a person has asked for and can break off."""
        before, self._patience.seconds = self._patience.seconds, None
        try:
            yield
        finally:
            self._patience.seconds = before

    @contextmanager
    def faults_told(self) -> Iterator[None]:
        """Have the driver's faults in words. Raises :class:`StorageError`."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as fault:
            translated = storage_fault(fault, self.location)
            if translated is None:
                raise
            raise translated from fault

    def _begin_sqlite(self, connection: Connection) -> None:
        """BEGIN for readers, BEGIN IMMEDIATE in turn and with patience for writers."""
        if not connection.get_execution_options().get("writer"):
            connection.exec_driver_sql("BEGIN")
            return
        raw: Any = connection.connection.dbapi_connection
        deadline = time.monotonic() + self._lock_seconds
        with self._turnstile.turn(self._lock_seconds):
            raw.execute("PRAGMA busy_timeout = 0")  # the pauses are ours
            try:
                while not _try_to_begin(raw, last=time.monotonic() > deadline):
                    time.sleep(_PAUSE)
            finally:
                raw.execute(f"PRAGMA busy_timeout = {_SHORT_WAIT_MS}")


def _try_to_begin(raw: Any, *, last: bool) -> bool:
    """Take SQLite's lock for writers, unless somebody has it; the ``last`` try raises then."""
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as fault:
        if last or not is_busy(fault):
            raise
        return False
    return True


def _sqlite_engine(location: Location, lock_seconds: float) -> Engine:
    uri = f"file:{quote(str(location.path))}?mode={'ro' if location.read_only else 'rw'}"

    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        raw.execute(f"PRAGMA busy_timeout = {round(lock_seconds * 1000)}")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA synchronous = FULL")  # reads the file, which another may be mending after a power cut
        raw.execute(f"PRAGMA busy_timeout = {_SHORT_WAIT_MS}")
        return raw

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
