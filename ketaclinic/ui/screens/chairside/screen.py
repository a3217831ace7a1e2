"""Chairside: all chairs at once, and the session of each; one clock for every countdown on it."""

from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from ketaclinic.domain.changes import Changes
from ketaclinic.domain.encounters import ChairsideView, Urgency
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.people import Role
from ketaclinic.ui.chair_watch import TABLES, ChairWatch
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.chairside.board_page import BoardPage
from ketaclinic.ui.screens.chairside.session_page import SessionPage
from ketaclinic.ui.screens.chairside.tile import PAUSE, RECORD
from ketaclinic.ui.sound import Alarm, SystemBeep
from ketaclinic.ui.text import count

_SECOND = 1000


class ChairsideScreen(Screen):
    """The place of nurses and prescribers."""

    key: ClassVar[str] = "chairside"
    title: ClassVar[str] = "Chairside"
    icon: ClassVar[str] = "chairside"
    roles: ClassVar[frozenset[Role]] = frozenset({Role.NURSE, Role.PRESCRIBER})

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._own_watch = context.watch is None
        self.watch = context.watch or self._watching_here()
        self.board = BoardPage()
        self.session = SessionPage(context)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.board)
        self._pages.addWidget(self.session)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.timer = QTimer(self, interval=_SECOND)
        self.timer.timeout.connect(self.tick)
        self.board.opened.connect(self._open_session)
        self.board.acted.connect(self._act)
        self.session.left.connect(self.show_all)
        self.session.named.connect(self._named)
        self.watch.floor_read.connect(self._show)
        self.board.queue.sound_pressed.connect(self._press_sound)
        self.board.queue.clock_confirmed.connect(self._confirm_clock)
        self.add_action("All chairs", self.show_all, key="Esc", icon="back")
        self.add_action("Record observations now", self._record_here, key="Ctrl+R", icon="vitals")

    def _watching_here(self) -> ChairWatch:
        """Where nobody else at this station watches the chairs, the screen does."""
        context = self.context
        alarm = Alarm(context.catalog.rules, SystemBeep(self))
        watch = ChairWatch(context.ops, context.services, context.clock, lambda: context.location.id, alarm, self)
        watch.counted.connect(self._counted)
        return watch

    # What comes from outside

    def refresh(self, changes: Changes | None = None) -> None:
        if changes is not None and not changes.touches(*TABLES, "addenda"):
            return
        if self._own_watch:
            self.watch.hear(changes)
        if self.isVisible():
            self.session.refresh(changes)

    def shown(self) -> None:
        if self._own_watch:
            self.watch.sit_down(self.context.user())
        self.session.refresh(None)
        if self._pages.currentWidget() is self.board:
            self.board.setFocus()

    def open(self, args: dict[str, Any]) -> None:
        if "appointment_id" in args:
            self._open(int(args["appointment_id"]), str(args.get("step", "")))
        else:
            self.show_all()

    def print_here(self) -> bool:
        """Ctrl+P: the record of the session that is open."""
        if self._pages.currentWidget() is not self.session:
            return False
        self.session.records.print()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.timer.start()
        if self.watch.floor is not None:
            self._show(self.watch.floor)

    def hideEvent(self, event: QHideEvent) -> None:
        self.timer.stop()
        super().hideEvent(event)

    def tick(self) -> None:
        """Once a second: everything again from the stored instants."""
        if self._own_watch:
            self.watch.tick()
        now = self.watch.now()
        if self._pages.currentWidget() is self.board:
            self.board.tick(now)
            self.board.queue.show_sound(self.watch.alarm.state(self.watch.floor, now))
        else:
            self.session.tick(now)

    # The board

    def _show(self, floor: ChairsideView) -> None:
        if not self.isVisible():
            return
        now = self.watch.now()
        self.board.show_floor(floor, now)
        self.board.queue.show_sound(self.watch.alarm.state(floor, now))
        if self._pages.currentWidget() is self.board:
            self._say_how_many(floor)

    def _counted(self, _key: str, waiting: int, _words: str) -> None:
        self.badge_changed.emit(waiting)

    def _press_sound(self) -> None:
        self.context.notify(self.watch.press_sound())
        self.board.queue.show_sound(self.watch.alarm.state(self.watch.floor, self.watch.now()))

    def _confirm_clock(self) -> None:
        confirm, by = self.context.services.charting.confirm_clock, self.context.user()
        self.context.ops.run(self, lambda: confirm(by), self._clock_confirmed)

    def _clock_confirmed(self, _result: object) -> None:
        self.watch.read()

    def _say_how_many(self, floor: ChairsideView) -> None:
        now = self.watch.now()
        red = sum(item.urgency_at(now) is Urgency.RED for item in floor.queue)
        words = [count(len(floor.tiles), "patient")]
        if red:
            words.append(count(red, "alert"))
        self.set_subtitle(" · ".join(words))

    # Sessions

    def show_all(self) -> None:
        """Back to the board."""
        if self._pages.currentWidget() is self.board:
            return
        self.session.leave()
        self._pages.setCurrentWidget(self.board)
        if self.watch.floor is not None:
            self._say_how_many(self.watch.floor)
        self.board.setFocus()
        self.watch.read()

    def _open_session(self, appointment_id: int) -> None:
        self._open(appointment_id, "")

    def _open(self, appointment_id: int, wanted: str) -> None:
        self.session.open(appointment_id, wanted, self._cannot_open)

    def _named(self, who: str) -> None:
        if self._pages.currentWidget() is not self.session:
            self._pages.setCurrentWidget(self.session)
        self.set_subtitle(who)

    def _cannot_open(self, error: ClinicError) -> None:
        self.context.notify(str(error))
        self.show_all()

    def _act(self, appointment_id: int, words: str) -> None:
        if words == PAUSE:
            self._pause(appointment_id)
        else:
            self._open(appointment_id, "record" if words == RECORD else "")

    def _pause(self, appointment_id: int) -> None:
        tiles = self.watch.floor.tiles if self.watch.floor is not None else ()
        tile = next((t for t in tiles if t.appointment_id == appointment_id), None)
        number = tile.encounter_id if tile is not None else None
        if number is None:
            return
        charting, by = self.context.services.charting, self.context.user()
        self.context.ops.run(self, lambda: charting.pause(by, number), self._paused, self._cannot_pause)

    def _paused(self, _result: object) -> None:
        self.context.notify("Infusion paused.")

    def _cannot_pause(self, error: ClinicError) -> None:
        self.context.notify(str(error))
        self.watch.read()

    def _record_here(self) -> None:
        view = self.session.view
        if self._pages.currentWidget() is self.session and view is not None:
            self._open(view.appointment_id, "record")
