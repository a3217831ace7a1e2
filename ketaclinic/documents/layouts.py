"""The one door: sets a sheet in the layout its text asks for, and counts the pages of a PDF.

ReportLab is imported with the first document, not with the program.
"""

import re
from dataclasses import replace
from importlib import import_module
from typing import cast

from ketaclinic.domain.governance import OverrideSheet
from ketaclinic.domain.handouts import Sheet
from ketaclinic.domain.ledger_views import LedgerSheet
from ketaclinic.domain.records import RecordSheet
from ketaclinic.domain.sheets import AppointmentCards, CalendarFile, CallSheet, ChairCards, DaySheet, WeekSheet

_MODULES = {
    "consent": "ketaclinic.documents.consent",
    "handout": "ketaclinic.documents.handout",
    "itinerary": "ketaclinic.documents.itinerary",
}

AnyList = (
    DaySheet
    | WeekSheet
    | ChairCards
    | CallSheet
    | AppointmentCards
    | CalendarFile
    | LedgerSheet
    | OverrideSheet
    | RecordSheet
)
_LISTS: dict[type, str] = {
    DaySheet: "ketaclinic.documents.day_sheet",
    WeekSheet: "ketaclinic.documents.week_sheet",
    ChairCards: "ketaclinic.documents.chair_cards",
    CallSheet: "ketaclinic.documents.call_list",
    AppointmentCards: "ketaclinic.documents.appointment_card",
    CalendarFile: "ketaclinic.documents.calendar_file",
    LedgerSheet: "ketaclinic.documents.ledger_report",
    RecordSheet: "ketaclinic.documents.session_record",
    OverrideSheet: "ketaclinic.documents.override_report",
}

_PAGE = re.compile(rb"/Type\s*/Page\b")
_IN_THE_RECORD = "the person named in your record"


def build(sheet: Sheet) -> bytes:
    """The PDF of a sheet; the same sheet gives the same bytes."""
    return cast("bytes", import_module(_MODULES[sheet.text.layout]).build(_with_settable_names(sheet)))


def build_list(value: AnyList) -> bytes:
    """The PDF of a list, or the calendar file; the same value gives the same bytes."""
    return cast("bytes", import_module(_LISTS[type(value)]).build(value))


def _with_settable_names(sheet: Sheet) -> Sheet:
    """Names of people that the fonts cannot set replaced by words that say where they stand, never half a name."""
    from ketaclinic.documents.markup import can_set, name_and_note  # noqa: PLC0415 - ReportLab only when needed

    words = dict(sheet.words)
    words["patient"], _ = name_and_note(words["patient"], sheet.patient.record)
    if not can_set(words["escort"]):
        words["escort"] = _IN_THE_RECORD
    visits = (
        visit if visit is None or can_set(visit.escort) else replace(visit, escort=_IN_THE_RECORD)
        for visit in (sheet.this_visit, sheet.next_visit)
    )
    this_visit, next_visit = visits
    by = sheet.printed_by if can_set(sheet.printed_by) else "clinic staff"
    return replace(sheet, words=words, printed_by=by, this_visit=this_visit, next_visit=next_visit)


def page_count(content: bytes) -> int:
    """How many pages a PDF made here has.

    Read from its page objects, not by PDFium: that draws on the window's thread, and may not be used on two at once.
    """
    return len(_PAGE.findall(content))
