"""What an answer to a checklist item may be, and what it means: met, warned, not met, or still open."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ketaclinic.domain.called_scales import Calls, calls_of, unanswerable, with_calls
from ketaclinic.domain.checklists import (
    Answer,
    Answers,
    Checklist,
    ChecklistItem,
    Computed,
    ItemKind,
    ItemState,
    ItemStatus,
    Override,
    Result,
)
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.instruments import Instrument, invalid_answers, score


@dataclass(frozen=True, slots=True)
class Asked:
    """What the evaluation of a checklist looks at besides the answers.

    Attributes:
        now, now_wall: the instant the answers are judged at, and the same on the location's wall.
        stopped_at: end of the infusion.
        computed: answers the items of kind COMPUTED from data.
        calls: scales that answers of this visit call for, and why; `offered` are those the list asks.
    """

    now: datetime
    now_wall: datetime
    stopped_at: datetime | None
    instruments: Mapping[str, Instrument]
    overrides: tuple[Override, ...] = ()
    computed: Callable[[ChecklistItem], Computed] = lambda item: Computed(item.text, open=True)
    calls: Calls = field(default_factory=dict)
    offered: frozenset[str] = frozenset()


def stored_value(item: ChecklistItem, value: Any, instruments: Mapping[str, Instrument]) -> Any:  # noqa: ANN401 - JSON
    """An answer in the form it is kept in (JSON).

    Raises:
        ValueError: its text says why this cannot be an answer.
    """
    if item.kind is ItemKind.COMPUTED:
        raise ValueError(f"“{item.text}” is answered from data, not by hand.")
    return _STORING[item.kind](item, value, instruments)


def shown_value(item: ChecklistItem, stored: Any) -> Any:  # noqa: ANN401 - JSON
    """A kept answer as `checklists.ItemKind` describes it."""
    if item.kind is ItemKind.DATETIME and isinstance(stored, str):
        return datetime.fromisoformat(stored)
    return stored


def spoken_value(item: ChecklistItem, stored: Any) -> str:  # noqa: ANN401 - JSON
    """A kept answer in the words of its question."""
    if item.kind is ItemKind.CHOICE:
        option = item.option(str(stored))
        return option.text if option else str(stored)
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    if item.kind is ItemKind.NUMBER:
        return f"{number(stored, item.decimals)} {item.unit}".strip()
    if item.kind is ItemKind.DATETIME:
        return f"{shown_value(item, stored):%Y-%m-%d %H:%M}"
    if isinstance(stored, dict):
        return "declined" if stored.get("declined") else "other answers"
    return str(stored)


def evaluate(checklist: Checklist, answers: Answers, asked: Asked) -> tuple[ItemStatus, ...]:
    """Every item with its state, in the order of the list. `answers` may hold those of other lists too."""
    known = {item.code: item for item in checklist.items}
    offered = frozenset(i.instrument for i in checklist.items if i.instrument and _is_asked(i, answers, asked, known))
    told = replace(asked, calls=calls_of(answers, asked.instruments), offered=offered)
    return tuple(_status(item, answers, told, known) for item in checklist.items)


def open_findings(statuses: Iterable[ItemStatus]) -> tuple[Finding, ...]:
    """What the list says about the step: open items and hard failures block, warnings inform."""
    findings: list[Finding] = []
    for status in statuses:
        if status.state is ItemState.OPEN:
            text = f"Not done: {status.item.text}." + (f" {status.why}" if status.why else "")
            findings.append(Finding(f"open-{status.item.code}", Severity.BLOCK, text, subject=status.item.code))
        elif status.state is ItemState.NOT_MET:
            findings.extend(status.findings)
        elif status.state is ItemState.WARNED:
            findings.extend(f for f in status.findings if f.severity is Severity.WARN)
    return tuple(findings)


def _status(item: ChecklistItem, answers: Answers, asked: Asked, known: Mapping[str, ChecklistItem]) -> ItemStatus:
    if not _is_asked(item, answers, asked, known):
        return ItemStatus(item, ItemState.NOT_ASKED)
    if item.kind is ItemKind.COMPUTED:
        told = asked.computed(item)
        if told.open:
            return ItemStatus(item, ItemState.OPEN, why=told.why)
        return _judged(item, None, told.findings, told.why, told.score, asked)
    answer = answers.get(item.code)
    if answer is None:
        return ItemStatus(item, ItemState.OPEN)
    if stale := _stale(item, answer, asked):
        return ItemStatus(item, ItemState.OPEN, answer, stale)
    return _answered(item, answer, asked)


def _answered(item: ChecklistItem, answer: Answer, asked: Asked) -> ItemStatus:
    value = shown_value(item, answer.value)
    if item.kind is ItemKind.INSTRUMENT:
        return _instrument(item, answer, asked)
    if item.kind is ItemKind.CHOICE:
        option = item.option(str(value))
        if option is None:
            return ItemStatus(item, ItemState.OPEN, answer, "The earlier answer cannot be chosen any more.")
        findings = _finding(item, option.result, f"{item.text}: {option.text}")
        return _judged(item, answer, findings, option.text, option.score, asked)
    passes, why = _passes(item, answer, value, asked)
    findings = () if passes else _finding(item, item.failing, why)
    return _judged(item, answer, findings, why, None, asked)


def _passes(item: ChecklistItem, answer: Answer, value: Any, asked: Asked) -> tuple[bool, str]:  # noqa: ANN401 - JSON
    """Whether an answer meets the pass rule, with the sentence that goes with it (stable: overrides refer to it)."""
    if item.kind is ItemKind.NUMBER:
        low_enough = item.high is None or value <= item.high
        high_enough = item.low is None or value >= item.low
        return low_enough and high_enough, f"{item.text}: {number(value, item.decimals)} {item.unit}".strip()
    if item.kind is ItemKind.DATETIME:
        hours = item.hours_before or 0.0
        passes = value + timedelta(hours=hours) <= asked.now_wall
        return passes, f"{item.text}: {value:%Y-%m-%d %H:%M}, at least {number(hours)} h are needed"
    if item.kind is ItemKind.IDENTIFIERS:
        return bool(value.get("name") and value.get("born")), f"{item.text}: name and date of birth"
    if item.kind is ItemKind.SIGNATURE:
        return bool(value) and answer.second_user_id is not None, f"{item.text}: second person"
    if item.kind is ItemKind.TEXT:
        return bool(str(value).strip()), f"{item.text}: {value}"
    return bool(value), f"{item.text}: {'yes' if value else 'no'}"


def _instrument(item: ChecklistItem, answer: Answer, asked: Asked) -> ItemStatus:
    instrument = asked.instruments[item.instrument]
    if answer.value.get("declined"):
        text = f"{instrument.title}: the patient declined"
        declined = with_calls(item, _finding(item, item.failing, text), asked.calls)
        return _judged(item, answer, declined, text, None, asked)
    scored = score(instrument, answer.value)
    if not scored.complete:
        left = ", ".join(scored.missing)
        return ItemStatus(item, ItemState.OPEN, answer, f"{instrument.title}: still to answer: {left}.")
    words = f"{instrument.title}: " + (f"{scored.total}, " if scored.total is not None else "") + scored.band_text
    findings = with_calls(item, scored.findings, asked.calls)
    findings = (*findings, *unanswerable(item, answer, asked.instruments, asked.offered))
    return _judged(item, answer, findings, words.removesuffix(", "), scored.total, asked)


def _judged(
    item: ChecklistItem,
    answer: Answer | None,
    findings: tuple[Finding, ...],
    why: str,
    points: int | None,
    asked: Asked,
) -> ItemStatus:
    stopping = [f for f in findings if f.severity is not Severity.WARN]
    if not stopping:
        return ItemStatus(item, ItemState.WARNED if findings else ItemState.MET, answer, why, findings, points)
    covering = [next((o for o in asked.overrides if _covers(o, f)), None) for f in stopping]
    if all(covering):
        approver = next(o.approver_id for o in covering if o is not None)
        return ItemStatus(item, ItemState.OVERRIDDEN, answer, why, findings, points, approver)
    left = tuple(f for f, cover in zip(stopping, covering, strict=True) if cover is None)
    warnings = tuple(f for f in findings if f.severity is Severity.WARN)
    return ItemStatus(item, ItemState.NOT_MET, answer, why, (*left, *warnings), points)


def _covers(override: Override, finding: Finding) -> bool:
    return finding.severity is Severity.OVERRIDE and override.covers(finding)


def _finding(item: ChecklistItem, result: Result, text: str) -> tuple[Finding, ...]:
    severity = result.severity
    if severity is None:
        return ()
    roles = item.override_roles if severity is Severity.OVERRIDE else ()
    return (Finding(item.code, severity, f"{text}.", roles, item.code, item.action),)


def _stale(item: ChecklistItem, answer: Answer, asked: Asked) -> str:
    if item.after_stop and (asked.stopped_at is None or answer.answered_at < asked.stopped_at):
        return "Answered before the infusion stopped: ask again."
    if item.fresh_minutes is not None and asked.now - answer.answered_at > timedelta(minutes=item.fresh_minutes):
        return f"Older than {item.fresh_minutes} minutes: ask again."
    return ""


def _is_asked(item: ChecklistItem, answers: Answers, asked: Asked, known: Mapping[str, ChecklistItem]) -> bool:
    """Whether the answers call for an item; what depends on an item that is itself not asked is not asked either."""
    if item.asked_when is None:
        return True
    code, wanted = item.asked_when
    answer = answers.get(code)
    if answer is None or _token(answer.value, asked) not in wanted:
        return False
    before = known.get(code)
    return before is None or _is_asked(before, answers, asked, {k: i for k, i in known.items() if k != code})


def _token(value: Any, asked: Asked) -> str:  # noqa: ANN401 - JSON
    """An answer as a word another item may depend on: a choice's code, yes or no, an instrument's band."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        if value.get("declined"):
            return "declined"
        scale = asked.instruments.get(str(value.get("instrument", "")))
        return score(scale, value).band if scale else ""
    return str(value)


