"""What follows from each thing that happens to the desk. Pure: no screen, no database, no clock.

:data:`TABLE` has one row for every result in every phase; nothing else changes a state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from salesdesk.desk.shown import ClaimLost, Handed, NothingDue
from salesdesk.errors import BadRequest, NothingToDo
from screens.desk import news, results
from screens.desk.phases import Away, Idle, Lost, Offline, Phase, Ready, Starting, Writing
from screens.desk.results import Act, Result, Work
from screens.desk.state import ANSWER, KEPT, NOTHING_UNSAID, DeskState, Unsaid, Unsaved

Row = Callable[[DeskState, Any, Unsaid], DeskState]


def _stay(state: DeskState, result: Result, unsaid: Unsaid) -> DeskState:
    return state


def _began(state: DeskState, result: results.Began, unsaid: Unsaid) -> DeskState:
    begun = replace(state, phase=Writing())
    if not result.given_back:
        return begun
    return replace(begun, message=news.GivenBack(result.given_back), resumable=False, unsaved=_kept_note(state, unsaid))


def _came(state: DeskState, result: results.Came, unsaid: Unsaid) -> DeskState:
    came, told = result.came, state.message
    if result.done is not None:
        told = news.Told(result.done, _label(state, result.done.outcome))
    elif isinstance(state.phase, Offline):
        told = news.BackOnline()
    fresh = replace(
        state, shown=came, part=ANSWER, title="", note="", dealt=state.dealt + 1, message=told, zone=came.home_zone,
        begun=True, resumable=False,
    )  # fmt: skip
    if isinstance(came, NothingDue):
        return replace(fresh, phase=Idle(came.next_due_at))
    fresh = replace(fresh, phase=Ready())
    if not state.begun and came.held_since is not None:  # only the first client can be one from before this desk
        fresh = replace(fresh, resumable=True, message=news.WereOn(came.held_since))
    if state.unsaved is not None and state.unsaved.client_id == came.client.id:
        fresh = replace(fresh, note=state.unsaved.note, unsaved=None)
    return fresh


def _label(state: DeskState, outcome: str) -> str:
    """The button's label, under the rules of the card that it was pressed on."""
    button = state.handed.book.rules.outcomes.get(outcome) if state.handed else None
    return button.label if button else outcome


def _rules_changed(state: DeskState, result: results.RulesChanged, unsaid: Unsaid) -> DeskState:
    lost = " · ".join(filter(None, (unsaid.chosen, *unsaid.typed)))
    told = news.NewRules(result.came.book.version, lost)
    return replace(
        state, phase=Ready(), shown=result.came, part=ANSWER, title="", note=unsaid.note, dealt=state.dealt + 1,
        message=told,
    )  # fmt: skip


def _zoned(state: DeskState, result: results.Zoned, unsaid: Unsaid) -> DeskState:
    handed, came = state.handed, result.came
    told = news.ZoneSaid(result.found, handed.client) if handed else state.message
    if handed is None or not isinstance(came, Handed) or came.claim != handed.claim:
        return replace(_came(state, results.Came(came), unsaid), message=told)
    return replace(state, phase=Ready(), shown=came, message=told)


def _on_break(state: DeskState, result: results.OnBreak, unsaid: Unsaid) -> DeskState:
    return replace(
        state, phase=Away(result.since, result.reason), shown=None, part=ANSWER, note="", dealt=state.dealt + 1,
        resumable=False, unsaved=_kept_note(state, unsaid),
    )  # fmt: skip


def _kept_note(state: DeskState, unsaid: Unsaid) -> Unsaved | None:
    """The note on a client who is given back."""
    return Unsaved(state.handed.client.id, unsaid.note) if state.handed and unsaid.note else state.unsaved


def _ended(state: DeskState, result: results.Ended, unsaid: Unsaid) -> DeskState:
    return replace(state, phase=Starting(), message=news.BackFromBreak(result.minutes))


