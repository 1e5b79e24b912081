"""Every key that has a name, in one registry: it feeds the bindings, the hints and the help.

Not here: Enter in a line that is typed in, the digits of the places that a zone may mean, any key that ends a break.

A letter also answers to the letter that stands on the same key in the Ukrainian and Russian layouts, because people
who write notes in Cyrillic do not switch layouts to press ``k``.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType

_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_UKRAINIAN = "йцукенгшщзфівапролдячсмить"
_RUSSIAN = "йцукенгшщзфывапролдячсмить"
_CYRILLIC = {latin: tuple(dict.fromkeys(pair)) for latin, *pair in zip(_LATIN, _UKRAINIAN, _RUSSIAN, strict=True)}


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a key does: its id, the key as written on screen, the action, a word for it and what it is for."""

    id: str
    key: str
    action: str
    label: str
    purpose: str
    more: tuple[str, ...] = ()

    @property
    def presses(self) -> tuple[str, ...]:
        """Every key that does it, by Textual's names, whatever the keyboard layout."""
        return tuple(name for key in (self.key, *self.more) for name in (key, *_CYRILLIC.get(key, ())))

    @property
    def shown(self) -> str:
        """The key as people write it: ``F1``, ``Esc``, ``ctrl+q``."""
        return {"escape": "Esc", "enter": "Enter"}.get(
            self.key, self.key.upper() if self.key[1:].isdigit() else self.key
        )

    def binding(self, *, show: bool = False) -> Binding:
        """The key as a Textual binding."""
        return Binding(
            ",".join(self.presses), self.action, self.label, id=self.id, tooltip=self.purpose, show=show,
            key_display=self.shown,
        )  # fmt: skip


CALL_BACK = Key("desk.schedule", "c", "schedule", "call back", "Agree on a time with the client")
NOTE = Key("desk.note", "n", "note", "note", "Write a note that goes with the outcome")
WHY = Key("desk.why", "w", "page('why')", "why", "Show every rule that put this client here")
ZONE = Key("desk.zone", "z", "open('zone')", "zone", "Say where the client is, by city or zone")
MY_DAY = Key("desk.day", "p", "page('day')", "day", "Show your promises and the hours ahead")
BREAK = Key("desk.break", "b", "open('break')", "break", "Take a break: nothing is promised to you")
GO_ON = Key("desk.go-on", "enter", "go_on", "go on", "Go on with the client from before")
PASS_ON = Key("desk.pass-on", "x", "errand('pass-on')", "release", "Give the client from before back")
KPI = Key("desk.kpi", "k", "kpi", "KPI", "Show today's figures")
DESK = Key("kpi.desk", "k", "desk", "desk", "Go to the desk and take the next client", ("escape",))
REFRESH = Key("kpi.refresh", "r", "refresh", "refresh", "Read the figures again now")
STUCK = Key("kpi.stuck", "h", "stuck", "held", "See who holds whom, take clients back")
CLOSE_STUCK = Key("stuck.close", "escape", "close", "back", "Go back to the figures")
CLOSE_WHY = Key("why.close", "escape", "close", "back", "Go back to the client", ("w",))
CLOSE_DAY = Key("day.close", "escape", "close", "back", "Go back to the desk", ("p",))
DAY_BEFORE = Key("day.before", "left", "turn(-1)", "day before", "Show the day before")
DAY_AFTER = Key("day.after", "right", "turn(1)", "day after", "Show the day after, up to a week ahead")
SCROLL_UP = Key("day.up", "up", "scroll(-1)", "up", "Scroll up")
SCROLL_DOWN = Key("day.down", "down", "scroll(1)", "down", "Scroll down")
SLOT_BACK = Key("schedule.hour-before", "left", "step(-1, 0)", "hour", "An hour earlier")
SLOT_ON = Key("schedule.hour-after", "right", "step(1, 0)", "hour", "An hour later")
DAY_UP = Key("schedule.day-before", "up", "step(0, -1)", "day", "The same time a day earlier")
DAY_DOWN = Key("schedule.day-after", "down", "step(0, 1)", "day", "The same time a day later")
FREE_SLOT = Key("schedule.free", "f", "take_free", "free slot", "Take the nearest time that suits both")
PLACE_UP = Key("zone.up", "up", "move(-1)", "up", "Mark the place above")
PLACE_DOWN = Key("zone.down", "down", "move(1)", "down", "Mark the place below")
LEAVE_ZONE = Key("zone.leave", "escape", "leave", "leave", "Leave the zone as it is")
BACK = Key("desk.back", "escape", "back", "back", "Go back one step")
HELP = Key("app.help", "f1", "help", "help", "Show every key and what it does", ("question_mark",))
CLOSE_HELP = Key("help.close", "escape", "close", "close", "Close this page", ("f1", "question_mark", "q"))
QUIT = Key("app.quit", "ctrl+q", "leave", "quit", "Leave the desk; the client is free at once")

DIGITS = tuple(
    Key(f"desk.choose-{digit}", str(digit), f"choose({digit})", "choose", "Choose what happened, or its reason")
    for digit in range(1, 10)
)
DESK_KEYS = (CALL_BACK, NOTE, WHY, ZONE, MY_DAY, BREAK, KPI, BACK)
RESUME_KEYS = (GO_ON, PASS_ON)
GUARDED = (*DIGITS, CALL_BACK, NOTE, ZONE, BREAK, PASS_ON)  # one meant for the card before must not act on this one
SCHEDULE_KEYS = (SLOT_BACK, SLOT_ON, DAY_UP, DAY_DOWN, FREE_SLOT)
TAKE_DIGITS = tuple(
    Key(f"stuck.take-{digit}", str(digit), f"ask({digit})", "take back", "Take the client of this row back")
    for digit in range(1, 10)
)
STUCK_KEYS = (*TAKE_DIGITS, CLOSE_STUCK)
ZONE_KEYS = (PLACE_UP, PLACE_DOWN, LEAVE_ZONE)
KPI_KEYS = (DESK, STUCK, REFRESH)
WHY_KEYS = (CLOSE_WHY,)
DAY_KEYS = (DAY_BEFORE, DAY_AFTER, SCROLL_UP, SCROLL_DOWN, CLOSE_DAY)
APP_KEYS = (HELP, QUIT)


def bindings(*keys: Key) -> list[BindingType]:
    """The keys as Textual bindings."""
    return [key.binding() for key in keys]


def hint(*keys: Key) -> str:
    """The keys in one short line: ``n note  c call back``."""
    return "  ".join(f"{key.shown} {key.label}" for key in keys)
