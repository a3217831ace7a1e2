"""A clinic with vials in its cupboard, and the nurse's hands at the drug ledger."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ketaclinic.domain.ledger import Moment, Vial, micrograms
from ketaclinic.domain.ledger_views import LedgerDay, StockLine
from ketaclinic.services.ledger import Delivery, Written
from tests.services.chairside_desk import Chairside
from tests.services.people_builders import STAFF_PIN

HERE = 1
GOOD_UNTIL = date(2027, 11, 30)


@dataclass
class Cupboard:
    """The drug ledger of the clinic around a chair."""

    chair: Chairside

    @property
    def ledger(self) -> Any:
        return self.chair.services.ledger

    def receive(
        self, strength: int = 10, ml: str = "20", *, vials: int = 1, lot: str = "KX-1", until: date = GOOD_UNTIL
    ) -> Vial:
        """Vials of one lot; returns the first."""
        delivery = Delivery(lot, until, strength, micrograms(ml), vials, "Hospira")
        received: tuple[Vial, ...] = self.ledger.receive(self.chair.nurse, HERE, delivery)
        return received[0]

    def draw(self, session: int, vial: Vial, mg: str, **more: Any) -> Written:
        return self.ledger.draw(self.chair.nurse, session, vial.id, micrograms(mg), **more)

    def give(self, session: int, vial: Vial, mg: str) -> Written:
        return self.ledger.administer(self.chair.nurse, session, vial.id, micrograms(mg))

    def waste(self, vial: Vial, mg: str, session: int | None = None, **more: Any) -> Written:
        given = {"reason": "Into the waste container", "pin": STAFF_PIN, "witness": self.chair.second_nurse} | more
        return self.ledger.waste(self.chair.nurse, vial.id, micrograms(mg), encounter_id=session, **given)

    def send_back(self, vial: Vial, mg: str, **more: Any) -> Written:
        given = {"reason": "To the distributor", "pin": STAFF_PIN, "witness": self.chair.second_nurse} | more
        return self.ledger.return_(self.chair.nurse, vial.id, micrograms(mg), **given)

    def reverse(self, entry: int, reason: str = "Typed into the wrong line", **more: Any) -> Written:
        given = {"pin": STAFF_PIN, "witness": self.chair.second_nurse} | more
        return self.ledger.reverse(self.chair.nurse, entry, reason, **given)

    def count(self, moment: Moment, found: dict[int, str], **more: Any) -> LedgerDay:
        given = {"pin": STAFF_PIN, "witness": self.chair.second_nurse} | more
        counted = {vial: micrograms(mg) for vial, mg in found.items()}
        return self.ledger.count(self.chair.nurse, HERE, moment, counted, **given)

    def explain(self, count: int, text: str = "Dropped and broken, seen by both", **more: Any) -> LedgerDay:
        given = {"pin": STAFF_PIN, "witness": self.chair.second_nurse} | more
        return self.ledger.explain(self.chair.nurse, count, text, **given)

    def stock(self) -> tuple[StockLine, ...]:
        return self.ledger.stock(self.chair.nurse, HERE)

    def day(self) -> LedgerDay:
        return self.ledger.day(self.chair.nurse, HERE)

    def on_hand(self, vial: Vial) -> int:
        """Micrograms, by the last line of the vial's card."""
        return self.ledger.entries(self.chair.nurse, vial.id)[-1].balance.on_hand_ug
