"""How commands answer with clients: objects, lines or a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import narrate, say, say_json, table
from salesdesk.cli.frame.words import client_clock, home_zone, local_text, named_time, who
from salesdesk.words.counted import counted
from salesdesk.words.unsure import unsure_clock

if TYPE_CHECKING:
    from salesdesk.access.sitting import Sitting
    from salesdesk.clients.touches import Touch
    from salesdesk.work.views import ClientView, PhoneView


def say_clients(request: Request, sitting: Sitting, found: Sequence[ClientView], total: int) -> None:
    """Answer with some clients, as objects or a table; and with how many there are when these are not all."""
    if request.json:
        say_json([client.as_json() for client in found])
    else:
        home = home_zone(sitting.database, sitting.person)
        headers = ("Id", "Name", "Company", "Status", "Owner", "Their time", f"Next call ({home})", "Number")
        say(table(headers, (_row(client, home) for client in found)))
    if total > len(found):
        narrate(f"{len(found)} of {counted(total, 'client')}.")


def say_client(request: Request, sitting: Sitting, client: ClientView, history: Sequence[Touch] | None = None) -> None:
    """Answer with a client, as an object or in lines; with every call where a history is given."""
    home = home_zone(sitting.database, sitting.person)
    if not request.json:
        say([*client_lines(client, home), *(_history_lines(history, home) if history is not None else ())])
        return
    told = {} if history is None else {"history": [touch.as_json() for touch in history]}
    say_json({**client.as_json(), **told})


def whom(client: ClientView) -> str:
    """Who a client is, in a line, for somebody who is about to do what cannot be undone."""
    numbers = ", ".join(phone.international for phone in client.phones) or "no number"
    calls = counted(client.attempts, "call")
    return f"  {who(client)}: {numbers}; {client.status_label}, {calls}, owner {client.owner or 'nobody'}"


def client_lines(client: ClientView, home: str) -> list[str]:
    """A client in lines, by their own clock; by that of the person who reads while it is not sure."""
    task = client.task
    planned = f"{task.kind_label} {their_time(client, task.due_at, home)}" if task else "nothing"
    rows = [
        ("Client", f"{client.id}: {client.name}"),
        ("Company", client.company),
        ("Numbers", ", ".join(phone.international + _marks(phone) for phone in client.phones)),
        ("E-mail", ", ".join(client.emails)),
        ("Place", ", ".join(part for part in (client.city, client.region, client.country) if part)),
        ("Local", client_clock(client, home)),
        ("Status", f"{client.status_label}, {counted(client.attempts, 'call')}, {client.misses} missed in a row"),
        ("Next", planned),
        ("Owner", client.owner or "nobody"),
        ("Source", client.source),
        ("Note", client.note),
        *((name, str(value)) for name, value in client.custom.items()),
    ]
    return [f"{name:<8} {value}" for name, value in rows if value]


def _marks(phone: PhoneView) -> str:
    """Why a number may not be called."""
    marks = [word for word, is_set in (("do not call", phone.dnc), ("wrong number", phone.bad)) if is_set]
    return f" ({', '.join(marks)})" if marks else ""


def _history_lines(history: Sequence[Touch], home: str) -> list[str]:
    """Each call on a line, newest first, by the clock of who reads; what was taken back says so."""
    if not history:
        return ["", "No calls yet."]
    rows = [(local_text(touch.at, home), touch.manager, touch.said, _beside(touch)) for touch in history]
    return ["", *table((f"Calls ({home})", "Who", "What", "Note"), rows)]


def _beside(touch: Touch) -> str:
    paid = "" if touch.amount is None else f"{touch.amount:,.2f} {touch.currency}".replace(",", " ")
    undone = f"(taken back by {touch.undone_by})" if touch.undone_by else ""
    return " ".join(part for part in (paid, touch.note, undone) if part)


def their_time(client: ClientView, instant: datetime, home: str) -> str:
    """An instant (aware UTC) by the client's clock, which is named; by the reader's while their zone is not sure."""
    return named_time(instant, client.zone, "theirs") if client.zone else named_time(instant, home, "yours")


def _row(client: ClientView, home: str) -> tuple[str, ...]:
    local = local_text(client.now, client.zone) if client.zone else unsure_clock(client.now, client.zone_candidates)
    due = local_text(client.task.due_at, home) if client.task else "-"
    number = client.phones[0].international if client.phones else "-"
    owner = client.owner or "-"
    return (str(client.id), client.name, client.company, client.status_label, owner, local, due, number)
