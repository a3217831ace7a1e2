"""What this station remembers of its window: place, size, theme, location. Nothing about patients, ever."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings


class Settings:
    """Kept in one ini file of the user's own; `path` None keeps nothing (tests, the tour)."""

    def __init__(self, path: Path | None) -> None:
        self._kept = QSettings(str(path), QSettings.Format.IniFormat) if path is not None else None

    @classmethod
    def of_this_user(cls) -> "Settings":
        """The settings of whoever is logged in to the computer."""
        from platformdirs import user_config_path  # noqa: PLC0415 - only where a window is opened

        return cls(user_config_path("ketaclinic", appauthor=False, ensure_exists=True) / "window.ini")

    def theme(self) -> str:
        """The theme: "light", "dark" or "system"."""
        return self._text("theme", "system")

    def set_theme(self, mode: str) -> None:
        """Remembers the theme."""
        self._set("theme", mode)

    def geometry(self) -> QByteArray:
        """Where the window stood; empty at first."""
        value = self._kept.value("geometry") if self._kept else None
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_geometry(self, geometry: QByteArray) -> None:
        """Remembers where the window stands."""
        self._set("geometry", geometry)

    def location_id(self) -> int:
        """The site this station works at; 0 for the first."""
        found = self._text("location", "0")
        return int(found) if found.isdigit() else 0

    def set_location_id(self, location_id: int) -> None:
        """Remembers the site."""
        self._set("location", str(location_id))

    def _text(self, key: str, default: str) -> str:
        return str(self._kept.value(key, default)) if self._kept else default

    def _set(self, key: str, value: object) -> None:
        if self._kept:
            self._kept.setValue(key, value)
