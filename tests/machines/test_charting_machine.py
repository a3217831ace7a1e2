"""A nurse's floor on which everything happens: two stations, two nurses, wrong answers, late entries, restarts.

After each step the rows are read through the bare driver and judged by `charting_oracle`, which shares no code with
the program: no infusion started and no patient released against the rules, nothing lost, no total wrong, a refusal
left no trace. What the screens show is compared with the same rows.
"""

import itertools
from datetime import datetime
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from ketaclinic.catalog.catalog import Catalog
from tests.conftest import FILE_KEY
from tests.machines.charting_before_rules import BeforeRules
from tests.machines.charting_chair_rules import ChairRules
from tests.machines.charting_cupboard import in_vial, on_hand
from tests.machines.charting_cupboard_rules import CupboardRules
from tests.machines.charting_desk_rules import DeskRules
from tests.machines.charting_floor import REASON, people, picks, stations
from tests.machines.charting_pump import checks, given, responses
from tests.machines.charting_rows import instant, read
from tests.machines.charting_stations import (
    OPENINGS,
    PAPERS,
    Stations,
)
from tests.machines.running import run_on_empty_databases
from tests.services.people_builders import STAFF_PIN

_NOT_HERE = {"Series complete", "Nurse load"}
"""What the visits of this machine, written without the booking rules, do not keep."""


