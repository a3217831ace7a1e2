"""What follows from a signed session beyond it: tests that are due.

Called inside the transaction of the sign-off, so that neither is there without the other.
"""

from ketaclinic.clock import to_wall
from ketaclinic.db import clearance as rows
from ketaclinic.db.tasks import add_task
from ketaclinic.domain.clearance import LABS_TEXT, labs_detail
from ketaclinic.domain.people import Role
from ketaclinic.domain.tasks import LABS_DUE
from ketaclinic.services.charting_acts import Act


def after_sign_off(act: Act) -> None:
    """Counts the patient's infusions since the last tests; from so many on, tests are due, once (rules "labs.every").

    Whoever finishes the task says with it that the tests were looked at; the count begins anew.
    """
    visit, session = act.visit, act.writing.session
    if visit.encounter.started_at is None or rows.has_open(session, visit.patient.id, LABS_DUE):
        return
    infusions, last = rows.infusions_since_tests(session, visit.patient.id)
    if infusions < visit.limits.labs_every:
        return
    since = to_wall(last, visit.zone).date() if last is not None else None
    add_task(
        session,
        LABS_DUE,
        Role.PRESCRIBER.value,
        visit.patient.id,
        LABS_TEXT,
        series_id=visit.appointment.series_id,
        appointment_id=visit.appointment.id,
        at=act.now,
        by_id=act.by.id,
        detail=labs_detail(infusions, since),
    )
