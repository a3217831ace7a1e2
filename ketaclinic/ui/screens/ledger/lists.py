"""The ledger's two lists: the vials in stock, and the lines of the chosen one with the balance after each."""

from ketaclinic.domain.ledger import VialState, milligrams
from ketaclinic.domain.ledger_views import SHOWN_AMOUNT, LedgerLine, StockLine
from ketaclinic.ui import text
from ketaclinic.ui.rows_model import Column


def state_words(row: StockLine) -> str:
    """How a vial stands; what is drawn from it and open goes before."""
    if row.balance.out_ug and row.state is not VialState.EXPIRED:
        return f"{milligrams(row.balance.out_ug)} mg drawn"
    return row.state.word


def amount(row: LedgerLine) -> str:
    """What a line moved: with its sign, or alone where nothing left by it."""
    kind = row.of_reversed.kind if row.of_reversed is not None else row.entry.kind
    if kind in SHOWN_AMOUNT:
        return milligrams(row.entry.amount_ug)
    return f"{'+' if row.change_ug > 0 else ''}{milligrams(row.change_ug)}"


def what(row: LedgerLine) -> str:
    """What happened, short enough for a column."""
    return f"Takes back {row.of_reversed.id}" if row.of_reversed is not None else row.what


def line_words(row: LedgerLine) -> str:
    """All of a line in one sentence: what may be cut in its columns."""
    told = [
        f"Line {row.entry.id}: {row.what} {milligrams(row.entry.amount_ug)} mg, {text.when(row.at_wall)}",
        f"{row.patient} ({row.record})" if row.patient else "",
        f"by {row.by}" + (f", witness {row.witness}" if row.witness else ""),
        row.note,
    ]
    return " · ".join(filter(None, told))


STOCK: tuple[Column[StockLine], ...] = (
    Column("Vial", lambda row: row.vial.number, 70, sort=lambda row: row.vial.id),
    Column("Lot", lambda row: row.vial.lot, tip=lambda row: row.vial.lot),
    Column(
        "Strength",
        lambda row: f"{row.vial.mg_per_ml} mg/mL",
        94,
        sort=lambda row: (row.vial.mg_per_ml, row.vial.volume_ul),
        tip=lambda row: row.vial.label,
    ),
    Column(
        "Expires",
        lambda row: text.day_month_year(row.vial.expires_on),
        100,
        sort=lambda row: row.vial.expires_on,
    ),
    Column(
        "On hand",
        lambda row: f"{milligrams(row.balance.on_hand_ug)} mg",
        92,
        sort=lambda row: row.balance.on_hand_ug,
        right=True,
    ),
    Column("State", state_words, 108),
)


def stock_look(row: StockLine, column: int) -> str:
    """Amber is what is due: an expired or expiring vial, and drug drawn that is open."""
    if column == 0:
        return "strong"
    due = row.state in {VialState.EXPIRED, VialState.EXPIRING}
    if STOCK[column].heading == "State":
        return "amber" if due or row.balance.out_ug else "quiet"
    return "amber" if STOCK[column].heading == "Expires" and due else ""


ENTRIES: tuple[Column[LedgerLine], ...] = (
    Column("Line", lambda row: str(row.entry.id), 48, sort=lambda row: row.entry.id, right=True),
    Column(
        "When",
        lambda row: f"{text.day_month(row.at_wall.date())} {text.clock(row.at_wall)}",
        102,
        sort=lambda row: row.entry.id,
        tip=lambda row: text.when(row.at_wall),
    ),
    Column("What", what, 116, tip=lambda row: row.what),
    Column("mg", amount, 66, sort=lambda row: row.change_ug, right=True),
    Column("On hand", lambda row: milligrams(row.balance.on_hand_ug), 72, right=True),
    Column("Patient", lambda row: row.patient, tip=lambda row: f"{row.patient} {row.record}".strip()),
    Column("By", lambda row: row.by, 104, tip=lambda row: row.by),
    Column("Witness", lambda row: row.witness, 104, tip=lambda row: row.witness),
)

ENTRIES_SAVED: tuple[Column[LedgerLine], ...] = (
    Column("Line", lambda row: str(row.entry.id)),
    Column("Date", lambda row: row.at_wall.date().isoformat()),
    Column("Time", lambda row: text.clock(row.at_wall)),
    Column("Vial", lambda row: row.vial.number),
    Column("Lot", lambda row: row.vial.lot),
    Column("Expires", lambda row: row.vial.expires_on.isoformat()),
    Column("mg/mL", lambda row: str(row.vial.mg_per_ml)),
    Column("What", lambda row: row.what),
    Column("Amount mg", lambda row: milligrams(row.entry.amount_ug)),
    Column("Change mg", lambda row: milligrams(row.change_ug)),
    Column("On hand mg", lambda row: milligrams(row.balance.on_hand_ug)),
    Column("Patient", lambda row: row.patient),
    Column("Record", lambda row: row.record),
    Column("By", lambda row: row.by),
    Column("Witness", lambda row: row.witness),
    Column("Reason", lambda row: row.note),
)


def entry_look(row: LedgerLine, column: int) -> str:
    """A line that was taken back, and one that takes back, read quietly."""
    if row.reversed_by is not None or row.of_reversed is not None:
        return "quiet"
    return "strong" if ENTRIES[column].heading in {"What", "On hand"} else ""
