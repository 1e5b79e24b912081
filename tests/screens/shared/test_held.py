"""A key held over from the last card never marks the next client; a key that is meant always acts."""

from __future__ import annotations

from screens.shared.held import (
    DOUBT_SECONDS,
    GUARD_SECONDS,
    LATE_SECONDS,
    PATIENCE_SECONDS,
    REPEAT_SECONDS,
    HeldKey,
    Verdict,
)


def after_a_card(key: str = "3") -> HeldKey:
    """A key was pressed at 10.0 and finished its card; the next card stands since 10.05."""
    held = HeldKey()
    held.painted(9.0)
    assert held.judge(key, 10.0) is Verdict.ACT
    held.dealt()
    held.painted(10.05)
    return held


def test_before_the_first_card_nothing_acts() -> None:
    assert HeldKey().judge("3", 1e9) is Verdict.DROP


def test_what_was_pressed_before_the_card_was_painted_is_dropped_however_late_its_turn_comes() -> None:
    held = HeldKey()
    held.painted(9.0)
    held.judge("3", 10.0)
    held.dealt()
    assert held.judge("5", 12.0) is Verdict.DROP, "the card is not painted yet"
    held.painted(14.0)
    assert held.judge("6", 13.9) is Verdict.DROP, "it waited in the queue"
    assert held.judge("7", 14.0 + GUARD_SECONDS + 0.01) is Verdict.ACT


def test_keys_within_the_guard_are_dropped() -> None:
    held = after_a_card()
    assert held.judge("5", 10.05 + GUARD_SECONDS - 0.01) is Verdict.DROP
    assert held.judge("5", 10.05 + GUARD_SECONDS + 0.01) is Verdict.ACT


def test_another_key_acts_at_once_after_the_guard() -> None:
    assert after_a_card().judge("4", 10.3) is Verdict.ACT


def test_the_same_key_much_later_acts_at_once() -> None:
    assert after_a_card().judge("3", 10.0 + DOUBT_SECONDS + 0.1) is Verdict.ACT


def test_a_held_key_never_acts_on_the_next_card() -> None:
    held = after_a_card()
    presses = [10.5 + 0.033 * number for number in range(60)]  # half a second of pause, then thirty a second
    verdicts = [held.judge("3", at) for at in presses]
    assert verdicts[0] is Verdict.WAIT
    assert set(verdicts[1:]) == {Verdict.DROP}
    assert held.waited("3", presses[0], presses[0] + REPEAT_SECONDS, presses[-1]) is Verdict.DROP


def test_a_held_key_without_a_pause_never_acts_either() -> None:
    held = after_a_card()
    assert {held.judge("3", 10.033 + 0.033 * number) for number in range(60)} == {Verdict.DROP}


def test_a_single_press_of_the_same_key_acts_when_nothing_follows() -> None:
    held = after_a_card()
    due = 10.5 + REPEAT_SECONDS
    assert held.judge("3", 10.5) is Verdict.WAIT
    assert held.waited("3", 10.5, due, due + LATE_SECONDS / 2) is Verdict.ACT
    assert held.judge("3", due + 0.1) is Verdict.ACT


def test_a_busy_machine_is_waited_for_but_not_for_ever() -> None:
    held = after_a_card()
    due = 10.5 + REPEAT_SECONDS
    assert held.judge("3", 10.5) is Verdict.WAIT
    assert held.waited("3", 10.5, due, due + 0.5) is Verdict.WAIT, "the look came late: a repeat may not be read yet"
    assert held.waited("3", 10.5, due + 0.6, 10.5 + PATIENCE_SECONDS) is Verdict.ACT


def test_two_quick_presses_on_one_card_both_act() -> None:
    held = HeldKey()
    held.dealt()
    held.painted(9.0)
    assert held.judge("1", 10.0) is Verdict.ACT
    assert held.judge("1", 10.05) is Verdict.ACT


def test_a_doubted_press_followed_by_another_key_is_not_acted_on() -> None:
    held = after_a_card()
    assert held.judge("3", 10.5) is Verdict.WAIT
    assert held.judge("6", 10.55) is Verdict.ACT
    assert held.waited("3", 10.5, 10.62, 10.62) is Verdict.DROP
