"""Who should be called to book: maintenance due or overdue, courses that stand still, missed visits without another.

All of it follows from the visits themselves and the protocol's gaps; nothing is kept on the side that could be wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from ketaclinic.domain.appointments import FREES_THE_CHAIR, Status
from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, day_name
from ketaclinic.domain.calls import CallNote
from ketaclinic.domain.claims import from_wall_minutes, wall_minutes
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.series import SeriesStatus
from ketaclinic.domain.tasks import Task
from ketaclinic.domain.waitlist import Waiting


class RecallKind(StrEnum):
    """Why somebody stands on the recall list."""

    MAINTENANCE_DUE = "maintenance_due"
    OVERDUE = "overdue"
    UNFINISHED = "unfinished"
    MISSED = "missed"
    TO_PLACE = "to_place"
    HOLD_ENDING = "hold_ending"
    WAITING = "waiting"
    REVIEW = "review"

    @property
    def word(self) -> str:
        """As it is written on screen."""
        return _WORDS[self]


_WORDS = {
    RecallKind.MAINTENANCE_DUE: "Due",
    RecallKind.OVERDUE: "Overdue",
    RecallKind.UNFINISHED: "Unfinished",
    RecallKind.MISSED: "Missed",
    RecallKind.TO_PLACE: "To place",
    RecallKind.HOLD_ENDING: "Hold ends",
    RecallKind.WAITING: "Waiting",
    RecallKind.REVIEW: "Review",
}
_FREED = frozenset(status.value for status in FREES_THE_CHAIR)
_TO_PLACE, _GIVEN, _LAPSED = Status.PROPOSED.value, Status.DISCHARGED.value, Status.LAPSED.value
_STOPPED = SeriesStatus.STOPPED.value
_MOST_SESSIONS_APART = 60
"""Days between two visits of a course, at most, that the reading of visits allows for."""


@dataclass(frozen=True, slots=True)
class RecallLimits:
    """The clinic's numbers for recall, in days.

    Attributes:
        opens: maintenance comes up so long before the earliest day of its wanted gap.
        look_back: a patient not seen for longer is not called from these lists any more.
    """

    opens: int
    look_back: int

    def read_from(self, today: date) -> date:
        """The first day whose visits are needed."""
        return today - timedelta(days=self.look_back + _MOST_SESSIONS_APART)


class SeenVisit(NamedTuple):
    """One visit of a course with what is known of its course; `starts` in minutes since 1970 on the wall."""

    appointment_id: int
    patient_id: int
    series_id: int
    starts: int
    status: str
    position: int
    replaces_id: int | None
    protocol_id: str
    sessions: int
    open_ended: bool
    series_status: str

    @property
    def day(self) -> date:
        """The day it is or was on."""
        return from_wall_minutes(self.starts).date()


@dataclass(frozen=True, slots=True)
class MaintenanceDue:
    """When the next session of maintenance should be: from `opens` on it is worth a call, after `late` it is overdue.

    Attributes:
        target: first day of the wanted gap.
        late: last day of the wanted gap.
        latest: last day before the gap needs a review.
        session: its number in the course.
    """

    opens: date
    target: date
    late: date
    latest: date
    session: int


@dataclass(frozen=True, slots=True)
class Due:
    """One reason to call one patient.

    Attributes:
        appointment_id: the visit that did not take place and that no other stands for.
        due: the day the session should have been or should be on.
        sessions: how many are to be booked.
    """

    kind: RecallKind
    patient_id: int
    protocol_id: str
    series_id: int | None
    appointment_id: int | None
    due: date
    last_visit: date | None
    text: str
    sessions: int = 1


@dataclass(frozen=True, slots=True)
class RecallRow:
    """One line of the recall list; nothing clinical.

    Attributes:
        due: the day the session should be on; for one who waits, since when; None where there is no day.
        text: what is open, in words.
        waited_days: days since it was due, or since the patient waits; negative before it is due.
        last_visit: the patient's last visit that took place.
        sessions: how many are to be booked.
        waiting: the entry of the waitlist.
        task: what is to be reviewed.
        last_call: the last call made to this patient.
    """

    kind: RecallKind
    patient_id: int
    name: str
    phone: str
    record: str
    protocol_id: str
    protocol: str
    text: str
    due: date | None
    waited_days: int
    series_id: int | None = None
    appointment_id: int | None = None
    last_visit: date | None = None
    sessions: int = 1
    language: str = ""
    interpreter: bool = False
    waiting: Waiting | None = None
    task: Task | None = None
    last_call: CallNote | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from the other lines."""
        other = self.waiting.id if self.waiting else self.task.id if self.task else self.appointment_id
        return self.kind.value, self.patient_id, other or self.series_id or 0


