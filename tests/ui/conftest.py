"""A dressed application and the main window of a small clinic, working in line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.people import Patient, PatientFields, Role, User
from ketaclinic.domain.resources import Clinic, Hours
from ketaclinic.domain.set_up import SetUp
from ketaclinic.services.bundle import Services, build_services
from ketaclinic.ui import theme
from ketaclinic.ui.application import build_window
from ketaclinic.ui.main_window import MainWindow
from tests.conftest import AUDIT_KEY, FILE_KEY
from tests.desk import AtTheDesk


@dataclass
class Practice:
    """A clinic with a manager, a clerk, a nurse and three patients; everyone's PIN is 1357."""

    store: Store
    services: Services
    catalog: Catalog
    clock: FixedClock
    manager: User
    clerk: User
    nurse: User
    joao: Patient
    minh: Patient
    olga: Patient
    url: str


@pytest.fixture
def dressed_app(qapp: QApplication) -> QApplication:
    """The application in the light theme."""
    theme.apply(qapp, "light")
    return qapp


@pytest.fixture
def empty_store(tmp_path: Path, _migrated_file: bytes, clock: FixedClock) -> Iterator[Store]:
    """The encrypted file of a clinic that is not set up."""
    path = tmp_path / "clinic.db"
    path.write_bytes(_migrated_file)
    store = open_store(f"sqlite:///{path}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=clock, station="desk-1")
    yield store
    store.close()


@pytest.fixture
def practice(empty_store: Store, catalog: Catalog, clock: FixedClock, tmp_path: Path) -> Practice:
    """The small clinic in Chicago; it is Monday 23 November 2026, 09:00 there."""
    services = build_services(empty_store, catalog, clock)
    manager = services.clinic.set_up(
        SetUp(
            clinic=Clinic("Riverside Ketamine Clinic"),
            location_name="Riverside",
            zone="America/Chicago",
            hours=tuple(Hours(weekday, time(8), time(18)) for weekday in range(5)),
            chairs=("Chair 1", "Chair 2", "Chair 3"),
            usual_nurses=(2, 2, 2, 2, 2, 0, 0),
            manager_login="helen",
            manager_name="Helen Park",
            manager_pin="1357",
        )
    )
    clerk = services.users.add(manager, "ada", "Ada Petrov", Role.FRONT_DESK, "1357")
    nurse = services.users.add(manager, "maria", "Maria Ortiz", Role.NURSE, "1357")
    patients = services.patients
    return Practice(
        store=empty_store,
        services=services,
        catalog=catalog,
        clock=clock,
        manager=manager,
        clerk=clerk,
        nurse=nurse,
        joao=patients.add(clerk, PatientFields("Silva", "João", date(1979, 3, 12), phone="(312) 555-0148")),
        minh=patients.add(clerk, PatientFields("Nguyễn", "Thị Minh", date(1990, 7, 1), note="Hard of hearing.")),
        olga=patients.add(clerk, PatientFields("Иванова", "Ольга", date(1961, 4, 3), phone="(312) 555-0100")),
        url=f"sqlite:///{tmp_path / 'clinic.db'}",
    )


def _opened(practice_store: Store, services: Services, catalog: Catalog, clock: FixedClock) -> MainWindow:
    window = build_window(services, practice_store, catalog, clock)
    window.watch.alarm.beep = lambda _urgency: None  # no sound in tests
    window.resize(1440, 900)
    window.show()
    return window


def _close(window: MainWindow, store: Store) -> None:
    store.on_commit.remove(window.ops.publish)
    for dialog in window.dialogs():
        dialog.hide()
        dialog.deleteLater()
    window.close()
    window.ops.stop()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def someone(dressed_app: QApplication, practice: Practice) -> Iterator[AtTheDesk]:
    """Somebody before the window that asks who is there."""
    window = _opened(practice.store, practice.services, practice.catalog, practice.clock)
    yield AtTheDesk(window)
    _close(window, practice.store)


@pytest.fixture
def clerk_at_desk(someone: AtTheDesk) -> AtTheDesk:
    """Ada of the front desk, signed in."""
    someone.sign_in("Ada Petrov")
    return someone


@pytest.fixture
def newcomer(dressed_app: QApplication, empty_store: Store, catalog: Catalog, clock: FixedClock) -> Iterator[AtTheDesk]:
    """Somebody before the very first window of a clinic."""
    window = _opened(empty_store, build_services(empty_store, catalog, clock), catalog, clock)
    yield AtTheDesk(window)
    _close(window, empty_store)
