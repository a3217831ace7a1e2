"""Dose and pump at the chair: what is drawn, the blind check, start, pause, resume and stop."""

from datetime import datetime

from ketaclinic.db.visits import VisitReader
from ketaclinic.domain import events
from ketaclinic.domain.changes import Op
from ketaclinic.domain.dosing import Calculation
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.people import User
from ketaclinic.domain.vial_choice import VialView
from ketaclinic.services import charting_dose as dosing
from ketaclinic.services import charting_events as happened
from ketaclinic.services import charting_steps as steps
from ketaclinic.services.charting_core import ChartingCore
from ketaclinic.services.charting_dose import DoseEntry
from ketaclinic.services.guard import intention


class ChartingPump(ChartingCore):
    """The part of charting that touches the drug."""

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
