"""``salesdesk rules simulate``: what the last weeks would have been under another rule file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from salesdesk.cli.frame.options import Request
from salesdesk.cli.frame.output import say, say_json, table
from salesdesk.cli.frame.signals import ends_tidily
from salesdesk.cli.rule_file import RuleFile, usable_text
from salesdesk.words.counted import counted

Days = Annotated[int, typer.Option("--days", metavar="N", min=1, max=3660, help="How many days back to replay.")]


def simulate(request: Request, file: RuleFile, days: Days = 28) -> None:
    """Replay the calls of the last days under FILE and show what would have been different. Changes nothing."""
    with request.signed_in() as sitting:
        from rules.file.load import parsed
        from salesdesk.simulation.simulate import simulate as replayed

        rules = parsed(usable_text(file)).ruleset
        with ends_tidily(), _progress() as advance:
            found = replayed(sitting.database, sitting.clock, rules, days=days, progress=advance)
    if request.json:
        say_json(found.as_json())
    else:
        say(_page(found.as_json()))


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr where that is a terminal, as a function of calls replayed and calls in all."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("Replaying", total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)


def _page(found: dict[str, Any]) -> list[str]:
    """The figures in words; the JSON document holds the same."""
    since, until = (found["period"][end][:10] for end in ("from", "to"))
    calls, archived, contacts = found["calls"], found["archived"], found["contacts"]
    return [
        f"{counted(calls['recorded'], 'call')} to {counted(found['clients'], 'client')}, {since} to {until}; "
        f"version {found['compared_with']} is in force.",
        f"Calls: {calls['simulated']} instead; {calls['moved']} moved, {calls['dropped']} dropped, "
        f"{calls['added']} added.",
        f"Archived: {counted(archived['simulated'], 'client')} instead of {archived['recorded']}; "
        f"{archived['earlier']} earlier, {archived['later']} later if ever, {archived['same']} the same, "
        f"{archived['otherwise']} ended otherwise, {archived['unknown']} not known.",
        f"Contacts: {contacts['kept']} kept, {contacts['lost']} lost, {contacts['unknown']} not known.",
        f"Moved or held by a cap: {_named(found['cap_hits'])}.",
        *_unknown(found["unknown"]),
        "",
        *_hours(found["calls_per_hour"]),
        "",
        "What these figures cannot say:",
        *(f"- {note}" for note in found["notes"]),
    ]


def _named(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "none"


def _unknown(unknown: dict[str, Any]) -> list[str]:
    """What the file does not know, by name."""
    kinds = ((kind, names) for kind, names in unknown.items() if kind != "calls" and names)
    return [f"Not known to the file, {kind}: {_named(names)}." for kind, names in kinds]


def _hours(rows: Sequence[dict[str, int]]) -> list[str]:
    """The client's local hours in which anything happens."""
    busy = [row for row in rows if row["recorded"] or row["simulated"]]
    cells = [
        [
            f"{row['hour']:02d}:00",
            str(row["recorded"]),
            str(row["simulated"]),
            f"{row['simulated'] - row['recorded']:+d}",
        ]
        for row in busy
    ]
    return table(("Client's hour", "Recorded", "Simulated", "Change"), cells)
