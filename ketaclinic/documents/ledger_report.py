"""The drug ledger on paper for an inspector: each vial's account, every line with its balance, every count.

Separable from all other records and complete for its days. It does not call itself required by anybody: federal rule
asks for records of what was received, administered and disposed of, kept for two years (21 CFR 1304.04, 1304.21), not
for a perpetual inventory.
"""

from typing import TypeVar

from ketaclinic.documents.list_pages import ListPages
from ketaclinic.documents.ruled_table import Column, draw_table, set_table
from ketaclinic.domain.handouts import clock_time, short_date
from ketaclinic.domain.ledger import milligrams
from ketaclinic.domain.ledger_views import SHOWN_AMOUNT, CountView, LedgerLine, LedgerSheet, SessionLine, VialSummary

R = TypeVar("R")
_SIZE = 7.5
_ROW = 14.0


def build(sheet: LedgerSheet) -> bytes:
    """The report as a PDF; the same value gives the same bytes."""
    report = sheet.report
    told = (
        f"Ketamine (C-III) at {report.location}, {short_date(report.first)} to {short_date(report.last)} · "
        "all amounts in mg · every entry of these days; nothing in this ledger is changed or taken out, "
        "a wrong line is taken back by a later one"
    )
    pages = ListPages(sheet.head, "Drug ledger", told)
    pages.new_page()
    _section(pages, "Vials: opening + received - administered - wasted - returned + count settled = on hand")
    _table(pages, _vial_columns(), report.vials, "No vial was in stock in these days.")
    _section(pages, "Entries")
    _table(pages, _line_columns(pages), report.lines, "Nothing was written in these days.")
    _section(pages, "Counts")
    _table(pages, _count_columns(), report.counts, "Nothing was counted in these days.")
    _section(pages, "Drug drawn and neither administered nor wasted when this was printed")
    _table(pages, _session_columns(pages), report.open_sessions, "None.")
    return pages.finish()


def _section(pages: ListPages, title: str) -> None:
    """A heading, with room for a few rows beneath it."""
    pages.top -= 18
    if pages.top - 4 * _ROW < pages.bottom:
        pages.new_page()
        pages.top -= 14
    pages.text(pages.left, pages.top, title, size=9.5, bold=True)
    pages.top -= 5


def _table(pages: ListPages, columns: list[Column[R]], rows: tuple[R, ...], nothing: str) -> None:
    if rows:
        draw_table(pages, set_table(pages, columns, rows, size=_SIZE, least=_ROW))
        return
    pages.top -= 11
    pages.text(pages.left, pages.top, nothing, size=_SIZE + 0.5, color=pages.tones.second)


def _vial_columns() -> list[Column[VialSummary]]:
    return [
        Column("Vial", lambda v: v.vial.number, bold=True),
        Column("Lot", lambda v: v.vial.lot, share=2, most=3),
        Column("Expires", lambda v: short_date(v.vial.expires_on)),
        Column("Label", lambda v: v.vial.label),
        Column("Opening", lambda v: milligrams(v.opening_ug)),
        Column("Received", lambda v: milligrams(v.received_ug)),
        Column("Administered", lambda v: milligrams(v.administered_ug)),
        Column("Wasted", lambda v: milligrams(v.wasted_ug)),
        Column("Returned", lambda v: milligrams(v.returned_ug)),
        Column("Settled", lambda v: milligrams(v.settled_ug)),
        Column("On hand", lambda v: milligrams(v.closing_ug), bold=True),
    ]


def _line_columns(pages: ListPages) -> list[Column[LedgerLine]]:
    def patient(line: LedgerLine) -> str:
        return f"{pages.name(line.patient, line.record)} ({line.record})" if line.patient else ""

    return [
        Column("Line", lambda line: str(line.entry.id)),
        Column("When", lambda line: f"{short_date(line.at_wall)}, {clock_time(line.at_wall)}"),
        Column("Vial", lambda line: line.vial.number),
        Column("Lot", lambda line: line.vial.lot, share=1, most=3),
        Column("What", lambda line: line.what, share=1.2, bold=True, most=2),
        Column("mg", amount_words),
        Column("On hand", lambda line: milligrams(line.balance.on_hand_ug), bold=True),
        Column("Patient", patient, share=1.6, most=3),
        Column("By", lambda line: line.by, share=1, most=2),
        Column("Witness", lambda line: line.witness, share=1, most=2),
        Column("Reason", lambda line: line.note, share=2, most=4),
    ]


def amount_words(line: LedgerLine) -> str:
    """What a line moved, with its sign; of a draw and a count the amount alone, for nothing left by it."""
    kind = line.of_reversed.kind if line.of_reversed is not None else line.entry.kind
    if kind in SHOWN_AMOUNT:
        return milligrams(line.entry.amount_ug)
    return f"{'+' if line.change_ug > 0 else ''}{milligrams(line.change_ug)}"


def _count_columns() -> list[Column[CountView]]:
    return [
        Column("When", lambda c: f"{short_date(c.at_wall)}, {clock_time(c.at_wall)}"),
        Column("Count", lambda c: c.count.moment.word, bold=True),
        Column("Found", lambda c: c.result, share=2, most=4),
        Column("By", lambda c: c.by, share=1, most=2),
        Column("Witness", lambda c: c.witness, share=1, most=2),
        Column("Explanation", _explained, share=2.4, most=5),
        Column("Day closed", _closed, share=1, most=2),
    ]


def _explained(view: CountView) -> str:
    if view.count.unexplained:
        return "Not explained yet"
    if view.count.explained_at is None:
        return ""
    return f"{view.count.explanation} ({view.explained_by}, witness {view.explained_witness})"


def _closed(view: CountView) -> str:
    return f"by {view.closed_by}" if view.closed_by else ""


def _session_columns(pages: ListPages) -> list[Column[SessionLine]]:
    return [
        Column("Day", lambda s: short_date(s.day)),
        Column("Patient", lambda s: f"{pages.name(s.patient, s.record)} ({s.record})", share=1, most=2),
        Column("Session", lambda s: s.label),
        Column("What is open", lambda s: s.drug.words, share=2, most=2),
    ]
