"""The drug ledger of the demonstration clinic: the last days' vials, draws, waste and counts, up to the present moment.

Follows the sessions as they were charted; the infusions that run now are drawn and not accounted for yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock, to_instant
from ketaclinic.db import ledger as rows
from ketaclinic.db.store import Reads, Store
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain.changes import Op
from ketaclinic.domain.ledger import EntryKind, Moment, Vial, micrograms
from ketaclinic.domain.people import User
from ketaclinic.domain.visit import Visit
from ketaclinic.services import ledger_acts as acts
from ketaclinic.services.ledger_acts import Delivery, Pen
from ketaclinic.services.users import Users

_HERE = 1
_DAYS = 3
"""Days before today that the ledger goes back."""
_STRENGTH = 10
_VOLUME_UL = 20_000
_UP_TO_UG = 2_500
"""A syringe is drawn up to the next 2.5 mg; what the dose leaves over is wasted."""
_OPENS, _CLOSES = time(7, 30), time(18, 30)
_WASTED = "Into the waste container, seen by both"


@dataclass(frozen=True, slots=True)
class _Deed:
    """Something done at the cupboard at an instant; `visit` for a session, `moment` for a count."""

    at: datetime
    kind: EntryKind
    visit: Visit | None = None
    moment: Moment | None = None


def stock_the_cupboard(store: Store, catalog: Catalog, zone: str, now: datetime) -> None:
    """Writes the ledger as it stands at `now` (wall-clock)."""
    present = to_instant(now, zone)
    people = {user.login: user for user in Users(store, catalog, FixedClock(present)).who_may_sign_in()}
    first = now.date() - timedelta(days=_DAYS)
    with store.writing(Op.FILL_DEMONSTRATION, detail="drug ledger") as writing:
        sessions = rows.sessions_since(writing.session, _HERE, datetime.combine(first, time()))
        visits = VisitReader(writing.session, catalog, present).many(sessions)
        started = [visit for visit in visits if visit.encounter.started_at is not None]
        deeds = [*_counts(first, now, zone), *(deed for visit in started for deed in _of_session(visit))]
        cupboard = _Cupboard(writing.session, catalog, people["nurse"], people["nurse2"])
        cupboard.begin(to_instant(datetime.combine(first, _OPENS), zone) - timedelta(minutes=20), len(started))
        for deed in sorted((d for d in deeds if d.at <= present), key=lambda d: d.at):
            cupboard.do(deed)


def _counts(first: date, now: datetime, zone: str) -> Iterator[_Deed]:
    """The counts at opening and close of each working day."""
    for number in range((now.date() - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() < 5:
            for moment, at in ((Moment.OPEN, _OPENS), (Moment.CLOSE, _CLOSES)):
                yield _Deed(to_instant(datetime.combine(day, at), zone), EntryKind.COUNTED, moment=moment)


def _of_session(visit: Visit) -> Iterator[_Deed]:
    """Drawn before the start; given and wasted once it has stopped."""
    started, stopped = visit.encounter.started_at, visit.encounter.stopped_at
    assert started is not None
    yield _Deed(started - timedelta(minutes=4), EntryKind.DRAWN, visit)
    if stopped is not None:
        yield _Deed(stopped + timedelta(seconds=30), EntryKind.ADMINISTERED, visit)
        yield _Deed(stopped + timedelta(minutes=3), EntryKind.WASTED, visit)


class _Cupboard:
    """The vials, and the nurse who writes."""

    def __init__(self, session: Reads, catalog: Catalog, nurse: User, witness: User) -> None:
        self._session, self._catalog = session, catalog
        self._nurse, self._witness = nurse, witness
        self._vials: list[Vial] = []

    def begin(self, at: datetime, sessions: int) -> None:
        """What was in the cupboard when the ledger began, and a delivery; one lot expires soon, one has expired."""
        pen, day = self._pen(at), at.date()
        lots = (
            Delivery("KX-4417", day + timedelta(days=420), _STRENGTH, _VOLUME_UL, sessions // 4 + 3, opening=True),
            Delivery("KM-0902", day + timedelta(days=19), 50, 10_000, 2, "Lakeside Medical Supply, note 5521"),
            Delivery("KM-0877", day - timedelta(days=6), 50, 10_000, opening=True),
        )
        for lot in lots:
            vials = acts.receive(pen, _HERE, lot)
            self._vials += vials if lot.mg_per_ml == _STRENGTH else ()

    def do(self, deed: _Deed) -> None:
        """Writes one deed down."""
        pen = self._pen(deed.at)
        if deed.moment is not None:
            vials = rows.vials(self._session, _HERE)
            held = rows.balances(self._session, (vial.id for vial in vials))
            found = {vial.id: held[vial.id].in_vial_ug for vial in vials}
            count = rows.count_row(self._session, acts.count(pen, _HERE, deed.moment, found, self._witness))
            if deed.moment is Moment.CLOSE:
                count.closed_at, count.closed_by = deed.at, self._nurse.id
                self._session.flush()
        elif deed.visit is not None:
            self._of_session(pen, deed.kind, deed.visit)

    def _of_session(self, pen: Pen, kind: EntryKind, visit: Visit) -> None:
        encounter = visit.encounter.id
        if kind is EntryKind.DRAWN:
            dose = micrograms(str(visit.start_event.data["mg"])) if visit.start_event else 0
            self._draw(pen, encounter, -(-dose // _UP_TO_UG) * _UP_TO_UG)
            return
        left = micrograms(str(round(visit.pump.given_mg, 1)))
        for vial_id, drawn in rows.session_balances(self._session, [encounter]).get(encounter, {}).items():
            vial = rows.vial(self._session, vial_id)
            if kind is EntryKind.ADMINISTERED:
                given = min(left, drawn.out_ug)
                left -= given
                if given:
                    pen.line(vial, kind, given, encounter_id=encounter)
            elif drawn.out_ug:
                witness, rest = self._witness, drawn.out_ug
                pen.line(vial, kind, rest, witness=witness, encounter_id=encounter, reason=_WASTED)

    def _draw(self, pen: Pen, encounter: int, wanted: int) -> None:
        """From the first vial that holds any, and the next where it does not suffice."""
        while wanted > 0:
            if not self._vials:
                delivery = Delivery("KX-4502", pen.now.date() + timedelta(days=450), _STRENGTH, _VOLUME_UL, 5)
                self._vials += acts.receive(pen, _HERE, delivery)
            vial = self._vials[0]
            there = rows.balances(self._session, [vial.id])[vial.id].in_vial_ug
            taken = min(there, wanted)
            if taken:
                pen.line(vial, EntryKind.DRAWN, taken, encounter_id=encounter)
            wanted -= taken
            if taken == there:
                self._vials.pop(0)

    def _pen(self, at: datetime) -> Pen:
        return Pen(self._session, self._catalog, self._nurse, at)
