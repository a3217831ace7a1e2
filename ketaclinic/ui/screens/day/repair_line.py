"""One change of a repair plan as a line: who, from where to where, by how much, and whether somebody rings.

Signals of `ChangeLine`: `visit_chosen(int)`.
"""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ketaclinic.domain.repair import RepairMove
from ketaclinic.domain.resources import Chair
from ketaclinic.ui import icons, theme
from ketaclinic.ui.screens.day import repair_words as words

_PAD = 10


class ChangeLine(QAbstractButton):
    """A visit that changes place; chosen, it can be put elsewhere by hand."""

    visit_chosen = Signal(int)

    def __init__(self, move: RepairMove, chairs: tuple[Chair, ...]) -> None:
        super().__init__(focusPolicy=Qt.FocusPolicy.StrongFocus, checkable=True)
        self.move_of = move
        self._change = words.change(move, chairs)
        parts = [words.by_how_much(move)]
        if move.calls:
            parts.append(move.phone or "no telephone number")
        self._remark = " · ".join(part for part in parts if part)
        self.setAccessibleName(words.spoken(move, chairs))
        self.setToolTip(f"{move.card.patient_name}\n{self._change}\n{self._remark}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._choose)
        theme.repaint_on_change(self)

    def _choose(self) -> None:
        self.visit_chosen.emit(self.move_of.card.appointment.id)

    def sizeHint(self) -> QSize:
        return QSize(240, 64 if self._remark else 46)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(QPen(theme.color(tokens.focus), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(tokens.accent_tint if self.isChecked() else tokens.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        wide = self.width() - 2 * _PAD
        label = self.move_of.card.label
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(tokens.ink2))
        label_wide = painter.fontMetrics().horizontalAdvance(label)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(_PAD, 5, wide, 18), right, label)
        pin = 18 if self.move_of.fixed else 0
        if pin:
            icons.paint(painter, "pin", QRectF(_PAD, 6, 14, 14), tokens.accent_ink)
        self._line(
            painter, QRect(_PAD + pin, 5, wide - pin - label_wide - 8, 18), self.move_of.card.patient_name, bold=True
        )
        self._line(painter, QRect(_PAD, 23, wide, 18), self._change)
        if self._remark:
            ring = 18 if self.move_of.calls else 0
            if ring:
                icons.paint(painter, "phone", QRectF(_PAD, 43, 13, 13), tokens.ink2)
            self._line(painter, QRect(_PAD + ring, 41, wide - ring, 18), self._remark, ink=tokens.ink2)
        painter.end()

    @staticmethod
    def _line(painter: QPainter, rect: QRect, said: str, *, bold: bool = False, ink: str = "") -> None:
        font = theme.font(13 if bold else 12, bold)
        painter.setFont(font)
        painter.setPen(theme.color(ink or theme.tokens().ink))
        shown = QFontMetrics(font).elidedText(said, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
