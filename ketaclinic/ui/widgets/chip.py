"""A status as an icon and a word on its own tint; paints itself."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.ui import theme


class StatusChip(QWidget):
    """Shows where a visit stands, e.g. "● Arrived 10:52"."""

    def __init__(self, status: Status | None = None, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status or Status.SCHEDULED
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()
        theme.signals.changed.connect(self.update)

    def set_status(self, status: Status, text: str = "") -> None:
        """Shows another status; `text` replaces its word."""
        self._status, self._text = status, text
        self._name()
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """What stands on the chip."""
        return f"{theme.status(self._status).glyph} {self._text or self._status.word}"

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font(12, bold=True))
        return QSize(metrics.horizontalAdvance(self.words) + 20, 24)

    def _name(self) -> None:
        self.setAccessibleName(self._text or self._status.word)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.status(self._status)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(look.strong_tint))
        painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
        painter.setPen(theme.color(look.color))
        painter.setFont(theme.font(12, bold=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)
        painter.end()
