"""A prescriber sets another dose for today, within what the order allows; the own PIN where a nurse is signed in."""

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.typed_numbers import MG_PER_KG
from ketaclinic.services.charting import Charting
from ketaclinic.ui.screens.chairside.measure_field import MeasureField
from ketaclinic.ui.screens.chairside.second_person_dialog import SecondPersonDialog
from ketaclinic.ui.screens.chairside.session_acts import SessionActs


class TitrateDialog(SecondPersonDialog):
    """One number; what was in the syringe and checked before is void."""

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView) -> None:
        self._view, self._unread = view, ""
        self._own = acts.context.user().role is Role.PRESCRIBER
        low, high = view.dosing.between or (0.0, 0.0)
        super().__init__(
            parent,
            acts,
            "Dose for today",
            who="Prescriber",
            roles=(Role.PRESCRIBER,),
            button="Set this dose",
            subtitle=(
                f"The order allows {number(low, 3)} to {number(high, 3)} mg/kg. "
                "Syringe and second check are made again after it."
            ),
        )
        self.second.setVisible(not self._own)

    def fill(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        self._dose = MeasureField("Dose today, mg/kg", MG_PER_KG, width=140)
        words = QLabel("Dose today, mg/kg")
        words.setProperty("kind", "label")
        words.setMinimumWidth(120)
        words.setBuddy(self._dose)
        form.addRow(words, self._dose)
        self.body.addLayout(form)
        self._dose.textChanged.connect(self.check)
        self._dose.returnPressed.connect(self.submit)

    def missing(self) -> str:
        return "" if self._dose.number is not None else "today's dose"

    def check(self) -> None:
        if not self._own:
            super().check()
            self._say_trouble()
            return
        lacking = self.missing()
        self.hint.setText(f"Still missing: {lacking}" if lacking else "")
        self._confirm.setEnabled(not lacking)
        self._say_trouble()

    def submit(self) -> None:
        if not self._own:
            super().submit()
        elif not self.missing():
            self.gather()
            self.set_busy(busy=True)
            self.acts.act(
                lambda charting, by, session: self._set(charting, by, session, None), self._done, self._failed
            )

    def gather(self) -> None:
        self._mg_per_kg = self._dose.number or 0.0

    def work(self, charting: Charting, by: User, encounter_id: int, second: User) -> object:
        return self._set(charting, by, encounter_id, second)

    def _set(self, charting: Charting, by: User, encounter_id: int, second: User | None) -> object:
        dosing = self._view.dosing
        if dosing.computed is None:
            raise LookupError("a titration without weight and vial")
        return charting.set_dose(
            by,
            encounter_id,
            dosing.computed.weight_kg,
            dosing.computed.concentration,
            vial_id=dosing.vial_id,
            mg_per_kg=self._mg_per_kg,
            attested_by=second,
        )

    def _say_trouble(self) -> None:
        trouble = self._dose.judge()
        if trouble != self._unread:  # else what a refusal said stays
            self._unread = trouble
            self.findings.show_sentence(trouble, title="Cannot be read")
