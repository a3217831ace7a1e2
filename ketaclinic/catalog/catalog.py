"""Everything read from `resources`, once, at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ketaclinic.catalog.checklists import load_checklists
from ketaclinic.catalog.clinic import ClinicDefaults, load_clinic_defaults
from ketaclinic.catalog.documents import load_documents
from ketaclinic.catalog.instruments import load_instruments
from ketaclinic.catalog.observations import load_observations
from ketaclinic.catalog.policies import load_policies
from ketaclinic.catalog.protocols import load_protocols
from ketaclinic.catalog.reader import wrong
from ketaclinic.catalog.rules import Rules, load_rules
from ketaclinic.domain.checklists import Checklist
from ketaclinic.domain.handouts import DocumentText
from ketaclinic.domain.instruments import Instrument
from ketaclinic.domain.observations import ObservationCatalog
from ketaclinic.domain.orders import INDICATIONS
from ketaclinic.domain.policies import Policies
from ketaclinic.domain.protocols import Protocol


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the clinic goes by, frozen."""

    protocols: Mapping[str, Protocol]
    rules: Rules
    observations: ObservationCatalog
    checklists: Mapping[str, Checklist]
    instruments: Mapping[str, Instrument]
    documents: Mapping[str, Mapping[str, DocumentText]]
    clinic_defaults: ClinicDefaults
    policies: Policies


def load_catalog(resources: Path) -> Catalog:
    """Reads and checks every resource file.

    Raises:
        CatalogError: the first thing that is wrong, with file, line and key.
    """
    catalog = Catalog(
        protocols=load_protocols(resources),
        rules=load_rules(resources),
        observations=load_observations(resources / "observations.toml"),
        checklists=load_checklists(resources / "checklists"),
        instruments=load_instruments(resources / "instruments"),
        documents=load_documents(resources),
        clinic_defaults=load_clinic_defaults(resources),
        policies=load_policies(resources),
    )
    for protocol in catalog.protocols.values():
        path = resources / "protocols" / f"{protocol.id}.toml"
        for checklist in protocol.checklists:
            if checklist not in catalog.checklists:
                raise wrong(path, ("checklists",), f"there is no checklist “{checklist}”")
        for indication in protocol.indications:
            if indication not in INDICATIONS:
                raise wrong(path, ("indications",), f"there is no indication “{indication}”")
    return catalog
