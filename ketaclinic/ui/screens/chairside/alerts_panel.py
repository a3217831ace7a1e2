"""Alerts with what to do now, and who was told; an alert is answered, never just clicked away.

Signals of `AlertsPanel`: `acknowledged(alert code, who was told)`.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import AlertView, EncounterView
from ketaclinic.domain.observations import Level
from ketaclinic.ui.screens.chairside.moments import hour_minute
from ketaclinic.ui.widgets.findings_panel import Notice


class AlertNotice(Notice):
    """One alert: what, since when, what to do; below it the field for who was told."""

    acknowledged = Signal(str, str)

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
            when = hour_minute(alert.acknowledged_at, zone) if alert.acknowledged_at is not None else ""
            told = f", told: {alert.told}" if alert.told else ""
            done = QLabel(f"✓ {alert.acknowledged_by} {when}{told}", wordWrap=True)
            done.setProperty("kind", "small")
            self.words.addWidget(done)
        elif not closed:
            self.words.addLayout(self._answer_row(alert))

    def _answer_row(self, alert: AlertView) -> QHBoxLayout:
        self._told = QLineEdit(accessibleName=f"Who was told: {alert.finding.message}", placeholderText="Who was told")
        self._told.setProperty("large", True)
        self._told.returnPressed.connect(self._acknowledge)
        button = QPushButton("Acknowledge", accessibleName=f"Acknowledge {alert.finding.message}")
        button.setProperty("large", True)
        button.clicked.connect(self._acknowledge)
        row = QHBoxLayout(spacing=8)
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self._told, 1)
        row.addWidget(button)
        return row

    def _acknowledge(self) -> None:
        self.acknowledged.emit(self._code, self._told.text().strip())


class AlertsPanel(QWidget):
    """The alerts that hold, red first; takes no room without any."""

    acknowledged = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Alerts")
        self._shown: tuple[AlertView, ...] = ()
        self._layout = QVBoxLayout(self, spacing=8)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_view(self, view: EncounterView) -> None:
        """Shows the active alerts; what is typed into one that has not changed stays."""
        alerts = view.active_alerts
        if alerts == self._shown:
            return
        self._shown = alerts
        while self._layout.count():
            item = self._layout.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for alert in alerts:
            notice = AlertNotice(alert, view.zone, closed=view.signed_at is not None)
            notice.acknowledged.connect(self.acknowledged)
            self._layout.addWidget(notice)
        self.setVisible(bool(alerts))
