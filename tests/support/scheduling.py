"""Driving the schedule in tests."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import col, select
from textual.app import App
from textual.pilot import Pilot

from salesdesk.storage.database import Database
from salesdesk.storage.models import Task
from salesdesk.work.rulebook import save, version_row
from screens.desk.parts.schedule.line import WhenLine
from tests.support.looking import ready, shows

FREE = "free slot that suits both: Mon 12:30 (f to take it)"


def line(app: App[int]) -> WhenLine:
    """The line in which a time is typed."""
    return app.screen.query_one(WhenLine)


async def scheduling(pilot: Pilot[int], name: str, free: str = FREE) -> None:
    """Open the schedule and wait until all of it is there."""
    await ready(pilot, name)
    await pilot.press("c")
    await shows(pilot, free)
    await shows(pilot, "team")


async def typed(pilot: Pilot[int], *keys: str) -> str:
    """Type keys one after the other and give what stands in the line."""
    await pilot.press(*keys)
    return line(pilot.app).value


def change_rules(database: Database, old: str, new: str) -> None:
    """Put a changed rule text in force."""
    with database.write() as session:
        changed = version_row(session).toml.replace(old, new)
        save(session, changed, author_id=None, note="", now=datetime(2026, 11, 23, tzinfo=UTC))


def open_task(database: Database) -> Task:
    """The one task that is open."""
    with database.read() as session:
        return session.exec(select(Task).where(col(Task.closed_at).is_(None))).one()
