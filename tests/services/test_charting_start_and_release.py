"""Start, stop and sign-off through the services: the rules are asked again inside the transaction."""

from datetime import datetime

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import ConsentRow, StatusChangeRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.encounters import Step, Urgency
from ketaclinic.domain.findings import Invalid, Refused
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import POST, Chairside, against, criterion, unmet
from tests.services.people_builders import STAFF_PIN


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def changes_of_status(chair: Chairside, visit: int) -> list[str]:
    with chair.store.reading() as session:
        rows = session.query(StatusChangeRow).filter_by(appointment_id=visit).order_by(StatusChangeRow.id)
        return [row.target for row in rows]


# --- second check and override ---------------------------------------------------------------------------------------


def test_harm_01_the_second_check_is_made_by_somebody_else(chair: Chairside) -> None:
    session = chair.seated()
    chair.dose(session)
    with pytest.raises(Refused, match="must be made by someone else"):
        chair.charting.second_check(chair.nurse, session, chair.nurse, 41.2, 4.12, 6.18)
    # Who chose the vial is not the second person either, whoever is signed in.
    with pytest.raises(Refused, match="must be made by someone else"):
        chair.charting.second_check(chair.second_nurse, session, chair.nurse, 41.2, 4.12, 6.18)
    with pytest.raises(Refused, match="Ada Petrov may not make a second check"):
        chair.charting.second_check(chair.nurse, session, chair.desk, 41.2, 4.12, 6.18)
    assert chair.view(session).second_check == ""


def test_harm_01_a_check_that_differs_is_kept_and_does_not_tell_the_numbers(chair: Chairside) -> None:
    session = chair.seated()
    chair.dose(session)
    view = chair.check(session, ml=0.41, rate=0.62)
    assert [f.code for f in view.findings] == ["second-check-differs"]
    assert "41.2" not in view.findings[0].message
    assert view.second_check == "Kaja Lund: differs"
    assert view.events[0].text == "Second check by Kaja Lund, blind: differed"
    with pytest.raises(Refused, match="First enter the mg and mL in the syringe once more"):
        chair.check(session)
    chair.dose(session)
    assert chair.check(session).second_check == "Kaja Lund: agreed"


def test_an_override_needs_a_prescriber_a_reason_and_something_to_override(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session, substances="used")
    override = chair.charting.override
    with pytest.raises(Invalid, match="at least 15 characters"):
        override(chair.nurse, session, "substances", "fine", chair.prescriber)
    with pytest.raises(Refused, match="needs a prescriber"):
        override(chair.nurse, session, "substances", "A glass of wine yesterday", chair.second_nurse)
    with pytest.raises(Refused, match="needs a second person"):
        override(chair.prescriber, session, "substances", "A glass of wine yesterday", chair.prescriber)
    with pytest.raises(Refused, match="nothing like that"):
        override(chair.nurse, session, "weight-change", "A glass of wine yesterday", chair.prescriber)
    view = override(chair.nurse, session, "substances", "A glass of wine yesterday", chair.prescriber)
    assert against(view) == {}
    assert view.events[0].text == (
        "Override by Rotimi Adeyemi: Alcohol, cannabis, other substances, by the clinic's policy: Used, or test "
        "positive. Reason: A glass of wine yesterday"
    )


def test_harm_06_a_pressure_of_180_is_not_overridden_by_anybody(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session)
    chair.observe(session, sbp=182.0, dbp=104.0)
    with pytest.raises(Refused, match="This cannot be overridden"):
        chair.charting.override(chair.nurse, session, "pressure-stop", "Patient is always like this", chair.prescriber)
    with pytest.raises(Refused, match="no infusion from 180/110"):
        chair.charting.start(chair.nurse, session)


