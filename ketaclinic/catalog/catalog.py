"""Everything read from `resources`, once, at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ketaclinic.catalog.clinic import ClinicDefaults, load_clinic_defaults
from ketaclinic.catalog.protocols import load_protocols
from ketaclinic.catalog.rules import Rules, load_rules
from ketaclinic.domain.protocols import Protocol


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the clinic goes by, frozen."""

    protocols: Mapping[str, Protocol]
    rules: Rules
    clinic_defaults: ClinicDefaults


def load_catalog(resources: Path) -> Catalog:
    """Reads and checks every resource file.

    Raises:
        CatalogError: the first thing that is wrong, with file, line and key.
    """
    return Catalog(
        protocols=load_protocols(resources),
        rules=load_rules(resources),
        clinic_defaults=load_clinic_defaults(resources),
    )
