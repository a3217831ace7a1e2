"""Allergies as they are written, told apart: none asked, none known, some."""

_NONE = frozenset({"none", "none known", "no known allergies", "no known drug allergies", "nkda", "nka"})
"""Only these words, and nothing after them: "none except latex" is an allergy."""


def none_known(words: str) -> bool:
    """Whether the words say that there is no allergy; empty words say only that nobody asked."""
    return words.casefold().strip(" .\n") in _NONE


def flagged(words: str) -> bool:
    """Whether somebody who does not read the words must be warned."""
    return bool(words.strip()) and not none_known(words)
