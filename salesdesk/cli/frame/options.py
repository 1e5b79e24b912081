"""The options that every command has, and what a command is given.

``--db``, ``--as``, ``--password-stdin`` and ``--json`` may stand before or after any word of a command; the last one
said counts.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

from salesdesk.cli.frame.failures import faults_told
from salesdesk.cli.frame.output import narrate
from salesdesk.cli.frame.usage import Group
from salesdesk.environment import DATABASE, USER, variable
from salesdesk.errors import BadRequest, NotAllowed
from salesdesk.words.counted import counted

if TYPE_CHECKING:
    from salesdesk.access.people import Person
    from salesdesk.access.signin import Proof
    from salesdesk.access.sitting import Sitting
    from salesdesk.storage.database import Database
    from salesdesk.storage.location import Location

P = ParamSpec("P")

SAID = {
    "db": "db",
    "acting": "acting",
    "password_stdin": "password_stdin",
    "as_json": "json",
}  # options: Request's words

Db = Annotated[
    str | None,
    typer.Option("--db", metavar="URL|PATH", help="The database; else SALESDESK_DB, else the data directory."),
]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Who acts; else SALESDESK_USER, else your login."),
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read passwords from standard input, each on a line of its own.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@dataclass(frozen=True, slots=True)
class Request:
    """What the common options said, and which command it is: its words without the program's name (``task next``).

    ``command`` is the sub-command that follows (``None`` when there is none).
    """

    db: str | None = None
    acting: str | None = None
    password_stdin: bool = False
    json: bool = False
    command: str | None = None
    words: str = ""

    def location(self) -> Location:
        """Where the database is. Raises :class:`BadRequest` for a URL that cannot be used."""
        from salesdesk.storage.location import locate

        return locate(self.db or variable(DATABASE))

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, open. Raises :class:`salesdesk.errors.StorageError`."""
        from salesdesk.storage.schema import open_database

        database = open_database(self.location())
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def signed_in(self) -> Iterator[Sitting]:
        """Who acts at which base, if their role may use this command. A refusal goes into the audit.

        Raises :class:`salesdesk.errors.StorageError` and :class:`salesdesk.errors.NotAllowed`.
        """
        from salesdesk.access.rights import require
        from salesdesk.access.signin import sign_in
        from salesdesk.access.sitting import Sitting
        from salesdesk.cli.frame.rights import RIGHT_OF
        from salesdesk.clock import SystemClock

        person = None
        with self.database() as database:
            try:
                person = sign_in(database, self.acting or variable(USER), self._proof())
                require(person, RIGHT_OF[self.words])
                _follow_zone_tables(database, person)
                yield Sitting(database, SystemClock(), person)
            except NotAllowed as refused:
                self._keep(database, refused, person)
                raise

    def _proof(self) -> Proof | None:
        """Where a password can come from, if from anywhere."""
        from salesdesk.access.signin import Proof
        from salesdesk.cli.frame.asking import can_ask, password
        from salesdesk.clock import SystemClock

        if not can_ask(self.password_stdin):
            return None
        return Proof(SystemClock(), lambda: password("Password: ", stdin=self.password_stdin))

    def _keep(self, database: Database, refused: NotAllowed, person: Person | None) -> None:
        from salesdesk.access.refusals import keep
        from salesdesk.clock import SystemClock

        unwritten = keep(database, SystemClock(), refused, self.words, person)
        if unwritten is not None:
            narrate(f"The refusal could not be recorded: {unwritten.title}")


def _follow_zone_tables(database: Database, person: Person) -> None:
    """Have every agreed time keep its wall time after an update of the zone tables; say so, and where these are old."""
    from salesdesk.storage.zone_tables import lag_of

    lag = lag_of(database)
    if lag.doubt is not None:
        narrate(lag.doubt)
    if lag.is_behind:
        from salesdesk.clock import SystemClock
        from salesdesk.work.zone_tables import follow_tables

        moved = follow_tables(database, SystemClock(), person)
        if moved:
            narrate(f"The zone tables were updated: {counted(moved, 'call')} planned anew.")


_CONTEXT = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
_COMMON = [
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    for name, default, annotation in (
        ("db", None, Db),
        ("acting", None, As),
        ("password_stdin", False, PasswordStdin),
        ("as_json", False, Json),
    )
]


def common(function: Callable[Concatenate[Request, P], int | None]) -> Callable[..., None]:
    """Make a command of a function: its first argument becomes the common options, its result the exit code."""
    own = inspect.signature(function, eval_str=True)

    @functools.wraps(function)
    def command(ctx: typer.Context, **options: Any) -> None:
        with faults_told():
            said = Request(**{SAID[name]: options.pop(name) for name in SAID})
            ctx.obj = request = _heard(ctx, said)
            _check_text(options)
            code = function(request, **options)  # type: ignore[call-arg]
        if code:
            raise typer.Exit(code)

    parameters = [_CONTEXT, *list(own.parameters.values())[1:], *_COMMON]
    command.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command


def noun(about: str) -> typer.Typer:
    """A group of commands about one thing, which takes the common options too."""
    group = typer.Typer(cls=Group, help=about, no_args_is_help=True, rich_markup_mode=None)
    group.callback()(common(_nothing))
    return group


def _nothing(request: Request) -> None:
    """The options of a group are only remembered; its command acts."""


def _heard(ctx: typer.Context, said: Request) -> Request:
    """The options said at this level over those said before it."""
    before = ctx.obj or Request()
    for option, value in (("--db", said.db), ("--as", said.acting)):
        if value == "":
            raise BadRequest(f"{option} is empty.", "Give it a value, or leave it out.")
    _check_text({"db": said.db, "acting": said.acting})
    return Request(
        db=before.db if said.db is None else said.db,
        acting=before.acting if said.acting is None else said.acting,
        password_stdin=before.password_stdin or said.password_stdin,
        json=before.json or said.json,
        command=ctx.invoked_subcommand,
        words=_words(ctx),
    )


def _words(ctx: typer.Context) -> str:
    """The words of a command; the program alone opens the desk."""
    words: list[str] = []
    level: Any = ctx
    while level.parent is not None:
        words.insert(0, level.info_name)
        level = level.parent
    return " ".join(words) or "desk"


def _check_text(options: dict[str, Any]) -> None:
    """Refuse bytes that are no text in the terminal's encoding; they could be neither stored nor shown."""
    for value in options.values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any("\ud800" <= letter <= "\udfff" for letter in text):
                raise BadRequest(f'"{text}" is not UTF-8 text.', "Check your terminal's encoding.")
