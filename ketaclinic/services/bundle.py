"""Every service, made once from a store, the catalog and a clock."""

from dataclasses import dataclass

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db.store import Store
from ketaclinic.services.clinic import ClinicService
from ketaclinic.services.importing import Importing
from ketaclinic.services.patients import Patients
from ketaclinic.services.users import Users


@dataclass(frozen=True, slots=True)
class Services:
    """What windows and commands call; one attribute for each area."""

    clinic: ClinicService
    users: Users
    patients: Patients
    importing: Importing


def build_services(store: Store, catalog: Catalog, clock: Clock) -> Services:
    """The services over one store."""
    return Services(
        clinic=ClinicService(store, catalog, clock),
        users=Users(store, catalog, clock),
        patients=Patients(store, catalog, clock),
        importing=Importing(store, catalog, clock),
    )
