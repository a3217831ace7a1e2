"""The rotating log: what happened, with ids and never with names, notes or free text."""

import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_BYTES = 1_000_000
_KEPT = 5


_ABOUT_CODE = (TypeError, AttributeError, ImportError, NameError, RecursionError)
"""Errors whose words are about the program; others may quote what was typed."""


class _Formatter(logging.Formatter):
    """Says of an error where it arose and of what kind it is, without the values it quotes."""

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - as in logging
        """The way to the error and those behind it, innermost last; their words only where they are about code."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            said = f": {error}" if isinstance(error, _ABOUT_CODE) else ""
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            lines.insert(0, "".join(traceback.format_tb(error.__traceback__)) + f"{kind}{said}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nthen\n".join(lines)


class _Log(RotatingFileHandler):
    """Writes on when it cannot be turned over or written: a fault of the log is never the user's trouble."""

    def doRollover(self) -> None:  # noqa: N802 - its name in logging
        """Begins a new file; where another ketaclinic has this one open (Windows), goes on in it."""
        if self.stream:
            self.stream.close()
            self.stream = None  # as logging itself does
        probe = Path(f"{self.baseFilename}.turned")
        try:
            Path(self.baseFilename).rename(probe).rename(self.baseFilename)
        except OSError:
            self.stream = self._open()
            return
        super().doRollover()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in logging
        """A full disk costs the line, not the work."""


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
        handler = _Log(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
        path.touch()
    except OSError:
        return None
    handler.setFormatter(_Formatter(_FORMAT))
    root.addHandler(handler)
    return path


def shut_down() -> None:
    """Closes the log file, so that a test or an uninstaller may remove it."""
    root = logging.getLogger("ketaclinic")
    for handler in list(root.handlers):
        if isinstance(handler, RotatingFileHandler):
            root.removeHandler(handler)
            handler.close()
