"""Calls to make on paper: whom, the number, what to say, and a line for how it went."""

from collections.abc import Sequence
from functools import partial

from ketaclinic.documents.list_pages import ListPages, width_of
from ketaclinic.documents.ruled_table import Column, draw_table, set_table
from ketaclinic.domain.sheets import CallLineSheet, CallSheet

_SIZE = 9.0
_ROW = 30.0  # high enough to write in


def build(sheet: CallSheet) -> bytes:
    """The list as a PDF; the same value gives the same bytes."""
    pages = ListPages(sheet.head, sheet.title, " · ".join(sheet.told))
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

    boxes = sum(width_of(words, _SIZE - 1.5) + 17 for words in sheet.outcomes)
    return [
        Column("Patient", patient, share=2.2, bold=True, most=3),
        Column("Record", lambda line: line.record),
        Column("Telephone", lambda line: line.phone or "none on file", bold=True),
        Column("Session", lambda line: line.label),
        Column(was, lambda line: line.was, share=1.6, most=3),
        Column(now, lambda line: line.now, share=1.6, bold=True, most=3),
        Column("Notes", lambda line: " · ".join(filter(None, (line.notes, line.outcome))), share=1.7, most=4),
        Column("Outcome", width=boxes, draw=partial(_outcomes, sheet.outcomes)),
        Column("Time, initials", width=52),
    ]


def _outcomes(
    outcomes: Sequence[str], pages: ListPages, _line: CallLineSheet, x: float, base: float, size: float
) -> None:
    for words in outcomes:
        pages.box(x, base - 0.5, size=8)
        x += 11 + pages.text(x + 11, base, words, size=size - 1.5) + 6


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
