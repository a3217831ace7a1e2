"""Settings: the manager adds users, keeps the clinic's details, closes hours, and enters shifts."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.repair import OutageKind
from ketaclinic.domain.resources import Chair, Hours, Location, ShiftPattern
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.screens.settings.form_dialog import ConfirmDialog, FormDialog
from ketaclinic.ui.screens.settings.screen import SettingsScreen
from ketaclinic.ui.screens.settings.shift_cell import ShiftButton
from ketaclinic.ui.widgets.pill import Pill
from ketaclinic.ui.widgets.wrapped_text import WrappedText
from tests.desk import AtTheDesk, freed
from tests.ui.conftest import Practice

INDUCTION = "induction-mood-2-per-week"
MONDAY = date(2026, 11, 23)


class Manager(AtTheDesk):
    """Helen on the settings screen."""

    @property
    def screen(self) -> SettingsScreen:
        found = self.window.desk.current if self.window.desk else None
        assert isinstance(found, SettingsScreen)
        return found

    def page(self, title: str) -> None:
        self.screen.open({"page": title})

    def listed(self, name: str) -> list[list[str]]:
        """The rows of a list as one reads them."""
        model = self.find(name).model()  # type: ignore[attr-defined]
        cells = range(model.columnCount())
        return [[str(model.index(row, column).data()) for column in cells] for row in range(model.rowCount())]

    def take(self, name: str, first_cell: str) -> None:
        """Chooses a row by its first cell."""
        table = self.find(name)
        row = [cells[0] for cells in self.listed(name)].index(first_cell)
        table.selectRow(row)  # type: ignore[attr-defined]

    def shifts(self) -> list[str]:
        """The days somebody is entered for, as they are read out."""
        return [cell.accessibleName() for cell in self.all(ShiftButton) if cell.person.is_entered]

    def broken(self) -> list[str]:
        """The visits a dialog says would be out of place: names and reasons."""
        return [words.text() for words in self.find("Visits concerned").findChildren(WrappedText)]

    def says(self) -> str:
        return self.window.toast.text


@pytest.fixture
def manager(someone: AtTheDesk) -> Manager:
    person = Manager(someone.window)
    person.sign_in("Helen Park")
    person.go_to("Settings")
    return person


def place(practice: Practice) -> Location:
    return practice.services.clinic.locations(practice.manager)[0]


def chairs(practice: Practice) -> tuple[Chair, ...]:
    return practice.services.clinic.chairs(practice.manager, place(practice).id)


def book(practice: Practice, day: date, hour: int) -> None:
    minutes = practice.catalog.protocols[INDUCTION].phases.total
    starts = datetime.combine(day, time(hour))
    session = PlannedSession(starts, starts + timedelta(minutes=minutes), chairs(practice)[0].id)
    wishes = SeriesWishes(practice.joao.id, INDUCTION, place(practice).id, day, count=1)
    practice.services.booking.book_series(practice.clerk, wishes, (session,))


def user(practice: Practice, login: str) -> User:
    return next(one for one in practice.services.users.list(practice.manager) if one.login == login)


# who sees it


def test_settings_stand_last_on_the_managers_rail_with_the_next_key(manager: Manager) -> None:
    assert manager.screens()[-1] == "Settings"
    manager.go_to("Day")
    number = len(manager.screens())
    manager.press(Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
    assert manager.window.windowTitle() == "Settings – ketaclinic"


def test_nobody_else_has_settings(clerk_at_desk: AtTheDesk) -> None:
    assert "Settings" not in clerk_at_desk.screens()


@pytest.mark.parametrize("title", ["Users", "Clinic", "Closures", "Shifts"])
def test_everything_that_takes_the_keyboard_has_a_name(manager: Manager, title: str) -> None:
    manager.page(title)
    nameless = [
        type(one).__name__
        for one in manager.screen.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisibleTo(manager.window) and not one.accessibleName()
    ]
    assert nameless == []


# users


def test_users_are_listed_with_role_and_state(manager: Manager) -> None:
    assert manager.listed("Users") == [
        ["Ada Petrov", "ada", "Front desk", "✓ Active"],
        ["Helen Park", "helen", "Manager", "✓ Active"],
        ["Maria Ortiz", "maria", "Nurse", "✓ Active"],
    ]


def test_user_who_is_added_signs_in(manager: Manager, practice: Practice) -> None:
    manager.click("Add user")
    manager.type("Name", "Kari Lund")
    manager.type("Sign-in name", "kari")
    manager.choose("Role", "Prescriber")
    manager.type("PIN", "97531")
    manager.type("PIN once more", "97531")
    manager.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ["Kari Lund", "kari", "Prescriber", "✓ Active"] in manager.listed("Users")
    assert manager.says() == "Kari Lund can sign in now."
    assert practice.services.users.sign_in("kari", "97531").role is Role.PRESCRIBER


@pytest.mark.parametrize(
    ("login", "pin", "again", "sentence", "field"),
    [
        ("", "97531", "97531", "A sign-in name is needed.", "Sign-in name"),
        (
            "ada",
            "97531",
            "97531",
            "The sign-in name “ada” is taken. Nothing was added: choose another.",
            "Sign-in name",
        ),
        ("two words", "97531", "97531", "A sign-in name is one word of at most 80 letters.", "Sign-in name"),
        ("kari", "12", "12", "A PIN has 4 to 12 digits and nothing else.", "PIN"),
        ("kari", "97531", "97532", "The two PINs differ. Type both again.", "PIN once more"),
    ],
)
def test_what_is_wrong_with_a_user_is_said_at_its_field_and_nothing_is_lost(
    manager: Manager, login: str, pin: str, again: str, sentence: str, field: str
) -> None:
    manager.click("Add user")
    manager.type("Name", "Kari Lund")
    manager.type("Sign-in name", login)
    manager.type("PIN", pin)
    manager.type("PIN once more", again)
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert sentence in manager.reads()
    assert manager.window.focusWidget() is manager.find(field)
    assert (manager.value("Name"), manager.value("Sign-in name"), manager.value("PIN")) == ("Kari Lund", login, pin)
    assert len(manager.screen.users.card.model.rows) == 3


def test_user_gets_another_name_role_and_pin(manager: Manager, practice: Practice) -> None:
    manager.take("Users", "Ada Petrov")
    manager.click("Edit user")
    manager.type("Name", "Ada Petrov-Lund")
    manager.choose("Role", "Nurse")
    manager.type("New PIN", "8642")
    manager.type("PIN once more", "8642")
    manager.click("Save user")
    assert ["Ada Petrov-Lund", "ada", "Nurse", "✓ Active"] in manager.listed("Users")
    assert practice.services.users.sign_in("ada", "8642").role is Role.NURSE


def test_who_leaves_is_listed_but_cannot_sign_in(manager: Manager, practice: Practice) -> None:
    manager.take("Users", "Maria Ortiz")
    QTest.keyClick(manager.find("Users"), Qt.Key.Key_Return)
    manager.tick("May sign in")
    manager.click("Save user")
    assert ["Maria Ortiz", "maria", "Nurse", "– Not active"] in manager.listed("Users")
    assert [one.login for one in practice.services.users.who_may_sign_in()] == ["ada", "helen"]


def test_who_comes_back_gets_a_new_pin_and_sees_what_counts_again(manager: Manager, practice: Practice) -> None:
    tuesday = date(2026, 11, 24)
    usual = ShiftPattern(0, practice.nurse.id, 1, 1, 12 * 60, 18 * 60, valid_from=tuesday)
    practice.services.clinic.add_pattern(practice.manager, usual)
    practice.services.users.edit(practice.manager, practice.nurse.id, active=False)
    book(practice, tuesday, 9)  # the usual two nurses stand in while nobody is entered
    manager.take("Users", "Maria Ortiz")
    manager.click("Edit user")
    assert "Counts again from today: usual shift on Tue. Change it under Shifts." in manager.reads()
    manager.tick("May sign in")
    manager.click("Save user")
    assert "Who comes back needs a new PIN. Nothing was saved: choose one together." in manager.reads()
    manager.type("New PIN", "8642")
    manager.type("PIN once more", "8642")
    manager.click("Save user")
    assert manager.broken() == [
        "Silva, João",
        "Too few nurses at 09:20: 1 in set-up and 0 monitored, 0 nurses on duty.",
    ]
    manager.click("Save anyway")
    assert ["Maria Ortiz", "maria", "Nurse", "✓ Active"] in manager.listed("Users")
    assert practice.services.users.sign_in("maria", "8642").role is Role.NURSE


def test_nurse_who_leaves_patients_alone_is_not_let_go_unnoticed(manager: Manager, practice: Practice) -> None:
    tuesday = date(2026, 11, 24)
    sam = practice.services.users.add(practice.manager, "sam", "Sam Lee", Role.NURSE, "1357")
    for nurse, starts in ((practice.nurse.id, 8 * 60), (sam.id, 12 * 60)):
        usual = ShiftPattern(0, nurse, 1, 1, starts, 18 * 60, valid_from=tuesday)
        practice.services.clinic.add_pattern(practice.manager, usual)
    book(practice, tuesday, 9)
    manager.take("Users", "Maria Ortiz")
    manager.click("Edit user")
    manager.choose("Role", "Front desk")
    manager.click("Save user")
    why = "Too few nurses at 09:20: 1 in set-up and 0 monitored, 0 nurses on duty."
    assert manager.dialog().title.text() == "This leaves 1 visit out of place"
    assert manager.broken() == ["Silva, João", why]
    manager.click("Back")
    assert user(practice, "maria").role is Role.NURSE
    manager.choose("Role", "Nurse")
    manager.tick("May sign in")
    manager.click("Save user")
    assert manager.broken() == ["Silva, João", why]
    manager.click("Save anyway")
    assert ["Maria Ortiz", "maria", "Nurse", "– Not active"] in manager.listed("Users")


def test_last_manager_cannot_lock_the_clinic_out(manager: Manager, practice: Practice) -> None:
    manager.take("Users", "Helen Park")
    manager.click("Edit user")
    manager.choose("Role", "Nurse")
    manager.click("Save user")
    assert "Nobody would be left to manage the clinic." in manager.reads()
    assert user(practice, "helen").role is Role.MANAGER


def test_wrong_pin_typed_meanwhile_is_no_conflict(manager: Manager, practice: Practice) -> None:
    manager.take("Users", "Maria Ortiz")
    manager.click("Edit user")
    with pytest.raises(Invalid):
        practice.services.users.sign_in("maria", "0000")
    manager.type("Name", "Maria Ortiz-Vega")
    manager.click("Save user")
    assert user(practice, "maria").name == "Maria Ortiz-Vega"


def test_role_given_meanwhile_holds_at_the_next_sign_in(clerk_at_desk: AtTheDesk, practice: Practice) -> None:
    assert "Chairside" not in clerk_at_desk.screens()
    clerk_at_desk.window.lock()
    practice.services.users.edit(practice.manager, practice.clerk.id, role=Role.NURSE)
    clerk_at_desk.sign_in("Ada Petrov")
    assert "Chairside" in clerk_at_desk.screens()


def test_list_follows_what_another_manager_does(manager: Manager, practice: Practice) -> None:
    practice.services.users.add(practice.manager, "kari", "Kari Lund", Role.NURSE, "1357")
    assert ["Kari Lund", "kari", "Nurse", "✓ Active"] in manager.listed("Users")


# clinic


def test_letterhead_is_changed(manager: Manager, practice: Practice) -> None:
    manager.page("Clinic")
    manager.click("Edit letterhead")
    manager.type("Telephone after hours", "(312) 555-0199")
    manager.type("Website", "riverside.example")
    manager.click("Save letterhead")
    saved = practice.services.clinic.clinic(practice.manager)
    assert (saved.name, saved.after_hours_phone) == ("Riverside Ketamine Clinic", "(312) 555-0199")
    assert "riverside.example" in manager.reads()


def test_clinic_without_a_name_is_refused_at_the_field(manager: Manager, practice: Practice) -> None:
    manager.page("Clinic")
    manager.click("Edit letterhead")
    manager.type("Name of the clinic", "")
    manager.type("E-mail", "desk@riverside.example")
    manager.click("Save letterhead")
    assert "The clinic needs a name." in manager.reads()
    assert manager.value("E-mail") == "desk@riverside.example"
    assert practice.services.clinic.clinic(practice.manager).email == ""


def test_hours_and_nurses_are_changed(manager: Manager, practice: Practice) -> None:
    manager.page("Clinic")
    assert "Closed" in manager.reads()
    manager.click("Edit hours and nurses")
    manager.tick("Saturday")
    manager.find("Saturday closes").setTime(manager.find("Monday opens").time().addSecs(4 * 3600))  # type: ignore[attr-defined]
    manager.find("Nurses on Saturday").setValue(1)  # type: ignore[attr-defined]
    manager.click("Save hours")
    here = place(practice)
    assert here.hours[-1] == Hours(5, time(8), time(12))
    assert here.usual_nurses == (2, 2, 2, 2, 2, 1, 0)
    assert "08:00–12:00 · 1 nurse" in manager.reads()


def test_hours_that_end_before_they_begin_are_refused(manager: Manager, practice: Practice) -> None:
    before = place(practice)
    manager.page("Clinic")
    manager.click("Edit hours and nurses")
    manager.find("Monday closes").setTime(manager.find("Monday opens").time().addSecs(-3600))  # type: ignore[attr-defined]
    manager.click("Save hours")
    assert "The hours 08:00 to 07:00 do not end after they begin." in manager.reads()
    assert place(practice) == before


def test_chairs_are_added_renamed_and_retired(manager: Manager, practice: Practice) -> None:
    manager.page("Clinic")
    manager.click("Add chair")
    manager.type("Name of the chair", "Garden room")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    manager.take("Chairs", "Chair 2")
    manager.click("Rename chair")
    manager.type("Name of the chair", "Window")
    manager.click("Save name")
    manager.take("Chairs", "Chair 3")
    manager.click("Retire chair")
    manager.click("Retire")
    assert manager.listed("Chairs") == [["Chair 1"], ["Window"], ["Garden room"]]
    assert [chair.name for chair in chairs(practice)] == ["Chair 1", "Window", "Garden room"]


def test_chair_with_a_name_that_is_taken_is_refused_at_the_field(manager: Manager, practice: Practice) -> None:
    manager.page("Clinic")
    manager.click("Add chair")
    manager.type("Name of the chair", "chair 1")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert "There is a chair called “chair 1” already." in manager.reads()
    assert len(chairs(practice)) == 3


def test_chair_with_visits_is_not_retired(manager: Manager, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9)
    manager.page("Clinic")
    manager.take("Chairs", "Chair 1")
    manager.click("Retire chair")
    assert manager.broken() == ["Silva, João", "Its chair is out of use from Mon 23 Nov."]
    assert "1 visit in the way; move them first:" in manager.reads()
    assert not manager.find("Retire").isEnabled()
    assert len(chairs(practice)) == 3


def test_a_chair_with_visits_is_repaired_day_by_day_and_then_retired(manager: Manager, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9)
    manager.page("Clinic")
    manager.take("Chairs", "Chair 1")
    manager.click("Retire chair")
    assert manager.find("Repair this day").text() == "Repair Tue 24 Nov…"  # type: ignore[attr-defined]
    manager.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert manager.window.windowTitle() == "Day – ketaclinic"
    assert manager.dialog().title.text() == "Repair the day"
    assert manager.value("Who or what is out") == "Chair 1"
    assert manager.value("Out from") == "08:00"
    assert manager.value("Reason") == "Chair 1 goes out of use"
    manager.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    manager.click("Save the repair")
    manager.go_to("Settings")
    manager.take("Chairs", "Chair 1")
    manager.click("Retire chair")
    manager.click("Retire")
    assert [chair.name for chair in chairs(practice)] == ["Chair 2", "Chair 3"]


def test_a_retired_chair_is_brought_back(manager: Manager, practice: Practice) -> None:
    manager.page("Clinic")
    assert not manager.sees("Bring a chair back")
    manager.take("Chairs", "Chair 3")
    manager.click("Retire chair")
    manager.click("Retire")
    manager.click("Bring a chair back")
    assert manager.value("Chair") == "Chair 3 · retired 23 Nov 2026"
    manager.click("Bring back")
    assert [chair.name for chair in chairs(practice)] == ["Chair 1", "Chair 2", "Chair 3"]


def test_shorter_hours_tell_whom_they_leave_outside_before_they_are_saved(manager: Manager, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 15)
    manager.page("Clinic")
    manager.click("Edit hours and nurses")
    manager.find("Tuesday closes").setTime(manager.find("Monday opens").time().addSecs(8 * 3600))  # type: ignore[attr-defined]
    manager.click("Save hours")
    assert manager.dialog().title.text() == "This leaves 1 visit out of place"
    assert manager.broken() == ["Silva, João", "Outside the opening hours, 08:00 to 16:00."]
    manager.click("Back")
    assert place(practice).hours[1].closes == time(18)
    manager.click("Save hours")
    manager.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)  # Save anyway
    assert place(practice).hours[1].closes == time(16)


def test_hours_that_were_only_looked_at_are_closed_without_a_question(manager: Manager) -> None:
    manager.page("Clinic")
    manager.click("Edit hours and nurses")
    manager.press(Qt.Key.Key_Escape)
    assert manager.top() is manager.window


def test_another_location_is_added_with_its_zone_and_chairs(manager: Manager, practice: Practice) -> None:
    manager.page("Clinic")
    manager.click("Add location")
    manager.type("Name of the location", "North side")
    manager.type("Time zone", "Mars/Olympus")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert "“Mars/Olympus” is not a time zone" in manager.reads()
    manager.type("Time zone", "America/Denver")
    manager.choose("Public holidays of", "United States")
    manager.choose("State or region", "Colorado")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    north = practice.services.clinic.locations(practice.manager)[1]
    assert (north.name, north.zone, north.country, north.subdivision) == ("North side", "America/Denver", "US", "CO")
    assert north.hours == place(practice).hours
    names = [chair.name for chair in practice.services.clinic.chairs(practice.manager, north.id)]
    assert names == ["Chair 1", "Chair 2"]


# closures


def close(manager: Manager, day: str, *, where: str = "", reason: str = "Holiday") -> None:
    manager.page("Closures")
    manager.click("Add closure")
    manager.type("Day", day)
    if where:
        manager.choose("Where", where)
    manager.type("Reason", reason)
    manager.click("Close these hours")


def test_day_is_closed_and_opened_again(manager: Manager, practice: Practice) -> None:
    close(manager, "24 Dec 2026")
    assert manager.listed("Closures") == [["Thu 24 Dec 2026", "08:00–18:00", "Whole location", "Holiday"]]
    manager.take("Closures", "Thu 24 Dec 2026")
    manager.click("Remove closure")
    manager.click("Remove")
    assert "No closure is to come." in manager.reads()


def test_one_chair_is_closed_for_some_days(manager: Manager) -> None:
    manager.page("Closures")
    manager.click("Add closure")
    manager.type("Day", "1 Dec 2026")
    manager.type("Last day", "3 Dec 2026")
    manager.type("From", "12")
    manager.type("To", "1:30pm")
    manager.choose("Where", "Chair 2")
    manager.type("Reason", "Pump service")
    manager.click("Close these hours")
    assert manager.listed("Closures") == [["Tue 1 Dec 2026 to Thu 3 Dec", "12:00–13:30", "Chair 2", "Pump service"]]


def test_closure_over_visits_names_them_and_keeps_what_was_typed(manager: Manager, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9)
    close(manager, "24 Nov 2026", where="Chair 1", reason="Painters")
    assert manager.dialog().title.text() == "1 visit in the way"
    assert manager.broken() == ["Silva, João", "Closed then: Painters."]
    assert not manager.sees("Save anyway")
    manager.press(Qt.Key.Key_Escape)
    assert manager.value("Reason") == "Painters"
    assert practice.services.clinic.closures(practice.manager, 1, MONDAY, date(2026, 12, 31)) == ()


def test_closure_over_visits_leads_to_the_repair_of_its_day(
    manager: Manager, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(practice, date(2026, 11, 24), 9)
    opened: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(manager.screen.context, "navigate", lambda screen, args: opened.append((screen, args)))
    close(manager, "24 Nov 2026", where="Chair 1", reason="Painters")
    manager.click("Repair this day")
    assert manager.top() is manager.window
    repair = {
        "kind": OutageKind.CHAIR,
        "id": chairs(practice)[0].id,
        "chair": chairs(practice)[0].id,
        "since": datetime(2026, 11, 24, 8),
        "from": datetime(2026, 11, 24, 8),
        "until": datetime(2026, 11, 24, 18),
        "reason": "Painters",
    }
    assert opened == [("day", {"day": date(2026, 11, 24), "repair": repair})]


def test_holidays_without_a_country_lead_to_choosing_it_and_back(manager: Manager) -> None:
    manager.page("Closures")
    manager.click("Public holidays")
    manager.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert manager.window.focusWidget() is manager.find("Public holidays of")
    manager.choose("Public holidays of", "United States")
    manager.click("Save hours")
    assert manager.sees("Thu 26 Nov 2026: Thanksgiving Day")


def test_what_a_new_clinic_lacks_is_one_press_away_until_it_is_there(manager: Manager, practice: Practice) -> None:
    assert not manager.sees("Add who works here")
    manager.click("Complete the letterhead")
    manager.type("Address", "410 River Street, Chicago")
    manager.type("Telephone", "(312) 555-0140")
    manager.click("Save letterhead")
    assert not manager.sees("Complete the letterhead")
    manager.click("Say whose holidays you keep")
    manager.choose("Public holidays of", "United States")
    manager.click("Save hours")
    manager.press(Qt.Key.Key_Escape)
    assert not manager.sees("Still to do")
    practice.services.clinic.edit_location(practice.manager, replace(place(practice), country=""))
    manager.click("Leave this for good")
    assert not manager.sees("Still to do")


def test_public_holidays_are_offered_and_closed(manager: Manager, practice: Practice) -> None:
    manager.page("Closures")
    manager.click("Public holidays")
    assert "Choose the country of this location first" in manager.reads()
    assert not manager.find("Close these days").isEnabled()
    manager.press(Qt.Key.Key_Escape)
    practice.services.clinic.edit_location(practice.manager, replace(place(practice), country="US", subdivision="IL"))
    book(practice, date(2026, 11, 26), 9)
    manager.click("Public holidays")
    assert not manager.find("Thu 26 Nov 2026: Thanksgiving Day").isEnabled()
    assert "1 visit booked" in [pill.text() for pill in manager.all(Pill)]
    manager.tick("Fri 25 Dec 2026: Christmas Day")
    manager.click("Close these days")
    assert manager.says() == "1 holiday closed."
    assert manager.listed("Closures") == [["Fri 25 Dec 2026", "All day", "Whole location", "Christmas Day"]]


@pytest.mark.parametrize(
    ("field", "words", "sentence"),
    [
        ("Day", "", "On which day?"),
        ("Day", "31 Feb 2027", "“31 Feb 2027” is no date."),
        ("Day", "20 Nov 2026", "This day is over."),
        ("Last day", "23 Dec 2026", "The last day is before the first."),
        ("From", "25", "“25” is not a time of day"),
        ("To", "", "Until what time?"),
        ("To", "7", "A closure must end after it begins."),
        ("Reason", "", "A closure needs a reason"),
    ],
)
def test_what_is_wrong_with_a_closure_is_said_at_its_field(
    manager: Manager, practice: Practice, field: str, words: str, sentence: str
) -> None:
    manager.page("Closures")
    manager.click("Add closure")
    manager.type("Day", "24 Dec 2026")
    manager.type("Reason", "Holiday")
    manager.type(field, words)
    manager.click("Close these hours")
    assert sentence in manager.reads()
    assert manager.find(field).property("wrong") is True
    assert practice.services.clinic.closures(practice.manager, 1, MONDAY, date(2027, 12, 31)) == ()


# shifts


def test_without_shifts_the_usual_number_counts(manager: Manager) -> None:
    manager.page("Shifts")
    assert manager.sees("Mon 23 Nov 2026: 2 nurses (usual)")
    assert manager.sees("Sat 28 Nov 2026: Closed")
    assert "the usual number of nurses counts" in manager.reads()


def test_shifts_are_entered_for_several_days_and_taken_out(manager: Manager) -> None:
    manager.page("Shifts")
    manager.click("Add shifts")
    manager.choose("Who", "Maria Ortiz · Nurse")
    manager.tick("Mon 23 Nov")
    manager.tick("Wed 25 Nov")
    manager.type("To", "16:00")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert manager.shifts() == [
        "Maria Ortiz, Mon 23 Nov 2026, 08:00–16:00, this day only",
        "Maria Ortiz, Wed 25 Nov 2026, 08:00–16:00, this day only",
    ]
    assert manager.sees("Mon 23 Nov 2026: 1 nurse, usually 2")
    manager.click("Maria Ortiz, Mon 23 Nov 2026, 08:00–16:00, this day only")
    manager.click("Take shift out")
    manager.click("Take out")
    assert manager.shifts() == ["Maria Ortiz, Wed 25 Nov 2026, 08:00–16:00, this day only"]
    assert manager.sees("Mon 23 Nov 2026: 2 nurses (usual)")


def test_shift_needs_a_day_and_hours(manager: Manager) -> None:
    manager.page("Shifts")
    manager.click("Add shifts")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert "Tick at least one day." in manager.reads()
    manager.tick("Mon 23 Nov")
    manager.type("To", "7:00")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert "A shift must end after it begins. No shift was entered." in manager.reads()
    assert manager.find("To").property("wrong") is True


def test_two_shifts_at_once_are_refused(manager: Manager, practice: Practice) -> None:
    given = (practice.nurse.id, 1, datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 12))
    practice.services.clinic.add_shifts(practice.manager, [given])
    manager.page("Shifts")
    manager.click("Add shifts")
    manager.choose("Who", "Maria Ortiz · Nurse")
    manager.tick("Mon 23 Nov")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert "Maria Ortiz has a shift then already" in manager.reads()


def test_last_week_is_repeated(manager: Manager, practice: Practice) -> None:
    given = (practice.nurse.id, 1, datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 12))
    practice.services.clinic.add_shifts(practice.manager, [given])
    manager.page("Shifts")
    assert not manager.sees("Repeat last week")
    manager.click("Week after")
    manager.click("Repeat last week")
    assert manager.shifts() == ["Maria Ortiz, Mon 30 Nov 2026, 09:00–12:00, this day only"]
    manager.click("This week")
    assert manager.shifts() == ["Maria Ortiz, Mon 23 Nov 2026, 09:00–12:00, this day only"]


def test_day_with_more_visits_than_nurses_is_marked(manager: Manager, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9)
    afternoon = (practice.nurse.id, 1, datetime(2026, 11, 24, 13), datetime(2026, 11, 24, 17))
    practice.services.clinic.add_shifts(practice.manager, [afternoon])
    manager.page("Shifts")
    assert [one.accessibleName() for one in manager.all(Pill)] == ["! Too few at 09:20"]


def add_usual(manager: Manager, *days: str, until: str = "") -> None:
    manager.page("Shifts")
    manager.click("Add usual shift")
    for day in days:
        manager.tick(day)
    manager.type("To", "16:00")
    manager.type("Break from", "12:00")
    manager.type("Break until", "12:30")
    if until:
        manager.type("Last day", until)
    manager.dialog().main_button.click()  # type: ignore[union-attr]


def test_usual_shift_is_entered_for_several_weekdays_and_holds_next_week(manager: Manager) -> None:
    add_usual(manager, "Mon", "Tue", until="30 Nov 2026")
    assert manager.says() == "2 usual shifts entered."
    assert manager.shifts() == [
        "Maria Ortiz, Mon 23 Nov 2026, 08:00–16:00, break 12:00–12:30, usual",
        "Maria Ortiz, Tue 24 Nov 2026, 08:00–16:00, break 12:00–12:30, usual",
    ]
    manager.click("Week after")
    assert manager.shifts() == ["Maria Ortiz, Mon 30 Nov 2026, 08:00–16:00, break 12:00–12:30, usual"]


@pytest.mark.parametrize(
    ("field", "words", "sentence"),
    [
        ("Break until", "", "A break needs both its beginning and its end."),
        ("Break until", "11:00", "A break must end after it begins."),
        ("Break from", "7:00", "A break must lie within the shift."),
        ("To", "7:00", "A usual shift must end after it begins, by midnight."),
        ("From which day", "", "From which day on?"),
        ("Last day", "1 Nov 2026", "The last day is before the first."),
    ],
)
def test_what_is_wrong_with_a_usual_shift_is_said_and_nothing_is_lost(
    manager: Manager, practice: Practice, field: str, words: str, sentence: str
) -> None:
    manager.page("Shifts")
    manager.click("Add usual shift")
    manager.tick("Wed")
    manager.type("Break from", "12:00")
    manager.type("Break until", "12:30")
    manager.type(field, words)
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert sentence in manager.reads()
    assert manager.find(field).property("wrong") is True
    assert manager.value("Wed") == "yes"
    assert practice.services.clinic.patterns(practice.manager, 1) == ()


def test_sick_nurse_is_entered_with_the_keyboard_and_taken_back(manager: Manager, practice: Practice) -> None:
    add_usual(manager, "Mon", "Tue", "Wed")
    manager.all(ShiftButton)[0].setFocus()
    manager.press(Qt.Key.Key_Right)
    manager.press(Qt.Key.Key_Return)
    assert manager.dialog().title.text() == "Maria Ortiz"
    manager.find("Absent").setFocus()
    manager.press(Qt.Key.Key_Space)
    assert manager.value("First day") == "24 Nov 2026"
    manager.type("Reason", "Sick")
    manager.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Maria Ortiz, Tue 24 Nov 2026, away, absent: Sick" in manager.shifts()
    assert manager.sees("Tue 24 Nov 2026: 0 nurses, usually 2")
    manager.click("Maria Ortiz, Tue 24 Nov 2026, away, absent: Sick")
    manager.click("Take absence out")
    manager.click("Take out")
    assert practice.services.clinic.absences(practice.manager, 1, MONDAY, date(2026, 11, 30)) == ()


def test_absence_that_leaves_a_patient_without_a_nurse_says_so_first(manager: Manager, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9)
    add_usual(manager, "Tue")
    manager.click("Add absence")
    manager.type("First day", "24 Nov 2026")
    manager.type("From", "10:00")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert manager.broken() == [
        "Silva, João",
        "Too few nurses at 10:00: 0 in set-up and 1 monitored, 0 nurses on duty.",
    ]
    assert manager.sees("Repair this day")
    manager.click("Save anyway")
    assert "Maria Ortiz, Tue 24 Nov 2026, 08:00–10:00, absent: Away" in manager.shifts()
    assert "! Too few at 10:00" in [pill.text() for pill in manager.all(Pill)]


def test_other_hours_on_one_day_stand_in_place_of_the_usual_ones(manager: Manager) -> None:
    add_usual(manager, "Mon", "Tue")
    manager.click("Maria Ortiz, Tue 24 Nov 2026, 08:00–16:00, break 12:00–12:30, usual")
    manager.click("Other hours this day")
    manager.type("From", "12:00")
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert manager.shifts()[1] == "Maria Ortiz, Tue 24 Nov 2026, 12:00–18:00, this day only"
    manager.click("Maria Ortiz, Tue 24 Nov 2026, 12:00–18:00, this day only")
    manager.click("Change shift")
    manager.type("To", "17:00")
    manager.click("Save shift")
    assert manager.shifts()[1] == "Maria Ortiz, Tue 24 Nov 2026, 12:00–17:00, this day only"


def test_usual_shift_is_changed_and_ended(manager: Manager, practice: Practice) -> None:
    add_usual(manager, "Tue")
    name = "Maria Ortiz, Tue 24 Nov 2026, 08:00–16:00, break 12:00–12:30, usual"
    manager.click(name)
    manager.click("Change usual shift")
    manager.type("Break from", "")
    manager.type("Break until", "")
    manager.choose("How often", "Every second week")
    manager.click("Save usual shift")
    (saved,) = practice.services.clinic.patterns(practice.manager, 1)
    assert (saved.breaks, saved.every_weeks) == ((), 2)
    manager.click("Week after")
    assert manager.shifts() == []
    manager.click("This week")
    manager.click("Maria Ortiz, Tue 24 Nov 2026, 08:00–16:00, usual")
    manager.click("End usual shift")
    assert manager.value("Last day") == "23 Nov 2026"
    manager.dialog().main_button.click()  # type: ignore[union-attr]
    assert manager.shifts() == []


def test_prescriber_who_is_away_is_missing_on_top_of_the_day(manager: Manager, practice: Practice) -> None:
    clinic = practice.services.clinic
    rotimi = practice.services.users.add(practice.manager, "rotimi", "Rotimi Adeyemi", Role.PRESCRIBER, "1357")
    clinic.add_pattern(practice.manager, ShiftPattern(0, rotimi.id, 1, 0, 480, 1020, MONDAY), (0, 1))
    clinic.add_absence(practice.manager, rotimi.id, datetime(2026, 11, 24), datetime(2026, 11, 25), "Course")
    manager.page("Shifts")
    assert "Prescriber 08:00–17:00" in manager.reads()
    assert [pill.text() for pill in manager.all(Pill)] == ["! No prescriber"]


# dialogs


def test_typed_words_are_not_thrown_away_unasked(manager: Manager) -> None:
    manager.click("Add user")
    manager.type("Name", "Kari")
    manager.press(Qt.Key.Key_Escape)
    assert "What you typed is not saved." in manager.reads()
    manager.press(Qt.Key.Key_Escape)
    assert manager.top() is manager.window


def test_dialogs_are_gone_once_closed(manager: Manager) -> None:
    context, screen = manager.screen.context, manager.screen
    assert freed(lambda: FormDialog(context, "Add user", (), lambda _typed, _command: None, parent=screen))
    assert freed(lambda: ConfirmDialog(context, "Retire", "Sure?", "Retire", lambda: None, parent=screen))
