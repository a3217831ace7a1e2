"""A scale that calls for another one in the same visit: item 9 of the PHQ-9 calls for the C-SSRS screener (harm 9)."""

from collections.abc import Iterable, Mapping

from ketaclinic.domain.checklists import Answer, ChecklistItem
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.instruments import Instrument, item_value

Calls = Mapping[str, tuple[str, ...]]
"""Scale that is called for -> why, in the words of the answers that call for it."""


def calls_of(answers: Mapping[str, Answer], instruments: Mapping[str, Instrument]) -> dict[str, tuple[str, ...]]:
    """What the answers of a visit call for."""
    found: dict[str, tuple[str, ...]] = {}
    for answer in answers.values():
        if not isinstance(answer.value, Mapping):
            continue
        scale = instruments.get(str(answer.value.get("instrument", "")))
        for wanted, why in _calls(scale, answer) if scale else ():
            found[wanted] = (*found.get(wanted, ()), why)
    return found


def with_calls(item: ChecklistItem, findings: tuple[Finding, ...], calls: Calls) -> tuple[Finding, ...]:
    """What stands against the start because of a scale that was called for, together with why it was called for.

    An acknowledgement holds for the words it was given to: where what called for the scale changes afterwards (a
    corrected PHQ-9), the prescriber is asked again. Answered without anything that stops, the scale has done its part.
    """
    stopping = [f for f in findings if f.severity is not Severity.WARN]
    if not stopping:
        return findings
    first = stopping[0]
    roles = first.override_roles or item.override_roles
    added = (
        Finding(first.code, Severity.OVERRIDE, why, roles, item.code, item.action)
        for why in calls.get(item.instrument, ())
    )
    return (*findings, *added)


def unanswerable(
    item: ChecklistItem, answer: Answer, instruments: Mapping[str, Instrument], offered: Iterable[str]
) -> tuple[Finding, ...]:
    """Blocks where an answer calls for a scale that the list does not ask: nobody would look at it."""
    scale = instruments[item.instrument]
    found = []
    for wanted, why in _calls(scale, answer):
        if wanted not in set(offered):
            title = instruments[wanted].title if wanted in instruments else wanted
            text = f"{why} It calls for {title}, which this checklist does not ask: a prescriber puts the list right."
            found.append(Finding(f"{item.code}-follow-up", Severity.BLOCK, text, subject=item.code))
    return tuple(found)


def _calls(scale: Instrument, answer: Answer) -> list[tuple[str, str]]:
    found = []
    for trigger in scale.triggers:
        given = item_value(scale, answer.value, trigger.item) if trigger.calls_for else None
        if given is not None and given >= trigger.at_least:
            found.append((trigger.calls_for, f"{scale.title} item {trigger.item.lstrip('q')} is {given}."))
    return found