def test_harm_06_a_pressure_of_160_is_held_until_the_prescriber_lets_it_pass(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session)
    chair.observe(session, sbp=164.0, dbp=92.0)
    with pytest.raises(Refused, match="164/92 mmHg: held from 160/100 on"):
        chair.charting.start(chair.nurse, session)
    chair.charting.override(
        chair.nurse, session, "pressure-hold", "Seen, anxious, no symptoms at all", chair.prescriber
    )
    chair.clock.forward(minutes=1)
    chair.observe(session, sbp=172.0, dbp=98.0)  # another pressure is another finding
    with pytest.raises(Refused, match="172/98 mmHg: held"):
        chair.charting.start(chair.nurse, session)


# --- the start -------------------------------------------------------------------------------------------------------


def test_a_start_moves_the_visit_on_and_gives_the_session_its_number(chair: Chairside) -> None:
    session = chair.seated()
    view = chair.start(session)
    visit = chair.appointment(1)
    assert (visit.status, visit.session_number) == ("infusing", 1)
    assert changes_of_status(chair, 1) == ["arrived", "checked_in", "infusing"]
    assert (view.header.label, view.order_id) == ("1 of 6", 1)
    assert view.events[0].text == "Started: 41.2 mg at 6.18 mL/h · second check by Kaja Lund, blind, agreed"
    with pytest.raises(Refused, match="started already"):
        chair.charting.start(chair.nurse, session)


def test_harm_10_a_consent_withdrawn_or_on_an_old_text_does_not_count(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session)
    with chair.store.writing(Op.RECORD_CONSENT) as writing:
        writing.session.get_one(ConsentRow, 1).revision = 0
    with pytest.raises(Refused, match="The consent is on revision 0 of the text"):
        chair.charting.start(chair.nurse, session)


def test_harm_10_a_consent_for_another_indication_does_not_count(chair: Chairside) -> None:
    patient = chair.patient()
    chair.order(patient)
    chair.consent(patient, indication="ptsd")
    visit = chair.visit(patient)
    chair.arrive(visit)
    view = chair.charting.open(chair.nurse, visit)
    assert against(view)["consent"].message == "The consent is for another indication."


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ({"sign": False}, "The order has not been signed."),
        ({"protocol_id": "maintenance-mood"}, "The signed order is for another protocol."),
    ],
)
def test_harm_10_without_an_active_order_nothing_starts(
    chair: Chairside, order: dict[str, object], sentence: str
) -> None:
    patient = chair.patient()
    chair.order(patient, **order)
    visit = chair.visit(patient)
    chair.arrive(visit)
    assert against(chair.charting.open(chair.nurse, visit))["order"].message == sentence


def test_harm_10_an_order_is_used_up_by_the_infusions_given(chair: Chairside) -> None:
    patient = chair.patient()
    chair.order(patient, sessions=1)
    chair.consent(patient)
    first, second = chair.visit(patient), chair.visit(patient, chair=2, at=datetime(2026, 11, 23, 11, 0))
    chair.arrive(first)
    chair.start(chair.charting.open(chair.nurse, first).id)
    chair.arrive(second)
    view = chair.charting.open(chair.nurse, second)
    assert against(view)["order"].message == "All 1 infusions of the order have been given."
    assert against(view)["same-day"].severity == "block"


def test_a_chair_with_a_running_infusion_takes_no_second_one(chair: Chairside) -> None:
    first = chair.seated()
    chair.start(first)
    second = chair.seated(chair.patient("Ruiz", "Mateo"), at=datetime(2026, 11, 23, 11, 0))
    chair.ready(second)
    with pytest.raises(Refused, match="Silva, João is being infused in Chair 1"):
        chair.charting.start(chair.nurse, second)


def test_harm_05_a_nurse_whose_patient_is_red_starts_no_other(chair: Chairside) -> None:
    first = chair.seated()
    chair.start(first)
    second = chair.seated(chair.patient("Ruiz", "Mateo"), chair=2)
    chair.ready(second)
    chair.observe(first, sbp=185.0)
    assert list(against(chair.view(second))) == ["red-elsewhere"]
    # The other nurse may: it is not her patient.
    assert chair.charting.view(chair.second_nurse, second).may_start == ()
    with pytest.raises(Refused, match="Silva, João of yours has a red alert"):
        chair.charting.start(chair.nurse, second)


