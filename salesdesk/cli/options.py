"""The options that every command has, and what a command is given.

``--db``, ``--as`` and ``--json`` may stand before or after any word of a command; the last one said counts.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, Literal, ParamSpec

import typer

from salesdesk.cli.failures import faults_told
from salesdesk.errors import BadRequest

if TYPE_CHECKING:
    from salesdesk.database import Database
    from salesdesk.location import Location
    from salesdesk.people import Person

P = ParamSpec("P")

Db = Annotated[
    str | None,
    typer.Option("--db", metavar="URL|PATH", help="The database; else SALESDESK_DB, else the data directory."),
]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Who acts; else SALESDESK_USER, else your login."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@dataclass(frozen=True, slots=True)
class Request:
    """What the common options said, and which sub-command follows (``None`` when there is none)."""

    db: str | None = None
    acting: str | None = None
    json: bool = False
    command: str | None = None

    def location(self) -> Location:
        """Where the database is. Raises :class:`BadRequest` for a URL that cannot be used."""
        from salesdesk.location import locate

        return locate(self.db or os.environ.get("SALESDESK_DB"))

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, open. Raises :class:`salesdesk.errors.StorageError`."""
        from salesdesk.schema import open_database

        database = open_database(self.location())
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def signed_in(self, *roles: Literal["manager", "lead", "admin"]) -> Iterator[tuple[Database, Person]]:
        """The database and who acts; with ``roles``, one of these or an admin.

        Raises :class:`salesdesk.errors.StorageError` and :class:`salesdesk.errors.NotAllowed`.
        """
        from salesdesk.signin import sign_in

        with self.database() as database:
            person = sign_in(database, self.acting or os.environ.get("SALESDESK_USER"))
            if roles:
                person.require(*roles)
            yield database, person


_CONTEXT = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
_COMMON = [
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    for name, default, annotation in (("db", None, Db), ("acting", None, As), ("as_json", False, Json))
]


def common(function: Callable[Concatenate[Request, P], int | None]) -> Callable[..., None]:
    """Make a command of a function: its first argument becomes the common options, its result the exit code."""
    own = inspect.signature(function, eval_str=True)

    @functools.wraps(function)
    def command(ctx: typer.Context, *, db: str | None, acting: str | None, as_json: bool, **options: Any) -> None:
        with faults_told():
            ctx.obj = request = _heard(ctx, db, acting, as_json)
            _check_text(options)
            code = function(request, **options)  # type: ignore[call-arg]
        if code:
            raise typer.Exit(code)

    parameters = [_CONTEXT, *list(own.parameters.values())[1:], *_COMMON]
    command.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command


def noun(about: str) -> typer.Typer:
    """A group of commands about one thing, which takes the common options too."""
    group = typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None)
    group.callback()(common(_nothing))
    return group


def _nothing(request: Request) -> None:
    """The options of a group are only remembered; its command acts."""


def _heard(ctx: typer.Context, db: str | None, acting: str | None, as_json: bool) -> Request:
    """The options said at this level over those said before it."""
    before = ctx.obj or Request()
    for option, value in (("--db", db), ("--as", acting)):
        if value == "":
            raise BadRequest(f"{option} is empty.", "Give it a value, or leave it out.")
    _check_text({"db": db, "acting": acting})
    return Request(
        db=before.db if db is None else db,
        acting=before.acting if acting is None else acting,
        json=before.json or as_json,
        command=ctx.invoked_subcommand,
    )


def _check_text(options: dict[str, Any]) -> None:
    """Refuse bytes that are no text in the terminal's encoding; they could be neither stored nor shown."""
    for value in options.values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any("\ud800" <= letter <= "\udfff" for letter in text):
                raise BadRequest(f'"{text}" is not UTF-8 text.', "Check your terminal's encoding.")
