"""One import under way.

New clients are written in short batches under an import that is not finished, so that the feed and the lists leave
them out. What the file adds to clients who were here before waits for the last transaction, which finishes the import
too: a failure or an interruption before it removes the batches and has touched nobody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlmodel import Session, col, select

from rules.situation import Agreed
from salesdesk.access import audit
from salesdesk.access.people import Person
from salesdesk.clients.draft import ClientDraft
from salesdesk.clients.duplicates import Judge, Verdict, holders_of, lock_numbers
from salesdesk.clients.gain import load_clients, merger
from salesdesk.clients.newcomer import Newcomer
from salesdesk.clients.store import Arrival, add_clients, check_draft
from salesdesk.clock import Clock
from salesdesk.errors import BadRequest
from salesdesk.imports.reading import BATCH, Parsed, Reading
from salesdesk.imports.rejects import Rejects
from salesdesk.imports.unfinished import abandon, beat, begin, sweep
from salesdesk.storage.database import Database, one_transaction
from salesdesk.storage.models import Client, Phone, Setting, Task, key_of
from salesdesk.work.rulebook import current, keep_rules
from salesdesk.work.settings import SUPPRESSION_KEY
from salesdesk.work.situations import phones_of

Progress = Callable[[int, int], None]
Judged = list[tuple[Parsed, Verdict]]
Waiting = list[tuple[int, Newcomer]]


@dataclass
class ImportRun:
    """Reads the rows once, to :meth:`count` what would become of them or to :meth:`write` them. Not to be used twice.

    ``progress`` is told the bytes read and the bytes in all; ``rejects_in`` is where rejected rows go, beside the file
    when not said; ``counts`` are of created, merged, skipped and rejected
    rows.
    """

    database: Database
    clock: Clock
    reading: Reading
    arrival: Arrival
    judge: Judge
    progress: Progress
    rejects_in: Path | None = None
    counts: Counter[str] = field(default_factory=Counter)
    _unknown: dict[tuple[str, str], str] = field(default_factory=dict)  # owner and status: what is wrong with them
    _waiting: Waiting = field(default_factory=list)  # what clients who were here before will gain

    def count(self) -> None:
        """Write nothing at all."""
        for batch in self._batches():
            with self.database.read() as session:
                self._count(self._judged(session, batch), None)

    def write(self, person: Person) -> Path | None:
        """Import for this person, and give the rejects file if there is one; audited with the last transaction.

        Whatever is raised, nothing of the import stays.
        """
        table = self.reading.table
        with Rejects(table.path, table.headers, table.delimiter, self.rejects_in) as rejects:
            sweep(self.database, self.clock)
            import_id = begin(self.database, table.path.name, person.id, self.clock.now())
            self.arrival = replace(self.arrival, import_id=import_id)
            try:
                for batch in self._batches():
                    self._write_batch(import_id, batch, rejects)
                rejects.complete()
                self._finish(import_id, person)
            except BaseException:
                abandon(self.database, import_id, self.clock.now())
                raise
            return rejects.keep()

    def _batches(self) -> Iterator[list[Parsed]]:
        table = self.reading.table
        for batch in self.reading.batches():
            yield batch
            self.progress(table.position(), table.size_bytes)

    def _write_batch(self, import_id: int, batch: Sequence[Parsed], rejects: Rejects) -> None:
        """Store a batch; what is remembered of it here is what its transaction did, however often that was begun."""
        judged, waiting = self._store_batch(import_id, batch)
        self._count(judged, rejects)
        self._waiting += waiting

    def _count(self, judged: Judged, rejects: Rejects | None) -> None:
        self.judge.keep()
        for parsed, verdict in judged:
            self.counts[verdict.action] += 1
            if verdict.action == "rejected" and rejects:
                rejects.add(parsed.row, verdict.reason)

    @one_transaction
    def _store_batch(self, import_id: int, batch: Sequence[Parsed]) -> tuple[Judged, Waiting]:
        self.judge.forget()
        with self.database.write() as session:
            self._take_rules(session)
            beat(session, import_id, self.clock.now())
            lock_numbers(self.database, session)
            # Held here, the setting stays in the session: every number's hash asks for it.
            _key = session.get_one(Setting, SUPPRESSION_KEY)
            judged = self._judged(session, batch)
            stored = [(parsed.newcomer, verdict) for parsed, verdict in judged if parsed.newcomer]
            self._add(session, [newcomer for newcomer, verdict in stored if verdict.action == "created"])
            merged = [(newcomer, verdict.client_id) for newcomer, verdict in stored if verdict.action == "merged"]
            self._merge_inside(session, [newcomer for newcomer, client_id in merged if client_id is None])
            known = [(client_id, newcomer) for newcomer, client_id in merged if client_id is not None]
            return judged, self._gaining(session, known)

    def _take_rules(self, session: Session) -> None:
        """Go on by the rules in force, which an admin may have changed since the last batch."""
        keep_rules(session)
        book = current(session)
        if book.version != self.arrival.book.version:
            self.arrival = replace(self.arrival, book=book)
            self._unknown.clear()

    def _judged(self, session: Session, batch: Sequence[Parsed]) -> Judged:
        """What is to become of each row of a batch."""
        drafts = [parsed.newcomer.draft for parsed in batch if parsed.newcomer]
        base = holders_of(session, (phone.e164 for draft in drafts for phone in draft.phones))
        judged: Judged = []
        for parsed in batch:
            newcomer = parsed.newcomer
            fault = self._unknown_words(session, newcomer.draft) if newcomer else parsed.fault
            if newcomer is None or fault:
                verdict = Verdict("rejected", reason=fault)
            else:
                verdict = self.judge.judge(parsed.row.number, newcomer.draft, base)
            judged.append((parsed, verdict))
        return judged

    def _unknown_words(self, session: Session, draft: ClientDraft) -> str:
        """What is wrong with the owner and the status that a row names; asked once for each pair."""
        words = (draft.owner, draft.status)
        if words not in self._unknown:
            try:
                check_draft(session, draft, self.arrival)
            except BadRequest as fault:
                self._unknown[words] = fault.title
            else:
                self._unknown[words] = ""
        return self._unknown[words]

    def _add(self, session: Session, newcomers: Sequence[Newcomer]) -> None:
        by_wish: dict[Agreed | None, list[ClientDraft]] = {None: []}
        for newcomer in newcomers:
            by_wish.setdefault(newcomer.prefer, []).append(newcomer.draft)
        for prefer, drafts in by_wish.items():
            add_clients(session, drafts, replace(self.arrival, prefer=prefer))

    def _merge_inside(self, session: Session, newcomers: Sequence[Newcomer]) -> None:
        """Merge rows into clients that this file brought: they vanish with the import, so this need not wait."""
        merging = merger(session, self.arrival.book, self.arrival.now)
        for newcomer in newcomers:
            numbers = [phone.e164 for phone in newcomer.draft.phones]
            query = select(Client).join(Phone, col(Phone.client_id) == Client.id)
            query = query.where(Client.import_id == self.arrival.import_id, col(Phone.e164).in_(numbers))
            client = session.exec(query.limit(1)).one()
            merging.merge(client, phones_of(session, key_of(client)), newcomer)

    def _gaining(self, session: Session, merged: Sequence[tuple[int, Newcomer]]) -> Waiting:
        """Those that bring something to clients who were here before. Mostly none: a file imported again."""
        merging = merger(session, self.arrival.book, self.arrival.now)
        known = load_clients(session, {client_id for client_id, _ in merged})
        return [(key, newcomer) for key, newcomer in merged if merging.gain(*known[key], newcomer)]

    @one_transaction
    def _finish(self, import_id: int, person: Person) -> None:
        with self.database.write() as session:
            self._take_rules(session)
            lock_numbers(self.database, session)
            row = beat(session, import_id, self.clock.now())
            for start in range(0, len(self._waiting), BATCH):
                self._merge_waiting(session, self._waiting[start : start + BATCH])
            now = row.finished_at = self.clock.now()
            row.counts = dict(self.counts)
            detail = {"file": row.file_name, **row.counts}
            audit.append(session, person, "clients.import", f"import {import_id}", detail, now)

    def _merge_waiting(self, session: Session, waiting: Sequence[tuple[int, Newcomer]]) -> None:
        ids = {client_id for client_id, _ in waiting}
        # Tasks before clients, the order in which the desk locks them.
        session.exec(
            select(Task.id).where(col(Task.client_id).in_(ids), col(Task.closed_at).is_(None)).with_for_update()
        )
        known, merging = load_clients(session, ids), merger(session, self.arrival.book, self.arrival.now)
        taken = holders_of(session, (phone.e164 for _, newcomer in waiting for phone in newcomer.draft.phones))
        for client_id, newcomer in waiting:
            merging.merge(*known[client_id], newcomer, taken)
