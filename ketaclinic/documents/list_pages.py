"""The pages every list shares: whose and when on top; printed when, by whom, page x of y and the audit at the foot.

Lists are drawn straight onto the page: forty rows of fifteen cells take milliseconds, and a row stands where it was
measured. Heights and widths in points; y grows upwards, as ReportLab has it.
"""

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ketaclinic.documents.markup import can_set, settable
from ketaclinic.documents.page import Stamp
from ketaclinic.documents.styles import ACCENT, AMBER, BOLD, INK, INK2, LINE, REGULAR, fonts_ready, shortened
from ketaclinic.domain.handouts import clock_time, short_date
from ketaclinic.domain.sheets import Ink, ListHead, Paper

MARGIN = 24.0
_TOP = 26.0
_FOOT = 22.0
_BLACK, _GREY, _PALE, _RULE = HexColor("#000000"), HexColor("#4A4A4A"), HexColor("#EFEFEF"), HexColor("#9A9A9A")
UNSETTABLE = "* This name cannot be printed in its script; look it up under the record number."


@dataclass(frozen=True, slots=True)
class Tones:
    """The colours of one list: every mark is a word or a shape too, so that grey says as much."""

    ink: Color
    second: Color
    rule: Color
    accent: Color
    ground: Color
    alert: Color


_TONES = {
    Ink.COLOUR: Tones(INK, INK2, LINE, ACCENT, HexColor("#E9F3F2"), AMBER),
    Ink.LESS: Tones(INK, INK2, LINE, INK, HexColor("#F4F6F8"), AMBER),
    Ink.GREY: Tones(_BLACK, _GREY, _RULE, _BLACK, _PALE, _BLACK),
}


class _Pages(Canvas):
    """Holds the pages back until their number is known."""

    _doc: Any  # not in the stubs

    def __init__(self, stream: BytesIO, pages: "ListPages", **settings: Any) -> None:  # noqa: ANN401
        super().__init__(stream, **{**settings, "initialFontName": REGULAR})
        self._pages = pages
        self._held: list[dict[str, Any]] = []
        self._doc._timeStamp = Stamp(pages.head.printed_at)  # noqa: SLF001 - ReportLab offers no other way
        self.setViewerPreference("DisplayDocTitle", "true")

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        self._held.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        for number, state in enumerate(self._held, start=1):
            self.__dict__.update(state)
            self._pages.draw_foot(number, len(self._held))
            super().showPage()
        super().save()


