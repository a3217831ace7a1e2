"""The day on paper: a column for each chair, or a row for each visit, forty of them on one page."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time
from functools import cache, partial

from ketaclinic.documents.day_columns import draw_columns
from ketaclinic.documents.list_pages import ListPages
from ketaclinic.documents.ruled_table import Column, Table, draw_table, set_table
from ketaclinic.domain.allergies import flagged
from ketaclinic.domain.handouts import long_date, short_date
from ketaclinic.domain.sheets import DaySheet, SheetVisit

_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
_TIGHT = 1.56  # height of a row over the size of its type, at least
_ROOMY = 2.8  # and where there is room
_LINES = (8, 3, 1)  # a cell may have: long notes are cut only where the page is full
_CHOSEN = 1.9  # and where the size is asked for


def build(sheet: DaySheet) -> bytes:
    """The sheet as a PDF; the same value gives the same bytes."""
    visits = shown_visits(sheet)
    pages = ListPages(sheet.head, long_date(sheet.day), _told(sheet, len(visits)), ink=sheet.look.ink)
    if not visits:
        pages.new_page()
        _draw_legend(pages, sheet)
        pages.text(pages.left, pages.top - 24, "Nobody is booked.", size=12, bold=True)
    elif sheet.look.by_chair:
        draw_columns(pages, sheet, visits, partial(_draw_legend, pages, sheet))
    else:
        _draw_rows(pages, sheet, visits)
    return pages.finish()


def shown_visits(sheet: DaySheet) -> tuple[SheetVisit, ...]:
    """The visits that are there between the times asked for."""
    starts, ends = sheet.look.starts, sheet.look.ends
    return tuple(
        visit
        for visit in sheet.visits
        if (ends is None or visit.starts_at < datetime.combine(sheet.day, ends))
        and (starts is None or visit.leaves_at > datetime.combine(sheet.day, starts))
    )


def span(starts: datetime | time, ends: datetime | time) -> str:
    """As in "10:45–12:25"."""
    return f"{starts:%H:%M}–{ends:%H:%M}"


def _told(sheet: DaySheet, count: int) -> str:
    hours = ", ".join(span(opens, closes) for opens, closes in sheet.hours)
    parts = [
        f"{count} visit{'s' * (count != 1)}",
        f"open {hours}" if hours else "closed",
        *sheet.closures,
    ]
    look = sheet.look
    if look.starts or look.ends:
        parts.insert(1, f"shown {look.starts or time():%H:%M}–{f'{look.ends:%H:%M}' if look.ends else 'end'}")
    return " · ".join((*parts, *_duty(sheet)))


def _duty(sheet: DaySheet) -> Iterator[str]:
    there: dict[str, list[str]] = {}
    for duty in sheet.duty:
        if duty.starts_at < duty.ends_at:
            there.setdefault(duty.name, []).append(span(duty.starts_at, duty.ends_at))
    for name, spans in there.items():
        yield f"{name} {', '.join(spans)}"


def _draw_legend(pages: ListPages, sheet: DaySheet) -> None:
    """What the boxes mean, at the right above the list."""
    words = ["C consent valid", "O order valid"]
    if any(visit.allergies is not None for visit in sheet.visits):
        words.append("A allergy (read the record)")
    pages.top -= 3
    pages.text(pages.right, pages.top, " · ".join(words), size=7, color=pages.tones.second, right=True)
    pages.top -= 5


def _draw_rows(pages: ListPages, sheet: DaySheet, visits: tuple[SheetVisit, ...]) -> None:
    pages.new_page()
    _draw_legend(pages, sheet)
    ordered = sorted(visits, key=lambda visit: (visit.starts_at, visit.chair, visit.patient))
    size = sheet.look.size
    if size is not None:
        columns = _columns(pages, visits, _LINES[0])
        draw_table(pages, set_table(pages, columns, ordered, size=size, least=size * _CHOSEN))
        return
    table = _fitting(pages, ordered)
    spare = (pages.top - pages.bottom - table.head - table.height) / len(ordered)
    draw_table(pages, table, stretch=max(0.0, min(spare, table.size * (_ROOMY - _TIGHT))))


def _fitting(pages: ListPages, rows: Sequence[SheetVisit]) -> Table[SheetVisit]:
    """The table on as few pages as can be read, there with the most lines for long words, then in the largest type."""

    @cache
    def table(lines: int, size: float) -> Table[SheetVisit]:
        return set_table(pages, _columns(pages, rows, lines), rows, size=size, least=size * _TIGHT)

    room = pages.top - pages.bottom
    for count in range(1, len(rows) + 1):
        for lines in _LINES:
            for size in _SIZES:
                found = table(lines, size)
                unused = max(found.heights) * (count - 1)  # at the end of a page a row may not fit
                if not found.crowded and found.height + unused <= count * (room - found.head):
                    return found
    return table(_LINES[-1], _SIZES[-1])


def _columns(pages: ListPages, visits: Sequence[SheetVisit], most: int) -> list[Column[SheetVisit]]:
    def patient(visit: SheetVisit) -> str:
        return pages.name(visit.patient, visit.record)

    columns: list[Column[SheetVisit]] = [
        Column("Time", lambda visit: span(visit.starts_at, visit.leaves_at), bold=True),
        Column("Chair", lambda visit: visit.chair, share=1, most=most),
        Column("Patient", patient, share=3, bold=True, most=most),
        Column("Born", lambda visit: short_date(visit.born) if visit.born else ""),
        Column("Record", lambda visit: visit.record),
        Column("Session", lambda visit: visit.label),
        Column("Visit", lambda visit: visit.kind, share=1.3, most=most),
        Column("Min", lambda visit: str(visit.minutes)),
        Column("Nurse", lambda visit: visit.nurse, share=1.4, most=most),
        Column("Status", lambda visit: visit.status, share=1.3, most=most),
        Column("C", width=8, draw=partial(_gate, lambda visit: visit.consent)),
        Column("O", width=8, draw=partial(_gate, lambda visit: visit.order)),
        Column("Escort", lambda visit: visit.escort or "not named", share=2, most=most),
        Column("Telephone", lambda visit: visit.escort_phone),
        Column("Notes", lambda visit: visit.notes, share=2.4, most=most),
        Column("Init.", width=26),
    ]
    if any(visit.allergies is not None for visit in visits):
        columns.insert(-2, Column("A", width=8, draw=_allergy))
    if not any(visit.nurse for visit in visits):
        columns = [column for column in columns if column.heading != "Nurse"]
    return columns


def _gate(
    met: Callable[[SheetVisit], bool], pages: ListPages, visit: SheetVisit, x: float, base: float, size: float
) -> None:
    there = met(visit)
    pages.box(x, base - size * 0.06, size=min(8, size * 0.9), ticked=there, alert=not there)


def _allergy(pages: ListPages, visit: SheetVisit, x: float, base: float, size: float) -> None:
    if flagged(visit.allergies or ""):
        pages.text(x + 1, base, "A", size=size, bold=True, color=pages.tones.alert)
        pages.frame(x - 1, base - size * 0.25, size * 0.95, size * 1.2)
