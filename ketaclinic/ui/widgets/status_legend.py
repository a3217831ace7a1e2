"""What the colours of a picture mean: each status with its sign and word."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.ui import theme

_HEIGHT = 22
_GAP = 18


class StatusLegend(QWidget):
    """One line of the statuses that are to be seen, in the order of a visit's day."""

    def __init__(self) -> None:
        super().__init__(accessibleName="Meaning of the colours")
        self._shown: tuple[Status, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.repaint_on_change(self)

    def show_statuses(self, statuses: Iterable[Status]) -> None:
        """Shows these."""
        wanted = frozenset(statuses)
        shown = tuple(status for status in Status if status in wanted)
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleDescription(", ".join(f"{theme.status(s).glyph} {s.word}" for s in shown))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(12))
        metrics = QFontMetrics(painter.font())
        x = 2.0
        for status in self._shown:
            look = theme.status(status)
            painter.fillRect(QRectF(x, 7, 10, 10), theme.color(look.fill))
            painter.setPen(theme.color(theme.tokens().ink2))
            words = f"{look.glyph} {status.word}"
            wide = metrics.horizontalAdvance(words)
            painter.drawText(QRectF(x + 15, 0, wide + 2, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, words)
            x += 15 + wide + _GAP
        painter.end()
