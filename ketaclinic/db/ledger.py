"""The drug ledger: vials, entries and counts. Rows in, domain values out; entries are only ever added."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm import attributes as orm_attributes

from ketaclinic.db.models import (
    AppointmentRow,
    EncounterRow,
    LedgerCountRow,
    LedgerEntryRow,
    PatientRow,
    VialRow,
)
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.ledger import Balance, Count, CountLine, Entry, EntryKind, Moment, Vial, balance_of

_CHUNK = 500


def keeps_ledger(session: Session, location_ids: Iterable[int]) -> dict[int, datetime]:
    """Since when each of these locations keeps a ledger; a location where no vial was ever received is left out."""
    statement = (
        select(VialRow.location_id, func.min(VialRow.received_at))
        .where(VialRow.location_id.in_(sorted(set(location_ids))))
        .group_by(VialRow.location_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def add_vial(
    session: Session,
    *,
    location_id: int,
    lot: str,
    expires_on: date,
    mg_per_ml: int,
    volume_ul: int,
    source: str,
    at: datetime,
) -> Vial:
    """A new vial in stock; its first entry is the caller's to add."""
    row = VialRow(
        location_id=location_id,
        lot=lot,
        expires_on=expires_on,
        mg_per_ml=mg_per_ml,
        volume_ul=volume_ul,
        source=source,
        received_at=at,
    )
    session.add(row)
    session.flush()
    return vial_value(row)


def vial(session: Session, vial_id: int) -> Vial:
    """The vial. Raises NotFound."""
    row = session.get(VialRow, vial_id)
    if row is None:
        raise NotFound("There is no such vial in the drug ledger. Look at the stock again.")
    return vial_value(row)


def vials(session: Session, location_id: int, *, finished: bool = False) -> tuple[Vial, ...]:
    """The vials in stock, or with `finished` every one there ever was: by expiry, lot and number."""
    statement = select(VialRow).where(VialRow.location_id == location_id)
    if not finished:
        statement = statement.where(VialRow.finished_at.is_(None))
    ordered = statement.order_by(VialRow.expires_on, VialRow.lot, VialRow.id)
    return tuple(vial_value(row) for row in session.scalars(ordered))


def vials_by_id(session: Session, vial_ids: Iterable[int]) -> dict[int, Vial]:
    """Vials by their id."""
    wanted = sorted(set(vial_ids))
    return {
        row.id: vial_value(row)
        for part in _parts(wanted)
        for row in session.scalars(select(VialRow).where(VialRow.id.in_(part)))
    }


def add_entry(session: Session, entry: Entry) -> Entry:
    """Writes an entry and keeps up whether anything is left in its vial; returns it with its number."""
    row = LedgerEntryRow(
        vial_id=entry.vial_id,
        kind=entry.kind.value,
        amount_ug=entry.amount_ug,
        at=entry.at,
        user_id=entry.user_id,
        witness_id=entry.witness_id,
        encounter_id=entry.encounter_id,
        count_id=entry.count_id,
        reverses_id=entry.reverses_id,
        reason=entry.reason,
        happened_at=entry.happened_at,
    )
    session.add(row)
    session.flush()
    held = balances(session, [entry.vial_id])[entry.vial_id]
    kept = session.get_one(VialRow, entry.vial_id)
    finished = held.on_hand_ug == 0 and entry.kind not in {EntryKind.COUNTED, EntryKind.OPENING, EntryKind.RECEIVED}
    if finished != (kept.finished_at is not None) and entry.kind is not EntryKind.COUNTED:
        kept.finished_at = entry.at if finished else None
        session.flush()
    return entry_value(row)


def entry(session: Session, entry_id: int) -> Entry:
    """The entry. Raises NotFound."""
    row = session.get(LedgerEntryRow, entry_id)
    if row is None:
        raise NotFound("There is no such line in the drug ledger. Look at the vial again.")
    return entry_value(row)


def entries_of(session: Session, vial_ids: Iterable[int]) -> dict[int, list[Entry]]:
    """Every entry of these vials, in the order they were written."""
    found: dict[int, list[Entry]] = {vial_id: [] for vial_id in vial_ids}
    for part in _parts(sorted(found)):
        statement = select(LedgerEntryRow).where(LedgerEntryRow.vial_id.in_(part)).order_by(LedgerEntryRow.id)
        for row in session.scalars(statement):
            found[row.vial_id].append(entry_value(row))
    return found


