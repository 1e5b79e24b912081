"""Importing files of clients on both engines: what comes in, what is turned away, and that nothing stays half-done."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, func, select

from salesdesk.access.people import Person, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.queries import list_clients
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, StorageError
from salesdesk.imports.importing import ImportReport, ImportRequest, import_clients
from salesdesk.imports.reading import BATCH
from salesdesk.imports.unfinished import STALE, begin, sweep
from salesdesk.storage.database import Database
from salesdesk.storage.models import Area, Client, Deal, Import, Phone, Suppression, Task
from salesdesk.work.suppression import digest_of
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import StillClock
from tests.support.people import sitting

SAMPLES = Path(__file__).parents[3] / "sample_data"
KEPT: tuple[type[SQLModel], ...] = (Client, Phone, Deal, Task)

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Bring = Callable[..., ImportReport]


@pytest.fixture
def boss(database: Database) -> Person:
    with database.read() as session:
        return find_person(session, "boss")


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV file of these lines."""

    def write(*lines: str, name: str = "clients.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def bring(database: Database, clock: StillClock, boss: Person, table: Callable[..., Path]) -> Bring:
    """Imports these lines."""

    def run(*lines: str, **options: Any) -> ImportReport:
        return import_clients(Sitting(database, clock, boss), ImportRequest(table(*lines), **options))

    return run


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.merged, report.skipped, report.rejected


def rejected(report: ImportReport) -> list[dict[str, str]]:
    assert report.rejects_file is not None
    with report.rejects_file.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sizes(database: Database) -> list[int]:
    with database.read() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in KEPT]


def only_client(database: Database, *where: Any) -> Client:
    with database.read() as session:
        return session.exec(select(Client).where(*where)).one()


def numbers_of(session: Session, client_id: int | None) -> list[str]:
    query = select(Phone.e164).where(Phone.client_id == client_id).order_by(col(Phone.position))
    return list(session.exec(query))


def test_imported_clients_are_due_at_once_and_for_anybody(database: Database, bring: Bring, hire: Hire) -> None:
    report = bring("Name,Phone,City,Budget", "Olena,067 123 45 67,Kyiv,500", "Ivan,050 123 45 67,Lviv,")
    assert report.as_json() == {
        "read": 2,
        "created": 2,
        "merged": 0,
        "skipped": 0,
        "rejected": 0,
        "rejects_file": None,
        "seconds": report.as_json()["seconds"],
        "columns": {"name": "Name", "phone": "Phone", "city": "City"},
    }
    handed = hire("anna").next_task()
    assert isinstance(handed, Handed)
    assert (handed.client.name, handed.task.feed, handed.client.custom) == ("Olena", "planned", {"Budget": "500"})
    with database.read() as session:
        done = session.exec(select(Import)).one()
        assert done.finished_at is not None
        assert done.counts["created"] == 2


def test_the_sample_files_come_in_whole(database: Database, clock: StillClock, boss: Person, tmp_path: Path) -> None:
    messy = tmp_path / "messy.csv"
    messy.write_bytes((SAMPLES / "messy.csv").read_bytes())
    report = import_clients(Sitting(database, clock, boss), ImportRequest(messy, country="UA"))
    assert counts(report) == (15, 3, 0, 7)
    rows = rejected(report)
    assert [int(row["row"]) for row in rows] == [6, 7, 8, 10, 11, 14, 15]
    assert all(row["reason"] for row in rows)
    # The delimiter that split the comment of row 14 is put back, so that the cell can be mended.
    assert ";" in next(row for row in rows if row["row"] == "14")["Коментар"]
    everybody = import_clients(Sitting(database, clock, boss), ImportRequest(SAMPLES / "clients.csv"))
    assert counts(everybody) == (203, 0, 0, 0)
    assert everybody.rejects_file is None


def test_a_dry_run_says_the_same_and_writes_nothing(
    database: Database, clock: StillClock, boss: Person, arrive: Arrive, tmp_path: Path
) -> None:
    arrive(phone="+380440005102")
    messy = tmp_path / "messy.csv"
    messy.write_bytes((SAMPLES / "messy.csv").read_bytes())
    before = sizes(database)
    dry = import_clients(Sitting(database, clock, boss), ImportRequest(messy, dry_run=True))
    assert sizes(database) == before
    assert [path.name for path in tmp_path.glob("*.csv")] == ["messy.csv"]
    assert dry.rejects_file is None
    with database.read() as session:
        assert session.exec(select(func.count(col(Import.id)))).one() == 0
    assert counts(dry) == counts(import_clients(Sitting(database, clock, boss), ImportRequest(messy)))


