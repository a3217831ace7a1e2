"""The chart of a session as a frozen value: the screen, the tile and the printed record draw the same curves.

Minutes count from the start of the infusion, or before it from the first observation. Rows that were corrected are not
in it, and a check that nobody made leaves a gap that no line crosses.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ketaclinic.domain import events
from ketaclinic.domain.encounters import EncounterView, ObservationView
from ketaclinic.domain.monitoring import DueState
from ketaclinic.domain.observations import Level, ObservationField

SYSTOLIC, DIASTOLIC, MEAN, HEART_RATE, SATURATION = "sbp", "dbp", "map", "hr", "spo2"
RESPIRATION, SEDATION, DISSOCIATION = "rr", "moaas", "dissociation"

_DOSE_KINDS = {events.START, events.RATE}
_MARKED = {events.MEDICINE, events.ADVERSE, events.OXYGEN, events.RATE, events.INTERVENTION}
_HIGHEST = 400.0  # mmHg, above every axis
_LANE_SCALES: Mapping[str, tuple[float, float]] = {
    SATURATION: (88.0, 100.0),
    RESPIRATION: (4.0, 28.0),
    SEDATION: (0.0, 5.0),
    DISSOCIATION: (0.0, 10.0),
}
"""What the axis of a lane shows, in the order of a monitor, then of the scales; values beyond are drawn at its edge."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One row of observations at its minute after the start (negative before it).

    Attributes:
        out: (code, "amber" or "red") of the values out of their limits.
    """

    minute: float
    systolic: float | None = None
    diastolic: float | None = None
    heart_rate: float | None = None
    saturation: float | None = None
    mean: float | None = None
    respiration: float | None = None
    sedation: float | None = None
    dissociation: float | None = None
    out: tuple[tuple[str, str], ...] = ()

    def value(self, code: str) -> float | None:
        """The value of an observation code; None where it was not observed."""
        return {
            SYSTOLIC: self.systolic,
            DIASTOLIC: self.diastolic,
            MEAN: self.mean,
            HEART_RATE: self.heart_rate,
            SATURATION: self.saturation,
            RESPIRATION: self.respiration,
            SEDATION: self.sedation,
            DISSOCIATION: self.dissociation,
        }.get(code)

    def level(self, code: str) -> str:
        """How far a value is out: "amber", "red" or ""."""
        return dict(self.out).get(code, "")


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A clinical event at its minute: what it says in short, and whether it was adverse or a change of the dose."""

    minute: float
    text: str
    adverse: bool = False
    dose: bool = False


@dataclass(frozen=True, slots=True)
class ChartBand:
    """A stretch of values that is shaded amber or red."""

    low: float
    high: float
    tone: str


@dataclass(frozen=True, slots=True)
class ChartLane:
    """A narrow plot under the pressure: one value with its own scale and limits."""

    code: str
    label: str
    low: float
    high: float
    bands: tuple[ChartBand, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierSession:
    """Another session of the same patient, to judge this one by.

    Attributes:
        label: "2 of 6".
        dose: "41 mg over 40 min"; "" where no infusion was started.
        rows: (minute after the start, code -> value), by time, without corrected rows.
        scores: the totals of the scales taken with it, "PHQ-9 14"; "" for none.
    """

    encounter_id: int
    label: str
    day: date
    dose: str
    rows: tuple[tuple[float, Mapping[str, float]], ...]
    scores: str = ""


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """An earlier session as it lies under the curves of this one."""

    label: str
    day: date
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True)
class ChartData:
    """Everything one chart shows; minutes count from `zero` (the start, or the first observation before it).

    Attributes:
        points: observations in force, in order.
        bands: shaded thresholds.
        marks: events.
        pauses: minutes from and to while the pump stood; the last may be open (None: still pausing).
        now: the minute of now; None once the session is signed.
        end: the planned or true end of the infusion.
        baseline: systolic and diastolic before the start.
        baseline_at: minute of the baseline row.
        zero: wall-clock of minute 0.
        started: whether minute 0 is the start of the infusion.
        until: the axis reaches at least to this minute.
        gaps: minutes at which a check was due that nobody made.
        lanes: what is drawn under the pressure.
        earlier: other sessions of the patient, the latest first.
    """

    points: tuple[ChartPoint, ...] = ()
    bands: tuple[ChartBand, ...] = ()
    marks: tuple[ChartMark, ...] = ()
    pauses: tuple[tuple[float, float | None], ...] = ()
    now: float | None = None
    end: float | None = None
    ended: bool = False
    baseline: tuple[float, float] | None = None
    zero: datetime | None = None
    started: bool = False
    until: float = 70.0
    saturation_limits: tuple[float, float] = (94.0, 90.0)
    previous: tuple[ChartPoint, ...] = ()
    baseline_at: float | None = None
    gaps: tuple[float, ...] = ()
    lanes: tuple[ChartLane, ...] = ()
    earlier: tuple[EarlierLine, ...] = field(default=())

    @property
    def first(self) -> float:
        """Where the axis begins."""
        return min([0.0, *(p.minute for p in self.points)]) - 3

    @property
    def last(self) -> float:
        """Where the axis ends."""
        reached = [self.until, *(p.minute for p in self.points)]
        if self.now is not None:
            reached.append(self.now)
        return max(reached) + 4

    def wall_text(self, minute: float) -> str:
        """The wall-clock time of a minute as "11:31"; "" where nothing has happened yet."""
        return (self.zero + timedelta(minutes=minute)).strftime("%H:%M") if self.zero is not None else ""


