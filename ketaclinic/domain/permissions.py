"""Which role may do which intention: the one table, asked by every service method.

A key is "<area>.<method>" of a service. `OPEN` names the methods that are called before anyone has signed in, or that
are pure; every other public method of a service has its row in `PERMISSIONS`, and a test sees to it.
The table follows the minimum-necessary rule (45 CFR 164.514(d)(2)): the front desk keeps demographics and the schedule
and reads nothing clinical; managers keep users, hours and shifts and read the audit.
"""

from ketaclinic.domain.people import Role

DESK = frozenset({Role.FRONT_DESK, Role.MANAGER})
CLINICAL = frozenset({Role.NURSE, Role.PRESCRIBER})
PRESCRIBING = frozenset({Role.PRESCRIBER})
MANAGING = frozenset({Role.MANAGER})
ALL = frozenset(Role)
ESCORTS = DESK | CLINICAL
"""Who may name the adult who takes the patient home: also the nurse, who is the last to see both."""

PERMISSIONS: dict[str, frozenset[Role]] = {
    "booking.book_series": ALL,
    "booking.cancel": ALL,
    "booking.check_sessions": ALL,
    "booking.confirm_hold": ALL,
    "booking.day": ALL,
    "booking.extend_series": ALL,
    "booking.free": ALL,
    "booking.hold_series": ALL,
    "booking.maintenance_window": ALL,
    "booking.move": ALL,
    "booking.move_all": ALL,
    "booking.move_check": ALL,
    "booking.park": ALL,
    "booking.place": ALL,
    "booking.propose_series": ALL,
    "booking.protocols": ALL,
    "booking.release_hold": ALL,
    "booking.resize": ALL,
    "booking.to_place": ALL,
    "booking.upcoming": ALL,
    "booking.why": ALL,
    "calls.arrivals": ALL,
    "calls.late_check": ALL,
    "calls.of_visit": ALL,
    "calls.record": ALL,
    "calls.record_offer": ALL,
    "calls.to_confirm": ALL,
    "charting.acknowledge": CLINICAL,
    "charting.answer": CLINICAL,
    "charting.correct_observation": CLINICAL,
    "charting.floor": CLINICAL,
    "charting.open": CLINICAL,
    "charting.override": CLINICAL,
    "charting.pause": CLINICAL,
    "charting.record_event": CLINICAL,
    "charting.record_observation": CLINICAL,
    "charting.resume": CLINICAL,
    "charting.second_check": CLINICAL,
    "charting.set_dose": CLINICAL,
    "charting.sign_off": CLINICAL,
    "charting.start": CLINICAL,
    "charting.stop": CLINICAL,
    "charting.view": CLINICAL,
    "clinic.add_chair": MANAGING,
    "clinic.add_closure": DESK,
    "clinic.add_shifts": MANAGING,
    "clinic.chairs": ALL,
    "clinic.clinic": ALL,
    "clinic.closures": ALL,
    "clinic.edit_clinic": MANAGING,
    "clinic.edit_location": MANAGING,
    "clinic.locations": ALL,
    "clinic.remove_closure": DESK,
    "clinic.remove_shift": MANAGING,
    "clinic.rename_chair": MANAGING,
    "clinic.retire_chair": MANAGING,
    "clinic.shifts": ALL,
    "consents.of_patient": ALL,
    "consents.record": CLINICAL,
    "consents.standing": ALL,
    "consents.valid": ALL,
    "courses.apply": ALL,
    "courses.edit_preview": ALL,
    "courses.finish_task": PRESCRIBING,
    "courses.missed_options": ALL,
    "courses.note_policy": ALL,
    "courses.policy": ALL,
    "courses.policy_events": ALL,
    "courses.stop": ALL,
    "courses.tasks": ALL,
    "floor.change_status": ALL,
    "floor.inspect": ALL,
    "history.audit": MANAGING,
    "history.redo": ALL,
    "history.undo": ALL,
    "history.undo_state": ALL,
    "importing.preview": DESK,
    "importing.read": DESK,
    "importing.run": DESK,
    "orders.check": PRESCRIBING,
    "orders.of_patient": CLINICAL,
    "orders.sign": PRESCRIBING,
    "orders.write": PRESCRIBING,
    "overview.month": ALL,
    "overview.week": ALL,
    "patients.add": DESK,
    "patients.add_escort": ESCORTS,
    "patients.by_record": ALL,
    "patients.choose_escort": ESCORTS,
    "patients.clinical_profile": CLINICAL,
    "patients.edit": DESK,
    "patients.edit_clinical_profile": CLINICAL,
    "patients.edit_escort": ESCORTS,
    "patients.get": ALL,
    "patients.merge": DESK,
    "patients.merge_check": DESK,
    "patients.page": ALL,
    "patients.remove_escort": ESCORTS,
    "patients.same_person": ALL,
    "patients.search": ALL,
    "printing.available": ALL,
    "printing.of_patient": ALL,
    "printing.preview": ALL,
    "printing.render": ALL,
    "printing.save_as": ALL,
    "printing.stored": ALL,
    "recall.add_waiting": ALL,
    "recall.candidates": ALL,
    "recall.close_waiting": ALL,
    "recall.edit_waiting": ALL,
    "recall.list": ALL,
    "recall.waiting": ALL,
    "users.add": MANAGING,
    "users.edit": MANAGING,
    "users.list": MANAGING,
    "users.second_person": ALL,
    "views.list": ALL,
    "views.remove": ALL,
    "views.save": ALL,
}

