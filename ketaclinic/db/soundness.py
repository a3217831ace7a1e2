"""Every invariant of the database, judged anew over raw columns: nothing here uses the code that keeps them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ketaclinic.db.chain import CHANGES, verify
from ketaclinic.db.images import image_of, same_image
from ketaclinic.db.ledger_soundness import unsound_ledger, unsound_reviews
from ketaclinic.db.migrate import REVISIONS, version_of
from ketaclinic.db.models import Base, ClinicRow, DocumentRow
from ketaclinic.db.nurse_counts import Shortage, first_of_each_day, shortages
from ketaclinic.db.record_soundness import missing_guards, written_after_signing
from ketaclinic.db.score_soundness import unsound_scores
from ketaclinic.db.shortage_causes import unexplained
from ketaclinic.domain.instruments import Instrument
from ketaclinic.domain.soundness import Check

_SHOWN = 5
"""Faults named one by one; more are counted."""

_FREE = (
    "('no_show', 'cancelled_by_patient', 'cancelled_by_clinic', 'cancelled_late', 'rescheduled', 'proposed', 'lapsed')"
)

_WANTED_CLAIMS = f"""
    SELECT 'chair' AS kind, chair_id AS resource_id, starts_at AS starts, ends_at AS ends,
        id AS appointment_id, CAST(NULL AS BIGINT) AS closure_id
    FROM appointments WHERE status NOT IN {_FREE}
    UNION ALL SELECT 'patient', patient_id, starts_at, starts_at + prep + infusion + recovery, id, CAST(NULL AS BIGINT)
    FROM appointments WHERE status NOT IN {_FREE}
    UNION ALL SELECT 'nurse_setup', nurse_id, starts_at + setup_from, starts_at + setup_from + setup_minutes,
        id, CAST(NULL AS BIGINT)
    FROM appointments WHERE status NOT IN {_FREE} AND nurse_id IS NOT NULL AND setup_minutes > 0
    UNION ALL SELECT 'chair', chairs.id, closures.starts_at, closures.ends_at, CAST(NULL AS BIGINT), closures.id
    FROM closures JOIN chairs ON chairs.id = closures.chair_id OR (
        closures.chair_id IS NULL AND chairs.location_id = closures.location_id
        AND (chairs.retired_on IS NULL OR chairs.retired_on > {{day_of_closure}}))
