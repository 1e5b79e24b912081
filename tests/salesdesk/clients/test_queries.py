"""Looking clients up, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesdesk.clients.queries import USUAL, list_clients, show_client
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Import
from tests.support.clock import StillClock
from tests.support.people import sitting

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


def test_show_gives_the_client_as_it_stands(database: Database, clock: StillClock, arrive: Arrive) -> None:
    view = show_client(sitting(database, clock), arrive("Olena", city="Kyiv"))
    assert (view.name, view.city, view.status, view.window_open) == ("Olena", "Kyiv", "new", True)
    assert view.task is not None
    assert view.as_json()["local_time"] == "2026-11-23T12:00:00+02:00"


@pytest.mark.parametrize("unknown", [0, -1, 999, 2**40, 2**70])
def test_an_unknown_client(database: Database, clock: StillClock, unknown: int) -> None:
    with pytest.raises(NothingToDo, match=f"no client {unknown}"):
        show_client(sitting(database, clock), unknown)


def test_an_empty_desk_lists_nothing(database: Database, clock: StillClock) -> None:
    assert list_clients(sitting(database, clock)) == []


def test_filters(database: Database, clock: StillClock, arrive: Arrive, hire: Hire) -> None:
    anna = hire("anna")
    arrive("Refused"), arrive("Hers", owner="anna"), arrive("Nobody's")
    anna.next_task(), anna.record_outcome(Said("refused", "price"))

    def names(**filters: str) -> list[str]:
        return [view.name for view in list_clients(sitting(database, clock), **filters)]  # type: ignore[arg-type]

    assert names() == ["Refused", "Hers", "Nobody's"]
    assert names(status="refused") == ["Refused"]
    assert names(status="paid") == []
    assert names(owner="anna") == ["Hers"]
    assert names(owner="anna", status="refused") == []


def test_limits(database: Database, clock: StillClock, arrive: Arrive) -> None:
    ids = [arrive() for _ in range(USUAL + 1)]
    assert [view.id for view in list_clients(sitting(database, clock))] == ids[:USUAL]
    assert [view.id for view in list_clients(sitting(database, clock), limit=2)] == ids[:2]
    assert len(list_clients(sitting(database, clock), limit=10_000)) == USUAL + 1
    for wrong in (0, -1, 10_001):
        with pytest.raises(BadRequest, match=str(wrong)):
            list_clients(sitting(database, clock), limit=wrong)


def test_unknown_filters(database: Database, clock: StillClock) -> None:
    with pytest.raises(BadRequest, match="asleep") as fault:
        list_clients(sitting(database, clock), status="asleep")
    assert "new, in-work" in fault.value.mend
    with pytest.raises(NothingToDo, match="nobody"):
        list_clients(sitting(database, clock), owner="nobody")


def test_clients_of_an_unfinished_import_are_not_there_yet(
    database: Database, clock: StillClock, arrive: Arrive
) -> None:
    client_id = arrive()
    with database.write() as session:
        session.add(Import(id=3, file_name="x.csv", user_id=1, started_at=clock.now()))
        session.flush()
        session.get_one(Client, client_id).import_id = 3
    assert list_clients(sitting(database, clock)) == []
    with pytest.raises(NothingToDo):
        show_client(sitting(database, clock), client_id)
    with database.write() as session:
        session.get_one(Import, 3).finished_at = clock.now()
    assert show_client(sitting(database, clock), client_id).id == client_id
