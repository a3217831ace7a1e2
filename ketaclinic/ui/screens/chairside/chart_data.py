"""A session as the values its chart is drawn from."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from ketaclinic.domain import events
from ketaclinic.domain.encounters import EncounterView, ObservationView
from ketaclinic.domain.observations import Level, ObservationField
from ketaclinic.ui.screens.chairside.moments import wall
from ketaclinic.ui.widgets.vitals_chart import ChartBand, ChartData, ChartMark, ChartPoint

_SYSTOLIC, _DIASTOLIC, _HEART_RATE, _SATURATION = "sbp", "dbp", "hr", "spo2"
_MARKED = {events.MEDICINE, events.ADVERSE, events.OXYGEN, events.RATE, events.INTERVENTION}
_HIGHEST = 400.0  # mmHg, above every axis


def chart_of(view: EncounterView, now: datetime) -> ChartData:
    """What the chart of this session shows at `now`."""
    zero = view.started_at or _first_instant(view) or now
    end = view.stopped_at or view.planned_end

    def minute(at: datetime) -> float:
        return (at - zero).total_seconds() / 60

    reach = 70.0 if end is None else minute(end) + 30
    return ChartData(
        points=tuple(_point(o, minute(o.observed_at)) for o in view.observations if not o.struck),
        bands=bands_of(view.fields),
        marks=tuple(
            ChartMark(round(minute(e.at), 1), e.text, adverse=e.kind == events.ADVERSE)
            for e in view.events
            if e.kind in _MARKED and not e.struck
        ),
        pauses=tuple(_pauses(view, minute)),
        now=None if view.signed_at is not None else round(minute(now), 1),
        end=None if end is None else round(minute(end), 1),
        ended=view.stopped_at is not None,
        baseline=_baseline(view.baseline),
        zero=wall(zero, view.zone),
        started=view.started_at is not None,
        until=reach,
        saturation_limits=_saturation_limits(view.fields),
    )


def _first_instant(view: EncounterView) -> datetime | None:
    return min((o.observed_at for o in view.observations), default=None)


def _point(row: ObservationView, minute: float) -> ChartPoint:
    values = row.values
    return ChartPoint(
        round(minute, 2),
        values.get(_SYSTOLIC),
        values.get(_DIASTOLIC),
        values.get(_HEART_RATE),
        values.get(_SATURATION),
    )


def _baseline(row: ObservationView | None) -> tuple[float, float] | None:
    if row is None or _SYSTOLIC not in row.values or _DIASTOLIC not in row.values:
        return None
    return row.values[_SYSTOLIC], row.values[_DIASTOLIC]


def _pauses(view: EncounterView, minute: Callable[[datetime], float]) -> Iterable[tuple[float, float | None]]:
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


def bands_of(fields: Iterable[ObservationField]) -> tuple[ChartBand, ...]:
    """The upper limits of the systolic pressure as shaded stretches: amber up to red, red beyond.

    Its lower limits lie where diastolic values are drawn: shaded there, they would say something untrue.
    """
    found = next((f for f in fields if f.code == _SYSTOLIC), None)
    if found is None:
        return ()
    highs = _levels(found, (">=", ">"))
    bands = []
    if Level.AMBER in highs:
        bands.append(ChartBand(highs[Level.AMBER], highs.get(Level.RED, _HIGHEST), "amber"))
    if Level.RED in highs:
        bands.append(ChartBand(highs[Level.RED], _HIGHEST, "red"))
    return tuple(bands)


def _levels(found: ObservationField, signs: tuple[str, ...]) -> Mapping[Level, float]:
    return {limit.level: limit.value for limit in found.limits if limit.when in signs and not limit.relative}


def _saturation_limits(fields: Iterable[ObservationField]) -> tuple[float, float]:
    found = next((f for f in fields if f.code == _SATURATION), None)
    levels = _levels(found, ("<=", "<")) if found is not None else {}
    return levels.get(Level.AMBER, 94.0), levels.get(Level.RED, 90.0)
