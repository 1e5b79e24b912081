"""Desks for tests: copied files on SQLite; on PostgreSQL one that is emptied between tests, or a new one.

Making a database takes 200 ms on a quiet machine, TRUNCATE of all tables 70 ms (every table gets new files), DELETE of
the few rows that a test leaves 1 ms.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from salesdesk.founding.init import Home, init
from salesdesk.storage.location import Location, locate
from tests.support.clock import NOON, StillClock

_numbers = itertools.count(1)
_CATALOGUE = (
    *("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_type"),
    *("pg_namespace", "pg_policy", "pg_rewrite", "pg_default_acl", "pg_extension", "pg_event_trigger"),
)
# A row of the catalogue that is changed is written anew by another transaction; a change of the server's roles is not
# seen here, nor undone.
_SCHEMA = " UNION ALL ".join(f"SELECT count(*), sum(xmin::text::bigint) FROM {table}" for table in _CATALOGUE)
_SETTINGS = """
    SELECT count(*), sum(xmin::text::bigint) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL SELECT 1, xmin::text::bigint FROM pg_database WHERE datname = current_database()
"""
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"

Catalogue = list[tuple[int, int]]
Prepare = Callable[[Location], None]


def make_desk(location: Location) -> None:
    """A fresh desk: the English preset, home in Kyiv, one admin called boss."""
    init(location, StillClock(NOON), admin="boss", preset="en", place=Home("UA", "Europe/Kyiv")).database.close()


def _as_it_is(_: Location) -> None:
    """Leave a fresh desk as it is."""


class DeskFiles:
    """Desks in SQLite files, copied from patterns that are made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy(self, folder: Path, kind: str = "fresh", prepare: Prepare = _as_it_is) -> Location:
        """A desk in this folder: fresh, or as it was ``prepare``d once for all who name the same ``kind``."""
        pattern = self._folder / f"{kind}.db"
        if not pattern.exists():
            making = locate(str(self._folder / f"{kind}-making.db"))
            make_desk(making)
            prepare(making)
            assert making.path is not None
            making.path.rename(pattern)
        return locate(str(shutil.copy(pattern, folder / "desk.db")))


class DeskServer:
    """A PostgreSQL server on which desks are copied from one pattern."""

    def __init__(self, admin_url: str) -> None:
        """``admin_url`` names the database ``postgres`` of the server, as a superuser."""
        self._admin_url = admin_url
        self._pattern = ""
        self._shared: dict[str, _SharedDesk] = {}

    def empty(self, template: str = "template1") -> str:
        """The URL of a new database."""
        name = f"desk_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self._admin_url.replace("/postgres?", f"/{name}?", 1)

    def new_desk(self) -> Location:
        """A fresh desk in a database of its own: for tests that change its schema, rights or settings."""
        if not self._pattern:
            url = self.empty()
            make_desk(locate(url))
            self._pattern = _name_in(url)
        return locate(self.empty(self._pattern))

    def desk(self, kind: str = "", prepare: Prepare = _as_it_is) -> Location:
        """A desk in the database that all tests share, one after the other: fresh, or as it was ``prepare``d once.

        Those who name the same ``kind`` must prepare it alike, and share a database.
        """
        shared = self._shared.get(kind)
        if shared is None or not shared.made_fresh():
            location = self.new_desk()
            prepare(location)
            shared = self._shared[kind] = _SharedDesk(location)
        return shared.location


class _SharedDesk:
    """A desk, and what it was like when it was new."""

    def __init__(self, location: Location) -> None:
        self.location = location
        with self._connected() as connection:
            self._catalogue = _catalogue(connection)
            self._renewal = _renewal(connection)

    def _connected(self) -> psycopg.Connection:
        url = (self.location.url or "").replace("postgresql+psycopg://", "postgresql://", 1)
        return psycopg.connect(url, autocommit=True)

    def made_fresh(self) -> bool:
        """Put the rows back as they were, whatever is still connected; not where more than rows was changed."""
        with self._connected() as connection:
            connection.execute(_END_OTHERS)
            if _catalogue(connection) != self._catalogue:
                return False
            connection.execute(self._renewal)
            return True


def _name_in(url: str) -> str:
    return url.rpartition("?")[0].rpartition("/")[2]


def _catalogue(connection: psycopg.Connection) -> Catalogue:
    return connection.execute(f"{_SCHEMA} UNION ALL {_SETTINGS}".encode()).fetchall()


def _renewal(connection: psycopg.Connection) -> sql.Composed:
    """The statements that bring all rows and sequences back to how they are now."""
    statements: list[sql.Composable] = [sql.SQL("BEGIN; SET LOCAL session_replication_role = replica")]
    tables = [str(row[0]) for row in connection.execute(_TABLES)]
    statements += [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables]
    for table in tables:
        rows = connection.execute(sql.SQL("SELECT row::text FROM {} AS row").format(sql.Identifier(table)))
        statements += [
            sql.SQL("INSERT INTO {0} SELECT ({1}::{0}).*").format(sql.Identifier(table), sql.Literal(row))
            for (row,) in rows.fetchall()
        ]
    for (name,) in connection.execute(_SEQUENCES).fetchall():
        last, called = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        ).fetchall()[0]
        statements.append(sql.SQL("SELECT setval({}, {}, {})").format(*map(sql.Literal, (name, last, called))))
    return sql.SQL("; ").join([*statements, sql.SQL("COMMIT")])
