"""Every schema there has been, filled with rows, upgrades to the present one and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from rules.file.preset import preset_text
from salesdesk.access.audit import append, verify
from salesdesk.access.people import find_person
from salesdesk.clock import Clock
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Audit
from salesdesk.storage.schema import CURRENT, VERSIONS, open_database, upgrade, version_of
from salesdesk.upkeep.health import check_storage
from tests.support.clock import NOON
from tests.support.old_schemas import make_old


@pytest.fixture
def toml() -> str:
    """The rules of the English preset."""
    return preset_text("en")


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


def test_postgres_refuses_to_empty_the_audit(postgres_desk: Location) -> None:
    database = Database(postgres_desk)
    with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text("TRUNCATE audit"))
    assert "audit" in inspect(database.engine).get_table_names()
    database.close()
