"""What once left the desk silent, deaf or frozen, through Pilot: each fault is said, and the desk goes on by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlmodel import col, select
from textual.widgets import Input

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, BreakTime, Task, User
from salesdesk.team.stuck import release_claim
from screens.app import DeskApp
from tests.support.clock import StillClock
from tests.support.looking import beat, deaf, ready, shows, stood, text_of, until
from tests.support.rule_texts import changed_preset, put_in_force

AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]
SIZES = [(80, 24), (120, 36)]
DAY = 86_400
RENAMED = changed_preset(('id = "interested"', 'id = "keen"'), ('label = "Interested"', 'label = "Keen"'))


def attempts(database: Database) -> list[Attempt]:
    with database.read() as session:
        return list(session.exec(select(Attempt).order_by(col(Attempt.id))))


def able(database: Database, name: str, *, active: bool) -> None:
    """Disable or enable somebody."""
    with database.write() as session:
        session.exec(select(User).where(User.name == name)).one().active = active


@pytest.mark.parametrize("size", SIZES)
async def test_a_refusal_without_a_question_is_said_and_stays(
    app: DeskApp, client: AddClient, sqlite_database: Database, size: tuple[int, int]
) -> None:
    client("Olena")
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.focused, Input), "the line of the note")
        app.screen.query_one("#answer", Input).value = "x" * 4100
        await pilot.press("enter", "3")
        await shows(pilot, "! The note has 4100 characters.")
        await pilot.resize_terminal(size[0] + 4, size[1])
        await pilot.pause()
        await ready(pilot, "! The note has 4100 characters.")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.focused, Input), "the line of the note")
        app.screen.query_one("#answer", Input).value = "short"
        await pilot.press("enter")
        await shows(pilot, "note  short")
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
    assert [row.note for row in attempts(sqlite_database)] == ["short"]


async def test_a_card_that_stood_for_days_is_recorded(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        stood(app, 3 * DAY)
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
    assert [row.seconds for row in attempts(sqlite_database)] == [DAY]


async def test_new_rules_are_on_the_card_before_it_is_answered(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("n", *"twelve", "enter")
        await shows(pilot, "note  twelve")
        put_in_force(sqlite_database, RENAMED)
        await shows(pilot, "3  Keen")
        await shows(pilot, "The rules have changed (version 2)")
        await ready(pilot, "note  twelve")
        await pilot.press("3")
        await shows(pilot, "Keen for Olena")
    assert [(row.outcome, row.note, row.rules_version) for row in attempts(sqlite_database)] == [("keen", "twelve", 2)]


async def test_an_answer_under_old_rules_is_asked_for_again(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("n", *"twelve", "enter")
        await shows(pilot, "note  twelve")
        deaf(app)
        put_in_force(sqlite_database, RENAMED)
        await pilot.press("3")
        await shows(pilot, "3  Keen")
        await shows(pilot, "The rules have changed (version 2)")
        assert attempts(sqlite_database) == []
        await ready(pilot, "note  twelve")
        await pilot.press("3")
        await shows(pilot, "Keen for Olena")
    assert [(row.outcome, row.note, row.rules_version) for row in attempts(sqlite_database)] == [("keen", "twelve", 2)]


async def test_a_time_typed_under_old_rules_is_said_to_be_unrecorded(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=(160, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("c", *"tomorrow 10")
        put_in_force(sqlite_database, RENAMED)
        await shows(pilot, "Client  Tue 24 Nov 10:00")  # what is being typed is not taken away
        await pilot.press("enter")
        await shows(pilot, "not recorded: Call back · tomorrow 10")
        await shows(pilot, "3  Keen")
    assert attempts(sqlite_database) == []


async def test_somebody_disabled_and_enabled_again_hears_of_a_lost_client(
    app: DeskApp, client: AddClient, person: AddPerson, sqlite_database: Database
) -> None:
    client("Olena"), client("Petro")
    boss, ivan = person("olha", "lead"), person("ivan")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        able(sqlite_database, "anna", active=False)
        beat(app)
        await shows(pilot, '! "anna" is disabled.')
        able(sqlite_database, "anna", active=True)
        release_claim(boss.sitting, "anna")
        ivan.next_task()
        beat(app)
        await shows(pilot, "Olena was taken from you")
        await ready(pilot, "Petro")


async def test_a_fault_of_the_program_without_a_client_does_not_freeze_the_desk(
    app: DeskApp, client: AddClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Desk.next_task

    def broken(_: Desk) -> object:
        monkeypatch.setattr(Desk, "next_task", whole)
        raise ZeroDivisionError("[oops]")

    monkeypatch.setattr(Desk, "next_task", broken)
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "Unexpected fault: ZeroDivisionError: [oops]")
        client("Petro")
        await ready(pilot, "Petro")
        assert "Unexpected fault" in text_of(app)


async def test_a_break_that_fails_half_way_leaves_the_client_on_the_card(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        with sqlite_database.write() as session:
            session.connection().execute(
                text("CREATE TRIGGER stay BEFORE UPDATE OF claimed_by ON task BEGIN SELECT RAISE(ABORT, 'stay'); END")
            )
        await pilot.press("b", "1", "enter")
        await shows(pilot, "Unexpected fault")
        await ready(pilot, "What happened?")
    with sqlite_database.read() as session:
        assert session.exec(select(BreakTime)).all() == []
        assert session.exec(select(Task.claimed_by)).one() is not None


@pytest.mark.parametrize("key", ["w", "p"])
async def test_a_page_has_one_clock(app: DeskApp, client: AddClient, key: str, clock: StillClock) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press(key)
        await until(pilot, lambda: len(app.screen_stack) > 2, "a page")
        assert [timer._interval for timer in app.screen._timers].count(1.0) == 1
