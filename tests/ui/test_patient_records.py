"""The sessions on a patient's page: listed for who treats, printed from there, and nothing of it for the desk."""

from datetime import datetime

from PySide6.QtWidgets import QPushButton

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.records import RecordLine
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.screens.patients.records_card import RecordsCard, standing
from tests.ui.at_the_patient import AtThePatient, at_patient

__all__ = ["at_patient"]


def a_line(number: int, *, signed: bool = True) -> RecordLine:
    """One of a patient's sessions: in October 2026, signed at 10:15 in Chicago."""
    at = datetime.fromisoformat(f"2026-10-{number:02}T15:15:00+00:00")
    return RecordLine(
        encounter_id=number,
        appointment_id=100 + number,
        day=at.date(),
        label=f"{number} of 12",
        protocol="Mood induction",
        outcome="discharged" if signed else "",
        started_at=at,
        signed_at=at if signed else None,
        signed_by="Maria Ortiz" if signed else "",
        dose_mg=41.2,
        minutes=40,
        addenda=number % 3,
        zone="America/Chicago",
    )


def test_a_line_says_what_was_given_and_how_it_stands() -> None:
    assert standing(a_line(3)) == "41.2 mg over 40 min · Discharged, signed 10:15 by Maria Ortiz"
    assert standing(a_line(4)).endswith("by Maria Ortiz · 1 addendum")
    assert standing(a_line(4, signed=False)) == "41.2 mg over 40 min · Under way, not signed · 1 addendum"


def test_sessions_are_listed_printed_and_opened(at_patient: AtThePatient) -> None:
    practice = at_patient.practice
    visit = at_patient.book(datetime(2026, 11, 23, 9, 0))
    version = practice.services.floor.inspect(practice.clerk, visit).card.appointment.version
    practice.services.floor.change_status(practice.clerk, visit, version, Status.ARRIVED)
    practice.services.charting.open(practice.nurse, visit)
    nurse = at_patient.sit_down("Maria Ortiz")
    assert "Under way, not signed" in nurse.reads()
    nurse.click("Print the record of 23 Nov 2026")
    (dialog,) = nurse.window.findChildren(PrintDialog)
    assert dialog.isVisible()
    dialog.reject()
    nurse.click("Open the session of 23 Nov 2026")
    assert nurse.window.top.title.text() == "Chairside"
    ada = at_patient.sit_down("Ada Petrov")
    assert "Session records" not in ada.reads()


def test_a_long_course_shows_the_latest_and_all_on_request(at_patient: AtThePatient) -> None:
    del at_patient  # the colours
    card = RecordsCard(tuple(a_line(number) for number in range(12, 0, -1)))
    asked: list[int] = []
    card.open_asked.connect(asked.append)
    assert len([b for b in card.findChildren(QPushButton) if b.accessibleName().startswith("Open")]) == 6
    more = next(b for b in card.findChildren(QPushButton) if b.accessibleName() == "Show older sessions")
    assert more.text() == "Show 6 older"
    more.click()
    opened = [b for b in card.findChildren(QPushButton) if b.accessibleName().startswith("Open")]
    assert len(opened) == 12
    opened[-1].click()
    assert asked == [101]
    card.deleteLater()
