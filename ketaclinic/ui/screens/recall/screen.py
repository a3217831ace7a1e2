"""Recall: the calls of the day in lists, one key for each outcome, one step to the planner."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.calls import CallOutcome, ConfirmationList, ConfirmRow
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.people import Role
from ketaclinic.domain.recall import RecallKind, RecallRow
from ketaclinic.ui import text
from ketaclinic.ui.csv_out import SaveList
from ketaclinic.ui.dialogs.freed_strip import FreedStrip
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.recall.acts import RecallActs
from ketaclinic.ui.screens.recall.lists import (
    LISTS,
    TO_CONFIRM,
    ListKind,
    columns_of,
    identity_of,
    look_of,
    matches,
    of_kind,
    to_call,
    unconfirmed,
)
from ketaclinic.ui.screens.recall.row_actions import RowActions
from ketaclinic.ui.screens.recall.side import SidePanel
from ketaclinic.ui.widgets.call_table import CallTable
from ketaclinic.ui.widgets.empty_state import EmptyState

_SHOWN_TABLES = (
    "appointments",
    "calls",
    "waitlist",
    "tasks",
    "series",
    "patients",
    "escorts",
    "consents",
    "orders",
    "closures",
    "locations",
    "chairs",
)


class _Filter(QLineEdit):
    """Down goes into the list, Esc empties the field."""

    def __init__(self, into: Callable[[], None]) -> None:
        super().__init__(
            placeholderText="Name, number, what is open", accessibleName="Filter list", clearButtonEnabled=True
        )
        self.setProperty("kind", "search")
        self._into = into

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._into()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class RecallScreen(Screen):
    """Who is called today, and why."""

    key = "recall"
    title = "Recall"
    icon = "recall"
    roles = frozenset(Role)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.confirming = ConfirmationList((), ())
        self.recalled: tuple[RecallRow, ...] = ()
        self.acts = RecallActs(context, self)
        self.strip = FreedStrip(context)
        self.side = SidePanel()
        self.tabs = QTabBar(accessibleName="Recall lists", expanding=False, drawBase=False)
        self.stack = QStackedWidget()
        self.tables: list[CallTable] = []
        self._saves: list[SaveList] = []
        self.filter = _Filter(self._into_list)
        self._build()
        self._add_actions()
        self._lay_out()
        self._connect()
        self._tab_chosen(0)

    # -- making

    def _build(self) -> None:
        for kind in LISTS:
            table = CallTable(
                kind.title,
                columns_of(kind),
                look_of(kind),
                identity_of(kind),
                empty=EmptyState(kind.icon, *kind.empty),
            )
            self._saves.append(SaveList(table.view, self.context, table.model, f"recall-{kind.key}"))
            table.row_chosen.connect(self._row_chosen)
            table.entered.connect(self._entered)
            self.tables.append(table)
            self.stack.addWidget(table)
            self.tabs.addTab(kind.title)

    def _lay_out(self) -> None:
        top = QHBoxLayout(spacing=8)
        top.addWidget(self.tabs)
        top.addStretch(1)
        self.filter.setFixedWidth(230)
        top.addWidget(self.filter)
        for action in (self.freed_action, self.wait_action):
            button = QPushButton(icon(action.property("icon_name")), action.text(), accessibleName=action.text())
            button.clicked.connect(action.trigger)
            top.addWidget(button)
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card, spacing=0)
        inside.setContentsMargins(1, 6, 1, 8)
        inside.addWidget(self.stack)
        both = QHBoxLayout(spacing=14)
        both.addWidget(card, 1)
        both.addWidget(self.side)
        layout = QVBoxLayout(self, spacing=10)
        layout.setContentsMargins(16, 10, 16, 14)
        layout.addLayout(top)
        layout.addWidget(self.strip)
        layout.addLayout(both, 1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._tab_chosen)
        self.filter.textChanged.connect(self._filtered)
        self.side.copied.connect(self._copied)
        self.acts.read_again.connect(self.refresh)
        self.acts.freed.connect(self.strip.offer)

    def _add_actions(self) -> None:
        self.does = RowActions(
            self.add_action,
            self._main,
            self._note,
            cancel=self._cancel,
            patient=self._open_patient,
            edit=self._edit_waiting,
            close=self._close_waiting,
        )
        self.wait_action = self.add_action("Add to waitlist", self.add_waiting, key="W", icon="add_patient")
        self.freed_action = self.add_action("Freed place", self.freed_place, key="F", icon="appointment")
        self.add_action("Filter list", self._begin_filter, key="/", icon="filter")
        self.add_action("Copy telephone number", self.side.copy_phone, key="Ctrl+C", icon="phone")
        self.add_action("Next list", partial(self._turn, 1), key="Ctrl+PgDown", icon="forward")
        self.add_action("List before", partial(self._turn, -1), key="Ctrl+PgUp", icon="back")
        self.add_action("Save list as CSV", self._save, icon="save")

    # -- showing

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.setFixedWidth(348 if self.width() > 1240 else 328)

    @property
    def kind(self) -> ListKind:
        """The list in front."""
        return LISTS[self.tabs.currentIndex()]

    @property
    def table(self) -> CallTable:
        """Its table."""
        return self.tables[self.tabs.currentIndex()]

    def shown(self) -> None:
        self.table.view.setFocus()

    def home(self) -> QWidget | None:
        """The list in front."""
        return self.table.view

    def open(self, args: dict[str, Any]) -> None:
        """Goes to the `list` of that key; with `slot` (chair, starts_at) names who may take it."""
        keys = [kind.key for kind in LISTS]
        if args.get("list") in keys:
            self.tabs.setCurrentIndex(keys.index(str(args["list"])))
        slot = args.get("slot")
        if isinstance(slot, dict):
            self._open_freed(int(slot["chair"]), slot["starts_at"], slot.get("minutes"))

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads both kinds of lists where the change touches them; the current row stays."""
        self.strip.refresh(changes)
        if changes is not None and not changes.touches(*_SHOWN_TABLES):
            return
        user, services, here = self.context.user(), self.context.services, self.context.location.id
        run = self.context.ops.run
        run(self, lambda: services.calls.to_confirm(user, here), self._show_confirming, latest="confirm")
        run(self, lambda: services.recall.list(user, here), self._show_recalled, latest="recall")

    def _show_confirming(self, found: ConfirmationList) -> None:
        self.confirming = found
        self._show_list(0)

    def _show_recalled(self, found: Sequence[RecallRow]) -> None:
        self.recalled = tuple(found)
        for number in range(1, len(LISTS)):
            self._show_list(number)

    def _show_list(self, number: int) -> None:
        kind = LISTS[number]
        rows = self._all_of(kind)
        shown = [row for row in rows if matches(row, self.filter.text())]
        self.tables[number].show_rows(shown)
        table = self.tables[number]
        if rows and not shown:
            table.empty.say("Nobody of that name", "Esc empties the filter.")
        else:
            table.empty.say(*kind.empty)
        waiting = sum(map(unconfirmed, rows)) if kind is TO_CONFIRM else len(rows)
        self.tabs.setTabText(number, f"{kind.title}  {waiting:,}" if waiting else kind.title)
        if kind is TO_CONFIRM:
            self.badge_changed.emit(waiting)
        if number == self.tabs.currentIndex():
            self._say()

    def badge_words(self, count: int) -> str:
        """How many visits of the list's days are not confirmed: "3 visits not confirmed, Tue 24 Nov and Wed 25 Nov"."""
        days = " and ".join(text.weekday_day(day) for day in self.confirming.days)
        return f"{text.count(count, 'visit')} not confirmed, {days}"

    def _all_of(self, kind: ListKind) -> list[Any]:
        return list(self.confirming.rows) if kind is TO_CONFIRM else of_kind(self.recalled, kind)

    def _say(self) -> None:
        count = self.table.model.rowCount()
        if self.kind is TO_CONFIRM:
            days = " and ".join(text.weekday_day(day) for day in self.confirming.days)
            confirmed = sum(r.card.appointment.status.value == "confirmed" for r in self.confirming.rows)
            self.set_subtitle(f"{days} · {confirmed} of {len(self.confirming.rows)} confirmed" if days else "")
        else:
            self.set_subtitle(f"{self.kind.title} · {text.count(count, 'person', 'people')}")

    def _tab_chosen(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self._row_chosen(self.table.current())
        self._say()

    def _turn(self, step: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())
        self.table.view.setFocus()

    def _row_chosen(self, row: Any) -> None:  # noqa: ANN401 - a row of either list
        if self.sender() is not None and isinstance(self.sender(), CallTable) and self.sender() is not self.table:
            return
        if isinstance(row, ConfirmRow):
            self.side.show_visit(row)
        elif isinstance(row, RecallRow):
            self.side.show_person(row)
        else:
            self.side.show_nothing()
        self.side.show_actions(*self.does.allow(row, self.context.user().role))

    # -- doing

    def _entered(self, row: Any) -> None:  # noqa: ANN401
        if isinstance(row, ConfirmRow):
            self.acts.open_visit(row)
        else:
            self._main()

    def _main(self) -> None:
        row = self.table.current()
        if isinstance(row, ConfirmRow):
            self.acts.open_visit(row)
        elif isinstance(row, RecallRow):
            if row.kind is RecallKind.REVIEW:
                if self.does.task.isEnabled():
                    self._finish(row)
                else:
                    self._open_patient()
            elif row.kind is RecallKind.HOLD_ENDING:
                self.acts.book_hold(row)
            elif row.kind is RecallKind.TO_PLACE or (row.waiting and row.appointment_id is not None):
                self.acts.place(row)
            elif row.kind is RecallKind.WAITING:
                self.acts.book(row)
            elif row.appointment_id is not None:
                self.acts.make_up(row)
            else:
                self.acts.plan(row)

    def _note(self, outcome: CallOutcome) -> None:
        row = self.table.current()
        if isinstance(row, ConfirmRow):
            self.acts.note_call(row, outcome)
            self.table.go_on(to_call)
        elif isinstance(row, RecallRow) and outcome is not CallOutcome.CONFIRMED:
            self.acts.note_offer(row, outcome)
            self.table.go_on(lambda other: isinstance(other, RecallRow) and other.last_call is None)

    def _cancel(self) -> None:
        row = self.table.current()
        if isinstance(row, ConfirmRow):
            self.acts.cancel(row)

    def _open_patient(self) -> None:
        row = self.table.current()
        if isinstance(row, RecallRow):
            self.acts.open_patient(row.patient_id)

    def add_waiting(self) -> None:
        """The dialog of a new entry; for the person of the current row, if there is one."""
        from ketaclinic.ui.dialogs.waiting_dialog import WaitingDialog  # noqa: PLC0415 - opened from here or not

        row = self.table.current()
        known = row.patient_id if isinstance(row, RecallRow) and row.kind is not RecallKind.REVIEW else None
        WaitingDialog(self.context, patient_id=known, parent=self).open()

    def _edit_waiting(self) -> None:
        from ketaclinic.ui.dialogs.waiting_dialog import WaitingDialog  # noqa: PLC0415 - loaded when it is needed

        row = self.table.current()
        if isinstance(row, RecallRow) and row.waiting is not None:
            WaitingDialog(self.context, waiting=row.waiting, name=row.name, parent=self).open()

    def _close_waiting(self) -> None:
        from ketaclinic.ui.dialogs.waiting_dialog import CloseWaitingDialog  # noqa: PLC0415 - loaded when it is needed

        row = self.table.current()
        if isinstance(row, RecallRow) and row.waiting is not None:
            CloseWaitingDialog(self.context, row.waiting, row.name, parent=self).open()

    def _finish(self, row: RecallRow) -> None:
        from ketaclinic.ui.dialogs.task_dialog import TaskDialog  # noqa: PLC0415 - loaded when it is needed

        if row.task is not None:
            TaskDialog(self.context, row.task, row.name, parent=self).open()

    # -- a place that became free

    def _now(self) -> datetime:
        return wall_now(self.context.clock, self.context.location.zone)

    def freed_place(self) -> None:
        """The dialog that names who may take a place; it asks for the place."""
        self._open_freed(None, None)

    def _open_freed(self, chair_id: int | None, starts_at: datetime | None, minutes: int | None = None) -> None:
        from ketaclinic.ui.dialogs.freed_slot_dialog import FreedSlotDialog  # noqa: PLC0415 - loaded when it is needed

        self.strip.forget()
        FreedSlotDialog(self, self.context, chair_id, starts_at, minutes).open()

    # -- small things

    def _begin_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _filtered(self) -> None:
        for number in range(len(LISTS)):
            self._show_list(number)

    def _into_list(self) -> None:
        self.table.view.setFocus()

    def _copied(self, phone: str) -> None:
        self.context.notify(f"{phone} copied.")

    def print_here(self) -> bool:
        """Ctrl+P: the calls to confirm, with a line for the outcome of each."""
        from ketaclinic.ui.dialogs.print_dialog import PrintDialog  # noqa: PLC0415 - with the first print

        context = self.context
        render = partial(context.services.printing.confirmation_list, context.user(), context.location.id)
        PrintDialog(self, context, "Calls to confirm", render, "Calls to confirm.pdf").open()
        return True

    def _save(self) -> None:
        self._saves[self.tabs.currentIndex()].trigger()
