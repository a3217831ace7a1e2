"""Words that wrap wherever they must: no name or address is too long for the place it stands in."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from ketaclinic.ui import theme


class WrappedText(QWidget):
    """Paints its text at `size_px`, at word boundaries where it can, inside a word where it must."""

    def __init__(self, size_px: int, words: str = "", *, bold: bool = True) -> None:
        super().__init__()
        self._text = words
        self.setAccessibleName(words)
        self._font = theme.font(size_px, bold)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.signals.changed.connect(self.update)

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, words: str) -> None:
        """Says something else."""
        self._text = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(max(self.width(), 120)))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return int(self._laid_out(width)[1] + 0.999)

    def _laid_out(self, width: float) -> tuple[QTextLayout, float]:
        layout = QTextLayout(self._text.replace("\n", "\u2028"), self._font)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return layout, height

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.color(theme.tokens().ink))
        self._laid_out(self.width())[0].draw(painter, QPointF(0, 0))
        painter.end()
