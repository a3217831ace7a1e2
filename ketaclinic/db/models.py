"""The tables. One schema for SQLite and PostgreSQL; rows never leave `db` and `services`."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from ketaclinic.db.types import Instant, Wall

# SQLite gives a rowid only to INTEGER primary keys.
_Id = BigInteger().with_variant(Integer, "sqlite")
WHERE = "where"
"""Under which an index says in `info` which rows it is of; see `with_conditions`."""


class Base(DeclarativeBase):
    """Every table; `type_annotation_map` keeps the two kinds of time apart by explicit columns only."""

    metadata = MetaData(
        naming_convention={  # so that a later migration can name what it changes
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON(none_as_null=True), int: _Id}


class Recorded:
    """A row whose every change is in the change log, with a version that turns a lost update into `Stale`."""

    id: Mapped[int] = mapped_column(_Id, primary_key=True, sort_order=-2)
    version: Mapped[int] = mapped_column(Integer, nullable=False, sort_order=-1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a declared_attr takes the class
        return {"version_id_col": cls.version}


class ClinicRow(Recorded, Base):
    """Name and contacts; one row."""

    __tablename__ = "clinic"
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(60), default="")
    after_hours_phone: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    demonstration: Mapped[bool] = mapped_column(Boolean, default=False)


class LocationRow(Recorded, Base):
    """A site. `hours`: list of [weekday, opens, closes] in minutes of the day; `usual_nurses`: seven counts."""

    __tablename__ = "locations"
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    hours: Mapped[list[Any]] = mapped_column(JSON)
    usual_nurses: Mapped[list[Any]] = mapped_column(JSON)
    country: Mapped[str] = mapped_column(String(2), default="")  # ISO 3166-1, for the public holidays offered
    subdivision: Mapped[str] = mapped_column(String(10), default="")  # its state or region, ISO 3166-2


class ChairRow(Recorded, Base):
    """A chair; retired, never deleted."""

    __tablename__ = "chairs"
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(Integer, default=0)
    retired_on: Mapped[date | None] = mapped_column(Date)


class UserRow(Recorded, Base):
    """A user. The PIN is kept as an argon2 hash only."""

    __tablename__ = "users"
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    pin_hash: Mapped[str] = mapped_column(String(300))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    failed_pins: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)


class ShiftRow(Recorded, Base):
    """A user on duty on one day, instead of the pattern. `breaks`: list of [starts, ends] in minutes of the day."""

    __tablename__ = "shifts"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    starts_at: Mapped[datetime] = mapped_column(Wall)
    ends_at: Mapped[datetime] = mapped_column(Wall)
    breaks: Mapped[list[Any]] = mapped_column(JSON, default=list)
    __table_args__ = (
        Index("ix_shifts_location_starts", "location_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="lasts"),
    )


class ShiftPatternRow(Recorded, Base):
    """A user's usual shift on a weekday, from `starts` to `ends` (minutes of the day), every so many weeks.

    Weeks are counted from `valid_from`. `breaks`: list of [starts, ends] in minutes of the day.
    """

    __tablename__ = "shift_patterns"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"), index=True)
    weekday: Mapped[int] = mapped_column(Integer)
    starts: Mapped[int] = mapped_column(Integer)
    ends: Mapped[int] = mapped_column(Integer)
    breaks: Mapped[list[Any]] = mapped_column(JSON, default=list)
    every_weeks: Mapped[int] = mapped_column(Integer, default=1)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (CheckConstraint("ends > starts", name="lasts"),)


class AbsenceRow(Recorded, Base):
    """Hours a user is away in spite of pattern and shift: sick, on leave, gone early."""

    __tablename__ = "absences"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    starts_at: Mapped[datetime] = mapped_column(Wall, index=True)
    ends_at: Mapped[datetime] = mapped_column(Wall)
    reason: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="lasts"),)


class ClosureRow(Recorded, Base):
    """Hours nothing may be booked; each chair concerned has a claim."""

    __tablename__ = "closures"
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("chairs.id"))
    starts_at: Mapped[datetime] = mapped_column(Wall)
    ends_at: Mapped[datetime] = mapped_column(Wall)
    reason: Mapped[str] = mapped_column(String(200))
    __table_args__ = (
        Index("ix_closures_location_starts", "location_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="lasts"),
    )


class PatientRow(Recorded, Base):
    """Demographics."""

    __tablename__ = "patients"
    record: Mapped[str] = mapped_column(String(40), unique=True)
    family_name: Mapped[str] = mapped_column(String(200))
    given_name: Mapped[str] = mapped_column(String(200), default="")
    preferred_name: Mapped[str] = mapped_column(String(200), default="")
    born: Mapped[date | None] = mapped_column(Date, index=True)
    phone: Mapped[str] = mapped_column(String(60), default="")
    phone_digits: Mapped[str] = mapped_column(String(30), default="", index=True)
    email: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(40), default="")
    interpreter: Mapped[bool] = mapped_column(Boolean, default=False)
    emergency_contact: Mapped[str] = mapped_column(String(200), default="")
    emergency_phone: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("patients.id"))


class NamePartRow(Base):
    """Search index: each folded part of a patient's names; derived, so not in the change log."""

    __tablename__ = "name_parts"
    # Prefixes are searched as ranges, which needs the order of code points on both engines (SQLite has it anyway).
    part: Mapped[str] = mapped_column(
        String(80).with_variant(String(80, collation="C"), "postgresql"), primary_key=True
    )
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), primary_key=True)
    __table_args__ = (Index("ix_name_parts_patient", "patient_id", "part"), {"sqlite_with_rowid": False})


