"""The baseline before the start: the vitals the whole session is judged by, typed in as they are read."""

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError, Refused
from ketaclinic.ui.screens.chairside import flow_rows, tile_content
from ketaclinic.ui.screens.chairside.moments import hour_minute
from ketaclinic.ui.screens.chairside.observation_entry import ObservationEntry
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.true_time import read_time

_NOT_BEFORE = {"rate"}  # nothing runs yet


class BaselineCard(QFrame):
    """A form while the baseline is missing, one line once it is there."""

    def __init__(self, acts: SessionActs, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Baseline vitals")
        self.setProperty("kind", "card")
        self._acts = acts
        self._view: EncounterView | None = None
        self._again = False
        self.entry = ObservationEntry()
        self._summary = QLabel(wordWrap=True)
        self._summary.setProperty("kind", "strong")
        self._message = QLabel(wordWrap=True, visible=False)
        self._message.setProperty("kind", "error")
        self._help = QLabel("Enter goes to the next field · Ctrl+Enter saves", wordWrap=True)
        self._help.setProperty("kind", "small")
        self._save = QPushButton("Save baseline", accessibleName="Save baseline", toolTip="Ctrl+Enter")
        self._save.setProperty("kind", "primary")
        self._measure = QPushButton("Measure again", accessibleName="Measure the baseline again")
        for button in (self._save, self._measure):
            button.setProperty("large", True)
        self._lay_out()
        self._save.clicked.connect(self.save)
        self._measure.clicked.connect(self._measure_clicked)
        self.entry.submitted.connect(self.save)
        self.entry.row_given.connect(self._record)
        self.entry.helped.connect(self._help.setText)

    def _lay_out(self) -> None:
        title = QLabel("Baseline vitals")
        title.setProperty("kind", "heading")
        head = QHBoxLayout(spacing=8)
        head.addWidget(title, 1)
        head.addWidget(self._measure)
        head.addWidget(self._save)
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(18, 12, 18, 14)
        layout.addLayout(head)
        layout.addWidget(self._summary)
        layout.addWidget(self.entry)
        layout.addWidget(self.entry.note_field)
        layout.addWidget(self._message)
        layout.addWidget(self._help)

    def show_view(self, view: EncounterView) -> None:
        """Shows the baseline, or the form for it."""
        self._view = view
        fields = tuple(f for f in view.fields if f.code not in _NOT_BEFORE)
        self.entry.set_lines(flow_rows.rows_of(fields), labels=True)
        row = view.baseline
        form = (row is None or self._again or not self.entry.empty) and view.started_at is None
        for widget in (self.entry, self.entry.note_field, self._save, self._help):
            widget.setVisible(form)
        self._measure.setVisible(not form and view.started_at is None)
        self._summary.setVisible(row is not None)
        if row is not None:
            found = " · ".join(f"{v.label} {v.text}" for v in tile_content.vitals(row.values, row.levels))
            self._summary.setText(f"{hour_minute(row.observed_at, view.zone)}  {found}")

    def save(self) -> None:
        """Saves what was typed."""
        self._say(self.entry.submit())

    def restore(self, words: Mapping[str, str]) -> None:
        """Puts back a row that was typed and not saved."""
        if self.entry.restore(words):
            self._say("This row was typed earlier and is not saved yet.")

    def _record(self, values: dict[str, float], confirmed: frozenset[str], note: str, typed: str) -> None:
        view = self._view
        if view is None:
            return
        observed, wrong = read_time(typed, self._acts.now(), view.zone)
        if wrong:
            self.entry.time_field.setFocus()
            self._say(wrong)
            return
        self._acts.record(
            values,
            due="baseline",
            note=note,
            observed_at=observed,
            confirmed=confirmed,
            done=self._saved,
            failed=self._refused,
        )

    def _saved(self, view: EncounterView) -> None:
        self._again = False
        self.entry.clear()
        self._say(" ".join(" ".join(filter(None, (f.message, f.action))) for f in view.findings))
        self.show_view(view)

    def _refused(self, error: ClinicError) -> None:
        if isinstance(error, Refused):
            doubtful = tuple(f for f in error.findings if f.code.startswith("implausible"))
            if doubtful:
                self.entry.ask_again(doubtful)
                self._say(" ".join(f.message for f in doubtful) + " Save again to confirm it.")
                return
            self.entry.mark_wrong(error.findings)
        self._say(str(error))

    def _measure_clicked(self) -> None:
        self._again = True
        if self._view is not None:
            self.show_view(self._view)
        self.entry.focus_first()

    def _say(self, words: str) -> None:
        self._message.setText(words)
        self._message.setVisible(bool(words))
