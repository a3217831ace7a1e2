"""Telephone numbers as they are typed, and the digits they are found by."""

import re
import unicodedata

_EXTENSION = re.compile(r"(?:ext\.?|extension|x|#)\s*\d{1,6}\s*$", re.IGNORECASE)
_PHONE_SIGNS = re.compile(r"[\d\s+().\-/–]+")
_LONGEST = 30
_LONGEST_CODE = 3
_LOCAL_DIGITS = 7
_BETWEEN_GROUPS = re.compile(r"[\s().\-/–]+")
FEWEST_TO_SEARCH = 3
"""Fewer digits than this are not looked up as a telephone number."""


def digits(phone: str) -> str:
    """The digits alone, without an extension: "(555) 010-4477 ext. 3" gives "5550104477"."""
    number = _EXTENSION.sub("", phone)
    return "".join(str(unicodedata.decimal(sign)) for sign in number if sign.isdecimal())[:_LONGEST]


def looks_like_phone(text: str) -> bool:
    """Whether a query holds nothing but what stands in telephone numbers, and digits enough to look one up."""
    return bool(_PHONE_SIGNS.fullmatch(text.strip())) and len(digits(text)) >= FEWEST_TO_SEARCH


def search_keys(phone: str) -> frozenset[str]:
    """The keys a number is found by from its front ("+5550104477") and from its end ("~7744010555").

    Front is where people begin to say it: at each group as it is written, at the local number of seven digits, and
    after a country code of one to three digits.
    """
    number = digits(phone)
    if not number:
        return frozenset()
    fronts = {number, *_from_each_group(phone, number)}
    if len(number) > _LOCAL_DIGITS:
        fronts.add(number[-_LOCAL_DIGITS:])
    if phone.lstrip().startswith("+"):
        fronts |= {number[code:] for code in range(1, _LONGEST_CODE + 1)}
    return frozenset({front_key(front) for front in fronts if len(front) >= FEWEST_TO_SEARCH} | {end_key(number)})


def _from_each_group(phone: str, number: str) -> list[str]:
    groups = [digits(group) for group in _BETWEEN_GROUPS.split(_EXTENSION.sub("", phone))]
    starts, at = [], 0
    for group in groups:
        starts.append(number[at:])
        at += len(group)
    return starts


def front_key(number: str) -> str:
    """The key for a number known from its first digits."""
    return "+" + number


def end_key(number: str) -> str:
    """The key for a number known by its last digits, however many stand before them."""
    return "~" + number[::-1]
