"""A nurse's floor on which everything happens: two stations, two nurses, wrong answers, late entries, restarts.

After each step the rows are read through the bare driver and judged by `charting_oracle`, which shares no code with
the program: no infusion started and no patient released against the rules, nothing lost, no total wrong, a refusal
left no trace. What the screens show is compared with the same rows.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import EncounterView, Step
from ketaclinic.domain.findings import ClinicError, Severity
from ketaclinic.domain.ledger import Moment
from ketaclinic.domain.people import User
from ketaclinic.services.bundle import Services
from ketaclinic.services.ledger import Delivery
from tests.conftest import FILE_KEY
from tests.machines.charting_cupboard import in_vial, on_hand
from tests.machines.charting_oracle import step_faults
from tests.machines.charting_pump import checks, given, responses
from tests.machines.charting_rows import Charted, Rows, instant, read
from tests.machines.charting_stations import (
    GOOD_AFTER,
    NONSENSE,
    OPENINGS,
    PAPERS,
    SCALES,
    SPOILT_AFTER,
    VITALS,
    Stations,
    Values,
    good_answers,
    spoilt_answers,
)
from tests.machines.running import run_on_empty_databases
from tests.services.people_builders import STAFF_PIN

_NOT_HERE = {"Series complete", "Nurse load"}
"""What the visits of this machine, written without the booking rules, do not keep."""
REASON = "Agreed with the prescriber at the chair."
picks = st.integers(0, 1_000)
stations = st.integers(0, 1)
people = st.integers(0, 11)
minutes = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 7, 10, 12, 15])
Added = dict[str, int]


class NursesFloor(RuleBasedStateMachine):
    """Two stations at one clinic; every step is one operation or none."""

    url: str
    store: Store
    catalog: Catalog
    all_told: ClassVar[list[str]] = []
    all_done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows = {}
        self.told = type(self).all_told
        self.done = type(self).all_done
        self._commands = itertools.count()
        self._looked_at = itertools.count()

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

    # --- time and stations --------------------------------------------------------------------------------------------

    @rule(forward=st.sampled_from([1, 2, 3, 4, 5, 5, 6, 10, 10, 15, 31]), seconds=st.integers(0, 59))
    def wait(self, forward: int, seconds: int) -> None:
        self.clock.forward(minutes=forward, seconds=seconds)

    @rule(hours=st.sampled_from([1, 3, 20, 30]), pick=picks)
    def sleep(self, hours: int, pick: int) -> None:
        """The station sleeps, or the day ends."""
        if pick % 4 == 0:
            self.clock.forward(hours=hours)

    @rule(station=stations, pick=picks)
    def restart(self, station: int, pick: int) -> None:
        if pick % 4 == 1:
            self.floor.restart(station)

    # --- the desk -----------------------------------------------------------------------------------------------------

    @rule(pick=picks, station=stations)
    def come(self, pick: int, station: int) -> None:
        """A patient arrives and is brought to the chair, where the session is opened."""
        due = [visit for visit in self.visits if self.charted.one("appointments", visit)["status"] == "confirmed"]
        if not due:
            return
        visit = due[pick % len(due)]
        services = self.services(station)
        for by, to in ((self.floor.ada, Status.ARRIVED), (self.floor.maria, Status.CHECKED_IN)):
            version = self.floor.chair.appointment(visit).version
            self.do(f"{to}", partial(services.floor.change_status, by, visit, version, to), status_changes=1)
        self.do("open", lambda: services.charting.open(self.floor.maria, visit))

    @rule(pick=picks, who=people, station=stations, to=st.sampled_from(sorted(Status)))
    def step(self, pick: int, who: int, station: int, to: Status) -> None:
        """A step of the day by somebody who may or may not take it."""
        visit = self.a_visit(pick)
        version = self.floor.chair.appointment(visit).version
        self.do(f"to {to}", lambda: self.services(station).floor.change_status(self.by(who), visit, version, to))

    @rule(pick=picks, deed=st.sampled_from(["cancel", "move", "park", "undo", "redo"]), station=stations)
    def desk(self, pick: int, deed: str, station: int) -> None:
        """The desk reaches into the day while it runs."""
        visit = self.floor.chair.appointment(self.a_visit(pick))
        services, ada = self.services(station), self.floor.ada
        booking, history = services.booking, services.history
        places = visit.starts_at + timedelta(hours=pick % 5)
        deeds: Mapping[str, Callable[[], object]] = {
            "cancel": lambda: booking.cancel(ada, visit.id, visit.version, Status.CANCELLED_BY_PATIENT),
            "move": lambda: booking.move(ada, visit.id, visit.version, 1 + pick % 2, places),
            "park": lambda: booking.park(ada, visit.id, visit.version),
            "undo": lambda: history.undo(ada),
            "redo": lambda: history.redo(ada),
        }
        self.do(deed, deeds[deed])

    @rule(pick=picks, who=people, there=st.booleans(), station=stations)
    def escort(self, pick: int, who: int, there: bool, station: int) -> None:
        visit = self.floor.chair.appointment(self.a_visit(pick))
        escorts = [row["id"] for row in self.charted.of("escorts") if row["patient_id"] == visit.patient_id]
        chosen = escorts[0] if there else None
        self.do("escort", lambda: self.services(station).patients.choose_escort(self.by(who), visit.id, chosen))

    @rule(pick=picks, who=people, which=st.sampled_from(["order", "consent"]), station=stations)
    def withdraw(self, pick: int, who: int, which: str, station: int) -> None:
        services, table = self.services(station), f"{which}s"
        kept = sorted(row["id"] for row in self.charted.of(table))
        if pick % 3 or not kept or not hasattr(getattr(services, table), "withdraw"):
            return
        number = kept[pick % len(kept)]
        if which == "order":
            self.do("withdraw order", lambda: services.orders.withdraw(self.by(who), number, REASON, STAFF_PIN))
        else:
            self.do("withdraw consent", lambda: services.consents.withdraw(self.by(who), number, REASON))

    # --- before the start ---------------------------------------------------------------------------------------------

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, who=people, station=stations, which=picks)
    def answer(self, pick: int, who: int, station: int, which: int) -> None:
        """One answer that may be wrong, by anyone, at any time."""
        session = self.session(pick)
        before, after = spoilt_answers(self.floor.wall()), SPOILT_AFTER
        checklist, (item, value) = (
            ("pre-infusion", before[which % len(before)]) if which % 2 else ("discharge", after[which % len(after)])
        )
        charting = self.services(station).charting
        deed = partial(charting.answer, self.by(who), session, checklist, item, value, confirmed=which % 3 == 0)
        self.do(f"{item} = {value}", deed, answers=1)

    @precondition(lambda self: self.charted.sessions)
    @rule(
        pick=picks,
        who=people,
        station=stations,
        weight=st.sampled_from([82.4, 82.4, 88.4, 60.0, 181.7, 13.0]),
        strength=st.sampled_from([10.0, 50.0, 100.0, 5.0]),
        confirmed=st.booleans(),
        drawn=st.sampled_from([None, 1.0, 1.0, 1.015, 1.05, 1.2, 0.7, 10.0, 2.2]),
        each_kg=st.sampled_from([None, None, None, 0.6, 0.9]),
    )
    def dose(
        self,
        pick: int,
        who: int,
        station: int,
        weight: float,
        strength: float,
        confirmed: bool,
        drawn: float | None,
        each_kg: float | None,
    ) -> None:
        """Weight, vial and syringe: as computed, a little off, ten-fold, in pounds; another dose than ordered."""
        session, charting = self.session(pick), self.services(station).charting
        mg = None if drawn is None else round((each_kg or 0.5) * weight * drawn, 1)
        ml = None if mg is None else round(mg / (10.0 if pick % 5 == 0 else strength), 2)
        deed = partial(
            *(charting.set_dose, self.by(who), session, weight, strength),
            confirmed=confirmed,
            mg_per_kg=each_kg,
            mg=mg,
            ml=ml,
            attested_by=self.floor.rotimi if each_kg and pick % 2 else None,
        )
        self.do("dose", deed, events=1)

    @precondition(lambda self: self.charted.sessions)
    @rule(
        pick=picks,
        who=people,
        second=people,
        station=stations,
        times=st.sampled_from([1.0, 1.0, 1.0, 1.015, 0.97, 10.0, 0.1, float("nan")]),
    )
    def second_check(self, pick: int, who: int, second: int, station: int, times: float) -> None:
        """Another person computes; right, a little off, or ten-fold."""
        session = self.session(pick)
        dose = self.view(station, session).dose
        mg, ml, rate = (dose.mg, dose.ml, dose.rate) if dose else (40.0, 4.0, 6.0)
        deed = partial(
            *(self.services(station).charting.second_check, self.by(who), session),
            *(self.by(second), mg, ml * times, rate * times),
        )
        self.do(f"second check × {times}", deed, events=1)

    @precondition(lambda self: self.charted.sessions)
    @rule(
        pick=picks,
        who=people,
        approver=people,
        station=stations,
        which=picks,
        reason=st.sampled_from([REASON, REASON, "ok", " " * 20]),
    )
    def override(self, pick: int, who: int, approver: int, station: int, which: int, reason: str) -> None:
        session = self.session(pick)
        codes = [finding.code for finding in self.view(station, session).may_start] or ["pressure-stop"]
        deed = partial(
            *(self.services(station).charting.override, self.by(who), session),
            *(codes[which % len(codes)], reason, self.by(approver)),
        )
        self.do(f"override {codes[which % len(codes)]}", deed, events=1)

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, who=people, station=stations)
    def start(self, pick: int, who: int, station: int) -> None:
        session = self.session(pick)
        command = f"start-{next(self._commands)}"
        charting = self.services(station).charting
        if self.do("start", partial(charting.start, self.by(who), session, command), status_changes=1):
            again = self.services(1 - station).charting  # a double click, heard by the other station
            self.do("start again", partial(again.start, self.by(who), session, command), events=0, status_changes=0)

    # --- charting -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.charted.sessions)
    @rule(
        pick=picks,
        who=people,
        station=stations,
        which=picks,
        ago=st.sampled_from([0, 0, 0, 1, 4, 9, 25, 200, -5, -90]),
        confirm=st.booleans(),
        note=st.sampled_from(["", "Rested for a while."]),
    )
    def observe(self, pick: int, who: int, station: int, which: int, ago: int, confirm: bool, note: str) -> None:
        """A row that is plausible or a slip of the keys, made now, late, or at a time that cannot be."""
        rows = (*VITALS, *VITALS, *NONSENSE)
        self.row(
            self.session(pick), self.by(who), station, rows[which % len(rows)], ago=ago, confirm=confirm, note=note
        )

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

    @precondition(lambda self: self.charted.of("observations"))
    @rule(pick=picks, who=people, station=stations, which=picks)
    def correct(self, pick: int, who: int, station: int, which: int) -> None:
        rows = sorted(row["id"] for row in self.charted.of("observations"))
        wrong = self.charted.one("observations", rows[-1 - pick % len(rows)])
        values = VITALS[which % len(VITALS)]
        deed = partial(self.services(station).charting.correct_observation, self.by(who), wrong["id"], values)
        before = set(self.rows)
        if self.do("correct", deed, observations=1):
            (new,) = [row for row in self.charted.of("observations") if ("observations", row["id"]) not in before]
            assert (new["corrects_id"], new["observed_at"]) == (wrong["id"], wrong["observed_at"])

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, who=people, station=stations, kind=st.sampled_from(["pause", "resume", "stop", "resume"]))
    def pump(self, pick: int, who: int, station: int, kind: str) -> None:
        session, charting = self.session(pick), self.services(station).charting
        if kind == "stop" and pick % 3:
            return
        deed = {"pause": charting.pause, "resume": charting.resume, "stop": charting.stop}[kind]
        self.do(kind, partial(deed, self.by(who), session), **({"events": 1} if kind != "stop" else {}))

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, who=people, station=stations, ago=minutes, which=picks)
    def event(self, pick: int, who: int, station: int, ago: int, which: int) -> None:
        """A medicine, oxygen, another rate, an adverse event, a note: now, late, or nothing that can be recorded."""
        events = (
            ("rate", {"rate": 3.1}),
            ("rate", {"rate": 9.0}),
            ("rate", {"rate": -1}),
            ("medicine", {"code": "ondansetron", "dose": "4 mg", "route": "IV", "order": "order"}),
            (
                "medicine",
                {
                    "code": "labetalol",
                    "dose": "10 mg",
                    "route": "IV",
                    "order": "verbal",
                    "prescriber": self.floor.rotimi.id,
                },
            ),
            (
                "medicine",
                {
                    "code": "flumazenil",
                    "dose": "0.2 mg",
                    "route": "IV",
                    "order": "verbal",
                    "prescriber": self.floor.rotimi.id,
                },
            ),
            ("medicine", {"code": "aspirin", "dose": "1", "route": "PO"}),
            ("oxygen", {"l_min": 2.0}),
            ("oxygen", {"l_min": 0}),
            ("adverse", {"code": "nausea-vomiting", "severity": "mild"}),
            ("adverse", {"code": "chest-pain", "severity": "severe"}),
            ("adverse", {"code": "vision", "severity": "dreadful"}),
            ("intervention", {"code": "reassurance"}),
            ("note", {"text": "Sleeps."}),
            ("note", {"text": ""}),
            ("gap", {"label": "+10", "reason": "With another patient in need."}),
            ("gap", {"label": "stop +15", "reason": "busy"}),
            ("start", {"mg": 40, "minutes": 40, "rate": 6}),
        )
        kind, data = events[which % len(events)]
        at = self.clock.now() - timedelta(minutes=ago) if ago else None
        session, charting = self.session(pick), self.services(station).charting
        self.do(f"{kind} {data}", partial(charting.record_event, self.by(who), session, kind, data, at))

    @precondition(lambda self: self.charted.of("events"))
    @rule(pick=picks, who=people, station=stations, ago=minutes, which=picks)
    def correct_event(self, pick: int, who: int, station: int, ago: int, which: int) -> None:
        """An event is put right in time or struck, the pump's too."""
        kinds = {"start", "stop", "pause", "resume", "rate", "medicine", "oxygen", "adverse", "note"}
        rows = [row for row in self.charted.of("events") if row["kind"] in kinds]
        if not rows:
            return
        wrong = sorted(rows, key=lambda row: row["id"])[-1 - pick % len(rows)]
        data = {"void": True} if which % 4 == 0 else dict(wrong["data"])
        if "rate" in data and wrong["kind"] == "rate":
            data["rate"] = 4.0
        at = self.clock.now() - timedelta(minutes=ago) if which % 3 else None
        deed = partial(self.services(station).charting.correct_event, self.by(who), wrong["id"], data, at, REASON)
        before = set(self.rows)
        if self.do(f"correct {wrong['kind']}", deed):
            new = [row for row in self.charted.of("events") if ("events", row["id"]) not in before]
            assert [row["corrects_id"] for row in new if row["kind"] != "held"] == [wrong["id"]]

    @precondition(lambda self: self.charted.sessions)
    @rule(
        pick=picks,
        station=stations,
        hours=st.sampled_from([1, 1, 30]),
        which=st.sampled_from(["observe", "start", "stop"]),
    )
    def clock_off(self, pick: int, station: int, hours: int, which: str) -> None:
        """A station whose clock stands an hour behind charts nothing, whatever is tried there."""
        session, charting, maria = self.session(pick), self.services(station).charting, self.floor.maria
        right = self.clock.at
        self.clock.at -= timedelta(hours=hours)
        try:
            deeds: Mapping[str, Callable[[], object]] = {
                "observe": lambda: charting.record_observation(maria, session, VITALS[0]),
                "start": lambda: charting.start(maria, session),
                "stop": lambda: charting.stop(maria, session),
            }
            assert not self.do(f"{which} with the clock off", deeds[which])
        finally:
            self.clock.at = right

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, who=people, station=stations)
    def acknowledge(self, pick: int, who: int, station: int) -> None:
        session = self.session(pick)
        codes = [alert.code for alert in self.view(station, session).alerts] or ["sbp-red"]
        deed = partial(
            self.services(station).charting.acknowledge, self.by(who), session, codes[pick % len(codes)], "Rotimi"
        )
        self.do("acknowledge", deed, events=1)

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, who=people, station=stations, word=st.sampled_from(["Calm again.", "Calm again.", " "]))
    def resolve(self, pick: int, who: int, station: int, word: str) -> None:
        """An alert is declared over, rightly or not."""
        session = self.session(pick)
        codes = [alert.code for alert in self.view(station, session).alerts] or ["hr-red"]
        charting = self.services(station).charting
        deed = partial(charting.resolve_alert, self.by(who), session, codes[pick % len(codes)], word)
        self.do("resolve", deed, events=1)

    @precondition(lambda self: self.charted.sessions)
    @rule(
        pick=picks,
        who=people,
        station=stations,
        text=st.sampled_from(["The weight was 82.4 kg.", "The weight was 82.4 kg.", "  "]),
        meaning=st.sampled_from(["correction", "late entry", "review", "gossip"]),
        pin=st.sampled_from([STAFF_PIN, STAFF_PIN, "0000"]),
    )
    def add_to_record(self, pick: int, who: int, station: int, text: str, meaning: str, pin: str) -> None:
        """Something is added to a record that is signed, and nothing in it changes; or it is not signed yet."""
        signed = [number for number, kept in self.charted.sessions.items() if kept["signed_at"]]
        session = signed[pick % len(signed)] if signed and pick % 4 else self.session(pick)
        records, before = self.services(station).records, self.view(station, session)
        deed = partial(records.add_addendum, self.by(who), session, text, meaning, pin)
        if self.do("add to the record", deed, addenda=1):
            record = records.record(self.floor.maria, session)
            assert record.view == before
            assert record.addenda[-1].text == text

    @precondition(lambda self: self.charted.sessions)
    @rule(pick=picks, who=people, station=stations, which=picks, inside=st.booleans(), ago=minutes)
    def fill_in_scale(self, pick: int, who: int, station: int, which: int, inside: bool, ago: int) -> None:
        """A scale from the patient's page, on the day of the session, for it or beside it."""
        session = self.session(pick)
        patient = self.charted.sessions[session]["patient_id"]
        scale, value = SCALES[which % len(SCALES)]
        deed = partial(
            *(self.services(station).assessments.record, self.by(who), patient, scale, value),
            encounter_id=session if inside else None,
            taken_at=self.clock.now() - timedelta(minutes=ago) if ago else None,
            given_by="patient" if which % 2 else "staff",
        )
        self.do(f"scale {scale}", deed, assessments=1)

    # --- on the way ---------------------------------------------------------------------------------------------------

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
            self.do("papers", partial(self.floor.put_right, self.charted.sessions[session]["patient_id"]))
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

    # --- the cupboard -------------------------------------------------------------------------------------------------

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
    return bool(one and other) and (one[0], one[2]) == (other[0], other[2]) and abs(one[1] - other[1]) <= 1_000_000


def _traces(before: Rows, after: Rows) -> list[tuple[str, int]]:
    """Rows that differ although the deed was refused; a wrong PIN is counted with its user."""
    differ = (key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return [key for key in differ if key[0] != "users"]


def test_whatever_is_charted_on_two_stations_every_rule_is_kept(database_url: str, catalog: Catalog) -> None:
    run_on_empty_databases(NursesFloor, database_url, catalog, sqlite=(5, 35), postgresql=(1, 20))
    assert NursesFloor.all_done["started"] > 0
