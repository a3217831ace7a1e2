"""One day of the week of shifts: who is there, how many nurses count, and where they are too few.

Signals of `ShiftColumn`: `shift_chosen(object)` a Shift.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QSizePolicy, QVBoxLayout

from ketaclinic.domain.resources import Shift
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import text, theme
from ketaclinic.ui.widgets.pill import Pill


@dataclass(frozen=True, slots=True)
class ShiftDay:
    """A day with its shifts; `nurses` are those who count for the visits."""

    view: DayView
    shifts: tuple[Shift, ...]
    names: Mapping[int, str]
    nurses: frozenset[int]

    @property
    def duty(self) -> str:
        """How many nurses there are: those of the shifts, or else the usual number."""
        if not self.view.hours:
            return "Closed"
        on_duty = {shift.user_id for shift in self.shifts} & self.nurses
        usual = self.view.location.usual_nurses[self.view.day.weekday()]
        return f"{text.count(len(on_duty), 'nurse')} on duty" if on_duty else f"{text.count(usual, 'nurse')} (usual)"

    @property
    def too_few(self) -> str:
        """Where more is booked than the nurses there can watch; empty when they are enough."""
        first = next((point.at for point in self.view.load if not point.capacity_ok), None)
        return "" if first is None else f"! Too few at {first // 60:02}:{first % 60:02}"


class ShiftButton(QAbstractButton):
    """A shift: the name over its hours; paints itself."""

    def __init__(self, shift: Shift, name: str, *, counts: bool) -> None:
        super().__init__(text=name)
        self.shift, self._counts = shift, counts
        self._hours = text.span(shift.starts_at, shift.ends_at)
        self.setAccessibleName(f"{name}, {text.full_day(shift.starts_at.date())}, {self._hours}")
        self.setToolTip(f"{name}, {self._hours}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.signals.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(104, 50)

    def minimumSizeHint(self) -> QSize:
        return QSize(84, 50)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = now.focus if self.hasFocus() or self.underMouse() else now.accent_line if self._counts else now.line
        painter.setPen(theme.color(edge))
        painter.setBrush(theme.color(now.accent_tint if self._counts else now.surface2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        for words, top, bold, ink in ((self.text(), 7, True, now.ink), (self._hours, 26, False, now.ink2)):
            painter.setFont(theme.font(12, bold))
            painter.setPen(theme.color(ink))
            shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, self.width() - 18)
            painter.drawText(QRectF(9, top, self.width() - 18, 18), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class ShiftColumn(QFrame):
    """The day on top, its shifts beneath in the order they begin."""

    shift_chosen = Signal(object)

    def __init__(self, day: ShiftDay, *, is_today: bool) -> None:
        super().__init__(accessibleName=f"{text.full_day(day.view.day)}: {day.duty}")
        self.setProperty("kind", "panel")
        self.setMinimumWidth(112)
        title = QLabel(text.weekday_day(day.view.day) + (" · today" if is_today else ""))
        title.setProperty("kind", "section")
        duty = QLabel(day.duty, wordWrap=True)
        duty.setProperty("kind", "small")
        column = QVBoxLayout(self, spacing=6)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(title)
        column.addWidget(duty)
        if day.too_few:
            column.addWidget(Pill(day.too_few, "amber"))
        column.addSpacing(2)
        for shift in day.shifts:
            button = ShiftButton(shift, day.names.get(shift.user_id, ""), counts=shift.user_id in day.nurses)
            button.clicked.connect(self._clicked)
            column.addWidget(button)
        column.addStretch()

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, ShiftButton):
            self.shift_chosen.emit(button.shift)
