"""From a text's marks and placeholders to what ReportLab sets, and which letters the fonts have."""

import re
import unicodedata
from collections.abc import Mapping
from xml.sax.saxutils import escape

from ketaclinic.documents.styles import regular_glyphs
from ketaclinic.domain.handouts import unbroken

_UNBROKEN = frozenset({"{phone}", "{after_hours_phone}", "{arrival_time}", "{visit_ends}", "{visit_length}"})
_PIECES = re.compile(r"(\*\*|\{[a-z_]+\})")


def rich(text: str, words: Mapping[str, str]) -> str:
    """Text with bold set and placeholders filled; what is filled in is taken literally."""
    out: list[str] = []
    bold = False
    for piece in _PIECES.split(text):
        if piece == "**":
            out.append("</b>" if bold else "<b>")
            bold = not bold
        elif piece.startswith("{"):
            value = words[piece[1:-1]]
            out.append(literal(unbroken(value) if piece in _UNBROKEN else value))
        else:
            out.append(escape(piece))
    return "".join(out)


def literal(text: str) -> str:
    """Any text as ReportLab's markup, letters the fonts lack as a visible gap."""
    return escape(settable(text))


def settable(text: str) -> str:
    """The text composed (one code point for a letter with its accents), each letter the fonts lack replaced by "?"."""
    return "".join(letter if can_set(letter) else "?" for letter in unicodedata.normalize("NFC", text))


def can_set(text: str) -> bool:
    """Whether the fonts have every letter: Latin, Greek and Cyrillic in full, and no script that needs shaping."""
    glyphs = regular_glyphs()
    return all(letter in " \n\t" or ord(letter) in glyphs for letter in unicodedata.normalize("NFC", text))


def name_and_note(name: str, record: str) -> tuple[str, str]:
    """The patient's name as it can be set, and a remark where it cannot.

    A name with a letter that the fonts lack is never printed in pieces: a wrong name on a consent is worse than none.
    The record number stands in its place, with a line to write the name by hand.
    """
    composed = unicodedata.normalize("NFC", " ".join(name.split()))
    if composed and can_set(composed):
        return composed, ""
    return f"Record {settable(record)}", "Name cannot be printed in its script. Write it here: ____________________"
