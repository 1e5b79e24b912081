"""Large cities in English, Ukrainian and Russian, each with its zone: a hundred of them, and the names people keep."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from salesdesk.places.zone_guess import Written, guess_zone

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)

# Zone: country, English, Ukrainian, Russian.
CITIES = """
Europe/Kyiv: UA Kyiv, Київ, Киев; UA Kharkiv, Харків, Харьков; UA Odesa, Одеса, Одесса; UA Dnipro, Дніпро, Днепр
Europe/Kyiv: UA Lviv, Львів, Львов; UA Zaporizhzhia, Запоріжжя, Запорожье; UA Vinnytsia, Вінниця, Винница
Europe/Kyiv: UA Poltava, Полтава, Полтава; UA Chernivtsi, Чернівці, Черновцы; UA Kryvyi Rih, Кривий Ріг, Кривой Рог
Europe/Kyiv: UA Mykolaiv, Миколаїв, Николаев; UA Kropyvnytskyi, Кропивницький, Кропивницкий
Europe/Kyiv: UA Ivano-Frankivsk, Івано-Франківськ, Ивано-Франковск
Europe/Moscow: RU Moscow, Москва, Москва; RU Saint Petersburg, Санкт-Петербург, Санкт-Петербург
Europe/Moscow: RU Kazan, Казань, Казань; RU Nizhny Novgorod, Нижній Новгород, Нижний Новгород
Europe/Moscow: RU Rostov-on-Don, Ростов-на-Дону, Ростов-на-Дону; RU Krasnodar, Краснодар, Краснодар
Europe/Moscow: RU Voronezh, Воронеж, Воронеж; RU Sochi, Сочі, Сочи; RU Murmansk, Мурманськ, Мурманск
Europe/Kaliningrad: RU Kaliningrad, Калінінград, Калининград
Europe/Samara: RU Samara, Самара, Самара; RU Izhevsk, Іжевськ, Ижевск
Europe/Saratov: RU Saratov, Саратов, Саратов
Asia/Yekaterinburg: RU Yekaterinburg, Єкатеринбург, Екатеринбург; RU Chelyabinsk, Челябінськ, Челябинск
Asia/Yekaterinburg: RU Ufa, Уфа, Уфа; RU Perm, Перм, Пермь; RU Tyumen, Тюмень, Тюмень
Asia/Omsk: RU Omsk, Омськ, Омск
Asia/Novosibirsk: RU Novosibirsk, Новосибірськ, Новосибирск
Asia/Krasnoyarsk: RU Krasnoyarsk, Красноярськ, Красноярск
Asia/Irkutsk: RU Irkutsk, Іркутськ, Иркутск
Asia/Yakutsk: RU Yakutsk, Якутськ, Якутск
Asia/Vladivostok: RU Vladivostok, Владивосток, Владивосток; RU Khabarovsk, Хабаровськ, Хабаровск
Asia/Kamchatka: RU Petropavlovsk-Kamchatsky, Петропавловськ-Камчатський, Петропавловск-Камчатский
Asia/Almaty: KZ Almaty, Алмати, Алматы; KZ Astana, Астана, Астана; KZ Shymkent, Шимкент, Шымкент
Asia/Almaty: KZ Pavlodar, Павлодар, Павлодар
Asia/Aqtobe: KZ Aktobe, Актобе, Актобе
America/New_York: US New York, Нью-Йорк, Нью-Йорк; US Philadelphia, Філадельфія, Филадельфия
America/New_York: US Boston, Бостон, Бостон; US Miami, Маямі, Майами; US Atlanta, Атланта, Атланта
America/New_York: US Washington, Вашингтон, Вашингтон; US Jacksonville, Джексонвілл, Джэксонвилл
America/Chicago: US Chicago, Чикаго, Чикаго; US Houston, Х'юстон, Хьюстон; US Dallas, Даллас, Даллас
America/Chicago: US San Antonio, Сан-Антоніо, Сан-Антонио; US Austin, Остін, Остин
America/Denver: US Denver, Денвер, Денвер
America/Phoenix: US Phoenix, Фінікс, Финикс
America/Los_Angeles: US Los Angeles, Лос-Анджелес, Лос-Анджелес; US Seattle, Сіетл, Сиэтл
America/Los_Angeles: US San Francisco, Сан-Франциско, Сан-Франциско; US San Diego, Сан-Дієго, Сан-Диего
America/Los_Angeles: US Las Vegas, Лас-Вегас, Лас-Вегас
America/Toronto: CA Toronto, Торонто, Торонто; CA Montreal, Монреаль, Монреаль
America/Vancouver: CA Vancouver, Ванкувер, Ванкувер
Europe/London: GB London, Лондон, Лондон; GB Manchester, Манчестер, Манчестер
Europe/Paris: FR Paris, Париж, Париж; FR Marseille, Марсель, Марсель
Europe/Berlin: DE Berlin, Берлін, Берлин; DE Munich, Мюнхен, Мюнхен; DE Hamburg, Гамбург, Гамбург
Europe/Warsaw: PL Warsaw, Варшава, Варшава; PL Krakow, Краків, Краков
Europe/Madrid: ES Madrid, Мадрид, Мадрид; ES Barcelona, Барселона, Барселона
Europe/Rome: IT Rome, Рим, Рим; IT Milan, Мілан, Милан
Europe/Vienna: AT Vienna, Відень, Вена
Europe/Prague: CZ Prague, Прага, Прага
Europe/Istanbul: TR Istanbul, Стамбул, Стамбул
Europe/Minsk: BY Minsk, Мінськ, Минск
Europe/Chisinau: MD Chisinau, Кишинів, Кишинёв
Asia/Tbilisi: GE Tbilisi, Тбілісі, Тбилиси
Asia/Yerevan: AM Yerevan, Єреван, Ереван
Asia/Baku: AZ Baku, Баку, Баку
Asia/Tashkent: UZ Tashkent, Ташкент, Ташкент
Asia/Jerusalem: IL Tel Aviv, Тель-Авів, Тель-Авив
Asia/Dubai: AE Dubai, Дубай, Дубай
Asia/Tokyo: JP Tokyo, Токіо, Токио
Asia/Shanghai: CN Shanghai, Шанхай, Шанхай; CN Beijing, Пекін, Пекин
Asia/Kolkata: IN Delhi, Делі, Дели; IN Mumbai, Мумбаї, Мумбаи
Asia/Singapore: SG Singapore, Сінгапур, Сингапур
Africa/Cairo: EG Cairo, Каїр, Каир
America/Sao_Paulo: BR Sao Paulo, Сан-Паулу, Сан-Паулу
America/Mexico_City: MX Mexico City, Мехіко, Мехико
Australia/Sydney: AU Sydney, Сідней, Сидней
Australia/Perth: AU Perth, Перт, Перт
"""


def cities() -> list[tuple[str, str, str]]:
    """Every name with its country and zone."""
    rows = []
    for line in CITIES.strip().splitlines():
        zone, _, towns = line.partition(": ")
        for town in towns.split("; "):
            country, _, names = town.partition(" ")
            rows += [(country, name, zone) for name in names.split(", ")]
    return rows


def zone_of(city: str, country: str | None) -> str | None:
    return guess_zone(given=None, phone=None, country=country, at=NOW, written=Written(city, country=country)).zone


def test_there_are_a_hundred_cities_in_three_languages() -> None:
    assert len(cities()) >= 300
    assert len(cities()) % 3 == 0


@pytest.mark.parametrize(("country", "city", "zone"), cities())
def test_a_large_city_by_any_of_its_names(country: str, city: str, zone: str) -> None:
    assert zone_of(city, country) == zone


@pytest.mark.parametrize(("country", "city", "zone"), cities())
def test_a_large_city_needs_no_country_unless_the_world_has_a_namesake(country: str, city: str, zone: str) -> None:
    assert zone_of(city, None) in (zone, None)


def test_most_large_cities_are_plain_in_the_whole_world() -> None:
    unsure = [city for _, city, _ in cities() if zone_of(city, None) is None]
    assert len(unsure) < 30, unsure


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("Kiev", "Europe/Kyiv"),
        ("Днепропетровск", "Europe/Kyiv"),
        ("Кіровоград", "Europe/Kyiv"),
        ("Alma-Ata", "Asia/Almaty"),
        ("Алма-Ата", "Asia/Almaty"),
        ("Нур-Султан", "Asia/Almaty"),
        ("Петербург", "Europe/Moscow"),
        ("СПб", "Europe/Moscow"),
        ("Ленинград", "Europe/Moscow"),
        ("Свердловск", "Asia/Yekaterinburg"),
        ("NYC", "America/New_York"),
        ("LA", "America/Los_Angeles"),
        ("Bombay", "Asia/Kolkata"),
        ("München", "Europe/Berlin"),
        ("Wien", "Europe/Vienna"),
    ],
)
def test_names_that_people_keep(city: str, zone: str) -> None:
    country = {"NYC": "US", "LA": "US", "Петербург": "RU", "СПб": "RU", "Свердловск": "RU"}.get(city)
    assert zone_of(city, country) == zone
