"""The words on a visit: name and k of N, status, time, what is missing or wrong; fewer in less room."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen

from ketaclinic.domain.appointments import Card, Status
from ketaclinic.ui import text, theme
from ketaclinic.ui.screens.day.card_ground import BAR

BADGES = {
    "consent": "consent",
    "escort": "escort",
    "order": "order",
    "clearance": "not cleared",
    "clinician's call": "needs a call",
}
"""What may be missing, as its badge reads; its key where a sentence says that it is missing."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a card shows besides its visit: how long the patient has waited, and why it cannot stay where it is.

    Attributes:
        waiting: minutes since the patient arrived.
        tone: "amber" or "red" for who has waited long, empty for the rest.
        wrong: why the visit is out of place; may be empty.
    """

    waiting: int | None = None
    tone: str = ""
    wrong: str = ""


NOTHING = Look()


@dataclass(frozen=True, slots=True)
class CardText:
    """The words on a card."""

    name: str
    label: str
    status: str
    time: str
    missing: tuple[str, ...]
    note: bool
    struck: bool
    tone: str = ""
    wrong: bool = False


class _Face(NamedTuple):
    """A size and weight of the interface font."""

    pixels: int
    bold: bool
    struck: bool = False


_NAME, _STATUS, _TIME, _BADGE, _SMALL = (
    _Face(13, True),
    _Face(12, True),
    _Face(12, False),
    _Face(11, True),
    _Face(11, False),
)


def card_text(card: Card, look: Look = NOTHING) -> CardText:
    """What a card says."""
    a = card.appointment
    word = a.status.word
    if a.status is Status.ARRIVED and look.waiting:
        word = f"{word} · {text.length(look.waiting)}"
    if card.held_until is not None:
        word = f"{word} until {text.clock(card.held_until)}"
    colours = theme.tokens().status[a.status]
    return CardText(
        name=card.patient_name,
        label=card.label,
        status=f"{colours.glyph} {word}",
        time=text.span(a.starts_at, a.leaves_at),
        missing=tuple(BADGES[m] for m in card.missing if m in BADGES),
        note="note" in card.missing,
        struck=colours.struck,
        tone=look.tone,
        wrong=bool(look.wrong),
    )


def spoken(card: Card, chair: str, look: Look = NOTHING) -> str:
    """The accessible name: "Silva, João, 5 of 6, Arrived, 10:45 to 12:25, Chair 3"."""
    a = card.appointment
    times = f"{text.clock(a.starts_at)} to {text.clock(a.leaves_at)}"
    parts = [card.patient_name, card.label, a.status.word, times, chair]
    if card.held_until is not None:
        parts[2] = f"Held until {text.clock(card.held_until)}"
    if look.tone and look.waiting:
        parts[2] = f"{parts[2]}, waiting {text.length(look.waiting)}"
    if look.wrong:
        parts.append(f"out of place: {look.wrong}")
    parts += [f"{m} missing" for m in card.missing if m in BADGES]
    return ", ".join(parts)


@lru_cache(maxsize=32)
def _font(face: _Face) -> QFont:
    font = QFont(theme.font(face.pixels, face.bold))
    font.setStrikeOut(face.struck)
    return font


@lru_cache(maxsize=32)
def _metrics(face: _Face) -> QFontMetrics:
    return QFontMetrics(_font(face))


@lru_cache(maxsize=4096)
def _elided(words: str, face: _Face, width: int) -> str:
    return _metrics(face).elidedText(words, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=4096)
def _advance(words: str, face: _Face) -> int:
    return _metrics(face).horizontalAdvance(words)


@lru_cache(maxsize=256)
def _baseline(face: _Face, height: int) -> int:
    metrics = _metrics(face)
    return (height + metrics.ascent() - metrics.descent() + 1) // 2


def _put(painter: QPainter, rect: QRect, words: str, face: _Face, ink: str, *, right: bool = False) -> None:
    """One line in the middle of a rectangle's height; a point and a baseline paint quicker than a rectangle."""
    shown = _elided(words, face, rect.width())
    painter.setFont(_font(face))
    painter.setPen(theme.color(ink))
    x = rect.right() + 1 - _advance(shown, face) if right else rect.left()
    painter.drawText(x, rect.top() + _baseline(face, rect.height()), shown)


