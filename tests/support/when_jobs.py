"""Typed times with words that have two jobs: what is understood, and what is refused with both readings.

Now is Monday 23 November 2026, 12:00 in Kyiv, where the client lives. Phrases stand apart by ``|``, none of them in the
other tables of typed times.
"""

MEANT = {
    # A delay behind the word that leads to one, with its unit.
    "2026-11-23 12:05": {
        "en": "in 5 min | +5m | in five minutes | 5 min from now | after 5 minutes",
        "uk": "через 5 хв | за п'ять хвилин | +5хв | через 5 хвилин",
        "ru": "через 5 мин | за 5 минут | +5мин | через пять минут",
    },
    "2026-11-23 12:15": {
        "en": "in 15 | in 15 min | in quarter of an hour | after 15 min | 15 from now",
        "uk": "через 15 | через чверть години | за 15 хв | через 15 хвилин",
        "ru": "через 15 | через четверть часа | за 15 мин | через 15 минут",
    },
    "2026-11-23 12:45": {
        "en": "in 45 | after 45 | in 45 minutes",
        "uk": "через 45 | за 45 хвилин",
        "ru": "через 45 | за 45 минут",
    },
    "2026-11-23 15:00": {
        "en": """in 3 hours | after 3 hours | three hours from now | +3h | 3 pm | today 3pm | this afternoon 3
            | this afternoon 3pm | afternoon 15:00 | at 15h""",
        "uk": "через 3 години | за три години | +3год | сьогодні 3 дня | о 3 годині дня | вдень о 3 | о 15 годині",
        "ru": "через 3 часа | за три часа | +3ч | сегодня 3 дня | в 3 часа дня | днём в 3 | 15 часов дня | в 15 дня",
    },
    # The unit alone is one of it where it is a whole word.
    "2026-11-23 12:01": {
        "en": "in minute | in a minute | after a minute | minute from now",
        "uk": "через хвилину | за хвилину",
        "ru": "через минуту | за минуту",
    },
    "2026-11-23 13:00": {
        "en": "after an hour | hour from now | after hour",
        "uk": "за 1 годину | через 1 годину мій | після обіду о 1",
        "ru": "за один час | через час мой",
    },
    "2026-11-24 10:00": {"en": "in day at 10", "uk": "через день о 10:00", "ru": "через день в 10:00"},
    "2026-11-30 10:00": {"en": "in week at 10", "uk": "за тиждень о 10", "ru": "за неделю в 10"},
    "2026-12-23 12:00": {"en": "in month", "uk": "за місяць", "ru": "за месяц"},
    # A part of the day, and an hour of 12 or of 24 in it.
    "2026-11-23 19:00": {
        "en": """tonight 7 | tonight 7pm | 7pm tonight | tonight 19:00 | tonight 7:00 | 7 pm this evening
            | 19:00 this evening | this evening 7:00 pm""",
        "uk": "сьогодні ввечері 7pm | увечері 7 | 7:00 вечора | сьогодні 19:00 ввечері",
        "ru": "сегодня вечером 7pm | вечером 7 | 7:00 вечера | сегодня 19:00 вечером",
    },
    "2026-11-24 07:00": {
        "en": "tomorrow morning 7am | tomorrow morning 07:00 | 7am tomorrow | 7 in the morning tomorrow",
        "uk": "завтра вранці 7am | завтра вранці 07:00 | завтра 7 ранку",
        "ru": "завтра утром 7am | завтра утром 07:00 | завтра 7 утра",
    },
    "2026-11-24 15:00": {
        "en": "tomorrow afternoon 3pm | tomorrow afternoon 15:00 | 3pm tomorrow | tomorrow afternoon 3",
        "uk": "завтра 3 дня | завтра вдень о 3 | завтра на 3 дня",
        "ru": "завтра 3 дня | завтра днём в 3 | завтра на 3 дня",
    },
    "2026-11-24 12:00": {
        "en": "12 in the afternoon | tomorrow afternoon 12 | 12pm tomorrow | noon tomorrow",
        "uk": """12 дня | о 12 годині дня | завтра 12 дня | 12:00 дня | 12 годин дня | вт 12 дня | 12 дня завтра
            | у 12 дня""",
        "ru": "12 дня | к 12 дня | завтра 12 дня | 12:00 дня | 12 часов дня | вт 12 дня | на 12 дня | завтра к 12 дня",
    },
    # Days that can be nothing else.
    "2026-11-26 12:00": {
        "en": "in 3 days | after 3 days | three days from now",
        "uk": "через 3 дня | за 3 дні | +3дн | через три дні",
        "ru": "через 3 дня | за 3 дня | +3дня | через три дня",
    },
    "2026-12-05 12:00": {
        "en": "in 12 days | 12 days",
        "uk": "через 12 днів | 12 днів",
        "ru": "через 12 дней | 12 дней",
    },
    "2026-12-15 12:00": {"en": "in 22 days | 22 days", "uk": "22 дні | через 22 дні", "ru": "22 дня | через 22 дня"},
    "2026-11-26 22:00": {
        "en": "+3d10h | in 3 days and 10 hours | in 3 days 10 hours | 3d10h | in 3d 10h",
        "uk": "+3дн10год | через 3 дні і 10 годин",
        "ru": "+3д10ч | через 3 дня и 10 часов",
    },
    "2026-11-26 10:00": {"en": "in 3 days at 10h", "uk": "за 3 дні о 10 годині", "ru": "за 3 дня в 10 часов"},
    "2026-12-03 12:00": {
        "en": "in a week and 3 days | in 1 week 3 days",
        "uk": "через тиждень і 3 дні | через тиждень 3 дні",
        "ru": "через неделю и 3 дня | +1нед3д",
    },
}  # fmt: skip

