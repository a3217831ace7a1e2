"""Rating scales, one file each, from `resources/instruments/*.toml`; earlier versions beside them as "x.v1.toml"."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from ketaclinic.catalog.reader import Resource, read, wrong
from ketaclinic.domain.findings import Severity
from ketaclinic.domain.instruments import Band, Goals, Instrument, Question, Trigger

_EARLIER = re.compile(r"^(?P<id>.+)\.v(?P<version>\d+)$")


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
    help: str = ""
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
    calls_for: str = ""


class _Course(Resource):
    response_percent: float | None = Field(default=None, gt=0, le=100)
    response_points: int | None = Field(default=None, ge=1)
    change_points: int | None = Field(default=None, ge=1)
    remission_at_most: int | None = Field(default=None, ge=0)
    remission_below: int | None = Field(default=None, ge=1)
    cut: tuple[int, int] | None = None
    watch: tuple[Literal["relapse", "response", "worse"], ...] = ()


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
    course: _Course = _Course()
    question: tuple[_Question, ...] = ()
    band: tuple[_Band, ...] = ()
    trigger: tuple[_Trigger, ...] = ()


def load_instruments(folder: Path) -> MappingProxyType[str, Instrument]:
    """Every scale by its id, which is its file's name; an earlier version "x.v1.toml" stands under "x@1".

    Scores keep the version they were answered in: keep the old file under that name when you raise `version`.
    """
    scales: dict[str, Instrument] = {}
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.toml")):
        earlier = _EARLIER.match(path.stem)
        scale = _instrument(path, earlier["id"] if earlier else path.stem)
        if earlier and scale.version != int(earlier["version"]):
            raise wrong(path, ("version",), f"the file's name says {earlier['version']}")
        name = f"{scale.id}@{scale.version}" if earlier else scale.id
        scales[name], files[name] = scale, path
    for name, scale in scales.items():
        for index, trigger in enumerate(scale.triggers):
            if trigger.calls_for and trigger.calls_for not in scales:
                raise wrong(files[name], ("trigger", index, "calls_for"), f"there is no scale {trigger.calls_for!r}")
    return MappingProxyType(scales)


def _instrument(path: Path, scale_id: str) -> Instrument:
    given = read(path, _InstrumentFile)
    common = given.answers
    questions = tuple(
        Question(
            q.code,
            q.text,
            q.scored,
            (q.asked_if.item, q.asked_if.at_least) if q.asked_if else None,
            tuple((a.value, a.text) for a in q.answers or common),
            q.help,
        )
        for q in given.question
    )
    _check_questions(path, given, questions)
    _check_bands(path, given)
    return Instrument(
        id=scale_id,
        version=given.version,
        title=given.title,
        lead=given.lead,
        scoring=given.scoring,
        questions=questions,
        bands=tuple(Band(b.code, b.text, b.low, b.high) for b in given.band),
        triggers=tuple(
            Trigger(
                t.code, t.item, t.at_least, Severity(t.severity), t.message, t.override_roles, t.action, t.calls_for
            )
            for t in given.trigger
        ),
        source=given.source,
        rights=given.rights,
        maximum=given.maximum,
        score_entry_needs=given.score_entry_needs,
        goals=_goals(path, given),
    )


def _check_questions(path: Path, given: _InstrumentFile, questions: Sequence[Question]) -> None:
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
        if trigger.severity == "override" and not trigger.override_roles:
            raise wrong(path, ("trigger", index), "says override, but not who may")
    for index, code in enumerate(given.score_entry_needs):
        if code not in codes:
            raise wrong(path, ("score_entry_needs", index), f"{code!r} is no item")
    reachable = sum(max(value for value, _ in q.answers) for q in questions if q.scored)
    if given.scoring == "sum" and questions and given.maximum != reachable:
        raise wrong(path, ("maximum",), f"the items add up to {reachable}")
    if not questions and (given.scoring != "sum" or given.maximum < 1):
        raise wrong(path, ("question",), "a scale without questions is a total with its maximum")


def _check_bands(path: Path, given: _InstrumentFile) -> None:
    """Bands follow one another from 0 to the maximum: no total falls between two."""
    follows = 0
    for index, band in enumerate(given.band):
        if band.low != follows or band.high < band.low:
            raise wrong(path, ("band", index, "low"), f"the bands go on at {follows}")
        follows = band.high + 1
    if given.band and follows != given.maximum + 1:
        raise wrong(path, ("band", len(given.band) - 1, "high"), f"the last band ends at {given.maximum}")


def _goals(path: Path, given: _InstrumentFile) -> Goals:
    course = given.course
    if course.remission_at_most is not None and course.remission_below is not None:
        raise wrong(path, ("course", "remission_below"), "stands beside `remission_at_most`: give one of them")
    below = course.remission_below
    return Goals(
        response_percent=course.response_percent,
        response_points=course.response_points,
        change_points=course.change_points,
        remission_at_most=below - 1 if below is not None else course.remission_at_most,
        cut=course.cut,
        watch=course.watch,
    )
