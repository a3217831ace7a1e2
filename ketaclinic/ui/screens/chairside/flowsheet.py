"""The flowsheet: every row so far, what was missed, and the next row ready to be typed in.

Signals of `Flowsheet`: `correction_wanted(ObservationView)`; `gap_wanted(check label)` a missed check is to be
explained.
"""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.clock import to_wall
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError, Refused
from ketaclinic.ui.screens.chairside import flow_rows, moments
from ketaclinic.ui.screens.chairside.flowsheet_cells import CellDelegate, UpcomingColumns
from ketaclinic.ui.screens.chairside.flowsheet_model import FlowsheetModel
from ketaclinic.ui.screens.chairside.observation_entry import ObservationEntry
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.true_time import read_time
from ketaclinic.ui.widgets.pill import Pill

_HEADER, _COLUMN, _ENTRY, _LABELS = 40, 84, 142, 116
_STRETCH = (100, 0, 1)  # what was observed comes before what is to come
_LOWEST, _HIGHEST, _COMPUTED, _AROUND = 26, 40, 20, 104
_TONES = {"calm": "neutral", "due": "amber", "late": "red"}


class Flowsheet(QFrame):
    """A card with the table of what was observed and, beside it, the column of the next row."""

    correction_wanted = Signal(object)
    gap_wanted = Signal(str)

    def __init__(self, acts: SessionActs, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Flowsheet")
        self.setProperty("kind", "card")
        self._acts = acts
        self._view: EncounterView | None = None
        self.model = FlowsheetModel(self)
        self.entry = ObservationEntry()
        self._due = Pill()
        self._help = QLabel("Enter goes to the next field · Ctrl+Enter saves", wordWrap=True)
        self._help.setProperty("kind", "small")
        self._message = QLabel(wordWrap=True, visible=False)
        self._message.setProperty("kind", "error")
        self._correct = QPushButton("Correct…", accessibleName="Correct a row", visible=False)
        self._save = QPushButton("Save row", accessibleName="Save row", toolTip="Ctrl+Enter")
        self._save.setProperty("kind", "primary")
        for button in (self._correct, self._save):
            button.setProperty("large", True)
        self._table = QTableView(accessibleName="Rows of observations", cornerButtonEnabled=False, showGrid=False)
        self._upcoming = UpcomingColumns(_HEADER, _COLUMN)
        self._entry_head = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._set_up_table()
        self._lay_out()
        self._connect()

    def _set_up_table(self) -> None:
        table = self._table
        table.setModel(self.model)
        table.setItemDelegate(CellDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectColumns)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setTabKeyNavigation(False)
        across, down = table.horizontalHeader(), table.verticalHeader()
        across.setDefaultSectionSize(_COLUMN)
        across.setFixedHeight(_HEADER)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setFixedWidth(_LABELS)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setStyleSheet("QHeaderView::section { padding: 0 6px; }")
        across.setStyleSheet("QHeaderView::section { padding: 0 2px; }")

    def _lay_out(self) -> None:
        title = QLabel("Flowsheet")
        title.setProperty("kind", "heading")
        head = QHBoxLayout(spacing=10)
        head.setContentsMargins(18, 8, 14, 4)
        head.addWidget(title)
        head.addWidget(self._due)
        head.addStretch(1)
        head.addWidget(self._correct)
        self._at = QLabel("Observed at")
        self._at.setProperty("kind", "label")
        self.entry.time_field.setFixedWidth(96)
        self.entry.note_field.setFixedWidth(180)
        for widget in (self._at, self.entry.time_field, self.entry.note_field):
            head.addWidget(widget)
        head.addWidget(self._save)
        self._side = QFrame(objectName="entryColumn")
        self._side.setProperty("kind", "panel")
        self._side.setFixedWidth(_ENTRY)
        side = QVBoxLayout(self._side, spacing=0)
        side.setContentsMargins(8, 0, 8, 0)
        self._entry_head.setFixedHeight(_HEADER)
        self._entry_head.setProperty("kind", "strong")
        side.addWidget(self._entry_head)
        side.addWidget(self.entry)
        side.addStretch(1)
        self._inside = inside = QWidget(objectName="scrolled")
        both = QHBoxLayout(inside, spacing=4)
        both.setContentsMargins(12, 0, 12, 6)
        for widget in (self._table, self._side, self._upcoming):
            both.addWidget(widget, _STRETCH[both.count()], Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea(
            widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self._scroll.setWidget(inside)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        message = QVBoxLayout(spacing=2)
        message.setContentsMargins(18, 2, 18, 6)
        message.addWidget(self._message)
        message.addWidget(self._help)
        layout.addLayout(message)

    def _connect(self) -> None:
        self._save.clicked.connect(self.save)
        self._correct.clicked.connect(self._correct_clicked)
        self.entry.submitted.connect(self.save)
        self.entry.row_given.connect(self._record)
        self.entry.helped.connect(self._help.setText)
        self.entry.reached.connect(self._show_field)
        self._table.selectionModel().currentColumnChanged.connect(self._column_chosen)
        self._table.doubleClicked.connect(self._double_clicked)

    # Showing

    def show_view(self, view: EncounterView) -> None:
        """Shows the rows of a session; what is being typed stays."""
        self._view = view
        grown = self.model.show_view(view)
        self.entry.set_lines(self.model.lines)
        self._fit()
        if grown:
            self._table.scrollTo(self.model.index(0, self.model.columnCount() - 1))
        self._column_chosen()
        closed = view.signed_at is not None
        self._side.setVisible(not closed)
        self._save.setVisible(not closed)
        for widget in (self._at, self.entry.time_field, self.entry.note_field, self._upcoming):
            widget.setVisible(not closed)
        self._help.setVisible(not closed and self._message.isHidden())

    def tick(self, now: datetime) -> None:
        """Says what is due now, and what comes then."""
        view = self._view
        if view is None:
            return
        check = view.next_due
        if view.signed_at is not None or check is None:
            self._due.hide()
            self._upcoming.show_checks((), view.zone)
        else:
            self._due.show()
            count = moments.of_check(check, now)
            words = (
                "is due now" if count.value == "now" else f"{count.word.lower().removeprefix('check ')} {count.value}"
            )
            self._due.set_text(f"{check.label} {words}", _TONES[count.tone])
            self._upcoming.show_checks(flow_rows.upcoming(view, now), view.zone)
        answered = flow_rows.entry_check(view, now)
        head = f"{to_wall(now, view.zone):%H:%M}\n{answered.label if answered is not None else 'extra row'}"
        if self._entry_head.text() != head:
            self._entry_head.setText(head)

    def needed_height(self) -> int:
        """Pixels at which every line can be seen."""
        lines = self.model.lines
        return _AROUND + _HEADER + sum(_LOWEST if line.typed else _COMPUTED for line in lines)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Lines as high as there is room for, between what a finger and what a small screen need."""
        lines = self.model.lines
        typed = max(1, sum(line.typed for line in lines))
        room = self._scroll.viewport().height() - _HEADER - 12 - (len(lines) - typed) * _COMPUTED
        height = max(_LOWEST, min(_HIGHEST, room // typed))
        heights = tuple(height if line.typed else _COMPUTED for line in lines)
        down = self._table.verticalHeader()
        for number, one in enumerate(heights):
            down.resizeSection(number, one)
        self.entry.set_line_heights(heights)
        self._upcoming.set_heights(heights)
        wide = self.model.columnCount() * _COLUMN + _LABELS + 2
        self._table.setMaximumWidth(wide)
        bar = 12 if wide > self._table.width() else 0
        self._table.setFixedHeight(_HEADER + sum(heights) + bar + 2)

    def say(self, words: str, kind: str = "error") -> None:
        """One line below the table, in the place of the help: nothing above it moves."""
        self._message.setText(words)
        self._message.setVisible(bool(words))
        self._help.setVisible(not words and not self._save.isHidden())
        if self._message.property("kind") != kind:
            self._message.setProperty("kind", kind)
            self._message.style().polish(self._message)

    @property
    def message(self) -> str:
        """What stands below the table."""
        return self._message.text()

    def _show_field(self, field: QWidget) -> None:
        above = field.mapTo(self._inside, QPoint(0, field.height())).y()
        if above <= self._scroll.viewport().height():
            self._scroll.verticalScrollBar().setValue(0)  # the times above it stay to be read
        else:
            self._scroll.ensureWidgetVisible(field, 0, 40)

    # Entering

    def restore(self, words: Mapping[str, str]) -> None:
        """Puts back a row that was typed and not saved."""
        if self.entry.restore(words):
            self.say("This row was typed earlier and is not saved yet.", "warning")

    def focus_entry(self) -> None:
        """Puts the keyboard where the next value goes."""
        self.entry.focus_first()

    def save(self) -> None:
        """Saves the row that was typed."""
        refused = self.entry.submit()
        if refused:
            self.say(refused)

    def _record(self, values: Mapping[str, float], confirmed: frozenset[str], note: str, typed: str) -> None:
        view = self._view
        if view is None:
            return
        now = self._acts.now()
        observed, wrong = read_time(typed, now, view.zone)
        if wrong:
            self.entry.time_field.setFocus()
            self.say(wrong)
            return
        check = flow_rows.entry_check(view, now)
        self._acts.record(
            values,
            due=check.label if check is not None else "",
            note=note,
            observed_at=observed,
            confirmed=confirmed,
            done=self._saved,
            failed=self._refused,
        )

    def _saved(self, view: EncounterView) -> None:
        self.entry.clear()
        self.entry.focus_first()
        self.say(" · ".join(f.message for f in view.findings), "warning")

    def _refused(self, error: ClinicError) -> None:
        if isinstance(error, Refused):
            doubtful = tuple(f for f in error.findings if f.code.startswith("implausible"))
            if doubtful:
                self.entry.ask_again(doubtful)
                self.say(" ".join(f.message for f in doubtful) + " Save again to confirm it.", "warning")
                return
            self.entry.mark_wrong(error.findings)
        self.say(str(error))

    # Correcting

    def _column_chosen(self, _current: QModelIndex | None = None, _before: QModelIndex | None = None) -> None:
        index = self._table.currentIndex()
        column = self.model.column(index.column()) if index.isValid() else None
        closed = self._view is None or self._view.signed_at is not None
        struck = column is not None and column.row is not None and column.row.struck
        self._correct.setVisible(column is not None and not closed and not struck)
        if column is not None:
            missed = column.missed
            self._correct.setText("Why missed…" if missed else f"Correct {column.label}…")

    def _double_clicked(self, _index: QModelIndex) -> None:
        if not self._correct.isHidden():
            self._correct_clicked()

    def _correct_clicked(self) -> None:
        column = self.model.column(self._table.currentIndex().column())
        if column is None:
            return
        if column.row is None:
            self.gap_wanted.emit(column.label)
        else:
            self.correction_wanted.emit(column.row)
