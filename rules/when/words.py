"""The words of typed time in English, Ukrainian and Russian.

Lower case, without apostrophes and with е for ё, as :func:`rules.when.items.words_of` gives them; looked up whole,
never by prefix. A word that means different things in two of the languages stands in neither list.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

_Value = TypeVar("_Value")

MINE = (
    "по моему времени", "по моєму часу", "за моїм часом", "моего времени", "мого часу", "мое время", "мій час",
    "по моему", "по-моему", "по моєму", "по-моєму", "у мене", "у меня", "my time", "for me",
    "me", "mine", "мое", "мой", "моему", "мій", "моє", "моєму", "моїм",
)  # fmt: skip
"""Endings that say that a time is one's own; the longer before what they end in."""

DAYS_AHEAD = {
    "today": 0, "сьогодні": 0, "сегодня": 0,
    "tomorrow": 1, "tom": 1, "tmr": 1, "tmrw": 1, "завтра": 1,
    "day after tomorrow": 2, "after tomorrow": 2, "overmorrow": 2,
    "післязавтра": 2, "після завтра": 2, "позавтра": 2, "послезавтра": 2, "после завтра": 2,
}  # fmt: skip

_WEEKDAYS = (
    "mon monday пн пон понеділок понеділка понеділку понедельник понедельника понедельнику",
    "tue tues tuesday вт вівт вівторок вівторка вівторку вторник вторника вторнику",
    "wed weds wednesday ср середа середу середи середі среда среду среды среде",
    "thu thur thurs thursday чт чет четв четвер четверга четвергу четверг",
    "fri friday пт пят пятниця пятницю пятниці пятница пятницу пятницы пятнице",
    "sat saturday сб суб субота суботу суботи суботі суббота субботу субботы субботе",
    "sun sunday нд неділя неділю неділі вс вск воскресенье воскресение воскресенья воскресенью",
)
WEEKDAYS = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()}

# Which week is meant, from this one on.
WEEK_OF = {
    word: week
    for week, words in enumerate((
        "this цей ця це цю цієї цього цьому этот эта это эту этой этого",
        "next наступний наступна наступну наступної наступній наступного наступному"
        " следующий следующая следующую следующей следующего следующее след",
    ))
    for word in words.split()
}  # fmt: skip
WEEK = frozenset(["week", "тиждень", "тижня", "тижні", "неделя", "неделю", "недели", "неделе"])

