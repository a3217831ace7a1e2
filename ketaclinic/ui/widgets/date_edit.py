"""A date as people type it, read back at once in words so that a wrong reading shows while it is typed.

Signals of `DateEdit`: `day_changed()` whenever another date (or none) is understood.
"""

from datetime import date

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ketaclinic.domain.dates import DateOrder, readings
from ketaclinic.domain.people import age_on
from ketaclinic.ui import text, theme

_FARTHEST = date(2199, 12, 31)


class DateEdit(QLineEdit):
    """Takes "12 Mar 1979", "3/12/1979" or "1979-03-12"; `order` reads what could be two dates."""

    day_changed = Signal()

    def __init__(
        self, today: date, *, order: DateOrder = DateOrder.MDY, ages: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, placeholderText="12 Mar 1979")
        self._today, self._order, self._ages = today, order, ages
        self._day: date | None = None
        self.textEdited.connect(self._read)  # comes before textChanged: whoever hears the edit finds the new date
        self.textChanged.connect(self._read)

    def day(self) -> date | None:
        """The date understood, or None."""
        return self._day

    def set_day(self, day: date | None) -> None:
        """Shows a date."""
        self.setText(text.day_month_year(day) if day else "")

    @property
    def unreadable(self) -> bool:
        """Whether something stands here that is no date."""
        return self._day is None and bool(self.text().strip())

    def _read(self, typed: str) -> None:
        before = self._day
        found = readings(typed, self._today) or readings(typed, _FARTHEST)
        self._day = found.get(self._order) or next(iter(found.values()), None)
        if self._day != before:
            self.day_changed.emit()
        self.update()

    def echo(self) -> str:
        """The date as it was understood, e.g. "12 Mar 1979 · 47 years"."""
        if self._day is None:
            return ""
        said = text.day_month_year(self._day)
        if not self._ages or self._day > self._today:
            return said
        return f"{said} · {text.count(age_on(self._day, self._today), 'year')}"

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._day is not None:
            self.setText(text.day_month_year(self._day))
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        said = self.echo()
        if not said:
            return
        metrics = QFontMetrics(theme.font(12))
        if said.startswith(self.text().strip()):
            said = said.removeprefix(self.text().strip()).removeprefix(" · ")
        taken = self.fontMetrics().horizontalAdvance(self.text()) + 34
        if not said or metrics.horizontalAdvance(said) > self.width() - taken:
            return
        painter = QPainter(self)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(theme.tokens().ink2))
        where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(0, 0, self.width() - 12, self.height()), where, said)
        painter.end()