class ClinicalProfileRow(Recorded, Base):
    """What only clinical roles may see of a patient."""

    __tablename__ = "clinical_profiles"
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), unique=True)
    allergies: Mapped[str] = mapped_column(Text, default="")
    diagnosis: Mapped[str] = mapped_column(Text, default="")
    medicines: Mapped[str] = mapped_column(Text, default="")
    childbearing_potential: Mapped[bool | None] = mapped_column(Boolean)


class EscortRow(Recorded, Base):
    """A responsible adult."""

    __tablename__ = "escorts"
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(60), default="")
    relation: Mapped[str] = mapped_column(String(80), default="")


class OrderRow(Recorded, Base):
    """A prescriber's order; signed when `signed_at` is set, from then on it can only be withdrawn.

    `titrate_low`, `titrate_high`: mg/kg a prescriber may set on a day without a new order; empty: none but `mg_per_kg`.
    `rescue_codes`: codes of interventions that may be given under it.
    """

    __tablename__ = "orders"
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    protocol_id: Mapped[str] = mapped_column(String(80))
    indication: Mapped[str] = mapped_column(String(40))
    mg_per_kg: Mapped[float] = mapped_column(Float)
    max_mg: Mapped[float] = mapped_column(Float)
    minutes: Mapped[int] = mapped_column(Integer)
    sessions: Mapped[int] = mapped_column(Integer)
    weight_kg: Mapped[float] = mapped_column(Float)
    rescue: Mapped[str] = mapped_column(Text, default="")
    rescue_codes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    titrate_low: Mapped[float | None] = mapped_column(Float)
    titrate_high: Mapped[float | None] = mapped_column(Float)
    prescriber_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_on: Mapped[date] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")


class ConsentRow(Recorded, Base):
    """A signed consent, pinned to the exact document bytes."""

    __tablename__ = "consents"
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    revision: Mapped[int] = mapped_column(Integer)
    indication: Mapped[str] = mapped_column(String(40))
    signed_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")


class SeriesRow(Recorded, Base):
    """One patient's course."""

    __tablename__ = "series"
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    protocol_id: Mapped[str] = mapped_column(String(80))
    protocol_revision: Mapped[int] = mapped_column(Integer)
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    sessions: Mapped[int] = mapped_column(Integer)
    open_ended: Mapped[bool] = mapped_column(Boolean, default=False)
    status: Mapped[str] = mapped_column(String(20))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    stopped_reason: Mapped[str] = mapped_column(Text, default="")


