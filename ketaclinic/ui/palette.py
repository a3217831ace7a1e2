"""Colours of the light and the dark theme, computed from one set so that both keep their contrast.

Pure arithmetic on "#rrggbb", no Qt: tests hold every pair of ink and ground against WCAG 2.2 AA.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ketaclinic.domain.appointments import CANCELLED, Status

AA_TEXT = 4.5
"""Contrast that text needs (WCAG 2.2, 1.4.3)."""
AA_GRAPHIC = 3.0
"""Contrast that icons, borders of fields and the focus ring need (WCAG 2.2, 1.4.11)."""


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, ground: str, share: float) -> str:
    """`share` (0 to 1) of `colour` laid over `ground`."""
    pairs = zip(_rgb(colour), _rgb(ground), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance, 0 for black to 1 for white (WCAG 2.2)."""
    parts = [c / 255 for c in _rgb(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, *grounds: str, least: float = AA_TEXT) -> str:
    """The colour nearest to `colour` that keeps the contrast `least` on every one of `grounds`."""
    towards = "#000000" if luminance(grounds[0]) > 0.18 else "#ffffff"
    for step in range(41):
        candidate = mix(towards, colour, step / 40)
        if all(contrast(candidate, ground) >= least for ground in grounds):
            return candidate
    return towards


@dataclass(frozen=True, slots=True)
class StatusLook:
    """How a status is drawn: never by colour alone, always with its glyph or icon and its word.

    Attributes:
        color: for words and thin lines; readable on surface, tint and strong tint.
        fill: for bars and blocks.
        tint: ground of a card.
        strong_tint: ground where the drug runs.
        glyph: one character for the card, e.g. "●".
        icon: name for `icons.icon`.
        struck: the name is struck through.
    """

    color: str
    fill: str
    tint: str
    strong_tint: str
    glyph: str
    icon: str
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour a screen may use. Nothing but due or missing is amber, nothing but an alert is red."""

    dark: bool
    canvas: str
    surface: str
    surface2: str
    line: str
    line_strong: str
    ink: str
    ink2: str
    ink3: str
    accent: str
    accent_hover: str
    accent_tint: str
    accent_line: str
    accent_ink: str
    on_accent: str
    rail: str
    rail_ink: str
    rail_active: str
    rail_active_ink: str
    brand: str
    on_brand: str
    hover: str
    pressed: str
    focus: str
    selection: str
    amber: str
    amber_tint: str
    amber_line: str
    red: str
    red_fill: str
    on_red: str
    red_tint: str
    red_line: str
    green: str
    green_tint: str
    green_line: str
    scrim: str
    shadow: str
    now: str
    status: Mapping[Status, StatusLook] = field(default_factory=dict)


_STATUS = {
    Status.PROPOSED: ("#64748b", "◌", "proposed"),
    Status.HELD: ("#64748b", "◇", "held"),
    Status.SCHEDULED: ("#4f6bed", "○", "scheduled"),
    Status.CONFIRMED: ("#15803d", "✓", "confirmed"),
    Status.ARRIVED: ("#b45309", "●", "arrived"),
    Status.CHECKED_IN: ("#6d3fd6", "◆", "checked_in"),
    Status.INFUSING: ("#0e7c86", "▶", "infusing"),
    Status.RECOVERING: ("#2374ab", "◐", "recovering"),
    Status.READY: ("#2374ab", "◕", "ready"),
    Status.DISCHARGED: ("#64748b", "■", "discharged"),
    Status.NO_SHOW: ("#94a3b8", "✕", "no_show"),
    Status.RESCHEDULED: ("#94a3b8", "↷", "rescheduled"),
    Status.LAPSED: ("#94a3b8", "◌", "held"),
    **dict.fromkeys(sorted(CANCELLED), ("#94a3b8", "✕", "cancelled")),
}
_STRUCK = CANCELLED | {Status.NO_SHOW, Status.RESCHEDULED}


def _look(status: Status, surface: str, *, dark: bool) -> StatusLook:
    base, glyph, icon = _STATUS[status]
    struck = status in _STRUCK
    tint = mix(base, surface, (0.08 if struck else 0.16) if dark else 0.11)
    strong = mix(base, surface, (0.14 if struck else 0.27) if dark else 0.19)
    return StatusLook(
        color=readable(base, strong, tint, surface),
        fill=readable(base, surface, least=AA_GRAPHIC) if dark else base,
        tint=tint,
        strong_tint=strong,
        glyph=glyph,
        icon=icon,
        struck=struck,
    )


def build(*, dark: bool) -> Tokens:
    """All tokens of the light or the dark theme, from the same base colours."""
    teal, red, green = "#0f766e", "#dc2626", "#15803d"
    canvas, surface, surface2 = ("#0e151c", "#17212b", "#1d2935") if dark else ("#f4f6f9", "#ffffff", "#f7f9fb")
    ink, ink2, ink3 = ("#e8eef4", "#a9b7c6", "#8b9bad") if dark else ("#1b2430", "#5b6776", "#647081")
    accent = "#2bb3a3" if dark else teal
    tint = 0.17 if dark else 0.10
    accent_tint = mix(accent, surface, tint)
    amber_tint = mix("#f59e0b", surface, 0.15 if dark else 0.13)
    red_tint = mix(red, surface, 0.20 if dark else 0.10)
    green_tint = mix(green, surface, 0.22 if dark else 0.11)
    grounds = (surface, surface2, canvas)
    return Tokens(
        dark=dark,
        canvas=canvas,
        surface=surface,
        surface2=surface2,
        line="#2a3745" if dark else "#e1e7ee",
        line_strong=readable("#4a5b6d" if dark else "#c3cdd9", surface, surface2, least=1.5),
        ink=ink,
        ink2=readable(ink2, *grounds),
        ink3=readable(ink3, *grounds),
        accent=accent,
        accent_hover="#4cc9ba" if dark else "#0b5f59",
        accent_tint=accent_tint,
        accent_line=mix(accent, surface, 0.45),
        accent_ink=readable(accent, accent_tint, *grounds),
        on_accent="#06201d" if dark else "#ffffff",
        rail="#0a1118" if dark else "#10202e",
        rail_ink="#a8b8c8",
        rail_active="#17293a" if dark else "#1f3649",
        rail_active_ink="#ffffff",
        brand="#14b8a6",
        on_brand="#06201d",
        hover=mix(ink, surface, 0.07 if dark else 0.05),
        pressed=mix(ink, surface, 0.13 if dark else 0.10),
        focus=accent,
        selection=mix(accent, surface, 0.28 if dark else 0.14),
        amber=readable("#f0a63a" if dark else "#92400e", amber_tint, *grounds),
        amber_tint=amber_tint,
        amber_line=mix("#f59e0b", surface, 0.45),
        red=readable("#f87171" if dark else "#b91c1c", red_tint, *grounds),
        red_fill=red,
        on_red="#ffffff",
        red_tint=red_tint,
        red_line=mix(red, surface, 0.45),
        green=readable("#4ade80" if dark else green, green_tint, *grounds),
        green_tint=green_tint,
        green_line=mix(green, surface, 0.45),
        scrim="#04080c" if dark else "#10202e",
        shadow="#000000" if dark else "#10202e",
        now=red,
        status=MappingProxyType({status: _look(status, surface, dark=dark) for status in Status}),
    )


LIGHT = build(dark=False)
DARK = build(dark=True)
