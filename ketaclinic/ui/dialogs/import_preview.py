"""What was understood of a file of patients, correctable: what each column holds, how dates are written.

Signals of `ImportPreviewPanel`: `corrected()` whenever something was chosen otherwise.
"""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.dates import DateOrder, readings
from ketaclinic.services.importing import DELIMITERS, ENCODINGS, FIELDS, ImportPreview
from ketaclinic.ui import text, theme
from ketaclinic.ui.widgets.card import empty_layout

_NOT_TAKEN = "Not taken"
_WIDE = 172


class ImportPreviewPanel(QWidget):
    """Shows an `ImportPreview`; `matching`, `date_order`, `encoding` and `delimiter` hold what is chosen."""

    corrected = Signal()

    def __init__(self) -> None:
        super().__init__(accessibleName="Preview")
        self.preview: ImportPreview | None = None
        self._matchers: list[QComboBox] = []
        self.found = QLabel()
        self.found.setProperty("kind", "section")
        self.encoding_choice = self._combo("Encoding", [(one, one) for one in ENCODINGS])
        self.delimiter_choice = self._combo("Separator", [(name.capitalize(), one) for one, name in DELIMITERS.items()])
        self.table = QTableWidget(
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
            selectionMode=QAbstractItemView.SelectionMode.NoSelection,
            showGrid=False,
            wordWrap=False,
            accessibleName="First rows",
        )
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._orders = QVBoxLayout(spacing=2)
        self._order_group = QButtonGroup(self)
        self.order_box = QFrame(accessibleName="How dates are written")
        self.order_box.setProperty("kind", "panel")
        self._lay_out()

    def _combo(self, name: str, choices: list[tuple[str, str]]) -> QComboBox:
        combo = QComboBox(accessibleName=name)
        for words, value in choices:
            combo.addItem(words, value)
        combo.activated.connect(self.corrected)
        return combo

    def _lay_out(self) -> None:
        top = QHBoxLayout(spacing=8)
        top.addWidget(self.found, 1)
        for words, combo in (("Separator", self.delimiter_choice), ("Encoding", self.encoding_choice)):
            label = QLabel(words)
            label.setProperty("kind", "second")
            top.addWidget(label)
            top.addWidget(combo)
        question = QLabel("Dates of birth can be read in more than one way. How are they written in this file?")
        question.setProperty("kind", "strong")
        order = QVBoxLayout(self.order_box, spacing=4)
        order.setContentsMargins(14, 10, 14, 10)
        order.addWidget(question)
        order.addLayout(self._orders)
        layout = QVBoxLayout(self, spacing=10)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.order_box)
        self.order_box.hide()

    # -- what is chosen

    @property
    def matching(self) -> dict[str, int]:
        """Field to the place of its column."""
        return {str(combo.currentData()): at for at, combo in enumerate(self._matchers) if combo.currentData()}

    @property
    def date_order(self) -> DateOrder | None:
        """The order chosen, or the only one possible; None while it must still be asked for."""
        chosen = self._order_group.checkedButton()
        if chosen is not None:
            return DateOrder(str(chosen.property("order")))
        return self.preview.date_order if self.preview else None

    @property
    def must_ask(self) -> bool:
        """Whether dates can be read in several ways and none is chosen."""
        return self.preview is not None and len(self.preview.date_orders) > 1 and self.date_order is None

    @property
    def encoding(self) -> str:
        """The encoding chosen."""
        return str(self.encoding_choice.currentData())

    @property
    def delimiter(self) -> str:
        """The separator chosen."""
        return str(self.delimiter_choice.currentData())

    # -- showing

    def show_preview(self, preview: ImportPreview) -> None:
        """Shows what was understood now; a date order chosen before stays chosen where it is still possible."""
        before = self.date_order if self.preview else None
        columns_changed = self.preview is None or self.preview.columns != preview.columns
        self.preview = preview
        self.found.setText(f"{text.count(preview.count, 'row')}, {text.count(len(preview.columns), 'column')}")
        self.encoding_choice.setCurrentIndex(max(0, self.encoding_choice.findData(preview.encoding)))
        self.delimiter_choice.setCurrentIndex(max(0, self.delimiter_choice.findData(preview.delimiter)))
        if columns_changed:
            self._make_table(preview)
        self._show_rows(preview)
        self._ask_order(preview, before)

    def _make_table(self, preview: ImportPreview) -> None:
        self.table.clear()
        self.table.setColumnCount(len(preview.columns))
        self.table.setHorizontalHeaderLabels(list(preview.columns))
        self.table.setRowCount(1)
        self._matchers = []
        for at, column in enumerate(preview.columns):
            combo = QComboBox(accessibleName=f"Column {column} holds")
            combo.addItem(_NOT_TAKEN, "")
            for field, words in FIELDS.items():
                combo.addItem(words, field)
            combo.activated.connect(self._matched)
            self.table.setCellWidget(0, at, combo)
            self.table.setColumnWidth(at, _WIDE)
            self._matchers.append(combo)
        self.table.setRowHeight(0, 44)

    def _show_rows(self, preview: ImportPreview) -> None:
        by_column = {at: field for field, at in preview.matching.items()}
        for at, combo in enumerate(self._matchers):
            combo.setCurrentIndex(max(0, combo.findData(by_column.get(at, ""))))
        self.table.setRowCount(1 + len(preview.rows))
        now = theme.tokens()
        for number, cells in enumerate(preview.rows, start=1):
            for at, cell in enumerate(cells):
                item = QTableWidgetItem(" ".join(cell.split()))
                item.setToolTip(cell)
                item.setForeground(QBrush(theme.color(now.ink if at in by_column else now.ink3)))
                self.table.setItem(number, at, item)

    def _ask_order(self, preview: ImportPreview, before: DateOrder | None) -> None:
        for button in self._order_group.buttons():
            self._order_group.removeButton(button)
        empty_layout(self._orders)
        ask = len(preview.date_orders) > 1
        for order in preview.date_orders if ask else ():
            words = _read_so(preview, order)
            button = QRadioButton(words, accessibleName=words)
            button.setProperty("order", order.value)
            button.setChecked(order == before)
            button.toggled.connect(self._ordered)
            self._order_group.addButton(button)
            self._orders.addWidget(button)
        self.order_box.setVisible(ask)

    def _ordered(self) -> None:
        self.corrected.emit()

    def _matched(self) -> None:
        """A field is held by one column: the column it had before lets it go."""
        changed = self.sender()
        if isinstance(changed, QComboBox) and changed.currentData():
            for combo in self._matchers:
                if combo is not changed and combo.currentData() == changed.currentData():
                    combo.setCurrentIndex(0)
        self.corrected.emit()


def _read_so(preview: ImportPreview, order: DateOrder) -> str:
    """What the order makes of the first date of the file that can be read in two ways."""
    name = order.example.partition(",")[0]
    at = preview.matching.get("born", -1)
    for cells in preview.rows if at >= 0 else ():
        found = readings(cells[at], date.max) if at < len(cells) else {}
        if order in found and len(set(found.values())) > 1:
            return f"{name[:1].upper()}{name[1:]}: {cells[at]} is {text.day_month_year(found[order])}"
    return order.example[:1].upper() + order.example[1:]
