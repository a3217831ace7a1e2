"""Fonts, colours and paragraph styles of every document; the fonts are registered once in a process."""

from functools import cache
from typing import Any, cast

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

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


@cache
def fonts_ready() -> None:
    """Registers the fonts with ReportLab, once in a process."""
    files = static_fonts()
    for name, path in ((REGULAR, files.regular), (BOLD, files.bold), (ITALIC, files.italic)):
        pdfmetrics.registerFont(TTFont(name, str(path)))
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
