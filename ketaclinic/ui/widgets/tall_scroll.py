"""A scroll area that asks for the height of what it holds, so that it scrolls only where there is no room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class TallScroll(QScrollArea):
    """Give it its widget with `setWidget`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def setWidget(self, widget: QWidget) -> None:  # noqa: N802 - Qt's name
        super().setWidget(widget)
        widget.installEventFilter(self)

    def sizeHint(self) -> QSize:
        inside = self.widget()
        if inside is None:
            return super().sizeHint()
        width = self.width() if self.isVisible() else inside.sizeHint().width()
        layout = inside.layout()
        tall = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else -1
        return QSize(inside.sizeHint().width(), max(tall, inside.sizeHint().height()) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
