"""The chairs the board shows: ticked, put in order, and saved as a view under a function key.

Signals of `ColumnsPanel`: `chairs_chosen(tuple)` ids in their order; `save_wanted(str, int)` name and key;
`remove_wanted()` the view in front.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.resources import Chair
from ketaclinic.domain.views import FIRST, LAST, LONGEST_NAME, BoardView, free_key
from ketaclinic.ui import theme

_WIDTH = 300
_ROW = 30


class ChairList(QListWidget):
    """Chairs with a tick, dragged into order; Space ticks, Alt with arrows moves. Signals: `changed()`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(accessibleName="Chairs shown")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(self._told)
        self.model().rowsMoved.connect(self._told)

    def _told(self, *_: object) -> None:
        self.changed.emit()

    def show_chairs(self, chairs: Sequence[Chair], shown: Sequence[int]) -> None:
        """Shows the ticked ones in their order, then the others."""
        self.blockSignals(True)
        self.clear()
        order = {id_: place for place, id_ in enumerate(shown)}
        for chair in sorted(chairs, key=lambda c: (order.get(c.id, len(order)), c.position, c.id)):
            item = QListWidgetItem(chair.name)
            item.setData(Qt.ItemDataRole.UserRole, chair.id)
            item.setSizeHint(QSize(0, _ROW))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
            item.setCheckState(Qt.CheckState.Checked if chair.id in order else Qt.CheckState.Unchecked)
            self.addItem(item)
        self.blockSignals(False)
        self.setFixedHeight(min(len(chairs), 10) * _ROW + 4)

    def ticked(self) -> tuple[int, ...]:
        """The chosen chairs in their order."""
        items = (self.item(row) for row in range(self.count()))
        return tuple(int(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() is Qt.CheckState.Checked)

    def tick_all(self) -> None:
        """Shows every chair."""
        self.blockSignals(True)
        for row in range(self.count()):
            self.item(row).setCheckState(Qt.CheckState.Checked)
        self.blockSignals(False)
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        row = self.currentRow()
        if 0 <= row + step < self.count():
            item = self.takeItem(row)
            self.insertItem(row + step, item)
            self.setCurrentRow(row + step)
            self.changed.emit()


class ColumnsPanel(QFrame):
    """Opens beneath its button; what is ticked shows on the board at once."""

    chairs_chosen = Signal(object)
    save_wanted = Signal(str, int)
    remove_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Chairs and views")
        self.list = ChairList()
        self.list.changed.connect(self._changed)
        self.name = QLineEdit(accessibleName="Name of the view", placeholderText="Name, e.g. Window side")
        self.name.setMaxLength(LONGEST_NAME)
        self.key = QComboBox(accessibleName="Key of the view")
        self.problem = QLabel(wordWrap=True)
        self.problem.setProperty("kind", "error")
        self.problem.hide()
        self.all = self._ghost("All chairs", self.list.tick_all)
        self.save = QPushButton("Save view", accessibleName="Save view")
        self.save.setProperty("kind", "primary")
        self.save.clicked.connect(self._save)
        self.name.returnPressed.connect(self._save)
        self.remove = self._ghost("Remove this view", self.remove_wanted.emit)
        self._lay_out()

    @staticmethod
    def _ghost(words: str, slot: object) -> QPushButton:
        button = QPushButton(words, accessibleName=words)
        button.setProperty("kind", "ghost")
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        title = QLabel("Chairs shown")
        title.setProperty("kind", "section")
        hint = QLabel("Drag, or Alt with arrows, puts them in order.", wordWrap=True)
        hint.setProperty("kind", "small")
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.all)
        line = QFrame()
        line.setProperty("kind", "line")
        label = QLabel("Save as a view")
        label.setProperty("kind", "section")
        row = QHBoxLayout(spacing=8)
        row.addWidget(self.name, 1)
        row.addWidget(self.key)
        foot = QHBoxLayout(spacing=8)
        foot.addWidget(self.remove)
        foot.addStretch(1)
        foot.addWidget(self.save)
        column = QVBoxLayout(self, spacing=8)
        column.setContentsMargins(14, 12, 14, 14)
        column.addLayout(top)
        column.addWidget(self.list)
        column.addWidget(hint)
        column.addWidget(line)
        column.addWidget(label)
        column.addLayout(row)
        column.addWidget(self.problem)
        column.addLayout(foot)
        self.setFixedWidth(_WIDTH)

    def show_state(
        self, chairs: Sequence[Chair], shown: Sequence[int], views: tuple[BoardView, ...], current: BoardView
    ) -> None:
        """Shows the chairs there are, which of them the board shows, and the keys views may have."""
        self.list.show_chairs(chairs, shown)
        self.say("")
        names = {view.position: view.name for view in views}
        self.key.clear()
        for key in range(FIRST, LAST + 1):
            words = f"F{key} · {names[key]}" if key in names else f"F{key}"
            self.key.addItem(words, key)
        wanted = current.position if current.id else free_key(views) or LAST
        self.key.setCurrentIndex(max(self.key.findData(wanted), 0))
        self.name.setText(current.name if current.id else "")
        self.remove.setVisible(bool(current.id))

    def open_beneath(self, button: QWidget) -> None:
        """Opens the panel with the keyboard on the chairs."""
        self.adjustSize()
        self.move(button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4)))
        self.show()
        self.list.setFocus()
        self.list.setCurrentRow(0)

    def say(self, sentence: str) -> None:
        """Shows what is wrong with what was typed."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.adjustSize()

    def _changed(self) -> None:
        ticked = self.list.ticked()
        if ticked:
            self.say("")
            self.chairs_chosen.emit(ticked)
        else:
            self.say("The board shows at least one chair: tick one.")

    def _save(self) -> None:
        if not self.name.text().strip():
            self.say("The view needs a name.")
            self.name.setFocus()
            return
        self.save_wanted.emit(self.name.text(), int(self.key.currentData()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color(tokens.surface))
        painter.setPen(theme.color(tokens.line_strong))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
