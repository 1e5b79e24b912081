"""``salesdesk clients``: bring clients in, add one, look at them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from salesdesk.cli import client_acts, handing
from salesdesk.cli.client_answers import say_client, say_clients, their_time
from salesdesk.cli.frame.options import Request, common, noun
from salesdesk.cli.frame.output import narrate, say, say_json
from salesdesk.cli.frame.signals import ends_tidily
from salesdesk.cli.frame.words import home_zone
from salesdesk.errors import BadRequest
from salesdesk.words.counted import counted

if TYPE_CHECKING:
    from salesdesk.work.views import ClientView

app = noun("Bring clients in, look at them, change them, and take them out.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or TSV file with a header line.")]
Map = Annotated[
    list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field; repeatable.")
]
Country = Annotated[str | None, typer.Option(metavar="UA", help="Where numbers without a country code are.")]
Source = Annotated[str, typer.Option(metavar="S", help="Where they came from.")]
Owner = Annotated[str | None, typer.Option(metavar="NAME", help="Whose clients they are.")]
Encoding = Annotated[str | None, typer.Option(metavar="E", help="The file's encoding; else it is found out.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")]
OnDuplicate = Annotated[
    Literal["merge", "skip", "reject"], typer.Option(help="What to do with a number that is here already.")
]


@app.command("import")
@common
def bring_in(
    request: Request,
    file: File,
    *,
    mapping: Map = None,
    country: Country = None,
    source: Source = "",
    owner: Owner = None,
    encoding: Encoding = None,
    dry_run: DryRun = False,
    on_duplicate: OnDuplicate = "merge",
) -> None:
    """Bring in the clients of a CSV or TSV file; it comes in whole or not at all.

    Rows that cannot be taken are written to FILE.rejects.csv in the current folder, each with its reason.
    """
    columns = _columns(mapping or [])
    with request.signed_in() as sitting:
        from salesdesk.imports.importing import ImportRequest, import_clients

        wanted = ImportRequest(
            path=file,
            mapping=columns,
            country=country,
            source=source,
            owner=owner,
            encoding=encoding,
            dry_run=dry_run,
            on_duplicate=on_duplicate,
            rejects_in=Path.cwd(),
        )
        with ends_tidily(), _progress() as advance:
            report = import_clients(sitting, wanted, progress=advance)
    found = report.as_json()
    if request.json:
        say_json(found)
    else:
        say(_report_lines(found, dry_run))


Name = Annotated[str, typer.Option(metavar="N", help="The person's or the company's name.")]
Number = Annotated[str, typer.Option(metavar="P", help="Their number; several with commas between them.")]
Company = Annotated[str, typer.Option(metavar="C", help="Where they work.")]
City = Annotated[str, typer.Option(metavar="C", help="Where they are.")]
ClientZone = Annotated[str | None, typer.Option("--zone", metavar="Z", help="Their time zone; else from the number.")]
Prefer = Annotated[str | None, typer.Option(metavar="WHEN", help="When they asked to be called, their time.")]
Email = Annotated[str, typer.Option(metavar="E", help="Their e-mail address.")]
About = Annotated[str, typer.Option("--note", metavar="TEXT", help="What to know before the first call.")]


@app.command("add")
@common
def add(
    request: Request,
    *,
    name: Name,
    phone: Number,
    company: Company = "",
    city: City = "",
    country: Country = None,
    zone: ClientZone = None,
    prefer: Prefer = None,
    source: Source = "",
    owner: Owner = None,
    email: Email = "",
    note: About = "",
) -> None:
    """Add one client who has just come in; they are handed out at once."""
    with request.signed_in() as sitting:
        from salesdesk.clients.intake import NewClient, add_client

        new = NewClient(
            name=name,
            phone=phone,
            company=company,
            city=city,
            country=country,
            zone=zone,
            prefer=prefer,
            source=source,
            owner=owner,
            note=note,
            email=email,
        )
        added = add_client(sitting, new)
        if prefer:
            _tell_if_moved(added, home_zone(sitting.database, sitting.person))
        _tell_if_cut(added)
        say_client(request, sitting, added)


def _tell_if_cut(client: ClientView) -> None:
    """Say that not all of the note had room."""
    from salesdesk.clients.notes import CUT

    if client.note.endswith(CUT):
        narrate("The client's note is full, and its end is cut: what did not fit is not kept.")


def _tell_if_moved(client: ClientView, home: str) -> None:
    """Say that the time that was asked for is kept, yet the call comes later, and why."""
    task = client.task
    if task is not None and task.feed == "callback" and task.due_at > task.wanted_at:
        from salesdesk.words.reasons import cause_of

        asked, fed = their_time(client, task.wanted_at, home), their_time(client, task.due_at, home)
        why = cause_of(task.reasons)
        narrate(f"The time that was asked for, {asked}, is kept, but the call is fed at {fed}: {why}.")


Id = Annotated[int, typer.Argument(metavar="ID", help="The client's number here.")]


History = Annotated[bool, typer.Option("--history", help="Also every call: when, who, what was said, and the note.")]


@app.command("show")
@common
def show(request: Request, client: Id, *, history: History = False) -> None:
    """Show a client. A manager sees the one in hand only."""
    with request.signed_in() as sitting:
        from salesdesk.clients.queries import show_client
        from salesdesk.clients.touches import touches

        shown = show_client(sitting, client)
        say_client(request, sitting, shown, touches(sitting, client) if history else None)


Place = Annotated[str, typer.Argument(metavar="ZONE", help="An IANA zone such as Europe/Kyiv, or a city.")]


@app.command("zone")
@common
def set_client_zone(request: Request, client: Id, zone: Place) -> None:
    """Set a client's time zone, or the city that tells it. A manager does it for the client in hand only."""
    with request.signed_in() as sitting:
        from salesdesk.clients.set_zone import set_zone

        done = set_zone(sitting, client, zone)
        for words in done.because:
            narrate(words)
        say_client(request, sitting, done.client)


