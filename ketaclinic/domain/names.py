"""Names of any script, folded so that they are found however they are typed."""

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ё": "е",
    }
)
"""Letters that Unicode does not decompose, but that people type without their stroke."""

_APOSTROPHES = re.compile(r"['’‘`´ʹʻʼ′]")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—.,;/·_()\"“”]+")
_LONGEST_PART = 80
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "αβγδεζηθικλμνξοπρσςτυφχψω",
)


def fold(text: str) -> str:
    """Lower case without accents: "Łukasz" and "LUKASZ" become "lukasz", "Weiß" becomes "weiss", "Ольга" "ольга"."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept: list[str] = []
    for letter in plain:
        if "\u0300" <= letter <= "\u036f" and not (letter == "\u0306" and kept and kept[-1] == "и"):
            continue
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_LETTERS)


def words(text: str) -> tuple[str, ...]:
    """The folded words of a name or a query: "O'Brien-Núñez, Mary" gives "obrien", "nunez", "mary"."""
    return tuple(word[:_LONGEST_PART] for word in _BETWEEN.split(_APOSTROPHES.sub("", fold(text))) if word)


def search_parts(*names: str) -> frozenset[str]:
    """The keys a person is found by: each word of each name, and each name of several words written as one."""
    parts: set[str] = set()
    for name in names:
        single = words(name)
        parts.update(single)
        parts.add("".join(single)[:_LONGEST_PART])
    if any(_is_han_or_hangul(part) for part in parts) and len(names) > 1:
        parts.add("".join(words(names[0]) + words(names[1]))[:_LONGEST_PART])
    parts.discard("")
    return frozenset(parts)


def same_name_key(family: str, given: str) -> tuple[str, str]:
    """What makes two spellings of a person's name the same: folded, without spaces and hyphens."""
    return "".join(words(family)), "".join(words(given))


def one_slip(word: str, shortest: int = 4) -> frozenset[str]:
    """Every spelling one slip away: a letter missing, too many, another, or two swapped. Empty for short words."""
    alphabet = next((letters for letters in _ALPHABETS if word[0] in letters), "") if word else ""
    if len(word) < shortest or not alphabet:
        return frozenset()
    found = {word[:at] + word[at + 1 :] for at in range(len(word))}
    found |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    for letter in alphabet:
        found |= {word[:at] + letter + word[at + 1 :] for at in range(len(word))}
        found |= {word[:at] + letter + word[at:] for at in range(len(word) + 1)}
    found.discard(word)
    return frozenset(found)


def _is_han_or_hangul(part: str) -> bool:
    return any("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in part)
