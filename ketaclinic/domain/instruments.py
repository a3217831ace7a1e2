"""Rating scales: items as published, scoring, bands and triggers. A scale half filled in has no score.

Scales whose items may not be reproduced have none here: their total is typed from the clinic's own paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ketaclinic.domain.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Question:
    """One item; `asked_if` is (item code, least value) that makes it asked, None for always.

    `help`: the examples that stand under the item, as published; may be empty.
    """

    code: str
    text: str
    scored: bool = True
    asked_if: tuple[str, int] | None = None
    answers: tuple[tuple[int, str], ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A range of the total, or for a triage its step, with its word."""

    code: str
    text: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """An answer that calls for something: item `item` (or "total") at least `at_least`.

    `calls_for`: id of the scale that must be answered in the same visit because of it.
    """

    code: str
    item: str
    at_least: int
    severity: Severity
    message: str
    override_roles: tuple[str, ...] = ()
    action: str = ""
    calls_for: str = ""


@dataclass(frozen=True, slots=True)
class Goals:
    """What a change of the total means over a course.

    Attributes:
        response_percent: a fall of the total by so much since the start of the course is a response.
        response_points: the same in points, for scales that are read so.
        change_points: the least fall that is more than chance.
        remission_at_most: a total up to this is a remission.
        cut: totals from .. to at which the diagnosis is commonly assumed.
        watch: what is followed over a course: "relapse", "response", "worse" (numbers: `rules-scores.toml`).
    """

    response_percent: float | None = None
    response_points: int | None = None
    change_points: int | None = None
    remission_at_most: int | None = None
    cut: tuple[int, int] | None = None
    watch: tuple[str, ...] = ()

    def remitted(self, total: int) -> bool:
        """Whether a total is a remission."""
        return self.remission_at_most is not None and total <= self.remission_at_most

    def responded(self, before: int, now: int) -> bool:
        """Whether the fall from one total to another is a response."""
        if self.response_percent is not None and before > 0:
            return (before - now) * 100 >= self.response_percent * before
        return self.response_points is not None and before - now >= self.response_points


@dataclass(frozen=True, slots=True)
class Instrument:
    """A scale with its wording, its source and the right to reproduce it.

    Attributes:
        lead: the sentence before the items.
        scoring: "sum" of the scored items, or "triage" (no score, only triggers).
        questions: empty where only the total is entered.
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
    goals: Goals = Goals()

    @property
    def total_only(self) -> bool:
        """Whether the items are not reproduced here, so that nothing but the total can be entered."""
        return not self.questions

    def asked(self, answers: Mapping[str, int]) -> tuple[Question, ...]:
        """The questions that are to be asked after these answers, in order."""
        return tuple(q for q in self.questions if _asked(q, answers))

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
        missing = tuple(q.code for q in instrument.asked(answers) if q.code not in answers)
        total = sum(answers[q.code] for q in instrument.questions if q.scored and q.code in answers)
    if instrument.scoring == "triage" or (missing and typed is None) or (instrument.total_only and typed is None):
        total, missing = None, missing or (() if instrument.questions else ("score",))
    findings = tuple(_finding(t, answers, total) for t in instrument.triggers if _fires(t, answers, total))
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
    if given and instrument.total_only:
        return f"{instrument.title} takes its total only; its questions are not reproduced here."
    given.update({k: value[k] for k in instrument.score_entry_needs if k in value})
    for code, answer in given.items():
        question = instrument.question(code)
        if question is None:
            return f"{instrument.title} has no item {code}."
        if answer is not None and answer not in {number for number, _ in question.answers}:
            return f"{instrument.title}, {code}: {answer} is not one of its answers."
    if typed is not None and (high := _more_than_the_total(instrument, value, int(typed))):
        return high
    return "" if given or typed is not None else f"{instrument.title}: no answer was given."


def item_value(instrument: Instrument, value: Mapping[str, Any], item: str) -> int | None:
    """What was answered to one item, also where only the total was typed; None where it is not known."""
    given = dict(value.get("answers") or {}).get(item, value.get(item))
    return int(given) if given is not None and _whole(given) and instrument.question(item) is not None else None


def _more_than_the_total(instrument: Instrument, value: Mapping[str, Any], total: int) -> str:
    """A total and single items from paper that cannot both be true: the items are part of it."""
    known = {k: int(value[k]) for k in instrument.score_entry_needs if value.get(k) is not None}
    rest = instrument.maximum - sum(max(n for n, _ in q.answers) for q in instrument.questions if q.code in known)
    if not known or sum(known.values()) <= total <= sum(known.values()) + rest:
        return ""
    words = " and ".join(f"item {code.lstrip('q')} of {number}" for code, number in known.items())
    return f"{instrument.title}: a total of {total} and {words} cannot both be right."


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


def _finding(trigger: Trigger, answers: Mapping[str, int], total: int | None) -> Finding:
    """What a trigger says. The answer stands in its words, so that who let it pass has let this answer pass."""
    answer = total if trigger.item == "total" else answers.get(trigger.item)
    message = trigger.message.replace("{answer}", str(answer))
    return Finding(trigger.code, trigger.severity, message, trigger.override_roles, trigger.item, trigger.action)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