def test_rejects_are_harmless_in_a_spreadsheet_and_come_in_again_when_mended(
    database: Database, clock: StillClock, boss: Person, bring: Bring, table: Callable[..., Path]
) -> None:
    report = bring("Name,Phone,@note", "=1+1,12345,+1", "-2,123,-1", '"\tTab",1,', "Olena,0671234567,x")
    assert report.rejects_file is not None
    assert report.rejects_file.name == "clients.rejects.csv"
    rows = rejected(report)
    assert [row["Name"] for row in rows] == ["'=1+1", "'-2", "'\tTab"]
    assert [row["'@note"] for row in rows] == ["'+1", "'-1", ""]
    assert [row["row"] for row in rows] == ["1", "2", "3"]
    assert "too short" in rows[0]["reason"]
    text = report.rejects_file.read_text(encoding="utf-8-sig").replace("12345", "0501234567")
    again = table(text.rstrip("\n"), name="mended.csv")
    report = import_clients(Sitting(database, clock, boss), ImportRequest(again))
    assert counts(report) == (1, 0, 0, 2)
    assert list(rejected(report)[0]) == ["Name", "Phone", "'@note", "row", "reason"]
    assert "reason" not in only_client(database, col(Client.name).contains("1+1")).custom


def test_the_rejects_never_take_the_place_of_the_file_that_is_read(
    database: Database, clock: StillClock, boss: Person, table: Callable[..., Path], tmp_path: Path
) -> None:
    real = table("Name,Phone", "A,1", name="clients.rejects.csv")
    alias = tmp_path / "clients.csv"
    alias.symlink_to(real)
    with pytest.raises(BadRequest, match="rejected rows cannot be written"):
        import_clients(Sitting(database, clock, boss), ImportRequest(alias))
    assert real.read_text(encoding="utf-8") == "Name,Phone\nA,1\n"
    assert sizes(database) == [0, 0, 0, 0]


def test_a_directory_in_the_way_of_the_rejects_is_told_before_anything_is_written(
    database: Database, bring: Bring, tmp_path: Path
) -> None:
    (tmp_path / "clients.rejects.csv").mkdir()
    with pytest.raises(BadRequest, match="rejected rows cannot be written") as fault:
        bring("Name,Phone", "Olena,0671234567", "Bad,1")
    assert fault.value.mend
    assert sizes(database) == [0, 0, 0, 0]


def test_gaps_of_a_client_are_filled_and_nothing_is_overwritten(database: Database, bring: Bring, hire: Hire) -> None:
    anna = hire("anna").person
    bring("Name,Phone,Company,Note,Email,Budget", "Olena,0671234567,Vikna,old,a@example.com,1")
    report = bring(
        "Name,Phone,Company,City,Email,Note,Owner,Budget,Size",
        '"Olena K.","0671234567, 0501234567",Dveri,Kyiv,"A@example.com, b@example.com",new,anna,2,10',
    )
    assert counts(report) == (0, 1, 0, 0)
    client = only_client(database)
    assert (client.name, client.company, client.city, client.note) == ("Olena", "Vikna", "Kyiv", "old; new")
    assert client.emails == ["a@example.com", "b@example.com"]
    assert client.custom == {"Budget": "1", "Size": "10"}
    assert client.owner_id == anna.id
    assert "+380501234567" in client.search_key
    assert "b@example.com" in client.search_key
    with database.read() as session:
        assert numbers_of(session, client.id) == ["+380671234567", "+380501234567"]
    assert counts(bring("Name,Phone,Note", "Olena,0501234567,new")) == (0, 1, 0, 0)
    assert only_client(database).note == "old; new"


def test_rows_with_the_same_number_become_one_client(database: Database, bring: Bring) -> None:
    report = bring(
        "Name,Phone,City,Note",
        "Olena,0671234567,,first",
        '"O. K.","0671234567, 0501234567",Kyiv,second',
        "Third,0501234567,Lviv,second",
        "Other,0631234567,,",
    )
    assert counts(report) == (2, 2, 0, 0)
    client = only_client(database, Client.name == "Olena")
    assert (client.city, client.note) == ("Kyiv", "first; second")
    with database.read() as session:
        assert numbers_of(session, client.id) == ["+380671234567", "+380501234567"]


def test_a_name_takes_the_place_of_a_number_that_stood_in_for_it(database: Database, bring: Bring) -> None:
    bring("Name,Phone", ",0671234567")
    assert only_client(database).name == "+380 67 123 4567"
    bring("Name,Phone", "Olena,0671234567")
    assert only_client(database).name == "Olena"


