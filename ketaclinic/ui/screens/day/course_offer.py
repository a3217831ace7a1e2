"""After one visit of a running course was moved: the offer to take the others along.

Signals of `CourseOffer`: `taken()`.
"""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ketaclinic.domain.appointments import MOVABLE, Status
from ketaclinic.domain.schedule import Inspection
from ketaclinic.domain.series import SeriesVisit
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.findings_panel import Notice


@dataclass(frozen=True, slots=True)
class MovedAlone:
    """One visit of a course that went from one place to another."""

    appointment_id: int
    was: datetime
    now: datetime
    chair_was: int
    chair_id: int

    @property
    def only_chair(self) -> bool:
        """Whether its time stayed the same."""
        return self.was == self.now


def following(inspection: Inspection) -> tuple[SeriesVisit, ...]:
    """The visits of the course after this one that may still be moved."""
    here = inspection.card.appointment
    return tuple(
        v
        for v in inspection.series.visits
        if v.starts_at > here.starts_at
        and v.appointment_id != here.id
        and Status(v.status) in MOVABLE
        and Status(v.status) is not Status.PROPOSED
    )


class CourseOffer(Notice):
    """Says that the others stay, and offers to change that."""

    taken = Signal()

    def __init__(self) -> None:
        super().__init__("", tone="accent", icon="series", title="Only this one moved")
        self.button = QPushButton("The others too…", accessibleName="The others too")
        self.button.clicked.connect(self.taken)
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 2)
        row.addWidget(self.button)
        row.addStretch(1)
        self.words.addLayout(row)
        self.hide()

    def offer(self, inspection: Inspection, moved: MovedAlone | None) -> None:
        """Shows itself where others follow, and goes with the next visit somebody looks at."""
        others = following(inspection)
        here = moved is not None and moved.appointment_id == inspection.card.appointment.id
        shown = here and moved is not None and not moved.only_chair and bool(others)
        self.setVisible(shown)
        if shown:
            stay = "stays" if len(others) == 1 else "stay"
            count = text.count(len(others), "later visit")
            self.say(f"{count} of this course {stay} where planned.", title="Only this one moved")


class CourseDesk(QObject):
    """Asks how many of the course go along with the visit that has gone alone."""

    def __init__(self, context: ScreenContext, offer: CourseOffer, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._offer, self._over = context, offer, over
        self.moved: MovedAlone | None = None
        offer.taken.connect(self._ask)

    def _ask(self) -> None:
        from ketaclinic.ui.dialogs.edit_scope_dialog import EditScopeDialog  # noqa: PLC0415 - seldom needed

        moved = self.moved
        if moved is None:
            return
        dialog = EditScopeDialog(
            self._over,
            self._context,
            moved.appointment_id,
            moved.chair_id,
            moved.now,
            moved_from=(moved.chair_was, moved.was),
        )
        dialog.moved.connect(self._taken)
        dialog.open()

    def _taken(self, _visits: object) -> None:
        self.moved = None
        self._offer.hide()
