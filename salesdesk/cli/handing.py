"""``salesdesk clients move`` and ``merge``: another owner, or two clients who are one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.frame.asking import Yes, agree, will_ask
from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import narrate, say, say_json
from salesdesk.errors import BadRequest
from salesdesk.words.counted import counted

if TYPE_CHECKING:
    from salesdesk.access.sitting import Sitting

Client = Annotated[int | None, typer.Argument(metavar="ID", help="The client's number here.")]
Owner = Annotated[str | None, typer.Option(metavar="NAME", help="Whose the client is from now on.")]
From = Annotated[str | None, typer.Option("--from", metavar="NAME", help="Whose clients are given to others.")]
To = Annotated[list[str] | None, typer.Option("--to", metavar="NAME", help="Who takes them; several take turns.")]
Status = Annotated[str | None, typer.Option(metavar="S", help="Only those in this status.")]
Share = Annotated[str, typer.Option(metavar="N,N...", help="How many each takes in a round; else one.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")]
Gone = Annotated[int, typer.Argument(metavar="ID", help="The client who is merged, and no longer there then.")]
Kept = Annotated[int, typer.Argument(metavar="INTO", help="The client who is kept.")]


def move(
    request: Request,
    client: Client = None,
    *,
    owner: Owner = None,
    giver: From = None,
    to: To = None,
    status: Status = None,
    share: Share = "",
    dry_run: DryRun = False,
) -> None:
    """Make a client somebody's (ID --owner NAME), or give all clients of one person to others (--from --to)."""
    if client is not None and owner and not (giver or to or status or share or dry_run):
        _move_one(request, client, owner)
    elif giver and to and client is None and owner is None:
        _move_all(request, giver, to, status, _shares(share), dry_run=dry_run)
    else:
        raise BadRequest(
            "Say which client goes to whom, or whose clients.",
            "salesdesk clients move 17 --owner anna, or: clients move --from anna --to ivan [--to petro] [--status S]",
        )


def merge(request: Request, client: Gone, into: Kept, *, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Merge a client into another who is the same person; the other keeps the number, and has the whole history."""
    with request.signed_in() as sitting:
        from salesdesk.cli.client_answers import say_client
        from salesdesk.clients.merge import merge_clients

        if client != into:  # what cannot be is refused below
            _tell_pair(sitting, client, into, whole=dry_run or will_ask(yes))
        if not dry_run:
            agree(f"Merge client {client} into client {into}? There is no way back.", yes=yes)
        merged = merge_clients(sitting, client, into, dry_run=dry_run)
        if dry_run:
            narrate("Nothing was written: this was a dry run.")
        say_client(request, sitting, merged)


def _tell_pair(sitting: Sitting, client: int, into: int, *, whole: bool) -> None:
    """Say who the two are, where that is asked for, and warn when they have nothing in common."""
    from salesdesk.cli.client_answers import whom
    from salesdesk.clients.likeness import agreements
    from salesdesk.clients.queries import show_client

    gone, kept = show_client(sitting, client), show_client(sitting, into)
    if whole:
        narrate(f"{whom(gone)}\ngoes into\n{whom(kept)}")
    agree_in = agreements(gone, kept)
    if not agree_in:
        narrate("Nothing agrees: neither name, company, number nor e-mail. Are they one person? (warning)")
    elif whole:
        narrate(f"They agree in: {', '.join(agree_in)}.")


def _move_one(request: Request, client: int, owner: str) -> None:
    with request.signed_in() as sitting:
        from salesdesk.cli.client_answers import say_client
        from salesdesk.clients.handover import move_client

        say_client(request, sitting, move_client(sitting, client, owner))


def _move_all(
    request: Request, giver: str, to: list[str], status: str | None, shares: tuple[int, ...], *, dry_run: bool
) -> None:
    with request.signed_in() as sitting:
        from salesdesk.clients.handover import Handover, hand_over

        wanted = Handover(giver, tuple(to), status, shares, dry_run)
        moved = hand_over(sitting, wanted)
    if request.json:
        say_json(moved.as_json())
        return
    promised = f", {moved.promises} of them promised" if moved.promises else ""
    what = f"{counted(moved.moved, 'client')} and {counted(moved.tasks, 'open task')}{promised}"
    say([f"{what}: from {giver} to {', '.join(to)}."])
    if moved.held:
        are = "is" if moved.held == 1 else "are"
        narrate(f"{moved.held} of the tasks {are} in somebody's hands, who keeps the client until the outcome.")
    if dry_run:
        narrate("Nothing was written: this was a dry run.")


def _shares(text: str) -> tuple[int, ...]:
    """``2,1`` as numbers. Raises :class:`BadRequest` for anything else."""
    try:
        return tuple(int(part) for part in text.split(",")) if text else ()
    except ValueError:
        raise BadRequest(f'--share "{text}" is no list of whole numbers.', "For example --share 2,1") from None
