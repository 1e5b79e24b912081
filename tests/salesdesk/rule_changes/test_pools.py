"""Whose the open tasks are after pools were renamed, given up, rolled back or given other kinds.

They go along with their kind, or the change is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from rules.file.preset import preset_text
from salesdesk.access import audit
from salesdesk.access.people import Person, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.reminders import due_reminders
from salesdesk.errors import BadRequest
from salesdesk.rule_changes.changing import Applied, Wish, roll_back
from salesdesk.storage.database import Database
from salesdesk.storage.models import RuleVersion, Task, User, UserPool
from salesdesk.team.rota import Change, change_pools
from salesdesk.upkeep.health import check_storage
from salesdesk.work.views import Handed
from tests.support.clock import NOON, StillClock
from tests.support.rule_texts import put_in_force
from tests.support.teams import ON_FILE, team_rules

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Edit = Callable[..., Applied]

_CALLBACK = 'id = "callback"\nlabel = "Callback"\n'
_CALL_NEXT = 'next = { task = "call", after = "1d" }'


def sales() -> str:
    """The preset whose calls and callbacks are made by the pool ``sales``."""
    return team_rules("anyone", (_CALLBACK, f'{_CALLBACK}pool = "sales"\n'))


def named(pool: str) -> Callable[[str], str]:
    """An edit that gives the pool another name."""
    return lambda text: text.replace('"sales"', f'"{pool}"')


@dataclass
class Team:
    """Rules with a pool, and somebody in it with a promise, a retry and a planned call."""

    database: Database
    clock: StillClock
    boss: Person
    anna: Desk

    def join(self, join: str, leave: str = "") -> Desk:
        """Have anna join a pool and leave another; her desk, opened again."""
        boss = Sitting(self.database, self.clock, self.boss)
        change_pools(boss, "anna", Change((join,) if join else (), (leave,) if leave else ()))
        with self.database.read() as session:
            return Desk(Sitting(self.database, self.clock, find_person(session, "anna")))

    def tasks(self) -> list[tuple[str, str | None, int | None]]:
        """The feed, the pool and the assignee of every open task."""
        with self.database.read() as session:
            rows = session.exec(select(Task).where(col(Task.closed_at).is_(None)).order_by(col(Task.id))).all()
            return [(task.feed, task.pool, task.assignee_id) for task in rows]

    def in_order(self) -> bool:
        return check_storage(self.database, self.clock).faults == ()


@pytest.fixture
def team(database: Database, clock: StillClock, boss: Person, hire: Hire, arrive: Arrive) -> Team:
    put_in_force(database, sales())
    anna = hire("anna", pools=("sales",))
    for name, said in (("Promised", Said("call-back", at="13:00 me")), ("Missed", Said("no-answer", "busy"))):
        arrive(name, zone="Europe/Kyiv", owner="anna")
        handed = anna.next_task()
        assert isinstance(handed, Handed)
        anna.record_outcome(said)
    arrive("Planned", zone="Europe/Kyiv")
    team = Team(database, clock, boss, anna)
    me = anna.person.id
    assert team.tasks() == [("callback", "sales", me), ("retry", "sales", me), ("planned", "sales", None)]
    return team


def fed(desk: Desk, clock: StillClock) -> list[str]:
    """Whom a person is handed when an hour and a half has gone by, one after the other."""
    clock.forward(minutes=90)
    names = []
    while isinstance(handed := desk.next_task(), Handed):
        names.append(handed.client.name)
        desk.record_outcome(Said("refused", "price"))
    return names


def test_a_renamed_pool_takes_its_tasks_along_once_somebody_is_there(team: Team, changed: Edit) -> None:
    with pytest.raises(BadRequest) as refused:
        changed(named("team-a"))
    assert refused.value.title == (
        'Under these rules nobody could take 3 open tasks: 3 in pool "team-a", where nobody active is.'
    )
    assert refused.value.mend.endswith("Put somebody there first: salesdesk users pool NAME --add team-a")
    assert {pool for _, pool, _ in team.tasks()} == {"sales"}
    anna = team.join("team-a", "sales")
    applied = changed(named("team-a"))
    assert (applied.repooled, applied.as_json()["repooled"], applied.moved) == (3, 3, 0)
    me = anna.person.id
    assert team.tasks() == [("callback", "team-a", me), ("retry", "team-a", me), ("planned", "team-a", None)]
    assert team.in_order()
    with team.database.read() as session:
        details = [entry.row.detail for entry in audit.entries(session) if entry.row.action == "rules.apply"]
    assert [detail["repooled"] for detail in details] == [3]
    team.clock.forward(minutes=56)
    assert [reminder.client_name for reminder in due_reminders(anna)] == ["Promised"]
    assert fed(anna, team.clock) == ["Promised", "Missed", "Planned"]
    assert team.in_order()


def test_a_pool_given_up_leaves_its_tasks_to_everybody(team: Team, changed: Edit, hire: Hire) -> None:
    changed(lambda _: preset_text("en") + "# without pools\n")
    me = team.anna.person.id
    assert team.tasks() == [("callback", None, me), ("retry", None, me), ("planned", None, None)]
    assert team.in_order()
    assert set(fed(hire("ivan"), team.clock)) >= {"Promised", "Planned"}


def test_a_rollback_is_a_change_like_any_other(team: Team, changed: Edit) -> None:
    boss = Sitting(team.database, team.clock, team.boss)
    team.join("team-a", "sales")
    changed(named("team-a"))
    with pytest.raises(BadRequest, match='3 in pool "sales"'):
        roll_back(boss, 2, Wish(str, "back"))
    assert {pool for _, pool, _ in team.tasks()} == {"team-a"}
    team.join("sales")
    assert roll_back(boss, 2, Wish(str, "back")).repooled == 3
    assert {pool for _, pool, _ in team.tasks()} == {"sales"}
    assert roll_back(boss, 1, Wish(str, "to the first")).repooled == 3
    assert {pool for _, pool, _ in team.tasks()} == {None}
    assert team.in_order()


@ON_FILE
def test_a_kind_that_another_pool_does_takes_its_tasks_along(team: Team, changed: Edit, hire: Hire) -> None:
    vera = hire("vera", pools=("support",))
    edit = 'id = "call"\nlabel = "Call"\npool = "support"\n'
    applied = changed(lambda text: text.replace('id = "call"\nlabel = "Call"\npool = "sales"\n', edit))
    assert applied.repooled == 2
    assert team.tasks() == [
        ("callback", "sales", team.anna.person.id),
        ("retry", "support", None),  # anna is not there
        ("planned", "support", None),
    ]
    assert fed(vera, team.clock) == ["Missed", "Planned"]
    assert team.in_order()


@ON_FILE
def test_a_held_task_goes_along_and_stays_in_hand(team: Team, changed: Edit) -> None:
    team.clock.forward(minutes=30)
    held = team.anna.next_task()
    assert isinstance(held, Handed)
    anna = team.join("team-a", "sales")
    changed(named("team-a"))
    assert anna.record_outcome(Said("no-answer", "busy"), held.claim).next_kind == "call"
    assert {pool for _, pool, _ in team.tasks()} == {"team-a"}
    assert team.in_order()


@ON_FILE
def test_who_is_disabled_counts_for_nobody(team: Team, changed: Edit, hire: Hire) -> None:
    hire("ivan", pools=("team-a",))
    with team.database.write() as session:
        session.exec(select(User).where(User.name == "ivan")).one().active = False
    with pytest.raises(BadRequest, match='3 in pool "team-a"'):
        changed(named("team-a"))


@ON_FILE
def test_a_change_that_has_nothing_to_do_with_pools_is_refused_while_nobody_is_there(team: Team, changed: Edit) -> None:
    team.join("", "sales")
    with pytest.raises(BadRequest, match='3 in pool "sales"'):
        changed(lambda text: text.replace('rungs = ["5m", "15m"', 'rungs = ["5m", "20m"'))
    team.join("sales")
    assert changed(lambda text: text.replace('rungs = ["5m", "15m"', 'rungs = ["5m", "20m"')).repooled == 0


@ON_FILE
def test_everybodys_tasks_go_to_a_pool_that_somebody_is_in_already(
    boss: Person, changed: Edit, hire: Hire, arrive: Arrive
) -> None:
    anna, _ = hire("anna"), arrive()
    team = Team(anna.database, StillClock(NOON), boss, anna)
    assert changed(lambda _: sales()).repooled == 0
    assert team.tasks() == [("planned", None, None)]
    changed(lambda _: preset_text("en") + "# back\n")
    team.join("sales")
    assert changed(lambda _: sales()).repooled == 1
    assert team.tasks() == [("planned", "sales", None)]
    assert team.in_order()


@ON_FILE
def test_a_task_that_was_sent_elsewhere_stays_while_somebody_is_there(
    team: Team, changed: Edit, hire: Hire, database: Database
) -> None:
    sent = 'next = { task = "call", after = "1d", to = "pool:night" }'
    night = '\n[[pool]]\nid = "night"\nlabel = "Night"\n'
    changed(lambda text: text.replace(_CALL_NEXT, sent) + night)
    handed = team.anna.next_task()
    assert isinstance(handed, Handed)
    hire("oleh", pools=("night",))
    team.anna.record_outcome(Said("interested"))
    assert ("planned", "night", None) in team.tasks()
    assert changed(lambda text: text + "# again\n").repooled == 0
    assert ("planned", "night", None) in team.tasks()
    with database.write() as session:
        session.delete(session.exec(select(UserPool).where(UserPool.pool == "night")).one())
    assert changed(lambda text: text + "# and again\n").repooled == 1
    assert {pool for _, pool, _ in team.tasks()} == {"sales"}
    assert team.in_order()


@ON_FILE
def test_a_pool_that_a_task_was_sent_to_and_is_gone(team: Team, changed: Edit, hire: Hire) -> None:
    sent = 'next = { task = "call", after = "1d", to = "pool:night" }'
    hire("oleh", pools=("night",))
    changed(lambda text: text.replace(_CALL_NEXT, sent) + '\n[[pool]]\nid = "night"\nlabel = "Night"\n')
    assert isinstance(team.anna.next_task(), Handed)
    team.anna.record_outcome(Said("interested"))
    assert changed(lambda _: sales()).repooled == 1
    assert {pool for _, pool, _ in team.tasks()} == {"sales"}
    assert team.in_order()


@ON_FILE
def test_what_an_older_program_left_in_a_pool_that_is_gone_is_named_and_healed(team: Team, changed: Edit) -> None:
    put_in_force(team.database, named("team-a")(sales()))
    anna = team.join("team-a", "sales")
    assert check_storage(team.database, team.clock).faults == tuple(
        f'task {number}: the rules have no pool "sales"' for number in (2, 4, 5)
    )
    assert changed(lambda text: text + "# healed\n").repooled == 3
    assert team.in_order()
    assert fed(anna, team.clock) == ["Promised", "Missed", "Planned"]


@ON_FILE
def test_rules_that_cannot_be_read_any_more_take_nobody_along_unseen(team: Team, changed: Edit) -> None:
    put_in_force(team.database, sales() + "# the last good one\n")
    with team.database.write() as session:
        session.add(RuleVersion(toml="schema = 99", at=team.clock.now(), note="by another program"))
    with pytest.raises(BadRequest, match='3 in pool "team-a"'):
        changed(lambda _: named("team-a")(sales()))
    team.join("team-a")
    assert changed(lambda _: named("team-a")(sales())).repooled == 3
    assert team.in_order()


@ON_FILE
def test_the_bell_rings_for_nobody_who_may_not_take_the_promise(team: Team, hire: Hire) -> None:
    """anna left the pool: her lead is told, not she."""
    lead = hire("olha", "lead")
    team.clock.forward(minutes=56)
    assert [reminder.client_name for reminder in due_reminders(team.anna)] == ["Promised"]
    anna = team.join("", "sales")
    assert due_reminders(anna) == ()
    assert [(reminder.client_name, reminder.whose) for reminder in due_reminders(lead)] == [("Promised", "anna")]
