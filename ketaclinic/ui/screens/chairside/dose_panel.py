"""Dose and pump: weight today, the vial that is really there, mg, mL and rate, the syringe, the blind second check.

Signals of `DosePanel`: `dose_set(DoseTyped)`, `titration_wanted()`, `second_check_wanted()`; `told(QWidget)` the
sentence that has just been said, to be brought into view.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError, Invalid, Severity
from ketaclinic.domain.typed_numbers import MILLIGRAMS, MILLILITRES, WEIGHT
from ketaclinic.ui import text
from ketaclinic.ui.screens.chairside.icon_mark import IconMark
from ketaclinic.ui.screens.chairside.measure_field import MeasureField
from ketaclinic.ui.screens.chairside.number_field import plain
from ketaclinic.ui.screens.chairside.vial_box import VialBox

_NUMBERS = (("mg", "mg"), ("ml", "mL"), ("rate", "mL/h"))
_FIELD = 84
_SYRINGE = frozenset({"mg", "ml"})


@dataclass(frozen=True, slots=True)
class DoseTyped:
    """What stands in the panel: weight and vial, and the syringe once it is typed."""

    weight_kg: float
    concentration: float
    confirmed: bool = False
    vial_id: int | None = None
    mg: float | None = None
    ml: float | None = None


class DosePanel(QFrame):
    """A card; nothing in it is pre-filled, the vial least of all."""

    dose_set = Signal(object)
    titration_wanted = Signal()
    second_check_wanted = Signal()
    told = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Dose and pump")
        self.setProperty("kind", "card")
        self._view: EncounterView | None = None
        self._locked = False
        self._order = _words("", "The order")
        self._weight = MeasureField("Weight today, kg", WEIGHT, width=_FIELD)
        self._weight_beside = _words("small", "Weight in the order")
        self._today = _words("", "Dose today")
        self._titrate = QPushButton("Titrate…", accessibleName="Set another dose for today")
        self._titrate.setProperty("large", True)
        self._vials = VialBox()
        self._vial_label = _label("Vial, mg/mL")
        self._big: dict[str, QLabel] = {}
        self._vial_facts = _words("small", "The vial in the hand")
        self._mg = MeasureField("In the syringe, mg", MILLIGRAMS, width=_FIELD)
        self._ml = MeasureField("In the syringe, mL", MILLILITRES, width=_FIELD)
        self._problem = _words("error", "What is wrong with the dose")
        self._syringe_problem = _words("error", "What is wrong with the syringe")
        self._warning = _words("warning", "What to know of the dose")
        self._confirm = QPushButton("It is right", accessibleName="The weight is right", visible=False)
        self._confirm.setProperty("kind", "amber")
        self._confirm.setProperty("large", True)
        self._check_mark = IconMark()
        self._check_text = QLabel(wordWrap=True, accessibleName="How the second check stands")
        self._second = QPushButton("Second check…", accessibleName="Second check")
        self._second.setProperty("large", True)
        self._lay_out()
        self._weight.editingFinished.connect(self._choice_changed)
        self._vials.chosen.connect(self._choice_changed)
        self._mg.editingFinished.connect(self._syringe_changed)
        self._ml.editingFinished.connect(self._syringe_changed)
        self._mg.returnPressed.connect(self._ml.setFocus)
        self._titrate.clicked.connect(self.titration_wanted)
        self._second.clicked.connect(self.second_check_wanted)
        self._confirm.clicked.connect(self._confirm_clicked)

    def _lay_out(self) -> None:
        title = QLabel("Dose and pump")
        title.setProperty("kind", "heading")
        grid = QGridLayout(horizontalSpacing=10, verticalSpacing=8)
        for row, (label, line) in enumerate(
            (
                (_label("Weight today"), _row(self._weight, QLabel("kg"), self._weight_beside)),
                (_label("Dose today"), _row(self._today, self._titrate)),
                (self._vial_label, _row(self._vials)),
            )
        ):
            grid.addWidget(label, row, 0)
            grid.addLayout(line, row, 1)
        grid.setColumnStretch(1, 1)
        numbers = QHBoxLayout(spacing=0)
        for key, unit in _NUMBERS:
            value = QLabel("–", accessibleName=f"Computed {unit}")
            value.setProperty("kind", "big")
            column = QVBoxLayout(spacing=0)
            column.addWidget(value)
            column.addWidget(_label(unit))
            numbers.addLayout(column, 1)
            self._big[key] = value
        syringe = QGridLayout(horizontalSpacing=10)
        syringe.addWidget(_label("In the syringe"), 0, 0)
        syringe.addLayout(_row(self._mg, QLabel("mg"), self._ml, QLabel("mL")), 0, 1)
        syringe.setColumnStretch(1, 1)
        layout = QVBoxLayout(self, spacing=10)
        layout.setContentsMargins(18, 14, 18, 16)
        for part in (title, self._order, grid, self._vial_facts, self._problem):
            layout.addLayout(part) if isinstance(part, QGridLayout) else layout.addWidget(part)
        layout.addWidget(self._confirm, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(numbers)
        layout.addWidget(_line())
        layout.addLayout(syringe)
        layout.addWidget(self._syringe_problem)
        layout.addWidget(self._warning)
        layout.addLayout(_row(self._check_mark, self._check_text, self._second, stretch=1))
        for one, other in (
            (self._weight, self._titrate),
            (self._titrate, self._vials),
            (self._vials, self._mg),
            (self._mg, self._ml),
            (self._ml, self._second),
        ):
            QWidget.setTabOrder(one, other)

    def show_view(self, view: EncounterView) -> None:
        """Shows the dose as it is computed now, and what is in the syringe."""
        self._view = view
        dosing, dose = view.dosing, view.dose
        missing = dosing.problem or "There is no signed order."
        order = view.order or f"{missing} A prescriber writes and signs it."
        self._order.say(text.with_read_dates(order))
        if view.header.weight_kg is not None and not self._weight.hasFocus():
            self._weight.setText(f"{view.header.weight_kg:g}")
        ordered = view.order_weight_kg
        self._weight_beside.say(f"{number(ordered, 1)} kg in the order" if ordered is not None else "")
        self._show_today(view)
        self._vials.offer(view.concentrations, dosing.vials)
        self._vial_label.setText("Vial, mg/mL" if dosing.vials is None else "Vial in the hand")
        if dose is not None:
            self._vials.show_choice(dose.concentration, dosing.vial_id)
        self._vial_facts.say(self._vials.facts)
        shown = dosing.computed or dose
        for key, _ in _NUMBERS:
            self._big[key].setText("–" if shown is None else plain(getattr(shown, key)))
        self._show_syringe(view)
        self._show_warnings(view)
        self._show_check(view)

    def _show_today(self, view: EncounterView) -> None:
        dosing = view.dosing
        if dosing.mg_per_kg is None:
            self._today.say("–")
        else:
            by = f"set by {dosing.titrated_by}" if dosing.titrated_by else "as ordered"
            self._today.say(f"{number(dosing.mg_per_kg, 3)} mg/kg, {by}")
        self._titrate.setVisible(dosing.between is not None and not self._locked)
        self._titrate.setEnabled(dosing.computed is not None)
        self._titrate.setToolTip("" if dosing.computed is not None else "First today's weight and the vial")

    def _show_syringe(self, view: EncounterView) -> None:
        dosing = view.dosing
        for field, place in ((self._mg, 0), (self._ml, 1)):
            field.setEnabled(dosing.computed is not None and view.started_at is None and not self._locked)
            if dosing.syringe is not None and not field.hasFocus():
                field.setText(plain(dosing.syringe[place]))
            elif dosing.syringe is None and not field.isModified():
                field.clear()

    def _show_warnings(self, view: EncounterView) -> None:
        dose = view.dose
        item = next((i for c in view.checklists for i in c.items if i.item.code == "dose"), None)
        found = item.findings if item is not None and view.started_at is None else (dose.findings if dose else ())
        blocks = any(f.severity is Severity.BLOCK for f in found)
        self._warning.say(text.with_read_dates(" ".join(dict.fromkeys(f.message for f in found))))
        self._warning.setProperty("kind", "error" if blocks else "warning")
        self._warning.style().polish(self._warning)

    def _show_check(self, view: EncounterView) -> None:
        agreed, differed = view.second_check.endswith("agreed"), view.dosing.differed
        if view.second_check:
            self._check_mark.set_mark("confirmed" if agreed else "block", "green" if agreed else "red", "Second check")
            again = ". Both compute again: the syringe first." if differed else ". Both compute again."
            self._check_text.setText(view.second_check + ("" if agreed else again))
        else:
            self._check_mark.set_mark("scheduled", "ink3", "Second check open")
            ready = view.dosing.syringe is not None
            self._check_text.setText("Second person computes blind" if ready else "Then a second person computes blind")
        self._second.setText("Again…" if agreed else "Second check…")
        self._second.setEnabled(view.dosing.syringe is not None and view.started_at is None and not self._locked)

    def refuse(self, error: ClinicError, *, asked_again: bool = False) -> None:
        """What was set was not taken, or only when somebody says that the weight is right."""
        found = getattr(error, "findings", ())
        subjects = {f.subject for f in found} | ({error.field} if isinstance(error, Invalid) else set())
        at_syringe = bool(subjects & _SYRINGE)
        words = " ".join(f.message for f in found) if at_syringe and found else str(error)
        self._tell("" if at_syringe else words, words if at_syringe else "")
        self._mg.mark(wrong="mg" in subjects)
        self._ml.mark(wrong="ml" in subjects)
        self._weight.mark(wrong="weight" in subjects)
        self._confirm.setVisible(asked_again)
        if at_syringe:  # what was typed stays, to be looked at beside the vial
            self._mg.setModified(True)
            self._ml.setModified(True)

    def taken(self) -> None:
        """What was set was taken: nothing is wrong here any more."""
        self._tell("", "")
        self._confirm.hide()
        for field in (self._weight, self._mg, self._ml):
            field.mark(wrong=False)
            field.setModified(False)

    def lock(self) -> None:
        """Once the infusion runs the dose is no longer set here."""
        self._locked = True
        self._vials.lock()
        for widget in (self._weight, self._mg, self._ml, self._second, self._titrate):
            widget.setEnabled(False)

    def _tell(self, of_dose: str, of_syringe: str) -> None:
        self._problem.say(text.with_read_dates(of_dose))
        self._syringe_problem.say(text.with_read_dates(of_syringe))
        if of_dose or of_syringe:
            self.told.emit(self._problem if of_dose else self._syringe_problem)

    def _choice_changed(self) -> None:
        weight, vial = self._weight.number, self._vials.concentration
        self._tell(self._weight.judge(), "")
        self._vial_facts.say(self._vials.facts)
        if weight is None or vial is None or self._locked:
            return
        view = self._view
        dose = view.dosing.computed if view is not None else None
        known = view.dosing.vial_id if view is not None else None
        if dose is not None and (dose.weight_kg, dose.concentration, known) == (weight, vial, self._vials.vial_id):
            return
        for field in (self._mg, self._ml):
            field.clear()
            field.setModified(False)
        self.dose_set.emit(DoseTyped(weight, vial, vial_id=self._vials.vial_id))

    def _syringe_changed(self) -> None:
        view, mg, ml = self._view, self._mg.number, self._ml.number
        self._tell("", self._mg.judge() or self._ml.judge())
        if view is None or view.dosing.computed is None or mg is None or ml is None or self._locked:
            return
        if not (self._mg.isModified() or self._ml.isModified()) or view.dosing.syringe == (mg, ml):
            return
        dose = view.dosing.computed
        self._mg.setModified(False)
        self._ml.setModified(False)
        self.dose_set.emit(DoseTyped(dose.weight_kg, dose.concentration, vial_id=view.dosing.vial_id, mg=mg, ml=ml))

    def _confirm_clicked(self) -> None:
        self._tell("", "")
        self._confirm.hide()
        weight, vial = self._weight.number, self._vials.concentration
        if weight is not None and vial is not None:
            self.dose_set.emit(DoseTyped(weight, vial, confirmed=True, vial_id=self._vials.vial_id))


class _Words(QLabel):
    """A label that takes no room while it says nothing."""

    def say(self, words: str) -> None:
        """Shows these words."""
        self.setText(words)
        self.setVisible(bool(words))


def _words(kind: str, name: str) -> _Words:
    label = _Words(wordWrap=True, accessibleName=name, visible=False)
    label.setProperty("kind", kind)
    return label


def _row(*parts: QWidget, stretch: int | None = None) -> QHBoxLayout:
    """Widgets side by side; labels that wrap, and the one at `stretch`, take what room there is."""
    row = QHBoxLayout(spacing=8)
    for place, part in enumerate(parts):
        grows = place == stretch or isinstance(part, _Words | VialBox)
        row.addWidget(part, 1 if grows else 0)
    if stretch is None and not any(isinstance(part, _Words | VialBox) for part in parts):
        row.addStretch(1)
    return row


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("kind", "line")
    return line


def _label(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("kind", "label")
    label.setMinimumWidth(96)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return label
