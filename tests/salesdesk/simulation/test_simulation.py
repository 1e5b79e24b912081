"""Replaying what a real desk recorded, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from rules.model import RuleSet
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import NothingToDo
from salesdesk.founding.demo import make_demo
from salesdesk.simulation.report import Simulation
from salesdesk.simulation.simulate import simulate
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Attempt, Client, Undo, key_of
from salesdesk.work.rulebook import current, save, version_row
from tests.support.clock import NOON, StillClock
from tests.support.histories import invent_history

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Play = Callable[..., None]
Simulated = Callable[..., Simulation]

MISS = Said("no-answer", "not-answering", seconds=40)
INTERESTED = Said("interested", seconds=40)
LADDER = '"5m", "30m", "3h", "1d", "archive"'


def assert_no_differences(found: Simulation) -> None:
    tally = found.tally
    calls, archived, contacts = tally.calls, tally.archived, tally.contacts
    assert calls.simulated_hours == calls.recorded_hours
    assert (calls.moved, calls.dropped, calls.added, tally.unknown.calls) == (0, 0, 0, 0)
    assert archived.recorded == archived.simulated == archived.same
    assert contacts.kept > 0
    assert (contacts.earlier, contacts.lost, contacts.later, contacts.undecided) == (0, 0, 0, 0)


def test_the_rules_in_force_change_nothing_in_the_demo(location: Location) -> None:
    clock = StillClock(NOON)
    database = make_demo(location, clock)
    with database.read() as session:
        rules = current(session).rules
        recorded = len(session.exec(select(Attempt.id)).all())
    told: list[tuple[int, int]] = []
    found = simulate(database, clock, rules, days=28, progress=lambda *said: told.append(said))
    database.close()
    assert_no_differences(found)
    assert found.tally.calls.recorded == recorded == sum(found.tally.calls.recorded_hours)
    assert found.tally.archived.same > 0
    assert told[0][1] == told[-1][1] == recorded


def test_the_rules_in_force_change_nothing_in_a_long_history(
    database: Database, clock: StillClock, simulated: Simulated
) -> None:
    made = invent_history(database, 3000, clock.now())
    found = simulated()
    assert found.tally.calls.recorded == made
    assert_no_differences(found)


def test_several_processes_find_what_one_finds(
    database: Database, clock: StillClock, tried: Callable[..., RuleSet]
) -> None:
    invent_history(database, 6_000, clock.now())
    rules = tried((LADDER, '"10m", "4h", "archive"'), ("max_per_day = 6", "max_per_day = 2"), ('"paid"', '"sold"'))
    told: list[tuple[int, int]] = []
    alone = simulate(database, clock, rules, days=20, processes=1)
    shared = simulate(database, clock, rules, days=20, processes=2, progress=lambda *said: told.append(said))
    assert shared == alone
    assert min(shared.tally.contacts.lost, shared.tally.unknown.calls, shared.tally.cap_hits["max_per_day"]) > 0
    assert [told[0][0], told[-1][0]] == [0, told[0][1]]
    assert len(told) > 2


def test_a_stricter_cap_moves_calls_and_says_which_cap(
    hire: Hire, arrive: Arrive, play: Play, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), MISS, MISS, INTERESTED)
    assert simulated().tally.cap_hits.total() == 0
    tally = simulated(("max_per_day = 6", "max_per_day = 2")).tally
    assert tally.cap_hits["max_per_day"] == 1  # after the second miss; a day later it is another day anyway
    assert (tally.calls.moved, tally.contacts.later, tally.contacts.kept) == (1, 1, 0)
    assert tally.calls.simulated_hours[9] == 1, "the first hour of the next day"


def test_a_total_cap_holds_and_counts_every_call_there_ever_was(
    hire: Hire, arrive: Arrive, play: Play, clock: StillClock, simulated: Simulated
) -> None:
    arrive()
    anna = hire("anna")
    play(anna, *[INTERESTED] * 2)
    clock.forward(days=40)
    play(anna, *[INTERESTED] * 2)
    tally = simulated(("max_per_day = 6", "max_total = 3"), days=28).tally
    assert (tally.calls.recorded, tally.calls.dropped) == (2, 1)
    assert (tally.cap_hits["max_total"], tally.contacts.kept, tally.contacts.lost) == (1, 1, 1)
    everything = simulated(("max_per_day = 6", "max_total = 3"), days=80).tally
    assert (everything.calls.recorded, everything.calls.dropped) == (4, 1)


def test_a_shorter_ladder_archives_earlier_and_loses_what_came_later(
    hire: Hire, arrive: Arrive, play: Play, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), *[MISS] * 4, INTERESTED)
    found = simulated((LADDER, '"5m", "30m", "archive"'))
    tally = found.tally
    assert (tally.archived.recorded, tally.archived.simulated, tally.archived.earlier) == (0, 1, 1)
    assert (tally.calls.dropped, tally.contacts.lost, found.calls_simulated) == (2, 1, 3)


def test_a_longer_ladder_archives_later_and_calls_again(
    hire: Hire, arrive: Arrive, play: Play, clock: StillClock, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), *[MISS] * 5)
    longer = (LADDER, '"5m", "30m", "3h", "1d", "2d", "archive"')
    soon = simulated(longer).tally
    assert (soon.archived.recorded, soon.archived.later, soon.calls.added) == (1, 1, 0)
    clock.forward(days=3)
    found = simulated(longer)
    assert found.tally.calls.added == 1, "what would have fallen due meanwhile"
    assert any(note.startswith("1 archived client would not have been archived by then") for note in found.notes())
    assert any(note.startswith("1 call would be added") for note in found.notes())


def test_an_earlier_call_keeps_the_contact_but_says_so(
    hire: Hire, arrive: Arrive, play: Play, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), MISS, MISS, MISS, INTERESTED)
    found = simulated((LADDER, '"5m", "30m", "1h", "1d", "archive"'))
    assert (found.tally.contacts.kept, found.tally.contacts.earlier) == (1, 1)
    assert any(note.startswith("1 kept contact would have come earlier") for note in found.notes())
    recorded, simulated_hours = found.tally.calls.recorded_hours, found.tally.calls.simulated_hours
    assert [recorded.index(1), simulated_hours.index(1)] == [15, 13]


def test_narrower_hours_move_calls_into_them(hire: Hire, arrive: Arrive, play: Play, simulated: Simulated) -> None:
    arrive()
    play(hire("anna"), MISS, INTERESTED)
    tally = simulated(("09:00-20:00", "15:00-20:00")).tally
    assert tally.calls.recorded_hours[12] == 2
    assert tally.calls.simulated_hours[15] == 2
    assert (tally.contacts.kept, tally.contacts.later) == (0, 1)


def test_a_promise_outside_the_hours_is_not_refused_again(
    hire: Hire, arrive: Arrive, play: Play, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), Said("call-back", at="+2h", seconds=40), INTERESTED)
    assert_no_differences(simulated())
    tally = simulated(("09:00-20:00", "09:00-13:00")).tally
    assert (tally.unknown.calls, tally.contacts.kept, tally.contacts.later) == (0, 1, 1)


def test_what_the_file_does_not_know_is_counted_by_name_and_followed_as_recorded(
    hire: Hire, arrive: Arrive, play: Play, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), MISS, INTERESTED, MISS, INTERESTED)
    without_reason = simulated(('id = "not-answering"', 'id = "silent"'))
    assert without_reason.as_json()["unknown"]["reasons"] == {"no-answer/not-answering": 2}
    assert (without_reason.tally.contacts.kept, without_reason.tally.contacts.undecided) == (0, 2)
    without_outcome = simulated(('id = "interested"', 'id = "keen"')).tally
    assert without_outcome.unknown.outcomes == {"interested": 2}
    without_status = simulated(('"in-work"', '"working"')).tally
    assert without_status.unknown.statuses == {"in-work": 2}
    hidden = simulated(('label = "Interested"', 'label = "Interested"\nshow_in = ["new"]')).tally
    assert hidden.unknown.answers == {"interested: not offered for call in in-work": 1}


def test_a_question_that_changes_nothing_is_no_obstacle_but_a_time_is(
    hire: Hire, arrive: Arrive, play: Play, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), INTERESTED, INTERESTED)
    interested = 'label = "Interested"\nkey = "3"\nreached = true\n'
    assert_no_differences(simulated((interested, f'{interested}ask = ["note", "amount"]\n')))
    tally = simulated((interested, f'{interested}ask = ["time"]\n')).tally
    assert tally.unknown.answers == {"interested: needs a time": 2}


def test_an_ending_in_another_status_is_counted_apart(
    hire: Hire, arrive: Arrive, play: Play, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), *[MISS] * 5)
    tally = simulated((LADDER, '"5m", "30m", "refused"')).tally
    assert (tally.archived.recorded, tally.archived.simulated, tally.archived.otherwise) == (1, 0, 1)
    gone = simulated(('id = "not-answering"', 'id = "silent"')).tally
    assert (gone.archived.recorded, gone.archived.unknown) == (1, 1)


def test_a_call_taken_back_counts_for_nothing(
    hire: Hire, arrive: Arrive, play: Play, database: Database, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), MISS, MISS)
    with database.write() as session:
        last = session.exec(select(Attempt).order_by(col(Attempt.id).desc())).first()
        assert last is not None
        session.add(Undo(attempt_id=key_of(last), user_id=last.user_id, at=last.at))
    assert simulated().tally.calls.recorded == 1


def test_a_zone_that_is_not_sure_has_no_hour(
    hire: Hire, arrive: Arrive, play: Play, clock: StillClock, simulated: Simulated
) -> None:
    clock.at = NOON.replace(hour=7)  # in the hour or so that all Russian zones have in common
    arrive(phone="+79161234567", country="RU")
    play(hire("anna"), INTERESTED)
    found = simulated()
    assert (found.tally.calls.no_hour, sum(found.tally.calls.recorded_hours)) == (1, 0)
    assert any(note.startswith("1 call in no hour") for note in found.notes())
    held = simulated(('unknown_zone = "intersection"', 'unknown_zone = "hold"')).tally
    assert (held.calls.dropped, held.contacts.lost) == (1, 1)


def test_public_holidays_are_closed_where_the_file_says_so(
    hire: Hire, arrive: Arrive, play: Play, clock: StillClock, simulated: Simulated
) -> None:
    clock.at = NOON.replace(month=12, day=24)
    arrive(phone="+4930901820", country="DE")
    play(hire("anna"), INTERESTED, INTERESTED)  # the second on Christmas Day
    tally = simulated(("[calling]", "[calling]\nholidays = true")).tally
    assert (tally.contacts.kept, tally.contacts.later) == (1, 1)


def test_only_the_days_asked_for_are_replayed(
    hire: Hire, arrive: Arrive, play: Play, clock: StillClock, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), MISS)
    clock.forward(days=10)
    assert simulated(days=11).tally.calls.recorded == 1
    with pytest.raises(NothingToDo, match="in the last 9 days"):
        simulated(days=9)


def test_a_simulation_changes_nothing(
    hire: Hire, arrive: Arrive, play: Play, database: Database, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), MISS, INTERESTED)
    with database.read() as session:
        before = [client.model_dump() for client in session.exec(select(Client))]
    simulated((LADDER, '"5m", "archive"'))
    with database.read() as session:
        assert [client.model_dump() for client in session.exec(select(Client))] == before
        assert len(session.exec(select(Attempt.id)).all()) == 2


def test_the_json_has_the_contracts_fields(hire: Hire, arrive: Arrive, play: Play, simulated: Simulated) -> None:
    arrive()
    play(hire("anna"), MISS, INTERESTED)
    found = simulated().as_json()
    assert {"calls_per_hour", "archived", "cap_hits", "contacts", "compared_with"} <= set(found)
    assert [row["hour"] for row in found["calls_per_hour"]] == list(range(24))
    assert found["calls_per_hour"][12] == {"hour": 12, "recorded": 2, "simulated": 2}
    assert found["contacts"] == {"kept": 1, "kept_earlier": 0, "lost": 0, "unknown": 0, "gained": None}
    assert (found["compared_with"], found["clients"]) == (1, 1)
    assert any("contacts gained cannot be known" in note for note in found["notes"])


def test_calls_under_older_rules_are_told(
    hire: Hire, arrive: Arrive, play: Play, database: Database, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), MISS)
    with database.write() as session:
        save(session, f"# newer\n{version_row(session).toml}", author_id=None, note="", now=NOON)
    found = simulated()
    assert (found.version, found.tally.calls.older) == (2, 1)
    assert any("another version" in note for note in found.notes())


def test_what_is_left_out_is_told_only_where_it_matters(
    hire: Hire, arrive: Arrive, play: Play, simulated: Simulated
) -> None:
    arrive()
    play(hire("anna"), MISS)
    assert not [note for note in simulated().notes() if "Triggers" in note]
    trigger = (
        '[[trigger]]\nstatus = "in-work"\nsilent_for = "7d"\nthen = { task = "call" }\n\n[[ladder]]\nid = "no-answer"'
    )
    changed = list(simulated(('[[ladder]]\nid = "no-answer"', trigger), ("bad_phone = true", "")).notes())
    assert "Triggers are not replayed: only calls move clients here." in changed
    assert not [note for note in changed if "wrong number" in note]
