"""Headers of real exports, matched to fields."""

import pytest

from salesdesk.errors import BadRequest
from salesdesk.imports.columns import FIELDS, Columns, match_columns

SPELLINGS = {
    "phone": [
        "Phone",
        "PHONE NUMBER",
        "phone_number",
        "Mobile",
        "tel.",
        "Tel",
        "Телефон",
        "Моб. телефон",
        "Номер телефону",
    ],
    "name": ["Name", "Full Name", "ПІБ", "П.І.Б.", "ФИО", "Ф.И.О.", "Клієнт", "Контактное лицо"],
    "first_name": ["First name", "Ім'я", "Імʼя", "Ім’я", "ИМЯ", "first_name"],
    "last_name": ["Surname", "Last_Name", "Прізвище", "Фамилия"],
    "middle_name": ["Middle name", "По батькові", "Отчество"],
    "email": ["E-mail", "e mail", "EMAIL", "Пошта", "Ел. пошта", "Электронная почта", "E-mail 1 - Value"],
    "company": ["Company", "Компанія", "Организация"],
    "position": ["Job title", "Посада", "Должность"],
    "city": ["City", "Місто", "Город", "Населённый пункт"],
    "region": ["State", "Область", "Регион"],
    "postcode": ["postcode", "ZIP code", "zip", "Почтовый индекс", "Індекс"],
    "country": ["Country", "Країна", "Страна"],
    "zone": ["Time zone", "timezone", "Часовий пояс", "Часовой пояс"],
    "source": ["Lead Source", "Джерело", "Источник"],
    "owner": ["Owner", "Менеджер", "Відповідальний", "Ответственный"],
    "status": ["Status", "Статус", "Этап"],
    "note": ["Note", "Comments", "Коментар", "Примечание"],
    "prefer": ["Best time to call", "Зручний час", "Удобное время"],
}


@pytest.mark.parametrize(("field", "header"), [(field, header) for field, row in SPELLINGS.items() for header in row])
def test_known_spellings(field: str, header: str) -> None:
    headers = [header] if field == "phone" else [header, "Phone"]
    found = match_columns(headers, {})
    assert found.columns[field] == header
    assert found.custom == []


def test_every_field_of_the_contract_is_tried() -> None:
    assert set(SPELLINGS) == set(FIELDS)


@pytest.mark.parametrize("header", ["\ufeffPhone", '"Phone"', " phone: ", "Phone*", "PHONE__"])
def test_marks_quotes_and_punctuation_do_not_matter(header: str) -> None:
    assert match_columns([header], {}).columns == {"phone": header}


def test_several_phone_columns_in_their_order_and_the_rest_custom() -> None:
    found = match_columns(["Phone 1", "ПІБ", "Phone 2", "Бюджет", "Місто", "City", "Телефон (2)"], {})
    assert found.columns == {"phone": ["Phone 1", "Phone 2", "Телефон (2)"], "name": "ПІБ", "city": "Місто"}
    assert found.custom == ["Бюджет", "City"]


def test_an_override_wins_over_the_header() -> None:
    found = match_columns(["Phone", "Contact no", "Name"], {"phone": "contact NO ", "note": "Name"})
    assert found.columns == {"phone": "Contact no", "note": "Name"}
    assert found.custom == ["Phone"]


def test_an_override_may_name_several_phone_columns() -> None:
    assert match_columns(["A", "B"], {"phone": "A, B"}).columns == {"phone": ["A", "B"]}
    assert match_columns(["A, B"], {"phone": "A, B"}).columns == {"phone": "A, B"}


@pytest.mark.parametrize(
    ("headers", "overrides", "title", "mend"),
    [
        (["Phone"], {"fone": "Phone"}, '"fone"', "first_name"),
        (["Phone"], {"city": "Town"}, '"Town"', '"Phone"'),
        (["Phone", "A"], {"phone": "A,Town"}, '"Town"', '"Phone", "A"'),
        (["Phone"], {"city": ""}, '""', '"Phone"'),
        (["Phone", "A"], {"city": "A", "region": "A"}, "mapped twice", "one field"),
        (["Name", "City"], {}, "No column holds phone numbers", "--map phone=COLUMN"),
        (["Phone", "Name"], {"name": "Phone"}, "No column holds phone numbers", "--map"),
        ([f"c{n}" for n in range(99)], {}, "and 69 more", "--map"),
    ],
)
def test_wrong_maps_are_refused(headers: list[str], overrides: dict[str, str], title: str, mend: str) -> None:
    with pytest.raises(BadRequest) as caught:
        match_columns(headers, overrides)
    assert title in caught.value.title
    assert mend in caught.value.mend


def test_a_row_is_split_by_its_columns() -> None:
    found = match_columns(["Phone 1", "Name", "Phone 2", "Budget"], {})
    assert found.split(("1", "Olena", "2", "500")) == ({"phone": ["1", "2"], "name": ["Olena"]}, {"Budget": "500"})
    assert isinstance(found, Columns)


def test_a_row_of_another_width_is_a_programming_fault() -> None:
    with pytest.raises(ValueError, match="zip"):
        match_columns(["Phone"], {}).split(("1", "2"))
