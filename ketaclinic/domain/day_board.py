"""One day put together for the board: load of the nurses, use of the chairs, counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ketaclinic.domain.appointments import FREES_THE_CHAIR, Card
from ketaclinic.domain.booking_situation import BusyTime, ClinicDay, clinic_day
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.nurse_load import SAMPLES, STEP, DayLoad
from ketaclinic.domain.resources import Chair, Closure, DutySpan
from ketaclinic.domain.schedule import DayView, LoadPoint


def day_view(
    busy: BusyTime,
    day: date,
    closures: tuple[Closure, ...],
    cards: tuple[Card, ...],
    names: Mapping[int, str] | None = None,
) -> DayView:
    """The day as the board shows it; `names` are those of the nurses on duty."""
    clinic = clinic_day(busy, day)
    active = [card for card in cards if card.appointment.status not in FREES_THE_CHAIR]
    return DayView(
        location=busy.location,
        day=day,
        chairs=busy.chairs,
        hours=busy.location.open_on(day),
        closures=closures,
        cards=cards,
        load=load_points(clinic),
        visits=len(active),
        series_starting=sum(card.appointment.position == 1 for card in active),
        chair_use=chair_use(clinic, busy.chairs),
        duty=duty_spans(busy.shifts, names or {}),
    )


def duty_spans(spans: Iterable[tuple[int, int, int]], names: Mapping[int, str]) -> tuple[DutySpan, ...]:
    """Who is there, by start and name; without length who is entered but away."""
    found = (
        DutySpan(user, names.get(user, ""), from_wall_minutes(starts), from_wall_minutes(ends))
        for user, starts, ends in spans
        if user > 0  # of the usual number nobody knows who they are
    )
    return tuple(sorted(found, key=lambda span: (span.starts_at, span.name, span.user_id)))


def load_points(clinic: ClinicDay) -> tuple[LoadPoint, ...]:
    """The nurses at every five minutes of the opening hours, and of the visits where these reach beyond them."""
    spans = [*clinic.hours, *((visit.starts, visit.ends) for visit in clinic.visits)]
    if not spans:
        return ()
    first = max((min(starts for starts, _ in spans) - clinic.midnight) // STEP, 0)
    last = min(-(-(max(ends for _, ends in spans) - clinic.midnight) // STEP), SAMPLES)
    return tuple(_point(clinic.load, sample) for sample in range(first, last))


def _point(load: DayLoad, sample: int) -> LoadPoint:
    return LoadPoint(
        sample * STEP,
        load.in_setup[sample],
        load.monitored[sample],
        load.on_duty[sample],
        load.spare(sample) >= 0,
    )


def chair_use(clinic: ClinicDay, chairs: Sequence[Chair]) -> dict[int, float]:
    """The part of the open time each chair is held by visits; time a chair is closed does not count as open."""
    used: dict[int, float] = {}
    for chair in chairs:
        shut = [
            (closed.starts, closed.ends)
            for closed in clinic.closures
            if closed.chair_id is None or closed.chair_id == chair.id
        ]
        open_minutes = sum(closes - opens - _overlap((opens, closes), shut) for opens, closes in clinic.hours)
        held = [(visit.starts, visit.ends) for visit in clinic.visits if visit.chair_id == chair.id]
        taken = sum(_overlap(stretch, held) for stretch in clinic.hours)
        used[chair.id] = min(taken / open_minutes, 1.0) if open_minutes else 0.0
    return used


def _overlap(stretch: tuple[int, int], others: Iterable[tuple[int, int]]) -> int:
    """Minutes of a stretch that others cover, each minute once."""
    covered, reached = 0, stretch[0]
    for starts, ends in sorted(others):
        begin, end = max(starts, reached), min(ends, stretch[1])
        if begin < end:
            covered += end - begin
            reached = end
    return covered
