"""Every touch with a client: each call with who made it, what was said and its note, also those taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from salesdesk.access.rights import Right, may, require_sight
from salesdesk.access.sitting import Sitting
from salesdesk.clients.queries import visible_client
from salesdesk.storage.models import Attempt, Undo, User
from salesdesk.words.json_times import instant_text
from salesdesk.words.money import to_major
from salesdesk.work.rulebook import Rulebook, current


@dataclass(frozen=True, slots=True)
class Touch:
    """A call: when it ended (aware UTC), who made it (a user's name), the ids of what was said, and ``said`` in words.

    ``amount`` is in major units of ``currency``. ``undone_by`` and ``undone_at`` say who took it back, and when.
    """

    attempt_id: int
    at: datetime
    manager: str
    outcome: str
    reason: str | None
    said: str
    note: str
    phone: str
    amount: float | None
    currency: str | None
    undone_by: str | None
    undone_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """The contract's row of a history. Corrections are not made yet."""
        return {
            "attempt_id": self.attempt_id,
            "at": instant_text(self.at),
            "manager": self.manager,
            "outcome": self.outcome,
            "reason": self.reason,
            "note": self.note,
            "phone": self.phone,
            "amount": self.amount,
            "currency": self.currency,
            "undone": self.undone_by is not None,
            "undone_by": self.undone_by,
            "undone_at": instant_text(self.undone_at),
            "corrected_by": None,
        }


def touches(sitting: Sitting, client_id: int) -> list[Touch]:
    """All calls with a client, newest first. A manager sees the client in hand only.

    Raises :class:`salesdesk.errors.NothingToDo` for an unknown id.
    """
    may(sitting, Right.SEE_CLIENT)
    require_sight(sitting, client_id)
    with sitting.database.read() as session:
        visible_client(session, client_id)
        query = (
            select(Attempt, User.name, Undo)
            .join(User, col(User.id) == Attempt.user_id)
            .outerjoin(Undo, col(Undo.attempt_id) == Attempt.id)
            .where(Attempt.client_id == client_id)
            .order_by(col(Attempt.at).desc(), col(Attempt.id).desc())
        )
        book = current(session)
        return [_touch(session, book, *row) for row in session.exec(query)]


def _touch(session: Session, book: Rulebook, call: Attempt, manager: str, undo: Undo | None) -> Touch:
    minor, currency = call.amount_minor, call.currency
    return Touch(
        attempt_id=call.id or 0,
        at=call.at,
        manager=manager,
        outcome=call.outcome,
        reason=call.reason,
        said=_said(book, call),
        note=call.note,
        phone=call.phone,
        amount=None if minor is None or currency is None else to_major(minor, currency),
        currency=currency,
        undone_by=session.get_one(User, undo.user_id).name if undo else None,
        undone_at=undo.at if undo else None,
    )


def _said(book: Rulebook, call: Attempt) -> str:
    """The button and the reason as people read them; ids that the rules know no more stay as they are."""
    outcome = book.rules.outcomes.get(call.outcome)
    labels = {reason.id: reason.label for reason in outcome.reasons} if outcome else {}
    reason = labels.get(call.reason, call.reason) if call.reason else None
    return ": ".join(part for part in (outcome.label if outcome else call.outcome, reason) if part)
