"""All about a visit while the mouse rests on it: short, beside the card, never in the mouse's way.

Each user can switch it off; then nothing opens by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.calls import CallNote
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.schedule import Inspection
from ketaclinic.ui import text, theme
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.card_words import BADGES

_DELAY = 550
"""Milliseconds at rest before it opens."""
_WIDTH = 292
_PAD = 13
_WORD = 68
_GAP = 12


@dataclass(frozen=True, slots=True)
class HoverWords:
    """What the hover card says: a heading, a line beneath it, then words with their values; some need attention."""

    title: str
    subtitle: str
    rows: tuple[tuple[str, str, str], ...]

    @property
    def text(self) -> str:
        """Everything in plain lines."""
        return "\n".join([self.title, self.subtitle, *(f"{word}: {value}" for word, value, _ in self.rows)])


def hover_words(inspection: Inspection, calls: Sequence[CallNote], wrong: str = "") -> HoverWords:
    """A visit in short; nothing clinical."""
    card, fields = inspection.card, inspection.patient.fields
    a = card.appointment
    rows: list[tuple[str, str, str]] = []
    if wrong:
        rows.append(("Out of place", wrong, "red"))
    status = a.status.word
    if card.held_until is not None:
        by = f" by {inspection.held_by}" if inspection.held_by else ""
        status = f"{status} until {text.clock(card.held_until)}{by}"
    rows.append(("Status", status, ""))
    rows += [(kind.value.capitalize(), text.span(begins, ends), "") for kind, begins, ends in inspection.phase_times]
    if fields.phone:
        rows.append(("Phone", fields.phone, ""))
    missing = ", ".join(m for m in card.missing if m in BADGES)
    if missing:
        rows.append(("Missing", missing, "amber"))
    if inspection.escort is not None:
        rows.append(("Escort", " · ".join(filter(None, (inspection.escort.name, inspection.escort.phone))), ""))
    if calls:
        last = max(calls, key=lambda c: c.at)
        words = f"{last.outcome.word}, {text.day_month(last.at.date())} {text.clock(last.at)}"
        rows.append(("Last call", " · ".join(filter(None, (words, last.by, last.note))), ""))
    if fields.note:
        rows.append(("Note", fields.note, "accent_ink"))
    called = f" “{fields.preferred_name}”" if fields.preferred_name else ""
    return HoverWords(
        f"{inspection.patient.name}{called}", f"{card.desk_name}, {card.label} · {card.record}", tuple(rows)
    )


class HoverCard(QWidget):
    """Paints the words on a small ground of its own. Never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName="About this visit")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.words: HoverWords | None = None
        self.hide()

    def say(self, words: HoverWords, beside: QRect, inside: QRect) -> None:
        """Shows the words beside a rectangle, inside another."""
        self.words = words
        self.setAccessibleDescription(words.text)
        size = self.sizeHint()
        x = beside.right() + _GAP
        if x + size.width() > inside.right() - 4:
            x = beside.left() - _GAP - size.width()
        if x < inside.left() + 4:
            x = max(inside.right() - size.width() - 8, inside.left() + 4)
        y = min(max(beside.top(), inside.top() + 4), max(inside.bottom() - size.height() - 4, inside.top() + 4))
        self.setGeometry(QRect(QPoint(x, y), size))
        self.show()
        self.raise_()
        self.update()

    def _value_height(self, value: str) -> int:
        metrics = QFontMetrics(theme.font(12))
        room = QRect(0, 0, _WIDTH - 2 * _PAD - _WORD - 8, 90)
        return min(metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), value).height(), 66) + 4

    def _head_height(self) -> int:
        return 22 + 20 + 6

    def sizeHint(self) -> QSize:
        rows = self.words.rows if self.words else ()
        return QSize(_WIDTH, 2 * _PAD + self._head_height() + sum(self._value_height(value) for _, value, _ in rows))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.words is None:
            return
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(tokens.line_strong), 1))
        painter.setBrush(theme.color(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        wide = self.width() - 2 * _PAD
        self._line(painter, QRect(_PAD, _PAD - 2, wide, 22), self.words.title, 14, tokens.ink, bold=True)
        self._line(painter, QRect(_PAD, _PAD + 20, wide, 20), self.words.subtitle, 12, tokens.ink2)
        y = _PAD + self._head_height()
        for word, value, tone in self.words.rows:
            height = self._value_height(value)
            self._line(painter, QRect(_PAD, y, _WORD, 17), word, 12, tokens.ink2)
            painter.setFont(theme.font(12, bool(tone)))
            painter.setPen(theme.color(str(getattr(tokens, tone)) if tone else tokens.ink))
            room = QRect(_PAD + _WORD + 8, y, wide - _WORD - 8, height)
            painter.drawText(room, int(Qt.TextFlag.TextWordWrap), value)
            y += height
        painter.end()

    @staticmethod
    def _line(painter: QPainter, room: QRect, words: str, size: int, ink: str, *, bold: bool = False) -> None:
        painter.setFont(theme.font(size, bold))
        painter.setPen(theme.color(ink))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


class HoverDesk(QObject):
    """Waits for the mouse to rest on a card, reads what there is to say, and shows it."""

    def __init__(self, context: ScreenContext, board: Board, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._board, self._over = context, board, over
        self.card = HoverCard(over)
        self._resting = 0
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._read)
        board.card_rested.connect(self._rested)
        board.verticalScrollBar().valueChanged.connect(self.leave)
        board.horizontalScrollBar().valueChanged.connect(self.leave)
        board.hand.over_changed.connect(self.leave)

    @property
    def wanted(self) -> bool:
        """Whether this user wants it."""
        return self._context.settings.hover_card(self._context.user().id)

    def set_wanted(self, *, wanted: bool) -> None:
        """Switches it on or off for this user."""
        self._context.settings.set_hover_card(self._context.user().id, shown=wanted)
        self.leave()

    def leave(self, *_: object) -> None:
        """Takes it away."""
        self._resting = 0
        self._timer.stop()
        self.card.hide()

    def _rested(self, appointment_id: int) -> None:
        self.leave()
        if appointment_id and self._board.hand.carry is None and self.wanted:
            self._resting = appointment_id
            self._timer.start()

    def _read(self) -> None:
        id_, user, services = self._resting, self._context.user(), self._context.services
        if not id_:
            return

        def read() -> tuple[Inspection, tuple[CallNote, ...]]:
            return services.floor.inspect(user, id_), services.calls.of_visit(user, id_)

        self._context.ops.run(self, read, self._show, self._failed, latest="hover")

    def _failed(self, _error: ClinicError) -> None:
        """The visit is gone meanwhile; the board will hear of it."""
        self.leave()

    def _show(self, found: tuple[Inspection, tuple[CallNote, ...]]) -> None:
        inspection, calls = found
        id_ = inspection.card.appointment.id
        widget = self._board.canvas.cards.get(id_)
        if id_ != self._resting or widget is None:
            return
        place = QRect(widget.mapTo(self._over, QPoint()), widget.size())
        port = self._board.viewport()
        inside = QRect(port.mapTo(self._over, QPoint()), port.size())
        words = hover_words(inspection, calls, self._board.canvas.wrong_about(id_))
        self.card.say(words, place, inside)
