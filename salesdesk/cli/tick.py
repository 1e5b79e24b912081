"""``salesdesk tick``: let time move clients, for cron."""

from __future__ import annotations

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import say, say_json
from salesdesk.words.counted import counted


def tick(request: Request) -> None:
    """Run the rules' triggers: move the clients with whom nothing happened for too long. Made for cron."""
    with request.signed_in() as sitting:
        from salesdesk.work.triggers import LIMIT, run_triggers

        moved = last = run_triggers(sitting.database, sitting.clock)
        while last == LIMIT:
            last = run_triggers(sitting.database, sitting.clock)
            moved += last
        if request.json:
            say_json({"moved": moved})
        else:
            say([f"Moved {counted(moved, 'client')}."])
