"""The nurse's side: scores, addenda, reviews of rules, withdrawals; what was charted is only added to."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite gives a rowid only to INTEGER primary keys.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_CHARTED = ("answers", "observations", "events", "addenda")
"""Never changed, never removed: what was wrong is corrected by a later row."""
_ENCOUNTER_FACTS = (
    "appointment_id", "protocol_id", "protocol_revision", "order_id", "checklist_revisions", "opened_at", "opened_by",
    "started_at", "planned_minutes", "dose_mg", "concentration_mg_per_ml", "stopped_at", "outcome", "signed_at",
    "signed_by",
)
"""What of a signed session does not change; its patient's record may still be merged into another."""
_ASSESSMENT_FACTS = (
    "encounter_id", "instrument", "instrument_version", "value", "taken_at", "entered_at", "user_id", "given_by",
    "note", "corrects_id",
)


def upgrade() -> None:
    op.add_column("orders", sa.Column("rescue_codes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("orders", sa.Column("titrate_low", sa.Float(), nullable=True))
    op.add_column("orders", sa.Column("titrate_high", sa.Float(), nullable=True))
    op.add_column("orders", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    _add_reference("orders", "withdrawn_by", "users")
    op.add_column("orders", sa.Column("withdrawn_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("consents", sa.Column("withdrawn_reason", sa.Text(), nullable=False, server_default=""))
    _add_reference("documents", "encounter_id", "encounters")
    op.create_index(op.f("ix_documents_encounter_id"), "documents", ["encounter_id"], unique=False)
    op.add_column("ledger_entries", sa.Column("happened_at", sa.BigInteger(), nullable=True))
    op.add_column("tasks", sa.Column("detail", sa.Text(), nullable=False, server_default=""))
    _recorded("assessments",
        ("patient_id", _ID, "patients"), ("encounter_id", _ID, "encounters", True), ("instrument", sa.String(80)),
        ("instrument_version", sa.Integer()), ("value", sa.JSON()), ("taken_at", sa.BigInteger()),
        ("entered_at", sa.BigInteger()), ("user_id", _ID, "users"), ("given_by", sa.String(16)), ("note", sa.Text()),
        ("corrects_id", _ID, "assessments", True),
        indexes=("encounter_id",))
    op.create_index("ix_assessments_patient_taken", "assessments", ["patient_id", "taken_at"])
    _recorded("addenda",
        ("encounter_id", _ID, "encounters"), ("at", sa.BigInteger()), ("user_id", _ID, "users"),
        ("role", sa.String(20)), ("meaning", sa.String(20)), ("text", sa.Text()),
        indexes=("encounter_id",))
    op.create_table("drafts",
        sa.Column("encounter_id", _ID, nullable=False, autoincrement=False),
        sa.Column("user_id", _ID, nullable=False, autoincrement=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.id"], name=op.f("fk_drafts_encounter_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id")),
        sa.PrimaryKeyConstraint("encounter_id", "user_id", "place", name=op.f("pk_drafts")))
    _recorded("rule_reviews",
        ("rule", sa.String(80)), ("month", sa.Date()), ("decision", sa.Text()), ("at", sa.BigInteger()),
        ("user_id", _ID, "users"),
        indexes=("month",))
    governed = sa.text("kind IN ('held', 'override')")
    op.create_index(
        "ix_events_governed", "events", ["happened_at"], sqlite_where=governed, postgresql_where=governed
    )
    op.create_index("ix_booking_overrides_at", "booking_overrides", ["at"])
    op.create_index("ix_operations_at", "operations", ["at"])
    confirmed = sa.text("op = 'Confirm clock'")
    op.create_index(
        "ix_operations_clock", "operations", ["seq"], sqlite_where=confirmed, postgresql_where=confirmed
    )
    _take_over_scores()
    if op.get_bind().dialect.name == "sqlite":
        _keep_in_sqlite()
    else:
        _keep_in_postgresql()


def downgrade() -> None:
    """A clinic's file is never taken back to an older program."""


def _take_over_scores() -> None:
    """The scales that stood among the answers of checklists, as scores of the patient."""
    answers = sa.table("answers", *map(sa.column, ("id", "encounter_id", "item", "value", "answered_at", "user_id")))
    encounters = sa.table("encounters", sa.column("id"), sa.column("patient_id"))
    assessments = sa.table(
        "assessments", sa.column("value", sa.JSON()), *map(sa.column, (
            "version", "patient_id", "encounter_id", "instrument", "instrument_version", "taken_at", "entered_at",
            "user_id", "given_by", "note", "corrects_id",
        )),
    )
    kept = sa.cast(answers.c.value, sa.Text())
    found = op.get_bind().execute(
        sa.select(encounters.c.patient_id, answers.c.encounter_id, kept, answers.c.answered_at, answers.c.user_id)
        .join(encounters, encounters.c.id == answers.c.encounter_id)
        .where(kept.like('%"instrument"%'))
        .order_by(answers.c.id)
    ).all()
    last: dict[tuple[int, str], int] = {}
    for patient_id, encounter_id, text, answered_at, user_id in found:
        value = json.loads(text)["v"]
        if not isinstance(value, dict) or value.get("declined") or "instrument" not in value:
            continue
        instrument = value["instrument"]
        row = {
            "version": 1, "patient_id": patient_id, "encounter_id": encounter_id, "instrument": instrument,
            "instrument_version": 1, "value": {k: v for k, v in value.items() if k != "instrument"},
            "taken_at": answered_at, "entered_at": answered_at, "user_id": user_id, "given_by": "staff", "note": "",
            "corrects_id": last.get((encounter_id, instrument)),
        }
        last[encounter_id, instrument] = _added(assessments, row)


def _added(table: sa.TableClause, row: dict[str, Any]) -> int:
    bind = op.get_bind()
    bind.execute(sa.insert(table).values(row))
    return int(bind.scalar(sa.text("SELECT max(id) FROM assessments")) or 0)


def _kept() -> Iterator[tuple[str, str, str, str]]:
    """(table, act as in CREATE TRIGGER, condition, sentence)."""
    for table in _CHARTED:
        for act in ("UPDATE", "DELETE"):
            yield table, act, "", "what was charted is only added to"
    yield "assessments", f"UPDATE OF {', '.join(_ASSESSMENT_FACTS)}", "", "scores are only added to"
    yield "assessments", "DELETE", "", "scores are only added to"
    signed = "WHEN (OLD.signed_at IS NOT NULL)"
    yield "encounters", f"UPDATE OF {', '.join(_ENCOUNTER_FACTS)}", signed, "a signed session does not change"
    yield "encounters", "DELETE", "", "a session is never removed"


def _keep_in_sqlite() -> None:
    for table, act, when, text in _kept():
        op.execute(f"""
            CREATE TRIGGER {table}_no_{act.split()[0].lower()} BEFORE {act} ON {table} {when}
            BEGIN SELECT RAISE(ABORT, 'ketaclinic: {text}'); END
        """)


def _keep_in_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION ketaclinic_keep_charted() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'ketaclinic: %', TG_ARGV[0]; END $$
    """)
    for table, act, when, text in _kept():
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.split()[0].lower()} BEFORE {act} ON {table} FOR EACH ROW {when} "
            f"EXECUTE FUNCTION ketaclinic_keep_charted('{text}')"
        )


def _add_reference(table: str, column: str, other: str) -> None:
    """A column that refers to another table; SQLite takes it only with the column itself."""
    name = op.f(f"fk_{table}_{column}")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {other} (id)")
        return
    op.add_column(table, sa.Column(column, _ID, nullable=True))
    op.create_foreign_key(name, table, other, [column], ["id"])


def _recorded(
    table: str,
    *columns: tuple[object, ...],
    indexes: tuple[str, ...] = (),
) -> None:
    """A table of the change log: id, version, then columns as (name, type, table referred to, may be empty)."""
    made: list[sa.Column[object] | sa.Constraint] = [
        sa.Column("id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]
    for name, kind, *rest in columns:
        other, empty = (*rest, None, False)[:2]
        made.append(sa.Column(str(name), kind, nullable=bool(empty)))  # type: ignore[arg-type]
        if other:
            made.append(sa.ForeignKeyConstraint([str(name)], [f"{other}.id"], name=op.f(f"fk_{table}_{name}")))
    op.create_table(table, *made, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")), sqlite_autoincrement=True)
    for column in indexes:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
