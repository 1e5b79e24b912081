"""SQLite files copied page by page: out of a file that desks write to, and into one that they have open.

A copy is one state of the base: it is read in one transaction, and in a write-ahead log readers and writers do not wait
for each other. A new file appears under its name complete and on the disk, or not at all.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

from salesdesk.errors import StorageError
from salesdesk.storage.driver_faults import storage_fault
from salesdesk.storage.location import Location, files_of
from salesdesk.storage.stops import unstopped
from salesdesk.storage.writers_queue import Turnstile

Progress = Callable[[int, int], None]  # told what is done and what there is in all, in pages or rows

_PAGES = 2000  # copied between two words of progress: 8 MB
_FEW_PAGES = 16  # fewer than the tables of a base have, so that replacing one takes several steps
_SOURCES_FAULT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}  # said of what is read; all else, of what is written


def no_progress(done: int, whole: int) -> None:
    """Tell nobody."""


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A private file (0600) beside ``target`` to be filled; it takes the name at the end, replacing what had it.

    When anything goes wrong nothing is left of it. Raises :class:`StorageError` when it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
        os.close(handle)
    except OSError as fault:
        raise _cannot_write(target, fault) from fault
    part = Path(name)
    try:
        yield part
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
    except OSError as fault:
        raise _cannot_write(target, fault) from fault
    finally:
        for leftover in files_of(part):
            leftover.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Have the disk hold it before anybody is told so; of a directory, the names in it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(target: Path, fault: OSError) -> StorageError:
    return StorageError(f"{target} cannot be written: {fault.strerror}.", "Choose another place, or free some space.")


def copy_file(source: Path, target: Path, tell: Progress = no_progress) -> None:
    """Make ``target`` a plain SQLite file (no log beside it) with the state that ``source`` has now.

    Raises :class:`StorageError` for a damaged source or a target that cannot be written; then there is no target.
    """
    with new_file(target) as part:
        copy_pages(source, part, tell, shown=target)


def copy_pages(source: Path, part: Path, tell: Progress = no_progress, *, shown: Path | None = None) -> None:
    """Copy into a file that nobody else has open; ``shown`` is the name that a fault calls it by."""
    with _told(source, shown or part), closing(reading(source)) as old, closing(sqlite3.connect(part)) as new:
        new.execute("PRAGMA synchronous = OFF")  # a broken copy is thrown away, and a good one is synced as a whole
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on the state stands still
        old.backup(new, pages=_PAGES, progress=lambda _, left, whole: tell(whole - left, whole))
        new.execute("PRAGMA journal_mode = DELETE")


def reading(path: Path) -> sqlite3.Connection:
    """A bare connection that can only read."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)


@contextmanager
def _told(source: Path, target: Path) -> Iterator[None]:
    """Name the file that a fault of SQLite is about."""
    try:
        yield
    except sqlite3.Error as fault:
        code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
        told = storage_fault(fault, Location(path=source if code in _SOURCES_FAULT else target))
        if told is None:
            raise
        raise told from fault


class _ChangedMeanwhile(Exception):
    """Somebody wrote between the copy of what is replaced and the replacing."""


_TRIES = 50
_TURN_SECONDS = 10.0


def replace_pages(source: Path, target: Path, kept: Path, tell: Progress = no_progress) -> None:
    """Put the state of ``source`` into ``target``, which others may have open, and what it held before into ``kept``.

    A rename would leave every open desk writing to a file that has no name any more. This is one transaction of
    ``target`` instead: whoever has it open reads the old state until it commits and the new one after, a writer waits
    its turn, and a power cut leaves the old state. Nothing is lost between the copy and the replacing: when somebody
    got a word in there, both are done again. Raises :class:`StorageError`.
    """
    with (
        unstopped(),
        _told(target, target),
        Turnstile(target).turn(_TURN_SECONDS),  # desks queue meanwhile, and say so when it takes long
        closing(sqlite3.connect(target, isolation_level=None)) as lock,
        closing(reading(target)) as watch,
    ):
        lock.execute("PRAGMA busy_timeout = 10000")
        for _ in range(_TRIES):
            lock.execute("BEGIN IMMEDIATE")
            try:
                seen = _version(watch)
                copy_file(target, kept)
            finally:
                lock.execute("ROLLBACK")
            with suppress(_ChangedMeanwhile):
                _overwrite(source, target, partial(_unchanged, watch, seen), tell)
                return
    raise StorageError(f"The database {target} is too busy to be replaced.", "Close the desks and try again.")


def _version(watch: sqlite3.Connection) -> int:
    """A number that changes whenever somebody else commits."""
    return int(watch.execute("PRAGMA data_version").fetchone()[0])


def _unchanged(watch: sqlite3.Connection, seen: int) -> bool:
    return _version(watch) == seen


def _overwrite(source: Path, target: Path, unchanged: Callable[[], bool], tell: Progress) -> None:
    """Write all pages in one transaction; its lock is held from the first step on, and only then looks count."""
    looked = False

    def step(state: int, left: int, whole: int) -> None:
        nonlocal looked
        if state & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise _ChangedMeanwhile  # somebody else has the lock, so they are about to write
        if not looked and not unchanged():
            raise _ChangedMeanwhile
        looked = True
        tell(whole - left, whole)

    with closing(reading(source)) as new, closing(sqlite3.connect(target, isolation_level=None)) as base:
        base.execute("PRAGMA synchronous = FULL")
        base.execute("PRAGMA busy_timeout = 2000")
        new.backup(base, pages=_FEW_PAGES, progress=step, sleep=0.001)
