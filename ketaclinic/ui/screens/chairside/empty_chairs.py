"""The chairs nobody sits in, shown quietly: each with who comes next.

Signals of `EmptyChairs`: `chosen(appointment id)` the next patient of an empty chair was pressed.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import EmptyChair
from ketaclinic.ui import text, theme
from ketaclinic.ui.widgets.flow_layout import FlowLayout


class _Line(QWidget):
    """One empty chair."""

    chosen = Signal(int)

    def __init__(self, empty: EmptyChair) -> None:
        super().__init__()
        layout = QHBoxLayout(self, spacing=8)
        layout.setContentsMargins(0, 0, 20, 0)
        chair = QLabel(empty.chair)
        chair.setProperty("kind", "strong")
        layout.addWidget(chair)
        coming = empty.next_visit
        if coming is None:
            words = QLabel("free for the rest of the day")
        else:
            self._appointment_id, status = coming.appointment_id, coming.status
            words = QLabel(
                f"next {text.clock(coming.starts_at)} {coming.patient}, {coming.label}"
                f" · {theme.status(status).glyph} {status.word}"
            )
        words.setProperty("kind", "second")
        layout.addWidget(words)
        if coming is not None and coming.status is Status.ARRIVED:
            button = QPushButton("Open session", accessibleName=f"Open session, {coming.patient}, {empty.chair}")
            button.setProperty("large", True)
            button.clicked.connect(self._press)
            layout.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def _press(self) -> None:
        self.chosen.emit(self._appointment_id)


class EmptyChairs(QWidget):
    """A strip below the tiles; takes no room when every chair is in use."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Empty chairs")
        self._layout = FlowLayout(self, gap=8)
        self._shown: tuple[EmptyChair, ...] = ()

    def show_chairs(self, empty: tuple[EmptyChair, ...]) -> None:
        """Shows these chairs."""
        if empty == self._shown:
            return
        self._shown = empty
        while self._layout.count():
            item = self._layout.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for chair in empty:
            line = _Line(chair)
            line.chosen.connect(self.chosen, Qt.ConnectionType.QueuedConnection)
            self._layout.addWidget(line)
            line.show()
        self.setVisible(bool(empty))
        self.updateGeometry()
