"""Entering one row of observations by keyboard: Enter goes to the next field, Ctrl+Enter saves.

Signals of `ObservationEntry`: `row_given(values, confirmed codes, note, time typed)` a row to be recorded;
`submitted()` the keyboard asks for saving; `reached(field)` the keyboard is there; `helped(str)` what its scale means;
`typed(words by field)` something was typed, or the row is empty again.
"""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ketaclinic.domain.findings import Finding
from ketaclinic.domain.observations import ObservationField
from ketaclinic.ui.screens.chairside.flow_rows import FlowRow
from ketaclinic.ui.screens.chairside.number_field import number_of

COMPACT = "QLineEdit { padding: 1px 4px; min-height: 20px; font-size: 14px; }"
"""A field as high as a line of the flowsheet; colours and borders stay the theme's."""
ROOMY = "QLineEdit { padding: 3px 6px; min-height: 26px; font-size: 15px; }"
_TIME, _NOTE = "observed-at", "note"
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class ValueField(QLineEdit):
    """One value of the row."""

    def __init__(self, field: ObservationField) -> None:
        super().__init__(accessibleName=field.label, maxLength=7, alignment=Qt.AlignmentFlag.AlignCenter)
        self.field = field
        self.setStyleSheet(COMPACT)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.setToolTip(f"{field.label}, {field.unit}".rstrip(", "))

    def mark(self, *, wrong: bool) -> None:
        """Shows or removes the red border."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)

    def meaning(self) -> str:
        """What the values of the scale mean, for who enters it."""
        words = [f"{value:g} {text[0].lower()}{text[1:]}" for value, text in self.field.words]
        unit = f" ({self.field.unit})" if self.field.unit else ""
        return f"{self.field.label}{unit}" + (": " + " · ".join(words) if words else "")


class ObservationEntry(QWidget):
    """A column of fields, one for each line of the flowsheet, in its order."""

    row_given = Signal(object, object, str, object)
    submitted = Signal()
    helped = Signal(str)
    reached = Signal(object)
    typed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="New row of observations")
        self._lines: tuple[FlowRow, ...] = ()
        self._fields: dict[str, ValueField] = {}
        self._asked_again: frozenset[str] = frozenset()
        self._holders: list[QWidget] = []
        self.time_field = QLineEdit(
            accessibleName="Time of the observation", placeholderText="now", alignment=Qt.AlignmentFlag.AlignCenter
        )
        self.time_field.setToolTip("Left empty: now. For a late entry when it was observed: 14:05, or 5 min ago")
        self.note_field = QLineEdit(accessibleName="Note on the observation", placeholderText="Note, if any")
        for field in (self.time_field, self.note_field):
            field.setStyleSheet(COMPACT)
            field.installEventFilter(self)
            field.textEdited.connect(self._told)
        self._grid = QGridLayout(self, horizontalSpacing=10, verticalSpacing=0)
        self._grid.setContentsMargins(0, 0, 0, 0)

    # What it consists of

    def set_lines(self, lines: tuple[FlowRow, ...], *, labels: bool = False) -> None:
        """Makes the fields: a column beside the lines of the flowsheet, or with labels a form of its own."""
        if lines == self._lines:
            return
        self._lines = lines
        for holder in self._holders:
            holder.hide()
            holder.deleteLater()
        self._holders.clear()
        self._fields.clear()
        place = 0
        for line in lines:
            if labels and not line.typed:
                continue
            holder = self._holder(line, labels=labels)
            if labels:
                span = len(line.fields)
                self._grid.addWidget(holder, place // 3, place % 3, 1, span)
                place += span
            else:
                self._grid.addWidget(holder, len(self._holders), 0)
            self._holders.append(holder)

    def _holder(self, line: FlowRow, *, labels: bool) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder, spacing=1)
        column.setContentsMargins(0, 2 if labels else 0, 0, 2 if labels else 0)
        if labels:
            words = QLabel(line.heading)
            words.setProperty("kind", "label")
            column.addWidget(words)
        row = QHBoxLayout(spacing=4)
        column.addLayout(row)
        for number, field in enumerate(line.fields if line.typed else ()):
            if number:
                row.addWidget(QLabel("/"))
            edit = ValueField(field)
            if labels:
                edit.setStyleSheet(ROOMY)
            edit.installEventFilter(self)
            edit.textEdited.connect(self._edited)
            self._fields[field.code] = edit
            row.addWidget(edit, 1)
        if not line.typed:
            auto = QLabel("auto", alignment=Qt.AlignmentFlag.AlignCenter)
            auto.setProperty("kind", "small")
            row.addWidget(auto)
        return holder

    def set_line_heights(self, heights: tuple[int, ...]) -> None:
        """Stands beside the lines of a table with these heights."""
        for holder, height in zip(self._holders, heights, strict=False):
            holder.setFixedHeight(height)

    # What was typed

    @property
    def empty(self) -> bool:
        """Whether nothing has been typed."""
        return not any(f.text().strip() for f in self._fields.values())

    def values(self) -> dict[str, float]:
        """What can be read of what was typed."""
        found = {code: number_of(edit.text()) for code, edit in self._fields.items()}
        return {code: value for code, value in found.items() if value is not None}

    def submit(self) -> str:
        """Sends the row; returns what stands against it, "" when it was sent."""
        unreadable = [e for e in self._fields.values() if e.text().strip() and number_of(e.text()) is None]
        for edit in self._fields.values():
            edit.mark(wrong=edit in unreadable)
        if unreadable:
            unreadable[0].setFocus()
            return f"{unreadable[0].field.label}: “{unreadable[0].text()}” is not a number."
        if self.empty:
            self.focus_first()
            return "Nothing is entered yet."
        typed = self.time_field.text().strip()
        self.row_given.emit(self.values(), self._asked_again, self.note_field.text().strip(), typed)
        return ""

    def ask_again(self, findings: tuple[Finding, ...]) -> None:
        """Values that are hardly possible stay, marked; the next save of the same value confirms them."""
        self._asked_again |= self.mark_wrong(findings)

    def mark_wrong(self, findings: tuple[Finding, ...]) -> frozenset[str]:
        """Marks what was not taken and puts the keyboard there; answers with the codes concerned."""
        codes = frozenset(f.subject for f in findings if f.subject in self._fields)
        for code in codes:
            self._fields[code].mark(wrong=True)
        first = next((self._fields[code] for code in self._fields if code in codes), None)
        if first is not None:
            first.setFocus()
            first.selectAll()
        return codes

    def clear(self) -> None:
        """Empty again, after the row was saved."""
        for edit in (*self._fields.values(), self.time_field, self.note_field):
            edit.clear()
        for edit in self._fields.values():
            edit.mark(wrong=False)
        self._asked_again = frozenset()
        self._told()

    def words(self) -> dict[str, str]:
        """What stands in the fields, as typed."""
        found = {code: edit.text() for code, edit in self._fields.items()}
        return {**found, _TIME: self.time_field.text(), _NOTE: self.note_field.text()}

    def restore(self, words: Mapping[str, str]) -> bool:
        """Puts back what was typed and not saved; a row that is being typed stays. Returns whether it did."""
        if not self.empty or not words:
            return False
        for code, edit in {**self._fields, _TIME: self.time_field, _NOTE: self.note_field}.items():
            edit.setText(words.get(code, ""))
        return not self.empty

    def _told(self) -> None:
        self.typed.emit(self.words())

    def fill(self, values: Mapping[str, float]) -> None:
        """Puts in what stands in a row that is to be corrected."""
        for code, value in values.items():
            if code in self._fields:
                self._fields[code].setText(f"{value:g}")

    def focus_first(self) -> None:
        """Puts the keyboard on the first field that is still empty."""
        edits = list(self._fields.values())
        target = next((e for e in edits if not e.text().strip()), edits[0] if edits else None)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, ValueField):
            self.helped.emit(watched.meaning())
            self.reached.emit(watched)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, QLineEdit):
            return self._key(watched, event)
        return super().eventFilter(watched, event)

    def _key(self, edit: QLineEdit, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in _ENTER and control:
            self.submitted.emit()
            return True
        if event.key() in _ENTER or event.key() == Qt.Key.Key_Down:
            self._step(edit, 1)
            return True
        if event.key() == Qt.Key.Key_Up:
            self._step(edit, -1)
            return True
        if event.text() == "/" and isinstance(edit, ValueField):
            self._step(edit, 1)  # 146/91 is typed as it is read
            return True
        return False

    def _step(self, edit: QLineEdit, by: int) -> None:
        order: list[QLineEdit] = [*self._fields.values(), self.note_field]
        if edit not in order:
            self.focus_first()
            return
        at = order.index(edit) + by
        if at >= len(order):
            self.submitted.emit()
        elif at >= 0:
            order[at].setFocus(Qt.FocusReason.TabFocusReason)
            order[at].selectAll()

    def _edited(self, _text: str) -> None:
        edit = self.sender()
        if isinstance(edit, ValueField):
            edit.mark(wrong=False)
            self._asked_again -= {edit.field.code}
        self._told()
