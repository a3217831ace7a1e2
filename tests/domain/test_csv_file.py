"""Lists as other programs export them, whatever the encoding, the delimiter and the line breaks inside quotes."""

import pytest

from ketaclinic.domain.csv_file import CsvRow, read_table
from ketaclinic.domain.findings import Invalid

PLAIN = "LName,FName\nNguyễn,Zoë\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-8"),
        (PLAIN.encode("utf-16"), "utf-16"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_unicode_in_every_dress(data: bytes, encoding: str) -> None:
    table = read_table(data)
    assert (table.columns, table.rows) == (("LName", "FName"), (CsvRow(2, ("Nguyễn", "Zoë")),))
    assert (table.encoding, table.delimiter) == (encoding, ",")


def test_windows_1252_is_what_is_not_utf_8() -> None:
    table = read_table("LName;FName\r\nMüller;Zoë\r\nLœb;“Jo”\r\n".encode("windows-1252"))
    assert (table.encoding, table.delimiter) == ("windows-1252", ";")
    assert [row.cells for row in table.rows] == [("Müller", "Zoë"), ("Lœb", "“Jo”")]


def test_another_encoding_can_be_chosen() -> None:
    data = "LName,FName\nИванова,Ольга\n".encode("windows-1251")
    assert read_table(data, encoding="windows-1251").rows == (CsvRow(2, ("Иванова", "Ольга")),)


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("a,b,c\n1,2,3\n", ",", 3),
        ("a;b;c\n1,5;2;3\n2,5;3;4\n", ";", 3),
        ("a\tb\n1, 2, 3\t4\n", "\t", 2),
        ("a|b\n1|2\n", "|", 2),
        ('"Name, first";born\n"Silva, João";1961\n', ";", 2),
        ("sep=;\nname,title;born\nSilva;1961\n", ";", 2),
        ("name\nSilva\n", ",", 1),
    ],
)
def test_the_delimiter_is_found_out(text: str, delimiter: str, columns: int) -> None:
    table = read_table(text.encode())
    assert (table.delimiter, len(table.columns)) == (delimiter, columns)


def test_lines_are_those_of_the_file() -> None:
    text = 'LName,Address\r\nSilva,"1 Main St\r\nApt 4\r\nChicago"\r\n\r\n , \r\nKim,"x"\r\n'
    rows = read_table(text.encode()).rows
    assert rows == (CsvRow(2, ("Silva", "1 Main St\r\nApt 4\r\nChicago")), CsvRow(7, ("Kim", "x")))


def test_a_separator_line_counts_as_a_line() -> None:
    assert read_table(b"sep=;\r\nLName;FName\r\nKim;Kim\r\n").rows == (CsvRow(3, ("Kim", "Kim")),)


def test_doubled_and_stray_quotation_marks() -> None:
    rows = read_table(b'LName,Note\nSilva,"says ""hi"""\nO"Brien,6\' 2"\n').rows
    assert [row.cells for row in rows] == [("Silva", 'says "hi"'), ('O"Brien', "6' 2\"")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty. Nothing was imported."),
        (b"\n \n", "This file is empty. Nothing was imported."),
        (b"PK\x03\x04rest", "This file is a workbook, not CSV."),
        (b"%PDF-1.7\n\x00\x01\x02 abc", "This file is not a list in text form."),
        (
            b'LName,Note\nSilva,ok\nKim,"never closed\nWei,x\nRuiz,y\n',
            "A quotation mark on line 3 of this file is never closed.",
        ),
    ],
)
def test_what_is_no_list_is_told_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(data)
    assert refused.value.field == "file"
    assert str(refused.value).startswith(sentence)
    assert "Nothing was imported" in str(refused.value)


def test_a_wrong_choice_of_encoding_is_told() -> None:
    with pytest.raises(Invalid, match="not text in ascii"):
        read_table(PLAIN.encode(), encoding="ascii")
    with pytest.raises(Invalid, match="not text in klingon"):
        read_table(PLAIN.encode(), encoding="klingon")


def test_a_quotation_longer_than_any_note_is_one_never_closed() -> None:
    data = b'LName,Note\nKim,"' + b"Silva,x\n" * 40_000
    with pytest.raises(Invalid, match="quotation mark on line 2"):
        read_table(data)
