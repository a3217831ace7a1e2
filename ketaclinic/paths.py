"""Where files live: what is shipped, what the clinic keeps, what the program writes for itself."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path, user_log_path

_NAME = "ketaclinic"
HOME_VARIABLE = "KETACLINIC_HOME"
"""Names a folder that replaces the user's own folders, for tests and for a program carried on a stick."""


def resources_dir() -> Path:
    """The shipped resources: beside the package in a checkout, inside it once installed."""
    package = Path(__file__).resolve().parent
    checkout = package.parent / "resources"
    return checkout if (checkout / "rules.toml").is_file() else package / "resources"


def data_dir() -> Path:
    """The folder of the clinic's database."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) if home else user_data_path(_NAME, appauthor=False)


def log_dir() -> Path:
    """The folder of the log file."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "log" if home else user_log_path(_NAME, appauthor=False)


def cache_dir() -> Path:
    """The folder for what can be made again."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "cache" if home else user_cache_path(_NAME, appauthor=False)


def default_database() -> Path:
    """The clinic's own encrypted file."""
    return data_dir() / "clinic.db"


def sqlite_url(path: Path) -> str:
    """The URL of a database file."""
    return f"sqlite:///{path.as_posix()}"


def sqlite_path(url: str) -> Path | None:
    """The file of a `sqlite:///` URL; None for a database server."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