"""
_FOUND_CLAIMS = "SELECT kind, resource_id, starts, ends, appointment_id, closure_id FROM claims"
_DAY_OF_CLOSURE = {
    "sqlite": "date(closures.starts_at * 60, 'unixepoch')",
    "postgresql": "(timestamp '1970-01-01' + closures.starts_at * interval '1 minute')::date",
}

_OVERLAPS = """
    SELECT id FROM (
        SELECT id, {starts} AS starts,
            MAX({ends}) OVER (PARTITION BY {resource} ORDER BY {starts}, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until
        FROM appointments WHERE status NOT IN {free} AND {resource} IS NOT NULL
    ) AS held WHERE held_until > starts ORDER BY id
"""
_RESOURCES = (
    ("chair", "chair_id", "starts_at", "ends_at"),
    ("patient", "patient_id", "starts_at", "starts_at + prep + infusion + recovery"),
    ("nurse", "nurse_id", "starts_at + setup_from", "starts_at + setup_from + setup_minutes"),
)

_LOST = _FREE.replace("'proposed', ", "")
"""What will not be given any more; a visit to place will be."""

_BROKEN_SERIES = f"""
    SELECT series.id FROM series LEFT JOIN appointments ON appointments.series_id = series.id
    GROUP BY series.id, series.sessions, series.open_ended, series.status
    HAVING COUNT(DISTINCT position) <> MAX(position) - MIN(position) + 1
        OR MIN(position) < 1
        OR COUNT(DISTINCT CASE WHEN appointments.status NOT IN {_LOST} THEN position END)
            <> COUNT(CASE WHEN appointments.status NOT IN {_LOST} THEN 1 END)
        OR COUNT(DISTINCT session_number) <> COUNT(session_number)
        OR (NOT series.open_ended AND COALESCE(MIN(position), 1) <> 1)
        OR (NOT series.open_ended AND series.status = 'active' AND COUNT(DISTINCT position) <> series.sessions)
        OR (NOT series.open_ended AND series.status = 'completed'
            AND COUNT(CASE WHEN appointments.status = 'discharged' THEN 1 END) < series.sessions)
    ORDER BY series.id
"""  # a course without an end counts on from the one before it
_BROKEN_VISITS = f"""
    SELECT a.id FROM appointments a
    JOIN series s ON s.id = a.series_id JOIN chairs c ON c.id = a.chair_id
    LEFT JOIN escorts e ON e.id = a.escort_id LEFT JOIN appointments m ON m.id = a.replaces_id
    WHERE a.ends_at - a.starts_at <> a.prep + a.infusion + a.recovery + a.turnover
        OR a.patient_id <> s.patient_id OR a.location_id <> s.location_id OR c.location_id <> a.location_id
        OR (e.id IS NOT NULL AND e.patient_id <> a.patient_id)
        OR m.series_id <> a.series_id OR m.position <> a.position
        OR (a.status NOT IN {_LOST} AND m.status NOT IN {_LOST})
    ORDER BY a.id
"""  # what stands for a missed visit has its place in the course
_GUARDS = {
    "sqlite": (
        """SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'claims'
        AND name IN ('claims_no_overlap_insert', 'claims_no_overlap_update')""",
        2,
    ),
    "postgresql": (
        "SELECT count(*) FROM pg_constraint WHERE conname = 'claims_no_overlap' AND contype = 'x' AND convalidated",
        1,
    ),
}

Judge = Callable[[Session], Check]


def check_all(
    session: Session, *, audit_key: bytes, today: int, instruments: Mapping[str, Instrument] | None = None
) -> tuple[Check, ...]:
    """Judges every invariant, each by itself, so that one that cannot be judged does not hide the others.

    Args:
        session: a reading session.
        audit_key: seals the audit.
        today: wall-clock midnight in minutes since 1970; nurse load is judged from there on, since shifts of the past
            are a record of who was there.
        instruments: the rating scales of the catalog; without them scores are not judged.
    """
    judges: tuple[tuple[str, Judge], ...] = (
        ("File", _file),
        ("Schema version", _version),
        ("Guards against overlaps", _guards),
        ("References", _references),
        ("Audit chain", lambda s: _audit(s, audit_key)),
        ("Rows as the audit left them", _rows_as_logged),
        ("Claims", _claims),
        ("Overlaps", _overlaps),
        ("Series complete", lambda s: _listed(s, "Series complete", _BROKEN_SERIES, "series")),
        ("Visits whole", lambda s: _listed(s, "Visits whole", _BROKEN_VISITS, "appointments")),
        ("Nurse load", lambda s: _nurse_load(s, today)),
        ("Documents", _documents),
        ("Drug ledger", _drug_ledger),
        ("Guards of what was charted", _charted_guards),
        ("Signed sessions", _signed),
        ("Reviews of rules", _reviews),
    )
    if instruments is not None:
        judges = (*judges, ("Scores", lambda s: _scores(s, instruments)))
    return tuple(_judged(session, name, judge) for name, judge in judges)


def _judged(session: Session, name: str, judge: Judge) -> Check:
    try:
        return judge(session)
    except DBAPIError as error:
        session.rollback()
        return Check(name, ok=False, detail=f"cannot be read: {type(error.orig).__name__}")


def _file(session: Session) -> Check:
    if _engine(session) != "sqlite":
        return Check("File", ok=True, detail="kept by the server")
    found = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check(5)"))]
    encrypted = [str(row[0]) for row in session.execute(text("PRAGMA cipher_integrity_check"))]
    faults = [line for line in (*found, *encrypted) if line != "ok"]
    return Check("File", ok=not faults, detail="; ".join(faults[:_SHOWN]) or "every page is whole")


def _version(session: Session) -> Check:
    found = version_of(session.connection())
    return Check("Schema version", ok=found == REVISIONS[-1], detail=f"{found}, this program knows {REVISIONS[-1]}")


def _guards(session: Session) -> Check:
    query, wanted = _GUARDS[_engine(session)]
    found = session.execute(text(query)).scalar_one()
    detail = "in place" if found == wanted else "the database no longer refuses overlapping claims"
    return Check("Guards against overlaps", ok=found == wanted, detail=detail)


def _references(session: Session) -> Check:
    if _engine(session) != "sqlite":
        return Check("References", ok=True, detail="kept by the server")
    faults = [f"{row[0]} {row[1]}" for row in session.execute(text("PRAGMA foreign_key_check"))]
    return _listing("References", faults, "every reference is met", "point nowhere")


def _audit(session: Session, key: bytes) -> Check:
    found = verify(session, key)
    sound = f"{found.operations} operations, {found.changes} changes, head {found.head[:12] or 'none'}"
    return Check("Audit chain", ok=not found.problem, detail=found.problem or sound)


def _rows_as_logged(session: Session) -> Check:
    """Compares each row with the last the audit knows of it; only a demonstration may have rows it does not know."""
    demonstration = bool(session.scalar(select(ClinicRow.demonstration).limit(1)))
    faults = [
        f"{table} {row_id}"
        for table in Base.metadata.tables
        if "version" in Base.metadata.tables[table].c
        for row_id in _unlike_log(session.connection(), table, unlogged_are_faults=not demonstration)
    ]
    return _listing("Rows as the audit left them", faults, "all agree", "were changed by another program")


def _unlike_log(connection: Connection, name: str, *, unlogged_are_faults: bool) -> Iterator[int]:
    table = Base.metadata.tables[name]
    last = text(
        "SELECT max(id) FROM changes WHERE table_name = :name GROUP BY row_id",
    )
    ids = [row[0] for row in connection.execute(last, {"name": name})]
    logged = {}
    for at in range(0, len(ids), 500):
        query = select(CHANGES.c.row_id, CHANGES.c.after).where(CHANGES.c.id.in_(ids[at : at + 500]))
        logged.update({row.row_id: row.after for row in connection.execute(query)})
    for row in connection.execute(select(table).order_by(table.c.id).execution_options(yield_per=500)).mappings():
        if row["id"] not in logged:
            if unlogged_are_faults:
                yield row["id"]
            continue
        after = logged.pop(row["id"])
        if after is None or not same_image(after, image_of(table, dict(row))):
            yield row["id"]
    yield from sorted(row_id for row_id, after in logged.items() if after is not None)


def _claims(session: Session) -> Check:
    wanted = _WANTED_CLAIMS.format(day_of_closure=_DAY_OF_CLOSURE[_engine(session)])
    missing = session.execute(text(f"SELECT * FROM ({wanted}) AS w EXCEPT {_FOUND_CLAIMS}")).all()
    stray = session.execute(text(f"{_FOUND_CLAIMS} EXCEPT SELECT * FROM ({wanted}) AS w")).all()
    faults = [f"missing: {_whose(row)}" for row in missing] + [f"stray: {_whose(row)}" for row in stray]
    return _listing("Claims", faults, "each is what its appointment or closure needs", "do not fit")


def _whose(claim: Row[Any]) -> str:
    of = f"closure {claim.closure_id}" if claim.appointment_id is None else f"appointment {claim.appointment_id}"
    return f"{claim.kind} {claim.resource_id} for {of}"


def _overlaps(session: Session) -> Check:
    faults = []
    for word, resource, starts, ends in _RESOURCES:
        query = _OVERLAPS.format(resource=resource, starts=starts, ends=ends, free=_FREE)
        faults += [f"{word} of appointment {row[0]}" for row in session.execute(text(query))]
    return _listing("Overlaps", faults, "no chair, patient or nurse's set-up is held twice", "are held twice")


def _listed(session: Session, name: str, query: str, table: str) -> Check:
    faults = [f"{table} {row[0]}" for row in session.execute(text(query))]
    return _listing(name, faults, "all are", "are not")


def _nurse_load(session: Session, today: int) -> Check:
    connection = session.connection()
    found = tuple(shortages(connection, today))
    faults = [_when(shortage) for shortage in first_of_each_day(unexplained(connection, found))]
    answered = ", ".join(map(_when, first_of_each_day(found)[:_SHOWN]))
    enough = "enough nurses at every five minutes" if not found else f"too few, known to the clinic: {answered}"
    return _listing("Nurse load", faults, enough, "have too few nurses")


def _when(shortage: Shortage) -> str:
    return f"location {shortage.location_id}, {shortage.day} {shortage.time}"


def _documents(session: Session) -> Check:
    faults = []
    query = select(DocumentRow.id, DocumentRow.digest, DocumentRow.content).execution_options(yield_per=20)
    count = 0
    for row_id, digest, content in session.execute(query):
        count += 1
        if hashlib.sha256(content).hexdigest() != digest:
            faults.append(f"documents {row_id}")
    return _listing("Documents", faults, f"{count} files are the bytes that were filed", "are not the bytes filed")


def _drug_ledger(session: Session) -> Check:
    count, faults = unsound_ledger(session)
    return _listing("Drug ledger", faults, f"{count} lines add up, each with its witness", "do not add up")


def _charted_guards(session: Session) -> Check:
    return _listing("Guards of what was charted", missing_guards(session), "all are there", "are not there")


def _signed(session: Session) -> Check:
    found = written_after_signing(session)
    return _listing("Signed sessions", found, "all are as they were signed", "got entries after the signature")


def _reviews(session: Session) -> Check:
    count, faults = unsound_reviews(session)
    return _listing("Reviews of rules", faults, f"{count} can be read", "cannot be read")


def _scores(session: Session, instruments: Mapping[str, Instrument]) -> Check:
    count, faults = unsound_scores(session, instruments)
    return _listing("Scores", faults, f"{count} can be scored, each with its own patient", "are not sound")


def _listing(name: str, faults: list[str], sound: str, unsound: str) -> Check:
    if not faults:
        return Check(name, ok=True, detail=sound)
    more = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return Check(name, ok=False, detail=f"{', '.join(faults[:_SHOWN])}{more} {unsound}")


def _engine(session: Session) -> str:
    return session.connection().dialect.name
