"""The ground of the board: lines of the hours, hatched hours nobody may book, and the line of the present minute."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ketaclinic.ui import theme
from ketaclinic.ui.painting import paint_hatch
from ketaclinic.ui.palette import mix
from ketaclinic.ui.screens.day.geometry import GRID, Geometry, Shut


class NowLine(QWidget):
    """The present minute across the board; so faint over a card's words that it strikes nothing through.

    Never takes the mouse.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words: tuple[tuple[int, int], ...] = ()
        self.hide()

    def spare(self, words: Iterable[tuple[int, int]]) -> None:
        """The stretches, left and right, where words stand."""
        found = tuple(sorted(words))
        if found != self._words:
            self._words = found
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        red = theme.color(theme.tokens().now)
        x = 0
        for left, right in self._words:
            painter.setOpacity(0.85)
            painter.fillRect(x, 0, left - x, self.height(), red)
            painter.setOpacity(0.22)
            painter.fillRect(left, 0, right - left, self.height(), red)
            x = right
        painter.setOpacity(0.85)
        painter.fillRect(x, 0, self.width() - x, self.height(), red)
        painter.end()


def paint_lines(painter: QPainter, measure: Geometry, step: int, size: QRect, dirty: QRect) -> None:
    """Hours, half hours, and where the board is drawn larger each step; the chairs' lines between."""
    tokens = theme.tokens()
    faint = theme.color(mix(tokens.line, tokens.surface, 0.25))
    half = theme.color(mix(tokens.line, tokens.surface, 0.45))
    whole = theme.color(tokens.line)
    every = step if step < GRID else 30
    for minute in range(measure.span.first, measure.span.last + 1, every):
        y = measure.y(minute)
        if dirty.top() - 1 <= y <= dirty.bottom() + 1:
            painter.setPen(whole if minute % 60 == 0 else half if minute % 30 == 0 else faint)
            painter.drawLine(0, y, size.width(), y)
    painter.setPen(whole)
    for column in range(measure.columns + 1):
        x = measure.x(column)
        painter.drawLine(x, 0, x, size.height())


def paint_shut(painter: QPainter, measure: Geometry, shut: Shut, every: Sequence[Shut], dirty: QRect) -> None:
    """Hours in which nothing may be booked; the reason of one closure stands once, at its first chair."""
    tokens = theme.tokens()
    rect = QRect(measure.x(shut.column) + 1, measure.y(shut.begins), 0, 0)
    rect.setRight(measure.x(shut.column + 1) - 1)
    rect.setBottom(measure.y(shut.ends))
    if not rect.intersects(dirty):
        return
    named = shut.closure_id is not None
    ground = mix(tokens.ink, tokens.surface, 0.05 if named else 0.03)
    painter.fillRect(rect, theme.color(ground))
    paint_hatch(painter, rect, theme.color(mix(tokens.ink, tokens.surface, 0.09 if named else 0.06)))
    whole_site = (
        named and shut.column and any(s.closure_id == shut.closure_id and s.column < shut.column for s in every)
    )
    if not shut.reason or rect.height() < 18 or whole_site:
        return
    painter.setFont(theme.font(12))
    words = painter.fontMetrics().elidedText(shut.reason, Qt.TextElideMode.ElideRight, rect.width() - 24)
    wide = painter.fontMetrics().horizontalAdvance(words) + 14
    pill = QRect(rect.left() + 5, rect.top() + min(6, (rect.height() - 20) // 2 + 1), wide, 20)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(pill, 5, 5)
    painter.setPen(theme.color(tokens.ink2))
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), words)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
