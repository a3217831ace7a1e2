"""A visit that begins later than booked: what that breaks today, and the nearest start that would do."""

from dataclasses import replace
from datetime import datetime, timedelta

from ketaclinic.domain.booking_situation import minute_of_day
from ketaclinic.domain.calls import round_up
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.findings import Finding, blocking
from ketaclinic.domain.move_check import MoveCheck

_GRID = 15
"""Minutes between the later starts that are tried."""


def late_findings(check: MoveCheck, now: datetime) -> tuple[Finding, ...]:
    """What beginning now would break, each with what would do; nothing before the booked start.

    Args:
        check: the visit, with the day it is on.
        now: on the wall of the location.
    """
    visit, start = check.appointment, round_up(now)
    if start <= visit.starts_at or start.date() not in check.days:
        return ()
    check = _of_its_day(check, start)
    found = blocking(check.findings(visit.chair_id, start))
    if not found:
        return ()
    action = _would_do(check, start)
    return tuple(replace(finding, action=action) for finding in found)


def _of_its_day(check: MoveCheck, start: datetime) -> MoveCheck:
    """The same question without the patient's other days: a later start on the same day changes no gap."""
    situation = check.situation
    same_day = tuple(visit for visit in situation.patient_visits if visit.day == start.date())
    return replace(check, situation=replace(situation, patient_visits=same_day))


def _would_do(check: MoveCheck, start: datetime) -> str:
    chairs = check.situation.chairs
    found = _next_start(check, start)
    if found is None:
        return "No start left today: another day has to be found."
    at, chair_id = found
    if at == start:
        return f"Free at once: {chairs[chair_id].name}."
    return f"Next start today: {at:%H:%M}, {chairs[chair_id].name}."


def _next_start(check: MoveCheck, start: datetime) -> tuple[datetime, int] | None:
    """The first start today at which nothing stands against the visit, its own chair first."""
    own = check.appointment.chair_id
    day = check.situation.days[start.date()]
    last = max((closes for _, closes in day.hours), default=day.midnight) - day.midnight
    ids = sorted(check.situation.chairs, key=lambda chair_id: (chair_id != own, chair_id))
    minutes = check.wanted.phases.total
    at = start
    while minute_of_day(at.time()) < last and at.date() == start.date():
        begins = wall_minutes(at)
        taken = {v.chair_id for v in day.visits if v.starts < begins + minutes and begins < v.ends}
        for chair_id in ids:
            if chair_id not in taken and not blocking(check.findings(chair_id, at)):
                return at, chair_id
        at = round_up(at + timedelta(minutes=1), _GRID)
    return None
