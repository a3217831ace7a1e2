"""A file beside the database: complete under its name, or one sentence that says why not."""

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from ketaclinic.domain.findings import ClinicError


def save_file(path: str | Path, content: bytes, *, kept: str = "") -> Path:
    """Saves bytes; a file of that name is replaced only once the new one is complete.

    Args:
        path: where to.
        content: what.
        kept: the end of the sentence where it fails, with a capital and without a stop: what is kept all the same.

    Raises:
        ClinicError: the disk is full, or the place cannot be written to; nothing there was changed.
    """
    target = Path(path)
    try:
        if target.exists() and not target.is_file():  # a folder, a device
            raise IsADirectoryError(errno.EISDIR, "not a file")
        _replace(target, content)
    except ValueError as error:  # a sign no file name may hold
        raise ClinicError(f"This cannot be the name of a file. {_then(kept, 'choose another')}") from error
    except OSError as error:
        raise ClinicError(f"{_why(error, target)} {_then(kept, 'save it somewhere else')}") from error
    return target


def _then(kept: str, act: str) -> str:
    return f"{kept}; {act}." if kept else f"{act[0].upper()}{act[1:]}."


def _replace(target: Path, content: bytes) -> None:
    """Writes beside the target and renames, so that the target is the old file or the new one, never half of one."""
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=".ketaclinic-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).replace(target)
    finally:
        with suppress(OSError):
            Path(beside).unlink()


_WHY = {
    errno.ENOSPC: "the disk is full.",
    errno.EDQUOT: "the disk is full.",
    errno.EACCES: "the place may not be written to, or the file is open in another program.",
    errno.EPERM: "the place may not be written to.",
    errno.EROFS: "the place may not be written to.",
    errno.ENOENT: "the folder is not there.",
    errno.ENOTDIR: "the folder is not there.",
    errno.EISDIR: "that is a folder or a device, not a file.",
}


def _why(error: OSError, target: Path) -> str:
    reason = _WHY.get(error.errno or 0, f"the computer says “{error.strerror}”.")
    return f"{target.name} was not saved: {reason} Nothing was overwritten."
