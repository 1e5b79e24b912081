"""Whose a number is already, and what to do with a row that brings it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from salesdesk.clients.draft import ClientDraft
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, Import, Phone

OnDuplicate = Literal["merge", "skip", "reject"]
_LOCK = 7_255_337  # any number, the same for all who add phone numbers to a PostgreSQL database
_AT_ONCE = 1000  # numbers in one query; SQLite allows 32,766 parameters


def lock_numbers(database: Database, session: Session) -> None:
    """Be the only one who adds numbers until this transaction ends, so that what :func:`holders_of` says stays true.

    On SQLite the one writer is that already.
    """
    if not database.is_sqlite:
        session.exec(select(func.pg_advisory_xact_lock(_LOCK))).one()


@dataclass(frozen=True, slots=True)
class Holder:
    """The client that has a number; ``running`` is the import, not finished yet, that brought it."""

    client_id: int
    running: int | None = None


def holders_of(session: Session, numbers: Iterable[str]) -> dict[str, Holder]:
    """The holders of those of the numbers (E.164) that the base knows."""
    wanted = sorted(set(numbers))
    found: dict[str, Holder] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            select(Phone.e164, Phone.client_id, Import.id)
            .join(Client, col(Client.id) == Phone.client_id)
            .outerjoin(Import, (col(Import.id) == Client.import_id) & col(Import.finished_at).is_(None))
            .where(col(Phone.e164).in_(wanted[start : start + _AT_ONCE]))
        )
        found |= {e164: Holder(client_id, running) for e164, client_id, running in session.exec(query)}
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row. It is merged into ``client_id``, where that is ``None`` into a client of the same file."""

    action: Literal["created", "merged", "skipped", "rejected"]
    client_id: int | None = None
    reason: str = ""


class Judge:
    """Decides row by row, remembering the numbers of the file, so that a dry run says what a real one would."""

    def __init__(self, on_duplicate: OnDuplicate) -> None:
        self._on_duplicate = on_duplicate
        # Number: a client of the base, or minus the file's row that brought it first. The new ones are of rows whose
        # transaction has not ended.
        self._seen: dict[str, int] = {}
        self._new: dict[str, int] = {}

    def keep(self) -> None:
        """The rows that were judged since the last time are stored."""
        self._seen |= self._new
        self._new = {}

    def forget(self) -> None:
        """The rows that were judged since then are not stored, and will be judged again."""
        self._new = {}

    def judge(self, row: int, draft: ClientDraft, base: Mapping[str, Holder]) -> Verdict:
        """What to do with a row (its number in the file), where the ``base`` holds its numbers so."""
        numbers = [phone.e164 for phone in draft.phones]
        whose: dict[int, None] = {}
        for number in numbers:
            if (before := self._new.get(number) or self._seen.get(number)) is not None:
                whose[before] = None
            elif (holder := base.get(number)) is not None:
                if holder.running is not None:
                    return Verdict("rejected", reason=f"import {holder.running}, not finished yet, has the number")
                whose[holder.client_id] = None
        if not whose:
            self._new |= dict.fromkeys(numbers, -row)
            return Verdict("created")
        return self._again(numbers, list(whose))

    def _again(self, numbers: list[str], whose: list[int]) -> Verdict:
        """What to do with a row some of whose numbers are known."""
        if self._on_duplicate == "skip":
            return Verdict("skipped")
        if self._on_duplicate == "reject":
            return Verdict("rejected", reason=f"already {_words(whose)}")
        if len(whose) > 1:
            return Verdict("rejected", reason=f"its numbers are those of {_words(whose)}")
        self._new |= dict.fromkeys(numbers, whose[0])
        return Verdict("merged", whose[0] if whose[0] > 0 else None)


def _words(holders: list[int]) -> str:
    return " and ".join(f"client {holder}" if holder > 0 else f"row {-holder} of this file" for holder in holders)
