"""Pages of a PDF to scroll through, drawn when they come into sight, sharp on every screen.

Signals of `PdfView`: `page_changed(int)` the page in front, from 1; `zoom_changed(int)` per cent of the paper's size.
Keys: Page Up and Page Down, Home and End, Ctrl with plus, minus and 0 (fit the width); Ctrl with the wheel zooms.
"""

from collections import OrderedDict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ketaclinic.ui import theme

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_POINTS_PER_INCH = 72
_SCREEN_DPI = 96
_GAP = 14
_MARGIN = 18
_STEPS = (50, 67, 80, 100, 125, 150, 200, 300)
_WIDEST_FIT = 125
"""Per cent at which fitting to a wide window stops: a page larger than that is not read better."""
_KEPT = 6
"""Pages kept drawn; one is about 8 MB on a sharp screen."""


def page_image(document: "PdfDocument", number: int, pixels_per_point: float) -> QImage:
    """One page (from 0) drawn on white."""
    page = document[number]
    bitmap = page.render(scale=pixels_per_point, prefer_bgrx=True)
    shared = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32)
    drawn = shared.copy()  # owns its pixels; the bitmap's go with it
    bitmap.close()
    page.close()
    return drawn


def _close_all(documents: "list[PdfDocument]") -> None:
    """Closes documents and forgets them."""
    while documents:
        documents.pop().close()


