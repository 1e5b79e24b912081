"""The note of a client, to which many add: it never grows past its limit, and says when something is missing."""

from __future__ import annotations

from collections.abc import Callable

from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import MAX_NOTE
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.clients.notes import CUT, joined
from salesdesk.clock import Clock
from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database

Hire = Callable[..., Desk]


def test_parts_that_say_nothing_leave_no_trace() -> None:
    assert joined("", "evenings", "", "two shops") == "evenings; two shops"
    assert joined("", "") == ""


def test_a_note_that_fits_to_the_letter_is_whole() -> None:
    whole = joined("a" * (MAX_NOTE - 4), "bb")
    assert len(whole) == MAX_NOTE
    assert whole.endswith("; bb")


def test_what_has_no_room_is_cut_and_the_note_says_so() -> None:
    cut = joined("a" * (MAX_NOTE - 4), "bbb")
    assert len(cut) == MAX_NOTE
    assert cut.endswith("a; " + CUT)
    assert joined(cut, "more") == cut


def test_a_client_who_arrives_sixty_times_has_a_note_of_the_limit(database: Database, clock: Clock, hire: Hire) -> None:
    lead = hire("olha", "lead").person
    for number in range(60):
        note = f"arrival {number}: {'word ' * 780}"
        view = add_client(Sitting(database, clock, lead), NewClient("Olena", "+380671112233", note=note))
    assert len(view.note) == MAX_NOTE
    assert view.note.startswith("arrival 0: word")
    assert view.note.endswith(CUT)
