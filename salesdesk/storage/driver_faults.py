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

_POSTGRES = {
    "42P01": ("holds no salesdesk tables", "Create them: salesdesk init"),
    "3D000": ("does not exist", "Create it on the server (createdb), then: salesdesk init"),
    "28": ("refused the login", "Check the user and password in --db."),
    "42501": ("does not let this login do that", "Ask whoever owns the database to grant it."),
    "25006": ("is read-only", "Connect to the primary: add target_session_attrs=read-write to the URL."),
    "55P03": ("is locked by another session", "Try again in a moment."),
    "53100": ("cannot grow: the server's disk is full", "Free some space on the server."),
    "57P": ("is shutting down or starting up", "Wait a moment and try again."),
    "08": ("lost its connection", "Check the server and the network; nothing was half-written."),
}

_SHORT = {"disk is full": "The disk is full", "is locked": "The database is locked", "read-only": "It is read-only"}

# What a server says when it refuses a connection; the driver hands on its words and not its code.
_REFUSED = {
    "3D000": re.compile(r'database ".*" does not exist'),
    "28": re.compile(r'authentication failed|no pg_hba.conf entry|role ".*" (does not exist|is not permitted)'),
    "57P": re.compile(r"the database system is (starting up|shutting down)"),
}


def storage_fault(fault: Exception, location: Location) -> StorageError | None:
    """The fault in words, or ``None`` when it is no fault of the storage but of the program."""
    cause = getattr(fault, "orig", None) or fault
    words = _sqlite_words(cause) if isinstance(cause, sqlite3.Error) else _postgres_words(cause)
    if words is None:
        return None
    what, mend = words
    told = StorageError(f"The database {location} {what}.", mend)
    told.short = next((short for sign, short in _SHORT.items() if sign in what), StorageError.short)
    return told


def _sqlite_words(cause: sqlite3.Error) -> tuple[str, str] | None:
    if "no such table" in str(cause):
        return "holds no salesdesk tables", "Create them: salesdesk init"
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else _SQLITE.get(code & 0xFF)  # the low byte is the primary code


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
