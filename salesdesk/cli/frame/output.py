"""What the command line prints: data to stdout, narration to stderr, and nothing that a terminal would obey."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from salesdesk.errors import SalesdeskError
from salesdesk.words.printable import printable

# What json.dumps leaves as it is and a terminal or a line reader would act on: C1 controls, line and paragraph
# separators, bidi overrides, lone surrogates. None of them stands outside a string of a JSON document.
_ACTIVE = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Unwritten(SalesdeskError):
    """What was asked for cannot be written to stdout: a full disk, a device that fails (exit 74).

    The command itself is done: what it has to say comes last.
    """

    exit_code = 74  # EX_IOERR of sysexits.h


def say(lines: Iterable[str]) -> None:
    """Print an answer in words to stdout, a line each; text from outside may stand anywhere in it."""
    _write(sys.stdout, "".join(f"{printable(line)}\n" for line in lines))


def narrate(text: str) -> None:
    """Print to stderr what is not data: progress, hints, faults."""
    _write(sys.stderr, "".join(f"{printable(line)}\n" for line in text.split("\n")))


def ask(question: str) -> None:
    """Print a question to stderr, with the cursor left behind it."""
    _write(sys.stderr, printable(question))


def say_json(data: Any) -> None:
    """Print one JSON document to stdout."""
    text = _ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(data, ensure_ascii=False, indent=2))
    _write(sys.stdout, f"{text}\n" if _can_show(text) else f"{json.dumps(data, indent=2)}\n")


def say_file(text: str) -> None:
    """Print a file's text: unchanged into a pipe or a file, so that it can be used again; made safe on a terminal."""
    if sys.stdout is not None and sys.stdout.isatty():
        say(text.expandtabs().splitlines())
    else:
        _write(sys.stdout, text)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a plain table; columns are as wide as their widest cell, wide letters counted as two."""
    from rich.cells import cell_len

    cells = [[printable(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(headers))]
    padded = ([cell + " " * (w - cell_len(cell)) for cell, w in zip(row, widths, strict=True)] for row in cells)
    return ["  ".join(row).rstrip() for row in padded]


def let_stdout_go() -> None:
    """Point stdout at nothing once it cannot be written, so that the interpreter's last flush does not fail too."""
    _let_go(1)


@contextmanager
def written() -> Iterator[None]:
    """See that what is said in here is written, and not only on its way. Raises :class:`Unwritten`."""
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fault:
        let_stdout_go()
        mend = "What the command did is done; free some space there, or send its answer elsewhere."
        raise Unwritten(f"The answer cannot be written: {fault.strerror}.", mend) from fault


def _let_go(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def _write(stream: TextIO | None, text: str) -> None:
    """Write at once, so that a broken pipe shows here; a stream that the caller closed is no fault of ours."""
    if stream is None:
        return
    if stream is sys.stdout:
        with written():
            stream.write(text)
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError:  # there is nobody left to be told; how the command ends says enough
        _let_go(2)


def _can_show(text: str) -> bool:
    """Whether the terminal's encoding has all the letters; if not, JSON can say them in ASCII."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
