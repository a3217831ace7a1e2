"""The series planner under a clerk's hands."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QSpinBox

from ketaclinic.domain.wishes import SeriesWishes
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
    desk.press("No other chair will do", dialog)
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
        SeriesWishes(clinic.patient("Ruiz, Mateo").id, INDUCTION, clinic.location.id, first.starts_at.date(), count=1),
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


def test_a_preferred_chair_is_kept_to_where_it_costs_little(clinic: ClinicForTests, desk: FrontDesk) -> None:
    dialog = planner(desk)
    desk.choose("Chair", "Chair 3", dialog)
    desk.wait(lambda: dialog.cards != [] and all("Chair 3" in name for name in dates(dialog)))
    dialog.reject()


def test_fewer_sessions_are_planned_when_fewer_are_asked_for(desk: FrontDesk) -> None:
    dialog = planner(desk)
    desk.find(QSpinBox, "Sessions", dialog).setValue(4)
    desk.wait(lambda: dialog.book.text() == "Book 4 sessions")
    desk.press("Book 4 sessions", dialog)
    assert desk.told[-1].startswith("Booked 4 sessions for Nguyễn, Thị Minh")


def test_trial_sessions_are_booked_and_the_rest_is_held(clinic: ClinicForTests, desk: FrontDesk) -> None:
    dialog = planner(desk)
    desk.choose("Trial sessions", "Book 2, hold the rest", dialog)
    desk.wait(lambda: dialog.book.text() == "Book 2, hold 4")
    desk.press("Book 2, hold 4", dialog)
    assert "4 are held" in desk.told[-1]
    patient = clinic.patient("Nguyễn, Thị Minh").id
    page = clinic.services.patients.page(clinic.clerk, patient)
    assert [visit.status for visit in page.series[0].visits] == ["scheduled"] * 2 + ["held"] * 4


def test_a_series_is_held_for_a_while_and_other_desks_see_it(clinic: ClinicForTests, desk: FrontDesk) -> None:
    dialog = planner(desk)
    first = dialog.cards[0].proposal.sessions[0]
    desk.press("Hold sessions", dialog)
    assert freed(dialog)
    assert desk.told[-1].startswith("Held 6 sessions for Nguyễn, Thị Minh for ")
    view = clinic.services.booking.day(clinic.manager, clinic.location.id, first.starts_at.date())
    assert [card.appointment.status.value for card in view.cards] == ["held"]
    found = clinic.services.booking.why(
        clinic.clerk, clinic.patient("Silva, João").id, INDUCTION, first.starts_at, first.chair_id
    )
    assert not found.free


def test_the_chosen_series_says_what_its_points_are_for(desk: FrontDesk) -> None:
    dialog = planner(desk)
    for card in dialog.cards:
        assert sum(line.points for line in card.proposal.costs) == card.proposal.cost
    dearest = dialog.cards[-1]
    low = dearest.sizeHint().height()
    dearest.setChecked(True)
    assert dearest.sizeHint().height() > low
    assert any("points: " in line for line in dearest.reasons())
    dialog.reject()
