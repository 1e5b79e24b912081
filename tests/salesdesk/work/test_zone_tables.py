"""Zone tables that change under stored times: every zone that changed between two releases, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from rules.reasons import Reason
from rules.zonetime import to_local, wall_at
from salesdesk.access.sitting import Sitting
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.clients.set_zone import set_zone
from salesdesk.clock import Clock
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.senses import doubt
from salesdesk.desk.why import why
from salesdesk.kpi.figures import kpi
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Audit, Client, RuleVersion, Task
from salesdesk.storage.zone_tables import lag_of
from salesdesk.upkeep.health import check_storage
from salesdesk.words.codes import Act
from salesdesk.work.opening import in_place_of
from salesdesk.work.views import Handed, NothingDue
from salesdesk.work.zone_tables import follow_tables
from tests.support import furnishing
from tests.support.clock import StillClock, in_words
from tests.support.people import sitting
from tests.support.rule_texts import changed_preset, put_in_force
from tests.support.zone_tables import NEW, OLD, ZONES, Use, changes_of, zone_tables

ALWAYS = ("09:00-20:00", "00:00-24:00")


@pytest.fixture
def use() -> Iterator[Use]:
    with zone_tables() as use:
        use(OLD)
        yield use


@pytest.fixture
def hire(database: Database, clock: Clock) -> Callable[..., Desk]:
    return lambda name="anna", **more: furnishing.hire(database, clock, name, **more)


BEFORE = datetime(2026, 9, 1, 12, tzinfo=UTC)  # when the promises are given: the two releases agree until then


def parting(zone: str) -> tuple[datetime, datetime]:
    """The first stretch (aware UTC) after :data:`BEFORE` within which the two releases disagree about a zone."""
    edges = sorted({at for release in (OLD, NEW) for at, _ in changes_of(zone, release)})
    for at, until in zip(edges, [*edges[1:], edges[-1] + timedelta(days=99)], strict=True):
        offsets = [[offset for begun, offset in changes_of(zone, release) if begun <= at][-1] for release in (OLD, NEW)]
        if offsets[0] != offsets[1] and at.replace(tzinfo=UTC) > BEFORE:
            return at.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    raise AssertionError(zone)


def agreed(zone: str) -> datetime:
    """A local time across the change: the next day's morning, or within the hour where the two agree again after it."""
    parts, until = parting(zone)
    if until - parts > timedelta(days=2):
        return to_local(parts + timedelta(days=1), zone).replace(hour=10, minute=0)
    return to_local(parts + timedelta(minutes=20), zone)


def taken(desk: Desk) -> Handed:
    handed = desk.next_task()
    assert isinstance(handed, Handed), handed
    return handed


def only_task(database: Database) -> Task:
    with database.read() as session:
        return session.exec(select(Task).where(col(Task.closed_at).is_(None))).one()


def open_tasks(database: Database) -> dict[str, Task]:
    """The open tasks by the names of their clients."""
    with database.read() as session:
        query = select(Client.name, Task).join(Task, col(Task.client_id) == Client.id)
        return dict(session.exec(query.where(col(Task.closed_at).is_(None))).all())


def faults(database: Database, clock: Clock) -> tuple[str, ...]:
    return check_storage(database, clock).faults


def client_in(zone: str, database: Database, clock: Clock, name: str = "Olena", phone: str = "+380671231000") -> int:
    return furnishing.arrive(database, clock, name, phone, zone=zone)


def test_a_promise_in_every_zone_that_changed_keeps_its_wall_time(
    database: Database, clock: StillClock, hire: Callable[..., Desk], use: Use
) -> None:
    put_in_force(database, changed_preset(ALWAYS))
    clock.at = BEFORE
    said = {zone: agreed(zone) for zone in ZONES}
    for number, (zone, local) in enumerate(said.items()):
        new = NewClient(zone, f"+38067123{1000 + number}", zone=zone, prefer=local.isoformat())
        add_client(sitting(database, clock), new)
    walls = {zone: local.replace(tzinfo=None) for zone, local in said.items()}
    before = open_tasks(database)
    assert all(wall_at(before[zone].due_at, zone) == wall for zone, wall in walls.items())

    use(NEW)
    wrong = {zone for zone, wall in walls.items() if wall_at(before[zone].due_at, zone) != wall}
    assert len(wrong) > 10
    assert len(faults(database, clock)) == len(wrong)
    assert follow_tables(database, clock) == len(wrong)
    after = open_tasks(database)
    assert all(wall_at(after[zone].due_at, zone) == wall for zone, wall in walls.items())
    assert all((task.wanted_at, task.zone_tables) == (task.due_at, NEW) for task in after.values())
    assert faults(database, clock) == ()
    assert not lag_of(database).is_behind
    assert follow_tables(database, clock) == 0
    anna = hire()
    for zone, task in sorted(after.items(), key=lambda item: item[1].due_at):
        clock.at = task.due_at
        fed = {taken(anna).client.name}
        anna.record_outcome(Said("refused", "price"))
        assert zone in fed or task.due_at in [after[name].due_at for name in fed]
    assert isinstance(anna.next_task(), NothingDue)


