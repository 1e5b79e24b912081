"""A client who calls in: found by the last digits of their number, and put into the hands of who answers.

A manager may look nobody up by name and sees no list; the digits of a number that is ringing are the one way to a
client out of turn. So that they are no way to all clients, at least six are asked for, several matches are answered
with their number only, and look-ups that find nobody are counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from rules.reasons import Reason, as_json, from_json
from salesdesk.access import audit
from salesdesk.access.bounded_login import is_guarded
from salesdesk.access.limits import MOST_MISSES
from salesdesk.access.people import Person
from salesdesk.access.refusals import keep
from salesdesk.access.rights import Refusal, Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.phone_marks import lift_wrong
from salesdesk.clients.reopening import begin_again, locked_client
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NothingToDo, SalesdeskError
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import Audit, Client, Phone, Task, key_of
from salesdesk.words.codes import Act
from salesdesk.words.counted import counted
from salesdesk.work.claims import Taking, claim_one, held_task, is_live, let_go
from salesdesk.work.complete import visible
from salesdesk.work.situations import phones_of
from salesdesk.work.suppression import keyed_hash
from salesdesk.work.views import Handed, NothingDue

LEAST_DIGITS = 6
COMMAND = "task inbound"
_MISS = "clients.inbound"  # the audit's word for a look-up that found nobody, or more than one
_HOUR = timedelta(hours=1)
_CALLED = Reason(Act.CALLED_IN)


def inbound(sitting: Sitting, digits: str) -> Handed:
    """Put the client whose number ends in these digits into the person's hands, due or not; what they held is given
    back. A number that they call from is no wrong one any more. One whose work had ended is begun again with
    (docs/architecture.md, invariant 1).

    Raises :class:`BadRequest` for fewer than six digits, for several matches and for a client who may not be called;
    :class:`NothingToDo` for no match, or while somebody else has the client in hand; and
    :class:`salesdesk.errors.NotAllowed` for a manager who looked up too many numbers that nobody has.
    """
    may(sitting, Right.WORK)
    wanted = re.sub(r"\D", "", digits)
    if len(wanted) < LEAST_DIGITS:
        raise BadRequest(
            f"{counted(len(wanted), 'digit is', 'digits are')} not enough to find a client by.",
            f"Type at least the last {LEAST_DIGITS}.",
        )
    _require_measure(sitting)
    found = _matches(sitting.database, wanted)
    if len(found) != 1:
        _count_miss(sitting, wanted, len(found))
        raise _not_one(len(found))
    _Answering(sitting, wanted).take(found[0])
    handed = Desk(sitting).next_task()
    if isinstance(handed, NothingDue):  # between the two somebody took the client back
        raise NothingToDo("The client was taken back.", "Type the digits again.")
    return handed


def _not_one(matches: int) -> SalesdeskError:
    if not matches:
        return NothingToDo("No client's number ends so.", "Check the digits; a new caller: salesdesk clients add")
    return BadRequest(f"The numbers of {counted(matches, 'client')} end so.", "Type more digits.")


def _matches(database: Database, digits: str) -> list[int]:
    """The clients one of whose numbers ends so; a leading zero is left off where with it nobody is found."""
    with database.read() as session:
        for ending in dict.fromkeys((digits, digits.lstrip("0"))):
            found = _clients_of(session, ending) if len(ending) >= LEAST_DIGITS else []
            if found:
                return found
    return []


def _clients_of(session: Session, ending: str) -> list[int]:
    if is_guarded(session):
        query = text("SELECT client_id FROM salesdesk_guard.inbound(:ending)")
        found = [int(row[0]) for row in session.connection().execute(query, {"ending": ending})]
        session.commit()  # the look-up is counted, and the one client found may be seen for a moment
        return found
    phones = select(Phone.client_id).join(Client, col(Client.id) == Phone.client_id)
    return list(session.exec(phones.where(visible(), col(Phone.e164).endswith(ending)).distinct()))


@dataclass(frozen=True, slots=True)
class _Answering:
    """Somebody who answers a call from a number that ends in these digits."""

    sitting: Sitting
    digits: str

    @one_transaction
    def take(self, client_id: int) -> None:
        """Hold the client's task, in one transaction with what must be opened or given back for it."""
        desk = Desk(self.sitting)
        with desk.acting() as session:
            taking = desk.taking(session)
            mine = held_task(session, self.sitting.person)
            client, task = locked_client(session, client_id)
            if mine is not None and task is mine and is_live(taking, mine):
                return self._works(taking, client_id)
            if task is not None and task.claimed_by not in (None, self.sitting.person.id) and is_live(taking, task):
                raise _taken()
            if mine is not None:
                let_go(mine)
                session.flush()
            self._works(taking, client_id)
            if task is None:
                task = begin_again(session, taking.book.rules, client, taking.now, _CALLED)
            return self._hold(taking, task)

    def _works(self, taking: Taking, client_id: int) -> None:
        """The number that the client calls from is right, whatever it was marked as; which of several is not known."""
        for ending in (self.digits, self.digits.lstrip("0")):
            found = [phone for phone in phones_of(taking.session, client_id) if phone.e164.endswith(ending)]
            if found:
                return lift_wrong(taking.session, self.sitting.person, found if len(found) == 1 else (), taking.now)
        return None

    def _hold(self, taking: Taking, task: Task) -> None:
        held = claim_one(taking, key_of(task))
        if held is None:
            raise _taken()
        others = (reason for reason in from_json(held.because) if reason.code != _CALLED.code)
        held.because = as_json((_CALLED, *others))


def _taken() -> NothingToDo:
    return NothingToDo("Another manager is on this client.", "Ask them to wait, or pass the call on.")


def _require_measure(sitting: Sitting) -> None:
    """Refuse, and record that, when a manager seems to be trying numbers out."""
    if sitting.person.role != "manager":
        return
    with sitting.database.read() as session:
        misses = _misses(session, sitting.person, sitting.clock.now())
    if misses < MOST_MISSES:
        return
    refused = Refusal(
        f"{misses} look-ups within an hour found nobody: no more for now.",
        "Ask a lead, or wait until the hour is over.",
    )
    keep(sitting.database, sitting.clock, refused, COMMAND, sitting.person)
    raise refused


def _misses(session: Session, person: Person, now: datetime) -> int:
    """How many different endings the person looked up in vain within the last hour."""
    if is_guarded(session):
        return int(session.connection().execute(text("SELECT salesdesk_guard.misses()")).scalar_one())
    query = select(Audit.object).where(Audit.action == _MISS, Audit.actor_id == person.id, Audit.at > now - _HOUR)
    return len(set(session.exec(query)))


@one_transaction
def _count_miss(sitting: Sitting, digits: str, matches: int) -> None:
    """Write the look-up down, as a keyed hash of its digits: they may be somebody's number."""
    with sitting.database.write() as session:
        mark = keyed_hash(session, digits)[:16]
        audit.append(session, sitting.person, _MISS, f"digits {mark}", {"matches": matches}, sitting.clock.now())
