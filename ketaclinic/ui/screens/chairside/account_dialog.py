"""What the patient was given of a draw, and the rest of it wasted before a witness: one step after the stop."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.ledger import drawn_volume, micrograms, milligrams
from ketaclinic.domain.ledger_views import DrugAtChair
from ketaclinic.domain.people import User
from ketaclinic.services.ledger import Written
from ketaclinic.ui.dialogs.ledger_dialog import LedgerDialog
from ketaclinic.ui.form import Field
from ketaclinic.ui.screen import ScreenContext


class AccountDialog(LedgerDialog):
    """Proposes what the pump gave; the nurse looks and confirms. A rest asks for a witness with the own PIN."""

    def __init__(self, parent: QWidget, context: ScreenContext, drug: DrugAtChair) -> None:
        found = drug.open_vial
        if found is None:
            raise LookupError("nothing drawn for this session is open")
        self._drug, (self._vial, self._open) = drug, found
        told = (
            f"{drug.session.words}: {milligrams(self._open)} mg drawn from {self._vial.number}, "
            f"{self._vial.mg_per_ml} mg/mL, lot {self._vial.lot}."
        )
        super().__init__(parent, context, "Administered and waste", button="Write down", subtitle=told, columns=1)
        context.ops.run(self, context.services.users.who_may_sign_in, self._offer)
        proposed = min(drug.owed_ug, self._open)
        self.form.editor("amount").setText(milligrams(proposed))  # type: ignore[attr-defined]
        self.changed()

    def fields(self) -> Sequence[Field]:
        """How much was given, and how the rest was wasted."""
        return (
            Field("amount", "Administered, mg", required=True),
            Field("reason", "How the rest was wasted", placeholder="Into the waste container"),
        )

    @property
    def rest(self) -> int:
        """What is left of the draw, in micrograms."""
        return self._open - self.amount()

    def changed(self, *_: object) -> None:
        """Says what the rest is; without one nobody has to witness."""
        rest = self.rest
        wanted = rest > 0
        if wanted:
            volume = drawn_volume(rest, self._vial.mg_per_ml)
            self.form.set_hint("amount", f"The rest, {milligrams(rest)} mg ({volume} mL), is wasted before a witness.")
        else:
            self.form.set_hint("amount", "Nothing is left to waste." if rest == 0 else "")
        self.form.editor("reason").setEnabled(wanted)
        if wanted != self.witnessed:
            self.witnessed = wanted
            self.signing.setVisible(wanted)
            self.fit()
        self.check()

    def missing(self) -> str:
        """The amount, and how the rest was wasted."""
        try:
            given = micrograms(str(self.form.values()["amount"]))
        except ValueError as error:
            return str(error).rstrip(".")
        if given > self._open:
            return f"At most {milligrams(self._open)} mg were drawn"
        if given < self._open and len(self.form.values()["reason"].strip()) < 3:
            return "How the rest was wasted"
        return ""

    def gather(self) -> dict[str, Any]:
        """The form with its amount in micrograms."""
        return {**self.form.values(), "given_ug": self.amount()}

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:
        """Writes both down."""
        return self.context.services.ledger.account(
            by,
            self._drug.session.encounter_id,
            self._vial.id,
            values["given_ug"],
            values["reason"],
            pin,
            witness,
            self.command,
        )

    def succeeded(self, result: tuple[Written, ...]) -> None:
        """What was written, and what does not agree with the pump."""
        told = [f"{one.entry.kind.word} {milligrams(one.entry.amount_ug)} mg." for one in result]
        told += [finding.message for one in result for finding in one.findings]
        self.context.notify(" ".join(told))
