"""A line above the list or the board: a place has become free, and how many may take it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import Appointment
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.findings import ClinicError, Invalid
from ketaclinic.domain.freed_slot import Candidate
from ketaclinic.domain.recall import RecallKind
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.elided_label import ElidedLabel

_WAITS = frozenset({RecallKind.WAITING, RecallKind.TO_PLACE})
_MOST = 3
"""Places looked at after each change, the latest first."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place somebody left; by a move it is offered to those who wait, not to all who are due some time."""

    chair_id: int
    starts_at: datetime
    left_by: int
    moved: bool

    def takers(self, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
        """Who is named for it: never whoever has just left it."""
        return tuple(
            one for one in candidates if one.patient_id != self.left_by and (not self.moved or one.kind in _WAITS)
        )


_Found = tuple[_Place, tuple[Candidate, ...]] | None


class FreedStrip(QFrame):
    """Not there until a place is free and somebody may take it; gone when the place is taken again."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Freed place offer")
        self.setProperty("kind", "panel")
        self._context = context
        self._places: tuple[_Place, ...] = ()
        self._shown: _Place | None = None
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
        self._add((_Place(visit.chair_id, visit.starts_at, visit.patient_id, moved=False),))

    def offer_moved(self, visits: Iterable[Appointment]) -> None:
        """The same for the places visits had before they were moved, for those who wait."""
        self._add(_Place(one.chair_id, one.starts_at, one.patient_id, moved=True) for one in visits)

    def refresh(self, changes: Changes | None) -> None:
        """Looks again after a change: somebody may have taken the place, or an undo given it back."""
        if changes is None or changes.touches("appointments", "waitlist", "series"):
            self._look()

    def _add(self, places: Iterable[_Place]) -> None:
        now = wall_now(self._context.clock, self._context.location.zone)
        self._places = tuple(one for one in (*places, *self._places) if one.starts_at > now)[:_MOST]
        self._look()

    def _look(self) -> None:
        if not self._places:
            self.hide()
            return
        user, services, here = self._context.user(), self._context.services, self._context.location.id
        places = self._places

        def first() -> _Found:
            for place in places:
                try:
                    found = services.recall.candidates(user, here, place.chair_id, place.starts_at)
                except Invalid:  # its time has come meanwhile
                    continue
                if takers := place.takers(found):
                    return place, takers
            return None

        self._context.ops.run(self, first, self._show, self._taken, latest="freed")

    def _show(self, found: _Found) -> None:
        if found is None or found[0] not in self._places:
            self._shown = None
            self.hide()
            return
        self._shown, candidates = found
        may = "1 person may take it" if len(candidates) == 1 else f"{len(candidates)} people may take it"
        said = f"{text.when(self._shown.starts_at)} is free again · {may}, {candidates[0].name} first"
        self.words.setText(said)
        self.show()

    def _taken(self, _error: ClinicError) -> None:
        self._shown = None
        self.hide()

    def forget(self) -> None:
        """What is free stays free; nothing is said of it any more."""
        self._places, self._shown = (), None
        self.hide()

    def open_candidates(self) -> None:
        """Who may take the place that is offered; asks for the place where there is none."""
        from ketaclinic.ui.dialogs.freed_slot_dialog import FreedSlotDialog  # noqa: PLC0415 - opened from here or not

        shown = self._shown or (self._places[0] if self._places else None)
        chair_id, starts_at = (shown.chair_id, shown.starts_at) if shown is not None else (None, None)
        self.forget()
        FreedSlotDialog(self.window(), self._context, chair_id, starts_at).open()
