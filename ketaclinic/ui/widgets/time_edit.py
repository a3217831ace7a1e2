"""A time of day as people type it: "9", "930", "9:30", "2pm", "14.15".

Signals of `TimeEdit`: `time_changed(object)` a `time`, or None when the field is empty or cannot be read.
"""

import re
from datetime import time

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ketaclinic.domain.findings import Invalid

_SHAPE = re.compile(r"^\s*(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap])?\.?m?\.?\s*$", re.IGNORECASE)


def read_time(words: str) -> time:
    """The time of day somebody typed. Raises Invalid where it is none."""
    match = _SHAPE.match(words)
    if match is None:
        raise Invalid("time", f"“{words.strip()}” is not a time of day; type it like 9:30 or 14:15.")
    hour, minute = int(match.group(1)), int(match.group(2) or 0)
    half = (match.group(3) or "").lower()
    if half and not 1 <= hour <= 12:
        raise Invalid("time", f"“{words.strip()}” is not a time of day; type it like 9:30 or 14:15.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise Invalid("time", f"“{words.strip()}” is not a time of day; type it like 9:30 or 14:15.")
    return time(hour, minute)


class TimeEdit(QLineEdit):
    """A field for a time; what cannot be read is marked and kept as typed."""

    time_changed = Signal(object)

    def __init__(self, name: str, *, placeholder: str = "any", parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName=name, placeholderText=placeholder)
        self.time: time | None = None
        self.sentence = ""
        self.textEdited.connect(self._read)

    def set_time(self, at: time | None) -> None:
        """Shows a time, without a signal."""
        self.time, self.sentence = at, ""
        self.setText(f"{at:%H:%M}" if at else "")
        self._mark()

    def _read(self, words: str) -> None:
        self.time, self.sentence = None, ""
        if words.strip():
            try:
                self.time = read_time(words)
            except Invalid as error:
                self.sentence = str(error)
        self._mark()
        self.time_changed.emit(self.time)

    def _mark(self) -> None:
        wrong = bool(self.sentence)
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().polish(self)
        self.setToolTip(self.sentence)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self.time is not None:
            self.setText(f"{self.time:%H:%M}")
        super().focusOutEvent(event)
