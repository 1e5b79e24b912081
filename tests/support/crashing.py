"""A floor whose writers are killed at random instants, and what is left of it: for the crash tests, short and long.

Every writer is a process that works through the real use-cases and appends what was acknowledged to a file of its own,
after each commit. One that was killed is started again at once, says again what it got no answer to (by its claim, as
a desk does) and goes on. Run as ``python -m tests.support.crashing DATABASE FOLDER KILLS SEED`` it prints one JSON
object: how many were killed, how many outcomes were acknowledged, which of them are lost or doubled, and what
``db check`` finds. With no kills the writers work until its stdin is closed: then it is the server that dies meanwhile.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlmodel import select

from salesdesk.access.people import NewUser, add_user, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.clock import SystemClock
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import NothingToDo, StorageError
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location, locate
from salesdesk.storage.models import Attempt
from salesdesk.storage.schema import open_database
from salesdesk.upkeep.health import check_storage
from salesdesk.work.rulebook import current, save
from salesdesk.work.views import Handed

WRITERS = ("anna", "ivan", "olha", "petro")
CLIENTS = 200
LONGEST = 0.2  # seconds that somebody is let work at most before being killed

# Always open and never at an end, so that there is work as long as anybody wants it.
ENDLESS = """
schema = 1

[calling]
window = { mon-sun = "00:00-24:00" }

[[status]]
id = "new"
label = "New"
kind = "open"

[[status]]
id = "in-work"
label = "In work"
kind = "open"

[[status]]
id = "refused"
label = "Refused"
kind = "lost"

[[ladder]]
id = "soon"
rungs = ["1s"]

[[outcome]]
id = "no-answer"
label = "No answer"
key = "1"
reached = false
ladder = "soon"

[[outcome]]
id = "interested"
label = "Interested"
key = "2"
reached = true
status = "in-work"
next = { task = "call", after = "1s" }

[[outcome]]
id = "call-back"
label = "Call back"
key = "3"
reached = true
ask = ["time"]
next = { task = "callback" }
"""
SAID = (Said("no-answer"), Said("no-answer"), Said("interested"), Said("call-back", at="+1m"))


def furnish(location: Location, clients: int = CLIENTS) -> None:
    """Give a fresh desk endless work and the people to do it."""
    database, now = open_database(location), SystemClock().now()
    cells = ({"name": [f"Client {n}"], "phone": [f"+38067{n:07d}"]} for n in range(1_000_000, 1_000_000 + clients))
    drafts = [draft_from_row(row, {}, country="UA", at=now) for row in cells]
    with database.write() as session:
        save(session, ENDLESS, author_id=None, note="endless", now=now)
        for name in WRITERS:
            add_user(session, NewUser(name, "manager"), now)
        add_clients(session, drafts, Arrival(current(session), now, "planned"))
    database.close()


class Writer:
    """One person at a desk of their own, with a file of what was said and what was acknowledged."""

    def __init__(self, database: Database, name: str, notes: Path) -> None:
        with database.read() as session:
            person = find_person(session, name)
        self.desk, self.notes, self.dice = Desk(Sitting(database, SystemClock(), person)), notes, random.Random(name)

    def work(self) -> None:
        """Say again what got no answer, or take a client and say something; a lost server is tried again."""
        unanswered = unanswered_in(self.notes)
        try:
            if unanswered is None:
                self._take()
            else:
                self._note(f"again {unanswered}")
                self._say(unanswered)
        except StorageError:
            time.sleep(0.05)

    def _take(self) -> None:
        handed = self.desk.next_task()
        if not isinstance(handed, Handed):
            time.sleep(0.02)
        elif self.dice.random() < 0.05:
            self.desk.release()
        else:
            self._note(f"saying {handed.claim}")
            self._say(handed.claim)

    def _say(self, claim: int) -> None:
        try:
            done = self.desk.record_outcome(self.dice.choice(SAID), claim)
        except NothingToDo:
            self._note(f"lost {claim}")
        else:
            self._note(f"said {claim} {done.attempt_id} {done.client_id}")

    def _note(self, line: str) -> None:
        handle = os.open(self.notes, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        os.write(handle, f"{line}\n".encode())
        os.close(handle)


def unanswered_in(notes: Path) -> int | None:
    """The claim whose outcome was said and not answered, at the end of a writer's file."""
    lines = notes.read_text().splitlines() if notes.exists() else []
    word, _, claim = lines[-1].partition(" ") if lines else ("", "", "")
    return int(claim) if word in {"saying", "again"} else None


