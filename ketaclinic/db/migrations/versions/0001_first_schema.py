"""The first schema: people, chairs, courses and visits, claims that cannot overlap, sessions, documents, the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite gives a rowid only to INTEGER primary keys.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('audit_head',
    sa.Column('id', _ID, nullable=False),
    sa.Column('seq', _ID, nullable=False),
    sa.Column('changes', _ID, nullable=False),
    sa.Column('chain', sa.String(length=64), nullable=False),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('clinic',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('after_hours_phone', sa.String(length=60), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('website', sa.String(length=200), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clinic')),
    sqlite_autoincrement=True
    )
    op.create_table('locations',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('zone', sa.String(length=80), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('hours', sa.JSON(), nullable=False),
    sa.Column('usual_nurses', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_locations')),
    sqlite_autoincrement=True
    )
    op.create_table('operations',
    sa.Column('seq', _ID, nullable=False),
    sa.Column('op', sa.String(length=40), nullable=False),
    sa.Column('detail', sa.String(length=200), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('user_id', _ID, nullable=True),
    sa.Column('station', sa.String(length=80), nullable=False),
    sa.Column('command_id', sa.String(length=64), nullable=True),
    sa.Column('result', sa.JSON(), nullable=True),
    sa.Column('undoes', _ID, nullable=True),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_operations')),
    sa.UniqueConstraint('command_id', name='uq_operations_command')
    )
    op.create_index(op.f('ix_operations_undoes'), 'operations', ['undoes'], unique=False)
    op.create_index('ix_operations_user', 'operations', ['user_id', 'seq', 'op'], unique=False)
    op.create_table('patients',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('record', sa.String(length=40), nullable=False),
    sa.Column('family_name', sa.String(length=200), nullable=False),
    sa.Column('given_name', sa.String(length=200), nullable=False),
    sa.Column('preferred_name', sa.String(length=200), nullable=False),
    sa.Column('born', sa.Date(), nullable=True),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('phone_digits', sa.String(length=30), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('interpreter', sa.Boolean(), nullable=False),
    sa.Column('emergency_contact', sa.String(length=200), nullable=False),
    sa.Column('emergency_phone', sa.String(length=60), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('external_id', sa.String(length=80), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patients')),
    sa.UniqueConstraint('external_id', name=op.f('uq_patients_external_id')),
    sa.UniqueConstraint('record', name=op.f('uq_patients_record')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_patients_born'), 'patients', ['born'], unique=False)
    op.create_index(op.f('ix_patients_phone_digits'), 'patients', ['phone_digits'], unique=False)
    op.create_table('users',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('pin_hash', sa.String(length=300), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('failed_pins', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('login', name=op.f('uq_users_login')),
    sqlite_autoincrement=True
    )
    op.create_table('chairs',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('location_id', _ID, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_chairs_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chairs')),
    sqlite_autoincrement=True
    )
    op.create_table('changes',
    sa.Column('id', _ID, nullable=False),
    sa.Column('seq', _ID, nullable=False),
    sa.Column('table_name', sa.String(length=40), nullable=False),
    sa.Column('row_id', _ID, nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('patient_id', _ID, nullable=True),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['seq'], ['operations.seq'], name=op.f('fk_changes_seq')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changes'))
    )
    op.create_index('ix_changes_row', 'changes', ['table_name', 'row_id'], unique=False)
    op.create_index(op.f('ix_changes_seq'), 'changes', ['seq'], unique=False)
    op.create_table('clinical_profiles',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('patient_id', _ID, nullable=False),
    sa.Column('allergies', sa.Text(), nullable=False),
    sa.Column('diagnosis', sa.Text(), nullable=False),
    sa.Column('medicines', sa.Text(), nullable=False),
    sa.Column('childbearing_potential', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_clinical_profiles_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clinical_profiles')),
    sa.UniqueConstraint('patient_id', name=op.f('uq_clinical_profiles_patient_id')),
    sqlite_autoincrement=True
    )
    op.create_table('documents',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('patient_id', _ID, nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('user_id', _ID, nullable=True),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('clinical', sa.Boolean(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_documents_patient_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_documents_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_documents_patient_id'), 'documents', ['patient_id'], unique=False)
    op.create_table('escorts',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('patient_id', _ID, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('relation', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_escorts_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escorts')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_escorts_patient_id'), 'escorts', ['patient_id'], unique=False)
    op.create_table('name_parts',
    sa.Column('part', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.Column('patient_id', _ID, nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_name_parts_patient_id')),
    sa.PrimaryKeyConstraint('part', 'patient_id', name=op.f('pk_name_parts')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_name_parts_patient', 'name_parts', ['patient_id', 'part'], unique=False)
    op.create_table('orders',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('patient_id', _ID, nullable=False),
    sa.Column('protocol_id', sa.String(length=80), nullable=False),
    sa.Column('indication', sa.String(length=40), nullable=False),
    sa.Column('mg_per_kg', sa.Float(), nullable=False),
    sa.Column('max_mg', sa.Float(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('sessions', sa.Integer(), nullable=False),
    sa.Column('weight_kg', sa.Float(), nullable=False),
    sa.Column('rescue', sa.Text(), nullable=False),
    sa.Column('prescriber_id', _ID, nullable=False),
    sa.Column('signed_at', sa.BigInteger(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_orders_patient_id')),
    sa.ForeignKeyConstraint(['prescriber_id'], ['users.id'], name=op.f('fk_orders_prescriber_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_orders_patient_id'), 'orders', ['patient_id'], unique=False)
    op.create_table('shifts',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('user_id', _ID, nullable=False),
    sa.Column('location_id', _ID, nullable=False),
    sa.Column('starts_at', sa.BigInteger(), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_shifts_lasts')),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_shifts_location_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_shifts_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shifts')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_shifts_location_starts', 'shifts', ['location_id', 'starts_at'], unique=False)
    op.create_table('closures',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('location_id', _ID, nullable=False),
    sa.Column('chair_id', _ID, nullable=True),
    sa.Column('starts_at', sa.BigInteger(), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_closures_lasts')),
    sa.ForeignKeyConstraint(['chair_id'], ['chairs.id'], name=op.f('fk_closures_chair_id')),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_closures_location_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closures')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_closures_location_starts', 'closures', ['location_id', 'starts_at'], unique=False)
    op.create_table('consents',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('patient_id', _ID, nullable=False),
    sa.Column('document_id', _ID, nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('indication', sa.String(length=40), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('witness_id', _ID, nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_consents_document_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_consents_patient_id')),
    sa.ForeignKeyConstraint(['witness_id'], ['users.id'], name=op.f('fk_consents_witness_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_consents_patient_id'), 'consents', ['patient_id'], unique=False)
    op.create_table('series',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('patient_id', _ID, nullable=False),
    sa.Column('protocol_id', sa.String(length=80), nullable=False),
    sa.Column('protocol_revision', sa.Integer(), nullable=False),
    sa.Column('location_id', _ID, nullable=False),
    sa.Column('sessions', sa.Integer(), nullable=False),
    sa.Column('open_ended', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('order_id', _ID, nullable=True),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_series_location_id')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_series_order_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_series_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_series_patient_id'), 'series', ['patient_id'], unique=False)
    op.create_table('appointments',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('series_id', _ID, nullable=False),
    sa.Column('patient_id', _ID, nullable=False),
    sa.Column('location_id', _ID, nullable=False),
    sa.Column('chair_id', _ID, nullable=False),
    sa.Column('starts_at', sa.BigInteger(), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.Column('prep', sa.Integer(), nullable=False),
    sa.Column('infusion', sa.Integer(), nullable=False),
    sa.Column('recovery', sa.Integer(), nullable=False),
    sa.Column('turnover', sa.Integer(), nullable=False),
    sa.Column('setup_from', sa.Integer(), nullable=False),
    sa.Column('setup_minutes', sa.Integer(), nullable=False),
    sa.Column('ratio', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('session_number', sa.Integer(), nullable=True),
    sa.Column('nurse_id', _ID, nullable=True),
    sa.Column('escort_id', _ID, nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_appointments_lasts')),
    sa.ForeignKeyConstraint(['chair_id'], ['chairs.id'], name=op.f('fk_appointments_chair_id')),
    sa.ForeignKeyConstraint(['escort_id'], ['escorts.id'], name=op.f('fk_appointments_escort_id')),
    sa.ForeignKeyConstraint(['location_id'], ['locations.id'], name=op.f('fk_appointments_location_id')),
    sa.ForeignKeyConstraint(['nurse_id'], ['users.id'], name=op.f('fk_appointments_nurse_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_appointments_patient_id')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_appointments_series_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointments')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_appointments_location_starts', 'appointments', ['location_id', 'starts_at'], unique=False)
    op.create_index('ix_appointments_patient_starts', 'appointments', ['patient_id', 'starts_at'], unique=False)
    op.create_index(op.f('ix_appointments_series_id'), 'appointments', ['series_id'], unique=False)
    op.create_table('claims',
    sa.Column('id', _ID, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('resource_id', _ID, nullable=False),
    sa.Column('starts', sa.BigInteger(), nullable=False),
    sa.Column('ends', sa.BigInteger(), nullable=False),
    sa.Column('appointment_id', _ID, nullable=True),
    sa.Column('closure_id', _ID, nullable=True),
    sa.CheckConstraint('ends > starts', name=op.f('ck_claims_lasts')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_claims_appointment_id')),
    sa.ForeignKeyConstraint(['closure_id'], ['closures.id'], name=op.f('fk_claims_closure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claims'))
    )
    op.create_index(op.f('ix_claims_appointment_id'), 'claims', ['appointment_id'], unique=False)
    op.create_index(op.f('ix_claims_closure_id'), 'claims', ['closure_id'], unique=False)
    op.create_index('ix_claims_resource', 'claims', ['kind', 'resource_id', 'starts', 'ends'], unique=False)
    op.create_table('encounters',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('appointment_id', _ID, nullable=False),
    sa.Column('patient_id', _ID, nullable=False),
    sa.Column('protocol_id', sa.String(length=80), nullable=False),
    sa.Column('protocol_revision', sa.Integer(), nullable=False),
    sa.Column('order_id', _ID, nullable=True),
    sa.Column('checklist_revisions', sa.JSON(), nullable=False),
    sa.Column('opened_at', sa.BigInteger(), nullable=False),
    sa.Column('opened_by', _ID, nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=True),
    sa.Column('planned_minutes', sa.Integer(), nullable=True),
    sa.Column('dose_mg', sa.Float(), nullable=True),
    sa.Column('concentration_mg_per_ml', sa.Float(), nullable=True),
    sa.Column('stopped_at', sa.BigInteger(), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('signed_at', sa.BigInteger(), nullable=True),
    sa.Column('signed_by', _ID, nullable=True),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_encounters_appointment_id')),
    sa.ForeignKeyConstraint(['opened_by'], ['users.id'], name=op.f('fk_encounters_opened_by')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_encounters_order_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_encounters_patient_id')),
    sa.ForeignKeyConstraint(['signed_by'], ['users.id'], name=op.f('fk_encounters_signed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_encounters')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_encounters_appointment_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_encounters_patient_id'), 'encounters', ['patient_id'], unique=False)
    op.create_table('status_changes',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('appointment_id', _ID, nullable=False),
    sa.Column('source', sa.String(length=24), nullable=False),
    sa.Column('target', sa.String(length=24), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('user_id', _ID, nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_status_changes_appointment_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_status_changes_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_status_changes')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_status_changes_appointment_id'), 'status_changes', ['appointment_id'], unique=False)
    op.create_table('answers',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('encounter_id', _ID, nullable=False),
    sa.Column('checklist_id', sa.String(length=80), nullable=False),
    sa.Column('item', sa.String(length=80), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('answered_at', sa.BigInteger(), nullable=False),
    sa.Column('user_id', _ID, nullable=False),
    sa.Column('second_user_id', _ID, nullable=True),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounters.id'], name=op.f('fk_answers_encounter_id')),
    sa.ForeignKeyConstraint(['second_user_id'], ['users.id'], name=op.f('fk_answers_second_user_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_answers_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answers')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_answers_encounter_id'), 'answers', ['encounter_id'], unique=False)
    op.create_table('events',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('encounter_id', _ID, nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('happened_at', sa.BigInteger(), nullable=False),
    sa.Column('entered_at', sa.BigInteger(), nullable=False),
    sa.Column('user_id', _ID, nullable=False),
    sa.Column('second_user_id', _ID, nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('corrects_id', _ID, nullable=True),
    sa.ForeignKeyConstraint(['corrects_id'], ['events.id'], name=op.f('fk_events_corrects_id')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounters.id'], name=op.f('fk_events_encounter_id')),
    sa.ForeignKeyConstraint(['second_user_id'], ['users.id'], name=op.f('fk_events_second_user_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_events_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_events_encounter_id'), 'events', ['encounter_id'], unique=False)
    op.create_table('observations',
    sa.Column('id', _ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('encounter_id', _ID, nullable=False),
    sa.Column('due', sa.String(length=20), nullable=False),
    sa.Column('observed_at', sa.BigInteger(), nullable=False),
    sa.Column('entered_at', sa.BigInteger(), nullable=False),
    sa.Column('user_id', _ID, nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('corrects_id', _ID, nullable=True),
    sa.ForeignKeyConstraint(['corrects_id'], ['observations.id'], name=op.f('fk_observations_corrects_id')),
    sa.ForeignKeyConstraint(['encounter_id'], ['encounters.id'], name=op.f('fk_observations_encounter_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_observations_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observations')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_observations_encounter_id'), 'observations', ['encounter_id'], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        _forbid_overlaps_in_sqlite()
    else:
        _forbid_overlaps_in_postgresql()


def downgrade() -> None:
    """There is nothing before the first schema."""


def _forbid_overlaps_in_sqlite() -> None:
    """Refuses a claim that overlaps another one on its resource.

    Claims of one resource never overlap, so that of all that begin before a claim ends, the last one to begin is the
    last one to end: looking at that one is enough, however many there are.
    """
    for moment, other in (("INSERT", ""), ("UPDATE", "AND c.id <> OLD.id")):
        op.execute(f"""
            CREATE TRIGGER claims_no_overlap_{moment.lower()} BEFORE {moment} ON claims
            WHEN NEW.starts < (
                SELECT c.ends FROM claims AS c
                WHERE c.kind = NEW.kind AND c.resource_id = NEW.resource_id AND c.starts < NEW.ends {other}
                ORDER BY c.starts DESC LIMIT 1
            )
            BEGIN SELECT RAISE(ABORT, 'ketaclinic: claims overlap'); END
        """)


def _forbid_overlaps_in_postgresql() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("""
        ALTER TABLE claims ADD CONSTRAINT claims_no_overlap
        EXCLUDE USING gist (kind WITH =, resource_id WITH =, int8range(starts, ends) WITH &&)
    """)
