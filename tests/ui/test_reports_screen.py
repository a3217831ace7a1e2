"""The reports on screen: the month's rules, a review by the prescriber, the day, what a manager reads of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import open_store
from ketaclinic.domain.people import Role, User
from ketaclinic.services.bundle import build_services
from ketaclinic.ui import csv_out, theme
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.reports.screen import ReportsScreen
from tests.conftest import AUDIT_KEY, FILE_KEY
from tests.desk import Person
from tests.services.chairside_desk import Chairside

CONTROL = Qt.KeyboardModifier.ControlModifier


class AtTheReports(Person):
    """Somebody at the reports, in a window of its own."""

    def __init__(self, chair: Chairside, user: User, catalog: Catalog) -> None:
        self.told: list[str] = []
        self.ops = Ops(inline=True)
        chair.store.on_commit.append(self.ops.publish)
        (location,) = chair.services.clinic.locations(chair.nurse)
        context = ScreenContext(
            ops=self.ops,
            services=chair.services,
            user=lambda: user,
            location=location,
            clock=chair.clock,
            navigate=lambda _key, _args: None,
            notify=self.told.append,
            catalog=catalog,
        )
        window = QWidget()
        super().__init__(window)
        self.screen = ReportsScreen(context)
        self.screen.setParent(window)
        self.screen.resize(1200, 700)
        window.resize(1200, 700)
        self.ops.committed.connect(self.screen.refresh)
        window.show()
        self.screen.shown()

    def lines(self) -> list[str]:
        """What stands in the list in front."""
        model = self.screen.front.table.model
        return [" | ".join(column.text(row) for column in model.columns) for row in model.rows]


@pytest.fixture
def chair(
    qapp: QApplication, tmp_path: Path, _migrated_file: bytes, clock: FixedClock, catalog: Catalog
) -> Iterator[Chairside]:
    """One start that went on in spite of a glass of wine."""
    theme.apply(qapp, "light")
    path = tmp_path / "clinic.db"
    path.write_bytes(_migrated_file)
    store = open_store(f"sqlite:///{path}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=clock, station="office")
    found = Chairside(store, build_services(store, catalog, clock), clock)
    session = found.seated()
    found.answer(session, "substances", "used")
    found.charting.override(found.nurse, session, "substances", "A glass of wine yesterday", found.prescriber)
    yield found
    store.close()


def _at(chair: Chairside, user: User, catalog: Catalog) -> Iterator[AtTheReports]:
    person = AtTheReports(chair, user, catalog)
    yield person
    chair.store.on_commit.remove(person.ops.publish)
    person.window.close()
    person.ops.stop()
    person.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def prescriber(chair: Chairside, catalog: Catalog) -> Iterator[AtTheReports]:
    yield from _at(chair, chair.prescriber, catalog)


@pytest.fixture
def manager(chair: Chairside, catalog: Catalog) -> Iterator[AtTheReports]:
    yield from _at(chair, chair.staff[Role.MANAGER], catalog)


def test_a_prescriber_reviews_a_rule_and_the_decision_stands_with_it(prescriber: AtTheReports) -> None:
    rule = "Alcohol, cannabis, other substances, by the clinic's policy | Start | 1 | 1 | 100 % | Rotimi Adeyemi 1"
    assert prescriber.lines() == [f"{rule} | Review this rule"]
    assert prescriber.screen.front.bar.summary.text() == "1 override · 1 rule · 1 to review"
    prescriber.press(Qt.Key.Key_Return)
    prescriber.type("What was decided", "Ask at the call")
    prescriber.press(Qt.Key.Key_Return, CONTROL)
    assert prescriber.lines() == [f"{rule} | Ask at the call"]
    assert prescriber.screen.front.bar.summary.text() == "1 override · 1 rule"


def test_the_month_before_is_empty_and_the_future_is_not_shown(prescriber: AtTheReports) -> None:
    prescriber.press(Qt.Key.Key_PageUp)
    assert prescriber.lines() == []
    assert prescriber.screen.front.bar.date.text() == "October 2026"
    prescriber.press(Qt.Key.Key_T)
    assert len(prescriber.lines()) == 1
    prescriber.press(Qt.Key.Key_PageDown)
    assert prescriber.screen.front.bar.date.text() == "November 2026"


def test_a_manager_reads_the_rules_and_names_of_staff_but_no_patient(
    manager: AtTheReports, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not manager.screen.pages[0].review_button.isVisible()
    manager.screen.tabs.setCurrentIndex(1)
    (line,) = manager.lines()
    assert line == (
        "Alcohol, cannabis, other substances, by the clinic's policy | Start | Maria Ortiz | Rotimi Adeyemi"
    )
    saved: list[bytes] = []
    monkeypatch.setattr(
        "ketaclinic.ui.screens.reports.report_page.save_rows",
        lambda _parent, _context, columns, rows, _name: saved.append(csv_out.csv_bytes(columns, rows)),
    )
    manager.screen.front.save()
    content = saved[0].decode("utf-8")
    assert "Silva" not in content
    assert "glass of wine" not in content
    assert "Rotimi Adeyemi" in content
