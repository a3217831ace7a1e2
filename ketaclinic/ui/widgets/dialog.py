"""The one look of a dialog: a rounded card over the dimmed window; it closes when its operation has succeeded.

It lives inside the window, so it looks the same everywhere and shows in a picture of the window. Esc closes, Ctrl+Enter
presses the main button, Tab stays inside, and no shortcut of the window acts beneath it.

Signals of `Dialog`: `closed(bool)` True when it was accepted.
"""

from collections.abc import Callable
from inspect import isfunction
from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from ketaclinic.ui import theme
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.findings_panel import FindingsPanel

_MARGIN = 24


class Dialog(QWidget):
    """Base of every dialog. Fill `body`, add buttons, call `open()`.

    `side` (a column on a second ground at the left, e.g. wishes) is made when first asked for.
    """

    closed = Signal(bool)
    is_patients: ClassVar[bool] = False
    """Whether the patient has the screen: it shows nothing of anyone else and is left by PIN alone."""

    def __init__(self, parent: QWidget, title: str, *, subtitle: str = "", width: int = 560, height: int = 0) -> None:
        super().__init__(parent.window())
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._wanted = (width, height)
        self._before: QWidget | None = None
        self._main: QPushButton | None = None
        self._busy = False
        self.card = QFrame(self)
        self.card.setProperty("kind", "dialog")
        self.title = QLabel(title)
        self.title.setProperty("kind", "heading")
        self.subtitle = QLabel(subtitle, wordWrap=True)
        self.subtitle.setProperty("kind", "second")
        self.findings = FindingsPanel()
        self.body = QVBoxLayout(spacing=12)
        self.footer = QHBoxLayout(spacing=8)
        self.hint = QLabel(wordWrap=True)
        self.hint.setProperty("kind", "second")
        self._make_frame()
        self.hide()
        self.parentWidget().installEventFilter(self)
        self.card.installEventFilter(self)
        theme.signals.changed.connect(self.update)

    def _make_frame(self) -> None:
        self._close = QPushButton(icon("close"), "", accessibleName="Close", toolTip="Close (Esc)")
        self._close.setProperty("kind", "ghost")
        self._close.setFixedSize(32, 32)
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.clicked.connect(self.reject)
        words = QVBoxLayout(spacing=2)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        if not self.subtitle.text():
            self.subtitle.hide()
        self.header = QHBoxLayout()
        self.header.setContentsMargins(_MARGIN, 18, 16, 10)
        self.header.addLayout(words, 1)
        self.header.addWidget(self._close, alignment=Qt.AlignmentFlag.AlignTop)
        inside = QVBoxLayout(spacing=12)
        inside.setContentsMargins(_MARGIN, 4, _MARGIN, 18)
        inside.addLayout(self.body, 1)
        inside.addWidget(self.findings)
        foot = QFrame()
        foot.setProperty("kind", "dialog-footer")
        foot.setLayout(self.footer)
        self.footer.setContentsMargins(_MARGIN, 14, _MARGIN, 14)
        self.footer.addWidget(self.hint, 1)
        self.column = QVBoxLayout(self.card, spacing=0)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addLayout(self.header)
        self.column.addLayout(inside, 1)
        self.column.addWidget(foot)

    # -- what a dialog is filled with

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Changes the words on top."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))
        self.setAccessibleName(title)

    def add_button(self, text: str, slot: Callable[[], None], *, kind: str = "plain", name: str = "") -> QPushButton:
        """Adds a button to the footer; the primary one answers to Ctrl+Enter. Buttons stand in the order added."""
        button = QPushButton(text, accessibleName=name or text)
        button.setProperty("kind", kind)
        button.clicked.connect(slot)
        self.footer.addWidget(button)
        if kind in {"primary", "danger"}:
            self._main = button
            button.setToolTip("Ctrl+Enter")
        return button

    def add_cancel(self, text: str = "Cancel") -> QPushButton:
        """Adds the button that gives up."""
        return self.add_button(text, self.reject)

    def show_error(self, error: object) -> None:
        """Shows the sentence of a refusal above the footer; nothing entered is lost."""
        self.set_busy(busy=False)
        found = getattr(error, "findings", ())
        if found:
            self.findings.show_findings(found)
        else:
            self.findings.show_sentence(str(error))

    def set_busy(self, *, busy: bool) -> None:
        """Holds the main button while the operation runs, so that a double click does nothing."""
        self._busy = busy
        if self._main is not None:
            self._main.setEnabled(not busy)

    # -- life

    def open(self) -> None:
        """Shows the dialog over its window and gives it the keyboard."""
        self._before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]
        first = self.first_field()
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def first_field(self) -> QWidget | None:
        """Where typing starts: the first field of the body, or else the main button."""
        for widget in self._stops():
            if not isinstance(widget, QPushButton):
                return widget
        return self._main

    def may_close(self) -> bool:
        """Whether giving up is fine; a dialog that would lose what was typed asks first and answers False."""
        return True

    def accept(self) -> None:
        """Closes after success."""
        self._leave(accepted=True)

    def reject(self) -> None:
        """Closes without doing anything, if nothing is under way and nothing would be lost unasked."""
        if not self._busy and self.may_close():
            self._leave(accepted=False)

    def _leave(self, *, accepted: bool) -> None:
        if not self.isVisible() and self.isHidden() and self._before is None:
            return
        self.parentWidget().removeEventFilter(self)
        QApplication.instance().focusChanged.disconnect(self._focus_moved)  # type: ignore[union-attr]
        self.hide()
        before, self._before = self._before, None
        self._give_back(before if before is not None and isValid(before) else self.parentWidget())
        self.closed.emit(accepted)
        self.deleteLater()

    @staticmethod
    def _give_back(before: QWidget | None) -> None:
        """Gives the keyboard to where it was; where that is gone, to what it lay in, or to the screen's own place."""
        if before is not None and before.isVisible():
            before.setFocus()
            if before.focusPolicy() != Qt.FocusPolicy.NoFocus and before.isEnabled():
                return
        place = before
        while place is not None:
            home = getattr(type(place), "home", None)
            found = home(place) if isfunction(home) else place  # a line of text has one of Qt's own, which is no place
            takes = found is not None and found.isVisible() and found.isEnabled()
            if takes and found.focusPolicy() != Qt.FocusPolicy.NoFocus:
                found.setFocus()
                return
            place = place.parentWidget()

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Takes the keyboard back when Qt hands it to something beneath, e.g. because a button was disabled."""
        if new is None or not self.isVisible() or new.window() is not self.window():
            return
        above = [d for d in self.parentWidget().children() if isinstance(d, Dialog) and d.isVisible()]
        if above and above[-1] is self and not self.isAncestorOf(new):
            first = self.first_field()
            if first is not None:
                first.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self._main is not None and self._main.isEnabled():
                self._main.setFocus()
                self._main.click()
        elif enter and isinstance(button := QApplication.focusWidget(), QPushButton):
            button.click()
        event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if not self._is_own_shortcut(event):
                event.accept()  # no shortcut of the window beneath acts
            return True
        return super().event(event)

    def _is_own_shortcut(self, event: QKeyEvent) -> bool:
        pressed = QKeySequence(event.keyCombination())
        shortcuts = [s.key() for s in self.findChildren(QShortcut)]
        for widget in (self, *self.findChildren(QWidget)):
            shortcuts.extend(action.shortcut() for action in widget.actions())
        return pressed in shortcuts

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001 - Qt's signature
        stops = self._stops()
        if not stops:
            return True
        current = QApplication.focusWidget()
        at = stops.index(current) if current in stops else -1
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def _stops(self) -> list[QWidget]:
        """Widgets that take Tab, in the order they were built.

        WORKAROUND PySide 6.11: walking `nextInFocusChain` makes each widget a child of the
        one before in the binding's own tree, and the next garbage collection clears living widgets.
        """
        return [
            widget
            for widget in self.card.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None  # the field inside a spin box hands the keyboard back: Tab would go nowhere
            and widget.isEnabled()
            and widget.isVisibleTo(self)
        ]

    # -- place and paint

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        elif watched is self.card and event.type() == QEvent.Type.LayoutRequest:
            self._place_card()  # the content grew or shrank
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_card()

    @property
    def main_button(self) -> QPushButton | None:
        """The button that Ctrl+Enter presses."""
        return self._main

    def fit(self) -> None:
        """Takes the room the content needs now; called by a dialog whose content grew or shrank."""
        self._place_card()

    def _place(self) -> None:
        self.setGeometry(self.parentWidget().rect())
        self._place_card()

    def _place_card(self) -> None:
        wide, high = self._wanted
        width = min(wide, self.width() - 32)
        self.card.ensurePolished()
        layout = self.card.layout()
        needed = layout.heightForWidth(width) if layout.hasHeightForWidth() else self.card.sizeHint().height()
        height = min(high or needed, self.height() - 32)
        self.card.setGeometry((self.width() - width) // 2, max(16, (self.height() - height) * 2 // 5), width, height)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scrim = QColor(now.scrim)
        scrim.setAlphaF(0.62 if now.dark else 0.42)
        painter.fillRect(self.rect(), scrim)
        painter.setPen(Qt.PenStyle.NoPen)
        shadow = QColor(now.shadow)
        for grow in range(1, 15, 2):
            shadow.setAlphaF(0.035)
            painter.setBrush(shadow)
            frame = QRectF(self.card.geometry()).adjusted(-grow, -grow + 6, grow, grow + 6)
            painter.drawRoundedRect(frame, 14 + grow, 14 + grow)
        painter.end()
