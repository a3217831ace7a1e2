"""The record of a session on paper: seen as it is filed, printed, saved as a PDF."""

import re

from PySide6.QtWidgets import QWidget

from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.screen import ScreenContext


def show_record(parent: QWidget, context: ScreenContext, encounter_id: int, label: str, record: str) -> PrintDialog:
    """Opens the record of a session as its pages; a signed one is filed with it.

    Args:
        parent: what it is about.
        context: of the screen.
        encounter_id: the session.
        label: "5 of 6".
        record: number of the patient, for the name of the file.
    """
    records, by = context.services.records, context.user()

    def render() -> bytes:
        return records.pdf(by, encounter_id).content

    name = re.sub(r"[^\w-]+", "-", f"session-record-{record}-{label}").strip("-").casefold()
    dialog = PrintDialog(parent, context, f"Session record {label}", render, f"{name}.pdf")
    dialog.open()
    return dialog
