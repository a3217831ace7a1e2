"""An adverse event with everything the record keeps of it: recorded, continued, declared over."""

from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from ketaclinic.domain import events
from ketaclinic.domain.adverse import AdverseEvent, Suggestion
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.ui.screens.chairside.event_dialogs import EventDialog, Segments, pick_list, text_field
from ketaclinic.ui.screens.chairside.moments import hour_minute
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.true_time import read_time

_RELATED = (("yes", "Yes"), ("possible", "Possibly"), ("no", "No"))
_EXPECTED = (("yes", "Yes"), ("no", "No"))


class AdverseEventDialog(EventDialog):
    """A new adverse event, one that the vitals suggest, or one that goes on."""

    kind, title_text, button_text = events.ADVERSE, "Adverse event", "Record adverse event"
    width_wanted = 760
    time_label = "Onset"

    def __init__(
        self,
        parent: QWidget,
        acts: SessionActs,
        view: EncounterView,
        known: AdverseEvent | None = None,
        suggested: Suggestion | None = None,
    ) -> None:
        self._known, self._suggested = known, suggested
        if known is not None:
            self.title_text, self.button_text = known.kind.text, "Save"
        super().__init__(parent, acts, view)
        self.at.setAccessibleName("Onset")
        if known is not None or suggested is not None:
            self.at.setText(hour_minute(known.onset if known else suggested.since, view.zone))  # type: ignore[union-attr]
        if known is not None:
            self._show(known)

    def fill(self) -> None:
        catalog = self.acts.context.catalog.observations
        self._kinds = {a.code: a for a in catalog.adverse_events}
        self._what = pick_list("Adverse event", tuple((a.code, a.text) for a in catalog.adverse_events))
        self._severity = Segments("Severity", tuple((s, s.capitalize()) for s in events.SEVERITIES))
        self._peak = text_field("Peak", "value or score")
        self._resolved = QLineEdit(accessibleName="Resolved at", placeholderText="still there")
        self._resolved.setProperty("large", True)
        self._resolved.setToolTip("Left empty: it is still there. now, 14:05 or 5 min ago: when it had gone")
        self._related = Segments("Related to the infusion", _RELATED)
        self._expected = Segments("Expected", _EXPECTED)
        self._done = text_field("Action", "what was done")
        self._outcome = text_field("Outcome", "how it went")
        self._reported = text_field("Reported to", "who was told")
        self._note = text_field("Note", "Note, if any")
        self._says = QLabel(wordWrap=True, visible=False)
        self.add_row("What", self._what)
        self.add_row("Severity", self._severity)
        self.add_pair("Related", self._related, "Expected", self._expected)
        self.add_pair("Peak", self._peak, "Resolved", self._resolved)
        self.add_pair("Action", self._done, "Outcome", self._outcome)
        self.add_pair("Reported to", self._reported, "Note", self._note)
        self.body.addWidget(self._says)
        self._what.currentIndexChanged.connect(self._chosen)
        if self._suggested is not None:
            self._what.setCurrentIndex(self._what.findData(self._suggested.code))
            self._peak.setText(self._suggested.peak)

    def _show(self, known: AdverseEvent) -> None:
        self._what.setCurrentIndex(self._what.findData(known.kind.code))
        self._severity.press(known.severity)
        self._related.press(known.related)
        if known.expected is not None:
            self._expected.press("yes" if known.expected else "no")
        for field, words in (
            (self._peak, known.peak),
            (self._done, known.action),
            (self._outcome, known.outcome),
            (self._reported, known.reported_to),
            (self._note, known.note),
        ):
            field.setText(words)
        if known.resolved is not None:
            self._resolved.setText(hour_minute(known.resolved, self.view.zone))
        self._resolved.setFocus()

    def _chosen(self) -> None:
        kind = self._kinds[self._what.currentData()]
        self._says.setText(kind.action)
        self._says.setProperty("kind", "error" if kind.level is not None else "second")
        self._says.style().polish(self._says)
        self._says.setVisible(bool(kind.action))
        self.fit()

    def gather(self) -> tuple[dict[str, Any], str]:
        code, severity = self._what.currentData(), self._severity.code
        if not code:
            return {}, "Choose what happened."
        if not severity:
            return {}, "Choose how severe it is."
        data: dict[str, Any] = {"code": code, "severity": severity}
        if self._related.code:
            data["related"] = self._related.code
        if self._expected.code:
            data["expected"] = self._expected.code == "yes"
        words = {
            "peak": self._peak,
            "action": self._done,
            "outcome": self._outcome,
            "reported_to": self._reported,
            "note": self._note,
        }
        data |= {name: field.text().strip() for name, field in words.items() if field.text().strip()}
        typed = self._resolved.text().strip()
        if typed:
            now = self.acts.now()
            resolved, wrong = read_time("0 min ago" if typed.casefold() == "now" else typed, now, self.view.zone)
            if wrong:
                return {}, wrong
            data["resolved"] = (resolved or now).isoformat()
        return data, ""

    def send(self, data: dict[str, Any], at: datetime | None) -> None:
        if self._known is None:
            super().send(data, at)
            return
        same = at is not None and hour_minute(at, self.view.zone) == hour_minute(self._known.onset, self.view.zone)
        self.acts.correct_event(self._known.event_id, data, None if same else at, "", self.done, self.failed)
