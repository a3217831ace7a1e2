"""Wires a checklist to the acts: answers are sent as given, what is refused or doubted is said at its place."""

from PySide6.QtCore import QObject

from ketaclinic.domain.encounters import ItemView
from ketaclinic.domain.findings import ClinicError, Refused, Severity
from ketaclinic.ui.screens.chairside.checklist_view import ChecklistPanel
from ketaclinic.ui.screens.chairside.item_dialogs import ask_item, override_item
from ketaclinic.ui.screens.chairside.session_acts import SessionActs


class ChecklistDesk(QObject):
    """The answers of one checklist, the same before the start and in recovery."""

    def __init__(self, panel: ChecklistPanel, acts: SessionActs) -> None:
        super().__init__(panel)
        self._panel, self._acts = panel, acts
        panel.answered.connect(self._answer)
        panel.confirmed.connect(self._confirm)
        panel.override_wanted.connect(self._override)
        panel.asked.connect(self._ask)

    def _answer(self, checklist_id: str, code: str, value: object) -> None:
        def refused(error: ClinicError) -> None:
            if can_be_confirmed(error):
                self._panel.ask_again(code, str(error), value)
            else:
                self._panel.refuse(code, str(error))

        self._acts.answer(checklist_id, code, value, refused, seen_at=self._panel.seen_at(code))

    def _confirm(self, checklist_id: str, code: str, value: object) -> None:
        def refused(error: ClinicError) -> None:
            self._panel.refuse(code, str(error))

        self._acts.answer(checklist_id, code, value, refused, seen_at=self._panel.seen_at(code), confirmed=True)

    def _override(self, item: ItemView) -> None:
        override_item(self._panel, self._acts, item)

    def _ask(self, checklist_id: str, item: ItemView) -> None:
        view = self._acts.view
        if view is not None:
            ask_item(self._panel, self._acts, view, checklist_id, item)


def can_be_confirmed(error: ClinicError) -> bool:
    """Whether a refusal only asks again: nothing in it blocks."""
    return isinstance(error, Refused) and all(f.severity is not Severity.BLOCK for f in error.findings)
