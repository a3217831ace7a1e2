"""The questions of a rating scale as a list for staff: one digit answers and goes on to the next question.

Signals of `ScaleSheet`: `changed()` after every answer.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.instruments import Instrument, Question

_YES_NO = {"y": 1, "n": 0}


class _Row(QFrame):
    """One question with its answers as buttons; the row holds the keyboard, digits and arrows answer."""

    def __init__(self, sheet: "ScaleSheet", question: Question, number: int) -> None:
        super().__init__()
        self.question, self.number, self._sheet = question, number, sheet
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("kind", "question-row")
        self.group = QButtonGroup(self)
        words = QLabel(f"{number}. {question.text}", wordWrap=True)
        answers = QHBoxLayout(spacing=6)
        for value, said in question.answers:
            button = QPushButton(f"{value}  {said}", checkable=True, accessibleName=f"Question {number}: {said}")
            button.setProperty("large", True)
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self.group.addButton(button, value)
            answers.addWidget(button)
        answers.addStretch(1)
        layout = QVBoxLayout(self, spacing=4)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addWidget(words)
        if question.help:
            layout.addWidget(_small(question.help))
        layout.addLayout(answers)
        self.group.idClicked.connect(self._clicked)
        self.say()

    def answer(self) -> int | None:
        """The value pressed, None while none is."""
        found = self.group.checkedId()
        return found if found >= 0 else None

    def set_answer(self, value: int) -> None:
        """Presses an answer; nothing where it is none of this question's."""
        button = self.group.button(value)
        if button is not None:
            button.setChecked(True)
            self.say()

    def say(self) -> None:
        """What a screen reader hears of the row."""
        value = self.answer()
        said = next((words for number, words in self.question.answers if number == value), "not answered")
        self.setAccessibleName(f"Question {self.number}: {self.question.text}: {said}")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._sheet.reveal(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text().lower()
        values = [value for value, _ in self.question.answers]
        wanted = int(typed) if typed.isascii() and typed.isdigit() else None
        if wanted is None and set(values) == {0, 1}:
            wanted = _YES_NO.get(typed)
        if wanted in values and wanted is not None:
            self.set_answer(wanted)
            self._sheet.answered(self)
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self._sheet.step(self, 1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Backspace:
            self._sheet.step(self, -1)
        else:
            super().keyPressEvent(event)

    def _clicked(self, _value: int) -> None:
        self.say()
        self._sheet.answered(self)


class ScaleSheet(QScrollArea):
    """Shows the questions that are to be asked, and only those."""

    changed = Signal()

    def __init__(self, scale: Instrument, given: Mapping[str, int] | None = None) -> None:
        super().__init__(
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            accessibleName=f"Questions of {scale.title}",
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scale = scale
        inside = QWidget(objectName="scrolled")
        lines = QVBoxLayout(inside, spacing=0)
        lines.setContentsMargins(0, 0, 8, 0)
        self._rows = [_Row(self, question, number) for number, question in enumerate(scale.questions, start=1)]
        for row in self._rows:
            lines.addWidget(row)
        lines.addStretch(1)
        self.setWidget(inside)
        for row in self._rows:
            if given and row.question.code in given:
                row.set_answer(given[row.question.code])
        self._show_asked()

    def answers(self) -> dict[str, int]:
        """What was pressed, without the answers of questions that are not asked any more."""
        kept: dict[str, int] = {}
        for row in self._rows:
            value = row.answer()
            if value is not None and row.question in self._scale.asked(kept):
                kept[row.question.code] = value
        return kept

    def first(self) -> QWidget | None:
        """Where typing begins: the first question without an answer."""
        asked = self._asked()
        return next((row for row in asked if row.answer() is None), asked[0] if asked else None)

    def answered(self, row: _Row) -> None:
        """Goes on after an answer."""
        self._show_asked()
        self.changed.emit()
        self.step(row, 1)

    def step(self, row: _Row, by: int) -> None:
        """Moves the keyboard to the question before or after."""
        asked = self._asked()
        place = asked.index(row) + by if row in asked else 0
        if 0 <= place < len(asked):
            asked[place].setFocus(Qt.FocusReason.TabFocusReason)

    def reveal(self, row: QWidget) -> None:
        """Scrolls a question into view."""
        self.ensureWidgetVisible(row, 0, 24)

    def _asked(self) -> list[_Row]:
        asked = self._scale.asked(self.answers())
        return [row for row in self._rows if row.question in asked]

    def _show_asked(self) -> None:
        asked = self._asked()
        for row in self._rows:
            row.setVisible(row in asked)


def _small(words: str) -> QLabel:
    label = QLabel(words, wordWrap=True)
    label.setProperty("kind", "small")
    return label
