"""Checklists, versioned, from `resources/checklists/*.toml`."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, model_validator

from ketaclinic.catalog.reader import CatalogError, Resource, read, shown_path, wrong
from ketaclinic.domain.checklists import Checklist, ChecklistItem, ItemKind, Option, Result

_Role = Literal["prescriber", "nurse", "manager"]
_Result = Literal["met", "warn", "override", "block"]
_EARLIER = re.compile(r"^(?P<id>.+)\.v(?P<version>\d+)$")

COMPUTATIONS = frozenset(
    {
        "aldrete-circulation",
        "aldrete-saturation",
        "breathing",
        "consent",
        "dose",
        "escort",
        "escort-hard",
        "heart-rate",
        "ketamine-allergy",
        "order",
        "padss-activity",
        "padss-vitals",
        "pressure",
        "saturation",
        "second-check",
        "temperature",
        "weight-change",
    }
)
"""What the program can answer from data (`domain.start_items`, `domain.discharge`)."""


class _Option(Resource):
    code: str
    text: str = Field(min_length=1)
    result: _Result = "met"
    score: int | None = Field(default=None, ge=0, le=2)
    review: Literal["", "review-urinary"] = ""


class _AskedWhen(Resource):
    item: str
    answers: tuple[str, ...] = Field(min_length=1)


class _Item(Resource):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    row: int = Field(ge=1)
    text: str = Field(min_length=1)
    kind: Literal["tick", "choice", "number", "text", "datetime", "identifiers", "instrument", "signature", "computed"]
    help: str = ""
    unit: str = ""
    decimals: int = Field(default=0, ge=0, le=3)
    low: float | None = None
    high: float | None = None
    plausible: tuple[float, float] | None = None
    hours_before: float | None = Field(default=None, gt=0)
    options: tuple[_Option, ...] = ()
    options_from: Literal["", "prescribers"] = ""
    failing: _Result = "block"
    override_roles: tuple[_Role, ...] = ()
    second_roles: tuple[_Role, ...] = ()
    asked_when: _AskedWhen | None = None
    computed: str = ""
    instrument: str = ""
    fresh_minutes: int | None = Field(default=None, ge=1)
    after_stop: bool = False
    part_of: Literal["", "aldrete", "padss"] = ""
    action: str = ""
    source: str = Field(min_length=5)
    since: date

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kind == "choice") != bool(self.options or self.options_from):
            raise ValueError("options belong to a choice, and a choice needs them")
        if (self.kind == "computed") != bool(self.computed):
            raise ValueError("`computed` names the computation of a computed item")
        if self.computed and self.computed not in COMPUTATIONS:
            raise ValueError(f"nothing computes {self.computed!r}")
        if (self.kind == "instrument") != bool(self.instrument):
            raise ValueError("`instrument` names the scale of an instrument item")
        if (self.kind == "datetime") != (self.hours_before is not None):
            raise ValueError("`hours_before` belongs to a date and time")
        if self.part_of and self.kind == "choice" and any(o.score is None for o in self.options):
            raise ValueError("each option of a score's row has a score")
        overridable = self.failing == "override" or any(o.result == "override" for o in self.options)
        if overridable and not self.override_roles:
            raise ValueError("says override, but not who may")
        return self


class _ChecklistFile(Resource):
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    step: Literal["before", "during", "recovery"]
    source: str = Field(min_length=5)
    since: date
    item: tuple[_Item, ...] = Field(min_length=1)


def load_checklists(folder: Path) -> MappingProxyType[str, Checklist]:
    """Every checklist by its id (its file's name); an earlier version "x.v1.toml" stands under "x@1".

    An encounter keeps the version it was asked: keep the old file under that name when you raise `version`.
    """
    lists: dict[str, Checklist] = {}
    for path in sorted(folder.glob("*.toml")):
        earlier = _EARLIER.match(path.stem)
        given = _checklist(path, earlier["id"] if earlier else path.stem)
        if earlier and given.version != int(earlier["version"]):
            raise wrong(path, ("version",), f"the file's name says {earlier['version']}")
        lists[f"{given.id}@{given.version}" if earlier else given.id] = given
    _unique_items(folder, (c for name, c in lists.items() if "@" not in name))
    return MappingProxyType(lists)


def _checklist(path: Path, checklist_id: str) -> Checklist:
    given = read(path, _ChecklistFile)
    codes = [item.code for item in given.item]
    for index, item in enumerate(given.item):
        if item.code in codes[:index]:
            raise wrong(path, ("item", index, "code"), f"{item.code!r} is given twice")
        if item.row < given.item[index - 1].row and index:
            raise wrong(path, ("item", index, "row"), "rows come in order")
    return Checklist(
        id=checklist_id,
        version=given.version,
        title=given.title,
        step=given.step,
        items=tuple(_item(item) for item in given.item),
        source=given.source,
        since=given.since.isoformat(),
    )


def _unique_items(folder: Path, lists: Iterable[Checklist]) -> None:
    """Answers of all lists of a visit are looked up by item code, so a code stands in one list only."""
    owner: dict[str, str] = {}
    kept = tuple(lists)
    for checklist in kept:
        for item in checklist.items:
            if item.code in owner:
                place = shown_path(folder / f"{checklist.id}.toml")
                raise CatalogError(f"{place}: item {item.code!r} stands in {owner[item.code]!r} too")
            owner[item.code] = checklist.id
    for checklist in kept:
        for item in checklist.items:
            if item.asked_when and item.asked_when[0] not in owner:
                place = shown_path(folder / f"{checklist.id}.toml")
                raise CatalogError(f"{place}: item {item.code!r} depends on {item.asked_when[0]!r}, which is no item")


def _item(given: _Item) -> ChecklistItem:
    return ChecklistItem(
        code=given.code,
        row=given.row,
        text=given.text,
        kind=ItemKind(given.kind),
        help=given.help,
        unit=given.unit,
        decimals=given.decimals,
        low=given.low,
        high=given.high,
        plausible=given.plausible,
        hours_before=given.hours_before,
        options=tuple(Option(o.code, o.text, Result(o.result), o.score, o.review) for o in given.options),
        options_from=given.options_from,
        failing=Result(given.failing),
        override_roles=given.override_roles,
        second_roles=given.second_roles,
        asked_when=(given.asked_when.item, given.asked_when.answers) if given.asked_when else None,
        computed=given.computed,
        instrument=given.instrument,
        fresh_minutes=given.fresh_minutes,
        after_stop=given.after_stop,
        part_of=given.part_of,
        action=given.action,
        source=given.source,
        since=given.since.isoformat(),
    )
