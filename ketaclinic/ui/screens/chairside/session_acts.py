"""What a nurse does in one session, each act one call of the charting service; the pages only gather and show.

Signals of `SessionActs`: `view_changed(EncounterView)` the session as it is now; `refused(str)` the sentence of a
refusal that no field of its own shows; `told(findings)` what an event that was recorded calls for.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.people import Role, User
from ketaclinic.services.charting import Charting
from ketaclinic.ui.screen import ScreenContext

Failed = Callable[[ClinicError], None]
Done = Callable[[EncounterView], None]


class SessionActs(QObject):
    """The acts on the session that is open; runs them through Ops and hands the new view to everyone."""

    view_changed = Signal(object)
    refused = Signal(str)
    told = Signal(object)

    def __init__(self, context: ScreenContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.view: EncounterView | None = None

    @property
    def encounter_id(self) -> int:
        """Of the session that is open."""
        if self.view is None:
            raise LookupError("no session is open")
        return self.view.id

    def now(self) -> datetime:
        """The instant by the one clock."""
        return self.context.clock.now()

    def open(self, appointment_id: int, failed: Failed) -> None:
        """Opens the session of an appointment, or shows it when it is open already."""
        charting, by = self.context.services.charting, self.context.user()
        self.context.ops.run(self, lambda: charting.open(by, appointment_id), self.take, failed)

    def close(self) -> None:
        """Forgets the session on screen; nothing is changed by it."""
        self.view = None

    def reload(self) -> None:
        """Reads the session again."""
        if self.view is None:
            return
        charting, by, number = self.context.services.charting, self.context.user(), self.view.id
        self.context.ops.run(self, lambda: charting.view(by, number), self.take, latest="view")

    def take(self, view: EncounterView) -> None:
        """Shows a view that came back; one that is no longer open is left alone."""
        if self.view is not None and self.view.id != view.id:
            return
        self.view = view
        self.view_changed.emit(view)

    def act(
        self, work: Callable[[Charting, User, int], object], done: Done | None = None, failed: Failed | None = None
    ) -> None:
        """Does one act on the open session and shows what has become of it."""
        charting, by, number = self.context.services.charting, self.context.user(), self.encounter_id

        def run() -> EncounterView:
            found = work(charting, by, number)
            return found if isinstance(found, EncounterView) else charting.view(by, number)

        def then(view: EncounterView) -> None:
            self.take(view)
            if done is not None:
                done(view)

        self.context.ops.run(self, run, then, failed or self._refuse)

    def _refuse(self, error: ClinicError) -> None:
        self.refused.emit(str(error))
        self.reload()

    # The acts

    def answer(
        self,
        checklist_id: str,
        item: str,
        value: object,
        failed: Failed,
        *,
        seen_at: datetime | None,
        confirmed: bool = False,
    ) -> None:
        """Answers one item; `seen_at` when the answer on screen was given, `confirmed` when it was asked again."""
        self.act(
            lambda c, by, n: c.answer(by, n, checklist_id, item, value, confirmed=confirmed, seen_at=seen_at),
            failed=failed,
        )

    def record(
        self,
        values: Mapping[str, float],
        *,
        due: str,
        note: str,
        observed_at: datetime | None,
        confirmed: frozenset[str],
        done: Done,
        failed: Failed,
    ) -> None:
        """Records one row of observations."""
        self.act(
            lambda c, by, n: c.record_observation(
                by, n, dict(values), observed_at=observed_at, due=due, note=note, confirmed=confirmed
            ),
            done,
            failed,
        )

    def correct(
        self,
        observation_id: int,
        values: Mapping[str, float],
        note: str,
        done: Done,
        failed: Failed,
        *,
        confirmed: frozenset[str],
    ) -> None:
        """Corrects a row: a new one is written, the old one is struck through."""
        self.act(
            lambda c, by, _: c.correct_observation(by, observation_id, dict(values), note, confirmed), done, failed
        )

    def record_event(
        self,
        kind: str,
        data: Mapping[str, Any],
        happened_at: datetime | None,
        done: Done | None,
        failed: Failed,
        *,
        confirmed: bool = False,
    ) -> None:
        """Records a clinical event; `confirmed` when it was asked again."""
        self.act(
            lambda c, by, n: c.record_event(by, n, kind, dict(data), happened_at, confirmed=confirmed), done, failed
        )

    def correct_event(
        self,
        event_id: int,
        data: Mapping[str, Any],
        happened_at: datetime | None,
        reason: str,
        done: Done,
        failed: Failed,
    ) -> None:
        """Replaces an event by a new one; the old one stays, struck through."""
        self.act(lambda c, by, _: c.correct_event(by, event_id, dict(data), happened_at, reason), done, failed)

    def dismiss(self, code: str, failed: Failed) -> None:
        """Declines a suggested adverse event."""
        self.act(lambda c, by, n: c.dismiss(by, n, code), failed=failed)

    def cosign(self, pin: str, done: Done, failed: Failed) -> None:
        """The prescriber who is signed in signs too."""
        self.act(lambda c, by, n: c.cosign(by, n, pin), done, failed)

    def check_in(self, failed: Failed) -> None:
        """Takes a patient who has arrived to the chair."""
        if self.view is None:
            return
        floor, by, appointment_id = self.context.services.floor, self.context.user(), self.view.appointment_id

        def work(charting: Charting, _by: User, number: int) -> EncounterView:
            version = floor.inspect(by, appointment_id).card.appointment.version
            floor.change_status(by, appointment_id, version, Status.CHECKED_IN)
            return charting.view(by, number)

        self.act(work, failed=failed)

    def start(self, failed: Failed) -> None:
        """Starts the infusion."""
        self.act(lambda c, by, n: c.start(by, n), failed=failed)

    def pause(
        self, failed: Failed | None = None, reason: str = "", at: datetime | None = None, done: Done | None = None
    ) -> None:
        """Pauses the infusion, now or as entered late."""
        self.act(lambda c, by, n: c.pause(by, n, reason, at), done, failed)

    def resume(
        self, failed: Failed | None = None, reason: str = "", at: datetime | None = None, done: Done | None = None
    ) -> None:
        """Resumes the infusion, now or as entered late."""
        self.act(lambda c, by, n: c.resume(by, n, reason, at), done, failed)

    def stop(self, reason: str, at: datetime | None, done: Done, failed: Failed) -> None:
        """Stops the infusion, now or as entered late."""
        self.act(lambda c, by, n: c.stop(by, n, reason, happened_at=at), done, failed)

    def acknowledge(self, alert_code: str, told: str, failed: Failed) -> None:
        """Answers an alert: who was told."""
        self.act(lambda c, by, n: c.acknowledge(by, n, alert_code, told), failed=failed)

    def resolve_alert(self, alert_code: str, word: str, failed: Failed) -> None:
        """Declares an alert over, with a word why."""
        self.act(lambda c, by, n: c.resolve_alert(by, n, alert_code, word), failed=failed)

    def with_second(
        self,
        login: str,
        pin: str,
        roles: frozenset[Role],
        work: Callable[[Charting, User, int, User], object],
        done: Done,
        failed: Failed,
    ) -> None:
        """Does an act that a second person confirms with their own PIN."""
        users = self.context.services.users

        def confirmed(charting: Charting, by: User, number: int) -> object:
            second = users.second_person(by, login, pin, roles)
            return work(charting, by, number, second)

        self.act(confirmed, done, failed)
