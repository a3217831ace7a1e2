"""Runs the migrations on the connection that `ketaclinic.db.migrate` hands over, inside its transaction."""

from alembic import context

from ketaclinic.db.models import Base, with_conditions

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=with_conditions(Base.metadata),
    transactional_ddl=True,
    render_as_batch=True,  # SQLite changes a column by copying its table
)
context.run_migrations()