OPEN: frozenset[str] = frozenset(
    {
        "booking.lapse_holds",
        "clinic.is_demonstration",
        "clinic.is_set_up",
        "clinic.set_up",
        "demonstration.fill",
        "doctor.check",
        "patients.check",
        "users.sign_in",
        "users.who_may_sign_in",
    }
)
"""Methods that need no signed-in user: before the first sign-in, pure checks, and what the command line keeps."""

_WHO = {
    Role.FRONT_DESK: "The front desk",
    Role.NURSE: "A nurse",
    Role.PRESCRIBER: "A prescriber",
    Role.MANAGER: "A manager",
}

_WHAT = {
    "charting.floor": "see the chairs",
    "charting.open": "open a session",
    "charting.view": "see a session",
    "clinic.add_chair": "add chairs",
    "clinic.add_closure": "close chairs or hours",
    "clinic.add_shifts": "enter shifts",
    "clinic.edit_clinic": "change the clinic's details",
    "clinic.edit_location": "change opening hours",
    "clinic.remove_closure": "open closed hours again",
    "clinic.remove_shift": "take shifts out",
    "clinic.rename_chair": "rename chairs",
    "clinic.retire_chair": "retire chairs",
    "history.audit": "read the audit",
    "consents.record": "file a signed consent",
    "courses.finish_task": "finish a prescriber's task",
    "importing.preview": "import patients",
    "importing.read": "import patients",
    "importing.run": "import patients",
    "orders.of_patient": "see orders",
    "orders.sign": "sign orders",
    "orders.write": "write orders",
    "patients.add": "add patients",
    "patients.add_escort": "add escorts",
    "patients.choose_escort": "choose the escort",
    "patients.clinical_profile": "see clinical details",
    "patients.edit": "change patients' details",
    "patients.edit_clinical_profile": "change clinical details",
    "patients.edit_escort": "change escorts",
    "patients.merge": "merge records",
    "patients.merge_check": "merge records",
    "patients.remove_escort": "take escorts off the list",
    "users.add": "add users",
    "users.edit": "change users",
    "users.list": "see the list of users",
}


def may(role: Role, intention: str) -> bool:
    """Whether the role may do this ("patients.add"). Raises KeyError for an intention that is not in the table."""
    return role in PERMISSIONS[intention]


def refusal(role: Role, intention: str) -> str:
    """The sentence for who may not: "A nurse may not add patients."."""
    area, _, method = intention.partition(".")
    what = _WHAT.get(intention) or f"do this ({area}: {method.replace('_', ' ')})"
    return f"{_WHO[role]} may not {what}."
