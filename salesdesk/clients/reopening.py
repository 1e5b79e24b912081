"""Beginning again with a client whose work had ended: a new deal in the first status, one open task."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from rules.model import RuleSet
from rules.reasons import Reason
from salesdesk.access import audit
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.gain import open_task
from salesdesk.clients.queries import visible_client
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.storage.database import one_transaction
from salesdesk.storage.models import Client, Phone, Task, key_of
from salesdesk.words.codes import Act
from salesdesk.work.opening import begin_deals, open_calls
from salesdesk.work.pictures import client_view
from salesdesk.work.rulebook import current, keep_rules
from salesdesk.work.situations import callable_phones, phones_of
from salesdesk.work.views import ClientView


@one_transaction
def reopen(sitting: Sitting, client_id: int, status: str | None = None) -> ClientView:
    """Begin again with a client in a final status, in the first status or the open one that is named. Lead and admin
    only; audited.

    Raises :class:`NothingToDo` for an unknown client or one who is being worked on, and :class:`BadRequest` for one
    without a number that may be called, and for a status that is not open.
    """
    may(sitting, Right.REOPEN)
    with sitting.database.write() as session:
        keep_rules(session)
        now, rules = sitting.clock.now(), current(session).rules
        if status is not None:
            _require_open(rules, status)
        client, task = locked_client(session, client_id)
        if task is not None:
            raise NothingToDo(f"Client {client_id} is being worked on already.", "Nothing was changed.")
        begin_again(session, rules, client, now, Reason(Act.REOPENED, {"by": sitting.person.name}), status)
        detail = {"status": client.status}
        audit.append(session, sitting.person, "clients.reopen", f"client {client_id}", detail, now)
        return client_view(session, client, rules, now)


def locked_client(session: Session, client_id: int) -> tuple[Client, Task | None]:
    """A client as it is now and its open task, if there is one; nobody else changes either before this transaction
    ends. Raises :class:`NothingToDo` for an unknown id.
    """
    visible_client(session, client_id)
    task = open_task(session, client_id)  # tasks before clients, the order in which the desk locks them
    client = session.get_one(Client, client_id, with_for_update=True, populate_existing=True)
    return client, task or open_task(session, client_id)


def _require_open(rules: RuleSet, status: str) -> None:
    opened = [each.id for each in rules.statuses.values() if each.kind == "open"]
    if status not in opened:
        raise BadRequest(f'There is no open status "{status}".', f"Use one of: {', '.join(opened)}.")


def require_number(client: Client, phones: list[Phone]) -> None:
    """Raise :class:`BadRequest` for a client without a number that may be called, naming what lifts each mark."""
    if callable_phones(phones):
        return
    wrong = f"Where one is right after all: salesdesk clients phone {client.id} PHONE --good"
    silent = "A lead can lift the mark: salesdesk clients dnc PHONE --off --why TEXT"
    mends = [mend for mend, needed in ((silent, _any(phones, "dnc")), (wrong, _any(phones, "bad"))) if needed]
    raise BadRequest(
        f"Client {client.id} has no number that may be called: each is marked do-not-call or wrong.",
        "\n".join(mends) or "It has none at all: salesdesk clients add",
    )


def _any(phones: list[Phone], mark: str) -> bool:
    return any(getattr(phone, mark) for phone in phones)


def begin_again(  # noqa: PLR0913, PLR0917 - a client, and what they begin with
    session: Session, rules: RuleSet, client: Client, now: datetime, why: Reason, status: str | None = None
) -> Task:
    """Open a new deal in the first status, or in the open one that is named, with the misses forgotten, and a task that
    is due as soon as windows and caps allow (``now`` is aware UTC); ``why`` is its first reason.

    Raises :class:`BadRequest` for a client without a number that may be called.
    """
    require_number(client, phones_of(session, key_of(client)))
    begun = begin_deals(session, rules, [client], status or rules.first_status, now)
    return open_calls(session, rules, begun, why, now)[0]
