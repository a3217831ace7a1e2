"""The names that the demonstration clinic's patients are made of, from `resources/demonstration/names.toml`."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from ketaclinic.catalog.reader import Resource, read


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Given and family names that go together, with their share of the patients."""

    share: float
    given: tuple[str, ...]
    family: tuple[str, ...]


class _Group(Resource):
    share: int = Field(gt=0)
    given: tuple[str, ...] = Field(min_length=1)
    family: tuple[str, ...] = Field(min_length=1)


class _NamesFile(Resource):
    group: tuple[_Group, ...] = Field(min_length=1)


def load_names(resources: Path) -> tuple[NameGroup, ...]:
    """The groups of names, validated."""
    given = read(resources / "demonstration" / "names.toml", _NamesFile)
    return tuple(NameGroup(float(g.share), g.given, g.family) for g in given.group)
