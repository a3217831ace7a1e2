"""The record of a session: what stands on paper years later, with who put their name to what and when.

A signed record does not change. What has to be said later is an addendum with author, time and meaning
(21 CFR 11.50 asks for name, time and meaning of every signature, also on paper).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ketaclinic.domain.chart import ChartData
from ketaclinic.domain.checklists import ChecklistItem, ItemKind
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.encounters import EncounterView, ItemView, Outcome, SignatureView
from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.handouts import Letterhead, PrintedPatient
from ketaclinic.domain.sheets import Paper

KIND = "session-record"
"""Under which it is printed and filed."""
TITLE = "Session record"
LONGEST_ADDENDUM = 8000
"""Letters of one addendum: two pages of print."""

OUTCOMES: Mapping[str, str] = {
    "": "Under way",
    Outcome.DISCHARGED: "Discharged",
    Outcome.LEFT_AGAINST_ADVICE: "Left against medical advice",
    Outcome.NOT_STARTED: "Infusion not started",
}
"""How a session ended, in words."""


class Meaning(StrEnum):
    """Why something is added to a signed record."""

    CORRECTION = "correction"
    LATE_ENTRY = "late entry"
    CLARIFICATION = "clarification"
    REVIEW = "review"

    @property
    def help(self) -> str:
        """What it is for, in one line."""
        return {
            Meaning.CORRECTION: "Something in the record is wrong: say what is right.",
            Meaning.LATE_ENTRY: "Something happened and is missing: say what and when.",
            Meaning.CLARIFICATION: "Something could be misread: say what was meant.",
            Meaning.REVIEW: "The record was read again: say what you found.",
        }[self]


@dataclass(frozen=True, slots=True)
class Addendum:
    """What was added after the signature; `at` an instant, `role` the author's at that time."""

    id: int
    at: datetime
    by: str
    role: str
    meaning: str
    text: str


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An answer that a later one to the same item took the place of; it stays on the record."""

    checklist_id: str
    item: str
    words: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class DrugLine:
    """A line of the drug ledger that was written for this session; `amount` in mg."""

    number: int
    at: datetime
    vial: str
    lot: str
    what: str
    amount: str
    by: str
    witness: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One session of a patient in a list.

    Attributes:
        day, starts_at: of the visit, wall-clock.
        dose_mg: given under the pump's setting at the start; None where no infusion was started.
        revision: of the record: 0 while it is not signed, then one more than its addenda.
    """

    encounter_id: int
    appointment_id: int
    day: date
    label: str
    protocol: str
    outcome: str
    started_at: datetime | None
    signed_at: datetime | None
    signed_by: str
    dose_mg: float | None
    minutes: int | None
    addenda: int
    zone: str

    @property
    def revision(self) -> int:
        """Which revision of the printed record is the latest; 0 for a draft."""
        return 0 if self.signed_at is None else 1 + self.addenda

    @property
    def dose_words(self) -> str:
        """What was given: "41.2 mg over 40 min", "" where nothing was."""
        return dose_words(self.dose_mg, self.minutes)


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """Everything that stands on the printed record of one session.

    Attributes:
        view: the session as its screen shows it, at its signature or now.
        location: its name; `paper` what its printers hold.
        starts_at: planned, wall-clock; `arrived_at` an instant, None where nobody stamped it.
        protocol_revision: the one it was opened under.
        indication, prescriber, order_signed_at: of the order that counted; "" and None without one.
        consent: in words; "" where none counted.
        chart: the curves, without the line of now.
        earlier_answers: what later answers took the place of.
        drug: ledger lines of this session.
        revision: 0 for a draft, then one more than the addenda.
    """

    view: EncounterView
    letterhead: Letterhead
    patient: PrintedPatient
    location: str
    paper: Paper
    starts_at: datetime
    arrived_at: datetime | None
    opened_at: datetime
    opened_by: str
    protocol_revision: int
    indication: str
    prescriber: str
    order_signed_at: datetime | None
    rescue: str
    consent: str
    chart: ChartData
    earlier_answers: tuple[EarlierAnswer, ...] = ()
    drug: tuple[DrugLine, ...] = ()
    addenda: tuple[Addendum, ...] = ()
    signed_by: str = ""

    @property
    def signatures(self) -> tuple[SignatureView, ...]:
        """Everyone who put their name to it; the one who signed it even where only the session itself says so."""
        given, at = self.view.signatures, self.view.signed_at
        if at is None or any(s.at == at and s.name == self.signed_by for s in given):
            return given
        meaning = OUTCOMES.get(self.view.outcome, self.view.outcome).lower()
        return (*given, SignatureView(self.signed_by, "", at, meaning))

    @property
    def signed(self) -> bool:
        """Whether it is closed."""
        return self.view.signed_at is not None

    @property
    def revision(self) -> int:
        """0 for a draft, then one more than the addenda."""
        return 1 + len(self.addenda) if self.signed else 0

    @property
    def standing(self) -> str:
        """Whether it counts: "Draft, not signed" or "Signed, revision 2 (1 addendum)"."""
        if not self.signed:
            return "Draft, not signed"
        count = len(self.addenda)
        added = f" ({count} {'addendum' if count == 1 else 'addenda'})" if count else ""
        return f"Signed, revision {self.revision}{added}"


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """A record as it goes to paper: the same value gives the same bytes. `printed_at` in the location's zone."""

    record: SessionRecord
    printed_at: datetime
    printed_by: str


