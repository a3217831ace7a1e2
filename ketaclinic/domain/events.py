"""Clinical events, and what follows from those of the pump: running or paused, rate, cumulative dose, planned end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ketaclinic.domain.findings import Finding, Severity

START, PAUSE, RESUME, RATE, STOP = "start", "pause", "resume", "rate", "stop"
PUMP_KINDS = frozenset({START, PAUSE, RESUME, RATE, STOP})
"""Written by start, pause, resume, rate change and stop only, in an order that makes sense."""

DOSE, SECOND_CHECK, OVERRIDE, ACKNOWLEDGE, SIGNATURE = "dose", "second-check", "override", "acknowledge", "signature"
MEDICINE, OXYGEN, ADVERSE, INTERVENTION, NOTE, GAP = "medicine", "oxygen", "adverse", "intervention", "note", "gap"
RESOLVE, DISMISS = "resolve", "dismiss"
"""An alert was declared over by hand; a suggested adverse event was declined."""
HELD = "held"
"""Written by the program when something newly stands against the start that a second person may override; once each."""

RECORDABLE = frozenset({RATE, MEDICINE, OXYGEN, ADVERSE, INTERVENTION, NOTE, GAP})
"""What may be recorded as an event by hand; the others are written by their own intention."""

CORRECTABLE = PUMP_KINDS | {MEDICINE, OXYGEN, ADVERSE, INTERVENTION, NOTE, GAP}
"""What may be replaced by a later event; checks, overrides and signatures stand as they were given."""

NEEDS: Mapping[str, tuple[str, ...]] = {
    RATE: ("rate",),
    MEDICINE: ("code", "dose", "route"),
    OXYGEN: ("l_min",),
    ADVERSE: ("code", "severity"),
    INTERVENTION: ("code",),
    NOTE: ("text",),
    GAP: ("label", "reason"),
}
"""What each recordable kind must hold."""

SEVERITIES = ("mild", "moderate", "severe")


@dataclass(frozen=True, slots=True)
class Event:
    """One stored event; `corrects_id` points at the one it replaces, which stays."""

    id: int
    kind: str
    happened_at: datetime
    entered_at: datetime
    user_id: int
    second_user_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    corrects_id: int | None = None


@dataclass(frozen=True, slots=True)
class PumpState:
    """The pump at an instant.

    Attributes:
        rate: mL/h, 0 while it does not run.
        given_mg: since the start.
        planned_end: when the whole dose is in, if nothing changes; None before the start and after the stop.
        paused_since: None while it runs.
        reached_end: the whole dose was in at this instant, although nobody had stopped the pump yet.
    """

    started_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_since: datetime | None = None
    rate: float = 0.0
    given_mg: float = 0.0
    planned_end: datetime | None = None
    reached_end: bool = False

    @property
    def running(self) -> bool:
        """Whether drug is flowing."""
        return self.started_at is not None and self.stopped_at is None and self.paused_since is None


def valid_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events that count, by true time: those nobody has corrected."""
    kept = tuple(events)
    struck = {event.corrects_id for event in kept if event.corrects_id is not None}
    return tuple(sorted((e for e in kept if e.id not in struck), key=lambda e: (e.happened_at, e.id)))


def first_of(events: Iterable[Event], event: Event) -> Event:
    """The event that one began as, before anybody corrected or continued it."""
    known = {each.id: each for each in events}
    while event.corrects_id is not None and event.corrects_id in known:
        event = known[event.corrects_id]
    return event


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A time in which the pump's setting did not change; the last one has no end yet."""

    since: datetime
    until: datetime | None
    rate: float


