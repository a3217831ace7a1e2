"""Says to a screen reader what changed under the keyboard, without moving the focus."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str) -> None:
    """Makes `words` the widget's description, and has them spoken where somebody listens."""
    if widget.accessibleDescription() == words:
        return
    widget.setAccessibleDescription(words)
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