def chart_of(view: EncounterView, now: datetime, earlier: Iterable[EarlierSession] = ()) -> ChartData:
    """What the chart of this session shows at `now`."""
    zero = view.started_at or min((o.observed_at for o in view.observations), default=now)
    end = view.stopped_at or view.planned_end

    def minute(at: datetime) -> float:
        return (at - zero).total_seconds() / 60

    rows = [o for o in view.observations if not o.struck]
    return ChartData(
        points=tuple(_point(o, minute(o.observed_at)) for o in rows),
        bands=bands_of(view.fields),
        marks=tuple(_marks(view, minute)),
        pauses=tuple(_pauses(view, minute)),
        now=None if view.signed_at is not None else round(minute(now), 1),
        end=None if end is None else round(minute(end), 1),
        ended=view.stopped_at is not None,
        baseline=_pressures(view.baseline),
        zero=zero.astimezone(ZoneInfo(view.zone)).replace(tzinfo=None),
        started=view.started_at is not None,
        until=70.0 if end is None else minute(end) + 30,
        saturation_limits=_saturation_limits(view.fields),
        baseline_at=None if view.baseline is None else round(minute(view.baseline.observed_at), 1),
        gaps=tuple(round(minute(c.due_at), 1) for c in view.schedule if c.state is DueState.MISSED),
        lanes=lanes_of(view.fields),
        earlier=tuple(
            EarlierLine(session.label, session.day, tuple(point_of(values, at) for at, values in session.rows))
            for session in earlier
        ),
    )


def point_of(values: Mapping[str, float], minute: float, out: Iterable[tuple[str, str]] = ()) -> ChartPoint:
    """A row of values as a point of the chart."""
    return ChartPoint(
        round(minute, 2),
        values.get(SYSTOLIC),
        values.get(DIASTOLIC),
        values.get(HEART_RATE),
        values.get(SATURATION),
        values.get(MEAN),
        values.get(RESPIRATION),
        values.get(SEDATION),
        values.get(DISSOCIATION),
        tuple(out),
    )


