"""The console script ``salesdesk``. Only typer and the standard library are loaded here: help must come at once."""

from __future__ import annotations

import io
import sys
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from salesdesk import __version__
from salesdesk.cli import audit, clients, db, grant, inbound, init, kpi, launch, rules, simulate, task, tick, users
from salesdesk.cli.frame.failures import faults_told
from salesdesk.cli.frame.options import Request, common
from salesdesk.cli.frame.output import narrate, written
from salesdesk.cli.frame.usage import Group
from salesdesk.storage.stops import let_stops_wait

app = typer.Typer(cls=Group, rich_markup_mode=None, pretty_exceptions_enable=False)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"salesdesk {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("-V", "--version", is_eager=True, callback=_version, help="Print the version and leave.")
]


@app.callback(invoke_without_command=True)
@common
def salesdesk(request: Request, version: Version = False) -> int | None:
    """A desk for people who call clients all day: the next client, one key, the next call planned.

    Without a command it opens the desk.
    """
    return launch.open_desk(request) if request.command is None else None


app.command("desk")(common(launch.desk))
app.command("demo")(common(launch.demo))
app.command("init")(common(init.init))
app.command("kpi")(common(kpi.kpi))
app.command("tick")(common(tick.tick))
app.add_typer(task.app, name="task")
task.app.command("inbound")(common(inbound.inbound))
app.add_typer(clients.app, name="clients")
app.add_typer(users.app, name="users")
app.add_typer(rules.app, name="rules")
rules.app.command("simulate")(common(simulate.simulate))
app.add_typer(db.app, name="db")
db.app.command("grant")(common(grant.grant))
app.command("audit")(common(audit.audit))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a letter that the terminal lacks is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    let_stops_wait()
    try:
        with faults_told(), written():
            code = _run()
    except typer.Exit as left:  # of what typer itself wrote: help, the version
        code = left.exit_code
    sys.exit(code)


def _run() -> int:
    """The command's exit code. What typer has to say of words that are no command is said as everything else is."""
    out = sys.stdout
    try:
        return app(prog_name="salesdesk", standalone_mode=False) or 0
    except typer.Abort:
        narrate("Aborted!")
        return 1
    except TyperException as wrong:
        narrate(_shown(wrong))
        return wrong.exit_code
    except SystemExit:
        if sys.stdout is out:
            raise
        sys.stdout = out  # typer puts another in the place of one whose reader has left, and knows no code for that
        raise BrokenPipeError from None


def _shown(wrong: Any) -> str:
    """What typer would print, which would fail where stderr takes nothing more."""
    said = io.StringIO()
    wrong.show(said)
    return said.getvalue().rstrip("\n")