DOUBTED = {
    "either": {
        "en": """after 15 | after 9 | after 20 | after 10:00 | after 9:30 | after 9.30 | after 00:30 | after 15 me
            | after 15:00 me | in 15:00 | in 9:30 | in 1:30 | in 15.30 | in 15-30 | in 1530 | in 930 | in 9
            | 15:00 from now | after 1530 | after 25 | after 30 | for 2h | for 9h | for 1h 30m | 9h | 1h
            | tonight 7am | 7am tonight | tonight 07:00 | 7 am this evening | this evening 7.30 am | 0730 tonight
            | tomorrow afternoon 3am | 3 am tomorrow afternoon | this afternoon 2am | fri afternoon 03:30
            | fri evening 8am | 6am in the evening | in 3 days 10h | in 2 weeks 9h | in 1 month 15h | in a week 10h
            | 11-30 | 10-25 | 12-31 | tomorrow 10-25""",
        "uk": """за 15:00 | через 15:00 | через 9:30 | через 9.30 | за 10:00 | за 0:30 | через 1500 | за 9-30 | через 9
            | 1 дня | 2 дня | 5 дня | 6 дня | 11 дня | 13 дня | 15 дня | 17 дня | через 12 дня | за 5 дня
            | через 15 дня | на 2 години | на 3 дня | на 10 годин | на 15 год | за год
            | сьогодні ввечері 7am | завтра ввечері 7am | 7am увечері | вечором 07:00 | завтра вдень 3am
            | п'ятниця вдень 02:00 | через 3 дні 10 годин | 1 день 12 годин | через тиждень 3 дня
            | через місяць 2 дня | через день 15 год""",
        "ru": """за 15:00 мой | через 15:00 мой | через 10.30 | через 2:00 | за 9:15 | через 930 | за 20:00 | через 8
            | четыре дня | 4 дня | 7 дня | 10 дня | 14 дня | 16 дня | за 12 дня | через 13 дня | in 12 дня
            | на 2 часа | на 5 дня | на 10 часов | на 9 ч | на 2 часа 30 минут
            | сегодня вечером 7am | завтра вечером 7am | вечером 07:30 | 8am вечером | завтра днём 3am
            | в пятницу днём 01:00 | через 3 дня 10 часов | через день 15 часов | через день 15 часов 30 минут
            | через неделю 3 дня | через неделю 12 дня | через месяц 9 часов""",
    },
    "no number": {
        "en": """+h | +m | +d | +w | +mo | +min | +hr | +hour | +day | in h | in m | in d | in w | in hr | in hours
            | in minutes | in days | after h | + h | +h30 | +d 10:00 | in d at 10 | h from now | in wk 10""",
        "uk": """+год | +хв | +дн | +тиж | +годину | +день | через хв | через дн | через тиж | через годин
            | через хвилин | за днів | через м | за хв""",
        "ru": """+ч | +мин | +д | +нед | +час | + час | через ч | через мин | через д | через часов | через минут
            | за дней | через дней в 10 | за ч""",
    },
    "two": {
        "en": """tonight 12am | tonight 4 | tonight 3am | tomorrow morning 7pm | 7pm tomorrow morning | noon tonight
            | this morning 19:00 | tomorrow afternoon 11am""",
        "uk": "завтра вранці 7pm | 12 вечора | завтра вдень 10am | ввечері 12",
        "ru": "завтра утром 7pm | 12 вечера | завтра днём 11am | вечером 12",
    },
    "unclear": {
        "en": """2 days later | within an hour | in a couple of days | a week from Monday | a few hours
            | in a few minutes | after 3pm | in 3pm | after lunch | tomorrow after 15 | after 15 tomorrow | fri in 15:00
            | in 15:00 fri
            | in 1:30 hours | for 3 days | for an hour | every other day | half past | in one | at h | the h
            | in the 15:00 | after after 15 | in in 15""",
        "uk": """через декілька хвилин | за пару годин | за кілька днів | через пів дня | після 15 | за годину до 10
            | завтра через 15:00 | через 15:00 завтра | завтра за 15 | за 5 хвилин третя | через 3 вечора | на годину
            | на 15 хвилин | о годині | через до 15""",
        "ru": """через несколько минут | за пару часов | через пару дней | через полтора дня | после 15 | за час до 10
            | завтра через 15:00 | через 15:00 завтра | завтра за 15 | за 5 минут три | через 3 вечера | на час
            | на 15 минут | в час | через сутки | час дня | через час дня""",
    },
}  # fmt: skip

