"""Observations: what may be recorded, what is plausible, and what must be done about it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.findings import Finding, Severity


class Level(StrEnum):
    """How far a value is out of its limits."""

    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Limit:
    """One alert limit of a vital sign or scale.

    Attributes:
        level: amber or red.
        when: ">=", ">", "<=" or "<", compared with `value`, or with `value` per cent above baseline if `relative`.
        action: what to do now.
        also: (code, minimum): counts only when that other value of the same row is above the minimum.
    """

    level: Level
    when: str
    value: float
    action: str
    relative: bool = False
    also: tuple[str, float] | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ObservationField:
    """A vital sign or scale: one entry field, one line of the flowsheet, perhaps a line of the chart.

    Attributes:
        code: stable name ("sbp").
        label: in full; `short` as on a monitor ("SBP").
        plausible: range outside which the value is asked again.
        possible: range outside which there is no such value (a scale has no 11); None where only plausibility counts.
        required: a check is complete only with it.
        computed: "map" or "given": never typed.
        families: protocol families it is asked for; empty for all.
        chart: "band" (blood pressure), "line", "scale", "none"; `color` names a chart colour token.
        words: (value, meaning) pairs of a scale, e.g. MOAA/S 5 "Responds readily to name".
        limits: alert limits, red first.
    """

    code: str
    label: str
    short: str
    unit: str
    decimals: int
    plausible: tuple[float, float]
    possible: tuple[float, float] | None = None
    required: bool = True
    computed: str = ""
    families: tuple[str, ...] = ()
    chart: str = "none"
    color: str = ""
    words: tuple[tuple[float, str], ...] = ()
    limits: tuple[Limit, ...] = ()
    source: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class AdverseEventKind:
    """An adverse event of the pick-list; `level` red or amber asks for action at once, `emergency` for 911."""

    code: str
    text: str
    action: str = ""
    level: Level | None = None
    founding: bool = False  # one of the seven that every patient is told about
    must_resolve: bool = False  # nobody goes home while it lasts
    review: str = ""  # kind of the task that a prescriber gets
    next_time: str = ""  # what is to be done before the patient's next infusion


@dataclass(frozen=True, slots=True)
class InterventionKind:
    """An intervention of the pick-list; a rescue medicine needs an order and a co-signature.

    `response_minutes`: a full set of vitals is due so long after it, 0 for none; `also_called`: words in a patient's
    allergies that speak against it besides its name.
    """

    code: str
    text: str
    medicine: bool = False
    rescue: bool = False
    reversal: bool = False
    dose: str = ""
    route: str = ""
    response_minutes: int = 0
    also_called: tuple[str, ...] = ()

    def clashes_with(self, allergies: str) -> bool:
        """Whether the allergies as written speak against it."""
        written = allergies.casefold()
        return any(word.casefold() in written for word in (self.text, *self.also_called))


@dataclass(frozen=True, slots=True)
class Bound:
    """A value from which on something is suggested; `when` is ">=", ">", "<=" or "<"."""

    field: str
    when: str
    value: float

    def holds(self, value: float) -> bool:
        """Whether a value lies beyond it."""
        return {
            ">=": value >= self.value,
            ">": value > self.value,
            "<=": value <= self.value,
            "<": value < self.value,
        }[self.when]


@dataclass(frozen=True, slots=True)
class Suggesting:
    """Which values of a row speak for an adverse event; one of the bounds is enough."""

    adverse_event: str
    bounds: tuple[Bound, ...]
    source: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class ObservationCatalog:
    """Everything that may be charted at the chair: fields in the order of a monitor, the pick-lists, the vials."""

    fields: tuple[ObservationField, ...]
    adverse_events: tuple[AdverseEventKind, ...] = ()
    interventions: tuple[InterventionKind, ...] = ()
    concentrations: tuple[float, ...] = ()
    """Strengths of the vials to choose from, mg/mL."""
    suggesting: tuple[Suggesting, ...] = ()

    def for_family(self, family: str) -> tuple[ObservationField, ...]:
        """The fields asked for under protocols of a family ("mood", "pain")."""
        return tuple(f for f in self.fields if not f.families or family in f.families)

    def field(self, code: str) -> ObservationField | None:
        """The field with this code."""
        return next((f for f in self.fields if f.code == code), None)

    def adverse_event(self, code: str) -> AdverseEventKind | None:
        """The adverse event with this code."""
        return next((a for a in self.adverse_events if a.code == code), None)

    def intervention(self, code: str) -> InterventionKind | None:
        """The intervention with this code."""
        return next((i for i in self.interventions if i.code == code), None)


@dataclass(frozen=True, slots=True)
class Observation:
    """One stored row; `corrects_id` points at the row it replaces, which stays."""

    id: int
    due: str
    observed_at: datetime
    entered_at: datetime
    user_id: int
    values: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    corrects_id: int | None = None


@dataclass(frozen=True, slots=True)
class ValueAlert:
    """A value out of its limits: which field, how far, and the finding with what to do."""

    code: str
    level: Level
    finding: Finding


def valid_rows(rows: Iterable[Observation]) -> tuple[Observation, ...]:
    """The rows that count, by true time: those nobody has corrected."""
    kept = tuple(rows)
    struck = {row.corrects_id for row in kept if row.corrects_id is not None}
    return tuple(sorted((r for r in kept if r.id not in struck), key=lambda r: (r.observed_at, r.id)))


def mean_pressure(values: Mapping[str, float]) -> float | None:
    """Mean arterial pressure, mmHg, whole: DBP + (SBP - DBP) / 3; None without both pressures."""
    if "sbp" not in values or "dbp" not in values:
        return None
    return float(round(values["dbp"] + (values["sbp"] - values["dbp"]) / 3))


def impossible(values: Mapping[str, float], fields: Sequence[ObservationField]) -> tuple[Finding, ...]:
    """What cannot be recorded at all: unknown or computed fields, no number, a scale's missing step, DBP over SBP."""
    known = {f.code: f for f in fields}
    findings: list[Finding] = []
    for code, value in values.items():
        if (defined := known.get(code)) is None or defined.computed:
            findings.append(_block("unknown-value", f"“{code}” is not a value to record here.", code))
        elif not math.isfinite(value):
            findings.append(_block("not-a-number", f"{defined.label} must be a number.", code))
        elif defined.possible and not defined.possible[0] <= value <= defined.possible[1]:
            low, high = (number(v, defined.decimals) for v in defined.possible)
            text = f"{defined.label} goes from {low} to {high}; {number(value)} does not exist."
            findings.append(_block("outside-scale", text, code))
        elif defined.words and value != int(value):
            findings.append(_block("outside-scale", f"{defined.label} has whole steps only.", code))
    if "sbp" in values and "dbp" in values and values["dbp"] >= values["sbp"]:
        text = (
            f"The diastolic pressure {number(values['dbp'])} is not below the systolic {number(values['sbp'])}. "
            "Read both again."
        )
        findings.append(_block("dbp-above-sbp", text, "dbp"))
    return tuple(findings)


