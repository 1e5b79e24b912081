"""Tables in every encoding and shape that people send."""

import csv
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesdesk.errors import BadRequest
from salesdesk.imports.encoding import first_fault
from salesdesk.imports.table_file import MAX_CELL, Row, Table, open_table

UKRAINIAN = "ПІБ;Телефон;Місто\nОлена Коваленко;0671234567;Київ\nВ’ячеслав Їжак;0501112233;Ґалаґан\n"
RUSSIAN = "ФИО;Телефон;Город\nИванов Пётр Сергеевич;89161234567;Москва\nСидорова Анна;84951234567;Тверь\n"
POLISH = "Imię;Telefon;Miasto\nŁukasz Wójcik;601234567;Łódź\nJoanna Dąbrowska;602345678;Kraków, Śródmieście\n"
CZECH = "Jméno;Telefon;Město\nJiří Dvořák;601234567;Plzeň\nZdeněk Růžička;602345678;Děčín\n"
GERMAN = "Name;Telefon;Stadt\nJürgen Groß;03023125000;Köln\nBärbel Müller;03023125001;München\n"
FRENCH = "Nom;Téléphone;Ville\nFrançois Lefèvre;0123456789;à Orléans\nHélène;0123456788;Nîmes\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clients.csv"


def written(file: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return file


def refusal(file: Path, encoding: str | None = None) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        list(open_table(file, encoding).rows())
    assert caught.value.exit_code == 2
    assert caught.value.mend
    return caught.value


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows()]


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (UKRAINIAN, "utf-8", "utf-8"),
        (UKRAINIAN, "utf-8-sig", "utf-8-sig"),
        (UKRAINIAN, "utf-16", "utf-16"),
        (UKRAINIAN, "utf-32", "utf-32"),
        (UKRAINIAN, "cp1251", "cp1251"),
        (UKRAINIAN.replace("’", "'"), "koi8-u", "koi8-u"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-u", "koi8-u"),
        (RUSSIAN.upper(), "cp1251", "cp1251"),
        (RUSSIAN.upper(), "koi8-u", "koi8-u"),
        (POLISH, "cp1250", "cp1250"),
        (CZECH, "cp1250", "cp1250"),
        (GERMAN, "cp1252", "cp1252"),
        (FRENCH, "cp1252", "cp1252"),
        (POLISH + "Müller;603456789;Köln\n", "cp1250", "cp1250"),
        ("Name;Phone\nAnn;1\n", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found(file: Path, text: str, encoding: str, found: str) -> None:
    table = open_table(written(file, text, encoding))
    assert table.encoding == found
    assert table.delimiter == ";"
    expected = [tuple(line.split(";")) for line in text.splitlines()]
    assert [table.headers, *cells(table)] == expected


def test_letters_may_come_late_in_the_file(file: Path) -> None:
    text = "Name;Phone;Note\n" + f"Ann;1;{'x' * 500}\n" * 3_000 + "Олена Коваленко;2;\n" * 4_000
    table = open_table(written(file, text, "cp1251"))
    assert (table.encoding, cells(table)[-1]) == ("cp1251", ("Олена Коваленко", "2", ""))


@pytest.mark.parametrize(
    ("content", "wanted", "found"),
    [
        (UKRAINIAN.encode("cp1251"), "cp1251", "cp1251"),
        (UKRAINIAN.encode("cp1251"), "windows-1251", "cp1251"),
        (UKRAINIAN.encode("utf-8-sig"), "utf8", "utf-8-sig"),
        (UKRAINIAN.encode("utf-16-le"), "utf-16-le", "utf-16-le"),
        (b"\xff\xfe" + UKRAINIAN.encode("utf-16-le"), "UTF-16LE", "utf-16"),
        (POLISH.encode("cp852"), "cp852", "cp852"),
    ],
)
def test_an_explicit_encoding_wins(file: Path, content: bytes, wanted: str, found: str) -> None:
    table = open_table(written(file, content), wanted)
    assert table.encoding == found
    assert table.headers[0] in ("ПІБ", "Imię")


def test_a_wrong_explicit_encoding_names_the_line_and_the_byte(file: Path) -> None:
    content = b"Name;Phone\nAnn;1\n\xce\xebena;2\n"
    fault = refusal(written(file, content), "utf-8")
    assert fault.title == f"{file}:3: not valid utf-8 (byte {content.index(0xCE) + 1} of the file)"
    assert "--encoding" in fault.mend


def test_the_first_fault_is_found_across_reads(file: Path) -> None:
    letter = "Ж".encode()
    assert first_fault(written(file, b"a" * ((1 << 20) - 1) + letter), "utf-8") is None
    assert first_fault(written(file, b"a" * ((1 << 20) - 1) + letter[:1]), "utf-8") == (1 << 20) - 1
    assert first_fault(written(file, b"a" * ((1 << 20) - 1) + letter[:1] + b"aa"), "utf-8") == (1 << 20) - 1
    assert first_fault(written(file, letter * 20 + b"\xff"), "utf-8") == 40


@pytest.mark.parametrize("name", ["klingon", "rot13", "hex", " ", "utf\x008"])
def test_an_encoding_that_is_none(file: Path, name: str) -> None:
    assert "text encoding" in refusal(written(file, UKRAINIAN), name).title
    assert "cp1251" in refusal(file, name).mend


def test_a_damaged_marked_file_is_refused(file: Path) -> None:
    assert "not valid utf-8-sig" in refusal(written(file, b"\xef\xbb\xbfPhone\n\xff\n")).title


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"PK\x03\x04", "Excel workbook; save it as CSV"),
        (b"\xd0\xcf\x11\xe0", "Excel workbook; save it as CSV"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"SQLite format 3\x00", "database"),
        (b"Phone\n\x00\x01\x02", "UTF-8"),
        (b"\x7fELF\x00", "UTF-8"),
    ],
)
def test_what_is_no_text_is_refused(file: Path, start: bytes, words: str) -> None:
    assert words in refusal(written(file, start + bytes(range(256)))).mend


