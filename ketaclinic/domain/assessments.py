"""Rating scales over a course: how a patient stands, and when the scores call for somebody (`clinical.md` 5).

Nothing here asks a clock or a database. Scores that were corrected do not count; the scores of a course are set against
the infusions: the baseline before the first one, the lowest since the induction ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.instruments import Goals, Instrument, item_value, score

PATIENT, STAFF = "patient", "staff"
"""Who filled a scale in: the patient on screen, or staff who read it out or typed it from paper."""

ABOVE_NADIR = "score-above-nadir"
RELAPSE = "score-relapse"
ITEM_NEW = "score-item-new"
NO_RESPONSE = "score-no-response"
WORSE = "score-worse"


@dataclass(frozen=True, slots=True)
class Assessment:
    """One filled-in scale.

    Attributes:
        value: {"answers": {item: number}} or {"score": total, item: number …}, as given.
        taken_at, entered_at: instants in UTC: when it was answered, and when it was put in.
        total: None for a triage, and while items are missing.
        findings: what its answers call for.
        given_by: "patient" or "staff".
        by: name of the user who kept it.
        struck: a later one corrects it, so it does not count.
    """

    id: int
    patient_id: int
    instrument: str
    title: str
    version: int
    taken_at: datetime
    entered_at: datetime
    value: Mapping[str, Any]
    total: int | None
    band: str
    band_text: str
    findings: tuple[Finding, ...]
    given_by: str
    by: str
    encounter_id: int | None = None
    corrects_id: int | None = None
    struck: bool = False
    note: str = ""
    user_id: int = 0

    @property
    def counts(self) -> bool:
        """Whether it is a point of the curve."""
        return self.total is not None and not self.struck


@dataclass(frozen=True, slots=True)
class Infusion:
    """An infusion that was started.

    Attributes:
        opened_at: when its session was opened: scores since then belong to it.
        number: k of the course.
        planned: sessions of the course.
        maintenance: the course has no planned end.
        ended: the course is completed or was stopped.
    """

    series_id: int
    number: int
    opened_at: datetime
    started_at: datetime
    planned: int
    maintenance: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class ScoreLimits:
    """The numbers of the triggers, from `rules-scores.toml`."""

    above_nadir: int
    relapse_at: int
    improvement_percent: float
    after_infusion: int
    worse_by: int
    baseline_days: int


def score_limits(rules: Mapping[str, float]) -> ScoreLimits:
    """The numbers out of all rules; a missing one is a KeyError with its name."""
    return ScoreLimits(
        above_nadir=int(rules["scores.above-nadir"]),
        relapse_at=int(rules["scores.relapse-at"]),
        improvement_percent=rules["scores.improvement-percent"],
        after_infusion=int(rules["scores.after-infusion"]),
        worse_by=int(rules["scores.worse-by"]),
        baseline_days=int(rules["scores.baseline-days"]),
    )


@dataclass(frozen=True, slots=True)
class ScoreStanding:
    """How a patient stands by one scale.

    Attributes:
        baseline: the last score before the first infusion of the latest induction, else the first one in it.
        nadir: the lowest since the induction ended; before that the lowest since the first infusion.
        latest: the last score there is.
        change_percent: fall since the baseline; negative for a rise; None without a baseline above 0.
        response, remission: by the scale's own rule, for a score since the first infusion.
        triggers: what the scores call for now.
        series_id: the induction that the baseline belongs to.
    """

    instrument: str
    title: str
    maximum: int
    goals: Goals
    baseline: Assessment | None
    nadir: Assessment | None
    latest: Assessment | None
    change_percent: float | None = None
    response: bool = False
    remission: bool = False
    triggers: tuple[Finding, ...] = ()
    series_id: int | None = None


@dataclass(frozen=True, slots=True)
class ScoreTrend:
    """Everything the curve of a patient draws.

    Attributes:
        zone: of the clinic, for the days written at the curve.
        assessments: by time, struck ones too.
        standings: one for each scale with a total.
    """

    zone: str
    assessments: tuple[Assessment, ...]
    standings: tuple[ScoreStanding, ...]
    infusions: tuple[Infusion, ...]


def instrument_of(instruments: Mapping[str, Instrument], instrument: str, version: int) -> Instrument | None:
    """The scale in the version that was answered; None where its file is gone."""
    return instruments.get(f"{instrument}@{version}", instruments.get(instrument))


def current(instruments: Mapping[str, Instrument]) -> tuple[Instrument, ...]:
    """The scales as they are given today, without their earlier versions."""
    return tuple(scale for name, scale in instruments.items() if "@" not in name)


def scored(scale: Instrument | None, value: Mapping[str, Any]) -> tuple[str, int | None, str, str, tuple[Finding, ...]]:
    """Title, total, band, its words and findings of a kept scale; of one without its file only what was typed."""
    if scale is None:
        typed = value.get("score")
        return "", typed if isinstance(typed, int) else None, "", "", ()
    found = score(scale, value)
    return scale.title, found.total, found.band, found.band_text, found.findings


def standing(
    scale: Instrument, assessments: Sequence[Assessment], infusions: Sequence[Infusion], limits: ScoreLimits
) -> ScoreStanding:
    """How the patient stands by one scale.

    Args:
        scale: the scale.
        assessments: the patient's, of any scale, in any order.
        infusions: the patient's infusions by time.
        limits: the numbers of the triggers.
    """
    points = tuple(
        sorted((a for a in assessments if a.instrument == scale.id and a.counts), key=lambda a: (a.taken_at, a.id))
    )
    course = _course(infusions)
    latest = points[-1] if points else None
    baseline = _baseline(points, course, limits)
    since = tuple(a for a in points if course and a.taken_at >= course[0].started_at)
    over = _over_at(course, infusions)
    later = tuple(a for a in points if over is not None and a.taken_at >= over)
    treated = latest is not None and latest in since
    change = None
    if baseline is not None and latest is not None and baseline.total and treated:
        change = round(100 * (_total(baseline) - _total(latest)) / _total(baseline), 1)
    return ScoreStanding(
        instrument=scale.id,
        title=scale.title,
        maximum=scale.maximum,
        goals=scale.goals,
        baseline=baseline,
        nadir=min(later or since, key=_total, default=None),
        latest=latest,
        change_percent=change,
        response=treated
        and baseline is not None
        and latest is not None
        and scale.goals.responded(_total(baseline), _total(latest)),
        remission=treated and latest is not None and scale.goals.remitted(_total(latest)),
        triggers=_triggers(scale, points, baseline, since, later, course, over, limits),
        series_id=course[0].series_id if course else None,
    )


def _triggers(
    scale: Instrument,
    points: Sequence[Assessment],
    baseline: Assessment | None,
    since: Sequence[Assessment],
    later: Sequence[Assessment],
    course: Sequence[Infusion],
    over: datetime | None,
    limits: ScoreLimits,
) -> tuple[Finding, ...]:
    """What the latest score calls for, the most urgent first."""
    if not points:
        return ()
    latest, watch = points[-1], scale.goals.watch
    found = list(_newly(scale, points))
    if latest not in since:
        return tuple(found)
    total, title = _total(latest), scale.title
    if "worse" in watch and baseline is not None and total - _total(baseline) >= limits.worse_by:
        text = f"{title} {total} is {total - _total(baseline)} above the start of the course ({baseline.total})."
        found.append(_warn(WORSE, text, _REVIEW))
    if "relapse" in watch and latest in later:
        found.extend(_relapse(title, latest, since, later, limits))
    if "response" in watch and over is None and baseline is not None and not scale.goals.remitted(_total(baseline)):
        given = sum(infusion.started_at < latest.taken_at for infusion in course)
        better = _total(baseline) - total
        too_little = better * 100 < limits.improvement_percent * _total(baseline)
        if given >= limits.after_infusion and too_little:
            share = round(100 * better / _total(baseline))
            text = (
                f"{title} {total} after infusion {given}: {max(share, 0)} % better than at the start of the course "
                f"({baseline.total}); {limits.improvement_percent:g} % is looked for."
            )
            found.append(_warn(NO_RESPONSE, text, "A prescriber decides before the next session is booked or given."))
    return tuple(found)


def _relapse(
    title: str, latest: Assessment, since: Sequence[Assessment], later: Sequence[Assessment], limits: ScoreLimits
) -> list[Finding]:
    """After the induction: clearly above the lowest, or back where it had left."""
    found, total = [], _total(latest)
    lowest = min((_total(a) for a in later[:-1]), default=None)
    if lowest is not None and total - lowest >= limits.above_nadir:
        text = f"{title} {total} is {total - lowest} above the lowest since the induction ({lowest})."
        found.append(_warn(ABOVE_NADIR, text, _REVIEW))
    if total >= limits.relapse_at and any(_total(a) < limits.relapse_at for a in since[:-1]):
        text = f"{title} is back at {total}, after being below {limits.relapse_at}."
        found.append(_warn(RELAPSE, text, _REVIEW))
    return found


def _newly(scale: Instrument, points: Sequence[Assessment]) -> list[Finding]:
    """Items that call for another scale and are newly answered so: nobody has looked at that yet."""
    found = []
    for trigger in scale.triggers:
        if not trigger.calls_for:
            continue
        now = item_value(scale, points[-1].value, trigger.item)
        known = (item_value(scale, a.value, trigger.item) for a in reversed(points[:-1]))
        before = next((value for value in known if value is not None), None)
        if now is not None and now >= trigger.at_least and (before is None or before < trigger.at_least):
            was = "no earlier answer" if before is None else f"{before} before"
            text = f"{scale.title} item {trigger.item.lstrip('q')} is newly {now} ({was})."
            found.append(_warn(ITEM_NEW, text, "A clinician speaks with the patient; a booking alone is not enough."))
    return found


def _course(infusions: Sequence[Infusion]) -> tuple[Infusion, ...]:
    """The infusions of the latest induction; where there was none here, every infusion."""
    inductions = [infusion for infusion in infusions if not infusion.maintenance]
    if not inductions:
        return tuple(infusions)
    return tuple(infusion for infusion in inductions if infusion.series_id == inductions[-1].series_id)


def _over_at(course: Sequence[Infusion], infusions: Sequence[Infusion]) -> datetime | None:
    """Since when the induction is behind the patient (the session of its last infusion); None while it goes on."""
    if not course:
        return None
    last = course[-1]
    if last.maintenance:
        return course[0].opened_at
    on = any(infusion.maintenance and infusion.started_at > last.started_at for infusion in infusions)
    return last.opened_at if on or last.ended or len(course) >= last.planned else None


def _baseline(points: Sequence[Assessment], course: Sequence[Infusion], limits: ScoreLimits) -> Assessment | None:
    if not course:
        return None
    first = course[0].started_at
    oldest = first - timedelta(days=limits.baseline_days)
    before = [a for a in points if oldest <= a.taken_at < first]
    return before[-1] if before else next((a for a in points if a.taken_at >= first), None)


def _total(assessment: Assessment) -> int:
    assert assessment.total is not None
    return assessment.total


def _warn(code: str, text: str, action: str) -> Finding:
    return Finding(code, Severity.WARN, text, subject=code, action=action)


_REVIEW = "A prescriber looks at the course before the next booking."
