"""One complete series as a card of date chips with the gaps between them.

Signals of `ProposalCard`: `chosen(ProposalCard)`; `session_clicked(ProposalCard, int)` the chip with this index.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ketaclinic.domain.wishes import PlannedSession, Proposal
from ketaclinic.ui import icons, text, theme

_KEPT = ("every wish kept", "every rule kept")
_CHIP = QSize(98, 60)
_BETWEEN = 32
_TOP = 42
_SIDE = 18
_LINE = 18
_MOST_LINES = 4


class SessionChip(QAbstractButton):
    """One session of a proposal; a click changes it in place."""

    def __init__(self, number: int, session: PlannedSession, chair: str, *, pinned: bool, parent: QWidget) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.TabFocus, checkable=True)
        self.session, self._number, self._pinned = session, number, pinned
        self.strong = False
        day = text.weekday_day(session.starts_at.date())
        self.setAccessibleName(f"Session {number}, {day}, {text.clock(session.starts_at)}, {chair}")
        self.setAccessibleDescription("Held at this time" if pinned else "Opens other times")
        self.setToolTip(f"{chair} · {text.span(session.starts_at, session.ends_at)}\nClick to choose another time")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.resize(_CHIP)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.isChecked() or self.hasFocus()
        line = tokens.accent if lively else tokens.accent_line if self.strong or self.underMouse() else tokens.line
        painter.setPen(QPen(theme.color(line), 2 if lively else 1))
        ground = tokens.accent_tint if self.strong else tokens.hover if self.underMouse() else tokens.surface
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 9, 9)
        centre = Qt.AlignmentFlag.AlignCenter
        painter.setFont(theme.font(11))
        painter.setPen(theme.color(tokens.ink2))
        painter.drawText(QRect(0, 4, self.width(), 16), centre, str(self._number))
        if self._pinned:
            icons.paint(painter, "pin", QRectF(self.width() - 20, 6, 13, 13), tokens.accent_ink)
        painter.setFont(theme.font(13, True))
        painter.setPen(theme.color(tokens.ink))
        painter.drawText(QRect(0, 19, self.width(), 19), centre, text.weekday_day(self.session.starts_at.date()))
        painter.setFont(theme.font(13))
        painter.setPen(theme.color(tokens.ink2))
        painter.drawText(QRect(0, 37, self.width(), 18), centre, text.clock(self.session.starts_at))
        painter.end()


class ProposalCard(QAbstractButton):
    """Selectable like a radio button; arrows go to the next one."""

    chosen = Signal(object)
    session_clicked = Signal(object, int)

    def __init__(self, proposal: Proposal, chairs: dict[int, str], pinned: Sequence[PlannedSession]) -> None:
        super().__init__(focusPolicy=Qt.FocusPolicy.StrongFocus, checkable=True, autoExclusive=True)
        self.proposal = proposal
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Series {proposal.title}, {proposal.summary}, {self.remark}")
        self.setAccessibleDescription("; ".join(proposal.why))
        self.setToolTip("\n".join([*proposal.why, *(f.message for f in proposal.findings)]))
        self.chips: list[SessionChip] = []
        for index, session in enumerate(proposal.sessions):
            held = session in pinned
            chip = SessionChip(index + 1, session, chairs.get(session.chair_id, ""), pinned=held, parent=self)
            chip.clicked.connect(self._chip_clicked)
            self.chips.append(chip)
        self.toggled.connect(self._toggled)
        self.clicked.connect(self._clicked)
        theme.repaint_on_change(self)

    @property
    def remark(self) -> str:
        """What sets this series apart."""
        if self.proposal.findings:
            return self.proposal.findings[0].message
        return self.proposal.remark

    def _clicked(self) -> None:
        self.setChecked(True)

    def _toggled(self) -> None:
        for chip in self.chips:
            chip.strong = self.isChecked()
            chip.update()
        if self.reasons():
            self.updateGeometry()
        self.update()
        if self.isChecked():
            self.chosen.emit(self)

    def _chip_clicked(self) -> None:
        pressed = self.sender()
        for index, chip in enumerate(self.chips):
            if chip is pressed:
                self.setChecked(True)
                self.session_clicked.emit(self, index)

    def mark_chip(self, index: int | None) -> None:
        """Marks the session that is being changed."""
        for i, chip in enumerate(self.chips):
            chip.setChecked(i == index)

    def _per_line(self, width: int) -> int:
        return max((width - 2 * _SIDE + _BETWEEN) // (_CHIP.width() + _BETWEEN), 1)

    def _chips_end(self, width: int) -> int:
        lines = -(-len(self.chips) // self._per_line(width))
        return _TOP + lines * (_CHIP.height() + 8)

    def _height(self, width: int) -> int:
        reasons = len(self.reasons()) if self.isChecked() else 0
        return self._chips_end(width) + 6 + (reasons * _LINE + 4 if reasons else 0)

    def reasons(self) -> tuple[str, ...]:
        """What is worth knowing and what costs points, the dearest first; shown while the card is chosen."""
        dear = sorted(self.proposal.costs, key=lambda line: -line.points)
        said = [*(f"! {f.message}" for f in self.proposal.findings[1:])]
        said += [f"{line.points:,} points: {line.text}" for line in dear]
        if len(said) > _MOST_LINES:
            rest = len(said) - _MOST_LINES + 1
            said = [*said[: _MOST_LINES - 1], f"and {rest} more, {self.proposal.cost:,.0f} points in all"]
        return tuple(said)

    def sizeHint(self) -> QSize:
        return QSize(780, self._height(max(self.width(), 400)))

    def minimumSizeHint(self) -> QSize:
        return QSize(300, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        per_line = self._per_line(self.width())
        for index, chip in enumerate(self.chips):
            line, place = divmod(index, per_line)
            chip.move(_SIDE + place * (_CHIP.width() + _BETWEEN), _TOP + line * (_CHIP.height() + 8))
        if self._height(self.width()) != self.height():  # the chips wrap at another width
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        line = tokens.accent if on else tokens.line_strong if self.underMouse() else tokens.line
        if on:
            painter.setPen(QPen(theme.color(tokens.accent_tint), 4))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 12, 12)
        painter.setPen(QPen(theme.color(line), 2 if on and self.hasFocus() else 1))
        painter.setBrush(theme.color(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), 11, 11)
        self._paint_radio(painter, on=on)
        self._paint_title(painter)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(tokens.ink2))
        for gap, chip in zip(self.proposal.gaps, self.chips, strict=False):
            box = QRect(chip.geometry().right() + 1, chip.y(), _BETWEEN, _CHIP.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{gap} d")
        if on:
            self._paint_reasons(painter)
        painter.end()

    def _paint_reasons(self, painter: QPainter) -> None:
        top = self._chips_end(self.width())
        metrics = QFontMetrics(painter.font())
        for number, words in enumerate(self.reasons()):
            room = QRect(_SIDE, top + number * _LINE, self.width() - 2 * _SIDE, _LINE)
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)

    def _paint_radio(self, painter: QPainter, *, on: bool) -> None:
        tokens = theme.tokens()
        circle = QRectF(_SIDE, 14, 16, 16)
        painter.setPen(QPen(theme.color(tokens.accent if on else tokens.ink3), 1.5))
        painter.setBrush(theme.color(tokens.accent if on else tokens.surface))
        painter.drawEllipse(circle)
        if on:
            painter.setBrush(theme.color(tokens.on_accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(circle.adjusted(5, 5, -5, -5))

    def _paint_title(self, painter: QPainter) -> None:
        tokens = theme.tokens()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        room = QRect(_SIDE + 26, 7, self.width() - 2 * _SIDE - 26, 30)
        painter.setFont(theme.font(13, True))
        painter.setPen(theme.color(tokens.ink))
        painter.drawText(room, middle, self.proposal.title)
        used = QFontMetrics(painter.font()).horizontalAdvance(self.proposal.title) + 14
        kept = self.proposal.remark in _KEPT and not self.proposal.findings
        sign = "✓ " if kept else "! " if self.proposal.findings else ""
        bold = QFontMetrics(theme.font(12, True))
        most = max(room.width() - used - 60, 40)
        words = bold.elidedText(f"{sign}{self.remark}", Qt.TextElideMode.ElideRight, most)
        painter.setFont(theme.font(12, True))
        ink = tokens.green if kept else tokens.amber if self.proposal.findings else tokens.ink2
        painter.setPen(theme.color(ink))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, words)
        rest = room.adjusted(used, 0, -bold.horizontalAdvance(words) - 12, 0)
        painter.setFont(theme.font(13))
        painter.setPen(theme.color(tokens.ink2))
        summary = QFontMetrics(painter.font()).elidedText(
            self.proposal.summary, Qt.TextElideMode.ElideRight, rest.width()
        )
        painter.drawText(rest, middle, summary)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers():
            super().keyPressEvent(event)
            return
        shelf = self.parentWidget()
        cards = [c for c in shelf.findChildren(ProposalCard) if c.isVisible()] if shelf else [self]
        cards.sort(key=lambda c: c.y())
        at = cards.index(self) + step
        if 0 <= at < len(cards):
            cards[at].setFocus(Qt.FocusReason.OtherFocusReason)
            cards[at].setChecked(True)
