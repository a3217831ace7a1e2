"""What a patient takes along of a series: the wallet card with all dates, and a file for the own calendar."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ketaclinic.services.saving import save_file
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.screen import ScreenContext


def open_appointment_cards(
    parent: QWidget, context: ScreenContext, series_ids: Sequence[int], record: str = ""
) -> PrintDialog:
    """Shows the wallet cards of one series or of several."""
    title = "Appointment card" if len(series_ids) == 1 else "Appointment cards"
    render = partial(context.services.printing.appointment_cards, context.user(), tuple(series_ids))
    dialog = PrintDialog(parent, context, title, render, f"{record} {title}.pdf".strip())
    dialog.open()
    return dialog


def save_calendar(parent: QWidget, context: ScreenContext, series_id: int, record: str) -> None:
    """Makes the calendar file of a series and asks where to; what fails is said in passing."""

    def ask(content: bytes) -> None:
        from ketaclinic.ui.paper import CALENDAR, ask_for_path  # noqa: PLC0415 - with the first file

        ask_for_path(parent, f"{record} appointments.ics", partial(keep_calendar, parent, context, content), CALENDAR)

    make = partial(context.services.printing.calendar, context.user(), series_id)
    context.ops.run(parent, make, ask)


def keep_calendar(parent: QWidget, context: ScreenContext, content: bytes, path: str) -> None:
    """Writes the file away from the window's thread."""
    name = Path(path).name

    def saved(_: object) -> None:
        context.notify(f"Saved as {name}. It opens in Outlook, Apple's and Google's calendars.")

    context.ops.run(parent, partial(save_file, path, content, kept="The visits are as they were"), saved)
