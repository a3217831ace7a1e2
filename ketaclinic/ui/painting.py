"""What several pictures draw alike: stripes where nothing can be put, and words cut to their room."""

from functools import lru_cache

from PySide6.QtCore import QLineF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from ketaclinic.ui import theme


@lru_cache(maxsize=64)
def _hatch_lines(width: int, height: int, step: int) -> tuple[QLineF, ...]:
    return tuple(QLineF(x, height, x + height, 0) for x in range(-height, width, step))


def paint_hatch(painter: QPainter, rect: QRect, color: QColor, step: int = 8, thickness: float = 3.0) -> None:
    """Diagonal stripes: nothing can be put here."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.translate(rect.topLeft())
    pen = QPen(color, thickness)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLines(list(_hatch_lines(rect.width(), rect.height(), step)))
    painter.restore()


@lru_cache(maxsize=4096)
def elided(words: str, size: int, bold: bool, room: int) -> str:  # noqa: FBT001 - as `theme.font`
    """Words that fit into so many pixels."""
    return QFontMetrics(theme.font(size, bold)).elidedText(words, Qt.TextElideMode.ElideRight, room)
