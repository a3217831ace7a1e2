"""The pump and what can be done at the chair: minutes left, dose so far, the buttons for events.

Signals of `PumpCard`: `pressed(str)` the name of what is to be done, one of its constants.
"""

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import EncounterView, Step
from ketaclinic.domain.findings import Finding
from ketaclinic.ui import theme
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.chairside import moments
from ketaclinic.ui.screens.chairside.number_field import plain
from ketaclinic.ui.widgets.chip import StatusChip

LATE, NOTE, PAUSE, RESUME, RATE, MEDICINE, OXYGEN, ADVERSE, STOP = (
    "late",
    "note",
    "pause",
    "resume",
    "rate",
    "medicine",
    "oxygen",
    "adverse",
    "stop",
)

_EVENTS = (
    (MEDICINE, "Give medicine…", "medicine"),
    (OXYGEN, "Oxygen…", "oxygen"),
    (ADVERSE, "Adverse event…", "event"),
)


class ProgressLine(QWidget):
    """How far the infusion or the recovery is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Progress")
        self._share, self._fill = 0.0, ""
        self.setFixedHeight(8)
        theme.signals.changed.connect(self.update)

    def show_share(self, share: float, fill: str) -> None:
        """Shows a share of 1; `fill` is the value of a status."""
        share = round(share, 3)
        if (share, fill) != (self._share, self._fill):
            self._share, self._fill = share, fill
            self.setAccessibleDescription(f"{share:.0%}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - one small bar
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("#00000000"))
        painter.setBrush(theme.color(theme.tokens().line))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if self._share > 0:
            painter.setBrush(theme.color(theme.status(self._fill).fill))
            painter.drawRoundedRect(QRectF(0, 0, max(8.0, self.width() * self._share), 8), 4, 4)
        painter.end()


class PumpCard(QFrame):
    """The card on top of the right column."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Pump and events")
        self.setProperty("kind", "card")
        self._view: EncounterView | None = None
        self._left = QLabel()
        self._left.setProperty("kind", "big")
        self._chip = StatusChip()
        self._bar = ProgressLine()
        self._pump = QLabel(wordWrap=True)
        self._pump.setProperty("kind", "second")
        self._problem = QLabel(wordWrap=True, visible=False)
        self._problem.setProperty("kind", "error")
        self._buttons: dict[str, QPushButton] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout(spacing=8)
        head.addWidget(self._left, 1)
        head.addWidget(self._chip)
        grid = QGridLayout(spacing=8)
        wanted = (
            (PAUSE, "Pause", "amber", "pause"),
            (RATE, "Change rate…", "", "dose"),
            (MEDICINE, "Give medicine…", "", "medicine"),
            (OXYGEN, "Oxygen…", "", "oxygen"),
            (ADVERSE, "Adverse event…", "", "event"),
            (STOP, "Stop infusion", "danger", "stop"),
        )
        for number, (name, words, kind, symbol) in enumerate(wanted):
            button = QPushButton(icon(symbol), words, accessibleName=words.rstrip("…"))
            button.setProperty("kind", kind or "plain")
            button.setProperty("large", True)
            button.setProperty("act", name)
            button.clicked.connect(self._clicked)
            grid.addWidget(button, number // 2, number % 2)
            self._buttons[name] = button
        layout = QVBoxLayout(self, spacing=10)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self._pump)
        layout.addLayout(grid)
        line = QHBoxLayout(spacing=8)
        for name, words in ((NOTE, "Note…"), (LATE, "Late entry…")):
            line.addWidget(self._small(name, words), 1)
        layout.addLayout(line)
        layout.addWidget(self._problem)

    def _small(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, accessibleName=words.rstrip("…"))
        button.setProperty("kind", "ghost")
        button.setProperty("act", name)
        button.clicked.connect(self._clicked)
        self._buttons[name] = button
        return button

    def show_view(self, view: EncounterView, now: datetime) -> None:
        """Shows the state of the pump."""
        self._view = view
        running = view.step is Step.DURING
        paused = view.paused_since is not None
        self._chip.set_status(view.status, "Paused" if paused else "")
        pause = self._buttons[PAUSE]
        pause.setText("Resume" if paused else "Pause")
        pause.setAccessibleName("Resume infusion" if paused else "Pause infusion")
        pause.setIcon(icon("start" if paused else "pause"))
        for name in (PAUSE, RATE, STOP):
            self._buttons[name].setVisible(running)
        for button in self._buttons.values():
            button.setEnabled(view.signed_at is None)
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Counts on."""
        view = self._view
        if view is None:
            return
        dose = view.dose
        of = f" of {plain(dose.mg)}" if dose is not None else ""
        if view.step is Step.DURING and view.planned_end is not None and view.started_at is not None:
            if view.paused_since is not None:
                words = f"paused {moments.since(now - view.paused_since)}"
            else:
                left = view.planned_end - now
                words = f"{moments.minutes(left)} left" if left.total_seconds() > 0 else "dose is in: stop the pump"
            span = (view.planned_end - view.started_at).total_seconds()
            gone = ((view.paused_since or now) - view.started_at).total_seconds()
            self._set(words, f"{plain(view.rate)} mL/h · {moments.given_now(view, now):.1f}{of} mg given")
            self._bar.show_share(min(1.0, max(0.0, gone / span)) if span > 0 else 0.0, view.status)
        elif view.stopped_at is not None:
            self._set(f"{moments.since(now - view.stopped_at)} since the stop", f"{view.given_mg:.1f}{of} mg given")
            self._bar.hide()

    def tell(self, findings: tuple[Finding, ...]) -> None:
        """Says what an event that was just recorded calls for."""
        self.refuse(" ".join(" ".join(filter(None, (f.message, f.action))) for f in findings))

    def refuse(self, sentence: str) -> None:
        """An act of these buttons was refused, or calls for something."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def button(self, name: str) -> QPushButton:
        """A button by the name of its act."""
        return self._buttons[name]

    def _set(self, left: str, pump: str) -> None:
        for label, words in ((self._left, left), (self._pump, pump)):
            if label.text() != words:
                label.setText(words)

    def _clicked(self) -> None:
        name = str(self.sender().property("act"))
        paused = self._view is not None and self._view.paused_since is not None
        self.refuse("")
        self.pressed.emit(RESUME if name == PAUSE and paused else name)


