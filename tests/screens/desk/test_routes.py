"""A part, a page and an errand that nobody knew of fit in by the routing table alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import col, select
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from salesdesk.errors import BadRequest
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task
from screens.app import DeskApp
from screens.desk import routes
from screens.desk.asks import Acts
from screens.desk.results import Act, Began, Came
from screens.desk.state import DeskState
from tests.support.looking import desk, ready, shows, text_of, until

AddClient = Callable[..., int]


class Skip(Input):
    """A part of the kind that is still to come: asks why the client is skipped, and takes the next one."""

    def open(self, now: DeskState) -> None:
        self.value = ""
        self.placeholder = f"Why is {now.handed.client.name} skipped?" if now.handed else ""
        self.focus()

    def close(self) -> None:
        """It was said."""

    def refuse(self, fault: BadRequest) -> None:
        """Nothing is refused here."""

    def unsaid(self) -> str:
        return self.value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(
            Acts(lambda jobs, handed: jobs.run(Act.FETCH, lambda at: Came(at.pass_on(handed.claim if handed else 0))))
        )


class Page(Screen[None]):
    """A page of the kind that is still to come."""

    def compose(self):  # type: ignore[no-untyped-def]
        yield Static(Content("all of the history"))


def held(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.exec(select(Task.client_id).where(col(Task.claimed_by).is_not(None))))


async def test_a_new_part_opens_asks_and_acts(
    app: DeskApp, client: AddClient, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(routes.PARTS, "skip", lambda _: Skip())
    client("Olena"), client("Petro")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        desk(app).action_open("skip")
        await shows(pilot, "Why is Olena skipped?")
        assert "What happened?" not in text_of(app)
        await until(pilot, lambda: app.focused is not None, "the line")
        await pilot.press(*"late")
        assert desk(app).side.unsaid().typed == ("late",)
        await pilot.press("escape")
        await ready(pilot, "What happened?")
        desk(app).action_open("skip")
        await until(pilot, lambda: app.focused is not None, "the line")
        await pilot.press("enter")
        await ready(pilot, "Petro")
        assert held(sqlite_database) == [2]


async def test_a_new_errand_and_a_new_page_need_only_their_names(
    app: DeskApp, client: AddClient, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def skip(now: DeskState) -> routes.Errand | None:
        skipped = now.in_hand
        return routes.Errand(Began(), lambda jobs, _: jobs.pass_on(skipped)) if skipped else None

    monkeypatch.setitem(routes.ERRANDS, "skip", skip)
    monkeypatch.setitem(routes.PAGES, "history", lambda *_: Page())
    client("Olena"), client("Petro")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, "Olena")
        desk(app).action_errand("skip")
        desk(app).action_errand("skip")  # while one is under way there is nothing to skip
        await ready(pilot, "Petro")
        assert held(sqlite_database) == [2]
        desk(app).action_page("history")
        await shows(pilot, "all of the history")


def test_the_names_that_the_keys_use_are_in_the_table() -> None:
    from screens.shared import keys

    found = [key.action for key in (*keys.DESK_KEYS, *keys.RESUME_KEYS)]
    named = {action.partition("(")[2].strip("')"): action.partition("(")[0] for action in found if "(" in action}
    tables = {"open": routes.PARTS, "page": routes.PAGES, "errand": routes.ERRANDS}
    assert len(named) == 5
    assert all(name in tables[action] for name, action in named.items())
