"""How the cells of the clinic's lists are painted, and how the keys act on their rows: one way for all of them.

Signals of `RowsView`: `entered_row(QModelIndex)` Enter on the current row.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from ketaclinic.ui import theme
from ketaclinic.ui.rows_model import RowRole
from ketaclinic.ui.widgets.pill import paint_pill, pill_width

Look = Callable[[Any, int], str]
"""How a cell of a row is drawn: "", "strong", "quiet", "amber", "status:<value>" in words, "lines" in two lines of
them; "pill:<tone>" as one remark, "pills" as several in amber."""
PAD = 10
_GAP = 5


class RowsView(QTableView):
    """Rows as a whole, none of it edited here; Enter acts on the current one, Tab leaves the list."""

    entered_row = Signal(QModelIndex)

    def __init__(self, name: str) -> None:
        super().__init__(
            accessibleName=name,
            selectionBehavior=QAbstractItemView.SelectionBehavior.SelectRows,
            selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
            verticalScrollMode=QAbstractItemView.ScrollMode.ScrollPerPixel,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            showGrid=False,
            tabKeyNavigation=False,
            wordWrap=False,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.entered_row.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class CellDelegate(QStyledItemDelegate):
    """Paints a cell as its look says, the chosen row on the selection's ground; words cut off are told to the mouse.

    `marked`: whether the chosen row has a mark at its left while its list has the keys.
    """

    def __init__(self, look: Look, view: QTableView, row: int, *, marked: bool = False) -> None:
        super().__init__(view)
        self._look, self._view, self._row, self._marked = look, view, row, marked

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(60, self._row)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        now = theme.tokens()
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        words, look = str(index.data() or ""), self._look(index.data(RowRole), index.column())
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color(now.selection))
            if self._marked and index.column() == 0 and self._view.hasFocus():
                painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.color(now.focus))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color(now.line))
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        if look == "pills":
            _pills(painter, inner, words)
        elif look.startswith("pill:"):
            wide = min(pill_width(words), inner.width())
            paint_pill(painter, QRectF(inner.left(), rect.center().y() - 10, wide, 22), words, look[5:])
        elif look == "lines":
            _lines(painter, inner, words)
        else:
            _words(painter, inner, words, look, index.data(Qt.ItemDataRole.TextAlignmentRole))
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        words = str(index.data() or "")
        if event.type() == QEvent.Type.ToolTip and index.data(Qt.ItemDataRole.ToolTipRole) is None:
            rect: QRect = option.rect  # type: ignore[attr-defined]
            shown = words if self._is_cut(words, self._look(index.data(RowRole), index.column()), rect.width()) else ""
            QToolTip.showText(event.globalPos(), shown, view, rect)
            return True
        return super().helpEvent(event, view, option, index)

    @staticmethod
    def _is_cut(words: str, look: str, width: int) -> bool:
        """Whether some of the words cannot be read in a cell of that width."""
        room = width - 2 * PAD
        if look == "pills":
            several = [word for word in words.split(", ") if word]
            return sum(pill_width(word) + _GAP for word in several) - _GAP > room
        if look == "lines":
            return len(_broken(words, room)) > 2
        return QFontMetrics(theme.font(13, look == "strong")).horizontalAdvance(words) > room


def _pills(painter: QPainter, inner: QRect, words: str) -> None:
    left, several = inner.left(), [word for word in words.split(", ") if word]
    for number, word in enumerate(several):
        rest = len(several) - number
        room = inner.right() - left - (pill_width("+9") + _GAP if rest > 1 else 0)
        fits = pill_width(word) <= room or (number == 0 and rest == 1)
        shown = word if fits else f"+{rest}"
        wide = min(pill_width(shown), inner.right() - left)
        paint_pill(painter, QRectF(left, inner.center().y() - 10, wide, 21), shown, "amber")
        left += wide + _GAP
        if not fits:
            break


def _words(painter: QPainter, inner: QRect, words: str, look: str, side: Any) -> None:  # noqa: ANN401 - Qt's flag
    now = theme.tokens()
    ink, bold = now.ink, look == "strong"
    if look.startswith("status:"):
        shown = theme.status(look[7:])
        ink, bold, words = shown.color, True, f"{shown.glyph} {words}"
    elif look in {"quiet", "amber"}:
        ink, bold = (now.ink2, False) if look == "quiet" else (now.amber, True)
    painter.setFont(theme.font(13, bold))
    painter.setPen(theme.color(ink))
    cut = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner, side or (Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), cut)


def _lines(painter: QPainter, inner: QRect, words: str) -> None:
    """Words in two lines at most, the second one cut where they are more."""
    painter.setFont(theme.font(12))
    painter.setPen(theme.color(theme.tokens().ink))
    metrics = QFontMetrics(painter.font())
    starts = _broken(words, inner.width())
    lines = [words] if len(starts) < 2 else [words[: starts[1]].rstrip(), words[starts[1] :]]
    high = metrics.height()
    top = inner.center().y() - high * len(lines) // 2 + 1
    for number, line in enumerate(lines):
        cut = metrics.elidedText(line, Qt.TextElideMode.ElideRight, inner.width())
        box = QRect(inner.left(), top + number * high, inner.width(), high)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)


def _broken(words: str, width: int) -> list[int]:
    """Where each line of some words begins in a column of that width."""
    layout = QTextLayout(words, theme.font(12))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1))
        starts.append(line.textStart())
    layout.endLayout()
    return starts
