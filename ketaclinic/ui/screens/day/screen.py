"""Day: the board of chairs by time that the front desk lives in."""

from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.resources import Location
from ketaclinic.domain.schedule import DayView
from ketaclinic.domain.series import SeriesVisit
from ketaclinic.ui.dialogs.freed_strip import FreedStrip
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.calendar_desk import CalendarDesk
from ketaclinic.ui.screens.day.canvas import shown_cards
from ketaclinic.ui.screens.day.course_offer import CourseDesk
from ketaclinic.ui.screens.day.empty_board import EmptyBoard
from ketaclinic.ui.screens.day.hover_card import HoverDesk
from ketaclinic.ui.screens.day.inspector import Inspector
from ketaclinic.ui.screens.day.marks_desk import MarksDesk
from ketaclinic.ui.screens.day.menu_desk import MenuDesk
from ketaclinic.ui.screens.day.moving import MovingDesk
from ketaclinic.ui.screens.day.pinboard_desk import PinboardDesk
from ketaclinic.ui.screens.day.print_desk import PrintDesk
from ketaclinic.ui.screens.day.repair_desk import RepairDesk
from ketaclinic.ui.screens.day.toolbar import Toolbar
from ketaclinic.ui.screens.day.views_desk import ViewsDesk
from ketaclinic.ui.screens.day.visit_acts import VisitActs
from ketaclinic.ui.screens.day.visit_desk import VisitDesk

_TICK = 20_000
"""Milliseconds between two looks at the clock."""
_SHOWN_TABLES = (
    "appointments",
    "chairs",
    "closures",
    "consents",
    "escorts",
    "locations",
    "orders",
    "patients",
    "series",
    "shift_patterns",
    "shifts",
    "absences",
    "status_changes",
)


