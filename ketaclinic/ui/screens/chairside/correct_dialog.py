"""Correcting a row: the old one stays, struck through; the new one points at it."""

from PySide6.QtWidgets import QLabel, QWidget

from ketaclinic.domain.encounters import EncounterView, ObservationView
from ketaclinic.domain.findings import ClinicError, Refused
from ketaclinic.ui.screens.chairside import flow_rows
from ketaclinic.ui.screens.chairside.moments import hour_minute
from ketaclinic.ui.screens.chairside.observation_entry import ObservationEntry
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.dialog import Dialog


class CorrectDialog(Dialog):
    """Shows the values as recorded, to be put right, and asks why."""

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView, row: ObservationView) -> None:
        at = hour_minute(row.observed_at, view.zone)
        super().__init__(
            parent, f"Correct the row of {at}", subtitle="The old row stays on the record, struck through.", width=460
        )
        self._acts, self._row = acts, row
        self._entry = ObservationEntry()
        self._entry.set_lines(flow_rows.rows_of(view.fields), labels=True)
        self._entry.fill(row.values)
        self._entry.note_field.setPlaceholderText("Why it is corrected")
        self._entry.note_field.setAccessibleName("Why the row is corrected")
        self._message = QLabel(wordWrap=True, visible=False)
        self._message.setProperty("kind", "error")
        self.body.addWidget(self._entry)
        self.body.addWidget(self._entry.note_field)
        self.body.addWidget(self._message)
        self.add_cancel().setProperty("large", True)
        self.add_button("Save correction", self.submit, kind="primary").setProperty("large", True)
        self._entry.submitted.connect(self.submit)
        self._entry.row_given.connect(self._given)

    def submit(self) -> None:
        """Sends the corrected row."""
        if not self._entry.note_field.text().strip():
            self._say("Enter why the row is corrected.")
            self._entry.note_field.setFocus()
            return
        refused = self._entry.submit()
        if refused:
            self._say(refused)

    def _given(self, values: dict[str, float], confirmed: frozenset[str], note: str, _typed: str) -> None:
        self.set_busy(busy=True)
        self._acts.correct(self._row.id, values, note, self._done, self._failed, confirmed=confirmed)

    def _done(self, _view: EncounterView) -> None:
        self.accept()

    def _failed(self, error: ClinicError) -> None:
        self.set_busy(busy=False)
        doubtful = (
            tuple(f for f in error.findings if f.code.startswith("implausible")) if isinstance(error, Refused) else ()
        )
        if doubtful:
            self._entry.ask_again(doubtful)
            self._say(" ".join(f.message for f in doubtful) + " Save again to confirm it.")
            return
        if isinstance(error, Refused):
            self._entry.mark_wrong(error.findings)
        self._say(str(error))

    def _say(self, words: str) -> None:
        self._message.setText(words)
        self._message.setVisible(bool(words))
        self.fit()
