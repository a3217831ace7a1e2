"""Reads one resource file; what is wrong in it is told with file, line and key."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from ketaclinic.domain.findings import ClinicError

Location = tuple[int | str, ...]
_Model = TypeVar("_Model", bound=BaseModel)


class CatalogError(ClinicError):
    """A resource file cannot be used: "protocols/x.toml, line 12, key gaps.min_dayz: not known here"."""


class Resource(BaseModel):
    """The base of every table in a resource file: an unknown key is an error, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read(path: Path, model: type[_Model]) -> _Model:
    """The validated content of a TOML file.

    Raises:
        CatalogError: the file is missing, is not TOML, or does not fit the model; one sentence with file, line and key.
    """
    text = read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{shown_path(path)}: this is not valid TOML: {error}") from error
    try:
        # JSON mode takes lists for tuples and text for dates while staying strict about everything else.
        return model.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        # A slip in a key makes two errors, of which the key that is not known says more than the one that is missing.
        first = min(error.errors(include_url=False), key=lambda e: e["type"] != "extra_forbidden")
        raise CatalogError(_sentence(path, text, data, first["loc"], _complaint(first))) from error


def read_text(path: Path) -> str:
    """The text of a resource file, which is UTF-8.

    Raises:
        CatalogError: it cannot be read, or is in another encoding.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{shown_path(path)}: this file is not UTF-8 text") from error
    except OSError as error:
        raise CatalogError(f"{shown_path(path)}: this file cannot be read ({error.strerror})") from error


def wrong(path: Path, keys: Location, complaint: str) -> CatalogError:
    """The error for something no single file can tell, such as a reference to a checklist that does not exist."""
    text = read_text(path)
    return CatalogError(_sentence(path, text, tomllib.loads(text), keys, complaint))


def shown_path(path: Path) -> str:
    """The path as the clinic knows it: from the folder `resources` on."""
    parts = path.parts
    if "resources" in parts:
        last = len(parts) - 1 - parts[::-1].index("resources")
        return "/".join(parts[last + 1 :])
    return path.name


def _complaint(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "not known here"
    if kind == "missing":
        return "missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    given = f" (it says {error['input']!r})" if isinstance(error["input"], str | int | float | bool) else ""
    return message[:1].lower() + message[1:] + given


def _sentence(path: Path, text: str, data: dict[str, Any], keys: Location, complaint: str) -> str:
    known = _known_keys(keys, data)
    line = line_of(text, known)
    place = f", line {line}" if line else ""
    name = ".".join(str(key) if isinstance(key, str) else str(key + 1) for key in known)
    return f"{shown_path(path)}{place}{', key ' + name if name else ''}: {complaint}"


def _known_keys(keys: Location, data: object) -> Location:
    """The location without the validator's own steps (names of union members), which stand in no file."""
    kept: list[int | str] = []
    for place, key in enumerate(keys):
        held: Any = data
        try:
            data = held[key]
        except (KeyError, IndexError, TypeError):
            if place < len(keys) - 1:
                continue
        kept.append(key)
    return tuple(kept)


_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_ASSIGNMENT = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(text: str, keys: Location) -> int | None:
    """The line (from 1) where a key stands, or the nearest table around it; None when neither is in the text."""
    best: tuple[int, int] | None = None
    table: Location = ()
    counts: dict[Location, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _with_indexes(_split(header[2]), counts, repeated=header[1] == "[[")
            here = table
        elif assignment := _ASSIGNMENT.match(line):
            here = (*table, *_split(assignment[1]))
        else:
            continue
        if keys[: len(here)] == here and (best is None or len(here) > best[0]):
            best = (len(here), number)
    return best[1] if best else None


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", dotted))


def _with_indexes(path: tuple[str, ...], counts: dict[Location, int], *, repeated: bool) -> Location:
    """A table's path with the index of each array of tables it lies in, as the validator names it."""
    full: Location = ()
    for place, key in enumerate(path):
        full = (*full, key)
        if repeated and place == len(path) - 1:
            counts[full] = counts.get(full, -1) + 1
        if full in counts:
            full = (*full, counts[full])
    return full
