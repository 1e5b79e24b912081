"""Every schema there has been, filled with rows, upgrades to the present one and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from support import NOON

import salesdesk
from salesdesk.audit import append, verify
from salesdesk.clock import Clock
from salesdesk.database import Database
from salesdesk.health import check_storage
from salesdesk.location import Location
from salesdesk.models import Audit
from salesdesk.people import find_person
from salesdesk.schema import CURRENT, VERSIONS, open_database, upgrade, version_of

# What a base of the first schema may hold: every table with the columns that it had then.
_STAMP = "'2026-11-20 10:00:00.000000'"
_ROWS = (
    "INSERT INTO user_account (id, name, label, role, active, created_at)"
    f" VALUES (1, 'anna', 'Anna', 'admin', true, {_STAMP})",
    "INSERT INTO setting (name, value) VALUES ('suppression_key', '00')",
    "INSERT INTO user_pool (user_id, pool) VALUES (1, 'sales')",
    "INSERT INTO area (id, country, region, zones) VALUES (1, 'UA', '', 'Europe/Kyiv')",
    f"INSERT INTO rule_version (id, toml, author_id, at, note) VALUES (1, :toml, 1, {_STAMP}, '')",
    "INSERT INTO client (id, name, company, position, emails, city, region, country, zone, zone_source, area_id,"
    " funnel, status, misses, owner_id, source, note, tags, custom, search_key, created_at, touched_at)"
    " VALUES (1, 'Olena', '', '', '[]', 'Kyiv', '', 'UA', 'Europe/Kyiv', 'phone', 1,"
    f" 'main', 'new', 0, 1, '', '', '[]', '{{}}', 'olena', {_STAMP}, {_STAMP})",
    "INSERT INTO phone (id, client_id, e164, kind, position, dnc, bad)"
    " VALUES (1, 1, '+380671234567', 'mobile', 0, false, false)",
    f"INSERT INTO deal (id, client_id, funnel, status, opened_at) VALUES (1, 1, 'main', 'new', {_STAMP})",
    "INSERT INTO task (id, client_id, deal_id, kind, feed, assignee_id, wanted_at, due_at, area_id, because,"
    f" created_at) VALUES (1, 1, 1, 'call', 'planned', 1, {_STAMP}, {_STAMP}, 1, '[]', {_STAMP})",
)


def make_old(location: Location, version: str, toml: str) -> Database:
    """A base of an old schema with one client in it."""
    if location.path is not None:
        location.path.touch(mode=0o600)
    database = Database(location)
    with database.engine.connect().execution_options(writer=True) as connection, connection.begin():
        _migrate_to(connection, version)
        for row in _ROWS:
            connection.execute(text(row), {"toml": toml} if ":toml" in row else {})
    return database


def _migrate_to(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(salesdesk.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


@pytest.fixture
def toml() -> str:
    """The rules of the English preset."""
    return (Path(salesdesk.__file__).parent.parent / "rules" / "presets" / "en.toml").read_text("utf-8")


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_an_old_base_is_upgraded_and_whole(location: Location, clock: Clock, version: str, toml: str) -> None:
    old = make_old(location, version, toml)
    assert version_of(old) == version
    copy = upgrade(old)
    old.close()
    assert (copy is not None) == (location.path is not None)
    database = open_database(location)
    assert version_of(database) == CURRENT
    health = check_storage(database, clock)
    assert (health.ok, health.clients, health.open_tasks) == (True, 1, 1), health.faults
    with database.read() as session:
        assert find_person(session, "anna").pools == {"sales"}
    database.close()


def test_the_copy_before_an_upgrade_is_the_old_base(tmp_path: Path, toml: str) -> None:
    location = Location(path=tmp_path / "desk.db")
    old = make_old(location, "0001", toml)
    copy = upgrade(old)
    old.close()
    assert copy == tmp_path / "desk.before-0001.db"
    kept = Database(Location(path=copy))
    assert version_of(kept) == "0001"
    kept.close()


@pytest.mark.parametrize("act", ["UPDATE audit SET action = 'rules.show'", "DELETE FROM audit"])
def test_the_engine_itself_refuses_to_change_the_audit(
    database: Database, hire: Callable[..., object], act: str
) -> None:
    hire("lena", "admin")
    with database.write() as session:
        append(session, find_person(session, "lena"), "rules.apply", "version 2", {}, NOON)
    with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text(act))
    with database.read() as session:
        assert [row.action for row in session.exec(select(Audit))] == ["rules.apply"]
        assert verify(session) is None


def test_postgres_refuses_to_empty_the_audit(postgres_desk: Callable[[], Location]) -> None:
    database = Database(postgres_desk())
    with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text("TRUNCATE audit"))
    assert "audit" in inspect(database.engine).get_table_names()
    database.close()
