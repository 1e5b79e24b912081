"""A manager's own database login, tried as somebody would who wants the client base: on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlmodel import select

from salesdesk.access import audit
from salesdesk.access.grants import grant
from salesdesk.access.passwords import set_password
from salesdesk.access.people import NewUser, Person, add_user, find_person
from salesdesk.access.row_guards import MOST_AN_HOUR, ungoverned_tables
from salesdesk.access.signin import sign_in
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.intake import NewClient, add_client
from salesdesk.clients.phone_marks import mark_number
from salesdesk.clients.set_zone import set_zone
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.clock import SystemClock
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.desk.inbound import inbound
from salesdesk.desk.reminders import due_reminders
from salesdesk.desk.why import why
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo, StorageError
from salesdesk.imports.importing import ImportRequest, import_clients
from salesdesk.kpi.figures import kpi
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.models import Attempt, Client, Task, User
from salesdesk.storage.replica import reading
from salesdesk.storage.schema import open_database
from salesdesk.storage.zone_tables import lag_of
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current
from salesdesk.work.views import Handed
from salesdesk.work.zone_tables import follow_tables

pytestmark = pytest.mark.real_clock  # the guards of the server go by its clock
CLOCK = SystemClock()
CLIENTS = 30
ALWAYS = 'window = { mon-sun = "00:00-24:00" }'


@dataclass(frozen=True)
class Floor:
    """A desk on the server with a login of its own for each of three people, beside the owner's."""

    owner: Database
    boss: Person
    logins: dict[str, Database]

    def sql(self, name: str, statement: str, *values: Any) -> list[Any]:
        """Run a statement as somebody's login, by another program than ours."""
        url = make_url(self.logins[name].location.url or "").set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
            done = connection.execute(statement.encode(), values or None)
            return done.fetchall() if done.description else [done.rowcount]

    def desk(self, name: str) -> Desk:
        return Desk(Sitting(self.logins[name], CLOCK, sign_in(self.logins[name], None)))


@pytest.fixture(scope="module")
def floor(new_postgres_desk: Callable[[], Location]) -> Iterator[Floor]:
    location = new_postgres_desk()
    owner, url = open_database(location), make_url(location.url or "")
    logins = {name: f"{name}_{url.database}" for name in ("mgr", "lea", "adm")}
    roles = {"mgr": "manager", "lea": "lead", "adm": "admin"}
    with owner.write() as session:
        toml = session.connection().execute(text("SELECT toml FROM rule_version")).scalar_one()
        start = toml.index("window =", toml.index("[calling]"))
        toml = toml[:start] + ALWAYS + toml[toml.index("\n", start) :]  # whatever the hour is when the tests run
        session.connection().execute(text("UPDATE rule_version SET toml = :toml"), {"toml": toml})
        for name, login in logins.items():
            session.connection().execute(text(f'CREATE ROLE "{login}" LOGIN'))
            add_user(session, NewUser(name, roles[name], os_login=login), CLOCK.now())
        boss = find_person(session, "boss")
        numbers = [f"+38067{number:07d}" for number in range(1_000_000, 1_000_000 + CLIENTS)]
        drafts = [
            draft_from_row({"name": [f"Client {n}"], "phone": [n]}, {}, country="UA", at=CLOCK.now()) for n in numbers
        ]
        add_clients(session, drafts, Arrival(current(session), CLOCK.now() - timedelta(minutes=1), "planned"))
    grant(Sitting(owner, CLOCK, boss), [])
    opened = {
        name: open_database(locate(url.set(username=login).render_as_string(hide_password=False)))
        for name, login in logins.items()
    }
    yield Floor(owner, boss, opened)
    for database in (*opened.values(), owner):
        database.close()
    admin = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{url.database}"'.encode())
        for login in logins.values():
            connection.execute(f'DROP ROLE "{login}"'.encode())


@pytest.fixture(autouse=True)
def at_rest(floor: Floor) -> None:
    """Nobody holds or has promised anything, and nobody's traces count, when a test begins."""
    with floor.owner.write() as session:
        session.connection().execute(text("UPDATE task SET claimed_by = NULL, claimed_until = NULL, claim_id = NULL"))
        session.connection().execute(text("UPDATE task SET assignee_id = NULL WHERE feed = 'callback'"))
        session.connection().execute(text("DELETE FROM salesdesk_guard.trace"))


