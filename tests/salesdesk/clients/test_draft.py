"""One row of texts becomes a client, or a reason why not."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesdesk.clients.draft import ClientDraft, clean_text, draft_from_row, search_key
from salesdesk.errors import BadRequest
from salesdesk.imports.columns import FIELDS, match_columns
from salesdesk.imports.table_file import open_table
from salesdesk.places.zone_guess import ZoneGuess

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
UNSAFE = "".join(
    map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x200B, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
)


def draft(custom: dict[str, str] | None = None, default: str | None = "UA", **fields: Any) -> ClientDraft:
    cells = {key: [value] if isinstance(value, str) else value for key, value in fields.items()}
    return draft_from_row({"phone": ["0671234567"], **cells}, custom or {}, country=default, at=AT)


def reason(**fields: Any) -> str:
    with pytest.raises(BadRequest) as caught:
        draft(**fields)
    return caught.value.title


def test_a_full_row() -> None:
    client = draft(
        {"Бюджет": " 500 ", "Empty": ""},
        name="  Олена\t Коваленко ",
        phone=["067 123-45-67", "+48 22 123 45 67"],
        email="Olena@example.com",
        company="ТОВ «Вікна Плюс»",
        position="директор",
        city="Київ",
        region="Київська",
        country="Україна",
        zone="Europe/Kiev",
        source="сайт",
        owner="anna",
        status="new",
        note="передзвонити",
        prefer="завтра 10",
    )
    assert [phone.e164 for phone in client.phones] == ["+380671234567", "+48221234567"]
    assert (client.name, client.company, client.position) == ("Олена Коваленко", "ТОВ «Вікна Плюс»", "директор")
    assert (client.city, client.region, client.country) == ("Київ", "Київська", "UA")
    assert client.zone == ZoneGuess("Europe/Kyiv", (), "given")
    assert (client.source, client.owner, client.status) == ("сайт", "anna", "new")
    assert (client.note, client.prefer, client.emails) == ("передзвонити", "завтра 10", ("Olena@example.com",))
    assert client.custom == {"Бюджет": "500"}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": "Коваленко Олена Петрівна"}, "Коваленко Олена Петрівна"),
        ({"last_name": "Коваленко", "first_name": "Олена", "middle_name": "Петрівна"}, "Олена Петрівна Коваленко"),
        ({"last_name": "Коваленко", "first_name": "Олена"}, "Олена Коваленко"),
        ({"last_name": "Коваленко"}, "Коваленко"),
        ({"name": "Olena", "last_name": "Kovalenko"}, "Olena Kovalenko"),
        ({"name": "Olena Kovalenko", "last_name": "Kovalenko"}, "Olena Kovalenko"),
        ({"name": "Olena K.", "first_name": "Olena", "last_name": "Kovalenko"}, "Olena K."),
        ({"company": "Acme", "email": "a@example.com"}, "Acme"),
        ({"email": "a@example.com"}, "a@example.com"),
        ({"name": " \u200b "}, "+380 67 123 4567"),
    ],
)
def test_the_name(fields: dict[str, Any], name: str) -> None:
    assert draft(**fields).name == name


def test_good_and_bad_phones_in_one_row() -> None:
    client = draft(phone=["067 123 45 67; 12", "0671234567", "none", "050 111 22 33 / 0671234567"])
    assert [phone.e164 for phone in client.phones] == ["+380671234567", "+380501112233"]
    assert client.custom == {"bad phone": "12; none"}


def test_a_bad_phone_does_not_hide_a_column_of_that_name() -> None:
    assert draft({"bad phone": "old"}, phone="0671234567; 12").custom == {"bad phone": "old; 12"}
    assert draft({"bad phone": "old"}).custom == {"bad phone": "old"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phone": ""}, "no phone number"),
        ({"phone": []}, "no phone number"),
        ({"phone": "067 123 45 6"}, '"067 123 45 6" is too short for Ukraine'),
        ({"phone": "3.80671E+11"}, "damaged by a spreadsheet"),
        ({"phone": ["", "12; 13"]}, '"12" is too short'),
        ({"country": "Атлантида"}, '"Атлантида" is not a country'),
        ({"zone": "Europe/Atlantis"}, '"Europe/Atlantis" is not a time zone'),
        ({"name": "x" * 201}, "The name has 201 characters, the limit is 200"),
        ({"first_name": "x" * 150, "last_name": "y" * 150}, "The name has 301 characters"),
        ({"middle_name": "x" * 201}, "The middle name has 201"),
        ({"note": "x" * 4001}, "The note has 4,001 characters, the limit is 4,000"),
        ({"custom": {"Budget": "x" * 1001}}, "The Budget has 1,001"),
    ],
)
def test_rejected_rows_say_why(fields: dict[str, Any], words: str) -> None:
    assert words in reason(**fields)


def test_limits_are_inclusive_and_nothing_is_cut() -> None:
    client = draft(name="x" * 200, note="y" * 4000)
    assert (len(client.name), len(client.note)) == (200, 4000)


@pytest.mark.parametrize(
    ("fields", "country", "zone"),
    [
        ({}, "UA", ZoneGuess("Europe/Kyiv", (), "phone")),
        ({"phone": "22 123 45 67", "country": "Poland"}, "PL", ZoneGuess("Europe/Warsaw", (), "phone")),
        ({"phone": "+13035550123"}, "US", ZoneGuess("America/Denver", (), "phone")),
        ({"phone": "+79161234567", "country": "Казахстан"}, "KZ", ZoneGuess("Asia/Almaty", (), "country")),
        ({"phone": ["+79161234567", "+74951234567"]}, "RU", ZoneGuess("Europe/Moscow", (), "phone")),
        ({"phone": "+870773111632"}, "UA", ZoneGuess("Europe/Kyiv", (), "country")),
    ],
)
def test_country_and_zone(fields: dict[str, Any], country: str, zone: ZoneGuess) -> None:
    client = draft(**fields)
    assert (client.country, client.zone) == (country, zone)


def test_a_foreign_mobile_is_not_taken_for_a_local() -> None:
    """The import's country must not make a Russian mobile a sure Kyiv."""
    client = draft(phone="+79161234567")
    assert (client.country, client.zone.zone, client.zone.source) == ("RU", None, "unknown")


