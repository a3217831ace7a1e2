"""A chair nobody sits in, in a place of the grid that is free anyway: who comes next, quietly.

Signals of `EmptyTile`: `chosen(appointment id)` the session of the next patient, who has arrived, is to be opened.
"""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import EmptyChair
from ketaclinic.ui import text, theme


class EmptyTile(QWidget):
    """Drawn with a dashed edge, so that it is never taken for a patient."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._appointment_id = 0
        middle = Qt.AlignmentFlag.AlignHCenter
        self._chair = QLabel(alignment=middle)
        self._chair.setProperty("kind", "heading")
        # Lines of their own: a wrapping label would make the grid ask for every tile's favourite height.
        self._next = QLabel(alignment=middle)
        self._next.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._next.setProperty("kind", "second")
        self._open = QPushButton("Open session")
        self._open.setProperty("large", True)
        self._open.clicked.connect(self._pressed)
        layout = QVBoxLayout(self, spacing=6)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.addStretch(1)
        layout.addWidget(self._chair)
        layout.addWidget(self._next)
        layout.addSpacing(6)
        layout.addWidget(self._open, 0, middle)
        layout.addStretch(1)
        theme.signals.changed.connect(self.update)

    def show_chair(self, empty: EmptyChair) -> None:
        """Shows a chair and its next visit of today."""
        self._chair.setText(empty.chair)
        coming = empty.next_visit
        arrived = coming is not None and coming.status is Status.ARRIVED
        self._open.setVisible(arrived)
        if coming is None:
            words = "Free for the rest of the day"
        else:
            status = coming.status
            self._appointment_id = coming.appointment_id
            self._open.setAccessibleName(f"Open session, {coming.patient}, {empty.chair}")
            at = text.clock(coming.starts_at)
            look = theme.status(status).glyph
            words = f"Next {at} · {coming.patient}\n{coming.label} · {look} {status.word}"
        self._next.setText(words)
        self.setAccessibleName(f"{empty.chair}, empty. {words}")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - a frame
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().line_strong), 1.2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)
        painter.end()

    def _pressed(self) -> None:
        self.chosen.emit(self._appointment_id)
