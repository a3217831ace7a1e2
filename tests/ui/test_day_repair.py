"""The repair of a day at the board: asked for, looked at, adjusted by mouse and keys, saved, undone, given up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.people import Role
from ketaclinic.domain.repair import Outage, OutageKind, RepairCost, RepairPlan, RepairSearch
from ketaclinic.ui.dialogs.repair_dialog import RepairDialog
from ketaclinic.ui.screens.day.repair_line import ChangeLine
from ketaclinic.ui.screens.day.repair_overlay import RepairOverlay
from ketaclinic.ui.screens.day.repair_panel import RepairPanel
from tests.ui.front_desk import MONDAY, ClinicForTests, FrontDesk, clinic, dressed  # noqa: F401 - fixtures

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class RepairDeskForTests(FrontDesk):
    """The clerk who repairs a day."""

    def plan(self, who: str, since: str, until: str = "", reason: str = "") -> None:
        """Asks for a plan through the dialog."""
        QTest.keyClick(self.screen, Qt.Key.Key_R, CTRL)
        self.answer("Repair the day", who, since, until, reason)

    def answer(self, title: str, who: str, since: str, until: str = "", reason: str = "") -> None:
        dialog = self.dialog(title)
        self.choose("Who or what is out", who, dialog)
        self.type("Out from", since, dialog)
        if until:
            self.type("Out until", until, dialog)
        if reason:
            self.type("Reason", reason, dialog)
        self.press("Plan the repair", dialog)

    @property
    def panel(self) -> RepairPanel:
        return self.find(RepairPanel, "Repair of the day")

    @property
    def overlay(self) -> RepairOverlay:
        return self.find(RepairOverlay, "Repaired day")

    def repairing(self) -> bool:
        return any(panel.isVisible() for panel in self.window.findChildren(RepairPanel))

    def changes(self) -> list[str]:
        """Every line of the panel as it is spoken."""
        return [line.accessibleName() for line in self.panel.lines()]

    def choose_line(self, name: str) -> None:
        line = next(line for line in self.panel.findChildren(ChangeLine) if line.accessibleName().startswith(name))
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)

    def drag_on_overlay(self, chair: int, at: str, to_chair: int, to: str) -> None:
        overlay, canvas = self.overlay, self.screen.board.canvas
        grip = QPoint(0, 8)
        begin, end = (
            overlay.mapFromGlobal(canvas.mapToGlobal(self.place(c, t) + grip)) for c, t in ((chair, at), (to_chair, to))
        )
        QTest.mousePress(overlay, Qt.MouseButton.LeftButton, pos=begin)
        QTest.mouseMove(overlay, begin + QPoint(12, 12))
        QTest.mouseMove(overlay, end)
        QTest.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=end)


@pytest.fixture
def desk(
    qtbot: QtBot,
    clinic: ClinicForTests,  # noqa: F811
    dressed: QApplication,  # noqa: F811
) -> Iterator[RepairDeskForTests]:
    clinic.clock.at = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)  # 08:05
    clinic.book("Silva, João", 1, "13:00")
    clinic.book("Okafor, Chidinma", 2, "15:00")
    made = RepairDeskForTests(qtbot, clinic, clinic.clerk)
    yield made
    made.ops.stop()


def test_a_broken_chair_is_planned_over_the_board_and_nothing_is_saved_yet(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "11:00", reason="Pump broken")
    (change,) = desk.changes()
    assert change.startswith("Silva, João, 13:00 · Chair 1 → Chair ")
    assert desk.panel.cost.text() == "1 change of chair"
    assert desk.panel.proof.text().startswith("Proven best")
    assert desk.panel.out.text() == "Chair 1 out of use from 11:00: Pump broken"
    assert not desk.screen.inspector.isVisible()
    assert desk.clinic.place_of(1) == "Chair 1, 13:00"


def test_saving_moves_the_visit_and_undo_on_the_panel_brings_the_day_back(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "11:00")
    desk.press("Save the repair")
    assert desk.clinic.place_of(1) != "Chair 1, 13:00"
    assert desk.panel.proof.text() == "Nobody needs to ring."
    assert "The day is repaired. Ctrl+Z undoes it." in desk.told
    desk.press("Undo the repair")
    assert desk.clinic.place_of(1) == "Chair 1, 13:00"
    assert not desk.repairing()
    assert desk.screen.inspector.isVisible()


def test_giving_up_leaves_the_day_as_it_is(desk: RepairDeskForTests) -> None:
    desk.plan("The whole clinic", "12:00", "16:00")
    assert len(desk.changes()) == 2
    QTest.keyClick(desk.window.focusWidget() or desk.screen, Qt.Key.Key_Escape)
    assert not desk.repairing()
    assert desk.clinic.place_of(1) == "Chair 1, 13:00"
    assert desk.screen.board.canvas.isEnabled()


def test_who_must_be_rung_is_listed_with_number_soonest_first(desk: RepairDeskForTests) -> None:
    desk.plan("The whole clinic", "12:00")
    desk.press("Save the repair")
    assert desk.panel.proof.text() == "2 patients to ring, soonest first."
    assert [name.split(",")[0] for name in desk.changes()] == ["Silva", "Okafor"]
    assert all("ring +1 312 555 0148" in name for name in desk.changes())
    assert desk.find(QWidget, "Print call list").isEnabled()


def test_a_ghost_dragged_elsewhere_stays_there_and_the_rest_is_planned_again(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "11:00")
    assert desk.screen.repair.plan is not None
    to = desk.screen.repair.plan.moves[0].to
    assert to is not None
    chair = desk.screen.board.canvas.chair_ids.index(to.chair_id) + 1
    desk.drag_on_overlay(chair, "13:15", 4, "09:30")
    (change,) = desk.changes()
    assert change.endswith("→ 09:15 · Chair 4, 3 h 45 min earlier, ring +1 312 555 0148, chosen by hand")
    desk.press("Let the plan choose")
    assert "chosen by hand" not in desk.changes()[0]


def test_the_chosen_visit_is_carried_by_arrows_and_put_down_by_enter(desk: RepairDeskForTests) -> None:
    desk.plan("The whole clinic", "12:00", "13:30")
    desk.choose_line("Silva")
    overlay = desk.overlay
    overlay.setFocus()
    before = desk.changes()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(overlay, key)
    assert overlay.dragging
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    assert (overlay.dragging, desk.changes(), desk.repairing()) == (False, before, True)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(overlay, key)
    assert "Chair 3" in desk.changes()[0]
    assert "chosen by hand" in desk.changes()[0]


def test_another_place_is_typed_also_on_another_day(desk: RepairDeskForTests) -> None:
    desk.plan("The whole clinic", "12:00")
    desk.choose_line("Okafor")
    desk.panel.form.day.set_date(MONDAY + timedelta(days=2))
    desk.type("Start of the visit", "10:15")
    desk.choose("Chair of the visit", "Chair 3")
    desk.press("Put there")
    assert any("Okafor" in name and "Wed 25 Nov, 10:15 · Chair 3" in name for name in desk.changes())
    desk.press("Save the repair")
    assert desk.clinic.place_of(2) == "Chair 3, 10:15"


def test_a_place_that_cannot_be_is_said_and_not_saved(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "11:00")
    desk.choose_line("Silva")
    desk.type("Start of the visit", "17:30")
    desk.press("Put there")
    assert "outside the opening hours" in desk.panel.findings.text()
    desk.press("Save the repair")
    assert "Nothing was saved" in desk.panel.findings.text()
    assert desk.clinic.place_of(1) == "Chair 1, 13:00"


def test_a_start_that_is_no_time_is_said_where_it_was_typed(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "11:00")
    desk.choose_line("Silva")
    desk.type("Start of the visit", "half ten")
    desk.press("Put there")
    assert "is not a time of day" in desk.panel.form.sentence.text()


def test_something_else_that_is_out_is_added_to_the_plan(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "11:00")
    desk.press("Also out")
    desk.answer("Also out", "Chair 2", "11:00")
    assert desk.panel.out.text() == "Chair 1 out of use from 11:00\nChair 2 out of use from 11:00"
    assert desk.panel.cost.text() == "2 changes of chair"


def test_hours_that_cannot_be_keep_the_dialog_open_with_what_was_typed(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "14:00", "13:00", "Pump")
    dialog = desk.dialog("Repair the day")
    assert "must end after it begins" in dialog.findings.text()
    assert desk.find(QComboBox, "Who or what is out", dialog).currentText() == "Chair 1"


def test_who_is_not_on_duty_is_said_in_the_panel(desk: RepairDeskForTests) -> None:
    services, clinic_ = desk.clinic.services, desk.clinic
    other = services.users.add(clinic_.manager, "li", "Li Wen", Role.NURSE, "803417")
    starts = datetime(2026, 11, 23, 9)
    services.clinic.add_shifts(clinic_.manager, [(other.id, clinic_.location.id, starts, starts.replace(hour=12))])
    desk.plan("Nurse Li Wen", "13:00")
    assert "Li Wen is not on duty then" in desk.panel.findings.text()
    assert not desk.panel.save.isEnabled()


def test_a_change_at_another_desk_makes_the_plan_anew(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "11:00")
    desk.clinic.services.booking.move(desk.clinic.manager, 1, 1, desk.clinic.chair_id(3), datetime(2026, 11, 23, 13))
    assert desk.panel.cost.text() == "Everyone can stay where they are"
    desk.press("Save the repair")
    assert desk.clinic.place_of(1) == "Chair 3, 13:00"


def test_going_to_another_day_gives_the_repair_up(desk: RepairDeskForTests) -> None:
    desk.plan("Chair 1", "11:00")
    desk.screen.show_date(MONDAY + timedelta(days=1))
    assert not desk.repairing()


def test_a_patient_in_the_chair_stays_and_is_named(desk: RepairDeskForTests) -> None:
    clinic_ = desk.clinic
    clinic_.book("Hussein, Amal", 3, "08:15")
    visit = clinic_.services.floor.change_status(clinic_.clerk, 3, 1, Status.ARRIVED)
    clinic_.services.floor.change_status(clinic_.nurse, 3, visit.version, Status.CHECKED_IN)
    desk.plan("Chair 3", "08:30")
    assert "Hussein, Amal is in Chair 3 until 10:10" in desk.panel.findings.text()
    assert desk.panel.cost.text() == "Everyone can stay where they are"


def test_what_is_known_already_is_filled_in(desk: RepairDeskForTests) -> None:
    since = datetime(2026, 11, 23, 13)
    chair = desk.clinic.chair_id(2)
    known = {"kind": OutageKind.CHAIR, "id": chair, "since": since, "until": since.replace(hour=16), "reason": "Pump"}
    desk.screen.open({"day": MONDAY, "repair": known})
    dialog = desk.dialog("Repair the day")
    assert isinstance(dialog, RepairDialog)
    assert dialog.who.currentText() == "Chair 2"
    assert dialog.outage() == Outage(OutageKind.CHAIR, chair, since, since.replace(hour=16), "Pump")
    desk.press("Plan the repair", dialog)
    assert [name.split(",")[0] for name in desk.changes()] == ["Okafor"]


def test_while_it_searches_the_best_so_far_is_told_and_can_be_taken(
    qtbot: QtBot,
    clinic: ClinicForTests,  # noqa: F811
    dressed: QApplication,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A search that goes on until somebody takes what is found."""
    clinic.clock.at = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    clinic.book("Silva, João", 1, "13:00")
    service, enough = clinic.services.repair, Event()
    propose = service.propose

    def patient(*given: object, search: RepairSearch) -> RepairPlan:
        search.runs(enough.set)
        search.tell(RepairCost(moved=2, shift=75))
        assert enough.wait(60)
        return propose(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "propose", patient)
    desk = RepairDeskForTests(qtbot, clinic, clinic.clerk, inline=False)
    try:
        qtbot.waitUntil(lambda: desk.screen.view is not None)
        QTest.keyClick(desk.screen, Qt.Key.Key_R, CTRL)
        dialog = desk.dialog("Repair the day")
        qtbot.waitUntil(lambda: desk.find(QComboBox, "Who or what is out", dialog).count() > 0)
        desk.answer("Repair the day", "Chair 1", "11:00")
        panel = desk.panel
        qtbot.waitUntil(lambda: panel.looking.text() == "Best so far: 2 at another time, 1 h 15 min in all")
        assert not panel.save.isEnabled()
        desk.press("Take what is found")
        qtbot.waitUntil(panel.save.isEnabled, timeout=60_000)
        assert len(desk.changes()) == 1
    finally:
        enough.set()
        desk.ops.stop()
