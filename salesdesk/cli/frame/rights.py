"""Which right each command asks for: the words of the command line, mapped to the program's rights."""

from __future__ import annotations

from collections.abc import Iterator

from salesdesk.access.rights import Right

FREE = frozenset(("init", "demo", "doctor", "db status", "db check", "rules check"))
"""Commands that ask nobody who they are."""

_COMMANDS: dict[Right, str] = {
    Right.WORK: "desk, task next, task outcome, task release, task skip, task undo, task inbound",
    Right.SEE_CLIENT: "clients show, task why",
    Right.PLACE_CLIENT: "clients zone",
    Right.MARK_NUMBER: "clients phone",
    Right.SEE_LOAD: "task load",
    Right.SEE_FIGURES: "kpi",
    Right.SEE_PLAN: "plan show",
    Right.OWN_PASSWORD: "users password",
    Right.SEE_TEAM: "users list",
    Right.FREE_CLAIMS: "task held",
    Right.RUN_TRIGGERS: "tick",
    Right.SET_PLAN: "plan set",
    Right.IMPORT: "clients import",
    Right.ADD: "clients add",
    Right.LIST: "clients list",
    Right.FIND: "clients find",
    Right.EXPORT: "clients export",
    Right.MOVE: "clients move",
    Right.REOPEN: "clients reopen",
    Right.MERGE: "clients merge",
    Right.SUPPRESS: "clients dnc",
    Right.SEE_RULES: "rules show, rules diff, rules history",
    Right.SIMULATE: "rules simulate",
    Right.SEE_AUDIT: "audit",
    Right.FORGET: "clients forget",
    Right.BACK_UP: "db backup",
    Right.RESTORE: "db restore",
    Right.UPGRADE: "db upgrade",
    Right.GRANT: "db grant",
    Right.MANAGE_PEOPLE: "users add, users disable, users enable, users hours, users pool",
    Right.CHANGE_RULES: """rules apply, rules edit, rules rollback, rules ladder set, rules reason set,
        rules status add, rules status rename, rules status remove""",
}


def _rows() -> Iterator[tuple[str, Right]]:
    for right, commands in _COMMANDS.items():
        yield from ((" ".join(command.split()), right) for command in commands.split(","))


RIGHT_OF: dict[str, Right] = dict(_rows())
"""The right that a command (its words without the program's name) asks for. A new one must be given its row."""
