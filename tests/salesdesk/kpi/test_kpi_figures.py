"""A small history counted by hand, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from salesdesk.access.people import NewUser, add_user, find_person
from salesdesk.access.sitting import Sitting
from salesdesk.clients.draft import draft_from_row
from salesdesk.clients.store import Arrival, add_clients
from salesdesk.desk.answer import Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.kpi.figures import Figures, KpiReport, kpi
from salesdesk.storage.database import Database
from salesdesk.storage.location import Location
from salesdesk.storage.models import Attempt, Import, Task, Undo, key_of
from salesdesk.storage.schema import open_database
from salesdesk.work.rulebook import current, save, version_row
from salesdesk.work.views import Handed, Recorded
from tests.support.clock import NOON, StillClock
from tests.support.people import sitting

Hire = Callable[..., Desk]
Arrive = Callable[..., int]
Call = Callable[..., Recorded]
Report = Callable[..., KpiReport]

NO_CALLS = Figures()


@pytest.fixture
def history(hire: Hire, arrive: Arrive, call: Call, clock: StillClock) -> None:
    """Five calls at noon: Anna misses A, wakes B and sells to C; Ivan is refused by D and sells to E."""
    anna, ivan = hire("anna"), hire("ivan")
    hire("olga", "lead"), hire("petro")
    for name in "ABCDE":
        arrive(name)
    call(anna, "A", Said("no-answer", "busy", seconds=20))
    call(anna, "B", Said("interested", seconds=120))
    call(anna, "C", Said("paid", amount="1000", seconds=300))
    call(ivan, "D", Said("refused", "price"))
    call(ivan, "E", Said("paid", amount="500.50", seconds=100))


def take_back(database: Database, attempt: int) -> None:
    with database.write() as session:
        by = session.get_one(Attempt, attempt).user_id
        session.add(Undo(attempt_id=attempt, user_id=by, at=NOON))


@pytest.mark.usefixtures("history")
def test_the_team_of_today(figures: Report) -> None:
    assert figures().team == Figures(
        calls=5,
        reached=4,
        contact_rate=4 / 5,
        won=2,
        lost=1,
        archived=0,
        revenue=1500.5,
        average_check=1500.5 / 2,
        conversion=2 / 4,
        talk_seconds=540,
        refusals=1,
    )


@pytest.mark.usefixtures("history")
def test_each_manager_and_those_without_calls(figures: Report) -> None:
    rows = {row.key: row.figures for row in figures().rows}
    assert list(rows) == ["anna", "ivan", "petro"]
    anna, ivan = rows["anna"], rows["ivan"]
    assert (anna.calls, anna.reached, anna.won, anna.lost, anna.revenue, anna.talk_seconds) == (3, 2, 1, 0, 1000, 440)
    assert (ivan.calls, ivan.reached, ivan.won, ivan.lost, ivan.revenue, ivan.conversion) == (2, 2, 1, 1, 500.5, 0.5)
    assert rows["petro"] == NO_CALLS


@pytest.mark.usefixtures("history")
def test_one_person_sees_themselves_as_the_team(figures: Report) -> None:
    everybody, own = figures(), figures(manager="ivan")
    assert [row.key for row in own.rows] == ["ivan"]
    assert own.team == own.rows[0].figures == everybody.rows[1].figures


@pytest.mark.usefixtures("history")
def test_a_call_taken_back_counts_for_nothing(figures: Report, database: Database) -> None:
    with database.read() as session:
        last = session.exec(select(Attempt).order_by(Attempt.id.desc())).first()  # type: ignore[union-attr]
        assert last is not None
    take_back(database, key_of(last))
    team = figures().team
    assert (team.calls, team.reached, team.won, team.revenue, team.talk_seconds) == (4, 3, 1, 1000, 440)


def test_nothing_to_divide_by_gives_none(figures: Report) -> None:
    report = figures()
    assert report.team == NO_CALLS
    assert report.team.contact_rate is report.team.conversion is report.team.average_check is None
    assert report.previous.overdue is None


def test_a_client_reached_twice_is_one_client(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    arrive("A")
    again = call(anna, "A", Said("call-back", at="+1h")).next_due_at
    assert again is not None
    clock.at = again
    call(anna, "A", Said("paid", amount="10"))
    team = figures().team
    assert (team.reached, team.won, team.conversion) == (2, 1, 1.0)


def test_the_archive_is_counted(hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report) -> None:
    anna = hire("anna")
    arrive("A")
    for _ in range(4):
        due = call(anna, "A").next_due_at
        assert due is not None
        clock.at = due
    call(anna, "A")
    team = figures().team
    assert (team.calls, team.reached, team.archived, team.lost) == (1, 0, 1, 0)


def test_money_of_another_currency_stands_apart(
    *, hire: Hire, arrive: Arrive, call: Call, database: Database, clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    arrive("A"), arrive("B")
    call(anna, "A", Said("paid", amount="70.25"))
    with database.write() as session:
        text = version_row(session).toml.replace('currency = "USD"', 'currency = "JPY"')
        save(session, text, author_id=None, note="moved", now=clock.now())
    call(anna, "B", Said("paid", amount="9000"))
    report = figures()
    assert report.currency == "JPY"
    assert (report.team.won, report.team.revenue, report.team.revenue_other) == (2, 9000, {"USD": 70.25})
    assert report.team.average_check == 9000
    assert report.rows[0].figures.revenue_other == {"USD": 70.25}


def test_an_amount_said_on_an_earlier_call_is_the_deals(
    hire: Hire, arrive: Arrive, call: Call, database: Database, figures: Report
) -> None:
    anna = hire("anna")
    arrive("A")
    call(anna, "A", Said("paid", amount="70"))
    with database.write() as session:  # as it is where the button that ends the deal asks for no amount
        attempt = session.exec(select(Attempt)).one()
        attempt.amount_minor = attempt.currency = None
    assert figures().team.revenue == 70


def test_a_day_ends_at_midnight_of_the_home_zone(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    clock.at = clock.at.replace(hour=21, minute=59, second=59)  # 23:59:59 in Kyiv, 11:59:59 in Honolulu
    arrive("A", phone="+1 808 555 1234", zone="Pacific/Honolulu")
    arrive("B", phone="+1 808 555 1235", zone="Pacific/Honolulu")
    call(anna, "A")
    clock.forward(seconds=1)
    call(anna, "B", Said("interested"))
    report = figures()
    assert report.period.as_json() == {"from": "2026-11-24", "to": "2026-11-24"}
    assert (report.team.calls, report.team.reached, report.previous.calls) == (1, 1, 0)
    assert figures(since=date(2026, 11, 23), until=date(2026, 11, 23)).team.calls == 1
    days = figures("day", date(2026, 11, 22))
    assert [(row.key, row.figures.calls) for row in days.rows] == [
        (date(2026, 11, 22), 0),
        (date(2026, 11, 23), 1),
        (date(2026, 11, 24), 1),
    ]


def test_an_unfinished_day_is_compared_up_to_the_same_hour(
    hire: Hire, arrive: Arrive, call: Call, clock: StillClock, figures: Report
) -> None:
    anna = hire("anna")
    for name in "ABC":
        arrive(name)
    call(anna, "A", Said("interested"))
    clock.forward(hours=2)
    call(anna, "B", Said("paid", amount="1"))
    clock.forward(hours=23)
    report = figures()
    assert (report.team.calls, report.previous.calls, report.previous.won) == (0, 1, 0)
    clock.forward(hours=1)
    assert figures().previous.calls == 2
    clock.forward(days=1)
    assert figures(since=date(2026, 11, 24), until=date(2026, 11, 24)).previous.calls == 2


def test_the_json_is_the_contracts(hire: Hire, arrive: Arrive, call: Call, figures: Report) -> None:
    anna = hire("anna")
    arrive("A")
    call(anna, "A", Said("paid", amount="12"))
    report = figures("day").as_json()
    assert list(report) == ["period", "previous", "team", "rows"]
    fields = (
        "calls reached contact_rate won lost archived revenue average_check conversion speed_to_lead_seconds "
        "speed_to_lead_share promises_due promises_kept overdue talk_seconds refusals revenue_other"
    )
    assert set(report["team"]) == set(report["previous"]) == set(fields.split())
    assert report["rows"] == [{"day": "2026-11-23", **report["team"]}]


@pytest.mark.parametrize("by", ["week", "", "Manager", "user_id"])
def test_an_unknown_word_is_refused(figures: Report, by: str) -> None:
    with pytest.raises(BadRequest, match="broken down") as fault:
        figures(by)
    assert "manager, day, hour, status, source, rung" in fault.value.mend


def test_an_unknown_manager_and_reversed_days_are_refused(figures: Report) -> None:
    with pytest.raises(NothingToDo, match="nobody"):
        figures(manager="nobody")
    with pytest.raises(BadRequest, match="before it begins"):
        figures(since=date(2026, 11, 24))


SAYINGS = st.sampled_from(
    [
        Said("no-answer", "not-answering"),
        Said("interested", seconds=30),
        Said("paid", amount="10.10"),
        Said("paid", amount="0.01"),
        Said("refused", "price"),
        Said("wrong-number"),
    ]
)


@settings(max_examples=15)
@given(happened=st.lists(st.tuples(st.integers(0, 2), SAYINGS, st.booleans()), max_size=12))
def test_the_team_is_the_sum_of_its_people(
    sqlite_desk: Callable[[Path], Location],
    tmp_path_factory: pytest.TempPathFactory,
    happened: list[tuple[int, Said, bool]],
) -> None:
    database, clock = open_database(sqlite_desk(tmp_path_factory.mktemp("sums"))), StillClock(NOON)
    with database.write() as session:
        people = [_hired(database, session, clock, name) for name in ("anna", "ivan", "olga")]
        rows = [{"name": ["C"], "phone": [f"+38067123{1000 + n}"]} for n in range(len(happened))]
        drafts = [draft_from_row(row, {}, country="UA", at=clock.now()) for row in rows]
        add_clients(session, drafts, Arrival(current(session), clock.now(), "planned"))
    for who, said, undone in happened:
        assert isinstance(people[who].next_task(), Handed)
        recorded = people[who].record_outcome(said)
        if undone:
            take_back(database, recorded.attempt_id)
    report = kpi(sitting(database, clock), since=None, until=None, by="manager", manager=None)
    for name in ("calls", "reached", "won", "lost", "talk_seconds"):
        assert getattr(report.team, name) == sum(getattr(row.figures, name) for row in report.rows)
    assert report.team.calls == sum(not undone for _, _, undone in happened)
    assert report.team.revenue == pytest.approx(sum(row.figures.revenue for row in report.rows))
    database.close()


def _hired(database: Database, session: Session, clock: StillClock, name: str) -> Desk:
    add_user(session, NewUser(name, "manager"), clock.now())
    return Desk(Sitting(database, clock, find_person(session, name)))


def test_a_task_of_an_unfinished_import_is_not_overdue(
    *, hire: Hire, arrive: Arrive, call: Call, clock: StillClock, database: Database, figures: Report
) -> None:
    anna = hire("anna")
    arrive("A")
    call(anna, "A")
    clock.forward(hours=1)
    assert figures().team.overdue == 1
    with database.write() as session:
        running = Import(file_name="x.csv", user_id=anna.person.id, started_at=clock.now())
        session.add(running)
        session.flush()
        task = session.exec(select(Task).where(Task.closed_at == None)).one()  # noqa: E711
        task.import_id = running.id
    assert figures().team.overdue == 0
    with database.write() as session:
        session.get_one(Import, running.id).finished_at = clock.now()
    assert figures().team.overdue == 1
