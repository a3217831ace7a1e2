"""How a visit is drawn: phases in tints of its status colour, then name, status, time, and what is missing.

Everything here paints on a `QPainter` from values; the widget and the ghost of a drag use the same functions.
"""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QLineF, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen

from ketaclinic.domain.appointments import Card, Status
from ketaclinic.domain.protocols import PhaseKind, Phases
from ketaclinic.ui import theme
from ketaclinic.ui.palette import mix

RADIUS = 7.0
BAR = 7
"""Pixels of the phase bar at the left."""

_BADGES = {"consent": "consent", "escort": "escort", "order": "order"}


@dataclass(frozen=True, slots=True)
class CardText:
    """The words on a card, in the order in which they are dropped when room is short (last first)."""

    name: str
    label: str
    status: str
    time: str
    missing: tuple[str, ...]
    note: bool
    struck: bool


def card_text(card: Card, waiting: int | None = None) -> CardText:
    """What a card says; `waiting` are the minutes since the patient arrived."""
    a = card.appointment
    word = a.status.word
    if a.status is Status.ARRIVED and waiting is not None and waiting > 0:
        word = f"{word} · {waiting} min"
    look = theme.tokens().status[a.status]
    visit_ends = a.phase_starts()[2][2]
    return CardText(
        name=card.patient_name,
        label=card.label,
        status=f"{look.glyph} {word}",
        time=f"{a.starts_at:%H:%M}–{visit_ends:%H:%M}",
        missing=tuple(_BADGES[m] for m in card.missing if m in _BADGES),
        note="note" in card.missing,
        struck=look.struck,
    )


def spoken(card: Card, chair: str) -> str:
    """The accessible name: "Silva, João, 5 of 6, Arrived, 10:45 to 12:25, Chair 3"."""
    a = card.appointment
    visit_ends = a.phase_starts()[2][2]
    parts = [card.patient_name, card.label, a.status.word, f"{a.starts_at:%H:%M} to {visit_ends:%H:%M}", chair]
    parts += [f"{_BADGES[m]} missing" for m in card.missing if m in _BADGES]
    return ", ".join(parts)


@lru_cache(maxsize=128)
def _font(pixels: int, bold: bool, struck: bool) -> QFont:  # noqa: FBT001 - a cache key
    font = QFont(theme.font(pixels, bold))
    font.setStrikeOut(struck)
    return font


@lru_cache(maxsize=128)
def _metrics(pixels: int, bold: bool) -> QFontMetrics:  # noqa: FBT001 - a cache key
    return QFontMetrics(theme.font(pixels, bold))


@lru_cache(maxsize=4096)
def _elided(text: str, pixels: int, bold: bool, width: int) -> str:  # noqa: FBT001 - a cache key
    return _metrics(pixels, bold).elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=4096)
def _advance(text: str, pixels: int, bold: bool) -> int:  # noqa: FBT001 - a cache key
    return _metrics(pixels, bold).horizontalAdvance(text)


def forget_fonts() -> None:
    """Measures again after the theme's fonts changed."""
    for cached in (_font, _metrics, _elided, _advance, _hatch_lines):
        cached.cache_clear()


@lru_cache(maxsize=64)
def _hatch_lines(width: int, height: int, step: int) -> tuple[QLineF, ...]:
    return tuple(QLineF(x, height, x + height, 0) for x in range(-height, width, step))


