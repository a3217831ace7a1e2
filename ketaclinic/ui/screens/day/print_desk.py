"""Prints what the board shows: the day sheet, chair cards, appointment cards, and a series as a calendar file."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.menus import LINE, Entry, pop_up


class PrintDesk(QObject):
    """Opens the preview of each kind of paper."""

    def __init__(self, context: ScreenContext, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over

    def _open(self, title: str, render: Callable[[], bytes], filename: str) -> None:
        from ketaclinic.ui.dialogs.print_dialog import PrintDialog  # noqa: PLC0415 - with the first print

        PrintDialog(self._over, self._context, title, render, filename).open()

    def menu(self, day: date, where: QPoint) -> None:
        """What may be printed of a day."""
        entries = [
            Entry("Day sheet by chair", partial(self.day_sheet, day), "print"),
            Entry("Day sheet by time", partial(self.day_sheet, day, by_chair=False)),
            Entry("Chair cards", partial(self.chair_cards, day)),
            LINE,
            Entry("Call list of the repaired day", partial(self.call_list, day), "phone"),
        ]
        pop_up(entries, where, self._over)

    def day_sheet(self, day: date, *, by_chair: bool = True) -> None:
        """The day on one sheet."""
        from ketaclinic.domain.sheets import DaySheetLook  # noqa: PLC0415 - with the first print

        printing, user, here = self._context.services.printing, self._context.user(), self._context.location.id
        look = DaySheetLook(by_chair=by_chair)
        self._open("Day sheet", partial(printing.day_sheet, user, here, day, look), f"day-{day.isoformat()}.pdf")

    def chair_cards(self, day: date) -> None:
        """A sheet for each visit of the day, for the chair."""
        printing, user, here = self._context.services.printing, self._context.user(), self._context.location.id
        self._open("Chair cards", partial(printing.chair_cards, user, here, day), f"chairs-{day.isoformat()}.pdf")

    def call_list(self, day: date) -> None:
        """Whom to call after the day was repaired."""
        printing, user, here = self._context.services.printing, self._context.user(), self._context.location.id
        render = partial(printing.call_list, user, None, here, day)
        self._open("Call list", render, f"calls-{day.isoformat()}.pdf")

    def appointment_cards(self, cards: Sequence[Card]) -> None:
        """The dates of these visits' series on cards for the wallet, one series after the other."""
        printing, user = self._context.services.printing, self._context.user()
        series = tuple(dict.fromkeys(card.appointment.series_id for card in cards))

        def render() -> bytes:
            return joined([printing.appointment_card(user, id_) for id_ in series])

        if series:
            self._open("Appointment cards" if len(series) > 1 else "Appointment card", render, "appointments.pdf")

    def calendar_file(self, card: Card) -> None:
        """The dates of a series as a file that calendars read."""
        printing, user = self._context.services.printing, self._context.user()
        render = partial(printing.calendar, user, card.appointment.series_id)
        self._context.ops.run(self, render, partial(self._ask_where, card), None)

    def _ask_where(self, card: Card, content: bytes) -> None:
        from ketaclinic.ui.paper import CALENDAR, ask_for_path  # noqa: PLC0415 - with the first print

        name = f"{card.record}.ics"
        ask_for_path(self._over, name, partial(self._keep, content), CALENDAR)

    def _keep(self, content: bytes, path: str) -> None:
        from ketaclinic.services.saving import save_file  # noqa: PLC0415 - with the first file

        work = partial(save_file, path, content, kept="Nothing was changed")
        self._context.ops.run(self, work, lambda target: self._context.notify(f"Saved {target.name}."))


def joined(parts: Sequence[bytes]) -> bytes:
    """Several PDFs as one."""
    import io  # noqa: PLC0415 - with the first print

    from pypdfium2 import PdfDocument  # noqa: PLC0415 - not before the first document

    if len(parts) == 1:
        return parts[0]
    whole = PdfDocument.new()
    try:
        for part in parts:
            document = PdfDocument(part)
            whole.import_pages(document)
            document.close()
        made = io.BytesIO()
        whole.save(made)
    finally:
        whole.close()
    return made.getvalue()
