"""Bases as older versions of the program left them."""

from __future__ import annotations

from sqlalchemy import text

from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.schema import migrate

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
        migrate(connection, version)
        for row in _ROWS:
            connection.execute(text(row), {"toml": toml} if ":toml" in row else {})
    return database
