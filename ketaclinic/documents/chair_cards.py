"""The sheet at the chair: who sits there, what to ask, a grid with the time of every check, what to release by.

Upright, one page for each visit; the last pages are the run sheet: every check of the day by its time.
"""

from collections.abc import Sequence
from itertools import chain

from ketaclinic.documents.list_pages import ListPages, width_of
from ketaclinic.documents.ruled_table import Column, draw_table, set_table
from ketaclinic.domain.allergies import flagged
from ketaclinic.domain.handouts import long_date, short_date
from ketaclinic.domain.sheets import ChairCard, ChairCards, FormList, FormRow, RunCheck, SheetVisit

_ITEM = 7.1
_LEADING = 9.0
_BLANK_ROWS = 3
_GRID_ROW = 16.5
_NOTE = 16.0
_TIME, _LABEL, _INITIALS = 34.0, 40.0, 30.0


def build(sheet: ChairCards) -> bytes:
    """The day pack as a PDF; the same value gives the same bytes."""
    title = long_date(sheet.day) if sheet.day else "Blank checklists"
    pages = ListPages(sheet.head, title, landscape=False)
    for card in sheet.cards:
        pages.new_page("" if card.visit else card.protocol)
        _Card(pages, card).draw()
    if not sheet.cards:
        pages.new_page()
        pages.text(pages.left, pages.top - 24, "Nobody is booked.", size=12, bold=True)
    if sheet.checks:
        _draw_run_sheet(pages, sheet.checks)
    return pages.finish()


