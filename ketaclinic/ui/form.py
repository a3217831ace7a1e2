"""Forms built from field specs: label above, editor, and what is wrong with it right beneath.

Signals of `Form`: `changed(str)` the name of a field whose value changed; `left(str)` the name of a field that lost
the keyboard.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.ui import text
from ketaclinic.ui.widgets.date_edit import DateEdit
from ketaclinic.ui.widgets.time_edit import TimeEdit


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to be typed.

    Attributes:
        name: key of its value, and `Finding.subject` of what is wrong with it.
        kind: "text", "lines", "date", "time", "yes", "choice" or "pin".
        span: columns of the form it takes.
        hint: a second, quiet line beneath.
        choices: (value, words) of a choice.
        ages: whether a date is read back with the years since; a date of birth is.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    span: int = 1
    hint: str = ""
    placeholder: str = ""
    choices: tuple[tuple[Any, str], ...] = ()
    section: str = ""
    ages: bool = True


@dataclass(slots=True)
class _Place:
    spec: Field
    editor: QWidget
    message: QLabel
    finding: Finding | None = field(default=None)


class Form(QWidget):
    """Reads and shows values by field name."""

    changed = Signal(str)
    left = Signal(str)

    def __init__(self, fields: Sequence[Field], today: date, *, columns: int = 2) -> None:
        super().__init__()
        self._today = today
        self._places: dict[str, _Place] = {}
        self._names: dict[int, str] = {}
        grid = QGridLayout(self, horizontalSpacing=16, verticalSpacing=12)
        grid.setContentsMargins(0, 0, 0, 0)
        row = column = 0
        for spec in fields:
            if spec.section or column + spec.span > columns:
                row, column = row + (1 if column else 0), 0
            if spec.section:
                heading = QLabel(spec.section)
                heading.setProperty("kind", "section")
                heading.setContentsMargins(0, 6 if row else 0, 0, 0)
                grid.addWidget(heading, row, 0, 1, columns)
                row += 1
            grid.addWidget(self._cell(spec), row, column, 1, spec.span, Qt.AlignmentFlag.AlignTop)
            column += spec.span
            if column >= columns:
                row, column = row + 1, 0
        for number in range(columns):
            grid.setColumnStretch(number, 1)
        self._initial = self.values()

    # -- values

    def values(self) -> dict[str, Any]:
        """What stands in each field; text without stray spaces at its ends."""
        return {name: self._value(place.editor) for name, place in self._places.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Shows these values and takes them as unchanged."""
        for name, value in values.items():
            if name in self._places:
                self._show(self._places[name].editor, value)
        self._initial = self.values()

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from what was shown first."""
        return self.values() != self._initial

    def editor(self, name: str) -> QWidget:
        """The widget one types into."""
        return self._places[name].editor

    def set_hint(self, name: str, hint: str) -> None:
        """Says something else in the quiet line beneath a field; what is wrong there goes before it."""
        place = self._places[name]
        place.spec = replace(place.spec, hint=hint)
        if place.finding is None:
            place.message.setText(hint)
            place.message.setVisible(bool(hint))
            place.editor.setAccessibleDescription(hint)

    def set_choices(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        """Offers other choices in a field; what was chosen stays where it is still offered."""
        combo = self._places[name].editor
        assert isinstance(combo, QComboBox)
        chosen = combo.currentData()
        blocked = combo.blockSignals(True)
        combo.clear()
        for value, words in choices:
            combo.addItem(words, value)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
        combo.blockSignals(blocked)

    # -- what is wrong

    def findings(self) -> tuple[Finding, ...]:
        """What the form itself cannot read: a date or a time that is none."""
        unreadable = ((name, _unreadable(place.editor)) for name, place in self._places.items())
        return tuple(Finding("unreadable", Severity.BLOCK, said, subject=name) for name, said in unreadable if said)

    def show_findings(self, findings: Iterable[Finding], *, only: frozenset[str] | None = None) -> tuple[Finding, ...]:
        """Shows each finding beneath its field and gives back those without one.

        With `only`, the other fields stay as they are (nobody is scolded for what is not typed yet).
        """
        by_field: dict[str, Finding] = {}
        rest = []
        for finding in findings:
            if finding.subject in self._places:
                by_field.setdefault(finding.subject, finding)
            else:
                rest.append(finding)
        for name, place in self._places.items():
            if only is None or name in only:
                self._mark(place, by_field.get(name))
        return tuple(rest)

    def go_to_first_wrong(self) -> bool:
        """Puts the keyboard into the first field that must be put right; False when there is none."""
        for place in self._places.values():
            if place.finding is not None and place.finding.severity is not Severity.WARN:
                place.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def message(self, name: str) -> str:
        """What stands beneath a field."""
        return self._places[name].message.text()

    def _mark(self, place: _Place, finding: Finding | None) -> None:
        place.finding = finding
        wrong = finding is not None and finding.severity is not Severity.WARN
        place.message.setText(text.with_read_dates(finding.message) if finding else place.spec.hint)
        kind = "small" if finding is None else ("error" if wrong else "warning")
        place.message.setVisible(bool(place.message.text()))
        place.editor.setAccessibleDescription(finding.message if finding else place.spec.hint)
        for widget, key, value in ((place.message, "kind", kind), (place.editor, "wrong", wrong)):
            if widget.property(key) != value:
                widget.setProperty(key, value)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    # -- building

    def _cell(self, spec: Field) -> QWidget:
        cell = QWidget()
        column = QVBoxLayout(cell, spacing=4)
        column.setContentsMargins(0, 0, 0, 0)
        editor = self._editor(spec)
        editor.setAccessibleName(spec.label)
        editor.installEventFilter(self)
        if spec.kind == "yes":
            column.addSpacing(22)
        else:
            label = QLabel(spec.label + (" *" if spec.required else ""))
            label.setProperty("kind", "label")
            label.setBuddy(editor)
            column.addWidget(label)
        message = QLabel(spec.hint, wordWrap=True)
        message.setProperty("kind", "small")
        column.addWidget(editor)
        column.addWidget(message)
        if not spec.hint:
            message.hide()
        self._names[id(editor)] = spec.name
        self._places[spec.name] = _Place(spec, editor, message)
        return cell

    def _editor(self, spec: Field) -> QWidget:
        if spec.kind == "lines":
            lines = QPlainTextEdit(placeholderText=spec.placeholder, tabChangesFocus=True)
            lines.setFixedHeight(68)
            lines.textChanged.connect(self._text_changed)
            return lines
        if spec.kind == "yes":
            tick = QCheckBox(spec.label)
            tick.toggled.connect(self._text_changed)
            return tick
        if spec.kind == "choice":
            combo = QComboBox()
            for value, words in spec.choices:
                combo.addItem(words, value)
            combo.currentIndexChanged.connect(self._text_changed)
            return combo
        line = self._line(spec)
        if spec.placeholder:
            line.setPlaceholderText(spec.placeholder)
        if spec.kind == "pin":
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textEdited.connect(self._text_changed)
        return line

    def _line(self, spec: Field) -> QLineEdit:
        if spec.kind == "date":
            return DateEdit(self._today, ages=spec.ages)
        return TimeEdit(spec.label, placeholder="9:30") if spec.kind == "time" else QLineEdit()

    def _text_changed(self) -> None:
        self.changed.emit(self._names.get(id(self.sender()), ""))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and id(watched) in self._names:
            self.left.emit(self._names[id(watched)])
        elif event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget) and id(watched) in self._names:
            self._bring_into_view(watched.parentWidget() or watched)
        return super().eventFilter(watched, event)

    def _bring_into_view(self, cell: QWidget) -> None:
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(cell, 0, 8)

    @staticmethod
    def _value(editor: QWidget) -> Any:  # noqa: ANN401 - as its field's kind
        if isinstance(editor, DateEdit):
            return editor.day()
        if isinstance(editor, TimeEdit):
            return editor.time
        if isinstance(editor, QPlainTextEdit):
            return editor.toPlainText().strip()
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        if isinstance(editor, QComboBox):
            return editor.currentData()
        assert isinstance(editor, QLineEdit)
        return editor.text().strip()

    @staticmethod
    def _show(editor: QWidget, value: Any) -> None:  # noqa: ANN401
        if isinstance(editor, DateEdit):
            editor.set_day(value)
        elif isinstance(editor, TimeEdit):
            editor.set_time(value)
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(value or "")
        elif isinstance(editor, QCheckBox):
            editor.setChecked(bool(value))
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(value)))
        elif isinstance(editor, QLineEdit):
            editor.setText(value or "")


def _unreadable(editor: QWidget) -> str:
    """The sentence for what stands in a field and cannot be read; empty when it can."""
    if isinstance(editor, DateEdit) and editor.unreadable:
        return f"“{editor.text().strip()}” is no date. Write it like 12 Mar 1979."
    return editor.sentence if isinstance(editor, TimeEdit) else ""
