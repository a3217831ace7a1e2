"""Who is there: tiles of the users and a PIN; it covers the window, also when the window is locked.

Signals of `SignIn`: `signed_in(object)` the User.
"""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.people import User
from ketaclinic.services.bundle import Services
from ketaclinic.ui import theme
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.widgets.rail import paint_cover

DEMONSTRATION_PIN = "1357"
_TILE = QSize(150, 116)
_COLUMNS = 4


class UserTile(QAbstractButton):
    """One user: initials in a circle, name, role; paints itself."""

    def __init__(self, user: User) -> None:
        super().__init__(text=user.name, accessibleName=f"{user.name}, {user.role.word}", checkable=True)
        self.user = user
        self.setFixedSize(_TILE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.signals.changed.connect(self.update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        edge = now.accent if chosen or self.hasFocus() else now.line
        painter.setPen(theme.color(edge))
        painter.setBrush(theme.color(now.accent_tint if chosen else now.hover if self.underMouse() else now.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)
        circle = QRectF(self.width() / 2 - 22, 14, 44, 44)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(now.accent if chosen else now.rail_active))
        painter.drawEllipse(circle)
        painter.setPen(theme.color(now.on_accent if chosen else "#ffffff"))
        painter.setFont(theme.font(15, bold=True))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, self.user.initials)
        self._line(painter, 64, self.user.name, theme.font(13, bold=True), now.ink)
        self._line(painter, 86, self.user.role.word, theme.font(12), now.ink2)
        painter.end()

    def _line(self, painter: QPainter, top: int, words: str, font: object, ink: str) -> None:
        painter.setFont(font)  # type: ignore[arg-type]
        painter.setPen(theme.color(ink))
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, self.width() - 16)
        painter.drawText(QRectF(0, top, self.width(), 20), Qt.AlignmentFlag.AlignCenter, shown)


