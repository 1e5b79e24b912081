"""What each database role may do with each table, and with which of its rows: the statements of ``db grant``.

A manager's login sees the client in hand only (row-level security), takes only tasks that are due, and at most
:data:`MOST_AN_HOUR` in an hour; leads and admins see all; nobody changes the audit, and password hashes are read by
admins only. What a login sees beyond its rows it asks of functions in the schema ``salesdesk_guard`` (``guards.sql``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from typing import NamedTuple

from salesdesk.access.limits import MOST_MISSES
from salesdesk.storage.models import metadata

MOST_AN_HOUR = 300  # clients that one manager's login may open in an hour; a call takes longer than the 12 s of this
_SOME_AUDIT = "SELECT (id, actor_id, action, object, detail), INSERT"
_USER = "id, name, label, role, active, os_login, zone, failed_logins, locked_until, hours, created_at"
_OWN = "UPDATE (password_hash, failed_logins, locked_until)"
_READ = (
    "alembic_version",
    "area",
    "rule_version",
    "setting",
    "user_pool",
    "shift",
    "break_time",
    "task",
    "claim",
    "undo",
)


class _May(NamedTuple):
    """What a role may do with a table; RLS then says with which rows."""

    table: str
    rights: str


_MANAGER = (
    *(_May(table, "SELECT") for table in _READ),
    _May("area", "INSERT"),
    _May("task", "INSERT, UPDATE"),
    _May("claim", "INSERT"),
    _May("undo", "INSERT"),
    _May("client", "SELECT, UPDATE"),
    _May("phone", "SELECT, UPDATE"),
    _May("deal", "SELECT, INSERT, UPDATE"),
    _May("attempt", "SELECT, INSERT"),
    _May("suppression", "SELECT, INSERT"),
    _May("import", "SELECT (id, finished_at)"),
    _May("shift", "INSERT, UPDATE"),
    _May("break_time", "INSERT, UPDATE"),
    _May("user_account", f"SELECT ({_USER}), {_OWN}"),
    _May("audit", _SOME_AUDIT),
    _May("outbox", "SELECT (id), INSERT"),
)
_LEAD = (
    *(
        _May(table, "SELECT")
        for table in (*_READ, "import", "client", "phone", "deal", "attempt", "suppression", "outbox")
    ),
    *(_May(table, "INSERT, UPDATE, DELETE") for table in ("client", "phone", "deal", "task")),
    *(
        _May(table, "INSERT, UPDATE")
        for table in ("area", "import", "attempt", "user_pool", "shift", "break_time", "outbox")
    ),
    *(_May(table, "INSERT") for table in ("claim", "undo")),
    _May("suppression", "INSERT, DELETE"),
    _May("user_account", f"SELECT ({_USER}), {_OWN}"),
    _May("audit", _SOME_AUDIT),
)
_ADMIN = (
    *_LEAD,
    _May("suppression", "UPDATE"),
    _May("undo", "UPDATE"),
    _May("rule_version", "INSERT"),
    _May("setting", "INSERT, UPDATE"),
    _May("user_pool", "DELETE"),
    _May("user_account", "SELECT, INSERT, UPDATE"),
    _May("audit", "SELECT"),
)
_RIGHTS = {"manager": _MANAGER, "lead": _LEAD, "admin": _ADMIN}


class _Rows(NamedTuple):
    """Which rows of a table a manager's login reaches. ``None`` leaves that kind of statement without any."""

    read: str | None = None
    insert: str | None = None
    update: str | None = None
    update_to: str | None = None


_ME = "(SELECT salesdesk_guard.who())"
_IS_MANAGER = "(SELECT salesdesk_guard.role()) = 'manager'"
_IN_HAND = "client_id = ANY ((SELECT salesdesk_guard.hand())::integer[])"
_FREE = f"claimed_by IS NULL OR claimed_by = {_ME} OR claimed_until <= clock_timestamp()"
_HELD = f"EXISTS (SELECT FROM task WHERE task.id = task_id AND task.claimed_by = {_ME})"
_OWN_ATTEMPT = f"EXISTS (SELECT FROM attempt WHERE attempt.id = attempt_id AND attempt.user_id = {_ME})"
_MINE = f"user_id = {_ME}"
_ROWS = {
    "client": _Rows(
        read="id = ANY ((SELECT salesdesk_guard.sight())::integer[])", update=_IN_HAND.replace("client_", "")
    ),
    "phone": _Rows(read=_IN_HAND, update=_IN_HAND),
    "deal": _Rows(read=_IN_HAND, insert=_IN_HAND, update=_IN_HAND),
    "attempt": _Rows(read=f"{_MINE} OR {_IN_HAND}", insert=f"{_MINE} AND {_IN_HAND}"),
    "task": _Rows(
        read="true",
        insert=f"{_IN_HAND} AND claimed_by IS NULL",
        update=f"{_IS_MANAGER} AND ({_FREE})",
        update_to=f"claimed_by IS NULL OR claimed_by = {_ME}",
    ),
    "claim": _Rows(read="true", insert=f"{_MINE} AND {_HELD}"),
    "undo": _Rows(read="true", insert=f"{_MINE} AND {_OWN_ATTEMPT}"),
    "suppression": _Rows(insert=_MINE),
    "shift": _Rows(read="true", insert=_MINE, update=_MINE),
    "break_time": _Rows(read="true", insert=_MINE, update=_MINE),
    "outbox": _Rows(insert=_IS_MANAGER, read="true"),
}
"""Tables whose rows a manager's login is kept from. Leads and admins reach every row of them, while they are active."""