# --- Vancouver: 1 November 2026, 02:00, the clocks go back by the old tables and stay by the new ones -------------

VANCOUVER = "America/Vancouver"
NIGHT = datetime(2026, 10, 31, 17, tzinfo=UTC)  # Saturday, 10:00 there
RUNGS = ('rungs = ["5m", "30m", "3h", "1d", "archive"]', 'rungs = ["1d", "30m", "2d12h", "archive"]')
MISS = Said("no-answer", "not-answering")


@pytest.fixture
def anna(database: Database, clock: StillClock, hire: Callable[..., Desk], use: Use) -> Desk:
    """Her desk, on the day before the change, with one client in Vancouver."""
    put_in_force(database, changed_preset(RUNGS, ALWAYS))
    clock.at = NIGHT
    client_in(VANCOUVER, database, clock)
    return hire()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def followed(database: Database, clock: Clock, use: Use) -> Task:
    """The open task after an update of the tables; the base is in order then."""
    use(NEW)
    follow_tables(database, clock)
    assert faults(database, clock) == ()
    return only_task(database)


def test_a_retry_in_days_is_at_its_wall_time(database: Database, clock: StillClock, anna: Desk, use: Use) -> None:
    taken(anna)
    anna.record_outcome(MISS)
    assert only_task(database).due_at == instant("2026-11-01 18:00")
    after = followed(database, clock, use)
    assert (after.wanted_at, after.due_at) == (instant("2026-11-01 17:00"),) * 2  # 10:00 there, both days
    assert in_words(after.because)[-1] == f"planned anew by the zone tables of {NEW}"


