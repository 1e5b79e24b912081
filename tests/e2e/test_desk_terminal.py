"""The installed program in a real terminal, driven by keys and signals, judged by what stands on the screen."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from rules.zonetime import to_local
from salesdesk.clock import SystemClock
from tests.support.floor import NAMES, Floor
from tests.support.terminal import PATIENCE, Terminal

Start = Callable[..., Terminal]

FIRST, SECOND, *_ = NAMES
WRONG_NUMBER = "7"  # one key, and not the one that may still be held down from the card before
CTRL_Q = "\x11"
NAME_KEPT = 10  # letters of a name that the line of what was done shows at 80 columns, however long its times are
SETTLED = 2.0  # seconds within which a key that counted is recorded and the next card painted
READABLE = 0.5  # seconds that a person looks at a new card; the desk drops what is typed within 0.15 of painting it
BUTTONS = ("No answer", "Call back", "Interested", "Offer sent", "Paid", "Refused", "Wrong number", "Do not call")
REASONS = "No answer  Why?"  # the title of the reasons
COLOURS = {*range(30, 39), *range(40, 49), *range(90, 108)}  # 39 and 49 are the terminal's own, so no colours


def on_card(terminal: Terminal) -> str:
    """Who is on the card, once somebody is and the desk listens."""
    terminal.wait_for("What happened?", *BUTTONS)
    return re.split(r"\s{3,}", terminal.watch(READABLE).splitlines()[1].strip())[0]


def shows(text: str) -> Callable[[str], bool]:
    """Whether this stands somewhere on the screen."""
    return lambda screen: text in screen


def miss(terminal: Terminal) -> None:
    """Two keys: no answer, does not answer. Where a busy machine was not ready for the first, it is pressed again."""
    for _ in range(3):
        terminal.press("1")
        with suppress(AssertionError):
            terminal.wait_for(REASONS, seconds=PATIENCE / 3)
            break
    terminal.wait_for(REASONS)
    terminal.press("1")


def test_the_demo_answers_to_two_keys(start: Start, home: dict[str, str]) -> None:
    terminal = start("demo")
    for _ in range(2):
        name = on_card(terminal)
        miss(terminal)
        said = name[:NAME_KEPT]  # cut where the times fall on two days: the demo's clients live anywhere
        terminal.wait_for(f"No answer for {said}", ", next ")
        assert on_card(terminal) != name
    assert list(Path(home["TMPDIR"]).iterdir())
    terminal.press(CTRL_Q)
    assert terminal.wait_exit() == 0
    terminal.assert_restored()
    assert not list(Path(home["TMPDIR"]).iterdir()), "the throw-away database is still there"


def test_ten_calls_in_a_row(sqlite_floor: Floor) -> None:
    desk = sqlite_floor.open("anna")
    for name in NAMES[:10]:
        assert on_card(desk) == name
        miss(desk)
        desk.wait_for(f"No answer for {name}, next ")
    assert on_card(desk) == NAMES[10]
    assert sqlite_floor.attempts() == dict.fromkeys(NAMES[:10], 1)


def test_the_desk_lives_under_the_clock_of_the_tests(sqlite_floor: Floor) -> None:
    """Else tests/hours.py would move the clock of the tests and look at a desk of today."""
    desk = sqlite_floor.open("anna")
    on_card(desk)
    shown = re.search(r"\d\d:\d\d:\d\d", desk.screen())
    assert shown is not None
    now = to_local(SystemClock().now(), "Europe/Kyiv")
    seen = datetime.combine(now.date(), time.fromisoformat(shown.group()), now.tzinfo)
    assert min(abs(now - seen), timedelta(days=1) - abs(now - seen)) < timedelta(minutes=2)


def test_a_demo_that_is_kept_opens_again(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    demo = start("demo", "--keep", str(path))
    first = on_card(demo)
    demo.press(CTRL_Q)
    assert demo.wait_exit() == 0
    desk = start("--db", str(path), "desk", "--as", "ivan")
    assert on_card(desk) == first, "the client that anna left is not the next one"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_frees_the_claim_and_restores_the_terminal(floor: Floor, number: signal.Signals) -> None:
    desk = floor.open("ivan")
    assert on_card(desk) == FIRST
    assert floor.held() == {"ivan": FIRST}
    desk.signal(number)
    assert desk.wait_exit() == 128 + number
    desk.assert_restored()
    assert floor.held() == {}


def test_hanging_up_again_and_again_does_not_keep_the_claim(floor: Floor) -> None:
    """A closing window hangs up twice: the system does, and then the shell does."""
    desk = floor.open("ivan")
    on_card(desk)
    while desk.process.poll() is None:
        desk.signal(signal.SIGHUP)
        desk.watch(0.005)
    assert floor.held() == {}
    desk.assert_restored()


def test_closing_the_window_frees_the_claim(floor: Floor) -> None:
    desk = floor.open("ivan")
    on_card(desk)
    desk.close_terminal()
    desk.wait_exit()
    assert floor.held() == {}


def test_after_a_kill_the_same_client_comes_back(floor: Floor) -> None:
    desk = floor.open("anna")
    assert on_card(desk) == FIRST
    desk.signal(signal.SIGKILL)
    desk.wait_exit()
    assert floor.held() == {"anna": FIRST}
    assert on_card(floor.open("ivan")) == SECOND
    assert on_card(floor.open("anna")) == FIRST


def test_a_doubled_key_does_not_mark_the_next_client(floor: Floor) -> None:
    desk = floor.open("anna")
    on_card(desk)
    desk.press("11" + "11")
    desk.wait_for(f"No answer for {FIRST}")
    assert on_card(desk) == SECOND
    assert floor.attempts() == {FIRST: 1}


def test_keys_within_the_guard_of_a_new_card_are_dropped(sqlite_floor: Floor) -> None:
    """On a busy machine the keys may reach the desk when the guard is over, and then they count: another card is tried.

    What the guard does to the millisecond is tests/screens/desk/test_gate.py's.
    """
    desk = sqlite_floor.open("anna")
    shown = on_card(desk)
    for _ in range(5):
        following = NAMES[NAMES.index(shown) + 1]
        miss(desk)
        desk.wait_until(shows(following), "the next client")
        desk.press(WRONG_NUMBER)  # the card has only just been painted
        desk.watch(SETTLED)
        shown = on_card(desk)
        if shown == following:
            break
    assert shown == following, "the keys counted on each of five cards"
    assert sqlite_floor.attempts() == dict.fromkeys(NAMES[: NAMES.index(shown)], 1)


def test_a_hostile_name_is_shown_and_does_nothing(sqlite_floor: Floor) -> None:
    name = "Eve\x1b[2J\x1b]0;owned\x07\x9b31m [/bold][red]Ltd\u202etxt"
    sqlite_floor.rename(FIRST, name, "first line\nsecond\x1b[999;1Hline [bold]")
    desk = sqlite_floor.open("anna")
    assert on_card(desk).startswith("Eve")
    assert on_card(desk).endswith("[/bold][red]Ltdtxt")
    desk.wait_for("first line second", "line [bold]")
    miss(desk)
    assert "Eve[2J]0;owned31m [" in desk.wait_for("No answer for Eve", SECOND).splitlines()[-1]
    desk.press(CTRL_Q)
    assert desk.wait_exit() == 0
    for control in (b"\x1b[2J", b"\x1b]0;", b"\x1b[999;", "\x9b".encode(), "\u202e".encode()):
        assert control not in desk.raw


def test_without_colour_no_colour_code_is_sent(sqlite_floor: Floor) -> None:
    desk = sqlite_floor.open("anna", NO_COLOR="1")
    on_card(desk)
    miss(desk)
    desk.wait_for(f"No answer for {FIRST}")
    on_card(desk)
    desk.press("k")
    desk.wait_for("KPI")
    desk.press(CTRL_Q)
    desk.wait_exit()
    codes = {code for sgr in re.findall(rb"\x1b\[([\d;:]*)m", desk.raw) for code in re.split(rb"[;:]", sgr)}
    numbers = {int(code or b"0") for code in codes}
    assert {1, 2} <= numbers, "bold and dim remain"
    assert not numbers & COLOURS


def test_letters_of_another_keyboard_layout_work(sqlite_floor: Floor) -> None:
    desk = sqlite_floor.open("anna")
    on_card(desk)
    desk.press("л")
    desk.wait_for("KPI", "Calls")
    desk.press("л")
    assert on_card(desk) == FIRST


def test_everything_stays_in_sight_in_a_smaller_window(sqlite_floor: Floor) -> None:
    desk = sqlite_floor.open("anna", columns=120, rows=36)
    on_card(desk)
    desk.resize(80, 24)
    desk.wait_until(lambda screen: all(text in screen for text in (FIRST, *BUTTONS, "F1 help")), "all the buttons")
    assert on_card(desk) == FIRST
