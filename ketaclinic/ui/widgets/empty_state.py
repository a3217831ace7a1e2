"""What a place says when there is nothing to show: an icon, one sentence, and what to do about it.

Signals: `acted()` when its button is pressed.
"""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.ui import theme
from ketaclinic.ui.icons import icon


class EmptyState(QWidget):
    """Stands in the middle of an empty list or page."""

    acted = Signal()

    def __init__(
        self, icon_name: str, title: str, text: str = "", button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._icon = icon(icon_name, "ink3")
        self._draw()
        theme.signals.changed.connect(self._draw)
        self.title = QLabel(title, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.title.setProperty("kind", "section")
        self.text = QLabel(text, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.text.setProperty("kind", "second")
        if not text:
            self.text.hide()
        self.button = QPushButton(button, accessibleName=button)
        self.button.setProperty("kind", "primary")
        if not button:
            self.button.hide()
        self.button.clicked.connect(self.acted)
        layout = QVBoxLayout(self, spacing=6)
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(self.text)
        layout.addSpacing(8)
        layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)

    def _draw(self) -> None:
        self._picture.setPixmap(self._icon.pixmap(QSize(40, 40), self.devicePixelRatioF()))

    def say(self, title: str, text: str = "") -> None:
        """Says something else."""
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