def balances(session: Session, vial_ids: Iterable[int]) -> dict[int, Balance]:
    """The sums of these vials."""
    return {vial_id: balance_of(entries) for vial_id, entries in entries_of(session, vial_ids).items()}


def session_balances(session: Session, encounter_ids: Iterable[int]) -> dict[int, dict[int, Balance]]:
    """Encounter id -> vial id -> what was drawn, given and wasted for it."""
    found: dict[int, dict[int, list[Entry]]] = {}
    for part in _parts(sorted(set(encounter_ids))):
        statement = select(LedgerEntryRow).where(LedgerEntryRow.encounter_id.in_(part)).order_by(LedgerEntryRow.id)
        for row in session.scalars(statement):
            of_session = found.setdefault(row.encounter_id or 0, {})
            of_session.setdefault(row.vial_id, []).append(entry_value(row))
    return {
        encounter_id: {vial_id: balance_of(entries) for vial_id, entries in by_vial.items()}
        for encounter_id, by_vial in found.items()
    }


def sessions_with_drug_out(session: Session, location_id: int) -> tuple[int, ...]:
    """Sessions with drug drawn that is neither administered nor wasted; only vials in stock can have any."""
    found = set()
    stock = [kept.id for kept in vials(session, location_id)]
    for entries in entries_of(session, stock).values():
        by_session: dict[int, list[Entry]] = {}
        for line in entries:
            if line.encounter_id is not None:
                by_session.setdefault(line.encounter_id, []).append(line)
        found |= {encounter_id for encounter_id, lines in by_session.items() if balance_of(lines).out_ug}
    return tuple(sorted(found))


def vials_with_entries(session: Session, location_id: int, since: datetime, until: datetime) -> tuple[int, ...]:
    """Vials of a location that were in stock or had an entry between two instants."""
    moved = (
        select(LedgerEntryRow.vial_id)
        .join(VialRow, VialRow.id == LedgerEntryRow.vial_id)
        .where(VialRow.location_id == location_id, LedgerEntryRow.at >= since, LedgerEntryRow.at < until)
        .distinct()
    )
    in_stock = select(VialRow.id).where(
        VialRow.location_id == location_id,
        VialRow.received_at < until,
        (VialRow.finished_at.is_(None)) | (VialRow.finished_at >= since),
    )
    return tuple(sorted({*session.scalars(moved), *session.scalars(in_stock)}))


def add_count(session: Session, count: Count) -> int:
    """Writes a count; returns its number."""
    lines = [{"vial": line.vial_id, "expected": line.expected_ug, "counted": line.counted_ug} for line in count.lines]
    row = LedgerCountRow(
        location_id=count.location_id,
        moment=count.moment.value,
        day=count.day,
        at=count.at,
        user_id=count.user_id,
        witness_id=count.witness_id,
        lines=lines,
        discrepancy=count.discrepancy,
        last_entry=count.last_entry,
    )
    session.add(row)
    session.flush()
    return row.id


def count_row(session: Session, count_id: int) -> LedgerCountRow:
    """The row of a count. Raises NotFound."""
    row = session.get(LedgerCountRow, count_id)
    if row is None:
        raise NotFound("There is no such count. Look at the drug ledger again.")
    return row


def counts(session: Session, location_id: int, first: date, last: date) -> tuple[Count, ...]:
    """The counts of these days, in the order they were made."""
    statement = select(LedgerCountRow).where(
        LedgerCountRow.location_id == location_id, LedgerCountRow.day >= first, LedgerCountRow.day <= last
    )
    return tuple(count_value(row) for row in session.scalars(statement.order_by(LedgerCountRow.id)))


def unexplained_counts(session: Session, location_id: int) -> tuple[Count, ...]:
    """Counts of any day that differ and that nobody has explained."""
    statement = select(LedgerCountRow).where(
        LedgerCountRow.location_id == location_id,
        LedgerCountRow.discrepancy,
        LedgerCountRow.explained_at.is_(None),
    )
    return tuple(count_value(row) for row in session.scalars(statement.order_by(LedgerCountRow.id)))


def last_move(session: Session, location_id: int, since: datetime) -> int:
    """The number of the last entry since an instant that is no count; 0 when there is none."""
    statement = (
        select(func.max(LedgerEntryRow.id))
        .join(VialRow, VialRow.id == LedgerEntryRow.vial_id)
        .where(
            VialRow.location_id == location_id,
            LedgerEntryRow.at >= since,
            LedgerEntryRow.kind.not_in([EntryKind.COUNTED.value, EntryKind.SETTLED.value]),
        )
    )
    return session.scalar(statement) or 0


