"""One person on one day of the week of shifts: what is entered, and when they are really there.

Signals of `ShiftButton`: `clicked` (Enter, Space or the mouse); `moved(int, int)` an arrow key, as columns and rows.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ketaclinic.domain.people import User
from ketaclinic.domain.resources import Absence, DutySpan, Shift, ShiftPattern
from ketaclinic.ui import text, theme

HEIGHT = 58
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, slots=True)
class PersonDay:
    """What is entered of one user on one day, and when they are there.

    Attributes:
        shifts: of this day alone; where there is one, the usual ones do not count.
        there: the stretches really worked, without those that have no length.
    """

    user: User
    day: date
    usual: tuple[ShiftPattern, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    there: tuple[DutySpan, ...] = ()

    @property
    def hours(self) -> str:
        """From the first minute there to the last: "08:00–16:00"; empty when nobody is there."""
        return text.span(self.there[0].starts_at, self.there[-1].ends_at) if self.there else ""

    @property
    def is_entered(self) -> bool:
        """Whether the user should be there by shift or usual shift."""
        return bool(self.shifts or self.usual or self.there)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The breaks between the stretches: "12:00–12:30"."""
        pairs = zip(self.there, self.there[1:], strict=False)
        return tuple(text.span(one.ends_at, two.starts_at) for one, two in pairs)

    @property
    def away(self) -> str:
        """The reason of an absence, or "Away"; empty where there is none."""
        return next((one.reason or "Away" for one in self.absences), "")

    @property
    def note(self) -> str:
        """What stands beneath the hours."""
        if self.absences and self.is_entered:
            return self.away if not self.there else f"{self.away}, part of the day"
        if self.gaps:
            return f"break {self.gaps[0]}" if len(self.gaps) == 1 else f"{len(self.gaps)} breaks"
        if self.shifts:
            return "this day only"
        return "usual" if self.usual else ""

    @property
    def spoken(self) -> str:
        """The day as it is read out."""
        words = [self.user.name, text.full_day(self.day), self.hours or ("away" if self.absences else "not on duty")]
        words += [f"break {gap}" for gap in self.gaps if not self.absences]
        if self.absences:
            words.append(f"absent: {self.away}")
        elif self.is_entered:
            words.append("this day only" if self.shifts else "usual")
        return ", ".join(words)


class ShiftButton(QAbstractButton):
    """Paints itself; a line along its foot shows the hours within the day, breaks as gaps."""

    moved = Signal(int, int)

    def __init__(self, person: PersonDay, opens: time, closes: time) -> None:
        super().__init__(text=person.hours)
        self.person = person
        self._opens, self._closes = opens, closes
        self.setAccessibleName(person.spoken)
        self.setToolTip(person.spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.signals.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(112, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.moved.emit(*_ARROWS[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        if self.person.is_entered:
            self._paint_words(painter)
            self._paint_line(painter)
        elif self.hasFocus() or self.underMouse():
            painter.setFont(theme.font(18))
            painter.setPen(theme.color(theme.tokens().ink2))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "+")
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        now, person = theme.tokens(), self.person
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if person.there:
            ground, edge = (now.accent_tint, now.accent_line) if person.usual else (now.surface2, now.line_strong)
            if person.shifts:
                ground, edge = now.accent_tint, now.accent
        else:
            ground, edge = now.surface if person.is_entered else now.canvas, now.line
        active = self.hasFocus() or self.underMouse()
        pen = theme.color(now.focus if active else edge)
        painter.setPen(pen)
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(frame, 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 7, 7)
        if person.absences and person.is_entered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(theme.color(now.line), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 7, 7)

    def _paint_words(self, painter: QPainter) -> None:
        now, person = theme.tokens(), self.person
        first = person.hours or person.away
        second = person.note if person.hours else "away"
        for words, top, bold, ink in ((first, 7, True, now.ink), (second, 25, False, now.ink2)):
            painter.setFont(theme.font(12, bold))
            painter.setPen(theme.color(ink))
            shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, self.width() - 16)
            painter.drawText(QRectF(9, top, self.width() - 16, 18), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_line(self, painter: QPainter) -> None:
        now = theme.tokens()
        left, wide = 9.0, self.width() - 18.0
        foot = self.height() - 9.0
        whole = max(_minutes(self._closes) - _minutes(self._opens), 60)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(now.line_strong))
        painter.drawRoundedRect(QRectF(left, foot, wide, 3), 1.5, 1.5)
        midnight = datetime.combine(self.person.day, time())
        painter.setBrush(theme.color(now.accent))
        for span in self.person.there:
            edges = [
                min(max((at - midnight) / timedelta(minutes=1) - _minutes(self._opens), 0.0), whole) * wide / whole
                for at in (span.starts_at, span.ends_at)
            ]
            painter.drawRoundedRect(
                QRectF(QPointF(left + edges[0], foot), QPointF(left + edges[1], foot + 3)), 1.5, 1.5
            )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
