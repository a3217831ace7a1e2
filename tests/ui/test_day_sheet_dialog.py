"""The day and the week on paper, with what may be chosen about them."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog

from ketaclinic.domain.sheets import DaySheetLook, Ink
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.dialogs.day_sheet_dialog import DaySheetDialog, open_day_sheet, open_week_sheet, remembered
from ketaclinic.ui.dialogs.series_paper import open_appointment_cards, save_calendar
from ketaclinic.ui.settings import Settings
from tests.desk import AtTheDesk
from tests.documents.builders_documents import pages_of, text_of
from tests.services.booking_builders import INDUCTION
from tests.ui.conftest import Practice

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def booked(practice: Practice) -> int:
    """João at 08:00 and Olga at 13:00 on Tuesday; the id of João's series."""
    chairs = practice.services.clinic.chairs(practice.clerk, 1)
    ids = []
    for patient, hour, chair in ((practice.joao, 8, chairs[0]), (practice.olga, 13, chairs[1])):
        starts = practice.clock.now().replace(tzinfo=None, day=24, hour=hour, minute=0)
        wishes = SeriesWishes(patient.id, INDUCTION, 1, TUESDAY, count=1)
        session = PlannedSession(starts, starts, chair.id)
        ids.append(practice.services.booking.book_series(practice.clerk, wishes, (session,)).series_id)
    return ids[0]


@pytest.fixture
def dialog(clerk_at_desk: AtTheDesk, booked: int) -> DaySheetDialog:
    return open_day_sheet(clerk_at_desk.window, clerk_at_desk.window.desk.context, TUESDAY)  # type: ignore[union-attr]


def made(dialog: DaySheetDialog) -> str:
    """The words on the pages once the last choice has settled."""
    dialog.make()
    return text_of(dialog.view.content)


def test_the_day_is_shown_by_chair_at_once(clerk_at_desk: AtTheDesk, dialog: DaySheetDialog) -> None:
    said = text_of(dialog.view.content)
    assert "Tuesday, November 24, 2026" in said
    assert "Chair 3" in said
    assert "Silva, João" in said
    assert dialog.subtitle.text() == "Tue 24 Nov 2026"


def test_each_choice_makes_the_pages_anew(clerk_at_desk: AtTheDesk, dialog: DaySheetDialog) -> None:
    by_chair = dialog.view.content
    clerk_at_desk.choose("Layout", "By time")
    assert dialog._later.isActive()
    said = made(dialog)
    assert "Time Chair Patient Born Record Session" in said
    assert dialog.view.content != by_chair
    clerk_at_desk.choose("Part of the day", "From 12:00")
    said = made(dialog)
    assert "Silva" not in said
    assert "Иванова, Ольга" in said
    in_colour = dialog.view.content
    clerk_at_desk.choose("Colour", "Grey")
    made(dialog)
    assert dialog.view.content != in_colour


def test_chairs_a_page_are_asked_for_by_chair_alone(clerk_at_desk: AtTheDesk, dialog: DaySheetDialog) -> None:
    assert clerk_at_desk.find("Chairs a page", QComboBox).isEnabled()
    clerk_at_desk.choose("Layout", "By time")
    assert not clerk_at_desk.find("Chairs a page", QComboBox).isEnabled()


def test_colour_type_and_chairs_are_as_they_were_left(
    clerk_at_desk: AtTheDesk, booked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = clerk_at_desk.window.desk.context  # type: ignore[union-attr]
    monkeypatch.setattr(context, "settings", Settings(tmp_path / "window.ini"))
    first = open_day_sheet(clerk_at_desk.window, context, TUESDAY)
    clerk_at_desk.choose("Colour", "Grey")
    clerk_at_desk.choose("Type size", "8 point")
    clerk_at_desk.choose("Chairs a page", "6 chairs a page")
    clerk_at_desk.choose("Part of the day", "From 12:00")
    first.reject()
    again = open_day_sheet(clerk_at_desk.window, context, TUESDAY, by_chair=False)
    assert again.look == DaySheetLook(by_chair=False, ink=Ink.GREY, size=8.0, chairs_per_page=6)


def test_what_is_not_offered_is_not_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.ini")
    settings.set_day_sheet(1, "gold", "99", 7)
    assert remembered(settings, 1) == DaySheetLook()


def test_the_week_is_shown_from_its_monday(clerk_at_desk: AtTheDesk, booked: int) -> None:
    context = clerk_at_desk.window.desk.context  # type: ignore[union-attr]
    dialog = open_week_sheet(clerk_at_desk.window, context, date(2026, 11, 23))
    said = text_of(dialog.view.content)
    assert "Week of Monday, November 23, 2026" in said
    assert "08:00 Silva, João" in said


def test_ctrl_p_on_the_week_prints_the_week(clerk_at_desk: AtTheDesk, booked: int) -> None:
    clerk_at_desk.go_to("Week")
    assert clerk_at_desk.window.desk.current.print_here()  # type: ignore[union-attr]
    assert clerk_at_desk.dialog().title.text() == "Week sheet"


def test_a_series_goes_with_the_patient_as_card_and_calendar(
    clerk_at_desk: AtTheDesk, booked: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("taken")
    window = clerk_at_desk.window
    context = window.desk.context  # type: ignore[union-attr]
    dialog = open_appointment_cards(window, context, (booked,), "KC-0001")
    assert len(pages_of(dialog.view.content)) == 1
    dialog.reject()
    save_calendar(window, context, booked, "KC-0001")
    (asking,) = window.findChildren(QFileDialog)
    assert asking.selectedFiles()[0].endswith("KC-0001 appointments.ics")
    asking.selectFile(str(folder / "visits"))
    asking.accept()
    assert (folder / "visits.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert window.toast.text == "Saved as visits.ics. It opens in Outlook, Apple's and Google's calendars."
