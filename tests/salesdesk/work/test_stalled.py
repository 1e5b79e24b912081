"""A network that stalls: nobody waits for ever, and an outcome that was said again is recorded once."""

from __future__ import annotations

import select as sockets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from sqlmodel import Session, func, select

from salesdesk.access.people import NewUser, add_user, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.models import Attempt
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed
from tests.support.clock import NOON, StillClock

SILENCE = 0.6  # seconds without an answer that these tests wait


class Network:
    """A way to the server that can be made to swallow what is sent, or the answers to it. It never hangs up."""

    def __init__(self, server: Path) -> None:
        self.swallows_requests = self.swallows_answers = False
        self._server, self._open = server, ExitStack()
        self._door = self._open.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._welcome, daemon=True).start()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                desk, _ = self._door.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                for end in (desk, server):
                    self._open.enter_context(end)
                threading.Thread(target=self._carry, args=(desk, server), daemon=True).start()

    def _carry(self, desk: socket.socket, server: socket.socket) -> None:
        with suppress(OSError, ValueError):
            while True:
                for end in sockets.select([desk, server], [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    swallowed = self.swallows_requests if end is desk else self.swallows_answers
                    if not swallowed:
                        (server if end is desk else desk).sendall(data)

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def place(postgres_desk: Location) -> Location:
    """A fresh desk on the server."""
    return postgres_desk


@pytest.fixture
def network(place: Location) -> Iterator[Network]:
    """The way to it."""
    folder = parse_qs(urlsplit(str(place.url)).query)["host"][0]
    network = Network(Path(folder) / ".s.PGSQL.5432")
    yield network
    network.close()


@pytest.fixture
def far(place: Location, network: Network) -> Iterator[Database]:
    """The same desk over the network."""
    base = urlsplit(str(place.url)).path
    database = Database(
        locate(f"postgresql://postgres@127.0.0.1:{network.port}{base}?connect_timeout=2"), answer_seconds=SILENCE
    )
    yield database
    database.close()


@pytest.fixture
def anna(place: Location, far: Database) -> Desk:
    """Anna's desk, far from the server, with a client due."""
    near = Database(place)
    with near.write() as session:
        add_user(session, NewUser("anna", "manager"), NOON)
        draft = draft_from_row({"name": ["Olena"], "phone": ["+380671231000"]}, {}, country="UA", at=NOON)
        add_clients(session, [draft], Arrival(current(session), NOON, "planned"))
        person = find_person(session, "anna")
    near.close()
    return Desk(Sitting(far, StillClock(NOON), person))


def settings(session: Session, *names: str) -> list[str]:
    return [str(session.connection().execute(text(f"SHOW {name}")).scalar_one()) for name in names]


@pytest.mark.parametrize("swallowed", ["swallows_requests", "swallows_answers"])
def test_an_outcome_in_a_stalled_network_is_recorded_once_when_it_is_said_again(
    place: Location, network: Network, anna: Desk, swallowed: str
) -> None:
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    setattr(network, swallowed, True)
    started = time.monotonic()
    with pytest.raises(StorageError, match=r"has not answered for|cannot be reached"):
        anna.record_outcome(Said("interested"), handed.claim)
    assert time.monotonic() - started < 10
    setattr(network, swallowed, False)
    done = anna.record_outcome(Said("interested"), handed.claim)
    assert done.attempt_id == 1
    near = Database(place)
    with near.read() as session:
        assert session.exec(select(func.count()).select_from(Attempt)).one() == 1
    assert check_storage(near, anna.clock).faults == ()
    near.close()


def test_a_commit_whose_answer_is_swallowed_is_found_when_it_is_said_again(
    network: Network, anna: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = anna.next_task()
    assert isinstance(handed, Handed)
    from psycopg import Connection

    commit = Connection.commit

    def go_deaf(connection: Connection[object]) -> None:
        network.swallows_answers = True
        commit(connection)

    monkeypatch.setattr(Connection, "commit", go_deaf)
    with pytest.raises(StorageError, match="has not answered"):
        anna.record_outcome(Said("interested"), handed.claim)
    monkeypatch.undo()
    network.swallows_answers = False
    again = anna.record_outcome(Said("interested"), handed.claim)
    assert (again.repeated, again.attempt_id) == (True, 1)


def test_whoever_asked_for_long_work_waits_for_it(far: Database) -> None:
    slow = text(f"SELECT pg_sleep({2 * SILENCE})")
    with pytest.raises(StorageError, match="has not answered"), far.read() as session:
        session.connection().execute(slow)
    with far.patient(), far.read() as session:
        session.connection().execute(slow)


def test_every_connection_insists_on_what_an_acknowledgement_needs(place: Location, far: Database) -> None:
    """The server of these tests would acknowledge before it writes."""
    with far.read() as session:
        found = settings(session, "synchronous_commit", "timezone", "lock_timeout")
    assert found == ["on", "UTC", "10s"]
    own = Database(locate(f"{place.url}&options=-c%20search_path%3Dpublic%20-c%20synchronous_commit%3Doff"))
    with own.read() as session:
        assert settings(session, "synchronous_commit", "search_path") == ["on", "public"]
    own.close()


def test_a_primary_of_before_is_left_at_the_first_refusal(far: Database) -> None:
    with far.write() as session:
        session.connection().execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
    with pytest.raises(StorageError, match="is read-only"), far.write() as session:
        add_user(session, NewUser("olha", "manager"), NOON)
    with far.write() as session:
        add_user(session, NewUser("olha", "manager"), NOON)
