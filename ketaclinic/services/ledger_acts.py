"""What is written into the drug ledger, each act as one function inside the transaction that the service opens.

Each looks at the ledger as it is stored now, raises when it may not be, and adds lines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import to_instant, to_wall
from ketaclinic.db import clinic, users
from ketaclinic.db import ledger as rows
from ketaclinic.db.store import Reads, Writing
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain.clinical_limits import clinical_limits
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity, blocking
from ketaclinic.domain.ledger import (
    Balance,
    Count,
    CountLine,
    Entry,
    EntryKind,
    Moment,
    Vial,
    balance_of,
    differs,
    micrograms,
    milligrams,
)
from ketaclinic.domain.ledger_rules import (
    check_draw,
    check_lines,
    check_received,
    check_reversal,
    check_taken,
    check_used,
    check_witness,
)
from ketaclinic.domain.ledger_views import LedgerDay
from ketaclinic.domain.people import User
from ketaclinic.domain.visit import Visit


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes when, and where."""

    session: Reads
    catalog: Catalog
    by: User
    now: datetime

    def line(
        self,
        vial: Vial,
        kind: EntryKind,
        amount_ug: int,
        *,
        witness: User | None = None,
        encounter_id: int | None = None,
        count_id: int | None = None,
        reverses_id: int | None = None,
        reason: str = "",
        happened_at: datetime | None = None,
    ) -> Entry:
        """Adds a line to the ledger."""
        entry = Entry(
            0,
            vial.id,
            kind,
            amount_ug,
            self.now,
            self.by.id,
            witness.id if witness else None,
            encounter_id,
            count_id,
            reverses_id,
            " ".join(reason.split()),
            happened_at,
        )
        return rows.add_entry(self.session, entry)

    def today(self, location_id: int) -> date:
        """What day it is at a location."""
        return to_wall(self.now, clinic.location(self.session, location_id).zone).date()

    def true_time(self, given: datetime | None, vial: Vial, encounter_id: int | None = None) -> datetime | None:
        """When it truly was, where that is earlier than now by a minute or more; a naive time is the wall's.

        Raises:
            Invalid: it lies ahead, before the vial came in, or before the patient came.
        """
        if given is None:
            return None
        zone = clinic.location(self.session, vial.location_id).zone
        at = given if given.tzinfo is not None else to_instant(given, zone)
        slack = timedelta(minutes=clinical_limits(self.catalog.rules).clock_slack)
        if at > self.now + slack:
            raise Invalid("happened_at", "This time lies ahead. Nothing was written: enter when it truly was.")
        if at < vial.received_at.replace(second=0, microsecond=0):
            text = f"{vial.number} had not come in yet then. Nothing was written: enter when it truly was."
            raise Invalid("happened_at", text)
        if encounter_id is not None:
            opened = _visit(self, encounter_id).encounter.opened_at
            if at < opened.replace(second=0, microsecond=0):
                text = "This session had not been opened then. Nothing was written: enter when it truly was."
                raise Invalid("happened_at", text)
        return at if self.now - at >= timedelta(minutes=1) else None

    def witness(self, given: User) -> User:
        """The witness as the clinic knows them now, whatever the caller passed. Raises Refused when they may not."""
        known = users.user(self.session, given.id)
        _stop(check_witness(self.by, known))
        return known

    def reason(self, reason: str, least: int, sentence: str) -> None:
        """Raises Invalid when a reason is shorter than that."""
        if len(" ".join(reason.split())) < least:
            raise Invalid("reason", sentence)

    @property
    def least(self) -> int:
        """Letters of a reason that stands for a departure from the rule."""
        return int(clinical_limits(self.catalog.rules).override_reason)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Vials of one lot as they come in; `opening` for those in stock when the ledger began."""

    lot: str
    expires_on: date
    mg_per_ml: int
    volume_ul: int
    vials: int = 1
    source: str = ""
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, with the warnings that go along."""

    entry: Entry
    findings: tuple[Finding, ...] = ()


