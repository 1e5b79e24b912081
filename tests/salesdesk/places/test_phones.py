"""Phones as people and spreadsheets write them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.errors import BadRequest
from salesdesk.places.phones import BadPhone, PhoneNumber, parse_phone, phone_from_e164, split_phones

READ = [
    ("067 123 45 67", "UA", "+380671234567"),
    ("(044) 123-45-67", "UA", "+380441234567"),
    ("8 (044) 123-45-67", "UA", "+380441234567"),
    ("80441234567", "UA", "+380441234567"),
    ("+8 (067) 123-45-67", "UA", "+380671234567"),
    ("38 067 123 45 67", None, "+380671234567"),
    ("+38 (067) 123-45-67", "UA", "+380671234567"),
    ("00380671234567", None, "+380671234567"),
    ("00380671234567", "US", "+380671234567"),
    ("011380671234567", "US", "+380671234567"),
    ("810380671234567", "RU", "+380671234567"),
    ("380671234567", "PL", "+380671234567"),
    ("380671234567", None, "+380671234567"),
    ("79161234567", "UA", "+79161234567"),
    ("tel:+380671234567", None, "+380671234567"),
    ("tel:+380441234567;ext=12", None, "+380441234567"),
    ("+380 67...123...45...67", None, "+380671234567"),
    ("(+380) 67 123 45 67", None, "+380671234567"),
    ("+380(67)1234567", None, "+380671234567"),
    ("8 916 123 45 67", "RU", "+79161234567"),
    ("89161234567", "KZ", "+79161234567"),
    ("8 701 123 45 67", "KZ", "+77011234567"),
    ("8 029 123 45 67", "BY", "+375291234567"),
    ("+44 (0)20 7946 0123", None, "+442079460123"),
    ("030/23125000", "DE", "+493023125000"),
    ("+48 22 123 45 67", "UA", "+48221234567"),
    ("(303) 555-0123", "US", "+13035550123"),
    ("+3800671234567", None, "+380671234567"),
    # labels, extensions and names
    ("моб. 067 123 45 67", "UA", "+380671234567"),
    ("Viber: 0671234567", "UA", "+380671234567"),
    ("067 123 45 67 доб. 12", "UA", "+380671234567"),
    ("067 123 45 67 дод 5", "UA", "+380671234567"),
    ("067 123 45 67 вн. 1", "UA", "+380671234567"),
    ("067 123 45 67 ext. 5", "UA", "+380671234567"),
    ("0671234567x9", "UA", "+380671234567"),
    ("0441234567#12", "UA", "+380441234567"),
    ("0441234567 (Anna)", "UA", "+380441234567"),
    # odd characters
    ("８９１６１２３４５６７", "RU", "+79161234567"),
    ("＋380671234567", None, "+380671234567"),
    ("٠٦٧١٢٣٤٥٦٧", "UA", "+380671234567"),
    ("+380\u00a067\u2011123\u201345\u201467", None, "+380671234567"),
    ("\u202a+380671234567\u202c\u200b", None, "+380671234567"),
    # spreadsheets
    ("380671234567.0", "UA", "+380671234567"),
    ("380671234567,00", None, "+380671234567"),
    ("'0671234567", "UA", "+380671234567"),
]

REFUSED = [
    ("067 123 45 6", "UA", "too short for Ukraine"),
    ("067 123 45 678", "UA", "too long for Ukraine"),
    ("112", "UA", "too short for Ukraine"),
    ("+1 555 123", None, "too short for United States"),
    ("+1 303 555 01234", None, "too long for United States"),
    ("+1 111 111 1111", None, "not a number that exists in United States"),
    ("0671234567", None, "no country code and no country is given"),
    ("15123456789", None, "no country code and no country is given"),
    ("0671234567", "XX", "no country code and no country is given"),
    ("+999 123456789", None, "country code that does not exist"),
    ("+870 1", None, "too short for"),
    ("+380", None, "too short"),
    ("hello", "UA", "not a number"),
    ("", "UA", "not a number"),
    ("+", "UA", "not a number"),
    ("3.80671E+11", "UA", "damaged by a spreadsheet"),
    ("3,80671E+11", None, "damaged by a spreadsheet"),
    ("+380 67 123 45 6O", None, "other signs among its digits"),
    ("067 123 Anna 45 67", "UA", "other signs among its digits"),
    ("0671234567 0501112233", "UA", "too long"),
    ("1" * 201, "UA", "too long"),
]


@pytest.mark.parametrize(("text", "country", "e164"), READ)
def test_reads_the_mess_that_people_type(text: str, country: str | None, e164: str) -> None:
    assert parse_phone(text, country).e164 == e164


@pytest.mark.parametrize(("text", "country", "words"), REFUSED)
def test_refuses_in_words_with_a_mend(text: str, country: str | None, words: str) -> None:
    with pytest.raises(BadPhone) as caught:
        parse_phone(text, country)
    assert words in caught.value.title
    assert caught.value.mend.endswith(".")
    assert "\n" not in caught.value.title
    assert len(caught.value.title) < 140
    assert isinstance(caught.value, BadRequest)


@pytest.mark.parametrize(
    ("e164", "kind", "region"),
    [
        ("+380671234567", "mobile", "UA"),
        ("+380441234567", "fixed", "UA"),
        ("+13035550123", "fixed-or-mobile", "US"),
        ("+18005550123", "toll-free", "US"),
        ("+380891234567", "voip", "UA"),
        ("+380900212345", "premium", "UA"),
        ("+870773111632", "mobile", None),
        ("+80012345678", "toll-free", None),
        ("+445512345678", "other", "GB"),
    ],
)
def test_kind_and_region(e164: str, kind: str, region: str | None) -> None:
    phone = phone_from_e164(e164)
    assert (phone.kind, phone.region) == (kind, region)


def test_the_written_forms() -> None:
    assert parse_phone("0671234567", "UA") == PhoneNumber(
        "+380671234567", "067 123 4567", "+380 67 123 4567", "mobile", "UA"
    )


@pytest.mark.parametrize("text", ["380671234567", "+380 67", "+38067123456７", "", "+380671234567 ext 1"])
def test_e164_is_taken_to_the_letter(text: str) -> None:
    with pytest.raises(BadPhone):
        phone_from_e164(text)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("0671234567, 0501112233", ["0671234567", "0501112233"]),
        ("0671234567;0501112233 | 0631112233", ["0671234567", "0501112233", "0631112233"]),
        ("0671234567\r\n0501112233", ["0671234567", "0501112233"]),
        ("0671234567/0501112233", ["0671234567", "0501112233"]),
        ("0671234567 or 0501112233", ["0671234567", "0501112233"]),
        ("0671234567 або 0501112233", ["0671234567", "0501112233"]),
        ("0671234567 или 0501112233", ["0671234567", "0501112233"]),
        ("+380671234567 +380501112233", ["+380671234567", "+380501112233"]),
        ("12345678, 87654321", ["12345678", "87654321"]),
        ("044 123-45-67, 68", ["044 123-45-67", "68"]),
        ("0671234567; ; none", ["0671234567", "none"]),
        # one number each
        ("030/1234567", ["030/1234567"]),
        ("+49 (0)2331/1234567", ["+49 (0)2331/1234567"]),
        ("067,123,45,67", ["067,123,45,67"]),
        ("380671234567,0", ["380671234567,0"]),
        ("tel:+380441234567;ext=12", ["tel:+380441234567;ext=12"]),
        ("+380 67 123 45 67", ["+380 67 123 45 67"]),
        ("", []),
        (" , ;\n", []),
    ],
)
def test_splits_cells_but_never_numbers(cell: str, parts: list[str]) -> None:
    assert split_phones(cell) == parts


@given(st.text(max_size=80), st.sampled_from([None, "UA", "US", "DE", "RU", "XX", ""]))
def test_any_text_is_a_valid_number_or_a_bad_phone(text: str, country: str | None) -> None:
    for part in [text, *split_phones(text)]:
        try:
            phone = parse_phone(part, country)
        except BadPhone:
            continue
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone.e164))


@given(
    st.text(alphabet="0123456789 +()-./,;xe#'", max_size=30),
    st.sampled_from([None, "UA", "US", "DE", "RU", "KZ", "IT"]),
)
def test_a_number_survives_being_written_and_read_again(text: str, country: str | None) -> None:
    try:
        phone = parse_phone(text, country)
    except BadPhone:
        return
    assert phone_from_e164(phone.e164) == phone
    assert parse_phone(phone.international, None) == phone


@given(st.lists(st.from_regex(r"\+380(67|50|63)[0-9]{7}", fullmatch=True), max_size=5), st.sampled_from(",;/|\n"))
def test_split_gives_back_what_was_joined(numbers: list[str], separator: str) -> None:
    assert split_phones(separator.join(numbers)) == numbers