def _lost(state: DeskState, result: results.Lost, unsaid: Unsaid) -> DeskState:
    ours = state.handed is not None and state.handed.claim == result.claim
    return _taken(state, result.how, unsaid) if ours else state


def _taken(state: DeskState, how: str, unsaid: Unsaid) -> DeskState:
    """The client is gone. The next comes at once, unless something was typed: that stays to be read until Enter."""
    if state.handed is None:
        return state
    client = state.handed.client
    if not unsaid.all:
        told = news.WasTaken(client.name, how, unsaid.chosen)
        return replace(state, phase=Starting(), shown=None, part=ANSWER, message=told)
    said = (unsaid.chosen, *unsaid.all) if unsaid.chosen else unsaid.all
    return replace(
        state, phase=Lost(how, said), part=KEPT, message=news.WasTaken(client.name, how, ""),
        unsaved=Unsaved(client.id, unsaid.note),
    )  # fmt: skip


def _refused(state: DeskState, result: results.Refused, unsaid: Unsaid) -> DeskState:
    """A write was refused: a wrong answer is asked again, a lost client is told, all else is said and goes on."""
    fault, of_client = result.fault, result.act in (Act.ANSWER, Act.ZONE) and state.handed is not None
    if result.act is None:
        return _told(state, result, unsaid)
    if of_client and isinstance(fault, NothingToDo):
        return _taken(state, fault.how if isinstance(fault, ClaimLost) else fault.title, unsaid)
    if of_client and result.act is Act.ANSWER and isinstance(fault, BadRequest):
        return replace(state, phase=Ready(refused=fault))
    return _calm(state, news.Fault(str(fault)))


def _told(state: DeskState, result: results.Refused, unsaid: Unsaid) -> DeskState:
    return replace(state, message=news.Fault(str(result.fault)))


def _calm(state: DeskState, told: news.News) -> DeskState:
    """The desk after a write that did not happen: the card may be answered again, or there is none."""
    if isinstance(state.shown, Handed):
        return replace(state, phase=Ready(), message=told)
    if state.shown is not None:
        return replace(state, phase=Idle(state.shown.next_due_at), message=told)
    return replace(state, phase=Idle(), message=told, dealt=state.dealt + 1)


def _offline(state: DeskState, result: results.Offline, unsaid: Unsaid) -> DeskState:
    """A write waits: it is tried again until it is done."""
    if result.work is not Work.WRITE:
        return _storage_told(state, result, unsaid)
    tries = state.phase.tries + 1 if isinstance(state.phase, Offline) else 1
    return replace(state, phase=Offline(tries, result.fault), message=_retrying(tries, result))


def _offline_watch(state: DeskState, result: results.Offline, unsaid: Unsaid) -> DeskState:
    """The desk goes on with what it has; the watch comes round again."""
    if result.work is not Work.WATCH or not isinstance(state.phase, Ready | Idle):
        return _storage_told(state, result, unsaid)
    tries = state.phase.tries + 1
    return replace(state, phase=replace(state.phase, tries=tries), message=_retrying(tries, result))


def _retrying(tries: int, result: results.Offline) -> news.News:
    return news.Retrying(tries, result.fault.short, result.fault.title)


def _storage_told(state: DeskState, result: results.Offline, unsaid: Unsaid) -> DeskState:
    """A watch in a phase that has other cares is not told; what was to be read is."""
    return state if result.work is Work.WATCH else replace(state, message=news.Fault(result.fault.title))


def _crashed(state: DeskState, result: results.Crashed, unsaid: Unsaid) -> DeskState:
    """The card stays and may be answered again: an outcome is recorded once, however often it is said."""
    told = news.Fault(result.text)
    return _calm(state, told) if result.work is Work.WRITE else replace(state, message=told)


def _crash_told(state: DeskState, result: results.Crashed, unsaid: Unsaid) -> DeskState:
    return replace(state, message=news.Fault(result.text))


