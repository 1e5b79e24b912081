"""The rule set in force and its versions. A version is never changed; the newest is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session, col, select

from rules.area import Area
from rules.faults import RuleFaults
from rules.load import load
from rules.model import RuleSet
from rules.windows import timetable
from salesdesk.errors import BadRequest, NothingToDo, StorageError
from salesdesk.models import RuleVersion
from salesdesk.models.base import MAX_NAME


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
    return timetable(book.rules, area).is_open(minute)


def current(session: Session) -> Rulebook:
    """The rules in force. Raises :class:`StorageError` when the database has none."""
    newest = session.exec(select(RuleVersion.id).order_by(col(RuleVersion.id).desc()).limit(1)).first()
    if newest is None:
        raise StorageError("The database has no rules.", "Make them: salesdesk init")
    return _cached(session, newest)


_books: dict[tuple[int, str], Rulebook] = {}


def _cached(session: Session, version: int) -> Rulebook:
    """A loaded version; versions never change, but another database has its own text under the same number."""
    toml = session.exec(select(RuleVersion.toml).where(RuleVersion.id == version)).one()
    book = _books.get((version, toml))
    if book is None:
        book = _books[version, toml] = Rulebook(version, load(toml).ruleset)
    return book


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
    try:
        load(toml)
    except RuleFaults as faults:
        lines = "\n".join(f"  {fault}" for fault in faults.faults)
        raise BadRequest(f"The rules have {len(faults.faults)} fault(s):\n{lines}", "Nothing was changed.") from faults
    if len(note) > MAX_NAME:
        raise BadRequest(f"The note has {len(note)} characters, the limit is {MAX_NAME}.", "Shorten it.")
    newest = session.exec(select(RuleVersion).order_by(col(RuleVersion.id).desc()).limit(1)).first()
    if newest is not None and newest.toml == toml:
        raise NothingToDo(f"These are the rules in force already (version {newest.id}).", "Nothing was changed.")
    row = RuleVersion(toml=toml, author_id=author_id, at=now, note=note)
    session.add(row)
    session.flush()
    return row
