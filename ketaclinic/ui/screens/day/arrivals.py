"""Who waits and since when, and who should be here and is not: the panel beside the board of today.

Signals of `ArrivalsPanel`: `visit_wanted(int)` a line was chosen; `step_wanted(int)` the next step of its visit was.
"""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.calls import ArrivalRow
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.people import Role
from ketaclinic.ui import text, theme
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.card import empty_layout

_SHOWN_TABLES = ("appointments", "status_changes", "patients", "closures", "locations", "chairs", "shifts", "absences")
_CLINICAL = frozenset({Role.NURSE, Role.PRESCRIBER})
_LEFT, _RIGHT = 26, 8
_LINE = 18


def waiting_words(row: ArrivalRow) -> str:
    """How long: "waiting 12 min", "12 min late"."""
    if row.here:
        said = f"waiting {text.length(row.waiting_minutes)}"
        return f"{said}, {text.length(row.late_minutes)} past the start" if row.late_minutes else said
    return f"{text.length(row.late_minutes)} late, not here"


def what_would_do(row: ArrivalRow) -> str:
    """What beginning now would break and what would do; nothing while all is well."""
    if not row.findings:
        return ""
    return f"{row.findings[0].message} {row.findings[0].action}".strip()


class ArrivalLine(QAbstractButton):
    """One visit: name and time, how long, and what a late start would break. Signals: `chosen(int)`."""

    chosen = Signal(int)

    def __init__(self, row: ArrivalRow, tone: str) -> None:
        super().__init__(focusPolicy=Qt.FocusPolicy.TabFocus)
        self._row, self._tone = row, tone
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        begins = text.clock(row.card.appointment.starts_at)
        words = (row.card.patient_name, f"booked {begins}", row.chair, waiting_words(row), what_would_do(row))
        self.setAccessibleName(", ".join(filter(None, words)))
        self.setToolTip(self.accessibleName())
        self.clicked.connect(self._choose)
        theme.repaint_on_change(self)

    def _choose(self) -> None:
        self.chosen.emit(self._row.card.appointment.id)

    def sizeHint(self) -> QSize:
        return QSize(200, 46 + self._remark_height(max(self.width(), 160)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()  # the remark wraps elsewhere now

    def _remark_height(self, width: int) -> int:
        words = what_would_do(self._row)
        if not words:
            return 0
        room = QRect(0, 0, max(width - _LEFT - _RIGHT, 60), 400)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        return QFontMetrics(theme.font(12)).boundingRect(room, flags, words).height() + 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, visit = theme.tokens(), self._row.card.appointment
        look = tokens.status[visit.status]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(theme.color(tokens.focus), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(tokens.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.color(look.color))
        painter.setFont(theme.font(12, True))
        painter.drawText(QRect(8, 4, 16, 19), middle, look.glyph)
        wide = self.width() - _LEFT - _RIGHT
        place = f"{text.clock(visit.starts_at)} · {self._row.chair}"
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(tokens.ink2))
        place_wide = min(QFontMetrics(painter.font()).horizontalAdvance(place), wide // 2)
        self._line(painter, QRect(self.width() - _RIGHT - place_wide, 4, place_wide, 19), place)
        painter.setFont(theme.font(13, True))
        painter.setPen(theme.color(tokens.ink))
        self._line(painter, QRect(_LEFT, 4, wide - place_wide - 8, 19), self._row.card.patient_name)
        aged = self._tone in {"amber", "red"}
        painter.setFont(theme.font(12, aged))
        painter.setPen(theme.color(str(getattr(tokens, self._tone))))
        self._line(painter, QRect(_LEFT, 23, wide, _LINE), waiting_words(self._row))
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(tokens.amber))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRect(_LEFT, 23 + _LINE, wide, self.height()), flags, what_would_do(self._row))
        painter.end()

    @staticmethod
    def _line(painter: QPainter, room: QRect, words: str) -> None:
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class ArrivalsPanel(QWidget):
    """Ages while it is shown: call `tick` with the clock. Hidden from view when nobody waits or is late."""

    visit_wanted = Signal(int)
    step_wanted = Signal(int)

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Arrivals")
        self._context = context
        self.rows: tuple[ArrivalRow, ...] = ()
        self.title = QLabel("Arrivals")
        self.title.setProperty("kind", "section")
        self.summary = QLabel()
        self.summary.setProperty("kind", "small")
        head = QHBoxLayout(spacing=8)
        head.setContentsMargins(8, 0, 8, 0)
        head.addWidget(self.title)
        head.addWidget(self.summary, 1)
        self._lines = QVBoxLayout(spacing=2)
        self._lines.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self, spacing=6)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addLayout(self._lines)
        self._say()

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads who waits where the change touches it; None for everything."""
        if changes is None or changes.touches(*_SHOWN_TABLES):
            self.look()

    def tick(self) -> None:
        """The clock went on: everyone has waited longer."""
        self.look()

    def look(self) -> None:
        """Reads who waits and who is late now."""
        user, services, here = self._context.user(), self._context.services, self._context.location.id
        self._context.ops.run(self, lambda: services.calls.arrivals(user, here), self.show_rows, latest="arrivals")

    def show_rows(self, rows: tuple[ArrivalRow, ...]) -> None:
        """Shows these; the line with the keyboard keeps it."""
        if rows == self.rows:
            return
        held = next((line.accessibleName() for line in self._all(ArrivalLine) if line.hasFocus()), "")
        self.rows = rows
        empty_layout(self._lines)
        for row in rows:
            self._lines.addWidget(self._with_step(row))
        self._say()
        for line in self._all(ArrivalLine):
            if held and line.accessibleName().partition(",")[0] == held.partition(",")[0]:
                line.setFocus()

    def tone_of(self, row: ArrivalRow) -> str:
        """The colour of how long: the longer, the louder (`arrivals.*` of the rules)."""
        rules = self._context.catalog.rules
        if row.ageing >= rules["arrivals.red-minutes"]:
            return "red"
        return "amber" if row.ageing >= rules["arrivals.amber-minutes"] else "ink2"

    def _with_step(self, row: ArrivalRow) -> QWidget:
        both = QWidget()
        layout = QHBoxLayout(both, spacing=4)
        layout.setContentsMargins(0, 0, 0, 0)
        line = ArrivalLine(row, self.tone_of(row))
        line.chosen.connect(self.visit_wanted)
        layout.addWidget(line, 1, Qt.AlignmentFlag.AlignTop)
        word = self._step(row)
        if word:
            button = QPushButton(word, accessibleName=f"{word}: {row.card.patient_name}")
            button.setProperty("appointment", row.card.appointment.id)
            button.clicked.connect(self._want_step)
            layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        return both

    def _step(self, row: ArrivalRow) -> str:
        if row.card.appointment.status is not Status.ARRIVED:
            return "Arrived"
        return "Check in" if self._context.user().role in _CLINICAL else ""

    def _want_step(self) -> None:
        self.step_wanted.emit(int(self.sender().property("appointment")))

    def _say(self) -> None:
        here = sum(row.here for row in self.rows)
        late = len(self.rows) - here
        parts = [f"{here} waiting" if here else "", f"{late} late" if late else ""]
        self.summary.setText(" · ".join(filter(None, parts)) or "nobody waits")

    def _all(self, kind: type[ArrivalLine]) -> list[ArrivalLine]:
        return [line for line in self.findChildren(kind) if line.isVisibleTo(self)]
