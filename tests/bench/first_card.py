"""How long until the first card, on a base of 10,000 clients, beside a bare hello app of the same libraries.

Run it alone on a quiet machine: ``python tests/bench/first_card.py [ROUNDS]``. Both programs run in turn in a real
terminal. The hello app is what anybody would write with Typer, SQLModel and Textual: one command that reads one row
of a small SQLite file and shows it. Goal: the desk takes at most 1.5 times as long.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from salesdesk.access.people import NewUser, add_user
from salesdesk.clients.draft import ClientDraft, draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.clock import SystemClock
from salesdesk.founding.init import Home, init
from salesdesk.storage.location import locate
from salesdesk.work.rulebook import current, save, version_row
from tests.support.terminal import PROGRAM, Terminal

CLIENTS = 10_000
BATCH = 1000
ROUNDS = 7
GOAL = 1.5
HELLO = """
import typer
from sqlmodel import Field, Session, SQLModel, create_engine, select
from textual.app import App
from textual.widgets import Static

class Client(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str

class Hello(App):
    def __init__(self, name):
        super().__init__()
        self.client = name

    def compose(self):
        yield Static(f"What happened? {self.client}")

def main(path: str):
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        if session.exec(select(Client)).first() is None:
            session.add(Client(name="Olena"))
            session.commit()
        name = session.exec(select(Client)).first().name
    Hello(name).run()

typer.run(main)
"""
SHOWN = "What happened?"  # stands on both first screens


def drafts(count: int) -> Iterator[ClientDraft]:
    """Invented clients of four countries."""
    now = SystemClock().now()
    firsts = (380_67_2000000, 49_151_20000000, 44_7911_000000, 7_701_2000000)
    for number in range(count):
        cells = {
            "name": [f"Client {number}"],
            "phone": [f"+{firsts[number % len(firsts)] + number}"],
            "company": [f"Company {number // 3}"],
        }
        yield draft_from_row(cells, {}, country="UA", at=now)


def fill(path: Path, clients: int = CLIENTS) -> None:
    """A desk that is open at any hour, with all its clients due."""
    now = SystemClock().now()
    database = init(locate(str(path)), SystemClock(), admin="boss", place=Home("UA", "Europe/Kyiv")).database
    with database.write() as session:
        always = version_row(session).toml.replace("09:00-20:00", "00:00-24:00")
        save(session, always, author_id=None, note="open at any hour", now=now)
        add_user(session, NewUser("anna", "manager"), now)
    source = drafts(clients)
    while batch := list(islice(source, BATCH)):
        with database.write() as session:
            add_clients(session, batch, Arrival(current(session), now, "planned"))
    database.close()


def seconds_to_show(command: list[str], home: str) -> float:
    """From the start of a program to its first words on the screen."""
    started = time.perf_counter()
    with Terminal(command, {"HOME": home}, columns=120, rows=32) as terminal:
        terminal.wait_for(SHOWN)
        return time.perf_counter() - started


def main() -> None:
    """Print the medians and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "hello.py").write_text(HELLO)
        fill(home / "desk.db")
        commands = {
            "hello": [sys.executable, str(home / "hello.py"), str(home / "hello.db")],
            "desk": [PROGRAM, "--db", str(home / "desk.db"), "desk", "--as", "anna"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(rounds + 1):  # the first turn warms the disk's cache and is not counted
            for name, command in commands.items():
                taken = seconds_to_show(command, folder)
                if turn:
                    times[name].append(taken)
    hello, desk = (statistics.median(times[name]) for name in ("hello", "desk"))
    for name, all_taken in times.items():
        print(f"{name:<6} median {statistics.median(all_taken) * 1000:6.0f} ms   best {min(all_taken) * 1000:6.0f} ms")
    print(f"first card with {CLIENTS:,} clients: {desk / hello:.2f} x the hello app (goal {GOAL}), {rounds} rounds")


if __name__ == "__main__":
    main()