def once(writing: Writing, act: Callable[[], Written]) -> Written:
    """Does an act, or answers with what it wrote when the same command came before."""
    if writing.earlier is not None:
        return Written(rows.entry(writing.session, writing.earlier["entry"]))
    done = act()
    writing.result = {"entry": done.entry.id}
    writing.detail = f"line {done.entry.id}, vial {done.entry.vial_id}"
    return done


def strengths(catalog: Catalog) -> tuple[int, ...]:
    """The strengths of vials the clinic uses, in mg/mL."""
    return tuple(int(strength) for strength in catalog.observations.concentrations)


def receive(pen: Pen, location_id: int, delivery: Delivery) -> tuple[Vial, ...]:
    """Takes the vials of a delivery in, each with its first line."""
    today = pen.today(location_id)
    _stop(
        check_received(
            delivery.lot,
            delivery.expires_on,
            delivery.mg_per_ml,
            delivery.volume_ul,
            delivery.vials,
            today,
            strengths(pen.catalog),
        )
    )
    kind = EntryKind.OPENING if delivery.opening else EntryKind.RECEIVED
    taken = []
    for _ in range(delivery.vials):
        vial = rows.add_vial(
            pen.session,
            location_id=location_id,
            lot=" ".join(delivery.lot.split()),
            expires_on=delivery.expires_on,
            mg_per_ml=delivery.mg_per_ml,
            volume_ul=delivery.volume_ul,
            source=" ".join(delivery.source.split()),
            at=pen.now,
        )
        pen.line(vial, kind, vial.content_ug, reason=f"From {vial.source}" if vial.source else "")
        taken.append(vial)
    return tuple(taken)


def draw_findings(pen: Pen, encounter_id: int, vial_id: int, amount_ug: int) -> tuple[Finding, ...]:
    """What stands against a draw."""
    visit, vial = _visit(pen, encounter_id), rows.vial(pen.session, vial_id)
    if visit.appointment.location_id != vial.location_id:
        return (_finding("ledger-elsewhere", f"{vial.number} is in stock at another location. Take one from here."),)
    dose = visit.dose
    strength = float(visit.dose_event.data["concentration"]) if visit.dose_event else None
    return check_draw(
        vial,
        rows.balances(pen.session, [vial_id])[vial_id],
        amount_ug,
        pen.today(vial.location_id),
        strength,
        micrograms(str(dose.mg)) if dose else None,
        sum(b.drawn_ug for b in _of_session(pen, encounter_id).values()),
    )


def draw(
    pen: Pen, encounter_id: int, vial_id: int, amount_ug: int, reason: str, happened_at: datetime | None = None
) -> Written:
    """Writes down a draw for a session."""
    findings = draw_findings(pen, encounter_id, vial_id, amount_ug)
    _stop(findings)
    if _visit(pen, encounter_id).encounter.signed_at is not None:
        pen.reason(reason, pen.least, f"This session is signed: say in {pen.least} letters or more why it comes late.")
    vial = rows.vial(pen.session, vial_id)
    late = pen.true_time(happened_at, vial, encounter_id)
    entry = pen.line(vial, EntryKind.DRAWN, amount_ug, encounter_id=encounter_id, reason=reason, happened_at=late)
    return Written(entry, findings)


def administer(
    pen: Pen, encounter_id: int, vial_id: int, amount_ug: int, reason: str, happened_at: datetime | None = None
) -> Written:
    """Writes down what the patient was given; warns where the chart says something else."""
    visit, vial = _visit(pen, encounter_id), rows.vial(pen.session, vial_id)
    by_vial = _of_session(pen, encounter_id)
    _stop(check_used(vial, by_vial.get(vial_id, Balance()), amount_ug, EntryKind.ADMINISTERED))
    late = pen.true_time(happened_at, vial, encounter_id)
    entry = pen.line(
        vial, EntryKind.ADMINISTERED, amount_ug, encounter_id=encounter_id, reason=reason, happened_at=late
    )
    charted = micrograms(str(round(visit.pump.given_mg, 1)))
    told = amount_ug + sum(b.administered_ug for b in by_vial.values())
    if visit.encounter.stopped_at is None or told == charted:
        return Written(entry)
    text = f"{milligrams(told)} mg are written as administered; by the pump's record it was {milligrams(charted)} mg."
    return Written(entry, (Finding("ledger-not-as-charted", Severity.WARN, text, subject="amount"),))


