"""Finding clients by what somebody remembers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesdesk.access.sitting import Sitting
from salesdesk.clients.finding import find_clients
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]


@pytest.mark.parametrize(
    "wanted",
    ["О'ЛЕНК", "оленка петр", "петренко олен", "067 111 22 33", "(067) 1112233", "380671112", "2233", "Ромашка", "@ro"],
)
def test_found_by_any_of_the_words_in_any_case(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, wanted: str
) -> None:
    lead = hire("olha", "lead").person
    one = arrive("Оʼленка Петренко", phone="+380671112233", company="ТОВ Ромашка", email="o@romashka.ua")
    arrive("Іван", phone="+380509998877")
    assert [
        client.id for client in find_clients(Sitting(database, clock, lead), wanted.replace("оленка", "Оленка")).clients
    ] == [one]


@pytest.mark.parametrize("wanted", ["%%", "__", "петренко ромашка", "999 000"])
def test_wildcards_mean_nothing_and_every_word_must_match(
    database: Database, clock: StillClock, hire: Hire, arrive: Arrive, wanted: str
) -> None:
    arrive("Олена Петренко", phone="+380671112233")
    with pytest.raises(NothingToDo, match="matches"):
        find_clients(Sitting(database, clock, hire("olha", "lead").person), wanted)


@pytest.mark.parametrize("wanted", ["", " ", "о", "0", "'"])
def test_too_little_to_search_for(database: Database, clock: StillClock, hire: Hire, wanted: str) -> None:
    with pytest.raises(BadRequest, match="too short"):
        find_clients(Sitting(database, clock, hire("olha", "lead").person), wanted)


def test_a_manager_finds_nobody(database: Database, clock: StillClock, hire: Hire) -> None:
    with pytest.raises(NotAllowed):
        find_clients(Sitting(database, clock, hire("anna").person), "olena")
