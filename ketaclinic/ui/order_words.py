"""What an order says, in the words of the clinical roles: the same on the patient page and before it is signed."""

from collections.abc import Mapping

from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.orders import INDICATIONS, Order, order_dose_words, rescue_words, titration_words
from ketaclinic.domain.protocols import Protocol
from ketaclinic.ui import text


def order_rows(
    order: Order, protocol: Protocol | None, medicines: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Words and values, one a line, without those that are empty; `medicines` are the clinic's, code to words."""
    fields = order.fields
    rows = [
        ("Protocol", protocol_name(order, protocol)),
        ("Indication", INDICATIONS.get(fields.indication, fields.indication)),
        ("Infusion", dose_line(order)),
        ("Titration", titration_words(fields)),
        ("Ceiling", ceiling(order)),
        ("Covers", text.count(fields.sessions, "infusion")),
        ("Expires", text.full_day(fields.expires_on)),
        ("Rescue", rescue_words(fields, medicines or {})),
    ]
    return [(word, value) for word, value in rows if value]


def protocol_name(order: Order, protocol: Protocol | None) -> str:
    """The clinical name of the protocol; its id where the clinic no longer keeps it."""
    return protocol.clinical_name if protocol else order.fields.protocol_id


def dose_line(order: Order) -> str:
    """Dose and length: "0.5 mg/kg × 82 kg = 41 mg, over 40 min"."""
    return f"{order_dose_words(order.fields)}, over {order.fields.minutes} min"


def ceiling(order: Order) -> str:
    """The most that may be given: "60 mg"."""
    return f"{number(order.fields.max_mg, 1)} mg"
