"""The visits of a series as chips of their dates, each in its status' tint with its sign; they paint themselves.

Signals of `VisitChips`: `visit_chosen(int)` the appointment's id.
"""

from collections.abc import Iterable
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from ketaclinic.domain.appointments import CANCELLED, FREES_THE_CHAIR, Status
from ketaclinic.domain.series import SeriesVisit
from ketaclinic.ui import text, theme
from ketaclinic.ui.widgets.flow_layout import FlowLayout

_HIGH = 40


class VisitChip(QAbstractButton):
    """One visit: its date over sign and label, e.g. "23 Nov" over "● 5 of 6"."""

    def __init__(self, visit: SeriesVisit, today: date) -> None:
        super().__init__()
        self.visit = visit
        self._status = Status(visit.status)
        day = visit.starts_at.date()
        self._first = text.day_month(day) if day.year == today.year else text.day_month_year(day)
        says = visit.label
        if self._status in FREES_THE_CHAIR - {Status.PROPOSED}:
            says = "Cancelled" if self._status in CANCELLED else self._status.word
        if self._status is Status.PROPOSED:
            self._first = "To place"
        self._second = f"{theme.status(visit.status).glyph} {says}"
        self._today = day == today
        self.setAccessibleName(f"{text.full_day(day)}, {visit.label}, {self._status.word}")
        self.setToolTip(f"{text.when(visit.starts_at)} · {visit.chair}\n{visit.label} · {self._status.word}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.signals.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        bold, plain = QFontMetrics(theme.font(12, bold=True)), QFontMetrics(theme.font(11))
        return QSize(max(bold.horizontalAdvance(self._first), plain.horizontalAdvance(self._second)) + 20, _HIGH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, now = theme.status(self._status), theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = now.focus if self.hasFocus() else look.color if self._today else ""
        painter.setPen(theme.color(edge) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(look.strong_tint if self._today or self.underMouse() else look.tint))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        bold = QFont(theme.font(12, bold=True))
        bold.setStrikeOut(look.struck)
        painter.setFont(bold)
        painter.setPen(theme.color(now.ink2 if look.struck else now.ink))
        painter.drawText(QRectF(0, 4, self.width(), 17), Qt.AlignmentFlag.AlignCenter, self._first)
        painter.setFont(theme.font(11))
        painter.setPen(theme.color(look.color))
        painter.drawText(QRectF(0, 20, self.width(), 16), Qt.AlignmentFlag.AlignCenter, self._second)
        painter.end()


class VisitChips(QWidget):
    """All visits of a series in lines that wrap."""

    visit_chosen = Signal(int)

    def __init__(self, visits: Iterable[SeriesVisit], today: date) -> None:
        super().__init__(accessibleName="Visits")
        layout = FlowLayout(self, gap=6)
        for visit in visits:
            chip = VisitChip(visit, today)
            chip.clicked.connect(self._clicked)
            layout.addWidget(chip)

    def _clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, VisitChip):
            self.visit_chosen.emit(chip.visit.appointment_id)
