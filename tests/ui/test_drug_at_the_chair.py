"""The drug's account on the session's page: drawn before the start, given and wasted in one step after the stop."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from ketaclinic.domain.ledger import EntryKind
from tests.services.chairside_desk import Chairside, criterion
from tests.services.drug_cupboard import Cupboard
from tests.services.people_builders import STAFF_PIN
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs

__all__ = ["at_chair", "chairs"]


def test_after_the_stop_one_step_accounts_for_the_drug(chairs: Chairside, at_chair: NurseAtChair) -> None:
    cupboard = Cupboard(chairs)
    vial, session = cupboard.receive(), chairs.seated()
    chairs.ready(session)
    cupboard.draw(session, vial, "50")
    chairs.charting.start(chairs.nurse, session)
    chairs.run_through(session)
    at_chair.open(session)
    card = at_chair.screen.session.recovery.drug
    assert card.isVisible()
    assert not card.draw.isVisible()
    at_chair.press("Given and waste")
    dialog = at_chair.dialog("Administered and waste")
    assert dialog.form.values()["amount"] == "41.2"
    assert not dialog.confirm.isEnabled()
    at_chair.type("How the rest was wasted", "Into the waste container", dialog)
    at_chair.type("Your PIN", STAFF_PIN, dialog)
    who = dialog.findChild(QComboBox, options=Qt.FindChildOption.FindChildrenRecursively)
    who.setCurrentIndex(who.findText("Kaja Lund · Nurse"))
    at_chair.type("PIN of the witness", STAFF_PIN, dialog)
    at_chair.press("Write down", dialog)
    kinds = [(line.entry.kind, line.entry.amount_ug) for line in cupboard.ledger.entries(chairs.nurse, vial.id)]
    assert kinds[-2:] == [(EntryKind.ADMINISTERED, 41_200), (EntryKind.WASTED, 8_800)]
    assert criterion(chairs.view(session), "waste").met
    assert not card.account.isVisible()


def test_where_no_ledger_is_kept_nothing_is_shown(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.start(session)
    chairs.run_through(session)
    at_chair.open(session)
    assert not at_chair.screen.session.recovery.drug.isVisible()
