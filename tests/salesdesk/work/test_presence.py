"""Shifts and breaks on both engines: who is at a desk, who is away, and what a desk that died leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from rules.model import Span, Window
from salesdesk.access.sitting import Sitting
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import BreakTime, Shift, User
from salesdesk.team.shifts import Attendance, begin_shift, end_break, end_shift, see
from salesdesk.work.presence import away, presence, read_hours, working_hours
from salesdesk.work.rulebook import current
from tests.support.clock import NOON, StillClock

Hire = Callable[..., Desk]


def minute(number: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=number)


def shifts(database: Database) -> list[tuple[object, object, object]]:
    with database.read() as session:
        rows = session.exec(select(Shift).order_by(Shift.id))  # type: ignore[arg-type]
        return [(row.started_at, row.seen_at, row.ended_at) for row in rows]


def breaks(database: Database) -> list[tuple[object, object, str]]:
    with database.read() as session:
        rows = session.exec(select(BreakTime).order_by(BreakTime.id))  # type: ignore[arg-type]
        return [(row.started_at, row.ended_at, row.reason) for row in rows]


def away_now(database: Database, clock: StillClock, *desks: Desk) -> set[str]:
    names = {desk.person.id: desk.person.name for desk in desks}
    with database.read() as session:
        return {names[user] for user in away(session, names, clock.now())}


def state(database: Database, clock: StillClock, name: str) -> tuple[str, object]:
    found = next(each for each in presence(database, clock.now()) if each.name == name)
    return found.state, found.since


def test_a_shift_begins_is_seen_and_ends(database: Database, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    clock.forward(minutes=1)
    see(Sitting(database, clock, anna))
    clock.forward(minutes=1)
    end_shift(Sitting(database, clock, anna))
    assert shifts(database) == [(minute(0), minute(2), minute(2))]


def test_the_shift_of_a_dead_desk_ends_where_it_was_last_seen(
    database: Database, hire: Hire, clock: StillClock
) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    clock.forward(minutes=1)
    see(Sitting(database, clock, anna))
    clock.forward(seconds=30)
    begin_shift(Sitting(database, clock, anna))
    assert shifts(database) == [(minute(0), minute(1), minute(1)), (minute(1.5), minute(1.5), None)]


def test_a_machine_that_slept_begins_a_new_shift(database: Database, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    clock.forward(minutes=3)
    see(Sitting(database, clock, anna))
    assert shifts(database) == [(minute(0), minute(0), minute(0)), (minute(3), minute(3), None)]


def test_two_desks_of_one_person_share_a_shift(database: Database, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    clock.forward(minutes=1)
    begin_shift(Sitting(database, clock, anna))
    see(Sitting(database, clock, anna))
    end_shift(Sitting(database, clock, anna))
    assert [ended for *_, ended in shifts(database)] == [minute(0), minute(1)]
    clock.forward(minutes=1)
    see(Sitting(database, clock, anna))  # the desk that stays is at work all the same
    assert shifts(database)[-1] == (minute(2), minute(2), None)


def test_a_clock_set_back_never_ends_a_shift_before_it_began(database: Database, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    Desk(Sitting(database, clock, anna)).take_break()
    clock.forward(minutes=-10)
    see(Sitting(database, clock, anna))
    end_shift(Sitting(database, clock, anna))
    assert shifts(database) == [(minute(0), minute(0), minute(0))]
    assert breaks(database) == [(minute(0), minute(0), "")]


def test_people_who_begin_at_one_instant_have_one_open_shift_each(
    database: Database, hire: Hire, clock: StillClock
) -> None:
    people = [hire(name).person for name in ("anna", "ivan")]
    together = threading.Barrier(6)

    def begin(number: int) -> None:
        together.wait()
        begin_shift(Sitting(database, clock, people[number % 2]))

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        open_ones = session.exec(select(Shift.user_id).where(Shift.ended_at == None)).all()  # noqa: E711
    assert sorted(open_ones) == sorted(person.id for person in people)


def test_a_desk_is_seen_at_most_once_a_minute(database: Database, hire: Hire, clock: StillClock) -> None:
    attendance = Attendance(Sitting(database, clock, hire("anna").person))
    for _ in range(7):
        attendance.be_seen()
        clock.forward(seconds=20)
    assert shifts(database) == [(minute(0), minute(2), None)]
    attendance.leave()
    attendance.be_seen()  # what was under way when the desk closed opens nothing again
    assert [ended for *_, ended in shifts(database)] == [clock.now()]


def test_a_desk_that_was_never_seen_ends_nothing(database: Database, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    Attendance(Sitting(database, clock, anna)).leave()
    assert shifts(database) == [(minute(0), minute(0), None)]


def test_one_break_at_a_time(database: Database, hire: Hire, clock: StillClock) -> None:
    anna, ivan = hire("anna").person, hire("ivan").person
    begin_shift(Sitting(database, clock, anna))
    Desk(Sitting(database, clock, anna)).take_break(" lunch ")
    Desk(Sitting(database, clock, ivan)).take_break()
    with pytest.raises(BadRequest, match="anna is on a break already"):
        Desk(Sitting(database, clock, anna)).take_break()
    clock.forward(minutes=18)
    assert end_break(Sitting(database, clock, anna)) == timedelta(minutes=18)
    with pytest.raises(NothingToDo, match="anna is on no break"):
        end_break(Sitting(database, clock, anna))
    assert breaks(database) == [(minute(0), minute(18), "lunch"), (minute(0), None, "")]


def test_a_reason_that_is_too_long_is_refused(database: Database, hire: Hire, clock: StillClock) -> None:
    with pytest.raises(BadRequest, match="201 characters"):
        Desk(Sitting(database, clock, hire("anna").person)).take_break("x" * 201)
    assert breaks(database) == []


def test_leaving_ends_the_break(database: Database, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    Desk(Sitting(database, clock, anna)).take_break()
    clock.forward(minutes=5)
    end_shift(Sitting(database, clock, anna))
    assert breaks(database) == [(minute(0), minute(5), "")]


def test_a_break_at_a_desk_that_died_ends_where_it_was_last_seen(
    database: Database, hire: Hire, clock: StillClock
) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    Desk(Sitting(database, clock, anna)).take_break()
    clock.forward(minutes=2)
    see(Sitting(database, clock, anna))
    clock.forward(hours=12)
    begin_shift(Sitting(database, clock, anna))
    assert breaks(database) == [(minute(0), minute(2), "")]


def test_a_machine_that_slept_in_a_break_does_not_end_it(database: Database, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna").person
    begin_shift(Sitting(database, clock, anna))
    Desk(Sitting(database, clock, anna)).take_break()
    clock.forward(minutes=30)
    see(Sitting(database, clock, anna))
    assert breaks(database) == [(minute(0), None, "")]
    assert state(database, clock, "anna") == ("break", minute(0))


def test_who_is_away(database: Database, hire: Hire, clock: StillClock) -> None:
    anna, ivan, olha, petro = (hire(name) for name in ("anna", "ivan", "olha", "petro"))
    assert away_now(database, clock, anna, ivan) == {"anna", "ivan"}
    for desk in (anna, ivan, olha, petro):
        begin_shift(Sitting(database, clock, desk.person))
    Desk(Sitting(database, clock, ivan.person)).take_break()
    end_shift(Sitting(database, clock, petro.person))
    with database.write() as session:
        session.get_one(User, olha.person.id).active = False
    assert away_now(database, clock, anna, ivan, olha, petro) == {"ivan", "olha", "petro"}
    end_break(Sitting(database, clock, ivan.person))
    clock.forward(seconds=179)
    assert away_now(database, clock, anna, ivan) == set()
    clock.forward(seconds=1)
    assert away_now(database, clock, anna, ivan) == {"anna", "ivan"}
    assert away_now(database, clock) == set()


def test_where_everybody_is_and_since_when(database: Database, hire: Hire, clock: StillClock) -> None:
    anna, ivan, olha = (hire(name).person for name in ("anna", "ivan", "olha"))
    for person in (anna, ivan, olha):
        begin_shift(Sitting(database, clock, person))
    clock.forward(minutes=1)
    Desk(Sitting(database, clock, ivan)).take_break("lunch")
    end_shift(Sitting(database, clock, olha))
    clock.forward(minutes=1)
    for person in (anna, ivan):
        see(Sitting(database, clock, person))
    found = {each.name: (each.state, each.since, each.reason) for each in presence(database, clock.now())}
    assert found == {
        "anna": ("at-desk", minute(0), ""),
        "boss": ("away", None, ""),
        "ivan": ("break", minute(1), "lunch"),
        "olha": ("away", minute(1), ""),
    }
    clock.forward(minutes=5)
    assert state(database, clock, "anna") == ("away", minute(2))
    assert state(database, clock, "ivan") == ("away", minute(2))


def test_disabled_people_are_nowhere(database: Database, hire: Hire, clock: StillClock) -> None:
    anna = hire("anna").person
    with database.write() as session:
        session.get_one(User, anna.id).active = False
    assert [each.name for each in presence(database, clock.now())] == ["boss"]


def test_own_hours_are_by_the_own_clock_and_the_teams_by_the_home_clock(
    database: Database, hire: Hire, clock: StillClock
) -> None:
    hire("anna", zone="Europe/Lisbon")
    with database.read() as session:
        rules = current(session).rules
        anna = session.exec(select(User).where(User.name == "anna")).one()
    assert working_hours(anna, rules) == (rules.working.hours, "Europe/Kyiv")
    anna.hours = '{"mon-fri": "08:00-12:00, 13:00-16:00", "fri": ""}'
    day = (Span(8 * 3600, 12 * 3600), Span(13 * 3600, 16 * 3600))
    assert working_hours(anna, rules) == (Window((day, day, day, day, (), (), ())), "Europe/Lisbon")
    anna.zone = None
    assert working_hours(anna, rules)[1] == "Europe/Kyiv"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("09:00-18:00", "no JSON"),
        ("[]", "not a table of days"),
        ("{}", "names no day"),
        ('{"mon-fri": "9-18"}', "mon-fri '9-18' is not a span of hours"),
        ('{"monday": "09:00-18:00"}', "monday is not a day"),
        ('{"mon": 9}', "mon"),
    ],
)
def test_hours_that_cannot_be_read_say_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words) as fault:
        read_hours(text)
    assert "mon-fri" in fault.value.mend
