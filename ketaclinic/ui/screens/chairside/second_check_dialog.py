"""The second check: another user computes mg, mL and rate without seeing the first result (ISMP 1998, AHRQ PSNet)."""

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.typed_numbers import MILLIGRAMS, MILLILITRES, PUMP_RATE
from ketaclinic.services.charting import Charting
from ketaclinic.ui import text
from ketaclinic.ui.screens.chairside.measure_field import MeasureField
from ketaclinic.ui.screens.chairside.second_person_dialog import SecondPersonDialog
from ketaclinic.ui.screens.chairside.session_acts import SessionActs

_FIELDS = (
    ("mg", "Dose, mg", MILLIGRAMS),
    ("ml", "Drawn, mL", MILLILITRES),
    ("rate", "Pump rate, mL/h", PUMP_RATE),
)


class SecondCheckDialog(SecondPersonDialog):
    """Shows what a second person needs to compute with, never the result, and never the vial that was chosen."""

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView) -> None:
        self._view, self._unread = view, ""
        self._numbers: tuple[float, float, float] = (0.0, 0.0, 0.0)
        super().__init__(
            parent,
            acts,
            "Second check, blind",
            who="Second person",
            roles=(Role.NURSE, Role.PRESCRIBER),
            button="Compare",
            width=600,
            subtitle="Compute it yourself from the order, the weight and the label of the vial in your hand.",
        )

    def fill(self) -> None:
        header = self._view.header
        weight = "not entered yet" if header.weight_kg is None else f"{header.weight_kg:g} kg"
        given = QFormLayout()
        given.setHorizontalSpacing(14)
        dosing = self._view.dosing
        today = f"{number(dosing.mg_per_kg or 0.0, 3)} mg/kg, set by {dosing.titrated_by}"
        facts = (
            ("Patient", f"{header.name}, {header.record}"),
            ("Order", text.with_read_dates(self._view.order)),
            *((("Dose today", today),) if dosing.titrated_by else ()),
            ("Weight today", weight),
        )
        for label, said in facts:
            words, value = QLabel(label), QLabel(said, wordWrap=True)
            words.setProperty("kind", "label")
            words.setMinimumWidth(120)
            value.setProperty("kind", "strong")
            given.addRow(words, value)
        self.body.addLayout(given)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        self._fields = {}
        for key, label, wanted in _FIELDS:
            field = MeasureField(label, wanted, width=140)
            field.textChanged.connect(self.check)
            words = QLabel(label)
            words.setProperty("kind", "label")
            words.setMinimumWidth(120)
            words.setBuddy(field)
            form.addRow(words, field)
            self._fields[key] = field
        self.body.addLayout(form)

    def missing(self) -> str:
        lacking = [label for key, label, _ in _FIELDS if self._fields[key].number is None]
        return ", ".join(lacking)

    def check(self) -> None:
        super().check()
        troubles = [self._fields[key].judge() for key, _, _ in _FIELDS]
        trouble = next(filter(None, troubles), "")
        if trouble != self._unread:  # else what a refusal said stays
            self._unread = trouble
            self.findings.show_sentence(trouble, title="Cannot be read")

    def gather(self) -> None:
        mg, ml, rate = (self._fields[key].number or 0.0 for key, _, _ in _FIELDS)
        self._numbers = (mg, ml, rate)

    def work(self, charting: Charting, by: User, encounter_id: int, second: User) -> object:
        mg, ml, rate = self._numbers
        return charting.second_check(by, encounter_id, second, mg, ml, rate)