_MONTHS = (
    "jan january січ січня січень янв января январь",
    "feb february лют лютого лютий фев февр февраля февраль",
    "mar march бер берез березня березень мар марта март",
    "apr april кві квіт квітня квітень апр апреля апрель",
    "may тра трав травня травень мая май",
    "jun june чер черв червня червень июн июня июнь",
    "jul july лип липня липень июл июля июль",
    "aug august серп серпня серпень авг августа август",
    "sep sept september вер верес вересня вересень сен сент сентября сентябрь",
    "oct october жов жовт жовтня жовтень окт октября октябрь",
    "nov november лис лист листопада листопад ноя нояб ноября ноябрь",
    "dec december гру груд грудня грудень дек декабря декабрь",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
ORDINALS = frozenset(
    ["st", "nd", "rd", "th", "-st", "-nd", "-rd", "-th", "го", "-го", "е", "-е", "те", "-те", "числа", "число"]
)
YEAR = frozenset(["г", "года", "год", "р", "року", "рік"])

# Parts of a day: the hours they hold, and one to give as an example.
PARTS = {
    phrase: hours
    for hours, phrases in {
        (1, 11, 9): "morning,in the morning,утра,утром,ранку,вранці,зранку,ранком",
        (12, 17, 14): "afternoon,in the afternoon,дня,днем,вдень,после обеда,після обіду,пополудні",
        (16, 23, 18): "evening,in the evening,вечера,вечером,вечора,ввечері,увечері,вечором",
    }.items()
    for phrase in phrases.split(",")
}
PARTS_OF_TODAY = {
    "this morning": PARTS["morning"], "this afternoon": PARTS["afternoon"], "this evening": PARTS["evening"],
    "tonight": (17, 23, 18),
}  # fmt: skip
NOON = ("noon", "midday", "полдень", "опівдні", "полудень")
MIDNIGHT = frozenset(["midnight", "полночь", "північ", "опівночі"])

HALVES = {"am": 0, "a": 0, "pm": 12, "p": 12}
HOUR_WORDS = frozenset(["oclock", "h", "ч", "час", "часа", "часов", "год", "годині", "години", "годин"])
MINUTE_WORDS = frozenset(["m", "min", "хв", "хвилин", "мин", "минут"])

# What may lead: to a time of day, to a day, to either.
LEADS = {
    "at": "clock", "о": "clock", "об": "clock", "on": "day", "the": "day", "до": "day", "of": "day",
    "у": "any", "в": "any", "во": "any", "на": "any", "к": "any", "ко": "any", "by": "any", "for": "any",
}  # fmt: skip

SIGN = "+"
AFTER = frozenset((SIGN, "in", "after", "через", "за"))
LASTING = frozenset(("for", "на"))  # how long, as well as to which time of day
FROM_NOW = ("from", "now")
AND = frozenset(("and", "і", "й", "та", "и"))

HALF_HOURS = {
    "half an hour": 30, "half hour": 30, "a half hour": 30, "пів години": 30, "півгодини": 30, "пів-години": 30,
    "пол часа": 30, "полчаса": 30, "пол-часа": 30, "quarter of an hour": 15, "чверть години": 15, "четверть часа": 15,
    "an hour and a half": 90, "hour and a half": 90, "півтори години": 90, "півтора години": 90, "полтора часа": 90,
}  # fmt: skip
AND_A_HALF = {"and a half": 30, "з половиною": 30, "с половиной": 30}

_NUMBERS = (
    "a an one один одну одна",
    "two два дві две",
    "three три",
    "four чотири четыре",
    "five пять",
    "six шість шесть",
    "seven сім семь",
    "eight вісім восемь",
    "nine девять",
    "ten десять",
)
NUMBERS = {word: number for number, words in enumerate(_NUMBERS, 1) for word in words.split()}

_UNITS = {
    "m": "m min mins minute minutes хв хвил хвилина хвилину хвилини хвилин м мин минута минуту минуты минут",
    "h": "h hr hrs hour hours год година годину години годин ч час часа часов",
    "d": "d day days день дні днів дн д дня дней",
    "w": "w wk week weeks тиж тиждень тижні тижнів тижня нед неделю недели недель",
    "mo": "mo month months місяць місяці місяців месяц месяца месяцев",
}
UNITS = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_LONE_UNITS = "minute hour day week month хвилину годину день тиждень місяць минуту час неделю месяц год"
LONE_UNITS = frozenset(_LONE_UNITS.split(" "))
"""Units that mean one of them where no number stands before them: ``через час``. A letter alone has lost its number."""


@lru_cache(maxsize=1)
def _every_word() -> tuple[str, ...]:
    tables = (
        MINE, DAYS_AHEAD, WEEKDAYS, WEEK_OF, WEEK, MONTHS, ORDINALS, YEAR, PARTS, PARTS_OF_TODAY, NOON, MIDNIGHT,
        HALVES, HOUR_WORDS, MINUTE_WORDS, LEADS, AFTER, FROM_NOW, AND, HALF_HOURS, AND_A_HALF, NUMBERS, UNITS,
    )  # fmt: skip
    return tuple({word for table in tables for phrase in table for word in phrase.split()})


def begins_word(letters: str) -> bool:
    """Whether a word of typed time begins with these letters, in either case, or is them."""
    return any(word.startswith(letters.casefold()) for word in _every_word())


def longest(table: Mapping[str, _Value], words: list[str], at: int) -> tuple[_Value, int] | None:
    """The value of the longest phrase of the table that stands at a place, and the place after it."""
    for count in (5, 4, 3, 2, 1):
        phrase = " ".join(words[at : at + count])
        if phrase in table:
            return table[phrase], min(at + count, len(words))
    return None
