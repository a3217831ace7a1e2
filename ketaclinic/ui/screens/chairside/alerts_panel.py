"""Alerts with what to do now, who was told and when it was over; an alert is answered, never just clicked away.

Signals of `AlertsPanel`: `acknowledged(alert code, who was told)`; `resolved(alert code, word)`. What is over and
answered stands apart, in `EarlierAlerts`.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import AlertView, EncounterView
from ketaclinic.domain.observations import Level
from ketaclinic.ui.screens.chairside.moments import hour_minute
from ketaclinic.ui.widgets.findings_panel import Notice

_TOLD = (("Prescriber", "prescriber"), ("Nurse", "second nurse"))
_NARROW = "QPushButton { padding-left: 8px; padding-right: 8px; }"


class AlertNotice(Notice):
    """One alert: what, since when, what to do; below it who was told, and once told, that it is over."""

    acknowledged = Signal(str, str)
    resolved = Signal(str, str)

    def __init__(self, alert: AlertView, zone: str, *, closed: bool) -> None:
        red = alert.level is Level.RED
        since = hour_minute(alert.since, zone)
        super().__init__(
            alert.finding.action,
            tone="red" if red else "amber",
            icon="block" if red else "warn",
            title=f"{alert.finding.message} · since {since}",
        )
        self._code = alert.code
        if alert.acknowledged_by:
            done = QLabel(told_words(alert, zone), wordWrap=True)
            done.setProperty("kind", "small")
            self.words.addWidget(done)
            if not closed:
                self.words.addLayout(self._over_row(alert))
        elif not closed:
            self.words.addLayout(self._told_row(alert))

    def _told_row(self, alert: AlertView) -> QVBoxLayout:
        """Who was told, in one press; anybody else in words."""
        rows = QVBoxLayout(spacing=6)
        rows.setContentsMargins(0, 4, 0, 0)
        who = QLabel("Told:")
        who.setProperty("kind", "small")
        first = QHBoxLayout(spacing=6)
        first.addWidget(who)
        for text, told in _TOLD:
            button = QPushButton(text, accessibleName=f"Told the {told}: {alert.finding.message}")
            button.setProperty("told", told)
            button.setStyleSheet(_NARROW)
            button.clicked.connect(self._told_one)
            first.addWidget(button, 1)
        other = QPushButton("Other…", accessibleName=f"Told somebody else: {alert.finding.message}", checkable=True)
        other.setStyleSheet(_NARROW)
        other.toggled.connect(self._somebody_else)
        first.addWidget(other)
        self._other = QWidget(visible=False)
        second = QHBoxLayout(self._other, spacing=6)
        second.setContentsMargins(0, 0, 0, 0)
        self._told = QLineEdit(accessibleName=f"Who was told: {alert.finding.message}", placeholderText="Who was told")
        self._told.setProperty("large", True)
        self._told.returnPressed.connect(self._acknowledge)
        button = QPushButton("Acknowledge", accessibleName=f"Acknowledge {alert.finding.message}")
        button.clicked.connect(self._acknowledge)
        second.addWidget(self._told, 1)
        second.addWidget(button)
        for place in range(first.count()):
            item = first.itemAt(place)
            if item is not None and item.widget() is not None:
                item.widget().setProperty("large", True)
        button.setProperty("large", True)
        rows.addLayout(first)
        rows.addWidget(self._other)
        return rows

    def _somebody_else(self, wanted: bool) -> None:  # noqa: FBT001 - a signal
        self._other.setVisible(wanted)
        if wanted:
            self._told.setFocus()

    def _over_row(self, alert: AlertView) -> QHBoxLayout:
        self._word = QLineEdit(
            accessibleName=f"Why it is over: {alert.finding.message}", placeholderText="Over because"
        )
        self._word.setProperty("large", True)
        self._word.returnPressed.connect(self._resolve)
        button = QPushButton("It is over", accessibleName=f"It is over: {alert.finding.message}")
        button.setProperty("large", True)
        button.clicked.connect(self._resolve)
        row = QHBoxLayout(spacing=8)
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self._word, 1)
        row.addWidget(button)
        return row

    def _told_one(self) -> None:
        self.acknowledged.emit(self._code, str(self.sender().property("told")))

    def _acknowledge(self) -> None:
        self.acknowledged.emit(self._code, self._told.text().strip())

    def _resolve(self) -> None:
        if self._word.text().strip():
            self.resolved.emit(self._code, self._word.text().strip())
        else:
            self._word.setFocus()


def told_words(alert: AlertView, zone: str) -> str:
    """Who saw to it, when, who was told, and when it was over: "✓ M. Ortiz 09:07, told prescriber"."""
    parts = []
    if alert.acknowledged_by and alert.acknowledged_at is not None:
        told = f", told {alert.told}" if alert.told else ""
        parts.append(f"✓ {alert.acknowledged_by} {hour_minute(alert.acknowledged_at, zone)}{told}")
    if alert.resolved_at is not None:
        word = f": {alert.resolution}" if alert.resolution else ""
        by = f" by {alert.resolved_by}" if alert.resolved_by else ""
        parts.append(f"over {hour_minute(alert.resolved_at, zone)}{by}{word}")
    return " · ".join(parts)


class AlertsPanel(QWidget):
    """The alerts that hold, red first, then those that nobody has answered though they are over."""

    acknowledged = Signal(str, str)
    resolved = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Alerts")
        self._shown: tuple[AlertView, ...] | None = None
        self._notices: dict[tuple[str, str], AlertNotice] = {}
        self._layout = QVBoxLayout(self, spacing=8)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_view(self, view: EncounterView) -> None:
        """Shows the alerts; what is typed into one that has not changed stays."""
        unseen = [a for a in view.alerts if _unseen(a)]
        alerts = tuple(sorted((*view.active_alerts, *unseen), key=lambda a: (a.level is not Level.RED, a.since)))
        if alerts == self._shown:
            return
        self._shown = alerts
        kept, self._notices = self._notices, {}
        for place, alert in enumerate(alerts):
            key = (repr(alert), str(view.signed_at))
            notice = kept.pop(key, None) or self._made(alert, view)
            self._notices[key] = notice
            self._layout.insertWidget(place, notice)
        for notice in kept.values():
            notice.hide()
            notice.deleteLater()
        self.setVisible(bool(alerts))

    def _made(self, alert: AlertView, view: EncounterView) -> AlertNotice:
        notice = AlertNotice(alert, view.zone, closed=view.signed_at is not None)
        notice.acknowledged.connect(self.acknowledged)
        notice.resolved.connect(self.resolved)
        return notice


class EarlierAlerts(QLabel):
    """The alerts that are over and answered, one a line; takes no room while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, wordWrap=True, accessibleName="Earlier alerts")
        self.setProperty("kind", "small")
        self.hide()

    def show_view(self, view: EncounterView) -> None:
        """Shows those of a session."""
        past = [a for a in view.alerts if not a.active and not _unseen(a)]
        lines = [
            f"{hour_minute(a.since, view.zone)} {a.finding.message} · {told_words(a, view.zone)}".rstrip(" ·")
            for a in past
        ]
        self.setText("\n".join(["Earlier alerts", *lines]) if lines else "")
        self.setVisible(bool(lines))


def _unseen(alert: AlertView) -> bool:
    """Whether a red one went over without anybody having answered it: it stays in front."""
    return not alert.active and alert.level is Level.RED and alert.acknowledged_at is None
