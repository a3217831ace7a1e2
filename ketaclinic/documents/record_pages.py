"""The pages of a session's record: whose it is on each, tables that flow over pages, and no word ever cut.

A row that is too long for the rest of a page goes on to the next; one too long for a page is parted between its lines.
Lengths in points; y grows upwards.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor

from ketaclinic.documents.list_pages import ListPages, width_of
from ketaclinic.documents.markup import can_set, settable
from ketaclinic.domain.handouts import clock_time, short_date
from ketaclinic.domain.records import TITLE, RecordSheet
from ketaclinic.domain.sheets import ListHead

SIZE = 8.0
_LEADING = 1.28
_PAD = 4.0
_FOOT = 22.0
_ALL = 100_000  # lines: nothing is cut
_LONGEST_WORD = 11.0  # of the size: a word wider than that may be broken
_WITH_NEXT = 64.0  # below a heading there is room for this much, or it goes to the next page
UNPRINTABLE = "name in another script"
_GAPS = "? stands for a letter that cannot be printed here; the record on screen has it."


@dataclass(frozen=True, slots=True)
class Col:
    """A column: its heading, its share of the room that is left (0: as wide as its words), whether it is bold."""

    heading: str
    share: float = 0.0
    bold: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        struck: shown struck through: it was corrected, and stays.
        loud: numbers of the cells that are bold (out of their limits, with a sign in words or "!").
        below: lines across the whole table under the row.
        quiet: in the second colour: nothing was observed.
    """

    cells: tuple[str, ...]
    struck: bool = False
    loud: frozenset[int] = frozenset()
    below: str = ""
    quiet: bool = False


