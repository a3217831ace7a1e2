"""What was charted stands as it was signed: the guards are there, and nothing was written into a signed session."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_KEPT = ("addenda", "answers", "assessments", "encounters", "events", "observations")
_WANTED = frozenset(f"{table}_no_{act}" for table in _KEPT for act in ("delete", "update"))
_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
}
_AFTER_THE_SIGNATURE = " UNION ".join(
    f"""
    SELECT e.id FROM encounters e JOIN {table} r ON r.encounter_id = e.id
    WHERE r.{entered} > e.signed_at
        AND EXISTS (SELECT 1 FROM changes c WHERE c.table_name = '{table}' AND c.row_id = r.id)
    """
    for table, entered in (("observations", "entered_at"), ("events", "entered_at"), ("answers", "answered_at"))
)
"""Of what the audit knows; what it does not know is found where rows are compared with it."""


def missing_guards(session: Session) -> list[str]:
    """The triggers that keep charted rows from being changed, and that are not there or switched off."""
    found = {row[0] for row in session.execute(text(_TRIGGERS[session.get_bind().dialect.name]))}
    return sorted(_WANTED - found)


def written_after_signing(session: Session) -> list[str]:
    """The signed sessions that hold a row entered after their signature."""
    return [f"session {row[0]}" for row in sorted(session.execute(text(_AFTER_THE_SIGNATURE)))]
