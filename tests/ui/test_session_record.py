"""A signed session on screen: read only, with who signed it; printed, and added to."""

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from ketaclinic.db.models import DocumentRow
from ketaclinic.domain.encounters import Step
from ketaclinic.ui.dialogs.addendum_dialog import AddendumDialog
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.screens.chairside.chart_card import EarlierLegend
from tests.services.chairside_desk import Chairside
from tests.services.people_builders import STAFF_PIN
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs, freed

__all__ = ["at_chair", "chairs"]


@pytest.fixture
def signed(chairs: Chairside) -> int:
    """A session from the first question to the signature."""
    session = chairs.seated()
    chairs.start(session)
    chairs.run_through(session)
    chairs.recover(session)
    chairs.sign(session)
    return session


@pytest.fixture
def at_record(at_chair: NurseAtChair, chairs: Chairside, signed: int) -> NurseAtChair:
    """A nurse who has opened the signed session."""
    at_chair.screen.open({"appointment_id": chairs.view(signed).appointment_id})
    return at_chair


def labels(nurse: NurseAtChair) -> str:
    """Every word to be seen on the page."""
    page = nurse.screen.session.closed
    return " | ".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def filed(chairs: Chairside) -> list[int]:
    """Revisions of the record in the archive."""
    with chairs.store.reading() as session:
        rows = session.query(DocumentRow).filter_by(kind="session-record").order_by(DocumentRow.id)
        return [row.revision for row in rows]


def test_harm_19_a_signed_session_shows_who_signed_and_takes_nothing(at_record: NurseAtChair) -> None:
    said = labels(at_record)
    assert "Discharged · 23 Nov 2026, 10:10" in said
    assert "Maria Ortiz, nurse" in said
    assert "Second-checked" in said
    assert "Signed, revision 1. Nothing in it changes any more; what is missing is added." in said
    assert "Nothing was added since it was signed." in said
    assert not at_record.sees("Save row")
    at_record.press("Step Before")
    assert at_record.sees("Step Record")
    at_record.press("Step Record")
    assert at_record.sees("Add addendum")


def test_an_addendum_is_signed_with_meaning_and_pin_and_files_a_revision(
    qtbot: QtBot, at_record: NurseAtChair, chairs: Chairside
) -> None:
    at_record.press("Add addendum")
    dialog = at_record.dialog("Add addendum")
    assert isinstance(dialog, AddendumDialog)
    sign = at_record.find(QPushButton, "Sign addendum")
    assert not sign.isEnabled()
    at_record.press("Late entry")
    QTest.keyClicks(at_record.find(QPlainTextEdit, "Addendum"), "Called at noon: well.")
    dialog.pin.setText("0000")
    qtbot.mouseClick(sign, Qt.MouseButton.LeftButton)
    assert "wrong" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert dialog.text.toPlainText() == "Called at noon: well."  # nothing typed is lost
    dialog.pin.setText(STAFF_PIN)
    qtbot.mouseClick(sign, Qt.MouseButton.LeftButton)
    assert freed(dialog)
    at_record.settle()
    said = labels(at_record)
    assert "Late entry · 23 Nov 2026, 10:10 | Maria Ortiz, nurse | Called at noon: well." in said
    assert "Signed, revision 2 (1 addendum)" in said
    assert filed(chairs) == [2]


def test_the_record_is_printed_from_the_session(at_record: NurseAtChair, chairs: Chairside) -> None:
    at_record.press("Print record")
    dialog = at_record.dialog("Session record 1 of 6")
    assert isinstance(dialog, PrintDialog)
    assert filed(chairs) == [1]
    dialog.reject()
    assert freed(dialog)
    assert at_record.screen.print_here()  # Ctrl+P
    at_record.dialog("Session record 1 of 6").reject()
    at_record.screen.show_all()
    assert not at_record.screen.print_here()


def test_the_values_of_the_chart_are_read_with_the_arrows(qtbot: QtBot, at_record: NurseAtChair) -> None:
    card = at_record.screen.session.closed.chart
    assert not card.earlier_button.isVisible()  # it is the first
    chart = card.chart
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert chart.accessibleDescription().startswith("09:00: 121/76 (MAP 91)")
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.accessibleDescription().startswith("09:05: ")
    assert chart.reading == chart.data.points[1]
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.reading is None


def test_earlier_sessions_lie_under_the_chart_with_one_key(
    qtbot: QtBot, at_chair: NurseAtChair, chairs: Chairside
) -> None:
    patient = chairs.patient()
    first = chairs.seated(patient)
    chairs.start(first)
    chairs.run_through(first)
    chairs.recover(first)
    chairs.sign(first)
    chairs.clock.forward(hours=72)
    second = chairs.visit(patient, at=datetime(2026, 11, 26, 9, 0))
    chairs.arrive(second)
    at_chair.screen.open({"appointment_id": second})
    at_chair.screen.session.header.step_chosen.emit(Step.DURING)
    card = at_chair.screen.session.during.chart
    assert [line.label for line in card.chart.data.earlier] == ["1 of 6"]
    qtbot.keyClick(card.chart, Qt.Key.Key_E)
    assert card.earlier_button.isChecked()
    assert at_chair.find(EarlierLegend, "Earlier sessions").accessibleDescription() == (
        "1 of 6 on 23 Nov 2026, 41.2 mg over 40 min, PHQ-9 8"
    )
    qtbot.keyClick(card.chart, Qt.Key.Key_E)
    assert not card.earlier_button.isChecked()
    assert not card.findChild(EarlierLegend).isVisible()
