"""What patients take home on paper: the texts, what is filled into them, and the documents that are filed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class BlockKind(StrEnum):
    """The parts a text is made of."""

    SECTION = "section"  # `text` is its title
    PARAGRAPH = "paragraph"
    LIST = "list"
    CALLOUT = "callout"  # `text` is its title, `items` its paragraphs and points
    CHOICES = "choices"  # boxes to tick; an item's `label` is its code
    INITIALS = "initials"  # the patient's initials for this section; `text` stands before the line
    SIGNATURES = "signatures"  # one item for each signer: `label` who, `text` what the signature means
    THIS_VISIT = "this_visit"  # the visit it is printed for, or else the first to come; `text` is its title
    NEXT_VISIT = "next_visit"  # the one after the visit it is printed for
    SESSIONS = "sessions"


class Tone(StrEnum):
    """How loud a callout is: a note, a warning (amber), an emergency (red)."""

    NOTE = "note"
    WARNING = "warning"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Item:
    """One point, choice or signer. `bullet` tells a point from a paragraph inside a callout."""

    text: str
    label: str = ""
    bullet: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a text; words between `**` are bold, words between braces are placeholders."""

    kind: BlockKind
    text: str = ""
    items: tuple[Item, ...] = ()
    tone: Tone = Tone.NOTE


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A handout or form in one language, read from `resources/documents/<kind>/<language>.md`.

    Attributes:
        kind: folder name, e.g. ``aftercare``; the key under which it is printed and filed.
        id: name of the text itself, as the clinic's own list of forms has it.
        revision: raised with every change; printed on every page and kept with what was signed.
        since: the day from which this revision holds.
        contexts: from where it may be printed: "patient", "appointment", "series".
        layout: how it is set: "consent", "handout" or "itinerary".
        source: where the content comes from.
    """

    kind: str
    language: str
    id: str
    title: str
    revision: int
    since: date
    contexts: tuple[str, ...]
    layout: str
    source: str
    blocks: tuple[Block, ...]


CONTEXTS = ("patient", "appointment", "series")
LAYOUTS = ("consent", "handout", "itinerary")

PLACEHOLDERS: Mapping[str, str] = {
    "clinic": "name of the clinic",
    "phone": "telephone of the location, or else of the clinic",
    "after_hours_phone": "telephone outside opening hours, or else the telephone",
    "address": "address of the location on one line, or else of the clinic",
    "patient": "name of the patient as one addresses them",
    "born": "date of birth",
    "record": "record number",
    "next_appointment": "weekday, date and time of the next visit, or that none is booked",
    "arrival_time": "when to arrive for it, or a dash",
    "visit_ends": "when it is expected to be over, or a dash",
    "escort": "name and telephone of the escort of this or the next visit, or that one must be named",
    "visit_length": "how long a visit takes, in words",
}
"""What a text may fill in, with what stands there."""


@dataclass(frozen=True, slots=True)
class Handout:
    """One entry of a print menu."""

    kind: str
    title: str
    context: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The clinic as it stands at the top of a page; the address may have several lines."""

    name: str
    phone: str = ""
    after_hours_phone: str = ""
    address: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class PrintedPatient:
    """Whom the paper is for, as it stands on every page."""

    name: str
    born: date | None
    record: str


@dataclass(frozen=True, slots=True)
class PrintedSession:
    """One session of an itinerary or the next visit: wall-clock times at the location, no chair, no dose."""

    label: str  # "2 of 6"
    arrives_at: datetime
    ends_at: datetime  # of the recovery, when the patient may expect to leave
    escort: str = ""  # name and telephone, or that one must be named
    note: str = ""


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """A visit as the database holds it, for printing. Wall-clock times; `leaves_at` is the end of the recovery."""

    appointment_id: int
    series_id: int
    location_id: int
    label: str
    status: str
    starts_at: datetime
    leaves_at: datetime
    escort_name: str = ""
    escort_phone: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a layout needs to set one document: the same value gives the same bytes.

    Attributes:
        printed_at: the instant, in the zone of the location.
        printed_by: name of the user.
        words: what stands for each placeholder.
        ticked: codes of the choices that are ticked already; empty on anything the front desk prints.
    """

    text: DocumentText
    letterhead: Letterhead
    patient: PrintedPatient
    printed_at: datetime
    printed_by: str
    words: Mapping[str, str] = field(default_factory=dict)
    this_visit: PrintedSession | None = None
    next_visit: PrintedSession | None = None
    sessions: tuple[PrintedSession, ...] = ()
    ticked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Document:
    """An archived PDF. In lists `content` is empty.

    Attributes:
        made_at: instant (UTC); `made_by` is the user's name.
        digest: SHA-256 of the bytes, in hexadecimal.
        clinical: shows an indication, so that only clinical roles may open it.
    """

    id: int
    patient_id: int | None
    kind: str
    title: str
    revision: int
    language: str
    made_at: datetime
    made_by: str
    pages: int
    digest: str
    clinical: bool = False
    content: bytes = field(default=b"", repr=False)


def long_date(day: date) -> str:
    """The day in full, "Thursday, November 26, 2026", whatever the computer's own language."""
    return f"{_WEEKDAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}, {day.year}"


def short_date(day: date) -> str:
    """The day in short, "Nov 26, 2026", with no order of day and month to be guessed."""
    return f"{_MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


def clock_time(at: datetime) -> str:
    """The time, "9:05 AM", as it is written to patients."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def duration_in_words(minutes: int) -> str:
    """A length of time, "1 hour 40 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'s' * (hours != 1)}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} minute{'s' * (rest != 1)}")
    return " ".join(parts)


def unbroken(text: str) -> str:
    """Text that is not broken between two lines, such as a telephone number."""
    return text.replace(" ", "\u00a0")


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
