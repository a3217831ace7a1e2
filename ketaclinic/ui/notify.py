"""A sentence in passing at the lower edge of the window; goes by itself and never takes the keyboard."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ketaclinic.ui import icons, theme

_SHOWN_MS = 4200
_PER_LETTER_MS = 45


class Toast(QWidget):
    """One line over the window. A click dismisses it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName="Notice")
        self._text, self._icon = "", "ok"
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown last."""
        return self._text

    def say(self, text: str, *, problem: bool = False) -> None:
        """Shows a sentence; a longer one stays longer, a problem stays twice as long."""
        self._text, self._icon = text, "warn" if problem else "ok"
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self.update()
        self._timer.start((_SHOWN_MS + len(text) * _PER_LETTER_MS) * (2 if problem else 1))

    def _place(self) -> None:
        room = self.parentWidget().rect()
        metrics = QFontMetrics(theme.font(13, bold=True))
        width = min(metrics.horizontalAdvance(self._text) + 66, room.width() - 48, 760)
        box = metrics.boundingRect(0, 0, width - 66, 400, Qt.TextFlag.TextWordWrap, self._text)
        height = max(44, box.height() + 24)
        self.setGeometry((room.width() - width) // 2, room.height() - height - 52, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color(now.line_strong) if now.dark else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(now.rail_active if now.dark else now.rail))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 11, 11)
        tone = "#fbbf24" if self._icon == "warn" else now.brand
        icons.paint(painter, self._icon, QRectF(18, self.height() / 2 - 10, 20, 20), tone)
        painter.setPen(theme.color("#ffffff"))
        painter.setFont(theme.font(13, bold=True))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(48, 0, -14, 0), flags, self._text)
        painter.end()
