"""Marks on the cards: who has waited long, and which visits cannot stay where they are."""

from datetime import date

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.inspector import Inspector


class MarksDesk(QObject):
    """Asks after each look at a day, behind it, so that the day itself does not wait."""

    def __init__(self, context: ScreenContext, board: Board, inspector: Inspector, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._board, self._inspector = context, board, inspector
        rules = context.catalog.rules
        board.canvas.ages = (rules.whole("arrivals.amber-minutes"), rules.whole("arrivals.red-minutes"))

    def read(self, day: date) -> None:
        """Reads which visits of a day are outside hours, closed, or without nurse or prescriber."""
        user, clinic, location_id = self._context.user(), self._context.services.clinic, self._context.location.id

        def found() -> tuple[date, dict[int, str]]:
            broken = clinic.out_of_place(user, location_id, day, day)
            return day, {visit.card.appointment.id: visit.text for visit in broken}

        self._context.ops.run(self, found, self._show, latest="out of place")

    def _show(self, found: tuple[date, dict[int, str]]) -> None:
        day, wrong = found
        if self._board.view is not None and day == self._board.view.day:
            self._board.canvas.show_wrong(wrong)
            self._inspector.show_wrong(wrong.get(self._board.selected, ""))
