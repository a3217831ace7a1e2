"""The cupboard: received, drawn, given, wasted, counted, closed; by anyone, right or wrong."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ketaclinic.domain.ledger import Moment
from ketaclinic.services.ledger import Delivery
from tests.machines.charting_cupboard import in_vial
from tests.machines.charting_floor import REASON, Floor, people, picks, stations
from tests.services.people_builders import STAFF_PIN


class CupboardRules(Floor):
    """What is written into the drug ledger."""

    @rule(pick=picks, station=stations, strength=st.sampled_from([10, 50]))
    def receive(self, pick: int, station: int, strength: int) -> None:
        if pick % 6 == 0:
            until = self.floor.wall().date() + timedelta(days=300)
            delivery = Delivery("KX-1", until, strength, 20_000, 2, "Hospira")
            ledger = self.services(station).ledger
            self.do("receive", lambda: ledger.receive(self.floor.maria, 1, delivery), vials=2, ledger_entries=2)

    @precondition(lambda self: self.charted.of("vials") and self.charted.sessions)
    @rule(
        pick=picks,
        who=people,
        witness=people,
        station=stations,
        which=picks,
        deed=st.sampled_from(["draw", "administer", "waste", "account", "account", "reverse"]),
        amount=st.sampled_from([41_200, 50_000, 8_800, 500_000]),
    )
    def cupboard(self, pick: int, who: int, witness: int, station: int, which: int, deed: str, amount: int) -> None:
        ledger, by, session = self.services(station).ledger, self.by(who), self.session(pick)
        vials = sorted(vial["id"] for vial in self.charted.of("vials"))
        lines = sorted(line["id"] for line in self.charted.of("ledger_entries"))
        vial, line, second = vials[which % len(vials)], lines[which % len(lines)], self.by(witness)
        deeds: Mapping[str, Callable[[], object]] = {
            "draw": lambda: ledger.draw(by, session, vial, amount),
            "administer": lambda: ledger.administer(by, session, vial, amount),
            "waste": lambda: ledger.waste(by, vial, amount, "Into the container", STAFF_PIN, second, session),
            "account": lambda: ledger.account(by, session, vial, amount, "Into the container", STAFF_PIN, second),
            "reverse": lambda: ledger.reverse(by, line, "Typed into the wrong line", STAFF_PIN, second),
        }
        self.do(deed, deeds[deed], **({} if deed == "account" else {"ledger_entries": 1}))

    @precondition(lambda self: self.charted.of("vials"))
    @rule(
        pick=picks,
        who=people,
        witness=people,
        station=stations,
        deed=st.sampled_from(["open", "close", "close", "explain", "settle", "close day", "close day"]),
        off=st.sampled_from([0, 0, 0, 10_000]),
    )
    def count_drug(self, pick: int, who: int, witness: int, station: int, deed: str, off: int) -> None:
        """The cupboard is counted, rightly or a vial short; what differs is explained or settled, the day closed."""
        ledger, by, second = self.services(station).ledger, self.by(who), self.by(witness)
        counts = sorted(count["id"] for count in self.charted.of("ledger_counts")) or [1]
        if deed in {"open", "close"}:
            found = in_vial(self.charted, 2**62)
            vial = sorted(found)[pick % len(found)]
            found[vial] = max(0, found[vial] - off)
            deed_ = partial(ledger.count, by, 1, Moment(deed), found, STAFF_PIN, second)
            self.do(f"count at {deed}", deed_, ledger_counts=1)
        elif deed == "close day":
            self.do(deed, lambda: ledger.close_day(by, 1), ledger_counts=0, ledger_entries=0)
        else:
            which, settle = counts[pick % len(counts)], deed == "settle"
            self.do(deed, lambda: ledger.explain(by, which, REASON, STAFF_PIN, second, settle=settle), ledger_counts=0)
