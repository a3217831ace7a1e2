"""The consent form: numbered sections with the patient's initials, indications to tick, signatures kept together."""

from collections.abc import Iterator, Mapping

from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from ketaclinic.documents.markup import literal, name_and_note, rich
from ketaclinic.documents.page import WIDTH, typeset
from ketaclinic.documents.parts import SectionHead, SignatureLines, callout, points, tick_boxes
from ketaclinic.documents.styles import ACCENT_TINT, FONT, INK2, Words, style
from ketaclinic.domain.handouts import Block, BlockKind, Sheet, long_date, short_date

_MARGIN = 54.0
_WIDTH = WIDTH - 2 * _MARGIN
_SIZE = 10.0


def build(sheet: Sheet) -> bytes:
    """The form as a PDF; the same sheet gives the same bytes."""
    story: list[Flowable] = [
        Words(rich(sheet.text.title, sheet.words), style(20, bold=True, leading=1.2, spaceAfter=3)),
        Words(
            f"Revision {sheet.text.revision}, in force since {short_date(sheet.text.since)}",
            style(9, color=INK2, spaceAfter=9),
        ),
        _identity(sheet),
        Spacer(0, 9),
    ]
    for number, (title, blocks) in enumerate(_sections(sheet.text.blocks)):
        story += _section(number, title, blocks, sheet) if title else _flow(blocks, sheet)
    return typeset(sheet, story, margin=_MARGIN)[0]


def _identity(sheet: Sheet) -> Table:
    """Whom the form is about: what the signer checks first."""
    patient = sheet.patient
    name, note = name_and_note(patient.name, patient.record)
    born = long_date(patient.born).split(", ", 1)[1] if patient.born else "____________________"
    cells = (("Patient", literal(name)), ("Date of birth", born), ("Record number", literal(patient.record)))
    row = [
        [Words(caption, style(7.5, color=INK2)), Words(text, style(11, bold=True, leading=1.3))]
        for caption, text in cells
    ]
    if note:
        row[0].append(Words(note, style(8, leading=1.8)))
    return Table(
        [row],
        colWidths=[_WIDTH * 0.50, _WIDTH * 0.28, _WIDTH * 0.22],
        style=[
            FONT,
            ("BACKGROUND", (0, 0), (-1, -1), ACCENT_TINT),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 10),
            ("TOPPADDING", (0, 0), (-1, -1), 5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
            ("ROUNDEDCORNERS", [5, 5, 5, 5]),
        ],
    )


def _sections(blocks: tuple[Block, ...]) -> list[tuple[str, list[Block]]]:
    """The blocks by section; the first is what stands before any title, which may be nothing."""
    found: list[tuple[str, list[Block]]] = [("", [])]
    for block in blocks:
        if block.kind is BlockKind.SECTION:
            found.append((block.text, []))
        else:
            found[-1][1].append(block)
    return found


def _section(number: int, title: str, blocks: list[Block], sheet: Sheet) -> list[Flowable]:
    """A section stays on one page where it fits; one too long for that keeps its title with its first part."""
    initials = any(block.kind is BlockKind.INITIALS for block in blocks)
    head = SectionHead(number, title, initials=initials)
    return [KeepTogether([head, *_flow(blocks, sheet)])]


def _flow(blocks: list[Block], sheet: Sheet) -> list[Flowable]:
    return [part for block in blocks for part in _parts(block, sheet.words, sheet.ticked)]


def _parts(block: Block, words: Mapping[str, str], ticked: frozenset[str]) -> Iterator[Flowable]:
    if block.kind is BlockKind.PARAGRAPH:
        yield Words(rich(block.text, words), style(_SIZE, leading=1.36, spaceAfter=4, allowWidows=0, allowOrphans=0))
    elif block.kind is BlockKind.LIST:
        yield from points(block.items, words, _SIZE, 1.36)
        yield Spacer(0, 2)
    elif block.kind is BlockKind.CHOICES:
        yield from tick_boxes(block, words, ticked, _SIZE)
        yield Spacer(0, 4)
    elif block.kind is BlockKind.CALLOUT:
        yield callout(block, words, _WIDTH, _SIZE)
        yield Spacer(0, 4)
    elif block.kind is BlockKind.SIGNATURES:
        for item in block.items:
            yield SignatureLines(item, words)
