"""The dark rail at the left: the screens this role uses, and who is signed in; every entry paints itself.

Signals of `Rail`: `screen_chosen(str)` a screen's key; `person_clicked()`.
"""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from ketaclinic.ui import icons, theme
from ketaclinic.ui.screen_entry import ScreenEntry

_WIDTH = 76


class RailButton(QAbstractButton):
    """An icon over a word, with a count of what waits there: red where that is an alert."""

    def __init__(self, word: str, icon: str = "", *, badge_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, text=word, accessibleName=word, checkable=not badge_text)
        self._icon = icon
        self._initials = badge_text
        self._count = 0
        self.alarming = False
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.signals.changed.connect(self.update)

    def set_count(self, count: int, words: str) -> None:
        """Shows how many wait; 0 shows nothing. `words` say what the count is of."""
        self._count = count
        self.setAccessibleDescription(words)
        self.setToolTip("\n".join(filter(None, (str(self.property("hint") or ""), words))))
        self.update()

    def set_person(self, initials: str, word: str) -> None:
        """Shows who is signed in."""
        self._initials = initials
        self.setText(word)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 56)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(6, 1, -6, -1)
        lit = self.isChecked()
        if lit or self._hovered or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(now.rail_active))
            painter.setOpacity(1.0 if lit else 0.6)
            painter.drawRoundedRect(box, 10, 10)
            painter.setOpacity(1.0)
        if self.hasFocus():
            painter.setPen(theme.color(now.brand))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        ink = now.rail_active_ink if lit else now.rail_ink
        if self._initials:
            self._paint_person(painter, now.brand, now.on_brand)
        else:
            icons.paint(painter, self._icon, QRectF(self.width() / 2 - 12, 8, 24, 24), ink)
        painter.setPen(theme.color(ink))
        painter.setFont(theme.font(11, bold=lit))
        shown = QFontMetrics(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 8)
        painter.drawText(QRectF(0, 34, self.width(), 16), Qt.AlignmentFlag.AlignCenter, shown)
        if self._count:
            colours = (now.red_fill, now.on_red) if self.alarming else (now.rail_ink, now.rail)
            self._paint_count(painter, *colours)
        painter.end()

    def _paint_person(self, painter: QPainter, ground: str, ink: str) -> None:
        circle = QRectF(self.width() / 2 - 13, 5, 26, 26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground))
        painter.drawEllipse(circle)
        painter.setPen(theme.color(ink))
        painter.setFont(theme.font(11, bold=True))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, self._initials)

    def _paint_count(self, painter: QPainter, ground: str, ink: str) -> None:
        said = str(min(self._count, 99))
        box = QRectF(self.width() / 2 + 7, 3, 10 + 7 * len(said), 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(box, 8.5, 8.5)
        painter.setPen(theme.color(ink))
        painter.setFont(theme.font(11, bold=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)


class _Mark(QWidget):
    """The program's mark."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_WIDTH, 64)
        theme.signals.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.width() / 2 - 18, 14, 36, 36), now.brand, now.on_brand)
        painter.end()


def paint_mark(painter: QPainter, box: QRectF, ground: str, ink: str) -> None:
    """Draws the program's mark into a square."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(box, box.width() * 0.28, box.width() * 0.28)
    painter.setPen(theme.color(ink))
    painter.setFont(theme.font(int(box.height() * 0.52), bold=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "K")


def paint_cover(painter: QPainter, box: QRectF, now: theme.Tokens) -> None:
    """The ground of what covers the window: sign-in and set-up."""
    ground = QLinearGradient(box.topLeft(), box.bottomRight())
    ground.setColorAt(0, QColor(now.rail))
    ground.setColorAt(1, QColor("#0b3b3c" if now.dark else "#0f5552"))
    painter.fillRect(box, ground)
    paint_mark(painter, QRectF(32, 28, 40, 40), now.brand, now.on_brand)
    painter.setPen(theme.color("#ffffff"))
    painter.setFont(theme.font(18, bold=True))
    painter.drawText(QRectF(86, 28, 400, 40), Qt.AlignmentFlag.AlignVCenter, "ketaclinic")


class Rail(QFrame):
    """Shows the entries it is given and which one is in front."""

    screen_chosen = Signal(str)
    person_clicked = Signal()

    def __init__(self) -> None:
        super().__init__(accessibleName="Screens")
        self.setProperty("kind", "rail")
        self.setFixedWidth(_WIDTH)
        self._buttons: dict[str, RailButton] = {}
        self._column = QVBoxLayout(spacing=2)
        self.person = RailButton("", badge_text="–", parent=self)
        self.person.clicked.connect(self.person_clicked)
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 10)
        layout.addWidget(_Mark())
        layout.addLayout(self._column)
        layout.addStretch()
        layout.addWidget(self.person)

    def set_entries(self, entries: Iterable[ScreenEntry]) -> None:
        """Shows these screens, in this order."""
        for button in self._buttons.values():
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for number, entry in enumerate(entries, start=1):
            button = RailButton(entry.title, entry.icon, parent=self)
            button.setProperty("hint", f"{entry.title} (Ctrl+{number})")
            button.setToolTip(str(button.property("hint")))
            button.setProperty("screen", entry.key)
            button.alarming = entry.alarming
            button.clicked.connect(self._clicked)
            self._column.addWidget(button)
            button.show()
            self._buttons[entry.key] = button

    def set_current(self, key: str) -> None:
        """Marks the screen in front."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def set_count(self, key: str, count: int, words: str) -> None:
        """Shows how many wait at a screen, and says it in words."""
        if key in self._buttons:
            self._buttons[key].set_count(count, words)

    def _clicked(self) -> None:
        self.screen_chosen.emit(str(self.sender().property("screen")))