def next_maintenance(protocol: Protocol, last_day: date, number: int, limits: RecallLimits) -> MaintenanceDue:
    """When the session after this one should be, from the protocol's taper.

    Args:
        protocol: the open course.
        last_day: of the last session that took place.
        number: of that session in the course; 0 when an induction came before and this is the first.
        limits: how early one calls.
    """
    low, high = protocol.gaps.target_after(max(number, 1))
    target = last_day + timedelta(days=low)
    return MaintenanceDue(
        opens=target - timedelta(days=limits.opens),
        target=target,
        late=last_day + timedelta(days=high),
        latest=last_day + timedelta(days=protocol.gaps.max_days),
        session=number + 1,
    )


def maintenance_of(protocols: Mapping[str, Protocol], family: str) -> Protocol | None:
    """The open course that follows an induction of a family; None where the clinic has none."""
    found = (p for key, p in sorted(protocols.items()) if p.open_ended and p.family == family)
    return next(found, None)


def who_is_due(
    visits: Iterable[SeenVisit], protocols: Mapping[str, Protocol], limits: RecallLimits, today: date
) -> tuple[Due, ...]:
    """Everyone whose course should go on and does not, longest due first.

    Args:
        visits: all visits from `limits.read_from(today)` on, of every status.
        protocols: the clinic's.
        limits: its numbers.
        today: on the wall of the location.
    """
    families = {key: protocol.family for key, protocol in protocols.items()}
    by_course: dict[tuple[int, str], list[SeenVisit]] = {}
    for visit in visits:
        if visit.protocol_id in families and visit.status != _LAPSED:
            by_course.setdefault((visit.patient_id, families[visit.protocol_id]), []).append(visit)
    midnight = wall_minutes(datetime.combine(today, time()))
    found: list[Due] = []
    for seen in by_course.values():
        seen.sort(key=_starts)
        found += _due_of(seen, protocols, limits, today, midnight)
    return tuple(sorted(found, key=lambda due: (due.due, due.patient_id)))


_starts = itemgetter(SeenVisit._fields.index("starts"))


def _due_of(
    seen: Sequence[SeenVisit], protocols: Mapping[str, Protocol], limits: RecallLimits, today: date, midnight: int
) -> Iterable[Due]:
    """What is open in one patient's courses of one family; the latest course counts, earlier ones are history."""
    last = seen[-1]
    if last.starts < midnight - limits.look_back * MINUTES_OF_DAY or last.series_status == _STOPPED:
        return
    if not last.open_ended:
        course = [visit for visit in seen if visit.series_id == last.series_id]
        planned = min(last.sessions, protocols[last.protocol_id].sessions)  # extra sessions are nobody's debt
        missing = planned - sum(v.status not in _FREED or v.status == _TO_PLACE for v in course)
        if missing > 0:
            before = [v for v in seen if _took_place(v, midnight)]
            last_day = before[-1].day if before else None
            yield from _left_open(course, missing, protocols[last.protocol_id], last_day, today)
            return
    if any(v.status == _TO_PLACE or (v.status not in _FREED and not _took_place(v, midnight)) for v in reversed(seen)):
        return
    yield from _maintenance(seen, last, protocols, limits, today)