def paint_words(painter: QPainter, rect: QRect, words: CardText, status: Status) -> None:
    """Name and k of N, then as many lines as there is room for."""
    tokens = theme.tokens()
    look = tokens.status[status]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    inner = rect.adjusted(BAR + 7, 0, -7, 0)
    left, wide, height = inner.left(), inner.width(), rect.height()
    ink = tokens.ink3 if words.struck else tokens.ink
    if height < 32:
        _one_line(painter, inner, words, look.color, ink)
        return
    line = 17 if height >= 48 else 15
    y = rect.top() + (6 if height >= 48 else max((height - 2 * line) // 2, 1))
    _first_line(painter, QRect(left, y, wide, line), words, ink)
    y += line
    if height >= 62:
        if words.tone:
            _pill(painter, QRect(left, y, wide, line), words.status, words.tone)
        else:
            _put(painter, QRect(left, y, wide, line), words.status, _STATUS, look.color)
        time = words.time if _advance(words.time, _TIME) <= wide else words.time.split("–", 1)[0]
        _put(painter, QRect(left, y + line, wide, line), time, _TIME, tokens.ink2)
        y += 2 * line + 1
        if y + 17 <= rect.bottom() - 2:
            _badges(painter, QRect(left, y, wide, 17), words)
            return
    else:
        both = f"{words.status}  {words.time}"
        fits = _advance(both, _STATUS) <= wide
        ink = str(getattr(tokens, words.tone)) if words.tone else look.color
        _put(painter, QRect(left, y, wide, line), both if fits else words.status, _STATUS, ink)
    if words.wrong:
        _dot(painter, QPoint(rect.right() - 9, rect.bottom() - 9), tokens.red_fill)
    elif words.missing:
        _dot(painter, QPoint(rect.right() - 9, rect.bottom() - 9))


def _first_line(painter: QPainter, rect: QRect, words: CardText, ink: str) -> None:
    face = _NAME._replace(struck=words.struck)
    label = words.label
    wide = _advance(label, face)
    if _advance(words.name, face) + wide + 8 > rect.width():
        label = label.replace(" of ", "/")
        wide = _advance(label, face)
    if rect.width() - wide < 44:
        wide = 0
    else:
        _put(painter, rect, label, face, ink, right=True)
    _put(painter, rect.adjusted(0, 0, -(wide + 8) if wide else 0, 0), words.name, face, ink)


def _one_line(painter: QPainter, rect: QRect, words: CardText, color: str, ink: str) -> None:
    _put(painter, rect, words.status.split(" ", 1)[0], _STATUS, color, right=True)
    left = rect.adjusted(0, 0, -16, 0)
    wide = _advance(words.time, _SMALL)
    if left.width() - wide > 90 and rect.height() >= 14:
        _put(painter, left, words.time, _SMALL, theme.tokens().ink2, right=True)
        left = left.adjusted(0, 0, -wide - 6, 0)
    _put(painter, left, words.name, _STATUS._replace(struck=words.struck), ink)
    if words.wrong:
        _dot(painter, QPoint(rect.right() + 1, rect.top() + 6), theme.tokens().red_fill)
    elif words.missing:
        _dot(painter, QPoint(rect.right() + 1, rect.top() + 6))


def _pill(painter: QPainter, rect: QRect, words: str, tone: str) -> None:
    """A status that asks for attention, on a ground of its own."""
    tokens = theme.tokens()
    wide = min(_advance(words, _STATUS) + 10, rect.width())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(str(getattr(tokens, f"{tone}_tint"))))
    painter.drawRoundedRect(QRectF(rect.left() - 4, rect.top() + 0.5, wide, rect.height() - 1), 5, 5)
    _put(painter, QRect(rect.left(), rect.top(), wide - 6, rect.height()), words, _STATUS, str(getattr(tokens, tone)))


def _dot(painter: QPainter, centre: QPoint, colour: str = "") -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(colour or theme.tokens().amber))
    painter.drawEllipse(centre, 3, 3)


def _badges(painter: QPainter, rect: QRect, words: CardText) -> None:
    tokens = theme.tokens()
    x = rect.left()
    wanted = [("✕ out of place", tokens.red, tokens.red_tint, tokens.red_line)] if words.wrong else []
    wanted += [(f"! {m}", tokens.amber, tokens.amber_tint, tokens.amber_line) for m in words.missing]
    if words.note:
        wanted.append(("note", tokens.ink2, tokens.surface, tokens.line))
    for index, (badge, ink, ground, line) in enumerate(wanted):
        wide = _advance(badge, _BADGE) + 14
        more = 0 if index == len(wanted) - 1 else 24
        if x + wide + more > rect.right() + 1:
            rest = QRect(x + 2, rect.top(), rect.right() - x, rect.height())
            sign = "+" if index else "! "
            _put(painter, rest, f"{sign}{len(wanted) - index}", _BADGE, tokens.amber)
            return
        painter.setPen(QPen(theme.color(line), 1))
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(QRectF(x + 0.5, rect.top() + 0.5, wide - 1, rect.height() - 2), 4, 4)
        _put(painter, QRect(x + 7, rect.top(), wide - 12, rect.height() - 1), badge, _BADGE, ink)
        x += wide + 4
