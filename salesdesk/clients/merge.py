"""Making two clients that turned out to be one person into one: numbers, facts, history and the next step.

Nothing that was recorded is lost or changed: calls and deals move as they are, so that history and caps count for the
person. Where both are being worked on they are one pass through the funnel from now on, with one next step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from rules.buttons import ways_of
from rules.reasons import Reason, as_json
from salesdesk.access import audit
from salesdesk.access.rights import Right, may
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import ClientDraft, search_key
from salesdesk.clients.duplicates import lock_numbers
from salesdesk.clients.gain import merger, open_task
from salesdesk.clients.newcomer import Newcomer
from salesdesk.clients.notes import joined
from salesdesk.clients.queries import visible_client
from salesdesk.clients.store import client_key
from salesdesk.errors import BadRequest
from salesdesk.places.phones import phone_from_e164
from salesdesk.places.zone_guess import ZoneGuess
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import Area, Attempt, Client, Deal, Phone, Task, User, key_of
from salesdesk.words.codes import Act
from salesdesk.work.areas import move_to, plan_anew
from salesdesk.work.claims import area_of, let_go
from salesdesk.work.holding import require_free
from salesdesk.work.opening import copy_of_deal
from salesdesk.work.pictures import client_view
from salesdesk.work.pools import takers
from salesdesk.work.rulebook import Rulebook, current, keep_rules
from salesdesk.work.situations import phones_of
from salesdesk.work.views import ClientView


@dataclass(frozen=True, slots=True)
class _Pair:
    """A client that goes, and the one that is kept, in one transaction. The tasks are their open ones, locked."""

    session: Session
    book: Rulebook
    now: datetime
    gone: Client
    kept: Client
    gone_task: Task | None
    kept_task: Task | None


@one_transaction
def merge_clients(sitting: Sitting, client_id: int, into: int, *, dry_run: bool = False) -> ClientView:
    """Merge a client into another, which keeps its number here; lead and admin only, audited.

    ``dry_run`` gives what would come of it and takes it all back.

    What the kept one lacks is filled from the other; a promise wins over any other next step, the sooner of two wins.
    Raises :class:`salesdesk.errors.NothingToDo` for an unknown client or one that somebody has in hand, and
    :class:`BadRequest` when one of them must not be called and the other may be.
    """
    may(sitting, Right.MERGE)
    if client_id == into:
        raise BadRequest(f"Client {client_id} cannot be merged into itself.", "Name two clients.")
    with sitting.database.write() as session:
        keep_rules(session)
        lock_numbers(sitting.database, session)
        pair = _locked(sitting.database, session, sitting.clock.now(), client_id, into)
        _require_one_wish(pair)
        counts = _join(pair)
        audit.append(
            session, sitting.person, "clients.merge", f"client {client_id}", {"into": into, **counts}, pair.now
        )
        merged = client_view(session, pair.kept, pair.book.rules, pair.now)
        if dry_run:
            session.rollback()
        return merged


def _locked(database: Database, session: Session, now: datetime, gone: int, kept: int) -> _Pair:
    """The two, free of claims and with their tasks locked, so that nobody takes them meanwhile."""
    clients = {client_id: visible_client(session, client_id) for client_id in (gone, kept)}
    tasks = {client_id: open_task(session, client_id) for client_id in sorted((gone, kept))}
    for client_id, task in tasks.items():
        session.refresh(clients[client_id])  # an outcome that was being recorded is there now
        if task is not None:
            require_free(database, session, task, now)
            let_go(task)
    return _Pair(session, current(session), now, clients[gone], clients[kept], tasks[gone], tasks[kept])


def _require_one_wish(pair: _Pair) -> None:
    """Who asked not to be called meant to be left alone under every number; a merge must not undo that unseen."""
    silent = [
        client for client in (pair.gone, pair.kept) if all(p.dnc for p in phones_of(pair.session, key_of(client)))
    ]
    if len(silent) == 1:
        other = pair.kept if silent[0] is pair.gone else pair.gone
        raise BadRequest(
            f"Client {silent[0].id} must not be called and client {other.id} may be.",
            f"Mark the numbers of client {other.id} first, or lift the mark: salesdesk clients dnc PHONE [--off]",
        )


def _join(pair: _Pair) -> dict[str, int]:
    """Move everything, and remove the client that has nothing left."""
    gone, kept, session = key_of(pair.gone), key_of(pair.kept), pair.session
    numbers = _facts(pair)
    following = _next_step(pair)
    session.flush()
    counts = {"phones": numbers}
    for word, table in (("deals", Deal), ("tasks", Task), ("attempts", Attempt)):
        statement = update(table).where(col(table.client_id) == gone).values(client_id=kept)
        counts[word] = session.connection().execute(statement).rowcount
    session.expire_all()
    _settle_stage(pair)
    if following is not None:
        area = area_of(session.get_one(Area, pair.kept.area_id))
        move_to(session, pair.kept, following, area)
        merged = Reason(Act.MERGED, {"client": gone})
        plan_anew(session, pair.book.rules, following, pair.now, merged)
        _meet_button(pair, following)
    session.delete(pair.gone)
    session.flush()
    return counts


def _facts(pair: _Pair) -> int:
    """Fill what the kept client lacks, and give it the other's numbers; how many those are."""
    session, gone, kept = pair.session, pair.gone, pair.kept
    numbers, own = phones_of(session, key_of(gone)), phones_of(session, key_of(kept))
    draft = _draft(session, gone, numbers)
    newcomer = merger(session, pair.book, pair.now)
    newcomer.merge(kept, own, Newcomer(draft), taken={phone.e164 for phone in numbers})
    for position, phone in enumerate(numbers, start=len(own)):
        phone.client_id, phone.position = key_of(kept), position
    also = [text for text in (gone.name, gone.company) if search_key(text) not in search_key(kept.name, kept.company)]
    if also:
        kept.note = joined(kept.note, f"also {', '.join(also)}")
    clashes = {key: value for key, value in gone.custom.items() if kept.custom.get(key, value) != value}
    kept.custom = {**kept.custom, **{f"{key} (client {gone.id})": value for key, value in clashes.items()}}
    kept.tags = list(dict.fromkeys([*kept.tags, *gone.tags]))
    if kept.preferred_at is None:
        for said in ("preferred_at", "preferred_wall", "preferred_zone"):
            setattr(kept, said, getattr(gone, said))
    kept.created_at, kept.touched_at = min(kept.created_at, gone.created_at), pair.now
    kept.search_key = client_key(kept, [phone.e164 for phone in (*own, *numbers)])
    return len(numbers)