class _Card:
    """One visit's page, drawn from the top down."""

    def __init__(self, pages: ListPages, card: ChairCard) -> None:
        self._pages, self._card = pages, card

    def draw(self) -> None:
        """Draws identity, the checklists before, the grid, the checklists after."""
        if self._card.visit is None:
            self._draw_blank_identity()
        else:
            self._draw_identity(self._card.visit)
        for form in self._card.before:
            self._draw_form(form)
        self._draw_grid()
        for form in self._card.after:
            self._draw_form(form)
        self._draw_notes()

    # who

    def _draw_identity(self, visit: SheetVisit) -> None:
        pages = self._pages
        high = 62.0
        y = pages.top - high
        pages.ground(pages.left, y, pages.wide, high)
        x, middle = pages.left + 8, pages.left + pages.wide * 0.56
        name = pages.name(visit.patient, visit.record)
        lines = pages.lines(name, 13, middle - x - 10, 2, bold=True)
        size = 13 if len(lines) == 1 else 10
        for number, line in enumerate(pages.lines(name, size, middle - x - 10, 2, bold=True)):
            pages.text(x, y + high - 17 - number * size * 1.2, line, size=size, bold=True)
        born = f"Born {short_date(visit.born)}" if visit.born else "Born ____________"
        pages.text(x, y + 20, f"{born} · Record {visit.record}", size=9)
        self._draw_allergies(visit, x, y + 7, middle - x - 10)
        infusion = f", infusion from {self._card.infusion_at:%H:%M}" if self._card.infusion_at else ""
        said = (
            (f"{visit.chair} · {visit.starts_at:%H:%M}–{visit.leaves_at:%H:%M}{infusion}", True),
            (f"{visit.label} · {self._card.protocol}", False),
            (f"Nurse: {visit.nurse or '____________________'}", False),
            (f"Escort: {visit.escort or '____________________'} {visit.escort_phone}", False),
            (visit.notes, True),
        )
        at = y + high - 13
        for words, bold in said:
            for line in pages.lines(words, 8.5, pages.right - middle - 6, 1, bold=bold):
                pages.text(middle, at, line, size=8.5, bold=bold)
            at -= 11.2
        pages.top = y
        gates = (("consent", visit.consent), ("order", visit.order))
        missing = ", ".join(words for words, there in gates if not there)
        if missing:
            pages.top -= 12
            said_missing = f"Not there yet: {missing}."
            pages.text(pages.left, pages.top, said_missing, size=9, bold=True, color=pages.tones.alert)
        self._draw_doses()

    def _draw_doses(self) -> None:
        """Lines for what is weighed, read from the signed order and checked by two."""
        pages = self._pages
        y = pages.top - 15
        for words, after, place, line in (
            ("Weight today", "kg", 0.0, 48.0),
            ("Dose, from the signed order", "mg", 0.25, 60.0),
            ("Given by", "", 0.61, 60.0),
            ("Checked by", "", 0.80, 60.0),
        ):
            x = pages.left + pages.wide * place
            x += pages.text(x, y, words, size=8) + 4
            pages.field(x, y - 1, min(line, pages.right - x))
            pages.text(x + line + 4, y, after, size=8)
        pages.top = y - 4

    def _draw_allergies(self, visit: SheetVisit, x: float, y: float, width: float) -> None:
        """For clinical roles what is written; for others a line to write on."""
        pages = self._pages
        if visit.allergies is None:
            pages.text(x, y, "Allergies: ask, and read the record", size=8.5, color=pages.tones.second)
            return
        words = " ".join(visit.allergies.split()) or "not asked yet"
        alert = flagged(visit.allergies)
        color = pages.tones.alert if alert else pages.tones.ink
        pages.text(x, y, f"Allergies: {words}", size=9, bold=alert, color=color, width=width)

    def _draw_blank_identity(self) -> None:
        pages = self._pages
        y = pages.top - 18
        for words, x, wide in (
            ("Patient", 0.0, 0.42),
            ("Born", 0.44, 0.18),
            ("Record", 0.64, 0.14),
            ("Date", 0.8, 0.2),
        ):
            left = pages.left + pages.wide * x
            taken = pages.text(left, y, words, size=8.5, color=pages.tones.second)
            pages.field(left + taken + 4, y - 1, pages.wide * wide - taken - 8)
        pages.top = y - 12

    # what to ask

    def _draw_form(self, form: FormList) -> None:
        """A checklist in two columns, row by row."""
        pages = self._pages
        y = pages.top - 11
        pages.text(pages.left, y, form.title, size=9.5, bold=True, color=pages.tones.accent)
        pages.text(pages.right, y, f"version {form.version}", size=7, color=pages.tones.second, right=True)
        pages.rule(pages.left, y - 3, pages.right, heavy=True)
        top, wide = y - 4, (pages.wide - 14) / 2
        set_rows = [self._set_row(row, wide) for row in form.rows]
        split = _halfway([len(row) for row in set_rows])
        lowest = top
        for column, rows in enumerate((set_rows[:split], set_rows[split:])):
            at = top
            for line in chain.from_iterable(rows):
                at -= _LEADING
                self._draw_line(line, pages.left + column * (wide + 14), at, wide)
            lowest = min(lowest, at)
        pages.top = lowest - 5

    def _set_row(self, row: FormRow, wide: float) -> list[tuple[str, str, str, bool]]:
        """The lines of a row: (number, words, what to write, whether a box stands before them)."""
        found = []
        for place, (words, writes) in enumerate(row.items):
            room = wide - 25 - (width_of(writes, _ITEM) + 34 if writes else 0)
            lines = self._pages.lines(words, _ITEM, room, 3)
            for number, line in enumerate(lines):
                first = not number
                found.append((f"{row.number}" if first and not place else "", line, writes if first else "", first))
        return found

    def _draw_line(self, line: tuple[str, str, str, bool], x: float, y: float, wide: float) -> None:
        pages, (number, words, writes, boxed) = self._pages, line
        if number:
            pages.text(x, y, number, size=_ITEM, bold=True, color=pages.tones.second)
        if boxed:
            pages.box(x + 12, y - 0.4, size=6)
        pages.text(x + 22, y, words, size=_ITEM)
        if writes:
            unit = pages.text(x + wide, y, writes if writes != "_" else "", size=_ITEM, right=True)
            pages.field(x + wide - unit - 34, y - 1, 32)

    # what is measured

    def _draw_grid(self) -> None:
        pages, card = self._pages, self._card
        y = pages.top - 11
        when = f" as planned, infusion from {card.infusion_at:%H:%M}" if card.infusion_at else ""
        pages.text(pages.left, y, f"Checks{when}", size=9.5, bold=True, color=pages.tones.accent)
        told = (
            f"A later start moves every time; “+5” is five minutes after it. Protocol revision {card.protocol_revision}"
        )
        pages.text(pages.right, y, told, size=7, color=pages.tones.second, right=True)
        y -= 4
        edges = self._edges()
        high = 17.0
        pages.ground(pages.left, y - high, pages.wide, high)
        heads = [("Due", ""), ("Check", ""), ("At", "")]
        heads += [*card.columns, ("Initials", "")]
        for (words, unit), left, right in zip(heads, edges, edges[1:], strict=False):
            pages.text((left + right) / 2, y - 7, words, size=6.8, bold=True, middle=True, width=right - left - 2)
            pages.text((left + right) / 2, y - 14, unit, size=5.8, color=pages.tones.second, middle=True)
        top = y
        y -= high
        rows = [(f"{due.at:%H:%M}" if due.at else "", due.label) for due in card.due]
        for due, label in (*rows, *(("", ""),) * _BLANK_ROWS):
            y -= _GRID_ROW
            pages.rule(pages.left, y, pages.right)
            pages.text(edges[0] + 3, y + 5, due, size=9, bold=True)
            pages.text(edges[1] + 3, y + 5, label, size=7.5)
        for edge in edges:
            pages.upright(edge, y, top)
        pages.top = y - 3

    def _edges(self) -> list[float]:
        """Where the columns of the grid begin and end."""
        pages, count = self._pages, len(self._card.columns)
        edges = [pages.left, pages.left + _TIME, pages.left + _TIME + _LABEL, pages.left + 2 * _TIME + _LABEL]
        each = (pages.right - _INITIALS - edges[-1]) / max(count, 1)
        return [*edges, *(edges[-1] + each * number for number in range(1, count + 1)), pages.right]

    def _draw_notes(self) -> None:
        """Lines for what happened, as far down as the page goes."""
        pages = self._pages
        y = pages.top - 11
        if y - _NOTE < pages.bottom:
            return
        words = "Adverse events, medicines given, notes"
        pages.text(pages.left, y, words, size=9.5, bold=True, color=pages.tones.accent)
        y -= _NOTE
        while y >= pages.bottom:
            pages.rule(pages.left, y, pages.right)
            y -= _NOTE