class DayScreen(Screen):
    """One day at this location."""

    key = "day"
    title = "Day"
    icon = "day"
    uses_f1 = True

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.view: DayView | None = None
        self.day = self.now().date()
        self._select_next = 0
        self._followed_today = self.day
        self._asked_handouts = False
        self.toolbar = Toolbar(self._today)
        self.board = Board(self.now)
        self.inspector = Inspector(context)
        self._column = QVBoxLayout(spacing=12)
        self.acts = VisitActs(context, self)
        self.moving = MovingDesk(context, self.board, self)
        self.printing = PrintDesk(context, self)
        self.menus = MenuDesk(context, self.board, self.inspector, self.acts, self.moving, self.printing, self)
        self.freed = FreedStrip(context)
        self.pinboard = PinboardDesk(context, self.board, self.toolbar, self._column, self)
        self.repair = RepairDesk(context, self.board, self.inspector, self)
        self.calendar = CalendarDesk(context, self.board, self)
        self.inspector.add_foot(self.calendar.box)
        self.course = CourseDesk(context, self.inspector.offer, self)
        self.visit = VisitDesk(
            context, self.board, self.inspector, self.acts, self.moving, self.menus, self.course, self
        )
        self.empty = EmptyBoard(self.board.viewport())
        self.hover = HoverDesk(context, self.board, self)
        self.views = ViewsDesk(context, self.toolbar, self.board, self)
        self.marks = MarksDesk(context, self.board, self.inspector, self)
        self._clock = QTimer(self, interval=_TICK)
        self._clock.timeout.connect(self.tick)
        self._lay_out()
        self._connect()
        self._add_actions()

    def _lay_out(self) -> None:
        self._column.addWidget(self.toolbar)
        self._column.addWidget(self.freed)
        self._column.addWidget(self.board, 1)
        whole = QHBoxLayout(self, spacing=14)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.addLayout(self._column, 1)
        whole.addWidget(self.inspector)

    def _connect(self) -> None:
        self.toolbar.day_wanted.connect(self.show_date)
        self.toolbar.booking_wanted.connect(self.new_booking)
        self.toolbar.print_wanted.connect(self._print_day)
        self.toolbar.repair_wanted.connect(self.repair_day)
        self.toolbar.location_wanted.connect(self._choose_location)
        self.views.changed.connect(self._show_columns)
        board, inspector = self.board, self.inspector
        board.free_time_clicked.connect(self._book_at)
        board.free_menu_wanted.connect(self.menus.open_free)
        self.pinboard.strip.menu_wanted.connect(self.menus.open_parked)
        self.moving.day_changed.connect(self._read_again)
        self.moving.placed.connect(self._select_booked)
        self.acts.day_changed.connect(self._read_again)
        self.acts.booked.connect(self._select_booked)
        self.acts.freed.connect(self.freed.offer)
        self.moving.freed.connect(self.freed.offer_moved)
        inspector.visit_wanted.connect(self._go_to_visit)
        inspector.nothing_shown.connect(self._nothing_shown)
        inspector.foot_room.connect(self.calendar.give_room)
        self.calendar.day_wanted.connect(self.show_date)
        self.empty.day_wanted.connect(self.show_date)
        self.empty.settings_wanted.connect(self._open_settings)
        inspector.overview.arrivals.step_wanted.connect(self.visit.next_step)
        self.calendar.calendar.visit_dropped.connect(self._dropped_on_day)

    def _add_actions(self) -> None:
        self.add_action("Today", self.toolbar.go_today, key="T", icon="day")
        self.add_action("Day before", self.toolbar.go_before, key="PgUp", icon="back")
        self.add_action("Day after", self.toolbar.go_after, key="PgDown", icon="forward")
        parks = self.add_action("Put on pinboard", self.menus.park_selected, icon="pin")
        parks.setShortcuts([QKeySequence("P"), QKeySequence("Del")])
        self.add_action("Keyboard to the pinboard", self.pinboard.strip.focus_first, key="Shift+P", icon="pin")
        self.add_action("New booking", self.new_booking, key="N", icon="add")
        larger = self.add_action("Larger", self.views.zoom_in, icon="zoom_in")
        larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self.add_action("Smaller", self.views.zoom_out, key="Ctrl+-", icon="zoom_out")
        self.add_action("Chairs and views", self.views.open_panel, key="V", icon="chair")
        telling = self.add_action("Tell about visits under the mouse", self._switch_hover, icon="info")
        telling.setCheckable(True)
        telling.setChecked(self.hover.wanted)
        self.toolbar.step.menu().addSeparator()
        self.toolbar.step.menu().addAction(telling)
        self.add_action("Who may take a freed place", self.freed.open_candidates, key="W", icon="recall")
        self.add_action("Plan a series", self.plan_series, key="Shift+N", icon="plan")
        self.add_action("Repair the day…", self.repair_day, key="Ctrl+R", icon="repair")

    # time

    def now(self) -> datetime:
        """What the clock on the wall shows at this location."""
        return wall_now(self.context.clock, self.context.location.zone)

    def _today(self) -> date:
        return self.now().date()

    def tick(self) -> None:
        """The clock went on: the now-line, the waiting times; at midnight, the next day."""
        today = self._today()
        if today != self._followed_today:
            was_today, self._followed_today = self.day == self._followed_today, today
            if was_today:
                self.show_date(today)
        self.board.tick()
        self.inspector.tick()
        if self.view is not None:
            self.inspector.overview.arrivals.tick()

    # what is shown

    def shown(self) -> None:
        """Comes to the front."""
        self.tick()
        if self.view is None:
            self.refresh()
        if not self._asked_handouts:
            self._load_handouts()
        self.calendar.refresh()
        focus = self.focusWidget()
        (focus or self.board).setFocus()

    def home(self) -> QWidget | None:
        """The board."""
        return self.board

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()
        self.calendar.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self.calendar.pause()

    def actions_of_screen(self) -> list[QAction]:
        return [action for action in self.actions() if action.isVisible()]

    def open(self, args: dict[str, Any]) -> None:
        """Goes to `day` and selects `appointment_id`.

        With `book` opens the booking, for `patient_id`, at `chair_id` and `starts_at`, as far as these are given.
        With `repair` asks who or what is out; its `kind`, `id` and `since` say what is known.
        """
        appointment_id = int(args.get("appointment_id", 0))
        self._select_next = appointment_id
        day = args.get("day", self.day)
        if day != self.day:
            self.show_date(day)
        elif self.view is not None:
            self._take_selection()
        if args.get("book"):
            known = {name: args[name] for name in ("patient_id", "chair_id", "starts_at") if name in args}
            self.acts.open_booking(self.day, **known)
        if "repair" in args:
            self.repair.start(self.day, args["repair"])

    def show_date(self, day: date) -> None:
        """Shows another day."""
        if day != self.day and not self.board.hand.travels:
            self.board.select(0)
        if day != self.day:
            self.repair.leave()
        self.day = day
        self.toolbar.show_date(day)
        self.calendar.show_day(day)
        self._read_day()

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads the day again where the change touches it; selection, focus and scroll stay."""
        if changes is None or changes.touches("appointments", "patients", "series"):
            self.pinboard.refresh()
        self.freed.refresh(changes)
        self.calendar.refresh(changes)
        self.inspector.overview.arrivals.refresh(changes)
        if changes is None or changes.touches("board_views"):
            self.views.refresh()
        if changes is None or changes.touches("locations"):
            self._read_locations()
        if changes is None or self._concerned(changes):
            self._read_day()

    def _read_day(self) -> None:
        user, services = self.context.user(), self.context.services
        location_id, day = self.context.location.id, self.day
        self.context.ops.run(self, lambda: services.booking.day(user, location_id, day), self._show, latest="day")
        if self.inspector.inspection is not None:
            self.visit.read()

    def _read_locations(self) -> None:
        user, clinic = self.context.user(), self.context.services.clinic
        self.context.ops.run(self, lambda: clinic.locations(user), self._show_locations, latest="locations")

    def _concerned(self, changes: Changes) -> bool:
        if self.view is None or not changes.touches(*_SHOWN_TABLES):
            return False
        if self.day in changes.days:
            return True
        here = {c.appointment.patient_id for c in self.view.cards}
        if changes.patients & here:
            return True
        return not changes.days and not changes.patients

    def _show(self, view: DayView) -> None:
        if view.day != self.day:
            return
        self.view = view
        self.toolbar.show_day(view)
        self.board.show_day(self.views.columns(view))
        self.empty.show_day(view, len(shown_cards(view)), self.context.user().role)
        self.inspector.show_day(view, shown_cards(view), self.now())
        if self.board.selection.several:
            self.inspector.show_several(self.board.selected_cards())
        self._take_selection()
        self.marks.read(self.day)

    def _open_settings(self) -> None:
        self.context.navigate("settings", {})

    def _switch_hover(self) -> None:
        self.hover.set_wanted(wanted=not self.hover.wanted)

    def _nothing_shown(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        self.calendar.show_at_rest(shown=shown)

    def _dropped_on_day(self, appointment_id: int, day: date) -> None:
        card = self.board.card_of(appointment_id)
        if card is not None:
            self.moving.open_move(card, day)

    def _show_columns(self) -> None:
        if self.view is not None:
            self._show(self.view)

    def _choose_location(self, location_id: int) -> None:
        if self.context.choose_location is not None:
            self.context.choose_location(location_id)

    def _show_locations(self, locations: tuple[Location, ...]) -> None:
        self.toolbar.show_locations(locations, self.context.location.id)

    def _print_day(self) -> None:
        self.printing.menu(self.day, self.toolbar.printer.mapToGlobal(QPoint(0, self.toolbar.printer.height() + 4)))

    def _take_selection(self) -> None:
        wanted, self._select_next = self._select_next, 0
        if wanted:
            self.board.select(wanted, focus=True)

    def _load_handouts(self) -> None:
        self._asked_handouts = True
        user, services = self.context.user(), self.context.services
        self.context.ops.run(
            self, lambda: services.printing.available(user, "appointment"), self.inspector.foot.set_handouts
        )

    # moving

    def open_move(self) -> None:
        """The dialog that moves the selected visit, also to another day."""
        self.visit.open_move()

    def open_cancel(self) -> None:
        """The dialog that takes the selected visit off the board, with its reason."""
        self.visit.open_cancel()

    # booking and elsewhere

    def new_booking(self) -> None:
        """A booking on the day shown, at no particular place."""
        self.acts.open_booking(self.day)

    def plan_series(self) -> None:
        """The planner, from the day shown."""
        self.acts.plan_series(self.day)

    def repair_day(self) -> None:
        """The day shown with somebody or something out."""
        self.repair.start(self.day)

    def _book_at(self, chair_id: int, starts_at: datetime) -> None:
        self.acts.open_booking(self.day, chair_id=chair_id, starts_at=starts_at)

    def _select_booked(self, appointment_id: int) -> None:
        self._select_next = appointment_id
        self.refresh()

    def _go_to_visit(self, visit: SeriesVisit) -> None:
        self.open({"day": visit.starts_at.date(), "appointment_id": visit.appointment_id})

    def _read_again(self) -> None:
        self.refresh()
        self.visit.read()

    def print_here(self) -> bool:
        """Ctrl+P: the handouts of the selected visit, the cards of several, or the day."""
        if self.board.selection.several:
            self.menus.print_cards()
        elif self.inspector.inspection is not None:
            self.inspector.foot.open_print_menu()
        else:
            self.printing.menu(self.day, self.board.mapToGlobal(QPoint(self.board.width() // 2, 60)))
        return True
