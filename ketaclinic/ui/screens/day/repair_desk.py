"""The repair of the day shown: asked for, searched beside the database, looked at, adjusted, saved.

Signals of `RepairDesk`: `ended()` the board is the day's own again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import Card
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.findings import ClinicError, Severity
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.repair import AppliedRepair, Outage, OutageKind, RepairMove, RepairPlan, RepairSearch
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.board import Board

if TYPE_CHECKING:
    from ketaclinic.ui.screens.day.repair_overlay import RepairOverlay
    from ketaclinic.ui.screens.day.repair_panel import RepairPanel

_TOUCHED = frozenset({"appointments", "closures", "absences", "shifts", "shift_patterns", "locations", "chairs"})


class RepairDesk(QObject):
    """Holds what is out and what was chosen by hand until the plan is saved or given up."""

    ended = Signal()
    _better = Signal(int, object)

    def __init__(self, context: ScreenContext, board: Board, inspector: QWidget, screen: QWidget) -> None:
        super().__init__(screen)
        self._context, self._board, self._inspector, self._screen = context, board, inspector, screen
        self._panel: RepairPanel | None = None
        self._overlay: RepairOverlay | None = None
        self._keys: list[QShortcut] = []
        self.day: date | None = None
        self.plan: RepairPlan | None = None
        self.saved: AppliedRepair | None = None
        self._outages: tuple[Outage, ...] = ()
        self._fixed: dict[int, VisitMove] = {}
        self._search: RepairSearch | None = None
        self._round = 0
        self._chosen = 0
        self._saving = False
        self._command = ""
        self._better.connect(self._show_better)
        context.ops.committed.connect(self.follow)

    @property
    def busy(self) -> bool:
        """Whether a repair is being looked at."""
        return self.day is not None

    # asking

    def start(self, day: date, given: Mapping[str, object] | None = None) -> None:
        """Asks who or what is out on a day; `given` may name it: `kind`, `id`, `since`."""
        from ketaclinic.ui.dialogs.repair_dialog import RepairDialog  # noqa: PLC0415 - seldom needed

        also = self.busy and self.saved is None
        dialog = RepairDialog(self._context, day, given, parent=self._screen.window(), also=also)
        dialog.asked.connect(partial(self._take_outage, day))
        dialog.open()

    def _take_outage(self, day: date, outage: Outage) -> None:
        if self.day != day or self.saved is not None:
            self._reset()
            self.day = day
        same = [known for known in self._outages if (known.kind, known.id) != (outage.kind, outage.id)]
        self._outages = (*same, outage)
        self._solve()

    def _also(self) -> None:
        if self.day is not None:
            self.start(self.day)

    # searching

    def _solve(self) -> None:
        if self.day is None:
            return
        self._inspector.hide()  # first: both beside the board would push the window wider
        panel, overlay = self._parts()
        self._round += 1
        number, day, out, fixed = self._round, self.day, self._outages, tuple(self._fixed.values())
        search = self._search = RepairSearch(partial(self._better.emit, number))
        seconds = float(self._context.catalog.rules.whole("repair.seconds"))
        panel.begin(day, out, self._named, seconds)
        overlay.show_plan(self.plan)
        self._board.select(0)
        user, services, place = self._context.user(), self._context.services, self._context.location.id
        self._context.ops.run_beside(
            self,
            lambda: services.repair.propose(user, place, day, out, fixed, search=search),
            self._show_plan,
            self._not_planned,
            cancel=search.stop,
            latest="repair",
        )

    def _named(self, outage: Outage) -> str:
        chairs = {chair.id: chair.name for chair in self._board.view.chairs} if self._board.view else {}
        name = outage.name
        if outage.kind is OutageKind.CHAIR:
            name = chairs.get(outage.id, "")
        elif outage.kind is OutageKind.CLINIC:
            name = "The clinic"
        return replace(outage, name=name).text

    def _show_better(self, number: int, cost: object) -> None:
        if number == self._round and self._panel is not None and self.saved is None:
            self._panel.better(cost)  # type: ignore[arg-type]

    def _enough(self) -> None:
        if self._search is not None:
            self._search.stop()

    def _show_plan(self, plan: RepairPlan) -> None:
        if self.day != plan.day or self.saved is not None:
            return
        self.plan, self._outages, self._search = plan, plan.outages, None
        self._command = uuid4().hex
        panel, overlay = self._parts()
        panel.show_plan(plan, self._board.view.chairs if self._board.view else ())
        overlay.show_plan(plan)
        self._choose(self._chosen if self._move_of(self._chosen) else 0)

    def _not_planned(self, error: ClinicError) -> None:
        self._search = None
        panel, overlay = self._parts()
        self.plan = None
        overlay.show_plan(None)
        panel.show_error(str(error))

    # adjusting

    def _move_of(self, appointment_id: int) -> RepairMove | None:
        moves = self.plan.moves if self.plan is not None else ()
        return next((move for move in moves if move.card.appointment.id == appointment_id), None)

    def _choose(self, appointment_id: int) -> None:
        panel, overlay = self._parts()
        self._chosen = appointment_id
        overlay.choose(appointment_id)
        if self.saved is not None or self.plan is None:
            return
        move, card = self._move_of(appointment_id), self._card(appointment_id)
        place = None
        if card is not None:
            a = card.appointment
            place = (move.place if move else None) or PlannedSession(a.starts_at, a.ends_at, a.chair_id)
        panel.choose(card, place, fixed=appointment_id in self._fixed)

    def _card(self, appointment_id: int) -> Card | None:
        move = self._move_of(appointment_id)
        return move.card if move else self._board.card_of(appointment_id)

    def _put(self, appointment_id: int, chair_id: int, starts_at: datetime) -> None:
        card = self._card(appointment_id)
        if card is None or self.saved is not None:
            return
        self._chosen = appointment_id
        self._fixed[appointment_id] = VisitMove(appointment_id, card.appointment.version, chair_id, starts_at)
        self._solve()

    def _free(self, appointment_id: int) -> None:
        self._fixed.pop(appointment_id, None)
        self._solve()

    # saving

    def _save(self) -> None:
        plan = self.plan
        if plan is None or self._search is not None or self._saving or self.saved is not None:
            return
        needs = [finding for finding in plan.findings if finding.severity is Severity.OVERRIDE]
        blocked = any(finding.severity is Severity.BLOCK for finding in plan.findings)
        if needs and not blocked:
            self._ask_override(plan)
            return
        self._write(plan, ())

    def _ask_override(self, plan: RepairPlan) -> None:
        from ketaclinic.ui.dialogs.override_dialog import OverrideDialog  # noqa: PLC0415 - seldom needed

        dialog = OverrideDialog(self._screen.window(), self._context, plan.findings)
        dialog.given.connect(partial(self._write, plan))
        dialog.open()

    def _write(self, plan: RepairPlan, overrides: object) -> None:
        panel, _ = self._parts()
        self._saving = True
        panel.set_saving(saving=True)
        user, services, command, given = self._context.user(), self._context.services, self._command, overrides
        self._context.ops.run(
            self,
            lambda: services.repair.apply(user, plan, command, given),  # type: ignore[arg-type]
            partial(self._show_saved, plan),
            self._not_saved,
        )

    def _show_saved(self, plan: RepairPlan, applied: AppliedRepair) -> None:
        self._saving, self.saved = False, applied
        panel, overlay = self._parts()
        overlay.leave()
        panel.show_saved(applied, plan)
        self._context.notify("The day is repaired. Ctrl+Z undoes it.")

    def _not_saved(self, error: ClinicError) -> None:
        self._saving = False
        self._command = uuid4().hex
        panel, _ = self._parts()
        panel.show_error(str(error))

    def print_list(self) -> None:
        """The call list on paper."""
        from ketaclinic.ui.dialogs.print_dialog import PrintDialog  # noqa: PLC0415 - seldom needed

        if self.saved is None or self.day is None:
            return
        user, services, place = self._context.user(), self._context.services, self._context.location.id
        repair_id, day = self.saved.repair_id, self.day
        dialog = PrintDialog(
            self._screen.window(),
            self._context,
            "Call list",
            lambda: services.printing.call_list(user, repair_id, place, day),
            f"call-list-{day.isoformat()}.pdf",
        )
        dialog.open()

    def _undo(self) -> None:
        user, services = self._context.user(), self._context.services
        panel, _ = self._parts()
        self._context.ops.run(
            self, lambda: services.history.undo(user), self._undone, lambda error: panel.show_error(str(error))
        )

    def _undone(self, _changes: Changes) -> None:
        self._context.notify("The repair was undone; the day is as it was.")
        self.leave()

    # life

    def follow(self, changes: Changes | None) -> None:
        """Somebody changed the day: the plan is made again; after an undo of the repair, nothing is left to show."""
        if not self.busy or changes is None or self._saving:
            return
        if self.saved is not None:
            if ("repairs", self.saved.repair_id) in changes.rows and changes.op.name in {"UNDO"}:
                self.leave()
            return
        if self.day in changes.days and changes.touches(*_TOUCHED):
            self._fixed = {}
            self._solve()

    def _escape(self) -> None:
        """One step back: what is in the hand, the visit that is chosen, then the plan."""
        if self._overlay is not None and self._overlay.dragging:
            self._overlay.let_go()
        elif self._chosen and self.saved is None:
            self._choose(0)
        else:
            self.leave()

    def leave(self) -> None:
        """Gives up, or closes what was saved; nothing of a plan is kept."""
        if not self.busy:
            return
        self._reset()
        if self._panel is not None and self._overlay is not None:
            self._panel.hide()
            self._overlay.leave()
        self._inspector.show()
        for key in self._keys:
            key.setEnabled(False)
        self._board.setFocus()
        self.ended.emit()

    def _reset(self) -> None:
        if self._search is not None:
            self._search.stop()
        self._round += 1
        self.day = self.plan = self.saved = self._search = None
        self._outages, self._fixed, self._chosen = (), {}, 0

    def _parts(self) -> "tuple[RepairPanel, RepairOverlay]":
        """The panel and the overlay, made when a day is first repaired."""
        if self._panel is None or self._overlay is None:
            from ketaclinic.ui.screens.day.repair_overlay import RepairOverlay  # noqa: PLC0415 - seldom needed
            from ketaclinic.ui.screens.day.repair_panel import RepairPanel  # noqa: PLC0415 - likewise

            self._panel = RepairPanel(self._today)
            layout = self._screen.layout()
            assert layout is not None
            layout.addWidget(self._panel)
            self._overlay = RepairOverlay(self._board, self._board.canvas)
            self._connect(self._panel, self._overlay)
        for key in self._keys:
            key.setEnabled(True)
        return self._panel, self._overlay

    def _connect(self, panel: "RepairPanel", overlay: "RepairOverlay") -> None:
        panel.save_wanted.connect(self._save)
        panel.given_up.connect(self.leave)
        panel.more_wanted.connect(self._also)
        panel.enough.connect(self._enough)
        panel.visit_chosen.connect(self._choose)
        panel.print_wanted.connect(self.print_list)
        panel.undo_wanted.connect(self._undo)
        panel.form.place_wanted.connect(self._put)
        panel.form.freed.connect(self._free)
        overlay.visit_chosen.connect(self._choose)
        overlay.placed.connect(self._put)
        for sequence, slot in (("Ctrl+Return", self._save), ("Esc", self._escape)):
            key = QShortcut(QKeySequence(sequence), self._screen)
            key.activated.connect(slot)
            self._keys.append(key)

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()
