"""The drug ledger through its service, on both engines: what is written, what is refused, what an inspector reads."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import LedgerCountRow, LedgerEntryRow, OperationRow, VialRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import UNDOABLE, Changes, Op
from ketaclinic.domain.findings import Invalid, NotAllowed, NotFound, Refused
from ketaclinic.domain.ledger import Moment, VialState
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services
from ketaclinic.services.ledger import Delivery
from tests.services.chairside_desk import Chairside, criterion
from tests.services.drug_cupboard import HERE, Cupboard
from tests.services.people_builders import STAFF_PIN


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


@pytest.fixture
def cupboard(chair: Chairside) -> Cupboard:
    return Cupboard(chair)


def test_vials_of_a_delivery_are_numbered_each_by_itself(cupboard: Cupboard) -> None:
    first = cupboard.receive(50, "10", vials=3, lot=" KX  9 ")
    assert [(line.vial.number, line.vial.lot, line.balance.on_hand_ug) for line in cupboard.stock()] == [
        ("V-0001", "KX 9", 500_000),
        ("V-0002", "KX 9", 500_000),
        ("V-0003", "KX 9", 500_000),
    ]
    (line,) = cupboard.ledger.entries(cupboard.chair.nurse, first.id)
    assert (line.what, line.by, line.entry.reason) == ("Received", "Maria Ortiz", "From Hospira")


def test_a_repeated_command_receives_once(cupboard: Cupboard, chair: Chairside) -> None:
    delivery = Delivery("KX-1", date(2027, 1, 31), 10, 20_000)
    one = cupboard.ledger.receive(chair.nurse, HERE, delivery, command_id="a")
    two = cupboard.ledger.receive(chair.nurse, HERE, delivery, command_id="a")
    assert one == two
    assert len(cupboard.stock()) == 1


@pytest.mark.parametrize(
    ("delivery", "subject"),
    [
        (Delivery(" ", date(2027, 1, 31), 10, 20_000), "lot"),
        (Delivery("KX", date(2027, 1, 31), 25, 20_000), "mg_per_ml"),
        (Delivery("KX", date(2027, 1, 31), 10, 0), "volume"),
        (Delivery("KX", date(2027, 1, 31), 10, 20_000, 0), "vials"),
    ],
)
def test_what_cannot_be_received_says_so_in_its_field(cupboard: Cupboard, delivery: Delivery, subject: str) -> None:
    with pytest.raises(Refused) as caught:
        cupboard.ledger.receive(cupboard.chair.nurse, HERE, delivery)
    assert [finding.subject for finding in caught.value.findings] == [subject]
    assert cupboard.stock() == ()


def test_stock_says_what_is_expired_expiring_and_used_up(cupboard: Cupboard) -> None:
    cupboard.receive(lot="OLD", until=date(2026, 11, 22))
    cupboard.receive(lot="TODAY", until=date(2026, 11, 23))
    cupboard.receive(lot="SOON", until=date(2026, 12, 23))
    cupboard.receive(lot="GOOD", until=date(2026, 12, 24))
    empty = cupboard.receive(lot="EMPTY")
    cupboard.waste(empty, "200")
    everything = cupboard.ledger.stock(cupboard.chair.nurse, HERE, finished=True)
    assert [(line.vial.lot, line.state) for line in everything] == [
        ("OLD", VialState.EXPIRED),
        ("TODAY", VialState.EXPIRING),
        ("SOON", VialState.EXPIRING),
        ("GOOD", VialState.GOOD),
        ("EMPTY", VialState.EMPTY),
    ]
    assert "EMPTY" not in [line.vial.lot for line in cupboard.stock()]


def test_a_session_is_reconciled_by_what_was_drawn_given_and_wasted(cupboard: Cupboard, chair: Chairside) -> None:
    vial = cupboard.receive()
    session = chair.seated()
    chair.start(session)
    assert cupboard.draw(session, vial, "50").findings[0].code == "ledger-above-dose"
    assert (cupboard.stock()[0].balance.in_vial_ug, cupboard.on_hand(vial)) == (150_000, 200_000)
    chair.run_through(session)
    assert cupboard.give(session, vial, "41.2").findings == ()
    chair.recover(session, waste=None)
    waste = criterion(chair.view(session), "waste")
    assert (waste.met, waste.why) == (False, "50 mg drawn, 41.2 mg administered, 0 mg wasted: 8.8 mg open.")
    cupboard.waste(vial, "8.8", session)
    waste = criterion(chair.view(session), "waste")
    assert (waste.met, waste.why) == (True, "50 mg drawn, 41.2 mg administered, 8.8 mg wasted.")
    assert chair.view(session).status is Status.READY  # as soon as the last line was written, on every board
    assert chair.sign(session).outcome == "discharged"
    assert cupboard.on_hand(vial) == 150_000


def test_a_session_without_any_draw_is_not_reconciled_where_a_ledger_is_kept(
    cupboard: Cupboard, chair: Chairside
) -> None:
    cupboard.receive()
    session = chair.seated()
    chair.start(session)
    chair.run_through(session)
    chair.recover(session, waste=None)
    waste = criterion(chair.view(session), "waste")
    assert (waste.met, waste.why) == (False, "Nothing is drawn for this session in the drug ledger.")
    with pytest.raises(Refused, match="Nothing is drawn for this session"):
        chair.sign(session)
    with pytest.raises(Invalid):
        chair.answer(session, "waste", "none", "discharge")


def test_where_no_ledger_is_kept_the_question_is_asked_as_before(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.run_through(session)
    chair.recover(session, waste="none")
    assert criterion(chair.view(session), "waste").met
    # A session that began before the first vial came stays as it was asked.
    Cupboard(chair).receive()
    assert criterion(chair.view(session), "waste").met


def test_what_is_given_differently_from_the_pumps_record_is_said(cupboard: Cupboard, chair: Chairside) -> None:
    vial, session = cupboard.receive(), chair.seated()
    chair.start(session)
    cupboard.draw(session, vial, "41.2")
    chair.run_through(session)
    (finding,) = cupboard.give(session, vial, "40").findings
    assert finding.message == "40 mg are written as administered; by the pump's record it was 41.2 mg."


def test_no_more_is_given_or_wasted_than_was_drawn_for_this_session(cupboard: Cupboard, chair: Chairside) -> None:
    vial, session = cupboard.receive(), chair.seated()
    other = chair.seated(chair.patient("Okonkwo", "Ada"), chair=2)
    cupboard.draw(other, vial, "30")
    with pytest.raises(Refused, match="0 mg drawn from V-0001 for this session are left"):
        cupboard.give(session, vial, "10")
    with pytest.raises(Refused, match="cannot be wasted"):
        cupboard.waste(vial, "10", session)
    with pytest.raises(Refused, match="above 0 mg"):
        cupboard.give(other, vial, "0")


def test_a_correction_takes_back_and_points(cupboard: Cupboard, chair: Chairside) -> None:
    vial, session = cupboard.receive(), chair.seated()
    wrong = cupboard.draw(session, vial, "60").entry
    back = cupboard.reverse(wrong.id).entry
    assert (back.reverses_id, back.amount_ug, back.witness_id) == (wrong.id, 60_000, chair.second_nurse.id)
    lines = cupboard.ledger.entries(chair.nurse, vial.id)
    assert [(line.what, line.note) for line in lines[1:]] == [
        ("Drawn", f"Taken back by line {back.id}."),
        (f"Reversed line {wrong.id} (drawn)", "Typed into the wrong line"),
    ]
    assert lines[-1].balance.in_vial_ug == 200_000
    with pytest.raises(Refused, match="taken back already, by line"):
        cupboard.reverse(wrong.id)
    with pytest.raises(Refused, match="takes another back already"):
        cupboard.reverse(back.id)


def test_a_line_that_others_rest_on_is_not_taken_back(cupboard: Cupboard, chair: Chairside) -> None:
    vial, session = cupboard.receive(), chair.seated()
    drawn = cupboard.draw(session, vial, "41.2").entry
    given = cupboard.give(session, vial, "41.2").entry
    for entry in (1, drawn.id):
        with pytest.raises(Refused, match="Later lines rest on this one"):
            cupboard.reverse(entry)
    cupboard.reverse(given.id)
    cupboard.reverse(drawn.id)
    cupboard.reverse(1)
    assert cupboard.stock() == ()
    assert cupboard.on_hand(vial) == 0


def test_a_reversal_needs_its_reason_its_pin_and_its_witness(cupboard: Cupboard, chair: Chairside) -> None:
    cupboard.receive()
    with pytest.raises(Invalid, match="at least 15 letters"):
        cupboard.reverse(1, "oops")
    with pytest.raises(Invalid, match="Your PIN is wrong"):
        cupboard.reverse(1, pin="0000")
    with pytest.raises(Refused, match="someone else than you"):
        cupboard.reverse(1, witness=chair.nurse)
    assert cupboard.stock()[0].balance.on_hand_ug == 200_000


def test_a_count_that_agrees_lets_the_day_close(cupboard: Cupboard, chair: Chairside) -> None:
    cupboard.receive(vials=2)
    assert [finding.code for finding in cupboard.day().against_close] == ["ledger-no-count"]
    cupboard.count(Moment.OPEN, {1: "200", 2: "200"})
    cupboard.waste(cupboard.stock()[0].vial, "50")
    cupboard.count(Moment.CLOSE, {1: "150", 2: "200"})
    day = cupboard.ledger.close_day(chair.nurse, HERE)
    assert day.closed is not None
    assert (day.closed.closed_by, day.closed.result) == ("Maria Ortiz", "2 vials, as the ledger says")
    assert cupboard.ledger.close_day(chair.nurse, HERE) == day


def test_what_is_written_after_the_closing_count_asks_for_another(cupboard: Cupboard, chair: Chairside) -> None:
    cupboard.receive()
    cupboard.count(Moment.CLOSE, {1: "200"})
    cupboard.waste(cupboard.stock()[0].vial, "200")
    with pytest.raises(Refused, match="written after the closing count: count again"):
        cupboard.ledger.close_day(chair.nurse, HERE)
    cupboard.count(Moment.CLOSE, {})
    assert cupboard.ledger.close_day(chair.nurse, HERE).closed is not None


def test_a_count_names_every_vial_in_stock(cupboard: Cupboard) -> None:
    cupboard.receive(vials=2)
    with pytest.raises(Refused, match="V-0002 was not counted"):
        cupboard.count(Moment.OPEN, {1: "200"})
    with pytest.raises(Refused, match="stock has changed"):
        cupboard.count(Moment.OPEN, {1: "200", 2: "200", 3: "200"})
    with pytest.raises(Refused, match="someone else than you"):
        cupboard.count(Moment.OPEN, {1: "200", 2: "200"}, witness=cupboard.chair.nurse)
    assert cupboard.day().counts == ()


def test_an_explained_difference_is_settled_or_stays(cupboard: Cupboard, chair: Chairside) -> None:
    vial = cupboard.receive(vials=2)
    (view,) = cupboard.count(Moment.OPEN, {1: "195", 2: "200"}).counts
    assert view.result == "V-0001 has 5 mg less"
    with pytest.raises(Invalid, match="at least 15 letters"):
        cupboard.explain(view.count.id, "spilt")
    cupboard.explain(view.count.id, settle=True)
    assert cupboard.on_hand(vial) == 195_000
    with pytest.raises(Refused, match="explained already"):
        cupboard.explain(view.count.id)
    again = cupboard.count(Moment.CLOSE, {1: "190", 2: "200"}).counts[-1]
    cupboard.explain(again.count.id, "Read off wrongly, counted again")
    assert cupboard.on_hand(vial) == 195_000
    with pytest.raises(Refused, match="nothing to explain"):
        cupboard.explain(cupboard.count(Moment.CLOSE, {1: "195", 2: "200"}).counts[-1].count.id)


def test_the_report_holds_every_line_of_its_days_and_balances(cupboard: Cupboard, chair: Chairside) -> None:
    vial, session = cupboard.receive(), chair.seated()
    chair.start(session)
    cupboard.draw(session, vial, "50")
    cupboard.give(session, vial, "41.2")
    chair.clock.forward(days=1)
    cupboard.waste(vial, "8.8", session)
    cupboard.count(Moment.CLOSE, {1: "150"})
    report = cupboard.ledger.report(chair.staff[Role.MANAGER], HERE, date(2026, 11, 24), date(2026, 11, 24))
    assert [(line.what, line.entry.amount_ug, line.balance.on_hand_ug) for line in report.lines] == [
        ("Wasted", 8_800, 150_000),
        ("Counted", 150_000, 150_000),
    ]
    wasted = report.lines[0]
    assert (wasted.vial.lot, wasted.by, wasted.witness) == ("KX-1", "Maria Ortiz", "Kaja Lund")
    assert (wasted.patient, wasted.record) == ("Silva, João", "KC-0001")
    (told,) = report.vials
    assert (told.opening_ug, told.received_ug, told.wasted_ug, told.closing_ug) == (158_800, 0, 8_800, 150_000)
    assert [count.result for count in report.counts] == ["1 vial, as the ledger says"]
    with pytest.raises(Invalid, match="before the first"):
        cupboard.ledger.report(chair.nurse, HERE, date(2026, 11, 24), date(2026, 11, 23))


def test_a_late_line_of_a_signed_session_says_why(cupboard: Cupboard, chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    chair.sign(session)
    vial = cupboard.receive()
    with pytest.raises(Invalid, match="This session is signed"):
        cupboard.draw(session, vial, "41.2")
    cupboard.draw(session, vial, "41.2", reason="Taken from the cupboard before the vial was entered")
    assert [line.drug.reconciled for line in cupboard.ledger.sessions(chair.nurse, HERE)] == [False]
    assert cupboard.day().against_close[0].message == (
        "Silva, João (KC-0001): drug was drawn and is neither administered nor wasted yet."
    )


def test_a_vial_named_with_the_dose_is_of_its_strength(cupboard: Cupboard, chair: Chairside) -> None:
    vial, session = cupboard.receive(50, "10"), chair.seated()
    with pytest.raises(Refused, match="holds 50 mg/mL"):
        chair.charting.set_dose(chair.nurse, session, 82.4, 10.0, vial_id=vial.id)
    chair.charting.set_dose(chair.nurse, session, 82.4, 50.0, vial_id=vial.id)
    (line,) = cupboard.ledger.sessions(chair.nurse, HERE)
    assert (line.chosen_vial, line.strength, line.dose_ug) == (vial.id, 50.0, 41_200)


def test_who_reads_and_who_writes(cupboard: Cupboard, chair: Chairside) -> None:
    vial, manager = cupboard.receive(), chair.staff[Role.MANAGER]
    assert len(cupboard.ledger.stock(manager, HERE)) == 1
    with pytest.raises(NotAllowed, match="A manager may not waste drug"):
        cupboard.ledger.waste(manager, vial.id, 1000, "into the container", STAFF_PIN, chair.nurse)
    with pytest.raises(NotAllowed, match="The front desk may not see the drug ledger"):
        cupboard.ledger.stock(chair.desk, HERE)
    with pytest.raises(NotFound):
        cupboard.ledger.entries(chair.nurse, 99)


def test_nothing_written_is_changed_or_taken_out(cupboard: Cupboard, chair: Chairside) -> None:
    cupboard.receive()
    cupboard.count(Moment.OPEN, {1: "190"})
    cupboard.explain(1)
    spoilings = (
        (LedgerEntryRow, "amount_ug", 1),
        (LedgerEntryRow, "reason", "better"),
        (VialRow, "lot", "OTHER"),
        (LedgerCountRow, "discrepancy", False),
        (LedgerCountRow, "explanation", "another explanation"),
    )
    for row, column, value in spoilings:
        with pytest.raises(RuntimeError, match="only added to"), chair.store.writing(Op.WASTE_DRUG) as writing:
            setattr(writing.session.get_one(row, 1), column, value)
    for row in (LedgerEntryRow, VialRow, LedgerCountRow):
        with pytest.raises(RuntimeError, match="only added to"), chair.store.writing(Op.WASTE_DRUG) as writing:
            writing.session.delete(writing.session.get_one(row, 1))
    # Past the program, the database refuses too.
    for statement in ("UPDATE ledger_entries SET amount_ug = 1", "DELETE FROM ledger_entries", "DELETE FROM vials"):
        with (
            pytest.raises(DBAPIError, match="only added to"),
            chair.store.engines.writing.begin() as connection,
        ):
            connection.execute(text(statement))
    assert cupboard.stock()[0].balance.on_hand_ug == 200_000


def test_every_act_is_audited_told_and_never_undone(cupboard: Cupboard, chair: Chairside) -> None:
    told: list[Changes] = []
    chair.store.on_commit.append(told.append)
    vial = cupboard.receive()
    cupboard.waste(vial, "5")
    assert [(change.op, change.tables) for change in told if change.op is not Op.SIGN_IN] == [
        (Op.RECEIVE_VIALS, frozenset({"vials", "ledger_entries"})),
        (Op.WASTE_DRUG, frozenset({"ledger_entries"})),
    ]
    assert UNDOABLE.isdisjoint({Op.RECEIVE_VIALS, Op.WASTE_DRUG, Op.DRAW_DRUG, Op.COUNT_DRUG, Op.REVERSE_ENTRY})
    with chair.store.reading() as session:
        details = [row.detail for row in session.query(OperationRow).order_by(OperationRow.seq)][-3:]
    assert details == ["1 vials from V-0001", "user 3, signs in the drug ledger", "line 2, vial 1"]
    assert all(check.ok for check in chair.services.doctor.check())
