"""Figures and exports from a read replica, so that long questions do not slow the desks down.

``SALESDESK_READ_DB`` names it. A replica is a moment behind its primary, which figures can bear and the desk cannot:
whatever claims or records goes to the primary.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from salesdesk.errors import StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import locate
from salesdesk.storage.schema import open_database

VARIABLE = "SALESDESK_READ_DB"


@contextmanager
def reading(primary: Database, tell: Callable[[str], None]) -> Iterator[Database]:
    """The database to read figures from: the replica, or the primary when none is named or it cannot be used.

    ``tell`` is given one sentence in the latter case, for a person. Raises :class:`salesdesk.errors.BadRequest` for a
    place that cannot be one.
    """
    replica = _replica(tell)
    try:
        yield replica or primary
    finally:
        if replica is not None:
            replica.close()


def _replica(tell: Callable[[str], None]) -> Database | None:
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    try:
        return open_database(locate(named))
    except StorageError as fault:
        tell(f"{VARIABLE}: {fault.title} The figures come from the primary.")
        return None
