"""When life happens, at the window: ways on after a missed session, a whole series moved, the policy, the end."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QRadioButton

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.courses import Strategy
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.dialogs.cancel_dialog import CancelDialog
from ketaclinic.ui.dialogs.edit_scope_dialog import EditScopeDialog
from ketaclinic.ui.dialogs.missed_dialog import MissedDialog
from ketaclinic.ui.dialogs.stop_series_dialog import StopSeriesDialog
from ketaclinic.ui.screens.day.steps import leaving_steps
from tests.ui.front_desk import INDUCTION, MONDAY, ClinicForTests, FrontDesk, clinic, desk, dressed, freed

__all__ = ["clinic", "desk", "dressed"]


@pytest.fixture
def visits(clinic: ClinicForTests) -> tuple[int, ...]:
    """João: Monday and Thursday at 10:00 on Chair 2, six times from Monday 23 November."""
    days = [MONDAY + timedelta(days=n) for n in (0, 3, 7, 10, 14, 17)]
    return book(clinic, "Silva, João", days, "10:00", 2)


def book(clinic: ClinicForTests, name: str, days: list[date], at: str, chair: int) -> tuple[int, ...]:
    starts = [datetime.combine(day, time.fromisoformat(at)) for day in days]
    sessions = [PlannedSession(s, s + timedelta(minutes=115), clinic.chair_id(chair)) for s in starts]
    wishes = SeriesWishes(clinic.patient(name).id, INDUCTION, clinic.location.id, days[0])
    return clinic.services.booking.book_series(clinic.clerk, wishes, sessions).appointment_ids


def missed(desk: FrontDesk, visit: int, target: Status = Status.NO_SHOW) -> MissedDialog:
    inspection = desk.clinic.services.floor.inspect(desk.user, visit)
    dialog = MissedDialog(desk.window, desk.context, inspection, target)
    dialog.open()
    return dialog


def scope(desk: FrontDesk, visit: int, chair: int, at: datetime) -> EditScopeDialog:
    dialog = EditScopeDialog(desk.window, desk.context, visit, desk.clinic.chair_id(chair), at)
    dialog.open()
    return dialog


def starts(clinic: ClinicForTests, visits: tuple[int, ...]) -> list[str]:
    found = [clinic.services.floor.inspect(clinic.clerk, v).card.appointment for v in visits]
    return [f"{a.starts_at:%d %b %H:%M}" for a in found]


def thursday_eleven(clinic: ClinicForTests) -> None:
    clinic.clock.at = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)


def test_ways_on_stand_side_by_side_and_the_arrow_keys_go_through_them(
    desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]
) -> None:
    thursday_eleven(clinic)
    dialog = missed(desk, visits[1])
    assert [card.repair.strategy for card in dialog.cards] == [
        Strategy.APPEND,
        Strategy.SHIFT,
        Strategy.REPLACE,
        Strategy.LEAVE,
    ]
    assert len({card.y() for card in dialog.cards}) == 1
    assert dialog.cards[0].hasFocus()
    assert dialog.chosen is not None
    assert dialog.chosen.strategy is Strategy.APPEND
    QTest.keyClick(dialog.cards[0], Qt.Key.Key_Right)
    assert dialog.chosen.strategy is Strategy.SHIFT
    QTest.keyClick(dialog.cards[1], Qt.Key.Key_Left)
    assert dialog.chosen.strategy is Strategy.APPEND
    assert "Ends Mon 14 Dec, 4 days later" in dialog.cards[0].accessibleDescription()
    dialog.reject()
    assert freed(dialog)
    assert clinic.services.floor.inspect(clinic.clerk, visits[1]).card.appointment.status is Status.SCHEDULED


def test_one_is_taken_with_ctrl_enter_and_undone(
    desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]
) -> None:
    thursday_eleven(clinic)
    dialog = missed(desk, visits[1])
    QTest.keyClick(dialog.cards[0], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert freed(dialog)
    (progress,) = clinic.services.patients.page(clinic.clerk, clinic.patient("Silva, João").id).series
    assert [f"{v.starts_at:%d %b}" for v in progress.visits if v.status == "scheduled"][-1] == "14 Dec"
    assert desk.told == ["Silva, João: One more on Mon 14 Dec at 10:00, Chair 2. All others stay. Ctrl+Z undoes it."]
    clinic.services.history.undo(clinic.clerk)
    assert clinic.services.floor.inspect(clinic.clerk, visits[1]).card.appointment.status is Status.SCHEDULED


def test_a_waiver_without_reason_keeps_the_button_from_being_pressed(
    desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]
) -> None:
    thursday_eleven(clinic)
    dialog = missed(desk, visits[1])
    assert dialog.policy.words.text() == "Missed without a call. Fee noted: USD 100.00."
    desk.find(QCheckBox, "Waive the fee", dialog).click()
    assert dialog.hint.text() == "A waiver needs its reason."
    assert not dialog.confirm.isEnabled()
    combo = dialog.policy.reason
    combo.setCurrentIndex(combo.findText("Illness"))
    assert dialog.confirm.isEnabled()
    desk.press("Mark missed only", dialog)
    (event,) = clinic.services.courses.policy_events(clinic.clerk, clinic.patient("Silva, João").id)
    assert event.fee_words == "waived: Illness"


def test_a_place_taken_meanwhile_is_said_and_nothing_entered_is_lost(
    desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]
) -> None:
    thursday_eleven(clinic)
    dialog = missed(desk, visits[1])
    desk.find(QLineEdit, "Reason", dialog).setText("Slept in")
    dialog.cards[2].click()
    book(clinic, "Ruiz, Mateo", [date(2026, 11, 27)], "10:00", 2)
    desk.press("Take this way", dialog)
    assert "Chair 2 is taken from 10:00 to 11:55" in dialog.findings.text()
    assert dialog.reason.text() == "Slept in"
    assert dialog.chosen is not None
    assert dialog.chosen.strategy is Strategy.REPLACE
    assert dialog.chosen.text == "On Fri 27 Nov at 10:00, Chair 1. All others stay."
    desk.press("Take this way", dialog)
    assert freed(dialog)


def test_a_way_that_needs_a_review_asks_for_the_reason(
    desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]
) -> None:
    first, last = datetime(2026, 12, 11), datetime(2026, 12, 21)
    clinic.services.clinic.add_closure(clinic.clerk, clinic.location.id, None, first, last, "Holidays")
    thursday_eleven(clinic)
    dialog = missed(desk, visits[1])
    assert dialog.hint.text() == "Asks for a reason; the prescriber reviews it."
    desk.press("Take this way", dialog)
    override = desk.dialog("Allow it all the same?")
    desk.find(QPlainTextEdit, "Reason", override).setPlainText("The clinic is closed over the holidays")
    desk.press("Override", override)
    assert freed(dialog)
    (task,) = clinic.services.courses.tasks(clinic.clerk, clinic.patient("Silva, João").id)
    assert "11 days between Thu 10 Dec and Mon 21 Dec" in task.text


def test_no_show_on_the_board_opens_the_ways_on(
    desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]
) -> None:
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("No-show")
    dialog = desk.dialog("Missed session")
    desk.press("Back", dialog)
    assert starts(clinic, visits)[0] == "23 Nov 10:00"


def test_the_late_cancellation_is_proposed_and_a_choice_by_hand_stays(
    desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]
) -> None:
    clinic.clock.at = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    inspection = clinic.services.floor.inspect(clinic.clerk, visits[1])
    dialog = CancelDialog(desk.context, inspection.card, leaving_steps(inspection.next_steps), parent=desk.window)
    dialog.open()
    assert dialog.target is Status.CANCELLED_LATE
    assert dialog.policy.words.text() == "15 h notice, 24 h are asked. Fee noted: USD 100.00."
    desk.find(QRadioButton, "Cancelled by clinic", dialog).click()
    assert dialog.target is Status.CANCELLED_BY_CLINIC
    assert dialog.policy.words.text() == "The clinic's own doing: no fee."
    desk.press("Find another place…", dialog)
    ways = desk.dialog("Cancelled session")
    assert isinstance(ways, MissedDialog)
    ways.cards[2].click()
    desk.press("Take this way", ways)
    assert clinic.services.floor.inspect(clinic.clerk, visits[1]).card.appointment.status is Status.CANCELLED_BY_CLINIC
    assert freed(ways)


def test_this_and_the_following_are_moved(desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]) -> None:
    dialog = scope(desk, visits[2], 2, datetime(2026, 12, 1, 13, 0))
    desk.find(QRadioButton, "This and the following", dialog).click()
    assert dialog.confirm.text() == "Move 4 visits"
    desk.press("Move 4 visits", dialog)
    assert starts(clinic, visits) == [
        "23 Nov 10:00",
        "26 Nov 10:00",
        "01 Dec 13:00",
        "04 Dec 13:00",
        "08 Dec 13:00",
        "11 Dec 13:00",
    ]
    assert desk.told == ["Silva, João: 4 visits moved. Ctrl+Z undoes it."]
    clinic.services.history.undo(clinic.clerk)
    assert starts(clinic, visits)[3] == "03 Dec 10:00"


def test_this_one_alone(desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]) -> None:
    dialog = scope(desk, visits[2], 3, datetime(2026, 11, 30, 10, 0))
    desk.press("Move 1 visit", dialog)
    assert clinic.place_of(visits[2]) == "Chair 3, 10:00"
    assert clinic.place_of(visits[3]) == "Chair 2, 10:00"


def test_only_the_visits_of_that_weekday(desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]) -> None:
    dialog = scope(desk, visits[2], 2, datetime(2026, 12, 1, 10, 0))
    desk.find(QRadioButton, "All", dialog).click()
    desk.find(QCheckBox, "Only the visits on Mondays", dialog).click()
    desk.press("Move 3 visits", dialog)
    assert starts(clinic, visits) == [
        "24 Nov 10:00",
        "26 Nov 10:00",
        "01 Dec 10:00",
        "03 Dec 10:00",
        "08 Dec 10:00",
        "10 Dec 10:00",
    ]


def test_what_cannot_go_takes_the_nearest_on_request(
    desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]
) -> None:
    book(clinic, "Ruiz, Mateo", [date(2026, 12, 4)], "10:00", 2)
    dialog = scope(desk, visits[2], 2, datetime(2026, 12, 1, 10, 0))
    desk.find(QRadioButton, "This and the following", dialog).click()
    combo = desk.find(QComboBox, "4 of 6 cannot go there", dialog)
    assert combo.itemText(1) == "Takes the nearest: Fri 4 Dec, 10:00"
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    desk.press("Move 4 visits", dialog)
    assert clinic.place_of(visits[3]) == "Chair 1, 10:00"


def test_a_series_is_stopped_for_a_reason(desk: FrontDesk, clinic: ClinicForTests, visits: tuple[int, ...]) -> None:
    (progress,) = clinic.services.patients.page(clinic.clerk, clinic.patient("Silva, João").id).series
    dialog = StopSeriesDialog(desk.window, desk.context, "Silva, João", progress)
    dialog.open()
    assert not dialog.confirm.isEnabled()
    desk.type("Reason", "Moves to another town", dialog)
    desk.press("Stop series", dialog)
    assert desk.told == ["Silva, João: series stopped, 6 visits cancelled. Ctrl+Z undoes it."]
    assert freed(dialog)
