"""The drug ledger put together for its screen and its report: lots, names and running balances."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import to_instant, to_wall
from ketaclinic.db import clinic, users
from ketaclinic.db import ledger as rows
from ketaclinic.db.store import Reads
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain.ledger import Balance, Count, Entry, Vial, micrograms, running, vial_state
from ketaclinic.domain.ledger_rules import against_close
from ketaclinic.domain.ledger_views import (
    CountView,
    DrugAtChair,
    LedgerDay,
    LedgerLine,
    LedgerReport,
    SessionLine,
    StockLine,
    VialSummary,
    summary,
)
from ketaclinic.domain.visit import Visit


class LedgerReader:
    """The ledger of one location at one moment, in one session of the database."""

    def __init__(self, session: Reads, catalog: Catalog, now: datetime, location_id: int) -> None:
        self._session = session
        self._catalog = catalog
        self._now = now
        self._location = clinic.location(session, location_id)
        self._today = to_wall(now, self._location.zone).date()

    @cached_property
    def _names(self) -> dict[int, str]:
        return {user.id: user.name for user in users.users(self._session)}

    def stock(self, *, finished: bool) -> tuple[StockLine, ...]:
        """Vials with what they hold and how they stand."""
        vials = rows.vials(self._session, self._location.id, finished=finished)
        held = rows.balances(self._session, (vial.id for vial in vials))
        soon = self._catalog.rules.whole("ledger.expiring-soon")
        return tuple(
            StockLine(vial, held[vial.id], vial_state(vial, held[vial.id], self._today, soon)) for vial in vials
        )

    def card(self, vial: Vial) -> tuple[LedgerLine, ...]:
        """Every line of a vial."""
        return self._lines({vial.id: vial}, rows.entries_of(self._session, [vial.id])[vial.id])

    def sessions(self) -> tuple[SessionLine, ...]:
        """Sessions since yesterday, and any with drug out."""
        since = datetime.combine(self._today - timedelta(days=1), time())
        recent = rows.sessions_since(self._session, self._location.id, since)
        return self._session_lines((*recent, *rows.sessions_with_drug_out(self._session, self._location.id)))

    def at_chair(self, encounter_id: int) -> DrugAtChair | None:
        """One session with what may be drawn for it; None where no ledger is kept."""
        if not rows.keeps_ledger(self._session, [self._location.id]):
            return None
        (line,) = self._session_lines([encounter_id])
        return DrugAtChair(line, self.stock(finished=False))

    def day(self) -> LedgerDay:
        """How the day stands."""
        counts = rows.counts(self._session, self._location.id, self._today, self._today)
        unexplained = rows.unexplained_counts(self._session, self._location.id)
        out = self._session_lines(rows.sessions_with_drug_out(self._session, self._location.id))
        begins, _ = self._instants(self._today, self._today)
        moved = rows.last_move(self._session, self._location.id, begins)
        closing = [count.last_entry for count in counts if count.moment == "close"]
        against = against_close(
            counts,
            unexplained,
            [f"{line.patient} ({line.record})" for line in out],
            moved_since=bool(closing) and moved > closing[-1],
        )
        kept = bool(rows.keeps_ledger(self._session, [self._location.id]))
        return LedgerDay(self._today, self._count_views(counts), self._count_views(unexplained), against, kept)

    def report(self, first: date, last: date, made_by: str) -> LedgerReport:
        """Everything between two days."""
        since, until = self._instants(first, last)
        ids = rows.vials_with_entries(self._session, self._location.id, since, until)
        known, written = rows.vials_by_id(self._session, ids), rows.entries_of(self._session, ids)
        lines: list[LedgerLine] = []
        summaries: list[VialSummary] = []
        for vial in sorted(known.values(), key=lambda v: (v.lot, v.id)):
            told = [line for line in self._lines({vial.id: vial}, written[vial.id]) if line.entry.at < until]
            within = [line for line in told if line.entry.at >= since]
            before = told[len(told) - len(within) - 1].balance if len(told) > len(within) else Balance()
            summaries.append(summary(vial, before, told[-1].balance if told else Balance()))
            lines += within
        head = clinic.clinic(self._session)
        place = self._location
        return LedgerReport(
            clinic=head.name,
            location=place.name,
            address=place.address or head.address,
            zone=place.zone,
            first=first,
            last=last,
            made_at=to_wall(self._now, place.zone),
            made_by=made_by,
            vials=tuple(summaries),
            lines=tuple(lines),
            counts=self._count_views(rows.counts(self._session, place.id, first, last)),
            open_sessions=self._session_lines(rows.sessions_with_drug_out(self._session, place.id)),
        )

    def _lines(self, vials: dict[int, Vial], entries: Sequence[Entry]) -> tuple[LedgerLine, ...]:
        """Lines of one vial with its balance after each."""
        patients = rows.patients_of(self._session, (e.encounter_id for e in entries if e.encounter_id is not None))
        taken_back = {e.reverses_id: e.id for e in entries if e.reverses_id is not None}
        by_id = {entry.id: entry for entry in entries}
        lines = []
        for entry, balance in running(entries):
            patient, record = patients.get(entry.encounter_id or 0, ("", ""))
            lines.append(
                LedgerLine(
                    entry=entry,
                    vial=vials[entry.vial_id],
                    at_wall=to_wall(entry.at, self._location.zone),
                    balance=balance,
                    by=self._name(entry.user_id),
                    witness=self._name(entry.witness_id),
                    patient=patient,
                    record=record,
                    reversed_by=taken_back.get(entry.id),
                    of_reversed=by_id.get(entry.reverses_id or 0),
                    happened_wall=to_wall(entry.happened_at, self._location.zone) if entry.happened_at else None,
                )
            )
        return tuple(lines)

    def _session_lines(self, encounter_ids: Iterable[int]) -> tuple[SessionLine, ...]:
        ids = list(dict.fromkeys(encounter_ids))
        found = rows.session_balances(self._session, ids)
        visits = {v.encounter.id: v for v in VisitReader(self._session, self._catalog, self._now).many(ids)}
        return tuple(_session_line(visits[i], found.get(i, {})) for i in ids if i in visits)

    def _count_views(self, counts: Iterable[Count]) -> tuple[CountView, ...]:
        told = tuple(counts)
        known = rows.vials_by_id(self._session, (line.vial_id for count in told for line in count.lines))
        allowed = micrograms(str(self._catalog.rules["ledger.count-tolerance"]))
        return tuple(
            CountView(
                count,
                to_wall(count.at, self._location.zone),
                self._name(count.user_id),
                self._name(count.witness_id),
                tuple((known[line.vial_id], line) for line in count.off(allowed, known)),
                self._name(count.explained_by),
                self._name(count.explained_witness_id),
                self._name(count.closed_by),
            )
            for count in told
        )

    def _name(self, user_id: int | None) -> str:
        return "" if user_id is None else self._names.get(user_id, f"user {user_id}")

    def _instants(self, first: date, last: date) -> tuple[datetime, datetime]:
        """From midnight of the first day to midnight after the last, at the location."""
        zone = self._location.zone
        begins, ends = datetime.combine(first, time()), datetime.combine(last + timedelta(days=1), time())
        return to_instant(begins, zone), to_instant(ends, zone)


def _session_line(visit: Visit, by_vial: dict[int, Balance]) -> SessionLine:
    chosen, dose = visit.dose_event, visit.dose
    return SessionLine(
        encounter_id=visit.encounter.id,
        patient=visit.patient.name,
        record=visit.patient.record,
        label=visit.label,
        chair=visit.chair,
        day=visit.appointment.starts_at.date(),
        started=visit.encounter.started_at is not None,
        stopped=visit.encounter.stopped_at is not None,
        signed=visit.encounter.signed_at is not None,
        strength=float(chosen.data["concentration"]) if chosen else None,
        dose_ug=micrograms(str(dose.mg)) if dose else None,
        chosen_vial=chosen.data.get("vial") if chosen else None,
        given_ug=micrograms(str(round(visit.pump.given_mg, 1))),
        by_vial=by_vial,
    )
