"""May it start, may it go on, may the patient leave: each answered with its findings, never by writing anything.

Principle: block the start or the release, never the recording of what happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ketaclinic.domain import events
from ketaclinic.domain.alerts import visit_alerts
from ketaclinic.domain.answers import Asked, evaluate, open_findings
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.checklists import Checklist, ChecklistItem, ItemStatus, Option
from ketaclinic.domain.clearance import start_findings
from ketaclinic.domain.discharge import criteria, from_ledger, later_item, recovery_statuses
from ketaclinic.domain.encounters import Criterion
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.observations import Level
from ketaclinic.domain.once import once, worked_out
from ketaclinic.domain.people import Role
from ketaclinic.domain.start_items import start_item
from ketaclinic.domain.visit import Visit

_PRESCRIBER = (Role.PRESCRIBER.value,)


def asked_of(visit: Visit, checklist: Checklist) -> Checklist:
    """The checklist with the options that only the clinic's present state can tell, and its drug ledger."""
    told = (from_ledger(visit, item) for item in checklist.items)
    return replace(checklist, items=tuple(_with_options(visit, item) for item in told))


def statuses(visit: Visit, checklist: Checklist) -> tuple[ItemStatus, ...]:
    """Every item of a checklist of this visit with its state; that before the start is judged at the start."""
    kept, key = worked_out(visit), ("statuses", checklist.id, checklist.version)
    if key not in kept:
        kept[key] = _statuses(visit, checklist)
    found: tuple[ItemStatus, ...] = kept[key]
    return found


def _statuses(visit: Visit, checklist: Checklist) -> tuple[ItemStatus, ...]:
    at = visit.judged_at if checklist.step == "before" else visit.now
    asked = Asked(
        now=at,
        now_wall=_wall(visit, at),
        stopped_at=visit.encounter.stopped_at,
        instruments=visit.instruments,
        overrides=visit.overrides,
        computed=start_item(visit) if checklist.step == "before" else later_item(visit),
    )
    told = asked_of(visit, checklist)
    if checklist.step == "recovery":
        return recovery_statuses(visit, told, asked)
    return evaluate(told, visit.answers, asked)


@once
def may_start(visit: Visit) -> tuple[Finding, ...]:
    """What stands against starting now: blocks, overrides nobody has given, warnings. Empty or warnings: it may."""
    if visit.encounter.started_at is not None:
        return (_block("started", "The infusion has been started already."),)
    findings: list[Finding] = []
    if visit.appointment.status is not Status.CHECKED_IN:
        findings.append(_block("not-checked-in", f"The visit is {visit.appointment.status.word.lower()}: check in."))
    for checklist in visit.checklists:
        if checklist.step == "before":
            findings.extend(open_findings(statuses(visit, checklist)))
    if not any(c.step == "before" for c in visit.checklists):
        findings.append(_block("no-checklist", "The protocol names no checklist for the start."))
    if visit.baseline is None:
        text = f"A full set of vitals within {visit.protocol.monitoring.baseline_within} minutes before the start."
        findings.append(_block("baseline", f"Not done: {text}"))
    findings.extend(_surroundings(visit))
    return tuple(findings)


