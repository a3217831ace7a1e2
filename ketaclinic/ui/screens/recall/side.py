"""All about the person of the current row: whom one speaks to, what is to be said, what was said before."""

from collections.abc import Iterable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.calls import CallNote, ConfirmRow
from ketaclinic.domain.recall import RecallKind, RecallRow
from ketaclinic.domain.waitlist import wish_words
from ketaclinic.ui import text
from ketaclinic.ui.screens.recall.lists import over_words
from ketaclinic.ui.widgets.card import add_rows, empty_layout, line
from ketaclinic.ui.widgets.flow_layout import FlowLayout
from ketaclinic.ui.widgets.pill import Pill
from ketaclinic.ui.widgets.tall_scroll import TallScroll
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_ACROSS = 2


class SidePanel(QFrame):
    """Words of the row above, what can be done with it below. Signals: `copied(str)` the telephone number."""

    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__(accessibleName="Person")
        self.setProperty("kind", "card")
        self._phone = ""
        self.name = WrappedText(17)
        self.second = QLabel(wordWrap=True)
        self.second.setProperty("kind", "small")
        self.phone = QLabel(textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self.phone.setProperty("kind", "heading")
        self.phone.setAccessibleName("Telephone")
        self.phone.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.copy = QPushButton("Copy", accessibleName="Copy telephone number", toolTip="Ctrl+C")
        self.copy.setProperty("kind", "ghost")
        self.copy.clicked.connect(self.copy_phone)
        self._pills = QWidget()
        self._pill_flow = FlowLayout(self._pills, gap=6)
        self._body = QVBoxLayout(spacing=10)
        self._buttons = QGridLayout(horizontalSpacing=8, verticalSpacing=8)
        self._made: dict[QAction, QPushButton] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        numbers = QHBoxLayout(spacing=6)
        numbers.addWidget(self.phone, 1)
        numbers.addWidget(self.copy)
        inside = QWidget(objectName="scrolled")
        column = QVBoxLayout(inside, spacing=8)
        column.setContentsMargins(18, 16, 18, 12)
        column.addWidget(self.name)
        column.addWidget(self.second)
        column.addLayout(numbers)
        column.addWidget(self._pills)
        column.addLayout(self._body)
        column.addStretch(1)
        scroll = TallScroll()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self._buttons.setContentsMargins(16, 12, 16, 16)
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll, 1)
        layout.addLayout(self._buttons)

    # -- what can be done

    def show_actions(self, main: QAction | None, others: Sequence[QAction]) -> None:
        """Puts the buttons there: the main one across, the others in two columns, each with its key."""
        for button in self._made.values():
            button.hide()
            self._buttons.removeWidget(button)
        row = 0
        if main is not None:
            self._buttons.addWidget(self._button(main, "primary"), 0, 0, 1, _ACROSS)
            row = 1
        for number, action in enumerate(others):
            button = self._button(action, "plain")
            self._buttons.addWidget(button, row + number // _ACROSS, number % _ACROSS)
        for action in (*([main] if main is not None else []), *others):
            self._made[action].show()

    def _button(self, action: QAction, kind: str) -> QPushButton:
        button = self._made.get(action)
        if button is None:
            button = self._made[action] = QPushButton(parent=self)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(action.trigger)
        key = action.property("key_word") or action.shortcut().toString()
        button.setText(f"{action.text()}  {key}" if key else action.text())
        button.setAccessibleName(action.text())
        button.setEnabled(action.isEnabled())
        if button.property("kind") != kind:
            button.setProperty("kind", kind)
            button.style().polish(button)
        return button

    def copy_phone(self) -> None:
        """The telephone number to the clipboard."""
        if self._phone:
            QGuiApplication.clipboard().setText(self._phone)
            self.copied.emit(self._phone)

    # -- who it is

    def show_nothing(self) -> None:
        """No row is current: the list has all the room."""
        self.hide()
        self._head("", "", "", ())
        self.phone.setText("")
        self.copy.hide()
        empty_layout(self._body)

    def show_visit(self, row: ConfirmRow) -> None:
        """A visit to be confirmed: what is said, what is missing, what was said before."""
        self.show()
        visit = row.card.appointment
        pills = [(f"no {word}", "amber") for word in row.missing]
        self._head(row.card.patient_name, f"{row.card.record} · say “{row.spoken_name}”", row.phone, pills)
        self._language(row.language, interpreter=row.interpreter)
        empty_layout(self._body)
        add_rows(
            self._rows(),
            (
                ("Visit", f"{text.full_day(visit.starts_at.date())}, {text.clock(visit.starts_at)}"),
                ("Session", f"{row.card.label} · {row.card.desk_name} · {row.chair}"),
                ("Escort", row.escort or "nobody named yet: ask for name and telephone"),
            ),
        )
        if row.note:
            self._paragraph("Note", [row.note])
        self._paragraph("To say", row.reminders)
        self._calls(row.calls)

    def show_person(self, row: RecallRow) -> None:
        """Somebody to be called about booking."""
        self.show()
        tone = "amber" if row.kind in {RecallKind.OVERDUE, RecallKind.MISSED} else "accent"
        self._head(row.name, row.record, row.phone, [(row.kind.word, tone)])
        self._language(row.language, interpreter=row.interpreter)
        empty_layout(self._body)
        add_rows(self._rows(), _facts(row))
        if row.waiting is not None and row.waiting.fields.note:
            self._paragraph("Note", [row.waiting.fields.note])
        self._calls((row.last_call,) if row.last_call else ())

    def _head(self, name: str, second: str, phone: str, pills: Iterable[tuple[str, str]]) -> None:
        self.name.set_text(name)
        self.second.setText(second)
        self._phone = phone
        self.phone.setText(phone or "No telephone number")
        self.copy.setVisible(bool(phone))
        while self._pill_flow.count():
            item = self._pill_flow.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for word, tone in pills:
            self._pill_flow.addWidget(Pill(word, tone))
        self._pills.setVisible(self._pill_flow.count() > 0)

    def _language(self, language: str, *, interpreter: bool) -> None:
        words = f"Interpreter: {language or 'ask which'}" if interpreter else language
        if words:
            self._pill_flow.addWidget(Pill(words, "accent"))
            self._pills.show()

    def _rows(self) -> QVBoxLayout:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        self._body.addWidget(holder)
        return layout

    def _paragraph(self, title: str, sentences: Iterable[str]) -> None:
        self._body.addWidget(line())
        heading = QLabel(title)
        heading.setProperty("kind", "section")
        self._body.addWidget(heading)
        for sentence in sentences:
            self._body.addWidget(WrappedText(13, sentence, bold=False))

    def _calls(self, calls: Iterable[CallNote]) -> None:
        made = [_call_line(call) for call in calls]
        self._paragraph("Calls", made or ["Nobody has called yet."])


def _call_line(call: CallNote) -> str:
    when = f"{text.weekday_day(call.at.date())}, {text.clock(call.at)}"
    parts = (f"{call.outcome.word} · {when}", call.by, call.purpose.word, call.note)
    return " · ".join(filter(None, parts))


def _facts(row: RecallRow) -> list[tuple[str, str]]:
    facts = [("Open", row.text)]
    if row.protocol:
        facts.append(("Protocol", row.protocol))
    if row.waiting is not None:
        facts[0] = ("Wish", wish_words(row.waiting.fields))
        facts.append(("Since", _day(row.due)))
    elif row.due is not None:
        facts.append(("Was due" if row.waited_days > 0 else "Target", f"{_day(row.due)}, {over_words(row)}"))
    if row.last_visit is not None:
        facts.append(("Last visit", _day(row.last_visit)))
    return facts


def _day(day: date | None) -> str:
    return text.full_day(day) if day is not None else ""
