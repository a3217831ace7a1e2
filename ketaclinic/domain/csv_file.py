"""Lists as other programs export them: whatever the encoding, the delimiter and the line breaks inside quotes."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from ketaclinic.domain.findings import Invalid

ENCODINGS = ("utf-8", "utf-16", "windows-1252")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LOOKED_AT = 60
_LONGEST_CELL = 100_000
_SEPARATOR_LINE = "sep="


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its cells, and the line of the file on which it begins, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A list as read: the headers, the rows below them, and how they were understood."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    encoding: str
    delimiter: str


def read_table(data: bytes, encoding: str | None = None, delimiter: str | None = None) -> CsvTable:
    """The table in a file; encoding and delimiter are found out where they are not given.

    Raises:
        Invalid: at the field "file", in one sentence: this is no such list, or it ends inside a quotation.
    """
    text, encoding = _decoded(data, encoding)
    skipped = 0
    first_line = text.split("\n", 1)[0].strip()
    if first_line.lower().startswith(_SEPARATOR_LINE) and len(first_line) == len(_SEPARATOR_LINE) + 1:
        delimiter = delimiter or first_line[-1]
        text, skipped = text.split("\n", 1)[1] if "\n" in text else "", 1
    delimiter = delimiter or _likeliest_delimiter(text)
    rows = [CsvRow(row.line + skipped, row.cells) for row in _rows(text, delimiter)]
    if not rows:
        raise Invalid("file", "This file is empty. Nothing was imported.")
    return CsvTable(rows[0].cells, tuple(rows[1:]), encoding, delimiter)


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    encoding = encoding or _likeliest_encoding(data)
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeError, LookupError):
        raise Invalid(
            "file", f"This file is not text in {encoding}. Nothing was imported: choose its encoding."
        ) from None
    if "\x00" in text:
        raise Invalid("file", "This file is not a list in text form. Nothing was imported: export it as CSV.")
    return text, encoding


def _likeliest_encoding(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise Invalid("file", "This file is a workbook, not CSV. Nothing was imported: save it as CSV in its program.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:4000]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _likeliest_delimiter(text: str) -> str:
    """The one that makes the most columns, the same number on most of the first lines."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = []
        try:
            for row in _rows(text, delimiter, strictly_closed=False):
                widths.append(len(row.cells))
                if len(widths) == _LOOKED_AT:
                    break
        except Invalid:
            return 0, 0
        return (widths.count(widths[0]) * min(widths[0], 2), widths[0]) if widths and widths[0] > 1 else (0, 0)

    return max(DELIMITERS, key=score)


def _rows(text: str, delimiter: str, *, strictly_closed: bool = True) -> Iterator[CsvRow]:
    """Rows that are not blank, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    begins = 1
    try:
        for cells in reader:
            if strictly_closed and reader.line_num > begins and any(len(cell) > _LONGEST_CELL for cell in cells):
                raise _never_closed(begins)
            if any(cell.strip() for cell in cells):
                yield CsvRow(begins, tuple(cells))
            last, begins = begins, reader.line_num + 1
            ended = reader.line_num
    except csv.Error as error:
        if "field larger" in str(error):
            raise _never_closed(begins) from None
        raise Invalid("file", f"Line {reader.line_num} of this file cannot be read. Nothing was imported.") from None
    if strictly_closed and begins > 1 and _is_open(text, delimiter, last, ended):
        raise _never_closed(last)


def _is_open(text: str, delimiter: str, first: int, last: int) -> bool:
    """Whether the last row, which stands on these lines, ends inside a quotation."""
    lines = io.StringIO(text, newline="").readlines()[first - 1 : last]
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _never_closed(line: int) -> Invalid:
    return Invalid("file", f"A quotation mark on line {line} of this file is never closed. Nothing was imported.")
