"""What one session may draw from, read out of the drug ledger: a fixed number of queries over the vials in stock."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from ketaclinic.db import ledger
from ketaclinic.domain.vial_choice import Stock, stock_of


def stock_for(
    session: Session, location_id: int, encounter_id: int, strengths: Iterable[float], today: date
) -> Stock | None:
    """The vials here for a session; None where the location keeps no ledger."""
    if location_id not in ledger.keeps_ledger(session, [location_id]):
        return None
    vials = ledger.vials(session, location_id)
    balances = ledger.balances(session, [vial.id for vial in vials])
    drawn = ledger.session_balances(session, [encounter_id]).get(encounter_id, {})
    return stock_of(vials, balances, drawn, strengths, today)