def last_entry(session: Session) -> int:
    """The number of the ledger's last line; 0 while it is empty."""
    return session.scalar(select(func.max(LedgerEntryRow.id))) or 0


def patients_of(session: Session, encounter_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Encounter id -> name and record number of whose session it is."""
    found = {}
    for part in _parts(sorted(set(encounter_ids))):
        statement = (
            select(EncounterRow.id, PatientRow.family_name, PatientRow.given_name, PatientRow.record)
            .join(PatientRow, PatientRow.id == EncounterRow.patient_id)
            .where(EncounterRow.id.in_(part))
        )
        for row in session.execute(statement):
            found[row.id] = (f"{row.family_name}, {row.given_name}".strip(", "), row.record)
    return found


def sessions_since(session: Session, location_id: int, since: datetime) -> tuple[int, ...]:
    """Sessions opened for visits of a location that begin at or after a time on its wall."""
    statement = (
        select(EncounterRow.id)
        .join(AppointmentRow, AppointmentRow.id == EncounterRow.appointment_id)
        .where(AppointmentRow.location_id == location_id, AppointmentRow.starts_at >= since)
        .order_by(AppointmentRow.starts_at, EncounterRow.id)
    )
    return tuple(session.scalars(statement))


def location_of_session(session: Session, encounter_id: int) -> int:
    """Where a session is. Raises NotFound."""
    statement = (
        select(AppointmentRow.location_id)
        .join(EncounterRow, EncounterRow.appointment_id == AppointmentRow.id)
        .where(EncounterRow.id == encounter_id)
    )
    found = session.scalar(statement)
    if found is None:
        raise NotFound("This session is not there. Look at the chairs again.")
    return found


def vial_value(row: VialRow) -> Vial:
    """A row as a domain value."""
    return Vial(
        row.id,
        row.location_id,
        row.lot,
        row.expires_on,
        row.mg_per_ml,
        row.volume_ul,
        row.received_at,
        row.source,
        row.finished_at,
    )


def entry_value(row: LedgerEntryRow) -> Entry:
    """A row as a domain value."""
    return Entry(
        row.id,
        row.vial_id,
        EntryKind(row.kind),
        row.amount_ug,
        row.at,
        row.user_id,
        row.witness_id,
        row.encounter_id,
        row.count_id,
        row.reverses_id,
        row.reason,
        row.happened_at,
    )


def count_value(row: LedgerCountRow) -> Count:
    """A row as a domain value."""
    lines = tuple(CountLine(line["vial"], line["expected"], line["counted"]) for line in row.lines)
    return Count(
        row.id,
        row.location_id,
        Moment(row.moment),
        row.day,
        row.at,
        row.user_id,
        row.witness_id,
        lines,
        row.discrepancy,
        row.last_entry,
        row.explanation,
        row.explained_at,
        row.explained_by,
        row.explained_witness_id,
        row.closed_at,
        row.closed_by,
    )


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK))


# --- only added to ----------------------------------------------------------------------------------------------------

_ONCE = frozenset({"explanation", "explained_at", "explained_by", "explained_witness_id", "closed_at", "closed_by"})
_MAY_CHANGE: Mapping[type[Any], frozenset[str]] = {
    VialRow: frozenset({"finished_at"}),
    LedgerEntryRow: frozenset(),
    LedgerCountRow: _ONCE,
}


@event.listens_for(VialRow, "before_update")
@event.listens_for(LedgerEntryRow, "before_update")
@event.listens_for(LedgerCountRow, "before_update")
def _refuse_change(_mapper: Mapper[Any], _connection: object, row: VialRow | LedgerEntryRow | LedgerCountRow) -> None:
    """A written line never changes; of a count, explanation and close are filled in once."""
    for attribute in row.__mapper__.column_attrs:
        history = orm_attributes.get_history(row, attribute.key)
        if not history.has_changes() or attribute.key == "version":
            continue
        written = [value for value in history.deleted if value not in (None, "")]
        if attribute.key not in _MAY_CHANGE[type(row)] or (attribute.key in _ONCE and written):
            raise RuntimeError("the drug ledger is only added to: write a line that takes the other back")


@event.listens_for(VialRow, "before_delete")
@event.listens_for(LedgerEntryRow, "before_delete")
@event.listens_for(LedgerCountRow, "before_delete")
def _refuse_delete(_mapper: Mapper[Any], _connection: object, _row: object) -> None:
    """Nothing is ever taken out of the ledger."""
    raise RuntimeError("the drug ledger is only added to: write a line that takes the other back")
