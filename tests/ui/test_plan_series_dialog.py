"""The series planner under a clerk's hands."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog
from tests.ui.front_desk import INDUCTION, ClinicForTests, FrontDesk, clinic, desk, dressed, freed

__all__ = ["clinic", "desk", "dressed"]

CTRL = Qt.KeyboardModifier.ControlModifier


def planner(desk: FrontDesk, name: str = "Nguyễn, Thị Minh", first: date = date(2026, 11, 30)) -> PlanSeriesDialog:
    patient_id = desk.clinic.patient(name).id if name else None
    dialog = PlanSeriesDialog(
        desk.context, patient_id=patient_id, protocol_id=INDUCTION, first_day=first, parent=desk.screen
    )
    dialog.open()
    return dialog


def dates(dialog: PlanSeriesDialog, card: int = 0) -> list[str]:
    return [chip.accessibleName() for chip in dialog.cards[card].chips]


def test_complete_series_stand_there_at_once(desk: FrontDesk) -> None:
    dialog = planner(desk)
    assert dialog.found.text() == f"{len(dialog.cards)} complete series"
    assert len(dialog.cards[0].chips) == 6
    assert dates(dialog)[0].startswith("Session 1, Mon 30 Nov, ")
    assert dialog.book.text() == "Book 6 sessions"
    dialog.reject()
    assert freed(dialog)


def test_six_sessions_are_booked_in_one_stroke(clinic: ClinicForTests, desk: FrontDesk) -> None:
    dialog = planner(desk)
    desk.press("Book 6 sessions", dialog)
    assert freed(dialog)
    assert desk.told[-1].startswith("Booked 6 sessions for Nguyễn, Thị Minh, the first Mon 30 Nov 2026, ")
    desk.screen.show_date(date(2026, 11, 30))
    assert [name.split(", Scheduled")[0] for name in desk.cards()] == ["Nguyễn, Thị Minh, 1 of 6"]
    assert clinic.services.history.undo_state(clinic.clerk).undo.startswith("Book series")


def test_control_enter_books(desk: FrontDesk) -> None:
    dialog = planner(desk)
    QTest.keyClick(dialog.form.who.picker.field, Qt.Key.Key_Return, CTRL)
    assert freed(dialog)
    assert desk.told[-1].startswith("Booked 6 sessions")


def test_booking_and_printing_goes_on_to_the_itinerary(desk: FrontDesk) -> None:
    dialog = planner(desk)
    desk.press("Book and print", dialog)
    screen, args = desk.opened[-1]
    assert (screen, args["kind"]) == ("documents", "itinerary")
    assert args["series_id"] > 0


def test_without_a_patient_it_asks_whom_it_is_for(desk: FrontDesk) -> None:
    dialog = planner(desk, name="")
    assert dialog.cards == []
    assert dialog.empty.title.text() == "Who is it for?"
    assert not dialog.book.isEnabled()
    desk.clinic.patient("Silva, João")
    desk.type("Search patients", "silv", dialog)
    QTest.keyClick(dialog.form.who.picker.field, Qt.Key.Key_Return)
    desk.wait(lambda: len(dialog.cards) > 0)
    dialog.reject()


def test_wishes_are_kept_as_they_are_typed(desk: FrontDesk) -> None:
    dialog = planner(desk)
    desk.press("Tue", dialog)
    desk.type("Earliest start", "1pm", dialog)
    desk.wait(lambda: dialog.form.wishes() is not None and "Session 1, Mon 30 Nov, 13:" in dates(dialog)[0])
    starts = {chip.session.starts_at for card in dialog.cards for chip in card.chips}
    assert all(at.hour >= 13 and at.weekday() != 1 for at in starts)
    dialog.reject()


def test_a_time_that_is_none_is_said_at_its_field_and_nothing_can_be_booked(desk: FrontDesk) -> None:
    dialog = planner(desk)
    desk.type("Earliest start", "9:75", dialog)
    desk.wait(lambda: dialog.cards == [])
    assert "“9:75” is not a time of day" in dialog.form.error.text()
    assert not dialog.book.isEnabled()
    desk.type("Earliest start", "14:00", dialog)
    desk.type("Latest start", "9:00", dialog)
    desk.wait(lambda: dialog.form.error.text() == "The latest start is before the earliest one.")
    dialog.reject()


def test_one_session_is_changed_in_place_and_the_rest_planned_around_it(desk: FrontDesk) -> None:
    dialog = planner(desk)
    QTest.mouseClick(dialog.cards[0].chips[1], Qt.MouseButton.LeftButton)
    assert dialog.editor is not None
    day = dialog.editor.day.date
    next(b for b in desk.offered("Free starts") if b.text() == "15:30").click()
    held = [c for c in dialog.cards[0].chips if c.session.starts_at.hour == 15 and c.session.starts_at.date() == day]
    assert len(held) == 1
    assert held[0].accessibleDescription() == "Held at this time"
    assert len(dialog.cards[0].chips) == 6
    desk.press("Plan all sessions freely", dialog)
    desk.wait(lambda: dialog.form.pinned == () and not dialog.free_again.isVisible())
    dialog.reject()


def test_why_not_then_gives_the_reason_and_the_nearest(clinic: ClinicForTests, desk: FrontDesk) -> None:
    for chair in (1, 2):
        clinic.book(f"Taken, Chair{chair}", chair, "09:00" if chair == 1 else "10:30", day=date(2026, 11, 30))
    dialog = planner(desk)
    desk.choose("Chair", "Chair 1", dialog)
    desk.wait(lambda: dialog.cards != [] and "Chair 1" in dates(dialog)[0])
    desk.press("Why not at another time?", dialog)
    desk.type("Start asked for", "9:30", dialog)
    assert "Chair 1 is taken from 09:00 to 10:55" in dialog.why_not.answer.text
    assert desk.offered("Nearest that would do")
    dialog.reject()


def test_a_place_taken_meanwhile_is_said_and_planned_again(clinic: ClinicForTests, desk: FrontDesk) -> None:
    dialog = planner(desk)
    before = dialog.cards[0].proposal.sessions
    first = before[0]
    clinic.services.booking.book_series(
        clinic.manager,
        type(dialog.form.wishes())(
            clinic.patient("Ruiz, Mateo").id, INDUCTION, clinic.location.id, first.starts_at.date(), count=1
        ),
        (first,),
    )
    desk.press("Book 6 sessions", dialog)
    assert "is taken from" in dialog.findings.text()
    assert dialog.isVisible()
    assert dialog.cards[0].proposal.sessions != before
    assert clinic.services.booking.upcoming(clinic.clerk, clinic.patient("Nguyễn, Thị Minh").id) == ()
    desk.press("Book 6 sessions", dialog)
    assert freed(dialog)


def test_pressing_twice_books_once(clinic: ClinicForTests, desk: FrontDesk) -> None:
    dialog = planner(desk)
    button = desk.find(QPushButton, "Book 6 sessions", dialog)
    button.click()
    button.click()
    assert len(clinic.services.booking.upcoming(clinic.clerk, clinic.patient("Nguyễn, Thị Minh").id)) == 6


def test_another_series_is_chosen_with_the_arrows(desk: FrontDesk) -> None:
    dialog = planner(desk)
    dialog.cards[0].setFocus()
    QTest.keyClick(dialog.cards[0], Qt.Key.Key_Down)
    assert dialog.selected() is dialog.cards[1]
    dialog.reject()


def test_someone_new_is_added_without_leaving_the_planner(clinic: ClinicForTests, desk: FrontDesk) -> None:
    dialog = planner(desk, name="")
    desk.type("Search patients", "Θεοδώρου, Ελένη", dialog)
    QTest.keyClick(dialog.form.who.picker.field, Qt.Key.Key_Return)
    adding = desk.dialog("Add patient")
    desk.type("Date of birth", "1984-05-02", adding)
    desk.press("Save patient", adding)
    assert dialog.form.who.picker.field.text() == "Θεοδώρου, Ελένη"
    desk.wait(lambda: len(dialog.cards) > 0)
    dialog.reject()
