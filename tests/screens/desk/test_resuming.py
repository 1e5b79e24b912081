"""A client in hand from before the desk, one that is lost, and breaks, through Pilot."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, BreakTime, Task
from salesdesk.team.stuck import release_claim
from salesdesk.work.presence import presence
from screens.app import DeskApp
from screens.desk import break_screen
from tests.support.clock import StillClock
from tests.support.looking import beat, ready, shows, text_of, until

AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]
SIZES = [(80, 24), (120, 36)]
OFFER = "You were on this client (since 12:00 yours): Enter go on, x release"


def held(database: Database) -> int | None:
    """The client whose task is claimed."""
    with database.read() as session:
        return session.exec(select(Task.client_id).where(Task.claimed_by != None)).first()  # noqa: E711


def attempts(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        return list(session.exec(select(Attempt.client_id, Attempt.note)))


@pytest.fixture
def crashed(app: DeskApp, client: AddClient, clock: StillClock) -> DeskApp:
    """Anna's desk died with Olena in hand 18 minutes ago; Petro is due too."""
    client("Olena"), client("Petro")
    app.desk.next_task()
    clock.forward(minutes=18)
    return app


@pytest.mark.parametrize("size", SIZES)
async def test_after_a_crash_the_client_is_offered(
    crashed: DeskApp, size: tuple[int, int], sqlite_database: Database
) -> None:
    async with crashed.run_test(size=size) as pilot:
        await ready(pilot, "Olena")
        await shows(pilot, OFFER)
        await pilot.press("enter")
        await until(pilot, lambda: OFFER not in text_of(pilot.app), "the offer to be over")
        await pilot.press("x")  # released are only clients from before the desk
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
        assert [client for client, _ in attempts(sqlite_database)] == [1]


async def test_a_digit_goes_on_without_more_ado(crashed: DeskApp, sqlite_database: Database) -> None:
    async with crashed.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
        await ready(pilot, "Petro")
        assert OFFER not in text_of(pilot.app)
        assert [client for client, _ in attempts(sqlite_database)] == [1]


async def test_the_client_can_be_given_back_for_the_next(crashed: DeskApp, sqlite_database: Database) -> None:
    async with crashed.run_test() as pilot:
        await ready(pilot, OFFER)
        await pilot.press("x")
        await ready(pilot, "Petro")
        await shows(pilot, "Olena is given back.")
        assert held(sqlite_database) == 2


async def test_what_this_desk_holds_is_not_offered(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("k")
        await shows(pilot, "Manager")
        await pilot.press("k")
        await ready(pilot, "Olena")
        assert "You were on" not in text_of(pilot.app)


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_typed_for_a_lost_client_stays_until_enter(
    app: DeskApp, client: AddClient, person: AddPerson, size: tuple[int, int], sqlite_database: Database
) -> None:
    client("Olena"), client("Petro")
    boss = person("olha", "lead")
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("n", *"twelve windows", "enter")
        await shows(pilot, "twelve windows")
        release_claim(boss.sitting, "anna")
        await pilot.press("6")
        await shows(pilot, "Why?")
        await pilot.press("1")
        await shows(pilot, "This client is no longer yours")
        for text in ("released by Olha", "Not recorded", "Refused", "twelve windows", "Enter next client"):
            await shows(pilot, text)
        await pilot.press("1")
        assert attempts(sqlite_database) == [], "a digit acted on a client that was lost"
        await pilot.press("enter")
        await ready(pilot, "Olena")  # nobody else took her: she is first again, and so is what was typed
        await shows(pilot, "twelve windows")
        assert "no longer yours" not in text_of(app)
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
        assert attempts(sqlite_database) == [(1, "twelve windows")]


async def test_a_heartbeat_tells_that_the_client_was_taken(
    app: DeskApp, client: AddClient, person: AddPerson, clock: StillClock
) -> None:
    client("Olena"), client("Petro")
    boss, ivan = person("olha", "lead"), person("ivan")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        release_claim(boss.sitting, "anna")
        ivan.next_task()
        beat(app)
        await ready(pilot, "Petro")
        await shows(pilot, "! Olena was taken from you: released by Olha; ivan has the client now")


@pytest.mark.parametrize("size", SIZES)
async def test_a_break_gives_the_client_back_and_ends_with_any_key(
    app: DeskApp,
    client: AddClient,
    size: tuple[int, int],
    clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = app.desk.database
    client("Olena")
    async with app.run_test(size=size) as pilot:
        await ready(pilot, "Olena")
        await until(pilot, lambda: presence(database, clock.now())[0].state == "at-desk", "a shift")
        await pilot.press("b", "1", "enter")
        await shows(pilot, "On break 0 min · coffee")
        assert held(database) is None
        assert [p.state for p in presence(database, clock.now()) if p.name == "anna"] == ["break"]
        await pilot.press("enter")  # a key still held down
        clock.forward(minutes=2)
        await shows(pilot, "On break 2 min · coffee")
        monkeypatch.setattr(break_screen, "GUARD_SECONDS", 0.0)
        await pilot.press("j")
        await ready(pilot, "Olena")
        await shows(pilot, "Back after 2 min.")
        with database.read() as session:
            pause = session.exec(select(BreakTime)).one()
        assert (pause.reason, pause.ended_at) == ("coffee", clock.now())


async def test_escape_stays_at_the_desk(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("6")
        await shows(pilot, "Refused  Why?")
        await pilot.press("b", *"dent")
        await shows(pilot, "Refused  Break: why?")
        await pilot.press("escape")
        await shows(pilot, "Refused  Why?")
        await pilot.press("escape")
        await shows(pilot, "What happened?")
        assert held(sqlite_database) == 1
        with sqlite_database.read() as session:
            assert session.exec(select(BreakTime)).all() == []


async def test_an_idle_desk_can_go_on_a_break_too(app: DeskApp, sqlite_database: Database) -> None:
    async with app.run_test() as pilot:
        await ready(pilot, "Nothing due")
        await pilot.press("b", *"dentist [/b]", "enter")
        await shows(pilot, "On break 0 min · dentist [/b]")


async def test_a_typed_time_stays_too(app: DeskApp, client: AddClient, person: AddPerson) -> None:
    client("Olena"), client("Petro")
    boss = person("olha", "lead")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("c")
        await shows(pilot, "tasks in each hour")
        release_claim(boss.sitting, "anna")
        await pilot.press(*"tomorrow 10", "enter")
        for text in ("This client is no longer yours", "Call back", "tomorrow 10"):
            await shows(pilot, text)
        assert "tasks in each hour" not in text_of(pilot.app)
        await pilot.press("enter")
        await shows(pilot, "What happened?")
