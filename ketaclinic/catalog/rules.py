"""The numbers of the rules, each with its unit, its source and the day since when it holds."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from pydantic import Field, RootModel

from ketaclinic.catalog.reader import Resource, read, wrong


class Rule(Resource):
    """One number: `value` in `unit`, where it comes from and since when the clinic goes by it."""

    value: float
    unit: str = Field(min_length=1)
    source: str = Field(min_length=1)
    since: date
    says: str = ""  # what it governs, in words, for the settings


class _RulesFile(RootModel[dict[str, dict[str, Rule]]]):
    """`[area.name]` tables."""


class Rules(Mapping[str, float]):
    """Answers `rules["planner.gap-day"]` with the number that holds; an unknown key is a KeyError."""

    def __init__(self, entries: Mapping[str, Rule]) -> None:
        self._entries = MappingProxyType(dict(entries))

    def __getitem__(self, key: str) -> float:
        return self._entries[key].value

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def number(self, key: str) -> float:
        """The number, for who prefers a verb."""
        return self[key]

    def whole(self, key: str) -> int:
        """The number where only whole ones make sense (minutes, counts)."""
        return int(self[key])

    def entry(self, key: str) -> Rule:
        """The number with unit, source and since."""
        return self._entries[key]


def load_rules(resources: Path) -> Rules:
    """Every number in `resources/rules*.toml`; a name may stand in one file only."""
    entries: dict[str, Rule] = {}
    for path in sorted(resources.glob("rules*.toml"), key=lambda file: file.stem):
        for area, rules in read(path, _RulesFile).root.items():
            for name, rule in rules.items():
                key = f"{area}.{name}"
                if key in entries:
                    raise wrong(path, (area, name), "already given in another rules file")
                entries[key] = rule
    return Rules(entries)
