"""A clerk at the day board: page objects that speak the clinic's language and find things by their accessible names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.people import Patient, PatientFields, Role, User
from ketaclinic.domain.resources import Clinic, Hours, Location
from ketaclinic.domain.set_up import SetUp
from ketaclinic.domain.wishes import BookedSeries, PlannedSession, SeriesWishes
from ketaclinic.services.bundle import Services, build_services
from ketaclinic.ui import theme
from ketaclinic.ui.dialogs.start_chips import StartChips
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.card import CardWidget
from ketaclinic.ui.screens.day.geometry import at_minute
from ketaclinic.ui.screens.day.screen import DayScreen
from ketaclinic.ui.widgets.dialog import Dialog
from tests.conftest import AUDIT_KEY, FILE_KEY

MONDAY = date(2026, 11, 23)
INDUCTION = "induction-mood-2-per-week"
MAINTENANCE = "maintenance-mood"
W = TypeVar("W", bound=QWidget)


@dataclass
class ClinicForTests:
    """A small clinic on the encrypted file: four chairs, two nurses, Monday to Friday, 08:00 to 18:00."""

    store: Store
    services: Services
    clock: FixedClock
    manager: User
    clerk: User
    nurse: User
    location: Location
    catalog: Catalog
    _patients: dict[str, Patient] = field(default_factory=dict)

    def patient(self, name: str) -> Patient:
        """A patient by "Family, Given", added once."""
        if name not in self._patients:
            family, given = (part.strip() for part in name.split(","))
            fields = PatientFields(family, given, date(1979, 3, 12), phone="+1 312 555 0148")
            self._patients[name] = self.services.patients.add(self.clerk, fields)
        return self._patients[name]

    def book(self, name: str, chair: int, at: str, day: date = MONDAY, protocol: str = INDUCTION) -> BookedSeries:
        """One session, e.g. ``book("Silva, João", 3, "10:45")``."""
        starts = datetime.combine(day, time.fromisoformat(at))
        minutes = self.catalog.protocols[protocol].phases.total
        session = PlannedSession(starts, starts + timedelta(minutes=minutes), self.chair_id(chair))
        wishes = SeriesWishes(self.patient(name).id, protocol, self.location.id, day, count=1)
        return self.services.booking.book_series(self.clerk, wishes, (session,))

    def chair_id(self, number: int) -> int:
        """The id of "Chair <number>"."""
        chairs = self.services.clinic.chairs(self.manager, self.location.id)
        return next(c.id for c in chairs if c.name == f"Chair {number}")

    def place_of(self, appointment_id: int) -> str:
        """Where a visit is in the database: "Chair 3, 10:45"."""
        a = self.services.floor.inspect(self.clerk, appointment_id)
        return f"{a.chair.name}, {a.card.appointment.starts_at:%H:%M}"


def small_clinic(store: Store, catalog: Catalog, clock: FixedClock) -> ClinicForTests:
    """Sets the clinic up with a manager, a clerk and a nurse."""
    services = build_services(store, catalog, clock)
    manager = services.clinic.set_up(
        SetUp(
            clinic=Clinic("Riverside Ketamine Clinic"),
            location_name="Riverside",
            zone="America/Chicago",
            hours=tuple(Hours(day, time(8), time(18)) for day in range(5)),
            chairs=("Chair 1", "Chair 2", "Chair 3", "Chair 4"),
            usual_nurses=(2, 2, 2, 2, 2, 0, 0),
            manager_login="mara",
            manager_name="Mara Lind",
            manager_pin="482913",
        )
    )
    clerk = services.users.add(manager, "ada", "Ada Park", Role.FRONT_DESK, "593024")
    nurse = services.users.add(manager, "mo", "Mo Ortiz", Role.NURSE, "614037")
    (location,) = services.clinic.locations(manager)
    return ClinicForTests(store, services, clock, manager, clerk, nurse, location, catalog)


@pytest.fixture
def clinic(_migrated_file: bytes, tmp_path: Path, catalog: Catalog, clock: FixedClock) -> Iterator[ClinicForTests]:
    """The small clinic at 11:11 on Monday 23 November 2026, on SQLite."""
    path = tmp_path / "clinic.db"
    path.write_bytes(_migrated_file)
    store = open_store(f"sqlite:///{path}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=clock, station="desk-1")
    made = small_clinic(store, catalog, clock)
    yield made
    store.close()


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in its light theme."""
    theme.apply(qapp, "light")
    return qapp


