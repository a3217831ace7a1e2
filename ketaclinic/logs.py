"""The rotating log: what happened, with ids and never with names, notes or free text."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_BYTES = 1_000_000
_KEPT = 5


def set_up(folder: Path) -> Path | None:
    """Starts logging into `folder` and returns the file; None where the folder cannot be written.

    A second call changes nothing. The program runs without a log rather than not at all.
    """
    root = logging.getLogger("ketaclinic")
    for handler in root.handlers:
        if isinstance(handler, RotatingFileHandler):
            return Path(handler.baseFilename)
    root.setLevel(logging.INFO)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "ketaclinic.log"
        handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
        path.touch()
    except OSError:
        return None
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    return path


def shut_down() -> None:
    """Closes the log file, so that a test or an uninstaller may remove it."""
    root = logging.getLogger("ketaclinic")
    for handler in list(root.handlers):
        if isinstance(handler, RotatingFileHandler):
            root.removeHandler(handler)
            handler.close()
