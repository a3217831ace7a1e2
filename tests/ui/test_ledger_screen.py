"""The drug ledger on screen: vials and lines, entries with a witness who signs, a blind count, who may do what."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import open_store
from ketaclinic.domain.ledger import Moment
from ketaclinic.domain.people import Role, User
from ketaclinic.services.bundle import build_services
from ketaclinic.ui import csv_out, theme
from ketaclinic.ui.dialogs.ledger_entries import (
    CorrectDialog,
    DrawDialog,
    GivenDialog,
    ReceiveDialog,
    ReturnDialog,
    WasteDialog,
)
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.ledger.count_dialogs import CountDialog, ExplainDialog
from ketaclinic.ui.screens.ledger.lists import ENTRIES_SAVED
from ketaclinic.ui.screens.ledger.screen import LedgerScreen
from tests.conftest import AUDIT_KEY, FILE_KEY
from tests.desk import Person, freed
from tests.services.chairside_desk import Chairside
from tests.services.drug_cupboard import Cupboard
from tests.services.people_builders import STAFF_PIN

CONTROL = Qt.KeyboardModifier.ControlModifier


class AtTheCupboard(Person):
    """Somebody at the ledger's screen, in a window of its own."""

    def __init__(self, cupboard: Cupboard, user: User, catalog: Catalog) -> None:
        self.cupboard, self.user = cupboard, user
        self.told: list[str] = []
        self.problems: list[str] = []
        chair = cupboard.chair
        self.ops = Ops(inline=True)
        chair.store.on_commit.append(self.ops.publish)
        self.ops.failed.connect(self.problems.append)
        (location,) = chair.services.clinic.locations(chair.nurse)
        self.context = ScreenContext(
            ops=self.ops,
            services=chair.services,
            user=lambda: self.user,
            location=location,
            clock=chair.clock,
            navigate=lambda _key, _args: None,
            notify=self.told.append,
            catalog=catalog,
        )
        window = QWidget()
        super().__init__(window)
        self.screen = LedgerScreen(self.context)
        self.screen.setParent(window)
        self.screen.resize(1360, 800)
        window.resize(1360, 800)
        self.ops.committed.connect(self.screen.refresh)
        window.show()
        self.screen.refresh()

    def stock(self) -> list[str]:
        """The vials as one reads them."""
        model = self.screen.vials.model
        return [" | ".join(column.text(row) for column in model.columns) for row in model.rows]

    def lines(self) -> list[tuple[str, str, str]]:
        """What happened, mg and on hand, of the chosen vial."""
        model = self.screen.lines.model
        at = {column.heading: column for column in model.columns}
        return [(at["What"].text(r), at["mg"].text(r), at["On hand"].text(r)) for r in model.rows]

    def sign(self, witness: str = "Kaja Lund · Nurse", own: str = STAFF_PIN, theirs: str = STAFF_PIN) -> None:
        self.type("Your PIN", own)
        self.choose("Witness", witness)
        self.type("PIN of the witness", theirs)

    def confirm(self) -> None:
        self.press(Qt.Key.Key_Return, CONTROL)

    def no_dialog(self) -> None:
        assert self.top() is self.window


