"""The parts that layouts are put together from: boxes to tick, lines to sign, callouts."""

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.platypus import Flowable, Table

from ketaclinic.documents.markup import rich
from ketaclinic.documents.styles import (
    ACCENT,
    ACCENT_TINT,
    AMBER,
    AMBER_TINT,
    BOLD,
    FIELD_LINE,
    FONT,
    INK,
    INK2,
    RED,
    RED_TINT,
    REGULAR,
    Words,
    style,
)
from ketaclinic.domain.handouts import Block, Item, Tone

TONES: Mapping[Tone, tuple[Any, Any]] = {
    Tone.NOTE: (ACCENT, ACCENT_TINT),
    Tone.WARNING: (AMBER, AMBER_TINT),
    Tone.EMERGENCY: (RED, RED_TINT),
}
"""Colour of the bar and the title, and of the ground, for each tone; the title says it in words too."""


class TickBox(Flowable):
    """A box to tick with its words; ticked with two strokes, not with a letter of some font."""

    _SIZE = 8.5
    _INDENT = 18.0

    def __init__(self, words: Words, *, ticked: bool) -> None:
        super().__init__()
        self._words, self._ticked = words, ticked

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height in points."""
        self.width = available_width
        _, self.height = self._words.wrap(available_width - self._INDENT, available_height)
        self.height += 2.5  # air between choices
        return self.width, self.height

    def draw(self) -> None:
        """Draws itself from its lower left corner."""
        self._words.drawOn(self.canv, self._INDENT, 2.5)
        size = self._SIZE
        y = self.height - self._words.style.leading + 2.2
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.8)
        self.canv.roundRect(1, y, size, size, 1.2)
        if self._ticked:
            self.canv.setStrokeColor(ACCENT)
            self.canv.setLineWidth(1.7)
            self.canv.lines([(2.8, y + 4.2, 4.6, y + 2.2), (4.6, y + 2.2, 8.6, y + 7.4)])


class SignatureLines(Flowable):
    """Who signs, what it means, and lines for signature, printed name, date and time; never torn apart."""

    _FIELDS = (("Signature", 0.44), ("Printed name", 0.30), ("Date and time", 0.26))
    _ROOM = 26.0  # to write in
    _CAPTION = 11.0
    _BETWEEN = 12.0

    def __init__(self, item: Item, words: Mapping[str, str]) -> None:
        super().__init__()
        self._meaning = Words(f"<b>{rich(item.label, words)}.</b> {rich(item.text, words)}", style(9.5, leading=1.35))

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height in points."""
        self.width = available_width
        _, text = self._meaning.wrap(available_width, available_height)
        self._text = text
        self.height = text + self._ROOM + self._CAPTION + 7
        return self.width, self.height

    def draw(self) -> None:
        """Draws itself from its lower left corner."""
        self._meaning.drawOn(self.canv, 0, self.height - self._text)
        y = 7 + self._CAPTION
        self.canv.setLineWidth(0.7)
        self.canv.setStrokeColor(FIELD_LINE)
        self.canv.setFillColor(INK2)
        self.canv.setFont(REGULAR, 7.5)
        x = 0.0
        for caption, share in self._FIELDS:
            width = self.width * share
            self.canv.line(x, y, x + width - self._BETWEEN * (x + width < self.width - 1), y)
            self.canv.drawString(x, y - 9, caption)
            x += width


class SectionHead(Flowable):
    """A numbered section title, with the line for the patient's initials at the right edge."""

    _INITIALS = 92.0

    def __init__(self, number: int, title: str, *, initials: bool) -> None:
        super().__init__()
        self._number, self._initials = number, initials
        self._plain = title
        self._title = Words(rich(title, {}), style(11.5, bold=True, leading=1.25))

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height in points."""
        self.width = available_width
        _, text = self._title.wrap(available_width - 24 - self._INITIALS, available_height)
        self._text = text
        self.height = text + 13
        return self.width, self.height

    def draw(self) -> None:
        """Draws itself from its lower left corner."""
        base = 4.0
        canvas = self.canv
        canvas.bookmarkPage(f"section-{self._number}")
        canvas.addOutlineEntry(f"{self._number}. {self._plain}", f"section-{self._number}", level=0)
        self._title.drawOn(canvas, 24, base)
        canvas.setFillColor(ACCENT)
        canvas.setFont(BOLD, 11.5)
        canvas.drawString(0, base + self._text - 11.2, str(self._number))
        if self._initials:
            canvas.setFillColor(INK2)
            canvas.setFont(REGULAR, 7.5)
            line_from = self.width - 48
            canvas.drawRightString(line_from - 5, base + 2.6, "Initials")
            canvas.setStrokeColor(FIELD_LINE)
            canvas.setLineWidth(0.7)
            canvas.line(line_from, base + 1.6, self.width, base + 1.6)


def tick_boxes(block: Block, words: Mapping[str, str], ticked: frozenset[str], size: float) -> list[Flowable]:
    """One box for each choice."""
    look = style(size, spaceAfter=3)
    return [TickBox(Words(rich(item.text, words), look), ticked=item.label in ticked) for item in block.items]


def points(items: Sequence[Item], words: Mapping[str, str], size: float, leading: float = 1.4) -> list[Words]:
    """Points with a hanging bullet, paragraphs without."""
    bulleted = style(size, leading=leading, leftIndent=size * 1.1, bulletIndent=1, spaceAfter=size * 0.22)
    plain = style(size, leading=leading, spaceAfter=size * 0.22)
    return [
        Words(rich(item.text, words), bulleted, bulletText="•") if item.bullet else Words(rich(item.text, words), plain)
        for item in items
    ]


def callout(block: Block, words: Mapping[str, str], width: float, size: float) -> Table:
    """A tinted box with a bar at its left; its title says what the colour says."""
    color, ground = TONES[block.tone]
    rows = [[Words(rich(block.text, words), style(size * 1.08, bold=True, leading=1.35, color=color))]]
    rows += [[paragraph] for paragraph in points(block.items, words, size)]
    return Table(
        rows,
        colWidths=[width],
        style=[
            FONT,
            ("BACKGROUND", (0, 0), (-1, -1), ground),
            ("LINEBEFORE", (0, 0), (0, -1), 3, color, "butt"),
            ("LEFTPADDING", (0, 0), (-1, -1), 12),
            ("RIGHTPADDING", (0, 0), (-1, -1), 10),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ("TOPPADDING", (0, 0), (-1, 0), 6),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 6),
            ("NOSPLIT", (0, 0), (-1, -1)),
        ],
    )
