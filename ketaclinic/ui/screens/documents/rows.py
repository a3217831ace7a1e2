"""Rows of the two lists: what can be printed, and what was filed. Both are painted in two lines."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ketaclinic.clock import to_wall
from ketaclinic.domain.handouts import Document, DocumentText
from ketaclinic.ui import icons, text, theme
from ketaclinic.ui.rows_model import Column, RowRole

ROW = 52
_LAYOUTS = {"consent": ("consent", "Form to sign"), "itinerary": ("series", "All visits of the series")}


def text_words(one: DocumentText) -> tuple[str, str, str]:
    """Icon, title and second line of something that can be printed."""
    icon, words = _LAYOUTS.get(one.layout, ("document", "Handout, one sheet"))
    return icon, one.title, f"{words} · revision {one.revision}"


def filed_words(zone: str) -> Callable[[Document], tuple[str, str, str]]:
    """Icon, title and second line of a filed document, its time as the wall shows it at the location."""

    def words(one: Document) -> tuple[str, str, str]:
        made: datetime = to_wall(one.made_at, zone)
        when = f"{text.day_month_year(made.date())}, {text.clock(made)}"
        by = f" · {one.made_by}" if one.made_by else ""
        return ("lock" if one.clinical else "pdf"), one.title, f"{when} · revision {one.revision}{by}"

    return words


def columns(words: Callable[[Any], tuple[str, str, str]]) -> tuple[Column[Any], ...]:
    """One column that speaks the whole row."""
    return (Column("Document", lambda row: ", ".join(words(row)[1:])),)


def filed_columns(zone: str) -> tuple[Column[Document], ...]:
    """Filed documents as a table, for a CSV file."""
    return (
        Column("Title", lambda one: one.title),
        Column("Revision", lambda one: str(one.revision)),
        Column("Filed", lambda one: f"{to_wall(one.made_at, zone):%Y-%m-%d %H:%M}"),
        Column("By", lambda one: one.made_by),
        Column("Pages", lambda one: str(one.pages)),
        Column("SHA-256", lambda one: one.digest),
    )


class DocumentDelegate(QStyledItemDelegate):
    """Paints icon, title and second line."""

    def __init__(self, words: Callable[[Any], tuple[str, str, str]], view: QListView) -> None:
        super().__init__(view)
        self._words, self._view = words, view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(200, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        icon, title, second = self._words(index.data(RowRole))
        now = theme.tokens()
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            focused = selected and self._view.hasFocus()
            painter.setPen(QPen(theme.color(now.focus), 1.5) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(now.selection if selected else now.hover))
            painter.drawRoundedRect(QRectF(rect).adjusted(3, 2, -3, -2), 8, 8)
        ink = now.accent_ink if selected else now.ink2
        icons.paint(painter, icon, QRectF(rect.left() + 13, rect.center().y() - 9, 19, 19), ink)
        inner = rect.adjusted(44, 8, -12, -8)
        self._line(painter, inner, title, now.ink, Qt.AlignmentFlag.AlignTop, bold=True)
        self._line(painter, inner, second, now.ink2, Qt.AlignmentFlag.AlignBottom)
        painter.restore()

    @staticmethod
    def _line(
        painter: QPainter, rect: QRect, words: str, ink: str, where: Qt.AlignmentFlag, *, bold: bool = False
    ) -> None:
        painter.setFont(theme.font(13 if bold else 12, bold=bold))
        painter.setPen(theme.color(ink))
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, where | Qt.AlignmentFlag.AlignLeft, shown)


def list_view(name: str) -> QListView:
    """A list whose rows paint themselves."""
    return QListView(
        accessibleName=name,
        editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
        mouseTracking=True,
        horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        verticalScrollMode=QAbstractItemView.ScrollMode.ScrollPerPixel,
    )
