"""Find a patient by three letters: a field with the matches beneath it.

Signals of `PatientPicker`: `patient_chosen(int)` the id; `add_asked(str)` what was typed, when nobody matches.
"""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.people import PatientRow
from ketaclinic.ui import text, theme
from ketaclinic.ui.icons import icon
from ketaclinic.ui.rows_model import Column, RowRole, RowsModel
from ketaclinic.ui.screen import ScreenContext

_ROW = 50


def patient_line(row: PatientRow) -> str:
    """Record number, date of birth and telephone, as far as known."""
    born = text.day_month_year(row.born) if row.born else ""
    return " · ".join(filter(None, (row.record, f"born {born}" if born else "", row.phone)))


def patient_columns() -> tuple[Column[PatientRow], ...]:
    """One column that speaks the whole row."""
    return (Column("Patient", lambda row: f"{row.name}, {patient_line(row)}"),)


class PatientDelegate(QStyledItemDelegate):
    """Paints a patient in two lines: name and what the clerk compares on the telephone."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(200, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(RowRole)
        if not isinstance(row, PatientRow):
            return
        now = theme.tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        box = QRectF(rect).adjusted(4, 2, -4, -2)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(now.selection))
            painter.drawRoundedRect(box, 8, 8)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(now.hover))
            painter.drawRoundedRect(box, 8, 8)
        inner = QRect(rect.x() + 14, rect.center().y() - 18, rect.width() - 28, 37)
        right = self._series(painter, inner, row, now.ink2)
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(theme.color(now.ink))
        self._line(painter, inner.adjusted(0, 0, -right, 0), row.name, Qt.AlignmentFlag.AlignTop)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(now.ink2))
        self._line(painter, inner, patient_line(row), Qt.AlignmentFlag.AlignBottom)
        painter.restore()

    @staticmethod
    def _series(painter: QPainter, inner: QRect, row: PatientRow, ink: str) -> int:
        if not row.series:
            return 0
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(ink))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, row.series)
        return QFontMetrics(painter.font()).horizontalAdvance(row.series) + 12

    @staticmethod
    def _line(painter: QPainter, rect: QRect, words: str, where: Qt.AlignmentFlag) -> None:
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, where | Qt.AlignmentFlag.AlignLeft, shown)


class PatientPicker(QWidget):
    """Search as you type over name, telephone, date of birth and record number."""

    patient_chosen = Signal(int)
    add_asked = Signal(str)

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.chosen: PatientRow | None = None
        self.field = QLineEdit(
            placeholderText="Name, phone, date of birth or record number",
            accessibleName="Search patients",
            clearButtonEnabled=True,
        )
        self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.model = RowsModel(patient_columns(), lambda row: row.id, self)
        self.list = QListView(
            accessibleName="Patients found",
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
            mouseTracking=True,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        self.list.setModel(self.model)
        self.list.setItemDelegate(PatientDelegate(self.list))
        self.list.hide()
        layout = QVBoxLayout(self, spacing=6)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.field)
        self.field.textEdited.connect(self._search)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._take)
        self.list.activated.connect(self._take)

    def set_chosen(self, row: PatientRow | None) -> None:
        """Shows a patient as chosen, without asking the database."""
        self.chosen = row
        self.field.setText(row.name if row else "")
        self.list.hide()

    def search(self, words: str) -> None:
        """Types for the user."""
        self.field.setText(words)
        self._search(words)

    def _search(self, words: str) -> None:
        self.chosen = None
        if not words.strip():
            self._show(())
            return
        services, user = self._context.services, self._context.user()
        self._context.ops.run(self, lambda: services.patients.search(user, words, 8), self._show, latest="search")

    def _show(self, rows: tuple[PatientRow, ...]) -> None:
        self.model.replace(rows)
        self.list.setVisible(bool(rows))
        self.list.setFixedHeight(min(len(rows), 6) * _ROW + 4)
        if rows:
            self.list.setCurrentIndex(self.model.index(0, 0))

    def _take(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is None:
            return
        self.set_chosen(row)
        self.patient_chosen.emit(row.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            if self.list.isVisible():
                self._take(self.list.currentIndex())
                return True
            if self.field.text().strip() and self.chosen is None:
                self.add_asked.emit(self.field.text().strip())
                return True
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up} and self.list.isVisible():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row = min(max(self.list.currentIndex().row() + step, 0), self.model.rowCount() - 1)
            self.list.setCurrentIndex(self.model.index(row, 0))
            return True
        if event.key() == Qt.Key.Key_Escape and self.list.isVisible():
            self.list.hide()
            return True
        return False
