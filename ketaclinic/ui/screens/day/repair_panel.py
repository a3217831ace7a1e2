"""The panel of a repair: what is out, what changes, whom to ring, how good the plan is, and the way to save it.

Signals of `RepairPanel`: `save_wanted()`, `given_up()`, `more_wanted()` something else is out too, `enough()` take what
the search has found, `visit_chosen(int)`, `print_wanted()`, `undo_wanted()`.
"""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.repair import AppliedRepair, Outage, RepairCost, RepairPlan
from ketaclinic.domain.resources import Chair
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.day import repair_words as words
from ketaclinic.ui.screens.day.inspector_parts import cleared
from ketaclinic.ui.screens.day.repair_line import ChangeLine
from ketaclinic.ui.screens.day.repair_place import PlaceForm
from ketaclinic.ui.widgets.findings_panel import FindingsPanel

WIDTH = 348
_TICK = 100
"""Milliseconds between two looks at how long the search takes."""


class RepairPanel(QFrame):
    """Stands in the place of the inspector while a day is repaired."""

    save_wanted = Signal()
    given_up = Signal()
    more_wanted = Signal()
    enough = Signal()
    visit_chosen = Signal(int)
    print_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__(accessibleName="Repair of the day")
        self.setProperty("kind", "card")
        self.setFixedWidth(WIDTH)
        self.plan: RepairPlan | None = None
        self._chairs: tuple[Chair, ...] = ()
        self._seconds = 10.0
        self._since = QElapsedTimer()
        self._clock = QTimer(self, interval=_TICK)
        self._clock.timeout.connect(self._tick)
        self._build(today)
        self._lay_out()
        self.hide()

    def _build(self, today: Callable[[], date]) -> None:
        self.title = QLabel(wordWrap=True, accessibleName="Repaired day")
        self.title.setProperty("kind", "heading")
        self.out = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText, accessibleName="Out")
        self.out.setProperty("kind", "second")
        self.more = QPushButton("Also out…", accessibleName="Also out")
        self.more.setProperty("kind", "link")
        self.more.setStyleSheet("padding-left: 0px; margin-left: 0px;")
        self.more.clicked.connect(self.more_wanted)
        self.looking = QLabel(wordWrap=True, accessibleName="Search")
        self.looking.setProperty("kind", "second")
        self.bar = QProgressBar(textVisible=False, accessibleName="Time of the search")
        self.stop = QPushButton("Take what is found", accessibleName="Take what is found")
        self.stop.clicked.connect(self.enough)
        self.cost = QLabel(wordWrap=True, accessibleName="What changes in all")
        self.cost.setProperty("kind", "strong")
        self.proof = QLabel(wordWrap=True, accessibleName="Proof")
        self.findings = FindingsPanel()
        self.form = PlaceForm(today)
        self.save = QPushButton("Save the repair", accessibleName="Save the repair", toolTip="Ctrl+Enter")
        self.save.setProperty("kind", "primary")
        self.save.clicked.connect(self.save_wanted)
        self.leave = QPushButton("Give up", accessibleName="Give up", toolTip="Esc")
        self.leave.clicked.connect(self.given_up)
        self.print = QPushButton(icon("print", "on_accent"), "Print call list…", accessibleName="Print call list")
        self.print.setProperty("kind", "primary")
        self.print.clicked.connect(self.print_wanted)
        self.undo = QPushButton(icon("undo"), "Undo", accessibleName="Undo the repair", toolTip="Ctrl+Z")
        self.undo.clicked.connect(self.undo_wanted)

    def _lay_out(self) -> None:
        head = QVBoxLayout(spacing=4)
        head.setContentsMargins(18, 18, 18, 8)
        head.addWidget(self.title)
        head.addWidget(self.out)
        head.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        head.addSpacing(4)
        for widget in (self.looking, self.bar, self.stop, self.cost, self.proof):
            head.addWidget(widget)
        inside = QWidget(objectName="scrolled")
        self._lines = QVBoxLayout(spacing=2)
        column = QVBoxLayout(inside, spacing=10)
        column.setContentsMargins(8, 4, 8, 10)
        column.addWidget(self.findings)
        column.addLayout(self._lines)
        column.addStretch(1)
        self.area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        place = QVBoxLayout()
        place.setContentsMargins(12, 0, 12, 6)
        place.addWidget(self.form)
        foot = QHBoxLayout(spacing=8)
        foot.setContentsMargins(18, 10, 18, 18)
        for button in (self.save, self.print):
            foot.addWidget(button, 1)
        foot.addWidget(self.undo)
        foot.addWidget(self.leave)
        whole = QVBoxLayout(self, spacing=0)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addLayout(head)
        whole.addWidget(self.area, 1)
        whole.addLayout(place)
        whole.addLayout(foot)

    # what is shown

    def begin(self, day: date, outages: Sequence[Outage], names: Callable[[Outage], str], seconds: float) -> None:
        """The search for a day begins; the plan before it stays to be read, but cannot be saved."""
        self._show_parts(searching=True, saved=False)
        self.title.setText(f"Repair of {text.weekday_day(day)}")
        self.out.setText("\n".join(names(outage) for outage in outages))
        self._seconds = seconds
        self.looking.setText("Looking for the day with the fewest people moved…")
        self.bar.setRange(0, round(seconds * 1000))
        self.bar.setValue(0)
        self._since.start()
        self._clock.start()
        self.findings.show_findings(())
        self.show()

    def _tick(self) -> None:
        self.bar.setValue(min(self._since.elapsed(), self.bar.maximum()))

    def better(self, found: RepairCost) -> None:
        """The search has found a better day."""
        if self._clock.isActive():
            self.looking.setText(f"Best so far: {words.cost(found)}")

    def show_plan(self, plan: RepairPlan, chairs: tuple[Chair, ...]) -> None:
        """Shows the plan."""
        self._clock.stop()
        self.plan, self._chairs = plan, chairs
        self._show_parts(searching=False, saved=False)
        self.out.setText("\n".join(outage.text for outage in plan.outages))
        self.cost.setText(words.cost(plan.cost))
        self.proof.setText(words.proof(plan))
        self._tone_of_proof(plan)
        self.findings.show_findings(plan.findings)
        self._fill(plan)
        self.form.hide()
        self.area.verticalScrollBar().setValue(0)
        self.save.setEnabled(True)
        self.save.setFocus()

    def _tone_of_proof(self, plan: RepairPlan) -> None:
        self.proof.setProperty("kind", "good" if plan.optimal else "second")
        self.proof.style().polish(self.proof)

    def _fill(self, plan: RepairPlan) -> None:
        cleared(self._lines)
        for consequence, title, remark in words.GROUPS:
            moves = [move for move in plan.moves if move.consequence == consequence]
            if not moves:
                continue
            heading = QLabel(f"{title} ({len(moves)})")
            heading.setProperty("kind", "section")
            heading.setContentsMargins(10, 8, 8, 0)
            small = QLabel(remark)
            small.setProperty("kind", "small")
            small.setContentsMargins(10, 0, 8, 2)
            self._lines.addWidget(heading)
            self._lines.addWidget(small)
            for move in moves:
                line = ChangeLine(move, self._chairs)
                line.visit_chosen.connect(self.visit_chosen)
                self._lines.addWidget(line)

    def choose(self, card: Card | None, place: PlannedSession | None, *, fixed: bool) -> None:
        """Marks the line of a visit and offers another place for it; None for no visit."""
        for line in self.lines():
            line.setChecked(card is not None and line.move_of.card.appointment.id == card.appointment.id)
            if line.isChecked():
                self.area.ensureWidgetVisible(line, 0, 20)
        if card is None or place is None:
            self.form.hide()
        else:
            self.form.show_visit(card, place, self._chairs, fixed=fixed)

    def lines(self) -> list[ChangeLine]:
        """Every change shown, in order."""
        items = (self._lines.itemAt(index).widget() for index in range(self._lines.count()))
        return [widget for widget in items if isinstance(widget, ChangeLine)]

    def show_error(self, sentence: str) -> None:
        """A refusal: the search or the saving came to nothing."""
        self._clock.stop()
        self._show_parts(searching=False, saved=False)
        self.findings.show_sentence(sentence, title="Nothing was saved")
        self.save.setEnabled(False)
        self.leave.setFocus()

    def show_saved(self, applied: AppliedRepair, plan: RepairPlan) -> None:
        """The repair is saved: whom to ring now."""
        self._show_parts(searching=False, saved=True)
        calls = plan.to_call
        self.cost.setText("Saved")
        people = text.count(len(calls), "patient")
        self.proof.setText(f"{people} to ring, soonest first." if calls else "Nobody needs to ring.")
        self.proof.setProperty("kind", "second")
        self.proof.style().polish(self.proof)
        if applied.to_place:
            self.proof.setText(f"{self.proof.text()} {text.count(applied.to_place, 'visit')} on the pinboard.")
        cleared(self._lines)
        for move in calls:
            self._lines.addWidget(ChangeLine(move, self._chairs))
        self.form.hide()
        self.print.setVisible(bool(calls))
        (self.print if calls else self.leave).setFocus()

    def set_saving(self, *, saving: bool) -> None:
        """Holds the buttons while the operation runs."""
        self.save.setEnabled(not saving)
        self.leave.setEnabled(not saving)

    def _show_parts(self, *, searching: bool, saved: bool) -> None:
        for widget in (self.looking, self.bar, self.stop):
            widget.setVisible(searching)
        for widget in (self.cost, self.proof):
            widget.setVisible(not searching)
        self.more.setVisible(not searching and not saved)
        self.save.setVisible(not saved)
        self.save.setEnabled(not searching)
        self.leave.setEnabled(True)
        self.leave.setText("Close" if saved else "Give up")
        self.leave.setAccessibleName("Close" if saved else "Give up")
        for button in (self.print, self.undo):
            button.setVisible(saved)

    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]
        self._clock.stop()