def _halfway(lengths: Sequence[int]) -> int:
    """How many rows go into the left column so that both are about as long."""
    half, taken = sum(lengths) / 2, 0
    for number, length in enumerate(lengths):
        if taken + length / 2 >= half:
            return number
        taken += length
    return len(lengths)


def _draw_run_sheet(pages: ListPages, checks: tuple[RunCheck, ...]) -> None:
    """Every check of the day by its time, with a box and room for the true time."""
    pages.title = f"Run sheet, {pages.title}"
    pages.told = "Every check as planned; one that starts later than planned moves with its infusion."
    pages.new_page()
    columns: list[Column[RunCheck]] = [
        Column("Due", lambda check: f"{check.at:%H:%M}", bold=True),
        Column("", width=9, draw=lambda page, _, x, base, __: page.box(x, base - 0.5, size=8)),
        Column("Chair", lambda check: check.chair, share=0.8, most=2),
        Column("Check", lambda check: check.label),
        Column("Patient", lambda check: pages.name(check.patient, check.record), share=3, most=2),
        Column("Record", lambda check: check.record),
        Column("Session", lambda check: check.visit_label),
        Column("Nurse", lambda check: check.nurse, share=1.6, most=2),
        Column("Done at", width=38),
        Column("Initials", width=32),
    ]
    if not any(check.nurse for check in checks):
        columns = [column for column in columns if column.heading != "Nurse"]
    draw_table(pages, set_table(pages, columns, checks, size=8.5, least=15.5))