class PdfView(QAbstractScrollArea):
    """Shows one PDF, the bytes in `content`; fits it to the width until the user chooses a size."""

    page_changed = Signal(int)
    zoom_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Preview")
        self.content = b""
        self._document: PdfDocument | None = None
        opened: list[PdfDocument] = []
        self._opened = opened
        self.destroyed.connect(lambda: _close_all(opened))  # holds the list, not the view
        self._sizes: list[tuple[float, float]] = []
        self._tops: list[int] = [0]
        self._zoom = 100
        self._fits = True
        self._page = 0
        self._drawn: OrderedDict[tuple[int, int, float], QImage] = OrderedDict()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setCornerWidget(QWidget(self))  # else a framed square between the two scroll bars
        self.verticalScrollBar().setSingleStep(40)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme.signals.changed.connect(self._repaint)

    @property
    def pages(self) -> int:
        """How many pages are shown."""
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page in front, from 1; 0 without a document."""
        return self._page

    @property
    def zoom(self) -> int:
        """Per cent of the paper's size."""
        return self._zoom

    def set_content(self, content: bytes) -> None:
        """Shows a PDF from its first page; empty bytes show nothing."""
        from pypdfium2 import PdfDocument  # noqa: PLC0415 - not before the first document

        self.clear()
        self.content = content
        if content:
            self._document = PdfDocument(content)
            self._opened.append(self._document)
            for number in range(len(self._document)):
                page = self._document[number]
                self._sizes.append(page.get_size())
                page.close()
        self._arrange()
        self.verticalScrollBar().setValue(0)
        self._scrolled()

    def clear(self) -> None:
        """Shows nothing and lets the document go."""
        self.content = b""
        self._drawn.clear()
        self._sizes = []
        _close_all(self._opened)
        self._document = None
        self._page = 0
        self._arrange()

    # size

    def fit_width(self) -> None:
        """Fits the pages to the view's width, now and whenever it changes."""
        self._fits = True
        self._arrange()

    def zoom_in(self) -> None:
        """One step larger."""
        self._set_zoom(next((step for step in _STEPS if step > self._zoom), _STEPS[-1]))

    def zoom_out(self) -> None:
        """One step smaller."""
        self._set_zoom(next((step for step in reversed(_STEPS) if step < self._zoom), _STEPS[0]))

    def _set_zoom(self, per_cent: int) -> None:
        self._fits = False
        self._zoom = per_cent
        self._arrange()

    def _arrange(self) -> None:
        """Places the pages beneath each other, keeping what is in front in front."""
        bar = self.verticalScrollBar()
        place = bar.value() / max(1, self._tops[-1])
        before = self._zoom
        if self._fits and self._sizes:
            widest = max(width for width, _ in self._sizes) * _SCREEN_DPI / _POINTS_PER_INCH
            room = self.viewport().width() - 2 * _MARGIN
            self._zoom = max(20, min(_WIDEST_FIT, int(room * 100 / widest)))
        self._tops = [_MARGIN]
        for width, height in self._sizes:
            self._tops.append(self._tops[-1] + self._pixels(width, height).height() + _GAP)
        view = self.viewport().size()
        widest_page = max((self._pixels(*size).width() for size in self._sizes), default=0)
        bar.setRange(0, max(0, self._tops[-1] - _GAP + _MARGIN - view.height()))
        bar.setPageStep(max(1, view.height() - 40))
        sideways = self.horizontalScrollBar()
        sideways.setRange(0, max(0, widest_page + 2 * _MARGIN - view.width()))
        sideways.setPageStep(max(1, view.width()))
        if self._zoom != before:
            bar.setValue(int(place * self._tops[-1]))
            self._drawn.clear()
        self.zoom_changed.emit(self._zoom)
        self.viewport().update()

    def _pixels(self, width: float, height: float) -> QSize:
        """A page's size on screen in logical pixels."""
        scale = self._zoom / 100 * _SCREEN_DPI / _POINTS_PER_INCH
        return QSize(round(width * scale), round(height * scale))

    def page_rect(self, number: int) -> QRect:
        """Where a page (from 1) stands in the view."""
        size = self._pixels(*self._sizes[number - 1])
        free = self.viewport().width() - size.width()
        left = free // 2 if free > 2 * _MARGIN else _MARGIN - self.horizontalScrollBar().value()
        return QRect(left, self._tops[number - 1] - self.verticalScrollBar().value(), size.width(), size.height())

    def show_page(self, number: int) -> None:
        """Brings a page (from 1) to the top."""
        if 1 <= number <= self.pages:
            self.verticalScrollBar().setValue(self._tops[number - 1] - _MARGIN)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme.tokens()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.color(now.surface2))
        for number in range(1, self.pages + 1):
            rect = self.page_rect(number)
            if rect.intersects(event.rect()):
                painter.drawImage(rect, self._image(number - 1))
                painter.setPen(theme.color(now.line_strong))
                painter.drawRect(rect.adjusted(-1, -1, 0, 0))
        painter.end()

    def _image(self, number: int) -> QImage:
        ratio = self.viewport().devicePixelRatioF()
        key = (number, self._zoom, ratio)
        drawn = self._drawn.pop(key, None)
        if drawn is None:
            assert self._document is not None
            drawn = page_image(self._document, number, self._zoom / 100 * _SCREEN_DPI / _POINTS_PER_INCH * ratio)
            drawn.setDevicePixelRatio(ratio)
        self._drawn[key] = drawn
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return drawn

    # moving about

    def _repaint(self) -> None:
        self.viewport().update()

    def _scrolled(self) -> None:
        """Tells which page is in front: the one that crosses the middle of the view."""
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        spans = enumerate(pairwise(self._tops), start=1)
        page = next((number for number, (_, end) in spans if middle < end), self.pages)
        if page != self._page:
            self._page = page
            self.setAccessibleName(f"Preview, page {page} of {self.pages}" if page else "Preview")
            self.page_changed.emit(page)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._drawn.clear()
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._scrolled()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802 - Qt's name
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.zoom_in() if event.angleDelta().y() > 0 else self.zoom_out()
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        acts: dict[Any, Any] = {
            Qt.Key.Key_Home: bar.minimum,
            Qt.Key.Key_End: bar.maximum,
        }
        if event.matches(QKeySequence.StandardKey.ZoomIn) or event.keyCombination().key() == Qt.Key.Key_Equal:
            self.zoom_in()
        elif event.matches(QKeySequence.StandardKey.ZoomOut):
            self.zoom_out()
        elif event.key() == Qt.Key.Key_0 and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.fit_width()
        elif event.key() in acts:
            bar.setValue(acts[event.key()]())
        else:
            super().keyPressEvent(event)
