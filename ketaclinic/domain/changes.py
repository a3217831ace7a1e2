"""The operations of the clinic, named as in the Edit menu, and the notice of what one changed."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Op(StrEnum):
    """One intention of a person; each is one transaction and one entry of the audit."""

    SET_UP_CLINIC = "Set up clinic"
    FILL_DEMONSTRATION = "Fill demonstration clinic"
    ADD_USER = "Add user"
    EDIT_USER = "Edit user"
    SIGN_IN = "Sign in"
    SIGN_IN_REFUSED = "Refused sign-in"
    EDIT_CLINIC = "Edit clinic"
    ADD_CLOSURE = "Add closure"
    REMOVE_CLOSURE = "Remove closure"
    EDIT_SHIFTS = "Edit shifts"
    EDIT_VIEW = "Edit view of the board"
    ADD_PATIENT = "Add patient"
    EDIT_PATIENT = "Edit patient"
    EDIT_ESCORT = "Edit escort"
    MERGE_PATIENTS = "Merge patients"
    IMPORT_PATIENTS = "Import patients"
    BOOK_SERIES = "Book series"
    BOOK_APPOINTMENT = "Book appointment"
    HOLD_SERIES = "Hold series"
    RELEASE_HOLD = "Release hold"
    LAPSE_HOLDS = "Lapse holds"
    MOVE_APPOINTMENT = "Move appointment"
    MOVE_APPOINTMENTS = "Move appointments"
    RESIZE_APPOINTMENT = "Change length"
    PARK_APPOINTMENT = "Put on pinboard"
    PLACE_APPOINTMENT = "Place appointment"
    EDIT_SERIES = "Change series"
    STOP_SERIES = "Stop series"
    REPAIR_SERIES = "Repair series"
    REPAIR_DAY = "Repair day"
    CANCEL_APPOINTMENT = "Cancel appointment"
    RECORD_CALL = "Record call"
    EDIT_WAITLIST = "Edit waitlist"
    FINISH_TASK = "Finish task"
    NOTE_POLICY = "Note fee or waiver"
    CHANGE_STATUS = "Change status"
    UNDO = "Undo"
    REDO = "Redo"
    WRITE_ORDER = "Write order"
    SIGN_ORDER = "Sign order"
    WITHDRAW_ORDER = "Withdraw order"
    RECORD_CONSENT = "Record consent"
    WITHDRAW_CONSENT = "Withdraw consent"
    RECORD_ASSESSMENT = "Record score"
    OPEN_ENCOUNTER = "Open session"
    ANSWER_CHECKLIST = "Answer checklist"
    OVERRIDE = "Override"
    SECOND_CHECK = "Second check"
    START_INFUSION = "Start infusion"
    RECORD_OBSERVATION = "Record observation"
    CORRECT_OBSERVATION = "Correct observation"
    KEEP_DRAFT = "Keep what is being typed"
    RECORD_EVENT = "Record event"
    CORRECT_EVENT = "Correct event"
    ACKNOWLEDGE_ALERT = "Acknowledge alert"
    CONFIRM_CLOCK = "Confirm clock"
    STOP_INFUSION = "Stop infusion"
    SIGN_OFF = "Sign off"
    ADD_ADDENDUM = "Add addendum"
    REVIEW_RULE = "Review rule"
    RECEIVE_VIALS = "Receive vials"
    DRAW_DRUG = "Draw drug"
    ADMINISTER_DRUG = "Record administered drug"
    WASTE_DRUG = "Waste drug"
    RETURN_DRUG = "Return drug"
    COUNT_DRUG = "Count drug"
    EXPLAIN_COUNT = "Explain count"
    REVERSE_ENTRY = "Reverse ledger line"
    CLOSE_LEDGER = "Close day of the drug ledger"
    FILE_DOCUMENT = "File document"


UNDOABLE: frozenset[Op] = frozenset(
    {
        Op.BOOK_SERIES,
        Op.BOOK_APPOINTMENT,
        Op.HOLD_SERIES,
        Op.RELEASE_HOLD,
        Op.MOVE_APPOINTMENT,
        Op.MOVE_APPOINTMENTS,
        Op.RESIZE_APPOINTMENT,
        Op.PARK_APPOINTMENT,
        Op.PLACE_APPOINTMENT,
        Op.EDIT_SERIES,
        Op.STOP_SERIES,
        Op.REPAIR_SERIES,
        Op.REPAIR_DAY,
        Op.CANCEL_APPOINTMENT,
        Op.MERGE_PATIENTS,
    }
)
"""Scheduling can be undone. Charting, orders, consents and the ledger cannot: they are corrected."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one committed operation changed; all that screens hear.

    Attributes:
        seq: sequence number of the operation (0 for a notice that sums up several from another station).
        op: the operation.
        tables: names of the tables with changed rows.
        rows: (table, primary key) of each changed row.
        days: days whose schedule may look different.
        patients: ids of the patients concerned.
        user_id: who did it; None for the program itself.
    """

    seq: int
    op: Op
    tables: frozenset[str] = frozenset()
    rows: frozenset[tuple[str, int]] = frozenset()
    days: frozenset[date] = frozenset()
    patients: frozenset[int] = frozenset()
    user_id: int | None = None

    def touches(self, *tables: str) -> bool:
        """Whether any of these tables has a changed row."""
        return not self.tables.isdisjoint(tables)


@dataclass(frozen=True, slots=True)
class UndoState:
    """What Edit can take back or repeat for the signed-in user: "Undo Move appointment, Silva"."""

    undo: str = ""
    redo: str = ""
    undo_seq: int | None = None
    redo_seq: int | None = None
    detail: str = field(default="")
