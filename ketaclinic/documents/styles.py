"""Fonts, colours and paragraph styles of every document; the fonts are registered once in a process."""

from functools import cache, lru_cache
from typing import Any, cast

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from ketaclinic.fonts import static_fonts

REGULAR, BOLD, ITALIC = "KetaclinicSans", "KetaclinicSans-Bold", "KetaclinicSans-Italic"

INK = HexColor("#1B2430")
INK2 = HexColor("#566170")
LINE = HexColor("#CBD4DE")
FIELD_LINE = HexColor("#7B8794")
ACCENT = HexColor("#0F766E")
ACCENT_TINT = HexColor("#E9F3F2")
AMBER, AMBER_TINT = HexColor("#92400E"), HexColor("#FEF5E2")
RED, RED_TINT = HexColor("#B91C1C"), HexColor("#FDECEC")

FONT = ("FONTNAME", (0, 0), (-1, -1), REGULAR)
"""The first command of every table: without it each names Helvetica, which is not embedded."""


class _CachedFont(TTFont):
    """Measures each word once: the words of a clinic's texts are the same on every sheet."""

    @lru_cache(maxsize=50_000)  # noqa: B019 - three fonts, which live as long as the program
    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:  # noqa: N802 - ReportLab's name
        """Width in points."""
        return float(super().stringWidth(text, size, encoding))


class Words(Paragraph):
    """A paragraph that breaks its lines once for each width, however often it is measured."""

    _set_for: float = -1.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Width and height in points."""
        if self._set_for != available_width:
            super().wrap(available_width, available_height)
            self._set_for = available_width
        return self.width, self.height


@cache
def fonts_ready() -> None:
    """Registers the fonts with ReportLab, once in a process."""
    files = static_fonts()
    for name, path in ((REGULAR, files.regular), (BOLD, files.bold), (ITALIC, files.italic)):
        pdfmetrics.registerFont(_CachedFont(name, str(path)))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


@cache
def regular_glyphs() -> frozenset[int]:
    """The code points the fonts can set."""
    fonts_ready()
    return frozenset(cast("TTFont", pdfmetrics.getFont(REGULAR)).face.charToGlyph)


@cache
def style(
    size: float = 10,
    *,
    bold: bool = False,
    leading: float = 1.4,
    color: Color = INK,
    **more: Any,  # noqa: ANN401 - whatever ParagraphStyle takes
) -> ParagraphStyle:
    """A paragraph style; the same wishes give the same object, which ReportLab sets faster."""
    fonts_ready()
    return ParagraphStyle(
        f"{size}-{bold}-{leading}-{color}-{more}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        bulletFontName=REGULAR,
        bulletFontSize=size,
        leading=size * leading,
        textColor=color,
        splitLongWords=1,
        **more,
    )


def shortened(text: str, font: str, size: float, width: float) -> str:
    """The text cut with "…" where it is wider than `width` points."""
    if pdfmetrics.stringWidth(text, font, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(f"{text}…", font, size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
