"""Settings: the manager adds users, keeps the clinic's details, closes hours, and enters shifts."""

from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Chair, Hours, Location
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.screens.settings.form_dialog import ConfirmDialog, FormDialog
from ketaclinic.ui.screens.settings.screen import SettingsScreen
from ketaclinic.ui.screens.settings.shift_column import ShiftButton
from ketaclinic.ui.widgets.pill import Pill
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
        return [button.accessibleName() for button in self.all(ShiftButton)]

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
    assert manager.screens() == ["Day", "Patients", "Documents", "Settings"]
    manager.go_to("Day")
    manager.press(Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
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
    assert clerk_at_desk.screens() == ["Day", "Patients", "Documents"]
    clerk_at_desk.window.lock()
    practice.services.users.edit(practice.manager, practice.clerk.id, role=Role.NURSE)
    clerk_at_desk.sign_in("Ada Petrov")
    assert clerk_at_desk.screens() == ["Day", "Patients", "Chairside", "Documents"]


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
    manager.click("Retire")
    assert "Chair 1 is still booked: 24 November 09:00 to 10:55." in manager.reads()
    assert len(chairs(practice)) == 3


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


def test_closure_over_visits_names_their_times_and_keeps_what_was_typed(manager: Manager, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9)
    close(manager, "24 Nov 2026", where="Chair 1", reason="Painters")
    panel = manager.dialog().findings.text()
    assert "Visits are booked then: 24 November 09:00 to 10:55. Nothing was closed" in panel
    assert "Silva" not in panel
    assert manager.value("Reason") == "Painters"


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
        "Maria Ortiz, Mon 23 Nov 2026, 08:00–16:00",
        "Maria Ortiz, Wed 25 Nov 2026, 08:00–16:00",
    ]
    assert manager.sees("Mon 23 Nov 2026: 1 nurse on duty")
    manager.click("Maria Ortiz, Mon 23 Nov 2026, 08:00–16:00")
    manager.click("Take out")
    assert manager.shifts() == ["Maria Ortiz, Wed 25 Nov 2026, 08:00–16:00"]
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
    assert manager.shifts() == ["Maria Ortiz, Mon 30 Nov 2026, 09:00–12:00"]
    manager.click("This week")
    assert manager.shifts() == ["Maria Ortiz, Mon 23 Nov 2026, 09:00–12:00"]


def test_day_with_more_visits_than_nurses_is_marked(manager: Manager, practice: Practice) -> None:
    book(practice, date(2026, 11, 24), 9)
    afternoon = (practice.nurse.id, 1, datetime(2026, 11, 24, 13), datetime(2026, 11, 24, 17))
    practice.services.clinic.add_shifts(practice.manager, [afternoon])
    manager.page("Shifts")
    assert [one.accessibleName() for one in manager.all(Pill)] == ["! Too few at 09:20"]


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
