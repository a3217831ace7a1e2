"""The acts that During and Recovery share: events, corrections, alerts; each opens its dialog or is done at once."""

from PySide6.QtWidgets import QWidget

from ketaclinic.domain import events
from ketaclinic.domain.adverse import AdverseEvent, Suggestion
from ketaclinic.domain.encounters import EventView, ObservationView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.ui.screens.chairside import pump_card
from ketaclinic.ui.screens.chairside.adverse_dialog import AdverseEventDialog
from ketaclinic.ui.screens.chairside.adverse_panel import AdversePanel, accepted_data
from ketaclinic.ui.screens.chairside.alerts_panel import AlertsPanel
from ketaclinic.ui.screens.chairside.correct_dialog import CorrectDialog
from ketaclinic.ui.screens.chairside.correct_event_dialog import CorrectEventDialog
from ketaclinic.ui.screens.chairside.event_dialogs import (
    EventDialog,
    GapDialog,
    LateDialog,
    NoteDialog,
    OxygenDialog,
    RateDialog,
    StopDialog,
)
from ketaclinic.ui.screens.chairside.medicine_dialog import MedicineDialog
from ketaclinic.ui.screens.chairside.pump_card import EventBar, PumpCard
from ketaclinic.ui.screens.chairside.session_acts import SessionActs

_DIALOGS: dict[str, type[EventDialog]] = {
    pump_card.RATE: RateDialog,
    pump_card.MEDICINE: MedicineDialog,
    pump_card.OXYGEN: OxygenDialog,
    pump_card.ADVERSE: AdverseEventDialog,
    pump_card.STOP: StopDialog,
    pump_card.LATE: LateDialog,
    pump_card.NOTE: NoteDialog,
}


class ChartingDesk:
    """Wires the buttons of a page to the acts; holds no state."""

    def __init__(self, page: QWidget, acts: SessionActs, pump: PumpCard | EventBar) -> None:
        self._page, self._acts, self._pump = page, acts, pump

    def listen(self, alerts: AlertsPanel, adverse: AdversePanel) -> None:
        """Does what the two panels of a page ask for."""
        alerts.acknowledged.connect(self.acknowledge)
        alerts.resolved.connect(self.resolve_alert)
        adverse.accepted.connect(self.accept)
        adverse.dismissed.connect(self.dismiss)
        adverse.wanted.connect(self.go_on)

    def press(self, name: str) -> None:
        """Does what a button of the pump card says."""
        view = self._acts.view
        if view is None:
            return
        if name == pump_card.PAUSE:
            self._acts.pause(self._refused)
        elif name == pump_card.RESUME:
            self._acts.resume(self._refused)
        else:
            _DIALOGS[name](self._page, self._acts, view).open()

    def correct(self, row: ObservationView) -> None:
        """Opens the correction of a row."""
        view = self._acts.view
        if view is not None:
            CorrectDialog(self._page, self._acts, view, row).open()

    def explain_gap(self, label: str) -> None:
        """Asks why a check was missed."""
        view = self._acts.view
        if view is not None:
            GapDialog(self._page, self._acts, view, label).open()

    def acknowledge(self, code: str, told: str) -> None:
        """Answers an alert."""
        self._acts.acknowledge(code, told, self._refused)

    def resolve_alert(self, code: str, word: str) -> None:
        """Declares an alert over."""
        self._acts.resolve_alert(code, word, self._refused)

    def accept(self, suggestion: Suggestion, severity: str) -> None:
        """Records a suggested adverse event."""
        self._acts.record_event(events.ADVERSE, accepted_data(suggestion, severity), None, None, self._refused)

    def dismiss(self, code: str) -> None:
        """Declines a suggested adverse event."""
        self._acts.dismiss(code, self._refused)

    def go_on(self, adverse: AdverseEvent) -> None:
        """Opens an adverse event that goes on or has gone."""
        view = self._acts.view
        if view is not None:
            AdverseEventDialog(self._page, self._acts, view, adverse).open()

    def correct_event(self, event: EventView) -> None:
        """Opens the correction of an event; an adverse event opens as a whole."""
        view = self._acts.view
        if view is None:
            return
        adverse = next((a for a in view.adverse if a.event_id == event.id), None)
        if adverse is not None:
            self.go_on(adverse)
        else:
            CorrectEventDialog(self._page, self._acts, view, event).open()

    def _refused(self, error: ClinicError) -> None:
        self._acts.reload()
        self._pump.refuse(str(error))
