"""Records a rating scale: asked by staff with one digit a question, its total from paper, or given to the patient.

Signals of `ScoreDialog`: `saved(object)` the Assessment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ketaclinic.clock import to_wall, wall_now
from ketaclinic.domain.assessments import STAFF, Assessment, current
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.instruments import Instrument, invalid_answers, score
from ketaclinic.ui import text
from ketaclinic.ui.questionnaire import Handed, Questionnaire
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.card import empty_layout
from ketaclinic.ui.widgets.date_edit import DateEdit
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.scale_sheet import ScaleSheet
from ketaclinic.ui.widgets.time_edit import TimeEdit

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class ScoreFor:
    """Whose score it is, and where it belongs.

    Attributes:
        patient_id, name: the patient.
        instrument: id of the scale; "" to choose one.
        encounter_id: the session it is taken in.
        corrects: the score that is wrong.
        decline: keeps that the patient would not answer; None where there is nowhere to keep it.
    """

    patient_id: int
    name: str
    instrument: str = ""
    encounter_id: int | None = None
    corrects: Assessment | None = None
    decline: Callable[[], None] | None = None


class ScoreDialog(Dialog):
    """One scale of one patient; what it calls for is shown before the dialog goes."""

    saved = Signal(object)

    def __init__(self, parent: QWidget, context: ScreenContext, wanted: ScoreFor) -> None:
        super().__init__(parent, "Record score", subtitle=wanted.name, width=760)
        self._context, self._for = context, wanted
        self._scales = {scale.id: scale for scale in current(context.catalog.instruments)}
        self._command = uuid4().hex
        self._sheet: ScaleSheet | None = None
        self._paper: dict[str, QLineEdit] = {}
        self._done_with = False
        self._make_choice()
        self._questions = QVBoxLayout(spacing=10)
        self.body.addLayout(self._questions, 1)
        self._make_when()
        self.rights = QLabel(wordWrap=True)
        self.rights.setProperty("kind", "small")
        self.body.addWidget(self.rights)
        self._make_footer()
        self._show_scale(self._scales.get(wanted.instrument))

    # -- its parts

    def _make_choice(self) -> None:
        self._choice = QComboBox(accessibleName="Scale", placeholderText="Choose the scale")
        self._choice.setMinimumHeight(40)
        for scale in self._scales.values():
            self._choice.addItem(f"{scale.title}, total only" if scale.total_only else scale.title, scale.id)
        self._choice.setCurrentIndex(-1)
        self._choice.activated.connect(self._chosen)
        self.body.addWidget(self._choice)
        self._choice.setVisible(not self._for.instrument)

    def _make_when(self) -> None:
        today = wall_now(self._context.clock, self._context.location.zone).date()
        self._day = DateEdit(today)
        self._day.setAccessibleName("Answered on")
        self._day.setPlaceholderText("today")
        self._time = TimeEdit("Answered at", placeholder="now")
        self._time.setFixedWidth(90)
        self._note = QLineEdit(accessibleName="Note", placeholderText="Note, e.g. from the referral")
        wrong = self._for.corrects
        if wrong is not None:
            at = to_wall(wrong.taken_at, self._context.location.zone)
            self._day.setPlaceholderText(text.day_month_year(at.date()))
            self._time.setPlaceholderText(text.clock(at))
            self._note.setPlaceholderText("What was wrong")
        self._when = QWidget()
        row = QHBoxLayout(self._when, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        words = QLabel("Answered on")
        words.setProperty("kind", "label")
        row.addWidget(words)
        row.addWidget(self._day, 2)
        row.addWidget(QLabel("at"))
        row.addWidget(self._time)
        row.addWidget(self._note, 3)
        self.body.addWidget(self._when)
        for field in (self._day, self._time):
            field.textChanged.connect(self._look)

    def _make_footer(self) -> None:
        self._cancel = self.add_cancel()
        self._decline = self.add_button("Declined by the patient", self._declined)
        self._give = self.add_button("Give to the patient…", self._hand_over)
        self._save = self.add_button("Save answers", self.submit, kind="primary")
        for button in (self._cancel, self._decline, self._give, self._save):
            button.setProperty("large", True)
        self._decline.setVisible(self._for.decline is not None)

    # -- the scale

    def _chosen(self, index: int) -> None:
        self._show_scale(self._scales[str(self._choice.itemData(index))])
        first = self.first_field()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_scale(self, scale: Instrument | None, answers: Mapping[str, int] | None = None) -> None:
        """Shows the questions of a scale, or only its total."""
        self._scale = scale
        empty_layout(self._questions)
        self._sheet, self._paper = None, {}
        if scale is not None:
            correcting = self._for.corrects is not None
            self.set_title(f"Correct {scale.title}" if correcting else scale.title, self._under(scale))
            if scale.questions:
                self._sheet = ScaleSheet(scale, answers)
                self._sheet.setMinimumHeight(340)
                self._sheet.changed.connect(self._look)
                self._questions.addWidget(self._sheet, 1)
                self._sheet.show()  # now: the card takes the room of what shows
            if scale.scoring == "sum":
                row = self._paper_row(scale)
                self._questions.addWidget(row)
                row.show()
            self.rights.setText(f"{scale.source} {scale.rights}")
        self.rights.setVisible(scale is not None)
        self._give.setVisible(scale is not None and bool(scale.questions) and self._for.corrects is None)
        self._look()
        self.column.invalidate()
        self.fit()

    def _under(self, scale: Instrument) -> str:
        wrong = self._for.corrects
        if wrong is None:
            return f"{self._for.name} · {scale.lead}" if scale.lead else self._for.name
        was = wrong.total if wrong.total is not None else wrong.band_text
        at = to_wall(wrong.taken_at, self._context.location.zone)
        return f"{self._for.name} · instead of {was} on {text.day_month_year(at.date())}, which stays, struck through"

    def _paper_row(self, scale: Instrument) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        words = QLabel("Or from paper:" if scale.questions else "Total:")
        words.setProperty("kind", "label")
        row.addWidget(words)
        for code in ("score", *scale.score_entry_needs):
            name = "total" if code == "score" else f"question {code.lstrip('q')}"
            field = QLineEdit(accessibleName=f"From paper: {name}", maxLength=3)
            field.setProperty("large", True)
            field.setFixedWidth(76)
            field.textChanged.connect(self._look)
            if scale.questions:
                row.addWidget(QLabel(name))
            row.addWidget(field)
            self._paper[code] = field
        row.addWidget(_second(f"of {scale.maximum}"))
        row.addStretch(1)
        return made

    def first_field(self) -> QWidget | None:
        """The choice of a scale, else its first open question, else its total."""
        if self._scale is None:
            return self._choice
        if self._sheet is not None:
            return self._sheet.first()
        return self._paper.get("score") or super().first_field()

    # -- what was entered

    def value(self) -> dict[str, Any]:
        """What was entered, as it is kept; empty while nothing was."""
        answers = self._sheet.answers() if self._sheet is not None else {}
        if answers:
            return {"answers": answers}
        typed = {code: field.text().strip() for code, field in self._paper.items()}
        if not typed.get("score"):
            return {}
        return {code: int(words) for code, words in typed.items() if words.isascii() and words.isdigit()}

    def _look(self) -> None:
        """Says what is missing, or what the answers come to."""
        scale, value = self._scale, self.value()
        wrong = self._wrong_number() or self._wrong_time()
        if not wrong and scale is not None and value:
            wrong = invalid_answers(scale, value)
        found = score(scale, value) if scale is not None and value and not wrong else None
        self._save.setEnabled(found is not None and found.complete)
        if wrong:
            self.hint.setText(wrong)
        elif found is None:
            self.hint.setText("")
        elif not found.complete:
            self.hint.setText(f"{len(found.missing)} to answer")
        elif found.total is not None:
            self.hint.setText(f"{found.total} · {found.band_text}".removesuffix(" · "))
        else:
            self.hint.setText(found.band_text)

    def _wrong_number(self) -> str:
        bad = [f for f in self._paper.values() if f.text().strip() and not _whole(f.text())]
        for field in self._paper.values():
            wrong = field in bad
            if bool(field.property("wrong")) != wrong:
                field.setProperty("wrong", wrong)
                field.style().polish(field)
        return "A whole number, please." if bad else ""

    def _wrong_time(self) -> str:
        if self._day.unreadable:
            return "This day cannot be read; type it like 12 Mar 2026."
        return self._time.sentence

    def _taken_at(self) -> datetime | None:
        """On the clinic's wall; None for now, and for the time of the score that is corrected."""
        zone = self._context.location.zone
        now = wall_now(self._context.clock, zone)
        day, at = self._day.day(), self._time.time
        if day is None and at is None:
            return None
        if self._for.corrects is not None:
            kept = to_wall(self._for.corrects.taken_at, zone)
            return datetime.combine(day or kept.date(), at or kept.time())
        if at is None:
            return None if day == now.date() else datetime.combine(day or now.date(), _NOON)
        return datetime.combine(day or now.date(), at)

    # -- saving

    def submit(self) -> None:
        """Saves the score; once it is saved, closes what it called for."""
        if self._done_with:
            self.accept()
        elif self._save.isEnabled() and self._scale is not None:
            self._send(self.value())

    def _send(self, value: Mapping[str, Any]) -> None:
        assert self._scale is not None
        self.set_busy(busy=True)
        wrong = self._for.corrects
        work = partial(
            self._context.services.assessments.record,
            self._context.user(),
            self._for.patient_id,
            self._scale.id,
            dict(value),
            taken_at=self._taken_at(),
            encounter_id=self._for.encounter_id,
            given_by=STAFF,
            note=self._note.text(),
            corrects_id=wrong.id if wrong is not None else None,
            command_id=self._command,
        )
        self._context.ops.run(self, work, self._kept, self._failed)

    def _kept(self, kept: Assessment) -> None:
        self.set_busy(busy=False)
        self.saved.emit(kept)
        if not kept.findings:
            self.accept()
            return
        self.show_result(kept)

    def show_result(self, kept: Assessment) -> None:
        """What was kept and what it calls for; nothing is entered here any more."""
        self._done_with = True
        said = kept.band_text if kept.total is None else f"{kept.total} · {kept.band_text}".removesuffix(" · ")
        self.set_title(f"{kept.title}: {said}", f"{self._for.name} · kept")
        for entered in (self._choice, self._when, self.rights):
            entered.hide()
        empty_layout(self._questions)
        self._sheet, self._paper = None, {}
        self.findings.show_findings(kept.findings)
        for button in (self._cancel, self._decline, self._give):
            button.hide()
        self._save.setText("Seen")
        self._save.setAccessibleName("Seen")
        self._save.setEnabled(True)
        self.hint.setText("")
        self.fit()
        self._save.setFocus()

    def _failed(self, error: ClinicError) -> None:
        self.show_error(error)
        self._look()
        self.fit()

    def _declined(self) -> None:
        if self._for.decline is not None:
            self._for.decline()
            self.accept()

    # -- the patient

    def _hand_over(self) -> None:
        """Gives the window to the patient; nothing of anyone else shows until a PIN takes it back."""
        assert self._scale is not None
        given = self._sheet.answers() if self._sheet is not None else {}
        window = Questionnaire(
            self,
            self._context,
            self._scale,
            patient_id=self._for.patient_id,
            name=self._for.name,
            encounter_id=self._for.encounter_id,
            given=given,
        )
        window.handed_back.connect(self._taken_back)
        window.open()

    def _taken_back(self, handed: Handed) -> None:
        """What the patient gave: kept already, declined, or to be gone on with."""
        if handed.kept is not None:
            self.saved.emit(handed.kept)
            self.show_result(handed.kept)
        elif handed.declined and self._for.decline is not None:
            self._declined()
        else:
            self._show_scale(self._scale, handed.answers)
            if handed.declined:
                self.hint.setText("The patient would rather not answer.")
            if handed.error:
                self.findings.show_sentence(handed.error)
                self.fit()


def _whole(words: str) -> bool:
    typed = words.strip()
    return typed.isascii() and typed.isdigit()


def _second(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("kind", "second")
    return label
