"""What is due across all chairs, in the order the nurse should go; below it, who waits for a chair.

Signals of `QueuePanel`: `chosen(appointment id)` a line was pressed; `sound_pressed()`; `clock_confirmed()` this
computer's clock is right now.
"""

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.clock import to_wall
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import ChairsideView, DueItem, Urgency, Waiting
from ketaclinic.ui import text, theme
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.chairside import moments
from ketaclinic.ui.sound import SoundState

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_GLYPHS = {Urgency.RED: "▲", Urgency.AMBER: "●", Urgency.DUE: "●", Urgency.UPCOMING: "○", Urgency.TODO: "◆"}


class QueueRow(QAbstractButton):
    """One line: when, what, where and who. Pressing it opens the session."""

    pressed_for = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._glyph, self._tone, self._time, self._what, self._where = "", "ink2", "", "", ""
        self._appointment_id = 0
        self.clicked.connect(self._pressed)
        theme.signals.changed.connect(self.update)

    @property
    def appointment_id(self) -> int:
        """Whose line it is."""
        return self._appointment_id

    def show_due(self, item: DueItem, now: datetime) -> None:
        """Shows a line of the queue."""
        tones = {Urgency.RED: "red", Urgency.AMBER: "amber", Urgency.DUE: "amber", Urgency.UPCOMING: "green"}
        urgency = item.urgency_at(now)
        self._appointment_id = item.appointment_id
        self._set(
            _GLYPHS[urgency],
            tones.get(urgency, "ink2"),
            moments.queue_time(item, now),
            item.text,
            f"{item.chair} · {item.patient}",
        )

    def show_waiting(self, waiting: Waiting, now: datetime) -> None:
        """Shows someone who has arrived; `now` is wall-clock."""
        self._appointment_id = waiting.appointment_id
        waits = int((now - waiting.arrived_at).total_seconds() // 60) if waiting.arrived_at is not None else None
        since = "" if waits is None else (" · just arrived" if waits < 1 else f" · waits {waits} min")
        self._set(
            theme.status(Status.ARRIVED).glyph,
            "ink2",
            text.clock(waiting.starts_at),
            waiting.patient,
            f"{waiting.chair} · {waiting.label}{since}",
        )

    def _set(self, *words: str) -> None:
        if words == (self._glyph, self._tone, self._time, self._what, self._where):
            return
        self._glyph, self._tone, self._time, self._what, self._where = words
        self.setAccessibleName(f"{self._time}, {self._what}, {self._where}")
        self.setToolTip(self._what)
        self.update()

    def _pressed(self) -> None:
        self.pressed_for.emit(self._appointment_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; up and down go along the lines."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(280, 58)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - a line is repainted whole
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -2)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(tokens.focus), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(box, 8, 8)
        else:
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        ink = QColor(getattr(tokens, self._tone))
        painter.setPen(ink)
        painter.setFont(theme.font(11))
        painter.drawText(QRectF(8, 9, 14, 20), Qt.AlignmentFlag.AlignCenter, self._glyph)
        painter.setFont(theme.font(13, bold=True))
        painter.drawText(QRectF(26, 9, 84, 20), Qt.AlignmentFlag.AlignVCenter, self._time)
        left, room = 110.0, self.width() - 118.0
        _elided(painter, QRectF(left, 9, room, 20), self._what, 13, tokens.ink, bold=True)
        _elided(painter, QRectF(left, 29, room, 20), self._where, 13, tokens.ink2, bold=False)
        painter.end()


def _elided(painter: QPainter, box: QRectF, words: str, size: int, colour: str, *, bold: bool) -> None:
    font = theme.font(size, bold=bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    short = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, short)


class QueuePanel(QFrame):
    """The right column of the chairside board."""

    chosen = Signal(int)
    sound_pressed = Signal()
    clock_confirmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Due, all chairs")
        self.setProperty("kind", "card")
        self._view: ChairsideView | None = None
        self._due: list[QueueRow] = []
        self._waiting: list[QueueRow] = []
        self._head = QLabel()
        self._head.setProperty("kind", "second")
        self._nothing = QLabel("Nothing is due.")
        self._nothing.setProperty("kind", "second")
        self._sound = QToolButton(toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._sound.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._sound.setMinimumHeight(44)
        self._sound.clicked.connect(self.sound_pressed)
        self._state: SoundState | None = None
        self._clock = QLabel(wordWrap=True, accessibleName="Clock of this computer")
        self._clock.setProperty("kind", "error")
        self._clock_right = QPushButton("The clock is right now")
        self._clock_right.setProperty("large", True)
        self._clock_right.clicked.connect(self.clock_confirmed)
        self._arrived = QLabel("Arrived, not in a chair yet")
        self._arrived.setProperty("kind", "section")
        self._lay_out()

    def _lay_out(self) -> None:
        title = QLabel("Due, all chairs")
        title.setProperty("kind", "heading")
        inside = QWidget(objectName="scrolled")
        self._lines = QVBoxLayout(inside, spacing=0)
        self._lines.setContentsMargins(8, 0, 8, 12)
        self._lines.addWidget(self._nothing)
        self._lines.addSpacing(14)
        self._lines.addWidget(self._arrived)
        self._lines.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        words = QVBoxLayout(spacing=1)
        words.setContentsMargins(16, 14, 16, 8)
        top = QHBoxLayout(spacing=6)
        top.addWidget(title, 1)
        top.addWidget(self._sound)
        words.addLayout(top)
        words.addWidget(self._head)
        words.addWidget(self._clock)
        words.addWidget(self._clock_right)
        self._clock.hide()
        self._clock_right.hide()
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(words)
        layout.addWidget(scroll, 1)

    def show_view(self, view: ChairsideView, now: datetime) -> None:
        """Shows this reading of the floor; lines are pooled."""
        self._view = view
        self._clock.setText(view.clock_off)
        self._clock.setVisible(bool(view.clock_off))
        self._clock_right.setVisible("confirmed" in view.clock_off)
        _pool(self._due, len(view.queue), self._lines, 0, self.chosen)
        _pool(self._waiting, len(view.waiting), self._lines, self._lines.indexOf(self._arrived) + 1, self.chosen)
        self._nothing.setVisible(not view.queue)
        self._arrived.setVisible(bool(view.waiting))
        self.tick(now)

    @property
    def first(self) -> int | None:
        """The visit of the most pressing line; None while nothing is due."""
        return self._due[0].appointment_id if self._view is not None and self._view.queue else None

    def show_sound(self, state: SoundState) -> None:
        """Says whether this station sounds."""
        if state == self._state:
            return
        self._state = state
        self._sound.setIcon(icon(state.icon))
        self._sound.setText(state.words)
        self._sound.setAccessibleName(f"Sound of the chairs: {state.words}")
        self._sound.setToolTip(f"{state.told} (Ctrl+M)")

    def tick(self, now: datetime) -> None:
        """Counts on; a line repaints only when its words change."""
        if self._view is None:
            return
        on_wall = to_wall(now, self._view.zone)
        nurses = self._view.nurses
        word = _NUMBERS[nurses] if nurses < len(_NUMBERS) else str(nurses)
        head = f"{on_wall:%H:%M:%S} · {word} {'nurse' if nurses == 1 else 'nurses'} on duty"
        if self._head.text() != head:
            self._head.setText(head)
        for row, item in zip(self._due, self._view.queue_at(now), strict=False):
            row.show_due(item, now)
        for row, waiting in zip(self._waiting, self._view.waiting, strict=False):
            row.show_waiting(waiting, on_wall)


def _pool(rows: list[QueueRow], wanted: int, layout: QVBoxLayout, at: int, chosen: object) -> None:
    """Makes as many lines as wanted and hides the rest."""
    while len(rows) < wanted:
        row = QueueRow()
        row.pressed_for.connect(chosen)
        layout.insertWidget(at + len(rows), row)
        rows.append(row)
    for number, row in enumerate(rows):
        row.setVisible(number < wanted)
