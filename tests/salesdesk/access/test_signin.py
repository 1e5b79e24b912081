"""Who may act as whom, on both engines. The suite's own login owns every SQLite file and every PostgreSQL table."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from salesdesk.access.os_login import os_login
from salesdesk.access.people import NewUser, add_user
from salesdesk.access.signin import sign_in
from salesdesk.clock import SystemClock
from salesdesk.errors import NotAllowed
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.schema import open_database

NOBODYS_UID = 54_321  # no machine has a name for it


@pytest.fixture
def people(database: Database) -> None:
    """Two managers: anna, and ivan who is mapped to the login petrenko."""
    add(database, NewUser("anna", "manager"), NewUser("ivan", "manager", os_login="petrenko"))


def add(database: Database, *people: NewUser) -> None:
    with database.write() as session:
        for person in people:
            add_user(session, person, SystemClock().now())


@pytest.mark.usefixtures("people")
def test_the_owner_may_act_as_anyone(database: Database) -> None:
    assert [sign_in(database, name).name for name in ("boss", "anna", "ivan")] == ["boss", "anna", "ivan"]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("name", ["olha", "", "petrenko", "Anna"])
def test_an_unknown_name_is_refused(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed, match="Nobody here is called"):
        sign_in(database, name)


@pytest.mark.usefixtures("people")
def test_a_disabled_person_is_refused(database: Database) -> None:
    with database.write() as session:
        session.connection().execute(text("UPDATE user_account SET active = false WHERE name = 'anna'"))
    with pytest.raises(NotAllowed, match="disabled"):
        sign_in(database, "anna")


def test_without_a_name_it_is_whoever_the_login_belongs_to(database: Database) -> None:
    with pytest.raises(NotAllowed, match="belongs to nobody here") as refused:
        sign_in(database, None)
    assert "--as NAME" in refused.value.mend
    add(database, NewUser("olha", "lead", os_login=os_login()))
    assert sign_in(database, None).name == "olha"


def test_a_user_of_the_logins_name_will_do_unless_mapped_to_another(database: Database) -> None:
    add(database, NewUser(os_login(), "manager", os_login="somebody-else"))
    with pytest.raises(NotAllowed, match="belongs to nobody here"):
        sign_in(database, None)
    with database.write() as session:
        session.connection().execute(text("UPDATE user_account SET os_login = NULL WHERE name <> 'boss'"))
    assert sign_in(database, None).name == os_login()


def test_the_login_comes_from_the_user_id_and_not_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "boss")
    assert os_login() == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: NOBODYS_UID)
    assert os_login() == f"uid{NOBODYS_UID}"


def test_somebody_else_on_a_shared_file_is_only_themselves(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: NOBODYS_UID)
    with pytest.raises(NotAllowed, match="belongs to nobody here") as refused:
        sign_in(sqlite_database, "boss")
    assert f"salesdesk users add NAME --role ROLE --os-user uid{NOBODYS_UID}\n" in refused.value.mend
    assert "--password-stdin" in refused.value.mend
    add(sqlite_database, NewUser("guest", "manager", os_login=f"uid{NOBODYS_UID}"))
    assert sign_in(sqlite_database, None).name == "guest"
    assert sign_in(sqlite_database, "guest").name == "guest"
    for name in ("boss", "nobody"):
        with pytest.raises(NotAllowed, match='signed in as "guest"'):
            sign_in(sqlite_database, name)


def test_root_owns_every_file(
    sqlite_desk: Callable[[Path], Location], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = sqlite_desk(tmp_path)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    database = open_database(location)
    assert sign_in(database, "boss").name == "boss"
    database.close()


@contextmanager
def as_role(new_postgres_desk: Callable[[], Location], grants: str) -> Iterator[tuple[Database, Database]]:
    """A fresh desk on the server, opened by its owner and by a role of its own that was granted something."""
    location = new_postgres_desk()
    owner = open_database(location)
    url = make_url(location.url or "")
    role = f"seller_{url.database}"
    with owner.write() as session:
        session.connection().execute(text(f'CREATE ROLE "{role}" LOGIN'))
        session.connection().execute(text(grants.format(role=f'"{role}"', owner=f'"{url.username}"')))
    seller = open_database(locate(url.set(username=role).render_as_string(hide_password=False)))
    try:
        yield owner, seller
    finally:
        seller.close()
        with owner.write() as session:
            session.connection().execute(text(f'DROP OWNED BY "{role}"'))
            session.connection().execute(text(f'DROP ROLE "{role}"'))
        owner.close()


READ = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"


def test_a_database_role_is_only_itself(new_postgres_desk: Callable[[], Location]) -> None:
    with as_role(new_postgres_desk, READ) as (owner, seller):
        role = make_url(seller.location.url or "").username
        add(owner, NewUser("same-login", "admin", os_login=os_login()))
        with pytest.raises(NotAllowed, match="belongs to nobody here"):
            sign_in(seller, None)
        add(owner, NewUser("anna", "manager", os_login=role))
        assert sign_in(seller, None).name == "anna"
        for name in ("boss", "same-login"):
            with pytest.raises(NotAllowed, match='signed in as "anna"'):
                sign_in(seller, name)


def test_a_member_of_the_owning_role_may_act_as_anyone(new_postgres_desk: Callable[[], Location]) -> None:
    with as_role(new_postgres_desk, "GRANT {owner} TO {role}") as (_, seller):
        assert sign_in(seller, "boss").name == "boss"