class ListPages:
    """A list being drawn. Begin each page with `new_page`; `top` and `bottom` bound what may be drawn on it."""

    def __init__(
        self, head: ListHead, title: str, told: str = "", *, landscape: bool = True, ink: Ink = Ink.COLOUR
    ) -> None:
        fonts_ready()
        self.head, self.title, self.told, self.tones = head, title, told, _TONES[ink]
        short, long = A4 if head.paper is Paper.A4 else LETTER
        self.width, self.height = (long, short) if landscape else (short, long)
        self.left, self.right = MARGIN, self.width - MARGIN
        self.bottom = _FOOT + 16
        self.top = 0.0
        self.remark = ""
        self._stream = BytesIO()
        self.canvas = _Pages(self._stream, self, pagesize=(self.width, self.height), invariant=1, lang="en")
        self.canvas.setTitle(settable(f"{title}, {head.place}"))
        self.canvas.setAuthor(settable(head.clinic))
        self.canvas.setCreator("ketaclinic")
        self._begun = False

    @property
    def wide(self) -> float:
        """Between the margins."""
        return self.right - self.left

    def new_page(self, told: str | None = None) -> None:
        """Ends the page before, draws the head of the next and sets `top`."""
        if self._begun:
            self.canvas.showPage()
        self._begun = True
        told = self.told if told is None else told
        y = self.height - _TOP - 12
        title = self.text(self.left, y, self.title, size=15, bold=True, color=self.tones.accent)
        place = " · ".join(dict.fromkeys(filter(None, (self.head.clinic, self.head.place))))
        self.text(self.right, y, place, size=9, width=self.wide - title - 20, right=True, bold=True)
        for number, line in enumerate(self.lines(told, 8.5, self.wide, 2)):
            y -= 11 if number else 14
            self.text(self.left, y, line, size=8.5, color=self.tones.second)
        self.top = y - 8

    def finish(self) -> bytes:
        """The PDF."""
        self.canvas.showPage()
        self.canvas.save()
        return self._stream.getvalue()

    def draw_foot(self, number: int, pages: int) -> None:
        """Printed when, by whom, which page, and where the audit stood."""
        self.rule(self.left, _FOOT + 10, self.right)
        at = self.head.printed_at
        by = self.head.printed_by if can_set(self.head.printed_by) else "clinic staff"
        said = f"Printed {short_date(at)}, {clock_time(at)} by {by} · {self.head.audit}"
        if self.remark:
            said += f" · {self.remark}"
        self.text(self.left, _FOOT, said, size=7.5, color=self.tones.second, width=self.wide - 70)
        self.text(self.right, _FOOT, f"Page {number} of {pages}", size=7.5, bold=True, right=True)

    # drawing

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 8,
        bold: bool = False,
        color: Color | None = None,
        width: float | None = None,
        right: bool = False,
        middle: bool = False,
    ) -> float:
        """One line on a base line, cut with "…" where it is wider than `width`; returns how wide it is."""
        font = BOLD if bold else REGULAR
        words = settable(" ".join(words.split()))
        if width is not None:
            words = shortened(words, font, size, width)
        taken = float(stringWidth(words, font, size))
        self.canvas.setFillColor(color or self.tones.ink)
        self.canvas.setFont(font, size)
        self.canvas.drawString(x - taken if right else x - taken / 2 if middle else x, y, words)
        return taken

    def lines(self, words: str, size: float, width: float, most: int, *, bold: bool = False) -> list[str]:
        """The words on at most so many lines of a width; one too long for a line is broken, the last line cut."""
        font, found, line = (BOLD if bold else REGULAR), list[str](), ""
        waiting = [word for word in settable(words).split(" ") if word]  # not at a space that holds words together
        waiting.reverse()
        while waiting:
            word = waiting.pop()
            longer = f"{line} {word}".strip(" ")
            if stringWidth(longer, font, size) <= width:
                line = longer
            elif len(found) == most - 1:
                rest = " ".join((longer, *reversed(waiting)))
                return [*found, shortened(rest, font, size, width)]
            elif line:
                found.append(line)
                line = ""
                waiting.append(word)
            else:
                fits = max(1, _fitting(word, font, size, width))
                found.append(word[:fits])
                waiting.append(word[fits:])
        return [*found, line] if line else found

    def rule(self, x: float, y: float, to: float, *, heavy: bool = False) -> None:
        """A line across."""
        self.canvas.setStrokeColor(self.tones.accent if heavy else self.tones.rule)
        self.canvas.setLineWidth(0.9 if heavy else 0.5)
        self.canvas.line(x, y, to, y)

    def upright(self, x: float, y: float, to: float) -> None:
        """A line upwards."""
        self.canvas.setStrokeColor(self.tones.rule)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x, y, x, to)

    def field(self, x: float, y: float, width: float) -> None:
        """A line to write on."""
        self.canvas.setStrokeColor(self.tones.second)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x, y, x + width, y)

    def ground(self, x: float, y: float, width: float, height: float) -> None:
        """A tinted ground."""
        self.canvas.setFillColor(self.tones.ground)
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A box to write in."""
        self.canvas.setStrokeColor(self.tones.rule)
        self.canvas.setLineWidth(0.6)
        self.canvas.rect(x, y, width, height)

    def box(self, x: float, y: float, *, size: float = 7, ticked: bool = False, alert: bool = False) -> None:
        """A box to tick; ticked with two strokes, not with a letter of some font."""
        self.canvas.setStrokeColor(self.tones.alert if alert else self.tones.ink)
        self.canvas.setLineWidth(1.1 if alert else 0.7)
        self.canvas.rect(x, y, size, size)
        if ticked:
            self.canvas.setLineWidth(1.2)
            self.canvas.lines(
                [
                    (x + size * 0.2, y + size * 0.48, x + size * 0.42, y + size * 0.22),
                    (x + size * 0.42, y + size * 0.22, x + size * 0.85, y + size * 0.8),
                ]
            )

    def name(self, name: str, record: str) -> str:
        """A patient's name as it can be set; never half of one (`clinical.md` 9, harm 18)."""
        composed = unicodedata.normalize("NFC", " ".join(name.split()))
        if composed and can_set(composed):
            return composed
        self.remark = UNSETTABLE
        return f"Record {record}*"


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Width in points."""
    return float(stringWidth(settable(words), BOLD if bold else REGULAR, size))


def _fitting(word: str, font: str, size: float, width: float) -> int:
    """How many letters of a word have room."""
    return next((n - 1 for n in range(1, len(word) + 1) if stringWidth(word[:n], font, size) > width), len(word))
