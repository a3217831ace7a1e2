"""Rating scales, one file each, from `resources/instruments/*.toml`."""

from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from ketaclinic.catalog.reader import Resource, read, wrong
from ketaclinic.domain.findings import Severity
from ketaclinic.domain.instruments import Band, Instrument, Question, Trigger


class _Answer(Resource):
    value: int
    text: str = Field(min_length=1)


class _AskedIf(Resource):
    item: str
    at_least: int


class _Question(Resource):
    code: str
    text: str = Field(min_length=1)
    scored: bool = True
    asked_if: _AskedIf | None = None
    answers: tuple[_Answer, ...] = ()


class _Band(Resource):
    code: str
    text: str = Field(min_length=1)
    low: int
    high: int


class _Trigger(Resource):
    code: str
    item: str
    at_least: int
    severity: Literal["warn", "override", "block"]
    message: str = Field(min_length=5)
    override_roles: tuple[Literal["prescriber", "nurse", "manager"], ...] = ()
    action: str = ""


class _InstrumentFile(Resource):
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    lead: str = ""
    scoring: Literal["sum", "triage"]
    maximum: int = Field(default=0, ge=0)
    score_entry_needs: tuple[str, ...] = ()
    source: str = Field(min_length=10)
    rights: str = Field(min_length=10)
    since: date
    answers: tuple[_Answer, ...] = ()
    question: tuple[_Question, ...] = Field(min_length=1)
    band: tuple[_Band, ...] = ()
    trigger: tuple[_Trigger, ...] = ()


def load_instruments(folder: Path) -> MappingProxyType[str, Instrument]:
    """Every scale by its id, which is its file's name."""
    return MappingProxyType({path.stem: _instrument(path) for path in sorted(folder.glob("*.toml"))})


def _instrument(path: Path) -> Instrument:
    given = read(path, _InstrumentFile)
    common = given.answers
    questions = tuple(
        Question(
            q.code,
            q.text,
            q.scored,
            (q.asked_if.item, q.asked_if.at_least) if q.asked_if else None,
            tuple((a.value, a.text) for a in q.answers or common),
        )
        for q in given.question
    )
    codes = [q.code for q in questions]
    for index, question in enumerate(questions):
        if question.code in codes[:index]:
            raise wrong(path, ("question", index, "code"), f"{question.code!r} is given twice")
        if not question.answers:
            raise wrong(path, ("question", index), "has no answers to choose from")
        if question.asked_if and question.asked_if[0] not in codes[:index]:
            raise wrong(path, ("question", index, "asked_if"), f"{question.asked_if[0]!r} does not stand before it")
    for index, trigger in enumerate(given.trigger):
        if trigger.item not in {*codes, "total"}:
            raise wrong(path, ("trigger", index, "item"), f"{trigger.item!r} is no item")
    reachable = sum(max(value for value, _ in q.answers) for q in questions if q.scored)
    if given.scoring == "sum" and given.maximum != reachable:
        raise wrong(path, ("maximum",), f"the items add up to {reachable}")
    return Instrument(
        id=path.stem,
        version=given.version,
        title=given.title,
        lead=given.lead,
        scoring=given.scoring,
        questions=questions,
        bands=tuple(Band(b.code, b.text, b.low, b.high) for b in given.band),
        triggers=tuple(
            Trigger(t.code, t.item, t.at_least, Severity(t.severity), t.message, t.override_roles, t.action)
            for t in given.trigger
        ),
        source=given.source,
        rights=given.rights,
        maximum=given.maximum,
        score_entry_needs=given.score_entry_needs,
    )