@dataclass
class Floor:
    """The writers' processes; the one who starts them has no database open, so that they may be forked."""

    where: str
    folder: Path
    running: dict[int, str] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Put somebody to work until the floor is closed."""
        size = self._size(name)
        child = os.fork()
        if child:
            self.running[child], self.sizes[child] = name, size
            return
        try:
            database = open_database(locate(self.where))
            writer = Writer(database, name, self.folder / name)
            while not (self.folder / "closed").exists() or unanswered_in(writer.notes) is not None:
                writer.work()
            database.close()
            os._exit(0)
        except BaseException as fault:  # noqa: BLE001 - a forked child must not go on as its parent
            print(f"{name}: {type(fault).__name__}: {fault}", file=sys.stderr, flush=True)
            os._exit(1)

    def _size(self, name: str) -> int:
        notes = self.folder / name
        return notes.stat().st_size if notes.exists() else 0

    def kill_one(self, dice: random.Random, longest: float) -> None:
        """Kill somebody at a random instant, of their work or now and then of their beginning, and start them anew."""
        child, at_work = dice.choice(sorted(self.running)), dice.random() < 0.9
        while at_work and self._size(self.running[child]) == self.sizes[child]:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.start(self.running.pop(child))

    def close(self) -> int:
        """Let everybody finish what they are at; gives how many failed."""
        (self.folder / "closed").touch()
        codes = [os.waitpid(child, 0)[1] for child in self.running]
        return sum(code != 0 for code in codes)


@dataclass(frozen=True)
class Outcome:
    """What is left after the kills: of the outcomes that were acknowledged, ``again`` were said a second time after a
    kill between saying and answer; ``stray`` are attempts that nobody was told of.
    """

    kills: int
    failed: int
    acknowledged: int
    again: int
    lost: list[int]
    doubled: list[int]
    stray: list[int]
    faults: list[str]


def judge(location: Location, folder: Path, kills: int, failed: int) -> Outcome:
    """Compare what was acknowledged with what is recorded, claim by claim."""
    notes = [line.split() for file in folder.iterdir() for line in file.read_text().splitlines()]
    told = {int(rest[0]): (int(rest[1]), int(rest[2])) for word, *rest in notes if word == "said"}
    database = open_database(location)
    with database.read() as session:
        rows = session.exec(select(Attempt.claim_id, Attempt.id, Attempt.client_id)).all()
    found = {claim: (attempt, client) for claim, attempt, client in rows}
    result = Outcome(
        kills,
        failed,
        len(told),
        again=sum(word == "again" for word, *_ in notes),
        lost=sorted(claim for claim, row in told.items() if found.get(claim) != row),
        doubled=sorted(claim for claim, times in Counter(row[0] for row in rows).items() if times > 1),
        stray=sorted(found.keys() - told.keys()),
        faults=list(check_storage(database, SystemClock()).faults),
    )
    database.close()
    return result


def crash(where: str, folder: Path, kills: int, seed: int, longest: float = LONGEST) -> Outcome:
    """Kill that many writers on a furnished desk, then let the others finish, and judge what is left.

    ``longest`` is the time between two kills at most, in seconds.
    """
    floor, dice = Floor(where, folder), random.Random(seed)
    for name in WRITERS:
        floor.start(name)
    if not kills:
        sys.stdin.read()
    for _ in range(kills):
        floor.kill_one(dice, longest)
    return judge(locate(where), folder, kills, floor.close())


if __name__ == "__main__":
    database, place, number, start = sys.argv[1:]
    print(json.dumps(asdict(crash(database, Path(place), int(number), int(start)))))
