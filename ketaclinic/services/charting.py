"""The nurse's side: sessions opened, charted, started, stopped and signed off. One intention, one transaction.

Block the start or the release, never the recording of what happened. Nothing is pre-filled.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import EllipsisType
from typing import Any

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import charting as rows
from ketaclinic.db import drafts
from ketaclinic.db.chairside import read_chairside
from ketaclinic.db.schedule import BoardRow
from ketaclinic.db.store import Store, Writing
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain import events
from ketaclinic.domain.appointments import IN_CHAIR, Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.dosing import Calculation
from ketaclinic.domain.encounters import ChairsideView, EncounterView, Outcome
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import User
from ketaclinic.domain.vial_choice import VialView
from ketaclinic.services import charting_acts as acts
from ketaclinic.services import charting_dose as dosing
from ketaclinic.services import charting_events as happened
from ketaclinic.services import charting_steps as steps
from ketaclinic.services import score_triggers
from ketaclinic.services.charting_acts import Act, refused
from ketaclinic.services.charting_dose import DoseEntry
from ketaclinic.services.charting_floor import chairside_view, holds, tiles_that_hold
from ketaclinic.services.charting_view import encounter_view
from ketaclinic.services.guard import intention
from ketaclinic.services.pins import PinCheck
from ketaclinic.services.station_time import StationTime

_Deed = Callable[[Act], tuple[Finding, ...]]
_MAY_BE_OPENED = IN_CHAIR | {Status.ARRIVED}


class Charting:
    """Sessions at the chairs. Every writing method returns the session as it stands after it, with its findings."""

    area = "charting"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock, *, compare_clocks: bool = True) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._time = StationTime(clock, catalog.rules, compared=compare_clocks)
        self._pins = PinCheck(store, catalog.rules, clock)

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
    def set_dose(
        self,
        by: User,
        encounter_id: int,
        weight_kg: float,
        concentration: float,
        *,
        confirmed: bool = False,
        vial_id: int | None = None,
        mg_per_kg: float | None = None,
        attested_by: User | None = None,
        mg: float | None = None,
        ml: float | None = None,
    ) -> EncounterView:
        """Today's weight and the vial, then what is in the syringe; the program computes mg, mL and rate.

        A second check made before is void.

        Args:
            by: the nurse or prescriber who is signed in.
            encounter_id: the session.
            weight_kg: today's.
            concentration: mg/mL, as read on the vial.
            confirmed: the weight was asked again and holds.
            vial_id: the vial of the drug ledger that will be drawn from.
            mg_per_kg: today's dose within the order's titration; None leaves it as it stands.
            attested_by: the prescriber who sets it while a nurse is signed in, known by the own PIN.
            mg: what is in the syringe; the start needs it.
            ml: the same in mL; both are given, or neither.

        Raises:
            Invalid: the strength is not one of the vials; one of mg and mL is missing.
            Refused: the weight cannot be, or is asked again; the infusion runs; the vial is expired or of another
                strength; the dose is outside the titration or above the order; the mL are not the mg.
        """
        entry = DoseEntry(weight_kg, concentration, vial_id, mg_per_kg, attested_by, mg, ml)
        return self._do(
            by, encounter_id, Op.ANSWER_CHECKLIST, lambda act: dosing.set_dose(act, entry, confirmed=confirmed)
        )

    @intention
    def vials(self, by: User, encounter_id: int) -> tuple[VialView, ...]:  # noqa: ARG002 - the guard reads it
        """The vials a dose of this session may be drawn from, earliest expiry first; none where no ledger is kept."""
        with self._store.reading() as session:
            reader = VisitReader(session, self._catalog, self._time.now(session))
            stock = reader.stock(reader.one(encounter_id))
            return stock.vials if stock is not None else ()

    @intention
    def second_check(
        self, by: User, encounter_id: int, approver: User, mg: float, ml: float, rate: float
    ) -> EncounterView:
        """What the second person worked out without seeing the first; `findings` is empty when they agree.

        Raises:
            Refused: it is the same person, or there is no dose or no syringe to check yet, or not again yet.
        """
        given = Calculation(mg, ml, rate)
        return self._do(by, encounter_id, Op.SECOND_CHECK, lambda act: dosing.second_check(act, approver, given))

    @intention
    def start(self, by: User, encounter_id: int, command_id: str = "") -> EncounterView:
        """Starts the infusion.

        Raises:
            Refused: something stands against it; nothing was started.
        """
        return self._do(by, encounter_id, Op.START_INFUSION, steps.start, command_id)

    @intention
    def pause(
        self, by: User, encounter_id: int, reason: str = "", happened_at: datetime | None = None
    ) -> EncounterView:
        """Pauses the infusion, now or as entered late. Raises Refused when it did not run."""
        return self._do(
            by, encounter_id, Op.RECORD_EVENT, lambda act: happened.pump(act, events.PAUSE, reason, happened_at)
        )

    @intention
    def resume(
        self, by: User, encounter_id: int, reason: str = "", happened_at: datetime | None = None
    ) -> EncounterView:
        """Lets a paused infusion run on, now or as entered late. Raises Refused when it was not paused."""
        return self._do(
            by, encounter_id, Op.RECORD_EVENT, lambda act: happened.pump(act, events.RESUME, reason, happened_at)
        )

    @intention
    def stop(
        self,
        by: User,
        encounter_id: int,
        reason: str = "",
        command_id: str = "",
        happened_at: datetime | None = None,
    ) -> EncounterView:
        """Stops the infusion, now or as entered late; recovery begins. Raises Refused when it did not run."""
        return self._do(
            by, encounter_id, Op.STOP_INFUSION, lambda act: steps.stop(act, reason, happened_at), command_id
        )

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
            _unsigned(reader.one(encounter_id).encounter.signed_at)
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
            _unsigned(reader.one(encounter_id).encounter.signed_at)
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

    def _do(self, by: User, encounter_id: int, op: Op, deed: _Deed, command_id: str = "") -> EncounterView:
        """One intention in one transaction; returns the session after it."""
        with self._store.writing(op, by=by.id, command_id=command_id, detail=f"session {encounter_id}") as writing:
            if writing.earlier is not None:
                return encounter_view(self._act(by, encounter_id, writing).visit)
            act = self._act(by, encounter_id, writing)
            _unsigned(act.visit.encounter.signed_at)
            findings = deed(act)
            after = self._act(by, encounter_id, writing)
            if steps.settle(after) | steps.note_held(after):
                after = self._act(by, encounter_id, writing)
            writing.result = {"session": encounter_id}
            return replace(encounter_view(after.visit), findings=findings)

    def _act(self, by: User, encounter_id: int, writing: Writing) -> Act:
        now = self._time.to_write(writing.session)
        visit = VisitReader(writing.session, self._catalog, now).one(encounter_id, acting=by.id)
        return Act(writing, visit, by, now)


def _unsigned(signed_at: datetime | None) -> None:
    if signed_at is not None:
        raise refused("signed", "This session is signed and closed: nothing in it changes any more.")
