"""Reminders on screen: when they come, what they say, how often they ring, and what they never hide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import select
from textual.app import App
from textual.pilot import Pilot

from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.reminders import Reminder
from salesdesk.storage.database import Database
from salesdesk.storage.models import Shift
from screens.app import DeskApp
from screens.shared.bars import BottomBar
from screens.shared.reminding import reminder_text
from screens.shared.texts import outside
from tests.support.clock import NOON, StillClock
from tests.support.looking import ready, shows, text_of, until

AddClient = Callable[..., int]
Person = Callable[..., Desk]
ONE = NOON + timedelta(hours=1)
SIZES = [(80, 24), (120, 36)]


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every ring of the bell."""
    rung: list[str] = []
    monkeypatch.setattr(App, "bell", lambda _: rung.append("ring"))
    return rung


@pytest.fixture
def promise(client: AddClient) -> Callable[..., None]:
    """Has a person promise a client a call at 13:00."""

    def give(desk: Desk, name: str = "Olena Kovalenko", **more: str) -> None:
        client(name, **more)
        desk.next_task()
        desk.record_outcome(Said("call-back", at="13:00 me"))

    return give


async def read(pilot: Pilot[int]) -> None:
    """The 20 seconds between two readings are over."""
    app = pilot.app
    assert isinstance(app, DeskApp)
    await until(pilot, lambda: not app.reminding._reading, "the reading before")
    app.reminding.read()


@pytest.mark.parametrize("size", SIZES)
async def test_a_promise_reminds_while_another_client_is_open(
    app: DeskApp,
    client: AddClient,
    promise: Callable[..., None],
    clock: StillClock,
    *,
    bells: list[str],
    size: tuple[int, int],
) -> None:
    promise(app.desk, zone="Asia/Almaty")
    client("Petro")
    async with app.run_test(size=size) as pilot:
        clock.at = ONE - timedelta(minutes=5, seconds=1)
        await ready(pilot, "Petro")
        await read(pilot)
        await until(pilot, lambda: app.reminding._near != (), "the promise to be read")
        assert "Callback" not in text_of(app).splitlines()[-2]
        assert bells == []
        clock.forward(seconds=1)
        await shows(pilot, "Callback Olena Kovalenko in 5 min, today 13:00 yours, 16:00 there")
        clock.at = ONE - timedelta(seconds=50)
        await shows(pilot, "Olena Kovalenko in 50 s")
        assert bells == ["ring"]
        clock.at = ONE
        await shows(pilot, "Callback Olena Kovalenko now")
        clock.at = ONE + timedelta(minutes=2)
        await shows(pilot, "Callback Olena Kovalenko 2 min late")
        assert bells == ["ring", "ring"]
        assert "Petro" in text_of(app)
        assert app.focused is None
        for word in ("No answer", "Do not call", "F1 help"):
            assert word in text_of(app)


async def test_the_promise_is_fed_at_its_time_and_the_reminder_goes(
    app: DeskApp, client: AddClient, promise: Callable[..., None], clock: StillClock, bells: list[str]
) -> None:
    promise(app.desk)
    client("Petro"), client("Vasyl")
    async with app.run_test() as pilot:
        clock.at = ONE - timedelta(minutes=1)
        await ready(pilot, "Petro")
        await shows(pilot, "Callback Olena Kovalenko in 1 min")
        clock.at = ONE
        await pilot.press("3")
        await ready(pilot, "feed callback, due 13:00 yours")
        await until(pilot, lambda: "Callback Olena" not in text_of(app), "the reminder to go")
        assert "Interested for Petro" in text_of(app)


async def test_a_reminder_hides_neither_a_fault_nor_what_was_done(
    app: DeskApp, client: AddClient, promise: Callable[..., None], clock: StillClock
) -> None:
    promise(app.desk)
    client("Petro")
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, "Petro")
        app.screen.query_one(BottomBar).warn(outside("No connection to the database, retrying (3)"))
        clock.at = ONE - timedelta(minutes=4)
        await read(pilot)
        await shows(pilot, "Callback Olena Kovalenko in 4 min")
        assert text_of(app).splitlines()[-1].startswith(" ! No connection to the database, retrying (3)")
        clock.at = NOON
        await until(pilot, lambda: "Callback Olena" not in text_of(app), "the reminder to go")
        assert "! No connection" in text_of(app)


