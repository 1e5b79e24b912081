"""A process that runs the triggers: ``python -m tests.support.ticker DATABASE INSTANT``.

It says ``ready``, begins when a line arrives on stdin, so that several can begin together, and prints how many clients
it moved.
"""

from __future__ import annotations

import sys
from datetime import datetime

from salesdesk.storage.location import locate
from salesdesk.storage.schema import open_database
from salesdesk.work.rulebook import current
from salesdesk.work.triggers import run_triggers
from tests.support.clock import StillClock


def work(where: str, at: str) -> None:
    database = open_database(locate(where))
    with database.read() as session:
        current(session)
    print("ready", flush=True)
    sys.stdin.readline()
    print(run_triggers(database, StillClock(datetime.fromisoformat(at))))
    database.close()


if __name__ == "__main__":
    work(*sys.argv[1:])
