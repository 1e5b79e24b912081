"""What goes wrong with a database, told in words that a person understands, on both engines."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from salesdesk.database import Database
from salesdesk.errors import StorageError
from salesdesk.faults import storage_fault
from salesdesk.location import Location, locate
from salesdesk.models import Setting, User
from salesdesk.schema import open_database

HANG_UP = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def test_a_read_only_database_is_read_and_not_written(sqlite_database: Database) -> None:
    database = open_database(locate(f"sqlite:///{sqlite_database.location.path}?mode=ro"))
    with database.read() as session:
        assert session.exec(select(User.name)).all() == ["boss"]
    with pytest.raises(StorageError, match="is read-only") as fault, database.write() as session:
        session.add(Setting(name="a", value=""))
    assert "write permission" in fault.value.mend
    database.close()


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        port = taken.getsockname()[1]
        database = Database(locate(f"postgresql://anna:secret@127.0.0.1:{port}/desk"))
        with pytest.raises(StorageError, match="cannot be reached") as fault, database.read() as session:
            session.connection()
        database.close()
    assert str(port) in fault.value.title
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize(
    ("change", "words", "mend"),
    [
        (("/postgres?", "/nowhere?"), "does not exist", "createdb"),
        (("//postgres:", "//nobody:"), "refused the login", "user and password"),
    ],
)
def test_a_server_that_refuses_the_connection_says_why(
    postgres: str, change: tuple[str, str], words: str, mend: str
) -> None:
    database = Database(locate(postgres.replace(*change)))
    with pytest.raises(StorageError, match=words) as fault, database.read() as session:
        session.connection()
    assert mend in fault.value.mend
    database.close()


def test_a_lost_connection_is_a_storage_error_and_the_next_transaction_works(
    postgres_desk: Callable[[], Location],
) -> None:
    database, other = (open_database(location) for location in [postgres_desk()] * 2)

    def write_and_be_cut_off() -> None:
        with database.write() as session, other.write() as killer:
            session.add(Setting(name="trace", value=""))
            session.flush()
            killer.connection().execute(text(HANG_UP))

    with pytest.raises(StorageError, match=r"is shutting down|lost its connection"):
        write_and_be_cut_off()
    with database.read() as session:
        assert session.get(Setting, "trace") is None
    database.close()
    other.close()


class PostgresFault(Exception):
    """What a PostgreSQL driver raises, as far as its code goes."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("the driver's words")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_BUSY, "is locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "is locked"),
        (sqlite3.SQLITE_LOCKED, "is locked"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "is read-only"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_NOTADB, "is not a database"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "is damaged"),
        (sqlite3.SQLITE_FULL, "disk is full"),
        (sqlite3.SQLITE_IOERR_FSYNC, "cannot be read or written"),
        ("42P01", "holds no salesdesk tables"),
        ("3D000", "does not exist"),
        ("28P01", "refused the login"),
        ("42501", "does not let this login"),
        ("25006", "is read-only"),
        ("55P03", "is locked by another session"),
        ("53100", "disk is full"),
        ("57P01", "shutting down"),
        ("08006", "lost its connection"),
    ],
)
def test_every_fault_of_the_storage_has_words_and_a_mend(code: int | str, words: str, tmp_path: Path) -> None:
    if isinstance(code, int):
        fault: Exception = sqlite3.OperationalError("the driver's words")
        fault.sqlite_errorcode = code  # type: ignore[attr-defined]
    else:
        fault = PostgresFault(code)
    told = storage_fault(fault, Location(path=tmp_path / "desk.db"))
    assert told is not None
    assert words in told.title
    assert "desk.db" in told.title
    assert told.mend.endswith(".") or ":" in told.mend
    assert told.exit_code == 4


@pytest.mark.parametrize("code", ["23505", "22P02", "42601"])
def test_a_fault_of_the_program_is_none_of_the_storage(code: str, tmp_path: Path) -> None:
    assert storage_fault(PostgresFault(code), Location(path=tmp_path)) is None
    assert storage_fault(ValueError("anything"), Location(path=tmp_path)) is None
