"""Every service, made from a store, the catalog and a clock when it is first asked for.

The first window asks for two of them: what the others import is loaded with the screens that need it.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db.store import Store

if TYPE_CHECKING:
    from ketaclinic.services.assessments import Assessments
    from ketaclinic.services.booking import Booking
    from ketaclinic.services.calls import Calls
    from ketaclinic.services.charting import Charting
    from ketaclinic.services.clinic import ClinicService
    from ketaclinic.services.consents import Consents
    from ketaclinic.services.courses import Courses
    from ketaclinic.services.demonstration import Demonstration
    from ketaclinic.services.doctor import Doctor
    from ketaclinic.services.floor import Floor
    from ketaclinic.services.history import History
    from ketaclinic.services.importing import Importing
    from ketaclinic.services.ledger import Ledger
    from ketaclinic.services.orders import Orders
    from ketaclinic.services.overview import Overview
    from ketaclinic.services.patients import Patients
    from ketaclinic.services.printing import Printing
    from ketaclinic.services.recall import Recall
    from ketaclinic.services.records import Records
    from ketaclinic.services.repair import Repair
    from ketaclinic.services.reports import Reports
    from ketaclinic.services.users import Users
    from ketaclinic.services.views import Views

# ruff: noqa: PLC0415 - late on purpose, see above


class Services:
    """What windows and commands call; one attribute for each area."""

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._given = store, catalog, clock

    @cached_property
    def assessments(self) -> "Assessments":
        """Rating scales: given, scored, followed over a course."""
        from ketaclinic.services.assessments import Assessments

        return Assessments(*self._given)

    @cached_property
    def booking(self) -> "Booking":
        """Plans, books, moves and cancels."""
        from ketaclinic.services.booking import Booking

        return Booking(*self._given)

    @cached_property
    def charting(self) -> "Charting":
        """The nurse's side."""
        from ketaclinic.services.charting import Charting

        return Charting(*self._given)

    @cached_property
    def clinic(self) -> "ClinicService":
        """The clinic itself: locations, chairs, closures, shifts."""
        from ketaclinic.services.clinic import ClinicService

        return ClinicService(*self._given)

    @cached_property
    def consents(self) -> "Consents":
        """Consents on file."""
        from ketaclinic.services.consents import Consents

        return Consents(*self._given)

    @cached_property
    def demonstration(self) -> "Demonstration":
        """Makes the demonstration clinic."""
        from ketaclinic.services.demonstration import Demonstration

        return Demonstration(*self._given)

    @cached_property
    def doctor(self) -> "Doctor":
        """Checks every invariant."""
        from ketaclinic.services.doctor import Doctor

        return Doctor(*self._given)

    @cached_property
    def floor(self) -> "Floor":
        """The day of the visit."""
        from ketaclinic.services.floor import Floor

        return Floor(*self._given)

    @cached_property
    def history(self) -> "History":
        """Undo, redo and the audit."""
        from ketaclinic.services.history import History

        return History(*self._given)

    @cached_property
    def importing(self) -> "Importing":
        """Patients from other programs' lists."""
        from ketaclinic.services.importing import Importing

        return Importing(*self._given)

    @cached_property
    def ledger(self) -> "Ledger":
        """The drug ledger."""
        from ketaclinic.services.ledger import Ledger

        return Ledger(*self._given)

    @cached_property
    def orders(self) -> "Orders":
        """Prescribers' orders."""
        from ketaclinic.services.orders import Orders

        return Orders(*self._given)

    @cached_property
    def patients(self) -> "Patients":
        """Patients and their escorts."""
        from ketaclinic.services.patients import Patients

        return Patients(*self._given)

    @cached_property
    def printing(self) -> "Printing":
        """Documents for patients."""
        from ketaclinic.services.printing import Printing

        return Printing(*self._given)

    @cached_property
    def calls(self) -> "Calls":
        """Confirmation calls, and who has arrived."""
        from ketaclinic.services.calls import Calls

        return Calls(*self._given)

    @cached_property
    def courses(self) -> "Courses":
        """A running series changed as a whole: missed, moved, stopped."""
        from ketaclinic.services.courses import Courses

        return Courses(*self._given)

    @cached_property
    def overview(self) -> "Overview":
        """Weeks and months at a glance."""
        from ketaclinic.services.overview import Overview

        return Overview(*self._given)

    @cached_property
    def recall(self) -> "Recall":
        """Who is due, overdue or waiting, and who may take a freed place."""
        from ketaclinic.services.recall import Recall

        return Recall(*self._given)

    @cached_property
    def records(self) -> "Records":
        """Session records: read, printed, added to after they were signed."""
        from ketaclinic.services.records import Records

        return Records(*self._given)

    @cached_property
    def reports(self) -> "Reports":
        """What was overridden, and which rules should be looked at again."""
        from ketaclinic.services.reports import Reports

        return Reports(*self._given)

    @cached_property
    def repair(self) -> "Repair":
        """A day repaired with the fewest people moved."""
        from ketaclinic.services.repair import Repair

        return Repair(*self._given)

    @cached_property
    def views(self) -> "Views":
        """Saved views of the board."""
        from ketaclinic.services.views import Views

        return Views(*self._given)

    @cached_property
    def users(self) -> "Users":
        """Who signs in."""
        from ketaclinic.services.users import Users

        return Users(*self._given)


def build_services(store: Store, catalog: Catalog, clock: Clock) -> Services:
    """The services over one store."""
    return Services(store, catalog, clock)