def test_a_utf16_file_without_its_mark_is_told_how(file: Path) -> None:
    assert "--encoding utf-16-le" in refusal(written(file, UKRAINIAN.encode("utf-16-le"))).mend


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(file: Path, delimiter: str) -> None:
    lines = [["Name", "Phone", "Note"], ["Kovalenko, Olena; Kyiv", "067", "a|b\tc"], ["Ann", "050", ""]]
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, delimiter=delimiter).writerows(lines)
    table = open_table(file)
    assert table.delimiter == delimiter
    assert [list(table.headers), *map(list, cells(table))] == lines


def test_commas_in_cells_do_not_beat_the_real_delimiter(file: Path) -> None:
    table = open_table(written(file, "Name, full;Phone\nA, B, C;1\nD;2, 3, 4\n"))
    assert table.delimiter == ";"


def test_excels_own_line_declares_the_delimiter(file: Path) -> None:
    table = open_table(written(file, "sep=;\r\nName;Phone\r\nAnn, B;1\r\n"))
    assert (table.headers, cells(table)) == (("Name", "Phone"), [("Ann, B", "1")])


def test_one_column_keeps_its_cells_whole(file: Path) -> None:
    assert cells(open_table(written(file, "Phone\n0671234567, 0501112233\n"))) == [("0671234567, 0501112233",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_quoted_line_ends(file: Path, end: str) -> None:
    text = f'Name,Phone,Note{end}"O""Neil, ""Bob""",1,"two{end}lines"{end}B,2,x'
    assert cells(open_table(written(file, text))) == [('O"Neil, "Bob"', "1", f"two{end}lines"), ("B", "2", "x")]


def test_blank_rows_are_skipped_but_counted(file: Path) -> None:
    rows = list(open_table(written(file, "\n;;\nName;Phone\n\nA;1\n ; \nB;2\n\n")).rows())
    assert [(row.number, row.cells) for row in rows] == [(2, ("A", "1")), (4, ("B", "2"))]


def test_rows_of_another_width(file: Path) -> None:
    rows = list(open_table(written(file, "a,b,c\n1,2,3,4\n1\n1,2,3,,\n1,2,3\n")).rows())
    assert rows == [
        Row(1, ("1", "2", "3", "4"), "4 cells where the header has 3"),
        Row(2, ("1", "", "")),
        Row(3, ("1", "2", "3")),
        Row(4, ("1", "2", "3")),
    ]


def test_a_row_with_broken_quotes_is_a_fault_of_its_own(file: Path) -> None:
    rows = list(open_table(written(file, 'Name,Phone\n"ТОВ "Вікна"",1\nТОВ "Двері",2\n')).rows())
    assert rows == [Row(1, ('"ТОВ "Вікна"",1',), "quotes that do not pair up"), Row(2, ('ТОВ "Двері"', "2"))]


def test_a_quote_that_is_never_closed_hides_nothing(file: Path) -> None:
    fault = refusal(written(file, 'Name,Phone\nA,1\n"B,2\nC,3\nD,4\n'))
    assert fault.title.startswith(f"{file}:3: a quote is never closed")
    assert "never closed" in refusal(written(file, 'Name,Phone\nA,"1\n' + "C,3\n" * 100_000)).title


def test_cells_and_lines_that_are_too_long(file: Path) -> None:
    rows = list(open_table(written(file, f"Name,Phone\n{'x' * (MAX_CELL + 1)},1\nB,2\n")).rows())
    assert rows[0].fault == '10,001 characters in "Name", the limit is 10,000'
    assert rows[1] == Row(2, ("B", "2"))
    assert "longer than" in refusal(written(file, "Name,Phone\n" + "x" * 140_000 + ",1\n")).title
    assert f"{file}:2: a line of over" in refusal(written(file, "Name,Phone\n" + "x," * 600_000)).title


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "\u200b\n", "sep=;\n"])
def test_an_empty_file_is_refused(file: Path, content: str) -> None:
    assert "the file is empty" in refusal(written(file, content)).title


