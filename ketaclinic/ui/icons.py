"""Icons by the clinic's words, drawn from one family (Phosphor, from the qtawesome package) in the theme's colours.

The font and its names are read from the package's files: importing qtawesome itself takes longer than a window.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from ketaclinic.ui import theme

NAMES = {
    # screens
    "day": "calendar-blank",
    "week": "columns",
    "month": "calendar",
    "patients": "users",
    "chairside": "armchair",
    "recall": "phone-call",
    "merge": "git-merge",
    "documents": "file-text",
    "ledger": "drop-half",
    "reports": "chart-bar",
    "settings": "gear-six",
    # statuses
    "proposed": "circle-dashed",
    "held": "diamond",
    "scheduled": "circle",
    "confirmed": "check-circle",
    "arrived": "map-pin",
    "checked_in": "diamond-fill",
    "infusing": "play",
    "recovering": "circle-half",
    "ready": "circle-half-fill",
    "discharged": "sign-out",
    "no_show": "x-circle",
    "rescheduled": "arrow-bend-up-right",
    "cancelled": "x-circle",
    # people
    "patient": "user",
    "add_patient": "user-plus",
    "escort": "handshake",
    "nurse": "first-aid-kit",
    "prescriber": "prescription",
    "front_desk": "phone",
    "manager": "key",
    "user": "user-circle",
    # acts
    "add": "plus",
    "edit": "pencil-simple",
    "search": "magnifying-glass",
    "undo": "arrow-u-up-left",
    "redo": "arrow-u-up-right",
    "lock": "lock-simple",
    "print": "printer",
    "import": "download-simple",
    "open": "folder-open",
    "save": "floppy-disk",
    "move": "arrows-out-cardinal",
    "close": "x",
    "back": "caret-left",
    "forward": "caret-right",
    "down": "caret-down",
    "up": "caret-up",
    "more": "dots-three",
    "repeat": "arrow-clockwise",
    "sign_out": "sign-out",
    "keys": "keyboard",
    "theme": "moon",
    "light": "sun",
    "plan": "calendar-plus",
    "repair": "wrench",
    "pin": "push-pin",
    "filter": "funnel",
    "zoom_in": "magnifying-glass-plus",
    "zoom_out": "magnifying-glass-minus",
    "pause": "pause",
    "start": "play",
    "stop": "stop",
    "sound": "speaker-high",
    "silent": "speaker-slash",
    "sign": "pen",
    # things
    "appointment": "calendar-check",
    "series": "list-numbers",
    "consent": "pencil-line",
    "order": "prescription",
    "note": "note-pencil",
    "phone": "phone",
    "email": "envelope-simple",
    "address": "house",
    "birthday": "cake",
    "language": "translate",
    "clock": "clock",
    "closure": "prohibit",
    "checklist": "check-square",
    "vitals": "heartbeat",
    "medicine": "pill",
    "dose": "eyedropper",
    "oxygen": "wind",
    "event": "lightning",
    "document": "file-text",
    "pdf": "file-pdf",
    "empty": "tray",
    "database": "database",
    "chair": "armchair",
    "history": "clock-counter-clockwise",
    # findings
    "ok": "check",
    "warn": "warning",
    "block": "warning-octagon",
    "override": "shield-warning",
    "info": "info",
    "help": "question",
}


@cache
def _package() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("qtawesome")
    return Path(spec.origin).parent / "fonts"


@cache
def _family() -> str:
    (path,) = _package().glob("phosphor-[0-9]*.ttf")
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))[0]


@cache
def _glyphs() -> dict[str, str]:
    (path,) = _package().glob("phosphor-charmap-*.json")
    codes: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@cache
def glyph(name: str) -> str:
    """The character of an icon in the icon font; an unknown name is a bug and raises KeyError."""
    return _glyphs()[NAMES[name]]


@cache
def _font(size: int) -> QFont:
    made = QFont(_family())
    made.setPixelSize(size)
    return made


def paint(painter: QPainter, name: str, rect: QRect | QRectF, color: str) -> None:
    """Draws an icon into a square, for widgets that paint themselves."""
    painter.save()
    painter.setFont(_font(int(rect.height() * 0.92)))
    painter.setPen(theme.color(color))
    painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, glyph(name))
    painter.restore()


class _Engine(QIconEngine):
    """Paints a glyph at any size, in a fixed colour or in a token's colour of the theme in force."""

    def __init__(self, name: str, color: str | None) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, icon_mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002
        paint(painter, self._name, rect, self._ink(icon_mode))

    def pixmap(self, size: QSize, icon_mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, icon_mode, state, 1.0)

    def scaledPixmap(  # noqa: N802 - Qt's name
        self, size: QSize, icon_mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        made = QPixmap((QSizeF(size) * scale).toSize())  # `size` does not know the screen's scale
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, made.rect(), icon_mode, state)
        painter.end()
        made.setDevicePixelRatio(scale)
        return made

    def _ink(self, icon_mode: QIcon.Mode) -> str:
        now = theme.tokens()
        if icon_mode == QIcon.Mode.Disabled:
            return now.ink3
        return str(getattr(now, self._color or "ink2", self._color))


def icon(name: str, color: str | None = None) -> QIcon:
    """An icon by its clinic word, e.g. "undo"; `color` is a token's name ("accent") or "#rrggbb"."""
    if name not in NAMES:
        raise KeyError(name)
    return QIcon(_Engine(name, color))
