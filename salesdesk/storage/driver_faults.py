"""What a driver's error means to a person: the one place that reads the codes of SQLite and PostgreSQL."""

from __future__ import annotations

import re
import sqlite3

from salesdesk.errors import StorageError
from salesdesk.storage.location import Location

_SQLITE = {
    sqlite3.SQLITE_BUSY: ("is locked by another program", "Try again; if it stays so, close what else has it open."),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "Try again; if it stays so, close what else has it open."),
    sqlite3.SQLITE_READONLY: ("is read-only", "Give yourself write permission on the file and its directory."),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Check that it exists and that you may read it; see: salesdesk init"),
    sqlite3.SQLITE_NOTADB: ("is not a database, or is damaged", "Restore a backup: salesdesk db restore FILE"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Restore a backup: salesdesk db restore FILE"),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "Free some space; nothing was half-written."),
    sqlite3.SQLITE_IOERR: ("cannot be read or written (input/output error)", "Check the disk and free space."),
}

_ENDED = ("lost its connection: the server ended what stood still or took too long", "Try again.")
_LENT_OUT = (
    "is behind a pooler that lends connections by the transaction",
    "Have the pooler keep sessions: pool_mode = session",
)

_POSTGRES = {
    "42P01": ("holds no salesdesk tables", "Create them: salesdesk init"),
    "3F000": (
        "has no schema for its tables in its search_path",
        "Name one: ALTER DATABASE ... SET search_path = public",
    ),
    "3D000": ("does not exist", "Create it on the server (createdb), then: salesdesk init"),
    "28": ("refused the login", "Check the user and password in --db."),
    "42501": ("does not let this login do that", "Ask whoever owns the database to grant it."),
    "25006": (
        "is read-only",
        "Connect to the primary (add target_session_attrs=read-write to the URL), or have an admin of the server switch"
        " default_transaction_read_only off.",
    ),
    "40": ("is busy: others were changing the same at the same time", "Try again; nothing was half-written."),
    "55P03": ("is locked by another session", "Try again in a moment."),
    "57014": ("is busy: it broke off what took too long", "Try again in a moment; nothing was half-written."),
    "53100": ("cannot grow: the server's disk is full", "Free some space on the server."),
    "53300": ("takes no more connections", "Close desks that nobody needs, or have an admin raise max_connections."),
    "53": ("is out of what it needs to work", "Ask whoever looks after the server."),
    "58": ("cannot be read or written by its server", "Ask whoever looks after the server."),
    "XX001": ("is damaged", "Restore a backup: salesdesk db restore FILE"),
    "XX002": ("is damaged", "Restore a backup: salesdesk db restore FILE"),
    "22P05": (
        "is not in UTF-8 and has not every letter",
        "Move to one that is: salesdesk db backup, createdb -E UTF8, salesdesk init and db restore there",
    ),
    "26000": _LENT_OUT,
    "42P05": _LENT_OUT,
    "57P05": _ENDED,
    "25P03": _ENDED,
    "25P04": _ENDED,
    "57P": ("is shutting down or starting up", "Wait a moment and try again."),
    "08": ("lost its connection", "Check the server and the network; nothing was half-written."),
    "startup": ("is behind a pooler that refuses a start-up parameter", "Leave `options` out of --db."),
}

_SHORT = {
    "disk is full": "The disk is full",
    "is locked": "The database is locked",
    "is busy": "The database is busy",
    "read-only": "It is read-only",
}

_TAKEN_BACK = {
    "40001",
    "40P01",
}  # serialization_failure, deadlock_detected: the whole transaction, so it can be repeated

# What a server says when it refuses a connection; the driver hands on its words and not its code.
_REFUSED = {
    "3D000": re.compile(r'database ".*" does not exist'),
    "28": re.compile(r'authentication failed|no pg_hba.conf entry|role ".*" (does not exist|is not permitted)'),
    "57P": re.compile(r"the database system is (starting up|shutting down)"),
    "53300": re.compile(r"too many (clients|connections)|connection slots are reserved|no more connections allowed"),
    "startup": re.compile(r"unsupported startup parameter"),
}


class Clash(StorageError):
    """PostgreSQL took a whole transaction back, so that another could go on: the same may well succeed now (exit 4)."""


def is_busy(fault: sqlite3.Error) -> bool:
    """Whether somebody else has an SQLite file just now: writes to it, or mends it after a power cut."""
    return _primary(fault) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _primary(fault: BaseException) -> int:
    """SQLite's code without what extends it: the low byte."""
    code: int = getattr(fault, "sqlite_errorcode", 0)
    return code & 0xFF


def storage_fault(fault: Exception, location: Location) -> StorageError | None:
    """The fault in words, or ``None`` when it is no fault of the storage but of the program."""
    cause = getattr(fault, "orig", None) or fault
    words = _sqlite_words(cause) if isinstance(cause, sqlite3.Error) else _postgres_words(cause)
    if words is None:
        return None
    what, mend = words
    kind = Clash if getattr(cause, "sqlstate", None) in _TAKEN_BACK else StorageError
    told = kind(f"The database {location} {what}.", mend)
    told.short = next((short for sign, short in _SHORT.items() if sign in what), StorageError.short)
    return told


def _sqlite_words(cause: sqlite3.Error) -> tuple[str, str] | None:
    if "no such table" in str(cause):
        return "holds no salesdesk tables", "Create them: salesdesk init"
    return _SQLITE.get(_primary(cause))


def _postgres_words(cause: BaseException) -> tuple[str, str] | None:
    state = getattr(cause, "sqlstate", None)
    if state:
        return next((words for code, words in _POSTGRES.items() if state.startswith(code)), None)
    # No state: no connection came about, or it was lost. A timeout is a kind of it (the driver itself may be missing).
    if any(kind.__name__ == "OperationalError" for kind in type(cause).__mro__):
        refused = next((code for code, words in _REFUSED.items() if words.search(str(cause))), None)
        if refused:
            return _POSTGRES[refused]
        first = str(cause).strip().splitlines()[0] if str(cause).strip() else "no answer"
        return f"cannot be reached ({first})", "Check that the server runs and that --db names its host and port."
    return None
