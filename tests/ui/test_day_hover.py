"""What the mouse at rest is told about a visit."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget

from ketaclinic.ui.settings import Settings
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]


def rest_on(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QEnterEvent(middle, middle, QPointF(widget.mapToGlobal(middle.toPoint()))))


def leave(widget: QWidget) -> None:
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def test_the_mouse_at_rest_is_told_everything_short(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    patient = clinic.patient("Silva, João")
    named = replace(patient.fields, preferred_name="Joca", note="Hard of hearing.")
    clinic.services.patients.edit(clinic.clerk, patient.id, patient.version, named)
    rest_on(desk.card("Silva"))
    desk.wait(desk.screen.hover.card.isVisible)
    words = desk.screen.hover.card.words
    assert words is not None
    assert words.text == (
        "Silva, João “Joca”\n"
        "Induction, twice a week, 1 of 1 · KC-0001\n"
        "Status: Scheduled\n"
        "Prep: 10:45–11:15\n"
        "Infusion: 11:15–11:55\n"
        "Recovery: 11:55–12:25\n"
        "Turnover: 12:25–12:40\n"
        "Phone: +1 312 555 0148\n"
        "Missing: consent, escort, order\n"
        "Note: Hard of hearing."
    )
    assert id_ in desk.screen.board.canvas.cards


def test_it_goes_with_the_mouse_and_never_takes_it(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    rest_on(desk.card("Silva"))
    desk.wait(desk.screen.hover.card.isVisible)
    place = desk.screen.hover.card.geometry().center()
    assert desk.screen.childAt(place) is not desk.screen.hover.card
    leave(desk.card("Silva"))
    assert not desk.screen.hover.card.isVisible()


def test_a_drag_opens_nothing(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    rest_on(desk.card("Silva"))
    with desk.dragging("Silva", 1, "12:00"):
        assert not desk.screen.hover._timer.isActive()
    assert not desk.screen.hover.card.isVisible()


def test_who_does_not_want_it_is_left_alone(clinic: ClinicForTests, desk: FrontDesk, tmp_path: Path) -> None:
    desk.context.settings = Settings(tmp_path / "window.ini")
    clinic.book("Silva, João", 3, "10:45")
    desk.screen.hover.set_wanted(wanted=False)
    rest_on(desk.card("Silva"))
    assert not desk.screen.hover._timer.isActive()
    assert not Settings(tmp_path / "window.ini").hover_card(clinic.clerk.id)
    assert Settings(tmp_path / "window.ini").hover_card(clinic.nurse.id)


def test_the_last_call_is_told(clinic: ClinicForTests, desk: FrontDesk) -> None:
    from ketaclinic.domain.calls import CallOutcome

    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.clock.at += timedelta(minutes=1)
    clinic.services.calls.record(clinic.clerk, id_, 1, CallOutcome.VOICEMAIL, "Rang twice")
    rest_on(desk.card("Silva"))
    desk.wait(desk.screen.hover.card.isVisible)
    words = desk.screen.hover.card.words
    assert words is not None
    assert ("Last call", "Voicemail, 23 Nov 09:01 · Ada Park · Rang twice", "") in words.rows
