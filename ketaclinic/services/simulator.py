"""A clinic that never was: patients, series and visits as a real clinic would have them, from one seed.

Pure: the same parameters give the same clinic. The numbers are those of the simulator section of the clinical
reference; what is invented there is invented here. Nothing here writes: `demonstration` takes these values to the
database.
"""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from ketaclinic.catalog.demonstration import NameGroup
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.protocols import Protocol

_WEEKDAYS = ((0, 3), (1, 4), (0, 2, 4), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4))
"""Which days a patient can come; a weekend day at which somebody looks on is a working day of the clinic."""

STEP = 5
"""Minutes of one step of nurse load."""

_REST = 7
"""Days from one course to the next at least."""
_LOOKED_AT = 40
"""Patients nearly due who are looked at for one free place."""

INDICATIONS = ("depression", "bipolar_depression", "ptsd", "ocd", "chronic_pain")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What clinic to make.

    `now` is the wall-clock at the clinic; `months` of history before it and `weeks_ahead` booked after it.
    Visits are planned until `closes`; the doors stay open until `shuts`, for a long recovery after the last of them.
    `use` is the share of opening hours in which chairs are held.
    """

    seed: int
    now: datetime
    patients: int = 220
    months: int = 6
    weeks_ahead: int = 6
    chairs: int = 4
    nurses: int = 2
    opens: time = time(8, 0)
    closes: time = time(17, 30)
    shuts: time = time(17, 45)
    use: float = 0.70


@dataclass(slots=True)
class SimPatient:
    """A patient with the traits that drive the course: weights in kg, pressures in mmHg."""

    index: int
    given: str
    family: str
    born: date
    indication: str
    weight_kg: float
    systolic: float
    diastolic: float
    hypertensive: bool
    clock: int  # wanted start, minutes of the day
    weekdays: tuple[int, ...]
    phone: str
    escort: str
    baseline_phq9: int
    courses: int = 0
    maintained: int = 0  # maintenance sessions so far
    responds: bool = True


@dataclass(slots=True)
class SimVisit:
    """One visit: chair index, wall-clock start, status, place in its plan."""

    patient: int
    series: int
    chair: int
    starts_at: datetime
    status: Status
    position: int
    session_number: int | None = None


@dataclass(slots=True)
class SimSeries:
    """One course with the visits it has got."""

    index: int
    patient: int
    protocol: Protocol
    sessions: int
    begun: date
    visits: list[SimVisit] = field(default_factory=list)
    completed: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Simulation:
    """The whole clinic."""

    parameters: Parameters
    patients: tuple[SimPatient, ...]
    series: tuple[SimSeries, ...]

    def visits(self) -> Iterator[SimVisit]:
        """Every visit of every course."""
        for series in self.series:
            yield from series.visits


class _Day:
    """The chairs and nurses of one day, in steps of five minutes."""

    def __init__(self, parameters: Parameters, *, ahead: bool) -> None:
        self.ahead = ahead
        self.first = _minute(parameters.opens)
        self.steps = (_minute(parameters.closes) - self.first) // STEP
        self.nurses = parameters.nurses
        self.chairs = [0] * parameters.chairs  # bit masks of held steps
        self.in_setup = [0] * self.steps
        self.monitored = [0] * self.steps
        self.held = 0  # minutes

    def place(self, protocol: Protocol, wanted: int, chairs: Sequence[int], *, in_turn: bool) -> tuple[int, int] | None:
        """(chair, minute of the day) nearest to the wanted start, or None; the place is taken at once."""
        length = -(-protocol.phases.total // STEP)
        mask = (1 << length) - 1
        latest = self.steps - length
        for start in self._starts(wanted, latest):
            bits = mask << start
            fitting = (c for c in chairs if not self.chairs[c] & bits and (not in_turn or self._in_turn(c, start)))
            chair = next(fitting, None)
            if chair is None or not self._nurses_can(protocol, start):
                continue
            self.chairs[chair] |= bits
            self._count(protocol, start, 1)
            self.held += protocol.phases.total
            return chair, self.first + start * STEP
        return None

    def _in_turn(self, chair: int, start: int) -> bool:
        """Whether the start keeps to the chair's turn: every two hours, half an hour after the chair before it.

        Days ahead keep two turns in every four chairs for new series, as a clinic does that books them at one clock.
        """
        turn, off = divmod(start * STEP - 30 * (chair % 4), 120)
        return off == 0 and not (self.ahead and chair % 4 in {1, 3} and turn == 1 + chair % 4 // 2)

    def release(self, protocol: Protocol, chair: int, minute: int) -> None:
        """Gives the place of a visit back."""
        start = (minute - self.first) // STEP
        length = -(-protocol.phases.total // STEP)
        self.chairs[chair] &= ~(((1 << length) - 1) << start)
        self._count(protocol, start, -1)
        self.held -= protocol.phases.total

    def _starts(self, wanted: int, latest: int) -> Iterator[int]:
        step = 30 // STEP
        middle = round((wanted - self.first) / 30) * step
        for away in range(0, self.steps, step):
            for start in {middle - away, middle + away} if away else (middle,):
                if 0 <= start <= latest:
                    yield start

    def _spans(self, protocol: Protocol, start: int) -> tuple[int, int, int]:
        setup = start + protocol.nurse.setup_from // STEP
        shared = start + -(-(protocol.nurse.setup_from + protocol.nurse.setup_minutes) // STEP)
        return setup, shared, start + -(-protocol.phases.visit // STEP)

    def _nurses_can(self, protocol: Protocol, start: int) -> bool:
        setup, shared, end = self._spans(protocol, start)
        ratio = protocol.nurse.ratio
        for step in range(setup, min(end, self.steps)):
            in_setup = self.in_setup[step] + (step < shared)
            monitored = self.monitored[step] + (step >= shared)
            if in_setup > self.nurses or monitored > ratio * (self.nurses - in_setup):
                return False
        return True

    def _count(self, protocol: Protocol, start: int, sign: int) -> None:
        setup, shared, end = self._spans(protocol, start)
        for step in range(setup, shared):
            self.in_setup[step] += sign
        for step in range(shared, min(end, self.steps)):
            self.monitored[step] += sign


class Simulator:
    """Plays the clinic day by day: courses begin as chairs are free, go on, are missed and end."""

    def __init__(self, parameters: Parameters, protocols: dict[str, Protocol], names: Sequence[NameGroup]) -> None:
        self._p = parameters
        self._protocols = protocols
        self._names = names
        self._random = random.Random(parameters.seed)
        self._days: dict[date, _Day] = {}
        self._series: list[SimSeries] = []
        self._busy: set[tuple[int, date]] = set()
        self._reviews: list[tuple[date, int]] = []  # when a patient's next course may begin
        self._lapsed: list[tuple[date, int]] = []  # last visit of those who stopped
        self._ended: dict[int, date] = {}  # last visit of each patient's latest course

    def run(self) -> Simulation:
        """The clinic from its first day to the last one booked."""
        patients = [self._patient(index) for index in range(self._p.patients)]
        fresh = list(range(self._p.patients))
        self._random.shuffle(fresh)
        today = self._p.now.date()
        first = today - timedelta(days=round(self._p.months * 30.4))
        last = today + timedelta(weeks=self._p.weeks_ahead)
        reserve = max(4, self._p.patients // 12)  # the newest patients begin around now
        day = first
        while day <= last:
            if self._open(day):
                self._fill(day, last, patients, fresh, reserve if day < today - timedelta(days=10) else 0)
            day += timedelta(days=1)
        return Simulation(self._p, tuple(patients), tuple(self._series))

    def _open(self, day: date) -> bool:
        return day.weekday() < 5 or day.weekday() == self._p.now.weekday()

    def _fill(self, day: date, last: date, patients: list[SimPatient], fresh: list[int], reserve: int) -> None:
        opening = self._p.chairs * (_minute(self._p.closes) - _minute(self._p.opens))
        ramp = min(1.0, 0.75 + 0.02 * (day - self._first_day()).days)
        # Days gone by have lost visits to no-shows; those ahead leave the odd place free, as a real book does.
        aim = self._p.use + (0.06 if day <= self._p.now.date() else 0.02)
        wanted = opening * ramp * self._random.gauss(aim, 0.05)
        refused = 0
        while self._day(day).held < wanted and refused < 25:
            patient = self._next_patient(day, fresh, reserve)
            if patient is None:
                return
            if not self._begin(patients[patient], day, last):
                refused += 1
                heapq.heappush(self._reviews, (day + timedelta(days=1), patient))

    def _first_day(self) -> date:
        return self._p.now.date() - timedelta(days=round(self._p.months * 30.4))

    def _next_patient(self, day: date, fresh: list[int], reserve: int) -> int | None:
        """Who comes next: those due, new patients at a steady rate, those nearly due, those who come back."""
        if self._reviews and self._reviews[0][0] <= day and self._random.random() < 0.8:
            return heapq.heappop(self._reviews)[1]
        elapsed = (day - self._first_day()).days / max(1, (self._p.now.date() - self._first_day()).days)
        if len(fresh) > max(reserve, self._p.patients * (0.45 - 0.45 * elapsed)):
            return fresh.pop()
        if (early := self._nearly_due(day)) is not None:
            return early
        if self._lapsed and self._lapsed[0][0] <= day - timedelta(days=7):
            return heapq.heappop(self._lapsed)[1]
        return heapq.heappop(self._reviews)[1] if self._reviews and self._reviews[0][0] <= day else None

    def _nearly_due(self, day: date) -> int | None:
        """Somebody due within two weeks whose last course ended long enough ago."""
        rested, found = day - timedelta(days=_REST), None
        passed: list[tuple[date, int]] = []
        while self._reviews and self._reviews[0][0] <= day + timedelta(days=14) and len(passed) < _LOOKED_AT:
            review = heapq.heappop(self._reviews)
            if self._ended.get(review[1], rested) <= rested:
                found = review[1]
                break
            passed.append(review)
        for review in passed:
            heapq.heappush(self._reviews, review)
        return found

    def _begin(self, patient: SimPatient, day: date, last: date) -> bool:
        """Starts the patient's next course on this day; False when there is no place for its first session."""
        protocol = self._protocol_for(patient)
        if patient.index in self._ended and (day - self._ended[patient.index]).days < protocol.gaps.min_days:
            return False
        count = self._random.choice((4, 5, 6, 8)) if protocol.open_ended else protocol.sessions
        series = SimSeries(len(self._series), patient.index, protocol, count, day)
        if not self._play(series, patient, day, last):
            return False
        self._series.append(series)
        patient.courses += 1
        self._after(series, patient)
        return True

    def _protocol_for(self, patient: SimPatient) -> Protocol:
        if patient.indication == "chronic_pain":
            return self._protocols["pain-series"]
        if patient.courses:
            return self._protocols["maintenance-mood"]
        fast = self._random.random() < 0.3
        return self._protocols["induction-mood-3-per-week" if fast else "induction-mood-2-per-week"]

    def _play(self, series: SimSeries, patient: SimPatient, day: date, last: date) -> bool:
        """Books and plays the sessions one after another; False when even the first finds no place."""
        now, position, attended, at = self._p.now, 1, 0, day
        before = patient.maintained if series.protocol.open_ended else 0
        while position <= series.sessions and (at <= last or not series.protocol.open_ended):
            placed = self._book(series, patient, at, first=position == 1 and not series.visits)
            if placed is None:
                series.stopped = True
                return bool(series.visits)
            visit = placed
            visit.position = before + position
            if series.protocol.open_ended:
                patient.maintained = max(patient.maintained, visit.position)
            series.visits.append(visit)
            self._busy.add((patient.index, visit.starts_at.date()))
            if visit.starts_at.date() < now.date():
                visit.status = self._outcome()
            if visit.status is Status.DISCHARGED:
                attended += 1
                visit.session_number = attended
            elif visit.status is not Status.SCHEDULED:
                self._day(visit.starts_at.date()).release(series.protocol, visit.chair, _minute(visit.starts_at))
                position -= 1
            if visit.starts_at.date() < now.date() and self._random.random() < 0.012:
                series.stopped = True
                return True
            at = visit.starts_at.date() + timedelta(days=self._gap(series.protocol, before + position))
            position += 1
        series.completed = position > series.sessions and attended >= series.sessions
        if series.protocol.open_ended:
            series.sessions = max(1, position - 1)
        return True

    def _book(self, series: SimSeries, patient: SimPatient, day: date, *, first: bool) -> SimVisit | None:
        gaps = series.protocol.gaps
        slack = 1 if first else max(2, gaps.max_days - gaps.targets[0][0])
        chairs = list(range(self._p.chairs))
        self._random.shuffle(chairs)
        chairs.sort(key=lambda c: c != patient.index % self._p.chairs)
        for in_turn in (True, False):
            for later in range(slack):
                at = day + timedelta(days=later)
                if not self._open(at) or (patient.index, at) in self._busy or (in_turn and self._full(at)):
                    continue
                if not first and later < 2 and at.weekday() not in patient.weekdays and gaps.min_days > 1:
                    continue
                place = self._day(at).place(series.protocol, patient.clock, chairs, in_turn=in_turn)
                if place is not None:
                    chair, minute = place
                    starts = datetime.combine(at, time(minute // 60, minute % 60))
                    return SimVisit(patient.index, series.index, chair, starts, Status.SCHEDULED, 0)
        return None

    def _full(self, day: date) -> bool:
        """Whether a day ahead is as full as a sensible desk lets it get while another day would do."""
        opening = self._p.chairs * (_minute(self._p.closes) - _minute(self._p.opens))
        return day > self._p.now.date() and self._day(day).held >= opening * (self._p.use + 0.04)

    def _outcome(self) -> Status:
        """No-show 3 to 6 %, late cancel 4 %, patient reschedule 8 %, medical hold 3 to 5 %, clinic cancel 1 %."""
        roll = self._random.random()
        for share, status in (
            (0.045, Status.NO_SHOW),
            (0.040, Status.CANCELLED_LATE),
            (0.080, Status.RESCHEDULED),
            (0.050, Status.CANCELLED_BY_CLINIC),
        ):
            if roll < share:
                return status
            roll -= share
        return Status.DISCHARGED

    def _gap(self, protocol: Protocol, position: int) -> int:
        low, high = protocol.gaps.target_after(max(1, position))
        return self._random.randint(low, high)

    def _after(self, series: SimSeries, patient: SimPatient) -> None:
        """47 % stop during or right after induction; of the others some stop in maintenance."""
        if not series.visits:
            return
        ended = series.visits[-1].starts_at.date()
        self._ended[patient.index] = ended
        goes_on = self._random.random() < (0.53 if patient.courses == 1 else 0.88)
        if goes_on and (series.completed or ended >= self._p.now.date()):
            wait = self._random.choice((7, 10, 14)) if patient.courses == 1 else self._random.choice((14, 14, 21))
            heapq.heappush(self._reviews, (ended + timedelta(days=wait), patient.index))
        else:
            heapq.heappush(self._lapsed, (ended, patient.index))

    def _day(self, day: date) -> _Day:
        if day not in self._days:
            self._days[day] = _Day(self._p, ahead=day > self._p.now.date())
        return self._days[day]

    def _patient(self, index: int) -> SimPatient:
        """Age 56.7 ± 12.9, 36 % hypertensive, weight N(82, 18) clipped to 45-160 kg."""
        chance = self._random
        group = chance.choices(self._names, weights=[g.share for g in self._names])[0]
        indication = chance.choices(INDICATIONS, weights=(72, 11, 11, 3, 3))[0]
        hypertensive = chance.random() < 0.361
        age = min(84, max(19, chance.gauss(56.7, 12.9)))
        family = chance.choice(group.family)
        given = chance.choice(group.given)
        starts = (480, 510, 540, 570, 600, 630, 660, 690, 720, 750, 780, 810, 840, 870, 900, 930)
        return SimPatient(
            index=index,
            given=given,
            family=family,
            born=self._p.now.date() - timedelta(days=round(age * 365.25)),
            indication=indication,
            weight_kg=round(min(160.0, max(45.0, chance.gauss(82, 18))), 1),
            systolic=chance.gauss(124, 9) + (10 if hypertensive else 0),
            diastolic=chance.gauss(77, 6) + (4 if hypertensive else 0),
            hypertensive=hypertensive,
            clock=480 if indication == "chronic_pain" else chance.choice(starts),
            weekdays=(*chance.choice(_WEEKDAYS), *({self._p.now.weekday()} - set(range(5)))),
            phone=f"(312) 555-{100 + index % 100:04d}" if index < 100 else f"(773) 555-{index % 10000:04d}",
            escort=f"{chance.choice([name for name in group.given if name != given])} {family}",
            baseline_phq9=min(27, max(8, round(chance.gauss(18.6, 4.5)))),
            responds=chance.random() < 0.536,
            courses=int(chance.random() < 0.4),  # some were here before the history begins
        )


def _minute(at: datetime | time) -> int:
    return at.hour * 60 + at.minute
