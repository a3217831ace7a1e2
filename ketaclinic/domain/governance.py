"""What was overridden, how often, by whose word; and which rules should be looked at again (`clinical.md` 9, row 20).

A rule that is overridden more often than it holds no longer protects anybody: it only teaches people to click.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from ketaclinic.domain.people import Role
from ketaclinic.domain.permissions import CLINICAL
from ketaclinic.domain.sheets import ListHead


class Area(StrEnum):
    """Where a rule stands against something."""

    START = "start"
    BOOKING = "booking"

    @property
    def word(self) -> str:
        """As it is written on screen and paper."""
        return "Start of the infusion" if self is Area.START else "Booking"


@dataclass(frozen=True, slots=True)
class Given:
    """One override as it is stored.

    Attributes:
        subject: the session or the visit it was given for.
        at: when, on the location's wall.
        message: what stood against it.
        asked_by, approver: names; "" for nobody.
    """

    area: Area
    rule: str
    subject: int
    at: datetime
    chair: str = ""
    patient: str = ""
    record: str = ""
    message: str = ""
    reason: str = ""
    asked_by: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True)
class RuleReview:
    """What a prescriber decided about a rule after looking at a month."""

    rule: str
    month: date
    decision: str
    at: datetime  # on the location's wall
    by: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule over a month.

    Attributes:
        title: the rule in words.
        asked: sessions in which it stood against the start; for booking: visits of the month.
        overridden: of these, how many went on against it.
        share: overridden of asked, 0 to 1.
        over_half: overridden more often than the clinic allows without looking at the rule again.
        by_whom: who gave the word, how often; the most frequent first.
        reviewed: the last decision about this month; None while there is none.
    """

    area: Area
    rule: str
    title: str
    asked: int
    overridden: int
    share: float
    over_half: bool
    by_whom: tuple[tuple[str, int], ...]
    reviewed: RuleReview | None = None

    @property
    def to_review(self) -> bool:
        """Whether a decision is still due."""
        return self.over_half and self.reviewed is None

    @property
    def percent(self) -> str:
        """The share as it is read: "62 %"."""
        return f"{self.share * 100:.0f} %"

    @property
    def approvers(self) -> str:
        """Who gave the word: "Dr Lane 5, Dr Okafor 2"."""
        return ", ".join(f"{name} {count}" for name, count in self.by_whom)

    @property
    def standing(self) -> str:
        """Whether it is to be reviewed, or what was decided."""
        if self.reviewed is not None:
            return self.reviewed.decision
        return "Review this rule" if self.over_half else ""


@dataclass(frozen=True, slots=True)
class OverrideReport:
    """The overrides of one month at one location, a row for each rule.

    Attributes:
        month: its first day.
        visits: how many visits the month had, of which the shares of booking are.
    """

    month: date
    location: str
    visits: int
    rows: tuple[RuleRow, ...]

    @property
    def to_review(self) -> int:
        """How many rules wait for a decision."""
        return sum(row.to_review for row in self.rows)


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """One override of a day. Patient, chair, time and reason are empty for who does not treat."""

    area: Area
    rule: str
    title: str
    asked_by: str
    approver: str
    at: datetime | None = None
    chair: str = ""
    patient: str = ""
    record: str = ""
    message: str = ""
    reason: str = ""

    @property
    def who(self) -> str:
        """The patient with the record number; "" where that is not told."""
        return f"{self.patient} ({self.record})" if self.record else ""


@dataclass(frozen=True, slots=True)
class DayOverrides:
    """The daily report of overrides; `told` says whether patients and reasons may be read."""

    day: date
    location: str
    told: bool
    lines: tuple[OverrideLine, ...]


@dataclass(frozen=True, slots=True)
class OverrideSheet:
    """Either report as it is printed."""

    head: ListHead
    report: OverrideReport | DayOverrides


FOR_REVIEW = "for a prescriber's review"
"""Who gave the word where a reason alone was enough and a task was made of it."""

