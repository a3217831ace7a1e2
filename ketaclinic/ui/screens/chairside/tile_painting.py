"""The small pieces a tile is painted from: a line of text, a tinted strip, the list of what is still open."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ketaclinic.ui import theme


def line(painter: QPainter, box: QRectF, text: str, size: int, colour: str, *, bold: bool = False) -> None:
    """One line of text, elided to its box."""
    font = theme.font(size, bold=bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    short = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)


def strip(painter: QPainter, box: QRectF, text: str, second: str, ink: str, ground: str) -> None:
    """A tinted strip: what is the matter, and below it what to do."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, 8, 8)
    inner = box.adjusted(12, 0, -12, 0)
    if not second:
        line(painter, inner, text, 13, ink, bold=True)
        return
    line(painter, QRectF(inner.left(), box.top() + 4, inner.width(), 20), text, 13, ink, bold=True)
    painter.setFont(theme.font(13))
    painter.setPen(QColor(theme.tokens().ink))
    room = QRectF(inner.left(), box.top() + 24, inner.width(), box.height() - 28)
    wrapped(painter, room, second)


def wrapped(painter: QPainter, room: QRectF, words: str) -> None:
    """Words over as many lines as there is room for; the last one elided."""
    metrics = QFontMetricsF(painter.font())
    lines = max(1, int(room.height() // metrics.height()))
    top = room.top()
    left_over = words.split(" ")
    for number in range(lines):
        fitting = left_over.pop(0) if left_over else ""
        while left_over and metrics.horizontalAdvance(f"{fitting} {left_over[0]}") <= room.width():
            fitting = f"{fitting} {left_over.pop(0)}"
        if number == lines - 1 and left_over:
            fitting = metrics.elidedText(" ".join([fitting, *left_over]), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(
            QRectF(room.left(), top, room.width(), metrics.height()), Qt.AlignmentFlag.AlignVCenter, fitting
        )
        top += metrics.height()


def open_points(painter: QPainter, area: QRectF, waiting: tuple[str, ...]) -> None:
    """What is still open before the start, in one or two columns, as many as there is room for."""
    tokens = theme.tokens()
    line(painter, QRectF(area.left(), area.top(), area.width(), 20), "Still open", 12, tokens.ink2)
    columns = 2 if area.width() > 480 else 1
    rows = max(1, int((area.height() - 22) // 24))
    shown = waiting if len(waiting) <= rows * columns else waiting[: rows * columns - 1]
    lines = [*shown, *([f"and {len(waiting) - len(shown)} more"] if len(shown) < len(waiting) else [])]
    for number, text in enumerate(lines):
        column, row = number // rows, number % rows
        left, top = area.left() + column * area.width() / columns, area.top() + 22 + row * 24
        painter.setPen(QPen(QColor(tokens.ink3), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(left + 1, top + 5, 13, 13), 3, 3)
        line(painter, QRectF(left + 22, top, area.width() / columns - 30, 24), text, 13, tokens.ink)
