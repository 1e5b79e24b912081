"""The buttons alone: digits, reasons, what a button asks, the note, and a refusal that no repaint loses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.reasons import Code, Reason
from rules.situation import Agreed, OutsideWindow
from salesdesk.desk.answer import PromiseOutside, Said
from salesdesk.desk.desk import Desk
from salesdesk.errors import BadRequest
from salesdesk.work.views import Handed
from screens.desk.choices import Answering, Choosing
from screens.desk.parts.answer import AnswerPart
from screens.desk.state import Unsaid
from tests.support.alone import Alone
from tests.support.clock import NOON
from tests.support.looking import shows, text_of

OUTSIDE = OutsideWindow(
    Agreed(NOON, NOON.replace(tzinfo=None, hour=7), "Europe/Kyiv"), Reason(Code.HELD_NO_HOUR, {}), None, "Europe/Kyiv"
)


@pytest.fixture
def olena(person: Callable[..., Desk], client: Callable[..., int]) -> Handed:
    """A client in Anna's hands."""
    client("Olena")
    came = person().next_task()
    assert isinstance(came, Handed)
    return came


async def test_digits_choose_a_button_and_its_reason(olena: Handed) -> None:
    part = AnswerPart()
    async with Alone(part).run_test() as pilot:
        part.deal(olena)
        await shows(pilot, "8  Do not call")
        part.press("9")
        assert (part.said, part.path) == (None, "")
        part.press("1")
        await shows(pilot, "Esc back")
        assert part.path == "No answer"
        part.press("1")
        assert part.said == Said("no-answer", "not-answering")
        assert "Does not answer" in text_of(pilot.app), "the last step stays in sight while it is being recorded"


async def test_the_note_is_written_and_goes_along(olena: Handed) -> None:
    part = AnswerPart()
    async with Alone(part).run_test() as pilot:
        part.deal(olena, "from before")
        await shows(pilot, "note  from before")
        part.write_note()
        await pilot.pause()
        await pilot.press(*" and now")
        assert part.unsaid() == Unsaid("", ("from before and now",), "")
        await pilot.press("enter")
        await shows(pilot, "note  from before and now")
        part.press("3")
        assert part.said == Said("interested", note="from before and now")


async def test_a_refusal_without_a_question_outlives_every_repaint(olena: Handed) -> None:
    part = AnswerPart()
    async with Alone(part).run_test() as pilot:
        part.deal(olena)
        part.press("3")
        part.again(BadRequest("The note is too long.", "Shorten it."))
        assert part.said is None
        await shows(pilot, "! The note is too long. Shorten it.")
        await pilot.resize_terminal(110, 30)
        part.refresh(layout=True)
        await pilot.pause()
        assert "! The note is too long. Shorten it." in text_of(pilot.app)
        part.press("3")
        assert part.said == Said("interested")


async def test_a_refused_amount_is_asked_again_with_what_was_typed(olena: Handed) -> None:
    part = AnswerPart()
    app = Alone(part)
    async with app.run_test() as pilot:
        part.deal(olena)
        part.press("5")
        await shows(pilot, "What amount?")
        await pilot.press(*"much", "enter")
        assert part.said == Said("paid", amount="much")
        assert len(app.heard) == 1
        part.again(BadRequest('"much" is not an amount.'))
        await shows(pilot, '! "much" is not an amount.')
        assert part.unsaid().typed == ("much",)
        await pilot.press(*["backspace"] * 4, *"12", "enter")
        assert part.said == Said("paid", amount="12")


async def test_the_same_answer_again_confirms_what_may_be_confirmed(olena: Handed) -> None:
    part = AnswerPart()
    async with Alone(part).run_test() as pilot:
        part.deal(olena)
        part.press("5")
        for fault, confirmed in ((PromiseOutside(OUTSIDE), True), (BadRequest("no"), False)):
            await shows(pilot, "What amount?")
            await pilot.press(*"7", "enter")
            assert part.said is not None
            part.again(fault)
            await shows(pilot, "! ")
            await pilot.press("enter")
            assert part.said is not None
            assert part.said.anyway is confirmed
            part.again(BadRequest("once more"))
            await pilot.press("backspace")


async def test_a_note_that_was_asked_for_is_part_of_the_note(olena: Handed) -> None:
    """So it returns with the client who is lost, or under new rules."""
    button = replace(olena.outcomes[2], effect=replace(olena.outcomes[2].effect, ask=("note", "amount")))
    part = AnswerPart()
    async with Alone(part).run_test():
        part.now = Answering(Choosing((button,)), "before")
        part.press(button.key)
        part.answer(" said on the phone ")
        part.answer("12")
        assert part.unsaid() == Unsaid("Interested", ("12",), "before · said on the phone")


async def test_after_a_fault_of_the_program_the_last_step_is_taken_anew(olena: Handed) -> None:
    part = AnswerPart()
    async with Alone(part).run_test() as pilot:
        part.deal(olena)
        part.press("6")
        part.press("1")
        answered = part.said
        assert answered == Said("refused", "price")
        part.again(None)
        assert (part.said, part.path) == (None, "Refused")
        await shows(pilot, "No need")
        part.back()
        await shows(pilot, "What happened?")


async def test_without_a_client_nothing_is_asked() -> None:
    part = AnswerPart()
    async with Alone(part).run_test() as pilot:
        part.deal(None)
        part.press("1")
        part.write_note()
        part.pick_time()
        await pilot.pause()
        assert (part.said, part.asking, part.unsaid()) == (None, None, Unsaid())