def count(floor: Floor, name: str, table: str) -> int:
    return int(floor.sql(name, f"SELECT count(*) FROM {table}")[0][0])


def handed(desk: Desk) -> Handed:
    found = desk.next_task()
    assert isinstance(found, Handed)
    return found


def test_every_table_has_been_decided_about() -> None:
    assert ungoverned_tables() == set()


def test_a_manager_reads_nothing_in_bulk(floor: Floor) -> None:
    for table in ("client", "phone", "deal", "attempt", "suppression"):
        assert count(floor, "mgr", table) == 0, table
    assert floor.sql("mgr", "SELECT * FROM client") == []
    assert floor.sql("mgr", "SELECT name FROM client WHERE name LIKE 'Client%' OR random() > 2") == []
    url = make_url(floor.logins["mgr"].location.url or "").set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection, connection.cursor() as cursor:
        with cursor.copy("COPY client TO STDOUT") as copy:
            assert b"".join(bytes(chunk) for chunk in copy) == b""
        connection.execute("SET row_security = off")  # as a dump does, so that it is whole or fails
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM client")


def test_a_manager_sees_the_client_in_hand_and_nobody_else(floor: Floor) -> None:
    first = handed(floor.desk("mgr")).client
    assert floor.sql("mgr", "SELECT id, name FROM client") == [(first.id, first.name)]
    assert floor.sql("mgr", "SELECT e164 FROM phone") == [(first.phones[0].e164,)]
    floor.desk("mgr").record_outcome(Said("no-answer", "not-answering"))
    second = handed(floor.desk("mgr")).client
    assert floor.sql("mgr", "SELECT id FROM client") == [(second.id,)]
    assert second.id != first.id


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM audit",
        "SELECT at, os_login FROM audit",
        "UPDATE audit SET action = 'x'",
        "DELETE FROM audit",
        "SELECT password_hash FROM user_account",
        "SELECT * FROM user_account",
        "UPDATE user_account SET role = 'admin'",
        "UPDATE user_account SET os_login = 'x'",
        "INSERT INTO user_pool (user_id, pool) VALUES (1, 'x')",
        "DELETE FROM client",
        "DELETE FROM task",
        "INSERT INTO rule_version (toml, at, note) VALUES ('', now(), '')",
        "SELECT * FROM salesdesk_guard.trace",
        "DELETE FROM salesdesk_guard.trace",
        "CREATE FUNCTION salesdesk_guard.who() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE client DISABLE ROW LEVEL SECURITY",
        "DROP POLICY salesdesk_manager_read ON client",
        "UPDATE task SET claimed_by = NULL, assignee_id = 2",
        "UPDATE task SET closed_at = now(), closed_by = 'outcome'",
        "UPDATE task SET due_at = now()",
        "INSERT INTO audit (at, actor_id, os_login, action, object, detail, previous, digest)"
        " VALUES (now(), 1, 'x', 'denied', '', '{}', '', '')",
        "SELECT * FROM salesdesk_guard.inbound('12345')",
    ],
)
def test_what_a_manager_is_refused(floor: Floor, statement: str) -> None:
    handed(floor.desk("mgr"))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        floor.sql("mgr", statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE client SET name = 'x'", "UPDATE phone SET bad = true", "UPDATE deal SET status = 'x'"],
)
def test_a_manager_changes_nobody_elses_client(floor: Floor, statement: str) -> None:
    assert floor.sql("mgr", statement) == [0]


def test_a_caller_shows_that_a_wrong_number_is_right(floor: Floor) -> None:
    desk = floor.desk("mgr")
    client = handed(desk).client
    number = client.phones[0].e164
    assert desk.record_outcome(Said("wrong-number")).status == "refused"
    again = inbound(desk.sitting, number[-9:]).client
    assert (again.id, again.status, again.phones[0].bad) == (client.id, "new", False)
    assert mark_number(desk.sitting, client.id, number, good=False).status == "refused"
    with floor.owner.read() as session:
        rows = session.connection().execute(text("SELECT detail FROM audit WHERE action = 'clients.phone' ORDER BY id"))
        assert [detail["good"] for (detail,) in rows] == [True, False]