def pump_state(events: Iterable[Event], at: datetime) -> PumpState:
    """What the pump had done at an instant, from its events up to then.

    The start tells mg, minutes and mL/h; a rate change scales the flow of drug in proportion, a pause stops it. The
    pump never gives more than the dose it was set to.
    """
    pump = [e for e in valid_events(events) if e.kind in PUMP_KINDS and e.happened_at <= at]
    if not pump:
        return PumpState()
    total, set_rate = float(pump[0].data["mg"]), float(pump[0].data["rate"])
    mg_per_ml_hour = total / (pump[0].data["minutes"] * 60) / set_rate  # mg a second for each mL/h
    given, full_at = 0.0, None
    for stretch in _stretches(pump):
        speed = mg_per_ml_hour * stretch.rate
        until = stretch.until or at
        full = stretch.since + timedelta(seconds=(total - given) / speed) if speed > 0 else None
        if full is not None and (stretch.until is None or full <= until):
            full_at = full
        if full is not None and full <= until:
            given = total
            break
        given += (until - stretch.since).total_seconds() * speed
    last = pump[-1]
    paused = _paused_since(pump)
    set_now = next((float(e.data["rate"]) for e in reversed(pump) if e.kind in {RATE, START}), set_rate)
    flows = last.kind != STOP and paused is None
    if paused is not None and full_at is None and set_now > 0:
        full_at = at + timedelta(seconds=(total - given) / (mg_per_ml_hour * set_now))
    return PumpState(
        started_at=pump[0].happened_at,
        stopped_at=last.happened_at if last.kind == STOP else None,
        paused_since=paused,
        rate=set_now if flows else 0.0,
        given_mg=round(given, 3),
        planned_end=None if last.kind == STOP else full_at,
        reached_end=flows and given >= total,
    )


def _stretches(pump: Sequence[Event]) -> Iterable[_Stretch]:
    set_to = float(pump[0].data["rate"])
    paused = False
    for event, after in zip(pump, [*pump[1:], None], strict=True):
        if event.kind == STOP:
            return
        paused = event.kind == PAUSE or (paused and event.kind != RESUME)
        set_to = float(event.data["rate"]) if event.kind == RATE else set_to
        yield _Stretch(event.happened_at, after.happened_at if after else None, 0.0 if paused else set_to)


def _paused_since(pump: Sequence[Event]) -> datetime | None:
    since: datetime | None = None
    for event in pump:
        if event.kind == PAUSE:
            since = event.happened_at
        elif event.kind in {RESUME, STOP}:
            since = None
    return since


def sequence_findings(events: Iterable[Event]) -> tuple[Finding, ...]:
    """What is wrong with the order of the pump's events; late entries must still make sense."""
    state = "before"
    allowed = {
        "before": {START: "running"},
        "running": {PAUSE: "paused", RATE: "running", STOP: "stopped"},
        "paused": {RESUME: "running", RATE: "paused", STOP: "stopped"},
        "stopped": {},
    }
    for event in valid_events(events):
        if event.kind not in PUMP_KINDS:
            continue
        if event.kind not in allowed[state]:
            return (Finding("pump-order", Severity.BLOCK, _REFUSALS[state, event.kind], subject=event.kind),)
        state = allowed[state][event.kind]
    return ()


def oxygen_at(events: Sequence[Event], at: datetime) -> float:
    """Litres a minute the patient was breathing at an instant, by the events; 0 while none was given."""
    flows = [e.data["l_min"] for e in valid_events(events) if e.kind == OXYGEN and e.happened_at <= at]
    return float(flows[-1]) if flows else 0.0


def _refusals() -> dict[tuple[str, str], str]:
    states = {
        "before": "The infusion has not been started",
        "running": "The infusion is running",
        "paused": "The infusion is paused",
        "stopped": "The infusion has been stopped",
    }
    verbs = {
        START: "it cannot be started again",
        PAUSE: "it cannot be paused",
        RESUME: "it cannot be resumed",
        RATE: "its rate cannot be changed",
        STOP: "it cannot be stopped",
    }
    return {(state, kind): f"{told} then: {verb}." for state, told in states.items() for kind, verb in verbs.items()}


_REFUSALS = _refusals()