def statements(schema: str, names: Mapping[str, str], quote: Callable[[str], str]) -> Iterator[str]:
    """Everything but the members of the groups: functions, privileges and policies, made or mended.

    ``schema`` is where the tables are and ``names`` the group of each role, both quoted for PostgreSQL; ``quote`` does
    that to a table's name.
    """
    script = resources.files("salesdesk.access").joinpath("guards.sql").read_text("utf-8")
    script = script.replace("@most_an_hour", str(MOST_AN_HOUR)).replace("@most_misses", str(MOST_MISSES))
    for word, value in {"schema": schema, **names}.items():
        script = script.replace(f"@{word}", value)
    yield script
    everybody = ", ".join(names.values())
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {everybody}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {everybody}"
    for role, rights in _RIGHTS.items():
        for may in rights:
            yield f"GRANT {may.rights} ON {schema}.{quote(may.table)} TO {names[role]}"
    for table, rows in _ROWS.items():
        yield from _policies(f"{schema}.{quote(table)}", rows, names)
    yield from _user_policies(f"{schema}.user_account", names)
    yield from _audit_policies(f"{schema}.audit", names)


def _policies(table: str, rows: _Rows, names: Mapping[str, str]) -> Iterator[str]:
    manager = names["manager"]
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield from _policy(table, "see_all", f"FOR ALL TO {names['lead']}, {names['admin']}", _SEES_ALL, _SEES_ALL)
    yield from _policy(table, "manager_read", f"FOR SELECT TO {manager}", rows.read)
    yield from _policy(table, "manager_insert", f"FOR INSERT TO {manager}", None, rows.insert)
    yield from _policy(table, "manager_update", f"FOR UPDATE TO {manager}", rows.update, rows.update_to or rows.update)


def _user_policies(table: str, names: Mapping[str, str]) -> Iterator[str]:
    """Everybody sees who works here; one's own password is one's own to set, an admin's to set anybody's."""
    everybody = ", ".join(names.values())
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield from _policy(table, "read", f"FOR SELECT TO {everybody}", "true")
    own = f"id = {_ME} AND active"
    yield from _policy(table, "own", f"FOR UPDATE TO {everybody}", own, own)
    is_admin = "(SELECT salesdesk_guard.role()) = 'admin'"
    yield from _policy(table, "admin", f"FOR ALL TO {names['admin']}", is_admin, is_admin)


def _audit_policies(table: str, names: Mapping[str, str]) -> Iterator[str]:
    """Whoever adds to the audit adds what they did themselves, and sees that. The program also looks up who ended a
    hold, and where a merged client went. All the rest is for admins.
    """
    everybody = ", ".join(names.values())
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield from _policy(table, "all", f"FOR SELECT TO {names['admin']}", "(SELECT salesdesk_guard.role()) = 'admin'")
    yield from _policy(table, "merged", f"FOR SELECT TO {names['lead']}", "action = 'clients.merge'")
    yield from _policy(table, "read", f"FOR SELECT TO {everybody}", f"actor_id = {_ME} OR action = 'task.release'")
    yield from _policy(table, "add", f"FOR INSERT TO {everybody}", None, f"actor_id = {_ME}")


_SEES_ALL = "(SELECT salesdesk_guard.sees_all())"


def _policy(table: str, name: str, whom: str, using: str | None, check: str | None = None) -> Iterator[str]:
    """Make a policy anew; without a condition there is none, and the statement reaches no row."""
    yield f"DROP POLICY IF EXISTS salesdesk_{name} ON {table}"
    if using is not None or check is not None:
        conditions = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
        yield f"CREATE POLICY salesdesk_{name} ON {table} {whom}{conditions}"


def ungoverned_tables() -> set[str]:
    """Tables of the program that no role was given anything of: about a new one it must be decided here."""
    return set(metadata.tables) - {may.table for rights in _RIGHTS.values() for may in rights}
