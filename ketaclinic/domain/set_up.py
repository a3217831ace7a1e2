"""What the set-up assistant asks at the first start."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.resources import Clinic, Hours


@dataclass(frozen=True, slots=True)
class SetUp:
    """A clinic with its first location, its chairs and its first manager."""

    clinic: Clinic
    location_name: str
    zone: str
    hours: tuple[Hours, ...]
    chairs: tuple[str, ...]
    usual_nurses: tuple[int, ...]
    manager_login: str
    manager_name: str
    manager_pin: str


def check_set_up(given: SetUp) -> tuple[Finding, ...]:
    """What must be put right, each at its field; login and PIN are checked like any user's."""
    return tuple(_findings(given))


def letterhead_too_long(clinic: Clinic) -> str:
    """The sentence for a name or contact that no letterhead can hold; empty when all fit."""
    for field, (word, most) in _LETTERHEAD.items():
        if len(getattr(clinic, field)) > most:
            return f"The {word} of the clinic is longer than {most} letters."
    return ""


_LETTERHEAD = {
    "name": ("name", 200),
    "phone": ("telephone number", 60),
    "after_hours_phone": ("telephone number after hours", 60),
    "address": ("address", 500),
    "email": ("e-mail address", 200),
    "website": ("website", 200),
}
LONGEST_CHAIR = 80
_LONGEST_LOCATION = 200


def _findings(given: SetUp) -> Iterator[Finding]:
    if not given.clinic.name.strip():
        yield _wrong("clinic", "The clinic needs a name.")
    if sentence := letterhead_too_long(given.clinic):
        yield _wrong("clinic", sentence)
    yield from location_findings(given.location_name, given.hours, given.usual_nurses)
    if not is_zone(given.zone):
        yield _wrong("zone", f"“{given.zone}” is not a time zone such as America/New_York.")
    yield from chairs_findings(given.chairs)


def chairs_findings(chairs: Sequence[str]) -> Iterator[Finding]:
    """What must be put right about the chairs of a new location."""
    if any(len(name) > LONGEST_CHAIR for name in chairs):
        yield _wrong("chairs", f"The name of a chair is longer than {LONGEST_CHAIR} letters.")
    names = [name.strip().casefold() for name in chairs]
    if not names or not all(names):
        yield _wrong("chairs", "There must be a chair, and each chair needs a name.")
    if len(set(names)) != len(names):
        yield _wrong("chairs", "Two chairs have the same name.")


def location_findings(name: str, hours: Iterable[Hours], usual_nurses: Sequence[int]) -> Iterator[Finding]:
    """What must be put right about a location: its name, its opening hours, the nurses of each weekday."""
    if not name.strip():
        yield _wrong("location_name", "The location needs a name.")
    if len(name) > _LONGEST_LOCATION:
        yield _wrong("location_name", f"The name of the location is longer than {_LONGEST_LOCATION} letters.")
    stretches = tuple(hours)
    if not stretches:
        yield _wrong("hours", "The clinic must be open at some hours.")
    for one in stretches:
        if not 0 <= one.weekday <= 6 or one.closes <= one.opens:
            yield _wrong("hours", f"The hours {one.opens:%H:%M} to {one.closes:%H:%M} do not end after they begin.")
    if len(usual_nurses) != 7 or any(count < 0 for count in usual_nurses):
        yield _wrong("usual_nurses", "The usual number of nurses is needed for each weekday.")


def chair_findings(name: str, others: Iterable[str]) -> Iterator[Finding]:
    """What must be put right about the name of a chair among the other chairs of its location."""
    if not name:
        yield _wrong("name", "A chair needs a name.")
    elif len(name) > LONGEST_CHAIR:
        yield _wrong("name", f"The name of a chair is longer than {LONGEST_CHAIR} letters.")
    elif name.casefold() in {other.casefold() for other in others}:
        yield _wrong("name", f"There is a chair called “{name}” already. Choose another name.")


def is_zone(name: str) -> bool:
    """Whether this is a time zone of the IANA list."""
    try:
        return bool(name) and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _wrong(field: str, sentence: str) -> Finding:
    return Finding("set-up", Severity.BLOCK, sentence, subject=field)
