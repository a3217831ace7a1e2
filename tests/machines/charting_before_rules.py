"""Before the start: answers, dose, second check, overrides, the start itself; by anyone, right or wrong."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machines.charting_floor import REASON, Floor, people, picks, stations
from tests.machines.charting_stations import (
    SPOILT_AFTER,
    spoilt_answers,
)


class BeforeRules(Floor):
    """What may open the start."""

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
