"""A row as JSON for the change log, and back: readable, and the same bytes whenever it is written again."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Date, LargeBinary, Table
from sqlalchemy.types import TypeEngine

from ketaclinic.db.types import Instant, Wall

Json = Any  # whatever JSON can hold
Image = dict[str, Json]


def image_of(table: Table, values: Mapping[str, Any]) -> Image:
    """A row's values as JSON: wall-clock times and dates in ISO 8601, instants in UTC, stored files by digest only."""
    return {column.name: _encoded(column.type, values[column.name]) for column in table.columns}


def values_of(table: Table, image: Image) -> dict[str, Any]:
    """The values a row had when its image was taken.

    Raises:
        ValueError: the image holds a digest in place of a stored file, which cannot be had back.
    """
    return {name: _decoded(table.columns[name].type, value) for name, value in image.items() if name in table.columns}


def same_row(one: Image | None, other: Image | None) -> bool:
    """Whether two images show the same contents; the version alone makes no difference."""
    if one is None or other is None:
        return one is other
    return same_image({**one, "version": 0}, {**other, "version": 0})


def same_image(one: Image, other: Image) -> bool:
    """Whether two images agree in everything, the version included.

    A column that only one of them has came with a later schema; it was empty before.
    """
    return all((one.get(key) or None) == (other.get(key) or None) for key in one.keys() ^ other.keys()) and all(
        one[key] == other[key] for key in one.keys() & other.keys()
    )


def as_json(value: Json) -> Json:
    """The value as it will be read back.

    Raises:
        ValueError: JSON has no way to write it.
        TypeError: the same.
    """
    return json.loads(json.dumps(value, allow_nan=False))


def canonical(value: Json) -> str:
    """JSON with one spelling only, for keyed hashes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _encoded(kind: TypeEngine[Any], value: Json) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(kind, Instant):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(kind, Wall):
        return value.isoformat(timespec="minutes")
    if isinstance(kind, Date):
        return value.isoformat()
    if isinstance(kind, LargeBinary):
        return {"sha256": hashlib.sha256(value).hexdigest(), "bytes": len(value)}
    if isinstance(kind, JSON):
        return as_json(value)
    return value.value if hasattr(value, "value") else value


def _decoded(kind: TypeEngine[Any], value: Json) -> Json:
    if value is None:
        return None
    if isinstance(kind, Instant | Wall):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        raise ValueError("the change log keeps the digest of a stored file, not the file")  # noqa: TRY004 - of a column
    return value
