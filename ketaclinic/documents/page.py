"""The page every document shares: letterhead, patient, revision and "page x of y".

Every page carries whose it is and which revision (`clinical.md` 9, harm 18): a sheet that falls out of its folder can
be put back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from ketaclinic.documents.markup import literal, name_and_note, settable
from ketaclinic.documents.styles import (
    ACCENT,
    AMBER,
    BOLD,
    INK,
    INK2,
    LINE,
    REGULAR,
    Words,
    fonts_ready,
    shortened,
    style,
)
from ketaclinic.domain.handouts import Letterhead, Sheet, clock_time, short_date, unbroken

WIDTH, HEIGHT = LETTER
_GAP_BELOW_LETTERHEAD = 16.0
_FOOT = 30.0  # from the edge of the paper to the base line of the foot


class Stamp(TimeStamp):
    """Dates the PDF with the moment it was printed, so that the same value gives the same bytes."""

    def __init__(self, at: datetime) -> None:
        super().__init__(invariant=1)
        offset = at.utcoffset()
        minutes = int(offset.total_seconds()) // 60 if offset else 0
        self.t = at.astimezone(UTC).timestamp()
        self.lt = at.timetuple()
        self.YMDhms = tuple(self.lt)[:6]
        self.dhh, self.dmm = int(minutes / 60), abs(minutes) % 60


class _NumberedCanvas(Canvas):
    """Holds the pages back until their number is known, then draws the foot of each."""

    _doc: Any  # not in the stubs

    def __init__(self, stream: BytesIO, *, sheet: Sheet, margin: float, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(stream, **{**settings, "initialFontName": REGULAR})
        self._sheet, self._margin = sheet, margin
        self._held: list[dict[str, Any]] = []
        self._doc._timeStamp = Stamp(sheet.printed_at)  # noqa: SLF001 - ReportLab offers no other way
        self.setViewerPreference("DisplayDocTitle", "true")

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        self._held.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        for number, state in enumerate(self._held, start=1):
            self.__dict__.update(state)
            self._draw_foot(number, len(self._held))
            super().showPage()
        super().save()

    def _draw_foot(self, number: int, pages: int) -> None:
        sheet, right = self._sheet, WIDTH - self._margin
        self.setStrokeColor(LINE)
        self.setLineWidth(0.6)
        self.line(self._margin, _FOOT + 12, right, _FOOT + 12)
        self.setFillColor(INK2)
        self.setFont(REGULAR, 8)
        text = sheet.text
        at = f"{short_date(sheet.printed_at)}, {clock_time(sheet.printed_at)}"
        foot = f"{text.title} · Revision {text.revision}, {short_date(text.since)} · Printed {at} by {sheet.printed_by}"
        self.drawString(self._margin, _FOOT, shortened(settable(foot), REGULAR, 8, right - self._margin - 70))
        self.setFillColor(INK)
        self.setFont(BOLD, 8)
        self.drawRightString(right, _FOOT, f"Page {number} of {pages}")


class _Letterhead:
    """Clinic on the left, patient on the right, measured once and drawn on every page."""

    def __init__(self, sheet: Sheet, width: float) -> None:
        head, patient = sheet.letterhead, sheet.patient
        name, note = name_and_note(patient.name, patient.record)
        born = short_date(patient.born) if patient.born else "________"
        identity = f"Born {born} · Record {literal(patient.record)}"
        right = {"alignment": TA_RIGHT}
        self._left_width, self._right_width = width * 0.64, width * 0.34
        self._left = [
            Words(literal(head.name), style(13 if len(head.name) < 60 else 10, bold=True, leading=1.2, color=ACCENT)),
            *(Words(literal(line), style(8, leading=1.35, color=INK2)) for line in _contacts(head, self._left_width)),
        ]
        self._right = [
            Words(literal(name), style(11 if len(name) < 80 else 8, bold=True, leading=1.3, **right)),
            Words(identity, style(8, leading=1.35, color=INK2, **right)),
        ]
        if note:
            self._right.append(Words(note, style(8, leading=1.5, color=AMBER, **right)))
        self.height = (
            max(self._measure(self._left, self._left_width), self._measure(self._right, self._right_width)) + 8
        )

    @staticmethod
    def _measure(paragraphs: Sequence[Any], width: float) -> float:
        return float(sum(paragraph.wrap(width, HEIGHT)[1] for paragraph in paragraphs))

    def draw(self, canvas: Canvas, x: float, top: float, width: float) -> None:
        for paragraphs, left, column in (
            (self._left, x, self._left_width),
            (self._right, x + width - self._right_width, self._right_width),
        ):
            y = top
            for paragraph in paragraphs:
                y -= paragraph.wrap(column, HEIGHT)[1]
                paragraph.drawOn(canvas, left, y)
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(1.2)
        canvas.line(x, top - self.height, x + width, top - self.height)


def _contacts(head: Letterhead, width: float) -> list[str]:
    """Address, telephones and the rest, on as few lines as fit without breaking one of them."""
    after_hours = f"after hours {head.after_hours_phone}" if head.after_hours_phone else ""
    address = ", ".join(line.strip() for line in head.address.splitlines() if line.strip())
    lines: list[str] = []
    for part in (address, head.phone, after_hours, head.email, head.website):
        joined = f"{lines[-1]} · {unbroken(part)}" if lines else part
        if part and lines and lines[-1] != address and stringWidth(settable(joined), REGULAR, 8) <= width:
            lines[-1] = joined
        elif part:
            lines.append(part if part == address else unbroken(part))
    return lines


def typeset(sheet: Sheet, story: list[Flowable], *, margin: float = 54, top: float = 34) -> tuple[bytes, int]:
    """Sets a story on pages with letterhead and foot; lengths in points. The bytes, and how many pages they are."""
    fonts_ready()
    width = WIDTH - 2 * margin
    letterhead = _Letterhead(sheet, width)
    bottom = _FOOT + 20
    height = HEIGHT - top - letterhead.height - _GAP_BELOW_LETTERHEAD - bottom
    stream = BytesIO()
    document = BaseDocTemplate(
        stream,
        pagesize=LETTER,
        title=f"{sheet.text.title}, {sheet.patient.record}",
        author=sheet.letterhead.name,
        subject=f"{sheet.text.id}, revision {sheet.text.revision}",
        creator="ketaclinic",
        lang=sheet.text.language,
        invariant=1,
    )
    frame = Frame(margin, bottom, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)

    def head(canvas: Canvas, _: BaseDocTemplate) -> None:
        letterhead.draw(canvas, margin, HEIGHT - top, width)

    document.addPageTemplates(PageTemplate("page", [frame], onPage=head))
    document.build(story, canvasmaker=partial(_NumberedCanvas, sheet=sheet, margin=margin))
    return stream.getvalue(), document.page
