"""One way a course can go on, as a card: what happens, every session by day, and what follows from it.

Signals of `CourseCard`: `chosen(CourseCard)`; `taken(CourseCard)` by a double click or Enter.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ketaclinic.domain.courses import CourseMark, MarkKind, SeriesRepair
from ketaclinic.domain.findings import Severity
from ketaclinic.ui import icons, text, theme

_SIDE = 14
_ROW = 22
_MOST_ROWS = 8
_WORDS = {
    MarkKind.GIVEN: "given",
    MarkKind.KEPT: "stays",
    MarkKind.MOVED: "moves",
    MarkKind.ADDED: "new",
    MarkKind.MISSED: "not given",
    MarkKind.TO_PLACE: "to place",
}


def shown_rows(marks: Sequence[CourseMark], most: int = _MOST_ROWS) -> tuple[tuple[CourseMark, ...], int, int]:
    """The part of a course around its change: what is shown, and how many are left out before and after."""
    if len(marks) <= most:
        return tuple(marks), 0, 0
    changed = [i for i, m in enumerate(marks) if m.kind not in {MarkKind.GIVEN, MarkKind.KEPT}]
    first = max((changed[0] if changed else len(marks)) - 1, 0)
    first = min(first, len(marks) - most + 1)
    last = min(first + most - 1, len(marks))
    return tuple(marks[first:last]), first, len(marks) - last


class CourseCard(QAbstractButton):
    """Selectable like a radio button; the arrow keys go to the next one."""

    chosen = Signal(object)
    taken = Signal(object)

    def __init__(self, repair: SeriesRepair) -> None:
        super().__init__(focusPolicy=Qt.FocusPolicy.StrongFocus, checkable=True, autoExclusive=True)
        self.repair = repair
        self.setEnabled(repair.possible)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(f"{repair.title}: {repair.text}")
        self.setAccessibleDescription(". ".join([*repair.facts, *(f.message for f in repair.findings)]))
        self.setToolTip("\n".join(self._spoken()))
        self._rows, self._before, self._after = shown_rows(repair.marks)
        self.toggled.connect(self._toggled)
        theme.repaint_on_change(self)

    def _spoken(self) -> list[str]:
        return [
            f"{text.weekday_day(m.starts_at.date())}, {text.clock(m.starts_at)} · {m.label or 'not given'}"
            f" · {_WORDS[m.kind]}"
            for m in self.repair.marks
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known besides: reasons needed, papers that end."""
        return tuple(dict.fromkeys(f.message for f in self.repair.findings))

    def _toggled(self, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.update()
        if on:
            self.chosen.emit(self)

    # -- size

    def _inner(self) -> int:
        return max(self.width(), 190) - 2 * _SIDE

    def _high(self, words: str, size: int, *, bold: bool = False, width: int = 0) -> int:
        box = QRect(0, 0, width or self._inner(), 10_000)
        return QFontMetrics(theme.font(size, bold)).boundingRect(box, int(Qt.TextFlag.TextWordWrap), words).height()

    def _height(self) -> int:
        high = 44 + self._high(self.repair.text, 12) + 10
        if not self.repair.possible:
            return high + 8
        high += (len(self._rows) + bool(self._before) + bool(self._after)) * _ROW + 10
        high += sum(self._high(fact, 12) + 3 for fact in self.repair.facts) + 10
        return high + sum(self._high(note, 12, width=self._inner() - 22) + 6 for note in self.notes) + 10

    def sizeHint(self) -> QSize:
        return QSize(214, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(190, self._height())

    def hasHeightForWidth(self) -> bool:
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self.updateGeometry()

    # -- paint

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on:
            painter.setPen(QPen(theme.color(tokens.accent_tint), 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 12, 12)
        lively = self.underMouse() and self.isEnabled()
        line = tokens.accent if on else tokens.line_strong if lively else tokens.line
        painter.setPen(QPen(theme.color(line), 2 if on and self.hasFocus() else 1))
        painter.setBrush(theme.color(tokens.surface if self.isEnabled() else tokens.surface2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), 11, 11)
        self._paint_head(painter, on=on)
        at = self._paint_words(painter, self.repair.text, 42, tokens.ink2) + 8
        if self.repair.possible:
            at = self._paint_course(painter, at) + 8
            for fact in self.repair.facts:
                at = self._paint_words(painter, fact, at, tokens.ink) + 3
            self._paint_notes(painter, at + 6)
        painter.end()

    def _paint_head(self, painter: QPainter, *, on: bool) -> None:
        tokens = theme.tokens()
        circle = QRectF(_SIDE, 15, 15, 15)
        painter.setPen(QPen(theme.color(tokens.accent if on else tokens.ink3), 1.5))
        painter.setBrush(theme.color(tokens.accent if on else tokens.surface))
        if self.isEnabled():
            painter.drawEllipse(circle)
        if on:
            painter.setBrush(theme.color(tokens.on_accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(circle.adjusted(4.5, 4.5, -4.5, -4.5))
        painter.setFont(theme.font(13, True))
        painter.setPen(theme.color(tokens.ink if self.isEnabled() else tokens.ink2))
        left = _SIDE + (23 if self.isEnabled() else 0)
        room = QRect(left, 8, self.width() - left - _SIDE, 29)
        words = QFontMetrics(painter.font()).elidedText(self.repair.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_words(self, painter: QPainter, words: str, at: int, ink: str) -> int:
        high = self._high(words, 12)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(ink))
        painter.drawText(QRect(_SIDE, at, self._inner(), high), int(Qt.TextFlag.TextWordWrap), words)
        return at + high

    def _paint_course(self, painter: QPainter, at: int) -> int:
        tokens = theme.tokens()
        painter.setFont(theme.font(12))
        lines: list[CourseMark | str] = list(self._rows)
        if self._before:
            lines.insert(0, f"{text.count(self._before, 'session')} before")
        if self._after:
            lines.append(f"{text.count(self._after, 'session')} after")
        for line in lines:
            if isinstance(line, CourseMark):
                self._paint_mark(painter, line, at)
            else:
                painter.setFont(theme.font(12))
                painter.setPen(theme.color(tokens.ink2))
                box = QRect(_SIDE + 22, at, self._inner() - 22, _ROW)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), line)
            at += _ROW
        return at

    def _paint_mark(self, painter: QPainter, mark: CourseMark, at: int) -> None:
        tokens = theme.tokens()
        strong = mark.kind in {MarkKind.MOVED, MarkKind.ADDED, MarkKind.TO_PLACE}
        if strong:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(tokens.accent_tint))
            painter.drawRoundedRect(QRectF(_SIDE - 6, at + 1, self.width() - 2 * _SIDE + 12, _ROW - 2), 5, 5)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        if mark.kind is MarkKind.MISSED:
            icons.paint(painter, "close", QRectF(_SIDE, at + 5, 12, 12), tokens.ink3)
        painter.setFont(theme.font(12, strong))
        painter.setPen(theme.color(tokens.accent_ink if strong else tokens.ink2))
        number = mark.label.partition(" of ")[0].removeprefix("M ")
        painter.drawText(QRect(_SIDE, at, 20, _ROW), middle, number)
        font = QFont(theme.font(12, strong))
        font.setStrikeOut(mark.kind is MarkKind.MISSED)
        painter.setFont(font)
        painter.setPen(theme.color(tokens.ink3 if mark.kind is MarkKind.MISSED else tokens.ink))
        day = text.weekday_day(mark.starts_at.date())
        words = "to place" if mark.kind is MarkKind.TO_PLACE else f"{day}, {text.clock(mark.starts_at)}"
        painter.drawText(QRect(_SIDE + 22, at, self._inner() - 22, _ROW), middle, words)
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine)
        painter.setFont(theme.font(12))
        if mark.gap is not None:
            painter.setPen(theme.color(tokens.amber if mark.too_long else tokens.ink2))
            painter.drawText(QRect(_SIDE, at, self._inner(), _ROW), right, f"{mark.gap} d")

    def _paint_notes(self, painter: QPainter, at: int) -> None:
        tokens = theme.tokens()
        width = self._inner() - 22
        for finding in {f.message: f for f in self.repair.findings}.values():
            override = finding.severity is Severity.OVERRIDE
            icons.paint(painter, "override" if override else "warn", QRectF(_SIDE, at + 1, 15, 15), tokens.amber)
            high = self._high(finding.message, 12, width=width)
            painter.setFont(theme.font(12))
            painter.setPen(theme.color(tokens.ink))
            painter.drawText(QRect(_SIDE + 22, at, width, high), int(Qt.TextFlag.TextWordWrap), finding.message)
            at += high + 6

    # -- keys

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.taken.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key())
        )
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.setChecked(True)
            return
        if step is None or event.modifiers():
            super().keyPressEvent(event)
            return
        shelf = self.parentWidget()
        cards = [c for c in shelf.findChildren(CourseCard) if c.isVisible() and c.isEnabled()] if shelf else [self]
        cards.sort(key=lambda c: (c.y(), c.x()))
        at = cards.index(self) + step
        if 0 <= at < len(cards):
            cards[at].setFocus(Qt.FocusReason.TabFocusReason)
            cards[at].setChecked(True)