def test_taking_card_after_card_has_a_measure(floor: Floor) -> None:
    me = floor.desk("mgr").person.id
    later = "SELECT id FROM task WHERE closed_at IS NULL ORDER BY id LIMIT 1"
    take = f"UPDATE task SET claimed_by = {me}, claimed_until = now() + interval '1 hour' WHERE id = ({later})"
    with floor.owner.write() as session:
        traces = "INSERT INTO salesdesk_guard.trace (user_id, act) SELECT :me, 'take' FROM generate_series(1, :many)"
        session.connection().execute(text(traces), {"me": me, "many": MOST_AN_HOUR - 1})
    assert floor.sql("mgr", take) == [1]
    assert floor.sql("mgr", f"UPDATE task SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = {me}") == [1]
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not yours"):
        floor.sql("mgr", take)


def test_of_what_a_login_did_only_the_hour_that_is_counted_is_kept(floor: Floor) -> None:
    me = floor.desk("mgr").person.id

    def traces(interval: str) -> int:
        query = f"SELECT count(*) FROM salesdesk_guard.trace WHERE at {interval}"
        with floor.owner.read() as session:
            return int(session.connection().execute(text(query)).scalar_one())

    with floor.owner.write() as session:
        for minutes in (59, 61, 60 * 24 * 40):
            did = (
                "INSERT INTO salesdesk_guard.trace (user_id, act, at) SELECT :me, 'take',"
                " clock_timestamp() - :minutes * interval '1 minute' FROM generate_series(1, 100)"
            )
            session.connection().execute(text(did), {"me": me, "minutes": minutes})
    handed(floor.desk("mgr"))
    hour_ago = "clock_timestamp() - interval '1 hour'"
    assert (traces(f"<= {hour_ago}"), traces(f"> {hour_ago}")) == (0, 101)


