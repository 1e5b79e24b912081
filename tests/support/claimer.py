"""One person's desk as a process of its own: takes clients until none is due and prints what it held, and when.

Run as ``python -m tests.support.claimer DATABASE NAME``. It says ``ready`` and begins when a line arrives on stdin, so
that many can begin together. Every line is ``claim client taken_at let_go_at attempt``; times are of the machine's
monotonic clock, which all processes share, and ``attempt`` is 0 for a claim that was given back.
"""

from __future__ import annotations

import sys
import time

from salesdesk.access.people import find_person
from salesdesk.access.sitting import Sitting
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.storage.location import locate
from salesdesk.storage.schema import open_database
from salesdesk.work.views import Handed
from tests.support.clock import NOON, StillClock

GIVEN_BACK = 5  # every fifth claim is given back, so that clients change hands


def work(where: str, name: str) -> None:
    database = open_database(locate(where))
    with database.read() as session:
        desk = Desk(Sitting(database, StillClock(NOON), find_person(session, name)))
    print("ready", flush=True)
    sys.stdin.readline()
    while isinstance(handed := desk.next_task(), Handed):
        taken_at, attempt = time.monotonic_ns(), 0
        if handed.claim % GIVEN_BACK:
            let_go_at = time.monotonic_ns()
            attempt = desk.record_outcome(Said("interested"), handed.claim).attempt_id
        else:
            let_go_at = time.monotonic_ns()
            desk.release()
        print(handed.claim, handed.client.id, taken_at, let_go_at, attempt)
    database.close()


if __name__ == "__main__":
    work(*sys.argv[1:])
