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

    def hover_card(self, user_id: int) -> bool:
        """Whether the mouse at rest on a visit tells this user all about it."""
        return self._text(f"hover-card/{user_id}", "yes") == "yes"

    def set_hover_card(self, user_id: int, *, shown: bool) -> None:
        """Remembers whether this user wants to be told."""
        self._set(f"hover-card/{user_id}", "yes" if shown else "no")

    def first_steps(self, user_id: int) -> bool:
        """Whether this user is still told what a new clinic lacks."""
        return self._text(f"first-steps/{user_id}", "yes") == "yes"

    def set_first_steps(self, user_id: int, *, shown: bool) -> None:
        """Remembers whether this user wants to be told."""
        self._set(f"first-steps/{user_id}", "yes" if shown else "no")

    def board(self, user_id: int) -> tuple[int, int]:
        """The board as this user left it: function key of its view, and minutes of a step."""
        view, _, step = self._text(f"board/{user_id}", "1 15").partition(" ")
        return (int(view) if view.isdigit() else 1, int(step) if step.isdigit() else 15)

    def set_board(self, user_id: int, view: int, step: int) -> None:
        """Remembers the view and the step."""
        self._set(f"board/{user_id}", f"{view} {step}")

    def day_sheet(self, user_id: int) -> tuple[str, str, int]:
        """How this user last printed a day: ink, points of the type ("" where it fits the page), chairs a page."""
        ink, _, rest = self._text(f"day-sheet/{user_id}", "").partition(" ")
        chairs, _, size = rest.partition(" ")
        return ink, size, int(chairs) if chairs.isdigit() else 0

    def set_day_sheet(self, user_id: int, ink: str, size: str, chairs: int) -> None:
        """Remembers how this user prints a day."""
        self._set(f"day-sheet/{user_id}", f"{ink} {chairs} {size}".rstrip())

    def _text(self, key: str, default: str) -> str:
        return str(self._kept.value(key, default)) if self._kept else default

    def _set(self, key: str, value: object) -> None:
        if self._kept:
            self._kept.setValue(key, value)
