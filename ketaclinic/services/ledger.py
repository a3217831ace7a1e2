"""The drug ledger: what a nurse or prescriber writes into it, and what an inspector reads.

Entries are only added. What takes drug away without a patient (waste, return), what takes a line back, and a count are
signed twice: by who does it and by a witness, each with the own PIN.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import ledger as rows
from ketaclinic.db.store import Reads, Store, Writing
from ketaclinic.db.visits import VisitReader
from ketaclinic.documents import layouts
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Finding, Invalid
from ketaclinic.domain.ledger import Moment, Vial
from ketaclinic.domain.ledger_views import (
    DrugAtChair,
    LedgerDay,
    LedgerLine,
    LedgerReport,
    LedgerSheet,
    SessionLine,
    StockLine,
)
from ketaclinic.domain.people import User
from ketaclinic.services import ledger_acts as acts
from ketaclinic.services.charting_acts import Act
from ketaclinic.services.charting_steps import settle
from ketaclinic.services.guard import intention
from ketaclinic.services.ledger_acts import Delivery, Pen, Written
from ketaclinic.services.ledger_reading import LedgerReader
from ketaclinic.services.pins import PinCheck

__all__ = ["Delivery", "Ledger", "Written"]


class Ledger:
    """Vials, entries and counts of a location."""

    area = "ledger"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._pins = PinCheck(store, catalog.rules, clock)

    # --- reading ------------------------------------------------------------------------------------------------------

    @intention
    def strengths(self, by: User) -> tuple[int, ...]:  # noqa: ARG002 - the guard reads it
        """The strengths of vials the clinic uses, in mg/mL."""
        return acts.strengths(self._catalog)

    @intention
    def stock(self, by: User, location_id: int, *, finished: bool = False) -> tuple[StockLine, ...]:  # noqa: ARG002
        """The vials in stock with what they hold, the first to expire first; `finished` adds the used ones."""
        with self._store.reading() as session:
            return self._reader(session, location_id).stock(finished=finished)

    @intention
    def entries(self, by: User, vial_id: int) -> tuple[LedgerLine, ...]:  # noqa: ARG002 - the guard reads it
        """Every line of a vial with the balance after it, the oldest first. Raises NotFound."""
        with self._store.reading() as session:
            vial = rows.vial(session, vial_id)
            return self._reader(session, vial.location_id).card(vial)

    @intention
    def sessions(self, by: User, location_id: int) -> tuple[SessionLine, ...]:  # noqa: ARG002 - the guard reads it
        """Sessions of today and yesterday, and any that has drug drawn and not accounted for."""
        with self._store.reading() as session:
            return self._reader(session, location_id).sessions()

    @intention
    def at_chair(self, by: User, encounter_id: int) -> DrugAtChair | None:  # noqa: ARG002 - the guard reads it
        """What was drawn, given and wasted for one session, and the stock; None where no ledger is kept.

        Raises NotFound for an unknown session.
        """
        with self._store.reading() as session:
            place = rows.location_of_session(session, encounter_id)
            return self._reader(session, place).at_chair(encounter_id)

    @intention
    def day(self, by: User, location_id: int) -> LedgerDay:  # noqa: ARG002 - the guard reads it
        """Today's counts, what stands against closing the day, and whether it is closed."""
        with self._store.reading() as session:
            return self._reader(session, location_id).day()

    @intention
    def report(self, by: User, location_id: int, first: date, last: date) -> LedgerReport:
        """The ledger over these days for an inspector: every entry with lot, who, witness and running balance.

        Raises:
            Invalid: the last day lies before the first.
        """
        if last < first:
            raise Invalid("last", "The last day lies before the first. Choose the days again.")
        with self._store.reading() as session:
            return self._reader(session, location_id).report(first, last, by.name)

    @intention
    def report_pdf(self, by: User, location_id: int, first: date, last: date) -> bytes:
        """The report on paper. Raises Invalid when the last day lies before the first."""
        from ketaclinic.services.list_facts import ListFacts  # noqa: PLC0415 - with the first report

        facts = ListFacts(self._store, self._catalog, self._clock)
        head = facts.head(by, facts.location(location_id))
        return layouts.build_list(LedgerSheet(head, self.report(by, location_id, first, last)))

    # --- in and out ---------------------------------------------------------------------------------------------------

    @intention
    def receive(self, by: User, location_id: int, delivery: Delivery, command_id: str = "") -> tuple[Vial, ...]:
        """Takes new vials of one lot into stock, each under its own number.

        Raises:
            Refused: lot, strength, volume or number cannot be.
        """
        with self._store.writing(Op.RECEIVE_VIALS, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                kept = rows.vials_by_id(writing.session, writing.earlier["vials"])
                return tuple(kept[vial_id] for vial_id in writing.earlier["vials"])
            vials = acts.receive(self._pen(writing, by), location_id, delivery)
            writing.result = {"vials": [vial.id for vial in vials]}
            writing.detail = f"{len(vials)} vials from {vials[0].number}"
            return vials

    @intention
    def draw_check(self, by: User, encounter_id: int, vial_id: int, amount_ug: int) -> tuple[Finding, ...]:
        """What stands against drawing so much from this vial for this session, before it is done."""
        with self._store.reading() as session:
            return acts.draw_findings(
                Pen(session, self._catalog, by, self._clock.now()), encounter_id, vial_id, amount_ug
            )

    @intention
    def draw(
        self,
        by: User,
        encounter_id: int,
        vial_id: int,
        amount_ug: int,
        reason: str = "",
        command_id: str = "",
        happened_at: datetime | None = None,
    ) -> Written:
        """Writes down what was drawn from a vial for a session; `happened_at` when it truly was, for a late entry.

        Raises:
            Refused: the vial is expired, of another strength than the dose was computed for, or holds less.
            Invalid: the session is signed already and the reason is too short.
        """
        with self._store.writing(Op.DRAW_DRUG, by=by.id, command_id=command_id) as writing:
            return self._once(
                writing,
                by,
                lambda: acts.draw(self._pen(writing, by), encounter_id, vial_id, amount_ug, reason, happened_at),
            )

    @intention
    def administer(
        self,
        by: User,
        encounter_id: int,
        vial_id: int,
        amount_ug: int,
        reason: str = "",
        command_id: str = "",
        happened_at: datetime | None = None,
    ) -> Written:
        """Writes down what the patient was given of what was drawn.

        Raises:
            Refused: more than was drawn from this vial for this session and is left.
        """
        with self._store.writing(Op.ADMINISTER_DRUG, by=by.id, command_id=command_id) as writing:
            return self._once(
                writing,
                by,
                lambda: acts.administer(self._pen(writing, by), encounter_id, vial_id, amount_ug, reason, happened_at),
            )

    @intention
    def waste(
        self,
        by: User,
        vial_id: int,
        amount_ug: int,
        reason: str,
        pin: str,
        witness: User,
        encounter_id: int | None = None,
        command_id: str = "",
        *,
        happened_at: datetime | None = None,
    ) -> Written:
        """Writes down what was wasted: of what a session had drawn, or straight from the vial.

        Raises:
            Invalid: the PIN is wrong, or how it was wasted is missing.
            Refused: the witness is the same person or may not; or there is not so much.
        """
        self._check_pin(by, pin)
        with self._store.writing(Op.WASTE_DRUG, by=by.id, command_id=command_id) as writing:
            return self._once(
                writing,
                by,
                lambda: acts.waste(
                    self._pen(writing, by), vial_id, amount_ug, reason, witness, encounter_id, happened_at
                ),
            )

    @intention
    def account(
        self,
        by: User,
        encounter_id: int,
        vial_id: int,
        given_ug: int,
        reason: str = "",
        pin: str = "",
        witness: User | None = None,
        command_id: str = "",
    ) -> tuple[Written, ...]:
        """Writes down in one step what the patient was given of a session's draw, and the rest of it as wasted.

        Without a rest neither PIN nor witness is needed.

        Raises:
            Invalid: the PIN is wrong, or how it was wasted is missing.
            Refused: more than was drawn; or a rest without a witness, or with one who may not. Nothing was written.
        """
        if witness is not None:
            self._check_pin(by, pin)
        with self._store.writing(Op.WASTE_DRUG, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return tuple(Written(rows.entry(writing.session, number)) for number in writing.earlier["entries"])
            written = acts.account(self._pen(writing, by), encounter_id, vial_id, given_ug, reason, witness)
            writing.result = {"entries": [one.entry.id for one in written]}
            writing.detail = ", ".join(f"line {one.entry.id}" for one in written) + f", vial {vial_id}"
            self._show_ready(writing, by, encounter_id)
            return written

    @intention
    def return_(
        self, by: User, vial_id: int, amount_ug: int, reason: str, pin: str, witness: User, command_id: str = ""
    ) -> Written:
        """Writes down what left the clinic for the supplier or a reverse distributor; `reason` says to whom.

        Raises:
            Invalid: the PIN is wrong, or to whom is missing.
            Refused: the witness is the same person or may not; or the vial holds less.
        """
        self._check_pin(by, pin)
        with self._store.writing(Op.RETURN_DRUG, by=by.id, command_id=command_id) as writing:
            return self._once(
                writing, by, lambda: acts.give_back(self._pen(writing, by), vial_id, amount_ug, reason, witness)
            )

    # --- counting and correcting --------------------------------------------------------------------------------------

    @intention
    def count(
        self,
        by: User,
        location_id: int,
        moment: Moment,
        counted: Mapping[int, int],
        pin: str,
        witness: User,
        command_id: str = "",
    ) -> LedgerDay:
        """Keeps a count of every vial in stock (vial id -> micrograms in it), whatever it finds.

        Raises:
            Invalid: the PIN is wrong.
            Refused: a vial was left out, or the witness is the same person or may not.
        """
        self._check_pin(by, pin)
        with self._store.writing(Op.COUNT_DRUG, by=by.id, command_id=command_id) as writing:
            if writing.earlier is None:
                count_id = acts.count(self._pen(writing, by), location_id, moment, counted, witness)
                writing.result, writing.detail = {"count": count_id}, f"count {count_id}"
            return self._reader(writing.session, location_id).day()

    @intention
    def explain(
        self,
        by: User,
        count_id: int,
        explanation: str,
        pin: str,
        witness: User,
        *,
        settle: bool = False,
        command_id: str = "",
    ) -> LedgerDay:
        """Says why a count differs; with `settle` the counted amounts are the balance from then on.

        Raises:
            Invalid: the PIN is wrong, or the explanation is too short.
            Refused: the count agrees or was explained; the witness is the same person; there is not so much to settle.
        """
        self._check_pin(by, pin)
        with self._store.writing(
            Op.EXPLAIN_COUNT, by=by.id, command_id=command_id, detail=f"count {count_id}"
        ) as writing:
            location_id = rows.count_row(writing.session, count_id).location_id
            if writing.earlier is None:
                acts.explain(self._pen(writing, by), count_id, explanation, witness, settle=settle)
                writing.result = {"count": count_id}
            return self._reader(writing.session, location_id).day()

    @intention
    def reverse(self, by: User, entry_id: int, reason: str, pin: str, witness: User, command_id: str = "") -> Written:
        """Takes a wrong line back by a new one that points at it; the line itself stays.

        Raises:
            Invalid: the PIN is wrong, or the reason is too short.
            Refused: it was taken back already, later lines rest on it, or it is a count; or the witness may not.
        """
        self._check_pin(by, pin)
        with self._store.writing(Op.REVERSE_ENTRY, by=by.id, command_id=command_id) as writing:
            return self._once(writing, by, lambda: acts.reverse(self._pen(writing, by), entry_id, reason, witness))

    @intention
    def close_day(self, by: User, location_id: int) -> LedgerDay:
        """Closes the ledger's day.

        Raises:
            Refused: the closing count is missing or differs, or a session has drug neither administered nor wasted.
        """
        with self._store.writing(Op.CLOSE_LEDGER, by=by.id) as writing:
            reader = self._reader(writing.session, location_id)
            count_id = acts.close_day(self._pen(writing, by), reader.day())
            if count_id is None:
                writing.nothing = True
            writing.detail = f"count {count_id}"
            return reader.day()

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _once(self, writing: Writing, by: User, act: Callable[[], Written]) -> Written:
        """Does an act, or answers with what it wrote before; then shows on the board whether its patient may go."""
        done = acts.once(writing, act)
        encounter_id = done.entry.encounter_id
        if encounter_id is not None and writing.earlier is None:
            self._show_ready(writing, by, encounter_id)
        return done

    def _show_ready(self, writing: Writing, by: User, encounter_id: int) -> None:
        now = self._clock.now()
        visit = VisitReader(writing.session, self._catalog, now).one(encounter_id)
        settle(Act(writing, visit, by, now))

    def _pen(self, writing: Writing, by: User) -> Pen:
        return Pen(writing.session, self._catalog, by, self._clock.now())

    def _reader(self, session: Reads, location_id: int) -> LedgerReader:
        return LedgerReader(session, self._catalog, self._clock.now(), location_id)

    def _check_pin(self, by: User, pin: str) -> None:
        self._pins.own(by.id, pin, "signs in the drug ledger", "written")
