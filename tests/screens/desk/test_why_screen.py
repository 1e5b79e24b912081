"""Why this client, through Pilot: every rule with its answer on one page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesdesk.errors import StorageError
from screens.app import DeskApp
from screens.desk import why as page
from tests.support.clock import StillClock
from tests.support.looking import ready, shows, text_of, until

AddClient = Callable[..., int]


async def test_every_rule_is_on_the_page_and_what_stops_a_call_is_marked(
    app: DeskApp, client: AddClient, clock: StillClock
) -> None:
    client("Olena [x]", zone="Asia/Almaty")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena [x]")
        clock.forward(hours=6)
        await pilot.press("w")
        for text in ("Why · Olena [x]", "feed planned, due now", "Every rule: the client is not to be called now",
                     "ok   claim: anna's ran out", "NO   call window (everywhere) mon 09:00-20:00: closed, 21:00",
                     "ok   cap max_per_day 6: 0 used", "rules version 1"):  # fmt: skip
            await shows(pilot, text)
        await pilot.press("escape")
        await shows(pilot, "8  Do not call")


async def test_a_small_terminal_scrolls(app: DeskApp, client: AddClient) -> None:
    client("Olena")
    async with app.run_test(size=(60, 18)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("w")
        await shows(pilot, "Every rule")
        assert "rules version" not in text_of(app)
        await pilot.press("end")
        await shows(pilot, "rules version 1")


async def test_rules_that_cannot_be_asked_say_so(
    app: DeskApp, client: AddClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client("Olena")

    def away(*_: object) -> None:
        raise StorageError("The database is away.", "Wait.")

    monkeypatch.setattr(page, "why", away)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, "Olena")
        await pilot.press("w")
        await shows(pilot, "! The database is away. Wait.")
        await shows(pilot, "imported")


async def test_without_a_client_there_is_nothing_to_explain(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await shows(pilot, "Nothing due")
        await pilot.press("w", "z")
        await until(pilot, lambda: "Nothing due" in text_of(app), "the desk")
