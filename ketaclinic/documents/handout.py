"""A handout to take home: one sheet of at least 12 point, what to look for at the left and what to do at the right."""

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Flowable, Spacer, Table

from ketaclinic.documents.markup import literal, rich
from ketaclinic.documents.page import WIDTH, typeset
from ketaclinic.documents.parts import TONES, points
from ketaclinic.documents.styles import ACCENT, FONT, INK2, LINE, Words, style
from ketaclinic.domain.handouts import Block, BlockKind, PrintedSession, Sheet, Tone, clock_time, long_date, unbroken

_MARGIN = 44.0
_WIDTH = WIDTH - 2 * _MARGIN
_SIZES = ((13.0, 1.32), (12.5, 1.32), (12.0, 1.32), (12.0, 1.2))
"""Size and leading; the first with which everything stands on one side, never less than 12 point (`clinical.md` 7)."""


def build(sheet: Sheet) -> bytes:
    """The handout as a PDF; the same sheet gives the same bytes."""
    content = b""
    for size, leading in _SIZES:
        content, pages = typeset(sheet, _Setter(sheet, size, leading).story(), margin=_MARGIN, top=30)
        if pages == 1:
            break
    return content


class _Setter:
    """Sets the blocks of one sheet at one size of type."""

    def __init__(self, sheet: Sheet, size: float, leading: float) -> None:
        self._sheet, self._words, self._size, self._leading = sheet, sheet.words, size, leading
        self._label_width = size * 8.6
        self._text = style(size, leading=leading, spaceAfter=2)
        self._label = style(size, bold=True, leading=leading, color=ACCENT)

    def story(self) -> list[Flowable]:
        """Title, then sections in a table with their titles at the left, callouts and the next visit as boxes."""
        story: list[Flowable] = [
            Words(rich(self._sheet.text.title, self._words), style(20, bold=True, leading=1.2, spaceAfter=2)),
        ]
        blocks = self._sheet.text.blocks
        while blocks and blocks[0].kind is BlockKind.PARAGRAPH:
            lead = style(self._size, leading=1.3, color=INK2, spaceAfter=8)
            story.append(Words(rich(blocks[0].text, self._words), lead))
            blocks = blocks[1:]
        rows: list[list[Any]] = []
        for left, right in self._rows(blocks):
            if isinstance(right, Table):
                story += [*self._table(rows), right, Spacer(0, self._size * 0.5)]
                rows = []
            else:
                rows.append([left, right])
        return [*story, *self._table(rows)]

    def _rows(self, blocks: Sequence[Block]) -> list[tuple[Any, Any]]:
        """What stands at the left and at the right of each row, or a box in the second place."""
        found: list[tuple[Any, Any]] = []
        title: Any = ""
        for block in blocks:
            if block.kind is BlockKind.SECTION:
                title = Words(rich(block.text, self._words), self._label)
                continue
            if block.kind is BlockKind.CALLOUT:
                found.append(("", self._callout(block)))
            elif block.kind is BlockKind.THIS_VISIT:
                found.append(("", self._visit(block, self._sheet.this_visit)))
            elif block.kind is BlockKind.NEXT_VISIT:
                found.append(("", self._visit(block, self._sheet.next_visit)))
            elif block.kind is BlockKind.LIST:
                found.append((title, points(block.items, self._words, self._size, self._leading)))
            elif block.kind is BlockKind.PARAGRAPH:
                found.append((title, [Words(rich(block.text, self._words), self._text)]))
            title = ""
        return found

    def _table(self, rows: list[list[Any]]) -> list[Flowable]:
        if not rows:
            return []
        return [
            Table(
                rows,
                colWidths=[self._label_width, _WIDTH - self._label_width],
                spaceAfter=self._size * 0.7,
                style=[
                    FONT,
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LEFTPADDING", (0, 0), (-1, -1), 0),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                    ("TOPPADDING", (0, 0), (-1, -1), self._size * 0.34),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), self._size * 0.28),
                    ("LINEBELOW", (0, 0), (-1, -2), 0.5, LINE),
                ],
            )
        ]

    def _callout(self, block: Block) -> Table:
        color, _ = TONES[block.tone]
        title = Words(rich(block.text, self._words), style(self._size * 1.12, bold=True, leading=1.2, color=color))
        return self._tinted(title, points(block.items, self._words, self._size, self._leading), block.tone)

    def _visit(self, block: Block, visit: PrintedSession | None) -> Table:
        """Date and time of arrival: the largest words on the sheet after its title."""
        title = Words(rich(block.text, self._words), self._label)
        large = style(self._size * 1.12, bold=True, leading=1.3)
        if visit is None:
            return self._tinted(title, [Words(rich("{next_appointment}", self._words), large)], Tone.NOTE)
        when = f"{long_date(visit.arrives_at)}, arrive at {clock_time(visit.arrives_at)}"
        until = unbroken(f"until about {clock_time(visit.ends_at)}")
        more = literal(f"Visit {visit.label}, {until} · Escort: {visit.escort}")
        return self._tinted(title, [Words(when, large), Words(more, self._text)], Tone.NOTE)

    def _tinted(self, left: Words, right: list[Words], tone: Tone) -> Table:
        color, ground = TONES[tone]
        return Table(
            [[left, right]],
            colWidths=[self._label_width, _WIDTH - self._label_width],
            style=[
                FONT,
                ("BACKGROUND", (0, 0), (-1, -1), ground),
                ("LINEBEFORE", (0, 0), (0, -1), 3, color, "butt"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 11),
                ("LEFTPADDING", (1, 0), (1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 8),
                ("TOPPADDING", (0, 0), (-1, -1), self._size * 0.45),
                ("BOTTOMPADDING", (0, 0), (-1, -1), self._size * 0.45),
            ],
        )
