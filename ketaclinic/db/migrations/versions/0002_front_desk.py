"""The front desk: shift patterns and absences, holds, tasks, waitlist, calls, overrides, fees, views, repaired days."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite gives a rowid only to INTEGER primary keys.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add_columns()
    _recorded("shift_patterns",
        ("user_id", _ID, "users"), ("location_id", _ID, "locations"), ("weekday", sa.Integer()),
        ("starts", sa.Integer()), ("ends", sa.Integer()), ("breaks", sa.JSON()), ("every_weeks", sa.Integer()),
        ("valid_from", sa.Date()), ("valid_until", sa.Date(), None, True),
        checks={"lasts": "ends > starts"}, indexes=("location_id",))
    _recorded("absences",
        ("user_id", _ID, "users"), ("starts_at", sa.BigInteger()), ("ends_at", sa.BigInteger()),
        ("reason", sa.String(200)), checks={"lasts": "ends_at > starts_at"}, indexes=("starts_at",))
    _recorded("tasks",
        ("kind", sa.String(40)), ("role", sa.String(20)), ("patient_id", _ID, "patients"),
        ("series_id", _ID, "series", True), ("appointment_id", _ID, "appointments", True), ("text", sa.Text()),
        ("due_on", sa.Date(), None, True), ("created_at", sa.BigInteger()), ("created_by", _ID, "users", True),
        ("done_at", sa.BigInteger(), None, True), ("done_by", _ID, "users", True), ("outcome", sa.Text()),
        indexes=("patient_id", "done_at"))
    _recorded("waitlist",
        ("patient_id", _ID, "patients"), ("location_id", _ID, "locations"), ("protocol_id", sa.String(80)),
        ("series_id", _ID, "series", True), ("appointment_id", _ID, "appointments", True), ("since", sa.BigInteger()),
        ("notice_hours", sa.Integer()), ("weekdays", sa.JSON()), ("earliest", sa.Integer(), None, True),
        ("latest", sa.Integer(), None, True), ("note", sa.Text()), ("closed_at", sa.BigInteger(), None, True),
        ("closed_reason", sa.String(200)), indexes=("patient_id", "closed_at"))
    _recorded("calls",
        ("appointment_id", _ID, "appointments", True), ("patient_id", _ID, "patients"), ("purpose", sa.String(20)),
        ("outcome", sa.String(20)), ("note", sa.Text()), ("at", sa.BigInteger()), ("user_id", _ID, "users", True),
        indexes=("appointment_id", "patient_id"))
    _recorded("booking_overrides",
        ("appointment_id", _ID, "appointments"), ("code", sa.String(40)), ("message", sa.Text()),
        ("reason", sa.Text()), ("approver_id", _ID, "users", True), ("user_id", _ID, "users", True),
        ("at", sa.BigInteger()), indexes=("appointment_id",))
    _recorded("policy_events",
        ("appointment_id", _ID, "appointments"), ("patient_id", _ID, "patients"), ("kind", sa.String(20)),
        ("notice_minutes", sa.Integer(), None, True), ("fee", sa.Integer(), None, True), ("currency", sa.String(3)),
        ("waived", sa.Boolean()), ("reason", sa.Text()), ("at", sa.BigInteger()), ("user_id", _ID, "users", True),
        indexes=("appointment_id", "patient_id"))
    _recorded("board_views",
        ("location_id", _ID, "locations"), ("position", sa.Integer()), ("name", sa.String(80)), ("data", sa.JSON()),
        indexes=("location_id",))
    _recorded("repairs",
        ("location_id", _ID, "locations"), ("day", sa.Date()), ("out", sa.String(200)), ("data", sa.JSON()),
        ("at", sa.BigInteger()), ("user_id", _ID, "users", True), indexes=("day",))


def downgrade() -> None:
    """A clinic's file is never taken back to an older program."""


def _add_columns() -> None:
    """New columns of tables there are, each with the value the rows have that came before it."""
    op.add_column("locations", sa.Column("country", sa.String(2), nullable=False, server_default=""))
    op.add_column("locations", sa.Column("subdivision", sa.String(10), nullable=False, server_default=""))
    op.add_column("shifts", sa.Column("breaks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("series", sa.Column("stopped_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("appointments", sa.Column("held_until", sa.BigInteger(), nullable=True))
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table, column, other in (
        ("appointments", "replaces_id", "appointments"),
        ("patients", "merged_into_id", "patients"),
    ):  # written out, because SQLite takes a reference with the column only
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT fk_{table}_{column} REFERENCES {other} (id)"
        )
    # Only the few visits that are held have a time at which that ends.
    op.create_index(
        "ix_appointments_held_until",
        "appointments",
        ["held_until"],
        sqlite_where=sa.text("held_until IS NOT NULL"),
        postgresql_where=sa.text("held_until IS NOT NULL"),
    )
    # To place: skipped and parked visits wait here, a handful among a million.
    op.create_index(
        "ix_appointments_to_place",
        "appointments",
        ["location_id", "starts_at"],
        sqlite_where=sa.text("status = 'proposed'"),
        postgresql_where=sa.text("status = 'proposed'"),
    )


def _recorded(
    table: str, *columns: tuple[object, ...], checks: dict[str, str] | None = None, indexes: tuple[str, ...] = ()
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
    made += [sa.CheckConstraint(test, name=op.f(f"ck_{table}_{name}")) for name, test in (checks or {}).items()]
    op.create_table(table, *made, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")), sqlite_autoincrement=True)
    for column in indexes:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
