"""Use-cases that PostgreSQL takes back once, at their commit, are done again, and done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from salesdesk.access.grants import grant
from salesdesk.access.passwords import set_password, sign_in_by_password
from salesdesk.access.rights import Refusal
from salesdesk.access.sitting import Sitting
from salesdesk.imports.importing import ImportRequest, import_clients
from salesdesk.rule_changes.changing import Wish, change
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Client, Import, RuleVersion, User
from salesdesk.storage.schema import open_database
from salesdesk.upkeep.health import check_storage
from tests.support.clock import StillClock
from tests.support.furnishing import arrive, hire

# Raises what a server says to the one of two whom it sends back: when everything is done but the commit. A sequence
# keeps its count when the transaction is taken back, so the second try goes through.
CLASH = """
CREATE SEQUENCE clashes;
CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('clashes') = 1 THEN RAISE EXCEPTION 'sent back' USING ERRCODE = '40P01'; END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sent_back AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION clash();
"""
PASSWORD = "a long enough one"


@pytest.fixture
def base(new_postgres_desk: Callable[[], Location]) -> Iterator[Database]:
    database = open_database(new_postgres_desk())
    yield database
    database.close()


@pytest.fixture
def chief(base: Database, clock: StillClock) -> Sitting:
    """An admin, in a base with one client."""
    arrive(base, clock, "Olena", "+380671230000")
    return hire(base, clock, "olha", "admin").sitting


def send_back(base: Database, table: str) -> Callable[[], int]:
    """Have the next transaction that writes into this table be sent back; gives how often one came to its end."""
    with base.write() as session:
        session.connection().exec_driver_sql(CLASH.format(table=table))

    def ends() -> int:
        with base.read() as session:
            return int(session.connection().exec_driver_sql("SELECT last_value FROM clashes").scalar_one())

    return ends


def test_a_batch_of_an_import_counts_and_rejects_each_row_once(
    base: Database, chief: Sitting, clock: StillClock, tmp_path: Path
) -> None:
    file = tmp_path / "clients.csv"
    file.write_text("Name,Phone\nNew,+380671230001\nTwice,+380671230001\nOlena,+380671230000\nNo number,\n")
    ends = send_back(base, "client")
    report = import_clients(chief, ImportRequest(file, country="UA"))
    assert ends() > 1
    assert (report.read, report.created, report.merged, report.rejected) == (4, 1, 2, 1)
    assert report.rejects_file is not None
    assert len(report.rejects_file.read_text().splitlines()) == 2
    with base.read() as session:
        assert session.exec(select(func.count(col(Client.id)))).one() == 2
    assert check_storage(base, clock).faults == ()


@pytest.mark.parametrize("table", ["import", "phone"])
def test_an_import_begins_and_ends_whatever_is_sent_back(
    base: Database, chief: Sitting, clock: StillClock, tmp_path: Path, table: str
) -> None:
    file = tmp_path / "clients.csv"
    file.write_text("Name,Phone,Phone 2\nNew,+380671230001,\nOlena,+380671230000,+380671230002\n")
    ends = send_back(base, f'"{table}"')
    report = import_clients(chief, ImportRequest(file, country="UA"))
    assert ends() > 1
    assert (report.created, report.merged) == (1, 1)
    with base.read() as session:
        assert len(session.exec(select(Import)).all()) == 1
    assert check_storage(base, clock).faults == ()


@pytest.mark.parametrize("table", ["rule_version", "task", "setting", "audit"])
def test_a_change_of_the_rules_is_made_once_and_followed(
    base: Database, chief: Sitting, clock: StillClock, table: str
) -> None:
    ends = send_back(base, table)
    done = change(chief, Wish(lambda text: text.replace('"09:00-20:00"', '"15:00-20:00"'), "later"))
    assert ends() > 1
    assert done.before == 1
    with base.read() as session:
        assert len(session.exec(select(RuleVersion)).all()) == 2
    assert check_storage(base, clock).faults == ()


def test_a_password_is_set_and_lets_in(base: Database, chief: Sitting, clock: StillClock) -> None:
    ends = send_back(base, "user_account")
    assert set_password(chief, PASSWORD) == "olha"
    assert ends() == 2
    assert sign_in_by_password(base, clock, "olha", PASSWORD).id == chief.person.id


def test_a_wrong_guess_is_counted_once(base: Database, chief: Sitting, clock: StillClock) -> None:
    set_password(chief, PASSWORD)
    ends = send_back(base, "user_account")
    with pytest.raises(Refusal):
        sign_in_by_password(base, clock, "olha", "another one")
    assert ends() == 2
    with base.read() as session:
        assert session.exec(select(User.failed_logins).where(User.name == "olha")).one() == 1


def test_rights_are_granted(base: Database, chief: Sitting) -> None:
    ends = send_back(base, "audit")
    assert [one.name for one in grant(chief, [])] == ["boss", "olha"]
    assert ends() == 2
