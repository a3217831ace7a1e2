"""A short remark on a tint: a badge, a count, what is missing; paints itself."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ketaclinic.ui import theme

TONES = ("neutral", "accent", "amber", "red", "green")


class Pill(QWidget):
    """A word or two; `tone` is one of `TONES` (amber: due or missing; red: alert; nothing else)."""

    def __init__(self, text: str = "", tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        theme.signals.changed.connect(self.update)

    def set_text(self, text: str, tone: str = "") -> None:
        """Shows another remark."""
        self._text, self._tone = text, tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """What stands on the pill."""
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(theme.font(12, bold=True)).horizontalAdvance(self._text) + 18, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(painter, QRectF(self.rect()), self._text, self._tone)
        painter.end()


def pill_width(text: str) -> int:
    """Pixels that `paint_pill` needs for a text."""
    return QFontMetrics(theme.font(12, bold=True)).horizontalAdvance(text) + 18


def paint_pill(painter: QPainter, rect: QRectF, text: str, tone: str = "neutral") -> None:
    """Draws a pill, for widgets and delegates that paint themselves."""
    now = theme.tokens()
    ground, ink = {
        "neutral": (now.hover, now.ink2),
        "accent": (now.accent_tint, now.accent_ink),
        "amber": (now.amber_tint, now.amber),
        "red": (now.red_tint, now.red),
        "green": (now.green_tint, now.green),
    }[tone]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setPen(theme.color(ink))
    painter.setFont(theme.font(12, bold=True))
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width() - 12))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, shown)
