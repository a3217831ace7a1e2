"""What is in the hand: the ghost of a visit at its new place, and the bubble that says what stands against it."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.ui import theme
from ketaclinic.ui.screens.day.card_ground import RADIUS, paint_ground
from ketaclinic.ui.screens.day.card_words import card_text, paint_words

_PAD = 11
_WIDTH = 268
_LINE = 18
_OVERRIDE = "Let go to ask for an override."


class Ghost(QWidget):
    """The carried visit where it would come to lie. Never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._card: Card | None = None
        self._time = ""
        self._blocked = False
        self.hide()

    def show_at(self, card: Card, place: QRect, time: str, minutes: int, *, blocked: bool) -> None:
        """Shows the visit at its new place with its new time and its new length."""
        recovery = max(card.appointment.phases.recovery + minutes - card.appointment.phases.total, 0)
        phases = replace(card.appointment.phases, recovery=recovery)
        self._card = replace(card, appointment=replace(card.appointment, phases=phases))
        self._time, self._blocked = time, blocked
        self.setGeometry(place)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._card is None:
            return
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setOpacity(0.94)
        rect = self.rect()
        paint_ground(painter, rect, self._card, lifted=True)
        words = replace(
            card_text(self._card), time=self._time, missing=(), note=False, struck=False, tone="", wrong=False
        )
        paint_words(painter, rect, words, self._card.appointment.status)
        pen = QPen(theme.color(tokens.red_fill if self._blocked else tokens.accent), 2.0)
        if self._blocked:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()


class Ghosts:
    """The ghosts of all that is in the hand."""

    def __init__(self, canvas: QWidget) -> None:
        self._canvas = canvas
        self._ghosts = [Ghost(canvas)]

    def show_at(self, visits: Sequence[tuple[Card, QRect, str, int]], *, blocked: bool) -> None:
        """Shows each visit at its rectangle with its new time and minutes."""
        while len(self._ghosts) < len(visits):
            self._ghosts.append(Ghost(self._canvas))
        for ghost, (card, place, time, minutes) in zip(self._ghosts, visits, strict=False):
            ghost.show_at(card, place, time, minutes, blocked=blocked)
        for ghost in self._ghosts[len(visits) :]:
            ghost.hide()

    def hide(self) -> None:
        """Nothing is in the hand, or it is beside the board."""
        for ghost in self._ghosts:
            ghost.hide()

    def geometry(self) -> QRect:
        """Where the visit in the hand itself is."""
        return self._ghosts[0].geometry()


class Bubble(QWidget):
    """A few words at a place on the board: the new time, and each finding with its sign. Never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName="Move")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.title = self.foot = ""
        self.lines: tuple[tuple[Severity, str], ...] = ()
        self.hide()

    @property
    def text(self) -> str:
        """Everything it says."""
        return "\n".join([self.title, *(words for _, words in self.lines), *filter(None, (self.foot,))])

    def say(self, title: str, findings: Sequence[Finding], beside: QRect, inside: QRect) -> None:
        """Shows the words beside a place, inside the visible part of the board."""
        order = list(Severity)
        worst_first = sorted(findings, key=lambda f: order.index(f.severity))
        self.title = title
        self.lines = tuple((f.severity, f.message) for f in worst_first[:4])
        self.foot = _OVERRIDE if worst_first and worst_first[0].severity is Severity.OVERRIDE else ""
        self.setAccessibleDescription(self.text)
        size = self.sizeHint()
        right = QPoint(beside.right() + 10, beside.top())
        left = QPoint(beside.left() - 10 - size.width(), beside.top())
        place = right if right.x() + size.width() <= inside.right() or left.x() < inside.left() else left
        x = min(max(place.x(), inside.left() + 4), max(inside.right() - size.width() - 4, inside.left()))
        y = min(max(place.y(), inside.top() + 4), max(inside.bottom() - size.height() - 4, inside.top()))
        self.setGeometry(QRect(QPoint(x, y), size))
        self.show()
        self.raise_()
        self.update()

    def _heights(self) -> list[int]:
        metrics = QFontMetrics(theme.font(12))
        box = QRect(0, 0, _WIDTH - 2 * _PAD - 16, 400)
        return [metrics.boundingRect(box, int(Qt.TextFlag.TextWordWrap), words).height() + 4 for _, words in self.lines]

    def sizeHint(self) -> QSize:
        if not self.lines:
            return QSize(QFontMetrics(theme.font(13, True)).horizontalAdvance(self.title) + 2 * _PAD + 2, 34)
        foot = _LINE + 2 if self.foot else 0
        return QSize(_WIDTH, 2 * _PAD + _LINE + 2 + sum(self._heights()) + foot)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        blocked = any(severity is Severity.BLOCK for severity, _ in self.lines)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        border = tokens.red_line if blocked else tokens.amber_line if self.lines else tokens.accent_line
        painter.setPen(QPen(theme.color(border), 1))
        painter.setBrush(theme.color(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        painter.setFont(theme.font(13, True))
        painter.setPen(theme.color(tokens.ink))
        painter.drawText(
            QRect(_PAD, _PAD - 4, self.width() - 2 * _PAD, _LINE + 2),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            self.title,
        )
        y = _PAD + _LINE + 1
        for (severity, words), height in zip(self.lines, self._heights(), strict=True):
            ink = tokens.red if severity is Severity.BLOCK else tokens.amber
            painter.setPen(theme.color(ink))
            painter.setFont(theme.font(12, True))
            painter.drawText(
                QRect(_PAD, y, 16, _LINE), int(Qt.AlignmentFlag.AlignLeft), "✕" if severity is Severity.BLOCK else "!"
            )
            painter.setFont(theme.font(12))
            painter.setPen(theme.color(tokens.ink))
            painter.drawText(
                QRect(_PAD + 16, y, self.width() - 2 * _PAD - 16, height), int(Qt.TextFlag.TextWordWrap), words
            )
            y += height
        if self.foot:
            painter.setPen(theme.color(tokens.ink2))
            room = QRect(_PAD, y + 1, self.width() - 2 * _PAD, _LINE)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft), self.foot)
        painter.end()
