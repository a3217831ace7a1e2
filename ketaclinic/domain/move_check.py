"""Whether a visit may be dropped here, asked while it is still in the hand."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ketaclinic.domain.appointments import IN_CHAIR, MOVABLE, Appointment, Status
from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import Situation, Wanted, day_name
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.moves import resized, too_short
from ketaclinic.domain.wishes import PlannedSession


@dataclass(frozen=True, slots=True)
class MoveCheck:
    """One visit in the hand, and the days around it as they were when it was taken up; asks no database.

    Attributes:
        minimum_recovery: minutes its protocol asks for; a visit cannot be made shorter than that.
    """

    appointment: Appointment
    wanted: Wanted
    situation: Situation
    minimum_recovery: int = 0

    @property
    def days(self) -> frozenset[date]:
        """The days it can answer for."""
        return frozenset(self.situation.days)

    def findings(self, chair_id: int, starts_at: datetime, minutes: int | None = None) -> tuple[Finding, ...]:
        """What speaks against this chair, start and length; nothing when the visit stays where it is.

        Args:
            chair_id: where it is dropped.
            starts_at: wall-clock.
            minutes: its new length, prep to turnover; None for the one it has.
        """
        visit, phases = self.appointment, self.wanted.phases
        same_length = minutes is None or minutes == phases.total
        stays = same_length and (chair_id, starts_at) == (visit.chair_id, visit.starts_at)
        if stays and visit.status is not Status.PROPOSED:
            return ()
        moves = (chair_id, starts_at) != (visit.chair_id, visit.starts_at)
        if visit.status not in (MOVABLE if moves else MOVABLE | IN_CHAIR):
            text = f"This visit is {visit.status.word.lower()}; it stays where it is."
            return (Finding("not-movable", Severity.BLOCK, text, subject="session 1"),)
        if starts_at.date() not in self.situation.days:
            text = f"{day_name(starts_at)} is too far away to be dropped on; open that day and move the visit there."
            return (Finding("day-far", Severity.BLOCK, text, subject="session 1"),)
        if minutes is not None and not same_length:
            short = too_short(phases, minutes, self.minimum_recovery)
            if short is not None and minutes < phases.total:
                return (short,)
            phases = resized(phases, minutes)
        session = PlannedSession(starts_at, starts_at + timedelta(minutes=phases.total), chair_id)
        return check_booking(replace(self.wanted, phases=phases, sessions=(session,)), self.situation)
