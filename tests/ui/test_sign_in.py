"""Who is there: tiles, PIN, and one clear sentence when it is wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ketaclinic.ui.sign_in import SignIn
from tests.desk import AtTheDesk


def wrong(someone: AtTheDesk) -> str:
    return someone.find("What is wrong", QLabel).text()


def test_everyone_who_works_here_has_a_tile(someone: AtTheDesk) -> None:
    for name in ("Ada Petrov, Front desk", "Helen Park, Manager", "Maria Ortiz, Nurse"):
        assert someone.sees(name)


def test_signing_in_opens_the_first_screen(someone: AtTheDesk) -> None:
    someone.sign_in("Ada Petrov")
    assert not someone.sees("PIN")
    assert someone.window.windowTitle() == "Day – ketaclinic"
    assert someone.sees("Signed in: Ada Petrov, Front desk")


def test_wrong_pin_is_said_at_the_field_and_can_be_typed_again(someone: AtTheDesk) -> None:
    someone.sign_in("Ada Petrov", "9999")
    assert wrong(someone)
    assert someone.find("PIN").property("wrong") is True
    assert someone.window.user is None
    someone.type("PIN", "1")
    assert wrong(someone) == ""
    someone.sign_in("Ada Petrov")
    assert someone.window.user is not None


def test_pin_without_a_name_asks_for_the_name(someone: AtTheDesk) -> None:
    someone.type("PIN", "1357")
    someone.press(Qt.Key.Key_Return)
    assert wrong(someone) == "Choose your name first."


def test_name_without_a_pin_asks_for_the_pin(someone: AtTheDesk) -> None:
    someone.click("Ada Petrov, Front desk")
    someone.click("Sign in")
    assert wrong(someone) == "Type your PIN."


def test_tab_stays_inside_the_sign_in(someone: AtTheDesk) -> None:
    someone.find("PIN").setFocus()
    reached = []
    for _ in range(6):
        someone.press(Qt.Key.Key_Tab)
        reached.append(someone.window.focusWidget().accessibleName())
    assert reached == [
        "Sign in",
        "Ada Petrov, Front desk",
        "Helen Park, Manager",
        "Maria Ortiz, Nurse",
        "PIN",
        "Sign in",
    ]


def test_no_pin_stays_in_the_field(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.window.lock()
    assert clerk_at_desk.value("PIN") == ""


def test_demonstration_names_its_users_and_their_pin(someone: AtTheDesk) -> None:
    window = someone.window
    cover = SignIn(window, window.ops, window.services, demonstration=True)
    assert cover.hint.text() == (
        "This is the demonstration clinic: every patient is invented. Choose anyone: the users desk, nurse, nurse2, "
        "prescriber and manager each have the PIN 1357."
    )
    assert window.sign_in.hint.text() == ""
    cover.deleteLater()
