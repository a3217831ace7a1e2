"""Recall: one key for each outcome of a call, one step to the planner, a freed place that books nobody by itself."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTabBar

from ketaclinic.db.models import AppointmentRow, TaskRow
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.people import Role
from ketaclinic.domain.waitlist import WaitingFields
from ketaclinic.domain.wishes import BookedSeries, PlannedSession, SeriesWishes
from ketaclinic.ui.dialogs.freed_slot_dialog import FreedSlotDialog
from ketaclinic.ui.screens.recall.screen import RecallScreen
from tests.desk import AtTheDesk
from tests.ui.conftest import Practice

INDUCTION, MAINTENANCE = "induction-mood-2-per-week", "maintenance-mood"
TUESDAY = date(2026, 11, 24)


@dataclass
class Telephone:
    """The clinic's bookings, made by days from Tuesday 24 November."""

    practice: Practice

    def book(self, patient: int, days: int, hour: int, chair: int = 0, protocol: str = INDUCTION) -> BookedSeries:
        services, clerk = self.practice.services, self.practice.clerk
        (here,) = services.clinic.locations(clerk)
        chairs = services.clinic.chairs(clerk, here.id)
        day = TUESDAY + timedelta(days=days)
        starts = datetime.combine(day, time(hour))
        minutes = self.practice.catalog.protocols[protocol].phases.total
        session = PlannedSession(starts, starts + timedelta(minutes=minutes), chairs[chair].id)
        return services.booking.book_series(clerk, SeriesWishes(patient, protocol, here.id, day, count=1), (session,))

    def status(self, booked: BookedSeries) -> Status:
        found = self.practice.services.floor.inspect(self.practice.clerk, booked.appointment_ids[0])
        return found.card.appointment.status

    def calls(self, booked: BookedSeries) -> list[str]:
        made = self.practice.services.calls.of_visit(self.practice.clerk, booked.appointment_ids[0])
        return [call.outcome.value for call in made]

    def overdue(self, patient: int) -> None:
        """A session of maintenance three weeks ago, and nothing since."""
        booked = self.book(patient, 6, 8, protocol=MAINTENANCE)
        with self.practice.store.writing(Op.FILL_DEMONSTRATION) as writing:
            row = writing.session.get_one(AppointmentRow, booked.appointment_ids[0])
            row.starts_at, row.ends_at = datetime(2026, 11, 2, 8), datetime(2026, 11, 2, 9, 55)
            row.status = Status.DISCHARGED.value


@pytest.fixture
def telephone(practice: Practice) -> Telephone:
    return Telephone(practice)


class Caller(AtTheDesk):
    """A clerk at the recall screen."""

    @property
    def screen(self) -> RecallScreen:
        found = self.window.desk.current if self.window.desk else None
        assert isinstance(found, RecallScreen)
        return found

    def tabs(self) -> list[str]:
        bar = self.find("Recall lists", QTabBar)
        return [bar.tabText(number) for number in range(bar.count())]

    def go_to_list(self, title: str) -> None:
        bar = self.find("Recall lists", QTabBar)
        bar.setCurrentIndex([words.partition("  ")[0] for words in self.tabs()].index(title))
        self.screen.table.view.setFocus()

    def rows(self) -> list[str]:
        """The names on the list, from the top."""
        model = self.screen.table.model
        column = [c.heading for c in model.columns].index("Patient")
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def waiting(self, screen: str) -> str:
        """What the count on the rail says."""
        rail = self.window.rail.findChildren(QAbstractButton)
        return next(one.accessibleDescription() for one in rail if one.accessibleName() == screen)

    def current(self) -> str:
        row = self.screen.table.current()
        return "" if row is None else getattr(row, "name", "") or row.card.patient_name


@pytest.fixture
def caller(clerk_at_desk: AtTheDesk, telephone: Telephone) -> Caller:
    """Ada at the recall screen, before anything is booked; `telephone` books."""
    return Caller(clerk_at_desk.window)


# --- calls for confirming --------------------------------------------------------------------------------------------


