"""The record of a session through the services: filed when signed, added to afterwards, never changed."""

import hashlib
from datetime import date, datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import DocumentRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotAllowed, NotFound, Refused
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services
from tests.documents.builders_documents import pages_of
from tests.services.chairside_desk import Chairside
from tests.services.people_builders import STAFF_PIN

on_the_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def signed(chair: Chairside, **seated: object) -> int:
    """A session from the first question to the signature."""
    session = chair.seated(**seated)
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    chair.sign(session)
    return session


def filed(chair: Chairside) -> list[tuple[int, str, int]]:
    """What lies in the archive of records: id, digest, revision."""
    with chair.store.reading() as session:
        rows = session.query(DocumentRow).filter_by(kind="session-record").order_by(DocumentRow.id)
        return [(row.id, row.digest, row.revision) for row in rows]


@on_the_file
def test_harm_18_an_unsigned_record_is_a_draft_on_every_page_and_is_not_filed(chair: Chairside) -> None:
    session = chair.seated()
    chair.fill_before(session)
    draft = chair.services.records.pdf(chair.nurse, session)
    assert (draft.id, draft.revision, draft.clinical) == (0, 0, True)
    assert all("Draft, not signed" in page for page in pages_of(draft.content))
    assert filed(chair) == []


def test_a_signed_record_is_filed_once_and_printed_again_with_the_same_bytes(chair: Chairside) -> None:
    session = signed(chair)
    records = chair.services.records
    first = records.pdf(chair.nurse, session)
    assert first.revision == 1
    assert first.digest == hashlib.sha256(first.content).hexdigest()
    assert filed(chair) == [(first.id, first.digest, 1)]
    chair.clock.forward(minutes=90)
    again = records.pdf(chair.prescriber, session)
    assert again.content == first.content
    assert len(filed(chair)) == 1
    pages = pages_of(first.content)
    assert all("João Silva" in page and "Signed, revision 1" in page for page in pages)
    text = " ".join(pages)
    assert "Infusion 1 of 6 under the order of" in text
    assert "discharged" in text


def test_harm_19_an_addendum_makes_a_new_revision_and_the_old_one_stays(chair: Chairside) -> None:
    session = signed(chair)
    records = chair.services.records
    first = records.pdf(chair.nurse, session)
    before = records.record(chair.nurse, session)
    told: list[Changes] = []
    chair.store.on_commit.append(told.append)
    chair.clock.forward(minutes=200)
    after = records.add_addendum(chair.prescriber, session, "  Seen again. ", "review", STAFF_PIN)
    assert [(a.by, a.role, a.meaning, a.text) for a in after.addenda] == [
        ("Rotimi Adeyemi", "prescriber", "review", "Seen again.")
    ]
    assert after.addenda[0].at == chair.clock.now()
    assert after.view.observations == before.view.observations
    assert after.view.signatures == before.view.signatures
    second = records.pdf(chair.nurse, session)
    assert (first.revision, second.revision) == (1, 2)
    assert filed(chair) == [(first.id, first.digest, 1), (second.id, second.digest, 2)]
    assert "1. Review · Rotimi Adeyemi, prescriber" in " ".join(pages_of(second.content))
    assert chair.services.printing.stored(chair.nurse, first.id).content == first.content
    added = [change for change in told if change.op is Op.ADD_ADDENDUM]
    assert [change.touches("addenda") for change in added] == [True]


@on_the_file
def test_an_addendum_needs_a_signed_session_words_a_meaning_and_the_own_pin(chair: Chairside) -> None:
    session = chair.seated()
    add = chair.services.records.add_addendum
    with pytest.raises(Refused, match="not signed yet: chart what is missing in the session itself"):
        add(chair.nurse, session, "Something", "correction", STAFF_PIN)
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    chair.sign(session)
    for text, meaning, pin, field in (
        ("  ", "correction", STAFF_PIN, "text"),
        ("?!…", "correction", STAFF_PIN, "text"),
        ("x" * 8001, "correction", STAFF_PIN, "text"),
        ("The weight was wrong.", "whim", STAFF_PIN, "meaning"),
        ("The weight was wrong.", "correction", "0000", "pin"),
    ):
        with pytest.raises(Invalid) as refused:
            add(chair.nurse, session, text, meaning, pin)
        assert refused.value.field == field
    assert chair.services.records.record(chair.nurse, session).addenda == ()
    with pytest.raises(NotFound):
        add(chair.nurse, 999, "The weight was wrong.", "correction", STAFF_PIN)


@on_the_file
def test_one_press_adds_one_addendum(chair: Chairside) -> None:
    session = signed(chair)
    for _ in range(2):
        record = chair.services.records.add_addendum(
            chair.nurse, session, "Once.", "clarification", STAFF_PIN, command_id="press-1"
        )
    assert [a.text for a in record.addenda] == ["Once."]


@on_the_file
def test_the_desk_and_the_manager_read_no_record(chair: Chairside) -> None:
    session = chair.seated()
    records = chair.services.records
    for role in (Role.FRONT_DESK, Role.MANAGER):
        for ask in (records.record, records.pdf, records.of_patient, records.earlier):
            with pytest.raises(NotAllowed):
                ask(chair.staff[role], session)


def test_the_sessions_of_a_patient_are_listed_the_latest_first(chair: Chairside) -> None:
    patient = chair.patient()
    first = signed(chair, patient=patient)
    chair.services.records.add_addendum(chair.nurse, first, "Late word.", "late entry", STAFF_PIN)
    chair.clock.at = datetime(2026, 11, 26, 14, 0, tzinfo=chair.clock.at.tzinfo)
    visit = chair.visit(patient, at=datetime(2026, 11, 26, 9, 0))
    chair.arrive(visit)
    second = chair.charting.open(chair.nurse, visit).id
    lines = chair.services.records.of_patient(chair.nurse, patient.id)
    assert [(line.encounter_id, line.day, line.revision, line.dose_words) for line in lines] == [
        (second, date(2026, 11, 26), 0, ""),
        (first, date(2026, 11, 23), 2, "41.2 mg over 40 min"),
    ]
    assert lines[1].signed_by == "Maria Ortiz"
    assert lines[1].outcome == "discharged"
    assert chair.services.records.of_visit(chair.nurse, visit) == second
    with pytest.raises(NotFound, match="No session was opened"):
        chair.services.records.of_visit(chair.nurse, 999)
    earlier = chair.services.records.earlier(chair.nurse, second)
    assert [(e.encounter_id, e.day, e.dose) for e in earlier] == [(first, date(2026, 11, 23), "41.2 mg over 40 min")]
    minutes = [round(minute) for minute, _ in earlier[0].rows]
    assert minutes == [0, 5, 10, 20, 30, 40, 55, 70]
    assert earlier[0].rows[0][1]["sbp"] == 121.0
    assert chair.services.records.earlier(chair.nurse, first) == ()


@on_the_file
def test_an_earlier_answer_stays_on_the_record(chair: Chairside) -> None:
    session = chair.seated()
    chair.fill_before(session, substances="used")
    chair.clock.forward(minutes=2)
    chair.answer(session, "substances", "none")
    chair.answer(session, "equipment", "done")
    told = chair.services.records.record(chair.nurse, session).earlier_answers
    assert [(a.item, a.at + timedelta(minutes=2), a.by) for a in told] == [
        ("substances", chair.clock.now(), "Maria Ortiz")
    ]
