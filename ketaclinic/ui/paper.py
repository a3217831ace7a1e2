"""Onto paper and into a file: the system's own dialogs, asked without holding the program up.

Imported with the first print: the printer's part of Qt takes a moment.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, QSizeF, QStandardPaths, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from ketaclinic.domain.findings import ClinicError
from ketaclinic.ui.widgets.pdf_view import page_image

_DOTS_PER_POINT = 300 / 72
"""Pages go to the printer as images of 300 dots to the inch: sharp to the eye, and alike on every system."""
_LETTER = (612.0, 792.0)
PDF, CSV, CALENDAR = "PDF (*.pdf)", "Table (*.csv)", "Calendar (*.ics)"
"""Kinds of files as the system's dialog names them."""


def printer_for(title: str, page: tuple[float, float] = _LETTER) -> QPrinter:
    """The user's usual printer, set to a page's own paper (points) to its edges: the pages bring their own margins."""
    wide, high = page
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setPageSize(QPageSize(QSizeF(min(page), max(page)), QPageSize.Unit.Point))
    landscape = wide > high
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait,
    )
    printer.setFullPage(True)
    return printer


def letter_printer(title: str) -> QPrinter:
    """The user's usual printer, set to letter paper upright."""
    return printer_for(title)


def first_page(content: bytes) -> tuple[float, float]:
    """Width and height in points of the first page of a PDF."""
    from pypdfium2 import PdfDocument  # noqa: PLC0415 - not before the first document

    document = PdfDocument(content)
    try:
        wide, high = document.get_page_size(0)
    finally:
        document.close()
    return wide, high


def ask_for_printer(
    parent: QWidget, title: str, then: Callable[[QPrinter], None], page: tuple[float, float] = _LETTER
) -> QPrintDialog:
    """Opens the system's print dialog; `then` gets the printer when the user goes on."""
    printer = printer_for(title, page)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"Print {title}")

    def finished(result: int) -> None:
        dialog.deleteLater()
        if result == QDialog.DialogCode.Accepted:
            then(printer)

    dialog.finished.connect(finished)
    QDialog.open(dialog)  # what QPrintDialog.open does, without the name of a slot
    return dialog


def ask_for_path(parent: QWidget, name: str, then: Callable[[str], None], kind: str = PDF) -> QFileDialog:
    """Opens the system's save dialog at the user's documents; `then` gets the path that was chosen."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    ending = name.rpartition(".")[2]
    dialog = QFileDialog(parent, f"Save as {ending.upper()}", str(Path(folder) / name), kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.fileSelected.connect(then)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def print_pages(content: bytes, printer: QPrinter) -> None:
    """Prints the pages of a PDF that were asked for in the dialog.

    Raises:
        ClinicError: the printer does not take them.
    """
    from pypdfium2 import PdfDocument  # noqa: PLC0415 - not before the first document

    document = PdfDocument(content)
    painter = QPainter()
    try:
        if not painter.begin(printer):
            raise ClinicError(_failed(printer))
        for place, number in enumerate(_page_numbers(printer, len(document))):
            if place and not printer.newPage():
                raise ClinicError(_failed(printer))
            paper = printer.pageLayout().fullRectPixels(printer.resolution())
            image = page_image(document, number, _DOTS_PER_POINT)
            size = image.size().scaled(paper.size(), Qt.AspectRatioMode.KeepAspectRatio)
            left = (paper.width() - size.width()) // 2
            painter.drawImage(QRect(left, 0, size.width(), size.height()), image)
    finally:
        painter.end()
        document.close()
    if printer.printerState() == QPrinter.PrinterState.Error:
        raise ClinicError(_failed(printer))


def _page_numbers(printer: QPrinter, pages: int) -> list[int]:
    """The pages to print (from 0), repeated where the printer cannot make copies by itself."""
    first, last = printer.fromPage() or 1, printer.toPage() or pages
    copies = 1 if printer.supportsMultipleCopies() else max(1, printer.copyCount())
    return [number - 1 for _ in range(copies) for number in range(first, min(last, pages) + 1)]


def _failed(printer: QPrinter) -> str:
    name = printer.printerName() or "The printer"
    return f"{name} did not take the document. Nothing is lost: check the printer and print it again."
