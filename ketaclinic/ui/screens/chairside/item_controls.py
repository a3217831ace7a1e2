"""How a checklist item is answered, one control for each kind; nothing is pre-filled, an answer is sent as given.

Signals of every `Control`: `answered(value)` the value of `checklists.ItemKind`; `asked()` a control that needs a
dialog of its own was pressed.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from ketaclinic.domain.checklists import ChecklistItem, ItemKind
from ketaclinic.domain.encounters import EncounterHeader, ItemView
from ketaclinic.ui import text

MENDED_BY = {"escort": "Name the escort…", "escort-hard": "Name the escort…", "consent": "Consent documents…"}
"""What leads to the data of a computed point."""
_FIELD_WIDTH, _TEXT_WIDTH = 110, 300


class Control(QWidget):
    """Base: shows the answer that counts and emits a new one."""

    answered = Signal(object)
    asked = Signal()

    def __init__(self, item: ChecklistItem) -> None:
        super().__init__()
        self.item = item
        self.row = QHBoxLayout(self, spacing=8)
        self.row.setContentsMargins(0, 0, 0, 0)

    def show_answer(self, view: ItemView) -> None:
        """Shows what was answered; never while something is being typed."""

    def show_error(self, *, wrong: bool) -> None:
        """Marks the control as holding something that was not taken."""

    def lock(self) -> None:
        """After sign-off nothing can be answered any more."""
        self.setEnabled(False)


class _Buttons(Control):
    """Large buttons of which one is pressed; none at first. Letters choose, arrows walk."""

    def __init__(self, item: ChecklistItem, options: tuple[tuple[Any, str, str], ...]) -> None:
        super().__init__(item)
        self._group = QButtonGroup(self)
        self._values: list[Any] = []
        self._keys: dict[str, QPushButton] = {}
        for number, (value, words, key) in enumerate(options):
            button = QPushButton(words, checkable=True, accessibleName=f"{item.text}: {words}")
            button.setProperty("large", True)
            self._values.append(value)
            self._group.addButton(button, number)
            if key:
                self._keys[key] = button
                button.setToolTip(f"Key {key.upper()}")
            self.row.addWidget(button)
        self._group.idClicked.connect(self._clicked)

    def show_answer(self, view: ItemView) -> None:
        self._group.setExclusive(False)
        for number, value in enumerate(self._values):
            self._group.button(number).setChecked(view.value is not None and view.value == value)
        self._group.setExclusive(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = self._keys.get(event.text().lower())
        if button is None:
            super().keyPressEvent(event)
            return
        button.click()

    def _clicked(self, number: int) -> None:
        self.answered.emit(self._values[number])


class _Choice(Control):
    """A list to choose from, where there are too many options for buttons."""

    def __init__(self, item: ChecklistItem) -> None:
        super().__init__(item)
        self._box = QComboBox(accessibleName=item.text, placeholderText="Choose …")
        self._box.setProperty("large", True)
        self._box.setMinimumWidth(260)
        for option in item.options:
            self._box.addItem(option.text, option.code)
        self._box.setCurrentIndex(-1)
        self._box.activated.connect(self._chosen)
        self.setFocusProxy(self._box)
        self.row.addWidget(self._box)

    def show_answer(self, view: ItemView) -> None:
        self._box.setCurrentIndex(self._box.findData(view.value) if view.value is not None else -1)

    def _chosen(self, index: int) -> None:
        self.answered.emit(self._box.itemData(index))


class _Line(Control):
    """One field; Enter or leaving it sends what was typed."""

    def __init__(self, item: ChecklistItem, *, width: int, unit: str = "") -> None:
        super().__init__(item)
        self._sent = ""
        self.field = QLineEdit(accessibleName=item.text)
        self.field.setProperty("large", True)
        self.field.setFixedWidth(width)
        self.field.editingFinished.connect(self._finished)
        self.setFocusProxy(self.field)
        self.row.addWidget(self.field)
        if unit:
            label = QLabel(unit)
            label.setProperty("kind", "second")
            label.setMinimumWidth(40)
            self.row.addWidget(label)

    def show_answer(self, view: ItemView) -> None:
        words = "" if view.value is None else self.words_of(view.value)
        if self.field.text().strip() in {"", self._sent} or not self.field.hasFocus():
            self.field.setText(words)
        self._sent = words
        self.show_error(wrong=False)

    def show_error(self, *, wrong: bool) -> None:
        if bool(self.field.property("wrong")) != wrong:
            self.field.setProperty("wrong", wrong)
            self.field.style().polish(self.field)

    def words_of(self, value: object) -> str:
        """The value as it stands in the field."""
        return str(value)

    def value_of(self, words: str) -> object:
        """What is sent for what was typed; raises ValueError where it cannot be read."""
        return words

    def _finished(self) -> None:
        words = self.field.text().strip()
        if not words or words == self._sent:
            return
        try:
            value = self.value_of(words)
        except ValueError:
            self.show_error(wrong=True)
            return
        self._sent = words
        self.answered.emit(value)


class _Number(_Line):
    """A number with its unit; comma and point both do."""

    def __init__(self, item: ChecklistItem) -> None:
        super().__init__(item, width=_FIELD_WIDTH, unit=item.unit)
        self.field.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)

    def words_of(self, value: object) -> str:
        return f"{value:.{self.item.decimals}f}" if isinstance(value, int | float) else str(value)

    def value_of(self, words: str) -> float:
        return float(words.replace(",", "."))


class _Text(_Line):
    """A few words."""

    def __init__(self, item: ChecklistItem) -> None:
        super().__init__(item, width=_TEXT_WIDTH)


class _Moment(Control):
    """A time today or yesterday; the day must be chosen, the time typed: neither is guessed."""

    def __init__(self, item: ChecklistItem, today: date) -> None:
        super().__init__(item)
        self._today = today
        self._days = QButtonGroup(self)
        for number, words in enumerate(("Yesterday", "Today")):
            button = QPushButton(words, checkable=True, accessibleName=f"{item.text}: {words}")
            button.setProperty("large", True)
            self._days.addButton(button, number)
            self.row.addWidget(button)
        self.field = QLineEdit(accessibleName=f"{item.text}: time", placeholderText="hh:mm")
        self.field.setProperty("large", True)
        self.field.setFixedWidth(92)
        self.row.addWidget(self.field)
        self._sent: datetime | None = None
        self._days.idClicked.connect(self._day_chosen)
        self.field.editingFinished.connect(self._finished)

    def show_answer(self, view: ItemView) -> None:
        value = view.value
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if not isinstance(value, datetime):
            return
        self._sent = value
        self._days.setExclusive(False)
        for number, day in enumerate((self._today - timedelta(days=1), self._today)):
            self._days.button(number).setChecked(value.date() == day)
        self._days.setExclusive(True)
        self.field.setText(text.clock(value))
        self.show_error(wrong=False)

    def show_error(self, *, wrong: bool) -> None:
        self.field.setProperty("wrong", wrong)
        self.field.style().polish(self.field)

    def _day_chosen(self, _number: int) -> None:
        if self.field.text():
            self._finished()
        else:
            self.field.setFocus()

    def _finished(self) -> None:
        words, day = self.field.text().strip(), self._days.checkedId()
        if not words or day < 0:
            return
        at = clock_time(words)
        self.show_error(wrong=at is None)
        if at is None:
            return
        value = datetime.combine(self._today - timedelta(days=1 - day), at)
        if value != self._sent:
            self._sent = value
            self.answered.emit(value)


def clock_time(words: str) -> time | None:
    """Reads "7:05", "0705", "7.05" or "7" as a time of the day; None where it is none."""
    digits = words.replace(".", ":").replace(" ", "")
    if ":" not in digits:
        digits = f"{digits[:-2]}:{digits[-2:]}" if len(digits) > 2 else f"{digits}:00"
    hour, _, minute = digits.partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        return None
    return time(int(hour), int(minute))


class _Identifiers(Control):
    """Two identifiers, each read aloud and pressed by itself."""

    def __init__(self, item: ChecklistItem, header: EncounterHeader) -> None:
        super().__init__(item)
        born = text.day_month_year(header.born) if header.born is not None else "date of birth not known"
        self._buttons = {}
        for key, words in (("name", header.name), ("born", born)):
            button = QPushButton(words, checkable=True, accessibleName=f"Read back: {words}")
            button.setProperty("large", True)
            button.clicked.connect(self._clicked)
            self._buttons[key] = button
            self.row.addWidget(button)

    def show_answer(self, view: ItemView) -> None:
        value = view.value if isinstance(view.value, dict) else {}
        for key, button in self._buttons.items():
            button.setChecked(bool(value.get(key)))

    def _clicked(self) -> None:
        self.answered.emit({key: button.isChecked() for key, button in self._buttons.items()})


class _Asking(Control):
    """A button that opens a dialog of its own: a score to be asked, a second signature."""

    def __init__(self, item: ChecklistItem, words: str, again: str) -> None:
        super().__init__(item)
        self._words, self._again = words, again
        self._result = QLabel()
        self._result.setProperty("kind", "strong")
        self._button = QPushButton(words, accessibleName=f"{item.text}: {words}")
        self._button.setProperty("large", True)
        self._button.clicked.connect(self.asked)
        self.setFocusProxy(self._button)
        self.row.addWidget(self._result)
        self.row.addWidget(self._button)

    def show_answer(self, view: ItemView) -> None:
        if view.score is not None:
            self._result.setText(f"{view.score}")
        elif view.second_by:
            self._result.setText(view.second_by)
        self._button.setText(self._again if view.value is not None else self._words)


class _Computed(Control):
    """Answered by the program from data; where the data can be put right, a button leads there."""

    def __init__(self, item: ChecklistItem) -> None:
        super().__init__(item)
        words = MENDED_BY.get(item.computed, "")
        self._button = QPushButton(words, accessibleName=words.rstrip("…") or item.text)
        self._button.setProperty("large", True)
        self._button.clicked.connect(self.asked)
        if words:
            self.setFocusProxy(self._button)
            self.row.addWidget(self._button)


def control_for(item: ChecklistItem, header: EncounterHeader, today: date) -> Control:
    """The control of an item's kind."""
    if item.kind is ItemKind.TICK:
        return _Buttons(item, ((True, "Yes", "y"), (False, "No", "n")))
    if item.kind is ItemKind.CHOICE:
        length = sum(len(option.text) + 5 for option in item.options)
        if length > 62:
            return _Choice(item)
        return _Buttons(item, tuple((o.code, o.text, str(n + 1)) for n, o in enumerate(item.options)))
    if item.kind is ItemKind.DATETIME:
        return _Moment(item, today)
    if item.kind is ItemKind.IDENTIFIERS:
        return _Identifiers(item, header)
    if item.kind is ItemKind.INSTRUMENT:
        return _Asking(item, "Ask and score…", "Again…")
    if item.kind is ItemKind.SIGNATURE:
        return _Asking(item, "Second signature…", "Again…")
    return {ItemKind.NUMBER: _Number, ItemKind.TEXT: _Text, ItemKind.COMPUTED: _Computed}[item.kind](item)
