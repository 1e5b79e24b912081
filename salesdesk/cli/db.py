"""``salesdesk db``: the state and the health of the database."""

from __future__ import annotations

from typing import Any

from salesdesk.cli.options import Request, common, noun
from salesdesk.cli.output import narrate, say, say_json
from salesdesk.errors import StorageError

app = noun("The database: its state and its health.")


@app.command("status")
@common
def status(request: Request) -> None:
    """Say what database this is and how much it holds."""
    with request.database() as database:
        from salesdesk.health import storage_status

        found = storage_status(database)
    if request.json:
        say_json(found)
    else:
        say(f"{name.replace('_', ' '):<14} {value}" for name, value in found.items())


@app.command("check")
@common
def check(request: Request) -> int:
    """Verify row by row that all which must hold does hold."""
    try:
        found = _checked(request)
    except StorageError as fault:
        if not request.json:
            raise
        narrate(str(fault))
        counts = dict.fromkeys(("clients", "open_tasks", "attempts", "schema"))
        found = {"ok": False, "faults": [fault.title], **counts}
    if request.json:
        say_json(found)
    elif found["ok"]:
        say([f"In order: {found['clients']} clients, {found['open_tasks']} open tasks, {found['attempts']} attempts."])
    else:
        narrate("\n".join([f"{len(found['faults'])} fault(s):", *found["faults"]]))
    return 0 if found["ok"] else StorageError.exit_code


def _checked(request: Request) -> dict[str, Any]:
    with request.database() as database:
        from salesdesk.clock import SystemClock
        from salesdesk.health import check_storage

        found: dict[str, Any] = check_storage(database, SystemClock()).as_json()
        return found
