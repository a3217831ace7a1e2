"""Opens the board's menus and hands what is chosen to whoever does it."""

from datetime import date, datetime
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.resources import Closure
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day import menus
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.inspector import Inspector
from ketaclinic.ui.screens.day.moving import MovingDesk
from ketaclinic.ui.screens.day.print_desk import PrintDesk
from ketaclinic.ui.screens.day.visit_acts import VisitActs


class MenuDesk(QObject):
    """The right mouse button, the menu key and Enter."""

    def __init__(
        self,
        context: ScreenContext,
        board: Board,
        inspector: Inspector,
        acts: VisitActs,
        moving: MovingDesk,
        printing: PrintDesk,
        over: QWidget,
    ) -> None:
        super().__init__(over)
        self._context, self._board, self._inspector, self._over = context, board, inspector, over
        self._acts, self._moving, self._printing = acts, moving, printing
        foot = inspector.foot
        foot.carry_wanted.connect(board.carry_selected)
        foot.length_wanted.connect(self._change_length)
        foot.park_wanted.connect(self.park_selected)
        foot.copy_wanted.connect(self._copy)
        foot.call_wanted.connect(self._call)
        foot.card_wanted.connect(self.print_cards)
        foot.calendar_wanted.connect(self._calendar)
        several = inspector.several
        several.carry_wanted.connect(board.carry_selected)
        several.confirm_wanted.connect(self.confirm_selected)
        several.park_wanted.connect(self.park_selected)
        several.swap_wanted.connect(self.swap)
        several.print_wanted.connect(self.print_cards)

    # one visit and several

    def open_card(self, where: QPoint) -> None:
        """The menu of the selected visit, once the inspector knows it."""
        menu = self._inspector.foot.menu_of(self._over)
        menu.popup(where)
        _choose_first(menu)

    def open_several(self, where: QPoint) -> None:
        """The menu of all selected visits."""
        acts = menus.SeveralActs(
            self._board.carry_selected, self.park_selected, self.swap, self.confirm_selected, self.print_cards
        )
        menus.pop_up(menus.several(self._board.selected_cards(), acts), where, self._over)

    def park_selected(self) -> None:
        """Puts what is in the hand, or what is selected, on the pinboard."""
        if self._board.hand.carry is not None:
            self._board.hand.park()
        else:
            self._moving.park(self._board.selected_cards())

    def confirm_selected(self) -> None:
        """Confirms all that is selected."""
        self._acts.confirm_all(self._board.selected_cards())

    def swap(self) -> None:
        """The two selected visits change places."""
        cards = self._board.selected_cards()
        if len(cards) == 2:
            self._moving.swap(*cards)

    def print_cards(self) -> None:
        """The appointment cards of all that is selected."""
        self._printing.appointment_cards(self._board.selected_cards())

    def _change_length(self) -> None:
        self._board.hand.pick_up_length(self._board.selected)

    def _copy(self) -> None:
        if self._inspector.inspection is not None:
            menus.copy_details(self._inspector.inspection)
            self._context.notify("Copied.")

    def _call(self) -> None:
        if self._inspector.inspection is not None:
            menus.call(self._inspector.inspection.patient.fields.phone)

    def _calendar(self) -> None:
        card = self._board.card_of(self._board.selected)
        if card is not None:
            self._printing.calendar_file(card)

    # the pinboard

    def open_parked(self, card: Card, where: QPoint) -> None:
        """The menu of a visit on the pinboard."""
        patient = {"patient_id": card.appointment.patient_id}
        acts = menus.ParkedActs(
            place=partial(self._board.hand.pick_up_parked, card),
            place_by_dialog=partial(self._moving.open_move, card),
            patient=partial(self._context.navigate, "patients", patient),
            cancel=partial(self._acts.open_cancel_of, card),
        )
        menus.pop_up(menus.parked(acts), where, self._over)

    # free time

    def open_free(self, chair_id: int, starts_at: datetime, where: QPoint) -> None:
        """The menu of a place where nothing is booked."""
        view = self._board.view
        chair = next((c for c in view.chairs if c.id == chair_id), None) if view else None
        if chair is None:
            return
        acts = menus.FreeActs(
            book=partial(self._acts.open_booking, starts_at.date(), chair_id=chair_id, starts_at=starts_at),
            plan=partial(self._acts.plan_series, starts_at.date(), around=starts_at),
            close=partial(self.close_hours, chair_id, starts_at),
            who=partial(self.who_could, chair_id, starts_at),
        )
        entries = menus.free_time(starts_at, chair.name, acts, self._context.user().role)
        menus.pop_up(entries, where, self._over)

    def who_could(self, chair_id: int, starts_at: datetime) -> None:
        """The people who may legally take this place, in the recall list."""
        self._context.navigate("recall", {"slot": {"chair": chair_id, "starts_at": starts_at}})

    def close_hours(self, chair_id: int, starts_at: datetime) -> None:
        """The form that closes hours here."""
        from ketaclinic.ui.screens.day.close_hours import CloseHours  # noqa: PLC0415 - seldom needed

        view = self._board.view
        chair = next((c for c in view.chairs if c.id == chair_id), None) if view else None
        if chair is not None:
            dialog = CloseHours(self._context, chair, starts_at, parent=self._over)
            dialog.closed_hours.connect(self._closed)
            dialog.open()

    def _closed(self, _closure: Closure) -> None:
        self._board.select(0)

    # paper

    def open_print(self, day: date, where: QPoint) -> None:
        """What may be printed of the day."""
        self._printing.menu(day, where)


def _choose_first(menu: QMenu) -> None:
    first = next((a for a in menu.actions() if not a.isSeparator()), None)
    if first is not None:
        menu.setActiveAction(first)