def waste(
    pen: Pen,
    vial_id: int,
    amount_ug: int,
    reason: str,
    witness: User,
    encounter_id: int | None,
    happened_at: datetime | None = None,
) -> Written:
    """Writes down a waste, of a session's draw or straight from the vial."""
    second, vial = pen.witness(witness), rows.vial(pen.session, vial_id)
    pen.reason(reason, 3, "Say how it was wasted. Nothing was written.")
    if encounter_id is None:
        _stop(check_taken(vial, rows.balances(pen.session, [vial_id])[vial_id], amount_ug))
    else:
        drawn = _of_session(pen, encounter_id).get(vial_id, Balance())
        _stop(check_used(vial, drawn, amount_ug, EntryKind.WASTED))
    late = pen.true_time(happened_at, vial, encounter_id)
    return Written(
        pen.line(
            vial,
            EntryKind.WASTED,
            amount_ug,
            witness=second,
            encounter_id=encounter_id,
            reason=reason,
            happened_at=late,
        )
    )


def account(
    pen: Pen, encounter_id: int, vial_id: int, given_ug: int, reason: str, witness: User | None
) -> tuple[Written, ...]:
    """Writes down what was given of a session's draw and that the rest of it was wasted: nothing of it is open then."""
    vial, open_ug = rows.vial(pen.session, vial_id), _of_session(pen, encounter_id).get(vial_id, Balance()).out_ug
    if open_ug <= 0:
        raise _refused("ledger-not-drawn", f"Nothing drawn from {vial.number} for this session is open any more.")
    if not 0 <= given_ug <= open_ug:
        text = f"{milligrams(given_ug)} mg cannot be administered: {milligrams(open_ug)} mg were drawn and are open."
        raise Refused([Finding("ledger-not-drawn", Severity.BLOCK, f"{text} Nothing was written.", subject="amount")])
    wasted_ug = open_ug - given_ug
    if wasted_ug and witness is None:
        _stop(check_witness(pen.by, None))
    written = []
    if given_ug:
        written.append(administer(pen, encounter_id, vial_id, given_ug, ""))
    if wasted_ug and witness is not None:
        written.append(waste(pen, vial_id, wasted_ug, reason, witness, encounter_id))
    return tuple(written)


def give_back(pen: Pen, vial_id: int, amount_ug: int, reason: str, witness: User) -> Written:
    """Writes down a return."""
    second, vial = pen.witness(witness), rows.vial(pen.session, vial_id)
    pen.reason(reason, 3, "Say to whom it was returned. Nothing was written.")
    _stop(check_taken(vial, rows.balances(pen.session, [vial_id])[vial_id], amount_ug))
    return Written(pen.line(vial, EntryKind.RETURNED, amount_ug, witness=second, reason=reason))


def count(pen: Pen, location_id: int, moment: Moment, counted: Mapping[int, int], witness: User) -> int:
    """Keeps a count, and a line for each vial; returns its number."""
    second = pen.witness(witness)
    vials = rows.vials(pen.session, location_id)
    _stop(check_lines(counted, vials))
    held = rows.balances(pen.session, (vial.id for vial in vials))
    lines = tuple(CountLine(vial.id, held[vial.id].in_vial_ug, counted[vial.id]) for vial in vials)
    allowed = micrograms(str(pen.catalog.rules["ledger.count-tolerance"]))
    off = [line for vial, line in zip(vials, lines, strict=True) if differs(line, vial, allowed)]
    count_id = rows.add_count(
        pen.session,
        Count(
            0,
            location_id,
            moment,
            pen.today(location_id),
            pen.now,
            pen.by.id,
            second.id,
            lines,
            bool(off),
            rows.last_entry(pen.session),
        ),
    )
    for vial in vials:
        pen.line(vial, EntryKind.COUNTED, counted[vial.id], witness=second, count_id=count_id, reason=moment.word)
    return count_id


