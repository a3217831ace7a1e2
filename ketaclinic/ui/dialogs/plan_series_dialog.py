"""Plans a whole series and books it in one stroke.

Signals of `PlanSeriesDialog`: `booked(BookedSeries)`, also when the series is held only.
"""

from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.findings import ClinicError, Refused, Severity, blocking
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.wishes import BookedSeries, PlannedSession, Proposals, SeriesWishes
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.proposal_card import ProposalCard
from ketaclinic.ui.dialogs.session_editor import SessionEditor
from ketaclinic.ui.dialogs.why_not import WhyNot
from ketaclinic.ui.dialogs.wishes_form import WishesForm
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.empty_state import EmptyState
from ketaclinic.ui.widgets.findings_panel import FindingsPanel

_PAUSE = 60
"""Milliseconds after the last change before the planner is asked."""
_HINT = "Click a date to move that session; the others are planned again around it."


class PlanSeriesDialog(Dialog):
    """Wishes at the left, complete series at the right; closes only when the booking succeeded."""

    booked = Signal(object)

    def __init__(
        self,
        context: ScreenContext,
        patient_id: int | None = None,
        protocol_id: str | None = None,
        first_day: date | None = None,
        *,
        around: datetime | None = None,
        series_id: int | None = None,
        sessions: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        """Opens with what is known already.

        Args:
            context: what the dialog works with.
            patient_id: for whom.
            protocol_id: what.
            first_day: the first date wished.
            around: a clock time to stay near.
            series_id: a running course that is given further sessions.
            sessions: how many, for a running course.
            parent: where it opens.
        """
        over = parent or QApplication.activeWindow() or QApplication.topLevelWidgets()[0]
        title = "Plan a series" if series_id is None else "Plan further sessions"
        super().__init__(over, title, width=1220, height=840)
        self._context = context
        self._asked: SeriesWishes | None = None
        self._print_after = False
        self._command: tuple[object, str] = ((), "")
        self._overrides: tuple[BookingOverride, ...] = ()
        self.cards: list[ProposalCard] = []
        self.editor: SessionEditor | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._ask)
        self.form = WishesForm(context)
        self.why_not = WhyNot(context)
        self.why_not.start_chosen.connect(self._pin_start)
        self.why_not.answered.connect(self._show_answer)
        self._build()
        self._add_buttons()
        self.form.wishes_changed.connect(self._pause.start)
        self.form.typed.connect(self._pause.start)
        self.form.load(patient_id, protocol_id, first_day)
        if around is not None:
            self.form.around(around)
        if series_id is not None:
            self.form.go_on_with(series_id, sessions)
            self.hold.hide()
        self._ask()

    def _build(self) -> None:
        self.found = QLabel(accessibleName="Series found")
        self.found.setProperty("kind", "heading")
        self.found_in = QLabel()
        self.found_in.setProperty("kind", "second")
        self.free_again = QPushButton("Plan all sessions freely", accessibleName="Plan all sessions freely")
        self.free_again.setProperty("kind", "link")
        self.free_again.clicked.connect(self.form.unpin)
        head = QHBoxLayout(spacing=10)
        head.addWidget(self.found)
        head.addWidget(self.found_in)
        head.addStretch(1)
        head.addWidget(self.free_again)
        inside = QWidget(objectName="scrolled")
        self._list = QVBoxLayout(inside, spacing=8)
        self._list.setContentsMargins(0, 0, 6, 0)
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.shelf = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self.shelf.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.shelf.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.shelf.setWidget(inside)
        self.empty = EmptyState("plan", "Who is it for?", "Choose a patient, and complete series stand here at once.")
        self.reasons = FindingsPanel()
        right = QFrame()
        right.setProperty("kind", "panel")
        column = QVBoxLayout(right, spacing=10)
        column.setContentsMargins(16, 12, 10, 12)
        column.addLayout(head)
        column.addWidget(self.reasons)
        column.addWidget(self.empty, 1)
        column.addWidget(self.shelf, 1)
        both = QHBoxLayout(spacing=14)
        both.addWidget(self._left())
        both.addWidget(right, 1)
        self.body.addLayout(both, 1)

    def _left(self) -> QScrollArea:
        inside = QWidget(objectName="scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self.form)
        column.addWidget(self.why_not)
        column.addStretch(1)
        left = self._left_side = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        left.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        left.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left.setFixedWidth(306)
        left.setWidget(inside)
        return left

    def _add_buttons(self) -> None:
        self.hint.setText(_HINT)
        self.add_cancel()
        self.hold = self.add_button("Hold", self._hold, name="Hold sessions")
        self.hold.setToolTip("Keeps the places for a short while; other desks see that they are held.")
        self.and_print = self.add_button("Book and print", self._book_and_print)
        self.book = self.add_button("Book sessions", self._book, kind="primary")
        self._show_buttons()

    # the planner's answer

    def _ask(self) -> None:
        self._pause.stop()
        wishes = self.form.wishes()
        self.why_not.follow(self.form.chosen_patient(), self.form.chosen_protocol(), self.form.chairs(), wishes)
        if wishes is None:
            self._asked = None
            self._show_cards(None)
            return
        self._asked = wishes
        user, services = self._context.user(), self._context.services
        self._context.ops.run(
            self,
            lambda: services.booking.propose_series(user, wishes),
            self._show_proposals,
            self._cannot_plan,
            latest="propose",
        )

    def _show_proposals(self, proposals: Proposals) -> None:
        if self._asked is not None:
            self._show_cards(proposals)

    def _cannot_plan(self, error: ClinicError) -> None:
        self._show_cards(Proposals((), (), 0.0))
        self.reasons.show_sentence(str(error), title="Nothing to propose")

    def _show_cards(self, proposals: Proposals | None) -> None:
        self._close_editor()
        for card in self.cards:
            card.hide()
            card.deleteLater()
        found = proposals.proposals if proposals else ()
        self.cards = []
        for proposal in found:
            card = ProposalCard(proposal, self.form.chairs(), self.form.pinned)
            card.chosen.connect(self._card_chosen)
            card.session_clicked.connect(self._edit_session)
            self._list.addWidget(card)
            self.cards.append(card)
        if self.cards:
            self.cards[0].setChecked(True)
        self._say_what_was_found(proposals)
        self._show_buttons()
        self.shelf.verticalScrollBar().setValue(0)

    def _say_what_was_found(self, proposals: Proposals | None) -> None:
        count = len(self.cards)
        self.found.setText(f"{count} complete series" if count else "No complete series" if proposals else "")
        spent = max(round(proposals.milliseconds), 1) if proposals else 0
        self.found_in.setText(f"best first · found in {spent} ms" if count else "")
        self.reasons.show_findings(proposals.findings if proposals and not count else ())
        self.free_again.setVisible(bool(self.form.pinned))
        self.shelf.setVisible(bool(count))
        self.empty.setVisible(not count)
        if proposals is None:
            who = self.form.chosen_patient() is None
            title = "Who is it for?" if who else "Something is not clear yet"
            words = "Choose a patient, and complete series stand here at once." if who else "See the field at the left."
        else:
            title = "No series keeps every rule and wish"
            words = "Another day of the week, a wider time of day or a later first day would give more room."
        self.empty.say(title, words)

    def selected(self) -> ProposalCard | None:
        """The series that would be booked."""
        return next((c for c in self.cards if c.isChecked()), None)

    def _card_chosen(self, card: ProposalCard) -> None:
        for other in self.cards:
            if other is not card:
                other.mark_chip(None)
        if self.editor is not None and self.editor.property("card") != self.cards.index(card):
            self._close_editor()
        self._show_buttons()
        QTimer.singleShot(0, self, self._show_chosen)

    def _show_chosen(self) -> None:
        """The chosen card is taller, for its reasons: all of it is to be read."""
        card = self.selected()
        if card is not None and card is self.cards[0]:
            self.shelf.verticalScrollBar().setValue(0)
        elif card is not None:
            self.shelf.ensureWidgetVisible(card, 0, 8)

    def _show_buttons(self) -> None:
        card = self.selected()
        count = len(card.proposal.sessions) if card else 0
        trial = self.form.trial_sessions()
        words = f"Book {text.count(count, 'session')}" if count else "Book sessions"
        if count and trial is not None and trial < count:
            words = f"Book {trial}, hold {count - trial}"
        self.book.setText(words)
        self.book.setAccessibleName(words)
        for button in (self.book, self.and_print, self.hold):
            button.setEnabled(bool(count) and not self._busy)

    # one session in place

    def _edit_session(self, card: ProposalCard, index: int) -> None:
        patient, protocol = self.form.chosen_patient(), self.form.chosen_protocol()
        if patient is None or protocol is None:
            return
        self._close_editor()
        card.mark_chip(index)
        self.editor = SessionEditor(
            self._context,
            patient.id,
            protocol,
            self.form.chairs(),
            number=index + 1,
            session=card.proposal.sessions[index],
        )
        self.editor.setProperty("card", self.cards.index(card))
        self.editor.session_changed.connect(self._session_changed)
        self.editor.closed.connect(self._close_editor)
        self._list.insertWidget(self.cards.index(card) + 1, self.editor)
        self.editor.show()
        self.editor.time.setFocus()
        QTimer.singleShot(0, self.editor, self._show_editor)

    def _show_editor(self) -> None:
        if self.editor is not None:
            self.shelf.ensureWidgetVisible(self.editor, 0, 20)

    def _close_editor(self) -> None:
        if self.editor is None:
            return
        self.editor.hide()
        self.editor.deleteLater()
        self.editor = None
        for card in self.cards:
            card.mark_chip(None)

    def _show_answer(self) -> None:
        QTimer.singleShot(0, self.why_not, self._scroll_to_answer)

    def _scroll_to_answer(self) -> None:
        bar = self._left_side.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _pin_start(self, session: PlannedSession) -> None:
        self.form.pin(session, session)
        self._ask()

    def _session_changed(self, before: PlannedSession, after: PlannedSession) -> None:
        self.form.pin(after, before)
        self._ask()

    # booking

    def _book_and_print(self) -> None:
        self._print_after = True
        self._book_now()

    def _book(self) -> None:
        self._print_after = False
        self._book_now()

    def _book_now(self) -> None:
        card, wishes = self.selected(), self._asked
        if card is None or wishes is None or self._busy:
            return
        sessions, trial, overrides = card.proposal.sessions, self.form.trial_sessions(), self._overrides
        user, booking, command = self._context.user(), self._context.services.booking, self._named((sessions, trial))

        self._run(
            lambda: booking.book_series(user, wishes, sessions, command_id=command, overrides=overrides, trial=trial),
            self._done,
        )

    def _hold(self) -> None:
        card, wishes = self.selected(), self._asked
        if card is None or wishes is None or self._busy:
            return
        sessions = card.proposal.sessions
        user, booking, command = self._context.user(), self._context.services.booking, self._named((sessions, "held"))
        self._run(lambda: booking.hold_series(user, wishes, sessions, command_id=command), self._held)

    def _named(self, what: object) -> str:
        """The command id of an act: the same for the same act, so that a double click is one."""
        if self._command[0] != what:
            self._command = (what, uuid4().hex)
        return self._command[1]

    def _run(self, work: Callable[[], BookedSeries], then: Callable[[BookedSeries], None]) -> None:
        self.set_busy(busy=True)
        for button in (self.and_print, self.hold):
            button.setEnabled(False)
        self._context.ops.run(self, work, then, self._refused)

    def _done(self, booked: BookedSeries) -> None:
        patient = self.form.chosen_patient()
        count, trial = len(booked.appointment_ids), self.form.trial_sessions()
        card = self.selected()
        first = f", the first {text.when(card.proposal.sessions[0].starts_at)}" if card else ""
        words = text.count(count, "session") if trial is None else f"{trial} of {text.count(count, 'session')}"
        rest = "" if trial is None else f" {count - trial} are held."
        self._context.notify(f"Booked {words} for {patient.name if patient else ''}{first}.{rest} Ctrl+Z undoes it.")
        args = {"patient_id": patient.id if patient else 0, "series_id": booked.series_id, "kind": "itinerary"}
        self.booked.emit(booked)
        self.accept()
        if self._print_after:
            self._context.navigate("documents", {**args, "appointment_id": booked.appointment_ids[0]})

    def _held(self, booked: BookedSeries) -> None:
        patient = self.form.chosen_patient()
        minutes = self._context.catalog.rules.whole("booking.hold-minutes")
        words = text.count(len(booked.appointment_ids), "session")
        self._context.notify(f"Held {words} for {patient.name if patient else ''} for {minutes} minutes.")
        self.booked.emit(booked)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        found = error.findings if isinstance(error, Refused) else ()
        self.set_busy(busy=False)
        self._show_buttons()
        stops = blocking(found)
        if stops and all(finding.severity is Severity.OVERRIDE for finding in stops):
            from ketaclinic.ui.dialogs.override_dialog import OverrideDialog  # noqa: PLC0415 - seldom needed

            dialog = OverrideDialog(self, self._context, stops)
            dialog.given.connect(self._overridden)
            dialog.open()
            return
        self.show_error(error)
        self._ask()
        self._show_buttons()

    def _overridden(self, overrides: tuple[BookingOverride, ...]) -> None:
        self._overrides = overrides
        self._book_now()
        self._overrides = ()