class AppointmentRow(Recorded, Base):
    """A booked visit, wall-clock, prep to turnover; its claims are kept in step by the store."""

    __tablename__ = "appointments"
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    chair_id: Mapped[int] = mapped_column(ForeignKey("chairs.id"))
    starts_at: Mapped[datetime] = mapped_column(Wall)
    ends_at: Mapped[datetime] = mapped_column(Wall)
    prep: Mapped[int] = mapped_column(Integer)
    infusion: Mapped[int] = mapped_column(Integer)
    recovery: Mapped[int] = mapped_column(Integer)
    turnover: Mapped[int] = mapped_column(Integer)
    setup_from: Mapped[int] = mapped_column(Integer)  # minutes after starts_at
    setup_minutes: Mapped[int] = mapped_column(Integer)
    ratio: Mapped[int] = mapped_column(Integer)  # patients one nurse may monitor
    status: Mapped[str] = mapped_column(String(24))
    position: Mapped[int] = mapped_column(Integer)
    session_number: Mapped[int | None] = mapped_column(Integer)
    nurse_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    escort_id: Mapped[int | None] = mapped_column(ForeignKey("escorts.id"))
    held_until: Mapped[datetime | None] = mapped_column(Instant)  # while held: when the hold lapses
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))  # the missed visit it stands for
    __table_args__ = (
        Index("ix_appointments_location_starts", "location_id", "starts_at"),
        Index("ix_appointments_patient_starts", "patient_id", "starts_at"),
        Index(
            "ix_appointments_held_until",
            "held_until",
            info={WHERE: "held_until IS NOT NULL"},
        ),
        Index(
            "ix_appointments_to_place",
            "location_id",
            "starts_at",
            info={WHERE: "status = 'proposed'"},
        ),
        CheckConstraint("ends_at > starts_at", name="lasts"),
    )


class StatusChangeRow(Recorded, Base):
    """Each change of an appointment's status, stamped."""

    __tablename__ = "status_changes"
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    source: Mapped[str] = mapped_column(String(24))
    target: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class ClaimRow(Base):
    """A stretch held on one resource; overlap is impossible (trigger in SQLite, exclusion in PostgreSQL).

    Derived from appointments and closures by the store, so not in the change log. Minutes since 1970, wall-clock.
    """

    __tablename__ = "claims"
    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    resource_id: Mapped[int] = mapped_column(_Id)
    starts: Mapped[int] = mapped_column(BigInteger)
    ends: Mapped[int] = mapped_column(BigInteger)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"), index=True)
    closure_id: Mapped[int | None] = mapped_column(ForeignKey("closures.id"), index=True)
    __table_args__ = (
        Index("ix_claims_resource", "kind", "resource_id", "starts", "ends"),
        CheckConstraint("ends > starts", name="lasts"),
    )


class TaskRow(Recorded, Base):
    """Something a role must look at: a series whose gap or window is broken, a score, a call to make.

    `text` is read by every role; `detail` says the clinical side of it, for clinical roles alone.
    """

    __tablename__ = "tasks"
    kind: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    text: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(Text, default="")


class WaitlistRow(Recorded, Base):
    """A patient who waits for a place, or for an earlier one (`appointment_id`). Open while `closed_at` is empty.

    `notice_hours`: the shortest notice the patient takes; `weekdays`: list of 0 to 6, empty for any;
    `earliest`, `latest`: minutes of the day a visit may start between.
    """

    __tablename__ = "waitlist"
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    protocol_id: Mapped[str] = mapped_column(String(80))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    notice_hours: Mapped[int] = mapped_column(Integer, default=24)
    weekdays: Mapped[list[Any]] = mapped_column(JSON, default=list)
    earliest: Mapped[int | None] = mapped_column(Integer)
    latest: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    closed_reason: Mapped[str] = mapped_column(String(200), default="")