def _store_tick(item: ChecklistItem, value: Any, _: Mapping[str, Instrument]) -> bool:  # noqa: ANN401 - JSON
    if not isinstance(value, bool):
        raise ValueError(f"“{item.text}” is answered by yes or no.")  # noqa: TRY004 - one error for every bad answer
    return value


def _store_choice(item: ChecklistItem, value: Any, _: Mapping[str, Instrument]) -> str:  # noqa: ANN401 - JSON
    if item.option(str(value)) is None:
        raise ValueError(f"“{item.text}” has no answer “{value}”.")
    return str(value)


def _store_number(item: ChecklistItem, value: Any, _: Mapping[str, Instrument]) -> float:  # noqa: ANN401 - JSON
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"“{item.text}” must be a number.")
    if item.plausible and not item.plausible[0] <= value <= item.plausible[1]:
        low, high = (number(v, item.decimals) for v in item.plausible)
        raise ValueError(f"“{item.text}”: {number(value)} {item.unit} cannot be; it lies between {low} and {high}.")
    return float(value)


def _store_text(item: ChecklistItem, value: Any, _: Mapping[str, Instrument]) -> str:  # noqa: ANN401 - JSON
    if not str(value).strip():
        raise ValueError(f"“{item.text}” is empty.")
    return str(value).strip()


