"""Names of countries and of American and Canadian regions, as people write them in a table, turned into ISO codes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import pytz

# ISO code -> what else it is called: English short forms, Ukrainian, Russian, the three-letter code.
_NAMES = {
    "AM": "Armenia|Вірменія|Армения|ARM",
    "AT": "Austria|Австрія|Австрия|AUT",
    "AZ": "Azerbaijan|Азербайджан|AZE",
    "BE": "Belgium|Бельгія|Бельгия|BEL",
    "BG": "Bulgaria|Болгарія|Болгария|BGR",
    "BY": "Belarus|Білорусь|Беларусь|Белоруссия|РБ|BLR",
    "CA": "Canada|Канада|CAN",
    "CH": "Switzerland|Швейцарія|Швейцария|CHE",
    "CY": "Cyprus|Кіпр|Кипр|CYP",
    "CZ": "Czechia|Чехія|Чехия|CZE",
    "DE": "Germany|Deutschland|Німеччина|Германия|ФРГ|DEU",
    "DK": "Denmark|Данія|Дания|DNK",
    "EE": "Estonia|Естонія|Эстония|EST",
    "ES": "Spain|España|Іспанія|Испания|ESP",
    "FI": "Finland|Фінляндія|Финляндия|FIN",
    "FR": "France|Франція|Франция|FRA",
    "GB": "UK|United Kingdom|Great Britain|Britain|England|Scotland|Wales|Велика Британія|Великобританія"
    "|Британія|Англія|Великобритания|Британия|Англия|GBR",
    "GE": "Georgia|Грузія|Грузия|GEO",
    "GR": "Greece|Греція|Греция|GRC",
    "HR": "Croatia|Хорватія|Хорватия|HRV",
    "HU": "Hungary|Угорщина|Венгрия|HUN",
    "IE": "Ireland|Ірландія|Ирландия|IRL",
    "IL": "Israel|Ізраїль|Израиль|ISR",
    "IT": "Italy|Італія|Италия|ITA",
    "KG": "Kyrgyzstan|Киргизстан|Киргизия|Кыргызстан|KGZ",
    "KZ": "Kazakhstan|Qazaqstan|Казахстан|Қазақстан|РК|KAZ",
    "LT": "Lithuania|Литва|LTU",
    "LU": "Luxembourg|Люксембург|LUX",
    "LV": "Latvia|Латвія|Латвия|LVA",
    "MD": "Moldova|Молдова|Молдавія|Молдавия|MDA",
    "MT": "Malta|Мальта|MLT",
    "NL": "Netherlands|Holland|Нідерланди|Голландія|Нидерланды|Голландия|NLD",
    "NO": "Norway|Норвегія|Норвегия|NOR",
    "PL": "Poland|Polska|Польща|Польша|POL",
    "PT": "Portugal|Португалія|Португалия|PRT",
    "RO": "Romania|Румунія|Румыния|ROU",
    "RU": "Russia|Russian Federation|Росія|Російська Федерація|Россия|Российская Федерация|РФ|RUS",
    "SE": "Sweden|Швеція|Швеция|SWE",
    "SI": "Slovenia|Словенія|Словения|SVN",
    "SK": "Slovakia|Словаччина|Словакия|SVK",
    "TJ": "Tajikistan|Таджикистан|TJK",
    "TM": "Turkmenistan|Туркменістан|Туркменистан|TKM",
    "TR": "Turkey|Türkiye|Туреччина|Турция|TUR",
    "UA": "Ukraine|Україна|Украина|UKR",
    "US": "USA|America|United States|United States of America|США|Сполучені Штати|Соединённые Штаты|Америка",
    "UZ": "Uzbekistan|Узбекистан|UZB",
    "XK": "Kosovo|Косово|XK|XKX",
}

# The regions whose own calling rules are known by name; other regions are written as codes.
NAMED_REGIONS = {
    "US": "Alabama AL|Alaska AK|Arizona AZ|Arkansas AR|California CA|Colorado CO|Connecticut CT|Delaware DE"
    "|District of Columbia DC|Florida FL|Georgia GA|Hawaii HI|Idaho ID|Illinois IL|Indiana IN|Iowa IA|Kansas KS"
    "|Kentucky KY|Louisiana LA|Maine ME|Maryland MD|Massachusetts MA|Michigan MI|Minnesota MN|Mississippi MS"
    "|Missouri MO|Montana MT|Nebraska NE|Nevada NV|New Hampshire NH|New Jersey NJ|New Mexico NM|New York NY"
    "|North Carolina NC|North Dakota ND|Ohio OH|Oklahoma OK|Oregon OR|Pennsylvania PA|Rhode Island RI"
    "|South Carolina SC|South Dakota SD|Tennessee TN|Texas TX|Utah UT|Vermont VT|Virginia VA|Washington WA"
    "|West Virginia WV|Wisconsin WI|Wyoming WY",
    "CA": "Alberta AB|British Columbia BC|Manitoba MB|New Brunswick NB|Newfoundland and Labrador NL"
    "|Northwest Territories NT|Nova Scotia NS|Nunavut NU|Ontario ON|Prince Edward Island PE|Quebec QC"
    "|Saskatchewan SK|Yukon YT",
}


# Where a client's region matters though its clock may be known: rules or public holidays of its own.
PARTED = frozenset((*NAMED_REGIONS, "AU", "AT", "BR", "CH", "DE", "ES", "GB", "IN"))


def _folded(text: str) -> str:
    """Letters and digits only, casefolded and without accents, so that ``U.S.A.`` and ``usa`` are one."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in spread if c.isalnum())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Every known spelling, folded, with its ISO code."""
    index = {_folded(name): code for code, name in pytz.country_names.items()}
    index.update({code.casefold(): code for code in pytz.country_names})
    for code, names in _NAMES.items():
        index.update({_folded(name): code for name in names.split("|")})
    return index


@lru_cache(maxsize=1024)
def country_code(text: str) -> str | None:
    """The ISO 3166 code of a country, or ``None`` when the text names none.

    Understands ISO codes, English names of every country, and Ukrainian and Russian ones of Europe and its neighbours.
    """
    return _codes().get(_folded(text))


def country_name(code: str) -> str:
    """The English name of an ISO code, for messages; the code itself when it has none."""
    return str(pytz.country_names.get(code, code))


@lru_cache(maxsize=1024)
def region_code(country: str | None, text: str | None) -> str | None:
    """The part of an ISO 3166-2 code after the dash (``FL``), or ``None`` when the text is not one.

    Takes ``FL``, ``US-FL`` and, in the countries that :data:`PARTED` names, what the region is called (``Florida``,
    ``Баварія``).
    """
    if not country or not text:
        return None
    if country in PARTED and (named := _region_called(country, text)):
        return named
    code = text.strip().upper().removeprefix(f"{country}-")
    return code if len(code) <= 3 and code.isascii() and code.isalnum() else None


def _region_called(country: str, text: str) -> str | None:
    """The region of a country that is called so. A name that regions of several countries have stands in the table with
    the country behind it.
    """
    from salesdesk.places.regions import regions_named  # the table is not for start-up

    for said in (text, f"{text} {country_name(country)}"):
        found = [region.code for region in regions_named(said) if region.country == country]
        if len(found) == 1:
            return found[0]
    return None
