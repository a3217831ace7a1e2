"""Rating scales: items as published, scoring, bands and triggers. A scale half filled in has no score."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ketaclinic.domain.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Question:
    """One item; `asked_if` is (item code, least value) that makes it asked, None for always."""

    code: str
    text: str
    scored: bool = True
    asked_if: tuple[str, int] | None = None
    answers: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A range of the total, or for a triage its step, with its word."""

    code: str
    text: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """An answer that calls for something: item `item` (or "total") at least `at_least`."""

    code: str
    item: str
    at_least: int
    severity: Severity
    message: str
    override_roles: tuple[str, ...] = ()
    action: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A scale with its wording, its source and the right to reproduce it.

    Attributes:
        lead: the sentence before the items.
        scoring: "sum" of the scored items, or "triage" (no score, only triggers).
    """

    id: str
    version: int
    title: str
    lead: str
    scoring: str
    questions: tuple[Question, ...]
    bands: tuple[Band, ...]
    triggers: tuple[Trigger, ...]
    source: str
    rights: str
    maximum: int = 0
    score_entry_needs: tuple[str, ...] = ()

    def question(self, code: str) -> Question | None:
        """The item with this code."""
        return next((q for q in self.questions if q.code == code), None)


@dataclass(frozen=True, slots=True)
class Scored:
    """What a filled-in scale says.

    Attributes:
        total: None while items are missing, and for a triage.
        band: code of the band, for a triage "positive" or "negative".
        missing: codes of the items that must still be answered.
    """

    total: int | None
    band: str
    band_text: str
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Whether every item that had to be asked has an answer."""
        return not self.missing


def score(instrument: Instrument, value: Mapping[str, Any]) -> Scored:
    """The score of {"answers": {item: number}}, or of {"score": total, item: number …} typed from paper."""
    answers = {k: v for k, v in dict(value.get("answers") or {}).items() if v is not None}
    typed = value.get("score")
    if typed is not None and not answers:
        answers = {k: value[k] for k in instrument.score_entry_needs if value.get(k) is not None}
        missing = tuple(k for k in instrument.score_entry_needs if k not in answers)
        total: int | None = int(typed)
    else:
        missing = tuple(q.code for q in instrument.questions if _asked(q, answers) and q.code not in answers)
        total = sum(answers[q.code] for q in instrument.questions if q.scored and q.code in answers)
    if instrument.scoring == "triage" or (missing and typed is None):
        total = None
    findings = tuple(_finding(t) for t in instrument.triggers if _fires(t, answers, total))
    band = next((b for b in instrument.bands if total is not None and b.low <= total <= b.high), None)
    if instrument.scoring == "triage":
        positive = any(f.severity is not Severity.WARN for f in findings)
        any_yes = any(answers.values())
        code = "positive" if positive else "some" if any_yes else "negative"
        return Scored(None, code, _TRIAGE[code], missing, findings)
    return Scored(total, band.code if band else "", band.text if band else "", missing, findings)


def invalid_answers(instrument: Instrument, value: Mapping[str, Any]) -> str:
    """Why these answers cannot be taken, in one sentence; "" when they can."""
    typed = value.get("score")
    if typed is not None and (instrument.scoring != "sum" or not _whole(typed) or not 0 <= typed <= instrument.maximum):
        if instrument.scoring != "sum":
            return f"{instrument.title} has no total to enter; answer its questions."
        return f"{instrument.title} goes from 0 to {instrument.maximum}."
    given = dict(value.get("answers") or {})
    given.update({k: value[k] for k in instrument.score_entry_needs if k in value})
    for code, answer in given.items():
        question = instrument.question(code)
        if question is None:
            return f"{instrument.title} has no item {code}."
        if answer is not None and answer not in {number for number, _ in question.answers}:
            return f"{instrument.title}, {code}: {answer} is not one of its answers."
    return "" if given or typed is not None else f"{instrument.title}: no answer was given."


_TRIAGE = {
    "positive": "Prescriber sees the patient before the start",
    "some": "Thoughts without plan or intent",
    "negative": "Negative",
}


def _asked(question: Question, answers: Mapping[str, int]) -> bool:
    if question.asked_if is None:
        return True
    item, least = question.asked_if
    return answers.get(item, -1) >= least


def _fires(trigger: Trigger, answers: Mapping[str, int], total: int | None) -> bool:
    value = total if trigger.item == "total" else answers.get(trigger.item)
    return value is not None and value >= trigger.at_least


def _finding(trigger: Trigger) -> Finding:
    return Finding(
        trigger.code, trigger.severity, trigger.message, trigger.override_roles, trigger.item, trigger.action
    )


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
