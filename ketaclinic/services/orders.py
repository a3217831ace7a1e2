"""Orders: a prescriber writes and signs them; from then on they do not change, they can only be withdrawn."""

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import charting as rows
from ketaclinic.db import people
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.clinical_limits import clinical_limits
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity, blocking
from ketaclinic.domain.orders import Order, OrderFields, check_order, rescue_choices
from ketaclinic.domain.people import User
from ketaclinic.services.guard import intention
from ketaclinic.services.pins import WRONG, PinCheck
from ketaclinic.services.wall import clinic_now

_LEAST_REASON = 3
"""Letters: a word, not a full stop."""


class Orders:
    """Orders of patients; only a signed one that was not withdrawn counts."""

    area = "orders"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._pins = PinCheck(store, catalog.rules, clock)

    @intention
    def check(self, by: User, fields: OrderFields) -> tuple[Finding, ...]:  # noqa: ARG002 - the guard reads it
        """What stands against this order, field by field, before it is written; its weight beside the one before."""
        protocol = self._catalog.protocols.get(fields.protocol_id)
        if protocol is None:
            return (Finding("order-protocol", Severity.BLOCK, "Choose a protocol.", subject="protocol_id"),)
        with self._store.reading() as session:
            earlier = [o for o in rows.orders(session, [fields.patient_id])[fields.patient_id] if o.fields != fields]
        known_kg = earlier[0].fields.weight_kg if earlier else None
        today = clinic_now(self._store, self._clock).date()
        found = check_order(fields, protocol, today, clinical_limits(self._catalog.rules), known_kg)
        return (*found, *self._unknown_medicines(fields))

    def _unknown_medicines(self, fields: OrderFields) -> tuple[Finding, ...]:
        known = {code for code, _ in rescue_choices(self._catalog.observations)}
        unknown = [code for code in fields.rescue_codes if code not in known]
        if not unknown:
            return ()
        text = f"“{unknown[0]}” is not among the clinic's medicines."
        return (Finding("order-rescue", Severity.BLOCK, text, subject="rescue_codes"),)

    @intention
    def write(self, by: User, fields: OrderFields, command_id: str = "") -> Order:
        """The order as written, not signed yet.

        Raises:
            Refused: a field cannot stand; its findings name the fields.
            NotFound: there is no such patient.
        """
        if findings := blocking(self.check(by, fields)):
            raise Refused(findings)
        with self._store.writing(Op.WRITE_ORDER, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return rows.order(writing.session, writing.earlier["order"])
            patient = people.patient_to_write_for(writing.session, fields.patient_id)
            order_id = rows.add_order(writing.session, fields, by.id)
            writing.result, writing.detail = {"order": order_id}, f"{patient.record}, order {order_id}"
            return rows.order(writing.session, order_id)

    @intention
    def sign(self, by: User, order_id: int, pin: str) -> Order:
        """The order, signed by the prescriber who wrote it, with the own PIN once more.

        Raises:
            Invalid: the PIN is wrong.
            Refused: it is signed already, expired, or was written by someone else.
        """
        with self._store.reading() as session:
            self._may_sign(by, rows.order(session, order_id))
        self._check_pin(by, pin, order_id)
        with self._store.writing(Op.SIGN_ORDER, by=by.id, detail=f"order {order_id}") as writing:
            self._may_sign(by, rows.order(writing.session, order_id))
            rows.order_row(writing.session, order_id).signed_at = self._clock.now()
            writing.session.flush()
            return rows.order(writing.session, order_id)

    @intention
    def withdraw(self, by: User, order_id: int, reason: str, pin: str) -> Order:
        """The order, taken back with a reason and the own PIN; nothing is started under it any more.

        An infusion that runs is not touched by it; the withdrawal is told at its chair.

        Raises:
            Invalid: the reason or the PIN is missing or wrong.
            Refused: it was withdrawn already.
        """
        if len(reason.strip()) < _LEAST_REASON:
            raise Invalid("reason", "Say why the order is withdrawn. Nothing was withdrawn.")
        with self._store.reading() as session:
            _still_stands(rows.order(session, order_id))
        self._check_pin(by, pin, order_id, "withdrawn")
        with self._store.writing(Op.WITHDRAW_ORDER, by=by.id, detail=f"order {order_id}") as writing:
            _still_stands(rows.order(writing.session, order_id))
            row = rows.order_row(writing.session, order_id)
            row.withdrawn_at, row.withdrawn_by = self._clock.now(), by.id
            row.withdrawn_reason = reason.strip()
            writing.session.flush()
            return rows.order(writing.session, order_id)

    @intention
    def of_patient(self, by: User, patient_id: int) -> tuple[Order, ...]:  # noqa: ARG002 - the guard reads it
        """Every order of a patient, the latest first."""
        with self._store.reading() as session:
            return rows.orders(session, [patient_id])[patient_id]

    def _check_pin(self, by: User, pin: str, order_id: int, done: str = "signed") -> None:
        try:
            self._pins.by_id(by.id, pin, f"order {order_id} {done}")
        except Invalid as error:
            if str(error) != WRONG:
                raise
            raise Invalid("pin", f"The PIN is wrong. Nothing was {done}: try again.") from error

    def _may_sign(self, by: User, order: Order) -> None:
        if order.withdrawn:
            raise _refused("order-withdrawn", "This order was withdrawn. Nothing was signed: write a new one.")
        if order.signed:
            raise _refused("order-signed", "This order has been signed already; a signed order does not change.")
        if order.prescriber_id != by.id:
            raise _refused(
                "order-author", f"{order.prescriber} wrote this order and has to sign it. Nothing was signed."
            )
        if order.fields.expires_on < clinic_now(self._store, self._clock).date():
            raise Invalid("expires_on", "The order has expired. Nothing was signed: write a new one.")


def _still_stands(order: Order) -> None:
    if order.withdrawn:
        raise _refused("order-withdrawn", f"{order.withdrawn_by or 'Somebody'} has withdrawn this order already.")


def _refused(code: str, text: str) -> Refused:
    return Refused([Finding(code, Severity.BLOCK, text)])
