"""Draw docs/desk.svg: the desk of the demo at a fixed moment, through Textual's own screenshot.

Run it after a change of the screen:  python docs/make_picture.py
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from salesdesk.access.people import find_person
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.founding.demo import make_demo
from salesdesk.storage.location import locate
from salesdesk.work.views import Handed
from screens.app import DeskApp

MOMENT = datetime(2026, 11, 23, 9, 24, 31, tzinfo=UTC)
SIZE = (120, 32)
ENOUGH_HISTORY = 2  # calls that the pictured client should have behind them


class Standstill:
    """A clock that shows one moment."""

    def now(self) -> datetime:
        """The moment of the picture (aware UTC)."""
        return MOMENT


async def draw(desk: Desk) -> str:
    """The desk with a client on it, as SVG."""
    app = DeskApp(desk)
    async with app.run_test(size=SIZE) as pilot:
        while "waiting" not in app.screen.query_one("#figures").visual.plain:  # type: ignore[attr-defined]
            await pilot.pause(0.05)
        await pilot.pause(0.2)
        return app.export_screenshot(title="salesdesk", simplify=True)


def on_a_client_with_history(desk: Desk) -> None:
    """Hand out clients until one with some history is in hand."""
    handed = desk.next_task()
    while isinstance(handed, Handed) and len(handed.history) < ENOUGH_HISTORY:
        desk.record_outcome(Said("interested"))
        handed = desk.next_task()


def main() -> int:
    """Make a demo, take its picture and write it beside this script."""
    with tempfile.TemporaryDirectory() as folder:
        database = make_demo(locate(str(Path(folder) / "demo.db")), Standstill())
        with database.read() as session:
            person = find_person(session, "anna")
        desk = Desk(database, Standstill(), person)
        on_a_client_with_history(desk)
        picture = asyncio.run(draw(desk))
        database.close()
    (Path(__file__).parent / "desk.svg").write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
