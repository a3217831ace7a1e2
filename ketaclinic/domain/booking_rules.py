"""The rules of booking: pure functions from what is wanted and how things stand to findings.

Services ask all of them twice: before, to inform; inside the transaction, to enforce. To add a rule, write one function
and name it in `BOOKING_RULES`. Severities follow `clinical.md` 9: a second mood infusion on one day (12) and a chair
taken twice (14) block; other gaps (12), too few nurses (14), a patient not cleared (15) and a late finish (17) may be
overridden.
"""

from collections.abc import Callable, Iterator, Sequence

from ketaclinic.domain.booking_situation import (
    MINUTES_OF_DAY,
    ClinicDay,
    PatientVisit,
    Situation,
    Wanted,
    clock,
    day_name,
)
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.clearance import booking_finding
from ketaclinic.domain.duty import first_gap
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.people import Role
from ketaclinic.domain.protocols import Phases
from ketaclinic.domain.spacing import spacing_breaches
from ketaclinic.domain.wishes import PlannedSession

BookingRule = Callable[[Wanted, Situation], tuple[Finding, ...]]

_MANAGER = (Role.MANAGER.value,)
_PRESCRIBER = (Role.PRESCRIBER.value,)
_NO_CHAIR = "That chair is out of use, or not at this location."


