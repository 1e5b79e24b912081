"""``salesdesk rules``: the rule file, its checks and its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli import rules_edit
from salesdesk.cli.frame.options import Request, common, noun
from salesdesk.cli.frame.output import narrate, say, say_file, say_json, table
from salesdesk.cli.rule_file import (
    MoveTo,
    Note,
    NotText,
    RuleFile,
    fault_json,
    fault_line,
    found_in,
    say_applied,
    tell_warnings,
    text_of,
    usable_text,
)
from salesdesk.errors import BadRequest
from salesdesk.words.counted import counted

if TYPE_CHECKING:
    from salesdesk.access.people import Person
    from salesdesk.storage.database import Database

app = noun("Look at and change the rules: buttons, ladders, statuses and hours, in one TOML file with versions.")

Version = Annotated[int | None, typer.Option("--version", metavar="N", help="An older version.")]
Number = Annotated[int, typer.Argument(metavar="N", help="The version whose text comes back.")]


@app.command("show")
@common
def show(request: Request, version: Version = None) -> None:
    """Print the rules in force, or an older version."""
    with request.signed_in() as sitting:
        from salesdesk.rule_changes.changing import history
        from salesdesk.work.rulebook import version_row

        with sitting.database.read() as session:
            number = version_row(session, version).id
        shown = history(sitting, number)[0]
    if request.json:
        say_json(shown.as_json())
    else:
        say_file(shown.row.toml)


@app.command("check")
@common
def check(request: Request, file: RuleFile) -> int:
    """Name every fault of a rule file with its line. Needs no database."""
    from rules.file.faults import Fault

    try:
        faults, warnings = found_in(text_of(file))
    except NotText as refused:
        faults, warnings = (Fault(refused.line, "", f"not UTF-8 text. {refused.mend}"),), ()
    except BadRequest as refused:
        faults, warnings = (Fault(None, "", f"{refused.title} {refused.mend}"),), ()
    for fault in faults:
        narrate(fault_line(file, fault))
    tell_warnings(file, warnings)
    if request.json:
        found = {"faults": [fault_json(fault) for fault in faults], "warnings": [fault_json(w) for w in warnings]}
        say_json({"ok": not faults, **found})
    elif not faults:
        say([f"{file}: no faults, {counted(len(warnings), 'warning')}"])
    return BadRequest.exit_code if faults else 0


@app.command("diff")
@common
def diff(request: Request, file: RuleFile, version: Version = None) -> None:
    """Say, rule by rule, how a rule file differs from the rules in force, or from an older version."""
    with request.signed_in() as sitting:
        from salesdesk.rule_changes.changing import compare

        changes = compare(sitting, usable_text(file), version)
    if request.json:
        say_json([change.as_json() for change in changes])
    else:
        say([str(change) for change in changes] or ["No rule differs."])


@app.command("apply")
@common
def apply(request: Request, file: RuleFile, note: Note, move_to: MoveTo = None) -> None:
    """Put a rule file in force as a new version."""
    with request.signed_in() as sitting:
        from salesdesk.rule_changes.changing import Wish, change

        text = usable_text(file)
        applied = change(sitting, Wish(lambda _: text, note, move_to=move_to))
    say_applied(request, applied)


@app.command("history")
@common
def history(request: Request) -> None:
    """List the versions, newest first."""
    with request.signed_in() as sitting:
        from salesdesk.rule_changes.changing import history

        versions, zone = history(sitting), _zone(sitting.database, sitting.person)
    if request.json:
        say_json([version.as_json(toml=False) for version in versions])
    else:
        from salesdesk.cli.frame.words import local_text

        rows = [[str(v.row.id), local_text(v.row.at, zone), v.author or "", v.row.note] for v in versions]
        say(table(["version", f"made ({zone})", "by", "why"], rows))


def _zone(database: Database, person: Person) -> str:
    """Where times are read; the history must show even when the rules that name the home zone cannot be used."""
    from salesdesk.cli.frame.words import home_zone
    from salesdesk.errors import StorageError

    try:
        return home_zone(database, person)
    except StorageError:
        return "UTC"


@app.command("rollback")
@common
def rollback(request: Request, version: Number, note: Note = "", move_to: MoveTo = None) -> None:
    """Put the text of an older version in force again, as a new version."""
    with request.signed_in() as sitting:
        from salesdesk.rule_changes.changing import Wish, roll_back

        wish = Wish(str, note or f"back to version {version}", move_to=move_to)
        applied = roll_back(sitting, version, wish)
    say_applied(request, applied)


app.command("edit")(common(rules_edit.edit))
for word, group in rules_edit.GROUPS.items():
    app.add_typer(group, name=word)