def _took_place(visit: SeenVisit, midnight: int) -> bool:
    """Whether it is over: given, or on a day before today and not taken off."""
    return visit.status == _GIVEN or (visit.starts < midnight and visit.status not in _FREED)


def _left_open(
    course: Sequence[SeenVisit], missing: int, protocol: Protocol, last_day: date | None, today: date
) -> Iterable[Due]:
    """Missed visits without another, and sessions of a course that nobody booked again."""
    open_ones = _unreplaced(course)
    missed = [visit for visit in open_ones if visit.status == Status.NO_SHOW.value][:missing]
    for visit in missed:
        text = f"Session {visit.position} of {visit.sessions} missed, no other place yet"
        yield _due(RecallKind.MISSED, visit, visit.day, last_day, text)
    left = missing - len(missed)
    if not left:
        return
    first, last = course[0], course[-1]
    planned = min(last.sessions, protocol.sessions)
    text = f"{planned - missing} of {planned} sessions booked or done"
    if protocol.review_days is not None and (today - first.day).days > protocol.review_days:
        text += f"; past {protocol.review_days} days, a prescriber reviews it"
    before = last_day or first.day
    gap = protocol.gaps.target_after(max(planned - missing, 1))[0] if last_day else 0
    cancelled = next((v.appointment_id for v in open_ones if v.status != Status.NO_SHOW.value), None)
    day = before + timedelta(days=gap)
    yield Due(
        RecallKind.UNFINISHED, last.patient_id, last.protocol_id, last.series_id, cancelled, day, last_day, text, left
    )


def _unreplaced(course: Sequence[SeenVisit]) -> list[SeenVisit]:
    """Visits that did not take place and that no other stands for, the latest first."""
    replaced = {v.replaces_id for v in course if v.status not in _FREED or v.status == _TO_PLACE}
    lost = [v for v in course if v.status in _FREED and v.status != _TO_PLACE and v.appointment_id not in replaced]
    return lost[::-1]


def _maintenance(
    seen: Sequence[SeenVisit],
    last: SeenVisit,
    protocols: Mapping[str, Protocol],
    limits: RecallLimits,
    today: date,
) -> Iterable[Due]:
    """The next session of maintenance, for a patient with nothing booked."""
    took_place = [v for v in seen if v.status not in _FREED]
    open_course = [v for v in took_place if v.open_ended]
    protocol = protocols[last.protocol_id] if last.open_ended else _follows(last, protocols)
    if protocol is None:
        return
    if not took_place:
        text = "Cancelled, and not booked again"
        yield _due(RecallKind.UNFINISHED, last, last.day, None, text)
        return
    number = max((v.position for v in open_course), default=0)
    when = next_maintenance(protocol, took_place[-1].day, number, limits)
    if last.status == Status.NO_SHOW.value and last.open_ended:
        text = f"Session {last.position} of maintenance missed, no other place yet"
        yield _due(RecallKind.MISSED, last, last.day, took_place[-1].day, text)
        return
    if today < when.opens:
        return
    kind = RecallKind.OVERDUE if today > when.late else RecallKind.MAINTENANCE_DUE
    series_id = open_course[-1].series_id if open_course else None
    text = f"Maintenance, session {when.session}"
    if today > when.latest:
        text += f"; past {day_name(when.latest)}, a prescriber reviews it"
    yield Due(kind, last.patient_id, protocol.id, series_id, None, when.target, took_place[-1].day, text)


def _follows(last: SeenVisit, protocols: Mapping[str, Protocol]) -> Protocol | None:
    return maintenance_of(protocols, protocols[last.protocol_id].family)


def _due(kind: RecallKind, visit: SeenVisit, due: date, last_visit: date | None, text: str) -> Due:
    missed = visit.appointment_id if kind is RecallKind.MISSED else None
    return Due(kind, visit.patient_id, visit.protocol_id, visit.series_id, missed, due, last_visit, text)