@pytest.mark.parametrize("content", ["Name,Phone", "Name,Phone\n", "Name,Phone\r\n\r\n"])
def test_a_header_alone_has_no_rows(file: Path, content: str) -> None:
    table = open_table(written(file, content))
    assert (table.headers, cells(table)) == (("Name", "Phone"), [])


def test_headers_are_all_different_and_none_is_blank(file: Path) -> None:
    table = open_table(written(file, "\ufeff Name ,Phone,Phone,,Phone (2),\x1b[2JBig\u202e,,\n"))
    assert table.headers == ("Name", "Phone", "Phone (2)", "column 4", "Phone (2) (2)", "[2JBig")


def test_what_cannot_be_a_header_is_refused(file: Path) -> None:
    assert "501 columns" in refusal(written(file, ",".join(map(str, range(501))))).title
    assert "201 characters" in refusal(written(file, "Phone," + "x" * 201)).title
    assert "header line has quotes" in refusal(written(file, '"Name"x,Phone\n')).title


def test_missing_files_and_directories(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.csv").title
    assert "not a file" in refusal(tmp_path).title


def test_a_file_that_is_cut_or_spoilt_after_opening(file: Path) -> None:
    table = open_table(written(file, "Name,Phone\nA,1\n"))
    file.write_bytes(b"Name,Phone\n\xff,1\n")
    with pytest.raises(BadRequest, match="changed while it was read"):
        list(table.rows())
    file.unlink()
    with pytest.raises(BadRequest, match="No such file"):
        list(table.rows())


def test_rows_can_be_read_twice_with_their_position_and_flat_memory(file: Path) -> None:
    table = open_table(written(file, "Name,Phone\n" + "Olena Kovalenko,0671234567\n" * 40_000))
    assert table.position() == 0
    tracemalloc.start()
    seen = [table.position() for row in table.rows() if row.number % 10_000 == 0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == sorted(seen)
    assert seen[0] < table.size_bytes / 3
    assert table.position() == table.size_bytes == file.stat().st_size
    assert peak < 1_000_000
    assert next(table.rows()).number == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(alphabet='аяZ9,;\t|"\n\r\ufeff\u202e= ', max_size=200).map(lambda text: text.encode()),
    ),
    st.sampled_from([None, "utf-8", "cp1251", "utf-16", "utf-7", "punycode", "idna", "shift_jis"]),
)
def test_any_bytes_are_a_table_or_a_bad_request(file: Path, content: bytes, encoding: str | None) -> None:
    try:
        table = open_table(written(file, content), encoding)
        rows = list(table.rows())
    except BadRequest:
        return
    assert len(set(table.headers)) == len(table.headers) > 0
    assert all(row.fault or len(row.cells) == len(table.headers) for row in rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(st.text("ab ,;\"\n'я", min_size=1), min_size=3, max_size=3), min_size=1))
def test_what_a_spreadsheet_writes_is_read_back(file: Path, lines: list[list[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerows([["Name", "Phone", "Note"], *lines])
    kept = [tuple(line) for line in lines if any(cell.strip() for cell in line)]
    assert cells(open_table(file)) == kept