class RecordPages(ListPages):
    """The record being drawn; `top` is where the next thing goes."""

    def __init__(self, sheet: RecordSheet) -> None:
        record = sheet.record
        head = ListHead(
            record.letterhead.name, record.location, sheet.printed_at, sheet.printed_by, "", paper=record.paper
        )
        super().__init__(head, TITLE, landscape=False)
        self.record = record
        self.bottom = _FOOT + 28
        self._x = self.left
        self.canvas.setTitle(f"{TITLE}, {settable(record.patient.record)}")
        self.canvas.setSubject(f"session-record, revision {record.revision}")

    # --- head and foot ------------------------------------------------------------------------------------------------

    def new_page(self, told: str | None = None) -> None:
        """Ends the page before and draws whose record this is; `told` is not used."""
        del told
        if self._begun:
            self.canvas.showPage()
        first = not self._begun
        self._begun = True
        record = self.record
        y = self.height - 34
        label = self._draft_label(y)
        for number, line in enumerate(
            self.lines(record.letterhead.name, 12.5, self.wide - label - 16, _ALL, bold=True)
        ):
            y -= 15 if number else 0
            self.text(self.left, y, line, size=12.5, bold=True, color=self.tones.accent)
        if first:
            y = self._contacts(y)
        y = self._whose(y - (19 if first else 15))
        self.rule(self.left, y - 6, self.right, heavy=True)
        self.top = y - 12

    def _draft_label(self, y: float) -> float:
        """The title at the right, and "Draft, not signed" in a frame where nobody has signed; returns its width."""
        if self.record.signed:
            return self.text(self.right, y, TITLE, size=11, bold=True, right=True)
        words = "Draft, not signed"
        wide = width_of(words, 10, bold=True) + 16
        self.canvas.setStrokeColor(self.tones.ink)
        self.canvas.setLineWidth(1.2)
        self.canvas.rect(self.right - wide, y - 5, wide, 17)
        self.text(self.right - wide / 2, y, words, size=10, bold=True, middle=True)
        return wide + 10 + self.text(self.right - wide - 10, y, TITLE, size=11, bold=True, right=True)

    def _contacts(self, y: float) -> float:
        head = self.record.letterhead
        address = ", ".join(line.strip() for line in head.address.splitlines() if line.strip())
        after = f"after hours {head.after_hours_phone}" if head.after_hours_phone else ""
        said = " · ".join(filter(None, (self.record.location, address, head.phone, after, head.email, head.website)))
        for line in self.lines(said, 8, self.wide, _ALL):
            y -= 11
            self.text(self.left, y, line, size=8, color=self.tones.second)
        return y

    def _whose(self, y: float) -> float:
        """Name, date of birth and record number: what is checked before anything on the page is believed."""
        record = self.record
        patient = record.patient
        name = self.name(patient.name, patient.record)
        for number, line in enumerate(self.lines(name, 11, self.wide, _ALL, bold=True)):
            y -= 13 if number else 0
            self.text(self.left, y, line, size=11, bold=True)
        born = short_date(patient.born) if patient.born else "not known"
        visit = f"Session {record.view.header.label}, {short_date(record.starts_at)}"
        said = f"Born {born} · Record {patient.record} · {visit} · {record.standing}"
        for line in self.lines(said, 8.5, self.wide, _ALL):
            y -= 12
            self.text(self.left, y, line, size=8.5)
        return y

    def draw_foot(self, number: int, pages: int) -> None:
        """Which revision, printed when and by whom, which page."""
        self.rule(self.left, _FOOT + 18, self.right)
        at = self.head.printed_at
        revision = f"Revision {self.record.revision}" if self.record.signed else "Draft, not signed"
        by = self.head.printed_by if can_set(self.head.printed_by) else "clinic staff"
        said = f"{TITLE} · {revision} · Printed {short_date(at)}, {clock_time(at)} by {by}"
        if self.remark:
            said += f" · {self.remark}"
        for row, line in enumerate(self.lines(said, 7.5, self.wide - 76, 2)):
            self.text(self.left, _FOOT + 8 - 9 * row, line, size=7.5, color=self.tones.second)
        self.text(self.right, _FOOT + 8, f"Page {number} of {pages}", size=7.5, bold=True, right=True)

    # --- words --------------------------------------------------------------------------------------------------------

    def lines(self, words: str, size: float, width: float, most: int, *, bold: bool = False) -> list[str]:
        """The words broken into lines; a letter that cannot be set is remarked on at the foot."""
        said = settable(words)
        if said.count("?") != unicodedata.normalize("NFC", words).count("?") and not self.remark:
            self.remark = _GAPS
        return [
            line
            for part in said.splitlines()
            for line in super(RecordPages, self).lines(part, size, width, most, bold=bold)
        ]

    def heading(self, words: str, beside: str = "") -> None:
        """A section's title, kept with what follows."""
        self.top -= 13
        if self.top - _WITH_NEXT < self.bottom:
            self.new_page()
            self.top -= 10
        taken = self.text(self.left, self.top, words, size=10, bold=True, color=self.tones.accent)
        if beside:
            self.text(
                self.left + taken + 8, self.top, beside, size=8, color=self.tones.second, width=self.wide - taken - 8
            )
        self.top -= 5

    def paragraph(self, words: str, *, size: float = SIZE, bold: bool = False, quiet: bool = False) -> None:
        """Lines across the page."""
        colour = self.tones.second if quiet else None
        for line in self.lines(words, size, self.wide, _ALL, bold=bold):
            self.room(size * _LEADING)
            self.top -= size * _LEADING
            self.text(self.left, self.top, line, size=size, bold=bold, color=colour)
        self.top -= 2

    def room(self, height: float) -> bool:
        """Goes to a new page where less than this is left; says whether it did."""
        if self.top - height >= self.bottom:
            return False
        self.new_page()
        return True

    # --- facts and tables ---------------------------------------------------------------------------------------------

    def facts(self, pairs: Sequence[tuple[str, str]], *, label: float = 84) -> None:
        """Label and words, two beside each other; words as long as they are."""
        given = [(name, words) for name, words in pairs if words]
        half = (self.wide - 14) / 2
        for number in range(0, len(given), 2):
            two = given[number : number + 2]
            set_ = [self.lines(words, SIZE, half - label - 4, _ALL) for _, words in two]
            height = max(map(len, set_)) * SIZE * _LEADING + 3
            self.room(height)
            for place, ((name, _), lines) in enumerate(zip(two, set_, strict=True)):
                x = self.left + place * (half + 14)
                for row, line in enumerate(lines):
                    y = self.top - SIZE * _LEADING * (row + 1) + 1
                    if not row:
                        self.text(x, y, name, size=7.5, color=self.tones.second)
                    self.text(x + label, y, line, size=SIZE)
            self.top -= height

    def table(self, columns: Sequence[Col], rows: Sequence[Row], nothing: str, *, size: float = SIZE) -> None:
        """A ruled table, its headings on each page; without rows the words `nothing`."""
        if not rows:
            self.paragraph(nothing, quiet=True)
            return
        widths = self._widths(columns, rows, size)
        self._table_head(columns, widths, size)
        for row in rows:
            self._table_row(columns, widths, row, size)

    def _widths(self, columns: Sequence[Col], rows: Sequence[Row], size: float) -> list[float]:
        wanted = []
        for number, column in enumerate(columns):
            texts = {row.cells[number] for row in rows}
            parts = {word for text in texts for word in text.split()} if column.share else texts
            widest = max((width_of(part, size, bold=True) for part in parts), default=0.0)
            widest = min(widest, size * _LONGEST_WORD) if column.share else widest
            wanted.append(max(widest, width_of(column.heading, size - 1, bold=True)) + 2 * _PAD)
        left = self.wide - sum(wanted)
        if left < 0:
            return [wide * self.wide / sum(wanted) for wide in wanted]
        shares = sum(column.share for column in columns) or 1.0
        return [wide + left * column.share / shares for wide, column in zip(wanted, columns, strict=True)]

    def _table_head(self, columns: Sequence[Col], widths: Sequence[float], size: float) -> None:
        high = size * 1.75
        self.top -= high
        self.ground(self.left, self.top, self.wide, high)
        x = self.left
        for column, wide in zip(columns, widths, strict=True):
            at = x + wide - _PAD if column.right else x + _PAD
            self.text(
                at, self.top + high * 0.32, column.heading, size=size - 1, bold=True, color=self.tones.second,
                right=column.right,
            )  # fmt: skip
            x += wide
        self.rule(self.left, self.top, self.right, heavy=True)

    def _table_row(self, columns: Sequence[Col], widths: Sequence[float], row: Row, size: float) -> None:
        cells = [
            self.lines(text, size, wide - 2 * _PAD + 0.1, _ALL, bold=column.bold or number in row.loud)
            for number, (text, wide, column) in enumerate(zip(row.cells, widths, columns, strict=True))
        ]
        below = self.lines(row.below, size - 0.5, self.wide - 5 * _PAD, _ALL)
        line = size * _LEADING
        count = max(1, *map(len, cells))
        high = count * line + len(below) * line + size * 0.55
        page = self.height - 150 - self.bottom
        if self.top - high < self.bottom and high <= page * 0.6:
            self.new_page()
            self._table_head(columns, widths, size)
        self.top -= size * 0.25
        for number in range(count):
            if self.top - line < self.bottom:
                self.new_page()
                self._table_head(columns, widths, size)
            self.top -= line
            self._line_of(columns, widths, row, [cell[number] if number < len(cell) else "" for cell in cells], size)
        for words in below:
            if self.top - line < self.bottom:
                self.new_page()
                self._table_head(columns, widths, size)
            self.top -= line
            self.text(self.left + 4 * _PAD, self.top + size * 0.3, words, size=size - 0.5, color=self.tones.second)
        self.top -= size * 0.3
        self.rule(self.left, self.top, self.right)

    def _line_of(
        self, columns: Sequence[Col], widths: Sequence[float], row: Row, words: Sequence[str], size: float
    ) -> None:
        x, base = self.left, self.top + size * 0.3
        colour = self.tones.second if row.quiet or row.struck else None
        for number, (column, wide, said) in enumerate(zip(columns, widths, words, strict=True)):
            at = x + wide - _PAD if column.right else x + _PAD
            bold = column.bold or number in row.loud
            taken = self.text(at, base, said, size=size, bold=bold, color=colour, right=column.right)
            if row.struck and said:
                begins = at - taken if column.right else at
                self.canvas.setStrokeColor(self.tones.ink)
                self.canvas.setLineWidth(0.7)
                self.canvas.line(begins, base + size * 0.32, begins + taken, base + size * 0.32)
            x += wide


def person(name: str) -> str:
    """The name of someone who works here as it can be set, never half of one."""
    return name if can_set(name) else UNPRINTABLE


PALE_AMBER, PALE_RED = HexColor("#FCF3DA"), HexColor("#F9E3E1")
