"""Overrides on paper: a month rule by rule with what was decided, or one day word by word."""

from typing import TypeVar

from ketaclinic.documents.list_pages import ListPages
from ketaclinic.documents.ruled_table import Column, draw_table, set_table
from ketaclinic.domain.governance import DayOverrides, OverrideLine, OverrideReport, OverrideSheet, RuleRow
from ketaclinic.domain.handouts import clock_time, long_date

R = TypeVar("R")
_SIZE = 8.0
_ROW = 15.0
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def build(sheet: OverrideSheet) -> bytes:
    """The report as a PDF; the same value gives the same bytes."""
    return _month(sheet, sheet.report) if isinstance(sheet.report, OverrideReport) else _day(sheet, sheet.report)


def _month(sheet: OverrideSheet, report: OverrideReport) -> bytes:
    month = f"{_MONTHS[report.month.month - 1]} {report.month.year}"
    told = (
        f"{report.location}, {month} · the start of an infusion: of the sessions in which the rule stood; "
        f"booking: of the {report.visits} visits of the month · a rule overridden in most cases is reviewed"
    )
    pages = ListPages(sheet.head, "Overrides of the month", told)
    pages.new_page()
    _table(pages, _rule_columns(), report.rows, "No rule stood and none was overridden in this month.")
    return pages.finish()


def _day(sheet: OverrideSheet, report: DayOverrides) -> bytes:
    told = f"{report.location}, {long_date(report.day)} · every word that was given on this day"
    if not report.told:
        told += " · patients and reasons are left to those who treat"
    pages = ListPages(sheet.head, "Overrides of the day", told)
    pages.new_page()
    columns = _told_columns(pages) if report.told else _counted_columns()
    _table(pages, columns, report.lines, "Nothing was overridden on this day.")
    return pages.finish()


def _table(pages: ListPages, columns: list[Column[R]], rows: tuple[R, ...], nothing: str) -> None:
    pages.top -= 4
    if rows:
        draw_table(pages, set_table(pages, columns, rows, size=_SIZE, least=_ROW))
        return
    pages.top -= 11
    pages.text(pages.left, pages.top, nothing, size=_SIZE + 0.5, color=pages.tones.second)


def _rule_columns() -> list[Column[RuleRow]]:
    return [
        Column("Rule", lambda r: r.title, share=2, bold=True, most=3),
        Column("Where", lambda r: r.area.word),
        Column("Stood", lambda r: str(r.asked)),
        Column("Overridden", lambda r: str(r.overridden)),
        Column("Share", lambda r: r.percent, bold=True),
        Column("Word given by", lambda r: r.approvers, share=2, most=3),
        Column("Review", _review_words, share=2.4, most=5),
    ]


def _review_words(row: RuleRow) -> str:
    if row.reviewed is None:
        return row.standing
    return f"{row.reviewed.decision} ({row.reviewed.by}, {row.reviewed.at:%Y-%m-%d})"


def _told_columns(pages: ListPages) -> list[Column[OverrideLine]]:
    def patient(line: OverrideLine) -> str:
        return f"{pages.name(line.patient, line.record)} ({line.record})" if line.record else ""

    return [
        Column("Time", lambda line: clock_time(line.at) if line.at else ""),
        Column("Rule", lambda line: line.title, share=1.6, bold=True, most=3),
        Column("Where", lambda line: line.area.word),
        Column("Chair", lambda line: line.chair),
        Column("Patient", patient, share=1.2, most=2),
        Column("What stood", lambda line: line.message, share=2, most=4),
        Column("Reason", lambda line: line.reason, share=2, most=4),
        Column("Asked by", lambda line: line.asked_by, share=0.8, most=2),
        Column("Approved by", lambda line: line.approver, share=0.8, most=2),
    ]


def _counted_columns() -> list[Column[OverrideLine]]:
    return [
        Column("Rule", lambda line: line.title, share=2, bold=True, most=3),
        Column("Where", lambda line: line.area.word),
        Column("Asked by", lambda line: line.asked_by, share=1, most=2),
        Column("Approved by", lambda line: line.approver, share=1, most=2),
    ]
