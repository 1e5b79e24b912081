"""What duplicates tell of the zone of a client who is here: a better source wins, a worse one never, conflicts stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.storage.database import Database
from salesdesk.storage.models import Area, Client
from salesdesk.work.views import ClientView
from tests.support.clock import StillClock

Arrive = Callable[..., int]
Again = Callable[..., ClientView]

RUSSIAN, DENVER, UKRAINIAN, TOLL_FREE = "+79161234567", "+13035550123", "+380671234567", "+18005550123"


@pytest.fixture
def again(database: Database, clock: StillClock) -> Again:
    """The client of a number arrives again, as typed in by the admin."""
    with database.read() as session:
        boss = find_person(session, "boss")
    return lambda phone, **more: add_client(Sitting(database, clock, boss), NewClient("Olena", phone, **more))


def told(view: ClientView) -> tuple[str | None, str, Any]:
    return view.zone, view.zone_source, view.rival


def test_a_city_replaces_what_the_number_said_and_keeps_it_as_the_rival(arrive: Arrive, again: Again) -> None:
    arrive(phone=DENVER)
    assert told(again(DENVER, city="Kyiv")) == ("Europe/Kyiv", "place", ("phone", "America/Denver"))


def test_a_given_zone_replaces_a_city(arrive: Arrive, again: Again) -> None:
    arrive(phone=DENVER, city="Kyiv")
    assert told(again(DENVER, zone="Asia/Tokyo")) == ("Asia/Tokyo", "given", ("place", "Europe/Kyiv"))


def test_a_worse_source_never_replaces_a_better_one(arrive: Arrive, again: Again) -> None:
    arrive(phone=UKRAINIAN, zone="Asia/Tokyo")
    assert told(again(UKRAINIAN, city="Berlin"))[:2] == ("Asia/Tokyo", "given")
    arrive(phone=DENVER, city="Denver")
    assert told(again(f"{DENVER}, +12125550123"))[:2] == ("America/Denver", "place")


def test_what_a_worse_source_says_is_kept_beside(arrive: Arrive, again: Again) -> None:
    arrive(phone=RUSSIAN, zone="Asia/Tokyo")
    assert told(again(RUSSIAN, city="Красноярск")) == ("Asia/Tokyo", "given", ("place", "Asia/Krasnoyarsk"))


def test_an_unsure_client_becomes_sure(arrive: Arrive, again: Again, database: Database) -> None:
    arrive(phone=RUSSIAN)
    view = again(RUSSIAN, city="Красноярск")
    assert told(view) == ("Asia/Krasnoyarsk", "place", None)
    assert view.zone_candidates == ("Asia/Krasnoyarsk",)
    with database.read() as session:
        client = session.exec(select(Client)).one()
        assert session.get_one(Area, client.area_id).zones == "Asia/Krasnoyarsk"


def test_city_and_region_from_two_tables_tell_together(arrive: Arrive, again: Again) -> None:
    arrive(phone=RUSSIAN, region="Курская область")
    arrive(phone=TOLL_FREE, city="Springfield")
    assert again(RUSSIAN, city="Железногорск").zone == "Europe/Moscow"
    view = again(TOLL_FREE, country="US")
    assert (view.zone, len(view.zone_candidates)) == (None, 3)


def test_a_place_that_leaves_fewer_zones_narrows_them(arrive: Arrive, again: Again) -> None:
    arrive(phone=TOLL_FREE)
    assert len(again(TOLL_FREE).zone_candidates) > 3
    view = again(TOLL_FREE, city="Texas")
    assert (view.zone, view.zone_candidates) == (None, ("America/Chicago", "America/Denver"))
    assert again(TOLL_FREE).zone_candidates == ("America/Chicago", "America/Denver"), "and they do not widen again"


def test_a_new_client_has_the_rival_too(again: Again) -> None:
    view = again(DENVER, city="Київ")
    assert told(view) == ("Europe/Kyiv", "place", ("phone", "America/Denver"))
    assert (view.country, view.as_json()["zone_rival"]) == ("UA", {"source": "phone", "zone": "America/Denver"})
