"""The lowest line: the state of the database, what is special about this clinic, where and in which zone one works.

Signals of `StatusLine`: `place_pressed()` the place, where there is another to choose.
"""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ketaclinic.ui import theme


class _Dot(QWidget):
    """Green when all is well, red when not; the words beside it say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._fine = True
        self.setFixedSize(QSize(10, 10))
        theme.signals.changed.connect(self.update)

    def set_fine(self, *, fine: bool) -> None:
        """Changes its colour; asked many times a second, it paints only a change."""
        if fine != self._fine:
            self._fine = fine
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(now.green if self._fine else now.red_fill))
        painter.drawEllipse(QRectF(1, 1, 8, 8))
        painter.end()


class StatusLine(QFrame):
    """Shows the state in words."""

    place_pressed = Signal()

    def __init__(self, database: str, hint: str = "") -> None:
        super().__init__(accessibleName="Status")
        self.setProperty("kind", "status")
        self.setFixedHeight(28)
        self._dot = _Dot()
        self._usual = database
        self.database = _small(database)
        self.hint = _small(hint)
        self.place = _small("")
        self.choose_place = QPushButton(accessibleName="Location", toolTip="Work at another location")
        self.choose_place.setProperty("kind", "link")
        self.choose_place.clicked.connect(self.place_pressed)
        self.choose_place.hide()
        layout = QHBoxLayout(self, spacing=8)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.addWidget(self._dot)
        layout.addWidget(self.database)
        layout.addSpacing(16)
        layout.addWidget(self.hint)
        layout.addStretch()
        layout.addWidget(self.place)
        layout.addWidget(self.choose_place)

    def show_place(self, words: str, *, several: bool) -> None:
        """Says where one works; a button where there is another place to choose."""
        self.place.setText(words)
        self.choose_place.setText(f"{words}  ▾")
        self.choose_place.setAccessibleName(f"Location: {words}")
        self.place.setVisible(not several)
        self.choose_place.setVisible(several)

    def say_trouble(self, sentence: str) -> None:
        """Shows that the database cannot be reached; an empty sentence shows that all is well again."""
        self._dot.set_fine(fine=not sentence)
        self.database.setText(sentence or self._usual)


def _small(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("kind", "small")
    return label
