"""What a change would break among the visits booked, before it is saved: who, when, why, and what to do.

Signals of `BrokenDialog`: `taken()` it is to be saved all the same; `repair_asked()` the day is to be repaired instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.capacity_change import BrokenVisit, whole_day
from ketaclinic.domain.repair import OutageKind
from ketaclinic.ui import text
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_MOST = 60
_ROOM = 330
_LETTERS = 42


@dataclass(frozen=True, slots=True)
class Foresight:
    """How a form looks ahead before it saves.

    Attributes:
        look: off the window's thread; the visits that what was typed would break.
        blocks: whether it cannot be saved over them (a closure cannot lie over visits), or only should not.
        repair: the arguments that open the day to be repaired; None where repairing is not the answer.
    """

    look: Callable[[dict[str, Any]], tuple[BrokenVisit, ...]]
    blocks: bool = False
    repair: Callable[[dict[str, Any], tuple[BrokenVisit, ...]], dict[str, Any]] | None = None


def repair_of(
    broken: Sequence[BrokenVisit], out: tuple[OutageKind, int], hours: tuple[datetime, datetime], reason: str
) -> dict[str, Any]:
    """What opens the first day concerned, to be repaired around who or what is out."""
    day = broken[0].card.appointment.starts_at.date()
    begin, end = whole_day(day)
    kind, out_id = out
    since = max(hours[0], begin)
    repair = {
        "kind": kind,
        "id": out_id,
        "chair": out_id if kind is OutageKind.CHAIR else None,
        "since": since,
        "from": since,
        "until": min(hours[1], end),
        "reason": reason,
    }
    return {"day": day, "repair": repair}


class BrokenList(QScrollArea):
    """The visits, a row each: day and hours, name, reason; reasons of any length wrap."""

    def __init__(self, broken: Sequence[BrokenVisit]) -> None:
        super().__init__(
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            accessibleName="Visits concerned",
        )
        inside = QWidget(objectName="scrolled")
        grid = QGridLayout(inside, horizontalSpacing=16, verticalSpacing=10)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 3)
        for row, one in enumerate(broken[:_MOST]):
            visit = one.card.appointment
            when = QLabel(f"{text.weekday_day(visit.starts_at.date())}\n{text.span(visit.starts_at, visit.ends_at)}")
            when.setProperty("kind", "second")
            for column, widget in enumerate(
                (when, WrappedText(13, one.card.patient_name), WrappedText(13, one.text, bold=False))
            ):
                grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop)
        if len(broken) > _MOST:
            more = QLabel(f"and {text.count(len(broken) - _MOST, 'more visit')}")
            more.setProperty("kind", "second")
            grid.addWidget(more, _MOST, 0, 1, 3)
        grid.setRowStretch(min(len(broken), _MOST) + 1, 1)
        self.setWidget(inside)
        self.setFixedHeight(min(_ROOM, sum(_height(one) for one in broken[:_MOST])))


def _height(one: BrokenVisit) -> int:
    """About the height of a row, its gap included: two lines, or as many as its words need."""
    lines = max(2, -(-len(one.text) // _LETTERS), -(-len(one.card.patient_name) // (_LETTERS // 2)))
    return 19 * lines + 12


class BrokenDialog(Dialog):
    """Asks what is to be done about visits that a change would break."""

    taken = Signal()
    repair_asked = Signal()

    def __init__(self, parent: QWidget, broken: Sequence[BrokenVisit], *, blocks: bool, repair: bool) -> None:
        many = text.count(len(broken), "visit")
        title = f"{many} in the way" if blocks else f"This leaves {many} out of place"
        super().__init__(parent, title, width=680)
        one = len(broken) == 1
        said = (
            f"This cannot be saved while {'it is' if one else 'they are'} booked then. What you typed is kept."
            if blocks
            else f"{'It stays' if one else 'They stay'} booked, marked red on the board until moved."
        )
        self.set_title(title, said)
        self.list = BrokenList(broken)
        self.body.addWidget(self.list)
        self.add_button("Back", self.reject)
        if repair:
            day = text.weekday_day(broken[0].card.appointment.starts_at.date())
            kind = "primary" if blocks else "plain"
            self.add_button(f"Repair {day}", self._repair, kind=kind, name="Repair this day")
        if not blocks:
            self.add_button("Save anyway", self._take, kind="primary")

    def _take(self) -> None:
        self.accept()
        self.taken.emit()

    def _repair(self) -> None:
        self.accept()
        self.repair_asked.emit()


class BrokenNotice(QWidget):
    """The same within another dialog, beneath its own words."""

    def __init__(self, broken: Sequence[BrokenVisit], *, blocks: bool) -> None:
        many = text.count(len(broken), "visit")
        said = f"{many} in the way; move them first" if blocks else f"This leaves {many} out of place"
        super().__init__(accessibleName=said)
        heading = QLabel(f"{said}:")
        heading.setProperty("kind", "section")
        self.list = BrokenList(broken)
        column = QVBoxLayout(self, spacing=10)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(heading)
        column.addWidget(self.list)
