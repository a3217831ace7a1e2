"""The list at the left: who comes today, or who is meant by what is typed.

Signals of `FoundList`: `patient_chosen(int)`; `add_asked(str)` what was typed; `import_asked()`.
"""

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QStackedWidget,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import Card
from ketaclinic.domain.people import PatientRow
from ketaclinic.domain.permissions import may
from ketaclinic.ui import text
from ketaclinic.ui.csv_out import SaveList
from ketaclinic.ui.icons import icon
from ketaclinic.ui.rows_model import Column, RowsModel
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.empty_state import EmptyState
from ketaclinic.ui.widgets.patient_picker import PatientDelegate, patient_columns

_LIMIT = 60
_CSV: tuple[Column[PatientRow], ...] = (
    Column("Record", lambda row: row.record),
    Column("Name", lambda row: row.name),
    Column("Born", lambda row: row.born.isoformat() if row.born else ""),
    Column("Telephone", lambda row: row.phone),
    Column("Series", lambda row: row.series),
)
"""The same rows with a column for each thing they say."""


class _Delegate(PatientDelegate):
    """The same two lines, with more air."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), 56)


class FoundList(QFrame):
    """Search as you type over name, telephone, date of birth and record number."""

    patient_chosen = Signal(int)
    add_asked = Signal(str)
    import_asked = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Patient list")
        self.setProperty("kind", "card")
        self._context = context
        self.field = QLineEdit(
            placeholderText="Name, phone, birth date, record no.",
            accessibleName="Search patients",
            clearButtonEnabled=True,
        )
        self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.heading = QLabel("Today")
        self.heading.setProperty("kind", "label")
        self.model = RowsModel(patient_columns(), lambda row: row.id, self)
        self.list = QListView(
            accessibleName="Patients",
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            verticalScrollMode=QAbstractItemView.ScrollMode.ScrollPerPixel,
            mouseTracking=True,
            uniformItemSizes=True,
        )
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Delegate(self.list))
        self.save = SaveList(self.list, context, self.model, "Patients", _CSV)
        self.nobody = EmptyState("patients", "Nobody comes today", "Type to search all patients.")
        self.add = QPushButton(icon("add_patient", "on_accent"), "Add patient", accessibleName="Add patient")
        self.add.setProperty("kind", "primary")
        self.import_list = QPushButton(icon("import"), "Import list", accessibleName="Import list")
        self._lay_out()
        self.field.textEdited.connect(self._search)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._take)
        self.list.activated.connect(self._take)
        self.add.clicked.connect(self._add)
        self.import_list.clicked.connect(self.import_asked)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.nobody)
        role = self._context.user().role
        buttons = QHBoxLayout(spacing=8)
        buttons.addWidget(self.import_list)
        buttons.addWidget(self.add, 1)
        self.add.setVisible(False)
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.addWidget(self.field)
        layout.addWidget(self.heading)
        layout.addWidget(self._stack, 1)
        layout.addLayout(buttons)
        self.add.setVisible(may(role, "patients.add"))
        self.import_list.setVisible(may(role, "importing.run"))

    # -- what is shown

    def look(self) -> None:
        """Asks again for what is shown."""
        self._search(self.field.text())

    def begin(self) -> None:
        """Takes the keyboard."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def mark(self, patient_id: int) -> None:
        """Marks who is on the page."""
        self.list.setCurrentIndex(self.model.index_of(patient_id))

    def _search(self, words: str) -> None:
        context, user = self._context, self._context.user()
        if words.strip():
            find = partial(context.services.patients.search, user, words, _LIMIT)
            context.ops.run(self, find, self._show_found, latest="search")
            return
        here = context.location
        today = wall_now(context.clock, here.zone).date()
        find_day = partial(context.services.booking.day, user, here.id, today)
        context.ops.run(self, find_day, lambda view: self._show_today(view.cards), latest="search")

    def _show_found(self, rows: tuple[PatientRow, ...]) -> None:
        many = len(rows) >= _LIMIT
        self._show(rows, f"The first {_LIMIT}; type more to narrow" if many else text.count(len(rows), "patient"))
        self.nobody.say("Nobody found", "Check the spelling, or add the patient. One slip of the keys is forgiven.")

    def _show_today(self, cards: tuple[Card, ...]) -> None:
        ordered = sorted(cards, key=lambda card: card.appointment.starts_at)
        rows = {card.appointment.patient_id: _row_of(card) for card in ordered}
        self._show(tuple(rows.values()), f"Today · {text.count(len(rows), 'patient')}")
        self.nobody.say("Nobody comes today", "Type to search all patients.")

    def _show(self, rows: tuple[PatientRow, ...], heading: str) -> None:
        current = self.model.row(self.list.currentIndex())
        self.model.replace(rows)
        self.heading.setText(heading)
        self._stack.setCurrentWidget(self.list if rows else self.nobody)
        if current is not None:
            self.mark(current.id)

    # -- choosing

    def _take(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None:
            self.patient_chosen.emit(row.id)

    def _add(self) -> None:
        self.add_asked.emit(self.field.text().strip() if not self.model.rowCount() else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        rows = self.model.rowCount()
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up} and rows:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row = min(max(self.list.currentIndex().row() + step, 0), rows - 1)
            self.list.setCurrentIndex(self.model.index(row, 0))
            return True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and rows:
            current = self.list.currentIndex()
            self._take(current if current.isValid() else self.model.index(0, 0))
            return True
        if event.key() == Qt.Key.Key_Escape and self.field.text():
            self.field.clear()
            self._search("")
            return True
        return False


def _row_of(card: Card) -> PatientRow:
    visit = card.appointment
    said = f"{text.clock(visit.starts_at)} · {card.label}"
    return PatientRow(visit.patient_id, card.record, card.patient_name, None, visit.status.word, None, said)
