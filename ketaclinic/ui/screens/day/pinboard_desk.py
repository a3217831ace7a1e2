"""Keeps the pinboard in step with the database and with what is in the hand."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.carry import Act, Hand, Over
from ketaclinic.ui.screens.day.pinboard import HEIGHT, Pinboard


class PinboardDesk(QObject):
    """Shows the strip while it holds something; empty, it floats over the toolbar while the mouse drags."""

    def __init__(
        self, context: ScreenContext, board: Board, toolbar: QWidget, column: QVBoxLayout, over: QWidget
    ) -> None:
        super().__init__(over)
        self._context, self._board, self._toolbar, self._column = context, board, toolbar, column
        self.strip = Pinboard(over)
        self.strip.hide()
        hand = board.hand
        hand.add_zone(Over.PINBOARD, self.strip)
        hand.over_changed.connect(self._over_changed)
        hand.ended.connect(self._hand_empty)
        self.strip.picked_up.connect(self._picked_up)
        self.strip.dragged.connect(hand.mouse_dragged)
        self.strip.dropped.connect(hand.drop)
        self.strip.place_wanted.connect(hand.pick_up_parked)

    def refresh(self) -> None:
        """Reads what is to be placed at this location."""
        user, location_id = self._context.user(), self._context.location.id
        booking = self._context.services.booking
        self._context.ops.run(self, lambda: booking.to_place(user, location_id), self._show, latest="to place")

    def _show(self, cards: Sequence[Card]) -> None:
        held = bool(self.strip.cards)
        self.strip.show_cards(cards)
        if bool(cards) == held:
            return
        if cards:
            self._column.insertWidget(1, self.strip)
            self.strip.show()
        else:
            self._column.removeWidget(self.strip)
            self.strip.hide()

    def _picked_up(self, card: Card) -> None:
        self._board.hand.pick_up_parked(card, Hand.MOUSE)

    def _over_changed(self, over: Over) -> None:
        self.strip.set_over(over=over is Over.PINBOARD)
        carry = self._board.hand.carry
        if self.strip.cards or carry is None:
            return
        if carry.hand is Hand.MOUSE and carry.act is Act.MOVE and carry.stuck is None:
            self._float()

    def _float(self) -> None:
        """Over the toolbar, which nobody uses while something is in the hand; the board keeps its size."""
        bar = self._toolbar.geometry()
        self.strip.setGeometry(bar.x(), bar.center().y() - HEIGHT // 2, bar.width(), HEIGHT)
        self.strip.show()
        self.strip.raise_()

    def _hand_empty(self) -> None:
        self.strip.set_over(over=False)
        if not self.strip.cards:
            self.strip.hide()
