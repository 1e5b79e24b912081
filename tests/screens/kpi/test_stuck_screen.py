"""Who holds whom, through Pilot: a lead sees it at once, takes a client back, and is asked first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task
from salesdesk.team.shifts import begin_shift
from screens.app import DeskApp
from screens.kpi import stuck
from tests.support.clock import StillClock
from tests.support.looking import shows, text_of, until

AddClient = Callable[..., int]
AddPerson = Callable[..., Desk]


def holders(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.exec(select(Task.client_id).where(Task.claimed_by != None).order_by(Task.client_id)))  # type: ignore[arg-type]  # noqa: E711


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_lead_takes_a_client_back(
    person: AddPerson, client: AddClient, clock: StillClock, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stuck, "SURE_SECONDS", 0.0)
    client("Olena [/b]"), client("Petro")
    boss, anna, ivan = person("olha", "lead"), person("anna"), person("ivan")
    database = boss.database
    anna.next_task(), ivan.next_task()
    clock.forward(minutes=42)
    app = DeskApp(boss)
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "h held")
        await pilot.press("h")
        for text in ("Olena [/b]", "Anna", "Petro", "today 12:00", "42 min", "! no desk since 12:10"):
            await shows(pilot, text)
        await pilot.press("2")
        await shows(pilot, "Take Petro out of Ivan's hands? Enter takes them, Esc leaves them")
        await pilot.press("escape")
        await shows(pilot, "take back")
        assert holders(database) == [1, 2], "taken without a yes"
        await pilot.press("1", "enter")
        await shows(pilot, "Olena [/b] was taken from Anna: anybody may call now.")
        await until(pilot, lambda: "no desk since" in text_of(pilot.app) and " 2 " not in text_of(pilot.app), "one row")
        assert holders(database) == [2]
        await pilot.press("escape")
        await shows(pilot, "Manager")


async def test_who_holds_whom_is_seen_at_once_and_whether_a_desk_is_open(
    person: AddPerson, client: AddClient, clock: StillClock
) -> None:
    client("Olena"), client("Petro")
    boss, anna, ivan = person("olha", "lead"), person("anna"), person("ivan")
    begin_shift(anna.sitting)
    anna.next_task(), ivan.next_task()
    clock.forward(minutes=1)
    async with DeskApp(boss).run_test(size=(120, 36)) as pilot:
        await shows(pilot, "h held")
        await pilot.press("h")
        await shows(pilot, "Clients in hand")
        await shows(pilot, "desk is open")  # the table measures its columns after the first painting
        rows = [line for line in text_of(pilot.app).splitlines() if "today 12:00" in line]
        assert [("Olena" in row, "Anna" in row, "desk is open" in row) for row in rows[:1]] == [(True, True, True)]
        assert "no desk seen, until 12:10" in rows[1], "the fresh lease of a desk that died"
        assert not any("!" in row for row in rows)
        clock.forward(minutes=30)
        await until(pilot, lambda: text_of(pilot.app).count("! no desk since") == 2, "both have run out")


async def test_nobody_holding_anybody_is_said_and_managers_are_not_let_in(person: AddPerson) -> None:
    async with DeskApp(person("olha", "lead")).run_test() as pilot:
        await shows(pilot, "h held")
        await pilot.press("h")
        await shows(pilot, "Nobody holds a client")
    async with DeskApp(person("anna")).run_test() as pilot:
        await shows(pilot, "Nothing due")
        await pilot.press("k")
        await shows(pilot, "h held")
        await pilot.press("h")
        await shows(pilot, "! Only a lead or an admin can take clients back.")