def test_the_figures_of_a_bounded_login_can_come_from_a_replica(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which may not read password hashes there either."""
    database = floor.logins["lea"]
    sign_in(database, None)
    monkeypatch.setenv("SALESDESK_READ_DB", database.location.url or "")
    with reading(database, pytest.fail) as replica, replica.read() as session:
        assert replica is not database
        assert {user.role for user in session.exec(select(User))} == {"manager", "lead", "admin"}


def test_only_due_tasks_can_be_taken(floor: Floor) -> None:
    me = floor.desk("mgr").person.id
    with floor.owner.write() as session:
        task = session.exec(select(Task).where(Task.closed_at == None).limit(1)).one()  # noqa: E711
        before, task.due_at = task.due_at, CLOCK.now() + timedelta(hours=1)
    take = f"UPDATE task SET claimed_by = {me}, claimed_until = now() + interval '1 hour' WHERE id = {task.id}"
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not yours"):
        floor.sql("mgr", take)
    with floor.owner.write() as session:
        session.get_one(Task, task.id).due_at = before


def test_the_desk_works_through_a_managers_login(floor: Floor) -> None:
    desk = floor.desk("mgr")
    for number in range(10):
        card = handed(desk)
        assert why(Sitting(desk.database, CLOCK, desk.person), card.client.id).eligible
        assert desk.renew(card.claim)
        outcome = [
            Said("no-answer", "busy"),
            Said("call-back", at="+2h"),
            Said("paid", amount="100"),
            Said("do-not-call"),
        ]
        done = desk.record_outcome(outcome[number % 4], card.claim)
        assert done.client_id == card.client.id
        assert desk.record_outcome(outcome[number % 4], card.claim).repeated
    handed(desk)
    desk.release()
    assert desk.look()
    waiting = desk.waiting()
    with floor.owner.read() as session:
        calls = len(session.exec(select(Attempt).where(Attempt.user_id == desk.person.id)).all())
    own = kpi(Sitting(desk.database, CLOCK, desk.person), since=None, until=None, by="manager", manager="mgr").as_json()
    assert own["team"]["calls"] == calls >= 10
    assert waiting.waiting > 0
    assert due_reminders(desk) == ()
    assert check_storage(floor.owner, CLOCK).faults == ()


def test_a_promise_is_told_of_before_its_time(floor: Floor) -> None:
    desk = floor.desk("mgr")
    name = handed(desk).client.name
    desk.record_outcome(Said("call-back", at="+3m", anyway=True))
    near = due_reminders(desk, timedelta(minutes=6))
    assert [reminder.client_name for reminder in near] == [name]
    assert (name,) in floor.sql("mgr", "SELECT name FROM client")
    assert desk.waiting().next_due_at is not None


def test_who_calls_in_is_found_by_digits_and_not_by_trying(floor: Floor) -> None:
    desk = floor.desk("mgr")
    found = inbound(Sitting(desk.database, CLOCK, desk.person), "000029")
    assert found.client.phones[0].e164.endswith("1000029")
    assert floor.sql("mgr", "SELECT id FROM client") == [(found.client.id,)]
    for number in range(20):
        with pytest.raises(NothingToDo, match="No client's number"):
            inbound(Sitting(desk.database, CLOCK, desk.person), f"99{number:04d}")
    with pytest.raises(NotAllowed, match="20 look-ups"):
        inbound(Sitting(desk.database, CLOCK, desk.person), "000028")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        floor.sql("mgr", "SELECT * FROM salesdesk_guard.inbound('000028')")


def test_a_closed_client_who_calls_in_is_begun_again_with(floor: Floor) -> None:
    desk = floor.desk("mgr")
    card = handed(desk)
    desk.record_outcome(Said("refused", "price"))
    again = inbound(Sitting(desk.database, CLOCK, desk.person), card.client.phones[0].e164)
    assert (again.client.id, again.client.status, again.client.misses) == (card.client.id, "new", 0)
    assert check_storage(floor.owner, CLOCK).faults == ()


def test_a_refusal_of_such_a_login_is_recorded_in_the_chain(floor: Floor) -> None:
    desk = floor.desk("mgr")
    with desk.database.write() as session:
        audit.deny(session, desk.person.id, "clients list", "", CLOCK.now())
    with floor.owner.read() as session:
        assert audit.verify(session) is None
        last = audit.entries(session, actor="mgr")[-1]
    assert (last.row.action, last.row.detail) == ("denied", {"command": "clients list"})
    assert {actor for (actor,) in floor.sql("mgr", "SELECT actor_id FROM audit")} == {desk.person.id}
    assert count(floor, "mgr", "audit") < count(floor, "adm", "audit")


def test_what_bounded_logins_do_with_clients_is_in_the_chain(floor: Floor, tmp_path: Path) -> None:
    desk = floor.desk("mgr")
    card = handed(desk)
    set_zone(desk.sitting, card.client.id, "Europe/Kyiv")
    lead = Sitting(floor.logins["lea"], CLOCK, sign_in(floor.logins["lea"], None))
    added = add_client(lead, NewClient(name="Olena", phone="+380671119901"))
    file = tmp_path / "clients.csv"
    file.write_text("name,phone\nPetro,+380671119902\n", "utf-8")
    assert import_clients(lead, ImportRequest(file)).created == 1
    with floor.owner.write() as session:
        for table in ("task", "phone", "deal"):
            session.connection().execute(text(f"DELETE FROM {table} WHERE client_id >= {added.id}"))
        session.connection().execute(text(f"DELETE FROM client WHERE id >= {added.id}"))
    with floor.owner.read() as session:
        rows = audit.entries(session)[-3:]
        assert audit.verify(session) is None
    told = [(entry.actor, entry.row.action, entry.row.object) for entry in rows]
    assert told[:2] == [
        ("mgr", "clients.zone", f"client {card.client.id}"),
        ("lea", "clients.add", f"client {added.id}"),
    ]
    assert (told[2][:2], rows[2].row.detail["created"]) == (("lea", "clients.import"), 1)


def test_everybody_sets_their_own_password(floor: Floor) -> None:
    desk = floor.desk("mgr")
    set_password(Sitting(desk.database, CLOCK, desk.person), "a long enough one")
    with floor.owner.read() as session:
        hashed = session.exec(select(User.password_hash).where(User.name == "mgr")).one()
    assert (hashed or "").startswith("$argon2id$")
    assert floor.sql("mgr", f"UPDATE user_account SET password_hash = '' WHERE id = {floor.boss.id}") == [0]


@pytest.mark.parametrize("name", ["lea", "adm"])
def test_leads_and_admins_read_all_and_leave_the_audit_alone(floor: Floor, name: str) -> None:
    assert count(floor, name, "client") == CLIENTS
    assert count(floor, name, "phone") == CLIENTS
    assert handed(floor.desk(name)).client.id
    floor.desk(name).release()
    for statement in ("UPDATE audit SET action = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)):
            floor.sql(name, statement)
    reads_hashes = "SELECT password_hash FROM user_account"
    if name == "adm":
        assert len(floor.sql(name, reads_hashes)) == 4
    else:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            floor.sql(name, reads_hashes)


def test_a_disabled_lead_sees_nothing_at_once_and_is_out_of_the_group_when_mended(floor: Floor) -> None:
    with floor.owner.write() as session:
        session.exec(select(User).where(User.name == "lea")).one().active = False
    assert count(floor, "lea", "client") == 0
    assert [one.state for one in grant(Sitting(floor.owner, CLOCK, floor.boss), ["lea"])] == ["removed"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        count(floor, "lea", "client")
    with floor.owner.write() as session:
        session.exec(select(User).where(User.name == "lea")).one().active = True
    assert [one.state for one in grant(Sitting(floor.owner, CLOCK, floor.boss), ["lea"])] == ["granted"]
    assert count(floor, "lea", "client") == CLIENTS


def test_granting_is_the_owners_and_repeats_harmlessly(floor: Floor) -> None:
    done = {one.name: one.state for one in grant(Sitting(floor.owner, CLOCK, floor.boss), [])}
    assert done == {"adm": "granted", "boss": "missing", "lea": "granted", "mgr": "granted"}
    with pytest.raises(NothingToDo, match="no login"):
        grant(Sitting(floor.owner, CLOCK, floor.boss), ["boss"])
    with pytest.raises(NothingToDo, match="ghost"):
        grant(Sitting(floor.owner, CLOCK, floor.boss), ["ghost"])
    admin = floor.logins["adm"]
    with pytest.raises(NotAllowed, match="owner of the tables"):
        grant(Sitting(admin, CLOCK, sign_in(admin, None)), ["mgr"])


def test_the_owner_is_not_bounded(floor: Floor) -> None:
    with floor.owner.read() as session:
        assert len(session.exec(select(Client)).all()) == CLIENTS
        plan = session.connection().execute(text("EXPLAIN SELECT * FROM client WHERE id = 1")).scalars().all()
    assert "salesdesk_guard" not in " ".join(plan)


def test_later_schema_changes_are_not_in_the_way(floor: Floor) -> None:
    changes = (
        "ALTER TABLE client ADD COLUMN nick text",
        "ALTER TABLE client ALTER COLUMN name TYPE text",
        "ALTER TABLE user_account ADD COLUMN nick text",
        "CREATE INDEX ix_nick ON client (nick)",
        "ALTER TABLE client DROP COLUMN nick",
    )
    with floor.owner.engine.connect() as connection:
        for change in changes:
            connection.execute(text(change))
        connection.rollback()
    granted = {row.name: row.state for row in grant(Sitting(floor.owner, CLOCK, floor.boss), [])}
    assert granted == {"adm": "granted", "boss": "missing", "lea": "granted", "mgr": "granted"}


def test_a_file_has_no_logins(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        boss = find_person(session, "boss")
    with pytest.raises(BadRequest, match="SQLite"):
        grant(Sitting(sqlite_database, CLOCK, boss), [])


def test_what_the_program_says_to_a_login_that_may_not(floor: Floor) -> None:
    with pytest.raises(StorageError, match="does not let this login"), floor.logins["mgr"].write() as session:
        session.connection().execute(text("DELETE FROM client"))


def test_a_managers_login_leaves_older_zone_tables_to_others(floor: Floor) -> None:
    """It may not change every task: it works as before, and the next who may does it."""
    with floor.owner.write() as session:
        session.connection().execute(text("UPDATE task SET zone_tables = '' WHERE closed_at IS NULL"))
    handed(floor.desk("mgr"))
    assert follow_tables(floor.logins["mgr"], CLOCK) == 0
    assert lag_of(floor.owner).is_behind
    lead = floor.desk("lea")
    assert follow_tables(lead.database, CLOCK, lead.person) == 0
    assert not lag_of(floor.owner).is_behind
