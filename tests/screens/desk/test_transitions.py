"""The desk's state, without a screen: every result in every phase, what is said after it, and what is kept."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from rules.file.load import load
from rules.file.preset import preset_text
from salesdesk.clients.set_zone import ZoneSet
from salesdesk.desk.today import Today
from salesdesk.errors import BadRequest, NotAllowed, NothingToDo, StorageError
from salesdesk.work.holding import ClaimLost
from salesdesk.work.rulebook import Rulebook
from salesdesk.work.views import ClientView, Handed, NothingDue, Recorded, TaskView
from screens.desk import news, phases, results, transitions
from screens.desk.results import Act, Work
from screens.desk.state import ANSWER, KEPT, DeskState, Unsaid, Unsaved
from screens.desk.transitions import TABLE
from tests.support.clock import NOON

AREA: Any = None  # no state looks at it
BOOK = Rulebook(1, load(preset_text("en")).ruleset)
NEWER = Rulebook(2, BOOK.rules)
DUE = NOON + timedelta(minutes=5)
AWAY = StorageError("The database is away.", "Wait.")


def client(number: int = 1, name: str = "Olena") -> ClientView:
    return ClientView(
        id=number, name=name, company="", phones=(), emails=(), city="", region="", country="UA", zone="Europe/Kyiv",
        zone_source="phone", zone_candidates=(), now=NOON, window_open=True, closes_at=None, status="new",
        status_label="New", status_kind="open", owner=None, source="", misses=0, attempts=0, last_attempt_at=None,
        task=None,
    )  # fmt: skip


def handed(number: int = 1, name: str = "Olena", **more: Any) -> Handed:
    """A client in hand under claim ten times their number."""
    task = TaskView(number, "call", "Call", "planned", NOON, NOON, None, ())
    card = Handed(
        claim=number * 10, claimed_until=DUE, client=client(number, name), task=task, phone=None, history=(),
        reasons=(), stage=None, book=BOOK, area=AREA, home_zone="Europe/Kyiv",
    )  # fmt: skip
    return replace(card, **more)


OLENA, PETRO = handed(), handed(2, "Petro")
NOBODY = NothingDue(DUE, waiting=3, closed=0, home_zone="Europe/Kyiv")
RECORDED = Recorded(7, 1, "Olena", "interested", "in-work", 0, "call", DUE, "Europe/Kyiv", ())
ZONED = ZoneSet(client(), "Europe/Kyiv", "Asia/Almaty", None, None, ())

STARTING = DeskState(zone="Europe/Kyiv")
READY = replace(STARTING, phase=phases.Ready(), shown=OLENA, begun=True, dealt=1)
STATES = {
    "starting": STARTING,
    "ready": READY,
    "writing": replace(READY, phase=phases.Writing()),
    "away": replace(READY, phase=phases.Away(NOON, "coffee"), shown=None),
    "lost": replace(READY, phase=phases.Lost("released by Olha", ("twelve",)), part=KEPT),
    "idle": replace(READY, phase=phases.Idle(DUE), shown=NOBODY),
    "offline": replace(READY, phase=phases.Offline(2, AWAY)),
}
RESULTS: dict[str, results.Result] = {
    "began": results.Began(),
    "came": results.Came(PETRO),
    "rules-changed": results.RulesChanged(replace(OLENA, book=NEWER)),
    "zoned": results.Zoned(ZONED, replace(OLENA, area=AREA)),
    "on-break": results.OnBreak(NOON, "lunch"),
    "ended": results.Ended(12),
    "refused": results.Refused(BadRequest("Not an amount."), Act.ANSWER),
    "offline": results.Offline(AWAY, Work.WRITE),
    "crashed": results.Crashed("oops", Work.WRITE),
    "lost": results.Lost(10, "ivan has the client now"),
    "beat": results.Beat(),
    "looked": results.Looked(ask=True),
    "counted": results.Counted(Today(calls=3)),
    "doubted": results.Doubted("This machine's clock is 40 s ahead."),
    "opened": results.Opened("zone"),
    "left": results.Left(),
    "went-on": results.WentOn(),
}
SAME = "="  # the phase or the message is as it was

# For each result, by phase: the phase after it and the message, by their names.
EXPECTED: dict[str, dict[str, tuple[str, str]]] = {
    "began": {"ready": ("Writing", SAME), "idle": ("Writing", SAME)},
    "came": {
        "starting": ("Ready", SAME), "ready": ("Ready", SAME), "writing": ("Ready", SAME), "idle": ("Ready", SAME),
        "offline": ("Ready", "BackOnline"),
    },
    "rules-changed": {
        "ready": ("Ready", "NewRules"), "writing": ("Ready", "NewRules"), "offline": ("Ready", "NewRules")
    },
    "zoned": {"ready": ("Ready", "ZoneSaid"), "writing": ("Ready", "ZoneSaid"), "offline": ("Ready", "ZoneSaid")},
    "on-break": {
        "starting": ("Away", SAME), "ready": ("Away", SAME), "writing": ("Away", SAME), "idle": ("Away", SAME),
        "offline": ("Away", SAME),
    },
    "ended": {"away": ("Starting", "BackFromBreak")},
    "refused": {
        "starting": ("Idle", "Fault"), "ready": ("Ready", "Fault"), "writing": ("Ready", SAME),
        "away": ("Away", "Fault"), "lost": ("Lost", "Fault"), "idle": ("Idle", "Fault"), "offline": ("Ready", SAME),
    },
    "offline": {
        "starting": ("Offline", "Retrying"), "ready": ("Ready", "Fault"), "writing": ("Offline", "Retrying"),
        "away": ("Away", "Fault"), "lost": ("Lost", "Fault"), "idle": ("Idle", "Fault"),
        "offline": ("Offline", "Retrying"),
    },
    "crashed": {
        "starting": ("Idle", "Fault"), "ready": ("Ready", "Fault"), "writing": ("Ready", "Fault"),
        "away": ("Away", "Fault"), "lost": ("Lost", "Fault"), "idle": ("Idle", "Fault"), "offline": ("Ready", "Fault"),
    },
    "lost": {"ready": ("Starting", "WasTaken")},
    "beat": {},
    "looked": {"idle": ("Starting", SAME)},
    "counted": {},
    "doubted": dict.fromkeys(STATES, (SAME, "Fault")),
    "opened": {},
    "left": {},
    "went-on": {"lost": ("Starting", "Silence")},
}  # fmt: skip


def name(thing: object) -> str:
    return type(thing).__name__


def test_every_result_has_exactly_one_row_in_every_phase() -> None:
    assert set(TABLE) == set(get_args(results.Result)) == {type(result) for result in RESULTS.values()}
    every = set(get_args(phases.Phase))
    assert every == {type(state.phase) for state in STATES.values()}
    assert all(set(rows) == every for rows in TABLE.values())


@pytest.mark.parametrize(("result", "phase"), [*itertools.product(RESULTS, STATES)])
def test_the_phase_and_the_message_after_each(result: str, phase: str) -> None:
    before = STATES[phase]
    after = transitions.after(before, RESULTS[result])
    named = EXPECTED[result].get(phase, (SAME, SAME))
    then, message = (name(before.phase) if named[0] == SAME else named[0]), named[1]
    assert name(after.phase) == then
    if message == SAME:
        assert after.message is before.message
    else:
        assert name(after.message) == message


@pytest.mark.parametrize("phase", ["starting", "writing", "away", "lost", "offline"])
@pytest.mark.parametrize("result", ["began", "opened"])
def test_while_anything_is_under_way_nothing_is_begun_or_opened(phase: str, result: str) -> None:
    assert transitions.after(STATES[phase], RESULTS[result]) is STATES[phase]


def test_an_outcome_is_told_under_the_label_of_its_own_card() -> None:
    after = transitions.after(STATES["writing"], results.Came(PETRO, RECORDED))
    assert after.message == news.Told(RECORDED, "Interested")
    assert (after.handed, after.dealt, after.part) == (PETRO, 2, ANSWER)


def test_nothing_due_says_when_the_next_falls_due() -> None:
    assert transitions.after(STATES["writing"], results.Came(NOBODY)).phase == phases.Idle(DUE)


def test_only_the_first_client_can_be_from_before_the_desk() -> None:
    first = transitions.after(STARTING, results.Came(replace(OLENA, held_since=NOON)))
    assert (first.resumable, first.message) == (True, news.WereOn(NOON))
    later = transitions.after(STATES["writing"], results.Came(replace(OLENA, held_since=NOON)))
    assert (later.resumable, later.message) == (False, STATES["writing"].message)
    gone_on = transitions.after(first, results.WentOn())
    assert (gone_on.resumable, gone_on.message, gone_on.phase) == (False, news.Silence(), phases.Ready())
    passed = transitions.after(first, results.Began(given_back="Olena"))
    assert (passed.resumable, passed.message) == (False, news.GivenBack("Olena"))
    assert transitions.after(first, results.Began(given_back="Olena"), Unsaid(note="twelve")).unsaved == Unsaved(
        1, "twelve"
    )


def test_a_wrong_answer_goes_back_to_the_card_with_its_fault() -> None:
    fault = BadRequest("No.")
    after = transitions.after(STATES["writing"], results.Refused(fault, Act.ANSWER))
    assert (after.phase, after.dealt) == (phases.Ready(refused=fault), 1)


def test_an_answer_that_comes_too_late_loses_the_client() -> None:
    after = transitions.after(
        STATES["writing"], results.Refused(ClaimLost(10, "ivan has the client now"), Act.ANSWER), Unsaid("Paid")
    )
    assert after.message == news.WasTaken("Olena", "ivan has the client now", "Paid")
    assert (name(after.phase), after.shown) == ("Starting", None)


@pytest.mark.parametrize("act", [Act.FETCH, Act.BREAK, Act.ZONE])
def test_any_other_refusal_is_told_and_the_client_stays(act: Act) -> None:
    fault = BadRequest("anna is on a break already.")
    after = transitions.after(STATES["writing"], results.Refused(fault, act))
    assert (after.phase, after.message) == (phases.Ready(), news.Fault(str(fault)))


def test_somebody_who_may_not_is_told_and_keeps_the_client() -> None:
    after = transitions.after(STATES["writing"], results.Refused(NotAllowed("anna is disabled."), Act.ANSWER))
    assert (after.phase, after.handed) == (phases.Ready(), OLENA)


def test_a_refused_watch_changes_nothing_but_the_bar() -> None:
    for state in STATES.values():
        after = transitions.after(state, results.Refused(NothingToDo("gone")))
        assert (after.phase, name(after.message)) == (state.phase, "Fault")


def test_what_was_typed_for_a_lost_client_is_kept_to_be_read() -> None:
    unsaid = Unsaid("Call back", ("tomorrow 10",), "twelve")
    after = transitions.after(READY, results.Lost(10, "ivan has the client now"), unsaid)
    assert after.phase == phases.Lost("ivan has the client now", ("Call back", "tomorrow 10", "twelve"))
    assert (after.part, after.unsaved) == (KEPT, Unsaved(1, "twelve"))
    read = transitions.after(after, results.WentOn())
    assert (name(read.phase), read.part, read.shown) == ("Starting", ANSWER, None)
    back = transitions.after(read, results.Came(OLENA))
    assert (back.note, back.unsaved) == ("twelve", None)
    assert transitions.after(read, results.Came(PETRO)).unsaved == Unsaved(1, "twelve")


def test_another_claim_that_is_lost_concerns_nobody() -> None:
    assert transitions.after(READY, results.Lost(99, "gone")) is READY


def test_new_rules_keep_the_note_and_say_what_is_not_recorded() -> None:
    unsaid = Unsaid("Call back", ("tomorrow 10",), "twelve")
    after = transitions.after(STATES["writing"], results.RulesChanged(replace(OLENA, book=NEWER)), unsaid)
    assert (after.note, after.dealt, after.phase) == ("twelve", 2, phases.Ready())
    assert after.message == news.NewRules(2, "Call back · tomorrow 10")


def test_another_zone_leaves_the_card_where_it_was() -> None:
    seen = handed(home_zone="Europe/Warsaw")
    after = transitions.after(STATES["writing"], results.Zoned(ZONED, seen))
    assert (after.shown, after.dealt, after.part) == (seen, 1, ANSWER)
    other = transitions.after(STATES["writing"], results.Zoned(ZONED, PETRO))
    assert (other.shown, other.dealt, name(other.message)) == (PETRO, 2, "ZoneSaid")


def test_a_break_keeps_the_note_for_when_the_client_comes_again() -> None:
    after = transitions.after(STATES["writing"], results.OnBreak(NOON, "lunch"), Unsaid(note="twelve"))
    assert (after.phase, after.shown, after.unsaved) == (phases.Away(NOON, "lunch"), None, Unsaved(1, "twelve"))


def test_tries_are_counted_until_the_storage_answers() -> None:
    once = transitions.after(STATES["writing"], results.Offline(AWAY, Work.WRITE))
    twice = transitions.after(once, results.Offline(AWAY, Work.WRITE))
    assert [state.phase for state in (once, twice)] == [phases.Offline(1, AWAY), phases.Offline(2, AWAY)]
    assert twice.message == news.Retrying(2, AWAY.short, AWAY.title)
    assert name(transitions.after(twice, results.Came(PETRO)).message) == "BackOnline"
    assert name(transitions.after(twice, results.Came(PETRO, RECORDED)).message) == "Told"


@pytest.mark.parametrize(("phase", "answers"), [("ready", results.Beat()), ("idle", results.Looked(ask=False))])
def test_a_watch_that_finds_no_storage_is_counted_and_the_desk_goes_on(phase: str, answers: results.Result) -> None:
    before = STATES[phase]
    once = transitions.after(before, results.Offline(AWAY, Work.WATCH))
    assert (name(once.phase), once.phase.tries) == (name(before.phase), 1)  # type: ignore[union-attr]
    assert once.takes_keys
    assert once.message == news.Retrying(1, AWAY.short, AWAY.title)
    again = transitions.after(once, answers)
    assert (again.phase, name(again.message)) == (before.phase, "BackOnline")


@pytest.mark.parametrize("phase", ["starting", "writing", "away", "lost", "offline"])
def test_elsewhere_a_watch_without_storage_is_not_told(phase: str) -> None:
    assert transitions.after(STATES[phase], results.Offline(AWAY, Work.WATCH)) is STATES[phase]


@pytest.mark.parametrize("phase", STATES)
def test_a_read_that_fails_is_told_and_changes_nothing_else(phase: str) -> None:
    for result in (results.Offline(AWAY, Work.READ), results.Crashed("oops", Work.READ)):
        after = transitions.after(STATES[phase], result)
        assert replace(after, message=STATES[phase].message) == STATES[phase]
        assert name(after.message) == "Fault"


def test_after_a_fault_without_a_client_the_desk_looks_again() -> None:
    idle = transitions.after(STARTING, results.Crashed("oops", Work.WRITE))
    assert idle.phase == phases.Idle()
    assert name(transitions.after(idle, results.Looked(ask=False)).phase) == "Starting", (
        "it is not known why there is nobody"
    )
    known = transitions.after(STATES["idle"], results.Looked(ask=False))
    assert known is STATES["idle"]


def test_parts_open_for_a_client_and_some_for_nobody() -> None:
    assert transitions.after(READY, results.Opened("zone", "Call back")).part == "zone"
    assert transitions.after(STATES["idle"], results.Opened("zone")).part == ANSWER
    opened = transitions.after(STATES["idle"], results.Opened("break", idle=True))
    assert opened.part == "break"
    assert transitions.after(opened, results.Left()).part == ANSWER


def test_figures_are_kept_in_every_phase() -> None:
    for state in STATES.values():
        assert transitions.after(state, RESULTS["counted"]).figures == Today(calls=3)


Sequence = list[results.Result]


@pytest.mark.parametrize(
    "come",
    [
        lambda: [results.Began(), results.Crashed("oops", Work.WRITE)],
        lambda: [results.Began(), results.Offline(AWAY, Work.WRITE), results.Crashed("oops", Work.WRITE)],
        lambda: [results.Refused(NotAllowed("disabled"))],
        lambda: [results.Crashed("oops", Work.WATCH)],
    ],
)
def test_the_card_may_be_answered_again(come: Callable[[], Sequence]) -> None:
    state = READY
    for result in come():
        state = transitions.after(state, result)
    assert state.takes_keys
    assert state.in_hand == OLENA
