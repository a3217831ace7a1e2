"""What may not be booked so is booked all the same: with a reason, and with a second person's own PIN."""

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import Role
from ketaclinic.ui.dialogs.override_dialog import OverrideDialog, signatures
from tests.desk import Person
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed, freed

__all__ = ["clinic", "desk", "dressed"]

SHORT = Finding("nurse-load", Severity.OVERRIDE, "Too few nurses at 10:45.", override_roles=("manager",))
LATE = Finding("late-finish", Severity.OVERRIDE, "It could last until 18:20.", override_roles=("prescriber", "manager"))
NARROW = Finding("gap-short", Severity.OVERRIDE, "1 day after session 2.", override_roles=("prescriber",))
WIDE = Finding("gap-long", Severity.OVERRIDE, "9 days after session 2.", override_roles=("prescriber",))
CLOSED = Finding("closed", Severity.BLOCK, "The clinic is closed all day: Thanksgiving.")
GOOD_REASON = "Agreed with the patient on the telephone"

Ask = Callable[[Sequence[Finding]], tuple[OverrideDialog, Person, list[tuple[BookingOverride, ...]]]]


@pytest.fixture
def ask(clinic: ClinicForTests, desk: FrontDesk) -> Ask:
    """Asks the clerk Ada about findings; there are the manager Mara Lind and the prescriber Priya Rao."""
    clinic.services.users.add(clinic.manager, "priya", "Priya Rao", Role.PRESCRIBER, "720415")

    def asked(findings: Sequence[Finding]) -> tuple[OverrideDialog, Person, list[tuple[BookingOverride, ...]]]:
        answers: list[tuple[BookingOverride, ...]] = []
        dialog = OverrideDialog(desk.window, desk.context, findings)
        dialog.given.connect(answers.append)
        dialog.open()
        return dialog, Person(desk.window), answers

    return asked


def names(person: Person, label: str) -> list[str]:
    box = person.find(label, QComboBox)
    return [box.itemText(index) for index in range(box.count())]


def test_a_manager_signs_for_too_few_nurses(ask: Ask, clinic: ClinicForTests) -> None:
    dialog, clerk, answers = ask([SHORT])
    assert "Needs a manager" in clerk.reads()
    clerk.type("Reason", GOOD_REASON)
    clerk.choose("Manager", "Mara Lind · Manager")
    clerk.type("PIN of the manager", "482913")
    clerk.click("Override")
    assert answers == [(BookingOverride("nurse-load", GOOD_REASON, clinic.manager),)]
    assert freed(dialog)


def test_letters_of_the_reason_are_counted_without_spaces(ask: Ask) -> None:
    dialog, clerk, _ = ask([WIDE])
    clerk.type("Reason", "as  agreed  so")
    assert "5 more letters" in clerk.reads()
    assert not dialog.confirm.isEnabled()
    clerk.type("Reason", "as agreed so yes k")
    assert "1 more letter\n" in clerk.reads() + "\n"
    clerk.type("Reason", "as agreed so yes ok")
    assert dialog.confirm.isEnabled()


def test_a_wrong_pin_is_asked_for_again_and_nothing_typed_is_lost(ask: Ask) -> None:
    dialog, clerk, answers = ask([SHORT])
    clerk.type("Reason", GOOD_REASON)
    clerk.choose("Manager", "Mara Lind · Manager")
    clerk.type("PIN of the manager", "111111")
    clerk.click("Override")
    assert answers == []
    assert dialog.findings.text()
    assert (clerk.value("Reason"), clerk.value("Manager")) == (GOOD_REASON, "Mara Lind · Manager")
    assert clerk.value("PIN of the manager") == ""
    clerk.type("PIN of the manager", "482913")
    clerk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [(o.code, o.reason, o.approver.name) for o in answers[0] if o.approver] == [
        ("nurse-load", GOOD_REASON, "Mara Lind")
    ]


def test_a_long_gap_needs_a_reason_alone_and_becomes_a_task(ask: Ask) -> None:
    _, clerk, answers = ask([WIDE])
    assert "it becomes a task for the prescriber" in clerk.reads()
    assert clerk.all(QComboBox) == []
    clerk.type("Reason", GOOD_REASON)
    clerk.click("Override")
    assert answers == [(BookingOverride("gap-long", GOOD_REASON, None),)]


def test_what_blocks_is_shown_and_cannot_be_overridden(ask: Ask) -> None:
    dialog, clerk, answers = ask([CLOSED, SHORT])
    assert "Nobody may override this\nThe clinic is closed all day: Thanksgiving." in clerk.reads()
    assert not clerk.sees("Reason")
    assert not dialog.confirm.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert answers == []
    clerk.click("Back")
    assert freed(dialog)


def test_one_person_signs_for_all_they_may(ask: Ask, clinic: ClinicForTests) -> None:
    _, clerk, answers = ask([LATE, SHORT])
    assert names(clerk, "Manager") == ["Mara Lind · Manager"]
    clerk.type("Reason", GOOD_REASON)
    clerk.choose("Manager", "Mara Lind · Manager")
    clerk.type("PIN of the manager", "482913")
    clerk.click("Override")
    assert {(o.code, o.approver) for o in answers[0]} == {
        ("nurse-load", clinic.manager),
        ("late-finish", clinic.manager),
    }


def test_two_sign_where_nobody_may_allow_both(ask: Ask) -> None:
    dialog, clerk, answers = ask([NARROW, SHORT])
    clerk.type("Reason", GOOD_REASON)
    for label, who, pin in (
        ("Manager", "Mara Lind · Manager", "482913"),
        ("Prescriber", "Priya Rao · Prescriber", "1"),
    ):
        clerk.choose(label, who)
        clerk.type(f"PIN of the {label.lower()}", pin)
    clerk.click("Override")
    assert answers == []
    assert clerk.value("PIN of the manager") == "482913"
    clerk.type("PIN of the prescriber", "720415")
    clerk.click("Override")
    assert {(o.code, o.approver.name) for o in answers[0] if o.approver} == {
        ("nurse-load", "Mara Lind"),
        ("gap-short", "Priya Rao"),
    }
    assert freed(dialog)


def test_several_sessions_with_the_same_finding_are_overridden_once(ask: Ask) -> None:
    again = Finding("gap-long", Severity.OVERRIDE, "Session 4: 8 days after session 3.", override_roles=("prescriber",))
    _, clerk, answers = ask([WIDE, again])
    clerk.type("Reason", GOOD_REASON)
    clerk.click("Override")
    assert [o.code for o in answers[0]] == ["gap-long"]


def test_as_few_people_as_will_do_are_asked() -> None:
    groups = signatures([LATE, SHORT, WIDE, NARROW])
    assert groups == (
        (frozenset({Role.MANAGER}), (SHORT, LATE)),
        (frozenset({Role.PRESCRIBER}), (NARROW,)),
    )