class FrontDesk:
    """Someone at the day screen, with mouse and keyboard."""

    def __init__(self, qtbot: QtBot, clinic: ClinicForTests, user: User, *, inline: bool = True) -> None:
        self._qtbot = qtbot
        self.clinic = clinic
        self.user = user
        self.told: list[str] = []
        self.problems: list[str] = []
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.ops = Ops(inline=inline)
        clinic.store.on_commit.append(self.ops.publish)
        self.ops.failed.connect(self.problems.append)
        self.context = ScreenContext(
            ops=self.ops,
            services=clinic.services,
            user=lambda: self.user,
            location=clinic.location,
            clock=clinic.clock,
            navigate=lambda key, args: self.opened.append((key, args)),
            notify=self.told.append,
            catalog=clinic.catalog,
        )
        self.window = QWidget(windowTitle="ketaclinic")
        self.screen = DayScreen(self.context)
        self.screen.setParent(self.window)
        self.ops.committed.connect(self.screen.refresh)
        qtbot.addWidget(self.window)
        self.window.resize(1400, 900)
        self.screen.resize(1400, 900)
        self.window.show()
        self.screen.shown()
        qtbot.waitExposed(self.window)

    # seeing

    def cards(self) -> list[str]:
        """Every card on the board as it is spoken, by chair and time."""
        shown = [w for w in self.screen.board.canvas.cards.values() if w.isVisibleTo(self.window)]
        return [w.accessibleName() for w in sorted(shown, key=lambda w: (w.x(), w.y()))]

    def card(self, name: str) -> CardWidget:
        """The card of a patient."""
        found = [w for w in self.screen.board.canvas.cards.values() if w.accessibleName().startswith(name)]
        assert found, f"no card of {name} among {self.cards()}"
        return found[0]

    def find(self, kind: type[W], name: str, within: QWidget | None = None) -> W:
        """The visible widget with this accessible name; a widget just made is seen a turn of the loop later."""
        found: list[W] = []

        def seen() -> bool:
            found[:] = [
                w
                for w in (within or self.window).findChildren(kind)
                if w.accessibleName() == name and w.isVisibleTo(self.window)
            ]
            return bool(found)

        try:
            self._qtbot.waitUntil(seen, timeout=2000)
        except TimeoutError:
            pytest.fail(f"no {kind.__name__} “{name}” to be seen")
        return found[-1]

    def offered(self, name: str) -> list[QPushButton]:
        """The starts that chips of this name offer."""
        return list(self.find(StartChips, name).buttons)

    def dialog(self, title: str) -> Dialog:
        """The open dialog with this title."""
        return self.find(Dialog, title)

    def open_dialogs(self) -> list[str]:
        """Titles of what is open."""
        return [d.accessibleName() for d in self.window.findChildren(Dialog) if d.isVisible()]

    def bubble(self) -> str:
        """What the bubble on the board says, nothing when it is not there."""
        bubble = self.screen.board.hand.bubble
        return bubble.text if bubble.isVisible() else ""

    def selected(self) -> str:
        """The accessible name of the selected card."""
        widget = self.screen.board.canvas.cards.get(self.screen.board.selected)
        return widget.accessibleName() if widget else ""

    # doing

    def press(self, name: str, within: QWidget | None = None) -> None:
        """Presses a button."""
        button = self.find(QAbstractButton, name, within)
        assert button.isEnabled(), f"“{name}” cannot be pressed"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def type(self, name: str, words: str, within: QWidget | None = None) -> None:
        """Types into a field, replacing what stands there."""
        field_ = self.find(QLineEdit, name, within)
        field_.setFocus()
        field_.selectAll()
        for letter in words:  # QTest knows the keys of Latin letters only
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(field_, event)

    def choose(self, name: str, words: str, within: QWidget | None = None) -> None:
        """Chooses from a list."""
        box = self.find(QComboBox, name, within)
        index = next((i for i in range(box.count()) if box.itemText(i).startswith(words)), -1)
        assert index >= 0, f"“{words}” is not offered"
        box.setCurrentIndex(index)

    def click(self, name: str) -> None:
        """Clicks a card."""
        QTest.mouseClick(self.card(name), Qt.MouseButton.LeftButton)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key where the focus is."""
        QTest.keyClick(self.window.focusWidget() or self.screen, key, modifier)

    def place(self, chair: int, at: str) -> QPoint:
        """The point of a chair and a time on the canvas."""
        canvas = self.screen.board.canvas
        hour, minute = (int(part) for part in at.split(":"))
        column = canvas.chair_ids.index(self.clinic.chair_id(chair))
        assert canvas.measure is not None
        x = canvas.measure.x(column) + int(canvas.measure.column_width // 2)
        return QPoint(x, canvas.measure.y(hour * 60 + minute))

    @contextmanager
    def dragging(self, name: str, chair: int, at: str) -> Iterator[None]:
        """Holds a card with the mouse at another place; lets go at the end."""
        card = self.card(name)
        grip = QPoint(30, 8)
        canvas = self.screen.board.canvas
        QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=grip)
        there = self.place(chair, at) + QPoint(0, grip.y())
        for target in (card.pos() + grip + QPoint(20, 20), there):
            QTest.mouseMove(card, card.mapFrom(canvas, target))
        yield
        QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=card.mapFrom(canvas, there))

    def drag(self, name: str, chair: int, at: str) -> None:
        """Drags a card to another place and lets go."""
        with self.dragging(name, chair, at):
            pass

    def pinned(self) -> list[str]:
        """What the pinboard shows, when it is there."""
        strip = self.screen.pinboard.strip
        return [w.accessibleName() for w in strip.parked] if strip.isVisible() else []

    @contextmanager
    def dragging_to(self, card: QWidget, there: QPoint, grip: QPoint = QPoint(30, 8)) -> Iterator[None]:  # noqa: B008
        """Holds something with the mouse at a global point; lets go at the end."""
        QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=grip)
        for target in (card.mapToGlobal(grip + QPoint(20, 20)), there):
            QTest.mouseMove(card, card.mapFromGlobal(target))
        yield
        QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=card.mapFromGlobal(there))

    def pin(self, name: str) -> None:
        """Drags a card onto the pinboard."""
        card = self.card(name)
        QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
        QTest.mouseMove(card, QPoint(60, 40))
        strip = self.screen.pinboard.strip
        assert strip.isVisible(), "the pinboard does not show while dragging"
        there = card.mapFromGlobal(strip.mapToGlobal(strip.rect().center()))
        QTest.mouseMove(card, there)
        QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=there)

    def take_from_pinboard(self, name: str, chair: int, at: str) -> None:
        """Drags a parked visit to the board; the board's point is where it begins."""
        parked = next(w for w in self.screen.pinboard.strip.parked if name in w.accessibleName())
        canvas = self.screen.board.canvas
        with self.dragging_to(parked, canvas.mapToGlobal(self.place(chair, at) + QPoint(0, 10))):
            pass

    @contextmanager
    def stretching(self, name: str, ends: str) -> Iterator[None]:
        """Holds the lower edge of a card at another time; lets go at the end."""
        card = self.card(name)
        edge = QPoint(card.width() // 2, card.height() - 2)
        canvas = self.screen.board.canvas
        there = card.mapFrom(canvas, QPoint(card.x(), self.place(1, ends).y()) + QPoint(edge.x(), -2))
        QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=edge)
        QTest.mouseMove(card, edge + QPoint(0, 14))
        QTest.mouseMove(card, there)
        yield
        QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=there)

    def selected_names(self) -> list[str]:
        """Family names of every selected visit, by chair and time."""
        return [c.patient_name.split(",")[0] for c in self.screen.board.selected_cards()]

    def click_free_time(self, chair: int, at: str) -> None:
        """Clicks where nothing is booked, a little below the line."""
        QTest.mouseClick(self.screen.board.canvas, Qt.MouseButton.LeftButton, pos=self.place(chair, at) + QPoint(0, 4))

    def menu(self) -> QMenu:
        """The open menu."""
        found = [m for m in self.screen.findChildren(QMenu) if m.isVisible()]
        assert found, "no menu is open"
        return found[0]

    def take(self, words: str) -> None:
        """Takes an entry of the open menu."""
        menu = self.menu()
        action = next((a for a in menu.actions() if a.text() == words), None)
        assert action is not None, f"“{words}” is not among {[a.text() for a in menu.actions()]}"
        menu.close()
        action.trigger()

    def wait(self, condition: Any) -> None:
        """Waits until something is so."""
        self._qtbot.waitUntil(condition, timeout=5000)


@pytest.fixture
def desk(dressed: QApplication, qtbot: QtBot, clinic: ClinicForTests) -> Iterator[FrontDesk]:
    """The clerk Ada at the board of Monday 23 November 2026, 09:00 in Chicago."""
    yield (made := FrontDesk(qtbot, clinic, clinic.clerk))
    made.screen.board.hand.give_up()
    made.window.close()
    made.window.deleteLater()
    dressed.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def freed(dialog: QWidget) -> bool:
    """Whether a dialog is gone, after Qt had its turn."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return not isValid(dialog)


def minute(at: str) -> datetime:
    """A wall-clock time of the test Monday."""
    hour, minutes = (int(part) for part in at.split(":"))
    return at_minute(MONDAY, hour * 60 + minutes)
