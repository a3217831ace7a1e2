"""The drug ledger: the vials in stock, the lines of the chosen one, and what is written at the cupboard."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.ledger import REVERSIBLE, Moment, VialState, milligrams
from ketaclinic.domain.ledger_views import CountView, LedgerDay, LedgerLine, SessionLine, StockLine
from ketaclinic.domain.permissions import LEDGER, may
from ketaclinic.ui import text
from ketaclinic.ui.csv_out import SaveList
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.ledger.day_strip import DayStrip
from ketaclinic.ui.screens.ledger.lists import ENTRIES, ENTRIES_SAVED, STOCK, entry_look, line_words, stock_look
from ketaclinic.ui.widgets.call_table import CallTable
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.empty_state import EmptyState

_SHOWN_TABLES = ("vials", "ledger_entries", "ledger_counts", "encounters", "events", "locations")
_REPORTED_DAYS = 30
_EMPTY_STOCK = ("No vials in stock", "Vials that are received stand here with what they hold.")


class LedgerScreen(Screen):
    """Every vial's account."""

    key = "ledger"
    title = "Drug ledger"
    icon = "ledger"
    roles = LEDGER

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.stock: tuple[StockLine, ...] = ()
        self.sessions: tuple[SessionLine, ...] = ()
        self.day: LedgerDay | None = None
        self.strip = DayStrip()
        self.vials = CallTable(
            "Vials", STOCK, stock_look, lambda row: row.vial.id, empty=EmptyState("ledger", *_EMPTY_STOCK)
        )
        self.lines = CallTable(
            "Entries",
            ENTRIES,
            entry_look,
            lambda row: row.entry.id,
            empty=EmptyState("history", "No vial chosen", "The lines of the chosen vial stand here."),
        )
        self.used = QCheckBox("Used vials too", accessibleName="Used vials too")
        self.heading = QLabel("Entries")
        self.told = QLabel(wordWrap=True, accessibleName="Chosen line")
        self.told.setProperty("kind", "second")
        self.told.setContentsMargins(17, 8, 16, 4)
        self._shown_vial: int | None = None
        self._buttons: dict[QAction, QPushButton] = {}
        self._add_actions()
        self._lay_out()
        self._connect()

    # -- making

    def _add_actions(self) -> None:
        self.receive_action = self.add_action("Receive", self.receive, key="R", icon="add")
        self.draw_action = self.add_action("Draw", self.draw, key="D", icon="dose")
        self.given_action = self.add_action("Administered", self.given, key="G", icon="medicine")
        self.waste_action = self.add_action("Waste", self.waste, key="W", icon="ledger")
        self.return_action = self.add_action("Return", self.return_vial, key="B", icon="back")
        self.count_action = self.add_action("Count", self.count, key="C", icon="checklist")
        self.correct_action = self.add_action("Correct", self.correct, key="X", icon="edit")
        self.report_action = self.add_action("Report", self.report, icon="print")
        self.save_action = self.add_action("Save entries as CSV", self._save, icon="save")

    def _lay_out(self) -> None:
        top = QHBoxLayout(spacing=8)
        writing = (self.receive_action, self.draw_action, self.given_action, self.waste_action)
        for action in (*writing, self.return_action, self.count_action, self.correct_action):
            top.addWidget(self._button(action))
        top.addStretch(1)
        for action in (self.save_action, self.report_action):
            top.addWidget(self._button(action))
        both = QSplitter(childrenCollapsible=False, handleWidth=14)
        both.addWidget(self._card(self._titled("Vials", self.used), self.vials))
        self.heading.setProperty("kind", "section")
        lines = self._card(self._titled_by(self.heading), self.lines)
        lines.layout().addWidget(self.told)
        both.addWidget(lines)
        both.setStretchFactor(0, 4)
        both.setStretchFactor(1, 6)
        both.setSizes([620, 790])
        layout = QVBoxLayout(self, spacing=10)
        layout.setContentsMargins(16, 10, 16, 14)
        layout.addLayout(top)
        layout.addWidget(self.strip)
        layout.addWidget(both, 1)
        self.strip.hide()

    def _button(self, action: QAction) -> QPushButton:
        picture = action.property("icon_name")
        button = QPushButton(icon(picture), action.text(), accessibleName=action.text())
        key = action.shortcut().toString()
        if key:
            button.setToolTip(f"{action.text()} ({key})")
        button.clicked.connect(action.trigger)
        self._buttons[action] = button
        return button

    @staticmethod
    def _titled(words: str, *more: QWidget) -> QHBoxLayout:
        label = QLabel(words)
        label.setProperty("kind", "section")
        return LedgerScreen._titled_by(label, *more)

    @staticmethod
    def _titled_by(label: QLabel, *more: QWidget) -> QHBoxLayout:
        line = QHBoxLayout(spacing=10)
        line.setContentsMargins(17, 6, 16, 4)
        line.addWidget(label, 1)
        for widget in more:
            line.addWidget(widget)
        return line

    @staticmethod
    def _card(head: QHBoxLayout, table: CallTable) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card, spacing=0)
        inside.setContentsMargins(1, 6, 1, 8)
        inside.addLayout(head)
        inside.addWidget(table, 1)
        return card

    def _connect(self) -> None:
        SaveList(self.vials.view, self.context, self.vials.model, "drug-stock")
        self._saved = SaveList(self.lines.view, self.context, self.lines.model, self._filename, ENTRIES_SAVED)
        self.vials.row_chosen.connect(self._vial_chosen)
        self.vials.entered.connect(self._into_lines)
        self.lines.row_chosen.connect(self._line_chosen)
        self.used.toggled.connect(self._read_again)
        self.strip.explain_asked.connect(self.explain)
        self.strip.close_asked.connect(self.close_day)

    # -- showing

    def shown(self) -> None:
        self.vials.view.setFocus()

    def open(self, args: dict[str, Any]) -> None:
        """Goes to the vial of that id (`vial`)."""
        if "vial" in args:
            self.vials.choose(int(args["vial"]))

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads the ledger again where a change touches it."""
        if changes is None or changes.touches(*_SHOWN_TABLES):
            self._read_again()

    def _read_again(self, *_: object) -> None:
        user, ledger, here = self.context.user(), self.context.services.ledger, self.context.location.id
        if not may(user.role, "ledger.stock"):
            return
        finished = self.used.isChecked()

        def read() -> tuple[tuple[StockLine, ...], tuple[SessionLine, ...], LedgerDay]:
            return ledger.stock(user, here, finished=finished), ledger.sessions(user, here), ledger.day(user, here)

        self.context.ops.run(self, read, self._show, latest="ledger")

    def _show(self, found: tuple[tuple[StockLine, ...], tuple[SessionLine, ...], LedgerDay]) -> None:
        self.stock, self.sessions, self.day = found
        self.vials.show_rows(self.stock)
        self.strip.show_day(self.day, writes=self._writes)
        in_stock = [row for row in self.stock if row.state is not VialState.EMPTY]
        held = sum(row.balance.on_hand_ug for row in in_stock)
        self.set_subtitle(f"{text.count(len(in_stock), 'vial')} · {milligrams(held)} mg" if in_stock else "")
        self.badge_changed.emit(len(self.day.unexplained))
        self._allow()

    @property
    def _writes(self) -> bool:
        return may(self.context.user().role, "ledger.draw")

    @property
    def vial(self) -> StockLine | None:
        """The vial chosen."""
        chosen: StockLine | None = self.vials.current()
        return chosen

    def _vial_chosen(self, row: StockLine | None) -> None:
        if row is None:
            self._shown_vial = None
            self.heading.setText("Entries")
            self.lines.show_rows(())
            return
        vial = row.vial
        self.heading.setText(f"{vial.number} · {vial.label} · lot {vial.lot}")
        self.heading.setToolTip(self.heading.text())
        user, ledger = self.context.user(), self.context.services.ledger
        self.context.ops.run(
            self, partial(ledger.entries, user, vial.id), partial(self._show_lines, vial.id), latest="entries"
        )

    def _show_lines(self, vial_id: int, lines: Sequence[LedgerLine]) -> None:
        self.lines.show_rows(lines)
        if lines and vial_id != self._shown_vial:
            self.lines.choose(lines[-1].entry.id)
        self._shown_vial = vial_id

    def _line_chosen(self, line: LedgerLine | None) -> None:
        self.told.setText(line_words(line) if line is not None else "")
        self._allow()

    def _allow(self) -> None:
        """Which acts there are for this user, this stock and the chosen line."""
        in_stock = any(row.state is not VialState.EMPTY for row in self.stock)
        out = any(session.drug.balance.out_ug for session in self.sessions)
        line: LedgerLine | None = self.lines.current()
        may_be_corrected = line is not None and line.entry.kind in REVERSIBLE and line.reversed_by is None
        allowed = {
            self.receive_action: True,
            self.draw_action: in_stock and bool(self.sessions),
            self.given_action: out,
            self.waste_action: in_stock,
            self.return_action: in_stock,
            self.count_action: self.day is not None and self.day.kept,
            self.correct_action: may_be_corrected,
        }
        for action, now in allowed.items():
            action.setEnabled(now and self._writes)
            action.setVisible(self._writes)
            self._buttons[action].setEnabled(action.isEnabled())
            self._buttons[action].setVisible(self._writes)
        self._buttons[self.save_action].setEnabled(self.lines.model.rowCount() > 0)

    def _into_lines(self, _row: object) -> None:
        self.lines.view.setFocus()

    # -- doing

    def receive(self) -> None:
        """Vials that have come."""
        from ketaclinic.ui.dialogs.ledger_entries import ReceiveDialog  # noqa: PLC0415 - opened from here or not

        ReceiveDialog(self, self.context, self._strengths()).open()

    def _strengths(self) -> tuple[int, ...]:
        return self.context.services.ledger.strengths(self.context.user())

    def draw(self) -> None:
        """What is drawn for a session."""
        from ketaclinic.ui.dialogs.ledger_entries import DrawDialog  # noqa: PLC0415 - loaded when it is needed

        self._about_session(DrawDialog, [s for s in self.sessions if not s.stopped] or list(self.sessions))

    def given(self) -> None:
        """What the patient was given."""
        from ketaclinic.ui.dialogs.ledger_entries import GivenDialog  # noqa: PLC0415 - loaded when it is needed

        self._about_session(GivenDialog, self._open_sessions())

    def waste(self) -> None:
        """What is wasted."""
        from ketaclinic.ui.dialogs.ledger_entries import WasteDialog  # noqa: PLC0415 - loaded when it is needed

        self._about_session(WasteDialog, self._open_sessions())

    def _open_sessions(self) -> list[SessionLine]:
        return [session for session in self.sessions if session.drug.balance.out_ug]

    def _about_session(self, kind: Callable[..., Dialog], sessions: Sequence[SessionLine]) -> None:
        kind(self, self.context, self.stock, sessions, self.vial.vial.id if self.vial else None).open()

    def return_vial(self) -> None:
        """What goes back to the supplier."""
        from ketaclinic.ui.dialogs.ledger_entries import ReturnDialog  # noqa: PLC0415 - loaded when it is needed

        ReturnDialog(self, self.context, self.stock, self.vial.vial.id if self.vial else None).open()

    def count(self) -> None:
        """The opening count, or once that is made the closing one."""
        from ketaclinic.ui.screens.ledger.count_dialogs import CountDialog  # noqa: PLC0415 - loaded when it is needed

        made = {view.count.moment for view in self.day.counts} if self.day else set()
        moment = Moment.CLOSE if made else Moment.OPEN
        rows = sorted((row for row in self.stock if row.vial.finished_at is None), key=lambda row: row.vial.id)
        dialog = CountDialog(self, self.context, rows, moment)
        dialog.differed.connect(self.explain)
        dialog.open()

    def explain(self, view: CountView) -> None:
        """Why a count differs."""
        from ketaclinic.ui.screens.ledger.count_dialogs import ExplainDialog  # noqa: PLC0415 - loaded when it is needed

        ExplainDialog(self, self.context, view).open()

    def correct(self) -> None:
        """Takes the chosen line back."""
        from ketaclinic.ui.dialogs.ledger_entries import CorrectDialog  # noqa: PLC0415 - loaded when it is needed

        line: LedgerLine | None = self.lines.current()
        if line is not None and self.correct_action.isEnabled():
            CorrectDialog(self, self.context, line).open()

    def close_day(self) -> None:
        """Closes the ledger's day, if nothing stands against it."""
        user, here = self.context.user(), self.context.location.id
        work = partial(self.context.services.ledger.close_day, user, here)
        self.context.ops.run(self, work, self._closed)

    def _closed(self, _day: LedgerDay) -> None:
        self.context.notify("The ledger's day is closed.")

    def report(self) -> None:
        """The ledger on paper."""
        from ketaclinic.ui.screens.ledger.report_dialog import LedgerReportDialog  # noqa: PLC0415

        last = wall_now(self.context.clock, self.context.location.zone).date()
        LedgerReportDialog(self, self.context, last - timedelta(days=_REPORTED_DAYS), last).open()

    def print_here(self) -> bool:
        """Ctrl+P: the report."""
        self.report()
        return True

    def _save(self) -> None:
        self._saved.trigger()

    def _filename(self) -> str:
        return f"ledger-{self.vial.vial.number}" if self.vial else "ledger"
