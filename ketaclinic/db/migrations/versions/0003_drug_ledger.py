"""The drug ledger: vials, entries that nobody can change or take out, counts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite gives a rowid only to INTEGER primary keys.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_KEPT = (
    ("ledger_entries", "UPDATE"),
    ("ledger_entries", "DELETE"),
    ("ledger_counts", "DELETE"),
    ("vials", "DELETE"),
)
"""What is refused for each of the ledger's tables."""


def upgrade() -> None:
    _recorded("vials",
        ("location_id", _ID, "locations"), ("lot", sa.String(80)), ("expires_on", sa.Date()),
        ("mg_per_ml", sa.Integer()), ("volume_ul", sa.Integer()), ("source", sa.String(200)),
        ("received_at", sa.BigInteger()), ("finished_at", sa.BigInteger(), None, True),
        checks={"holds": "mg_per_ml > 0 AND volume_ul > 0"})
    op.create_index("ix_vials_location_received", "vials", ["location_id", "received_at"])
    # In stock: a handful among the vials of years.
    _partial("ix_vials_in_stock", "vials", "finished_at IS NULL")
    _recorded("ledger_counts",
        ("location_id", _ID, "locations"), ("moment", sa.String(8)), ("day", sa.Date()), ("at", sa.BigInteger()),
        ("user_id", _ID, "users"), ("witness_id", _ID, "users"), ("lines", sa.JSON()), ("discrepancy", sa.Boolean()),
        ("last_entry", _ID),
        ("explanation", sa.Text()), ("explained_at", sa.BigInteger(), None, True),
        ("explained_by", _ID, "users", True), ("explained_witness_id", _ID, "users", True),
        ("closed_at", sa.BigInteger(), None, True), ("closed_by", _ID, "users", True),
        checks={"witnessed": "witness_id <> user_id"})
    op.create_index("ix_ledger_counts_location_day", "ledger_counts", ["location_id", "day"])
    _partial("ix_ledger_counts_unexplained", "ledger_counts", "discrepancy AND explained_at IS NULL")
    _recorded("ledger_entries",
        ("vial_id", _ID, "vials"), ("kind", sa.String(16)), ("amount_ug", sa.BigInteger()), ("at", sa.BigInteger()),
        ("user_id", _ID, "users"), ("witness_id", _ID, "users", True), ("encounter_id", _ID, "encounters", True),
        ("count_id", _ID, "ledger_counts", True), ("reverses_id", _ID, "ledger_entries", True),
        ("reason", sa.Text()), checks={"witnessed": "witness_id <> user_id"},
        indexes=("vial_id", "at", "encounter_id"), unique=("reverses_id",))
    if op.get_bind().dialect.name == "sqlite":
        _keep_in_sqlite()
    else:
        _keep_in_postgresql()


def downgrade() -> None:
    """A clinic's file is never taken back to an older program."""


def _keep_in_sqlite() -> None:
    for table, act in _KEPT:
        op.execute(f"""
            CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
            BEGIN SELECT RAISE(ABORT, 'ketaclinic: the drug ledger is only added to'); END
        """)


def _keep_in_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION ketaclinic_keep_ledger() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'ketaclinic: the drug ledger is only added to'; END $$
    """)
    for table, act in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION ketaclinic_keep_ledger()"
        )


def _partial(name: str, table: str, where: str) -> None:
    op.create_index(
        name, table, ["location_id"], sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _recorded(
    table: str,
    *columns: tuple[object, ...],
    checks: dict[str, str] | None = None,
    indexes: tuple[str, ...] = (),
    unique: tuple[str, ...] = (),
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
    made += [sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}")) for column in unique]
    op.create_table(table, *made, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")), sqlite_autoincrement=True)
    for column in indexes:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
