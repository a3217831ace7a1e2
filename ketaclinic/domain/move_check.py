"""Whether a visit may be dropped here, asked while it is still in the hand."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ketaclinic.domain.appointments import MOVABLE, Appointment
from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import Situation, Wanted, day_name
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.wishes import PlannedSession


@dataclass(frozen=True, slots=True)
class MoveCheck:
    """One visit in the hand, and the days around it as they were when it was taken up; asks no database."""

    appointment: Appointment
    wanted: Wanted
    situation: Situation

    @property
    def days(self) -> frozenset[date]:
        """The days it can answer for."""
        return frozenset(self.situation.days)

    def findings(self, chair_id: int, starts_at: datetime) -> tuple[Finding, ...]:
        """What speaks against this chair and start; nothing when the visit stays where it is."""
        visit = self.appointment
        if (chair_id, starts_at) == (visit.chair_id, visit.starts_at):
            return ()
        if visit.status not in MOVABLE:
            text = f"This visit is {visit.status.word.lower()}; it stays where it is."
            return (Finding("not-movable", Severity.BLOCK, text, subject="session 1"),)
        if starts_at.date() not in self.situation.days:
            text = f"{day_name(starts_at)} is too far away to be dropped on; open that day and move the visit there."
            return (Finding("day-far", Severity.BLOCK, text, subject="session 1"),)
        session = PlannedSession(starts_at, starts_at + timedelta(minutes=self.wanted.phases.total), chair_id)
        return check_booking(replace(self.wanted, sessions=(session,)), self.situation)
