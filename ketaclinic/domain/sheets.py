"""Lists on paper: what stands on day and week sheets, chair cards, call lists and appointment cards.

Each is a frozen value that a layout sets: the same value gives the same bytes. Nothing here is filed; what is printed
tomorrow is another list.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from ketaclinic.domain.resources import DutySpan

_LETTER_COUNTRIES = frozenset({"", "US", "CA", "MX", "PH", "CO", "CL", "VE", "GT", "CR", "PR"})


class Paper(StrEnum):
    """The size of a sheet."""

    LETTER = "letter"
    A4 = "a4"


def paper_of(country: str) -> Paper:
    """The paper in the printers of a country (ISO 3166-1); letter where none is given, as on handouts."""
    return Paper.LETTER if country.upper() in _LETTER_COUNTRIES else Paper.A4


class Ink(StrEnum):
    """How much colour a sheet may use; words and marks say everything on each."""

    COLOUR = "colour"
    LESS = "less"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class ListHead:
    """What stands on every page of a list.

    Attributes:
        printed_at: the instant, in the zone of the location.
        audit: the end of the audit chain in short: paper that proves what was in the book when it was printed.
    """

    clinic: str
    place: str
    printed_at: datetime
    printed_by: str
    audit: str
    paper: Paper = Paper.LETTER


@dataclass(frozen=True, slots=True)
class DaySheetLook:
    """How a day sheet is laid out.

    Attributes:
        by_chair: a column for each chair; otherwise a row for each visit.
        size: of the type in points; None for the largest with which the day stands on one page.
        chairs_per_page: columns beside each other at most; more chairs are spread over pages evenly.
        starts, ends: only visits that are there between these times; None for the whole day.
    """

    by_chair: bool = True
    ink: Ink = Ink.COLOUR
    size: float | None = None
    chairs_per_page: int = 8
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class SheetVisit:
    """One visit on a list: what the desk may know, and the allergies where a clinical role prints.

    Attributes:
        leaves_at: end of the recovery; `ends_at` is the end of the turnover. Both wall-clock.
        label: "4 of 6", "M 3".
        kind: as on a card ("Induction"); `minutes` from arrival to leaving. Never a dose, never a diagnosis.
        consent, order: whether they are there for this day.
        allergies: as written; empty where nobody asked; None where the reader may not see them.
        notes: what must be seen: preferred name, interpreter, the patient's note.
    """

    appointment_id: int
    starts_at: datetime
    leaves_at: datetime
    ends_at: datetime
    chair_id: int
    chair: str
    patient: str
    record: str
    born: date | None
    phone: str
    label: str
    kind: str
    minutes: int
    nurse: str
    status: str
    consent: bool
    order: bool
    escort: str = ""
    escort_phone: str = ""
    allergies: str | None = None
    notes: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One day at one location.

    Attributes:
        chairs: (id, name) of those in use, in their order.
        hours: opening hours as (opens, closes).
        closures: one line for each.
        duty: nurses and prescribers who are there.
        visits: those that have a place on the board, by start and chair.
    """

    head: ListHead
    day: date
    chairs: tuple[tuple[int, str], ...]
    hours: tuple[tuple[time, time], ...]
    closures: tuple[str, ...]
    duty: tuple[DutySpan, ...]
    visits: tuple[SheetVisit, ...]
    look: DaySheetLook = DaySheetLook()


@dataclass(frozen=True, slots=True)
class WeekSheetDay:
    """One day of a week sheet."""

    day: date
    hours: tuple[tuple[time, time], ...]
    closures: tuple[str, ...]
    visits: tuple[SheetVisit, ...]


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """A week at one location: seven days from its Monday."""

    head: ListHead
    days: tuple[WeekSheetDay, ...]
    ink: Ink = Ink.COLOUR


@dataclass(frozen=True, slots=True)
class DueTime:
    """One check of the monitoring schedule and when it is due as planned (wall-clock; None on a blank form)."""

    label: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a checklist on paper: its number, and its items with what there is to write ("kg", a time)."""

    number: int
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormList:
    """One checklist on paper."""

    title: str
    version: int
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class ChairCard:
    """The sheet that lies at a chair for one visit; `visit` is None on a blank one.

    Attributes:
        protocol: as the desk reads it.
        protocol_revision: of the protocol whose schedule is printed.
        infusion_at: when the infusion is to start (wall-clock).
        due: every check from the baseline to the planned end of the recovery.
        columns: what is measured, as on a monitor, with units.
        before, after: checklists with their boxes.
    """

    protocol: str
    protocol_revision: int
    due: tuple[DueTime, ...]
    columns: tuple[tuple[str, str], ...]
    before: tuple[FormList, ...]
    after: tuple[FormList, ...]
    visit: SheetVisit | None = None
    infusion_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunCheck:
    """One check of the nurse's run sheet."""

    at: datetime
    label: str
    chair: str
    patient: str
    record: str
    visit_label: str
    nurse: str


@dataclass(frozen=True, slots=True)
class ChairCards:
    """The day pack of the chairs: a card for each visit, then every check of the day by its due time."""

    head: ListHead
    day: date | None
    cards: tuple[ChairCard, ...]
    checks: tuple[RunCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class CallLineSheet:
    """One call to make: whom, what to say, and what is known from earlier calls."""

    patient: str
    record: str
    phone: str
    label: str
    was: str
    now: str
    notes: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CallSheet:
    """A list of calls with a line for the outcome of each.

    Attributes:
        told: lines beneath the title: what is out, or which days.
        columns: headings of the two times: ("Was", "Is now"), ("Visit", "Missing").
        outcomes: boxes to tick.
        quiet: one line for each visit nobody need ring about (another chair at the same time).
        stressed: whether the second of the two columns is what the call is about.
    """

    head: ListHead
    title: str
    told: tuple[str, ...]
    columns: tuple[str, str]
    outcomes: tuple[str, ...]
    lines: tuple[CallLineSheet, ...]
    quiet: tuple[str, ...] = ()
    stressed: bool = True


@dataclass(frozen=True, slots=True)
class CardDate:
    """One date of an appointment card; `note` is "done" or "not yet certain"."""

    label: str
    arrives_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """The wallet card of a series: all its dates, and where to call."""

    clinic: str
    phone: str
    after_hours: str
    address: str
    patient: str
    record: str
    dates: tuple[CardDate, ...]


@dataclass(frozen=True, slots=True)
class AppointmentCards:
    """Wallet cards of one series or several, each twice: one goes to whoever takes the patient home."""

    head: ListHead
    cards: tuple[AppointmentCard, ...]


@dataclass(frozen=True, slots=True)
class CalendarVisit:
    """One visit as an entry of a calendar: wall-clock at the location.

    Attributes:
        uid: the same for this visit in every file.
        sequence: rises with every change, so that a calendar takes the newer one.
        tentative: held, not yet certain.
        cancelled: it does not take place then; whoever has the entry is to lose it.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    label: str
    tentative: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """The visits of a series for the patient's own calendar; nothing clinical."""

    clinic: str
    phone: str
    address: str
    zone: str
    made_at: datetime
    visits: tuple[CalendarVisit, ...]
