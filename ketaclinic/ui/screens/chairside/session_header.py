"""Who sits in the chair and where the session stands: name, record, allergies, dose, and the three steps.

Signals of `SessionHeader`: `left()` back to all chairs; `step_chosen(Step)`; `print_wanted()` the record on paper.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ketaclinic.domain.allergies import flagged
from ketaclinic.domain.encounters import EncounterView, Outcome, Step
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.chairside.elided_label import ElidedLabel
from ketaclinic.ui.screens.chairside.moments import hour_minute
from ketaclinic.ui.screens.chairside.number_field import plain
from ketaclinic.ui.widgets.pill import Pill

_STEPS = ((Step.BEFORE, "Before"), (Step.DURING, "During"), (Step.RECOVERY, "Recovery"), (Step.CLOSED, "Record"))
_WIDEST, _NAME, _FACTS = 230, 260, 150
_CLOSED_WIDEST, _CLOSED_NAME = 120, 200
"""Name and date of birth tell who it is: they are read in full before the allergies are; once closed there is a fourth
step and the outcome beside them."""
_ORDER = (Step.BEFORE, Step.DURING, Step.RECOVERY, Step.CLOSED)
_OUTCOMES = {
    Outcome.DISCHARGED: "Discharged",
    Outcome.LEFT_AGAINST_ADVICE: "Left against advice",
    Outcome.NOT_STARTED: "Not started",
}


class SessionHeader(QFrame):
    """The strip on top of the session page."""

    left = Signal()
    step_chosen = Signal(object)
    print_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Session")
        self.setProperty("kind", "top")
        self._name = ElidedLabel("title")
        self._facts = ElidedLabel("second")
        self._allergies = Pill("", "red")
        self._note = Pill("", "accent")
        self._closed = Pill("", "neutral")
        self._line = ElidedLabel("second")
        self._facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._facts.setMinimumWidth(_FACTS)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._back = QPushButton(icon("back"), "All chairs", accessibleName="Back to all chairs", toolTip="Esc")
        self._back.setProperty("large", True)
        self._print = QPushButton(icon("print"), "", accessibleName="Print the record", toolTip="Print record (Ctrl+P)")
        self._print.setProperty("large", True)
        self._steps = QButtonGroup(self)
        self._lay_out()
        self._back.clicked.connect(self.left)
        self._steps.idClicked.connect(self._step_clicked)
        self._print.clicked.connect(self.print_wanted)

    def _lay_out(self) -> None:
        first = QHBoxLayout(spacing=10)
        first.addWidget(self._name)
        first.addWidget(self._allergies)
        first.addWidget(self._note)
        first.addWidget(self._closed)
        first.addWidget(self._facts, 1)
        words = QVBoxLayout(spacing=1)
        words.addLayout(first)
        words.addWidget(self._line)
        steps = QHBoxLayout(spacing=4)
        for number, (_, title) in enumerate(_STEPS):
            button = QPushButton(title, checkable=True, accessibleName=f"Step {title}")
            button.setProperty("large", True)
            button.setMinimumWidth(96)
            self._steps.addButton(button, number)
            steps.addWidget(button)
        layout = QHBoxLayout(self, spacing=16)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self._back)
        layout.addLayout(words, 1)
        layout.addLayout(steps)
        layout.addWidget(self._print)

    def show_view(self, view: EncounterView, shown: Step) -> None:
        """Shows the patient and the steps; `shown` is the page in front."""
        header = view.header
        self._name.setText(header.name)
        self._allergies.set_text(
            f"Allergies: {header.allergies}" if header.allergies else "No allergy noted",
            "red" if flagged(header.allergies) else "neutral",
        )
        widest, longest = (_CLOSED_WIDEST, _CLOSED_NAME) if view.signed_at is not None else (_WIDEST, _NAME)
        self._allergies.setMinimumWidth(min(self._allergies.sizeHint().width(), widest))
        self._name.setMinimumWidth(min(self._name.sizeHint().width(), longest))
        self._allergies.setToolTip(header.allergies)
        self._note.setVisible(bool(header.note))
        self._note.set_text(header.note)
        self._note.setToolTip(header.note)
        born = f"born {text.day_month_year(header.born)}" if header.born is not None else "date of birth not known"
        age = f"{header.age} y" if header.age is not None else ""
        weight = f"{header.weight_kg:g} kg" if header.weight_kg is not None else "not weighed today"
        facts = (born, header.record, age, weight, header.chair, f"session {header.label}")
        self._facts.setText(" · ".join(f for f in facts if f))
        self._line.setText(dose_line(view))
        self._show_steps(view, shown)
        closed = view.signed_at is not None
        self._closed.setVisible(closed)
        if view.signed_at is not None:
            outcome = _OUTCOMES.get(Outcome(view.outcome), "Closed") if view.outcome else "Closed"
            self._closed.set_text(f"■ {outcome}, signed {hour_minute(view.signed_at, view.zone)} · read only")

    def hide_dose(self, hidden: bool) -> None:  # noqa: FBT001 - a slot
        """Takes the dose out of sight while a second person computes it."""
        self._line.setVisible(not hidden)

    def _show_steps(self, view: EncounterView, shown: Step) -> None:
        here = _ORDER.index(view.step)
        for number, (step, title) in enumerate(_STEPS):
            button = self._steps.button(number)
            passed = number < here
            button.setText(f"✓ {title}" if passed else title)
            button.setEnabled(number <= here)
            button.setChecked(step is shown)
            button.setVisible(step is not Step.CLOSED or view.signed_at is not None)

    def _step_clicked(self, number: int) -> None:
        self.step_chosen.emit(_STEPS[number][0])


def dose_line(view: EncounterView) -> str:
    """As in "41.2 mg = 4.12 mL of 10 mg/mL · 6.18 mL/h over 40 min · 0.5 mg/kg · Mood induction"."""
    dose = view.dose
    if dose is None:
        return " · ".join(p for p in (view.order or "no signed order", view.protocol) if p)
    amount = f"{plain(dose.mg)} mg = {plain(dose.ml)} mL of {plain(dose.concentration)} mg/mL"
    pump = f"{plain(dose.rate)} mL/h over {dose.minutes} min"
    return " · ".join((amount, pump, f"{plain(dose.mg_per_kg)} mg/kg", view.protocol))
