"""Adverse events: what is kept of each, which are still open, and which the vitals suggest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ketaclinic.domain import events
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.events import Event
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.observations import AdverseEventKind, Level, Observation, Suggesting
from ketaclinic.domain.visit import Visit

RELATED = ("yes", "possible", "no")
"""Whether it has to do with the infusion."""
WORDS = ("peak", "action", "outcome", "reported_to", "note")
"""What is kept in words."""


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """An adverse event as it stands after all that was added to it.

    Attributes:
        event_id: of the entry that counts; pass it to `charting.correct_event`.
        first_id: of the entry it began as: its alert keeps that name.
        onset: when it began; `resolved` when it had gone, None while it lasts.
        related: "yes", "possible", "no", or "" where nobody has said.
        expected: None where nobody has said.
    """

    event_id: int
    first_id: int
    kind: AdverseEventKind
    severity: str
    onset: datetime
    resolved: datetime | None = None
    peak: str = ""
    related: str = ""
    expected: bool | None = None
    action: str = ""
    outcome: str = ""
    reported_to: str = ""
    note: str = ""
    by: str = ""

    @property
    def open(self) -> bool:
        """Whether it has not gone yet."""
        return self.resolved is None

    @property
    def level(self) -> Level | None:
        """How much it calls for action; a severe one always is red."""
        return Level.RED if self.severity == "severe" else self.kind.level

    @property
    def holds_release(self) -> bool:
        """Whether nobody goes home while it lasts."""
        return self.open and (self.level is Level.RED or self.kind.must_resolve)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An adverse event that the vitals speak for and nobody has recorded or declined.

    Attributes:
        code: of the adverse event; pass it to `charting.dismiss`.
        text: "Rise of blood pressure? 172/101 at its highest".
        since: the row it began with.
        from_values: field code -> the value furthest out.
    """

    code: str
    text: str
    since: datetime
    from_values: Mapping[str, float]

    @property
    def peak(self) -> str:
        """The values furthest out, as the record keeps them: "SBP 172"."""
        return ", ".join(f"{code.upper()} {number(value)}" for code, value in self.from_values.items())


def adverse_events(visit: Visit) -> tuple[AdverseEvent, ...]:
    """The adverse events of a session by onset, each as it stands now."""
    found = []
    for event in visit.happened:
        kind = visit.charted.adverse_event(str(event.data.get("code", ""))) if event.kind == events.ADVERSE else None
        if kind is not None:
            found.append(_adverse(visit, event, kind))
    return tuple(found)


def from_last_time(visit: Visit) -> tuple[Finding, ...]:
    """What an adverse event of the patient's last session asks for before this one starts: clinical.md 3."""
    last = visit.around.last_start
    if visit.encounter.started_at is not None or last is None:
        return ()
    found = {}
    for event in visit.around.last_events:
        kind = visit.charted.adverse_event(str(event.data.get("code", ""))) if event.kind == events.ADVERSE else None
        if kind is not None and kind.next_time:
            severity = str(event.data.get("severity", ""))
            what = f"{kind.text} ({severity})" if severity else kind.text
            text = f"In the last session, {last.day} {last:%b %Y}: {what}."
            found[kind.code] = Finding(
                f"last-{kind.code}", Severity.WARN, text, subject=kind.code, action=kind.next_time
            )
    return tuple(found.values())


def _adverse(visit: Visit, event: Event, kind: AdverseEventKind) -> AdverseEvent:
    data = event.data
    return AdverseEvent(
        event_id=event.id,
        first_id=events.first_of(visit.events, event).id,
        kind=kind,
        severity=str(data.get("severity", "")),
        onset=event.happened_at,
        resolved=_instant(data.get("resolved")),
        related=str(data.get("related") or ""),
        expected=data.get("expected"),
        by=visit.name_of(event.user_id),
        **{name: str(data.get(name) or "") for name in WORDS},
    )


def _instant(kept: object) -> datetime | None:
    return datetime.fromisoformat(kept) if isinstance(kept, str) and kept else None


def suggestions(visit: Visit) -> tuple[Suggestion, ...]:
    """What the rows since the start speak for; what was recorded or declined once is not suggested again."""
    started = visit.encounter.started_at
    if started is None or visit.encounter.signed_at is not None:
        return ()
    settled = {e.data.get("code") for e in visit.happened if e.kind in {events.ADVERSE, events.DISMISS}}
    rows = [row for row in visit.rows if row.observed_at > started]
    found = []
    for rule in visit.charted.suggesting:
        kind = visit.charted.adverse_event(rule.adverse_event)
        hits = [row for row in rows if _out(rule, row)]
        if kind is None or not hits or kind.code in settled:
            continue
        furthest = _furthest(rule, hits)
        shown = ", ".join(_shown(visit, code, value) for code, value in furthest.items())
        found.append(Suggestion(kind.code, f"{kind.text}? {shown}", hits[0].observed_at, furthest))
    return tuple(found)


def _out(rule: Suggesting, row: Observation) -> dict[str, float]:
    """The values of a row that speak for it."""
    return {
        bound.field: row.values[bound.field]
        for bound in rule.bounds
        if bound.field in row.values and bound.holds(row.values[bound.field])
    }


def _furthest(rule: Suggesting, hits: list[Observation]) -> dict[str, float]:
    worst: dict[str, float] = {}
    for bound in rule.bounds:
        values = [row.values[bound.field] for row in hits if bound.field in _out(rule, row)]
        if values:
            worst[bound.field] = max(values) if bound.when.startswith(">") else min(values)
    return worst


def _shown(visit: Visit, code: str, value: float) -> str:
    field = visit.charted.field(code)
    return f"{field.short if field else code} {number(value)}"


def wrong(data: Mapping[str, Any], onset: datetime, resolved: datetime | None, now: datetime) -> tuple[str, str]:
    """(field, sentence) of the first thing that cannot be so, ("", "") when all can.

    Args:
        data: as kept with the event.
        onset: when it began.
        resolved: when it had gone, None while it lasts.
        now: nothing lies after this.
    """
    if data.get("severity") not in events.SEVERITIES:
        return "severity", "The severity is mild, moderate or severe."
    if data.get("related") not in {None, "", *RELATED}:
        return "related", "Say whether it is related: yes, possible or no."
    if data.get("expected") not in {None, True, False}:
        return "expected", "Say whether it was expected: yes or no."
    if resolved is not None and resolved < onset:
        return "resolved", "It cannot have gone before it began."
    if resolved is not None and resolved > now:
        return "resolved", "The time at which it had gone lies ahead."
    return "", ""
