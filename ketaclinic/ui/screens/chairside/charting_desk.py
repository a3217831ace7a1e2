"""The acts that During and Recovery share: events, corrections, alerts; each opens its dialog or is done at once."""

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.encounters import ObservationView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.ui.screens.chairside import pump_card
from ketaclinic.ui.screens.chairside.correct_dialog import CorrectDialog
from ketaclinic.ui.screens.chairside.event_dialogs import (
    AdverseEventDialog,
    EventDialog,
    GapDialog,
    MedicineDialog,
    OxygenDialog,
    RateDialog,
    StopDialog,
)
from ketaclinic.ui.screens.chairside.pump_card import EventBar, PumpCard
from ketaclinic.ui.screens.chairside.session_acts import SessionActs

_DIALOGS: dict[str, type[EventDialog]] = {
    pump_card.RATE: RateDialog,
    pump_card.MEDICINE: MedicineDialog,
    pump_card.OXYGEN: OxygenDialog,
    pump_card.ADVERSE: AdverseEventDialog,
    pump_card.STOP: StopDialog,
}


class ChartingDesk:
    """Wires the buttons of a page to the acts; holds no state."""

    def __init__(self, page: QWidget, acts: SessionActs, pump: PumpCard | EventBar) -> None:
        self._page, self._acts, self._pump = page, acts, pump

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

    def _refused(self, error: ClinicError) -> None:
        self._acts.reload()
        self._pump.refuse(str(error))
