"""Harm 18, a wrong or old printout: each page of each PDF says whose it is, what state, which page, when and by whom.

What is for one patient carries name, date of birth, record number and revision. A list names its patients with what
tells them apart; in place of a revision it says where the audit stood when it was printed.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

import pytest

from ketaclinic.documents import layouts
from ketaclinic.domain.governance import OverrideReport, OverrideSheet
from ketaclinic.domain.ledger_views import LedgerReport, LedgerSheet
from ketaclinic.domain.records import RecordSheet
from ketaclinic.domain.sheets import (
    AppointmentCard,
    AppointmentCards,
    CalendarFile,
    CallSheet,
    CardDate,
    ChairCards,
    DaySheet,
    WeekSheet,
    WeekSheetDay,
)
from tests.documents.builders_documents import a_sheet, pages_of, texts
from tests.documents.builders_lists import DAY, HEAD, a_call, a_call_list, a_card, a_day, a_visit, visits
from tests.documents.builders_record import a_long_record, a_record, an_eventful_record, sheet_of

PRINTED = "Printed Nov 23, 2026, 7:05 AM by Ada Petrov"
AUDIT = "Audit 1204 · 3f2a 91c0"


def _week() -> WeekSheet:
    open_hours = ((time(8), time(18)),)
    return WeekSheet(HEAD, tuple(WeekSheetDay(date(2026, 11, 23 + n), open_hours, (), visits(9)) for n in range(6)))


def _cards() -> AppointmentCards:
    dates = (CardDate("visit 1 of 1", datetime(2026, 11, 23, 10, 45), ""),)
    card = AppointmentCard("Riverside", "(312) 555-0140", "", "410 River Street", "Zoë Nguyễn", "KC-0147", dates)
    return AppointmentCards(HEAD, (card,) * 3)


def _ledger() -> LedgerSheet:
    at = datetime(2026, 11, 23, 9, 0)
    report = LedgerReport("Riverside", "Riverside", "", "America/Chicago", DAY, DAY, at, "Ada Petrov", (), (), (), ())
    return LedgerSheet(HEAD, report)


LISTS: Mapping[type, Callable[[], layouts.AnyList]] = {
    DaySheet: lambda: a_day(*visits(80), by_chair=False, size=9.0),
    WeekSheet: _week,
    ChairCards: lambda: ChairCards(HEAD, DAY, (a_card(a_visit(1)), a_card(a_visit(2)))),
    CallSheet: lambda: a_call_list(*(a_call() for _ in range(60))),
    AppointmentCards: _cards,
    LedgerSheet: _ledger,
    OverrideSheet: lambda: OverrideSheet(HEAD, OverrideReport(date(2026, 11, 1), "Riverside", 40, ())),
}
"""A list of each kind, as long as it takes for a second page where it has one."""
NO_PAPER = {CalendarFile}
"""Made by the same door and never printed."""


def test_harm_18_no_kind_of_document_is_left_out() -> None:
    assert set(LISTS) | NO_PAPER | {RecordSheet} == set(layouts._LISTS)
    assert {text["en"].layout for text in texts().values()} == set(layouts._MODULES)


@pytest.mark.parametrize("kind", sorted(texts()))
def test_harm_18_each_page_of_what_a_patient_takes_home(kind: str) -> None:
    pages = pages_of(layouts.build(a_sheet(kind)))
    for number, page in enumerate(pages, start=1):
        assert "Zoë Nguyễn" in page
        assert "Born Mar 4, 1979 · Record KC-0147" in page
        assert "Revision 1, Nov 1, 2026" in page
        assert "Printed Nov 23, 2026, 9:05 AM by Ada Petrov" in page
        assert f"Page {number} of {len(pages)}" in page


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (a_record(), "Revision 1"),
        (an_eventful_record(), "Revision 3"),
        (a_record(signed=False), "Draft, not signed"),
        (a_long_record(), "Revision 2"),
    ],
)
def test_harm_18_each_page_of_a_session_record(record: object, state: str) -> None:
    pages = pages_of(layouts.build_list(sheet_of(record)))  # type: ignore[arg-type]
    for number, page in enumerate(pages, start=1):
        assert "Born Apr 3, 1979 · Record KC-0147 · Session 3 of 6, Nov 23, 2026" in page
        assert f"Session record · {state} · Printed Nov 23, 2026, 11:05 AM by Maria Ortiz" in page
        assert f"Page {number} of {len(pages)}" in page


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.__name__)
def test_harm_18_each_page_of_a_list(kind: type) -> None:
    pages = pages_of(layouts.build_list(LISTS[kind]()))
    for number, page in enumerate(pages, start=1):
        assert f"{PRINTED} · {AUDIT}" in page
        assert f"Page {number} of {len(pages)}" in page


def test_harm_18_a_chair_card_says_whose_it_is() -> None:
    first, second = pages_of(layouts.build_list(LISTS[ChairCards]()))[:2]
    assert "Okafor, Chidinma" in first
    assert "Born Mar 4, 1979 · Record KC-0001" in first
    assert "Nguyễn, Thị Minh" in second
    assert "Born Mar 4, 1979 · Record KC-0002" in second
