"""The drug ledger at the chair: what is drawn for this session, and in one step what was given and what was wasted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.ledger_views import DrugAtChair
from ketaclinic.domain.permissions import may
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.pill import Pill


class DrugCard(QFrame):
    """Hidden where no ledger is kept; otherwise the one next step of the drug's account."""

    def __init__(self, acts: SessionActs, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Drug of this session")
        self.setProperty("kind", "card")
        self._acts = acts
        self._drug: DrugAtChair | None = None
        self._view: EncounterView | None = None
        title = QLabel("Drug")
        title.setProperty("kind", "heading")
        self._state = Pill()
        self._told = QLabel(wordWrap=True, accessibleName="What the drug ledger says")
        self._told.setProperty("kind", "second")
        self.draw = self._button("Draw…", "dose", self._draw)
        self.account = self._button("Given and waste…", "medicine", self._account)
        head = QHBoxLayout(spacing=10)
        head.addWidget(title)
        head.addWidget(self._state)
        head.addStretch(1)
        head.addWidget(self.draw)
        head.addWidget(self.account)
        layout = QVBoxLayout(self, spacing=4)
        layout.setContentsMargins(18, 10, 14, 12)
        layout.addLayout(head)
        layout.addWidget(self._told)
        self.hide()

    @staticmethod
    def _button(words: str, picture: str, slot: object) -> QPushButton:
        button = QPushButton(icon(picture), words, accessibleName=words.rstrip("…"))
        button.setProperty("large", True)
        button.clicked.connect(slot)
        return button

    def show_view(self, view: EncounterView) -> None:
        """Reads the account of the session that is shown."""
        context = self._acts.context
        user, ledger, number = context.user(), context.services.ledger, view.id
        other = self._view is None or self._view.id != view.id
        self._view = view
        if other:
            self.hide()
        if may(user.role, "ledger.at_chair"):
            context.ops.run(self, lambda: ledger.at_chair(user, number), self._show, latest="drug")

    def _show(self, drug: DrugAtChair | None) -> None:
        self._drug = drug
        view = self._view
        if drug is None or view is None:
            self.hide()
            return
        held, stopped = drug.session.drug, view.stopped_at is not None
        self._told.setText(held.words if held.balance.drawn_ug else "Nothing is written down as drawn yet.")
        done, due = held.reconciled, stopped and not held.reconciled
        self._state.set_text("✓ reconciled" if done else "! to account for" if due else "open", _TONES[done, due])
        signed = view.signed_at is not None
        out = drug.open_vial is not None
        self.draw.setVisible(not signed and not (stopped and held.balance.drawn_ug > 0))
        self.account.setVisible(not signed and stopped and out)
        self.setVisible(True)

    def _draw(self) -> None:
        from ketaclinic.ui.dialogs.ledger_entries import DrawDialog  # noqa: PLC0415 - opened from here or not

        if self._drug is not None:
            session = self._drug.session
            DrawDialog(self.window(), self._acts.context, self._drug.stock, (session,), session.chosen_vial).open()

    def _account(self) -> None:
        from ketaclinic.ui.screens.chairside.account_dialog import AccountDialog  # noqa: PLC0415 - likewise

        if self._drug is not None and self._drug.open_vial is not None:
            AccountDialog(self.window(), self._acts.context, self._drug).open()

    def focus(self) -> None:
        """Puts the keyboard on the next step."""
        for button in (self.account, self.draw):
            if button.isVisible():
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                return


_TONES = {(True, False): "green", (False, True): "amber", (False, False): "neutral"}
"""(accounted for, due)."""