def paint_hatch(painter: QPainter, rect: QRect, color: QColor, step: int = 8, thickness: float = 3.0) -> None:
    """Diagonal stripes: nothing can be put here."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.translate(rect.topLeft())
    pen = QPen(color, thickness)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLines(list(_hatch_lines(rect.width(), rect.height(), step)))
    painter.restore()


def phase_rects(rect: QRect, phases: Phases) -> dict[PhaseKind, QRect]:
    """The stretch of the card that each phase takes, by its minutes."""
    total = max(phases.total, 1)
    rects: dict[PhaseKind, QRect] = {}
    done = 0
    for kind in PhaseKind:
        begins = rect.top() + round(done * rect.height() / total)
        done += getattr(phases, kind.value)
        ends = rect.top() + round(done * rect.height() / total)
        rects[kind] = QRect(rect.left(), begins, rect.width(), ends - begins)
    return rects


def paint_ground(painter: QPainter, rect: QRect, card: Card, *, lifted: bool = False) -> None:
    """The tinted shape of a visit with its phase bar; `lifted` while it is carried."""
    tokens = theme.tokens()
    look = tokens.status[card.appointment.status]
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.fillPath(shape, theme.color(tokens.surface))
    painter.save()
    painter.setClipPath(shape)
    painter.fillRect(rect, theme.color(look.tint))
    phases = phase_rects(rect, card.appointment.phases)
    faint = theme.color(mix(look.fill, tokens.surface, 0.45))
    painter.fillRect(phases[PhaseKind.INFUSION], theme.color(look.tint if look.struck else look.strong_tint))
    if phases[PhaseKind.TURNOVER].height() > 2:
        painter.fillRect(phases[PhaseKind.TURNOVER], theme.color(tokens.surface))
        paint_hatch(painter, phases[PhaseKind.TURNOVER], theme.color(mix(look.fill, tokens.surface, 0.16)))
    for kind in (PhaseKind.PREP, PhaseKind.INFUSION, PhaseKind.RECOVERY):
        bar = QRect(phases[kind])
        bar.setWidth(BAR)
        painter.fillRect(
            bar.adjusted(0, 0, 0, -1),
            theme.color(look.fill) if kind is PhaseKind.INFUSION and not look.struck else faint,
        )
    painter.restore()
    line = look.fill if lifted else mix(look.fill, tokens.surface, 0.42)
    edge = QPen(theme.color(line), 1.5 if lifted else 1.0)
    painter.setPen(edge)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)


def paint_words(painter: QPainter, rect: QRect, text: CardText, status: Status) -> None:
    """Name and k of N, then as many lines as there is room for."""
    tokens = theme.tokens()
    look = tokens.status[status]
    inner = rect.adjusted(BAR + 7, 0, -7, 0)
    roomy = rect.height() >= 48
    line = 17 if roomy else 15
    top = rect.top() + (6 if roomy else max((rect.height() - 2 * line) // 2, 1) if rect.height() >= 32 else 0)
    ink = theme.color(tokens.ink3 if text.struck else tokens.ink)
    if rect.height() < 32:
        _one_line(painter, QRect(inner.left(), rect.top(), inner.width(), rect.height()), text, look.color, ink)
        return
    _first_line(painter, QRect(inner.left(), top, inner.width(), line), text, ink)
    y = top + line
    if rect.height() >= 62:
        _put(painter, QRect(inner.left(), y, inner.width(), line), text.status, 12, True, theme.color(look.color))
        y += line
        _put(painter, QRect(inner.left(), y, inner.width(), line), text.time, 12, False, theme.color(tokens.ink2))
        y += line + 1
        if y + 17 <= rect.bottom() - 2:
            _badges(painter, QRect(inner.left(), y, inner.width(), 17), text)
            return
    else:
        both = f"{text.status}  {text.time}"
        fits = _advance(both, 12, True) <= inner.width()
        _put(
            painter,
            QRect(inner.left(), y, inner.width(), line),
            both if fits else text.status,
            12,
            True,
            theme.color(look.color),
        )
    if text.missing:
        _dot(painter, QPoint(rect.right() - 9, rect.bottom() - 9))


def _put(
    painter: QPainter,
    rect: QRect,
    text: str,
    pixels: int,
    bold: bool,  # noqa: FBT001 - reads like the fonts of the theme
    ink: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    *,
    struck: bool = False,
) -> None:
    painter.setFont(_font(pixels, bold, struck))
    painter.setPen(ink)
    shown = _elided(text, pixels, bold, rect.width())
    painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


def _first_line(painter: QPainter, rect: QRect, text: CardText, ink: QColor) -> None:
    label = text.label if rect.width() >= 120 else text.label.replace(" of ", "/")
    wide = _advance(label, 13, True)
    if rect.width() - wide < 44:
        wide = 0
    else:
        _put(painter, rect, label, 13, True, ink, Qt.AlignmentFlag.AlignRight, struck=text.struck)
    _put(painter, rect.adjusted(0, 0, -(wide + 8) if wide else 0, 0), text.name, 13, True, ink, struck=text.struck)


def _one_line(painter: QPainter, rect: QRect, text: CardText, color: str, ink: QColor) -> None:
    glyph = text.status.split(" ", 1)[0]
    _put(painter, rect, glyph, 12, True, theme.color(color), Qt.AlignmentFlag.AlignRight)
    left = rect.adjusted(0, 0, -16, 0)
    wide = _advance(text.time, 11, False)
    if left.width() - wide > 90 and rect.height() >= 14:
        _put(painter, left, text.time, 11, False, theme.color(theme.tokens().ink2), Qt.AlignmentFlag.AlignRight)
        left = left.adjusted(0, 0, -wide - 6, 0)
    _put(painter, left, text.name, 12, True, ink, struck=text.struck)
    if text.missing:
        _dot(painter, QPoint(rect.right() + 2, rect.top() + 5))


def _dot(painter: QPainter, centre: QPoint) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(theme.tokens().amber))
    painter.drawEllipse(centre, 3, 3)


def _badges(painter: QPainter, rect: QRect, text: CardText) -> None:
    tokens = theme.tokens()
    x = rect.left()
    wanted = [(f"! {m}", tokens.amber, tokens.amber_tint, tokens.amber_line) for m in text.missing]
    if text.note:
        wanted.append(("note", tokens.ink2, tokens.surface, tokens.line))
    for index, (words, ink, ground, line) in enumerate(wanted):
        wide = _advance(words, 11, True) + 14
        more = 0 if index == len(wanted) - 1 else 24
        if x + wide + more > rect.right() + 1:
            left = f"+{len(wanted) - index}"
            _put(
                painter,
                QRect(x + 2, rect.top(), rect.right() - x, rect.height()),
                left,
                11,
                True,
                theme.color(tokens.amber),
            )
            return
        chip = QRectF(x + 0.5, rect.top() + 0.5, wide - 1, rect.height() - 2)
        painter.setPen(QPen(theme.color(line), 1))
        painter.setBrush(QBrush(theme.color(ground)))
        painter.drawRoundedRect(chip, 4, 4)
        _put(painter, QRect(x + 6, rect.top(), wide - 11, rect.height() - 1), words, 11, True, theme.color(ink))
        x += wide + 4
