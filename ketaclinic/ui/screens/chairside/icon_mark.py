"""A small icon in a token's colour that follows the theme, with its word for a screen reader."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ketaclinic.ui import icons, theme


class IconMark(QWidget):
    """Shows where something stands: open, met, not met, overridden."""

    def __init__(self, size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._name, self._color = size, "", "ink3"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.signals.changed.connect(self.update)

    def set_mark(self, name: str, color: str, words: str) -> None:
        """Shows an icon by its clinic word; `color` is the name of a token."""
        self._name, self._color = name, color
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - one small icon
        if not self._name:
            return
        painter = QPainter(self)
        icons.paint(painter, self._name, QRectF(self.rect()), getattr(theme.tokens(), self._color))
        painter.end()
