"""The chart of the session with its legend, and the earlier sessions under it when they are wanted."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.chart import EarlierSession, chart_of
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.ui import text, theme
from ketaclinic.ui.widgets.vitals_chart import VitalsChart
from ketaclinic.ui.widgets.vitals_painting import earlier_pen

_NARROW, _TIGHT, _LEAST = 620, 460, 300
_SAMPLE, _AIR = 26.0, 18.0


class ChartCard(QFrame):
    """Vitals over time: pressure as a band, heart rate, a lane for each other value, events, earlier sessions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Vitals")
        self.setProperty("kind", "card")
        self._view: EncounterView | None = None
        self._earlier: tuple[EarlierSession, ...] = ()
        self.chart = VitalsChart()
        self._title = QLabel("Vitals")
        self._title.setProperty("kind", "heading")
        self._legend = QLabel()
        self._baseline = QLabel()
        self._baseline.setProperty("kind", "second")
        self.earlier_button = QPushButton("Earlier sessions", checkable=True, visible=False, shortcut="F7")
        self.earlier_button.setToolTip("Lay the earlier sessions under this one: F7, or E in the chart")
        self.earlier_button.setProperty("kind", "ghost")
        self._names = EarlierLegend()
        self._lay_out()
        self.earlier_button.toggled.connect(self._toggled)
        self.chart.earlier_wanted.connect(self.earlier_button.click)
        theme.signals.changed.connect(self._paint_legend)
        self._paint_legend()

    def _lay_out(self) -> None:
        head = QHBoxLayout(spacing=16)
        head.setContentsMargins(18, 10, 12, 0)
        head.addWidget(self._title)
        head.addWidget(self._legend)
        head.addStretch(1)
        head.addWidget(self._baseline)
        head.addWidget(self.earlier_button)
        layout = QVBoxLayout(self, spacing=2)
        layout.setContentsMargins(0, 0, 6, 6)
        layout.addLayout(head)
        layout.addWidget(self._names)
        layout.addWidget(self.chart, 1)
        self._names.hide()
        self.setMinimumWidth(_LEAST)  # title and baseline give way before the curves do

    def _paint_legend(self) -> None:
        signs = [(Status.INFUSING, "∨∧", "BP"), (Status.CHECKED_IN, "○", "HR")]
        spans = [
            f'<span style="color:{theme.status(s).color}"><b>{glyph} {word}</b></span>' for s, glyph, word in signs
        ]
        if self.chart.data.gaps:
            spans.append(f'<span style="color:{theme.tokens().ink2}"><b>✕ not made</b></span>')
        words = "&nbsp;&nbsp;&nbsp;".join(spans)
        if words != self._legend.text():
            self._legend.setText(words)

    def show_view(self, view: EncounterView, now: datetime) -> None:
        """Shows the curves of a session; the earlier ones of another are forgotten."""
        if self._view is not None and self._view.id != view.id:
            self.show_earlier(())
        self._view = view
        row = view.baseline
        words = ""
        if row is not None and "sbp" in row.values and "dbp" in row.values:
            words = f"baseline {row.values['sbp']:.0f}/{row.values['dbp']:.0f}"
        self._baseline.setText(words)
        self.tick(now)

    def show_earlier(self, sessions: Sequence[EarlierSession]) -> None:
        """Takes the sessions before this one; they are drawn once they are wanted."""
        self._earlier = tuple(sessions)
        self.earlier_button.setVisible(bool(sessions))
        if not sessions:
            self.earlier_button.setChecked(False)
        self._names.show_sessions(self._earlier)
        if self._view is not None:
            self.tick(self._view.as_of)

    def tick(self, now: datetime) -> None:
        """Moves the line of now."""
        if self._view is not None:
            self.chart.show_data(chart_of(self._view, now, self._earlier))
            self._paint_legend()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._title.setVisible(self.width() >= _TIGHT)
        self._baseline.setVisible(self.width() >= _NARROW)
        self.earlier_button.setText("Earlier sessions" if self.width() >= _TIGHT else "Earlier")

    def _toggled(self, wanted: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.chart.show_earlier(wanted)
        self._names.setVisible(wanted)


class EarlierLegend(QWidget):
    """Each earlier session with the dashes of its line: which, when, how much."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Earlier sessions")
        self._sessions: tuple[EarlierSession, ...] = ()

    def show_sessions(self, sessions: Sequence[EarlierSession]) -> None:
        """Takes them, the latest first."""
        self._sessions = tuple(sessions)
        told = ((f"{s.label} on {text.day_month_year(s.day)}", s.dose, s.scores) for s in sessions)
        said = "; ".join(", ".join(filter(None, parts)) for parts in told)
        self.setAccessibleDescription(said)
        self.setToolTip(said.replace("; ", "\n"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 22)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is repainted
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font(12)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        x, middle = 18.0, self.height() / 2
        words = self._fitting(metrics, self.width() - 36.0)
        for number, said in enumerate(words):
            painter.setPen(earlier_pen(number))
            painter.drawLine(QPointF(x, middle), QPointF(x + _SAMPLE, middle))
            wide = metrics.horizontalAdvance(said)
            painter.setPen(QColor(theme.tokens().ink2))
            box = QRectF(x + _SAMPLE + 6, 0, wide + 2, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, said)
            x += _SAMPLE + 6 + wide + _AIR
        painter.end()

    def _fitting(self, metrics: QFontMetricsF, room: float) -> list[str]:
        """As much of each as there is room for: label, day, dose and scores; down to the label alone."""
        for tell in (_scored, _full, _dated, _label):
            words = [tell(session) for session in self._sessions]
            if sum(_SAMPLE + 6 + metrics.horizontalAdvance(said) + _AIR for said in words) - _AIR <= room:
                return words
        return [_label(session) for session in self._sessions]


def _scored(session: EarlierSession) -> str:
    return ", ".join(filter(None, (_full(session), session.scores)))


def _full(session: EarlierSession) -> str:
    return ", ".join(filter(None, (_dated(session), session.dose)))


def _dated(session: EarlierSession) -> str:
    return f"{session.label}, {session.day:%b} {session.day.day}"


def _label(session: EarlierSession) -> str:
    return session.label
