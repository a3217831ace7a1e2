"""Whether the drug ledger adds up and every line that needs one has its witness; and whether reviews can be read.

Judged over raw columns, without the arithmetic of `domain.ledger`.
"""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ketaclinic.db.models import RuleReviewRow

_COUNTED = """
    SELECT e.* FROM ledger_entries e
    LEFT JOIN ledger_entries back ON back.reverses_id = e.id
    WHERE back.id IS NULL AND e.kind NOT IN ('reversed', 'counted')
"""
"""The lines that count: none that takes another back, none that was taken back."""

_VIALS = f"""
    SELECT v.id FROM vials v JOIN ({_COUNTED}) AS c ON c.vial_id = v.id
    GROUP BY v.id, v.finished_at
    HAVING SUM(CASE WHEN c.kind IN ('opening', 'received', 'settled') THEN c.amount_ug
            WHEN c.kind IN ('administered', 'wasted', 'returned') THEN -c.amount_ug ELSE 0 END) < 0
        OR (v.finished_at IS NOT NULL
            AND SUM(CASE WHEN c.kind IN ('opening', 'received', 'settled') THEN c.amount_ug
                WHEN c.kind IN ('administered', 'wasted', 'returned') THEN -c.amount_ug ELSE 0 END) <> 0)
    ORDER BY v.id
"""
_SESSIONS = f"""
    SELECT DISTINCT c.encounter_id FROM ({_COUNTED}) AS c WHERE c.encounter_id IS NOT NULL
    GROUP BY c.encounter_id, c.vial_id
    HAVING SUM(CASE WHEN c.kind = 'drawn' THEN c.amount_ug
        WHEN c.kind IN ('administered', 'wasted') THEN -c.amount_ug ELSE 0 END) < 0
    ORDER BY c.encounter_id
"""
_LINES = """
    SELECT e.id FROM ledger_entries e LEFT JOIN ledger_entries wrong ON wrong.id = e.reverses_id
    WHERE (e.kind IN ('wasted', 'returned', 'reversed', 'settled', 'counted') AND e.witness_id IS NULL)
        OR e.witness_id = e.user_id
        OR e.happened_at > e.at
        OR (e.amount_ug < 0 AND e.kind <> 'settled')
        OR ((e.kind = 'reversed') <> (e.reverses_id IS NOT NULL))
        OR (wrong.id IS NOT NULL AND (wrong.vial_id <> e.vial_id OR wrong.amount_ug <> e.amount_ug OR wrong.id > e.id))
    ORDER BY e.id
"""


def unsound_ledger(session: Session) -> tuple[int, list[str]]:
    """How many lines there are, and what does not add up: vials, sessions and lines by their ids."""
    count = session.execute(text("SELECT COUNT(*) FROM ledger_entries")).scalar_one()
    faults = [f"vial {row[0]}" for row in session.execute(text(_VIALS))]
    faults += [f"session {row[0]}" for row in session.execute(text(_SESSIONS))]
    faults += [f"line {row[0]}" for row in session.execute(text(_LINES))]
    return count, faults


def unsound_reviews(session: Session) -> tuple[int, list[str]]:
    """How many reviews of rules there are, and those that name no month, no rule or no decision."""
    rows = session.execute(
        select(RuleReviewRow.id, RuleReviewRow.rule, RuleReviewRow.month, RuleReviewRow.decision)
    ).all()
    wrong = [row for row in rows if row.month.day != 1 or not row.rule.strip() or not row.decision.strip()]
    return len(rows), [f"rule_reviews {row.id}" for row in wrong]
