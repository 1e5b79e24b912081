"""The line scanner follows every shape that TOML allows."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.file.lines import Path, find_lines, line_at
from rules.file.preset import PRESETS, preset_text

TEXT = '''\
# a comment with [brackets] and "quotes"
schema = 1            # line 2

title = """
[not.a.table]
key = "not a key" \\""" still inside
"""""
plain = \'\'\'
[[nor.this]]\'\'\'
[ calling ]           # line 10
window = { mon-fri = "09:00-20:00", "sat" = "a # b", odd = {} }
"quoted \\"key\\".x" = 'C:\\'
dotted.inner . deep = 2021-01-01 10:00:00
[[calling.region]]
where = "US"
[calling.region.extra]
a = true
[[calling.region]]    # line 18
where = "US-FL"
window.mon = ""
[[outcome]]
id = "one"
ask = [               # line 23
  "time", # ] not the end
  "note",

  "amount" ]
next = { task = "call",   after = "1d" }
  [[outcome.reason]]
  id = "r0"           # line 30
  [[outcome.reason]]
  id = "r1"
[[outcome]]
id = "two"
list = [[1, 2], [], [{ a = 1 },
  { a = 2 }]]
  [[outcome.reason]]
  id = "r2"
[late.table]          # line 39
[late]
x = 1'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("schema",), 2),
        (("title",), 4),
        (("plain",), 8),
        (("calling",), 10),
        (("calling", "window"), 11),
        (("calling", "window", "sat"), 11),
        (("calling", "window", "odd"), 11),
        (("calling", 'quoted "key".x'), 12),
        (("calling", "dotted"), 13),
        (("calling", "dotted", "inner", "deep"), 13),
        (("calling", "region", 0), 14),
        (("calling", "region", 0, "where"), 15),
        (("calling", "region", 0, "extra", "a"), 17),
        (("calling", "region", 1), 18),
        (("calling", "region", 1, "where"), 19),
        (("calling", "region", 1, "window", "mon"), 20),
        (("outcome", 0), 21),
        (("outcome", 0, "ask"), 23),
        (("outcome", 0, "ask", 0), 24),
        (("outcome", 0, "ask", 1), 25),
        (("outcome", 0, "ask", 2), 27),
        (("outcome", 0, "next", "after"), 28),
        (("outcome", 0, "reason", 0, "id"), 30),
        (("outcome", 0, "reason", 1), 31),
        (("outcome", 1), 33),
        (("outcome", 1, "list", 0, 1), 35),
        (("outcome", 1, "list", 2, 1, "a"), 36),
        (("outcome", 1, "reason", 0, "id"), 38),
        (("late", "table"), 39),
        (("late",), 40),
        (("late", "x"), 41),
    ],
)
def test_every_key_has_its_line(path: Path, line: int) -> None:
    assert find_lines(TEXT)[path] == line


def test_what_is_missing_stands_where_its_table_does() -> None:
    lines = find_lines(TEXT)
    assert line_at(lines, ("outcome", 1, "label")) == 33
    assert line_at(lines, ("outcome", 0, "next", "to")) == 28
    assert line_at(lines, ("money", "currency")) == 1


def test_windows_line_ends_count_once() -> None:
    assert find_lines("a = 1\r\n\r\nb = 2\r\n")[("b",)] == 3


def test_a_value_nested_too_deeply_keeps_its_own_line() -> None:
    depth = 100_000
    lines = find_lines(f"a = 1\nb = {'[' * depth}{']' * depth}\n")
    assert lines[("b",)] == 2


def paths_of(value: object, path: Path = ()) -> list[Path]:
    """The path of every table, key and list item of a parsed document."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [path, *(found for step, item in inside for found in paths_of(item, (*path, step)))]


@pytest.mark.parametrize("text", [TEXT, *map(preset_text, PRESETS)])
def test_nothing_is_left_out_or_invented(text: str) -> None:
    assert set(find_lines(text)) == set(paths_of(tomllib.loads(text)))


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=3), max_size=5))
def test_any_keys_and_texts_are_followed(content: dict[str, list[str]]) -> None:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

    lines = [f"{quoted(key)} = [{', '.join(map(quoted, items))}]" for key, items in content.items()]
    found = find_lines("\n".join(lines))
    assert [found[(key,)] for key in content] == list(range(1, len(content) + 1))