def _draft(session: Session, client: Client, phones: list[Phone]) -> ClientDraft:
    """A stored client as one who comes in."""
    owner = session.get(User, client.owner_id) if client.owner_id is not None else None
    zones = area_of(session.get_one(Area, client.area_id)).zones
    zone = ZoneGuess(
        client.zone, () if client.zone else zones, client.zone_source, client.rival_zone, client.rival_source
    )
    return ClientDraft(
        name=client.name,
        company=client.company,
        position=client.position,
        phones=tuple(phone_from_e164(phone.e164) for phone in phones),
        emails=tuple(client.emails),
        city=client.city,
        region=client.region,
        country=client.country or None,
        zone=zone,
        source=client.source,
        owner=owner.name if owner else "",
        status="",
        note=client.note,
        prefer="",
        custom=dict(client.custom),
    )


def _next_step(pair: _Pair) -> Task | None:
    """Leave one open task and one open deal of the two; the task is that of the gone client, if it is."""
    gone, kept = pair.gone_task, pair.kept_task
    if gone is None:
        return None
    if kept is None:
        pair.kept.status, pair.kept.misses, pair.kept.funnel = pair.gone.status, pair.gone.misses, pair.gone.funnel
        return gone
    stays, ends = (gone, kept) if _rank(gone) < _rank(kept) else (kept, gone)
    ends.closed_at, ends.closed_by = pair.now, "merge"
    stays.because = [*stays.because, *as_json(_promised(ends))]
    _one_deal(pair.session, pair.session.get_one(Deal, kept.deal_id), pair.session.get_one(Deal, gone.deal_id))
    return stays if stays is gone else None


def _meet_button(pair: _Pair, task: Task) -> None:
    """Where the step of the one has no button in the stage of the other, have it be a call for the same time, or a
    callback where it was promised: for those there always is one (:mod:`rules.file.check_buttons`).
    """
    rules, place = pair.book.rules, (pair.kept.status, task.kind)
    if ways_of(rules).dead_end(place) is None:
        return
    task.kind = "callback" if task.feed == "callback" else "call"
    task.pool = rules.tasks[task.kind].pool
    if not takers(pair.session, task.pool, [task.assignee_id]):
        task.assignee_id = None


def _one_deal(session: Session, deal: Deal, other: Deal) -> None:
    """Two passes through the funnel at once were one."""
    deal.opened_at = min(deal.opened_at, other.opened_at)
    if deal.amount_minor is None:
        deal.amount_minor, deal.currency = other.amount_minor, other.currency
    _put_in_place(session, other, deal)


def _put_in_place(session: Session, old: Deal, new: Deal) -> None:
    """Have a deal take the place of another, which is removed."""
    session.flush()
    for table in (Task, Attempt):
        session.connection().execute(update(table).where(col(table.deal_id) == old.id).values(deal_id=new.id))
    session.expire_all()
    session.delete(old)
    session.flush()


def _rank(task: Task) -> tuple[bool, datetime]:
    """Promises first, then the sooner one."""
    return task.feed != "callback", task.due_at


def _promised(task: Task) -> list[Reason]:
    """What was promised with a task that ends, so that it is not forgotten."""
    if task.agreed_wall is None:
        return []
    return [Reason(Act.ALSO_PROMISED, {"wall": task.agreed_wall, "zone": task.agreed_zone})]


def _settle_stage(pair: _Pair) -> None:
    """The client stands where its open deal does, else where the deal that ended last did; that deal is its newest."""
    session, kept = pair.session, key_of(pair.kept)
    order = (col(Deal.closed_at).is_not(None), col(Deal.closed_at).desc(), col(Deal.id).desc())
    present = session.exec(select(Deal).where(Deal.client_id == kept).order_by(*order).limit(1)).one()
    pair.kept.status, pair.kept.funnel = present.status, present.funnel
    newest = session.exec(select(func.max(Deal.id)).where(Deal.client_id == kept)).one()
    if present.id != newest:
        _renumber(session, present, pair.now)


def _renumber(session: Session, deal: Deal, now: datetime) -> None:
    """Give a deal the newest number: everywhere the last deal of a client is the one with the highest."""
    again = copy_of_deal(deal)
    deal.closed_at = deal.closed_at or now  # one open deal a client, at every instant
    session.flush()
    session.add(again)
    session.flush()
    _put_in_place(session, deal, again)
