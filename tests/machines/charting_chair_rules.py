"""At the chair: rows, the pump, what happens, corrections, alerts, scales; by anyone, at any time."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machines.charting_floor import REASON, Floor, minutes, people, picks, stations
from tests.machines.charting_stations import (
    NONSENSE,
    SCALES,
    VITALS,
)
from tests.services.people_builders import STAFF_PIN


class ChairRules(Floor):
    """What is charted while a session is open, or tried after it."""

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