@pytest.fixture
def cupboard(
    qapp: QApplication, tmp_path: Path, _migrated_file: bytes, clock: FixedClock, catalog: Catalog
) -> Iterator[Cupboard]:
    theme.apply(qapp, "light")
    path = tmp_path / "clinic.db"
    path.write_bytes(_migrated_file)
    store = open_store(f"sqlite:///{path}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=clock, station="cupboard")
    yield Cupboard(Chairside(store, build_services(store, catalog, clock), clock))
    store.close()


def _at(cupboard: Cupboard, user: User, catalog: Catalog) -> Iterator[AtTheCupboard]:
    person = AtTheCupboard(cupboard, user, catalog)
    yield person
    cupboard.chair.store.on_commit.remove(person.ops.publish)
    person.window.close()
    person.ops.stop()
    person.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def nurse(cupboard: Cupboard, catalog: Catalog) -> Iterator[AtTheCupboard]:
    yield from _at(cupboard, cupboard.chair.nurse, catalog)


@pytest.fixture
def manager(cupboard: Cupboard, catalog: Catalog) -> Iterator[AtTheCupboard]:
    cupboard.receive()
    yield from _at(cupboard, cupboard.chair.staff[Role.MANAGER], catalog)


def test_an_empty_cupboard_says_what_to_do_and_offers_receiving_alone(nurse: AtTheCupboard) -> None:
    assert "No vials in stock" in nurse.reads()
    enabled = [n for n in ("Receive", "Draw", "Waste", "Return", "Count", "Correct") if nurse.find(n).isEnabled()]
    assert enabled == ["Receive"]


def test_vials_are_received_by_keyboard(nurse: AtTheCupboard) -> None:
    nurse.screen.receive_action.trigger()
    nurse.type("Lot", "KX-4471")
    nurse.type("Expires", "30 Jun 2027")
    nurse.choose("Strength", "50 mg/mL")
    nurse.type("Volume of a vial, mL", "10")
    assert "Still missing: The number of vials" in nurse.reads()
    nurse.type("Number of vials", "2")
    assert "500 mg in each, 1000 mg together" in nurse.reads()
    nurse.confirm()
    nurse.no_dialog()
    assert nurse.told == ["2 vials received: V-0001 to V-0002."]
    assert nurse.stock() == [
        "V-0001 | KX-4471 | 50 mg/mL | 30 Jun 2027 | 500 mg | In date",
        "V-0002 | KX-4471 | 50 mg/mL | 30 Jun 2027 | 500 mg | In date",
    ]
    assert nurse.lines() == [("Received", "+500", "500")]


def test_a_session_is_drawn_given_and_wasted_to_the_end(nurse: AtTheCupboard) -> None:
    cupboard, chair = nurse.cupboard, nurse.cupboard.chair
    cupboard.receive()
    session = chair.seated()
    chair.start(session)
    nurse.screen.refresh()
    nurse.screen.draw_action.trigger()
    nurse.type("Drawn, mg", "412")
    assert "41.20 mL of 10 mg/mL" in nurse.reads()
    nurse.confirm()
    assert "412 mg is more than V-0001 holds" in nurse.reads()
    nurse.type("Drawn, mg", "50")
    nurse.confirm()
    nurse.no_dialog()
    assert nurse.stock()[0].endswith("200 mg | 50 mg drawn")
    chair.run_through(session)
    nurse.screen.given_action.trigger()
    assert nurse.value("Administered, mg") == "41.2"  # by the pump's record, to be confirmed
    nurse.confirm()
    nurse.no_dialog()
    nurse.screen.waste_action.trigger()
    assert nurse.value("Wasted, mg") == "8.8"
    nurse.type("How", "Into the waste container")
    nurse.sign()
    nurse.confirm()
    nurse.no_dialog()
    assert nurse.lines()[1:] == [("Drawn", "50", "200"), ("Administered", "-41.2", "158.8"), ("Wasted", "-8.8", "150")]
    assert nurse.problems == []


def test_before_the_stop_nothing_is_proposed_as_administered(nurse: AtTheCupboard) -> None:
    vial, session = nurse.cupboard.receive(), nurse.cupboard.chair.seated()
    nurse.cupboard.chair.start(session)
    nurse.cupboard.draw(session, vial, "50")
    nurse.screen.given_action.trigger()
    assert nurse.value("Administered, mg") == ""
    assert "Still missing: The amount" in nurse.reads()
    nurse.dialog().reject()


def test_a_wrong_pin_of_either_keeps_what_was_typed(nurse: AtTheCupboard) -> None:
    vial = nurse.cupboard.receive()
    nurse.screen.waste_action.trigger()
    nurse.type("Wasted, mg", "20")
    nurse.type("How", "Dropped and broken")
    nurse.sign(theirs="9999")
    nurse.confirm()
    assert "PIN is wrong" in nurse.dialog().findings.text()
    assert nurse.value("PIN of the witness") == ""
    nurse.sign(own="9999")
    nurse.confirm()
    assert "Your PIN is wrong. Nothing was written" in nurse.dialog().findings.text()
    assert (nurse.value("Wasted, mg"), nurse.value("How")) == ("20", "Dropped and broken")
    assert nurse.cupboard.on_hand(vial) == 200_000
    nurse.sign()
    nurse.confirm()
    nurse.no_dialog()
    assert nurse.cupboard.on_hand(vial) == 180_000


def test_the_one_who_wastes_is_not_offered_as_witness(nurse: AtTheCupboard) -> None:
    nurse.cupboard.receive()
    nurse.screen.waste_action.trigger()
    offered = nurse.find("Witness")
    names = [offered.itemText(n) for n in range(offered.count())]  # type: ignore[attr-defined]
    assert names == ["Kaja Lund · Nurse", "Rotimi Adeyemi · Prescriber"]
    nurse.dialog().reject()


def test_a_count_is_blind_and_a_difference_goes_on_to_its_explanation(nurse: AtTheCupboard) -> None:
    nurse.cupboard.receive(vials=2)
    nurse.screen.count_action.trigger()
    assert "200" not in nurse.reads()
    nurse.type("V-0001, mL", "20")
    assert "Still missing: what is in V-0002, in mL" in nurse.reads()
    nurse.type("V-0002, mL", "19.5")
    nurse.sign()
    nurse.confirm()
    assert isinstance(nurse.dialog(), ExplainDialog)
    assert "V-0002, lot KX-1: 19.5 mL counted, 20 mL expected." in nurse.reads()
    nurse.type("Explanation", "Half a millilitre spilt")
    nurse.sign()
    nurse.confirm()
    nurse.no_dialog()
    day = nurse.cupboard.day()
    assert (day.unexplained, day.counts[0].count.moment) == ((), Moment.OPEN)


def test_the_day_closes_only_when_nothing_is_open(nurse: AtTheCupboard) -> None:
    nurse.cupboard.receive()
    close = nurse.find("Close day of the ledger", QAbstractButton)
    assert not close.isEnabled()
    assert "The closing count of today is missing." in nurse.reads()
    nurse.cupboard.count(Moment.CLOSE, {1: "200"})
    assert close.isEnabled()
    nurse.click("Close day of the ledger")
    assert "✓ Closed by Maria Ortiz" in nurse.reads()
    assert not nurse.sees("Close day of the ledger")


def test_a_line_is_taken_back_with_a_reason_and_points(nurse: AtTheCupboard) -> None:
    vial, session = nurse.cupboard.receive(), nurse.cupboard.chair.seated()
    drawn = nurse.cupboard.draw(session, vial, "60").entry
    nurse.screen.refresh()
    nurse.screen.lines.choose(drawn.id)
    nurse.screen.correct_action.trigger()
    nurse.type("Reason", "One digit too many")
    nurse.sign(witness="Rotimi Adeyemi · Prescriber")
    nurse.confirm()
    nurse.no_dialog()
    assert nurse.lines()[-1] == (f"Takes back {drawn.id}", "60", "200")
    nurse.screen.lines.choose(drawn.id)
    assert not nurse.screen.correct_action.isEnabled()


def test_a_vial_goes_back_whole(nurse: AtTheCupboard) -> None:
    vial = nurse.cupboard.receive(until=date(2026, 11, 1))
    assert nurse.stock()[0].endswith("Expired")
    nurse.screen.return_action.trigger()
    assert nurse.value("Returned, mg") == "200"
    nurse.type("To whom", "Reverse distributor, form 12")
    nurse.sign()
    nurse.confirm()
    nurse.no_dialog()
    assert nurse.stock() == []
    nurse.tick("Used vials too")
    assert nurse.stock()[0].endswith("0 mg | Empty")
    assert nurse.cupboard.on_hand(vial) == 0


def test_a_manager_reads_and_writes_nothing(manager: AtTheCupboard) -> None:
    assert len(manager.stock()) == 1
    for name in ("Receive", "Draw", "Waste", "Return", "Count", "Correct", "Close day of the ledger"):
        assert not manager.sees(name), name
    assert manager.find("Report", QAbstractButton).isEnabled()


def test_lines_are_saved_as_they_stand(nurse: AtTheCupboard) -> None:
    vial = nurse.cupboard.receive()
    for _ in range(3):
        nurse.cupboard.waste(vial, "1.5")
    rows = nurse.screen.lines.model.rows
    saved = csv_out.csv_bytes(ENTRIES_SAVED, rows).decode("utf-8-sig").splitlines()
    assert saved[0].startswith("Line,Date,Time,Vial,Lot,Expires,mg/mL,What,Amount mg,Change mg,On hand mg")
    assert saved[-1].startswith("4,2026-11-23,09:00,V-0001,KX-1,2027-11-30,10,Wasted,1.5,-1.5,195.5")


def test_the_report_is_shown_for_its_days(nurse: AtTheCupboard) -> None:
    nurse.cupboard.receive()
    nurse.screen.report()
    assert nurse.find("From", QLineEdit).text() == "24 Oct 2026"
    assert "Page 1 of 1" in nurse.reads()
    nurse.dialog().reject()


def test_every_dialog_is_freed(nurse: AtTheCupboard, qtbot: QtBot) -> None:
    vial, session = nurse.cupboard.receive(), nurse.cupboard.chair.seated()
    nurse.cupboard.draw(session, vial, "10")
    nurse.cupboard.count(Moment.OPEN, {1: "100"})
    screen, context = nurse.screen, nurse.context
    stock, sessions, line = screen.stock, screen.sessions, screen.lines.model.rows[0]
    (view,) = nurse.cupboard.day().unexplained
    assert freed(lambda: ReceiveDialog(screen, context, (10, 50)))
    assert freed(lambda: DrawDialog(screen, context, stock, sessions, None))
    assert freed(lambda: GivenDialog(screen, context, stock, sessions, None))
    assert freed(lambda: WasteDialog(screen, context, stock, sessions, None))
    assert freed(lambda: ReturnDialog(screen, context, stock, None))
    assert freed(lambda: CorrectDialog(screen, context, line))
    assert freed(lambda: CountDialog(screen, context, stock, Moment.OPEN))
    assert freed(lambda: ExplainDialog(screen, context, view))
