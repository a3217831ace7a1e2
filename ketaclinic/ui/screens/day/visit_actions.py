"""What may be done with the selected visit: the one next step as the main button, and everything else in menus.

Signals of `VisitActions`: `step_wanted(Transition)`, `move_wanted()`, `cancel_wanted()`, `print_wanted(str)` a kind of
handout, `patient_wanted()`, `session_wanted()`, `escort_wanted()`, `carry_wanted()` and `length_wanted()` by arrows,
`park_wanted()`, `call_wanted()`, `copy_wanted()`, `card_wanted()` the appointment card, `calendar_wanted()` the file.
"""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import IN_CHAIR, MOVABLE, OVER, Status, Transition
from ketaclinic.domain.handouts import Handout
from ketaclinic.domain.people import Role
from ketaclinic.domain.schedule import Inspection
from ketaclinic.ui import theme
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.day.carry import RESIZABLE
from ketaclinic.ui.screens.day.inspector_parts import KeyButton
from ketaclinic.ui.screens.day.steps import leaving_steps, other_steps, usual_step

_CLINICAL = frozenset({Role.NURSE, Role.PRESCRIBER})
_WAITS_FOR = {
    Status.ARRIVED: "A nurse checks the patient in.",
    Status.CHECKED_IN: "With the nurse: the session starts at the chair.",
    Status.INFUSING: "With the nurse until the infusion stops.",
    Status.RECOVERING: "Recovering; the nurse discharges.",
    Status.READY: "Ready; the nurse discharges.",
}
"""What the desk is told where the next step is not its own."""


