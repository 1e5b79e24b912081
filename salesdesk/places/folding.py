"""Names of places reduced to what people agree on: no case, accents, apostrophes, hyphens or spaces."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile("['’ʼ‘`´′ʹʺ]")
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")
# Letters that no decomposition takes apart; and those in which Ukrainian, Russian and Kazakh spellings of one name part
# (Калінінград, Калининград; Якутськ, Якутск; Қарағанды, Караганда): without it a name is found in one language only.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "e"}
    | dict(zip("іыєэґәғқңөұүһ", "ииеегагкноуух", strict=True))
    | {"ь": "", "ъ": ""}
)
_SHORT = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}


def words(text: str) -> list[str]:
    """The words of a name, folded: ``Saint-Étienne`` gives ``st``, ``etienne``; ``Орёл`` gives ``орел``."""
    plain = text.casefold()
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).translate(_LETTERS)
    return [_SHORT.get(word, word) for word in _WORD.findall(_APOSTROPHES.sub("", plain))]


def fold(text: str) -> str:
    """The words of a name run together, so that ``Нью Йорк`` and ``Нью-Йорк`` are one."""
    return "".join(words(text))
