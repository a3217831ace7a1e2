"""The board's upper edge: the chairs' names, and how full each is."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.resources import Chair
from ketaclinic.ui import theme
from ketaclinic.ui.screens.day.geometry import Geometry

HEADER_HEIGHT = 36


class ChairHeader(QWidget):
    """The chairs' names with the part of the opening hours that each is held."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName="Chairs")
        self._geometry: Geometry | None = None
        self._chairs: Sequence[Chair] = ()
        self._use: dict[int, float] = {}
        self._offset = 0
        theme.repaint_on_change(self)

    def show_chairs(self, geometry: Geometry, chairs: Sequence[Chair], use: dict[int, float]) -> None:
        """Shows these columns."""
        self._geometry, self._chairs, self._use = geometry, chairs, use
        self.setAccessibleDescription(", ".join(f"{c.name} {use[c.id]:.0%}" if c.id in use else c.name for c in chairs))
        self.update()

    def scroll_to(self, offset: int) -> None:
        """Follows the board sideways."""
        self._offset = offset
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setPen(theme.color(tokens.line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        if self._geometry is None:
            painter.end()
            return
        painter.setFont(theme.font(12))
        small = painter.fontMetrics()
        for column, chair in enumerate(self._chairs):
            left = self._geometry.x(column) - self._offset
            right = self._geometry.x(column + 1) - self._offset
            if right < 0 or left > self.width():
                continue
            if column:
                painter.setPen(theme.color(tokens.line))
                painter.drawLine(left, 0, left, self.height())
            use = f"{self._use[chair.id]:.0%}".replace("%", " %") if chair.id in self._use else ""
            cell = QRect(left + 11, 0, right - left - 21, self.height() - 1)
            painter.setFont(theme.font(12))
            painter.setPen(theme.color(tokens.ink2))
            align = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(cell, int(align | Qt.AlignmentFlag.AlignRight), use)
            cell.setRight(cell.right() - small.horizontalAdvance(use) - 8)
            painter.setFont(theme.font(13, True))
            painter.setPen(theme.color(tokens.ink))
            name = painter.fontMetrics().elidedText(chair.name, Qt.TextElideMode.ElideRight, cell.width())
            painter.drawText(cell, int(align | Qt.AlignmentFlag.AlignLeft), name)
        painter.end()
