"""Calls to make on paper: whom, the number, what to say, and a line for how it went."""

from collections.abc import Sequence
from functools import partial

from ketaclinic.documents.list_pages import ListPages, width_of
from ketaclinic.documents.ruled_table import Column, draw_table, set_table
from ketaclinic.domain.sheets import CallLineSheet, CallSheet

_SIZE = 8.5
_BOX = 20.0  # a box and the air beside its words
_ROW = 32.0  # high enough to write in


def build(sheet: CallSheet) -> bytes:
    """The list as a PDF; the same value gives the same bytes."""
    pages = ListPages(sheet.head, sheet.title, " · ".join(filter(None, sheet.told)))
    pages.new_page()
    if sheet.lines:
        columns = _columns(pages, sheet)
        draw_table(pages, set_table(pages, columns, sheet.lines, size=_SIZE, least=_ROW))
    else:
        pages.top -= 24
        pages.text(pages.left, pages.top, "Nobody to call.", size=12, bold=True)
    if sheet.quiet:
        _draw_quiet(pages, sheet.quiet)
    return pages.finish()


def _columns(pages: ListPages, sheet: CallSheet) -> list[Column[CallLineSheet]]:
    was, now = sheet.columns

    def patient(line: CallLineSheet) -> str:
        return pages.name(line.patient, line.record)

    widest = max((width_of(words, _SIZE - 1.5) for words in sheet.outcomes), default=0.0)
    boxes = 2 * (widest + _BOX)
    return [
        Column("Patient", patient, share=1.6, bold=True, most=3),
        Column("Record", lambda line: line.record),
        Column("Telephone", lambda line: line.phone or "none on file", bold=True),
        Column("Session", lambda line: line.label),
        Column(was, lambda line: line.was, share=1.3, most=3),
        Column(now, lambda line: line.now, share=3.6, bold=sheet.stressed, most=5),
        Column("Notes", lambda line: " · ".join(filter(None, (line.notes, line.outcome))), share=1.6, most=4),
        Column("Outcome", width=boxes, draw=partial(_outcomes, sheet.outcomes)),
        Column("Time, initials", width=52),
    ]


def _outcomes(
    outcomes: Sequence[str], pages: ListPages, _line: CallLineSheet, x: float, base: float, size: float
) -> None:
    """The boxes two by two, the first row above the base line."""
    widest = max(width_of(words, size - 1.5) for words in outcomes)
    for number, words in enumerate(outcomes):
        left, y = x + number % 2 * (widest + _BOX), base + 6 - number // 2 * 13
        pages.box(left, y - 0.5, size=8)
        pages.text(left + 11, y, words, size=size - 1.5)


def _draw_quiet(pages: ListPages, quiet: Sequence[str]) -> None:
    """Visits that only change their chair."""
    pages.top -= 22
    if pages.top - 14 < pages.bottom:
        pages.new_page()
        pages.top -= 12
    pages.text(pages.left, pages.top, "Another chair at the same time: nobody to call", size=10, bold=True)
    for words in quiet:
        pages.top -= 14
        if pages.top < pages.bottom:
            pages.new_page()
            pages.top -= 14
        pages.text(pages.left, pages.top, words, size=_SIZE, width=pages.wide)
