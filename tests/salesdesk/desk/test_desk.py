"""The desk's own job on both engines: claim, outcome, release, and what never may happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import func, select

from rules.zonetime import to_local
from salesdesk.desk.answer import PromiseOutside, Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo
from salesdesk.storage.database import Database
from salesdesk.storage.models import Attempt, Client, Deal, Phone, Suppression, Task, User
from salesdesk.work.views import Handed, NothingDue
from tests.support.clock import StillClock

Hire = Callable[..., Desk]
Arrive = Callable[..., int]

MISS = Said("no-answer", "not-answering")


def taken(desk: Desk) -> Handed:
    handed = desk.next_task()
    assert isinstance(handed, Handed)
    return handed


def test_five_misses_climb_the_ladder_and_then_archive(
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna, client = hire("anna"), arrive()
    delays = []
    for miss in range(1, 6):
        handed = taken(anna)
        assert (handed.client.id, handed.client.misses) == (client, miss - 1)
        clock.forward(seconds=40)
        said_at = clock.now()
        done = anna.record_outcome(MISS)
        assert done.misses == miss
        if done.next_due_at is None:
            break
        delays.append(done.next_due_at - said_at)
        assert isinstance(anna.next_task(), NothingDue)
        clock.at = done.next_due_at
    assert delays == [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(days=1)]
    assert done.status == "archive"
    assert 'ladder "no-answer", rung 5 of 5: archive' in done.because
    with database.read() as session:
        assert session.exec(select(func.count()).where(Task.closed_at == None)).one() == 0  # noqa: E711
        assert session.get_one(Client, client).status == "archive"
        assert session.exec(select(Deal.closed_at)).one() == clock.now()


def test_asking_again_gives_the_same_claim(hire: Hire, arrive: Arrive) -> None:
    anna = hire("anna")
    arrive("A"), arrive("B")
    first, second = taken(anna), taken(anna)
    assert first.claim == second.claim
    assert first.client.id == second.client.id


def test_two_people_never_hold_the_same_client(hire: Hire, arrive: Arrive) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("A"), arrive("B")
    assert taken(anna).client.name == "A"
    assert taken(ivan).client.name == "B"


def test_an_outcome_said_twice_is_recorded_once(hire: Hire, arrive: Arrive, database: Database) -> None:
    anna = hire("anna")
    arrive()
    claim = taken(anna).claim
    first = anna.record_outcome(MISS, claim)
    again = anna.record_outcome(Said("paid", amount="100"), claim)
    assert again.repeated
    assert (again.attempt_id, again.status, again.next_due_at, again.because) == (
        first.attempt_id,
        first.status,
        first.next_due_at,
        first.because,
    )
    with database.read() as session:
        assert session.exec(select(func.count(Attempt.id))).one() == 1  # type: ignore[arg-type]


def test_after_a_crash_the_client_comes_back_to_who_held_it(
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive()
    claim = taken(anna).claim
    _expire(database, clock)
    assert taken(anna).claim == claim
    assert isinstance(ivan.next_task(), NothingDue)


def test_a_lapsed_claim_can_be_taken_and_the_late_outcome_is_told_who_has_it(
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive()
    claim = taken(anna).claim
    _expire(database, clock)
    taken(ivan)
    with pytest.raises(NothingToDo, match="ivan has the client now"):
        anna.record_outcome(MISS, claim)
    assert ivan.record_outcome(MISS).misses == 1
    assert isinstance(anna.next_task(), NothingDue)


def _expire(database: Database, clock: StillClock) -> None:
    """Let every lease run out, as after a crash; PostgreSQL's leases go by the server's clock, so the row is moved."""
    with database.write() as session:
        for task in session.exec(select(Task).where(Task.claimed_by != None)):  # noqa: E711
            task.claimed_until = clock.now() - timedelta(days=365)


def test_release_frees_the_client_at_once(hire: Hire, arrive: Arrive) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    client = arrive()
    taken(anna)
    released = anna.release()
    assert released is not None
    assert released.client.id == client
    assert anna.release() is None
    assert taken(ivan).client.id == client


def test_renew_is_refused_once_the_claim_is_lost(
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive()
    claim = taken(anna).claim
    assert anna.renew(claim)
    _expire(database, clock)
    taken(ivan)
    assert not anna.renew(claim)


def test_nobody_is_called_outside_the_window(hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna = hire("anna")
    arrive("Honolulu", phone="+1 808 555 1234", zone="Pacific/Honolulu")
    nothing = anna.next_task()
    assert isinstance(nothing, NothingDue)
    assert nothing.waiting == 1
    assert nothing.next_due_at is not None
    assert to_local(nothing.next_due_at, "Pacific/Honolulu").strftime("%H:%M") == "09:00"
    clock.at = nothing.next_due_at - timedelta(seconds=1)
    assert isinstance(anna.next_task(), NothingDue)
    clock.forward(seconds=1)
    assert taken(anna).client.name == "Honolulu"


def test_a_task_due_before_closing_is_not_handed_out_after_it(hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna = hire("anna")
    clock.at = clock.at.replace(hour=17, minute=50)  # 19:50 in Kyiv
    arrive()
    clock.forward(minutes=10)
    nothing = anna.next_task()
    assert isinstance(nothing, NothingDue)
    assert (nothing.waiting, nothing.closed) == (1, 1)


def test_an_unsure_zone_is_called_only_when_every_candidate_is_open(
    hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    anna = hire("anna")
    arrive("Moscow to Kamchatka", phone="+7 916 123 45 67")
    assert isinstance(anna.next_task(), NothingDue)
    nothing = anna.waiting()
    assert nothing.next_due_at is not None
    clock.at = nothing.next_due_at
    handed = taken(anna)
    assert handed.client.zone is None
    assert len(handed.client.zone_candidates) > 1
    for zone in handed.client.zone_candidates:
        assert 9 <= to_local(clock.now(), zone).hour < 20


def test_a_capped_client_is_moved_on_and_not_handed_out(
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna = hire("anna")
    client = arrive()
    clock.at = clock.at.replace(hour=7, minute=30)
    for _ in range(6):
        with database.write() as session:
            session.exec(select(Task).where(Task.closed_at == None)).one().due_at = clock.now()  # noqa: E711
            session.get_one(Client, client).misses = 0
        taken(anna)
        anna.record_outcome(MISS)
        clock.forward(minutes=20)
    with database.write() as session:
        session.exec(select(Task).where(Task.closed_at == None)).one().due_at = clock.now()  # noqa: E711
    nothing = anna.next_task()
    assert isinstance(nothing, NothingDue)
    assert nothing.next_due_at is not None
    assert to_local(nothing.next_due_at, "Europe/Kyiv").strftime("%d %H:%M") == "24 09:30"


def test_a_promise_comes_first_and_to_whoever_promised(hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Promised"), arrive("Planned")
    taken(anna)
    done = anna.record_outcome(Said("call-back", at="+1h"))
    assert done.next_due_at == clock.now() + timedelta(hours=1)
    clock.forward(hours=1)
    assert taken(ivan).client.name == "Planned"
    assert taken(anna).client.name == "Promised"


def test_a_promise_is_anybodys_after_its_grace(hire: Hire, arrive: Arrive, clock: StillClock) -> None:
    anna, ivan = hire("anna"), hire("ivan")
    arrive("Promised")
    taken(anna)
    anna.record_outcome(Said("call-back", at="+1h"))
    clock.forward(hours=1, minutes=9, seconds=59)
    nothing = ivan.next_task()
    assert isinstance(nothing, NothingDue)
    assert nothing.next_due_at == clock.now() + timedelta(seconds=1)
    clock.forward(seconds=1)
    assert taken(ivan).client.name == "Promised"


def test_a_promise_outside_the_window_needs_a_second_word(
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna = hire("anna")
    arrive()
    taken(anna)
    with pytest.raises(PromiseOutside, match="may not be called Tue 24 Nov 07:00") as fault:
        anna.record_outcome(Said("call-back", at="tomorrow 7"))
    assert "Tue 24 Nov 09:00" in fault.value.mend
    anna.record_outcome(Said("call-back", at="tomorrow 7", anyway=True))
    with database.read() as session:
        task = session.exec(select(Task).where(Task.closed_at == None)).one()  # noqa: E711
        assert (task.agreed_wall, task.agreed_zone) == ("2026-11-24T07:00", "Europe/Kyiv")
        assert to_local(task.wanted_at, "Europe/Kyiv").hour == 7
        assert to_local(task.due_at, "Europe/Kyiv").hour == 9


def test_a_sale_closes_the_deal_and_opens_the_next(
    hire: Hire, arrive: Arrive, clock: StillClock, database: Database
) -> None:
    anna = hire("anna")
    arrive()
    taken(anna)
    done = anna.record_outcome(Said("paid", amount="1 234,50"))
    assert done.status == "regular"
    assert done.next_kind == "repeat-sale"
    assert done.next_due_at == clock.now() + timedelta(days=30)
    with database.read() as session:
        won, following = session.exec(select(Deal).order_by(Deal.id)).all()  # type: ignore[arg-type]
        assert (won.status, won.amount_minor, won.currency, won.closed_at) == ("paid", 123_450, "USD", clock.now())
        assert (following.status, following.funnel, following.closed_at) == ("regular", "repeat", None)
        attempt = session.exec(select(Attempt)).one()
        assert (attempt.kind_after, attempt.closed_as, attempt.status_after) == ("won", "paid", "regular")


def test_do_not_call_silences_every_number_and_outlives_the_client(
    hire: Hire, arrive: Arrive, database: Database
) -> None:
    anna = hire("anna")
    arrive(phone="+380671112233, +380501112233")
    taken(anna)
    done = anna.record_outcome(Said("do-not-call"))
    assert (done.status, done.next_due_at) == ("refused", None)
    with database.read() as session:
        assert [phone.dnc for phone in session.exec(select(Phone))] == [True, True]
        digests = session.exec(select(Suppression.digest)).all()
        assert len(digests) == 2
        assert not any("0671112233" in digest for digest in digests)


def test_a_wrong_number_moves_on_to_the_next_number_and_then_ends(
    hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    anna = hire("anna")
    arrive(phone="+380671112233, +380501112233")
    assert taken(anna).phone.e164 == "+380671112233"  # type: ignore[union-attr]
    done = anna.record_outcome(Said("wrong-number"))
    assert done.next_due_at is not None
    clock.at = done.next_due_at
    assert taken(anna).phone.e164 == "+380501112233"  # type: ignore[union-attr]
    assert anna.record_outcome(Said("wrong-number")).status == "refused"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said("sung"), "no outcome"),
        (Said("no-answer"), "needs a reason"),
        (Said("no-answer", "asleep"), "has no reason"),
        (Said("interested", "price"), "has no reason"),
        (Said("call-back"), "asks for a time"),
        (Said("call-back", at="soon"), "not understood"),
        (Said("call-back", at="2020-01-01 10:00"), "has passed"),
        (Said("paid"), "asks for an amount"),
        (Said("paid", amount="much"), "not an amount"),
        (Said("paid", amount="1,200"), "two things"),
        (Said("refused", "other"), "asks for a note"),
        (Said("interested", at="+2h"), "asks for no time"),
        (Said("interested", note="x" * 4001), "4001 characters"),
        (Said("interested", seconds=-1), "-1 seconds"),
    ],
)
def test_a_wrong_answer_changes_nothing(hire: Hire, arrive: Arrive, database: Database, said: Said, words: str) -> None:
    anna = hire("anna")
    arrive()
    claim = taken(anna).claim
    with pytest.raises(BadRequest, match=words) as fault:
        anna.record_outcome(said)
    assert fault.value.mend
    with database.read() as session:
        assert session.exec(select(func.count(Attempt.id))).one() == 0  # type: ignore[arg-type]
        assert session.exec(select(Task.claim_id)).one() == claim


def test_an_outcome_without_a_claim_is_refused(hire: Hire, arrive: Arrive) -> None:
    anna = hire("anna")
    arrive()
    with pytest.raises(NothingToDo, match="You hold no claim"):
        anna.record_outcome(MISS)
    with pytest.raises(NothingToDo, match="no claim 77"):
        anna.record_outcome(MISS, 77)


def test_fresh_incoming_clients_come_before_retries_and_planned_ones(
    hire: Hire, arrive: Arrive, clock: StillClock
) -> None:
    anna = hire("anna")
    arrive("Planned")
    clock.forward(minutes=1)
    arrive("Fresh", feed="incoming")
    assert taken(anna).client.name == "Fresh"
    anna.release()
    clock.forward(minutes=30)
    assert taken(anna).client.name == "Planned"


def test_work_of_a_pool_goes_to_its_people_only(hire: Hire, arrive: Arrive, database: Database) -> None:
    anna, petro = hire("anna"), hire("petro", pools=("measurers",))
    arrive()
    with database.write() as session:
        session.exec(select(Task)).one().pool = "measurers"
    assert isinstance(anna.next_task(), NothingDue)
    assert taken(petro).client.name == "Olena"


def test_somebody_disabled_meanwhile_is_handed_nothing_more(hire: Hire, arrive: Arrive, database: Database) -> None:
    anna = hire("anna")
    arrive()
    with database.write() as session:
        session.get_one(User, anna.person.id).active = False
    with pytest.raises(NotAllowed, match="disabled"):
        anna.next_task()
