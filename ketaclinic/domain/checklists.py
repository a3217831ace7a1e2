"""Checklists: versioned items with a pass rule and what failing means, and which points are still open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ketaclinic.domain.findings import Finding, Severity


class ItemKind(StrEnum):
    """How an item is answered, and so how the screen draws it.

    Values as given to `charting.answer`: TICK True or False; CHOICE an option's code; NUMBER a float; TEXT a str;
    DATETIME a naive wall-clock datetime at the location; IDENTIFIERS {"name": True, "born": True};
    INSTRUMENT {"answers": {item code: int}} or {"score": int}; SIGNATURE True together with `second`;
    COMPUTED is never answered by hand: the program answers it from data and says why.
    """

    TICK = "tick"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    DATETIME = "datetime"
    IDENTIFIERS = "identifiers"
    INSTRUMENT = "instrument"
    SIGNATURE = "signature"
    COMPUTED = "computed"


class Result(StrEnum):
    """What an answer means for the step."""

    MET = "met"
    WARN = "warn"
    OVERRIDE = "override"
    BLOCK = "block"

    @property
    def severity(self) -> Severity | None:
        """The severity of the finding it makes; None when the item is met."""
        return None if self is Result.MET else Severity(self.value)


class ItemState(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    MET = "met"
    WARNED = "warned"  # answered, passes with a warning
    NOT_MET = "not_met"
    OVERRIDDEN = "overridden"
    NOT_ASKED = "not_asked"  # depends on another answer that does not call for it

    @property
    def done(self) -> bool:
        """Whether nothing is left to do about it."""
        return self not in {ItemState.OPEN, ItemState.NOT_MET}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its code, its words, and what choosing it means."""

    code: str
    text: str
    result: Result = Result.MET
    score: int | None = None
    review: str = ""  # kind of the task that a prescriber gets when it is chosen


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One mandatory answer.

    Attributes:
        code: stable name; findings and overrides are logged by it.
        row: row of the printed list; several items may share one (site, gauge, attempts of one IV).
        text: the question as read on screen.
        help: second line, may be empty.
        low, high: range that passes (numbers); `plausible` is the range that can be true at all.
        hours_before: for DATETIME: must lie at least so many hours back.
        failing: what an answer outside the pass rule means.
        override_roles: who may override, names of roles.
        asked_when: (item code, answers for which this one is asked); empty for always.
        computed: name of the computation that answers a COMPUTED item.
        instrument: id of the instrument of an INSTRUMENT item.
        options_from: "prescribers" when the service fills in the options.
        second_roles: roles of the second person of a SIGNATURE item.
        fresh_minutes: an older answer does not count and is asked again; None for no limit.
        after_stop: only an answer given after the infusion stopped counts.
        part_of: "aldrete" or "padss": the item is one row of that score.
        action: what to do when it fails.
    """

    code: str
    row: int
    text: str
    kind: ItemKind
    help: str = ""
    unit: str = ""
    decimals: int = 0
    low: float | None = None
    high: float | None = None
    plausible: tuple[float, float] | None = None
    hours_before: float | None = None
    options: tuple[Option, ...] = ()
    failing: Result = Result.BLOCK
    override_roles: tuple[str, ...] = ()
    asked_when: tuple[str, tuple[str, ...]] | None = None
    computed: str = ""
    instrument: str = ""
    options_from: str = ""
    second_roles: tuple[str, ...] = ()
    fresh_minutes: int | None = None
    after_stop: bool = False
    part_of: str = ""
    action: str = ""
    source: str = ""
    since: str = ""

    def option(self, code: str) -> Option | None:
        """The option with this code."""
        return next((o for o in self.options if o.code == code), None)


@dataclass(frozen=True, slots=True)
class Checklist:
    """A versioned list of items for one step of an encounter ("before", "recovery")."""

    id: str
    version: int
    title: str
    step: str
    items: tuple[ChecklistItem, ...]
    source: str = ""
    since: str = ""

    def item(self, code: str) -> ChecklistItem | None:
        """The item with this code."""
        return next((i for i in self.items if i.code == code), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as given; a later one to the same item supersedes it, none is erased."""

    checklist_id: str
    item: str
    value: Any
    answered_at: datetime
    user_id: int
    second_user_id: int | None = None


Answers = Mapping[str, Answer]
"""The answer that counts for each item code."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What data say about a COMPUTED item: nothing yet (`open`), or its findings (none: met), and why."""

    why: str
    findings: tuple[Finding, ...] = ()
    open: bool = False
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A second person let a finding pass; it counts only for the findings that stood then (`basis`, their words)."""

    code: str
    basis: frozenset[str]
    approver_id: int

    def covers(self, finding: Finding) -> bool:
        """Whether this finding is still the one that was overridden."""
        return finding.code == self.code and finding.message in self.basis


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """Where an item stands and why."""

    item: ChecklistItem
    state: ItemState
    answer: Answer | None = None
    why: str = ""
    findings: tuple[Finding, ...] = ()
    score: int | None = None
    overridden_by: int | None = None


def rows_done(statuses: tuple[ItemStatus, ...]) -> tuple[int, int]:
    """How many printed rows have nothing left to do, and how many there are."""
    rows: dict[int, bool] = {}
    for status in statuses:
        rows[status.item.row] = rows.get(status.item.row, True) and status.state.done
    return sum(rows.values()), len(rows)
