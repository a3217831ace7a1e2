"""The look: tokens, fonts and the one style sheet of the application.

Signals of `signals`: `changed` after the theme was switched; widgets that paint themselves repaint on it.
"""

import re
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.ui.palette import DARK, LIGHT, StatusLook, Tokens

__all__ = ["StatusLook", "Tokens", "apply", "color", "font", "mode", "set_mode", "signals", "status", "tokens"]

FAMILY = "Noto Sans"
MODES = ("light", "dark", "system")


class _Signals(QObject):
    changed = Signal()


class _State:
    mode = "system"
    tokens = LIGHT
    applied = ""
    fonts_loaded = False


signals = _Signals()


def tokens() -> Tokens:
    """The colours in force now."""
    return _State.tokens


def status(value: str) -> StatusLook:
    """How a status is drawn now."""
    return _State.tokens.status[Status(value)]


@cache
def color(name: str) -> QColor:
    """A QColor of "#rrggbb", made once."""
    return QColor(name)


@cache
def font(size_px: int = 13, bold: bool = False) -> QFont:  # noqa: FBT001, FBT002 - reads as font(13, True) in paint code
    """The interface font in one of its two weights; its figures are tabular as they come."""
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def mode() -> str:
    """What the user chose: "light", "dark" or "system"."""
    return _State.mode


def set_mode(wanted: str) -> None:
    """Switches the theme now, everywhere."""
    _State.mode = wanted if wanted in MODES else "system"
    _refresh()


def apply(app: QApplication, wanted: str = "system") -> None:
    """Dresses the application: style, font, palette and style sheet. Called once at start."""
    app.setStyle("Fusion")
    _load_fonts()
    app.setFont(font(13))
    _State.applied = ""
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(_system_changed)
    set_mode(wanted)


def repaint_on_change(widget: QWidget) -> None:
    """Lets a self-painting widget follow the theme while it lives."""
    signals.changed.connect(widget.update)


def _system_changed(_scheme: Qt.ColorScheme) -> None:
    if _State.mode == "system":
        _refresh()


def _is_dark() -> bool:
    if _State.mode == "system":
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return _State.mode == "dark"


def _refresh() -> None:
    _State.tokens = DARK if _is_dark() else LIGHT
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    sheet = style_sheet(_State.tokens)
    if sheet == _State.applied:
        return
    _State.applied = sheet
    app.setPalette(_palette(_State.tokens))
    app.setStyleSheet(sheet)
    signals.changed.emit()


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, t.canvas),
        (role.WindowText, t.ink),
        (role.Base, t.surface),
        (role.AlternateBase, t.surface2),
        (role.Text, t.ink),
        (role.PlaceholderText, t.ink3),
        (role.Button, t.surface),
        (role.ButtonText, t.ink),
        (role.ToolTipBase, t.ink),
        (role.ToolTipText, t.surface),
        (role.Highlight, t.selection),
        (role.HighlightedText, t.ink),
        (role.Link, t.accent_ink),
        (role.Accent, t.accent),
    ):
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.ink3))
    return palette


def style_sheet(t: Tokens) -> str:
    """The application's style sheet with the colours of `t` in place of its @names."""
    folder = _style_folder()
    text = (folder / "application.qss").read_text(encoding="utf-8")

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "images":
            return f"{folder.as_posix()}/{'dark' if t.dark else 'light'}"
        return str(getattr(t, name))

    return re.sub(r"@([a-z_0-9]+)", value, text)


def _style_folder() -> Path:
    from ketaclinic.paths import resources_dir  # noqa: PLC0415 - only where the sheet is read

    return resources_dir() / "style"


def _load_fonts() -> None:
    if _State.fonts_loaded:
        return
    from ketaclinic.fonts import static_fonts  # noqa: PLC0415 - cuts the fonts at the first start ever

    files = static_fonts()
    for path in (files.regular, files.bold, files.italic):
        QFontDatabase.addApplicationFont(str(path))
    _State.fonts_loaded = True
