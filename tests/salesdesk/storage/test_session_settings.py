"""Whatever the server, the database or a pooler would have a session be, ours is as the program relies on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import text

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.changes import Live
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.session_settings import LATER, SESSION
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.bases import DeskServer
from tests.support.clock import NOON, StillClock
from tests.support.command_line import run_here
from tests.support.furnishing import arrive, hire
from tests.support.pooler import Parameters, pooler

HANG_UP = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# What an admin, a hosting firm or another program on the same server may have set for everybody.
_HASTY = ("lock_timeout = '1ms'", "idle_in_transaction_session_timeout = '1ms'", "synchronous_commit = off")
ODD = {
    "serializable": ("default_transaction_isolation = 'serializable'", "DateStyle = 'SQL, DMY'", *_HASTY),
    "repeatable read": (
        "default_transaction_isolation = 'repeatable read'",
        "default_transaction_deferrable = on",
        "DateStyle = 'German'",
        "IntervalStyle = 'iso_8601'",
        "statement_timeout = '2s'",
        "client_encoding = 'LATIN1'",
    ),
    "values": (
        "DateStyle = 'Postgres, YMD'",
        "bytea_output = 'escape'",
        "extra_float_digits = -15",
        "TimeZone = 'Asia/Kathmandu'",
        "standard_conforming_strings = off",
        "row_security = off",
        "idle_session_timeout = '5s'",
    ),
}


def by_an_admin(location: Location, statement: str) -> None:
    """Run a statement, in which ``{base}`` is the database, in a session that nothing is set for."""
    url = (location.url or "").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off") as connection:
        connection.execute(statement.replace("{base}", f'"{connection.info.dbname}"').encode())


def set_for_all(location: Location, setting: str) -> None:
    """Set it for every session of the database."""
    by_an_admin(location, "ALTER DATABASE {base} SET " + setting)


def put_back(location: Location) -> None:
    by_an_admin(location, "ALTER DATABASE {base} RESET ALL")


@pytest.fixture(scope="module")
def odd_desk(new_postgres_desk: Callable[[], Location]) -> Location:
    """A desk whose database is given odd settings, one after the other."""
    location = new_postgres_desk()
    database = Database(location)
    hire(database, StillClock(NOON), "anna")
    database.close()
    return location


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest, odd_desk: Location) -> Iterator[Location]:
    for setting in ODD[request.param]:
        set_for_all(odd_desk, setting)
    yield odd_desk
    put_back(odd_desk)


def settings_of(database: Database) -> dict[str, str]:
    with database.read() as session:
        rows = session.connection().execute(text("SELECT name, current_setting(name) FROM pg_settings"))
        return {name.lower(): value for name, value in rows}


def differing(database: Database) -> dict[str, str]:
    """What is not as the program relies on. On a socket in a folder the kernel is told nothing: the server says 0."""
    found = settings_of(database)
    wanted = {name: value for name, value in SESSION.items() if not name.startswith("tcp_")}
    wanted |= {name: value for name, (_, value) in LATER.items() if name in found}
    return {name: found[name] for name, value in wanted.items() if found[name] != value}


def works(database: Database, clock: StillClock, phone: str) -> Desk:
    """A client arrives, is handed out, answered with letters of many kinds, and what was written is read back."""
    name = "Олена Ґудзь \\ 'О’Коннор' 北京"
    client = arrive(database, clock, name, phone)
    with database.read() as session:
        desk = Desk(Sitting(database, clock, find_person(session, "anna")))
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    assert (handed.client.id, handed.client.name) == (client, name)
    done = desk.record_outcome(Said("call-back", at="tomorrow 11:00", note="ґ \\n"), handed.claim)
    assert (done.attempt_id > 0, done.repeated) == (True, False)
    return desk


numbers = iter(range(1000, 9999))


def a_phone() -> str:
    return f"+3806712{next(numbers):05d}"


def test_a_session_is_as_the_program_relies_on_whatever_the_database_says(odd: Location, clock: StillClock) -> None:
    database = Database(odd)
    try:
        assert differing(database) == {}
        works(database, clock, a_phone())
        assert check_storage(database, clock).faults == ()
    finally:
        database.close()


COMMANDS = (
    ("db", "status"),
    ("db", "check"),
    ("users", "list"),
    ("users", "add", "anna", "--role", "manager"),
    ("users", "hours", "anna", "mon-fri 09:00-18:00"),
    ("clients", "list"),
    ("clients", "add", "--name", "Ivan", "--phone", "+380671230001", "--country", "UA"),
    ("rules", "history"),
    ("rules", "ladder", "set", "no-answer", "7m", "1h", "1d", "archive"),
    ("kpi",),
    ("task", "load"),
    ("audit",),
    ("tick",),
)


def test_every_kind_of_command_works_under_odd_settings(new_postgres_desk: Callable[[], Location]) -> None:
    location = new_postgres_desk()
    for setting in ("DateStyle = 'German'", "default_transaction_isolation = 'serializable'"):
        set_for_all(location, setting)
    for words in COMMANDS:
        ran = run_here("--db", str(location.url), "--as", "boss", *words)
        assert ran.code == 0, (words, ran)


def test_a_base_that_is_closed_to_writing_is_read_and_the_fault_is_told(odd_desk: Location) -> None:
    place = ("--db", str(odd_desk.url), "--as", "boss")
    set_for_all(odd_desk, "default_transaction_read_only = on")
    try:
        assert run_here(*place, "users", "list").code == 0
        ran = run_here(*place, "users", "add", "ivan", "--role", "manager")
    finally:
        put_back(odd_desk)
    assert (ran.code, ran.out) == (4, "")
    assert "is read-only" in ran.err
    assert "default_transaction_read_only" in ran.err


def test_a_base_without_a_place_for_tables_is_named(postgres_server: DeskServer) -> None:
    location = locate(postgres_server.empty())
    set_for_all(location, "search_path = ''")
    ran = run_here("--db", str(location.url), "init", "--preset", "en")
    assert (ran.code, ran.out) == (4, "")
    assert "search_path" in ran.err


# Behind a pooler.


@pytest.mark.parametrize(("parameters", "resets"), [("refused", False), ("dropped", True)])
def test_behind_a_pooler_every_session_is_ours(
    odd_desk: Location, clock: StillClock, parameters: Parameters, resets: bool
) -> None:
    """Sessions go from one to the next, with what was prepared in them where the pooler does not reset them."""
    set_for_all(odd_desk, "default_transaction_isolation = 'serializable'")
    try:
        with pooler(odd_desk.url or "", parameters, resets=resets) as lends:
            for _ in range(2):
                database = Database(locate(lends.url))
                assert differing(database) == {}
                for _ in range(6):  # so often that the driver prepares its statements
                    works(database, clock, a_phone())
                database.close()
                lends.wait_for_idle()
            assert lends.refused == []
            assert lends.lent_again >= 1
    finally:
        put_back(odd_desk)
    database = Database(odd_desk)
    assert check_storage(database, clock).faults == ()
    database.close()


def test_a_desk_behind_a_pooler_hears_of_work_and_takes_up_its_settings_after_a_lost_session(
    odd_desk: Location, clock: StillClock
) -> None:
    with pooler(odd_desk.url or "") as lends:
        database = Database(locate(lends.url))
        live = Live(database)
        assert live.wait(0)
        works(database, clock, a_phone())
        assert live.wait(30), "the notice of the arrival"
        live.end()
        by_an_admin(odd_desk, HANG_UP)
        works(database, clock, a_phone())
        assert differing(database) == {}
        database.close()


def test_a_pooler_that_refuses_what_the_url_asks_for_is_named(odd_desk: Location) -> None:
    with pooler(odd_desk.url or "") as lends:
        ran = run_here("--db", f"{lends.url}?options=-c%20geqo%3Doff", "--as", "boss", "users", "list")
    assert (ran.code, lends.refused) == (4, ["options"])
    assert "refuses a start-up parameter" in ran.err


def test_a_pooler_that_lends_by_the_transaction_is_named(odd_desk: Location) -> None:
    """A session that has not the statement that the driver prepared in another one."""
    database = Database(odd_desk)
    try:
        with pytest.raises(StorageError, match="by the transaction") as fault, database.write() as session:
            session.connection().execute(text("EXECUTE nowhere"))
        assert "session" in fault.value.mend
    finally:
        database.close()