class EventBar(QWidget):
    """The events of recovery in one line: nothing runs any more, things can still happen."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem = QLabel(wordWrap=True, visible=False)
        self._problem.setProperty("kind", "error")
        row = QHBoxLayout(self, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._problem, 1)
        row.addStretch(0)
        adverse = QPushButton(icon("event"), "Adverse event…", accessibleName="Adverse event")
        adverse.setProperty("act", ADVERSE)
        adverse.clicked.connect(self._clicked)
        record = QPushButton(icon("add"), "Record", accessibleName="Record an event")
        self.menu = QMenu(record)
        for name, words, symbol in (*_EVENTS[:2], (NOTE, "Note…", "note"), (LATE, "Late entry of the pump…", "clock")):
            action = self.menu.addAction(icon(symbol), words)
            action.setData(name)
        self.menu.triggered.connect(self._chosen)
        record.setMenu(self.menu)
        for button in (adverse, record):
            button.setProperty("large", True)
            row.addWidget(button)

    def tell(self, findings: tuple[Finding, ...]) -> None:
        """Says what an event that was just recorded calls for."""
        self.refuse(" ".join(" ".join(filter(None, (f.message, f.action))) for f in findings))

    def refuse(self, sentence: str) -> None:
        """An act was refused, or calls for something."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _clicked(self) -> None:
        self.refuse("")
        self.pressed.emit(str(self.sender().property("act")))

    def _chosen(self, action: QAction) -> None:
        self.refuse("")
        self.pressed.emit(str(action.data()))
