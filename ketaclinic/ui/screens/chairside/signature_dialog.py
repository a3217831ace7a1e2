"""The second signature of one checklist point."""

from PySide6.QtWidgets import QLabel, QWidget

from ketaclinic.domain.encounters import ItemView
from ketaclinic.domain.people import Role, User
from ketaclinic.services.charting import Charting
from ketaclinic.ui.screens.chairside.second_person_dialog import SecondPersonDialog
from ketaclinic.ui.screens.chairside.session_acts import SessionActs

_CLINICAL = (Role.NURSE, Role.PRESCRIBER)


class SignatureDialog(SecondPersonDialog):
    """Another person confirms a point with their own PIN."""

    def __init__(self, parent: QWidget, acts: SessionActs, checklist_id: str, item: ItemView) -> None:
        self._checklist_id, self._item = checklist_id, item.item
        roles = tuple(Role(role) for role in item.item.second_roles) or _CLINICAL
        super().__init__(parent, acts, "Second signature", who="Second person", roles=roles, button="Sign")

    def fill(self) -> None:
        text = QLabel(self._item.text, wordWrap=True)
        text.setProperty("kind", "strong")
        self.body.addWidget(text)
        if self._item.help:
            self.body.addWidget(QLabel(self._item.help, wordWrap=True))

    def work(self, charting: Charting, by: User, encounter_id: int, second: User) -> object:
        return charting.answer(by, encounter_id, self._checklist_id, self._item.code, True, second=second)
