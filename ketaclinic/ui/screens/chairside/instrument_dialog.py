"""Asking the rating scale of a checklist point: by staff, from paper, or given to the patient at the chair."""

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.encounters import EncounterView, ItemView
from ketaclinic.ui.dialogs.score_dialog import ScoreDialog, ScoreFor
from ketaclinic.ui.screens.chairside.session_acts import SessionActs


def ask_scale(parent: QWidget, acts: SessionActs, view: EncounterView, checklist_id: str, item: ItemView) -> None:
    """Opens the scale of a checklist point; what is saved answers the point and is one of the patient's scores."""

    def decline() -> None:
        code = item.item.code
        acts.act(lambda c, by, n: c.answer(by, n, checklist_id, code, {"declined": True}))

    def saved(_kept: object) -> None:
        acts.reload()

    wanted = ScoreFor(
        patient_id=view.header.patient_id,
        name=view.header.name,
        instrument=item.item.instrument,
        encounter_id=view.id,
        decline=decline,
    )
    dialog = ScoreDialog(parent, acts.context, wanted)
    dialog.saved.connect(saved)
    dialog.open()
