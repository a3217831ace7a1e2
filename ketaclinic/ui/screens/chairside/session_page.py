"""One session: header, stepper, and the page of the step.

Signals of `SessionPage`: `left()` back to all chairs; `named(str)` whose session is open.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ketaclinic.domain.changes import Changes
from ketaclinic.domain.chart import EarlierSession
from ketaclinic.domain.encounters import EncounterView, Step
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.records import SessionRecord
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.chairside.before_page import BeforePage
from ketaclinic.ui.screens.chairside.closed_page import ClosedPage
from ketaclinic.ui.screens.chairside.drafts import ROW, Drafts
from ketaclinic.ui.screens.chairside.during_page import DuringPage
from ketaclinic.ui.screens.chairside.record_desk import RecordDesk
from ketaclinic.ui.screens.chairside.recovery_page import RecoveryPage
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.session_header import SessionHeader
from ketaclinic.ui.widgets.findings_panel import FindingsPanel

_TABLES = (
    "encounters",
    "answers",
    "observations",
    "events",
    "appointments",
    "escorts",
    "orders",
    "consents",
    "ledger_entries",
    "addenda",
)

_Page = BeforePage | DuringPage | RecoveryPage | ClosedPage


class SessionPage(QWidget):
    """The second page of the chairside screen."""

    left = Signal()
    named = Signal(str)

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.acts = SessionActs(context, self)
        self.records = RecordDesk(self, self.acts)
        self._shown = self._reached = Step.BEFORE
        self._wanted = ""
        self.header = SessionHeader()
        self.refusal = FindingsPanel()
        self.notices = FindingsPanel()
        self._pages = QStackedWidget()
        self._lay_out()
        self._fresh_pages()
        self.drafts = Drafts(self.acts, self)
        self.acts.view_changed.connect(self._view_changed)
        self.acts.refused.connect(self._refused)
        self.header.left.connect(self.left)
        self.header.step_chosen.connect(self._step_chosen)
        self.header.print_wanted.connect(self.records.print)
        self.records.earlier_read.connect(self._take_earlier)
        self.records.record_read.connect(self._take_record)
        self.records.refused.connect(self._refused)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.header)
        layout.addWidget(self.refusal)
        layout.addWidget(self.notices)
        layout.addWidget(self._pages, 1)

    def _fresh_pages(self) -> None:
        """New pages for another session: nothing typed for one patient is ever left for the next."""
        while self._pages.count():
            page = self._pages.currentWidget()
            if page is None:
                break
            self._pages.removeWidget(page)
            page.hide()
            page.deleteLater()
        self._filled: dict[QWidget, EncounterView] = {}
        self.before = BeforePage(self.acts)
        self.during = DuringPage(self.acts)
        self.recovery = RecoveryPage(self.acts)
        self.closed = ClosedPage(self.acts)
        self.closed.print_wanted.connect(self.records.print)
        self.closed.addendum_wanted.connect(self.records.add_addendum)
        self.header.hide_dose(hidden=False)
        self.before.covered.connect(self.header.hide_dose)
        for page in (self.before, self.during, self.recovery, self.closed):
            self._pages.addWidget(page)
        for entry in (self.before.baseline.entry, self.during.flowsheet.entry, self.recovery.flowsheet.entry):
            entry.typed.connect(self._row_typed)
        for checklist in (self.before.checklist, self.recovery.checklist):
            checklist.typed.connect(self._list_typed)

    def open(self, appointment_id: int, wanted: str, failed: Callable[[ClinicError], None]) -> None:
        """Opens the session of an appointment; `wanted` "record" puts the keyboard into the flowsheet."""
        if self.acts.view is not None and self.acts.view.appointment_id != appointment_id:
            self.drafts.close()
            self.acts.close()
            self._fresh_pages()
        self._wanted = wanted or "step"
        self.refusal.show_sentence("")
        self.acts.open(appointment_id, failed)

    def leave(self) -> None:
        """Puts the session away; what was typed and not saved is found again."""
        self.drafts.close()
        self.acts.close()
        self.records.leave()
        self._fresh_pages()

    @property
    def view(self) -> EncounterView | None:
        """The session that is open."""
        return self.acts.view

    def refresh(self, changes: Changes | None) -> None:
        """Reads the session again where a change concerns it."""
        view = self.acts.view
        if view is None:
            return
        if changes is None or (view.header.patient_id in changes.patients and changes.touches(*_TABLES)):
            self.acts.reload()

    def tick(self, now: datetime) -> None:
        """Counts on, and reads again at the instant at which a check changes its state."""
        view = self.acts.view
        if view is None:
            return
        page = self._pages.currentWidget()
        if isinstance(page, DuringPage | RecoveryPage):
            page.tick(now)
        due = view.next_due
        instants = () if due is None else (due.due_at, due.amber_at, due.red_at)
        if view.signed_at is None and any(view.as_of < at <= now for at in instants):
            self.acts.reload()

    def _view_changed(self, view: EncounterView) -> None:
        before = self._shown
        step = view.step
        if self._wanted or _later(step, self._reached):  # who looks back at an earlier step stays there
            self._shown = step
        self._reached = step
        self.header.show_view(view, self._shown)
        if view.notices != self.notices.findings:
            self.notices.show_findings(view.notices)
        self._show_page()
        self.records.show_view(view)
        self.drafts.open(self._give_back)
        self.named.emit(f"{view.header.name} · {view.header.chair}")
        if self._wanted or before is not self._shown:
            self._focus()

    def _row_typed(self, words: dict[str, str]) -> None:
        self.drafts.typed(ROW, words)

    def _list_typed(self, checklist_id: str, words: dict[str, str]) -> None:
        self.drafts.typed(f"checklist {checklist_id}", words)

    def _give_back(self, found: dict[str, dict[str, str]]) -> None:
        """What was typed before the session was left, or the program ended, stands there again."""
        view = self.acts.view
        if view is None or view.signed_at is not None:
            return
        if found:
            pages: tuple[_Page, ...] = (self.before, self.during, self.recovery)
            for page in pages:
                self._fill(page)
        row = found.get(ROW, {})
        if view.step is Step.BEFORE:
            self.before.baseline.restore(row)
        else:
            (self.during if view.step is Step.DURING else self.recovery).flowsheet.restore(row)
        for checklist, panel in ((Step.BEFORE, self.before.checklist), (Step.RECOVERY, self.recovery.checklist)):
            shown = view.checklist(checklist)
            if shown is not None:
                panel.restore(found.get(f"checklist {shown.id}", {}))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.drafts.flush()

    def _show_page(self) -> None:
        pages: dict[Step, _Page] = {Step.BEFORE: self.before, Step.DURING: self.during, Step.CLOSED: self.closed}
        page = pages.get(self._shown, self.recovery)
        self._fill(page)
        self._pages.setCurrentWidget(page)

    def _fill(self, page: _Page) -> None:
        """Shows the session on a page that comes to the front: the others cost nothing until then."""
        view = self.acts.view
        if view is None or self._filled.get(page) is view:
            return
        self._filled[page] = view
        if isinstance(page, BeforePage):
            page.show_view(view)
        else:
            page.show_view(view, self.acts.now())

    def _take_earlier(self, sessions: tuple[EarlierSession, ...]) -> None:
        for page in (self.during, self.recovery, self.closed):
            page.chart.show_earlier(sessions)

    def _take_record(self, record: SessionRecord) -> None:
        self.closed.show_record(record)

    def _focus(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if self.acts.view is None:
            return
        if self._shown is Step.CLOSED:
            self.closed.focus()
        if self.acts.view.signed_at is not None:
            return
        if self._shown is Step.RECOVERY:
            self.recovery.focus(entry=wanted == "record")
        elif self._shown is Step.DURING:
            self.during.focus()
        else:
            self.before.focus()

    def _step_chosen(self, step: Step) -> None:
        self._shown = step
        if self.acts.view is not None:
            self.header.show_view(self.acts.view, step)
        self._show_page()
        self.tick(self.acts.now())

    def _refused(self, sentence: str) -> None:
        self.refusal.show_sentence(sentence)


def _later(step: Step, shown: Step) -> bool:
    order = (Step.BEFORE, Step.DURING, Step.RECOVERY, Step.CLOSED)
    return order.index(step) > order.index(shown)