def _beat(state: DeskState, result: results.Beat, unsaid: Unsaid) -> DeskState:
    return _answers_again(state)


def _looked(state: DeskState, result: results.Looked, unsaid: Unsaid) -> DeskState:
    again = _answers_again(state)
    wanted = result.ask or state.shown is None  # after a fault it is not even known why there is nobody
    return replace(again, phase=Starting()) if wanted else again


def _answers_again(state: DeskState) -> DeskState:
    """The storage answered a watch."""
    if not isinstance(state.phase, Ready | Idle) or not state.phase.tries:
        return state
    return replace(state, phase=replace(state.phase, tries=0), message=news.BackOnline())


def _counted(state: DeskState, result: results.Counted, unsaid: Unsaid) -> DeskState:
    return replace(state, figures=result.figures)


def _doubted(state: DeskState, result: results.Doubted, unsaid: Unsaid) -> DeskState:
    return replace(state, message=news.Fault(result.doubt)) if result.doubt is not None else state


def _opened(state: DeskState, result: results.Opened, unsaid: Unsaid) -> DeskState:
    return replace(state, part=result.part, title=result.title)


def _opened_idle(state: DeskState, result: results.Opened, unsaid: Unsaid) -> DeskState:
    return _opened(state, result, unsaid) if result.idle else state


def _left(state: DeskState, result: results.Left, unsaid: Unsaid) -> DeskState:
    return replace(state, part=ANSWER, title="")


def _went_on(state: DeskState, result: results.WentOn, unsaid: Unsaid) -> DeskState:
    return replace(state, resumable=False, message=news.Silence()) if state.resumable else state


def _kept_read(state: DeskState, result: results.WentOn, unsaid: Unsaid) -> DeskState:
    return replace(state, phase=Starting(), shown=None, part=ANSWER, message=news.Silence())


_PHASES = {
    "starting": Starting, "ready": Ready, "writing": Writing, "away": Away, "lost": Lost, "idle": Idle,
    "offline": Offline,
}  # fmt: skip


def _row(otherwise: Row, **named: Row) -> Mapping[type[Phase], Row]:
    """The row of a result: what it does in each phase, those that are named first."""
    return {phase: named.pop(name, otherwise) for name, phase in _PHASES.items()}


TABLE: Mapping[type[Result], Mapping[type[Phase], Row]] = {
    results.Began: _row(_stay, ready=_began, idle=_began),
    results.Came: _row(_came, away=_stay, lost=_stay),
    results.RulesChanged: _row(_stay, ready=_rules_changed, writing=_rules_changed, offline=_rules_changed),
    results.Zoned: _row(_stay, ready=_zoned, writing=_zoned, offline=_zoned),
    results.OnBreak: _row(_on_break, away=_stay, lost=_stay),
    results.Ended: _row(_stay, away=_ended),
    results.Refused: _row(_told, starting=_refused, writing=_refused, offline=_refused),
    results.Offline: _row(
        _storage_told, starting=_offline, writing=_offline, offline=_offline, ready=_offline_watch, idle=_offline_watch
    ),
    results.Crashed: _row(_crash_told, starting=_crashed, writing=_crashed, offline=_crashed),
    results.Lost: _row(_stay, ready=_lost),
    results.Beat: _row(_stay, ready=_beat),
    results.Looked: _row(_stay, idle=_looked),
    results.Counted: _row(_counted),
    results.Doubted: _row(_doubted),
    results.Opened: _row(_stay, ready=_opened, idle=_opened_idle),
    results.Left: _row(_stay, ready=_left, idle=_left),
    results.WentOn: _row(_stay, ready=_went_on, lost=_kept_read),
}


def after(state: DeskState, result: Result, unsaid: Unsaid = NOTHING_UNSAID) -> DeskState:
    """The state that follows, given what stands unrecorded on the panel."""
    return TABLE[type(result)][type(state.phase)](state, result, unsaid)
