"""What the front desk types into the patient search, taken apart."""

import re
from dataclasses import dataclass
from datetime import date

from ketaclinic.domain import telephone
from ketaclinic.domain.dates import readings
from ketaclinic.domain.names import words

RECORD_PREFIX = "KC-"
_RECORD = re.compile(r"kc\s*-?\s*0*(\d{1,9})", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:\d{1,4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,4}|\d{8}"
    r"|\d{1,2}(?:st|nd|rd|th)?[\s.\-]*[a-z]{3,9}\.?[\s,.\-]*\d{4}|[a-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?[\s,]+\d{4})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PatientQuery:
    """The kinds of things a query names; what is empty was not asked for.

    Attributes:
        names: folded words, each the beginning of some part of a name.
        born: dates of birth the query may mean (3/4/1961 is two).
        record: a record number as stored, "KC-0042".
        numbers: digits that may be the beginning or the end of a telephone number, or a record number's digits.
    """

    names: tuple[str, ...] = ()
    born: frozenset[date] = frozenset()
    record: str = ""
    numbers: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.names or self.born or self.record or self.numbers)


def record_number(number: int) -> str:
    """The record number of the n-th patient: "KC-0001" and up."""
    return f"{RECORD_PREFIX}{number:04d}"


def parse(text: str, today: date) -> PatientQuery:
    """Takes a query apart: names in any order, a date of birth, a record number, telephone digits."""
    text = text.strip()
    if found := _RECORD.fullmatch(text):
        return PatientQuery(record=record_number(int(found[1])))
    if text.isdecimal() and len(text) < telephone.FEWEST_TO_SEARCH:
        return PatientQuery(numbers=(telephone.digits(text),))
    born: frozenset[date] = frozenset()
    if (found := _DATE.search(text)) and (days := readings(found[0], today)):
        born = frozenset(days.values())
        text = f"{text[: found.start()]} {text[found.end() :]}".strip()
    if telephone.looks_like_phone(text):
        return PatientQuery(born=born, numbers=(telephone.digits(text),))
    names, numbers = [], []
    for word in words(text):
        if word.isdecimal() and len(word) >= telephone.FEWEST_TO_SEARCH:
            numbers.append(word)
        else:
            names.append(word)
    return PatientQuery(names=tuple(names), born=born, numbers=tuple(numbers))