def test_a_retry_in_minutes_is_when_they_have_passed(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    put_in_force(database, changed_preset((RUNGS[0], 'rungs = ["30m", "archive"]'), ALWAYS))
    clock.at = instant("2026-11-01 08:50")
    taken(anna)
    anna.record_outcome(MISS)
    before = only_task(database)
    after = followed(database, clock, use)
    assert after.due_at == before.due_at == instant("2026-11-01 09:20")
    assert (after.zone_tables, after.because) == (NEW, before.because)


def test_days_go_first_and_hours_pass_after_them(database: Database, clock: StillClock, anna: Desk, use: Use) -> None:
    put_in_force(database, changed_preset((RUNGS[0], 'rungs = ["2d12h", "archive"]'), ALWAYS))
    taken(anna)
    anna.record_outcome(MISS)
    assert only_task(database).due_at == instant("2026-11-03 06:00")
    assert followed(database, clock, use).due_at == instant("2026-11-03 05:00")


def test_a_retry_whose_kind_was_taken_away_is_followed_too(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    """A change of the rules puts another task in its place, which no call has planned."""
    taken(anna)
    anna.record_outcome(MISS)
    with database.write() as session:
        old = session.exec(select(Task).where(col(Task.closed_at).is_(None))).one()
        why = Reason(Act.RULES_MOVED, {"status": "new", "label": "New"})
        new = in_place_of(old, "call", old.pool, old.assignee_id, why, clock.now())
        old.closed_at, old.closed_by = clock.now(), "rules"
        session.flush()
        session.add(new)
    assert followed(database, clock, use).due_at == instant("2026-11-01 17:00")


def test_a_window_opens_by_the_new_clocks(database: Database, clock: StillClock, anna: Desk, use: Use) -> None:
    """A call that a window moved to the morning after the change waits for that morning's new instant."""
    put_in_force(database, changed_preset(RUNGS))
    clock.at = instant("2026-11-01 02:00")  # 19:00 there
    taken(anna)
    anna.record_outcome(Said("no-answer", "busy"))
    with database.write() as session:
        task = session.exec(select(Task).where(col(Task.closed_at).is_(None))).one()
        task.wanted_at = instant("2026-11-01 05:00")
        task.due_at = instant("2026-11-01 17:00")  # 09:00 by the old tables
    assert followed(database, clock, use).due_at == instant("2026-11-01 16:00")


def test_a_promise_in_hours_stays_the_instant_that_it_was(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    clock.at = instant("2026-11-01 08:30:25")
    taken(anna)
    anna.record_outcome(Said("call-back", at="+2h"))
    before = only_task(database)
    assert before.agreed_wall == "2026-11-01T02:30"
    after = followed(database, clock, use)
    assert (after.due_at, after.agreed_wall) == (before.due_at, "2026-11-01T03:30")


def test_a_promise_in_days_keeps_the_wall_time_to_the_second(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    clock.forward(seconds=25)
    taken(anna)
    anna.record_outcome(Said("call-back", at="+2d"))
    assert followed(database, clock, use).due_at == instant("2026-11-02 17:00:25")


def test_what_is_told_of_a_promise_is_the_time_that_was_agreed(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    taken(anna)
    anna.record_outcome(Said("call-back", at="2.11.2026 10:00"))
    told = in_words(only_task(database).because)
    after = followed(database, clock, use)
    assert in_words(after.because) == [*told, f"planned anew by the zone tables of {NEW}"]
    assert check_in_words(sitting(database, clock), after) == told[-1]


def check_in_words(who: Sitting, task: Task) -> str:
    """What ``task why`` says of why there is such a task, without what moved it."""
    return next(text for text in why(who, task.client_id).because if "10:00" in text).split("; ")[-2]


def test_the_preferred_time_goes_with_it(database: Database, clock: StillClock, anna: Desk, use: Use) -> None:
    new = NewClient("Petro", "+380671239999", zone=VANCOUVER, prefer="2.11.2026 10:00")
    add_client(sitting(database, clock), new)
    assert followed_client(database, clock, use, "Petro").preferred_at == instant("2026-11-02 17:00")


def followed_client(database: Database, clock: Clock, use: Use, name: str) -> Client:
    use(NEW)
    follow_tables(database, clock)
    with database.read() as session:
        return session.exec(select(Client).where(Client.name == name)).one()


def test_a_preferred_time_of_before_goes_with_its_promise(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    new = NewClient("Petro", "+380671239999", zone=VANCOUVER, prefer="2.11.2026 10:00")
    add_client(sitting(database, clock), new)
    with database.write() as session:  # as older programs kept it
        client = session.exec(select(Client).where(Client.name == "Petro")).one()
        client.preferred_wall = client.preferred_zone = None
    client = followed_client(database, clock, use, "Petro")
    assert client.preferred_at == instant("2026-11-02 17:00")
    assert (client.preferred_wall, client.preferred_zone) == ("2026-11-02T10:00", VANCOUVER)


def test_a_call_made_an_hour_late_did_not_keep_its_promise(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    taken(anna)
    anna.record_outcome(Said("call-back", at="2.11.2026 10:00"))
    clock.at = instant("2026-11-02 18:00")  # 10:00 there by the old tables, 11:00 by the law
    taken(anna)
    anna.record_outcome(Said("refused", "price"))
    assert promised(database, clock) == (1, 1)
    use(NEW)
    assert follow_tables(database, clock) == 0  # no call is open
    assert promised(database, clock) == (1, 0)
    with database.read() as session:
        call = session.exec(select(Attempt).order_by(col(Attempt.id).desc())).first()
    assert call is not None
    assert call.due_at == instant("2026-11-02 17:00")
    assert faults(database, clock) == ()


def promised(database: Database, clock: Clock) -> tuple[int | None, int | None]:
    day = date(2026, 11, 2)
    team = kpi(sitting(database, clock), since=day, until=day, by="day").team
    return team.promises_due, team.promises_kept


def test_a_wall_time_that_the_new_tables_skip_moves_on_by_the_gap(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    """Chisinau, 28 March 2027: by the old tables the clocks go on at 02:00, by the new ones at 03:00."""
    new = NewClient("Ion", "+380671239999", zone="Europe/Chisinau", prefer="28.3.2027 03:30")
    add_client(sitting(database, clock), new)
    assert open_tasks(database)["Ion"].wanted_at == instant("2027-03-28 00:30")
    use(NEW)
    assert follow_tables(database, clock) == 1
    after = open_tasks(database)["Ion"]
    assert (after.wanted_at, after.agreed_wall) == (instant("2027-03-28 01:30"), "2027-03-28T03:30")
    assert faults(database, clock) == ()


def test_a_wall_time_that_the_new_tables_repeat_stays_where_it_is_right(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    new = NewClient("Ion", "+380671239999", zone="Europe/Chisinau", prefer="31.10.2027 03:30")
    add_client(sitting(database, clock), new)
    before = open_tasks(database)["Ion"].wanted_at
    use(NEW)
    assert follow_tables(database, clock) == 0
    assert open_tasks(database)["Ion"].wanted_at == before == instant("2027-10-31 01:30")
    assert faults(database, clock) == ()


# --- two programs at one base --------------------------------------------------------------------------------------


def test_older_tables_undo_nothing_and_are_told(database: Database, clock: StillClock, anna: Desk, use: Use) -> None:
    taken(anna)
    anna.record_outcome(Said("call-back", at="2.11.2026 10:00"))
    after = followed(database, clock, use)
    assert lag_of(database).doubt is None
    use(OLD)
    assert follow_tables(database, clock) == 0
    assert only_task(database).due_at == after.due_at
    said = lag_of(database).doubt
    assert said is not None
    assert f"({OLD}) are older than those of others here ({NEW})" in said
    assert any(f"it is by those of {NEW}, so update this program's" in fault for fault in faults(database, clock))


def test_what_a_desk_with_older_tables_goes_on_writing_is_followed_again(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    client_in(VANCOUVER, database, clock, "Petro", "+380671231001")
    use(NEW)
    follow_tables(database, clock)
    use(OLD)
    taken(anna)
    anna.record_outcome(Said("call-back", at="2.11.2026 10:00"))
    use(NEW)
    anna.look()  # an idle desk with the new tables
    assert {task.zone_tables for task in open_tasks(database).values()} == {NEW}
    assert open_tasks(database)["Olena"].due_at == instant("2026-11-02 17:00")


def test_a_due_time_by_older_tables_is_followed_too(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    """An old desk plans a task of the new tables anew: what is wanted is right, when that is allowed may not be."""
    use(NEW)
    taken(anna)
    anna.record_outcome(Said("call-back", at="2.11.2026 10:00"))
    use(OLD)
    set_zone(sitting(database, clock), only_task(database).client_id, VANCOUVER)
    assert only_task(database).zone_tables == OLD
    assert followed(database, clock, use).zone_tables == NEW


def test_of_two_at_once_one_does_it(database: Database, clock: StillClock, anna: Desk, use: Use) -> None:
    taken(anna)
    anna.record_outcome(Said("call-back", at="2.11.2026 10:00"))
    use(NEW)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: follow_tables(database, clock, anna.person), range(4)))
    assert sorted(done) == [0, 0, 0, 1]
    with database.read() as session:
        noted = session.exec(select(Audit).where(Audit.action == "db.zone-tables")).one()
    assert (noted.object, noted.detail) == (NEW, {"moved": 1})


def test_rules_that_cannot_be_read_are_mended_first(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    with database.write() as session:
        session.add(RuleVersion(toml="schema = 1", at=clock.now(), note="broken"))
    use(NEW)
    assert follow_tables(database, clock) == 0
    assert lag_of(database).is_behind


def test_a_zone_that_these_tables_do_not_have_is_left_alone(
    database: Database, clock: StillClock, anna: Desk, use: Use
) -> None:
    taken(anna)
    anna.record_outcome(Said("call-back", at="2.11.2026 10:00"))
    with database.write() as session:
        session.exec(select(Task).where(col(Task.closed_at).is_(None))).one().agreed_zone = "Mars/Olympus"
    before = only_task(database).wanted_at
    use(NEW)
    assert follow_tables(database, clock) == 0
    assert only_task(database).wanted_at == before


def test_an_open_desk_is_told(sqlite_database: Database, clock: StillClock) -> None:
    client_in(VANCOUVER, sqlite_database, clock)
    who = sitting(sqlite_database, clock)
    assert doubt(who) is None
    with sqlite_database.write() as session:
        session.exec(select(Task)).one().zone_tables = "9999z"
    assert "older than those of others here (9999z)" in str(doubt(who))
