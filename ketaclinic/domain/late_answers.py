"""Answers to the list before the start that were given after it: kept and shown, without changing what was judged."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ketaclinic.domain.answers import Asked, evaluate
from ketaclinic.domain.checklists import Answer, Checklist, ChecklistItem
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.visit import Visit

_DO = "The infusion has begun: tell the prescriber now."


def answers_that_count(
    given: Iterable[Answer], checklists: Sequence[Checklist], started_at: datetime | None
) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Item code -> the answer that counts, and item code -> the one given late.

    For the list before the start the last answer up to the start counts, for any other list the last one.
    """
    before = {checklist.id for checklist in checklists if checklist.step == "before"}
    counting: dict[str, Answer] = {}
    late: dict[str, Answer] = {}
    for answer in given:
        after_start = started_at is not None and answer.answered_at > started_at
        (late if after_start and answer.checklist_id in before else counting)[answer.item] = answer
    return counting, late


def late_findings(visit: Visit, item: ChecklistItem, answer: Answer) -> tuple[Finding, ...]:
    """What an answer given after the start calls for: what would have stopped the start is told to the prescriber."""
    wall = answer.answered_at.astimezone(ZoneInfo(visit.zone)).replace(tzinfo=None)
    asked = Asked(answer.answered_at, wall, visit.encounter.stopped_at, visit.instruments)
    alone = Checklist("", 1, "", "before", (replace(item, asked_when=None, fresh_minutes=None),))
    (status,) = evaluate(alone, {item.code: answer}, asked)
    return tuple(
        replace(f, action=f"{_DO} {f.action}".strip()) for f in status.findings if f.severity is not Severity.WARN
    )


def found_late(visit: Visit) -> tuple[tuple[Answer, Finding], ...]:
    """The late answers that would have stopped the start, each with what to do."""
    items = {item.code: item for c in visit.checklists if c.step == "before" for item in c.items}
    return tuple(
        (answer, finding)
        for code, answer in visit.late_answers.items()
        if code in items
        for finding in late_findings(visit, items[code], answer)
    )
