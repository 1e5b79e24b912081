"""The desk screen through Pilot: what keys do, what never happens, and what is said when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import func, select
from textual.widgets import Static

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Client, Task
from screens.app import DeskApp
from screens.shared import keys
from tests.support.clock import StillClock
from tests.support.looking import ready, shows, text_of, until

AddClient = Callable[..., int]
SIZES = [(80, 24), (120, 36), (200, 50)]


def attempts(database: Database) -> list[Attempt]:
    with database.read() as session:
        return list(session.exec(select(Attempt).order_by(Attempt.id)))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_card_needs_no_key(app: DeskApp, client: AddClient, size: tuple[int, int]) -> None:
    client("Olena Kovalenko", company="ТОВ «Вікна Плюс»", city="Kyiv", source="site form")
    async with app.run_test(size=size) as pilot:
        for word in ("ТОВ «Вікна Плюс»", "12:00:00", "Kyiv", "(your time)", "open until 20:00", "site form", "Why now"):
            await shows(pilot, word)
        labels = (
            "No answer",
            "Call back",
            "Interested",
            "Offer sent",
            "Paid",
            "Refused",
            "Wrong number",
            "Do not call",
        )
        for digit, label in enumerate(labels, start=1):
            await shows(pilot, f"{digit}  {label}")


async def test_two_keys_record_a_miss_and_bring_the_next_client(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena"), client("Petro")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("1")
        await shows(pilot, "Does not answer")
        await pilot.press("1")
        await shows(pilot, "Petro")
        await shows(pilot, "No answer for Olena, next today 12:05 yours and theirs")
        await shows(pilot, "1 call · 0 reached")
    assert [(row.outcome, row.reason) for row in attempts(sqlite_database)] == [("no-answer", "not-answering")]


async def test_escape_goes_back_from_the_reasons(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("6")
        await shows(pilot, "No need")
        await pilot.press("escape")
        await shows(pilot, "8  Do not call")
    assert attempts(sqlite_database) == []


async def test_a_time_is_asked_for_and_both_clocks_are_shown(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Dana", zone="Asia/Almaty")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Dana")
        await pilot.press("2")
        await shows(pilot, "When?")
        await pilot.press(*"tomorrow", "space", *"10")
        await shows(pilot, "Client  Tue 24 Nov 10:00")
        await shows(pilot, "You     Tue 24 Nov 07:00")
        await pilot.press("enter")
        await shows(pilot, "Call back for Dana, next tomorrow 07:00")
    with sqlite_database.read() as session:
        task = session.exec(select(Task).where(Task.closed_at == None)).one()  # noqa: E711
        assert (task.feed, task.agreed_wall, task.agreed_zone) == ("callback", "2026-11-24T10:00", "Asia/Almaty")


async def test_a_promise_outside_the_hours_needs_a_second_enter(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("c")
        await shows(pilot, "When?")
        await pilot.press(*"tomorrow", "space", "7", "enter")
        await shows(pilot, "Enter again books it")
        assert attempts(sqlite_database) == []
        await pilot.press("enter")
        await shows(pilot, "Call back for Olena, next tomorrow 09:00")
    assert len(attempts(sqlite_database)) == 1


async def test_changing_the_time_takes_the_confirmation_back(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("c", *"tomorrow", "space", "7", "enter")
        await shows(pilot, "Enter again books it")
        await pilot.press("backspace", "6", "enter")
        await shows(pilot, "called Tue 24 Nov 06:00")
        assert attempts(sqlite_database) == []


async def test_a_wrong_time_or_amount_is_asked_again_with_what_was_typed(
    app: DeskApp, client: AddClient, sqlite_database: Database
) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("5", *"much", "enter")
        await shows(pilot, '"much" is not an amount')
        await pilot.press(*["backspace"] * 4, *"1200.50", "enter")
        await shows(pilot, "Paid for Olena")
    assert [row.amount_minor for row in attempts(sqlite_database)] == [120_050]


async def test_a_note_goes_with_the_outcome(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("n", *"price", "space", *"[12]", "enter")
        await shows(pilot, "note  price [12]")
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
    assert [row.note for row in attempts(sqlite_database)] == ["price [12]"]


async def test_letters_work_under_a_cyrillic_layout(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("ц")
        await shows(pilot, "Why this client")
        await pilot.press("ц")
        await shows(pilot, "What happened?")
        await pilot.press("л")
        await shows(pilot, "Contact rate")
        await pilot.press("л")
        await shows(pilot, "What happened?")


async def test_nothing_due_says_when_and_wakes_by_itself(
    app: DeskApp, client: AddClient, clock: StillClock, person: Callable[..., Desk]
) -> None:
    client("Olena")
    async with app.run_test() as pilot:
        await ready(pilot, "Olena")
        await pilot.press("1", "1")
        await shows(pilot, "Nothing due")
        await shows(pilot, "next today 12:05 your time, in 5 min: Olena")
        clock.forward(minutes=5)
        await shows(pilot, "ladder")
        assert "Nothing due" not in text_of(app)


async def test_an_arriving_client_wakes_an_idle_desk(app: DeskApp, client: AddClient) -> None:
    async with app.run_test() as pilot:
        await shows(pilot, "No task is planned for you")
        client("Petro")
        await shows(pilot, "Petro")


async def test_text_from_outside_is_literal(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    hostile = client("[bold]Eve[/bold] [/x] \x1b[2J\u202eevil", company="[Acme] Ltd", note="[@click=app.exit]x")
    with sqlite_database.write() as session:
        session.get_one(Client, hostile).name = "[bold]Eve[/] [/x] \x1b[2J\u202eevil"
    async with app.run_test() as pilot:
        await shows(pilot, "[bold]Eve[/] [/x] [2Jevil")
        await shows(pilot, "[Acme] Ltd")
        await shows(pilot, "[@click=app.exit]x")
        assert "\x1b" not in text_of(app)


async def test_the_clients_clock_ticks(app: DeskApp, client: AddClient, clock: StillClock) -> None:
    client("Olena", zone="Asia/Kathmandu")
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "15:45:00  Kathmandu  (+3 h 45 min from you)")
        clock.forward(seconds=7)
        await shows(pilot, "15:45:07")


async def test_an_unsure_zone_shows_its_range(app: DeskApp, client: AddClient, clock: StillClock) -> None:
    client("Moscow or Kamchatka", phone="+79161234567")
    waiting = app.desk.waiting()
    assert waiting.next_due_at is not None
    clock.at = waiting.next_due_at
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "? not sure")
        await shows(pilot, "09:00-19:00 ?")  # Kaliningrad to Kamchatka


async def test_a_lost_database_is_tried_again_and_nothing_is_lost(
    app: DeskApp, client: AddClient, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client("Olena"), client("Petro")
    record, away = Desk.record_outcome, [True]

    def flaky(self: Desk, said: Said, claim: int | None = None, **more: int) -> object:
        if away:
            raise StorageError("The database is away.", "Wait.")
        return record(self, said, claim, **more)

    monkeypatch.setattr(Desk, "record_outcome", flaky)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("3")
        await shows(pilot, "No connection to the database, retrying (")
        await pilot.press("4", "6")
        await until(pilot, lambda: "retrying (1)" not in text_of(app), "another try")
        away.clear()
        await shows(pilot, "Petro")
    assert [row.outcome for row in attempts(sqlite_database)] == ["interested"]


async def test_a_fault_of_the_program_is_shown_and_the_card_can_be_answered_again(
    app: DeskApp, client: AddClient, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client("Olena")
    record = Desk.record_outcome

    def broken(self: Desk, said: Said, claim: int | None = None, **more: int) -> object:
        monkeypatch.setattr(Desk, "record_outcome", record)
        raise ZeroDivisionError("[oops]")

    monkeypatch.setattr(Desk, "record_outcome", broken)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("3")
        await shows(pilot, "Unexpected fault: ZeroDivisionError: [oops]")
        assert attempts(sqlite_database) == []
        await ready(pilot, "3  Interested")
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
    assert [row.outcome for row in attempts(sqlite_database)] == ["interested"]


async def test_a_claim_lost_to_somebody_is_said_and_the_next_client_comes(
    app: DeskApp, client: AddClient, person: Callable[..., Desk], sqlite_database: Database, clock: StillClock
) -> None:
    client("Olena"), client("Petro")
    ivan = person("ivan")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        with sqlite_database.write() as session:
            session.exec(select(Task).where(Task.claimed_by != None)).one().claimed_until = (  # noqa: E711
                clock.now() - timedelta(hours=1)
            )
        ivan.next_task()
        await pilot.press("3")
        await shows(pilot, "ivan has the client now")
        await shows(pilot, "Petro")
    assert attempts(sqlite_database) == []


async def test_a_lead_sees_the_figures_first_and_k_goes_to_the_desk(
    person: Callable[..., Desk], client: AddClient
) -> None:
    client("Olena")
    app = DeskApp(person("maria", "lead"))
    async with app.run_test() as pilot:
        await shows(pilot, "KPI · team")
        await shows(pilot, "Contact rate")
        await pilot.press("k")
        await ready(pilot, "Olena")
        await pilot.press("3")
        await shows(pilot, "Interested for Olena")
        await pilot.press("k")
        await shows(pilot, "Calls 1")


@pytest.mark.parametrize("size", SIZES)
async def test_help_lists_every_key(app: DeskApp, size: tuple[int, int]) -> None:
    """Each with what it is for, or under the line that stands for its digits."""
    digits = {*keys.DIGITS, *keys.TAKE_DIGITS}
    pages = {keys.CLOSE_HELP, *keys.WHY_KEYS}  # say so themselves, at their foot or by their nature
    listed = [key for key in every_key() if key not in digits | pages]
    assert len(listed) > 25
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "No task is planned")
        await pilot.press("f1")
        await shows(pilot, "Choose what happened, then its reason")
        rows = {
            (str(row.query(".key").first(Static).content), str(row.query(".purpose").first(Static).content))
            for row in app.screen.query(".row")
        }
        assert {(key.shown, key.purpose) for key in listed} - rows == set()
        assert sum(shown == "1-9" for shown, _ in rows) == 3
        await pilot.press("escape")
        await shows(pilot, "Nothing due")


def every_key() -> list[keys.Key]:
    """Every key of the registry."""
    found = [value for value in vars(keys).values() if isinstance(value, keys.Key)]
    return [*found, *keys.DIGITS, *keys.TAKE_DIGITS]


def test_every_key_has_an_id_a_word_and_a_purpose() -> None:
    found = every_key()
    assert len({key.id for key in found}) == len(found)
    assert all(key.label and key.purpose and key.presses for key in found)


async def test_answering_all_day_counts_right(app: DeskApp, client: AddClient, sqlite_database: Database) -> None:
    for number in range(10):
        client(f"Client {number}")
    async with app.run_test() as pilot:
        for number in range(10):
            await ready(pilot, f"Client {number}")
            await pilot.press(*("1", "3") if number % 2 else ("3",))
        await shows(pilot, "Nothing due")
        await shows(pilot, "10 calls · 5 reached")
    with sqlite_database.read() as session:
        assert session.exec(select(func.count(Attempt.id))).one() == 10  # type: ignore[arg-type]


async def test_the_figures_are_short_as_soon_as_the_window_is(app: DeskApp, client: Callable[..., int]) -> None:
    client("Olena")
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "waiting 1 · due now 0")
        await pilot.resize_terminal(80, 24)
        await shows(pilot, "0 calls · 0 reached · 0 won   waiting 1 · due 0")
        await pilot.resize_terminal(120, 36)
        await shows(pilot, "waiting 1 · due now 0")