def implausible(
    values: Mapping[str, float], fields: Sequence[ObservationField], confirmed: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """What is asked again before it is taken: values outside their plausible range that nobody has confirmed."""
    findings = []
    for defined in fields:
        value = values.get(defined.code)
        if value is None or defined.code in confirmed or defined.plausible[0] <= value <= defined.plausible[1]:
            continue
        low, high = (number(v, defined.decimals) for v in defined.plausible)
        text = (
            f"{defined.short} {number(value)} {defined.unit} is unlikely (usual range {low} to {high}). "
            f"{_fahrenheit(defined, value)}Measure again, or confirm it."
        )
        findings.append(Finding(f"implausible-{defined.code}", Severity.OVERRIDE, text, subject=defined.code))
    return tuple(findings)


def value_alerts(
    values: Mapping[str, float], fields: Sequence[ObservationField], baseline: Mapping[str, float] | None
) -> tuple[ValueAlert, ...]:
    """The values out of their limits, the worst limit of each field, in the order of the fields."""
    alerts = []
    for defined in fields:
        if (value := values.get(defined.code)) is None:
            continue
        hits = [limit for limit in defined.limits if _exceeds(limit, defined.code, values, baseline)]
        if hits:
            limit = min(hits, key=lambda hit: hit.level is not Level.RED)
            text = _alert_text(defined, value, limit, baseline)
            code = f"{defined.code}-{limit.level.value}"
            finding = Finding(code, Severity.WARN, text, subject=defined.code, action=limit.action)
            alerts.append(ValueAlert(defined.code, limit.level, finding))
    return tuple(alerts)


def assess(
    values: Mapping[str, float],
    fields: Sequence[ObservationField],
    baseline: Mapping[str, float] | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Everything to say about a row: what cannot be, what is asked again (`confirmed` codes are not), what to do."""
    return (
        *impossible(values, fields),
        *implausible(values, fields, confirmed),
        *(alert.finding for alert in value_alerts(values, fields, baseline)),
    )


def _exceeds(limit: Limit, code: str, values: Mapping[str, float], baseline: Mapping[str, float] | None) -> bool:
    threshold = limit.value
    if limit.relative:
        if not baseline or code not in baseline:
            return False
        threshold = baseline[code] * (1 + limit.value / 100)
    if limit.also and not values.get(limit.also[0], 0.0) > limit.also[1]:
        return False
    value = values[code]
    return {
        ">=": value >= threshold - 1e-9,
        ">": value > threshold,
        "<=": value <= threshold,
        "<": value < threshold,
    }[limit.when]


def _alert_text(defined: ObservationField, value: float, limit: Limit, baseline: Mapping[str, float] | None) -> str:
    shown = f"{defined.short} {number(value, defined.decimals)}"
    if limit.relative and baseline:
        above = (value / baseline[defined.code] - 1) * 100
        return f"{shown}: {number(above, 0)} % above the baseline of {number(baseline[defined.code])}"
    sign = {">=": "at or above", ">": "above", "<=": "at or below", "<": "below"}[limit.when]
    also = " with oxygen" if limit.also else ""
    return f"{shown}: {sign} {number(limit.value, defined.decimals)}{also}"


def _fahrenheit(defined: ObservationField, value: float) -> str:
    if defined.unit != "°C":
        return ""
    celsius = (value - 32) / 1.8
    inside = defined.plausible[0] <= celsius <= defined.plausible[1]
    return f"Read in °F it would be {number(celsius, 1)} °C. " if inside else ""


def _block(code: str, text: str, subject: str) -> Finding:
    return Finding(code, Severity.BLOCK, text, subject=subject)