class SignIn(QWidget):
    """Asks who is there. `locked_by` names whose work waits beneath."""

    signed_in = Signal(object)

    def __init__(self, parent: QWidget, ops: Ops, services: Services, *, demonstration: bool) -> None:
        super().__init__(parent, accessibleName="Who is there")
        self._ops, self._services = ops, services
        self._tiles: list[UserTile] = []
        self._chosen: User | None = None
        self._wanted: int | None = None
        self.title = QLabel("Who is there?")
        self.title.setProperty("kind", "big")
        self.second = QLabel("Choose your name, then type your PIN.", wordWrap=True)
        self.second.setProperty("kind", "second")
        self.pin = QLineEdit(
            echoMode=QLineEdit.EchoMode.Password, placeholderText="PIN", accessibleName="PIN", maxLength=32
        )
        self.pin.setProperty("kind", "pin")
        self.pin.setFixedWidth(220)
        self.enter = QPushButton("Sign in", accessibleName="Sign in")
        self.enter.setProperty("kind", "primary")
        self.enter.setProperty("large", "true")
        self.error = QLabel(wordWrap=True, accessibleName="What is wrong")
        self.error.setProperty("kind", "error")
        self.hint = QLabel(_demonstration_hint() if demonstration else "", wordWrap=True)
        self.hint.setProperty("kind", "second")
        self._lay_out()
        self.enter.clicked.connect(self._try)
        self.pin.returnPressed.connect(self._try)
        self.pin.textEdited.connect(self._typed)
        parent.installEventFilter(self)
        theme.signals.changed.connect(self.update)

    def _lay_out(self) -> None:
        self.card = QFrame()
        self.card.setProperty("kind", "dialog")
        self.card.setFixedWidth(_COLUMNS * (_TILE.width() + 12) + 68)
        self._grid = QGridLayout(spacing=12)
        tiles = QWidget(objectName="scrolled")
        tiles.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self._scroll.setWidget(tiles)
        entry = QHBoxLayout(spacing=10)
        entry.addWidget(self.pin)
        entry.addWidget(self.enter)
        entry.addStretch()
        column = QVBoxLayout(self.card, spacing=12)
        column.setContentsMargins(40, 34, 28, 30)
        for widget in (self.title, self.second):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addWidget(self._scroll)
        column.addSpacing(4)
        column.addLayout(entry)
        column.addWidget(self.error)
        column.addWidget(self.hint)
        if not self.hint.text():
            self.hint.hide()
        outer = QVBoxLayout(self)
        outer.addStretch(3)
        outer.addWidget(self.card, alignment=Qt.AlignmentFlag.AlignCenter)
        outer.addStretch(4)

    # -- asking

    def ask(self, locked_by: User | None = None) -> None:
        """Covers the window and asks; with `locked_by` the work of that user waits beneath."""
        self._wanted = locked_by.id if locked_by else None
        if locked_by is not None:
            self.title.setText("Locked")
            self.second.setText(f"Everything {locked_by.name} had open is still there.")
        self.pin.clear()
        self._say("")
        self.setGeometry(self.parentWidget().rect())
        self.show()
        self.raise_()
        self._ops.run(self, self._services.users.who_may_sign_in, self._show_users)

    def choose(self, user_id: int) -> None:
        """Chooses a user, as a click on the tile does."""
        for tile in self._tiles:
            tile.setChecked(tile.user.id == user_id)
            if tile.user.id == user_id:
                self._chosen = tile.user
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_users(self, users: tuple[User, ...]) -> None:
        for tile in self._tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = [UserTile(user) for user in users]
        for number, tile in enumerate(self._tiles):
            tile.clicked.connect(self._tile_clicked)
            self._grid.addWidget(tile, number // _COLUMNS, number % _COLUMNS, Qt.AlignmentFlag.AlignLeft)
        self._grid.setColumnStretch(_COLUMNS, 1)
        lines = min(3, -(-len(users) // _COLUMNS))
        self._scroll.setFixedHeight(lines * (_TILE.height() + 12) - 10)
        wanted = self._wanted or (users[0].id if len(users) == 1 else None)
        if wanted is not None:
            self.choose(wanted)
        elif self._tiles:
            self._tiles[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _tile_clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, UserTile):
            self._say("")
            self.choose(tile.user.id)

    def _typed(self) -> None:
        if self.error.text():
            self._say("")

    def _try(self) -> None:
        if self._chosen is None:
            self._say("Choose your name first.")
            return
        if not self.pin.text():
            self._say("Type your PIN.")
            self.pin.setFocus()
            return
        self.enter.setEnabled(False)
        sign_in = partial(self._services.users.sign_in, self._chosen.login, self.pin.text())
        self._ops.run(self, sign_in, self._accepted, self._refused)

    def _accepted(self, user: User) -> None:
        self.enter.setEnabled(True)
        self.pin.clear()
        self.hide()
        self.signed_in.emit(user)

    def _refused(self, error: ClinicError) -> None:
        self.enter.setEnabled(True)
        self._say(str(error))
        self.pin.selectAll()
        self.pin.setFocus()

    def _say(self, sentence: str) -> None:
        self.error.setText(sentence)
        wrong = bool(sentence)
        if self.pin.property("wrong") != wrong:
            self.pin.setProperty("wrong", wrong)
            self.pin.style().unpolish(self.pin)
            self.pin.style().polish(self.pin)

    # -- place and paint

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.parentWidget().rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # nothing beneath may act while the window is locked
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001 - Qt's signature
        stops = [*self._tiles, self.pin, self.enter]
        at = next((n for n, widget in enumerate(stops) if widget.hasFocus()), -1)
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self)
        paint_cover(painter, QRectF(self.rect()), now)
        painter.end()


def _demonstration_hint() -> str:
    return (
        "This is the demonstration clinic: every patient is invented. Choose anyone: the users desk, nurse, nurse2, "
        f"prescriber and manager each have the PIN {DEMONSTRATION_PIN}."
    )
