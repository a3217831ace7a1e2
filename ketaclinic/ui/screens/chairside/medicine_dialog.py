"""A medicine given, or another intervention from the coded list, with dose, route and how it was ordered."""

from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QLabel

from ketaclinic.domain import events
from ketaclinic.domain.findings import ClinicError, Refused
from ketaclinic.ui.screens.chairside.event_dialogs import EventDialog, Segments, pick_list, text_field

_ORDERED = (("order", "In the order"), ("verbal", "Verbal order"), ("none", "No order yet"))


class MedicineDialog(EventDialog):
    """What was given; a medicine that the allergies speak against is asked again, then recorded and flagged."""

    kind, title_text, button_text = events.MEDICINE, "Give medicine", "Record medicine"

    def fill(self) -> None:
        catalog = self.acts.context.catalog.observations
        self._kinds = {i.code: i for i in catalog.interventions}
        self._confirmed = ""
        self._what = pick_list("Medicine or intervention", tuple((i.code, i.text) for i in catalog.interventions))
        self._dose = text_field("Dose with its unit", "e.g. 4 mg")
        self._route = text_field("Route", "e.g. IV")
        self._note = text_field("Note", "Note, if any")
        self._ordered = Segments("Ordered", _ORDERED, self._ordered_so)
        people = tuple((str(code), name) for code, name in self.view.prescribers)
        self._prescriber = pick_list("Prescriber of the verbal order", people)
        self._says = QLabel(wordWrap=True, visible=False)
        self._says.setProperty("kind", "warning")
        for label, field in (
            ("What", self._what),
            ("Dose", self._dose),
            ("Route", self._route),
            ("Ordered", self._ordered),
            ("Prescriber", self._prescriber),
            ("Note", self._note),
        ):
            self.add_row(label, field)
        self.form.setRowVisible(self._prescriber, False)
        self.body.addWidget(self._says)
        self._what.currentIndexChanged.connect(self._chosen)

    def _ordered_so(self) -> None:
        self.form.setRowVisible(self._prescriber, self._ordered.code == "verbal")
        self._tell()

    def _chosen(self) -> None:
        kind = self._kinds[self._what.currentData()]
        self._confirmed = ""
        self._dose.setPlaceholderText(f"e.g. {kind.dose}" if kind.dose else "with its unit")
        self._route.setPlaceholderText(f"e.g. {kind.route}" if kind.route else "")
        for field in (self._route, self._ordered):
            field.setEnabled(kind.medicine)
        self._tell()

    def _tell(self) -> None:
        """What follows from the choice: whether the order names it, who co-signs, when its effect is looked at."""
        code = self._what.currentData()
        kind = self._kinds.get(code)
        if kind is None:
            return
        parts = []
        if kind.rescue and code not in self.view.rescue_codes:
            parts.append("It does not stand in the order: choose verbal order or no order yet.")
        if kind.rescue or (kind.medicine and self._ordered.code in {"verbal", "none"}):
            parts.append("A prescriber co-signs the session.")
        if kind.response_minutes:
            parts.append(f"Vitals are due {kind.response_minutes} min after it.")
        self._says.setText(" ".join(parts))
        self._says.setVisible(bool(parts))
        self.fit()

    def gather(self) -> tuple[dict[str, Any], str]:
        code = self._what.currentData()
        if not code:
            return {}, "Choose what was given or done."
        note = {"note": self._note.text().strip()} if self._note.text().strip() else {}
        dose, route = self._dose.text().strip(), self._route.text().strip()
        if not self._kinds[code].medicine:
            return {"code": code, **({"dose": dose} if dose else {}), **note}, ""
        if not dose or not route:
            return {}, "Enter dose with its unit, and route."
        ordered = self._ordered.code
        if not ordered:
            return {}, "Say whether it stands in the order or was ordered verbally."
        given = {"code": code, "dose": dose, "route": route, "order": ordered, **note}
        if ordered == "verbal":
            person = self._prescriber.currentData()
            if not person:
                return {}, "Say which prescriber gave the verbal order."
            given["prescriber"] = int(person)
        return given, ""

    def send(self, data: dict[str, Any], at: datetime | None) -> None:
        kind = events.MEDICINE if self._kinds[data["code"]].medicine else events.INTERVENTION
        confirmed = self._confirmed == data["code"]
        self.acts.record_event(kind, data, at, self.done, self.failed, confirmed=confirmed)

    def failed(self, error: ClinicError) -> None:
        """Refused; where it is only asked again, pressing the button once more records it."""
        if isinstance(error, Refused) and any(f.code == "allergy-clash" for f in error.findings):
            self._confirmed = str(self._what.currentData())
            self.show_error(f"{error.findings[0].message} Press again to record it all the same; it will be flagged.")
            self.fit()
            return
        super().failed(error)
