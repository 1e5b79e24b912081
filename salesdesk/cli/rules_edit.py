"""``salesdesk rules edit`` and the one-line edits: each makes a version of the rules in force."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.frame.asking import Yes, agree, at_terminal, will_ask
from salesdesk.cli.frame.options import Request, common, noun
from salesdesk.cli.frame.output import narrate
from salesdesk.cli.rule_file import MoveTo, Note, change_lines, say_applied
from salesdesk.environment import EDITORS, variable
from salesdesk.errors import BadRequest

if TYPE_CHECKING:
    from salesdesk.access.sitting import Sitting

GROUPS = {
    "ladder": noun("Say when to call again after each missed call."),
    "reason": noun("Change the choices under a button."),
    "status": noun("Change the stages of a client."),
}

Id = Annotated[str, typer.Argument(metavar="ID", help="Lower-case letters, digits and dashes.")]
Label = Annotated[str, typer.Option("--label", metavar="TEXT", help="What people read.")]


def edit(request: Request, note: Note = "edited", move_to: MoveTo = None, *, yes: Yes = False) -> None:
    """Change the rules in force in your editor ($VISUAL or $EDITOR).

    On a terminal it shows what differs and asks before that is put in force.
    """
    with request.signed_in() as sitting:
        from salesdesk.rule_changes.changing import Wish, change
        from salesdesk.rule_changes.editor import draft, editor_of, rework
        from salesdesk.storage.models import key_of
        from salesdesk.work.rulebook import version_row

        open_editor = editor_of({name: variable(name) or "" for name in EDITORS})
        with sitting.database.read() as session:
            base = version_row(session)
        with draft(base.toml, narrate) as path:
            text = rework(path, open_editor)
            if will_ask(yes):
                _show_changes(sitting, text, key_of(base))
            agree("Put these rules in force?", yes=yes)
            wish = Wish(lambda _: text, note, "rules.edit", base.id, move_to)
            applied = change(sitting, wish)
    say_applied(request, applied)


def _show_changes(sitting: Sitting, text: str, base: int) -> None:
    """What would differ, before it is put in force; not where the rules in force cannot be read."""
    from salesdesk.rule_changes.changing import compare

    try:
        changes = compare(sitting, text, None)
    except BadRequest:
        narrate(f"Version {base} cannot be read by this program, so what differs cannot be shown.")
    else:
        narrate("\n".join([f"Compared with version {base}:", *change_lines(changes)]))


@GROUPS["ladder"].command("set")
@common
def set_ladder(
    request: Request,
    name: Id,
    rungs: Annotated[list[str], typer.Argument(metavar="RUNG", help="Such as: 5m 30m 3h 1d archive")],
    *,
    new: Annotated[bool, typer.Option("--new", help="Make a ladder where there is none of this ID.")] = False,
    note: Note = "",
) -> None:
    """Give a ladder these rungs, one for each missed call in a row. With --new an unknown ID makes a new ladder."""
    with request.signed_in() as sitting:
        from salesdesk.rule_changes import editing
        from salesdesk.rule_changes.changing import Wish, change
        from salesdesk.storage.models import MAX_NAME
        from salesdesk.work.rulebook import version_row

        if not new:
            with sitting.database.read() as session:
                known = editing.ladders_of(version_row(session).toml)
            _require_ladder(name, known)
        said = note or f"ladder {name}: {' '.join(rungs)}"[:MAX_NAME]
        applied = change(sitting, Wish(lambda text: editing.set_ladder(text, name, rungs), said, "rules.edit"))
    say_applied(request, applied)


def _require_ladder(name: str, known: tuple[str, ...]) -> None:
    """See that a ladder is there; a name that was mistyped must not make another. Where somebody can be asked, ask."""
    if name in known:
        return
    if not at_terminal():
        close = get_close_matches(name, known, 1)
        meant = f'Did you mean "{close[0]}"? ' if close else ""
        raise BadRequest(
            f'The rules have no ladder "{name}".',
            f"{meant}Known: {', '.join(known) or 'none'}. To make a new one: --new",
        )
    agree(f'The rules have no ladder "{name}" (known: {", ".join(known) or "none"}). Make it?', yes=False)


@GROUPS["reason"].command("set")
@common
def set_reason(
    request: Request,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="The button's id.")],
    reason: Annotated[str, typer.Argument(metavar="REASON", help="The reason's id; a new one is added.")],
    *,
    ladder: Annotated[str, typer.Option("--ladder", metavar="ID", help="The ladder that it leads to.")],
    label: Annotated[str | None, typer.Option("--label", metavar="TEXT", help="What people read.")] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="K", help="A digit from 1 to 9.")] = None,
    note: Note = "",
) -> None:
    """Have a reason of a button lead to a ladder; a new reason is added to the button."""
    from salesdesk.rule_changes import editing

    wanted = editing.NewReason(reason, ladder, label, key)
    said = note or f"reason {reason} of {outcome}: ladder {ladder}"
    _edit(request, lambda text: editing.set_reason(text, outcome, wanted), said)


@GROUPS["status"].command("add")
@common
def add_status(
    request: Request,
    name: Id,
    *,
    label: Label,
    kind: Annotated[str, typer.Option("--kind", metavar="K", help="open, won, lost or archived.")],
    after: Annotated[str | None, typer.Option("--after", metavar="ID", help="The status that it follows.")] = None,
    note: Note = "",
) -> None:
    """Add a status; an open one takes its place in the funnel too."""
    from salesdesk.rule_changes import editing

    _edit(request, lambda text: editing.add_status(text, name, label, kind, after), note or f"status {name}: added")


@GROUPS["status"].command("rename")
@common
def rename_status(request: Request, name: Id, label: Label, note: Note = "") -> None:
    """Give a status another label; its id stays."""
    from salesdesk.rule_changes import editing

    _edit(request, lambda text: editing.rename_status(text, name, label), note or f"status {name}: renamed")


@GROUPS["status"].command("remove")
@common
def remove_status(request: Request, name: Id, move_to: MoveTo = None, note: Note = "") -> None:
    """Take a status out of the rules; clients who stand in it go to another one."""
    from salesdesk.rule_changes import editing

    _edit(request, lambda text: editing.remove_status(text, name), note or f"status {name}: removed", move_to)


def _edit(request: Request, edit: Callable[[str], str], note: str, move_to: str | None = None) -> None:
    """Change the rules in force, whichever they are by then, in one transaction."""
    with request.signed_in() as sitting:
        from salesdesk.rule_changes.changing import Wish, change

        applied = change(sitting, Wish(edit, note, "rules.edit", move_to=move_to))
    say_applied(request, applied)