class NursesFloor(DeskRules, BeforeRules, ChairRules, CupboardRules):
    """Two stations at one clinic, from the first patient to the last signature."""

    @initialize(
        opens=st.sampled_from(OPENINGS),
        papers=st.lists(st.sampled_from(PAPERS), min_size=3, max_size=4),
        seated=st.integers(1, 3),
        ahead=st.sampled_from([0, 1, 3, 8, 14, 14]),
        stocked=st.booleans(),
    )
    def open_the_clinic(self, opens: datetime, papers: list[str], seated: int, ahead: int, stocked: bool) -> None:
        self.floor = Stations(self.url, self.catalog, opens)
        self.clock = self.floor.clock
        self.visits = [visit for number, how in enumerate(papers) for visit in self.floor.expect(number, how)]
        self.rows = read(self.url, FILE_KEY)
        for number in range(seated):
            self.come(number, number % 2)
        if stocked:
            self.receive(0, 0, 10)
        for number, session in enumerate(sorted(self.charted.sessions)):
            for step in range(ahead if number == 0 else ahead // 8):  # one far on, the others behind it
                self.one_more(session, step % 2, 0, 1)

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, station=stations, spoil=picks, clean=st.integers(0, 3), steps=st.integers(1, 4))
    def go_on(self, pick: int, station: int, spoil: int, clean: int, steps: int) -> None:
        """The next things a nurse does with a session; now and then something in it is not as it should be."""
        session = self.session(pick)
        for number in range(steps):
            self.one_more(session, (station + number) % 2, spoil, clean)

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, station=stations, spoil=picks)
    def go_on_well(self, pick: int, station: int, spoil: int) -> None:
        for number in range(1 + spoil % 8):
            self.one_more(self.session(pick), (station + number) % 2, spoil, 1)

    @precondition(lambda self: self.charted.sessions)
    @rule(
        pick=picks,
        who=people,
        station=stations,
        cosigner=st.none() | people,
        outcome=st.sampled_from(["discharged", "discharged", "left_against_advice", "not_started", "cured"]),
        pin=st.sampled_from([STAFF_PIN, STAFF_PIN, STAFF_PIN, "0000"]),
        reason=st.sampled_from([REASON, "wants to go"]),
    )
    def sign_off(
        self, pick: int, who: int, station: int, cosigner: int | None, outcome: str, pin: str, reason: str
    ) -> None:
        """Somebody signs, rightly or not."""
        if outcome != "discharged" and pick % 4:
            return  # or too few would come to the end
        session = self.session(pick)
        second = None if cosigner is None else self.by(cosigner)
        deed = partial(self.services(station).charting.sign_off, self.by(who), session, pin, outcome, second, reason)
        self.do(f"sign off as {outcome}", deed)

    # --- what must be seen --------------------------------------------------------------------------------------------

    @invariant()
    def the_screens_show_what_is_stored(self) -> None:
        """One session at a time, on both stations: every row once, totals right, the checks as an own schedule says."""
        sessions = sorted(self.charted.sessions)
        if not sessions:
            return
        looked = next(self._looked_at)
        if looked % 2:
            return  # looking costs more time than charting does
        number = sessions[looked // 2 % len(sessions)]
        here = self.view(looked // 2 % 2, number)
        assert looked % 8 or here == self.view(1 - looked // 2 % 2, number)
        charted, kept = self.charted, self.charted.sessions[number]
        assert [row.id for row in here.observations] == [
            row["id"] for row in sorted(charted.kept("observations", number), key=lambda r: (r["observed_at"], r["id"]))
        ]
        assert sorted(event.id for event in here.events) == [row["id"] for row in charted.kept("events", number)]
        struck = {row["corrects_id"] for row in charted.kept("observations", number)} - {None}
        assert {row.id for row in here.observations if row.struck} == struck
        now = min(self.now, kept["signed_at"] or self.now)
        flowed = given(charted, number, now)
        assert abs(here.given_mg - flowed.mg) < 0.01, (here.given_mg, flowed)
        told = [
            (check.label, instant(check.due_at), str(check.state))
            for check in here.schedule
            if instant(check.due_at) <= now
        ]
        planned = [check for check in told if not check[0].startswith("after ")]
        after = sorted((check for check in told if check not in planned), key=lambda check: (check[1], check[0]))
        expected = [(check.label, check.due, check.state) for check in checks(charted, number, now)]
        if kept["started_at"]:
            other = [pair for pair in itertools.zip_longest(planned, expected) if not _alike(*pair)]
            assert other == [], (len(told), other[:3], now)
        assert after == [(check.label, check.due, check.state) for check in responses(charted, number, now)]
        for checklist, item in ((c.id, item) for c in here.checklists for item in c.items):
            said = [row for row in charted.kept("answers", number) if row["item"] == item.item.code]
            if checklist == "pre-infusion" and kept["started_at"]:  # what came later stands beside, and changes nothing
                said = [row for row in said if row["answered_at"] <= kept["started_at"]]
            if item.value is not None and not isinstance(item.value, datetime):
                assert item.value == said[-1]["value"], item.item.code

    @invariant()
    def the_cupboard_holds_what_its_lines_say(self) -> None:
        left = on_hand(self.charted)
        if left:
            stock = self.services(self.now % 2).ledger.stock(self.floor.kaja, 1, finished=True)
            assert {line.vial.id: line.balance.on_hand_ug for line in stock} == left
            inside = in_vial(self.charted, 2**62)
            assert {line.vial.id: line.balance.in_vial_ug for line in stock} == inside

    def teardown(self) -> None:
        if hasattr(self, "floor"):
            try:
                told = self.services(0).doctor.check()
                bad = [check for check in told if not check.ok and check.name not in _NOT_HERE]
                assert not bad, bad
            finally:
                self.floor.close()


def _alike(one: tuple[str, int, str] | None, other: tuple[str, int, str] | None) -> bool:
    """The same check in the same state; the second in which a pump runs dry may be told either way."""
    if one is None or other is None:
        return False
    return (one[0], one[2]) == (other[0], other[2]) and abs(one[1] - other[1]) <= 1_000_000


def test_whatever_is_charted_on_two_stations_every_rule_is_kept(database_url: str, catalog: Catalog) -> None:
    run_on_empty_databases(NursesFloor, database_url, catalog, sqlite=(4, 32), postgresql=(1, 20))
    assert NursesFloor.all_done["started"] > 0
