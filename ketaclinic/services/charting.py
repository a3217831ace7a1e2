"""The nurse's side: sessions opened, charted, started, stopped and signed off. One intention, one transaction.

Block the start or the release, never the recording of what happened. Nothing is pre-filled.
"""

from collections.abc import Mapping
from datetime import datetime
from types import EllipsisType
from typing import Any

from ketaclinic.db import charting as rows
from ketaclinic.db import drafts
from ketaclinic.db.chairside import read_chairside
from ketaclinic.db.schedule import BoardRow
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain.appointments import IN_CHAIR, Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.encounters import ChairsideView, EncounterView, Outcome
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import User
from ketaclinic.services import charting_acts as acts
from ketaclinic.services import charting_events as happened
from ketaclinic.services import charting_steps as steps
from ketaclinic.services import score_triggers
from ketaclinic.services.charting_acts import Act, refused
from ketaclinic.services.charting_core import unsigned
from ketaclinic.services.charting_floor import chairside_view, holds, tiles_that_hold
from ketaclinic.services.charting_pump import ChartingPump
from ketaclinic.services.charting_view import encounter_view
from ketaclinic.services.guard import intention

_MAY_BE_OPENED = IN_CHAIR | {Status.ARRIVED}


class Charting(ChartingPump):
    """Sessions at the chairs. Every writing method returns the session as it stands after it, with its findings."""

    @intention
    def floor(
        self,
        by: User,  # noqa: ARG002 - the guard reads it
        location_id: int,
        known: ChairsideView | None = None,
        changed: frozenset[int] = frozenset(),
    ) -> ChairsideView:
        """Every chair in use at a location, and what is due across them, most urgent first.

        With an earlier reading that is `known`, only the sessions of patients in `changed`, and those about which
        something has turned by itself since, are read again.
        """
        kept = tiles_that_hold(known, changed)
        with self._store.reading() as session:
            now = self._time.now(session)

            def still(row: BoardRow, chair: str) -> bool:
                return holds(kept.get(row.appointment.id), row, chair, now)

            given = read_chairside(session, self._catalog, location_id, now, still if kept else None)
            return chairside_view(given, self._time.trouble(session), kept)

    @intention
    def confirm_clock(self, by: User) -> None:
        """Declares this computer's clock right after it went back; from then on the clinic goes by it again."""
        with self._store.writing(Op.CONFIRM_CLOCK, by=by.id, detail="the clock of this station is right"):
            pass

    @intention
    def open(self, by: User, appointment_id: int) -> EncounterView:
        """The session of a visit; it is opened when there is none yet.

        Raises:
            Refused: the patient has not come, or the visit is over.
        """
        with self._store.reading() as session:
            encounter_id = rows.encounter_id_of(session, appointment_id)
        if encounter_id is None:
            encounter_id = self._open_new(by, appointment_id)
        return self.view(by, encounter_id)

    @intention
    def view(self, by: User, encounter_id: int) -> EncounterView:
        """The session as it stands now."""
        with self._store.reading() as session:
            reader = VisitReader(session, self._catalog, self._time.now(session))
            return encounter_view(reader.one(encounter_id, acting=by.id))

    @intention
    def answer(
        self,
        by: User,
        encounter_id: int,
        checklist_id: str,
        item: str,
        value: object,
        second: User | None = None,
        *,
        confirmed: bool = False,
        seen_at: datetime | EllipsisType | None = ...,
    ) -> EncounterView:
        """Keeps one answer as given; `confirmed` takes a weight that was asked again, or goes over another's answer.

        `seen_at` is when the answer was given that the screen showed, None where it showed none: an answer somebody
        else has given since is told before this one takes its place. An answer to the list before the start that is
        given after it counts as late.

        Raises:
            Invalid: this cannot be an answer to that item.
            Refused: the weight is asked again or cannot be; somebody else has answered otherwise meanwhile; the
                second person is the same or of another role.
        """
        return self._do(
            by,
            encounter_id,
            Op.ANSWER_CHECKLIST,
            lambda act: (
                *acts.answer(act, checklist_id, item, value, second, confirmed=confirmed, seen_at=seen_at),
                *self._score(act, checklist_id, item, value),
            ),
        )

    @intention
    def override(self, by: User, encounter_id: int, code: str, reason: str, approver: User) -> EncounterView:
        """A second person of the right role lets a finding pass, with a reason of fifteen characters or more.

        Raises:
            Invalid: the reason is too short.
            Refused: there is no such finding, it cannot be overridden, or `approver` may not.
        """
        return self._do(by, encounter_id, Op.OVERRIDE, lambda act: acts.override(act, code, reason, approver))

    @intention
    def record_observation(
        self,
        by: User,
        encounter_id: int,
        values: Mapping[str, float],
        observed_at: datetime | None = None,
        due: str = "",  # noqa: ARG002 - told by the true time; kept so that a screen may say which check it shows
        note: str = "",
        confirmed: frozenset[str] = frozenset(),
        command_id: str = "",
    ) -> EncounterView:
        """Keeps a row of vitals and scales; its `findings` are the alerts with what to do.

        `observed_at` is when it truly was, for a late entry (a naive time is the location's wall clock); `confirmed`
        holds the codes of implausible values that were looked at again and hold.

        Raises:
            Invalid: nothing was entered, or the time lies ahead or before the patient came.
            Refused: a value cannot be, or is implausible and not confirmed yet; nothing was saved.
        """
        return self._do(
            by,
            encounter_id,
            Op.RECORD_OBSERVATION,
            lambda act: acts.observe(act, values, observed_at=observed_at, note=note, confirmed=confirmed),
            command_id,
        )

    @intention
    def correct_observation(
        self,
        by: User,
        observation_id: int,
        values: Mapping[str, float],
        note: str = "",
        confirmed: frozenset[str] = frozenset(),
    ) -> EncounterView:
        """Replaces a wrong row by a new one at the same true time; the old one stays, struck through.

        Raises:
            Refused: it was corrected already, or the new values cannot be.
        """
        with self._store.reading() as session:
            encounter_id, _, _ = rows.observation_place(session, observation_id)

        def correct(act: Act) -> tuple[Finding, ...]:
            _, wrong, corrected = rows.observation_place(act.writing.session, observation_id)
            if corrected:
                raise refused("corrected", "This row was corrected already: correct the newer one.")
            return acts.observe(act, values, observed_at=None, note=note, confirmed=confirmed, corrects=wrong)

        return self._do(by, encounter_id, Op.CORRECT_OBSERVATION, correct)

    @intention
    def record_event(
        self,
        by: User,
        encounter_id: int,
        kind: str,
        data: Mapping[str, Any],
        happened_at: datetime | None = None,
        command_id: str = "",
        *,
        confirmed: bool = False,
    ) -> EncounterView:
        """Keeps a clinical event; kinds and what each needs stand in `domain.events`.

        `confirmed` records a medicine that the patient's allergies speak against, after it was asked again.

        Raises:
            Invalid: something is missing or not on the list, or the time cannot be.
            Refused: a change of rate while nothing runs; a medicine against the allergies, not confirmed yet.
        """
        return self._do(
            by,
            encounter_id,
            Op.RECORD_EVENT,
            lambda act: happened.record_event(act, kind, data, happened_at, confirmed=confirmed),
            command_id,
        )

    @intention
    def correct_event(
        self,
        by: User,
        event_id: int,
        data: Mapping[str, Any],
        happened_at: datetime | None = None,
        reason: str = "",
    ) -> EncounterView:
        """Replaces an event by a new one, the old one stays, struck; an adverse event is continued like this too.

        {"void": True} strikes what was entered in error. Events of the pump may be put right in time and rate as
        long as they still make sense in their order.

        Raises:
            Invalid: something is missing or not on the list, or the time cannot be.
            Refused: it was corrected already, cannot be, or the pump's events would make no sense.
        """
        with self._store.reading() as session:
            encounter_id = rows.event_place(session, event_id)
        return self._do(
            by,
            encounter_id,
            Op.CORRECT_EVENT,
            lambda act: happened.correct_event(act, event_id, data, happened_at, reason),
        )

    @intention
    def keep_draft(self, by: User, encounter_id: int, place: str, value: Mapping[str, str]) -> None:
        """Keeps what is being typed at a place of a session, for the same person to find again; empty forgets it.

        Nothing is judged, nothing of it is part of the record, and in a closed session it is let go.
        """
        now = self._clock.now()
        with self._store.writing(Op.KEEP_DRAFT, by=by.id, detail=f"session {encounter_id}, {place}") as writing:
            if rows.encounter_row(writing.session, encounter_id).signed_at is not None:
                writing.nothing = True
                return
            drafts.keep(writing.session, encounter_id, by.id, place, value, now)

    @intention
    def drafts(self, by: User, encounter_id: int) -> dict[str, dict[str, str]]:
        """Place -> what this person has typed there and not saved yet."""
        with self._store.reading() as session:
            return drafts.of_session(session, encounter_id, by.id)

    @intention
    def dismiss(self, by: User, encounter_id: int, code: str) -> EncounterView:
        """Declines a suggested adverse event for this session. Raises Refused when it is not suggested."""
        return self._do(by, encounter_id, Op.RECORD_EVENT, lambda act: happened.dismiss(act, code))

    @intention
    def acknowledge(self, by: User, encounter_id: int, alert_code: str, told: str = "") -> EncounterView:
        """Somebody has seen an alert and says who was told. Raises Refused when it is not open."""
        return self._do(by, encounter_id, Op.ACKNOWLEDGE_ALERT, lambda act: happened.acknowledge(act, alert_code, told))

    @intention
    def resolve_alert(self, by: User, encounter_id: int, alert_code: str, word: str) -> EncounterView:
        """Somebody declares an acknowledged alert over, with a word why.

        Raises:
            Invalid: there is no word.
            Refused: it is over already, or nobody has acknowledged it yet.
        """
        return self._do(
            by, encounter_id, Op.ACKNOWLEDGE_ALERT, lambda act: happened.resolve_alert(act, alert_code, word)
        )

    @intention
    def cosign(self, by: User, encounter_id: int, pin: str) -> EncounterView:
        """The prescriber signs too, with the own PIN, before the nurse closes the session.

        Raises:
            Invalid: the PIN is wrong.
            Refused: nothing waits for a co-signature, or the session is closed.
        """
        with self._store.reading() as session:
            reader = VisitReader(session, self._catalog, self._time.now(session))
            unsigned(reader.one(encounter_id).encounter.signed_at)
        self._pins.own(by.id, pin, f"co-signs session {encounter_id}", "signed")
        return self._do(by, encounter_id, Op.SIGN_OFF, steps.cosign)

    @intention
    def sign_off(
        self,
        by: User,
        encounter_id: int,
        pin: str,
        outcome: str = Outcome.DISCHARGED,
        cosigner: User | None = None,
        reason: str = "",
    ) -> EncounterView:
        """Signs the session with the own PIN; from then on it does not change.

        `outcome` is "discharged", or with a reason "left_against_advice" or "not_started"; `cosigner` is the
        prescriber who signs too where an override, a red alert or a rescue medicine occurred.

        Raises:
            Invalid: the PIN is wrong or the reason too short.
            Refused: a criterion is not met, or the co-signature is missing; nothing was signed.
        """
        with self._store.reading() as session:
            reader = VisitReader(session, self._catalog, self._time.now(session))
            unsigned(reader.one(encounter_id).encounter.signed_at)
        self._pins.own(by.id, pin, f"signs session {encounter_id}", "signed")
        return self._do(by, encounter_id, Op.SIGN_OFF, lambda act: steps.sign_off(act, str(outcome), reason, cosigner))

    def _open_new(self, by: User, appointment_id: int) -> int:
        with self._store.writing(Op.OPEN_ENCOUNTER, by=by.id, detail=f"visit {appointment_id}") as writing:
            session = writing.session
            known = rows.encounter_id_of(session, appointment_id)
            if known is not None:  # another station was faster
                return known
            visit = rows.appointment_row(session, appointment_id)
            if Status(visit.status) not in _MAY_BE_OPENED:
                text = (
                    f"The visit is {Status(visit.status).word.lower()}: a session opens when the patient has arrived."
                )
                raise refused("not-arrived", text)
            protocol = self._catalog.protocols[rows.protocol_id_of(session, visit.series_id)]
            versions = {name: self._catalog.checklists[name].version for name in protocol.checklists}
            now = self._time.to_write(session)
            opened = rows.add_encounter(session, visit, protocol, versions, now, by.id)
            score_triggers.carry_over(session, self._catalog, opened, now=now)
            return opened

    def _score(self, act: Act, checklist_id: str, code: str, value: object) -> tuple[Finding, ...]:
        """An answer that is a score is one of the patient's scores too, with what it calls for."""
        checklist = next((c for c in act.visit.checklists if c.id == checklist_id), None)
        item = checklist.item(code) if checklist else None
        kept = act.writing.session, self._catalog, act.visit, item, value
        return score_triggers.keep_answer(*kept, by=act.by, now=act.now)
