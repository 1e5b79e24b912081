"""Words as the screens paint them: literal, on one line, without control sequences. Pure."""

from __future__ import annotations

from textual.content import Content

from salesdesk.words.printable import printable

DIM = "dim"
BOLD = "bold"


def outside(text: str, style: str = "") -> Content:
    """Text from outside as literal content: never markup, never a control sequence."""
    return Content.styled(printable(text), style)


def lines(*rows: Content) -> Content:
    """Rows one under the other."""
    return Content("\n").join(rows)


def one_line(text: str) -> str:
    """Lines of any kind as one, without what is no text, each apart from the next as notes are; blanks at the ends of a
    line alone stay.
    """
    if len(text.splitlines()) == 1 and text.splitlines()[0] == text:
        return printable(text)
    said = (printable(line).strip() for line in text.splitlines())
    return " · ".join(line for line in said if line)
