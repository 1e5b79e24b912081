"""Setting a client's zone by hand, on both engines: rights, the place, the plan, promises, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.set_zone import ZoneSet, set_zone
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Area, Client, Task
from salesdesk.work.views import Handed
from tests.support.clock import NOON, StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Set = Callable[..., ZoneSet]

RUSSIAN = "+79161234567"
DENVER = "+13035550123"


@pytest.fixture
def put(database: Database, clock: StillClock) -> Set:
    """Sets a zone as the admin, or as whoever is named."""

    def run(client_id: int, text: str, name: str = "boss") -> ZoneSet:
        with database.read() as session:
            person = find_person(session, name)
        return set_zone(Sitting(database, clock, person), client_id, text)

    return run


def open_task(session: Session, client_id: int) -> Task:
    return session.exec(select(Task).where(Task.client_id == client_id, col(Task.closed_at).is_(None))).one()


def rows(database: Database, client_id: int) -> tuple[Client, Area, Task]:
    with database.read() as session:
        client, task = session.get_one(Client, client_id), open_task(session, client_id)
        assert task.area_id == client.area_id
        return client, session.get_one(Area, client.area_id), task


def taken(desk: Desk) -> Handed:
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    return handed


def test_a_zone_by_its_name(put: Set, arrive: Arrive, database: Database) -> None:
    done = put(client_id := arrive(phone=RUSSIAN), "asia/krasnoyarsk")
    assert (done.before, done.after) == (None, "Asia/Krasnoyarsk")
    assert (done.client.zone, done.client.zone_source, done.client.rival) == ("Asia/Krasnoyarsk", "given", None)
    client, area, _ = rows(database, client_id)
    assert (client.city, client.country, area.country, area.zones) == ("", "RU", "RU", "Asia/Krasnoyarsk")
    assert done.because[0] == "zone Asia/Krasnoyarsk, was not known"


@pytest.mark.parametrize("text", ["Красноярск", "Красноярськ", "Krasnoyarsk", "Krasnoyarsk, Krasnoyarsk Krai, RU"])
def test_a_zone_by_a_city_makes_it_the_place(put: Set, arrive: Arrive, database: Database, text: str) -> None:
    done = put(client_id := arrive(phone=RUSSIAN), text)
    assert done.after == "Asia/Krasnoyarsk"
    client, _, _ = rows(database, client_id)
    assert (client.city, client.region, client.country) == ("Krasnoyarsk", "Krasnoyarsk Krai", "RU")
    assert "place Krasnoyarsk, Krasnoyarsk Krai, RU" in done.because
    assert "krasnoyarsk" in client.search_key


def test_the_calling_rules_of_the_place_hold(put: Set, arrive: Arrive, database: Database) -> None:
    client_id = arrive(phone="+380671230000", city="Kyiv")
    put(client_id, "Miami, Florida")
    client, area, _ = rows(database, client_id)
    assert (area.country, area.region, area.zones) == ("US", "FL", "America/New_York")
    assert (client.city, client.region, client.country) == ("Miami", "Florida", "US")


def test_the_words_of_the_city_stay_where_they_agree(put: Set, arrive: Arrive, database: Database) -> None:
    client_id = arrive(phone=DENVER, city="Denver, 1600 Broadway")
    put(client_id, "Denver")
    assert rows(database, client_id)[0].city == "Denver, 1600 Broadway"


def test_the_call_is_planned_anew_in_the_true_window(put: Set, arrive: Arrive) -> None:
    """Noon in Kyiv is five in the morning in New York; the window opens there at nine."""
    client_id = arrive()
    done = put(client_id, "America/New_York")
    assert done.due_before == NOON
    assert done.due_after == NOON + timedelta(hours=4)
    assert done.because[-1] == "the next call moved to Mon 23 Nov 09:00 America/New_York"
    back = put(client_id, "Europe/Kyiv")
    assert back.due_after == NOON
    assert back.client.task is not None
    assert back.client.task.because == ("imported", "the client's zone was set")


def test_the_phones_word_is_kept_as_the_rival(put: Set, arrive: Arrive) -> None:
    client_id = arrive(phone=DENVER)
    done = put(client_id, "Kyiv")
    assert done.client.rival == ("phone", "America/Denver")
    assert done.client.as_json()["zone_rival"] == {"source": "phone", "zone": "America/Denver"}
    assert "was America/Denver (from the phone)" in done.because[0]
    assert put(client_id, "Denver").client.rival is None


def test_a_task_in_hand_gets_the_area_and_keeps_its_time(
    put: Set, hire: Hire, arrive: Arrive, database: Database
) -> None:
    anna, client_id = hire("anna"), arrive()
    held = taken(anna)
    done = put(client_id, "America/New_York", "anna")
    assert (done.due_before, done.due_after) == (NOON, NOON)
    assert done.because[-1] == "the task is in hand and stays as it is"
    _, area, task = rows(database, client_id)
    assert (area.zones, task.claim_id) == ("America/New_York", held.claim)
    assert taken(anna).client.zone == "America/New_York"


def test_a_manager_sets_it_for_the_client_in_hand_only(put: Set, hire: Hire, arrive: Arrive) -> None:
    hire("anna"), hire("lena", "lead")
    client_id = arrive()
    with pytest.raises(NotAllowed, match="in hand only"):
        put(client_id, "Europe/Warsaw", "anna")
    assert put(client_id, "Europe/Warsaw", "lena").after == "Europe/Warsaw"


@pytest.mark.parametrize("client_id", [99, 0, -1, 2**70])
def test_an_unknown_client(put: Set, client_id: int) -> None:
    with pytest.raises(NothingToDo, match="no client"):
        put(client_id, "Europe/Kyiv")


@pytest.mark.parametrize("text", ["", "  ", "Nowhereville", "25", "[/x]", "Springfield"])
def test_what_is_no_zone_changes_nothing(put: Set, arrive: Arrive, database: Database, text: str) -> None:
    client_id = arrive(phone=DENVER)
    with pytest.raises(BadRequest) as caught:
        put(client_id, text)
    assert caught.value.mend
    client, _, _ = rows(database, client_id)
    assert (client.zone, client.zone_source) == ("America/Denver", "phone")


def test_several_towns_are_named_with_their_regions(put: Set, arrive: Arrive) -> None:
    client_id = arrive(phone=DENVER)
    with pytest.raises(BadRequest) as caught:
        put(client_id, "Springfield")
    assert "Springfield, Illinois, US" in caught.value.mend
    assert put(client_id, "Springfield, Illinois, US").after == "America/Chicago"


def promise(desk: Desk, when: str) -> None:
    taken(desk)
    desk.record_outcome(Said("call-back", at=when))


def wanted(database: Database, client_id: int) -> tuple[datetime, str | None, str | None]:
    with database.read() as session:
        task = open_task(session, client_id)
        return task.wanted_at, task.agreed_wall, task.agreed_zone


def test_a_promise_by_the_supposed_clock_keeps_the_time_that_was_said(
    put: Set, hire: Hire, arrive: Arrive, database: Database
) -> None:
    anna, client_id = hire("anna"), arrive()
    promise(anna, "tomorrow 10")
    assert wanted(database, client_id) == (NOON + timedelta(hours=22), "2026-11-24T10:00", "Europe/Kyiv")
    done = put(client_id, "Warsaw")
    assert wanted(database, client_id) == (NOON + timedelta(hours=23), "2026-11-24T10:00", "Europe/Warsaw")
    assert done.due_after == NOON + timedelta(hours=23)
    assert "the promise stays Tue 24 Nov 10:00 Europe/Warsaw, the time that was said" in done.because


@pytest.mark.parametrize("when", ["tomorrow 10 me", "+22h"])
def test_a_promise_by_my_clock_or_as_a_delay_stays_its_instant(
    put: Set, hire: Hire, arrive: Arrive, database: Database, when: str
) -> None:
    anna = hire("anna", zone="Europe/London")
    client_id = arrive(phone="+48221234567")
    anna.clock.at += timedelta(seconds=7)  # type: ignore[attr-defined]
    promise(anna, when)
    before, wall, zone = wanted(database, client_id)
    done = put(client_id, "Kyiv")
    assert wanted(database, client_id) == (before, wall, zone)
    assert any("stays the same instant" in words for words in done.because)


def test_a_promise_in_a_given_zone_stays_its_instant(put: Set, hire: Hire, arrive: Arrive, database: Database) -> None:
    """The zone was known when the time was said: the client has moved since."""
    anna, client_id = hire("anna"), arrive(zone="Europe/Kyiv")
    promise(anna, "tomorrow 10")
    before = wanted(database, client_id)
    put(client_id, "Warsaw")
    assert wanted(database, client_id) == before


def test_a_preferred_time_moves_with_its_promise(put: Set, database: Database, clock: StillClock) -> None:
    from salesdesk.clients.intake import NewClient, add_client

    with database.read() as session:
        boss = find_person(session, "boss")
    added = add_client(Sitting(database, clock, boss), NewClient("Olena", "067 123 45 67", prefer="tomorrow 10"))
    done = put(added.id, "Warsaw")
    assert done.client.preferred == done.due_after == NOON + timedelta(hours=23)


def test_a_promise_outside_the_true_window_is_fed_when_that_opens(
    put: Set, hire: Hire, arrive: Arrive, database: Database
) -> None:
    anna, client_id = hire("anna", zone="Europe/Kyiv"), arrive()
    promise(anna, "tomorrow 10 me")
    done = put(client_id, "America/New_York")
    assert done.due_after == wanted(database, client_id)[0]  # Kyiv was the client's clock too: ten in the morning there
    assert done.due_after == datetime.fromisoformat("2026-11-24T15:00:00+00:00")


def test_a_client_in_a_final_status_has_no_call_to_plan(put: Set, hire: Hire, arrive: Arrive) -> None:
    anna, client_id = hire("anna"), arrive()
    taken(anna), anna.record_outcome(Said("refused", "price"))
    done = put(client_id, "Warsaw")
    assert (done.due_before, done.due_after, done.client.zone) == (None, None, "Europe/Warsaw")


def test_an_incoming_client_stays_fresh_as_long(put: Set, arrive: Arrive, database: Database) -> None:
    client_id = arrive(feed="incoming")
    put(client_id, "America/New_York")
    _, _, task = rows(database, client_id)
    assert task.fresh_until == task.due_at + timedelta(minutes=30)
