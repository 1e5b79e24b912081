"""An SQLite file that several logins of one machine share: group-writable, in a directory that hands its group on.

SQLite keeps two files beside it (``-wal``, ``-shm``), which whoever comes first makes: they get the file's own mode,
and their group from the directory. Whoever is in the group can read and change all of it, whatever their role here.
"""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

from salesdesk.errors import BadRequest
from salesdesk.storage.location import Location

FILE_MODE = 0o660
DIRECTORY_MODE = 0o2770


def ready_for(location: Location, group: str) -> int:
    """Make the directory of a file to be shared, or check the one that is there; the group's number.

    Raises :class:`BadRequest` for PostgreSQL, an unknown group or one that the login is not in, and a directory whose
    files would not belong to the group: a directory that is there is never changed.
    """
    if location.path is None:
        raise BadRequest("--group is for an SQLite file.", "On PostgreSQL logins are told apart: salesdesk db grant")
    try:
        number = grp.getgrnam(group).gr_gid
    except KeyError:
        raise BadRequest(f'There is no group "{group}" on this machine.', f"Make it: groupadd {group}") from None
    folder = location.path.parent
    if not folder.exists():
        _make(folder, number, group)
    _check(folder, number, group)
    return number


def share(path: Path, number: int) -> None:
    """Give the file, and those that SQLite keeps beside it, to the group. Raises :class:`BadRequest`."""
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            try:
                os.chown(part, -1, number)
                part.chmod(FILE_MODE)
            except OSError as fault:
                raise BadRequest(
                    f"{part} cannot be given to the group: {fault.strerror}.", "Its owner, who is in the group, can."
                ) from fault


def _make(folder: Path, number: int, group: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, -1, number)
        folder.chmod(DIRECTORY_MODE)
    except OSError as fault:
        raise BadRequest(
            f"{folder} cannot be made for the group {group}: {fault.strerror}.",
            f"Be in the group, or have it made: install -d -m 2770 -g {group} {folder}",
        ) from fault


def _check(folder: Path, number: int, group: str) -> None:
    found = folder.stat()
    mode = stat.S_IMODE(found.st_mode)
    if found.st_gid != number or mode & DIRECTORY_MODE != DIRECTORY_MODE or mode & 0o002:
        raise BadRequest(
            f"{folder} is not a directory that hands the group {group} on.",
            f"Choose a new one with --db, or change this one: chgrp {group} {folder} && chmod 2770 {folder}",
        )