def explain(pen: Pen, count_id: int, explanation: str, witness: User, *, settle: bool) -> None:
    """Writes why a count differs; with `settle` a line for each vial that differs makes up for it."""
    second, row = pen.witness(witness), rows.count_row(pen.session, count_id)
    told = rows.count_value(row)
    if not told.discrepancy:
        raise _refused("ledger-agrees", "This count agrees with the ledger: there is nothing to explain.")
    if told.explained_at is not None:
        raise _refused("ledger-explained", "This count was explained already. Nothing was written.")
    pen.reason(explanation, pen.least, f"The explanation needs at least {pen.least} letters. Nothing was written.")
    if settle:
        _settle(pen, told, explanation, second)
    row.explanation, row.explained_at = " ".join(explanation.split()), pen.now
    row.explained_by, row.explained_witness_id = pen.by.id, second.id
    pen.session.flush()


def _settle(pen: Pen, told: Count, explanation: str, witness: User) -> None:
    off = [line for line in told.lines if line.difference_ug]
    known = rows.vials_by_id(pen.session, (line.vial_id for line in off))
    held = rows.balances(pen.session, known)
    for line in off:
        vial = known[line.vial_id]
        after = held[line.vial_id].plus(EntryKind.SETTLED, line.difference_ug, session=False)
        if not after.possible:
            text = f"{vial.number} holds less by now than this count would take off. Count again, then explain that."
            raise _refused("ledger-settled", text)
        pen.line(vial, EntryKind.SETTLED, line.difference_ug, witness=witness, count_id=told.id, reason=explanation)


def reverse(pen: Pen, entry_id: int, reason: str, witness: User) -> Written:
    """Takes a line back by a new one."""
    second, wrong = pen.witness(witness), rows.entry(pen.session, entry_id)
    pen.reason(reason, pen.least, f"The reason needs at least {pen.least} letters. Nothing was written.")
    lines = rows.entries_of(pen.session, [wrong.vial_id])[wrong.vial_id]
    taken_back = next((line.id for line in lines if line.reverses_id == wrong.id), None)
    undone = Entry(
        1 << 62, wrong.vial_id, EntryKind.REVERSED, wrong.amount_ug, pen.now, pen.by.id, reverses_id=wrong.id
    )
    of_session = [line for line in lines if wrong.encounter_id is not None and line.encounter_id == wrong.encounter_id]
    later, session = balance_of((*lines, undone)), balance_of((*of_session, undone))
    _stop(check_reversal(wrong, later, session, taken_back))
    vial = rows.vial(pen.session, wrong.vial_id)
    return Written(
        pen.line(
            vial,
            EntryKind.REVERSED,
            wrong.amount_ug,
            witness=second,
            encounter_id=wrong.encounter_id,
            reverses_id=wrong.id,
            reason=reason,
        )
    )


def close_day(pen: Pen, day: LedgerDay) -> int | None:
    """Closes the ledger's day on its last closing count; None when it is closed already."""
    if day.against_close:
        raise Refused(day.against_close, f"The day stays open. {day.against_close[0].message}")
    last = [view.count for view in day.counts if view.count.moment is Moment.CLOSE][-1]
    if last.closed_at is not None:
        return None
    row = rows.count_row(pen.session, last.id)
    row.closed_at, row.closed_by = pen.now, pen.by.id
    pen.session.flush()
    return last.id


def _visit(pen: Pen, encounter_id: int) -> Visit:
    return VisitReader(pen.session, pen.catalog, pen.now).one(encounter_id)


def _of_session(pen: Pen, encounter_id: int) -> dict[int, Balance]:
    return rows.session_balances(pen.session, [encounter_id]).get(encounter_id, {})


def _stop(findings: tuple[Finding, ...]) -> None:
    if blocking(findings):
        raise Refused(findings)


def _finding(code: str, text: str) -> Finding:
    return Finding(code, Severity.BLOCK, f"{text} Nothing was written.", subject="vial")


def _refused(code: str, text: str) -> Refused:
    return Refused([Finding(code, Severity.BLOCK, text)])
