"""The shape of a visit: phases in tints of its status colour, a bar strong where the drug runs, turnover hatched.

Cards of one status, length and size look alike, so each shape is painted once and kept.
"""

from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from ketaclinic.domain.appointments import Card, Status
from ketaclinic.domain.protocols import PhaseKind, Phases
from ketaclinic.ui import theme
from ketaclinic.ui.painting import paint_hatch
from ketaclinic.ui.palette import mix

RADIUS = 7.0
BAR = 7
"""Pixels of the phase bar at the left."""
_HELD = 5.0
"""Pixels of the hatched border of what is only held."""


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
    """The shape of a visit; `lifted` while it is carried."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    a = card.appointment
    picture = _picture(a.status, a.phases, rect.width(), rect.height(), ratio, theme.tokens().dark, lifted)
    painter.drawImage(rect.topLeft(), picture)


@lru_cache(maxsize=192)
def _picture(
    status: Status,
    phases: Phases,
    width: int,
    height: int,
    ratio: float,
    dark: bool,  # noqa: ARG001, FBT001 - part of the key: the colours are those of the theme in force
    lifted: bool,  # noqa: FBT001 - part of the key
) -> QImage:
    pixels = QSize(max(round(width * ratio), 1), max(round(height * ratio), 1))
    picture = QImage(pixels, QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _paint(painter, QRect(QPoint(0, 0), QPoint(width - 1, height - 1)), status, phases, lifted=lifted)
    painter.end()
    return picture


def _paint(painter: QPainter, rect: QRect, status: Status, phases: Phases, *, lifted: bool) -> None:
    tokens = theme.tokens()
    look = tokens.status[status]
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.save()
    painter.setClipPath(shape)
    painter.fillRect(rect, theme.color(look.tint))
    rects = phase_rects(rect, phases)
    painter.fillRect(rects[PhaseKind.INFUSION], theme.color(look.tint if look.struck else look.strong_tint))
    if rects[PhaseKind.TURNOVER].height() > 2:
        painter.fillRect(rects[PhaseKind.TURNOVER], theme.color(tokens.surface))
        paint_hatch(painter, rects[PhaseKind.TURNOVER], theme.color(mix(look.fill, tokens.surface, 0.16)))
    if status is Status.HELD:
        edge = QPainterPath(shape)
        inner = QPainterPath()
        inner.addRoundedRect(QRectF(rect).adjusted(_HELD, _HELD, -_HELD, -_HELD), RADIUS - 3, RADIUS - 3)
        painter.setClipPath(edge.subtracted(inner), Qt.ClipOperation.IntersectClip)
        paint_hatch(painter, rect, theme.color(mix(look.fill, tokens.surface, 0.3)), step=7, thickness=2.5)
        painter.setClipPath(shape)
    faint = mix(look.fill, tokens.surface, 0.45)
    for kind in (PhaseKind.PREP, PhaseKind.INFUSION, PhaseKind.RECOVERY):
        bar = QRect(rects[kind])
        bar.setWidth(BAR)
        strong = kind is PhaseKind.INFUSION and not look.struck
        painter.fillRect(bar.adjusted(0, 0, 0, -1), theme.color(look.fill if strong else faint))
    painter.restore()
    held = status is Status.HELD
    line = look.fill if lifted or held else mix(look.fill, tokens.surface, 0.42)
    pen = QPen(theme.color(line), 1.5 if lifted or held else 1.0)
    if held:
        pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
