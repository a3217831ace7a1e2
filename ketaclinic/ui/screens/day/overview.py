"""What the day still lacks, when nothing is selected: who waits or is late, and what is missing for whom.

Signals of `Overview`: `card_chosen(int)` a line was clicked.
"""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import OVER, Card, Status
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import text, theme
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.arrivals import ArrivalsPanel
from ketaclinic.ui.screens.day.inspector_parts import cleared

_SAID = frozenset({"consent", "escort", "order", "clearance", "clinician's call"})


class Line(QAbstractButton):
    """A visit with what is open about it. Signals: `card_chosen(int)`."""

    card_chosen = Signal(int)

    def __init__(self, card: Card, remark: str, tone: str) -> None:
        super().__init__(focusPolicy=Qt.FocusPolicy.TabFocus)
        self._card, self._remark, self._tone = card, remark, tone
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{card.appointment.starts_at:%H:%M}, {card.patient_name}, {remark}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._choose)
        theme.repaint_on_change(self)

    def _choose(self) -> None:
        self.card_chosen.emit(self._card.appointment.id)

    def sizeHint(self) -> QSize:
        return QSize(200, 46)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        look = tokens.status[self._card.appointment.status]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(theme.color(tokens.focus), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(tokens.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.setPen(theme.color(look.color))
        painter.setFont(theme.font(12, True))
        painter.drawText(QRect(8, 4, 16, 19), Qt.AlignmentFlag.AlignVCenter, look.glyph)
        painter.setPen(theme.color(tokens.ink2))
        painter.setFont(theme.font(12))
        begins = text.clock(self._card.appointment.starts_at)
        painter.drawText(QRect(26, 4, 40, 19), Qt.AlignmentFlag.AlignVCenter, begins)
        painter.setFont(theme.font(13, True))
        painter.setPen(theme.color(tokens.ink))
        room = QRect(68, 4, self.width() - 76, 19)
        name = QFontMetrics(painter.font()).elidedText(
            self._card.patient_name, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(str(getattr(tokens, self._tone))))
        room = QRect(68, 23, self.width() - 76, 18)
        remark = QFontMetrics(painter.font()).elidedText(self._remark, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, remark)
        painter.end()


class Overview(QWidget):
    """The page of the inspector without a selection."""

    card_chosen = Signal(int)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Open points of the day")
        self.arrivals = ArrivalsPanel(context)
        self.arrivals.visit_wanted.connect(self.card_chosen)
        self.title = QLabel(wordWrap=True)
        self.title.setProperty("kind", "heading")
        self.summary = QLabel(wordWrap=True)
        self.summary.setProperty("kind", "small")
        inside = QWidget(objectName="scrolled")
        column = QVBoxLayout(inside, spacing=10)
        column.setContentsMargins(8, 0, 8, 8)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lines = QVBoxLayout(spacing=2)
        column.addWidget(self.arrivals)
        column.addLayout(self._lines)
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        hint = QLabel(
            "Click a visit for all about it, free time to book. Enter opens a visit, Alt with arrows moves it."
        )
        hint.setProperty("kind", "small")
        hint.setWordWrap(True)
        hint.setContentsMargins(18, 8, 18, 16)
        head = QVBoxLayout(spacing=3)
        head.setContentsMargins(18, 18, 18, 12)
        head.addWidget(self.title)
        head.addWidget(self.summary)
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        layout.addWidget(hint)

    def show_day(self, view: DayView, cards: Sequence[Card], now: datetime) -> None:
        """Lists who waits or is late, then who lacks something, in the order of the day."""
        waiting = [c for c in cards if c.appointment.status is Status.ARRIVED]
        lacking = [c for c in cards if _lacks(c) and c.appointment.status not in OVER]
        quiet = "All is there" if view.visits else "No visits" if view.hours else "Closed"
        self.title.setText("Open points" if waiting or lacking else quiet)
        parts = [
            f"{len(waiting)} waiting" if waiting else "",
            f"{len(lacking)} {'lacks' if len(lacking) == 1 else 'lack'} something" if lacking else "",
        ]
        nothing = "Nobody waits, and nothing is missing." if view.visits else _no_visits(view)
        self.summary.setText(" · ".join(filter(None, parts)) or nothing)
        cleared(self._lines)
        self.arrivals.setVisible(view.day == now.date())
        for card in lacking:
            self._add(card, f"no {', '.join(_lacks(card))}", "amber")

    def _add(self, card: Card, remark: str, tone: str) -> None:
        line = Line(card, remark, tone)
        line.card_chosen.connect(self.card_chosen)
        self._lines.addWidget(line)


def _no_visits(view: DayView) -> str:
    if not view.hours:
        return f"The clinic does not open on a {view.day:%A}."
    return "Click free time to book."


def _lacks(card: Card) -> tuple[str, ...]:
    return tuple(m for m in card.missing if m in _SAID)