def hours(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """The whole visit, prep to turnover, lies in one stretch of opening hours."""
    found = []
    for number, session, day in _each(wanted, situation):
        starts, ends = _span(session)
        if any(opens <= starts and ends <= closes for opens, closes in day.hours):
            continue
        text = f"outside the opening hours, {_hours_text(day)}" if day.hours else "on a day the clinic is not open"
        found.append(
            _finding("outside-hours", Severity.BLOCK, wanted, number, f"{clock(starts)} to {clock(ends)} is {text}.")
        )
    return tuple(found)


def late_finish(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """After the infusion there is time for the longest recovery before the clinic closes."""
    found = []
    for number, session, day in _each(wanted, situation):
        starts, ends = _span(session)
        closing = next((closes for opens, closes in day.hours if opens <= starts and ends <= closes), None)
        leaves = latest_leaving(starts, wanted.phases, situation.limits.longest_recovery)
        if closing is not None and leaves > closing:
            text = f"A long recovery could last until {clock(leaves)}; the clinic closes at {clock(closing)}."
            found.append(_finding("late-finish", Severity.OVERRIDE, wanted, number, text, _PRESCRIBER + _MANAGER))
    return tuple(found)


def not_past(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """Nothing is booked into the past."""
    return tuple(
        _finding("past", Severity.BLOCK, wanted, number, f"{clock(_span(session)[0])} has passed.")
        for number, session in enumerate(wanted.sessions, start=1)
        if situation.now is not None and _span(session)[0] < situation.now and not _begun_there(wanted, session)
    )


def closures(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """Nothing is booked where the clinic or the chair is closed."""
    found = []
    for number, session, day in _each(wanted, situation):
        starts, ends = _span(session)
        for closed in day.closures:
            if closed.starts < ends and starts < closed.ends and closed.chair_id in {None, session.chair_id}:
                who = "The clinic" if closed.chair_id is None else _chair_name(situation, session)
                text = f"{who} is closed {_stretch(closed.starts, closed.ends, day.midnight)}: {closed.reason}."
                found.append(_finding("closed", Severity.BLOCK, wanted, number, text))
    return tuple(found)


def chair_free(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """The chair is in use and free from prep to turnover."""
    found = []
    for number, session, day in _each(wanted, situation):
        starts, ends = _span(session)
        chair = situation.chairs.get(session.chair_id)
        if chair is None:
            found.append(_finding("chair-unknown", Severity.BLOCK, wanted, number, _NO_CHAIR))
            continue
        if chair.retired_on is not None and chair.retired_on <= session.starts_at.date():
            text = f"{chair.name} is out of use since {day_name(chair.retired_on)}."
            found.append(_finding("chair-retired", Severity.BLOCK, wanted, number, text))
        for visit in day.visits:
            if visit.chair_id == session.chair_id and visit.starts < ends and starts < visit.ends:
                text = f"{chair.name} is taken from {clock(visit.starts)} to {clock(visit.ends)}."
                found.append(_finding("chair-taken", Severity.BLOCK, wanted, number, text))
    return tuple(found)


def patient_free(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """The patient is in one place at a time."""
    found = []
    for number, session in enumerate(wanted.sessions, start=1):
        starts = wall_minutes(session.starts_at)
        leaves = starts + wanted.phases.visit
        for visit in situation.patient_visits:
            if visit.starts < leaves and starts < visit.leaves:
                text = f"The patient has another visit from {clock(visit.starts)} to {clock(visit.leaves)}."
                found.append(_finding("patient-busy", Severity.BLOCK, wanted, number, text))
    return tuple(found)


def nurse_load(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """At every five minutes there are nurses enough: one to each set-up, the others one to so many patients."""
    found = []
    for number, session, day in _each(wanted, situation):
        short = day.load.shortage(wanted.use(session))
        if short is None:
            continue
        text = (
            f"Too few nurses at {clock(short.minute)}: {_count(short.in_setup, 'set-up')} and {short.monitored} "
            f"monitored, with {_count(short.on_duty, 'nurse')} on duty (one nurse to {wanted.nurse.ratio})."
        )
        found.append(_finding("nurse-load", Severity.OVERRIDE, wanted, number, text, _MANAGER))
    return tuple(found)


def prescriber(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """Where prescribers are entered for the day, one is there from the start of the infusion to the end of recovery."""
    found = []
    for number, session, day in _each(wanted, situation):
        if day.prescribers is None:
            continue
        starts = wall_minutes(session.starts_at)
        gap = first_gap((starts + wanted.phases.prep, starts + wanted.phases.visit), day.prescribers)
        if gap is not None:
            text = (
                f"No prescriber is there from {clock(gap[0])} to {clock(gap[1])}; one is needed from the start of the "
                "infusion to the end of recovery."
            )
            found.append(_finding("no-prescriber", Severity.OVERRIDE, wanted, number, text, _PRESCRIBER + _MANAGER))
    return tuple(found)


def spacing(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """Days between sessions are neither fewer nor more than the protocol allows, and never two mood infusions a day."""
    return spacing_findings(wanted, situation.patient_visits)


def spacing_findings(wanted: Wanted, others: Sequence[PatientVisit]) -> tuple[Finding, ...]:
    """The same, asked of the patient's other visits alone."""
    before = dict(wanted.stood or ())
    if wanted.was is not None and wanted.stood is None:
        before = worst_breaches(wanted, wanted.was, others)
    found = []
    for breach in spacing_breaches(wanted, wanted.sessions, others):
        severity = Severity.BLOCK if breach.code == "second-infusion" and breach.hard else Severity.OVERRIDE
        if breach.days <= before.get(breach.code, 0) and severity is Severity.OVERRIDE:
            severity = Severity.WARN  # a move that leaves it no worse than it stood
        roles = _PRESCRIBER if severity is Severity.OVERRIDE else ()
        found.append(_finding(breach.code, severity, wanted, breach.session, breach.text, roles))
    return tuple(found)


def clearance(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """A patient who waits for a prescriber's review gets no further visit without the prescriber's word (15).

    What is booked already may still be moved: that is no further visit.
    """
    return () if situation.cleared or wanted.was is not None else (booking_finding(),)


BOOKING_RULES: tuple[BookingRule, ...] = (
    not_past,
    hours,
    closures,
    chair_free,
    patient_free,
    nurse_load,
    prescriber,
    spacing,
    late_finish,
    clearance,
)
CHAIR_RULES: tuple[BookingRule, ...] = (closures, chair_free)
"""All that a move from chair to chair at the same time can break."""


def check_booking(wanted: Wanted, situation: Situation) -> tuple[Finding, ...]:
    """Every finding of every rule about what is wanted."""
    rules = CHAIR_RULES if wanted.only_changes_chair else BOOKING_RULES
    return tuple(finding for rule in rules for finding in rule(wanted, situation))


def worst_breaches(wanted: Wanted, stands: PlannedSession, others: Sequence[PatientVisit]) -> dict[str, int]:
    """What of the spacing one visit breaks where it stands, each with the most days."""
    found: dict[str, int] = {}
    for breach in spacing_breaches(wanted, (stands,), others):
        found[breach.code] = max(found.get(breach.code, 0), breach.days)
    return found


def latest_leaving(starts: int, phases: Phases, longest_recovery: int) -> int:
    """The minute a visit is over when its recovery is the longest one."""
    return starts + phases.prep + phases.infusion + max(longest_recovery, phases.recovery)


def _each(wanted: Wanted, situation: Situation) -> Iterator[tuple[int, PlannedSession, ClinicDay]]:
    for number, session in enumerate(wanted.sessions, start=1):
        yield number, session, situation.days[session.starts_at.date()]


def _begun_there(wanted: Wanted, session: PlannedSession) -> bool:
    """Whether a visit only changes chair or length: that its start has passed is no obstacle then."""
    return wanted.was is not None and wanted.was.starts_at == session.starts_at


def _span(session: PlannedSession) -> tuple[int, int]:
    return wall_minutes(session.starts_at), wall_minutes(session.ends_at)


def _finding(
    code: str, severity: Severity, wanted: Wanted, number: int, text: str, roles: tuple[str, ...] = ()
) -> Finding:
    """A finding about one session; where several are asked for, its sentence begins with the session's day."""
    if len(wanted.sessions) > 1:
        text = f"Session {number}, {day_name(wanted.sessions[number - 1].starts_at)}: {text}"
    return Finding(code, severity, text, override_roles=roles, subject=f"session {number}")


def _hours_text(day: ClinicDay) -> str:
    return " and ".join(f"{clock(opens)} to {clock(closes)}" for opens, closes in day.hours)


def _stretch(starts: int, ends: int, midnight: int) -> str:
    begins, finishes = starts > midnight, ends < midnight + MINUTES_OF_DAY
    if begins and finishes:
        return f"from {clock(starts)} to {clock(ends)}"
    if begins:
        return f"from {clock(starts)}"
    return f"until {clock(ends)}" if finishes else "all day"


def _chair_name(situation: Situation, session: PlannedSession) -> str:
    chair = situation.chairs.get(session.chair_id)
    return chair.name if chair else "The chair"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
