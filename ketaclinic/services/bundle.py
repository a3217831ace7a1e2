"""Every service, made once from a store, the catalog and a clock."""

from dataclasses import dataclass

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db.store import Store
from ketaclinic.services.booking import Booking
from ketaclinic.services.charting import Charting
from ketaclinic.services.clinic import ClinicService
from ketaclinic.services.consents import Consents
from ketaclinic.services.demonstration import Demonstration
from ketaclinic.services.doctor import Doctor
from ketaclinic.services.floor import Floor
from ketaclinic.services.history import History
from ketaclinic.services.importing import Importing
from ketaclinic.services.orders import Orders
from ketaclinic.services.patients import Patients
from ketaclinic.services.printing import Printing
from ketaclinic.services.users import Users


@dataclass(frozen=True, slots=True)
class Services:
    """What windows and commands call; one attribute for each area."""

    booking: Booking
    charting: Charting
    clinic: ClinicService
    consents: Consents
    demonstration: Demonstration
    doctor: Doctor
    floor: Floor
    history: History
    importing: Importing
    orders: Orders
    patients: Patients
    printing: Printing
    users: Users


def build_services(store: Store, catalog: Catalog, clock: Clock) -> Services:
    """The services over one store."""
    return Services(
        booking=Booking(store, catalog, clock),
        charting=Charting(store, catalog, clock),
        clinic=ClinicService(store, catalog, clock),
        consents=Consents(store, catalog, clock),
        demonstration=Demonstration(store, catalog, clock),
        doctor=Doctor(store, catalog, clock),
        floor=Floor(store, catalog, clock),
        history=History(store, catalog, clock),
        importing=Importing(store, catalog, clock),
        orders=Orders(store, catalog, clock),
        patients=Patients(store, catalog, clock),
        printing=Printing(store, catalog, clock),
        users=Users(store, catalog, clock),
    )
