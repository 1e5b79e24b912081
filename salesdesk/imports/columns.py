"""Which column of a client file holds what, told by its header in English, Ukrainian or Russian."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesdesk.errors import BadRequest

# Field -> the headers seen in exports of phones, spreadsheets and other client systems. Only their letters are
# compared, whatever the case, so "Phone 2", "phone_2" and "PHONE" are one.
_HEADERS = {
    "name": "name|full name|contact|contact name|client|client name|customer|customer name|lead|lead name|display name"
    "|ПІБ|ПІП|повне ім'я|контакт|контактна особа|клієнт|ім'я клієнта|назва клієнта|замовник"
    "|ФИО|полное имя|контактное лицо|клиент|имя клиента|название клиента|заказчик",
    "first_name": "first name|given name|forename|ім'я|имя",
    "last_name": "last name|surname|family name|прізвище|фамилия",
    "middle_name": "middle name|patronymic|по батькові|отчество",
    "phone": "phone|phones|phone number|phone no|telephone|telephone number|tel|tel no|tel number|mobile|mobile phone"
    "|mobile number|mobile no|cell|cell phone|cellphone|work phone|home phone|business phone|main phone|other phone"
    "|contact phone|client phone|phone value|whatsapp|viber|msisdn"
    "|телефон|телефони|номер телефону|тел|моб|моб тел|моб телефон|мобільний|мобільний телефон|робочий телефон"
    "|роб телефон|домашній телефон|контактний телефон|телефон клієнта|телефон мобільний|телефон робочий|тел моб"
    "|телефоны|номер телефона|мобильный|мобильный телефон|рабочий телефон|раб телефон|домашний телефон"
    "|контактный телефон|телефон клиента|телефон мобильный|телефон рабочий|сотовый|сотовый телефон|тел номер",
    "email": "email|emails|e-mail address|mail|email value|work email|пошта|ел пошта|електронна пошта"
    "|електронна адреса|імейл|емейл|почта|эл почта|электронная почта|имейл|емайл|мейл|мыло",
    "company": "company|company name|organization|organisation|organization name|account|account name|business|firm"
    "|employer|компанія|назва компанії|організація|фірма|підприємство|юрособа"
    "|компания|название компании|организация|фирма|предприятие|юрлицо",
    "position": "position|job title|title|job|role|посада|должность",
    "city": "city|town|місто|населений пункт|город|населенный пункт",
    "region": "region|state|province|state province|oblast|область|регіон|край|регион",
    "postcode": "postcode|postal code|post code|zip|zip code|zip postal code|поштовий індекс|індекс|почтовый индекс"
    "|индекс",
    "country": "country|country code|країна|страна",
    "zone": "zone|time zone|timezone|tz|часовий пояс|часова зона|пояс|часовой пояс|временная зона|часовая зона",
    "source": "source|lead source|channel|origin|utm source|джерело|канал|источник|джерело ліда|источник лида",
    "owner": "owner|manager|lead owner|account manager|responsible|assigned to|sales rep|відповідальний|менеджер"
    "|власник|ответственный|владелец",
    "status": "status|stage|lead status|deal stage|статус|етап|стадія|этап|стадия",
    "note": "note|notes|comment|comments|remark|remarks|description|коментар|коментарі|примітка|примітки|нотатка"
    "|нотатки|опис|комментарий|комментарии|примечание|примечания|заметка|заметки|описание",
    "prefer": "prefer|preferred|preferred time|best time|best time to call|call at|when to call|бажаний час|зручний час"
    "|коли дзвонити|удобное время|желаемое время|когда звонить",
}
FIELDS = tuple(_HEADERS)
_SEVERAL = frozenset({"phone", "email"})  # fields that may stand in more than one column


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of one file are understood.

    ``columns`` maps a field to its header, or to a list of headers where a phone or e-mail has several; ``custom``
    are the headers that become custom fields of the client; ``headers`` is the file's own order.
    """

    headers: tuple[str, ...]
    columns: dict[str, str | list[str]]
    custom: list[str]

    def split(self, cells: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
        """The cells of one row (in the order of ``headers``) as texts by field, and custom texts by header."""
        row = dict(zip(self.headers, cells, strict=True))
        fields = {
            field: [row[name] for name in ([names] if isinstance(names, str) else names)]
            for field, names in self.columns.items()
        }
        return fields, {name: row[name] for name in self.custom}


def match_columns(headers: Sequence[str], overrides: Mapping[str, str]) -> Columns:
    """Match headers (all different) to fields; ``overrides`` maps a field to its column and wins.

    An override for phones or e-mails may name several columns with commas between them. Raises :class:`BadRequest`
    for an override of an unknown field or column, one column claimed twice, and when no column holds phones.
    """
    found: dict[str, list[str]] = {}
    for field, column in overrides.items():
        found[_known_field(field)] = _override_columns(field, column, headers)
    taken = [name for names in found.values() for name in names]
    if twice := next((name for name in taken if taken.count(name) > 1), None):
        raise BadRequest(f'The column "{twice}" is mapped twice', "Give each column to one field.")
    custom = []
    for header in headers:
        matched = _FIELD_OF.get(_folded(header))
        if header in taken:
            continue
        if matched and matched not in overrides and (matched not in found or matched in _SEVERAL):
            found.setdefault(matched, []).append(header)
        else:
            custom.append(header)
    if "phone" not in found:
        raise BadRequest(
            f"No column holds phone numbers; the columns are {_quoted(headers)}",
            "Name it with --map phone=COLUMN; the first line of the file must be the header.",
        )
    columns = {field: names[0] if len(names) == 1 else names for field, names in found.items()}
    return Columns(tuple(headers), columns, custom)


def _known_field(field: str) -> str:
    if field not in FIELDS:
        raise BadRequest(f'There is no field "{field}" to map', f"The fields are {', '.join(FIELDS)}.")
    return field


def _override_columns(field: str, column: str, headers: Sequence[str]) -> list[str]:
    whole = _find(column, headers)
    if whole is not None:
        return [whole]
    wanted = [part.strip() for part in column.split(",")] if field in _SEVERAL else [column]
    found = [_find(name, headers) for name in wanted]
    if None in found:
        missing = wanted[found.index(None)]
        raise BadRequest(f'The file has no column "{missing}"', f"Its columns are {_quoted(headers)}.")
    return [name for name in found if name is not None]


def _find(column: str, headers: Sequence[str]) -> str | None:
    """The header that a person means: exactly as written, else the first that differs in case and spaces only."""
    if column in headers:
        return column
    wanted = column.strip().casefold()
    return next((header for header in headers if wanted and header.strip().casefold() == wanted), None)


def _folded(header: str) -> str:
    plain = unicodedata.normalize("NFKC", header).casefold().replace("ё", "е")
    # Not isalpha(): the modifier letter ʼ stands for an apostrophe.
    return "".join(c for c in plain if unicodedata.category(c) in ("Ll", "Lo"))


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name[:40]}"' for name in names[:30])
    return f"{shown} and {len(names) - 30} more" if len(names) > 30 else shown


_FIELD_OF = {_folded(name): field for field, names in _HEADERS.items() for name in (field, *names.split("|"))}