def check_addendum(text: str, meaning: str) -> tuple[str, Meaning]:
    """The addendum as it may be kept. Raises Invalid at the field "text" or "meaning"."""
    if meaning not in set(Meaning):
        raise Invalid("meaning", "Choose why you add this: correction, late entry, clarification or review.")
    said = text.strip()
    if len(said) < 3 or not any(letter.isalnum() for letter in said):
        raise Invalid("text", "Write what you add to the record. Nothing was signed.")
    if len(said) > LONGEST_ADDENDUM:
        over = len(said) - LONGEST_ADDENDUM
        raise Invalid("text", f"The addendum is {over} letters too long. Write it as two; nothing was signed.")
    return said, Meaning(meaning)


def dose_words(mg: float | None, minutes: int | None) -> str:
    """What was given: "41.2 mg over 40 min", "" where nothing was."""
    if mg is None:
        return ""
    return f"{number(mg, 1)} mg" + (f" over {minutes} min" if minutes else "")


def answer_words(item: ChecklistItem, value: Any) -> str:  # noqa: ANN401 - whatever the item takes
    """An answer in words, as it is read on paper; "" while there is none."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return _several(item, value)
    if item.kind is ItemKind.SIGNATURE:
        return "Signed" if value else "Not signed"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if item.kind is ItemKind.CHOICE:
        option = item.option(str(value))
        return option.text if option is not None else str(value)
    if item.kind is ItemKind.NUMBER:
        return f"{number(float(value), item.decimals)} {item.unit}".strip()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def item_words(view: ItemView) -> str:
    """What stands beside an item on paper: its answer, or what data said."""
    if view.item.kind in {ItemKind.COMPUTED, ItemKind.INSTRUMENT}:
        return view.why or answer_words(view.item, view.value)
    return answer_words(view.item, view.value)


def _several(item: ChecklistItem, value: Mapping[str, Any]) -> str:
    if item.kind is ItemKind.IDENTIFIERS:
        read = [word for key, word in (("name", "name"), ("born", "date of birth")) if value.get(key)]
        return f"Read back: {' and '.join(read)}" if read else "Not read back"
    if value.get("declined"):
        return "Declined"
    if "score" in value:
        return f"Score {value['score']}"
    return f"{len(value.get('answers', {}))} answers"
