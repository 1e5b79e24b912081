"""The rule set in force and its versions. A version is never changed; the newest is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, func
from sqlmodel import Session, col, select

from rules.area import Area
from rules.file.faults import RuleFaults
from rules.file.load import parsed
from rules.model import RuleSet
from salesdesk.access.people import Person
from salesdesk.errors import BadRequest, NothingToDo, StorageError
from salesdesk.places.holidays import open_hours
from salesdesk.storage.models import RuleVersion, User
from salesdesk.storage.models.base import MAX_NAME
from salesdesk.words.counted import counted

# "RULE": the PostgreSQL advisory lock that a change of the rules takes alone, and that writers share who put clients
# into statuses or open tasks. On SQLite there is one writer anyway.
LOCK = 0x52554C45


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A version of the rules, loaded. Compared by identity, so that answers about it can be cached."""

    version: int
    rules: RuleSet

    def is_open(self, area: Area, now: datetime) -> bool:
        """Whether an area may be called at an instant (aware UTC). Windows begin and end on whole minutes."""
        return _is_open(self, area, now.replace(second=0, microsecond=0))


@lru_cache(maxsize=16384)
def _is_open(book: Rulebook, area: Area, minute: datetime) -> bool:
    return open_hours(book.rules, area, minute).is_open(minute)


def keep_rules(session: Session) -> None:
    """Have the rules stay as they are until this transaction ends.

    To be called first in a transaction, before :func:`current`: else a client could be put into a status that a new
    version, committed meanwhile, no longer has.
    """
    if session.connection().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock_shared(LOCK))).one()


def lock_rules(session: Session) -> None:
    """Be the only one who changes the rules, or acts by them, until this transaction ends."""
    if session.connection().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(LOCK))).one()


def current(session: Session) -> Rulebook:
    """The rules in force. Raises :class:`StorageError` when the database has none, or none that can be used.

    Every transaction asks, so the text is fetched only when another version is in force than the last time.
    """
    engine = session.get_bind().engine
    newest = session.exec(_NEWEST[engine.dialect.name == "postgresql"]).first()
    pool = engine.pool  # one for each database, whoever reads or writes
    if newest is None or newest[0] is None:
        raise StorageError("The database has no rules.", "Make them: salesdesk init")
    mark, known = tuple(newest), _in_force.get(pool)
    if known is not None and known[0] == mark:
        return known[1]
    try:
        book = book_of(session, newest[0])
    except RuleFaults as faults:
        raise StorageError(
            f"This program finds {counted(len(faults.faults), 'fault')} in version {newest[0]} of the rules, first: "
            f"{faults.faults[0]}.",
            "An admin mends them: salesdesk rules edit",
        ) from faults
    _in_force[pool] = mark, book
    return book


def _newest(digest: Any) -> Any:
    """The number of the newest version, and what tells its text from another under the same number: a restored
    database, or another one in the place of this, may have one.
    """
    return select(RuleVersion.id, RuleVersion.at, digest).order_by(col(RuleVersion.id).desc()).limit(1)


_NEWEST = {True: _newest(func.md5(RuleVersion.toml)), False: _newest(func.length(RuleVersion.toml))}
_in_force: WeakKeyDictionary[Pool, tuple[tuple[Any, ...], Rulebook]] = WeakKeyDictionary()


def zone_of(person: Person | User, rules: RuleSet) -> str:
    """The zone by which a person reads a time: their own where they have one, else the team's."""
    return person.zone or rules.working.zone


def book_of(session: Session, version: int) -> Rulebook:
    """A version, loaded; another database has its own text under the same number. Raises :class:`RuleFaults`."""
    return _book(version, session.exec(select(RuleVersion.toml).where(RuleVersion.id == version)).one())


@lru_cache(maxsize=64)
def _book(version: int, toml: str) -> Rulebook:
    return Rulebook(version, parsed(toml).ruleset)


def version_row(session: Session, version: int | None = None) -> RuleVersion:
    """A version's row, the newest when none is named. Raises :class:`NothingToDo` for an unknown number."""
    query = select(RuleVersion).order_by(col(RuleVersion.id).desc()).limit(1)
    row = session.exec(query if version is None else query.where(RuleVersion.id == version)).first()
    if row is None:
        raise NothingToDo(f"There is no version {version} of the rules.", "See: salesdesk rules history")
    return row


def save(session: Session, toml: str, *, author_id: int | None, note: str, now: datetime) -> RuleVersion:
    """Put a checked rule text in force as the next version.

    Raises :class:`BadRequest` when it has faults, :class:`NothingToDo` when it is what is in force already.
    """
    checked(toml)
    if len(note) > MAX_NAME:
        raise BadRequest(f"The note has {len(note)} characters, the limit is {MAX_NAME}.", "Shorten it.")
    newest = select(func.max(col(RuleVersion.id))).scalar_subquery()
    same = session.exec(select(RuleVersion.id).where(RuleVersion.id == newest, RuleVersion.toml == toml)).first()
    if same is not None:
        raise NothingToDo(f"These are the rules in force already (version {same}).", "Nothing was changed.")
    row = RuleVersion(toml=toml, author_id=author_id, at=now, note=note)
    session.add(row)
    session.flush()
    return row


def checked(toml: str) -> RuleSet:
    """The rule set of a text. Raises :class:`BadRequest` that names every fault."""
    try:
        return parsed(toml).ruleset
    except RuleFaults as faults:
        lines = "\n".join(f"  {fault}" for fault in faults.faults)
        raise BadRequest(
            f"The rules have {counted(len(faults.faults), 'fault')}:\n{lines}", "Nothing was changed."
        ) from faults
