"""The window: screens by role, lock without loss, search over everything, undo by name, other stations' changes."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMenu, QWidget

from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.store import open_store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.people import PatientFields, Role
from ketaclinic.domain.resources import Hours, Location
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.services.bundle import build_services
from ketaclinic.ui import theme
from ketaclinic.ui.place import Place
from ketaclinic.ui.settings import Settings
from ketaclinic.ui.widgets.global_search import Hit
from tests.conftest import AUDIT_KEY, FILE_KEY
from tests.desk import AtTheDesk
from tests.ui.conftest import Practice

INDUCTION = "induction-mood-2-per-week"
DESK_SCREENS = ["Day", "Week", "Month", "Patients", "Recall", "Documents"]
NURSE_SCREENS = ["Day", "Week", "Month", "Patients", "Chairside", "Recall", "Documents", "Drug ledger"]


def book_one(practice: Practice, day: date = date(2026, 11, 24), hour: int = 9) -> None:
    """One visit of João on Chair 1."""
    (here,) = practice.services.clinic.locations(practice.clerk)
    chair = practice.services.clinic.chairs(practice.clerk, here.id)[0]
    starts = datetime(day.year, day.month, day.day, hour)
    minutes = practice.catalog.protocols[INDUCTION].phases.total
    session = PlannedSession(starts, starts + timedelta(minutes=minutes), chair.id)
    wishes = SeriesWishes(practice.joao.id, INDUCTION, here.id, day, count=1)
    practice.services.booking.book_series(practice.clerk, wishes, (session,))


def hold_one(practice: Practice) -> int:
    """A visit of João held for fifteen minutes."""
    (here,) = practice.services.clinic.locations(practice.clerk)
    chair = practice.services.clinic.chairs(practice.clerk, here.id)[0]
    starts = datetime(2026, 11, 24, 9)
    wishes = SeriesWishes(practice.joao.id, INDUCTION, here.id, starts.date(), count=1)
    session = PlannedSession(starts, starts + timedelta(minutes=115), chair.id)
    return practice.services.booking.hold_series(practice.clerk, wishes, (session,), 15).appointment_ids[0]


def status_of(practice: Practice, appointment_id: int) -> Status:
    with practice.store.reading() as session:
        row = session.get(AppointmentRow, appointment_id)
        assert row is not None
        return Status(row.status)


def add_uptown(practice: Practice) -> Location:
    """A second site with one chair."""
    hours = tuple(Hours(weekday, time(8), time(18)) for weekday in range(5))
    uptown = Location(0, "Uptown", "America/New_York", hours=hours, usual_nurses=(1,) * 7)
    return practice.services.clinic.add_location(practice.manager, uptown, ["Room A"])


def hits(person: AtTheDesk) -> list[str]:
    found: tuple[Hit, ...] = person.window.top.search.hits
    return [hit.title for hit in found]


# screens


def test_front_desk_has_no_chairside(clerk_at_desk: AtTheDesk) -> None:
    assert clerk_at_desk.screens() == DESK_SCREENS


def test_nurse_has_the_chairside(someone: AtTheDesk) -> None:
    someone.sign_in("Maria Ortiz")
    assert someone.screens() == NURSE_SCREENS


def test_rail_and_key_bring_a_screen_to_the_front(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Patients")
    assert clerk_at_desk.window.top.title.text() == "Patients"
    clerk_at_desk.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert clerk_at_desk.window.top.title.text() == "Day"


def test_a_screen_keeps_its_state(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Patients")
    clerk_at_desk.type("Search patients", "silv")
    clerk_at_desk.go_to("Day")
    clerk_at_desk.go_to("Patients")
    assert clerk_at_desk.value("Search patients") == "silv"


def test_status_says_where_and_in_which_zone(clerk_at_desk: AtTheDesk) -> None:
    assert "Riverside · America/Chicago" in clerk_at_desk.reads()
    assert "Connected · this computer, encrypted" in clerk_at_desk.reads()


# lock


def test_lock_hides_everything_and_loses_nothing(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Patients")
    clerk_at_desk.click("Add patient")
    clerk_at_desk.type("Family name", "Kowalska")
    clerk_at_desk.press(Qt.Key.Key_Escape)  # asks, because something is typed
    clerk_at_desk.window.lock()
    assert not clerk_at_desk.sees("Family name")
    assert not clerk_at_desk.sees("Screens")
    clerk_at_desk.sign_in("Ada Petrov")
    assert clerk_at_desk.value("Family name") == "Kowalska"


def test_lock_key_works_from_anywhere(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert clerk_at_desk.sees("PIN")


def test_no_key_acts_beneath_the_lock(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.window.lock()
    clerk_at_desk.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    clerk_at_desk.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    clerk_at_desk.sign_in("Ada Petrov")
    assert clerk_at_desk.window.top.title.text() == "Day"


def test_another_user_gets_the_own_desk_and_the_first_finds_everything_again(clerk_at_desk: AtTheDesk) -> None:
    person = clerk_at_desk
    person.go_to("Patients")
    person.click("Add patient")
    person.type("Family name", "Kowalska")
    person.window.lock()
    person.sign_in("Maria Ortiz")
    assert person.screens() == NURSE_SCREENS
    assert not person.sees("Family name")
    person.window.lock()
    person.sign_in("Ada Petrov")
    assert person.screens() == DESK_SCREENS
    assert person.value("Family name") == "Kowalska"


def test_idle_window_locks_itself(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    window = clerk_at_desk.window
    practice.clock.forward(seconds=299)
    window.tick()
    assert window.body.isVisible()
    practice.clock.forward(seconds=1)
    window.tick()
    assert not window.body.isVisible()
    assert clerk_at_desk.sees("PIN")


def test_chairside_locks_sooner(someone: AtTheDesk, practice: Practice) -> None:
    someone.sign_in("Maria Ortiz")
    someone.go_to("Chairside")
    practice.clock.forward(seconds=119)
    someone.window.tick()
    assert not someone.sees("PIN")
    practice.clock.forward(seconds=1)
    someone.window.tick()
    assert someone.sees("PIN")


def test_a_touch_keeps_the_window_open(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    practice.clock.forward(seconds=299)
    handle = clerk_at_desk.window.windowHandle()
    shift = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(handle, shift)
    practice.clock.forward(seconds=299)
    clerk_at_desk.window.tick()
    assert not clerk_at_desk.sees("PIN")


# search


def test_search_finds_a_patient_and_opens_the_page(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    clerk_at_desk.type("Search patients and actions", "minh")
    assert hits(clerk_at_desk)[0] == "Nguyễn, Thị Minh"
    clerk_at_desk.press(Qt.Key.Key_Return)
    assert clerk_at_desk.window.top.title.text() == "Patients"
    assert "Nguyễn, Thị Minh" in clerk_at_desk.reads()


def test_search_finds_actions_by_any_of_their_words(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.type("Search patients and actions", "theme dark")
    assert hits(clerk_at_desk) == ["Dark theme"]


def test_search_offers_only_what_the_role_may_open(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.type("Search patients and actions", "go to")
    assert hits(clerk_at_desk) == [f"Go to {screen}" for screen in DESK_SCREENS]


def test_search_does_an_action(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.type("Search patients and actions", "go to pat")
    clerk_at_desk.press(Qt.Key.Key_Return)
    assert clerk_at_desk.window.top.title.text() == "Patients"


def test_escape_puts_the_answers_away(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.type("Search patients and actions", "silv")
    assert clerk_at_desk.sees("Found")
    clerk_at_desk.press(Qt.Key.Key_Escape)
    assert not clerk_at_desk.sees("Found")
    assert clerk_at_desk.value("Search patients and actions") == ""


# undo


def test_nothing_to_undo_at_first(clerk_at_desk: AtTheDesk) -> None:
    assert not clerk_at_desk.find("Undo").isEnabled()


def test_undo_names_what_it_takes_back(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    book_one(practice)
    button = clerk_at_desk.window.top.undo
    assert button.isEnabled()
    assert button.text().startswith("Undo “Book series")
    clerk_at_desk.click("Undo")
    assert not practice.services.booking.upcoming(practice.clerk, practice.joao.id)
    assert clerk_at_desk.window.toast.text == "Undone."
    clerk_at_desk.click("Redo")
    assert len(practice.services.booking.upcoming(practice.clerk, practice.joao.id)) == 1


def test_undo_key(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    book_one(practice)
    clerk_at_desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not practice.services.booking.upcoming(practice.clerk, practice.joao.id)


def test_refused_undo_is_said(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    clerk_at_desk.window.undoing.undo()
    assert clerk_at_desk.window.toast.isVisible()
    assert "undo" in clerk_at_desk.window.toast.text.lower()


# other stations


def test_change_of_another_station_shows(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    clerk_at_desk.go_to("Patients")
    clerk_at_desk.window.navigate("patients", {"patient_id": practice.joao.id})
    other = open_store(practice.url, key=FILE_KEY, audit_key=AUDIT_KEY, clock=practice.clock, station="desk-2")
    there = build_services(other, practice.catalog, practice.clock)
    fields = PatientFields("Silva", "João", date(1979, 3, 12), phone="(312) 555-7777")
    there.patients.edit(practice.manager, practice.joao.id, practice.joao.version, fields)
    other.close()
    clerk_at_desk.window.tick()
    assert "(312) 555-7777" in clerk_at_desk.reads()


def test_a_hold_that_ran_out_is_free_again_without_anyones_doing(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    held = hold_one(practice)
    clerk_at_desk.window.tick()
    assert status_of(practice, held) is Status.HELD
    practice.clock.forward(minutes=16)
    clerk_at_desk.window._idle.touch()
    clerk_at_desk.window.tick()
    assert status_of(practice, held) is Status.LAPSED


def test_holds_are_looked_for_every_few_seconds_only(
    clerk_at_desk: AtTheDesk, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[datetime] = []
    monkeypatch.setattr(practice.services.booking, "lapse_holds", lambda: swept.append(practice.clock.now()) or 0)
    for _ in range(26):
        clerk_at_desk.window.tick()
        practice.clock.forward(seconds=0.4)
    assert len(swept) == 2  # in ten seconds


# whose role is another now


def test_who_is_made_inactive_is_locked_out(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    practice.services.users.edit(practice.manager, practice.clerk.id, active=False)
    assert not clerk_at_desk.window.body.isVisible()
    tiles = [one.accessibleName() for one in clerk_at_desk.all(QAbstractButton)]
    assert not any(name.startswith("Ada Petrov") for name in tiles)


def test_who_gets_another_role_signs_in_to_another_desk(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    clerk_at_desk.go_to("Patients")
    practice.services.users.edit(practice.manager, practice.clerk.id, role=Role.NURSE)
    assert not clerk_at_desk.window.body.isVisible()
    clerk_at_desk.type("PIN", "1357")
    clerk_at_desk.press(Qt.Key.Key_Return)
    assert clerk_at_desk.screens() == NURSE_SCREENS


def test_a_role_changed_at_another_station_locks_as_well(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    other = open_store(practice.url, key=FILE_KEY, audit_key=AUDIT_KEY, clock=practice.clock, station="desk-2")
    build_services(other, practice.catalog, practice.clock).users.edit(
        practice.manager, practice.clerk.id, active=False
    )
    other.close()
    clerk_at_desk.window.tick()
    assert not clerk_at_desk.window.body.isVisible()


def test_a_new_name_or_a_mistyped_pin_locks_nobody(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    practice.services.users.edit(practice.manager, practice.clerk.id, name="Ada Petrova")
    with pytest.raises(Invalid):
        practice.services.users.sign_in("ada", "0000")
    assert clerk_at_desk.window.body.isVisible()


# several locations


def test_one_location_offers_no_choice(clerk_at_desk: AtTheDesk) -> None:
    assert not clerk_at_desk.window.status.choose_place.isVisible()
    assert clerk_at_desk.window.place.actions == []


def test_another_location_is_chosen_and_every_screen_shows_it(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    book_one(practice, date(2026, 11, 23), 11)
    uptown = add_uptown(practice)
    window = clerk_at_desk.window
    assert [action.text() for action in window.place.actions] == ["Work at Riverside", "Work at Uptown"]
    clerk_at_desk.go_to("Week")
    clerk_at_desk.go_to("Day")
    clerk_at_desk.click("Location: Riverside · America/Chicago")
    menu = next(one for one in window.findChildren(QMenu) if one.isVisible())
    menu.actions()[1].trigger()
    menu.close()
    assert window.desk is not None
    assert window.desk.context.location.id == uptown.id
    assert "Uptown · America/New_York" in window.status.choose_place.text()
    assert [chair.name for chair in window.desk.current.view.chairs] == ["Room A"]  # type: ignore[union-attr]
    clerk_at_desk.go_to("Week")
    assert window.desk.current.view.location.id == uptown.id  # type: ignore[union-attr]


def test_the_search_finds_the_other_location(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    uptown = add_uptown(practice)
    clerk_at_desk.type("Search patients and actions", "work at")
    assert hits(clerk_at_desk) == ["Work at Uptown"]
    clerk_at_desk.press(Qt.Key.Key_Return)
    assert clerk_at_desk.window.place.here().id == uptown.id


def test_the_location_is_remembered(practice: Practice, tmp_path: Path, qapp: QApplication) -> None:
    uptown = add_uptown(practice)
    path = tmp_path / "window.ini"
    locations = practice.services.clinic.locations(practice.clerk)
    first = Place(Settings(path), qapp)
    first.know(locations)
    assert first.here().name == "Riverside"
    first.choose(uptown.id)
    again = Place(Settings(path), qapp)
    again.know(locations)
    assert again.here().id == uptown.id


def test_new_hours_are_known_at_once(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    (here,) = practice.services.clinic.locations(practice.manager)
    longer = tuple(Hours(weekday, time(7), time(20)) for weekday in range(6))
    practice.services.clinic.edit_location(practice.manager, replace(here, hours=longer))
    desk = clerk_at_desk.window.desk
    assert desk is not None
    assert desk.context.location.hours == longer


# the sheet of keys, the window


@pytest.mark.parametrize(
    ("screen", "key", "shown"),
    [("Patients", Qt.Key.Key_F1, "F1 or ?"), ("Day", Qt.Key.Key_Question, "View: All chairs")],
)
def test_sheet_of_keys_is_complete(clerk_at_desk: AtTheDesk, screen: str, key: Qt.Key, shown: str) -> None:
    clerk_at_desk.go_to(screen)
    clerk_at_desk.window.desk.setFocus()
    clerk_at_desk.press(key)
    assert clerk_at_desk.dialog().accessibleName() == "Keys"
    said = clerk_at_desk.reads()
    for expected in ("Go to Patients", "Ctrl+4", "Undo", "Ctrl+Z", "Ctrl+Shift+Z", "Lock", "Ctrl+L", shown):
        assert expected in said


def test_f1_on_the_board_shows_all_chairs_and_no_sheet(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Day")
    clerk_at_desk.window.desk.setFocus()
    clerk_at_desk.press(Qt.Key.Key_F1)
    assert clerk_at_desk.top() is clerk_at_desk.window


def test_question_mark_is_typed_where_text_is_typed(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Patients")
    clerk_at_desk.type("Search patients", "who?")
    assert clerk_at_desk.value("Search patients") == "who?"


def test_theme_is_changed_by_an_action(clerk_at_desk: AtTheDesk) -> None:
    action = next(a for a in clerk_at_desk.window.actions() if a.text() == "Dark theme")
    assert isinstance(action, QAction)
    action.trigger()
    assert theme.tokens().dark
    theme.set_mode("light")


def test_window_with_unsaved_typing_does_not_close_unasked(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Patients")
    clerk_at_desk.click("Add patient")
    clerk_at_desk.type("Family name", "Kowalska")
    clerk_at_desk.window.close()
    assert clerk_at_desk.window.isVisible()
    assert clerk_at_desk.value("Family name") == "Kowalska"


def test_closed_window_leaves_no_timer(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.window.close()
    assert not [timer for timer in clerk_at_desk.window.findChildren(QTimer) if timer.isActive()]


def test_a_bug_shows_what_is_safe_and_no_values(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.window.show_crash(ValueError("Silva, João"))
    assert "Everything saved before is kept" in clerk_at_desk.reads()
    assert "ValueError" in clerk_at_desk.value("Details")
    assert "Silva" not in clerk_at_desk.value("Details")


def test_every_thing_one_can_press_has_a_name(clerk_at_desk: AtTheDesk) -> None:
    for screen in clerk_at_desk.screens():
        clerk_at_desk.go_to(screen)
        for kind in (QAbstractButton, QComboBox, QLineEdit):
            nameless = [one for one in clerk_at_desk.all(kind) if not one.accessibleName() and not _inner(one)]
            assert not nameless, (screen, nameless)


def _inner(widget: QWidget) -> bool:
    """Parts that Qt itself puts into a field or a scroll bar."""
    return widget.objectName().startswith("qt_") or isinstance(widget.parentWidget(), QLineEdit)
