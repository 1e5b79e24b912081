"""Editing the rules in the person's own editor, with the faults shown beside their lines, and no text ever lost."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

import platformdirs

from rules.file.faults import Fault, RuleFaults
from rules.file.load import parsed
from salesdesk.errors import BadRequest, NothingToDo
from salesdesk.words.counted import counted
from salesdesk.words.printable import printable

_MARK = re.compile(r"^[ \t]*# \^ FAULT: .*\n?", re.MULTILINE)

OpenEditor = Callable[[Path], None]


def editor_of(environment: Mapping[str, str]) -> OpenEditor:
    """What opens a file in the person's editor and waits for its end: ``$VISUAL``, else ``$EDITOR``.

    Raises :class:`BadRequest` when none is set; what it gives raises it when the editor cannot be run or fails. Its
    screen goes to standard error where standard output is no terminal.
    """
    said = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        command = shlex.split(said)
    except ValueError as fault:
        raise BadRequest(
            f"The editor {said!r} cannot be understood: {fault}.", "Set EDITOR, for example: nano"
        ) from None
    if not command:
        raise BadRequest("No editor is set.", "Set VISUAL or EDITOR, for example: EDITOR=nano salesdesk rules edit")

    def run(path: Path) -> None:
        try:
            done = subprocess.run([*command, path], check=False, stdout=None if os.isatty(1) else 2)  # noqa: S603
        except OSError as fault:
            raise BadRequest(f'The editor "{command[0]}" cannot be run: {fault.strerror}.', "Set EDITOR.") from fault
        if done.returncode:
            raise BadRequest(f'The editor "{command[0]}" ended with code {done.returncode}.', "Nothing was changed.")

    return run


@contextmanager
def draft(text: str, tell: Callable[[str], None]) -> Iterator[Path]:
    """A file with the text, readable by this person only. When all goes well it is removed.

    Otherwise, if the person has written anything, it stays and ``tell`` says where: whatever happens, a text is never
    lost.
    """
    folder = Path(platformdirs.user_state_dir("salesdesk", appauthor=False)) / "rules"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = mkstemp(prefix="edit-", suffix=".toml", dir=folder)
    except OSError as fault:
        raise BadRequest(f"{folder}: {fault.strerror}.", "Give yourself write permission there.") from fault
    os.close(handle)
    path = Path(name)
    _write(path, text)
    try:
        yield path
    except BaseException:
        written = without_marks(path.read_bytes().decode(errors="surrogateescape"))
        if not written.strip() or written == text:
            path.unlink()
        else:
            _write(path, written)
            tell(f"Your text is kept in {path}")
        raise
    path.unlink()


def rework(path: Path, open_editor: OpenEditor) -> str:
    """Have the person edit the rules in ``path`` until they have no faults, and give the new text.

    The faults stand in the file as comments while it is open again. Raises :class:`NothingToDo` when the text is left
    as it was or emptied, and :class:`BadRequest` when the person saves faults again without a change.
    """
    before = last = _read(path)
    while True:
        open_editor(path)
        text = _read(path)
        if not text.strip() or text == before:
            raise NothingToDo("The rules were left as they are.")
        faults = _faults_of(text)
        if not faults:
            return text
        if text == last:
            lines = "\n".join(f"  {fault}" for fault in faults)
            raise BadRequest(f"The rules still have {counted(len(faults), 'fault')}:\n{lines}", "Nothing was changed.")
        last = text
        _write(path, with_marks(text, faults))


def with_marks(text: str, faults: tuple[Fault, ...]) -> str:
    """The text with every fault as a comment below its line, and on top how many there are and which is the first."""
    lines = text.splitlines(keepends=True)
    for fault in sorted(faults, key=lambda fault: fault.line or 0, reverse=True):
        at = min(fault.line or 0, len(lines))
        said = ": ".join(part for part in (fault.path, fault.message) if part)
        if at and not lines[at - 1].endswith("\n"):
            lines[at - 1] += "\n"
        lines.insert(at, f"# ^ FAULT: {printable(said)}\n")
    first = min(faults, key=lambda fault: fault.line or 0)
    where = f" at line {first.line + 1}" if first.line else ""  # as the line is with this one above it
    told = ": ".join(part for part in (first.path, first.message) if part)
    count = counted(len(faults), "fault")
    return "".join([f"# ^ FAULT: {count}, the first{where}: {printable(told)}\n", *lines])


def without_marks(text: str) -> str:
    """The text without what :func:`with_marks` put in."""
    return _MARK.sub("", text)


def _faults_of(text: str) -> tuple[Fault, ...]:
    try:
        parsed(text)
    except RuleFaults as found:
        return found.faults
    return ()


def _read(path: Path) -> str:
    try:
        return without_marks(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise BadRequest(f"{path}:{line}: not UTF-8 text.", "Have your editor save UTF-8.") from fault
    except OSError as fault:
        raise BadRequest(f"{path}: {fault.strerror}.", "Nothing was changed.") from fault


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode(errors="surrogateescape"))
