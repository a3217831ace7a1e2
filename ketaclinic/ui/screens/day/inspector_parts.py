"""Pieces of the inspector: facts in two columns, the dates of a series, what is missing with its remedy."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.series import SeriesVisit
from ketaclinic.ui import text, theme
from ketaclinic.ui.palette import mix
from ketaclinic.ui.widgets.findings_panel import Notice
from ketaclinic.ui.widgets.flow_layout import FlowLayout


class Facts(QWidget):
    """Words and their values in two columns; a value may be good or wanting."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName=name)
        self._grid = QGridLayout(self, horizontalSpacing=12, verticalSpacing=7)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnMinimumWidth(0, 66)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Shows (word, value, kind); the kind is that of a label: "", "strong", "good", "warning"."""
        while len(self._labels) < len(facts):
            self._add_row()
        for row, (word, value) in enumerate(self._labels):
            shown = row < len(facts)
            word.setVisible(shown)
            value.setVisible(shown)
            if shown:
                word.setText(facts[row][0])
                value.setText(facts[row][1])
                if value.property("kind") != facts[row][2]:
                    value.setProperty("kind", facts[row][2])
                    value.style().polish(value)
        self.setAccessibleDescription("; ".join(f"{word}: {value}" for word, value, _ in facts))

    def _add_row(self) -> None:
        row = len(self._labels)
        word = QLabel(alignment=Qt.AlignmentFlag.AlignTop)
        word.setProperty("kind", "second")
        value = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(word, row, 0)
        self._grid.addWidget(value, row, 1)
        self._labels.append((word, value))


class VisitChip(QAbstractButton):
    """One date of a series in the colour of where it stands; a click goes there.

    Signals:
        visit_chosen(SeriesVisit): clicked.
    """

    visit_chosen = Signal(object)

    def __init__(self, visit: SeriesVisit, words: str, *, current: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.visit, self._words, self._current = visit, words, current
        self._status = Status(visit.status)
        spoken = f"{visit.label}, {text.weekday_day(visit.starts_at.date())}, {self._status.word}"
        self.setAccessibleName(spoken)
        self.setToolTip(f"{text.when(visit.starts_at)} · {visit.chair}\n{visit.label} · {self._status.word}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._choose)
        theme.repaint_on_change(self)

    def _choose(self) -> None:
        self.visit_chosen.emit(self.visit)

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(theme.font(12, True)).horizontalAdvance(self._words) + 30
        return QSize(max(wide, 46), 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.tokens().status[self._status]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ring = look.fill if self._current else mix(look.fill, theme.tokens().surface, 0.25)
        if self.hasFocus():
            ring = theme.tokens().focus
        painter.setPen(QPen(theme.color(ring), 2 if self._current or self.hasFocus() else 1))
        painter.setBrush(theme.color(look.strong_tint if self.underMouse() or self._current else look.tint))
        painter.drawRoundedRect(rect, 7, 7)
        painter.setPen(theme.color(look.color))
        painter.setFont(theme.font(11, True))
        painter.drawText(QRect(8, 0, 14, self.height()), Qt.AlignmentFlag.AlignVCenter, look.glyph)
        painter.setFont(theme.font(12, True))
        painter.drawText(self.rect().adjusted(22, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.end()


class SeriesStrip(QWidget):
    """The dates of one series in order.

    Signals:
        visit_chosen(SeriesVisit): a date was clicked.
    """

    visit_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Series")
        self._flow = FlowLayout(self, gap=5)

    def show_visits(self, visits: Sequence[SeriesVisit], current: int) -> None:
        """Shows these visits; the month is named where it changes."""
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        month = 0
        for visit in visits:
            day = visit.starts_at.date()
            words = str(day.day) if day.month == month else text.day_month(day)
            month = day.month
            chip = VisitChip(visit, words, current=visit.appointment_id == current)
            chip.visit_chosen.connect(self.visit_chosen)
            self._flow.addWidget(chip)
        self.updateGeometry()


class Missing(Notice):
    """One thing that is not there, why it matters, and the button that mends it."""

    def __init__(self, title: str, words: str, button: str = "", slot: Callable[[], None] | None = None) -> None:
        super().__init__(words, tone="amber", icon="warn", title=title)
        self.button: QPushButton | None = None
        if button and slot is not None:
            self.button = QPushButton(button, accessibleName=button)
            self.button.setProperty("kind", "amber")
            self.button.clicked.connect(slot)
            row = QHBoxLayout()
            row.setContentsMargins(0, 6, 0, 2)
            row.addWidget(self.button)
            row.addStretch(1)
            self.words.addLayout(row)


class KeyButton(QPushButton):
    """A main button that names its key at the right, in room its sheet keeps free."""

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self.setProperty("kind", "primary")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isEnabled():
            return
        painter = QPainter(self)
        painter.setOpacity(0.72)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(theme.tokens().on_accent))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(self.rect().adjusted(0, 0, -14, 0), align, self._hint)
        painter.end()


def cleared(layout: QVBoxLayout) -> None:
    """Empties a column of its widgets."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