def test_harm_05_a_nurse_with_a_missed_check_starts_no_other_without_a_word(chair: Chairside) -> None:
    first = chair.seated()
    chair.start(first)
    second = chair.seated(chair.patient("Ruiz", "Mateo"), chair=2)
    chair.clock.forward(minutes=9)  # the check at +5 is four minutes late
    chair.ready(second)
    assert against(chair.view(second)) == {}
    chair.clock.forward(minutes=1)
    missed = against(chair.view(second))["missed-elsewhere"]
    assert (missed.message, missed.severity) == ("A check of Silva, João, of yours, is missed.", "override")
    assert against(chair.charting.view(chair.second_nurse, second)) == {}


def test_the_start_is_proposed_for_a_minute_in_which_no_other_check_is_due(chair: Chairside) -> None:
    first = chair.seated()
    chair.start(first)
    second = chair.seated(chair.patient("Ruiz", "Mateo"), chair=2)
    chair.clock.forward(minutes=10)
    view = chair.view(second)
    assert view.start_hint == "Start at 09:11: the checks then fall at least 1 min apart from Chair 1's."
    chair.clock.forward(minutes=1)
    assert chair.view(second).start_hint == ""
    assert chair.view(first).start_hint == ""  # it runs


def test_harm_08_the_prescriber_on_site_must_work_here_still(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session)
    chair.services.users.edit(chair.staff[Role.MANAGER], chair.prescriber.id, active=False)
    with pytest.raises(Refused, match="Prescriber on site until the end of the infusion"):
        chair.charting.start(chair.nurse, session)


# --- recovery and discharge ------------------------------------------------------------------------------------------