Status = Annotated[str | None, typer.Option(metavar="S", help="Only those in this status.")]
Limit = Annotated[int | None, typer.Option(metavar="N", help="At most so many; 100 when not said.")]


@app.command("list")
@common
def show_all(request: Request, status: Status = None, owner: Owner = None, limit: Limit = None) -> None:
    """List clients by their number here."""
    with request.signed_in() as sitting:
        from salesdesk.clients.queries import list_of_clients

        found = list_of_clients(sitting, status=status, owner=owner, limit=limit)
        say_clients(request, sitting, found.clients, found.total)


def _columns(mapping: list[str]) -> dict[str, str]:
    """``FIELD=COLUMN`` options as a dictionary. Raises :class:`BadRequest` for anything else, or a field said twice."""
    columns: dict[str, str] = {}
    for option in mapping:
        field, equals, column = option.partition("=")
        if not (field and equals and column):
            raise BadRequest(f'--map "{option}" is not FIELD=COLUMN.', 'For example --map phone="Work phone".')
        if field in columns:
            raise BadRequest(f"--map names {field} twice.", "Several columns go into one: --map phone=Work,Home")
        columns[field] = column
    return columns


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr where that is a terminal, as a function of bytes done and bytes in all."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("Importing", total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)


def _report_lines(found: dict[str, Any], dry_run: bool) -> list[str]:
    done = ", ".join(f"{found[word]} {word}" for word in ("created", "merged", "skipped", "rejected"))
    lines = [f"{counted(found['read'], 'row')} read in {found['seconds']:.1f} s: {done}."]
    if found["rejects_file"]:
        lines.append(f"Rejected rows, each with its reason: {found['rejects_file']}")
    if dry_run:
        narrate("Nothing was written: this was a dry run.")
    return lines


app.command("move")(common(handing.move))
app.command("merge")(common(handing.merge))
app.command("find")(common(client_acts.find))
app.command("dnc")(common(client_acts.dnc))
app.command("phone")(common(client_acts.phone))
app.command("reopen")(common(client_acts.reopen))
app.command("forget")(common(client_acts.forget))
app.command("export")(common(client_acts.export))
