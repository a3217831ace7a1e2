"""A floor with two stations on which every step is one operation, judged; and what a nurse does next as she should."""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.encounters import EncounterView, Step
from ketaclinic.domain.findings import ClinicError, Severity
from ketaclinic.domain.people import User
from ketaclinic.services.bundle import Services
from tests.conftest import FILE_KEY
from tests.machines.charting_cupboard import on_hand
from tests.machines.charting_oracle import step_faults
from tests.machines.charting_rows import Charted, Rows, instant, read
from tests.machines.charting_stations import (
    GOOD_AFTER,
    SPOILT_AFTER,
    VITALS,
    Stations,
    Values,
    good_answers,
    spoilt_answers,
)
from tests.services.people_builders import STAFF_PIN

REASON = "Agreed with the prescriber at the chair."
picks = st.integers(0, 1_000)
stations = st.integers(0, 1)
people = st.integers(0, 11)
minutes = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 7, 10, 12, 15])


class Floor(RuleBasedStateMachine):
    """Two stations at one clinic; every step is one operation or none."""

    url: str
    store: Store
    catalog: Catalog
    floor: Stations
    clock: FixedClock
    visits: list[int]
    all_told: ClassVar[list[str]] = []
    all_done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows = {}
        self.told = type(self).all_told
        self.done = type(self).all_done
        self._commands = itertools.count()
        self._looked_at = itertools.count()

    # --- what a step must be ------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        return instant(self.clock.now())

    @property
    def charted(self) -> Charted:
        return Charted(self.rows)

    def services(self, station: int) -> Services:
        return self.floor.services[station]

    def do(self, what: str, deed: Callable[[], object], **adds: int) -> bool:
        """Does something: all of it is stored, or nothing and one sentence; answers whether it was done.

        `adds` says how many rows of a table an accepted deed adds.
        """
        before = self.rows
        try:
            deed()
        except ClinicError as refused:
            self.told.append(f"{what}: {refused}")
            self.rows = read(self.url, FILE_KEY)
            assert _traces(before, self.rows) == [], self.told[-1]
            assert self.told[-1].endswith((".", "?")), self.told[-1]
            return False
        self.rows = read(self.url, FILE_KEY)
        self.done[what.split(" =", maxsplit=1)[0]] += 1
        faults = step_faults(before, self.rows, self.now)
        assert faults == [], (what, faults)
        self.count(before)
        for table, many in adds.items():
            new = [row for row in self.charted.of(table) if (table, row["id"]) not in before]
            new = [row for row in new if row.get("kind") != "held"]  # the program's own note of what stood against it
            assert len(new) == many, (what, table, new)
        return True

    def count(self, before: Rows) -> None:
        """Keeps in mind how far sessions came: a machine in which nobody is ever infused proves nothing."""
        for key, row in self.rows.items():
            if key[0] == "encounters":
                was = before.get(key, {})
                self.done["started"] += bool(row["started_at"] and not was.get("started_at"))
                self.done["stopped"] += bool(row["stopped_at"] and not was.get("stopped_at"))
                self.done[row["outcome"]] += bool(row["signed_at"] and not was.get("signed_at"))

    # --- whom it is about ---------------------------------------------------------------------------------------------

    def session(self, pick: int) -> int:
        numbers = sorted(self.charted.sessions)
        unsigned = [number for number in numbers if not self.charted.sessions[number]["signed_at"]]
        wanted = unsigned if unsigned and pick % 8 else numbers
        return wanted[pick % len(wanted)]

    def view(self, station: int, session: int) -> EncounterView:
        return self.services(station).charting.view(self.floor.maria, session)

    def by(self, who: int) -> User:
        return self.floor.people[who]

    def a_visit(self, pick: int) -> int:
        return self.visits[pick % len(self.visits)]

    # --- what a nurse does next ---

    def one_more(self, session: int, station: int, spoil: int, clean: int) -> None:
        step = self.view(station, session).step
        if step is Step.BEFORE:
            self.get_ready(session, station, None if clean else spoil)
        elif step is Step.DURING:
            self.watch(session, station)
        elif step is Step.RECOVERY:
            self.recover(session, station, None if clean else spoil)

    def get_ready(self, session: int, station: int, spoil: int | None) -> None:
        against = {finding.code for finding in self.view(station, session).may_start}
        if spoil is None and against & {"order", "consent"} and self.now % 3 == 0:
            for which in ("order", "consent"):
                patient = self.charted.sessions[session]["patient_id"]
                self.do(f"new {which}", partial(self.floor.put_right, patient, which))
        answers = good_answers(self.floor.wall(), self.floor.rotimi.id)
        bad = spoilt_answers(self.floor.wall())
        if spoil is not None:
            item, value = bad[spoil % len(bad)]
            answers[item] = value
        self.fill(session, station, "pre-infusion", answers)
        vitals = VITALS[spoil % len(VITALS)] if spoil is not None and spoil % 3 == 0 else VITALS[0]
        self.row(session, self.floor.maria, station, vitals)
        charting = self.services(station).charting
        self.do("weigh", partial(charting.set_dose, self.floor.maria, session, 82.4, 10.0), events=1)
        dose = self.view(station, session).dose
        if dose is not None:
            drawn = {"mg": dose.mg, "ml": dose.ml}
            self.do("draw up", partial(charting.set_dose, self.floor.maria, session, 82.4, 10.0, **drawn), events=1)
            figures = (dose.mg, dose.ml, dose.rate)
            other = self.services(1 - station).charting
            self.do(
                "second", partial(other.second_check, self.floor.maria, session, self.floor.kaja, *figures), events=1
            )
        self.let_pass(session, station)
        self.do("start", partial(charting.start, self.floor.maria, session))

    def let_pass(self, session: int, station: int) -> None:
        """The prescriber lets pass what may be let pass."""
        charting = self.services(station).charting
        for code in {f.code for f in self.view(station, session).may_start if f.severity is Severity.OVERRIDE}:
            deed = partial(charting.override, self.floor.maria, session, code, REASON, self.floor.rotimi)
            self.do(f"let {code} pass", deed, events=1)

    def fill(self, session: int, station: int, checklist: str, answers: Mapping[str, Any]) -> None:
        """Everything that is still open or not met is answered, on both stations in turn; all of it is kept."""
        shown = next(c for c in self.view(station, session).checklists if c.id == checklist)
        missing = [item.item.code for item in shown.items if str(item.state) in {"open", "not_met"}]
        before, kept = self.rows, 0
        for number, item in enumerate(code for code in missing if code in answers):
            charting = self.services((station + number) % 2).charting
            try:
                charting.answer(self.floor.kaja, session, checklist, item, answers[item])
            except ClinicError as refused:
                self.told.append(f"{item} = {answers[item]}: {refused}")
            else:
                kept += 1
        self.rows = read(self.url, FILE_KEY)
        assert step_faults(before, self.rows, self.now) == []
        new = [row for row in self.charted.of("answers") if ("answers", row["id"]) not in before]
        assert len(new) == kept

    def watch(self, session: int, station: int) -> None:
        """Time passes until the next check is due, and it is made; at the end the pump is stopped."""
        due = self.view(station, session).next_due
        if due is not None:
            self.clock.at = max(self.clock.at, due.due_at)
        if due is None or due.label == "stop":
            charting = self.services(station).charting
            self.do("stop", partial(charting.stop, self.floor.kaja, session), status_changes=1)
        self.row(session, self.floor.kaja, station, VITALS[0])

    def recover(self, session: int, station: int, spoil: int | None) -> None:
        """The rest of the recovery, and home."""
        for _ in range(3):
            due = self.view(station, session).next_due
            if due is None or due.due_at > self.clock.at + timedelta(minutes=16):
                break
            self.clock.at = max(self.clock.at, due.due_at)
            self.row(session, self.floor.maria, station, VITALS[0])
        answers = dict(GOOD_AFTER) | {"safety-plan": True}
        if spoil is not None:
            item, value = SPOILT_AFTER[spoil % len(SPOILT_AFTER)]
            answers[item] = value
        self.fill(session, station, "discharge", answers)
        self.see_to_alerts(session, station)
        self.account_for(session, station)
        deed = partial(
            *(self.services(station).charting.sign_off, self.floor.maria, session, STAFF_PIN),
            cosigner=self.floor.rotimi,
        )
        self.do("sign off", deed)

    def see_to_alerts(self, session: int, station: int) -> None:
        charting = self.services(station).charting
        for alert in self.view(station, session).alerts:
            if alert.acknowledged_at is None:
                self.do(
                    "see to", partial(charting.acknowledge, self.floor.maria, session, alert.code, "Rotimi"), events=1
                )
        for check in self.view(station, session).schedule:
            if str(check.state) == "missed":
                data = {"label": check.label, "reason": "With another patient in need."}
                self.do("gap", partial(charting.record_event, self.floor.maria, session, "gap", data), events=1)

    def row(
        self,
        session: int,
        by: User,
        station: int,
        values: Values,
        *,
        ago: int = 0,
        confirm: bool = False,
        note: str = "",
    ) -> bool:
        at = self.clock.now() - timedelta(minutes=ago)
        deed = partial(
            *(self.services(station).charting.record_observation, by, session, values, at if ago else None),
            note=note,
            confirmed=frozenset(values) if confirm else frozenset(),
        )
        before = set(self.rows)
        if not self.do(f"observe {values} {ago} min ago", deed, observations=1):
            return False
        (new,) = [row for row in self.charted.of("observations") if ("observations", row["id"]) not in before]
        assert (new["values"], new["observed_at"], new["entered_at"]) == (values, instant(at), self.now)
        assert (new["encounter_id"], new["user_id"], new["corrects_id"]) == (session, by.id, None)
        return True

    def account_for(self, session: int, station: int) -> None:
        """What was drawn is given and wasted; where nothing was drawn although a ledger is kept, it is drawn now."""
        vials = [vial for vial in self.charted.of("vials") if vial["mg_per_ml"] == 10]
        ledger, maria = self.services(station).ledger, self.floor.maria
        left = on_hand(self.charted)
        for vial in vials[:1] if not self.charted.kept("ledger_entries", session) else []:
            if left[vial["id"]] >= 50_000:
                self.do("draw", partial(ledger.draw, maria, session, vial["id"], 50_000), ledger_entries=1)
                self.do("give", partial(ledger.administer, maria, session, vial["id"], 41_200), ledger_entries=1)
                deed = partial(
                    *(ledger.waste, maria, vial["id"], 8_800, "Into the container"),
                    *(STAFF_PIN, self.floor.kaja, session),
                )
                self.do("waste", deed, ledger_entries=1)


def _traces(before: Rows, after: Rows) -> list[tuple[str, int]]:
    """Rows that differ although the deed was refused; a wrong PIN is counted with its user."""
    differ = (key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return [key for key in differ if key[0] != "users"]