def test_a_patient_becomes_ready_and_goes(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.run_through(session)
    assert chair.view(session).step is Step.RECOVERY
    chair.recover(session)
    view = chair.view(session)
    assert (unmet(view), view.status, view.cosign) == (set(), Status.READY, "")
    view = chair.sign(session)
    assert (view.status, view.outcome, view.step) == (Status.DISCHARGED, "discharged", Step.CLOSED)
    assert [s.meaning for s in view.signatures] == ["second-checked", "discharged"]
    assert changes_of_status(chair, 1)[-3:] == ["recovering", "ready", "discharged"]


def test_harm_04_ready_is_taken_back_when_something_changes(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    view = chair.answer(session, "escort-present", "not-here", POST)
    assert (unmet(view), view.status) == ({"escort-present"}, Status.RECOVERING)


def test_harm_04_the_pin_is_asked_again_and_a_wrong_one_signs_nothing(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    with pytest.raises(Invalid) as told:
        chair.charting.sign_off(chair.nurse, session, "0000")
    assert told.value.field == "pin"
    assert chair.view(session).signed_at is None


def test_harm_04_against_advice_is_its_own_outcome_and_no_fake_pass(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    with pytest.raises(Refused, match="Stop the infusion first"):
        chair.sign(session, outcome="left_against_advice", reason="Would not wait any longer")
    chair.run_through(session)
    with pytest.raises(Invalid, match="at least 15 characters"):
        chair.sign(session, outcome="left_against_advice", reason="left")
    view = chair.sign(session, outcome="left_against_advice", reason="Would not wait any longer")
    assert (view.outcome, view.status) == ("left_against_advice", Status.DISCHARGED)
    assert not criterion(view, "time-since-stop").met
    assert view.events[0].text == "Left against advice: Would not wait any longer"


def test_a_session_not_started_is_closed_by_sending_the_patient_home(chair: Chairside) -> None:
    session = chair.seated()
    view = chair.sign(session, outcome="not_started", reason="Had eaten, comes back on Thursday")
    assert (view.outcome, view.status) == ("not_started", Status.CANCELLED_BY_CLINIC)


def test_the_cosigner_is_a_prescriber_and_somebody_else(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.observe(session, sbp=185.0)
    chair.charting.acknowledge(chair.nurse, session, "sbp-red", "Rotimi Adeyemi")
    chair.run_through(session)
    chair.recover(session)
    with pytest.raises(Refused, match="because of a red alert"):
        chair.sign(session)
    with pytest.raises(Refused, match="Kaja Lund is no prescriber"):
        chair.sign(session, cosigner=chair.second_nurse)
    with pytest.raises(Refused, match="must be someone else's"):
        chair.charting.sign_off(chair.prescriber, session, STAFF_PIN, cosigner=chair.prescriber)
    view = chair.sign(session, cosigner=chair.prescriber)
    assert [(s.name, s.meaning) for s in view.signatures[-2:]] == [
        ("Maria Ortiz", "discharged"),
        ("Rotimi Adeyemi", "co-signed"),
    ]


def test_harm_19_a_signed_session_does_not_change(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    row = chair.sign(session).observations[0]
    signed = chair.view(session)
    charting, nurse = chair.charting, chair.nurse
    attempts = [
        lambda: chair.observe(session),
        lambda: charting.correct_observation(nurse, row.id, {"sbp": 120.0}),
        lambda: chair.answer(session, "iv-site", "right-hand"),
        lambda: charting.record_event(nurse, session, "note", {"text": "Forgot to say"}),
        lambda: charting.acknowledge(nurse, session, "sbp-red"),
        lambda: chair.dose(session),
        lambda: chair.check(session),
        lambda: charting.override(nurse, session, "escort", "A reason long enough", chair.prescriber),
        lambda: charting.start(nurse, session),
        lambda: charting.pause(nurse, session),
        lambda: charting.resume(nurse, session),
        lambda: charting.stop(nurse, session),
        lambda: chair.sign(session),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="signed and closed"):
            attempt()
    chair.clock.forward(hours=3)
    assert chair.view(session) == signed


# --- all chairs ------------------------------------------------------------------------------------------------------


def test_the_queue_goes_from_red_to_what_can_wait(chair: Chairside) -> None:
    first = chair.seated()
    chair.start(first)
    second = chair.seated(chair.patient("Ruiz", "Mateo"), chair=2)
    chair.clock.forward(minutes=8)
    chair.observe(second, sbp=104.0)
    chair.observe(first, sbp=184.0)
    floor = chair.charting.floor(chair.nurse, 1)
    assert [(i.urgency, i.chair, i.text) for i in floor.queue] == [
        (Urgency.RED, "Chair 1", "SBP 184: at or above 180"),
        (Urgency.UPCOMING, "Chair 1", "Vitals +10"),
        (Urgency.UPCOMING, "Chair 1", "End of infusion"),
        (Urgency.TODO, "Chair 2", "Checklist 4 of 21"),
    ]
    assert [(t.chair, t.urgency, t.label) for t in floor.tiles] == [
        ("Chair 1", Urgency.RED, "1 of 6"),
        ("Chair 2", Urgency.TODO, "1 of 6"),
    ]
    assert floor.nurses == 2


def test_the_end_of_an_infusion_that_runs_on_turns_red(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    for minutes in (5, 5, 10, 10):
        chair.clock.forward(minutes=minutes)
        chair.observe(session)
    chair.clock.forward(minutes=10)
    assert [(i.urgency, i.text) for i in chair.charting.floor(chair.nurse, 1).queue] == [
        (Urgency.DUE, "End of infusion")
    ]
    chair.clock.forward(minutes=5)
    floor = chair.charting.floor(chair.nurse, 1)
    assert [(i.urgency, i.text) for i in floor.queue] == [(Urgency.RED, "End of infusion")]
    assert (floor.tiles[0].urgency, floor.tiles[0].action) == (Urgency.RED, "Stop infusion")


def test_a_chair_whose_session_nobody_opened_is_shown_too(chair: Chairside) -> None:
    chair.arrive(chair.visit(chair.patient()))
    (tile,) = chair.charting.floor(chair.nurse, 1).tiles
    assert (tile.encounter_id, tile.action, tile.patient) == (None, "Open session", "Silva, João")
