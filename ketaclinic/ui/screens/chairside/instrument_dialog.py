"""Asking a rating scale at the chair, or entering its total from paper; a scale half filled in has no score."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import EncounterView, ItemView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.instruments import Instrument, Question, score
from ketaclinic.ui.screens.chairside.number_field import NumberField
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.dialog import Dialog


class _QuestionRow(QFrame):
    """One question with its answers as buttons."""

    def __init__(self, dialog: "InstrumentDialog", question: Question, number: int) -> None:
        super().__init__()
        self.question = question
        self.group = QButtonGroup(self)
        words = QLabel(f"{number}. {question.text}", wordWrap=True)
        answers = QHBoxLayout(spacing=6)
        for value, text in question.answers:
            button = QPushButton(text, checkable=True, accessibleName=f"Question {number}: {text}")
            button.setProperty("large", True)
            self.group.addButton(button, value)
            answers.addWidget(button)
        answers.addStretch(1)
        layout = QVBoxLayout(self, spacing=4)
        layout.setContentsMargins(0, 6, 0, 6)
        layout.addWidget(words)
        layout.addLayout(answers)
        self.group.idClicked.connect(dialog.changed)


class InstrumentDialog(Dialog):
    """A scale of the catalog for one checklist point."""

    def __init__(
        self,
        parent: QWidget,
        acts: SessionActs,
        view: EncounterView,
        checklist_id: str,
        item: ItemView,
        instrument: Instrument,
    ) -> None:
        super().__init__(parent, instrument.title, subtitle=f"{view.header.name} · {instrument.lead}", width=720)
        self._acts, self._checklist_id, self._item, self._scale = acts, checklist_id, item, instrument
        inside = QWidget(objectName="scrolled")
        self._rows = [_QuestionRow(self, q, n) for n, q in enumerate(instrument.questions, start=1)]
        lines = QVBoxLayout(inside, spacing=0)
        lines.setContentsMargins(0, 0, 12, 0)
        for row in self._rows:
            lines.addWidget(row)
        lines.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setMinimumHeight(380)
        self.body.addWidget(scroll, 1)
        self._paper: dict[str, NumberField] = {}
        if instrument.scoring == "sum":
            self.body.addLayout(self._paper_row())
        rights = QLabel(f"{instrument.source} {instrument.rights}", wordWrap=True)
        rights.setProperty("kind", "small")
        self.body.addWidget(rights)
        self.add_cancel().setProperty("large", True)
        self.add_button("Declined by the patient", self._decline).setProperty("large", True)
        self._save = self.add_button("Save answers", self.submit, kind="primary")
        self._save.setProperty("large", True)
        self.changed()

    def _paper_row(self) -> QHBoxLayout:
        row = QHBoxLayout(spacing=8)
        words = QLabel("Or from paper:")
        words.setProperty("kind", "label")
        row.addWidget(words)
        for code in ("score", *self._scale.score_entry_needs):
            name = "total" if code == "score" else f"question {code.lstrip('q')}"
            field = NumberField(f"From paper: {name}", width=72)
            field.textChanged.connect(self.changed)
            row.addWidget(QLabel(name))
            row.addWidget(field)
            self._paper[code] = field
        row.addStretch(1)
        return row

    def changed(self) -> None:
        """Shows which questions are asked, what is missing and what the answers come to."""
        answers = self._answers()
        for row in self._rows:
            asked = (
                row.question.asked_if is None or answers.get(row.question.asked_if[0], -1) >= row.question.asked_if[1]
            )
            row.setVisible(asked)
        value = self._value()
        found = score(self._scale, value) if value else None
        ready = found is not None and found.complete
        self._save.setEnabled(ready)
        if found is None:
            self.hint.setText("")
        elif not ready:
            self.hint.setText(f"{len(found.missing)} to answer")
        elif found.total is not None:
            self.hint.setText(f"{found.total} · {found.band_text}")
        else:
            self.hint.setText(found.band_text)

    def submit(self) -> None:
        """Saves the answers."""
        if self._save.isEnabled():
            self._send(self._value())

    def _decline(self) -> None:
        self._send({"declined": True})

    def _send(self, value: dict[str, Any]) -> None:
        self.set_busy(busy=True)
        checklist, code = self._checklist_id, self._item.item.code
        self._acts.act(lambda c, by, n: c.answer(by, n, checklist, code, value), self._done, self._failed)

    def _answers(self) -> dict[str, int]:
        """What was pressed, without the answers of questions that are not asked any more."""
        given = {r.question.code: r.group.checkedId() for r in self._rows if r.group.checkedId() >= 0}
        kept: dict[str, int] = {}
        for row in self._rows:
            asked = row.question.asked_if
            if row.question.code in given and (asked is None or kept.get(asked[0], -1) >= asked[1]):
                kept[row.question.code] = given[row.question.code]
        return kept

    def _value(self) -> dict[str, Any]:
        answers = self._answers()
        if answers:
            return {"answers": answers}
        typed = {code: field.number for code, field in self._paper.items()}
        if typed.get("score") is None:
            return {}
        return {code: int(number) for code, number in typed.items() if number is not None}

    def _done(self, _view: EncounterView) -> None:
        self.accept()

    def _failed(self, error: ClinicError) -> None:
        self.show_error(error)
        self.changed()
