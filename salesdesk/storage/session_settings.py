"""What every session on a PostgreSQL server sets for itself, whatever server, database, login or pooler would have.

The settings are made after connecting and not as start-up parameters: a pooler refuses those, or drops them and says
nothing, and a commit then waits for no disk. The first word is DISCARD ALL, for a pooler may hand over a session as
its last user left it, with statements prepared under the names that the driver is about to use.

Left as they are: ``search_path``, which is where the tables are, and ``default_transaction_read_only``, by which an
admin closes a base to writing; who writes then is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

# A peer that is gone is noticed within 20 seconds on either side, idle or not: the system's own keepalive takes two
# hours, and so long would the server keep the row locks of a desk that lost its power. Seconds, but milliseconds for
# tcp_user_timeout.
KEEPALIVE = {"idle": 10, "interval": 3, "count": 3}

SESSION: dict[str, str] = {
    # What a transaction sees: statements are written for rows that others change between two of them, and SKIP LOCKED.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "row_security": "on",  # off makes every question of a login of somebody's own a fault
    # An acknowledged outcome must outlive a crash.
    "synchronous_commit": "on",
    # How values are written and read.
    "client_encoding": "UTF8",
    "timezone": "UTC",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    # How long anything may take. A statement has no end of the server's: backups, upgrades and figures take what they
    # take, and a desk gives up by itself (salesdesk.storage.postgres.ANSWER_SECONDS).
    "statement_timeout": "0",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "5min",  # of a desk that was stopped in the middle
    "tcp_user_timeout": "15000",
    **{f"tcp_keepalives_{name}": str(value) for name, value in KEEPALIVE.items()},
}
# Those that only later servers know, by the first version that does.
LATER: dict[str, tuple[int, str]] = {
    "idle_session_timeout": (140_000, "0"),  # a desk listens all day
    "transaction_timeout": (170_000, "0"),
}


def settle_session(connection: psycopg.Connection[Any]) -> None:
    """Make a session that has just been opened ours. Raises the driver's fault; the connection is closed then."""
    try:
        connection.autocommit = True  # DISCARD ALL runs in no transaction
        connection.execute("DISCARD ALL")
        _set(connection, _known(connection.info.server_version))
        connection.autocommit = False
    except BaseException:
        connection.close()
        raise


def _known(version: int) -> dict[str, str]:
    """What a server of this version can be told; versions are numbers like 150004."""
    return SESSION | {name: value for name, (since, value) in LATER.items() if version >= since}


def _set(connection: psycopg.Connection[Any], wanted: Mapping[str, str]) -> None:
    """One question for all of them: a server far away is asked once."""
    calls = ", ".join("set_config(%s, %s, false)" for _ in wanted)
    words = [word for pair in wanted.items() for word in pair]
    connection.execute(f"SELECT {calls}".encode(), words)