@pytest.mark.parametrize(
    ("way", "expected", "reasons"),
    [
        ("merge", (1, 2, 0, 1), ["its numbers are those of client {id} and row 2 of this file"]),
        ("skip", (1, 0, 3, 0), []),
        (
            "reject",
            (1, 0, 0, 3),
            ["already client {id}", "already row 2 of this file", "already client {id} and row 2 of this file"],
        ),
    ],
)
def test_ways_with_duplicates(
    bring: Bring, arrive: Arrive, way: str, expected: tuple[int, ...], reasons: list[str]
) -> None:
    client_id = arrive(phone="+380671234567")
    lines = ["Name,Phone", "A,0671234567", "B,0501234567", "C,0501234567", 'D,"0671234567, 0501234567"']
    assert counts(bring(*lines, on_duplicate=way, dry_run=True)) == expected
    report = bring(*lines, on_duplicate=way)
    assert counts(report) == expected
    found = [row["reason"] for row in rejected(report)] if reasons else []
    assert found == [reason.format(id=client_id) for reason in reasons]


def test_numbers_of_two_clients_are_named(bring: Bring, arrive: Arrive) -> None:
    first, second = arrive(phone="+380671234567"), arrive(phone="+380501234567")
    report = bring("Name,Phone", 'Both,"0671234567, 0501234567"')
    assert rejected(report)[0]["reason"] == f"its numbers are those of client {first} and client {second}"


def test_a_place_that_became_known_moves_the_task_to_its_hours(
    database: Database, clock: StillClock, bring: Bring, arrive: Arrive
) -> None:
    client_id = arrive("Unsure", phone="+79161234567")
    bring("Name,Phone,Zone", "Sure,+79161234567,Asia/Vladivostok")
    client = only_client(database)
    assert (client.zone, client.zone_source) == ("Asia/Vladivostok", "given")
    with database.read() as session:
        task = session.exec(select(Task).where(Task.client_id == client_id)).one()
        assert task.area_id == client.area_id
        assert session.get_one(Area, client.area_id).zones == "Asia/Vladivostok"
        assert task.due_at == clock.now() + timedelta(hours=13)  # 20:00 there: tomorrow at 09:00


def test_suppressed_numbers_stay_silent(database: Database, clock: StillClock, bring: Bring, arrive: Arrive) -> None:
    client_id = arrive(phone="+380671234567")
    with database.write() as session:
        session.exec(select(Phone)).one().dnc = True
        session.add(Suppression(digest=digest_of(session, "+380631234567"), created_at=clock.now()))
    bring("Name,Phone", 'A,"0671234567, 0501234567"', "B,0631234567")
    with database.read() as session:
        assert all(phone.dnc for phone in session.exec(select(Phone)))
        assert len(numbers_of(session, client_id)) == 2
    assert only_client(database, Client.name == "B").status == "refused"


def test_owners_statuses_and_preferred_times_of_the_rows(
    database: Database, clock: StillClock, bring: Bring, hire: Hire
) -> None:
    hire("anna"), hire("ivan")
    report = bring(
        "Name,Phone,Owner,Status,Prefer",
        "A,0671234567,anna,Paid,",
        "B,0501234567,,,tomorrow 10",
        "C,0631234567,nobody,,",
        "D,0661234567,,asleep,",
        "E,0681234567,,,after lunch",
        owner="ivan",
        source="expo",
    )
    assert counts(report) == (3, 0, 0, 2)
    assert ["nobody" in row["reason"] or "asleep" in row["reason"] for row in rejected(report)] == [True, True]
    clients = {view.name: view for view in list_clients(sitting(database, clock))}
    assert (clients["A"].owner, clients["A"].status, clients["A"].task) == ("anna", "paid", None)
    task = clients["B"].task
    assert task is not None
    assert (clients["B"].owner, clients["B"].source, task.feed) == ("ivan", "expo", "callback")
    assert task.due_at == clock.now() + timedelta(hours=22)
    assert clients["E"].custom == {"prefer": "after lunch"}


DOUBTFUL = {
    "after 15": ("+15m", "15:00"),
    "after 10:00": ("+10h", "10:00"),
    "in 15:00": ("+15h", "15:00"),
    "за 15:00": ("+15h", "15:00"),
    "через 9:30": ("+9h30m", "9:30"),
    "3 дня": ("+3d", "3 pm"),
    "tonight 7am": ("7:00", "19:00"),
}


