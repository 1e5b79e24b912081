"""Which encoding a table file is in: by its mark, by being valid UTF-8, else by which letters come out."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path

from salesdesk.errors import BadRequest

_CHUNK = 1 << 20  # bytes read at once
_SAMPLE = 1 << 16  # bytes of lines with letters outside ASCII, enough to tell encodings apart
_MARKS = (  # longest first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EXCEL = "This is an Excel workbook; save it as CSV"
_MAGIC = {
    b"PK\x03\x04": _EXCEL,
    b"\xd0\xcf\x11\xe0": _EXCEL,
    b"%PDF": "This is a PDF; export the table as CSV",
    b"\x1f\x8b": "This is a gzip archive; unpack it first",
    b"SQLite format 3\0": "This is a database; export the table as CSV",
}
# The commonest letters of Ukrainian and Russian text: about two thirds of either.
_CYRILLIC = frozenset("оаеинітрсвлкмпду")
# Letters outside ASCII by language (Polish, Czech and Slovak, Hungarian, Romanian, Croatian; German, French, Italian,
# Spanish, Portuguese, Danish and Norwegian, Swedish and Finnish).
_LATIN = {
    "cp1252": ("äöüß", "àâçèéêëîïôùûœ", "àèéìòù", "áéíóúüñ", "àáâãçéêíóôõú", "æøå", "äöå"),
    "cp1250": ("ąćęłńóśźż", "áčďéěíľňóôřšťúůýž", "áéíóöőúüű", "âăîşţ", "čćđšž"),
}


def find_encoding(path: Path, wanted: str | None = None) -> str:
    """The encoding of a file, checked over the whole of it; ``wanted``, when given, is only checked.

    Raises :class:`BadRequest` for a file that is no text, an encoding that does not exist, or bytes that it does not
    allow (naming the line and the byte). Raises ``OSError`` when the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(16)
    for magic, words in _MAGIC.items():
        if head.startswith(magic):
            raise BadRequest(f"{path}: not a CSV file", f"{words}.")
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    named = _codec(wanted, marked) if wanted else marked
    if not (named or "").startswith(("utf-16", "utf-32")) and any(b"\0" in chunk for chunk in _chunks(path)):
        mend = "Save the table as CSV in UTF-8; for UTF-16 without its mark give --encoding utf-16-le."
        raise BadRequest(f"{path}: not a text file", mend)
    if named:
        return _checked(path, named)
    if first_fault(path, "utf-8") is None:
        return "utf-8"
    return next(name for name in _likeliest(_sample(path)) if first_fault(path, name) is None)


def first_fault(path: Path, encoding: str) -> int | None:
    """The offset of the first byte that an encoding does not allow, or ``None`` when the whole file decodes."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    try:
        for chunk in _chunks(path):
            kept = len(decoder.getstate()[0])
            start = offset - kept
            decoder.decode(chunk)
            offset += len(chunk)
        start = offset - len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        return start + fault.start
    except UnicodeError:  # some codecs do not say where
        return offset
    return None


def _codec(wanted: str, marked: str | None) -> str:
    """The codec that a person named; one that skips the byte order mark when the file begins with one."""
    try:
        name = codecs.lookup(wanted).name
        io.TextIOWrapper(io.BytesIO(), name)  # refuses codecs that are not for text
    except (LookupError, ValueError) as fault:
        mend = "Known ones are utf-8, utf-16, cp1251, koi8-u, cp1250, cp1252."
        raise BadRequest(f'There is no text encoding "{wanted}"', mend) from fault
    family = name.removesuffix("-le").removesuffix("-be")
    return marked if marked and marked.removesuffix("-sig") == family else name


def _checked(path: Path, encoding: str) -> str:
    fault = first_fault(path, encoding)
    if fault is None:
        return encoding
    line = _lines_before(path, fault) + 1
    raise BadRequest(
        f"{path}:{line}: not valid {encoding} (byte {fault + 1} of the file)",
        "Leave --encoding out to have it found, or save the file as UTF-8.",
    )


def _lines_before(path: Path, offset: int) -> int:
    lines = 0
    for chunk in _chunks(path):
        lines += chunk[: max(offset, 0)].count(b"\n")
        offset -= len(chunk)
    return lines


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_CHUNK), b"")


def _sample(path: Path) -> bytes:
    """The first lines that hold bytes outside ASCII."""
    found = bytearray()
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(_SAMPLE), b""):
            if not line.isascii():
                found += line
            if len(found) >= _SAMPLE:
                break
    return bytes(found)


def _likeliest(sample: bytes) -> list[str]:
    """The old one-byte encodings, the likeliest first.

    Cyrillic words are runs of bytes above 127; Latin ones hold single accented letters among ASCII. Within either
    family the encoding wins whose letters are the common ones of its languages, in believable case.
    """
    high = re.findall(rb"[\x80-\xff]+", sample)
    in_runs = sum(len(run) for run in high if len(run) >= 3)
    cyrillic = sorted(("cp1251", "koi8-u"), key=lambda name: -_cyrillic_score(sample.decode(name, "ignore")))
    latin = sorted(_LATIN, key=lambda name: -_latin_score(sample.decode(name, "ignore"), name))
    families = [cyrillic, latin] if in_runs * 2 >= sum(map(len, high)) else [latin, cyrillic]
    return [name for family in families for name in family]


def _cyrillic_score(text: str) -> int:
    common = sum(c in _CYRILLIC for c in text.casefold())
    broken_case = len(re.findall(r"[а-яієїґ][А-ЯІЄЇҐ]", text))
    return common - 3 * broken_case


def _latin_score(text: str, encoding: str) -> int:
    """How many letters belong together less how many do not, each line read as the language that suits it best."""
    lines = (re.sub(r"[\x00-\x7f]", "", line).casefold() for line in text.splitlines())
    return sum(max(sum(1 if c in letters else -1 for c in line) for letters in _LATIN[encoding]) for line in lines)
