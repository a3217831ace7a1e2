"""A rating scale given to the patient on this screen: large, calm, one question at a time, and locked.

It covers the whole window; nothing of anyone else shows, no key of the window acts beneath, and only the PIN of who is
signed in takes it back. Answers are kept when the patient says that they are done, or go over to staff as given so far.

Signals of `Questionnaire`: `handed_back(Handed)` after the PIN.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.assessments import PATIENT, Assessment
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.instruments import Instrument, Question
from ketaclinic.domain.people import User
from ketaclinic.ui import theme
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.pin_confirm import pin_field

_WIDEST = 820
_YES_NO = {"y": 1, "n": 0}


@dataclass(frozen=True, slots=True)
class Handed:
    """What came back with the screen.

    Attributes:
        kept: the score, when the patient said that they were done and nothing was open.
        answers: else what was given so far.
        declined: the patient would rather not answer.
        error: why it could not be kept; "" for no trouble.
    """

    kept: Assessment | None = None
    answers: Mapping[str, int] = field(default_factory=dict)
    declined: bool = False
    error: str = ""


class Questionnaire(Dialog):
    """The patient's view of one scale."""

    handed_back = Signal(object)
    is_patients: ClassVar[bool] = True
    """The window is locked already: nobody has to touch it for it to stay so a while."""

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        scale: Instrument,
        *,
        patient_id: int,
        name: str,
        encounter_id: int | None = None,
        given: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(parent, f"Questions of {scale.title}")
        self._context, self._scale = context, scale
        self._patient_id, self._encounter_id = patient_id, encounter_id
        self._answers = dict(given or {})
        self._code = ""
        self._handed = Handed()
        self._command = uuid4().hex
        self._clear_card()
        self._pages = QStackedWidget()
        self._begin, self._asking = self._begin_page(name), self._question_page()
        self._ending, self._back = self._end_page(), self._back_page()
        for page in (self._begin, self._asking, self._ending, self._back):
            self._pages.addWidget(page)
        self.column.addWidget(self._pages, 1)
        self._go(self._begin)

    # -- the pages

    def _clear_card(self) -> None:
        """The card of a dialog without its head and foot: it is the whole window here."""
        self.card.setProperty("kind", "patient")
        self._close.hide()
        self.title.hide()
        self.subtitle.hide()
        foot = self.footer.parentWidget()
        if foot is not None:
            foot.hide()
        self.header.setContentsMargins(0, 0, 0, 0)

    def _begin_page(self, name: str) -> QWidget:
        page, lines = _page()
        lines.addStretch(2)
        lines.addWidget(_words(name, "patient-name"))
        lines.addWidget(_words(f"{len(self._scale.questions)} questions", "patient-question"))
        lines.addWidget(
            _words("Choose the answer that fits best. You can go back, and you may leave a question out.", "patient")
        )
        lines.addSpacing(18)
        lines.addWidget(_button("Begin", self._start, kind="primary"), 0, Qt.AlignmentFlag.AlignLeft)
        lines.addStretch(3)
        lines.addLayout(self._foot(_quiet("I would rather not answer", self._rather_not)))
        return page

    def _question_page(self) -> QWidget:
        page, lines = _page()
        self._progress = QProgressBar(textVisible=False, accessibleName="Progress")
        self._where = _words("", "patient-second")
        self._lead = _words(self._scale.lead if self._scale.scoring == "sum" else "", "patient")
        self._lead.setVisible(bool(self._lead.text()))
        self._question = _words("", "patient-question")
        self._help = _words("", "patient-second")
        inside = QWidget(objectName="scrolled")
        words = QVBoxLayout(inside, spacing=12)
        words.setContentsMargins(0, 0, 8, 0)
        self._choices = QVBoxLayout(spacing=10)
        for part in (self._lead, self._question, self._help):
            words.addWidget(part)
        words.addSpacing(6)
        words.addLayout(self._choices)
        words.addStretch(1)
        scroll = QScrollArea(
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self._earlier = _button("Back", self._go_back)
        self._skip = _quiet("Leave this one out", self._leave_out)
        lines.addWidget(self._where)
        lines.addWidget(self._progress)
        lines.addSpacing(10)
        lines.addWidget(scroll, 1)
        lines.addLayout(self._foot(self._earlier, self._skip))
        return page

    def _end_page(self) -> QWidget:
        page, lines = _page()
        self._end_title = _words("", "patient-question")
        self._end_words = _words("", "patient")
        self._finish = _button("I am done", self._finished, kind="primary")
        self._open_one = _button("Answer what is open", self._to_open)
        lines.addStretch(2)
        lines.addWidget(self._end_title)
        lines.addWidget(self._end_words)
        lines.addSpacing(18)
        row = QHBoxLayout(spacing=12)
        row.addWidget(self._finish)
        row.addWidget(self._open_one)
        row.addStretch(1)
        lines.addLayout(row)
        lines.addStretch(3)
        self._look_again = _button("Back", self._go_back)
        lines.addLayout(self._foot(self._look_again))
        return page

    def _back_page(self) -> QWidget:
        page, lines = _page()
        self._thanks = _words("", "patient-question")
        lines.addStretch(2)
        lines.addWidget(self._thanks)
        lines.addWidget(_words("Please give the computer back.", "patient"))
        lines.addSpacing(40)
        user = self._context.user()
        lines.addWidget(_words(f"Staff: PIN of {user.name}", "patient-second"))
        self._pin = pin_field(f"PIN of {user.name}")
        self._pin.setFixedWidth(220)
        self._pin.returnPressed.connect(self._take_back)
        self._pin.textChanged.connect(self._pin_typed)
        self._take = _button("Take over", self._take_back)
        row = QHBoxLayout(spacing=12)
        row.addWidget(self._pin)
        row.addWidget(self._take)
        row.addStretch(1)
        lines.addLayout(row)
        self._refused = QLabel(wordWrap=True)
        self._refused.setProperty("kind", "error")
        lines.addWidget(self._refused)
        lines.addStretch(3)
        self._go_on = _button("Go on with the questions", self._resume)
        lines.addLayout(self._foot(self._go_on, staff=False))
        return page

    def _foot(self, *buttons: QPushButton, staff: bool = True) -> QHBoxLayout:
        row = QHBoxLayout(spacing=12)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        if staff:
            row.addWidget(_quiet("Staff", self._staff))
        return row

    # -- going through

    def _start(self) -> None:
        first = next((q.code for q in self._asked() if q.code not in self._answers), self._asked()[0].code)
        self._show(first)

    def _show(self, code: str) -> None:
        """Asks one question."""
        asked = self._asked()
        place = [q.code for q in asked].index(code)
        question, self._code = asked[place], code
        self._where.setText(f"Question {place + 1} of {len(asked)}")
        self._progress.setRange(0, len(asked))
        self._progress.setValue(place + 1)
        self._question.setText(question.text)
        self._help.setText(question.help)
        self._help.setVisible(bool(question.help))
        while self._choices.count():
            old = self._choices.takeAt(0).widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for value, said in question.answers:
            button = _button(f"{value}   {said}", self._pressed, kind="answer")
            button.setAccessibleName(said)
            button.setCheckable(True)
            button.setChecked(self._answers.get(code) == value)
            button.setProperty("value", value)
            self._choices.addWidget(button)
            button.show()  # now, not with the next turn of the loop: it takes the keyboard
        self._earlier.setVisible(place > 0)
        self._go(self._asking)

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self._answer(int(button.property("value")))

    def _answer(self, value: int) -> None:
        self._answers[self._code] = value
        self._next()

    def _leave_out(self) -> None:
        self._answers.pop(self._code, None)
        self._next()

    def _next(self) -> None:
        codes = [q.code for q in self._asked()]
        after = codes[codes.index(self._code) + 1 :]
        if after:
            self._show(after[0])
        else:
            self._show_end()

    def _go_back(self) -> None:
        codes = [q.code for q in self._asked()]
        if self._pages.currentWidget() is self._ending:
            self._show(codes[-1])
            return
        place = codes.index(self._code)
        if place:
            self._show(codes[place - 1])

    def _to_open(self) -> None:
        left = self._open_questions()
        self._show(left[0].code if left else self._asked()[0].code)

    def _show_end(self) -> None:
        left = len(self._open_questions())
        self._open_one.setVisible(bool(left))
        if left:
            self._end_title.setText(f"{left} question{'s are' if left > 1 else ' is'} still open.")
            self._end_words.setText("You may answer now, or leave it so and talk with the staff about it.")
        else:
            self._end_title.setText("These were all the questions.")
            self._end_words.setText("You can still go back and change an answer.")
        self._go(self._ending)

    def _asked(self) -> tuple[Question, ...]:
        return self._scale.asked(self._given())

    def _given(self) -> dict[str, int]:
        """The answers, without those of questions that are not asked any more."""
        kept: dict[str, int] = {}
        for question in self._scale.questions:
            if question.code in self._answers and question in self._scale.asked(kept):
                kept[question.code] = self._answers[question.code]
        return kept

    def _open_questions(self) -> list[Question]:
        return [q for q in self._asked() if q.code not in self._answers]

    # -- the end

    def _finished(self) -> None:
        """The patient is done: a whole scale is kept at once, an open one goes over to staff."""
        if self._open_questions():
            self._hand_in(Handed(answers=self._given()))
            return
        for button in (self._finish, self._look_again):
            button.setEnabled(False)
        work = partial(
            self._context.services.assessments.record,
            self._context.user(),
            self._patient_id,
            self._scale.id,
            {"answers": self._given()},
            encounter_id=self._encounter_id,
            given_by=PATIENT,
            command_id=self._command,
        )
        self._context.ops.run(self, work, self._kept, self._not_kept)

    def _kept(self, kept: Assessment) -> None:
        self._hand_in(Handed(kept=kept))

    def _not_kept(self, error: ClinicError) -> None:
        """The patient cannot mend it: staff sees the sentence, with every answer still there."""
        self._hand_in(Handed(answers=self._given(), error=str(error)))

    def _rather_not(self) -> None:
        self._hand_in(Handed(declined=True))

    def _hand_in(self, handed: Handed) -> None:
        self._handed = handed
        self._thanks.setText("Thank you.")
        self._go_on.hide()
        self._go(self._back)

    def _staff(self) -> None:
        """Staff wants the screen back in between; the patient can go on as long as no PIN was typed."""
        self._handed = Handed(answers=self._given())
        self._thanks.setText("A moment, please.")
        self._go_on.show()
        self._go(self._back)

    def _resume(self) -> None:
        if self._code:
            self._show(self._code)
        else:
            self._go(self._begin)

    # -- the PIN

    def _pin_typed(self) -> None:
        self._take.setEnabled(bool(self._pin.text()))
        self._refused.setText("")

    def _take_back(self) -> None:
        if not self._pin.text() or not self._take.isEnabled():
            return
        self._take.setEnabled(False)
        login, pin = self._context.user().login, self._pin.text()
        self._pin.clear()
        self._context.ops.run(self, partial(self._context.services.users.sign_in, login, pin), self._taken, self._wrong)

    def _taken(self, _user: User) -> None:
        handed = self._handed
        self._leave(accepted=True)
        self.handed_back.emit(handed)

    def _wrong(self, error: ClinicError) -> None:
        self._refused.setText(str(error))
        self._pin.setFocus()

    # -- locked

    def may_close(self) -> bool:
        """Only the PIN ends it, also when the window is to be closed."""
        return False

    def reject(self) -> None:
        """Nothing but the PIN closes this."""

    def first_field(self) -> QWidget | None:
        """Where the keyboard is on this page."""
        page = self._pages.currentWidget()
        if page is self._back:
            return self._pin
        if page is self._asking:
            chosen = [self._choices.itemAt(n).widget() for n in range(self._choices.count())]
            return next((b for b in chosen if isinstance(b, QPushButton) and b.isChecked()), chosen[0])
        return self._finish if page is self._ending else page.findChild(QPushButton)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._pages.currentWidget() is self._asking and self._asked_by_key(event):
            event.accept()
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            button = QApplication.focusWidget()
            if isinstance(button, QPushButton):
                button.click()
        event.accept()  # Esc and everything else go nowhere

    def _asked_by_key(self, event: QKeyEvent) -> bool:
        typed = event.text().lower()
        values = [value for value, _ in self._question_now().answers]
        wanted = int(typed) if typed.isascii() and typed.isdigit() else None
        if wanted is None and set(values) == {0, 1}:
            wanted = _YES_NO.get(typed)
        if wanted is not None and wanted in values:
            self._answer(wanted)
            return True
        if event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Left}:
            self._go_back()
            return True
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return True
        return False

    def _question_now(self) -> Question:
        found = self._scale.question(self._code)
        assert found is not None
        return found

    def _go(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._take.setEnabled(False)
        first = self.first_field()
        if first is not None and self.isVisible():
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stops(self) -> list[QWidget]:
        return [widget for widget in super()._stops() if self._pages.currentWidget().isAncestorOf(widget)]

    # -- place and paint

    def _place_card(self) -> None:
        width = min(_WIDEST, self.width() - 48)
        self.card.setGeometry((self.width() - width) // 2, 24, width, self.height() - 48)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.tokens().surface))
        painter.end()


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    lines = QVBoxLayout(page, spacing=12)
    lines.setContentsMargins(8, 8, 8, 8)
    return page, lines


def _words(words: str, kind: str) -> QLabel:
    label = QLabel(words, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("kind", kind)
    return label


def _button(words: str, slot: Any, *, kind: str = "plain") -> QPushButton:  # noqa: ANN401 - a slot
    button = QPushButton(words, accessibleName=words)
    button.setProperty("kind", kind)
    button.setProperty("patient", "true")
    button.clicked.connect(slot)
    return button


def _quiet(words: str, slot: Any) -> QPushButton:  # noqa: ANN401 - a slot
    return _button(words, slot, kind="ghost")