class CallRow(Recorded, Base):
    """One telephone call, about a visit or to offer one: what for, and its outcome."""

    __tablename__ = "calls"
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))  # confirmation, repair, freed_slot, recall
    outcome: Mapped[str] = mapped_column(String(20))  # confirmed, voicemail, unreachable, cancelled, accepted, declined
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class BookingOverrideRow(Recorded, Base):
    """A booking rule that was overridden for one visit: which, why, and by whose word."""

    __tablename__ = "booking_overrides"
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class PolicyEventRow(Recorded, Base):
    """A late cancellation, a no-show or a late arrival under the clinic's policy: the fee noted, or waived and why."""

    __tablename__ = "policy_events"
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # late_cancellation, no_show, late_arrival
    notice_minutes: Mapped[int | None] = mapped_column(Integer)  # as the policy counts them
    fee: Mapped[int | None] = mapped_column(Integer)  # in the smallest unit of `currency`
    currency: Mapped[str] = mapped_column(String(3), default="")
    waived: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class BoardViewRow(Recorded, Base):
    """A saved view of the board: which chairs, how large; `position` is its function key."""

    __tablename__ = "board_views"
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class RepairRow(Recorded, Base):
    """A repaired day: what was missing, and who was told to come when instead; the call list is read from it."""

    __tablename__ = "repairs"
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    day: Mapped[date] = mapped_column(Date, index=True)
    out: Mapped[str] = mapped_column(String(200))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class EncounterRow(Recorded, Base):
    """What happened clinically at one appointment. Immutable once `signed_at` is set."""

    __tablename__ = "encounters"
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), unique=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    protocol_id: Mapped[str] = mapped_column(String(80))
    protocol_revision: Mapped[int] = mapped_column(Integer)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    checklist_revisions: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    planned_minutes: Mapped[int | None] = mapped_column(Integer)
    dose_mg: Mapped[float | None] = mapped_column(Float)
    concentration_mg_per_ml: Mapped[float | None] = mapped_column(Float)
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(40), default="")  # discharged, left_against_advice
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class AnswerRow(Recorded, Base):
    """One answer to one checklist item; a later answer to the same item supersedes, none is erased."""

    __tablename__ = "answers"
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounters.id"), index=True)
    checklist_id: Mapped[str] = mapped_column(String(80))
    item: Mapped[str] = mapped_column(String(80))
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    answered_at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    second_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ObservationRow(Recorded, Base):
    """One timed row of vitals and scales: `values` maps observation code to number."""

    __tablename__ = "observations"
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounters.id"), index=True)
    due: Mapped[str] = mapped_column(String(20), default="")  # label of the check it answers: baseline, +5, stop, …
    observed_at: Mapped[datetime] = mapped_column(Instant)
    entered_at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("observations.id"))


class EventRow(Recorded, Base):
    """A clinical event: start, pause, resume, rate, medicine, adverse event, stop, acknowledgement, override."""

    __tablename__ = "events"
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounters.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    happened_at: Mapped[datetime] = mapped_column(Instant)
    entered_at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    second_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    __table_args__ = (
        Index(  # what stood against a start and what was overridden: few among the events of years
            "ix_events_governed",
            "happened_at",
            info={WHERE: "kind IN ('held', 'override')"},
        ),
    )


class DraftRow(Base):
    """What somebody has typed into a session and not saved yet; no part of the record, so not in the change log."""

    __tablename__ = "drafts"
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounters.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)  # "row", "checklist pre-infusion"
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(Instant)


class AssessmentRow(Recorded, Base):
    """One filled-in rating scale of a patient, as given; corrected by a later one that points at it, never changed.

    `value`: {"answers": {item: number}} or {"score": total, …}, as `domain.instruments.score` reads it.
    `given_by`: "patient" on screen, "staff" read out or typed from paper.
    """

    __tablename__ = "assessments"
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounters.id"), index=True)
    instrument: Mapped[str] = mapped_column(String(80))
    instrument_version: Mapped[int] = mapped_column(Integer)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(Instant)
    entered_at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_by: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))
    __table_args__ = (Index("ix_assessments_patient_taken", "patient_id", "taken_at"),)


class AddendumRow(Recorded, Base):
    """What was added to a signed session, with author, time and meaning; only added to."""

    __tablename__ = "addenda"
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounters.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(20))
    meaning: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)


class RuleReviewRow(Recorded, Base):
    """What was decided about a rule that is overridden too often; `month` is the first day of the month looked at."""

    __tablename__ = "rule_reviews"
    rule: Mapped[str] = mapped_column(String(80))
    month: Mapped[date] = mapped_column(Date, index=True)
    decision: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class DocumentRow(Recorded, Base):
    """An archived PDF: the exact bytes and their SHA-256."""

    __tablename__ = "documents"
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(10), default="en")
    made_at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    pages: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    clinical: Mapped[bool] = mapped_column(Boolean, default=False)  # shows an indication: not for the desk
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounters.id"), index=True)  # whose record it is
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class VialRow(Recorded, Base):
    """A vial of the drug ledger, as its label reads. Only `finished_at` ever changes.

    `volume_ul`: whole microlitres; with whole mg/mL the content is whole micrograms.
    `finished_at`: since when nothing is left in it, so that years of used vials cost nothing to pass over.
    """

    __tablename__ = "vials"
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    lot: Mapped[str] = mapped_column(String(80))
    expires_on: Mapped[date] = mapped_column(Date)
    mg_per_ml: Mapped[int] = mapped_column(Integer)
    volume_ul: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(200), default="")
    received_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        Index("ix_vials_location_received", "location_id", "received_at"),
        Index(
            "ix_vials_in_stock",
            "location_id",
            info={WHERE: "finished_at IS NULL"},
        ),
        CheckConstraint("mg_per_ml > 0 AND volume_ul > 0", name="holds"),
    )


