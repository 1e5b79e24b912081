"""What goes wrong with a database, told in words that a person understands, on both engines."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest
from psycopg import OperationalError
from sqlalchemy import make_url, text
from sqlmodel import select

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.driver_faults import storage_fault
from salesdesk.storage.location import Location, locate
from salesdesk.storage.models import Setting, User
from salesdesk.storage.schema import open_database
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed
from tests.support.clock import StillClock

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


@pytest.mark.parametrize("password", ["secret", "p@secret", "p@secret/w", "p/w@secret", "p?a#b@secret"])
def test_a_server_that_does_not_answer_is_named_without_its_password(password: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        port = taken.getsockname()[1]
        database = Database(locate(f"postgresql://anna:{password}@127.0.0.1:{port}/desk"))
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
    postgres_desk: Location,
) -> None:
    database, other = (open_database(location) for location in [postgres_desk] * 2)

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


def test_a_full_disk_is_named_and_nothing_is_half_written(sqlite_database: Database, clock: StillClock) -> None:
    """SQLite may not add a page; then there is room again."""
    with sqlite_database.write() as session:
        draft = draft_from_row({"name": ["Olena"], "phone": ["+380671231000"]}, {}, country="UA", at=clock.now())
        add_clients(session, [draft], Arrival(current(session), clock.now(), "planned"))
        boss = Desk(Sitting(sqlite_database, clock, find_person(session, "boss")))
    handed, said = boss.next_task(), Said("interested", note="x" * 4000)
    assert isinstance(handed, Handed)
    limit = pragma(sqlite_database, "max_page_count")
    pragma(sqlite_database, "max_page_count = 1")  # as many as there are
    for number in range(2):
        with pytest.raises(StorageError, match="the disk is full") as fault:
            fill_up(sqlite_database, number)
        assert "nothing was half-written" in fault.value.mend
    with pytest.raises(StorageError, match="the disk is full"):
        boss.record_outcome(said, handed.claim)
    assert check_storage(sqlite_database, clock).faults == ()
    pragma(sqlite_database, f"max_page_count = {limit}")
    assert not boss.record_outcome(said, handed.claim).repeated
    assert check_storage(sqlite_database, clock).faults == ()


def pragma(database: Database, what: str) -> int:
    """Ask or tell the pool's only connection."""
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"PRAGMA {what}").scalar_one())


def fill_up(database: Database, number: int) -> None:
    """Write until there is no room, in small transactions."""
    for more in range(100):
        with database.write() as session:
            session.add(Setting(name=f"{number} {more}", value="x" * 1000))


class TimedOut(OperationalError):
    """How a driver says that a server does not answer: a kind of its operational error."""


def test_a_server_that_never_answers_is_a_fault_of_the_storage() -> None:
    told = storage_fault(TimedOut("connection timeout expired"), Location(url="postgresql+psycopg://a@b/c"))
    assert told is not None
    assert "cannot be reached (connection timeout expired)" in told.title


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
        (sqlite3.SQLITE_BUSY_RECOVERY, "is locked"),
        (sqlite3.SQLITE_LOCKED, "is locked"),
        (sqlite3.SQLITE_LOCKED_SHAREDCACHE, "is locked"),
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
        ("40001", "is busy"),
        ("40P01", "is busy"),
        ("57014", "is busy"),
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


@pytest.mark.parametrize(
    ("given", "hosts", "ports"),
    [
        ("postgres://u:p@h1:1,h2:2/db?target_session_attrs=read-write", "h1,h2", "1,2"),
        ("postgresql://h1,h2:2/db", "h1,h2", "5432,2"),
        ("postgresql+psycopg://u@[::1]:5,[fe80::1]/db", "::1,fe80::1", "5,5432"),
        ("postgresql+psycopg://u@/db?host=h1,h2&port=1,2", "h1,h2", "1,2"),
    ],
)
def test_several_hosts_are_left_to_the_driver(given: str, hosts: str, ports: str) -> None:
    url = make_url(locate(given).url or "")
    assert (url.query["host"], url.query["port"], url.host, url.database) == (hosts, ports, None, "db")
    assert ("target_session_attrs" in url.query) == ("target" in given)
    assert url.password == ("p" if ":p@" in given else None)


@pytest.mark.parametrize("given", ["postgresql://u@h1:x,h2/db", "postgresql://u@h1,/db", "postgresql://u@h:port/db"])
def test_a_url_that_cannot_be_read_is_a_bad_request(given: str) -> None:
    with pytest.raises(BadRequest):
        Database(locate(given))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("//u:secret@h1:1,h2:2/db", "//u:***@/db?host=h1,h2&port=1,2"),
        ("//u@h/db?password=secret&connect_timeout=3", "//u@h/db?password=***&connect_timeout=3"),
        ("//u@h/db?connect_timeout=3&sslpassword=secret", "//u@h/db?connect_timeout=3&sslpassword=***"),
        ("//u@h/db?password=a&secret&connect_timeout=3", "//u@h/db?password=***&connect_timeout=3"),
        ("//u@h:5/db?password=a@secret", "//u@h:5/db?password=***"),
        ("//h:5/db?password=a@secret&user=u@x", "//h:5/db?password=***&user=u%40x"),
        ("//u:a@secret@h/db", "//u:***@h/db"),
        ("//u:a@secret@h1,h2:2/db", "//u:***@/db?host=h1,h2&port=5432,2"),
        ("//u:a@b/secret@h/db", "//u:***@h/db"),
        ("//u:a?password=b@secret@h/db", "//u:***@h/db"),
        ("//u:secret#a:b?c/d@h:5/db", "//u:***@h:5/db"),
        ("//:secret@h/db", "//:***@h/db"),
        ("//u@work:secret@h/db", "//u@work:***@h/db"),
        ("//u:secret@h/db?application_name=me@work", "//u:***@h/db?application_name=me%40work"),
        ("//u:a@secret@h/db?what is this", "//u:***@h/db?what is this"),
    ],
)
def test_no_password_is_shown_wherever_it_stands(given: str, shown: str) -> None:
    assert str(locate(f"postgresql:{given}")) == f"postgresql+psycopg:{shown}"


@pytest.mark.parametrize("scheme", ["mysql", "POSTGRESQL"])
def test_no_password_is_shown_of_what_cannot_be_used(scheme: str) -> None:
    with pytest.raises(BadRequest) as fault:
        locate(f"{scheme}://u:a@secret@h/db")
    assert f"{scheme}://u:***@h/db" in fault.value.title


@pytest.mark.parametrize("password", ["a@b", "a@b/c", "a/b?c#d:e", "a?x=y@h2/d", "p%40q", "a@b@c"])
def test_a_password_that_is_not_escaped_reaches_the_server(password: str) -> None:
    for query in ("", "?application_name=me@work"):
        url = make_url(locate(f"postgresql://u:{password}@h:5/db{query}").url or "")
        assert (url.username, url.password, url.host, url.port, url.database) == (
            ("u", password.replace("%40", "@"), "h", 5, "db")
        )
        assert url.query.get("application_name") == ("me@work" if query else None)
