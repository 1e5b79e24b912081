"""The list of stuck claims through Pilot: a lead takes a client back, and is asked first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from salesdesk.desk.desk import Desk
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task
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


async def test_nobody_stuck_says_so_and_managers_are_not_let_in(person: AddPerson) -> None:
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
