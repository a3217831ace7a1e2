"""A list on paper: seen, printed, saved, and what stands there when that fails."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QPushButton

from ketaclinic.documents.layouts import build
from ketaclinic.domain.findings import ClinicError, NotFound
from ketaclinic.ui import paper
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from tests.desk import AtTheDesk, freed
from tests.documents.builders_documents import a_sheet, text_of

CONSENT = build(a_sheet("consent"))


def a_dialog(desk: AtTheDesk, render: Callable[[], bytes] = lambda: CONSENT) -> PrintDialog:
    context = desk.window.desk.context  # type: ignore[union-attr]
    return PrintDialog(desk.window, context, "Day sheet", render, "Day sheet.pdf")


@pytest.fixture
def dialog(clerk_at_desk: AtTheDesk) -> PrintDialog:
    made = a_dialog(clerk_at_desk)
    made.open()
    return made


def test_the_pages_are_shown_before_they_are_printed(clerk_at_desk: AtTheDesk, dialog: PrintDialog) -> None:
    assert dialog.view.pages == 4
    assert dialog.page_label.text() == "Page 1 of 4"
    assert clerk_at_desk.find("Print", QPushButton).isEnabled()


def test_nothing_to_print_is_said_where_the_pages_would_be(clerk_at_desk: AtTheDesk) -> None:
    def nothing() -> bytes:
        raise NotFound("Nobody comes on Sunday 29 November.")

    a_dialog(clerk_at_desk, nothing).open()
    assert "Nobody comes on Sunday 29 November." in clerk_at_desk.reads()
    assert not clerk_at_desk.find("Print", QPushButton).isEnabled()
    assert not clerk_at_desk.find("Save as PDF", QPushButton).isEnabled()


def test_saved_pages_are_the_ones_shown(clerk_at_desk: AtTheDesk, dialog: PrintDialog, tmp_path: Path) -> None:
    clerk_at_desk.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (asking,) = dialog.findChildren(QFileDialog)
    asking.selectFile(str(tmp_path / "today"))
    asking.accept()
    assert (tmp_path / "today.pdf").read_bytes() == CONSENT
    assert clerk_at_desk.window.toast.text == "Saved as today.pdf."
    assert dialog.isVisible()


def test_a_full_disk_is_one_sentence_above_the_buttons(
    clerk_at_desk: AtTheDesk, dialog: PrintDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        dialog.save_to(str(tmp_path / "today.pdf"))
    assert dialog.findings.text().endswith(
        "today.pdf was not saved: the disk is full. Nothing was overwritten. "
        "The pages are still here; save it somewhere else."
    )
    assert dialog.view.pages == 4


def test_ctrl_p_asks_for_the_printer_and_closes_when_it_has_printed(
    clerk_at_desk: AtTheDesk, dialog: PrintDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[bytes] = []
    monkeypatch.setattr(paper, "print_pages", lambda content, _: printed.append(content))
    clerk_at_desk.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    (asking,) = dialog.findChildren(QPrintDialog)
    asking.done(1)
    assert printed == [CONSENT]
    assert clerk_at_desk.window.toast.text == "“Day sheet” went to the printer."
    assert not dialog.isVisible()


def test_a_printer_that_fails_is_told_and_the_pages_stay(
    clerk_at_desk: AtTheDesk, dialog: PrintDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(content: bytes, printer: QPrinter) -> None:
        raise ClinicError("Front printer did not take the document.")

    monkeypatch.setattr(paper, "print_pages", fails)
    dialog.print_on(paper.letter_printer("Day sheet"))
    assert "Front printer did not take the document." in dialog.findings.text()
    assert dialog.isVisible()
    assert dialog.view.pages == 4


def test_a_page_on_its_side_is_printed_on_its_side(tmp_path: Path) -> None:
    printer = paper.printer_for("Day sheet", (842, 595))
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    paper.print_pages(CONSENT, printer)
    printed = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    assert printed.get_page_size(0) == pytest.approx((842, 595), abs=1)
    printed.close()


def test_the_dialog_is_gone_once_closed(clerk_at_desk: AtTheDesk) -> None:
    assert freed(lambda: a_dialog(clerk_at_desk))


def test_ctrl_p_on_the_recall_screen_prints_the_calls_to_confirm(clerk_at_desk: AtTheDesk) -> None:
    clerk_at_desk.go_to("Recall")
    clerk_at_desk.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    dialog = clerk_at_desk.dialog()
    assert isinstance(dialog, PrintDialog)
    assert "Nobody to call." in text_of(dialog.view.content)
