"""Adverse events: what the vitals suggest, in one key taken or declined, and what is still open.

Signals of `AdversePanel`: `accepted(Suggestion, severity)`; `dismissed(code)`; `wanted(AdverseEvent)` it goes on or
has gone.
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.adverse import AdverseEvent, Suggestion
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.observations import Level
from ketaclinic.ui.screens.chairside.moments import hour_minute
from ketaclinic.ui.widgets.findings_panel import Notice

_NARROW = "QPushButton { padding-left: 6px; padding-right: 6px; }"
_KEYS = {"1": "mild", "2": "moderate", "3": "severe"}


class SuggestedNotice(Notice):
    """One suggestion: its severity takes it (keys 1, 2, 3), No declines it (key N or Delete)."""

    accepted = Signal(object, str)
    dismissed = Signal(str)

    def __init__(self, suggestion: Suggestion, zone: str) -> None:
        what = suggestion.text.replace("?", ":", 1)
        since = hour_minute(suggestion.since, zone)
        super().__init__("", tone="accent", icon="event", title=f"Adverse event? {what} · since {since}")
        self._suggestion = suggestion
        row = QHBoxLayout(spacing=6)
        row.setContentsMargins(0, 6, 0, 0)
        for key, severity in _KEYS.items():
            button = self._button(severity.capitalize(), f"{severity.capitalize()}: {suggestion.text}", key)
            button.setProperty("severity", severity)
            button.clicked.connect(self._accept)
            row.addWidget(button, 1)
        no = self._button("No", f"No adverse event: {suggestion.text}", "N")
        no.setToolTip("Not an adverse event: key N")
        no.clicked.connect(self._dismiss)
        row.addWidget(no)
        self.words.addLayout(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.text().lower()
        if key in _KEYS:
            self.accepted.emit(self._suggestion, _KEYS[key])
        elif key in {"n", "\x7f"}:
            self._dismiss()
        else:
            super().keyPressEvent(event)

    def _button(self, words: str, name: str, key: str) -> QPushButton:
        button = QPushButton(words, accessibleName=name, toolTip=f"Key {key}")
        button.setProperty("large", True)
        button.setStyleSheet(_NARROW)
        return button

    def _accept(self) -> None:
        self.accepted.emit(self._suggestion, str(self.sender().property("severity")))

    def _dismiss(self) -> None:
        self.dismissed.emit(self._suggestion.code)


class _OpenLine(QWidget):
    """One adverse event that has not gone yet."""

    wanted = Signal(object)

    def __init__(self, adverse: AdverseEvent, zone: str) -> None:
        super().__init__()
        self._adverse = adverse
        words = QLabel(
            f"{adverse.kind.text}, {adverse.severity} · since {hour_minute(adverse.onset, zone)}", wordWrap=True
        )
        words.setProperty("kind", "error" if adverse.level is Level.RED else "strong")
        button = QPushButton("Resolve…", accessibleName=f"Resolve {adverse.kind.text}")
        button.setProperty("large", True)
        button.clicked.connect(self._clicked)
        row = QHBoxLayout(self, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(words, 1)
        row.addWidget(button)

    def _clicked(self) -> None:
        self.wanted.emit(self._adverse)


class AdversePanel(QWidget):
    """Takes no room while nothing is suggested or open."""

    accepted = Signal(object, str)
    dismissed = Signal(str)
    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Adverse events")
        self._shown: tuple[object, ...] = ()
        self._layout = QVBoxLayout(self, spacing=8)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_view(self, view: EncounterView) -> None:
        """Shows what is suggested and what is open."""
        left = tuple(a for a in view.adverse if a.open) if view.signed_at is None else ()
        suggested = view.suggested if view.signed_at is None else ()
        if (*suggested, *left) == self._shown:
            return
        self._shown = (*suggested, *left)
        while self._layout.count():
            item = self._layout.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for suggestion in suggested:
            notice = SuggestedNotice(suggestion, view.zone)
            notice.accepted.connect(self.accepted)
            notice.dismissed.connect(self.dismissed)
            self._layout.addWidget(notice)
        if left:
            title = QLabel("Open adverse events")
            title.setProperty("kind", "section")
            self._layout.addWidget(title)
        for adverse in left:
            line = _OpenLine(adverse, view.zone)
            line.wanted.connect(self.wanted)
            self._layout.addWidget(line)
        self.setVisible(bool(self._shown))


def accepted_data(suggestion: Suggestion, severity: str) -> dict[str, object]:
    """What is recorded when a suggestion is taken."""
    return {
        "code": suggestion.code,
        "severity": severity,
        "onset": suggestion.since.isoformat(),
        "peak": suggestion.peak,
    }
