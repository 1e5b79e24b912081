"""How commands answer with clients: objects, lines or a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import say, say_json, table
from salesdesk.cli.frame.words import client_clock, home_zone, local_text, named_time

if TYPE_CHECKING:
    from salesdesk.access.people import Person
    from salesdesk.storage.database import Database
    from salesdesk.work.views import ClientView, PhoneView


def say_clients(request: Request, database: Database, person: Person, found: Sequence[ClientView]) -> None:
    """Answer with some clients, as objects or a table."""
    if request.json:
        say_json([client.as_json() for client in found])
        return
    home = home_zone(database, person)
    headers = ("Id", "Name", "Company", "Status", "Owner", "Their time", f"Next call ({home})", "Number")
    say(table(headers, (_row(client, home) for client in found)))


def say_client(request: Request, client: ClientView) -> None:
    """Answer with a client, as an object or in lines."""
    if request.json:
        say_json(client.as_json())
        return
    task = client.task
    planned = f"{task.kind_label} {their_time(client, task.due_at)}" if task else "nothing"
    rows = [
        ("Client", f"{client.id}: {client.name}"),
        ("Company", client.company),
        ("Numbers", ", ".join(phone.international + _marks(phone) for phone in client.phones)),
        ("E-mail", ", ".join(client.emails)),
        ("Place", ", ".join(part for part in (client.city, client.region, client.country) if part)),
        ("Local", client_clock(client)),
        ("Status", f"{client.status_label}, {client.attempts} calls, {client.misses} missed in a row"),
        ("Next", planned),
        ("Owner", client.owner or "nobody"),
        ("Source", client.source),
        ("Note", client.note),
        *((name, str(value)) for name, value in client.custom.items()),
    ]
    say(f"{name:<8} {value}" for name, value in rows if value)


def _marks(phone: PhoneView) -> str:
    """Why a number may not be called."""
    marks = [word for word, is_set in (("do not call", phone.dnc), ("wrong number", phone.bad)) if is_set]
    return f" ({', '.join(marks)})" if marks else ""


def their_time(client: ClientView, instant: datetime) -> str:
    """An instant (aware UTC) by the client's clock, which is named; by UTC while their zone is not known."""
    return named_time(instant, client.zone, "theirs") if client.zone else f"{local_text(instant, 'UTC')} UTC"


def _row(client: ClientView, home: str) -> tuple[str, ...]:
    local = local_text(client.now, client.zone) if client.zone else "?"
    due = local_text(client.task.due_at, home) if client.task else "-"
    number = client.phones[0].international if client.phones else "-"
    owner = client.owner or "-"
    return (str(client.id), client.name, client.company, client.status_label, owner, local, due, number)
