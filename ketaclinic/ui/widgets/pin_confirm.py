"""A second person says who they are and types their own PIN; nobody signs for somebody else.

Signals of `PinConfirm`: `changed()` whenever it may have become complete or incomplete.
"""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from ketaclinic.domain.people import Role, User

PIN_LENGTH = 12


def pin_field(name: str = "PIN") -> QLineEdit:
    """A field for a PIN: nothing of it can be read, copied or remembered."""
    field = QLineEdit(accessibleName=name, maxLength=PIN_LENGTH, placeholderText="PIN")
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setProperty("large", True)
    return field


class PinConfirm(QWidget):
    """Name and PIN of a second person."""

    changed = Signal()

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._who = QComboBox(accessibleName=label, placeholderText="Choose the name")
        self._who.setMinimumHeight(44)
        self._pin = pin_field(f"PIN of the {label[0].lower()}{label[1:]}")
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(14)
        for text, field in ((label, self._who), ("Their own PIN", self._pin)):
            words = QLabel(text)
            words.setProperty("kind", "label")
            words.setMinimumWidth(120)
            words.setBuddy(field)
            form.addRow(words, field)
        self._who.currentIndexChanged.connect(self._something_changed)
        self._pin.textChanged.connect(self._something_changed)

    def offer(self, users: Iterable[User], roles: Iterable[Role], not_this: User) -> None:
        """Lists who may confirm: active users of these roles, never the one who is signed in."""
        wanted = frozenset(roles)
        self._who.clear()
        for user in users:
            if user.role in wanted and user.active and user.id != not_this.id:
                self._who.addItem(f"{user.name} · {user.role.word}", user.login)
        self._who.setCurrentIndex(-1)
        if not self._who.count():
            self._who.setPlaceholderText("Nobody else of this role has a login")

    @property
    def login(self) -> str:
        """Of the person chosen; "" while nobody is."""
        return str(self._who.currentData() or "")

    @property
    def pin(self) -> str:
        """As typed."""
        return self._pin.text()

    @property
    def complete(self) -> bool:
        """Whether both are there."""
        return bool(self.login and self.pin)

    def wrong_pin(self) -> None:
        """Empties the PIN and asks for it again."""
        self._pin.clear()
        self._pin.setFocus()

    def _something_changed(self) -> None:
        self.changed.emit()
