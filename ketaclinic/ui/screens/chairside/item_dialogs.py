"""The dialogs that checklist points open, the same before the start and in recovery."""

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.checklists import ItemKind
from ketaclinic.domain.encounters import EncounterView, ItemView
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import Role
from ketaclinic.ui.screens.chairside.escort_dialog import EscortDialog
from ketaclinic.ui.screens.chairside.instrument_dialog import ask_scale
from ketaclinic.ui.screens.chairside.override_dialog import OverrideDialog
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.signature_dialog import SignatureDialog


def override_item(parent: QWidget, acts: SessionActs, item: ItemView) -> None:
    """Asks for the override of a point that is not met."""
    roles = item.item.override_roles or tuple(r for f in item.findings for r in f.override_roles)
    why = item.why or " ".join(f.message for f in item.findings)
    approvers = tuple(dict.fromkeys(Role(r) for r in roles))
    OverrideDialog(parent, acts, code=item.override_code, what=item.item.text, why=why, roles=approvers).open()


def override_finding(parent: QWidget, acts: SessionActs, finding: Finding) -> None:
    """Asks for the override of what stands against the start without being a point of the checklist."""
    approvers = tuple(Role(r) for r in finding.override_roles) or (Role.PRESCRIBER,)
    OverrideDialog(parent, acts, code=finding.code, what=finding.message, why=finding.action, roles=approvers).open()


def ask_item(parent: QWidget, acts: SessionActs, view: EncounterView, checklist_id: str, item: ItemView) -> None:
    """Opens the scale or the second signature of a point, or what its data can be put right with."""
    if item.item.kind is ItemKind.COMPUTED:
        if item.item.computed == "consent":
            acts.context.navigate("documents", {"patient_id": view.header.patient_id})
        else:
            EscortDialog(parent, acts, view).open()
        return
    if item.item.kind is ItemKind.INSTRUMENT:
        ask_scale(parent, acts, view, checklist_id, item)
    else:
        SignatureDialog(parent, acts, checklist_id, item).open()