class LedgerEntryRow(Recorded, Base):
    """One line of the drug ledger, in whole micrograms; never changed, never removed: a later line reverses it.

    `amount_ug` is signed for `settled` alone; everywhere else the kind says which way it goes. `at` is when it was
    written, `happened_at` when it truly was, where that was earlier: the ledger stays in the order it was written.
    """

    __tablename__ = "ledger_entries"
    vial_id: Mapped[int] = mapped_column(ForeignKey("vials.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    amount_ug: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounters.id"), index=True)
    count_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_counts.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    happened_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (CheckConstraint("witness_id <> user_id", name="witnessed"),)


class LedgerCountRow(Recorded, Base):
    """A count of every vial at opening or close. `lines`: list of {"vial", "expected", "counted"}, in micrograms.

    Explanation and close are written once each; nothing else ever changes.
    """

    __tablename__ = "ledger_counts"
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    moment: Mapped[str] = mapped_column(String(8))  # open, close
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    witness_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lines: Mapped[list[Any]] = mapped_column(JSON)
    discrepancy: Mapped[bool] = mapped_column(Boolean)
    last_entry: Mapped[int] = mapped_column(_Id)  # the ledger's last line when it was counted
    explanation: Mapped[str] = mapped_column(Text, default="")
    explained_at: Mapped[datetime | None] = mapped_column(Instant)
    explained_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    explained_witness_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        Index("ix_ledger_counts_location_day", "location_id", "day"),
        Index(
            "ix_ledger_counts_unexplained",
            "location_id",
            info={WHERE: "discrepancy AND explained_at IS NULL"},
        ),
        CheckConstraint("witness_id <> user_id", name="witnessed"),
    )


class OperationRow(Base):
    """One committed operation: the head of its entries in the change log, chained by a keyed hash."""

    __tablename__ = "operations"
    seq: Mapped[int] = mapped_column(_Id, primary_key=True)
    op: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(200), default="")  # never a name: ids and record numbers only
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(_Id)
    station: Mapped[str] = mapped_column(String(80), default="")
    command_id: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    undoes: Mapped[int | None] = mapped_column(_Id, index=True)
    mac: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        UniqueConstraint("command_id", name="uq_operations_command"),
        Index("ix_operations_user", "user_id", "seq", "op"),  # what a user can undo, in a record of years
        Index("ix_operations_at", "at"),  # the newest entry, which a station's clock is compared with
        Index(  # since when a clock that went back is believed
            "ix_operations_clock",
            "seq",
            info={WHERE: "op = 'Confirm clock'"},
        ),
    )


class ChangeRow(Base):
    """One row before and after one operation."""

    __tablename__ = "changes"
    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    seq: Mapped[int] = mapped_column(ForeignKey("operations.seq"), index=True)
    table: Mapped[str] = mapped_column("table_name", String(40))
    row_id: Mapped[int] = mapped_column(_Id)
    day: Mapped[date | None] = mapped_column(Date)
    patient_id: Mapped[int | None] = mapped_column(_Id)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    __table_args__ = (Index("ix_changes_row", "table_name", "row_id"),)


class AuditHeadRow(Base):
    """Where the audit chain ends, sealed with the same key: operations taken from its end show; one row."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    seq: Mapped[int] = mapped_column(_Id)
    changes: Mapped[int] = mapped_column(_Id)
    chain: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


def with_conditions(metadata: MetaData) -> MetaData:
    """The tables with the conditions of their partial indexes, as the migrations make them and compare them.

    Not at the start: the dialects they belong to take longer to load than a table to map.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            if where := index.info.get(WHERE):
                for dialect in ("sqlite", "postgresql"):
                    index.dialect_options[dialect]["where"] = text(where)
    return metadata


def table_of(row: type[Base]) -> Table:
    """The table of a kind of row, for statements that do not go through a session."""
    table = row.__table__
    assert isinstance(table, Table)
    return table


for _table in Base.metadata.tables.values():
    if "version" in _table.c:  # the id of a row that is gone is not given again: the audit would confuse the two
        _table.dialect_options["sqlite"]["autoincrement"] = True
