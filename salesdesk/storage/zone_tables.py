"""By which zone tables the base's instants were worked out, beside those of this program.

What was agreed is a wall time; its instant follows from the zone tables, which the world changes a few times a year.
Every task holds the release by which its instants were worked out (``Task.zone_tables``), so that a program with later
tables finds what it has to work out anew, also what a desk with older ones has written meanwhile
(:mod:`salesdesk.work.zone_tables`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from rules.zonetime import tables_version
from salesdesk.storage.database import Database
from salesdesk.storage.models import Task

# The condition of the index; closed promises are judged by their times too.
FOLLOWING: ColumnElement[bool] = or_(col(Task.closed_at).is_(None), col(Task.agreed_wall).is_not(None))
_OLDEST = select(Task.zone_tables).where(FOLLOWING).order_by(col(Task.zone_tables)).limit(1)
_NEWEST = select(Task.zone_tables).where(FOLLOWING).order_by(col(Task.zone_tables).desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Lag:
    """Which of the two lags. ``is_behind``: the base has instants that older tables gave than this program's. ``doubt``
    says, to the person at the program, that its own tables are older than others here.
    """

    is_behind: bool = False
    doubt: str | None = None


def lag_of(database: Database) -> Lag:
    """How the base stands to this program's zone tables; asked of an index. Raises
    :class:`salesdesk.errors.StorageError`.
    """
    with database.read() as session:
        newest = session.exec(_NEWEST).first()
        return Lag(is_behind(session), _doubt(newest or ""))


def is_behind(session: Session) -> bool:
    """Whether there are tasks whose instants were worked out by older zone tables than this program's."""
    oldest = session.exec(_OLDEST).first()
    return oldest is not None and oldest < tables_version()


def _doubt(newest: str) -> str | None:
    if newest <= tables_version():
        return None
    return (
        f"This program's zone tables ({tables_version()}) are older than those of others here ({newest}): "
        "run pip install --upgrade pytz, and start it again."
    )
