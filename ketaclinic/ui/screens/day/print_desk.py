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
        from ketaclinic.ui.dialogs.day_sheet_dialog import open_day_sheet  # noqa: PLC0415 - with the first print

        open_day_sheet(self._over, self._context, day, by_chair=by_chair)

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
        from ketaclinic.ui.dialogs.series_paper import open_appointment_cards  # noqa: PLC0415 - with the first print

        series = tuple(dict.fromkeys(card.appointment.series_id for card in cards))
        if series:
            open_appointment_cards(self._over, self._context, series, cards[0].record if len(series) == 1 else "")

    def calendar_file(self, card: Card) -> None:
        """The dates of a series as a file that calendars read."""
        from ketaclinic.ui.dialogs.series_paper import save_calendar  # noqa: PLC0415 - with the first file

        save_calendar(self._over, self._context, card.appointment.series_id, card.record)