class VisitActions(QWidget):
    """The foot of the inspector, and the menu of a card."""

    step_wanted = Signal(object)
    move_wanted = Signal()
    cancel_wanted = Signal()
    print_wanted = Signal(str)
    patient_wanted = Signal()
    session_wanted = Signal()
    escort_wanted = Signal()
    carry_wanted = Signal()
    length_wanted = Signal()
    park_wanted = Signal()
    call_wanted = Signal()
    copy_wanted = Signal()
    card_wanted = Signal()
    calendar_wanted = Signal()

    def __init__(self, role: Callable[[], Role]) -> None:
        super().__init__(accessibleName="What may be done")
        self._role = role
        self._inspection: Inspection | None = None
        self.usual: Transition | None = None
        self._handouts: tuple[Handout, ...] = ()
        self._build()
        self._lay_out()

    def _build(self) -> None:
        self.waits_for = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.waits_for.setProperty("kind", "small")
        self.main = KeyButton("Ctrl ↵")
        self.main.setMinimumHeight(40)
        self.main.clicked.connect(self.press_main)
        self.move_button = QPushButton("Move…", accessibleName="Move")
        self.move_button.clicked.connect(self.move_wanted)
        self.print_button = QPushButton("Print", accessibleName="Print")
        self.print_menu = QMenu(self.print_button)
        self.print_button.setMenu(self.print_menu)
        self.more_button = QPushButton("More", accessibleName="More")
        self.more_menu = QMenu(self.more_button)
        self.more_button.setMenu(self.more_menu)
        for button in (self.print_button, self.more_button):
            button.setProperty("menu", "true")

    def _lay_out(self) -> None:
        row = QHBoxLayout(spacing=8)
        for button in (self.move_button, self.print_button, self.more_button):
            row.addWidget(button, 1)
        column = QVBoxLayout(self, spacing=8)
        column.setContentsMargins(18, 10, 18, 18)
        column.addWidget(self.waits_for)
        column.addWidget(self.main)
        column.addLayout(row)

    def set_handouts(self, handouts: Sequence[Handout]) -> None:
        """What may be printed for a visit."""
        self._handouts = tuple(handouts)
        self.print_menu.clear()
        for handout in self._handouts:
            action = self.print_menu.addAction(handout.title)
            action.setData(handout.kind)
            action.triggered.connect(self._print)
        self.print_menu.addSeparator()
        self.print_menu.addAction(icon("print"), "Appointment card").triggered.connect(self.card_wanted)
        self.print_menu.addAction(icon("save"), "Calendar file…").triggered.connect(self.calendar_wanted)

    def show_visit(self, inspection: Inspection, today: date) -> None:
        """Shows what may be done with this visit."""
        self._inspection = inspection
        a = inspection.card.appointment
        self.usual = usual_step(inspection.next_steps, today=a.starts_at.date() == today)
        at_chair = self._opens_session()
        words = "Open session" if at_chair else self.usual.verb if self.usual else ""
        self.main.setVisible(bool(words))
        self.main.setText(words)
        self.main.setAccessibleName(words)
        waits = "" if words else _WAITS_FOR.get(a.status, "")
        self.waits_for.setText(waits)
        self.waits_for.setVisible(bool(waits))
        self.move_button.setEnabled(a.status in MOVABLE)
        self._fill(self.more_menu, inspection, whole=False)

    def _opens_session(self) -> bool:
        """Whether the next step is made by charting: at the chair, by a clinical role."""
        inspection = self._inspection
        return inspection is not None and inspection.card.appointment.status in IN_CHAIR and self._role() in _CLINICAL

    def menu_of(self, parent: QWidget) -> QMenu:
        """The menu of a card: the next step first, then everything else."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._inspection is not None:
            self._fill(menu, self._inspection, whole=True)
        return menu

    def _fill(self, menu: QMenu, inspection: Inspection, *, whole: bool) -> None:
        menu.clear()
        a = inspection.card.appointment
        if whole:
            self._add_first(menu, a.status)
        for step in other_steps(inspection.next_steps, self.usual):
            self._add_step(menu, step)
        menu.addSeparator()
        menu.addAction(icon("patient"), "Open patient").triggered.connect(self.patient_wanted)
        if a.status not in OVER:
            words = "Add escort…" if inspection.escort is None else "Change escort…"
            menu.addAction(icon("escort"), words).triggered.connect(self.escort_wanted)
        phone = inspection.patient.fields.phone
        if phone:
            menu.addAction(icon("phone"), f"Call {phone}").triggered.connect(self.call_wanted)
        menu.addAction(icon("document"), "Copy details").triggered.connect(self.copy_wanted)
        if whole:
            prints = menu.addMenu(icon("print"), "Print")
            for action in self.print_menu.actions():
                prints.addAction(action)
        if leaving_steps(inspection.next_steps):
            menu.addSeparator()
            menu.addAction(icon("cancelled"), "Cancel visit…").triggered.connect(self.cancel_wanted)

    def _add_first(self, menu: QMenu, status: Status) -> None:
        if self._opens_session():
            menu.addAction(icon("chairside"), "Open session").triggered.connect(self.session_wanted)
        elif self.usual is not None:
            self._add_step(menu, self.usual)
        if status in MOVABLE:
            menu.addSeparator()
            menu.addAction(icon("move"), "Move with arrows").triggered.connect(self.carry_wanted)
            menu.addAction(icon("day"), "Move to another day…").triggered.connect(self.move_wanted)
        if status in RESIZABLE:
            menu.addAction(icon("clock"), "Change length with arrows").triggered.connect(self.length_wanted)
        if status in MOVABLE:
            menu.addAction(icon("pin"), "Put on pinboard").triggered.connect(self.park_wanted)
        menu.addSeparator()

    def _add_step(self, menu: QMenu, step: Transition) -> None:
        action = menu.addAction(icon(theme.status(step.target).icon), step.verb)
        action.setData(step)
        action.triggered.connect(self._take_step)

    def _take_step(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.step_wanted.emit(action.data())

    def _print(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.print_wanted.emit(str(action.data()))

    def press_main(self) -> None:
        """The main button, also by Ctrl+Enter on the card."""
        if self._opens_session():
            self.session_wanted.emit()
        elif self.usual is not None:
            self.step_wanted.emit(self.usual)

    def open_print_menu(self) -> None:
        """Ctrl+P: the handouts of this visit above their button."""
        if self._inspection is not None:
            above = QPoint(0, -self.print_menu.sizeHint().height())
            self.print_menu.popup(self.print_button.mapToGlobal(above))
