"""How a cell of the flowsheet is painted, and the empty columns of the checks that come next."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ketaclinic.domain.monitoring import DueCheck
from ketaclinic.domain.observations import Level
from ketaclinic.ui import theme
from ketaclinic.ui.screens.chairside.flow_rows import short_label
from ketaclinic.ui.screens.chairside.flowsheet_model import LevelRole, MissedRole, StruckRole, TypedRole
from ketaclinic.ui.screens.chairside.moments import hour_minute

_INKS = {str(Level.AMBER): ("amber", "amber_tint"), str(Level.RED): ("red", "red_tint")}


class CellDelegate(QStyledItemDelegate):
    """A number in the middle; out of limits on a tint, corrected struck through, missed hatched."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = theme.tokens()
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        level, struck = index.data(LevelRole), bool(index.data(StruckRole))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.fillRect(box, theme.color(tokens.selection))
        if index.data(MissedRole):
            painter.fillRect(box, QBrush(theme.color(tokens.amber_line), Qt.BrushStyle.BDiagPattern))
        painter.setPen(theme.color(tokens.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        text = str(index.data() or "")
        font = QFont(theme.font(14, bold=bool(index.data(TypedRole)) and not struck))
        font.setStrikeOut(struck)
        ink = tokens.ink3 if struck else tokens.ink
        if level in _INKS and not struck:  # Qt hands the enum back as its text
            name, tint = _INKS[level]
            ink = getattr(tokens, name)
            width = QFontMetricsF(font).horizontalAdvance(text) + 14
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(getattr(tokens, tint)))
            height = min(24.0, box.height() - 4)
            painter.drawRoundedRect(
                QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height), 6, 6
            )
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class UpcomingColumns(QWidget):
    """The checks after the one that is due, as empty columns: what comes is seen where it will stand."""

    def __init__(self, header: int, column: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header, self._column = header, column
        self._checks: tuple[DueCheck, ...] = ()
        self._zone = "UTC"
        self._heights: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.signals.changed.connect(self.update)

    def show_checks(self, checks: tuple[DueCheck, ...], zone: str) -> None:
        """Shows these checks, as many as there is room for."""
        if (checks, zone) != (self._checks, self._zone):
            self._checks, self._zone = checks, zone
            words = ", ".join(f"{hour_minute(c.due_at, zone)} {c.label}" for c in checks)
            self.setAccessibleName(f"Then: {words}" if words else "")
            self.update()

    def set_heights(self, heights: tuple[int, ...]) -> None:
        """Heights of the lines beside it."""
        if heights != self._heights:
            self._heights = heights
            self.setFixedHeight(self._header + sum(heights) + 2)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - a few lines
        tokens = theme.tokens()
        painter = QPainter(self)
        fitting = min(len(self._checks), self.width() // self._column)
        right = fitting * self._column
        for number, check in enumerate(self._checks[:fitting]):
            box = QRectF(number * self._column, 0, self._column, self._header)
            painter.setPen(theme.color(tokens.ink3))
            painter.setFont(theme.font(12))
            label = painter.fontMetrics().elidedText(
                short_label(check.label), Qt.TextElideMode.ElideRight, self._column - 2
            )
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{hour_minute(check.due_at, self._zone)}\n{label}")
        painter.setPen(QPen(theme.color(tokens.line), 1))
        y = self._header - 1
        for height in (0, *self._heights):
            y += height
            painter.drawLine(0, y, right, y)
        painter.end()