def test_a_preferred_time_with_two_readings_is_never_booked(database: Database, bring: Bring) -> None:
    rows = [f"N{number},06712345{number:02d},{text}" for number, text in enumerate(DOUBTFUL, 10)]
    assert counts(bring("Name,Phone,Prefer", *rows)) == (len(DOUBTFUL), 0, 0, 0)
    with database.read() as session:
        assert {row.custom["prefer"] for row in session.exec(select(Client))} == set(DOUBTFUL)
        assert {task.feed for task in session.exec(select(Task))} == {"planned"}


def test_in_a_column_said_to_hold_times_both_readings_are_named(bring: Bring) -> None:
    rows = [f"N{number},06712345{number:02d},{text}" for number, text in enumerate(DOUBTFUL, 10)]
    report = bring("Name,Phone,Best", *rows, "A,0671234599,12 дня", mapping={"prefer": "Best"})
    assert counts(report) == (1, 0, 0, len(DOUBTFUL))
    for row, (text, readings) in zip(rejected(report), DOUBTFUL.items(), strict=True):
        assert row["reason"].startswith(f'Preferred time: "{text}" can be ')
        assert all(reading in row["reason"] for reading in readings)


LONG = ["Name,Phone,City", *(f"N{n},+38067{1_000_000 + n},Kyiv" for n in range(BATCH * 2 + 10))]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, StorageError])
def test_an_interrupted_import_leaves_nothing(
    database: Database, clock: StillClock, boss: Person, bring: Bring, table: Callable[..., Path], *, fault: type
) -> None:
    bring("Name,Phone", "Here before,+380671000000")
    before, path = sizes(database), table(*LONG, "Bad,1,")
    ticks = itertools.count(1)

    def interrupt(done: int, total: int) -> None:
        assert 0 < done <= total
        if next(ticks) == 3:
            assert sizes(database)[0] > BATCH
            raise fault("stop")

    with pytest.raises(fault):
        import_clients(Sitting(database, clock, boss), ImportRequest(path), interrupt)
    assert sizes(database) == before
    assert only_client(database).city == ""
    assert [found.name for found in path.parent.iterdir() if "reject" in found.name] == []
    with database.read() as session:
        assert session.exec(select(Import.counts).order_by(col(Import.id).desc())).first() == {"aborted": True}
    assert counts(import_clients(Sitting(database, clock, boss), ImportRequest(path))) == (BATCH * 2 + 9, 1, 0, 1)


@dataclass
class FailingClock(StillClock):
    """Interrupts whoever asks it the ``fails``-th time."""

    fails: int = 0
    asked: int = 0

    def now(self) -> datetime:
        self.asked += 1
        if self.asked == self.fails:
            raise KeyboardInterrupt
        return self.at


def test_an_interruption_of_the_last_step_leaves_clients_as_they_were(
    database: Database, clock: StillClock, boss: Person, arrive: Arrive, table: Callable[..., Path]
) -> None:
    arrive(phone="+380671234567")
    request = ImportRequest(table("Name,Phone,City", 'A,"0671234567, 0501234567",Kyiv', "B,0631234567,Kyiv", "C,1,"))
    # Asked when the import opens, begins, writes its batch, begins its last step, and with the merging done ends it.
    for fails in range(1, 6):
        with pytest.raises(KeyboardInterrupt):
            import_clients(Sitting(database, FailingClock(clock.now(), fails), boss), request)
        assert sizes(database) == [1, 1, 1, 1]
        assert only_client(database).city == ""
        assert not list(request.path.parent.glob("*rejects*"))
    report = import_clients(Sitting(database, FailingClock(clock.now(), 6), boss), request)
    assert counts(report) == (1, 1, 0, 1)


def test_nobody_sees_clients_of_an_import_that_is_not_finished(
    database: Database, clock: StillClock, boss: Person, table: Callable[..., Path], hire: Hire
) -> None:
    anna, seen = hire("anna"), []

    def look(done: int, total: int) -> None:
        nothing = anna.next_task()
        assert isinstance(nothing, NothingDue)
        seen.append((nothing.waiting, len(list_clients(sitting(database, clock)))))

    import_clients(Sitting(database, clock, boss), ImportRequest(table(*LONG)), look)
    assert seen == [(0, 0)] * 3
    assert isinstance(anna.next_task(), Handed)