_TITLES: Mapping[str, str] = {
    "baseline": "Full set of vitals before the start",
    "childbearing-conflict": "Details and checklist differ on childbearing",
    "clearance": "Prescriber's clearance before the next booking",
    "closed": "Closed hours",
    "dose-above-max": "Dose above the order's ceiling",
    "dose-attest": "Dose above the usual range",
    "escort": "Escort named, with telephone",
    "gap-long": "Too long since the last session",
    "gap-short": "Too soon after the last session",
    "labs-due": "Liver and urine tests due",
    "late-finish": "Late finish, past closing",
    "no-prescriber": "No prescriber there",
    "nurse-load": "Too few nurses",
    "pressure-hold": "Blood pressure held before the start",
    "pressure-low": "Low blood pressure before the start",
    "pressure-recheck": "Raised blood pressure, not rechecked",
    "red-elsewhere": "Another patient has a red alert",
    "saturation": "SpO₂ before the start",
    "start-hr": "Heart rate before the start",
    "start-rr": "Respiratory rate before the start",
    "start-temp": "Temperature before the start",
    "weight-change": "Weight differs from the order's",
    "window-long": "Series longer than its window",
}


def rule_title(rule: str, questions: Mapping[str, str]) -> str:
    """A rule in words: its own, else the question on the checklist of that code, else its code read out.

    Args:
        rule: code of the finding.
        questions: text of each checklist item, by code.
    """
    if rule in _TITLES:
        return _TITLES[rule]
    return questions.get(rule) or rule.replace("-", " ").replace("_", " ").capitalize()


def override_rows(
    given: Iterable[Given],
    held: Iterable[tuple[str, int]],
    visits: int,
    reviews: Mapping[str, RuleReview],
    questions: Mapping[str, str],
    most_share: float,
) -> tuple[RuleRow, ...]:
    """A row for each rule that stood or was overridden in a month: what is to be reviewed first, then by share.

    Args:
        given: every override of the month.
        held: (rule, session) for each rule that stood against a start, whether or not it was overridden.
        visits: how many visits the month had: what the shares of booking are of.
        reviews: rule -> the last decision about this month.
        questions: as `rule_title`.
        most_share: overridden in a larger share (0 to 1) than this, a rule is to be reviewed.
    """
    stood: dict[tuple[Area, str], set[int]] = {}
    passed: dict[tuple[Area, str], dict[int, str]] = {}
    for rule, subject in held:
        stood.setdefault((Area.START, rule), set()).add(subject)
    for one in given:
        key = one.area, one.rule
        passed.setdefault(key, {})[one.subject] = one.approver or FOR_REVIEW  # the last word for it counts
        if one.area is Area.START:
            stood.setdefault(key, set()).add(one.subject)
    rows = []
    for area, rule in {*stood, *passed}:
        words = passed.get((area, rule), {})
        asked = len(stood[area, rule]) if area is Area.START else max(visits, len(words))
        share = len(words) / asked
        whose = Counter(words.values())
        rows.append(
            RuleRow(
                area,
                rule,
                rule_title(rule, questions),
                asked,
                len(words),
                share,
                share > most_share,
                tuple(sorted(whose.items(), key=lambda pair: (-pair[1], pair[0]))),
                reviews.get(rule),
            )
        )
    return tuple(sorted(rows, key=lambda r: (not r.to_review, r.area is Area.BOOKING, -r.share, -r.asked, r.title)))


def line_of(given: Given, questions: Mapping[str, str]) -> OverrideLine:
    """An override as a line of the daily report."""
    return OverrideLine(
        given.area,
        given.rule,
        rule_title(given.rule, questions),
        given.asked_by,
        given.approver or FOR_REVIEW,
        given.at,
        given.chair,
        given.patient,
        given.record,
        given.message,
        given.reason,
    )


def seen_by(line: OverrideLine, role: Role) -> OverrideLine:
    """The line as a role may read it: chair and time would name the patient as well as the name does."""
    if role in CLINICAL:
        return line
    return replace(line, at=None, chair="", patient="", record="", message="", reason="")


def month_of(day: date) -> tuple[date, date]:
    """The first day of a day's month, and of the month after it."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)
