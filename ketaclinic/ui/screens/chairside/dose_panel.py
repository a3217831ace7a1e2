"""Dose and pump: weight today, the vial that is really there, mg, mL and rate, the blind second check.

Signals of `DosePanel`: `dose_set(weight, concentration, confirmed)`, `second_check_wanted()`.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import Severity
from ketaclinic.ui.screens.chairside.icon_mark import IconMark
from ketaclinic.ui.screens.chairside.number_field import NumberField, plain

_NUMBERS = (("mg", "mg"), ("ml", "mL"), ("rate", "mL/h"))


class DosePanel(QFrame):
    """A card; nothing in it is pre-filled, the vial least of all."""

    dose_set = Signal(float, float, bool)
    second_check_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Dose and pump")
        self.setProperty("kind", "card")
        self._view: EncounterView | None = None
        self._order = QLabel(wordWrap=True)
        self._order.setProperty("kind", "second")
        self._weight = NumberField("Weight today, kg", width=110)
        self._vials = QButtonGroup(self)
        self._vial_row = QHBoxLayout(spacing=8)
        self._big: dict[str, QLabel] = {}
        self._problem = QLabel(wordWrap=True, visible=False)
        self._problem.setProperty("kind", "error")
        self._warning = QLabel(wordWrap=True, visible=False)
        self._warning.setProperty("kind", "warning")
        self._confirm = QPushButton("It is right", accessibleName="The weight is right", visible=False)
        self._confirm.setProperty("kind", "amber")
        self._confirm.setProperty("large", True)
        self._check_mark = IconMark()
        self._check_text = QLabel(wordWrap=True)
        self._second = QPushButton("Second check…", accessibleName="Second check")
        self._second.setProperty("large", True)
        self._lay_out()
        self._weight.editingFinished.connect(self._changed)
        self._vials.idClicked.connect(self._changed)
        self._second.clicked.connect(self.second_check_wanted)
        self._confirm.clicked.connect(self._confirm_clicked)

    def _lay_out(self) -> None:
        title = QLabel("Dose and pump")
        title.setProperty("kind", "heading")
        grid = QGridLayout(horizontalSpacing=10, verticalSpacing=8)
        grid.addWidget(_label("Weight today"), 0, 0)
        weight = QHBoxLayout(spacing=8)
        weight.addWidget(self._weight)
        weight.addWidget(QLabel("kg"))
        weight.addStretch(1)
        grid.addLayout(weight, 0, 1)
        grid.addWidget(_label("Vial, mg/mL"), 1, 0)
        grid.addLayout(self._vial_row, 1, 1)
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
        check = QHBoxLayout(spacing=8)
        check.addWidget(self._check_mark)
        check.addWidget(self._check_text, 1)
        check.addWidget(self._second)
        layout = QVBoxLayout(self, spacing=10)
        layout.setContentsMargins(18, 14, 18, 16)
        layout.addWidget(title)
        layout.addWidget(self._order)
        layout.addLayout(grid)
        layout.addWidget(self._problem)
        layout.addWidget(self._confirm, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(numbers)
        layout.addWidget(self._warning)
        layout.addLayout(check)

    def show_view(self, view: EncounterView) -> None:
        """Shows the dose as it is computed now."""
        self._view = view
        self._order.setText(view.order or "There is no signed order. A prescriber writes and signs it.")
        self._make_vials(view.concentrations)
        if view.header.weight_kg is not None and not self._weight.hasFocus():
            self._weight.setText(f"{view.header.weight_kg:g}")
        dose = view.dose
        if dose is not None:
            for button in self._vials.buttons():
                button.setChecked(self._vials.id(button) == round(dose.concentration))
        for key, _ in _NUMBERS:
            self._big[key].setText("–" if dose is None else plain(getattr(dose, key)))
        warnings = [f.message for f in dose.findings] if dose is not None else []
        if dose is not None and dose.capped:
            warnings.insert(0, "The ceiling of the order cuts the dose.")
        self._warning.setText(" ".join(dict.fromkeys(warnings)))
        blocks = dose is not None and any(f.severity is Severity.BLOCK for f in dose.findings)
        self._warning.setProperty("kind", "error" if blocks else "warning")
        self._warning.style().polish(self._warning)
        self._warning.setVisible(bool(warnings))
        self._show_check(view)

    def _show_check(self, view: EncounterView) -> None:
        agreed = view.second_check.endswith("agreed")
        if view.second_check:
            self._check_mark.set_mark("confirmed" if agreed else "block", "green" if agreed else "red", "Second check")
            self._check_text.setText(view.second_check + ("" if agreed else ". Both compute again."))
        else:
            self._check_mark.set_mark("scheduled", "ink3", "Second check open")
            self._check_text.setText("Second person computes blind")
        self._second.setText("Again…" if view.second_check else "Second check…")
        self._second.setEnabled(view.dose is not None and view.started_at is None)

    def refuse(self, sentence: str, *, asked_again: bool = False) -> None:
        """What was set was not taken, or only when somebody says that the weight is right."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self._confirm.setVisible(asked_again)

    def lock(self) -> None:
        """Once the infusion runs the dose is no longer set here."""
        for widget in (self._weight, self._second, *self._vials.buttons()):
            widget.setEnabled(False)

    def _make_vials(self, concentrations: tuple[float, ...]) -> None:
        if len(self._vials.buttons()) == len(concentrations):
            return
        for value in concentrations:
            button = QPushButton(f"{value:g}", checkable=True, accessibleName=f"Vial of {value:g} mg/mL")
            button.setProperty("large", True)
            self._vials.addButton(button, round(value))
            self._vial_row.addWidget(button, 1)

    def _changed(self) -> None:
        weight, vial = self._weight.number, self._vials.checkedId()
        self._weight.mark(wrong=bool(self._weight.text()) and weight is None)
        if weight is None or vial < 0:
            return
        dose = self._view.dose if self._view is not None else None
        if dose is not None and (dose.weight_kg, dose.concentration) == (weight, float(vial)):
            return
        self.refuse("")
        self.dose_set.emit(weight, float(vial), False)

    def _confirm_clicked(self) -> None:
        self.refuse("")
        weight, vial = self._weight.number, self._vials.checkedId()
        if weight is not None and vial >= 0:
            self.dose_set.emit(weight, float(vial), True)


def _label(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("kind", "label")
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return label
