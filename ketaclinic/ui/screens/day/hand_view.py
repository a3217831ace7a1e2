"""What is seen of the hand: ghosts at their places, and the bubble that says what stands against them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QScrollArea

from ketaclinic.domain.findings import Finding
from ketaclinic.ui import text
from ketaclinic.ui.screens.day.canvas import Canvas
from ketaclinic.ui.screens.day.carry import Act, Carry, Over, blocks
from ketaclinic.ui.screens.day.geometry import minute_of
from ketaclinic.ui.screens.day.ghost import Bubble, Ghosts
from ketaclinic.ui.screens.day.speech import announce

_LEAVE = "Let go here to leave it where it is"
_REFUSAL_STAYS = 7000
"""Milliseconds a refusal stays to be read; any key or press takes it away earlier."""


class HandView(QObject):
    """Draws over the board and speaks to who cannot see it."""

    def __init__(self, board: QScrollArea, canvas: Canvas) -> None:
        super().__init__(board)
        self._board, self.canvas = board, canvas
        self.ghosts = Ghosts(canvas)
        self.bubble = Bubble(board.viewport())
        self._bubble_timer = QTimer(self, singleShot=True, interval=_REFUSAL_STAYS)
        self._bubble_timer.timeout.connect(self.bubble.hide)

    def hide(self) -> None:
        """Nothing is in the hand any more."""
        self.ghosts.hide()
        self.bubble.hide()

    def refuse(self, title: str, findings: Sequence[Finding], place: QRect) -> None:
        """Says at a place why it may not be; goes by itself after a while."""
        self._say(title, findings, place)
        self._bubble_timer.start()

    def hush(self, *, empty: bool) -> None:
        """Takes a refusal away that was read; with something in the hand its words stay."""
        self._bubble_timer.stop()
        if empty:
            self.bubble.hide()

    def _starts_at(self, carry: Carry) -> datetime:
        return datetime.combine(carry.place.day, datetime.min.time()) + timedelta(minutes=carry.place.minute)

    def title(self, carry: Carry) -> str:
        starts, phases = self._starts_at(carry), carry.card.appointment.phases
        visit = carry.place.minutes - phases.turnover
        span = text.span(starts, starts + timedelta(minutes=visit))
        if carry.act is Act.LENGTH:
            more = carry.place.minutes - phases.total
            return f"{span} · {text.length(visit)}" + (f" ({more:+d} min)".replace("-", "−") if more else "")
        chair = self.canvas.view.chairs[carry.place.column].name if self.canvas.view else ""
        elsewhere = carry.origin is not None and carry.origin.day != carry.place.day
        when = f"{text.weekday_day(carry.place.day)}, {span}" if elsewhere else span
        several = f"{len(carry.ids)} visits: " if carry.others else ""
        return f"{several}{when} · {chair}"

    def show(self, carry: Carry, mouse: QPoint) -> None:
        """Shows what is in the hand at its place, and what stands against it."""
        measure = self.canvas.measure
        if measure is None:
            return
        if carry.over is not Over.BOARD:
            self.ghosts.hide()
            self._show_beside(carry, mouse)
            return
        findings = carry.told(self.canvas.chair_ids)
        boxes = []
        for placed in carry.placed(self.canvas.chair_ids):
            begins = minute_of(placed.starts_at, carry.place.day)
            there = measure.box(placed.column, begins, begins + placed.minutes)
            visit = placed.minutes - placed.card.appointment.phases.turnover
            span = text.span(placed.starts_at, placed.starts_at + timedelta(minutes=visit))
            boxes.append((placed.card, QRect(there.x, there.y, there.width, there.height), span, placed.minutes))
        self.ghosts.show_at(boxes, blocked=bool(blocks(findings)))
        whole = boxes[0][1]
        for _, box, _, _ in boxes[1:]:
            whole = whole.united(box)
        self._say(self.title(carry), findings, whole)

    def _show_beside(self, carry: Carry, mouse: QPoint) -> None:
        """The hand is beside the board: only outside of everything there is something to say here."""
        if carry.over is not Over.OUTSIDE:
            self.bubble.hide()
            return
        at = self.canvas.mapFromGlobal(mouse)
        own = self.canvas.place_of(carry.id) or QRect(at, at)
        self._say(_LEAVE, (), own)

    def _say(self, title: str, findings: Sequence[Finding], place: QRect) -> None:
        self._bubble_timer.stop()
        beside = place.translated(self.canvas.pos())
        self.bubble.say(title, findings, beside, self._board.viewport().rect())
        announce(self._board, self.bubble.text)