READINGS = {
    "after 15": ("+15m", "+15h", "15:00"),
    "after 10:00": ("+10h", "10:00"),
    "in 9:30": ("+9h30m", "9:30"),
    "за 15:00": ("+15h", "15:00"),
    "через 0:30": ("+30m", "0:30"),
    "через 9.30": ("+9h30m", "9:30"),
    "in 1530": ("+1530m", "15:30"),
    "after 30": ("+30m", "30th 9:00"),
    "через 9": ("+9m", "+9h"),
    "3 дня": ("+3d", "3 pm"),
    "11 дня": ("+11d", "11:00"),
    "15 дня": ("+15d", "15:00"),
    "через 12 дня": ("+12d", "12:00"),
    "на 2 часа": ("+2h", "2:00"),
    "на 2 години 30 хвилин": ("+2h30m", "2:30"),
    "через 3 дня 10 часов": ("+3d10h", "+3d 10:00"),
    "через день 15 часов 30 минут": ("+1d15h30m", "+1d 15:30"),
    "in 2 weeks 9h": ("+14d9h", "+14d 9:00"),
    "через місяць 2 дня": ("+1mo2d", "+1mo 2 pm"),
    "через неделю 12 дня": ("+19d", "+7d 12:00"),
    "11-30": ("11:30", "30.11 9:00"),
}
"""What the mend of a doubtful text offers: each is understood when it is typed."""
