"""A line above the list or the board: a place has become free, and how many may take it."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import Appointment
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.freed_slot import Candidate
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.elided_label import ElidedLabel


class FreedStrip(QFrame):
    """Not there until a place is free and somebody may take it; gone when the place is taken again."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Freed place offer")
        self.setProperty("kind", "panel")
        self._context = context
        self._place: tuple[int, datetime] | None = None
        self.words = ElidedLabel()
        self.show_button = QPushButton("Show who may take it", accessibleName="Show who may take it")
        self.show_button.clicked.connect(self.open_candidates)
        away = QPushButton(icon("close"), "", accessibleName="Leave the place free", toolTip="Leave the place free")
        away.setProperty("kind", "ghost")
        away.clicked.connect(self.forget)
        layout = QHBoxLayout(self, spacing=10)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.show_button)
        layout.addWidget(away)
        self.hide()

    def offer(self, visit: Appointment) -> None:
        """Looks who may take the place of a visit that left it, where its start is still to come."""
        if visit.starts_at > wall_now(self._context.clock, self._context.location.zone):
            self._place = visit.chair_id, visit.starts_at
            self._look()

    def refresh(self, changes: Changes | None) -> None:
        """Looks again after a change: somebody may have taken the place, or an undo given it back."""
        if changes is None or changes.touches("appointments", "waitlist", "series"):
            self._look()

    def _look(self) -> None:
        if self._place is None:
            return
        user, services, here = self._context.user(), self._context.services, self._context.location.id
        chair_id, starts_at = self._place
        self._context.ops.run(
            self,
            lambda: services.recall.candidates(user, here, chair_id, starts_at),
            self._show,
            self._taken,
            latest="freed",
        )

    def _show(self, candidates: tuple[Candidate, ...]) -> None:
        if self._place is None or not candidates:
            self.hide()
            return
        may = "1 person may take it" if len(candidates) == 1 else f"{len(candidates)} people may take it"
        said = f"{text.when(self._place[1])} is free again · {may}, {candidates[0].name} first"
        self.words.setText(said)
        self.show()

    def _taken(self, _error: ClinicError) -> None:
        self.hide()

    def forget(self) -> None:
        """The place stays free; nothing is said of it any more."""
        self._place = None
        self.hide()

    def open_candidates(self) -> None:
        """Who may take the place that was freed last; asks for the place where there is none."""
        from ketaclinic.ui.dialogs.freed_slot_dialog import FreedSlotDialog  # noqa: PLC0415 - opened from here or not

        chair_id, starts_at = self._place if self._place is not None else (None, None)
        self.forget()
        FreedSlotDialog(self.window(), self._context, chair_id, starts_at).open()