def test_no_country_at_all() -> None:
    assert draft(default=None, phone="+380671234567").country == "UA"
    assert draft(default=None, phone="+870773111632").country is None
    assert "no country code" in reason(default=None)


@pytest.mark.parametrize(
    ("text", "emails", "bad"),
    [
        ("a@example.com", ("a@example.com",), None),
        ("a@example.com; B@Example.org,a@EXAMPLE.com", ("a@example.com", "B@Example.org"), None),
        ("Olena <olena@example.com>", ("olena@example.com",), None),
        ("mailto:o.k+x@mail.example.com", ("o.k+x@mail.example.com",), None),
        ("a@example.com b@example.com", ("a@example.com", "b@example.com"), None),
        ("імʼя@example.com", ("імʼя@example.com",), None),
        ("none", (), "none"),
        ("a@b", (), "a@b"),
        ("a@@example.com, ok@example.com", ("ok@example.com",), "a@@example.com"),
        ("x" * 65 + "@example.com", (), "x" * 65 + "@example.com"),
        ("a@" + "x." * 100 + "com", (), "a@" + "x." * 100 + "com"),
        ("", (), None),
    ],
)
def test_emails(text: str, emails: tuple[str, ...], bad: str | None) -> None:
    client = draft(email=text)
    assert (client.emails, client.custom.get("bad e-mail")) == (emails, bad)


def test_foreign_text_is_cleaned_but_stays_literal() -> None:
    client = draft(
        {"Bud\x1bget": "a\x00b"}, name="Ann\x1b[31m\u202eevil\u202c\n[Acme] Ltd", note="one\r\n two\u2028three"
    )
    assert client.name == "Ann[31mevil [Acme] Ltd"
    assert client.note == "one two three"
    assert client.custom == {"Budget": "ab"}


@given(st.text())
def test_clean_text_is_one_safe_line(text: str) -> None:
    clean = clean_text(text)
    assert not set(clean) & set(UNSAFE)
    assert "  " not in clean
    assert clean == clean.strip() == clean_text(clean)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("В’ячеслав", "в'ячеслав"),
        ("Вʼячеслав", "В`ЯЧЕСЛАВ"),
        ("В´ячеслав", "вячеслав"),
        ("O’Connor", "oconnor"),
        ("Straße", "STRASSE"),
        ("Ａｎｎ  \t Lee", "ann lee"),
        ("Жанна", "жАННА"),
    ],
)
def test_search_keys_meet(left: str, right: str) -> None:
    assert search_key(left) == search_key(right)


def test_a_search_key_joins_its_texts() -> None:
    assert search_key(" Olena ", "", "ТОВ «Вікна»") == "olena тов «вікна»"


@given(st.text())
def test_a_search_key_is_settled(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(FIELDS), st.lists(st.text(max_size=40), max_size=3)),
    st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3),
    st.sampled_from([None, "UA", "RU", "US"]),
)
def test_any_texts_are_a_client_or_a_bad_request(
    cells: dict[str, list[str]], custom: dict[str, str], country: str | None
) -> None:
    cells["phone"] = [*cells.get("phone", []), "+380671234567"]
    try:
        client = draft_from_row(cells, custom, country=country, at=AT)
    except BadRequest:
        return
    assert client.phones
    assert 0 < len(client.name) <= 200
    assert all(value for value in client.custom.values())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300))
def test_any_file_goes_through_to_the_end(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "any.csv"
    file.write_bytes(b"Phone,Name,Note\n+380671234567,Ann,x\n" + content)
    try:
        table = open_table(file)
        columns = match_columns(table.headers, {})
        rows = [row for row in table.rows() if not row.fault]
    except BadRequest:
        return
    for row in rows:
        fields, custom = columns.split(row.cells)
        with contextlib.suppress(BadRequest):
            assert draft_from_row(fields, custom, country="UA", at=AT).phones