def _leave_unfinished(database: Database, clock: StillClock, boss: Person, path: Path) -> None:
    """Import and then, as if the process had been killed before its last step, open the import again."""
    import_clients(Sitting(database, clock, boss), ImportRequest(path))
    with database.write() as session:
        row = session.exec(select(Import)).one()
        row.finished_at, row.counts = None, {"alive_at": clock.now().isoformat()}


def test_another_running_import_is_left_alone_and_its_numbers_are_refused(
    database: Database, clock: StillClock, boss: Person, bring: Bring, table: Callable[..., Path]
) -> None:
    _leave_unfinished(database, clock, boss, table("Name,Phone", "A,0671234567"))
    clock.forward(seconds=STALE.total_seconds() - 1)
    report = bring("Name,Phone", "A,0671234567", "B,0501234567")
    assert counts(report) == (1, 0, 0, 1)
    assert rejected(report)[0]["reason"] == "import 1, not finished yet, has the number"
    assert sizes(database)[0] == 2


def test_what_a_killed_import_left_is_swept_away(
    database: Database, clock: StillClock, boss: Person, bring: Bring, table: Callable[..., Path]
) -> None:
    _leave_unfinished(database, clock, boss, table("Name,Phone", "A,0671234567", "C,0631234567"))
    clock.forward(seconds=STALE.total_seconds() + 1)
    assert counts(bring("Name,Phone", "A,0671234567", "B,0501234567")) == (2, 0, 0, 0)
    assert [view.name for view in list_clients(sitting(database, clock))] == ["A", "B"]
    assert sizes(database) == [2, 2, 2, 2]


def test_an_import_that_was_taken_for_dead_stops(
    database: Database, clock: StillClock, boss: Person, table: Callable[..., Path]
) -> None:
    def sleep_and_be_swept(done: int, total: int) -> None:
        clock.forward(hours=2)
        sweep(database, clock)

    with pytest.raises(StorageError, match="stood still"):
        import_clients(Sitting(database, clock, boss), ImportRequest(table(*LONG)), sleep_and_be_swept)
    assert sizes(database) == [0, 0, 0, 0]


def test_a_finished_import_is_never_swept(database: Database, clock: StillClock, bring: Bring) -> None:
    bring("Name,Phone", "A,0671234567")
    clock.forward(days=2)
    sweep(database, clock)
    assert sizes(database) == [1, 1, 1, 1]


def test_an_import_that_wrote_nothing_yet_is_swept_too(database: Database, clock: StillClock, boss: Person) -> None:
    import_id = begin(database, "x.csv", boss.id, clock.now())
    clock.forward(hours=1)
    sweep(database, clock)
    with database.read() as session:
        row = session.get_one(Import, import_id)
        assert (row.finished_at, row.counts) == (clock.now(), {"aborted": True})


def test_a_manager_may_not_import(
    database: Database, clock: StillClock, hire: Hire, table: Callable[..., Path]
) -> None:
    path = table("Name,Phone", "A,0671234567")
    with pytest.raises(NotAllowed):
        import_clients(Sitting(database, clock, hire("anna").person), ImportRequest(path))
    assert import_clients(Sitting(database, clock, hire("maria", "lead").person), ImportRequest(path)).created == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"country": "Atlantis"}, "not a country"),
        ({"owner": "nobody"}, "nobody"),
        ({"encoding": "klingon"}, "klingon"),
        ({"mapping": {"phone": "Nummer"}}, "Nummer"),
        ({"on_duplicate": "marry"}, "marry"),
    ],
)
def test_wrong_requests_write_nothing(database: Database, bring: Bring, options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest, match=words) as fault:
        bring("Name,Phone", "A,0671234567", **options)
    assert fault.value.mend
    with database.read() as session:
        assert session.exec(select(func.count(col(Import.id)))).one() == 0


def test_a_file_without_a_phone_column_names_its_columns(bring: Bring) -> None:
    with pytest.raises(BadRequest, match='"Name", "Age"') as fault:
        bring("Name,Age", "A,5")
    assert "--map phone=COLUMN" in fault.value.mend


def test_two_imports_of_one_file_at_once_bring_every_number_once(
    database: Database, clock: StillClock, boss: Person, table: Callable[..., Path]
) -> None:
    paths = [table(*LONG, name=f"{name}.csv") for name in ("one", "two")]
    with ThreadPoolExecutor(2) as pool:
        reports = list(
            pool.map(lambda path: import_clients(Sitting(database, clock, boss), ImportRequest(path)), paths)
        )
    assert sum(report.created for report in reports) == len(LONG) - 1
    assert sizes(database) == [len(LONG) - 1] * 4