def test_a_morning_of_calls_with_single_keys(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    first = telephone.book(practice.joao.id, 0, 9)
    second = telephone.book(practice.minh.id, 0, 9, 1)
    third = telephone.book(practice.olga.id, 1, 9)
    caller.go_to("Recall")
    assert caller.tabs()[0] == "To confirm  3"
    assert caller.rows() == ["Nguyễn, Thị Minh", "Silva, João", "Иванова, Ольга"]
    caller.press(Qt.Key.Key_C)
    assert caller.current() == "Silva, João"
    caller.press(Qt.Key.Key_V)
    caller.press(Qt.Key.Key_U)
    assert [telephone.status(b) for b in (second, first, third)] == [
        Status.CONFIRMED,
        Status.SCHEDULED,
        Status.SCHEDULED,
    ]
    assert [telephone.calls(b) for b in (second, first, third)] == [["confirmed"], ["voicemail"], ["unreachable"]]
    assert caller.tabs()[0] == "To confirm  2"  # voicemail and unreachable confirm nobody
    assert caller.waiting("Recall") == "2 visits not confirmed, Tue 24 Nov and Wed 25 Nov"
    assert caller.screen.subtitle == "Tue 24 Nov and Wed 25 Nov · 1 of 3 confirmed"


def test_the_panel_says_what_is_said(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    telephone.book(practice.minh.id, 0, 9)
    caller.go_to("Recall")
    said = caller.reads()
    for words in (
        "Nguyễn, Thị Minh",
        "Arrive at 09:00; home at about 10:40.",
        "No solid food after 03:00, clear liquids until 07:00.",
        "nobody named yet: ask for name and telephone",
        "Hard of hearing.",
        "No telephone number",
    ):
        assert words in said


def test_the_telephone_number_is_copied(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    telephone.book(practice.joao.id, 0, 9)
    caller.go_to("Recall")
    caller.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "(312) 555-0148"
    QGuiApplication.clipboard().clear()
    caller.click("Copy telephone number")
    assert QGuiApplication.clipboard().text() == "(312) 555-0148"


def test_a_cancelled_visit_is_noted_and_its_place_offered(
    caller: Caller, telephone: Telephone, practice: Practice
) -> None:
    booked = telephone.book(practice.joao.id, 1, 9)
    practice.services.recall.add_waiting(practice.clerk, WaitingFields(practice.olga.id, 1, INDUCTION))
    caller.go_to("Recall")
    caller.press(Qt.Key.Key_X)
    caller.click("Cancel visit")
    assert telephone.status(booked) is not Status.SCHEDULED
    assert telephone.calls(booked) == ["cancelled"]
    assert caller.rows() == []
    assert "Wed 25 Nov 2026, 09:00 is free again · 1 person may take it, Иванова, Ольга first" in caller.reads()
    caller.click("Show who may take it")
    assert isinstance(caller.dialog(), FreedSlotDialog)


def test_letters_typed_into_the_filter_are_letters(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    booked = telephone.book(practice.joao.id, 0, 9)
    telephone.book(practice.olga.id, 0, 9, 1)
    caller.go_to("Recall")
    caller.press(Qt.Key.Key_Slash)
    assert isinstance(caller.window.focusWidget(), QLineEdit)
    caller.type("Filter list", "silva")
    assert caller.rows() == ["Silva, João"]
    assert telephone.calls(booked) == []
    caller.press(Qt.Key.Key_Down)
    caller.press(Qt.Key.Key_C)
    assert telephone.calls(booked) == ["confirmed"]
    caller.type("Filter list", "0100")
    assert caller.rows() == ["Иванова, Ольга"]
    caller.press(Qt.Key.Key_Escape)
    assert len(caller.rows()) == 2


def test_a_heading_sorts(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    telephone.book(practice.olga.id, 0, 9)
    telephone.book(practice.joao.id, 0, 12)
    caller.go_to("Recall")
    assert caller.rows() == ["Иванова, Ольга", "Silva, João"]
    header = caller.screen.table.view.horizontalHeader()
    header.sectionClicked.emit(1)
    assert caller.rows() == ["Silva, João", "Иванова, Ольга"]
    header.sectionClicked.emit(1)
    assert caller.rows() == ["Иванова, Ольга", "Silva, João"]


def test_enter_opens_the_visit_on_its_day(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    telephone.book(practice.joao.id, 0, 9)
    caller.go_to("Recall")
    caller.press(Qt.Key.Key_Return)
    assert caller.window.desk is not None
    assert caller.window.desk.current is not None
    assert caller.window.desk.current.key == "day"


# --- who is due ------------------------------------------------------------------------------------------------------


def test_one_key_from_an_overdue_patient_to_the_planner(
    caller: Caller, telephone: Telephone, practice: Practice
) -> None:
    telephone.overdue(practice.joao.id)
    caller.go_to("Recall")
    assert caller.tabs()[2] == "Overdue  1"
    caller.go_to_list("Overdue")
    assert caller.rows() == ["Silva, João"]
    assert "Mon 9 Nov 2026, 14 days over" in caller.reads()
    caller.press(Qt.Key.Key_Return)
    assert caller.dialog().accessibleName() in {"Plan a series", "Plan further sessions"}


def test_who_was_called_when_stands_in_the_row(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    telephone.overdue(practice.joao.id)
    caller.go_to("Recall")
    caller.go_to_list("Overdue")
    caller.press(Qt.Key.Key_V)
    model = caller.screen.table.model
    column = [c.heading for c in model.columns].index("Last call")
    assert model.index(0, column).data() == "Voicemail 23 Nov 09:00"
    assert "Voicemail · Mon 23 Nov, 09:00 · Ada Petrov · recall" in caller.reads()


def test_confirming_is_no_key_of_the_other_lists(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    telephone.overdue(practice.joao.id)
    caller.go_to("Recall")
    caller.go_to_list("Overdue")
    caller.press(Qt.Key.Key_C)
    caller.press(Qt.Key.Key_X)
    assert caller.screen.table.current().last_call is None
    assert caller.top() is caller.window


def test_empty_lists_say_so(caller: Caller) -> None:
    caller.go_to("Recall")
    assert "Nobody to confirm" in caller.reads()
    for title, words in (
        ("Due", "Nobody is due"),
        ("Overdue", "Nobody is overdue"),
        ("Unfinished", "No course stands still"),
        ("To place", "Nothing to place"),
        ("Waiting", "Nobody waits"),
        ("Review", "Nothing to review"),
    ):
        caller.go_to_list(title)
        assert words in caller.reads()


def test_lists_are_turned_with_the_keyboard(caller: Caller) -> None:
    caller.go_to("Recall")
    for _ in range(6):
        caller.press(Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert caller.screen.kind.title == "Review"
    caller.press(Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert caller.screen.kind.title == "Waiting"


def a_task(practice: Practice, role: str) -> None:
    with practice.store.writing(Op.FINISH_TASK) as writing:
        task = {"kind": "review-spacing", "role": role, "created_at": practice.clock.now()}
        writing.session.add(TaskRow(patient_id=practice.joao.id, text="9 days between two sessions.", **task))


def test_a_prescriber_finishes_a_task_with_what_was_decided(someone: AtTheDesk, practice: Practice) -> None:
    a_task(practice, "prescriber")
    practice.services.users.add(practice.manager, "rotimi", "Rotimi Adeyemi", Role.PRESCRIBER, "1357")
    someone.window.sign_in.ask()
    someone.sign_in("Rotimi Adeyemi")
    caller = Caller(someone.window)
    caller.go_to("Recall")
    caller.go_to_list("Review")
    caller.press(Qt.Key.Key_Return)
    caller.click("Finish task")
    assert "Nothing was saved" in caller.reads()
    caller.type("Outcome", "goes on as planned")
    caller.click("Finish task")
    assert caller.rows() == []


def test_a_prescribers_task_is_seen_at_the_desk_but_not_finished(caller: Caller, practice: Practice) -> None:
    a_task(practice, "prescriber")
    caller.go_to("Recall")
    caller.go_to_list("Review")
    assert caller.rows() == ["Silva, João"]
    assert not caller.sees("Finish task")
    caller.press(Qt.Key.Key_Return)
    assert caller.window.desk is not None
    assert caller.window.desk.current is not None
    assert caller.window.desk.current.key == "patients"


def test_a_visit_without_a_place_is_placed(caller: Caller, telephone: Telephone, practice: Practice) -> None:
    booked = telephone.book(practice.joao.id, 7, 9)
    practice.services.booking.park(practice.clerk, booked.appointment_ids[0], 1)
    caller.go_to("Recall")
    caller.go_to_list("To place")
    assert caller.rows() == ["Silva, João"]
    caller.press(Qt.Key.Key_Return)
    assert caller.dialog().accessibleName() == "Place visit"


# --- the waitlist ----------------------------------------------------------------------------------------------------


def test_somebody_goes_on_the_waitlist_and_off_again(caller: Caller, practice: Practice) -> None:
    caller.go_to("Recall")
    caller.press(Qt.Key.Key_W)
    caller.click("Add to waitlist")
    assert "Choose who waits" in caller.reads()
    caller.type("Search patients", "silva")
    caller.press(Qt.Key.Key_Return)
    caller.tick("Tue")
    caller.choose("Notice needed", "4 h")
    caller.type("Starts from", "12:00")
    caller.type("Starts to", "9")
    caller.click("Add to waitlist")
    assert "The latest start is before the earliest." in caller.reads()
    caller.type("Starts to", "15")
    caller.click("Add to waitlist")
    caller.go_to_list("Waiting")
    assert caller.rows() == ["Silva, João"]
    assert "Mon, Wed, Thu, Fri · 12:00 to 15:00 · 4 h notice" in caller.reads()
    caller.press(Qt.Key.Key_E)
    assert caller.value("Starts from") == "12:00"
    caller.type("Note", "has a driver")
    caller.click("Save wish")
    assert "has a driver" in caller.reads()
    caller.press(Qt.Key.Key_Delete)
    caller.tick("Does not want to wait any longer")
    caller.dialog().main_button.click()  # type: ignore[union-attr]
    assert caller.rows() == []
    assert practice.services.recall.waiting(practice.clerk, practice.joao.id) == ()


# --- a freed place ---------------------------------------------------------------------------------------------------


def test_a_freed_place_names_people_and_books_nobody(caller: Caller, practice: Practice) -> None:
    practice.services.recall.add_waiting(practice.clerk, WaitingFields(practice.olga.id, 1, INDUCTION))
    caller.go_to("Recall")
    caller.press(Qt.Key.Key_F)
    dialog = caller.dialog()
    assert isinstance(dialog, FreedSlotDialog)
    assert "Say which place is free" in caller.reads()
    dialog.day.set_date(TUESDAY + timedelta(days=1))
    caller.type("Start", "10:00")
    assert [row.name for row in dialog.table.model.rows] == ["Иванова, Ольга"]
    dialog.table.view.setFocus()
    caller.press(Qt.Key.Key_D)
    assert [row.last_call.outcome.value for row in dialog.table.model.rows] == ["declined"]
    assert practice.services.booking.day(practice.clerk, 1, TUESDAY + timedelta(days=1)).visits == 0


def test_a_later_visit_moves_up_after_asking_once_more(
    caller: Caller, telephone: Telephone, practice: Practice
) -> None:
    booked = telephone.book(practice.joao.id, 7, 9)
    wish = WaitingFields(practice.joao.id, 1, INDUCTION, appointment_id=booked.appointment_ids[0])
    practice.services.recall.add_waiting(practice.clerk, wish)
    caller.go_to("Recall")
    caller.screen.open({"slot": {"chair": 2, "starts_at": datetime(2026, 11, 25, 10)}})
    assert "booked Tue 1 Dec at 09:00, would come sooner" in caller.reads()
    caller.press(Qt.Key.Key_Return)
    assert caller.dialog().accessibleName() == "Give them the place?"
    assert "The new place: Wed 25 Nov 2026, 10:00, Chair 2." in caller.reads()
    caller.click("Give the place")
    visit = practice.services.floor.inspect(practice.clerk, booked.appointment_ids[0]).card.appointment
    assert (visit.starts_at, visit.chair_id) == (datetime(2026, 11, 25, 10), 2)
    assert telephone.calls(booked) == ["accepted"]
    assert practice.services.recall.waiting(practice.clerk, practice.joao.id) == ()
    assert caller.top() is caller.window


def test_a_patient_without_a_visit_is_booked_into_the_place(caller: Caller, practice: Practice) -> None:
    practice.services.recall.add_waiting(practice.clerk, WaitingFields(practice.olga.id, 1, INDUCTION))
    caller.go_to("Recall")
    caller.screen.open({"slot": {"chair": 2, "starts_at": datetime(2026, 11, 25, 10)}})
    caller.click("Book the place")
    assert caller.dialog().accessibleName() == "New booking"
    assert caller.value("Start") == "10:00"
    caller.choose("Protocol", "Induction, twice a week, 115 min")
    caller.click("Book this session")
    day = practice.services.booking.day(practice.clerk, 1, date(2026, 11, 25))
    assert [(c.patient_name, c.appointment.chair_id) for c in day.cards] == [("Иванова, Ольга", 2)]
    assert practice.services.recall.waiting(practice.clerk, practice.olga.id) == ()


def test_a_place_that_has_passed_says_so(caller: Caller, practice: Practice) -> None:
    practice.services.recall.add_waiting(practice.clerk, WaitingFields(practice.olga.id, 1, INDUCTION))
    caller.go_to("Recall")
    caller.screen.open({"slot": {"chair": 2, "starts_at": datetime(2026, 11, 23, 8)}})
    assert "08:00 has passed; nobody can take this place any more." in caller.reads()
