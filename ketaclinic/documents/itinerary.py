"""The itinerary of a series: every visit with weekday, date and time of arrival, and what to do before it."""

from reportlab.platypus import Flowable, Spacer, Table

from ketaclinic.documents.markup import literal, rich
from ketaclinic.documents.page import WIDTH, typeset
from ketaclinic.documents.parts import callout, points
from ketaclinic.documents.styles import ACCENT, FONT, INK2, LINE, Words, style
from ketaclinic.domain.handouts import Block, BlockKind, PrintedSession, Sheet, clock_time, long_date

_MARGIN = 54.0
_WIDTH = WIDTH - 2 * _MARGIN
_SIZE = 11.0


def build(sheet: Sheet) -> bytes:
    """The itinerary as a PDF; the same sheet gives the same bytes."""
    story: list[Flowable] = [
        Words(rich(sheet.text.title, sheet.words), style(20, bold=True, leading=1.2, spaceAfter=2)),
        Words(rich("For {patient}", sheet.words), style(12, leading=1.3, color=INK2, spaceAfter=10)),
    ]
    for block in sheet.text.blocks:
        story += _parts(block, sheet)
    return typeset(sheet, story, margin=_MARGIN)[0]


def _parts(block: Block, sheet: Sheet) -> list[Flowable]:
    words = sheet.words
    if block.kind is BlockKind.SECTION:
        return [Words(rich(block.text, words), style(12.5, bold=True, spaceBefore=8, spaceAfter=3, keepWithNext=1))]
    if block.kind is BlockKind.PARAGRAPH:
        return [Words(rich(block.text, words), style(_SIZE, spaceAfter=8))]
    if block.kind is BlockKind.LIST:
        return list(points(block.items, words, _SIZE))
    if block.kind is BlockKind.CALLOUT:
        return [Spacer(0, 6), callout(block, words, _WIDTH, _SIZE)]
    if block.kind is BlockKind.SESSIONS:
        return [_sessions(sheet.sessions), Spacer(0, 6)]
    return []


def _sessions(sessions: tuple[PrintedSession, ...]) -> Table:
    """One row for each visit; the head is repeated where the table goes on on another page."""
    if not sessions:
        return Table([[Words("No visits are booked yet.", style(_SIZE, bold=True))]], colWidths=[_WIDTH])
    head = style(8.5, color=INK2)
    strong, plain = style(_SIZE, bold=True), style(_SIZE)
    rows = [[Words(text, head) for text in ("Visit", "Day", "Arrive at", "Until about", "")]]
    rows += [
        [
            Words(literal(session.label), plain),
            Words(long_date(session.arrives_at), strong),
            Words(clock_time(session.arrives_at), strong),
            Words(clock_time(session.ends_at), plain),
            Words(literal(session.note), style(9, color=INK2)),
        ]
        for session in sessions
    ]
    return Table(
        rows,
        colWidths=[_WIDTH * share for share in (0.12, 0.42, 0.16, 0.16, 0.14)],
        repeatRows=1,
        style=[
            FONT,
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ("LINEBELOW", (0, 0), (-1, 0), 1, ACCENT),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, LINE),
        ],
    )
