"""Ctrl+K: one field that finds patients and everything the program can do.

Signals of `GlobalSearch`: `patient_chosen(int)`; `action_chosen(object)` the QAction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from ketaclinic.domain.people import PatientRow
from ketaclinic.ui import icons, theme
from ketaclinic.ui.rows_model import Column, RowRole, RowsModel
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.patient_picker import patient_line

_ROW = 46
_SHOWN = 9


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer: a patient, or something to do."""

    icon: str
    title: str
    second: str
    key: str = ""
    patient_id: int = 0
    action: QAction | None = None


class _HitDelegate(QStyledItemDelegate):
    """Paints a hit: icon, title, second line, and its key at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(200, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        hit = index.data(RowRole)
        if not isinstance(hit, Hit):
            return
        now = theme.tokens()
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(now.selection))
            painter.drawRoundedRect(QRectF(rect).adjusted(2, 1, -2, -1), 8, 8)
        icons.paint(painter, hit.icon, QRectF(rect.x() + 12, rect.center().y() - 9, 20, 20), now.ink2)
        words = rect.adjusted(44, 5, -14, -5)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(now.ink2))
        upright = Qt.AlignmentFlag.AlignTop if hit.second else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | upright, hit.key)
        self._line(painter, words, hit.second, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        words.setRight(words.right() - QFontMetrics(painter.font()).horizontalAdvance(hit.key) - 12)
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(theme.color(now.ink))
        self._line(painter, words, hit.title, Qt.AlignmentFlag.AlignLeft | upright)
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, rect: QRect, words: str, where: Qt.AlignmentFlag) -> None:
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, where, shown)


class GlobalSearch(QLineEdit):
    """The field in the top bar; its answers lie over the window beneath it."""

    patient_chosen = Signal(int)
    action_chosen = Signal(object)

    def __init__(self, actions: Callable[[], list[QAction]]) -> None:
        super().__init__(placeholderText="Search patients and actions", accessibleName="Search patients and actions")
        self.setProperty("kind", "search")
        self.addAction(icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.setMinimumWidth(220)
        self.setMaximumWidth(420)
        self._actions = actions
        self._context: ScreenContext | None = None
        self._patients: tuple[PatientRow, ...] = ()
        self._panel: QFrame | None = None
        self.model = RowsModel((Column("Found", lambda hit: f"{hit.title}, {hit.second}"),), lambda hit: hit, self)
        self._key_hint = QLabel("Ctrl K", self)
        self._key_hint.setProperty("kind", "small")
        self.textEdited.connect(self._search)
        self.installEventFilter(self)

    def set_context(self, context: ScreenContext) -> None:
        """Gives it the patients to search."""
        self._context = context

    def begin(self) -> None:
        """Takes the keyboard, as Ctrl+K does."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self._search(self.text())

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What is offered now."""
        return self.model.rows

    # -- searching

    def _search(self, typed: str) -> None:
        context = self._context
        if typed.strip() and context is not None:
            find = partial(context.services.patients.search, context.user(), typed, 6)
            context.ops.run(self, find, self._found, latest="search")
        else:
            self._patients = ()
        self._offer()

    def _found(self, patients: tuple[PatientRow, ...]) -> None:
        self._patients = patients if self.text().strip() else ()
        self._offer()

    def _offer(self) -> None:
        typed = self.text().strip().casefold()
        hits = [Hit("patient", row.name, patient_line(row), row.series, row.id) for row in self._patients]
        words = typed.split()
        hits += [self._hit(a) for a in self._actions() if all(word in a.text().casefold() for word in words)]
        self.model.replace(hits[:_SHOWN])
        self._show_panel()

    @staticmethod
    def _hit(action: QAction) -> Hit:
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return Hit(str(action.property("icon_name") or "forward"), action.text(), "", key, 0, action)

    # -- the answers

    def _show_panel(self) -> None:
        if self._panel is None:
            self._panel = self._made_panel()
        rows = self.model.rowCount()
        if not rows or not self.hasFocus():
            self._panel.hide()
            return
        corner = self.mapTo(self.window(), QPoint(0, self.height() + 6))
        self._panel.setGeometry(corner.x(), corner.y(), max(self.width(), 400), rows * _ROW + 14)
        self._list.setCurrentIndex(self.model.index(0, 0))
        self._panel.show()
        self._panel.raise_()

    def _made_panel(self) -> QFrame:
        panel = QFrame(self.window())
        panel.setProperty("kind", "card")
        self._list = QListView(
            accessibleName="Found",
            mouseTracking=True,
            verticalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
        )
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setModel(self.model)
        self._list.setItemDelegate(_HitDelegate(self._list))
        self._list.clicked.connect(self._take)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._list)
        return panel

    def close_panel(self) -> None:
        """Puts the answers away."""
        if self._panel is not None:
            self._panel.hide()

    def _take(self, index: QModelIndex) -> None:
        hit = self.model.row(index)
        if hit is None:
            return
        self.clear()
        self._patients = ()
        self.close_panel()
        self.clearFocus()
        if hit.action is not None:
            self.action_chosen.emit(hit.action)
        else:
            self.patient_chosen.emit(hit.patient_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self:
            if event.type() == QEvent.Type.FocusOut:
                self.close_panel()
            elif event.type() == QEvent.Type.Resize:
                hint = self._key_hint.sizeHint()
                middle = (self.height() - hint.height()) // 2
                self._key_hint.setGeometry(self.width() - hint.width() - 12, middle, hint.width(), hint.height())
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._key(event.key()):
                return True
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        shown = self._panel is not None and self._panel.isVisible()
        if key == Qt.Key.Key_Escape:
            self.clear()
            self.close_panel()
            self.clearFocus()
            return True
        if not shown:
            return False
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            step = 1 if key == Qt.Key.Key_Down else -1
            row = (self._list.currentIndex().row() + step) % self.model.rowCount()
            self._list.setCurrentIndex(self.model.index(row, 0))
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self._list.currentIndex())
            return True
        return False
