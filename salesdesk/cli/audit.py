"""``salesdesk audit``: who changed, exported or was refused what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import say, say_json, table
from salesdesk.cli.frame.words import home_zone, local_text, past_day
from salesdesk.errors import BadRequest
from salesdesk.words.counted import counted

if TYPE_CHECKING:
    from datetime import datetime

    from salesdesk.access.audit import Chain, Entry
    from salesdesk.access.sitting import Sitting
    from salesdesk.storage.database import Database

Since = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="The first day, in the team's zone: yesterday, 23.11, 2026-11-23."),
]
Actor = Annotated[str | None, typer.Option("--actor", metavar="NAME", help="Only what this person did.")]
Verify = Annotated[bool, typer.Option("--verify", help="Check the chain: no row was changed, put in or taken out.")]


def audit(request: Request, since: Since = None, actor: Actor = None, verify: Verify = False) -> None:
    """Show who changed, exported or was refused what, oldest first; or check that the record is whole."""
    with request.signed_in() as sitting:
        if verify and (since or actor):
            raise BadRequest("--verify checks the whole chain.", "Leave out --since and --actor.")
        if verify:
            _say_chain(request, _checked(sitting.database))
            return
        from salesdesk.access.audit import entries

        first = _start(since, sitting) if since is not None else None
        with sitting.database.read() as session:
            found = entries(session, since=first, actor=actor)
        if request.json:
            say_json([entry.as_json() for entry in found])
        else:
            say(_lines(found, home_zone(sitting.database, sitting.person)))


def _start(text: str, sitting: Sitting) -> datetime:
    """When a day begins in the team's zone, the last such day where it has no year."""
    from datetime import datetime, time

    from rules.zonetime import to_instant
    from salesdesk.work.rulebook import current

    day = past_day(sitting, text, "--since")
    with sitting.database.read() as session:
        zone = current(session).rules.working.zone
    return to_instant(datetime.combine(day, time.min), zone)


def _checked(database: Database) -> Chain:
    from salesdesk.access.audit import examine
    from salesdesk.errors import StorageError

    with database.read() as session:
        chain = examine(session)
    if chain.broken is not None:
        raise StorageError(
            f"The audit is broken at row {chain.broken}; the rows before it are sound.",
            "That row was changed or put in, or the one before it taken out. Compare it with a backup.",
        )
    return chain


def _say_chain(request: Request, chain: Chain) -> None:
    if request.json:
        say_json({"ok": True, "rows": chain.rows, "digest": chain.digest})
    else:
        say([f"{counted(chain.rows, 'row')}, none changed. Newest digest: {chain.digest or 'none'}"])


def _lines(found: list[Entry], zone: str) -> list[str]:
    rows = [
        (
            local_text(entry.row.at, zone),
            entry.actor or "-",
            entry.row.os_login,
            entry.row.action,
            f"{entry.row.object} ({entry.about})" if entry.about else entry.row.object,
            _told(entry.row.detail),
        )
        for entry in found
    ]
    return table((f"When ({zone})", "Who", "Login", "What", "Of", "Detail"), rows)


def _told(detail: dict[str, Any]) -> str:
    """What a row holds beside its object, as words and values; what was not said is left out."""
    said = ((word.replace("_", " "), value) for word, value in sorted(detail.items()) if value not in (None, ""))
    return ", ".join(f"{word} {_value(value)}" for word, value in said)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