def runs(points: Sequence[ChartPoint], gaps: Sequence[float], *codes: str) -> Iterator[list[ChartPoint]]:
    """The points that have these values, in stretches that one line may join: a missed check parts two of them."""
    run: list[ChartPoint] = []
    for point in points:
        if any(point.value(code) is None for code in codes):
            continue
        if run and any(run[-1].minute < gap < point.minute for gap in gaps):
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def tick_minutes(data: ChartData, width: float, least: float = 62) -> tuple[int, ...]:
    """Round minutes for an axis of a width, no closer than `least`, in the same unit."""
    span = data.last - data.first
    step = next((s for s in (5, 10, 15, 20, 30, 60, 120) if width * s / span >= least), 240)
    first = int(-(-data.first // step) * step)
    return tuple(range(first, int(data.last) + 1, step))


def reading_text(point: ChartPoint) -> str:
    """One reading in words: "146/91 (MAP 109) · HR 88 · SpO₂ 97 % · RR 14 · MOAA/S 5 · Diss. 3"."""
    parts = []
    if point.systolic is not None and point.diastolic is not None:
        mean = f" (MAP {point.mean:.0f})" if point.mean is not None else ""
        parts.append(f"{point.systolic:.0f}/{point.diastolic:.0f}{mean}")
    named = (
        ("HR", point.heart_rate, ""),
        ("SpO₂", point.saturation, " %"),
        ("RR", point.respiration, ""),
        ("MOAA/S", point.sedation, ""),
        ("Diss.", point.dissociation, ""),
    )
    parts += [f"{name} {value:.0f}{unit}" for name, value, unit in named if value is not None]
    return " · ".join(parts)


def bands_of(fields: Iterable[ObservationField]) -> tuple[ChartBand, ...]:
    """The upper limits of the systolic pressure as shaded stretches: amber up to red, red beyond.

    Its lower limits lie where diastolic values are drawn: shaded there, they would say something untrue.
    """
    found = next((f for f in fields if f.code == SYSTOLIC), None)
    return () if found is None else tuple(_above(found, _HIGHEST))


def lanes_of(fields: Iterable[ObservationField]) -> tuple[ChartLane, ...]:
    """The lanes under the pressure, each with its limits: only what a row of this protocol holds."""
    by_code = {f.code: f for f in fields}
    return tuple(
        ChartLane(code, by_code[code].short, low, high, (*_above(by_code[code], high), *_below(by_code[code], low)))
        for code, (low, high) in _LANE_SCALES.items()
        if code in by_code
    )


def _above(found: ObservationField, highest: float) -> Iterator[ChartBand]:
    highs = _levels(found, (">=", ">"))
    if Level.AMBER in highs:
        yield ChartBand(highs[Level.AMBER], highs.get(Level.RED, highest), Level.AMBER.value)
    if Level.RED in highs:
        yield ChartBand(highs[Level.RED], highest, Level.RED.value)


def _below(found: ObservationField, lowest: float) -> Iterator[ChartBand]:
    lows = _levels(found, ("<=", "<"))
    if Level.AMBER in lows:
        yield ChartBand(lows.get(Level.RED, lowest), lows[Level.AMBER], Level.AMBER.value)
    if Level.RED in lows:
        yield ChartBand(lowest, lows[Level.RED], Level.RED.value)


def _levels(found: ObservationField, signs: tuple[str, ...]) -> Mapping[Level, float]:
    plain = [limit for limit in found.limits if limit.when in signs and not limit.relative and limit.also is None]
    return {limit.level: limit.value for limit in plain}


def _saturation_limits(fields: Iterable[ObservationField]) -> tuple[float, float]:
    found = next((f for f in fields if f.code == SATURATION), None)
    levels = _levels(found, ("<=", "<")) if found is not None else {}
    return levels.get(Level.AMBER, 94.0), levels.get(Level.RED, 90.0)


def _point(row: ObservationView, minute: float) -> ChartPoint:
    return point_of(row.values, minute, ((code, Level(level).value) for code, level in row.levels.items()))


def _pressures(row: ObservationView | None) -> tuple[float, float] | None:
    if row is None or SYSTOLIC not in row.values or DIASTOLIC not in row.values:
        return None
    return row.values[SYSTOLIC], row.values[DIASTOLIC]


def _marks(view: EncounterView, minute: Callable[[datetime], float]) -> Iterator[ChartMark]:
    for event in view.events:
        if event.kind in _MARKED and not event.struck:
            adverse, dose = event.kind == events.ADVERSE, event.kind in _DOSE_KINDS
            yield ChartMark(round(minute(event.at), 1), event.text.split(" · ")[0], adverse, dose)


def _pauses(view: EncounterView, minute: Callable[[datetime], float]) -> Iterator[tuple[float, float | None]]:
    begun: float | None = None
    for event in sorted(view.events, key=lambda e: e.at):
        if event.struck:
            continue
        if event.kind == events.PAUSE and begun is None:
            begun = minute(event.at)
        elif event.kind in {events.RESUME, events.STOP} and begun is not None:
            yield begun, minute(event.at)
            begun = None
    if begun is not None:
        yield begun, None
