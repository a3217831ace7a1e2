"""What happened in this session, newest first: time, words, who.

Signals of `StoryPanel`: `correction_wanted(EventView)` a line was double-clicked, or Enter pressed on it.
"""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ketaclinic.domain import events
from ketaclinic.domain.encounters import EncounterView, EventView
from ketaclinic.ui import theme
from ketaclinic.ui.screens.chairside.moments import hour_minute

_TIME = 52.0


class _EventLine(QWidget):
    """One event; paints itself. One that can be corrected takes the keyboard: Enter opens it."""

    chosen = Signal(object)

    def __init__(self, event: EventView, zone: str, *, closed: bool) -> None:
        super().__init__()
        self.open = not closed and not event.struck and event.kind in events.CORRECTABLE and not event.data.get("void")
        if self.open:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setToolTip("Enter or double click: correct this entry")
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.event_view = event
        self._time = hour_minute(event.at, zone)
        late = (event.entered_at - event.at).total_seconds() > 300
        self._who = event.by + (f" · entered {hour_minute(event.entered_at, zone)}" if late else "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(f"{self._time}, {event.text}, {self._who}")
        theme.signals.changed.connect(self.update)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        box = QRectF(0, 0, max(40.0, width - _TIME), 1000)
        lines = QFontMetricsF(theme.font(13)).boundingRect(box, Qt.TextFlag.TextWordWrap, self.event_view.text)
        return int(lines.height()) + 30

    def sizeHint(self) -> QSize:
        return QSize(260, self.heightForWidth(max(self.width(), 260)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.open and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.chosen.emit(self.event_view)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.open:
            self.chosen.emit(self.event_view)
        super().mouseDoubleClickEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - one line
        tokens = theme.tokens()
        painter = QPainter(self)
        if self.hasFocus():
            painter.fillRect(self.rect(), theme.color(tokens.selection))
        painter.setPen(theme.color(tokens.line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(theme.color(tokens.ink))
        painter.drawText(QRectF(0, 6, _TIME, 18), Qt.AlignmentFlag.AlignLeft, self._time)
        words = QFont(theme.font(13))
        words.setStrikeOut(self.event_view.struck)
        painter.setFont(words)
        if self.event_view.struck:
            painter.setPen(theme.color(tokens.ink2))
        room = QRectF(_TIME, 6, self.width() - _TIME, self.height() - 26)
        painter.drawText(room, Qt.TextFlag.TextWordWrap, self.event_view.text)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(tokens.ink2))
        painter.drawText(QRectF(_TIME, self.height() - 22, room.width(), 18), Qt.AlignmentFlag.AlignLeft, self._who)
        painter.end()


class StoryPanel(QFrame):
    """A scrolling card with the events."""

    correction_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="What happened")
        self.setProperty("kind", "card")
        self._shown: tuple[EventView, ...] = ()
        self._closed = False
        title = QLabel("What happened")
        title.setProperty("kind", "section")
        self._none = QLabel("Nothing yet.")
        self._none.setProperty("kind", "second")
        inside = QWidget(objectName="scrolled")
        self._lines = QVBoxLayout(inside, spacing=0)
        self._lines.setContentsMargins(16, 0, 12, 8)
        self._lines.addWidget(self._none)
        self._lines.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self, spacing=4)
        layout.setContentsMargins(0, 12, 0, 4)
        head = QVBoxLayout()
        head.setContentsMargins(16, 0, 16, 0)
        head.addWidget(title)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)

    def show_view(self, view: EncounterView) -> None:
        """Shows the events of a session."""
        wanted = tuple(sorted(view.events, key=lambda e: (e.at, e.id), reverse=True))
        closed = view.signed_at is not None
        if (wanted, closed) == (self._shown, self._closed):
            return
        self._shown, self._closed = wanted, closed
        for number in reversed(range(self._lines.count())):
            item = self._lines.itemAt(number)
            widget = item.widget() if item is not None else None
            if isinstance(widget, _EventLine):
                self._lines.takeAt(number)
                widget.hide()
                widget.deleteLater()
        for number, event in enumerate(wanted):
            line = _EventLine(event, view.zone, closed=closed)
            line.chosen.connect(self.correction_wanted)
            self._lines.insertWidget(number, line)
        self._none.setVisible(not wanted)

    def texts(self) -> tuple[str, ...]:
        """The events in words, newest first."""
        return tuple(e.text for e in self._shown)
