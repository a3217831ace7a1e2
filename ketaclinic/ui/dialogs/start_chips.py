"""Starts to choose from, as chips: what is free that day, what is nearest to a time that would not do.

Signals of `StartChips`: `start_chosen(datetime, int)` wall-clock start and chair.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ketaclinic.ui import text
from ketaclinic.ui.widgets.flow_layout import FlowLayout


class StartChips(QWidget):
    """Buttons in lines that wrap; the one that is taken is marked."""

    start_chosen = Signal(object, int)

    def __init__(self, name: str) -> None:
        super().__init__(accessibleName=name)
        self._flow = FlowLayout(self, gap=6)
        self._chips: list[tuple[QPushButton, datetime, int]] = []
        self._shown: tuple[tuple[str, datetime, int], ...] = ()

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The chips shown, in order."""
        return tuple(chip for chip, _, _ in self._chips)

    def show_starts(self, starts: Iterable[tuple[datetime, int]], chairs: dict[int, str], *, days: bool) -> None:
        """Shows these starts; with `days`, each names its day and chair."""
        shown = tuple(
            (
                f"{text.weekday_day(at.date())} {text.clock(at)} · {chairs.get(chair, '')}" if days else text.clock(at),
                at,
                chair,
            )
            for at, chair in starts
        )
        if shown == self._shown:
            return
        self._shown = shown
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._chips = []
        for words, at, chair in shown:
            chip = QPushButton(words, accessibleName=f"Start {words}", checkable=days is False)
            chip.clicked.connect(self._chosen)
            self._chips.append((chip, at, chair))
            self._flow.addWidget(chip)
        self.setVisible(bool(shown))
        self.updateGeometry()

    def mark(self, starts_at: datetime | None) -> None:
        """Marks the start that is taken."""
        for chip, at, _ in self._chips:
            if chip.isCheckable():
                chip.setChecked(at == starts_at)

    def _chosen(self) -> None:
        pressed = self.sender()
        for chip, at, chair in self._chips:
            if chip is pressed:
                self.mark(at)
                self.start_chosen.emit(at, chair)
                return


def one_chair_each(starts: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """Each start once, on the first chair that offers it."""
    seen: dict[datetime, int] = {}
    for at, chair in starts:
        seen.setdefault(at, chair)
    return sorted(seen.items())