def _store_datetime(item: ChecklistItem, value: Any, _: Mapping[str, Instrument]) -> str:  # noqa: ANN401 - JSON
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"“{item.text}” must be a date and time.") from error
    if at.tzinfo is not None:
        raise ValueError(f"“{item.text}” must be a time on the clinic's wall.")
    return at.isoformat(timespec="minutes")


def _store_identifiers(item: ChecklistItem, value: Any, _: Mapping[str, Instrument]) -> dict[str, bool]:  # noqa: ANN401
    if not isinstance(value, Mapping) or not set(value) <= {"name", "born"}:
        raise ValueError(f"“{item.text}” takes the name and the date of birth.")
    return {key: value.get(key) is True for key in ("name", "born")}


def _store_instrument(item: ChecklistItem, value: Any, instruments: Mapping[str, Instrument]) -> dict[str, Any]:  # noqa: ANN401
    instrument = instruments[item.instrument]
    if not isinstance(value, Mapping):
        raise ValueError(f"{instrument.title} takes its answers.")  # noqa: TRY004 - one error for every bad answer
    if value.get("declined"):
        return {"declined": True, "instrument": item.instrument}
    if wrong := invalid_answers(instrument, value):
        raise ValueError(wrong)
    return {**value, "instrument": item.instrument}


_STORING: dict[ItemKind, Callable[[ChecklistItem, Any, Mapping[str, Instrument]], Any]] = {
    ItemKind.TICK: _store_tick,
    ItemKind.SIGNATURE: _store_tick,
    ItemKind.CHOICE: _store_choice,
    ItemKind.NUMBER: _store_number,
    ItemKind.TEXT: _store_text,
    ItemKind.DATETIME: _store_datetime,
    ItemKind.IDENTIFIERS: _store_identifiers,
    ItemKind.INSTRUMENT: _store_instrument,
}
