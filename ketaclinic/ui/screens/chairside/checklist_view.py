"""A checklist drawn from its items by kind: what is open, what is met, what stops, each in its place.

Signals of `ChecklistPanel`: `answered` and `confirmed(checklist id, item code, value)`, the second for an answer that
was asked again; `override_wanted(ItemView)`; `asked(checklist id, ItemView)`; `typed(checklist id, words by item)`.
"""

import itertools
from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.checklists import ItemState
from ketaclinic.domain.encounters import ChecklistView, EncounterHeader, ItemView
from ketaclinic.ui.screens.chairside.item_row import ItemRow
from ketaclinic.ui.widgets.pill import Pill

_TWO_SIDES = 900


class ChecklistPanel(QFrame):
    """One checklist in a scrolling card."""

    answered = Signal(str, str, object)
    confirmed = Signal(str, str, object)
    override_wanted = Signal(object)
    asked = Signal(str, object)
    typed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Checklist")
        self.setProperty("kind", "card")
        self._view: ChecklistView | None = None
        self._rows: dict[str, ItemRow] = {}
        self._locked = False
        self._last = ""
        self._wide = False
        self._title = QLabel()
        self._title.setProperty("kind", "heading")
        self._count = Pill()
        self._only_open = QPushButton("Open points only", checkable=True, accessibleName="Show open points only")
        self._only_open.setProperty("large", True)
        self._next = QPushButton("Next open point", accessibleName="Next open point", shortcut="F6", toolTip="F6")
        self._next.setProperty("large", True)
        self._done = QLabel("Everything is answered.")
        self._done.setProperty("kind", "good")
        self._lay_out()
        self._only_open.toggled.connect(self._filter)
        self._next.clicked.connect(self._next_clicked)

    def _lay_out(self) -> None:
        head = QHBoxLayout(spacing=10)
        head.setContentsMargins(18, 12, 14, 8)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._only_open)
        head.addWidget(self._next)
        self._inside = QWidget(objectName="scrolled")
        inside = QVBoxLayout(self._inside, spacing=4)
        inside.setContentsMargins(12, 0, 14, 16)
        sides = QHBoxLayout(spacing=28)
        self._both = sides
        self._sides = (QVBoxLayout(spacing=0), QVBoxLayout(spacing=0))
        for side in self._sides:
            side.addStretch(1)
            sides.addLayout(side, 1)
        inside.addWidget(self._done)
        inside.addLayout(sides)
        inside.addStretch(1)
        self._scroll = QScrollArea(
            widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self._scroll.setWidget(self._inside)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)

    def show_checklist(self, view: ChecklistView, header: EncounterHeader, today: date, zone: str) -> None:
        """Shows the checklist as answered; rows are kept, so that the keyboard stays where it is."""
        items = [i for i in view.items if i.state is not ItemState.NOT_ASKED]
        answered = self._rows.get(self._last)
        typed = answered if answered is not None and answered.has_keyboard() else None
        if self._view is None or [i.item.code for i in items] != list(self._rows) or self._view.id != view.id:
            self._rebuild(items, header, today, zone)
        self._view = view
        self._title.setText(view.title)
        left = sum(not i.state.done for i in items)
        self._count.set_text(
            f"{view.rows_done} of {view.rows} done" if left else f"complete, {view.rows} of {view.rows}",
            "green" if not left else "neutral",
        )
        self._next.setVisible(left > 0 and not self._locked)
        self._only_open.setVisible(not self._locked)
        for item in items:
            self._rows[item.item.code].show_view(item)
        self._filter()
        self._go_on(typed)

    def _rebuild(self, items: list[ItemView], header: EncounterHeader, today: date, zone: str) -> None:
        kept, self._rows = self._rows, {}
        printed = ""
        for item in items:
            number = "" if str(item.item.row) == printed else str(item.item.row)
            printed = str(item.item.row)
            row = kept.pop(item.item.code, None)
            if row is None:
                row = ItemRow(item, header, today, zone, number)
                row.answered.connect(self._row_answered)
                row.confirmed.connect(self._row_confirmed)
                row.override_wanted.connect(self.override_wanted)
                row.asked.connect(self._row_asked)
                row.typed.connect(self._row_typed)
            self._rows[item.item.code] = row
        for row in kept.values():
            row.hide()
            row.deleteLater()
        self._place()
        if self._locked:
            self.lock()

    def _place(self) -> None:
        """Puts the points in one column, or in two like the two sides of a sheet; a printed row is never split."""
        rows = list(self._rows.values())
        half = len(rows)
        if self._wide:
            half = -(-len(rows) // 2)
            while half < len(rows) and rows[half].view.item.row == rows[half - 1].view.item.row:
                half += 1
        for side, row in itertools.product(self._sides, rows):
            side.removeWidget(row)  # taking the item itself would leave it alive, and its cached heights in force
        self._both.setStretch(1, 1 if self._wide else 0)
        self._both.setSpacing(28 if self._wide else 0)
        for number, row in enumerate(rows):
            side = self._sides[0 if number < half else 1]
            side.insertWidget(side.count() - 1, row)
        for before, after in itertools.pairwise(rows):
            QWidget.setTabOrder(before, after)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _TWO_SIDES
        if wide != self._wide:
            self._wide = wide
            self._place()

    def refuse(self, item_code: str, sentence: str) -> None:
        """Shows why an answer was not taken, at its place."""
        self._last = ""
        row = self._rows.get(item_code)
        if row is not None:
            row.refuse(sentence)

    def ask_again(self, item_code: str, sentence: str, value: object) -> None:
        """Asks at its place whether an unlikely answer is right."""
        row = self._rows.get(item_code)
        if row is not None:
            row.ask_again(sentence, value)

    def lock(self) -> None:
        """After sign-off everything is read only."""
        self._locked = True
        for row in self._rows.values():
            row.lock()

    def row(self, code: str) -> ItemRow:
        """The row of an item."""
        return self._rows[code]

    def seen_at(self, code: str) -> datetime | None:
        """When the answer was given that this point showed before it was answered; None where it showed none."""
        row = self._rows.get(code)
        return row.seen_at if row is not None else None

    def focus_next_open(self, *, after: ItemRow | None = None) -> None:
        """Puts the keyboard on the next open point after where it is, from the top again at the end."""
        rows = list(self._rows.values())
        here = next((n for n, row in enumerate(rows) if row is after or (after is None and row.has_keyboard())), -1)
        for row in (*rows[here + 1 :], *rows[: here + 1]):
            if not row.view.state.done and not row.isHidden() and row.takes_keyboard:
                row.focus()
                self._scroll.ensureWidgetVisible(row, 0, 60)
                return

    def _next_clicked(self) -> None:
        self.focus_next_open()

    def _go_on(self, row: ItemRow | None) -> None:
        """After an answer by keyboard the next open point is ready for its own."""
        self._last = ""
        if row is not None and row.view.state.done:
            self.focus_next_open(after=row)

    def _filter(self) -> None:
        only = self._only_open.isChecked()
        for row in self._rows.values():
            row.setVisible(not only or not row.view.state.done or row.has_keyboard())
        self._done.setVisible(only and all(r.view.state.done for r in self._rows.values()))

    def _row_answered(self, code: str, value: object) -> None:
        if self._view is not None:
            self._last = code
            self.answered.emit(self._view.id, code, value)
            self._row_typed()

    def _row_confirmed(self, code: str, value: object) -> None:
        if self._view is not None:
            self._last = code
            self.confirmed.emit(self._view.id, code, value)

    def restore(self, words: dict[str, str]) -> None:
        """Puts back what was typed and not answered yet."""
        for code, typed in words.items():
            row = self._rows.get(code)
            if row is not None:
                row.restore(typed)

    def _row_typed(self) -> None:
        if self._view is not None:
            words = {code: row.typed_words() for code, row in self._rows.items()}
            self.typed.emit(self._view.id, {code: typed for code, typed in words.items() if typed})

    def _row_asked(self, item: ItemView) -> None:
        if self._view is not None:
            self.asked.emit(self._view.id, item)