async def test_a_lead_is_reminded_on_the_kpi_screen(
    person: Person, promise: Callable[..., None], clock: StillClock, bells: list[str]
) -> None:
    promise(person("anna"), "[bold]Eve\x1b[2J[/red]")
    app = DeskApp(person("olha", "lead"))
    clock.at = ONE - timedelta(minutes=3)
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "KPI · team")
        await shows(pilot, "Callback [bold]Eve[2J[/red] in 3 min, today 13:00 yours and theirs · Anna is away")
        assert bells == ["ring"]


async def test_the_bell_can_be_kept_still(
    person: Person,
    client: AddClient,
    promise: Callable[..., None],
    clock: StillClock,
    *,
    bells: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SALESDESK_QUIET", "1")
    app = DeskApp(person())
    promise(app.desk)
    client("Petro")
    clock.at = ONE - timedelta(minutes=3)
    async with app.run_test() as pilot:
        await shows(pilot, "Callback Olena Kovalenko in 3 min")
        assert bells == []


async def test_a_desk_is_a_shift_from_its_first_card_on(
    app: DeskApp, client: AddClient, sqlite_database: Database, clock: StillClock
) -> None:
    def shifts() -> list[tuple[datetime, datetime]]:
        with sqlite_database.read() as session:
            return [(row.started_at, row.seen_at) for row in session.exec(select(Shift))]

    client("Petro")
    async with app.run_test() as pilot:
        await ready(pilot, "Petro")
        await until(pilot, lambda: shifts() == [(NOON, NOON)], "the shift to begin")
        clock.forward(minutes=1)
        await read(pilot)
        await until(pilot, lambda: shifts() == [(NOON, NOON + timedelta(minutes=1))], "a sign of life")


async def test_a_base_that_is_gone_is_said_and_the_next_reading_goes_on(
    app: DeskApp, client: AddClient, promise: Callable[..., None], clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from salesdesk.desk import reminders
    from salesdesk.errors import StorageError

    promise(app.desk)
    client("Petro")
    whole = reminders.due_reminders

    def gone(*_: object) -> tuple[Reminder, ...]:
        raise StorageError("The server does not answer.")

    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Petro")
        monkeypatch.setattr(reminders, "due_reminders", gone)
        await read(pilot)
        await shows(pilot, "! The server does not answer.")
        monkeypatch.setattr(reminders, "due_reminders", whole)
        clock.at = ONE
        await read(pilot)
        await shows(pilot, "Callback Olena Kovalenko now")


@pytest.mark.parametrize(
    ("reminder", "others", "words"),
    [
        (Reminder(1, "Olena", ONE, None, "Europe/Kyiv"), 0, "Callback Olena in 60 min, today 13:00 yours"),
        (Reminder(1, "Olena", ONE, "Europe/London", "Europe/Kyiv", "Ivan"), 2,
         "Callback Olena in 60 min, today 13:00 yours, 11:00 there · Ivan is away (+2)"),
        (Reminder(1, "Olena", NOON, "Europe/Kyiv", "Europe/Kyiv", None), 0,
         "Callback Olena now, today 12:00 yours and theirs · nobody's"),
        (Reminder(1, "Ol\ne\x1bna" * 9, NOON - timedelta(seconds=61), None, "Europe/Kyiv"), 1,
         "Callback Ol enaOl ena"),
    ],
)  # fmt: skip
def test_what_a_reminder_says(reminder: Reminder, others: int, words: str) -> None:
    said = reminder_text(reminder, others, NOON).plain
    assert said.startswith(words)
    assert len(said) < 110
    assert said.isprintable()


async def test_one_that_is_long_late_does_not_hide_the_next(
    app: DeskApp, client: AddClient, promise: Callable[..., None], clock: StillClock
) -> None:
    promise(app.desk, "Late")
    clock.at = NOON + timedelta(minutes=1)
    client("Near")
    app.desk.next_task()
    app.desk.record_outcome(Said("call-back", at="13:10 me"))
    client("Petro")
    async with app.run_test() as pilot:
        await ready(pilot, "Petro")
        clock.at = ONE + timedelta(minutes=5)
        await read(pilot)
        await shows(pilot, "Callback Late 5 min late, today 13:00 yours and theirs (+1)")
        clock.at = ONE + timedelta(minutes=6)
        await shows(pilot, "Callback Near in 4 min, today 13:10 yours and theirs (+1)")