def stopping(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that stop the act: warnings left out."""
    return tuple(f for f in findings if f.severity is not Severity.WARN)


@once
def discharge_criteria(visit: Visit) -> tuple[Criterion, ...]:
    """The criteria of the discharge, met or not, with the reason."""
    found = tuple(s for c in visit.checklists if c.step == "recovery" for s in statuses(visit, c))
    return criteria(visit, found, visit_alerts(visit))


@once
def may_release(visit: Visit) -> tuple[Finding, ...]:
    """What stands against releasing the patient now; nothing here can be overridden."""
    if visit.encounter.signed_at is not None:
        return (_block("signed", "The session has been signed already."),)
    if visit.encounter.started_at is None:
        return (_block("not-started", "The infusion was not started: there is nothing to discharge from."),)
    if visit.encounter.stopped_at is None:
        return (_block("running", "The infusion has not been stopped."),)
    if not any(c.step == "recovery" for c in visit.checklists):
        return (_block("no-checklist", "The protocol names no checklist for the discharge."),)
    return tuple(
        Finding(f"discharge-{c.code}", Severity.BLOCK, f"{c.text}: {c.why}", subject=c.code)
        for c in discharge_criteria(visit)
        if not c.met
    )


@dataclass(frozen=True, slots=True)
class CosignCause:
    """Something that a prescriber signs for: which entry, and what it is in words."""

    key: str
    reason: str


@once
def cosign_causes(visit: Visit) -> tuple[CosignCause, ...]:
    """Everything in this session that asks for a prescriber's signature besides the nurse's."""
    causes = [CosignCause(f"event-{e.id}", "an override") for e in visit.happened if e.kind == events.OVERRIDE]
    red = (alert for alert in visit_alerts(visit) if alert.level is Level.RED)
    causes.extend(CosignCause(f"{alert.code}-{alert.since.isoformat()}", "a red alert") for alert in red)
    for event in visit.happened:
        if event.kind != events.MEDICINE:
            continue
        if _rescue(visit, event.data.get("code", "")):
            causes.append(CosignCause(f"event-{event.id}", "a rescue medicine"))
        if event.data.get("order") in {"verbal", "none"}:
            causes.append(CosignCause(f"event-{event.id}-order", "a verbal order"))
    return tuple(causes)


def cosigned(visit: Visit, *, signer: int | None = None) -> frozenset[str]:
    """The keys of what a prescriber has signed for already; a signature of who signs the session does not count."""
    return frozenset(
        key
        for e in visit.happened
        if e.kind == events.SIGNATURE and e.user_id != signer
        for key in e.data.get("covers", ())
    )


def listed(words: Sequence[str]) -> str:
    """As a sentence lists them: "an override, a red alert and a rescue medicine"."""
    *first, last = words or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def cosign_reasons(visit: Visit, *, signer: int | None = None) -> tuple[str, ...]:
    """Why a prescriber must still sign too; empty when none must."""
    done = cosigned(visit, signer=signer)
    return tuple(dict.fromkeys(c.reason for c in cosign_causes(visit) if c.key not in done))


def held_codes(visit: Visit) -> tuple[Finding, ...]:
    """What a second person might override and stands against the start now, none of it written down yet."""
    if visit.encounter.started_at is not None:
        return ()
    written = {e.data.get("code") for e in visit.happened if e.kind == events.HELD}
    found = {f.code: f for f in may_start(visit) if f.severity is Severity.OVERRIDE}
    return tuple(finding for code, finding in found.items() if code not in written)


def _surroundings(visit: Visit) -> list[Finding]:
    around, findings = visit.around, []
    if around.chair_running:
        findings.append(_block("chair-running", f"{around.chair_running} is being infused in {visit.chair}."))
    if around.started_today:
        findings.append(_block("same-day", "This patient has already had an infusion today."))
    if around.last_start is not None and not around.started_today:
        days = (_wall(visit, visit.judged_at).date() - around.last_start).days
        if days < visit.protocol.gaps.min_days:
            text = f"The last infusion was {days} days ago; the protocol asks for {visit.protocol.gaps.min_days}."
            findings.append(_override("gap-short", text))
    if around.red_elsewhere:
        text = f"{' and '.join(around.red_elsewhere)} of yours has a red alert."
        findings.append(_override("red-elsewhere", text, action="See to the red alert first."))
    if around.missed_elsewhere:
        text = f"A check of {' and '.join(around.missed_elsewhere)}, of yours, is missed."
        findings.append(_override("missed-elsewhere", text, action="Make the check that is missed first."))
    if around.same_name:
        text = f"Another patient of this name is here today: {', '.join(around.same_name)}."
        findings.append(Finding("same-name", Severity.WARN, text, subject="identifiers"))
    findings.extend(start_findings(around.open_tasks))
    findings.extend(_late_finish(visit))
    answer = visit.answers.get("childbearing")
    if visit.profile.childbearing_potential and answer is not None and answer.value == "no":
        text = "The details say that the patient can be pregnant; the checklist says no."
        findings.append(_override("childbearing-conflict", text, action="Test, or put the details right."))
    return [f for f in findings if not any(o.covers(f) for o in visit.overrides if f.severity is Severity.OVERRIDE)]


def _late_finish(visit: Visit) -> tuple[Finding, ...]:
    """After the infusion there is time for the longest recovery before the clinic closes (`clinical.md` 8.1 and 9)."""
    closes = visit.around.closes_at
    if closes is None:
        return ()
    phases = visit.protocol.phases
    minutes = visit.dose.minutes if visit.dose is not None else phases.infusion
    leaves = _wall(visit, visit.now) + timedelta(minutes=minutes + max(visit.around.longest_recovery, phases.recovery))
    if leaves <= closes:
        return ()
    text = f"A long recovery could last until {leaves:%H:%M}; the clinic closes at {closes:%H:%M}."
    roles = (*_PRESCRIBER, Role.MANAGER.value)
    return (Finding("late-finish", Severity.OVERRIDE, text, roles, "late-finish", "Another day, or who stays longer."),)


def _with_options(visit: Visit, item: ChecklistItem) -> ChecklistItem:
    if item.options_from != "prescribers":
        return item
    people = sorted(visit.prescribers, key=lambda p: (not p.on_shift, p.name))
    return replace(item, options=tuple(Option(str(p.id), f"{p.name}{' (on shift)' * p.on_shift}") for p in people))


def _wall(visit: Visit, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(visit.zone)).replace(tzinfo=None)


def _rescue(visit: Visit, code: str) -> bool:
    kind = visit.charted.intervention(code)
    return kind is not None and kind.rescue


def _block(code: str, text: str) -> Finding:
    return Finding(code, Severity.BLOCK, text, subject=code)


def _override(code: str, text: str, action: str = "") -> Finding:
    return Finding(code, Severity.OVERRIDE, text, _PRESCRIBER, code, action)
