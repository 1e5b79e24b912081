"""Random rules put in force under random floors: nobody is left before no button, and no task to nobody.

``--hypothesis-profile long`` tries ten times as many (CONTRIBUTING.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, event, given, settings
from sqlmodel import Session, col, select

from rules.model import RuleSet
from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.merge import merge_clients
from salesdesk.desk.desk import Desk
from salesdesk.desk.reminders import due_reminders
from salesdesk.errors import BadRequest
from salesdesk.rule_changes.changing import Wish, change
from salesdesk.storage.database import Database
from salesdesk.storage.models import Client, RuleVersion, Task, User, UserPool, key_of
from salesdesk.upkeep.health import check_storage
from salesdesk.upkeep.invariants import rows_against_rules
from salesdesk.upkeep.invariants.stages import client_statuses, open_tasks
from tests.support.clock import StillClock
from tests.support.random_floors import Floor, empty, floors, furnish, usable


class Work(NamedTuple):
    """An open task: where its client stands, its kind and pool, whose it is, and who holds it."""

    status: str
    kind: str
    pool: str | None
    whose: int | None
    held_by: int | None


def open_work(session: Session) -> dict[int, Work]:
    """Every open task, by its id."""
    query = select(Task, Client.status).join(Client, col(Client.id) == Task.client_id)
    rows = session.exec(query.where(col(Task.closed_at).is_(None)))
    return {
        key_of(task): Work(status, task.kind, task.pool, task.assignee_id, task.claimed_by) for task, status in rows
    }


def members(session: Session, pool: str, *, active: bool = True) -> set[int]:
    """Who is in a pool."""
    query = select(UserPool.user_id).join(User, col(User.id) == UserPool.user_id).where(UserPool.pool == pool)
    return set(session.exec(query.where(col(User.active)) if active else query))


def buttonless(rules: RuleSet, status: str, kind: str) -> bool:
    """Whether a client there, or one who was led on from there by any button or trigger, meets no button."""
    seen, waiting = set[tuple[str, str]](), [(status, kind)]
    while waiting:
        place = waiting.pop()
        if place in seen or place[0] not in rules.statuses or rules.kind_of(place[0]) != "open":
            continue
        seen.add(place)
        shown = [outcome for outcome in rules.outcomes.values() if outcome.fits(place[1], place[0])]
        if not shown:
            return True
        for effect in (outcome.effect for outcome in shown):
            if effect.ladder:
                waiting.append((effect.status or place[0], place[1]))
            if effect.next:
                waiting.append((effect.next.status or effect.status or place[0], effect.next.task))
        then = [trigger.then for trigger in rules.triggers if trigger.status == place[0]]
        waiting += [(step.status or place[0], step.task) for step in then]
    return False


def stuck(session: Session, rules: RuleSet) -> list[Work]:
    """The open tasks that under these rules have no button, or nobody who may take them."""
    return [
        work
        for work in open_work(session).values()
        if buttonless(rules, work.status, work.kind) or (work.pool and not members(session, work.pool))
    ]


def standing(session: Session) -> list[tuple[int | None, str]]:
    return list(session.exec(select(Client.id, Client.status).order_by(col(Client.id))).all())


def strands(before: RuleSet, after: RuleSet, floor: Floor) -> bool:
    """Whether somebody stands in what the new rules lack or turned, has a task they lack, or before no button."""
    return any(
        client.status not in after.statuses
        or (before.kind_of(client.status) == "open") != (after.kind_of(client.status) == "open")
        or (
            client.kind is not None
            and (client.kind not in after.tasks or buttonless(after, client.status, client.kind))
        )
        for client in floor.clients
    )


@dataclass(frozen=True)
class Play:
    """A floor in a base, and the change of its rules."""

    database: Database
    clock: StillClock
    floor: Floor

    def put_up(self) -> Sitting:
        """Empty the base and put the floor into it; who is to change the rules."""
        with self.database.write() as session:
            empty(session)
            session.add(RuleVersion(toml=self.floor.before, at=self.clock.now(), note="before"))
            furnish(session, self.floor, self.clock.now())
            boss = find_person(session, "boss")
        return Sitting(self.database, self.clock, boss)

    def seen(self) -> tuple[dict[int, Work], list[tuple[int | None, str]]]:
        """All that a change of the rules may move."""
        with self.database.read() as session:
            return open_work(session), standing(session)

    def run(self) -> None:
        """Change the rules, and see what became of everybody."""
        boss, before, after = self.put_up(), usable(self.floor.before), usable(self.floor.after)
        assert before is not None
        assert after is not None
        stranded, (work, clients) = strands(before, after, self.floor), self.seen()
        refusal = self.change(boss)
        event(f"stranded {stranded}, to {self.floor.move_to is not None}, refused {refusal is not None}")
        if refusal is not None:
            assert re.search(r"\d+ in (status|pool) |\d+ with an open task", refusal.title)
            assert refusal.mend
            assert stranded or "nobody could take" in refusal.title
            assert self.seen() == (work, clients)
            return
        assert not stranded or self.floor.move_to is not None
        self.assert_sound(after)
        self.listen()
        self.merge(boss)
        self.assert_sound(after)
        with self.database.read() as session:
            for key, now in open_work(session).items():
                if key in work and now.pool not in (work[key].pool, None) and now.whose is not None:
                    assert now.whose in members(session, now.pool or "", active=False)

    def assert_sound(self, rules: RuleSet) -> None:
        """Nobody is left anywhere under these rules."""
        with self.database.read() as session:
            assert stuck(session, rules) == []
            assert [*rows_against_rules(session, rules), *open_tasks(session), *client_statuses(session)] == []

    def listen(self) -> None:
        """Hear for whom the bell rings: for nobody who may not take what it rings for."""
        with self.database.read() as session:
            names = session.exec(select(User.name).where(col(User.active))).all()
            people, work = [find_person(session, name) for name in names], open_work(session)
        for person in people:
            for reminder in due_reminders(Desk(Sitting(self.database, self.clock, person))):
                pool = work[reminder.task_id].pool
                assert reminder.whose != "" or pool is None or pool in person.pools

    def merge(self, boss: Sitting) -> None:
        """Make one client of two who are being worked on and whom nobody holds, if there are such."""
        free = select(Task.client_id).where(col(Task.closed_at).is_(None), col(Task.claimed_by).is_(None))
        with self.database.read() as session:
            ids = session.exec(free.order_by(col(Task.client_id)).limit(2)).all()
        if len(ids) == 2:
            merge_clients(boss, *ids)

    def change(self, boss: Sitting) -> BadRequest | None:
        """Put the new rules in force; why not, where they were refused."""
        try:
            change(boss, Wish(lambda _: self.floor.after, "after", move_to=self.floor.move_to))
        except BadRequest as refusal:
            return refusal
        return None


def test_everybody_has_a_button_and_every_task_somebody_or_the_change_is_refused(
    database: Database, clock: StillClock
) -> None:
    usual = settings.default.max_examples if settings.default else 100
    seeds = usual * 2 if database.is_sqlite else usual // 5

    # What fails is told as it was drawn: with a base for every step, making it smaller takes minutes.
    @settings(max_examples=seeds, suppress_health_check=list(HealthCheck), phases=(Phase.reuse, Phase.generate))
    @given(floors())
    def seed(floor: Floor) -> None:
        Play(database, clock, floor).run()

    seed()
    assert check_storage(database, clock).faults == ()
