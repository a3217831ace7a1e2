"""An override: a second person of the right role, with their own PIN and a reason that shows on the record."""

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from ketaclinic.domain.people import Role, User
from ketaclinic.services.charting import Charting
from ketaclinic.ui.screens.chairside.second_person_dialog import SecondPersonDialog
from ketaclinic.ui.screens.chairside.session_acts import SessionActs


class OverrideDialog(SecondPersonDialog):
    """Asks the approver for name, PIN and a reason of the length the clinic wants."""

    def __init__(
        self, parent: QWidget, acts: SessionActs, *, code: str, what: str, why: str, roles: tuple[Role, ...]
    ) -> None:
        self._code, self._what, self._why = code, what, why
        self._least = int(acts.context.catalog.rules["clinical.override-reason"])
        self._reason_text = ""
        words = " or ".join(role.word for role in roles)
        super().__init__(
            parent,
            acts,
            f"Override: {what}",
            who=words or "Approver",
            roles=roles,
            button="Override",
            subtitle="It stands on the record with the name and the reason.",
        )

    def fill(self) -> None:
        if self._why:
            self.body.addWidget(QLabel(self._why, wordWrap=True))
        label = QLabel(f"Reason, at least {self._least} characters")
        label.setProperty("kind", "label")
        self._reason = QPlainTextEdit(accessibleName="Reason of the override", tabChangesFocus=True)
        self._reason.setFixedHeight(86)
        self._reason.textChanged.connect(self.check)
        self.body.addWidget(label)
        self.body.addWidget(self._reason)

    def missing(self) -> str:
        short = self._least - len(self._reason.toPlainText().strip())
        return f"{short} more characters of the reason" if short > 0 else ""

    def gather(self) -> None:
        self._reason_text = self._reason.toPlainText().strip()

    def work(self, charting: Charting, by: User, encounter_id: int, second: User) -> object:
        return charting.override(by, encounter_id, self._code, self._reason_text, second)
