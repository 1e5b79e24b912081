"""``salesdesk clients find``, ``dnc``, ``phone``, ``reopen``, ``forget`` and ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from salesdesk.cli.frame.asking import Yes, agree, will_ask
from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import narrate, say, say_json
from salesdesk.words.counted import counted

Text = Annotated[str, typer.Argument(metavar="TEXT", help="Part of a name, a company, a city, an e-mail or a number.")]
Client = Annotated[int, typer.Argument(metavar="ID", help="The client's number here.")]
Phone = Annotated[str, typer.Argument(metavar="PHONE", help="The number that may not be called.")]
Number = Annotated[str, typer.Argument(metavar="PHONE", help="A number of this client.")]
Good = Annotated[
    bool | None, typer.Option("--good/--bad", help="It is right after all; or it is wrong, and not to be called.")
]
Off = Annotated[bool, typer.Option("--off", help="Lift the mark: the number may be called again.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Who asked for it, and how.")]
Stage = Annotated[
    str | None, typer.Option("--status", metavar="S", help="The open status they come back to; else the first.")
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; its ending says CSV or XLSX.")]


def find(request: Request, text: Text) -> None:
    """Find clients by any of their words or part of their number; the first 100."""
    with request.signed_in() as sitting:
        from salesdesk.cli.client_answers import say_clients
        from salesdesk.clients.finding import find_clients

        found = find_clients(sitting, text)
        say_clients(request, sitting, found.clients, found.total)


def dnc(request: Request, phone: Phone, *, off: Off = False, why: Why) -> None:
    """Mark a number as not to be called, whoever has it now or later; or lift the mark."""
    with request.signed_in() as sitting:
        from salesdesk.cli.client_answers import say_client
        from salesdesk.clients.dnc import Wish, mark

        client = mark(sitting, Wish(phone, why, off))
        if client is not None:
            say_client(request, sitting, client)
        elif request.json:
            say_json(None)
        else:
            say(
                ["Nobody here has the number. " + ("The mark is lifted." if off else "It is marked for when it comes.")]
            )


def phone(request: Request, client: Client, phone: Number, *, good: Good = None) -> None:
    """Say that a number is right after all, or that it is wrong. A manager does it for the client in hand only."""
    with request.signed_in() as sitting:
        from salesdesk.cli.client_answers import say_client
        from salesdesk.clients.phone_marks import mark_number

        say_client(request, sitting, mark_number(sitting, client, phone, good=good))


def reopen(request: Request, client: Client, *, status: Stage = None) -> None:
    """Begin again with a client whose work had ended: a new deal, in the first status unless another is named.

    They are due at once.
    """
    with request.signed_in() as sitting:
        from salesdesk.cli.client_answers import say_client
        from salesdesk.clients.reopening import reopen

        say_client(request, sitting, reopen(sitting, client, status))


def forget(request: Request, client: Client, *, yes: Yes = False) -> None:
    """Clear all that is personal of a client, from the file itself; what was counted stays. Cannot be undone."""
    with request.signed_in() as sitting:
        from salesdesk.cli.client_answers import say_client, whom
        from salesdesk.clients.forgetting import forget
        from salesdesk.clients.queries import show_client

        if will_ask(yes):
            narrate(whom(show_client(sitting, client)))
        agree("Clear all that is personal of them? This cannot be undone.", yes=yes)
        done = forget(sitting, client)
        if not done.wiped:
            narrate("Free space of the storage may still hold what was deleted: somebody was using it, or only its\n"
                    "owner may wipe it. Do this again when no desk is open.")  # fmt: skip
        narrate("Backups and exported files still have this client; they are yours to replace or delete.")
        say_client(request, sitting, done.client)


def export(request: Request, file: File) -> None:
    """Write all clients to a CSV or XLSX file that only you can read. The audit remembers it."""
    with request.signed_in() as sitting:
        from salesdesk.clients.exporting import export_clients
        from salesdesk.storage.replica import reading

        with reading(sitting.database, narrate) as source:
            rows = export_clients(sitting, file, source=source)
    if request.json:
        say_json({"rows": rows, "file": str(file)})
    else:
        say([f"{counted(rows, 'client')} in {file}"])
