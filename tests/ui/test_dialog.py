"""What every dialog does: it keeps the keyboard, gives up on Esc, does its work on Ctrl+Enter, and goes when closed."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QSpinBox

from ketaclinic.domain.findings import Finding, Refused, Severity
from ketaclinic.domain.people import ClinicalProfile
from ketaclinic.ui.crash import CrashDialog
from ketaclinic.ui.dialogs.clinical_dialog import ClinicalDialog
from ketaclinic.ui.dialogs.escort_dialog import EscortDialog
from ketaclinic.ui.dialogs.import_dialog import ImportDialog
from ketaclinic.ui.dialogs.keys_dialog import KeysDialog
from ketaclinic.ui.dialogs.patient_dialog import PatientDialog
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.screen import DayScreen
from ketaclinic.ui.widgets.dialog import Dialog
from tests.desk import AtTheDesk, freed
from tests.ui.conftest import Practice

CTRL = Qt.KeyboardModifier.ControlModifier
Make = Callable[[AtTheDesk, Practice], Dialog]


class Asking(Dialog):
    """A dialog with two fields that counts how often its main button was pressed."""

    def __init__(self, over: AtTheDesk) -> None:
        super().__init__(over.window, "Asking")
        self.pressed = 0
        self.first, self.second = QLineEdit(accessibleName="First"), QLineEdit(accessibleName="Second")
        self.body.addWidget(self.first)
        self.body.addWidget(self.second)
        self.add_cancel()
        self.add_button("Do it", self._press, kind="primary")

    def _press(self) -> None:
        self.pressed += 1
        self.set_busy(busy=True)


def context(person: AtTheDesk) -> ScreenContext:
    assert person.window.desk is not None
    return person.window.desk.context


DIALOGS: dict[str, Make] = {
    "bare": lambda person, _: Asking(person),
    "patient": lambda person, _: PatientDialog(context(person), parent=person.window),
    "patient, edited": lambda person, practice: PatientDialog(context(person), practice.joao, parent=person.window),
    "escort": lambda person, practice: EscortDialog(context(person), practice.joao, parent=person.window),
    "import": lambda person, _: ImportDialog(context(person), parent=person.window),
    "clinical": lambda person, practice: ClinicalDialog(
        context(person), practice.joao, ClinicalProfile(practice.joao.id), parent=person.window
    ),
    "keys": lambda person, _: KeysDialog(person.window, [("Everywhere", person.window.actions())]),
    "crash": lambda person, _: CrashDialog(person.window, ValueError()),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_closed_dialog_is_gone(clerk_at_desk: AtTheDesk, practice: Practice, name: str) -> None:
    assert freed(lambda: DIALOGS[name](clerk_at_desk, practice))


@pytest.mark.parametrize("name", DIALOGS)
def test_accepted_dialog_is_gone(clerk_at_desk: AtTheDesk, practice: Practice, name: str) -> None:
    assert freed(lambda: DIALOGS[name](clerk_at_desk, practice), Dialog.accept)


@pytest.fixture
def asking(clerk_at_desk: AtTheDesk) -> Asking:
    dialog = Asking(clerk_at_desk)
    dialog.open()
    return dialog


def test_typing_starts_in_the_first_field(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    assert clerk_at_desk.window.focusWidget() is asking.first


def test_tab_goes_round_inside(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    reached = []
    for _ in range(4):
        clerk_at_desk.press(Qt.Key.Key_Tab)
        reached.append(clerk_at_desk.window.focusWidget().accessibleName())
    assert reached == ["Second", "Cancel", "Do it", "First"]
    clerk_at_desk.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert clerk_at_desk.window.focusWidget().accessibleName() == "Do it"


def test_escape_gives_up_and_gives_the_keyboard_back(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Patients")
    before = clerk_at_desk.find("Search patients")
    before.setFocus()
    dialog = Asking(clerk_at_desk)
    told: list[bool] = []
    dialog.closed.connect(told.append)
    dialog.open()
    clerk_at_desk.press(Qt.Key.Key_Escape)
    assert told == [False]
    assert clerk_at_desk.window.focusWidget() is before


def test_ctrl_enter_presses_the_main_button_once_while_it_works(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    clerk_at_desk.press(Qt.Key.Key_Return, CTRL)
    clerk_at_desk.press(Qt.Key.Key_Return, CTRL)
    assert asking.pressed == 1


def test_plain_enter_in_a_field_does_not_save(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    clerk_at_desk.press(Qt.Key.Key_Return)
    assert asking.pressed == 0


def test_where_the_field_it_came_from_takes_nothing_any_more_the_keyboard_goes_on(clerk_at_desk: AtTheDesk) -> None:
    field = QLineEdit(clerk_at_desk.window)
    field.show()
    field.setFocus()
    dialog = Asking(clerk_at_desk)
    dialog.open()
    field.setEnabled(False)  # what it did closed the session behind it
    dialog.accept()
    assert not dialog.isVisible()
    assert clerk_at_desk.window.focusWidget() not in {None, field}
    field.deleteLater()


def test_nothing_is_given_up_while_it_works(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    clerk_at_desk.press(Qt.Key.Key_Return, CTRL)
    clerk_at_desk.press(Qt.Key.Key_Escape)
    assert asking.isVisible()


def test_keys_of_the_window_do_not_act_beneath(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    clerk_at_desk.press(Qt.Key.Key_2, CTRL)
    clerk_at_desk.press(Qt.Key.Key_L, CTRL)
    assert clerk_at_desk.window.top.title.text() == "Day"
    assert asking.isVisible()


def test_keyboard_comes_back_when_something_beneath_takes_it(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    clerk_at_desk.window.top.search.setFocus()
    assert asking.isAncestorOf(clerk_at_desk.window.focusWidget())


def test_only_the_topmost_dialog_keeps_the_keyboard(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    above = Asking(clerk_at_desk)
    above.open()
    assert clerk_at_desk.window.focusWidget() is above.first
    above.reject()
    assert clerk_at_desk.window.focusWidget() is asking.first


def test_refusal_shows_every_finding_and_frees_the_button(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    clerk_at_desk.click("Do it")
    warned = Finding("gap", Severity.WARN, "Two days after the last session.")
    blocked = Finding("chair-taken", Severity.BLOCK, "Chair 3 is taken.", action="Choose another start.")
    asking.show_error(Refused([warned, blocked]))
    assert asking.findings.text().splitlines() == [
        "Not possible Chair 3 is taken. Choose another start.",
        "Note Two days after the last session.",
    ]
    assert clerk_at_desk.find("Do it", QPushButton).isEnabled()


def test_dialog_follows_its_window_and_never_leaves_it(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    clerk_at_desk.window.resize(1100, 640)
    assert asking.geometry() == clerk_at_desk.window.rect()
    assert asking.rect().contains(asking.card.geometry())


def test_dialog_grows_with_what_it_says(clerk_at_desk: AtTheDesk, asking: Asking) -> None:
    clerk_at_desk.reads()
    before = asking.card.height()
    asking.findings.show_sentence("Chair 3 was taken a second ago. Nothing was booked: choose another start.")
    clerk_at_desk.reads()
    assert asking.card.height() > before


def test_tab_goes_through_a_number_and_on(clerk_at_desk: AtTheDesk) -> None:
    dialog = Asking(clerk_at_desk)
    number = QSpinBox(accessibleName="Number")
    dialog.body.insertWidget(1, number)
    dialog.open()
    order = []
    for _ in range(4):
        clerk_at_desk.press(Qt.Key.Key_Tab)
        focused = clerk_at_desk.window.focusWidget()
        assert focused is not None
        order.append(focused.accessibleName())
    assert sorted(order) == ["Cancel", "Do it", "Number", "Second"]
    dialog.reject()


def test_the_keyboard_goes_to_the_board_when_what_it_was_on_has_gone(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Day")
    screen = clerk_at_desk.window.findChild(DayScreen)
    assert screen is not None
    gone = QPushButton("Gone", screen)
    gone.show()
    gone.setFocus()
    dialog = Asking(clerk_at_desk)
    dialog.open()
    gone.hide()
    dialog.reject()
    assert clerk_at_desk.window.focusWidget() is screen.board
