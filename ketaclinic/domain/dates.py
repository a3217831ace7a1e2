"""Dates as people write them."""

import re
from datetime import date
from enum import StrEnum

from ketaclinic.domain.names import fold


class DateOrder(StrEnum):
    """In which order day, month and year stand."""

    YMD = "ymd"
    MDY = "mdy"
    DMY = "dmy"

    @property
    def example(self) -> str:
        """The order as one shows it to someone who must choose."""
        return {
            "ymd": "year-month-day, 1961-04-03",
            "mdy": "month/day/year, 04/03/1961",
            "dmy": "day/month/year, 03/04/1961",
        }[self]


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TIME = re.compile(r"[ t]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?( ?(z|[+-]\d{2}:?\d{2}))?$")
_THREE = re.compile(r"(\d{1,4})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{1,4})\.?")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.\-]*([a-z]+)\.?[\s,.\-]*(\d{2,4})")
_MONTH_FIRST = re.compile(r"([a-z]+)\.?[\s\-]*(\d{1,2})(?:st|nd|rd|th)?[\s,.\-]+(\d{2,4})")


def readings(text: str, latest: date) -> dict[DateOrder, date]:
    """Every order in which the text is a date on or before `latest`, with that date; empty for no date at all.

    A year of two digits is the last such year that `latest` allows. A date written with the month's name or the year
    first reads the same in every order.
    """
    text = _TIME.sub("", fold(text).strip())
    if found := _EIGHT.fullmatch(text):
        return _everywhere(_made(int(found[1]), int(found[2]), int(found[3]), latest))
    if found := _THREE.fullmatch(text):
        first, middle, last = found.groups()
        if len(first) > 2:
            return _everywhere(_made(int(first), int(middle), int(last), latest)) if len(last) <= 2 else {}
        return _by_order(int(first), int(middle), last, latest)
    for pattern, month_at, day_at in ((_DAY_FIRST, 2, 1), (_MONTH_FIRST, 1, 2)):
        if (found := pattern.fullmatch(text)) and (month := _MONTHS.get(found[month_at])):
            return _everywhere(_made(_year(found[3], latest), month, int(found[day_at]), latest))
    return {}


def _by_order(first: int, middle: int, last: str, latest: date) -> dict[DateOrder, date]:
    candidates = {
        DateOrder.MDY: _made(_year(last, latest), first, middle, latest),
        DateOrder.DMY: _made(_year(last, latest), middle, first, latest),
    }
    if len(last) <= 2:
        candidates[DateOrder.YMD] = _made(_year(f"{first:02d}", latest), middle, int(last), latest)
    return {order: day for order, day in candidates.items() if day is not None}


def _everywhere(day: date | None) -> dict[DateOrder, date]:
    return {} if day is None else dict.fromkeys(DateOrder, day)


def _year(digits: str, latest: date) -> int:
    if len(digits) > 2:
        return int(digits)
    year = latest.year - latest.year % 100 + int(digits)
    return year if year <= latest.year else year - 100


def _made(year: int, month: int, day: int, latest: date) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if made <= latest else None
